//! The buyer's review of the qualification on a server: for buyer and agent alone, after the opening, with the files of it
//! and no other; a bid that fails never comes before the evaluation.

use crate::overseen::{platform, tender};
use crate::pages::assert_page;
use crate::people::{enrolment, key, land, sign};
use crate::platform::Platform;
use crate::seat_pages::Who;
use crate::web::until;
use facts::body::bid::BidEntered;
use facts::body::bid::Letter;
use facts::body::evaluation::EvaluationOpened;
use facts::body::opening::{ListFrozen, OpenedBid, OpenedPart, OpeningClosed, OpeningRecorded, TenderFailed};
use facts::body::qualification::{QualificationReviewed, Qualified};
use facts::body::supervision::{AccessRequested, AccessUsed};
use facts::body::tender::TenderNoticed;
use facts::id::{AccessId, LotId, PartId, StageId};
use facts::money::Currency;
use facts::record::Body;
use facts::{AccountId, BidId, Draft, Hex, Instant, Money, Role, Stream};
use serde_json::json;
use std::collections::BTreeMap;

const PROOF: &str = "营业执照-QUALIFICATION-PROOF";
/// Envelopes: bidder times ten, and 1 the letter, 2 the proof, 3 the panel's file.
fn envelope(n: u8, part: u8) -> Hex<16> {
    Hex([n.saturating_mul(10).saturating_add(part); 16])
}

fn fact<B: Body>(body: &B) -> Draft {
    Draft::platform(Stream::Tender(tender()), body).unwrap()
}

fn notice() -> TenderNoticed {
    let item = |by: &str, name: &str, title: &str| json!({ "by": by, "clause": "第三章", "item": name, "title": title });
    let part = |name: &str, role: &str| json!({ "max_bytes": 65_536, "part": name, "role": role });
    let money = json!({ "currency": "CNY", "minor": 1_000_000_000 });
    let body = json!({
        "closes_at": 1, "documents": [], "documents_from": 0, "documents_until": 1,
        "lots": [{ "estimate": money, "lot": "lot-1", "title": "一标段" }],
        "method": {
            "method": "declared", "adjustments": [], "basis": "notice", "category": "goods", "deductions": [], "drawn": [],
            "items": [], "min_valid": 0, "panel": 3, "places": 2, "price": { "points": 0, "rule": "order" },
            "review": [item("buyer", "licence", "<b>营业执照</b>"), item("panel", "form", "格式")],
            "same_brand": "ignored", "ties": [],
        },
        "min_bidders": 3,
        "opening": { "bidder_lock": false, "objection_ms": 1, "remedy": "无", "share_ms": 1, "unlock_ms": 1 },
        "publicity_days": 1, "region": "510000",
        "stages": [{ "key_id": Hex([7; 32]), "parts": [part("letter", "letter"), part("proof", "qualification"), part("technical", "panel")], "stage": "open" }],
        "tender": tender(), "title": "设备采购", "trade": "C01", "validity_days": 90,
    });
    serde_json::from_value(body).unwrap()
}

fn opened(n: u8) -> OpenedBid {
    let account = AccountId::parse(&format!("firm-{n}")).unwrap();
    let part = |name: &str, kind: u8| OpenedPart {
        letter: None,
        lot: LotId::parse("lot-1").unwrap(),
        bytes: None,
        part: PartId::parse(name).unwrap(),
        sha256: None,
        submission: envelope(n, kind),
        unopened: None,
    };
    let letter = Letter {
        account: account.clone(),
        brand: None,
        certificate: Hex([0; 64]),
        deviations: BTreeMap::new(),
        name: format!("<i>第{n}设备厂"),
        period_days: 90,
        price: Some(Money::new(Currency::CNY, 900_000_000)),
        project_lead: "负责人".to_owned(),
        quality: "合格".to_owned(),
    };
    let bytes = u64::try_from(PROOF.len()).ok();
    OpenedBid {
        account,
        bid: BidId::parse(&format!("bid-{n}")).unwrap(),
        parts: vec![
            OpenedPart {
                bytes: Some(10),
                letter: Some(letter),
                sha256: Some(Hex([1; 32])),
                ..part("letter", 1)
            },
            OpenedPart {
                bytes,
                sha256: Some(Hex(ledger::hash::sha256(PROOF.as_bytes()))),
                ..part("proof", 2)
            },
            part("technical", 3),
        ],
    }
}

