//! Signs over HTTP: for supervisors alone, nothing before the opening, evidence in both languages.
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
use support::opened::opened;
use support::*;

#[tokio::test]
async fn signs_are_for_supervisors_and_come_after_the_opening() {
    let world = world().await;
    for path in ["/api/screens", "/api/screens/T1"] {
        assert_eq!(world.get(path, "bidder").await.0, StatusCode::FORBIDDEN);
    }
    let (status, list) = world.get("/api/screens", "supervisor").await;
    assert_eq!(
        (status, list["tenders"].as_array().unwrap().len()),
        (StatusCode::OK, 0)
    );
    assert_eq!(list["card"], "yellow");
    let unseen: Vec<&str> = list["unseen"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| one["codes"].as_str().unwrap())
        .collect();
    assert!(unseen.contains(&"K06"), "{unseen:?}");
    for path in ["/api/screens/T1", "/api/screens/T9", "/api/screens/.."] {
        assert_eq!(
            world.get(path, "supervisor").await.0,
            StatusCode::NOT_FOUND,
            "{path}"
        );
    }

    world
        .write(
            Stream::Tender(tender("T1")),
            &opened(&[100_000, 110_000, 120_000, 130_000]),
        )
        .await;
    let (_, list) = world.get("/api/screens", "supervisor").await;
    assert_eq!(list["tenders"][0]["title"], "Tender T1");
    assert_eq!(list["tenders"][0]["strong"], 1);
    assert!(
        list["tenders"][0]["codes"]
            .as_array()
            .unwrap()
            .contains(&"K13".into())
    );

    let (status, one) = world.get("/api/screens/T1", "supervisor").await;
    assert_eq!(status, StatusCode::OK);
    let sign = &one["signs"][0];
    assert_eq!(
        (sign["code"].as_str(), sign["strength"].as_str()),
        (Some("K13"), Some("strong"))
    );
    assert_eq!(sign["nature"], "exact");
    assert_eq!(sign["evidence"][0]["zh"], "报价");
    assert_eq!(sign["evidence"][0]["sides"][3]["value"], "1300.00 CNY");
    assert_eq!(sign["subjects"].as_array().unwrap().len(), 4);
}
