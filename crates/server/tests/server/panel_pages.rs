//! Pages of the panel for its buyer, and of draws for custodians: numbers and never a name, in both languages.

use crate::pages::assert_page;
use crate::people::{enrolment, key, land, sign};
use crate::platform::{Database, Platform};
use crate::seat_pages::Who;
use facts::body::draw::{
    CallAnswered, DrawAnswered, DrawCompleted, DrawPinned, DrawRequested, ExpertCalled, PoolFrozen, Subject,
    TieDrawn,
};
use facts::body::evaluation::{CodedBid, CodesDrawn, EvaluationOpened};
use facts::body::seat::{HoursSet, RepresentativesNamed};
use facts::body::tender::{Method, Regime, ScoreItem, TenderRegistered};
use facts::id::{CodeId, DrawId, ItemId, LotId, PoolId, SeatId};
use facts::{AccountId, BidId, Body, Currency, Draft, Hex, Instant, Money, Role, Stream, TenderId};
use std::collections::BTreeMap;

fn tender() -> TenderId {
    TenderId::parse("T1").unwrap()
}

fn draw(name: &str) -> DrawId {
    DrawId::parse(name).unwrap()
}

fn account(name: &str) -> AccountId {
    AccountId::parse(name).unwrap()
}

fn seat(name: &str) -> SeatId {
    SeatId::parse(name).unwrap()
}

fn fact<B: Body>(body: &B) -> Draft {
    Draft::platform(Stream::Evaluation(tender()), body).unwrap()
}

fn requested(name: &str, subject: Subject) -> Draft {
    fact(&DrawRequested {
        draw: draw(name),
        subject,
        tender: tender(),
    })
}

fn frozen(name: &str, members: &[&str], wanted: u64) -> Draft {
    fact(&PoolFrozen {
        draw: draw(name),
        filters: Vec::new(),
        ids: (0..members.len())
            .map(|n| Hex([u8::try_from(n).unwrap(); 32]))
            .collect(),
        key: Some(Hex([9; 32])),
        key_id: Hex([1; 32]),
        members: members.iter().map(|name| account(name)).collect(),
        pool: Hex([2; 32]),
        rules: Hex([3; 32]),
        tender: tender(),
        wanted,
    })
}

fn called(place: u32, expert: &str, number: u32) -> Draft {
    fact(&ExpertCalled {
        draw: draw("panel"),
        expert: account(expert),
        place,
        salt: Hex([4; 32]),
        seat: seat(&format!("panel-{number}")),
        tender: tender(),
        until: Instant(4_000_000_000_000),
    })
}

fn answered(place: u32, accept: bool) -> Draft {
    fact(&CallAnswered {
        accept,
        draw: draw("panel"),
        place,
        reason: if accept {
            String::new()
        } else {
            "abroad".to_owned()
        },
        tender: tender(),
    })
}

/// T1 is being evaluated: a draw of two experts under way with three calls, an order drawn, a representative named.
fn platform() -> Platform {
    let mut platform = Platform::start(&Database::sqlite());
    let base = platform.procurement().to_owned();
    for (name, role) in [
        ("buyer", Role::Buyer),
        ("bidder-01", Role::Buyer),
        ("expert-1", Role::Expert),
        ("supervisor", Role::Supervisor),
    ] {
        land(&base, &enrolment(name, &key(name), role));
    }
    let body = TenderRegistered {
        agent: None,
        buyer: account("buyer"),
        regime: Regime::Free,
        tender: tender(),
        title: "<script>alert(1)</script> 道路".to_owned(),
    };
    land(&base, &sign(&key("buyer"), Stream::Tender(tender()), &body));
    platform.write(opened());
    platform.write(drawn());
    platform
}

fn pinned(name: &str, size: u64) -> Draft {
    fact(&DrawPinned {
        draw: draw(name),
        root: Hex([5; 32]),
        size,
        tender: tender(),
    })
}

fn completed(name: &str) -> Draft {
    fact(&DrawCompleted {
        draw: draw(name),
        quorum: vec![1],
        seed: Hex([6; 64]),
        tender: tender(),
    })
}

fn opened() -> Vec<Draft> {
    let codes = ["code-a", "code-b"];
    let bid = |name: &str| CodedBid {
        brand: None,
        ceiling: None,
        code: CodeId::parse(name).unwrap(),
        deviations: BTreeMap::new(),
        floor: None,
        lot: LotId::parse("1").unwrap(),
        price: Money::new(Currency::CNY, 912_345_600),
    };
    let method = Method::Composite {
        above: 200,
        below: 100,
        drop_high: 0,
        drop_low: 0,
        float_bp: 0,
        items: vec![ScoreItem {
            item: ItemId::parse("plan").unwrap(),
            max: 4_000,
            title: "plan".to_owned(),
        }],
        panel: 5,
        price_points: 6_000,
    };
    vec![
        fact(&EvaluationOpened {
            bids: codes.map(bid).to_vec(),
            method,
            opening: 0,
            tender: tender(),
            way: None,
            qualification: None,
            unqualified: Vec::new(),
        }),
        fact(&CodesDrawn {
            codes: codes
                .map(|name| {
                    (
                        CodeId::parse(name).unwrap(),
                        BidId::parse(&format!("bid-of-{name}")).unwrap(),
                    )
                })
                .into(),
            tender: tender(),
        }),
    ]
}

