//! The audit over a log that is tampered with in every way a store could.
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
use desk::AppendLog;
use facts::Stream;
use ledger::{Checkpoint, NoteSigner};
use supervise::Scope;
use support::*;

#[tokio::test]
async fn a_sound_log_is_found_sound() {
    let world = world().await;
    world.fill(600).await;
    let audit = world.audit().await;
    assert!(audit.sound, "{:?}", audit.broken);
    assert_eq!((audit.size, audit.examined, audit.payloads), (603, 603, 603));
    assert!(audit.checkpoints.len() > 4 && audit.checkpoints.iter().all(|kept| kept.agrees));
    let (status, json) = world.get("/api/audit?payloads=true", "supervisor").await;
    assert_eq!((status, &json["sound"]), (StatusCode::OK, &true.into()));
    assert_eq!(world.get("/api/audit", "bidder").await.0, StatusCode::FORBIDDEN);
    assert_eq!(
        world.get("/api/audit?depth=1", "supervisor").await.0,
        StatusCode::UNPROCESSABLE_ENTITY
    );
}

#[tokio::test]
async fn an_altered_entry_is_named() {
    let world = world().await;
    world.fill(600).await;
    let entry = String::from_utf8(world.log.rows()[300].entry.to_vec()).unwrap();
    world.log.tamper(300, entry.replace("F297", "F296").into());
    let audit = world.audit().await;
    let broken = audit.broken.unwrap();
    // The store's own tile may have been rewritten with it: then the entry after it, or this one's content, betrays it.
    assert!([300, 301].contains(&broken.seq), "{broken:?}");
    assert!(!audit.sound && audit.examined <= 301);
}

#[tokio::test]
async fn an_entry_of_garbage_or_of_another_place_is_named() {
    let world = world().await;
    world.fill(20).await;
    let other = world.log.rows()[9].entry.clone();
    world.log.tamper(10, other);
    assert_eq!(world.audit().await.broken.unwrap().seq, 10);
    world.log.tamper(5, "not an entry".into());
    assert_eq!(world.audit().await.broken.unwrap().seq, 5);
}

#[tokio::test]
async fn a_checkpoint_of_another_history_is_named() {
    let world = world().await;
    world.fill(150).await;
    let sound = world.audit().await;
    let good = sound
        .checkpoints
        .iter()
        .map(|kept| kept.size)
        .filter(|size| *size < 100)
        .max()
        .unwrap();
    let forged = Checkpoint {
        origin: ORIGIN.to_owned(),
        size: 100,
        root: [3; 32],
    };
    world
        .log
        .keep_checkpoint(100, &forged.sign(&log_signer()).unwrap())
        .await
        .unwrap();
    let broken = world.audit().await.broken.unwrap();
    assert_eq!(broken.seq, good);
    assert!(
        broken.why.contains("100 entries has another root"),
        "{}",
        broken.why
    );
}

#[tokio::test]
async fn a_checkpoint_that_the_log_key_did_not_sign_is_named() {
    let world = world().await;
    world.fill(30).await;
    let stranger = NoteSigner::new(ORIGIN, key("stranger")).unwrap();
    let forged = Checkpoint {
        origin: ORIGIN.to_owned(),
        size: 20,
        root: [3; 32],
    };
    world
        .log
        .keep_checkpoint(20, &forged.sign(&stranger).unwrap())
        .await
        .unwrap();
    let broken = world.audit().await.broken.unwrap();
    assert_eq!(broken.seq, 20);
    assert!(broken.why.contains("no good"), "{}", broken.why);
}

#[tokio::test]
async fn a_checkpoint_beyond_the_end_shows_that_the_end_was_cut_off() {
    let world = world().await;
    world.fill(30).await;
    let size = world.audit().await.size;
    let signed = Checkpoint {
        origin: ORIGIN.to_owned(),
        size: size + 5,
        root: [3; 32],
    };
    let note = signed.sign(&log_signer()).unwrap();
    world.log.keep_checkpoint(size + 5, &note).await.unwrap();
    let broken = world.audit().await.broken.unwrap();
    assert_eq!(broken.seq, size);
    assert!(broken.why.contains("missing"), "{}", broken.why);
}

#[tokio::test]
async fn a_payload_that_vanished_without_an_erasure_is_named() {
    let world = world().await;
    world.fill(10).await;
    world.log.erase(7).await.unwrap();
    let broken = world.audit().await.broken.unwrap();
    assert_eq!(broken.seq, 7);
    assert!(broken.why.contains("erasure"), "{}", broken.why);
    assert!(
        world.oversight.audit(Scope::Chain).await.unwrap().sound,
        "the chain itself stays sound"
    );
    let body = facts::body::platform::FactErased {
        basis: "个人信息保护法47".into(),
        reason: "request".into(),
        seq: 7,
    };
    world.write(Stream::Platform, &body).await;
    let audit = world.audit().await;
    assert!(audit.sound, "{:?}", audit.broken);
    assert_eq!(audit.erased, [7]);
}
