//! Objections and complaints as pages: who may open which, in both languages; nobody learns who raised one; a number that
//! fits nothing is answered in words.

use crate::overseen::{opens, platform, tender};
use crate::pages::{assert_page, open};
use crate::people::{enrolment, key, land, sign, sign_in};
use crate::web::ask;
use facts::body::complaint::{ComplaintFiled, Grievance};
use facts::id::ComplaintId;
use facts::{Hex, Instant, Role, Stream};

const NUMBER: [u8; 32] = [7; 32];

fn filed() -> ComplaintFiled {
    ComplaintFiled {
        claims: "<b>不公</b>".to_owned(),
        complaint: ComplaintId::parse("C1").unwrap(),
        evidence: vec![Hex([3; 32])],
        grievance: Grievance::Other,
        known: Instant(0),
        objections: vec![],
        paper: None,
        requests: "责令改正".to_owned(),
        tender: tender(),
        tracking: Hex(ledger::message::tracking(&NUMBER)),
    }
}

#[test]
fn a_complaint_is_shown_to_supervisors_and_to_who_filed_it_and_tracked_by_its_number() {
    let platform = platform();
    let base = platform.procurement().to_owned();
    let zone = platform.addresses().supervision.clone();
    for (account, name) in [("firm-1", "bidder-01"), ("firm-2", "bidder-02")] {
        land(&base, &enrolment(account, &key(name), Role::Bidder));
    }
    land(
        &zone,
        &sign(&key("bidder-01"), Stream::Supervision(tender()), &filed()),
    );
    for language in ["zh", "en"] {
        for path in [
            "/complaints",
            "/complaints/new?tender=T1",
            "/complaints/T1/C1",
            "/docket/T1/orders",
        ] {
            let page = opens(&zone, "supervisor", path, language);
            assert_eq!(page.status, 200, "{path}: {}", page.text());
            assert_page(&page, language, path);
            assert!(
                !page.text().contains("firm-1") && !page.text().contains("<b>不公"),
                "{path}"
            );
        }
        for path in ["/complaints", "/complaints/new?tender=T1", "/complaints/T1/C1"] {
            let page = opens(&zone, "bidder-01", path, language);
            assert_eq!(page.status, 200, "{path}: {}", page.text());
            assert_page(&page, language, path);
        }
        for path in [
            "/complaints/new",
            "/complaints/track",
            "/complaints/track?tender=T1",
        ] {
            let page = open(&zone, path, language);
            assert_eq!(page.status, 200, "{path}: {}", page.text());
            assert_page(&page, language, path);
        }
    }
    assert!(
        opens(&zone, "bidder-01", "/complaints", "en")
            .text()
            .contains("C1")
    );
    assert!(
        !opens(&zone, "bidder-02", "/complaints", "en")
            .text()
            .contains("C1")
    );
    assert_eq!(opens(&zone, "bidder-02", "/complaints/T1/C1", "en").status, 404);
    assert_eq!(opens(&zone, "buyer", "/complaints", "en").status, 403);
    assert_eq!(opens(&zone, "bidder-01", "/docket/T1/orders", "en").status, 403);
    assert_eq!(opens(&zone, "supervisor", "/docket/T9/orders", "en").status, 404);

    let headers = [
        ("accept", "text/html"),
        ("accept-language", "en"),
        ("content-type", "application/x-www-form-urlencoded"),
    ];
    let track = |number: &str| {
        let body = format!("tender=T1&number={number}");
        ask(&zone, "POST", "/complaints/track", &headers, body.as_bytes())
    };
    let found = track(&Hex(NUMBER).to_string());
    assert_page(&found, "en", "tracked");
    assert!(
        found.text().contains("received, to be examined"),
        "{}",
        found.text()
    );
    for wrong in [Hex([8; 32]).to_string(), "x".to_owned(), String::new()] {
        let answer = track(&wrong);
        assert_page(&answer, "en", &wrong);
        assert!(
            answer.text().contains("role=\"alert\"") && !answer.text().contains("C1"),
            "{wrong}"
        );
    }
}

#[test]
fn objections_are_public_without_authors_and_answered_by_the_owner_alone() {
    let platform = platform();
    let base = platform.procurement().to_owned();
    land(&base, &enrolment("firm-1", &key("bidder-01"), Role::Bidder));
    let page = open(&base, "/tenders/T1/objections", "zh");
    assert_eq!(page.status, 200, "{}", page.text());
    assert_page(&page, "zh", "public");
    assert_page(&open(&base, "/tenders/T1/objections", "en"), "en", "public");
    assert_eq!(open(&base, "/tenders/T9/objections", "en").status, 404);
    let opens = |name: &str, path: &str, language: &str| {
        let cookie = format!(
            "kaibiao-procurement={}",
            sign_in(&base, "procurement", &key(name))
        );
        let headers = [
            ("accept", "text/html"),
            ("accept-language", language),
            ("cookie", cookie.as_str()),
        ];
        ask(&base, "GET", path, &headers, b"")
    };
    for language in ["zh", "en"] {
        for (name, path) in [
            ("bidder-01", "/bidder/tenders/T1/objections"),
            ("buyer", "/buyer/T1/objections"),
            ("supervisor", "/access/T1/A1"),
        ] {
            let page = opens(name, path, language);
            assert_eq!(page.status, 200, "{path}: {}", page.text());
            assert_page(&page, language, path);
            let stranger = if name == "buyer" { "bidder-01" } else { "buyer" };
            assert_eq!(opens(stranger, path, language).status, 403, "{path}");
        }
    }
}
