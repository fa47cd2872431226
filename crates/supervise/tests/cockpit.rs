//! The cockpit over HTTP: what waits, live procedures, openings as an observer, evaluations as numbers and a step.
#![allow(
    clippy::allow_attributes,
    clippy::arithmetic_side_effects,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    dead_code,
    unreachable_pub,
    reason = "test code"
)]

extern crate kaibiao_supervise as supervise;

#[path = "cockpit/waiting.rs"]
mod waiting;

mod support;

use axum::http::StatusCode;
use facts::body::complaint::{ComplaintFiled, ComplaintWithdrawn, Grievance};
use facts::body::evaluation::{
    CodedBid, CodesDrawn, EvaluationOpened, PanelAppointed, RecusalDeclared, ScoreCommitted, ScoreRevealed,
};
use facts::body::opening::{ListFrozen, Listed, OpeningClosed, ShareFaulted, ShareGiven};
use facts::body::seat::{Leaving, SeatEntered, SeatLeft};
use facts::body::tender::Method;
use facts::id::{CodeId, ComplaintId, ItemId, LotId, SeatId, StageId};
use facts::{AccountId, BidId, Currency, Hex, Instant, Money, Stream};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use support::*;

const CODE: &str = "K7Q9ZX";
const PRICE: i64 = 987_654_321;
const BID: &str = "bid-of-a-name";
const EXPERT: &str = "professor-who";

fn seat(name: &str) -> SeatId {
    SeatId::parse(name).unwrap()
}

fn stage() -> StageId {
    StageId::parse("open").unwrap()
}

fn code() -> CodeId {
    CodeId::parse(CODE).unwrap()
}

fn method() -> Method {
    Method::LowestEvaluated {
        adjustments: vec![],
        must_pass: vec![],
        panel: 2,
    }
}

async fn evaluated<B: facts::Body>(world: &World, body: &B) {
    world.write(Stream::Evaluation(tender("T1")), body).await;
}

async fn seen(world: &World) -> Value {
    let (status, cockpit) = world.get("/api/cockpit", "supervisor").await;
    assert_eq!(status, StatusCode::OK, "{cockpit}");
    cockpit
}

fn live<'a>(cockpit: &'a Value, tender: &str) -> &'a Value {
    let all = cockpit["live"].as_array().unwrap();
    all.iter().find(|live| live["tender"] == tender).unwrap()
}

#[tokio::test]
async fn the_cockpit_is_for_supervisors_and_tells_what_waits() {
    let world = world().await;
    assert_eq!(world.get("/api/cockpit", "bidder").await.0, StatusCode::FORBIDDEN);
    let empty = seen(&world).await;
    assert_eq!(empty["needs"], json!([]));
    assert_eq!(live(&empty, "T1")["phase"], "registered");
    world
        .order("supervisor", "T1", &suspend("O1", "T1"))
        .await
        .unwrap();
    let waiting = seen(&world).await;
    assert_eq!(waiting["needs"][0]["what"], "order");
    assert_eq!(waiting["needs"][0]["about"], "O1");
    assert_eq!(live(&waiting, "T1")["suspended"], true);
    // Once procurement says that it stands still, the order waits no more.
    let obeyed = facts::body::award::TenderSuspended {
        order: order("O1"),
        seq: 0,
        tender: tender("T1"),
        until: None,
    };
    world.write(Stream::Tender(tender("T1")), &obeyed).await;
    assert_eq!(seen(&world).await["needs"], json!([]));
}

#[tokio::test]
async fn a_complaint_waits_until_it_is_decided_and_says_nothing_but_its_name() {
    let world = world().await;
    let complaint = || ComplaintId::parse("C1").unwrap();
    let filed = ComplaintFiled {
        claims: "claims-secret".into(),
        complaint: complaint(),
        evidence: vec![],
        grievance: Grievance::Process,
        known: START,
        objections: vec![],
        paper: None,
        requests: "requests-secret".into(),
        tender: tender("T1"),
        tracking: Hex([3; 32]),
    };
    let stream = || Stream::Supervision(tender("T1"));
    world.write(stream(), &filed).await;
    let cockpit = seen(&world).await;
    assert_eq!(
        (
            cockpit["needs"][0]["what"].as_str(),
            cockpit["needs"][0]["about"].as_str()
        ),
        (Some("complaint"), Some("C1"))
    );
    assert!(!cockpit.to_string().contains("secret"), "{cockpit}");
    let withdrawn = ComplaintWithdrawn {
        complaint: complaint(),
        reason: "settled".into(),
        tender: tender("T1"),
    };
    world.write(stream(), &withdrawn).await;
    assert_eq!(seen(&world).await["needs"], json!([]));
}

#[tokio::test]
async fn an_opening_is_followed_by_public_facts_until_it_ends() {
    let world = world().await;
    let stream = || Stream::Tender(tender("T1"));
    assert_eq!(live(&seen(&world).await, "T1").get("hall"), None);
    let list = ListFrozen {
        envelopes: vec![Listed {
            bid: BidId::parse("b1").unwrap(),
            envelope: Hex::default(),
            seq: 1,
            submission: Hex::default(),
        }],
        list: Hex::default(),
        stage: stage(),
        tender: tender("T1"),
        until: START,
    };
    world.write(stream(), &list).await;
    let given = |index| ShareGiven {
        index,
        list: Hex::default(),
        partials: vec![],
        stage: stage(),
        tender: tender("T1"),
    };
    for index in [1, 2] {
        world.write(stream(), &given(index)).await;
    }
    let faulted = ShareFaulted {
        index: 2,
        reason: "proof".to_owned(),
        seq: 1,
        stage: stage(),
        submission: Hex::default(),
        tender: tender("T1"),
    };
    world.write(stream(), &faulted).await;
    let cockpit = seen(&world).await;
    let hall = &live(&cockpit, "T1")["hall"];
    assert_eq!(
        (
            hall["listed"].as_u64(),
            hall["shares"].as_u64(),
            &hall["recorded"]
        ),
        (Some(1), Some(1), &Value::Null)
    );
    let closed = OpeningClosed {
        stage: stage(),
        tender: tender("T1"),
    };
    world.write(stream(), &closed).await;
    assert_eq!(live(&seen(&world).await, "T1").get("hall"), None);
}

