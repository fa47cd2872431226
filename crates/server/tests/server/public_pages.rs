//! The public pages before anything is opened: search, one tender, log, feeds, and what hostile titles come to.

use crate::pages::{assert_page, open};
use crate::people::{enrolment, key, land, sign};
use crate::platform::{Database, Platform};
use crate::web::get;
use facts::body::tender::{Regime, TenderNoticed, TenderRegistered};
use facts::{AccountId, Draft, Hex, Role, Stream, TenderId};
use serde_json::json;

/// Registers a tender under a title.
pub(crate) fn register(base: &str, tender: &str, title: &str) {
    let tender = TenderId::parse(tender).unwrap();
    let body = TenderRegistered {
        agent: None,
        buyer: AccountId::parse("buyer").unwrap(),
        regime: Regime::Works,
        tender: tender.clone(),
        title: title.to_owned(),
    };
    land(base, &sign(&key("buyer"), Stream::Tender(tender), &body));
}

fn platform() -> Platform {
    let platform = Platform::start(&Database::sqlite());
    let base = platform.procurement();
    land(base, &enrolment("buyer", &key("buyer"), Role::Buyer));
    platform
}

const HOSTILE: &str = "<script>alert(1)</script>\"><img src=x onerror=alert(2)> & '道路'";

#[test]
fn titles_are_text_wherever_they_are_shown() {
    let platform = platform();
    let base = platform.procurement();
    register(base, "T1", HOSTILE);
    let paths = [
        "/",
        "/?text=%3Cscript%3Ealert(1)%3C/script%3E",
        "/tenders/T1",
        "/tenders/T1/record",
        "/tenders/T1/keys",
        "/tenders/T1/verify",
        "/subscribe?text=%22%3E%3Cscript%3E",
        "/log",
        "/log/entries/0",
        "/log/entries/2",
    ];
    for path in paths {
        for language in ["zh", "en"] {
            let page = open(base, path, language);
            assert_eq!(page.status, 200, "{path}: {}", page.text());
            assert_page(&page, language, path);
            let html = page.text();
            assert!(
                !html.contains("<script>") && !html.contains("<img"),
                "{path}: {html}"
            );
        }
    }
    assert!(open(base, "/", "en").text().contains("&#60;script&#62;alert(1)"));
    let feed = get(base, "/feed.atom");
    assert_eq!(feed.header("content-type"), "application/atom+xml; charset=utf-8");
    let text = feed.text();
    assert!(
        !text.contains("<script>") && text.contains("&#60;script&#62;"),
        "{text}"
    );
    assert_eq!(text.matches("<entry>").count(), text.matches("</entry>").count());
    assert!(text.contains("tender.registered"), "{text}");
    let own = get(base, "/tenders/T1/feed.atom");
    assert!(own.text().contains("urn:kaibiao:"), "{}", own.text());
    // Framed by the policy of data, not of pages.
    assert!(
        own.header("content-security-policy")
            .starts_with("default-src 'none'; base-uri")
    );
}

#[test]
fn the_board_shows_what_landed_since() {
    let platform = platform();
    let base = platform.procurement();
    assert!(open(base, "/", "en").text().contains("0 tenders"));
    register(base, "T1", "Road");
    assert!(open(base, "/", "en").text().contains("1 tender,"));
    for n in 2..=25 {
        register(base, &format!("T{n}"), &format!("桥 {n}"));
    }
    let all = open(base, "/", "en").text();
    assert!(all.contains("25 tenders, page 1 of 2"), "{all}");
    assert_eq!(all.matches("href=\"/tenders/").count(), 20);
    let second = open(base, "/?page=2", "en").text();
    assert_eq!(second.matches("href=\"/tenders/").count(), 5);
    assert!(second.contains("Road"));
    // Beyond the last page is the last page.
    assert!(open(base, "/?page=99", "en").text().contains("page 2 of 2"));
    let road = open(base, "/?text=road&stage=registered", "zh").text();
    assert!(road.contains("共 1 个项目"), "{road}");
    assert!(
        open(base, "/?stage=open", "zh")
            .text()
            .contains("没有符合条件的项目")
    );
}

#[test]
fn mistakes_stand_beside_their_fields_in_both_languages() {
    let platform = platform();
    let base = platform.procurement();
    for (language, sentence) in [("zh", "请填写金额"), ("en", "Write an amount")] {
        for path in ["/?min=much&text=kept", "/subscribe?min=much&text=kept"] {
            let page = open(base, path, language);
            assert_page(&page, language, path);
            let html = page.text();
            assert!(html.contains("id=\"f-min-error\""), "{html}");
            assert!(html.contains(sentence) && html.contains("aria-invalid"), "{html}");
            assert!(
                html.contains("value=\"much\"") && html.contains("value=\"kept\""),
                "{html}"
            );
        }
    }
    assert_eq!(open(base, "/?min=much", "en").status, 422);
    let feed = get(base, "/feed.atom?min=much");
    assert_eq!((feed.status, feed.code().as_str()), (400, "query.malformed"));
}

