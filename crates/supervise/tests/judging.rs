//! Judging signs: by a supervisor, with a reason, of a sign as it stands; nothing else follows from it.
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

use facts::body::supervision::{Judgment, SignJudged};
use facts::{Hex, Stream};
use serde_json::Value;
use support::opened::opened;
use support::*;

/// The signs of T1 as the API tells them.
async fn signs(world: &World) -> Value {
    world.get("/api/screens/T1", "supervisor").await.1
}

fn judgment(told: &Value) -> SignJudged {
    let sign = &told["signs"][0];
    SignJudged {
        code: sign["code"].as_str().unwrap().to_owned(),
        judgment: Judgment::Explained,
        reason: "各家采用同一定额".to_owned(),
        record: told["record"].as_u64().unwrap(),
        sign: serde_json::from_value(sign["digest"].clone()).unwrap(),
        tender: tender("T1"),
    }
}

/// How many signs wait in the cockpit.
async fn waiting(world: &World) -> usize {
    let cockpit = world.get("/api/cockpit", "supervisor").await.1;
    let needs = cockpit["needs"].as_array().unwrap();
    let signs = needs.iter().filter(|need| need["what"] == "sign");
    signs
        .map(|need| need["about"].as_str().unwrap().split(' ').count())
        .sum()
}

#[tokio::test]
async fn a_sign_is_judged_once_as_it_stands_and_anew_when_its_evidence_changes() {
    let world = world().await;
    let stream = || Stream::Tender(tender("T1"));
    world
        .write(stream(), &opened(&[100_000, 110_000, 120_000, 130_000]))
        .await;
    let told = signs(&world).await;
    let body = judgment(&told);
    let before = waiting(&world).await;
    assert!(before >= 1);

    assert_eq!(refused(world.order("bidder", "T1", &body).await), "role.missing");
    let other = SignJudged {
        sign: Hex([7; 32]),
        ..body.clone()
    };
    assert_eq!(
        refused(world.order("supervisor", "T1", &other).await),
        "sign.unknown"
    );
    let elsewhere = SignJudged {
        record: body.record + 1,
        ..body.clone()
    };
    assert_eq!(
        refused(world.order("supervisor", "T1", &elsewhere).await),
        "sign.unknown"
    );
    let silent = SignJudged {
        reason: " ".to_owned(),
        ..body.clone()
    };
    assert_eq!(
        refused(world.order("supervisor", "T1", &silent).await),
        "order.text_invalid"
    );
    let strange = SignJudged {
        tender: tender("T9"),
        ..body.clone()
    };
    assert_eq!(
        refused(world.order("supervisor", "T9", &strange).await),
        "order.tender_unknown"
    );

    world.order("supervisor", "T1", &body).await.unwrap();
    let judged = signs(&world).await;
    assert_eq!(judged["signs"][0]["judged"]["judgment"], "explained");
    assert_eq!(judged["signs"][0]["judged"]["reason"], "各家采用同一定额");
    assert_eq!(waiting(&world).await, before - 1);
    // It leaves no trace in the public docket, and the sign stands as it stood.
    let docket = world.get("/api/docket/T1", "supervisor").await.1;
    assert!(!docket.to_string().contains("sign.judged"), "{docket}");
    assert_eq!(judged["signs"][0]["digest"], told["signs"][0]["digest"]);

    // A later judgment of the same sign takes its place.
    let referred = SignJudged {
        judgment: Judgment::Referred,
        ..body.clone()
    };
    world.order("supervisor", "T1", &referred).await.unwrap();
    assert_eq!(signs(&world).await["signs"][0]["judged"]["judgment"], "referred");

    // Another record with other prices: the sign has other evidence, and nobody has judged that.
    world
        .write(stream(), &opened(&[100_000, 120_000, 140_000, 160_000]))
        .await;
    let anew = signs(&world).await;
    assert_eq!(anew["signs"][0]["code"], "K13");
    assert_eq!(anew["signs"][0].get("judged"), None);
    assert_eq!(
        refused(world.order("supervisor", "T1", &body).await),
        "sign.unknown"
    );
}
