//! Versions of the rules through the front door: only a supervisor's, only of a file that is there, never backwards.
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
use desk::{Failure, Landed};
use facts::body::card::RulesAdopted;
use facts::calendar::{day_of, start_of};
use facts::time::DAY;
use facts::{Body, Canonical, Hex, Seen, Stream};
use support::*;

async fn adopt(world: &World, name: &str, body: &RulesAdopted) -> Result<Vec<Landed>, Failure> {
    let seen = Seen {
        root: Hex(ledger::hash::empty_root()),
        size: 0,
    };
    let mut nonce = [0; 16];
    nonce[8..].copy_from_slice(&world.log.rows().len().to_be_bytes());
    let body = Canonical::of(body).unwrap();
    let act = ledger::act::sign(
        ORIGIN,
        Stream::Rules,
        RulesAdopted::KIND,
        body,
        nonce,
        seen,
        &key(name),
    );
    let bytes = ledger::act::write(&act).unwrap();
    let admitted = world
        .front
        .admit(&bytes)
        .await
        .map_err(|rejected| rejected.failure)?;
    let command = world.oversight.adoption(&admitted)?;
    world.adoptions.enact(&admitted, command).await
}

#[tokio::test]
async fn a_supervisor_adopts_the_file_that_is_there_once() {
    let world = world().await;
    let (status, wanted) = world.get("/api/rules/adoption", "supervisor").await;
    assert_eq!(status, StatusCode::OK);
    let body: RulesAdopted = serde_json::from_value(wanted).unwrap();
    assert_eq!((body.changed.len(), body.from), (224, START));
    assert!(
        body.clocks
            .iter()
            .any(|clock| clock.rule == "A01" && clock.warns && clock.red)
    );

    assert_eq!(refused(adopt(&world, "bidder", &body).await), "role.missing");
    let mut other = body.clone();
    other.version = Hex([1; 32]);
    assert_eq!(
        refused(adopt(&world, "supervisor", &other).await),
        "rules.malformed"
    );
    let mut other = body.clone();
    other.file["rules"][3]["limit"]["unit"] = "fortnight".into();
    assert_eq!(
        refused(adopt(&world, "supervisor", &other).await),
        "rules.malformed"
    );
    let mut other = body.clone();
    other.clocks[0].number += 1;
    assert_eq!(refused(adopt(&world, "supervisor", &other).await), "rules.differ");
    let mut other = body.clone();
    other.changed.pop();
    assert_eq!(refused(adopt(&world, "supervisor", &other).await), "rules.differ");
    let mut other = body.clone();
    other.from = start_of(day_of(START)).plus(-1);
    assert_eq!(
        refused(adopt(&world, "supervisor", &other).await),
        "rules.back_dated"
    );

    let mut later = body.clone();
    later.from = START.plus(DAY);
    adopt(&world, "supervisor", &later).await.unwrap();
    assert_eq!(
        refused(adopt(&world, "supervisor", &later).await),
        "rules.adopted_already"
    );
    let (status, _) = world.get("/api/rules/adoption", "supervisor").await;
    assert_eq!(status, StatusCode::NOT_FOUND);
    // Another file, read by the platform and adopted after this one, is the one whose cards are looked for.
    let (status, text) = world.text("/api/rules/file", "supervisor").await;
    assert_eq!(status, StatusCode::OK);
    let (status, problem) = world
        .post(
            "/api/rules/adoption",
            "supervisor",
            &text.replacen(r#""card":"red""#, r#""card":"blue""#, 1),
        )
        .await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(problem["code"], "rules.malformed");
    assert!(
        problem["detail"].as_str().unwrap().contains("for its line "),
        "{problem}"
    );
    // One that counts by a calendar that another followed goes on where it is in force, and is not adopted anew.
    let old = text.replacen("cn-workdays/2025-2027/1", "cn-workdays/2025-2026/1", 1);
    let book = rules::RuleBook::parse(old.as_bytes()).unwrap();
    let old = rules::adopted::wanted(&book, None, START.plus(DAY));
    assert_eq!(
        refused(adopt(&world, "supervisor", &old).await),
        "rules.calendar_old"
    );
    let other = text.replacen("\"name\": \"", "\"name\": \"本市", 1);
    let path = format!("/api/rules/adoption?from={}", START.plus(DAY).0);
    let (status, wanted) = world.post(&path, "supervisor", &other).await;
    assert_eq!(status, StatusCode::OK, "{wanted}");
    let own: RulesAdopted = serde_json::from_value(wanted).unwrap();
    assert!(own.changed.is_empty() && own.version != later.version);
    adopt(&world, "supervisor", &own).await.unwrap();
    let tender = "T1".parse().unwrap();
    world.oversight.look(&tender, START.plus(DAY)).await.unwrap();
    let in_use = world.oversight.with_board(|board| board.book().version).await;
    assert_eq!(in_use.unwrap(), own.version);
    let (status, _) = world.post("/api/rules/adoption", "bidder", &other).await;
    assert_eq!(status, StatusCode::FORBIDDEN);
    let (status, _) = world.get("/api/rules/adoption?from=soon", "supervisor").await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);

    // In force from its day on, and not before.
    let in_force = |at| {
        world
            .oversight
            .with_board(move |board| board.in_force(at).is_some())
    };
    assert!(!in_force(START).await.unwrap());
    assert!(in_force(START.plus(DAY)).await.unwrap());
    let named = world
        .oversight
        .with_board(|board| board.adoptions()[0].by.clone().unwrap().to_string());
    assert_eq!(named.await.unwrap(), "supervisor");
    let (status, cards) = world.get("/api/cards/issued?told=buyer", "supervisor").await;
    assert_eq!(
        (status, cards["cards"].as_array().unwrap().len()),
        (StatusCode::OK, 0)
    );
}
