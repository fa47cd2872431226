//! The expert's desk over HTTP, and acts through the real front door, on a log in memory.
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

extern crate kaibiao_evaluate as evaluate;

#[path = "../common/mod.rs"]
mod common;
mod world;

use axum::http::StatusCode;
use common::*;
use evaluate::{Command, Ground, Lookups};
use facts::body::evaluation::RecusalDeclared;
use facts::{Body as _, Canonical, Hex, Seen, Stream, TenderId};
use serde_json::Value;
use std::collections::BTreeSet;
use world::*;

#[tokio::test]
async fn a_seat_sees_codes_and_files_but_neither_price_nor_name() {
    let world = world().await;
    let path = "/api/evaluations/T1";
    assert_eq!(world.get(path, None).await.0, StatusCode::UNAUTHORIZED);
    let (one, outsider, buyer) = (
        world.token("expert-1").await,
        world.token("expert-5").await,
        world.token("buyer").await,
    );
    assert_eq!(world.get(path, Some(&one)).await.0, StatusCode::NOT_FOUND);
    world.tell(open(composite(5))).await;
    world.appoint_five().await;
    assert_eq!(world.get(path, Some(&buyer)).await.0, StatusCode::FORBIDDEN);
    // A stranger learns nothing, not even that there is an evaluation.
    let (status, stranger) = world.get(path, Some(&outsider)).await;
    let (_, nothing) = world.get("/api/evaluations/T9", Some(&outsider)).await;
    assert_eq!((status, &stranger), (StatusCode::NOT_FOUND, &nothing));

    // Before the declaration: the seat and the items, but no code.
    let (status, text) = world.get(path, Some(&one)).await;
    assert_eq!(status, StatusCode::OK);
    let view: Value = serde_json::from_str(&text).unwrap();
    assert_eq!(
        (&view["seat"], &view["step"]),
        (&"S1".into(), &"declaring".into())
    );
    assert_eq!(view["codes"], Value::Array(vec![]));
    assert_eq!(view["items"][0]["item"], "design");
    assert_eq!(view["items"][0]["max"], 3000);
    let file = "/api/evaluations/T1/files/K1/tech";
    let (status, text) = world.get(file, Some(&one)).await;
    assert_eq!(status, StatusCode::FORBIDDEN);
    assert!(text.contains("seat.undeclared_not_allowed"), "{text}");

    let landed = world.declare_by_act("expert-1", 1).await.unwrap();
    assert!(landed[0].receipt().await.unwrap().contains("tlog-proof"));
    let (_, text) = world.get(path, Some(&one)).await;
    let view: Value = serde_json::from_str(&text).unwrap();
    let codes: Vec<_> = view["codes"]
        .as_array()
        .unwrap()
        .iter()
        .map(|code| code["code"].as_str().unwrap())
        .collect();
    assert_eq!(codes, ["K1", "K2", "K3"]);
    assert_eq!(view["codes"][0]["files"][0]["part"], "tech");
    for secret in ["10000", "11000", "12000", "price", "bid-", "expert", "sha256"] {
        assert!(!text.contains(secret), "{secret} in {text}");
    }
    // Free of conflict is not enough: the room has hours, and the seat one device.
    let device = key("device");
    let from = Some((&device, NOW.0));
    for closed in [file.to_owned(), format!("{file}/names")] {
        let (status, text) = world.get_from(&closed, Some(&one), from).await;
        assert_eq!(status, StatusCode::CONFLICT, "{text}");
        assert!(text.contains("room.closed"), "{text}");
    }
    world.enter("expert-1", 1, &device).await.unwrap();
    for other in [
        None,
        Some((&key("other"), NOW.0)),
        Some((&device, NOW.0 - 61_000)),
    ] {
        let (status, text) = world.get_from(file, Some(&one), other).await;
        assert_eq!(status, StatusCode::FORBIDDEN, "{text}");
        assert!(text.contains("room.device_not_allowed"), "{text}");
    }
    // Where a file names its bidder is told as a place, to who may read the file.
    let (status, text) = world.get(&format!("{file}/names"), Some(&one)).await;
    assert_eq!(
        (status, text.as_str()),
        (StatusCode::OK, r#"{"places":["metadata"]}"#)
    );
    let missing = world
        .get("/api/evaluations/T1/files/K2/tech/names", Some(&one))
        .await;
    assert_eq!(missing.0, StatusCode::NOT_FOUND);
    let stranger = world.get(&format!("{file}/names"), Some(&outsider)).await;
    assert_eq!(stranger.0, StatusCode::NOT_FOUND);
    let before = world.scribe.state(&stream()).await.unwrap().secret.len();
    assert_eq!(
        world.get_from(file, Some(&one), from).await,
        (StatusCode::OK, "the plans".to_owned())
    );
    let after = world.scribe.state(&stream()).await.unwrap().secret.len();
    assert_eq!(after, before + 1, "what was read is in the log");
    for closed in ["K1/letter", "K3/tech", "K9/tech", "K1/..%2Ftech"] {
        let path = format!("/api/evaluations/T1/files/{closed}");
        let (status, text) = world.get_from(&path, Some(&one), from).await;
        assert_eq!(status, StatusCode::NOT_FOUND, "{closed}");
        assert!(!text.contains("the price"));
    }
    assert_eq!(world.get(file, Some(&outsider)).await.0, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn acts_are_admitted_for_the_seat_of_their_signer_alone() {
    let world = world().await;
    world.tell(open(composite(5))).await;
    world.appoint_five().await;
    let refused = |outcome: Result<Vec<desk::Landed>, desk::Failure>| match outcome {
        Err(desk::Failure::Refused(refusal)) => refusal.code.into_owned(),
        other => panic!("should have been refused: {other:?}"),
    };
    assert_eq!(
        refused(world.declare_by_act("expert-2", 1).await),
        "seat.not_yours"
    );
    assert_eq!(refused(world.declare_by_act("buyer", 1).await), "role.missing");
    assert!(world.declare_by_act("expert-1", 1).await.is_ok());
    assert!(world.scribe.state(&stream()).await.unwrap().seats[&seat(1)].free);
}

#[tokio::test]
async fn a_suspended_tender_takes_no_act_and_a_foreign_stream_none_either() {
    let world = world().await;
    let body = RecusalDeclared {
        conflicts: vec![],
        seat: seat(1),
        tender: tender(),
    };
    let admit = async |stream: Stream| {
        let seen = Seen {
            root: Hex(empty_root()),
            size: 0,
        };
        let body = Canonical::of(&body).unwrap();
        let act = ledger::act::sign(
            ORIGIN,
            stream,
            RecusalDeclared::KIND,
            body,
            [5; 16],
            seen,
            &key("expert-1"),
        );
        world
            .front
            .admit(&ledger::act::write(&act).unwrap())
            .await
            .unwrap()
    };
    let admitted = admit(stream()).await;
    let halted = Lookups {
        suspended: Some("O1".parse().unwrap()),
        ..Lookups::default()
    };
    assert_eq!(
        evaluate::command(&admitted, halted).unwrap_err().code,
        "tender.suspended"
    );
    let foreign = admit(Stream::Evaluation(TenderId::parse("T2").unwrap())).await;
    assert_eq!(
        evaluate::command(&foreign, Lookups::default()).unwrap_err().code,
        "act.stream_invalid"
    );
    assert_eq!(evaluate::experts_named(&admitted.act), BTreeSet::new());
}

#[tokio::test]
async fn the_disclosure_leaves_its_marks() {
    let world = world().await;
    world.tell(open(composite(0))).await;
    let codes = world
        .scribe
        .state(&stream())
        .await
        .unwrap()
        .secret
        .first()
        .copied()
        .unwrap();
    world.tell(Command::Disclose(Ground::Concluded)).await;
    let log = world.scribe.pen().log();
    let marked = log.mark(desk::mark::DISCLOSED, &codes.to_string()).await.unwrap();
    assert!(marked.is_some());
}