fn drawn() -> Vec<Draft> {
    vec![
        requested(
            "panel",
            Subject::Experts {
                after: None,
                answer_minutes: 60,
                consultants: vec!["某咨询公司".to_owned()],
                pool: PoolId::parse("county").unwrap(),
                regions: vec!["32".to_owned()],
                seats: 2,
                specialities: vec!["A01".to_owned()],
            },
        ),
        frozen("panel", &["expert-7", "expert-8", "expert-9", "expert-5"], 2),
        pinned("panel", 9),
        fact(&DrawAnswered {
            draw: draw("panel"),
            index: 1,
            part: Hex([7; 96]),
            tender: tender(),
        }),
        completed("panel"),
        called(0, "expert-7", 1),
        called(1, "expert-8", 2),
        answered(0, false),
        called(2, "expert-9", 1),
        answered(1, true),
        requested("order", Subject::Order {}),
        frozen("order", &[], 2),
        pinned("order", 12),
        completed("order"),
        fact(&TieDrawn {
            draw: draw("order"),
            order: vec![CodeId::parse("code-b").unwrap(), CodeId::parse("code-a").unwrap()],
            tender: tender(),
        }),
        fact(&HoursSet {
            from: Instant(1_800_000_000_000),
            tender: tender(),
            until: Instant(1_800_050_000_000),
        }),
        fact(&RepresentativesNamed {
            seats: [(seat("buyer-1"), account("deputy"))].into(),
            tender: tender(),
        }),
    ]
}

/// Nobody who was called, and nothing of bids.
fn assert_silent(text: &str, what: &str) {
    for name in [
        "expert-7",
        "expert-8",
        "expert-9",
        "expert-5",
        "bid-of-",
        "912345600",
        "9,123,456",
        "abroad",
        "<script>alert",
    ] {
        assert!(!text.contains(name), "{what} shows {name}: {text}");
    }
}

#[test]
fn the_buyer_follows_draws_by_numbers_alone() {
    let platform = platform();
    let zone = platform.addresses().evaluation.clone();
    let buyer = Who::signed_in(&zone, "evaluation", "buyer");
    for path in ["/panels", "/panels/T1"] {
        for language in ["zh", "en"] {
            let page = buyer.opens(path, language);
            assert_eq!(page.status, 200, "{path}: {}", page.text());
            assert_page(&page, language, path);
            assert_eq!(page.header("cache-control"), "no-store", "{path}");
            assert_silent(&page.text(), path);
        }
    }
    let html = buyer.opens("/panels/T1", "en").text();
    for said in [
        "3 called: 1 accepted, 1 to answer, 1 do not come",
        "4 experts pass the filters",
        "2 experts of the pool county (A01 / 32)",
        "code-b → code-a",
        "deputy",
        "id=\"hours\"",
        "data-at=\"1800000000000\"",
    ] {
        assert!(html.contains(said), "{said}: {html}");
    }
    assert!(
        !html.contains("id=\"representatives\""),
        "one of five sits for the buyer"
    );
    assert!(!html.contains("id=\"draw-order\""), "the order is drawn once");
    assert!(!html.contains("id=\"draw-experts\""), "there is no key for draws");
    let state = buyer.asks("/panels/T1/state");
    assert_silent(&state.text(), "the state");
    let state = state.json();
    assert_eq!((&state["filled"], &state["lacking"]), (&2.into(), &2.into()));
    assert_eq!(state["draws"][0]["draw"], "panel");
    assert_eq!(state["draws"][0]["cells"]["answers"], "1");
}

#[test]
fn a_used_up_order_is_told_by_the_number_of_seats_it_left_empty() {
    let mut platform = platform();
    let stranded = |platform: &Platform| {
        let zone = &platform.addresses().evaluation;
        let state = Who::signed_in(zone, "evaluation", "buyer").asks("/panels/T1/state");
        assert_silent(&state.text(), "the state");
        state.json()["stranded"].clone()
    };
    assert_eq!(stranded(&platform), 0, "one is still to answer");
    platform.write(vec![
        answered(2, false),
        called(3, "expert-5", 1),
        answered(3, false),
    ]);
    assert_eq!(stranded(&platform), 1);
}

#[test]
fn a_panel_is_for_its_buyer_alone() {
    let platform = platform();
    let zones = platform.addresses();
    let refused =
        |name: &str, path: &str| Who::signed_in(&zones.evaluation, "evaluation", name).opens(path, "en");
    for path in ["/panels/T1", "/panels/T1/state"] {
        for name in ["bidder-01", "expert-1", "supervisor"] {
            let page = refused(name, path);
            assert_eq!(page.status, 403, "{name} {path}");
            assert_silent(&page.text(), path);
            assert!(!page.text().contains("deputy"), "{name} {path}");
        }
    }
    assert_eq!(refused("expert-1", "/panels").status, 403);
    let others = refused("bidder-01", "/panels");
    assert!(others.status == 200 && !others.text().contains("/panels/T1"));
    assert_eq!(refused("buyer", "/panels/T9").status, 404);
    let elsewhere = Who::signed_in(&zones.procurement, "procurement", "buyer");
    assert_eq!(
        elsewhere.opens("/panels/T1", "en").status,
        404,
        "acts of an evaluation belong to its zone"
    );
    // The tender's own page leads there.
    let page = elsewhere.opens("/buyer/T1", "en").text();
    assert!(
        page.contains(&format!("{}/panels/T1", zones.evaluation)),
        "{page}"
    );
}

#[test]
fn draws_are_a_page_for_custodians_alone() {
    let platform = platform();
    let zone = platform.addresses().evaluation.clone();
    for name in ["buyer", "expert-1"] {
        let other = Who::signed_in(&zone, "evaluation", name);
        assert_eq!(other.opens("/draws", "en").status, 403, "{name}");
    }
    assert!(
        crate::pages::open(&zone, "/draws", "en")
            .text()
            .contains("data-next=\"/draws\"")
    );
}
