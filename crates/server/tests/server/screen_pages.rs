//! Signs of collusion as pages: for supervisors alone, in both languages, nothing before the opening, evidence after it.

use crate::overseen::{opens, platform, tender};
use crate::pages::assert_page;
use facts::body::bid::Letter;
use facts::body::opening::{OpenedBid, OpenedPart, OpeningRecorded};
use facts::body::tender::{Method, OpeningRules, Part, PartRole, Stage, TenderNoticed};
use facts::id::{LotId, PartId, StageId};
use facts::money::Currency;
use facts::{AccountId, BidId, Draft, Hex, Instant, Money, Stream};
use std::collections::BTreeMap;

/// Four prices in equal steps; the first bidder's name tries to be markup.
fn opening() -> Draft {
    opening_by(5_000_000)
}

fn opening_by(step: i64) -> Draft {
    let bid = |n: i64| OpenedBid {
        account: AccountId::parse(&format!("firm-{n}")).unwrap(),
        bid: BidId::parse(&format!("bid-{n}")).unwrap(),
        parts: vec![OpenedPart {
            letter: Some(Letter {
                account: AccountId::parse(&format!("firm-{n}")).unwrap(),
                brand: None,
                certificate: Hex([0; 64]),
                deviations: BTreeMap::new(),
                name: format!("<b>第{n}建设"),
                period_days: 90,
                price: Some(Money::new(
                    Currency::CNY,
                    n.saturating_mul(step).saturating_add(950_000_000),
                )),
                project_lead: format!("负责人{n}"),
                quality: "合格".to_owned(),
            }),
            lot: LotId::parse("lot-1").unwrap(),
            bytes: None,
            part: PartId::parse("letter").unwrap(),
            sha256: None,
            submission: Hex([u8::try_from(n).unwrap(); 16]),
            unopened: None,
        }],
    };
    let record = OpeningRecorded {
        bids: (0..4).map(bid).collect(),
        list: Hex([0; 32]),
        panel: None,
        quorum: vec![1],
        stage: StageId::parse("open").unwrap(),
        tender: tender(),
        until: Instant(0),
    };
    Draft::platform(Stream::Tender(tender()), &record).unwrap()
}

#[test]
fn signs_are_shown_to_supervisors_after_the_opening_with_their_evidence() {
    let mut platform = platform();
    let zone = platform.addresses().supervision.clone();
    let list = opens(&zone, "supervisor", "/screens", "en");
    assert_eq!(list.status, 200, "{}", list.text());
    assert!(list.text().contains("No tender has been opened yet."));
    assert_eq!(opens(&zone, "supervisor", "/screens/T1", "en").status, 404);
    for path in ["/screens", "/screens/T1"] {
        assert_eq!(opens(&zone, "bidder-04", path, "en").status, 403, "{path}");
    }

    platform.write(vec![opening()]);
    let zone = platform.addresses().supervision.clone();
    for language in ["zh", "en"] {
        for path in ["/screens", "/screens/T1"] {
            let page = opens(&zone, "supervisor", path, language);
            assert_eq!(page.status, 200, "{path}: {}", page.text());
            assert_page(&page, language, path);
            assert_eq!(page.header("cache-control"), "no-store", "{path}");
            let html = page.text();
            assert!(html.contains("K13"), "{path}: {html}");
            assert!(
                !html.contains("<script>alert") && !html.contains("<b>第"),
                "{path}: {html}"
            );
            assert!(html.contains("K06"), "{path} says what is not seen");
        }
    }
    let one = opens(&zone, "supervisor", "/screens/T1", "en").text();
    for part in [
        "9500000.00 CNY",
        "9650000.00 CNY",
        "50000.00 CNY",
        "第3建设",
        "条例40(四)",
        "not findings",
    ] {
        assert!(one.contains(part), "{part}: {one}");
    }
    assert_eq!(opens(&zone, "supervisor", "/screens/T9", "en").status, 404);
}

#[test]
fn red_flags_are_a_page_of_supervision_in_both_languages() {
    let mut platform = platform();
    let zone = platform.addresses().supervision.clone();
    assert_eq!(opens(&zone, "bidder-04", "/flags", "en").status, 403);
    let empty = opens(&zone, "supervisor", "/flags", "en");
    assert_eq!(empty.status, 200, "{}", empty.text());
    assert!(empty.text().contains("cannot speak"), "{}", empty.text());
    platform.write(vec![opening_by(0)]);
    let zone = platform.addresses().supervision.clone();
    for language in ["zh", "en"] {
        let page = opens(&zone, "supervisor", "/flags", language);
        assert_eq!(page.status, 200, "{}", page.text());
        assert_page(&page, language, "/flags");
        let html = page.text();
        for part in ["R003", "R058", "/screens/T1", "lot-1"] {
            assert!(html.contains(part), "{part}: {html}");
        }
        assert!(!html.contains("<b>第"), "{html}");
    }
    let one = opens(&zone, "supervisor", "/screens/T1", "en").text();
    for part in ["Red flags that concern this tender", "第3建设"] {
        assert!(one.contains(part), "{part}: {one}");
    }
}

