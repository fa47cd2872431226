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
    for path in ["/api/flags", "/api/screens", "/api/screens/T1"] {
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

#[tokio::test]
async fn red_flags_are_told_with_what_they_read_and_why_they_cannot_speak() {
    let world = world().await;
    let (status, none) = world.get("/api/flags", "supervisor").await;
    assert_eq!((status, none["processes"].as_u64()), (StatusCode::OK, Some(0)));
    let speaks = |view: &serde_json::Value, code: &str, voice: &str| {
        let flags = view["flags"].as_array().unwrap().iter();
        let meant: Vec<_> = flags.filter(|flag| flag["code"] == code).collect();
        assert!(!meant.is_empty(), "{code}");
        for flag in meant {
            assert_eq!(flag["voice"], voice, "{code}: {flag}");
            assert_eq!(flag.get("silence").is_none(), voice == "speaks", "{code}");
            assert!(!flag["reads"][0].as_str().unwrap().is_empty(), "{code}");
        }
    };
    let all = "R003 R018 R024 R025 R028 R030 R035 R036 R038 R048 R058";
    for code in all.split(' ') {
        speaks(&none, code, "nothing");
    }
    world
        .write(
            Stream::Tender(tender("T1")),
            &opened(&[100_000, 100_000, 120_000]),
        )
        .await;
    let view = world.get("/api/flags", "supervisor").await.1;
    assert_eq!(view["card"], "yellow");
    assert_eq!(view["currency"], "CNY");
    speaks(&view, "R028", "speaks");
    speaks(&view, "R058", "nothing");
    let one = world.get("/api/screens/T1", "supervisor").await.1;
    let flags: Vec<&str> = one["flags"]
        .as_array()
        .unwrap()
        .iter()
        .map(|flag| flag["code"].as_str().unwrap())
        .collect();
    assert_eq!(flags, ["R028", "R028", "R028"], "the lot and two bidders");
    assert_eq!(one["brief"]["files"], "none");
}
