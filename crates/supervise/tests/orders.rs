//! Orders through the front door, and the docket over HTTP.
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

mod support;

use axum::http::StatusCode;
use facts::Stream;
use support::*;

#[tokio::test]
async fn orders_open_and_end_one_suspension_at_a_time() {
    let world = world().await;
    assert_eq!(
        refused(world.order("bidder", "T1", &suspend("O1", "T1")).await),
        "role.missing"
    );
    assert_eq!(
        refused(world.order("supervisor", "T9", &suspend("O1", "T9")).await),
        "order.tender_unknown"
    );
    assert_eq!(
        refused(world.order("supervisor", "T1", &suspend("O1", "T2")).await),
        "act.stream_invalid"
    );
    assert_eq!(
        refused(world.order("supervisor", "T1", &resume("O1", "T1")).await),
        "order.not_suspended"
    );
    let mut empty = suspend("O1", "T1");
    empty.basis = " ".into();
    assert_eq!(
        refused(world.order("supervisor", "T1", &empty).await),
        "order.text_invalid"
    );
    let mut empty = suspend("O1", "T1");
    empty.reason = String::new();
    assert_eq!(
        refused(world.order("supervisor", "T1", &empty).await),
        "order.text_invalid"
    );

    let landed = world
        .order("supervisor", "T1", &suspend("O1", "T1"))
        .await
        .unwrap();
    assert!(landed[0].receipt().await.unwrap().contains("tlog-proof"));
    assert_eq!(
        refused(world.order("supervisor", "T1", &suspend("O2", "T1")).await),
        "order.suspended_already"
    );
    assert_eq!(
        refused(world.order("supervisor", "T1", &resume("O2", "T1")).await),
        "order.other"
    );
    let mut silent = resume("O1", "T1");
    silent.reason = "x".repeat(4_001);
    assert_eq!(
        refused(world.order("supervisor", "T1", &silent).await),
        "order.text_invalid"
    );
    world
        .order("supervisor", "T1", &resume("O1", "T1"))
        .await
        .unwrap();
    assert_eq!(
        refused(world.order("supervisor", "T1", &suspend("O1", "T1")).await),
        "order.known"
    );
    world
        .order("supervisor", "T1", &suspend("O2", "T1"))
        .await
        .unwrap();
    let state = world
        .scribe
        .state(&Stream::Supervision(tender("T1")))
        .await
        .unwrap();
    assert_eq!(
        state.open.as_ref().map(|open| open.order.to_string()).as_deref(),
        Some("O2")
    );
}

#[tokio::test]
async fn the_docket_is_for_supervisors_and_follows_the_log() {
    let world = world().await;
    assert_eq!(world.get("/api/docket", "bidder").await.0, StatusCode::FORBIDDEN);
    let (status, docket) = world.get("/api/docket", "supervisor").await;
    assert_eq!(status, StatusCode::OK);
    assert_eq!(docket["matters"][0]["phase"], "registered");
    assert_eq!(docket["calendar"], facts::calendar::CHINA.version);
    world
        .order("supervisor", "T1", &suspend("O1", "T1"))
        .await
        .unwrap();
    let (_, matter) = world.get("/api/docket/T1", "supervisor").await;
    assert_eq!(matter["suspended"]["order"], "O1");
    assert_eq!(matter["suspended"]["obeyed"], false);
    assert_eq!(matter["facts"].as_array().unwrap().len(), 2);
    assert_eq!(
        world.get("/api/docket/T9", "supervisor").await.0,
        StatusCode::NOT_FOUND
    );
    assert_eq!(
        world.get("/api/docket/..", "supervisor").await.0,
        StatusCode::NOT_FOUND
    );
}