/// What a page says once it says this; files are read beside the requests.
fn until(page: impl Fn() -> String, part: &str) -> String {
    for _ in 0..100 {
        let html = page();
        if html.contains(part) {
            return html;
        }
        std::thread::sleep(std::time::Duration::from_millis(100));
    }
    panic!("{part} never came: {}", page());
}

#[test]
fn a_file_that_is_not_there_is_said_and_breaks_no_page() {
    let mut platform = platform();
    platform.write(handed_in());
    let zone = platform.addresses().supervision.clone();
    let page = || opens(&zone, "supervisor", "/screens/T1", "en").text();
    let html = until(page, "Files that are not readable");
    assert!(
        html.contains("lot-1/schedule") && html.contains("not there"),
        "{html}"
    );
    assert!(!html.contains("data-reading"), "{html}");
}

/// A notice with one public part and one for the panel, and two bids with both, opened.
fn handed_in() -> Vec<Draft> {
    let stage = || StageId::parse("open").unwrap();
    let part = |name: &str, role| Part {
        max_bytes: 1 << 20,
        part: PartId::parse(name).unwrap(),
        role,
    };
    let notice = TenderNoticed {
        closes_at: Instant(0),
        documents: vec![],
        documents_from: Instant(0),
        documents_until: Instant(0),
        lots: vec![],
        method: Method::LowestEvaluated {
            adjustments: vec![],
            must_pass: vec![],
            panel: 5,
        },
        min_bidders: 3,
        opening: OpeningRules {
            bidder_lock: false,
            objection_ms: 0,
            remedy: String::new(),
            share_ms: 0,
            unlock_ms: 0,
        },
        procedure: None,
        publicity_days: 3,
        region: "510000".to_owned(),
        stages: vec![Stage {
            invited: false,
            key_id: Hex([0; 32]),
            parts: vec![
                part("schedule", PartRole::Public),
                part("technical", PartRole::Panel),
            ],
            stage: stage(),
        }],
        tender: tender(),
        title: "桥梁".to_owned(),
        trade: "A01".to_owned(),
        validity_days: 90,
    };
    let opened = |name: &str, n: u8| OpenedPart {
        letter: None,
        lot: LotId::parse("lot-1").unwrap(),
        bytes: None,
        part: PartId::parse(name).unwrap(),
        sha256: None,
        submission: Hex([n; 16]),
        unopened: None,
    };
    let bid = |n: u8| OpenedBid {
        account: AccountId::parse(&format!("firm-{n}")).unwrap(),
        bid: BidId::parse(&format!("bid-{n}")).unwrap(),
        parts: vec![opened("schedule", n), opened("technical", n.saturating_add(100))],
    };
    let record = OpeningRecorded {
        bids: vec![bid(1), bid(2)],
        list: Hex([0; 32]),
        panel: None,
        quorum: vec![1],
        stage: stage(),
        tender: tender(),
        until: Instant(0),
    };
    let stream = || Stream::Tender(tender());
    vec![
        Draft::platform(stream(), &notice).unwrap(),
        Draft::platform(stream(), &record).unwrap(),
    ]
}

#[test]
fn public_files_of_opened_bids_are_compared_and_those_for_the_panel_are_not() {
    let mut platform = platform();
    let put = |n: u8, author: &str| {
        let file = format!("%PDF-1.4\n1 0 obj << /Author ({author}) >> endobj\n");
        let folder = platform.vault().join("opened");
        std::fs::create_dir_all(&folder).unwrap();
        std::fs::write(folder.join(Hex([n; 16]).to_string()), file).unwrap();
    };
    for n in [1, 2] {
        put(n, "Zhang San Studio");
        put(n.saturating_add(100), "Panel Only Author");
    }
    platform.write(handed_in());
    let zone = platform.addresses().supervision.clone();
    let page = until(
        || opens(&zone, "supervisor", "/screens/T1", "en").text(),
        "Zhang San Studio",
    );
    for part in ["K01", "Zhang San Studio", "lot-1/schedule", "data-sign="] {
        assert!(page.contains(part), "{part}: {page}");
    }
    assert!(!page.contains("Panel Only Author"), "{page}");
    for path in ["/docket/T1", "/", "/screens"] {
        let html = opens(&zone, "supervisor", path, "en");
        assert_eq!(html.status, 200, "{path}");
        assert!(html.text().contains("/screens/T1"), "{path}");
    }
}