/// The facts of an evaluation up to a revealed sheet, each with something that must not be seen.
async fn evaluate(world: &World) {
    let opened = EvaluationOpened {
        bids: vec![CodedBid {
            brand: None,
            ceiling: None,
            code: code(),
            deviations: BTreeMap::new(),
            floor: None,
            lot: LotId::parse("lot").unwrap(),
            price: Money::new(Currency::CNY, PRICE),
        }],
        method: method(),
        opening: 1,
        tender: tender("T1"),
        way: None,
        qualification: None,
        unqualified: Vec::new(),
    };
    evaluated(world, &opened).await;
    let codes = CodesDrawn {
        codes: BTreeMap::from([(code(), BidId::parse(BID).unwrap())]),
        tender: tender("T1"),
    };
    evaluated(world, &codes).await;
    let account = |name: &str| AccountId::parse(name).unwrap();
    let panel = PanelAppointed {
        reason: None,
        seats: BTreeMap::from([(seat("s1"), account(EXPERT)), (seat("s2"), account("other"))]),
        tender: tender("T1"),
    };
    evaluated(world, &panel).await;
    for name in ["s1", "s2", "s1"] {
        let entered = SeatEntered {
            device: Hex([1; 32]),
            proof: Hex([1; 64]),
            seat: seat(name),
            tender: tender("T1"),
        };
        evaluated(world, &entered).await;
    }
    for name in ["s1", "s2"] {
        let declared = RecusalDeclared {
            conflicts: vec![],
            seat: seat(name),
            tender: tender("T1"),
        };
        evaluated(world, &declared).await;
    }
    let left = SeatLeft {
        cause: Leaving::Left,
        seat: seat("s2"),
        tender: tender("T1"),
    };
    evaluated(world, &left).await;
    let committed = ScoreCommitted {
        commitment: Hex([0xab; 32]),
        seat: seat("s1"),
        tender: tender("T1"),
    };
    evaluated(world, &committed).await;
}

#[tokio::test]
async fn an_evaluation_is_numbers_and_a_step_and_nothing_of_what_it_says() {
    let world = world().await;
    evaluate(&world).await;
    let cockpit = seen(&world).await;
    let process = &live(&cockpit, "T1")["evaluation"];
    assert_eq!(process["step"], "scoring");
    let counts = ["present", "declared", "committed", "revealed"].map(|name| process[name].as_u64().unwrap());
    assert_eq!(counts, [1, 2, 1, 0]);
    let revealed = ScoreRevealed {
        salt: Hex([0xcd; 32]),
        seat: seat("s1"),
        sheet: BTreeMap::from([(
            code(),
            BTreeMap::from([(ItemId::parse("quality").unwrap(), 7_654)]),
        )]),
        tender: tender("T1"),
    };
    evaluated(&world, &revealed).await;
    let cockpit = seen(&world).await;
    assert_eq!(live(&cockpit, "T1")["evaluation"]["revealed"], 1);
    assert_eq!(live(&cockpit, "T1")["evaluation"]["step"], "revealing");
    let (_, docket) = world.get("/api/docket/T1", "supervisor").await;
    for text in [cockpit.to_string(), docket.to_string()] {
        for secret in [
            CODE,
            BID,
            EXPERT,
            "987654321",
            "9876543",
            "7654",
            "quality",
            "abababab",
            "cdcdcdcd",
            "s1",
        ] {
            assert!(!text.contains(secret), "{secret} in {text}");
        }
    }
}

#[test]
fn a_zone_that_reads_no_sealed_body_counts_facts_and_never_more_than_there_are_seats() {
    use facts::{Canonical, Kind, Record};
    let mut docket = supervise::Docket::default();
    let mut notice = facts::body::tender::TenderNoticed {
        closes_at: START,
        documents: vec![],
        documents_from: START,
        documents_until: START,
        lots: vec![],
        method: method(),
        min_bidders: 3,
        opening: facts::body::tender::OpeningRules {
            bidder_lock: false,
            objection_ms: 0,
            remedy: String::new(),
            share_ms: 0,
            unlock_ms: 0,
        },
        procedure: None,
        publicity_days: 3,
        region: "510000".into(),
        stages: vec![],
        tender: tender("T1"),
        title: "T".into(),
        trade: "A01".into(),
        validity_days: 90,
    };
    notice.title = "Titled".into();
    let draft = facts::Draft::platform(Stream::Tender(tender("T1")), &notice).unwrap();
    docket.observe(&draft.record(0, START));
    let kinds = [
        Kind::SeatEntered,
        Kind::SeatEntered,
        Kind::SeatEntered,
        Kind::RecusalDeclared,
    ];
    for (seq, kind) in (1..).zip(kinds) {
        docket.observe(&Record {
            seq,
            at: Instant(START.0 + 1),
            stream: Stream::Evaluation(tender("T1")),
            kind,
            actor: None,
            body: Canonical::parse(b"{}").unwrap(),
            arrived: None,
        });
    }
    let view = docket.process(&tender("T1")).unwrap().view().unwrap();
    assert_eq!((view.present, view.declared, view.seats), (2, 1, 2));
}