/// T1 was opened with four bids; `closed` says whether the opening is over.
fn opened_tender(platform: &mut Platform, closed: bool) {
    let stage = StageId::parse("open").unwrap();
    let mut drafts = vec![
        fact(&notice()),
        fact(&ListFrozen {
            envelopes: Vec::new(),
            list: Hex([0; 32]),
            stage: stage.clone(),
            tender: tender(),
            until: Instant(0),
        }),
        fact(&OpeningRecorded {
            bids: (1..=4).map(opened).collect(),
            list: Hex([0; 32]),
            panel: None,
            quorum: vec![1],
            stage: stage.clone(),
            tender: tender(),
            until: Instant(9_000_000_000_000),
        }),
    ];
    if closed {
        drafts.push(fact(&OpeningClosed {
            stage,
            tender: tender(),
        }));
    }
    platform.write(drafts);
    let folder = platform.vault().join("opened");
    std::fs::create_dir_all(&folder).unwrap();
    for n in 1..=4 {
        std::fs::write(folder.join(envelope(n, 2).to_string()), PROOF).unwrap();
        std::fs::write(folder.join(envelope(n, 3).to_string()), "技术方案").unwrap();
    }
}

fn review(failing: &[u8]) -> QualificationReviewed {
    let vote = |n: u8| {
        let passes = !failing.contains(&n);
        Qualified {
            bid: BidId::parse(&format!("bid-{n}")).unwrap(),
            item: "licence".parse().unwrap(),
            lot: LotId::parse("lot-1").unwrap(),
            passes,
            reason: if passes {
                String::new()
            } else {
                "执照<u>过期".to_owned()
            },
        }
    };
    QualificationReviewed {
        tender: tender(),
        votes: (1..=4).map(vote).collect(),
    }
}

fn size(zone: &str) -> u64 {
    crate::web::get(zone, "/api/platform").json()["head"]["size"]
        .as_u64()
        .unwrap()
}

const PAGE: &str = "/buyer/T1/qualification";
const API: &str = "/api/tenders/T1/qualification";

#[test]
fn the_buyer_reviews_with_the_files_of_it_and_the_evaluation_is_told_of_those_who_pass() {
    let mut platform = platform();
    {
        let zone = platform.procurement().to_owned();
        for (name, role) in [("bidder-02", Role::Buyer), ("bidder-01", Role::Bidder)] {
            land(&zone, &enrolment(name, &key(name), role));
        }
    }
    opened_tender(&mut platform, true);
    let zone = platform.procurement().to_owned();
    let buyer = Who::signed_in(&zone, "procurement", "buyer");
    let view = buyer.asks(API).json();
    assert_eq!(
        (&view["due"], &view["least"]),
        (&true.into(), &3.into()),
        "{view}"
    );
    assert_eq!(
        view["items"].as_array().unwrap().len(),
        1,
        "the panel's items are not the buyer's"
    );
    let bids = view["bids"].as_array().unwrap();
    assert_eq!(bids.len(), 4);
    assert_eq!(
        bids[0]["files"].as_array().unwrap().len(),
        1,
        "the proof, not the panel's file: {view}"
    );
    for language in ["zh", "en"] {
        let page = buyer.opens(PAGE, language);
        assert_eq!(page.status, 200, "{}", page.text());
        assert_page(&page, language, PAGE);
        let html = page.text();
        assert!(
            html.contains("第4设备厂") && html.contains("bid-4") && html.contains("id=\"qualification\""),
            "{html}"
        );
        assert!(
            !html.contains("<i>第") && !html.contains("<b>营业") && !html.contains("code-"),
            "{html}"
        );
    }
    let file = buyer.asks(&format!("{API}/{}", envelope(2, 2)));
    assert_eq!((file.status, file.text().as_str()), (200, PROOF));
    assert_eq!(file.header("cache-control"), "no-store");
    assert_eq!(
        buyer.asks(&format!("{API}/{}", envelope(2, 3))).status,
        404,
        "the panel's file"
    );
    // Nobody else, and nobody without a session.
    for name in ["bidder-02", "bidder-01"] {
        let other = Who::signed_in(&zone, "procurement", name);
        for path in [
            API.to_owned(),
            format!("{API}/{}", envelope(2, 2)),
            PAGE.to_owned(),
        ] {
            assert_eq!(other.opens(&path, "en").status, 403, "{name} {path}");
        }
    }
    assert_eq!(crate::web::get(&zone, API).status, 401);
    // Signed once; the reasons stay sealed.
    let before = size(&zone);
    land(
        &zone,
        &sign(&key("buyer"), Stream::Tender(tender()), &review(&[3])),
    );
    let after = buyer.opens(PAGE, "en").text();
    assert!(
        after.contains("id=\"reviewed\"")
            && after.contains("过期")
            && !after.contains("<form id=\"qualification\""),
        "{after}"
    );
    let public = crate::web::get(&zone, "/api/tenders/T1").text();
    assert!(
        !public.contains("过期") && !public.contains("qualification.reviewed"),
        "{public}"
    );
    // The courier opens the evaluation with the three who passed.
    until("the evaluation", || (size(&zone) >= before + 3).then_some(()));
    let history = platform.history(&Stream::Evaluation(tender()));
    let opened: EvaluationOpened = history.iter().find_map(facts::Record::of).unwrap();
    assert_eq!(opened.bids.len(), 3);
    assert_eq!(opened.unqualified.len(), 1);
    assert_eq!(opened.unqualified[0].bid.as_str(), "bid-3");
    assert!(opened.qualification.is_some());
}