#[test]
fn every_entry_of_the_log_has_a_page_with_its_proof() {
    let platform = platform();
    let base = platform.procurement();
    register(base, "T1", "Road");
    let list = open(base, "/log", "en").text();
    for seq in 0..3 {
        assert!(list.contains(&format!("/log/entries/{seq}\"")), "{list}");
        let page = open(base, &format!("/log/entries/{seq}"), "en");
        assert_page(&page, "en", "an entry");
        assert!(page.text().contains("The server has checked"), "{}", page.text());
    }
    // What an enrolment withholds is not on its page.
    let enrolled = open(base, "/log/entries/1", "en").text();
    assert!(enrolled.contains("account.enrolled"), "{enrolled}");
    assert!(
        !enrolled.contains("王某某") && !enrolled.contains("13900001111"),
        "{enrolled}"
    );
    for path in [
        "/log/entries/99",
        "/log/entries/x",
        "/tenders/T9",
        "/tenders/T9/record",
        "/tenders/T9/feed.atom",
    ] {
        let page = open(base, path, "en");
        assert!([400, 404].contains(&page.status), "{path}: {}", page.status);
        assert_page(&page, "en", path);
    }
    assert_eq!(open(base, "/log?from=0", "zh").status, 200);
    // Other zones have the log too, and no notices.
    let zones = platform.addresses();
    assert_eq!(open(&zones.supervision, "/log/entries/0", "zh").status, 200);
    assert_eq!(open(&zones.evaluation, "/tenders/T1", "zh").status, 404);
}

/// A notice whose K is drawn digit by digit, with a deadline far ahead.
fn noticed() -> TenderNoticed {
    let fixed = |figure: i64| json!({ "fixed": figure });
    let money = json!({ "currency": "CNY", "minor": 1_000_000_000 });
    let body = json!({
        "closes_at": 4_000_000_000_000_i64, "documents": [], "documents_from": 0, "documents_until": 4_000_000_000_000_i64,
        "lots": [{ "ceiling": money, "estimate": money, "lot": "1", "title": "一标段" }],
        "method": {
            "method": "declared", "adjustments": [], "basis": "composite", "category": "works", "deductions": [],
            "drawn": [{ "by_digits": true, "from": 500, "name": "K", "step": 1, "to": 700 }],
            "items": [{ "item": "plan", "max": 4000, "steps": [], "title": "<b>施工组织设计</b>", "weight_bp": 10_000 }],
            "min_valid": 0, "panel": 5, "places": 2,
            "price": { "benchmark": {
                "above": fixed(200), "below": fixed(100), "control_bp": fixed(4000), "float_bp": fixed(0),
                "k_bp": { "drawn": "K" }, "mean": "mean", "provisional": {}, "round_to": 0, "steps": "linear", "tiers": [],
            }, "points": 6000, "rule": "benchmark" },
            "review": [], "same_brand": "ignored", "ties": [],
        },
        "min_bidders": 3,
        "opening": { "bidder_lock": false, "objection_ms": 1, "remedy": "无", "share_ms": 1, "unlock_ms": 1 },
        "publicity_days": 3, "region": "341125",
        "stages": [{ "key_id": Hex([7; 32]), "parts": [{ "max_bytes": 65_536, "part": "letter", "role": "letter" }], "stage": "open" }],
        "tender": "T1", "title": "道路工程", "trade": "A01", "validity_days": 90,
    });
    serde_json::from_value(body).unwrap()
}

#[test]
fn a_tender_that_takes_bids_shows_the_next_step_and_its_whole_method() {
    let mut platform = platform();
    register(platform.procurement(), "T1", "道路工程");
    let stream = Stream::Tender(TenderId::parse("T1").unwrap());
    platform.write(vec![Draft::platform(stream, &noticed()).unwrap()]);
    let base = platform.procurement().to_owned();
    for (language, words) in [
        (
            "zh",
            ["抽取的系数:K", "5.00 – 7.00,逐位抽取", "现在可投标 1 个项目"],
        ),
        (
            "en",
            [
                "coefficient drawn: K",
                "5.00 – 7.00, digit by digit",
                "1 tender open for bids now",
            ],
        ),
    ] {
        let home = open(&base, "/", language);
        assert_page(&home, language, "/");
        let page = open(&base, "/tenders/T1", language);
        assert_page(&page, language, "/tenders/T1");
        let said = page.text();
        for words in &words[..2] {
            assert!(said.contains(words), "{words}: {said}");
        }
        assert!(home.text().contains(words[2]), "{}", home.text());
        for place in [
            "id=\"next-step\"",
            "data-gone=\"4000000000000\"",
            "href=\"/bidder/tenders/T1\"",
            "href=\"/enrol\"",
        ] {
            assert!(said.contains(place), "{place}: {said}");
        }
        assert!(!said.contains("<b>"), "a title of an item is text");
    }
}
