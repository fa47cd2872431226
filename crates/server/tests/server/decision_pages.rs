//! Decisions on complaints over all tenders: a page, a feed and an answer for programs, newest first, with nobody named.

use crate::overseen::{opens, platform, tender};
use crate::pages::{assert_page, open};
use crate::web::get;
use facts::body::complaint::{ComplaintDecided, ComplaintFiled, Grievance, Outcome};
use facts::id::ComplaintId;
use facts::{Draft, Hex, Instant, Stream};
use serde_json::Value;

fn decided(n: usize) -> Draft {
    let body = ComplaintDecided {
        basis: "政府采购法56".to_owned(),
        complaint: ComplaintId::parse(&format!("C{n}")).unwrap(),
        orders: vec![],
        outcome: if n.is_multiple_of(2) {
            Outcome::Upheld
        } else {
            Outcome::Rejected
        },
        reason: format!("<script>查明事实 {n}"),
        remedy: n.is_multiple_of(2).then(|| "责令重新评审".to_owned()),
        tender: tender(),
    };
    Draft::platform(Stream::Supervision(tender()), &body).unwrap()
}

fn filed() -> Draft {
    let body = ComplaintFiled {
        claims: "secret-claims".to_owned(),
        complaint: ComplaintId::parse("C1").unwrap(),
        evidence: vec![],
        grievance: Grievance::Other,
        known: Instant(0),
        objections: vec![],
        paper: None,
        requests: "secret-requests".to_owned(),
        tender: tender(),
        tracking: Hex([9; 32]),
    };
    Draft::platform(Stream::Supervision(tender()), &body).unwrap()
}

#[test]
fn decisions_are_published_by_page_feed_and_api_and_name_nobody() {
    let mut platform = platform();
    let base = platform.procurement().to_owned();
    for language in ["zh", "en"] {
        let empty = open(&base, "/decisions", language);
        assert_eq!(empty.status, 200, "{}", empty.text());
        assert_page(&empty, language, "/decisions");
    }
    assert!(
        open(&base, "/decisions", "en")
            .text()
            .contains("No decision is published.")
    );

    platform.write(vec![filed()]);
    platform.write((1..=30).map(decided).collect());
    let base = platform.procurement().to_owned();
    let first: Value = get(&base, "/api/decisions").json();
    let names = |view: &Value| -> Vec<String> {
        let list = view["decisions"].as_array().unwrap();
        list.iter()
            .map(|one| one["complaint"].as_str().unwrap().to_owned())
            .collect()
    };
    assert_eq!(names(&first).len(), 25, "{first}");
    assert_eq!(names(&first)[0], "C30");
    assert_eq!(first["decisions"][0]["outcome"], "upheld");
    assert_eq!(first["decisions"][0]["remedy"], "责令重新评审");
    let before = first["older"].as_u64().unwrap();
    let second: Value = get(&base, &format!("/api/decisions?before={before}")).json();
    assert_eq!(names(&second), ["C5", "C4", "C3", "C2", "C1"]);
    assert!(
        second["older"].is_null() && second["decisions"][4]["remedy"].is_null(),
        "{second}"
    );
    // What is written later does not move a page that was named by its position.
    platform.write(vec![decided(31)]);
    let base = platform.procurement().to_owned();
    let again: Value = get(&base, &format!("/api/decisions?before={before}")).json();
    assert_eq!(again, second);

    for language in ["zh", "en"] {
        for path in [
            "/decisions".to_owned(),
            format!("/decisions?before={before}&lang={language}&theme=dark"),
        ] {
            let page = open(&base, &path, language);
            assert_eq!(page.status, 200, "{}", page.text());
            assert_page(&page, language, &path);
            let html = page.text();
            assert!(!html.contains("<script>") && !html.contains("secret-"), "{html}");
            assert!(html.contains("/tenders/T1/objections"), "{html}");
        }
    }
    let page = open(&base, "/decisions", "en").text();
    assert!(
        page.contains("C31") && !page.contains(">C6<") && page.contains("/decisions?before="),
        "{page}"
    );
    let feed = get(&base, "/decisions/feed.atom");
    assert_eq!(feed.header("content-type"), "application/atom+xml; charset=utf-8");
    let text = feed.text();
    assert_eq!(text.matches("<entry>").count(), 31, "{text}");
    assert!(
        text.contains("查明事实 31") && !text.contains("<script>") && !text.contains("secret-"),
        "{text}"
    );
    for wrong in [
        "/api/decisions?before=x",
        "/api/decisions?after=3",
        "/decisions?before=-1",
    ] {
        assert_eq!(open(&base, wrong, "en").status, 400, "{wrong}");
    }
    // The same stands on the page of the tender.
    assert!(
        open(&base, "/tenders/T1/objections", "zh")
            .text()
            .contains("查明事实 31")
    );
    assert_eq!(
        opens(
            &platform.addresses().supervision.clone(),
            "supervisor",
            "/api/decisions",
            "en"
        )
        .status,
        404
    );
}