/// Of the bid of bidder-01: who read it, by the log alone.
fn readings(bidder: &Who<'_>) -> serde_json::Value {
    bidder.asks("/api/tenders/T1/bids/mine/readings").json()
}

#[test]
fn a_bidder_sees_every_file_given_out_and_every_reading_by_two_signatures() {
    let mut platform = platform();
    land(
        platform.procurement(),
        &enrolment("bidder-01", &key("bidder-01"), Role::Bidder),
    );
    let entered = BidEntered {
        account: AccountId::parse("bidder-01").unwrap(),
        bid: BidId::parse("bid-2").unwrap(),
        key: Hex([1; 32]),
        proof: Hex([2; 64]),
        tender: tender(),
    };
    opened_tender(&mut platform, true);
    // A bid is entered under the rules of a notice.
    platform.write(vec![fact(&entered)]);
    let zone = platform.procurement().to_owned();
    let (buyer, bidder) = (
        Who::signed_in(&zone, "procurement", "buyer"),
        Who::signed_in(&zone, "procurement", "bidder-01"),
    );
    assert_eq!(
        readings(&bidder),
        json!({ "emergencies": [], "readings": [], "shown": false })
    );
    for (n, times) in [(2, 2), (3, 1)] {
        for _ in 0..times {
            assert_eq!(buyer.asks(&format!("{API}/{}", envelope(n, 2))).status, 200);
        }
    }
    let told = readings(&bidder);
    let list = told["readings"].as_array().unwrap();
    assert_eq!(list.len(), 2, "each time, and of the own bid alone: {told}");
    for one in list {
        assert_eq!(
            (&one["role"], &one["by"], &one["lot"], &one["part"]),
            (&json!("buyer"), &json!("buyer"), &json!("lot-1"), &json!("proof"))
        );
        let entry = crate::web::get(&zone, &format!("/log/entries/{}", one["seq"]));
        assert!(entry.text().contains("qualification.read"), "{}", entry.text());
    }

    let history = platform.history(&Stream::Tender(tender()));
    let own = history.iter().find(|record| record.of::<BidEntered>().is_some());
    let access: AccessId = AccessId::parse("A1").unwrap();
    let stream = Stream::Supervision(tender());
    let asked = AccessRequested {
        access: access.clone(),
        basis: "b".to_owned(),
        reason: "r".to_owned(),
        seqs: vec![own.unwrap().seq],
        tender: tender(),
    };
    let used = AccessUsed {
        access,
        by: AccountId::parse("supervisor-01").unwrap(),
        tender: tender(),
    };
    platform.write(vec![
        Draft::platform(stream.clone(), &asked).unwrap(),
        Draft::platform(stream, &used).unwrap(),
    ]);
    // What is written between two runs: the platform has come up again on other ports.
    let zone = platform.procurement().to_owned();
    let bidder = Who::signed_in(&zone, "procurement", "bidder-01");
    let told = until("the reading by supervisors", || {
        let told = readings(&bidder);
        (told["emergencies"].as_array().unwrap().len() == 1).then_some(told)
    });
    let read = &told["emergencies"][0];
    assert_eq!(
        (&read["seqs"], &read["read"][0]["by"]),
        (&json!([own.unwrap().seq]), &json!("supervisor-01"))
    );
    assert_eq!(told["shown"], false);
    for language in ["zh", "en"] {
        let page = bidder.opens("/bidder/tenders/T1/readings", language);
        assert_page(&page, language, "/bidder/tenders/T1/readings");
        assert!(page.text().contains("supervisor-01"), "{}", page.text());
    }
    // It ends without a result: nothing is held back any more.
    let failed = TenderFailed {
        basis: "b".to_owned(),
        cause: "too_few_qualified".to_owned(),
        tender: tender(),
    };
    platform.write(vec![fact(&failed)]);
    let zone = platform.procurement().to_owned();
    let bidder = Who::signed_in(&zone, "procurement", "bidder-01");
    until("the end", || (readings(&bidder)["shown"] == true).then_some(()));
}

#[test]
fn nothing_is_reviewed_before_the_opening_is_over() {
    let mut platform = platform();
    opened_tender(&mut platform, false);
    let zone = platform.procurement().to_owned();
    let buyer = Who::signed_in(&zone, "procurement", "buyer");
    let view = buyer.asks(API).json();
    assert_eq!(view["due"], false);
    assert!(view["bids"].as_array().unwrap().is_empty(), "{view}");
    assert_eq!(buyer.asks(&format!("{API}/{}", envelope(2, 2))).status, 404);
    assert!(!buyer.opens(PAGE, "zh").text().contains("第1设备厂"));
}
