//! The bidder's pages: for bidders alone, in both languages, and of bids the caller's own and nothing else.

use crate::pages::{assert_page, open};
use crate::people::{enrolment, key, land, sign, sign_in};
use crate::platform::{Database, Platform};
use crate::web::{Answer, ask};
use facts::body::bid::BidEntered;
use facts::body::tender::{Regime, TenderRegistered};
use facts::{AccountId, BidId, Hex, Role, Stream, TenderId};

const ORIGIN: &str = "/tenders/T1";

fn platform() -> Platform {
    let platform = Platform::start(&Database::sqlite());
    let base = platform.procurement();
    land(base, &enrolment("buyer", &key("buyer"), Role::Buyer));
    for bidder in ["bidder-01", "bidder-02"] {
        land(base, &enrolment(bidder, &key(bidder), Role::Bidder));
    }
    let tender = TenderId::parse("T1").unwrap();
    let body = TenderRegistered {
        agent: None,
        buyer: AccountId::parse("buyer").unwrap(),
        regime: Regime::Works,
        tender: tender.clone(),
        title: "<script>alert(1)</script> '道路'".to_owned(),
    };
    land(base, &sign(&key("buyer"), Stream::Tender(tender), &body));
    platform
}

fn as_who(base: &str, path: &str, language: &str, token: &str) -> Answer {
    let cookie = format!("kaibiao-procurement={token}");
    let headers = [
        ("accept", "text/html,*/*;q=0.8"),
        ("accept-language", language),
        ("cookie", cookie.as_str()),
    ];
    ask(base, "GET", path, &headers, b"")
}

const TABS: [&str; 4] = ["", "/questions", "/opening", "/result"];

#[test]
fn every_page_is_whole_in_both_languages_and_shows_titles_as_text() {
    let platform = platform();
    let base = platform.procurement();
    let token = sign_in(base, "procurement", &key("bidder-01"));
    let paths = TABS.iter().map(|tab| format!("/bidder{ORIGIN}{tab}"));
    for path in paths.chain(["/bidder".to_owned()]) {
        for language in ["zh", "en"] {
            let page = as_who(base, &path, language, &token);
            assert_eq!(page.status, 200, "{path}: {}", page.text());
            assert_page(&page, language, &path);
            let html = page.text();
            assert!(!html.contains("<script>"), "{path}: {html}");
            assert_eq!(page.header("cache-control"), "no-store", "{path}");
            if path != "/bidder" {
                assert!(html.contains("data-tender=\"T1\""), "{path}: {html}");
                assert!(html.contains("data-account=\"bidder-01\""), "{path}: {html}");
                assert!(html.contains("aria-current=\"page\""), "{path}: {html}");
                let script = html.split('"').find(|piece| piece.contains("js/pages/bidder-"));
                let script = script.unwrap_or_else(|| panic!("{path} loads no module"));
                assert_eq!(open(base, script, language).status, 200, "{script}");
            }
        }
    }
}

#[test]
fn others_than_bidders_are_refused_and_strangers_sign_in() {
    let platform = platform();
    let base = platform.procurement();
    let buyer = sign_in(base, "procurement", &key("buyer"));
    let paths = TABS.iter().map(|tab| format!("/bidder{ORIGIN}{tab}"));
    for path in paths.chain(["/bidder".to_owned()]) {
        let refused = as_who(base, &path, "en", &buyer);
        assert_eq!(refused.status, 403, "{path}: {}", refused.text());
        // ureq follows the redirection.
        let stranger = open(base, &path, "en");
        assert!(
            stranger.text().contains(&format!("data-next=\"{path}\"")),
            "{path}"
        );
    }
    let bidder = sign_in(base, "procurement", &key("bidder-01"));
    let unknown = as_who(base, "/bidder/tenders/T9", "en", &bidder);
    assert_eq!(unknown.status, 404);
    assert!(unknown.text().contains("tender.unknown"));
}

#[test]
fn nobody_sees_that_another_entered() {
    let platform = platform();
    let base = platform.procurement();
    let second = sign_in(base, "procurement", &key("bidder-02"));
    let paths: Vec<String> = TABS.iter().map(|tab| format!("/bidder{ORIGIN}{tab}")).collect();
    // Heads of the log and clocks change with every entry; what lies between the landmarks of the page does not.
    let main = |path: &str| {
        let html = as_who(base, path, "en", &second).text();
        let (_, rest) = html.split_once("<main").unwrap();
        rest.split_once("</main>").unwrap().0.to_owned()
    };
    let before: Vec<String> = paths.iter().map(|path| main(path)).collect();
    let bid = BidId::parse("bid-of-the-first").unwrap();
    let tender = TenderId::parse("T1").unwrap();
    let bid_key = key("bidder-03");
    let origin =
        serde_json::from_str::<serde_json::Value>(&ask(base, "GET", "/api/platform", &[], b"").text())
            .unwrap()["origin"]
            .as_str()
            .unwrap()
            .to_owned();
    let public = bid_key.public().to_bytes();
    let message = ledger::message::bid_key(&origin, &tender, &bid, &public);
    let body = BidEntered {
        account: AccountId::parse("bidder-01").unwrap(),
        bid: bid.clone(),
        key: Hex(public),
        proof: Hex(bid_key.sign(&message).to_bytes()),
        tender: tender.clone(),
    };
    let landed = crate::people::send(base, &sign(&key("bidder-01"), Stream::Tender(tender), &body));
    // Whether one may enter before the notice or not: the other bidder sees the same page.
    assert!([200, 409, 422].contains(&landed.status), "{}", landed.text());
    let after: Vec<String> = paths.iter().map(|path| main(path)).collect();
    assert_eq!(before, after);
    assert!(
        !as_who(base, "/bidder", "en", &second)
            .text()
            .contains("bid-of-the-first")
    );
}
