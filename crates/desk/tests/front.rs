//! The front door: what is turned away, why, and with whose signature under it.
#![expect(clippy::unwrap_used, reason = "test code")]

mod support;

use axum::body::to_bytes;
use desk::KeyUse;
use desk::front::Rejected;
use facts::body::account::AccountRevoked;
use facts::{AccountId, Canonical, Hex, Kind, Role, Seen, Stream};
use kaibiao_desk as desk;
use ledger::RefusalNote;
use serde_json::{Value, json};
use support::{House, ORIGIN, START, body, code, custodian, enrolment, key, keys, public, seen, tender};

fn turned_away(result: Result<desk::Admitted, Rejected>) -> String {
    code(result.map_err(|rejected| rejected.failure))
}

fn registration() -> Canonical {
    body(json!({ "title": "桥" }))
}

#[tokio::test]
async fn an_enrolled_buyer_is_admitted() {
    let house = House::founded().await;
    house.enrol("buyer", 2, &[Role::Buyer]).await.unwrap();
    let bytes = house.act(tender("T1"), Kind::TenderRegistered, registration(), 1, 2);
    house.world.clock.advance(77);
    let admitted = house.front.admit(&bytes).await.unwrap();
    assert_eq!(admitted.actor.account, Some(AccountId::parse("buyer").unwrap()));
    assert_eq!(admitted.actor.means, KeyUse::Account);
    assert_eq!(admitted.arrived, START.plus(77));
    assert_eq!(admitted.digest, ledger::act_digest(ORIGIN, &admitted.act));
}

#[tokio::test]
async fn what_is_not_an_act_is_turned_away() {
    let house = House::founded().await;
    house.enrol("buyer", 2, &[Role::Buyer]).await.unwrap();
    let fine = house.act(tender("T1"), Kind::TenderRegistered, registration(), 1, 2);
    let text = String::from_utf8(fine).unwrap();
    let malformed = [
        text.replace("\"kind\"", " \"kind\""),
        text.replace("tender.registered", "tender.dreamt"),
        text.replace("tender/T1", "tender/T 1"),
        text.replace("{\"body\"", "{\"aa\":1,\"body\""),
        text.get(1..).unwrap().to_owned(),
        String::new(),
    ];
    for bytes in malformed {
        assert_eq!(
            turned_away(house.front.admit(bytes.as_bytes()).await),
            "act.malformed",
            "{bytes}"
        );
    }
    let long = vec![b' '; desk::front::MAX_ACT + 1];
    assert_eq!(turned_away(house.front.admit(&long).await), "act.too_large");
    let forged = text.replace("桥", "路");
    assert_eq!(
        turned_away(house.front.admit(forged.as_bytes()).await),
        "act.signature"
    );
    let weak = text.replace(&public(2).to_string(), &format!("01{}", "00".repeat(31)));
    assert_eq!(
        turned_away(house.front.admit(weak.as_bytes()).await),
        "act.key_malformed"
    );
}

#[tokio::test]
async fn an_act_for_another_log_is_not_signed_for_this_one() {
    let house = House::founded().await;
    house.enrol("buyer", 2, &[Role::Buyer]).await.unwrap();
    let act = ledger::act::sign(
        "another.test/log",
        tender("T1"),
        Kind::TenderRegistered,
        registration(),
        [0; 16],
        seen(&house.pen),
        &key(2),
    );
    let bytes = ledger::act::write(&act).unwrap();
    assert_eq!(turned_away(house.front.admit(&bytes).await), "act.signature");
}

#[tokio::test]
async fn keys_and_roles_decide_who_may() {
    let house = House::founded().await;
    house.enrol("buyer", 2, &[Role::Buyer]).await.unwrap();
    house.enrol("bidder", 3, &[Role::Bidder]).await.unwrap();
    let register = |by| house.act(tender("T1"), Kind::TenderRegistered, registration(), 1, by);
    assert_eq!(
        turned_away(house.front.admit(&register(40)).await),
        "actor.key_not_allowed"
    );
    assert_eq!(turned_away(house.front.admit(&register(3)).await), "role.missing");
    let by_custody = house.act(tender("T1"), Kind::ShareGiven, registration(), 1, 2);
    assert_eq!(
        turned_away(house.front.admit(&by_custody).await),
        "actor.key_not_allowed"
    );
    let by_nobody = house.act(tender("T1"), Kind::TenderClosed, registration(), 1, 2);
    assert_eq!(
        turned_away(house.front.admit(&by_nobody).await),
        "actor.not_allowed"
    );
    let supervision = Stream::parse("supervision/T1").unwrap();
    let elsewhere = house.act(supervision, Kind::OrderSuspended, registration(), 1, 2);
    assert_eq!(
        turned_away(house.front.admit(&elsewhere).await),
        "act.zone_not_allowed"
    );

    let revoked = AccountRevoked {
        account: AccountId::parse("buyer").unwrap(),
        reason: "left".to_owned(),
    };
    let stream = Stream::Account(revoked.account.clone());
    let bytes = house.act(
        stream,
        Kind::AccountRevoked,
        Canonical::of(&revoked).unwrap(),
        2,
        1,
    );
    house.perform(&bytes).await.unwrap();
    assert_eq!(
        turned_away(house.front.admit(&register(2)).await),
        "actor.revoked"
    );
}

#[tokio::test]
async fn an_account_with_an_end_acts_until_then_and_no_longer() {
    let house = House::founded().await;
    let mut body = enrolment("late", 5, &[Role::Buyer]);
    let until = START.plus(60_000);
    body.until = Some(until);
    let stream = Stream::Account(body.account.clone());
    let bytes = house.act(stream, Kind::AccountEnrolled, Canonical::of(&body).unwrap(), 1, 1);
    house.perform(&bytes).await.unwrap();
    let register = |nonce| house.act(tender("T1"), Kind::TenderRegistered, registration(), nonce, 5);
    house.world.clock.advance(60_000);
    let admitted = house.front.admit(&register(2)).await.unwrap();
    assert_eq!(admitted.until, Some(until));
    house.world.clock.advance(1);
    assert_eq!(
        turned_away(house.front.admit(&register(3)).await),
        "account.expired"
    );
    // What was admitted in time and comes to the pen too late is refused there: verifiers look at the entry's time.
    let command = desk::account::Command::SuspectClock(facts::body::platform::ClockSuspected { lag: 1 });
    let refused = house.accounts.enact(&admitted, command).await.unwrap_err();
    assert!(
        matches!(&refused, desk::Failure::Refused(refusal) if refusal.code == "account.expired"),
        "{refused}"
    );
}

#[tokio::test]
async fn the_history_an_author_saw_must_be_ours() {
    let house = House::founded().await;
    house.enrol("buyer", 2, &[Role::Buyer]).await.unwrap();
    let act = |seen| {
        let kind = Kind::TenderRegistered;
        let act = ledger::act::sign(ORIGIN, tender("T1"), kind, registration(), [0; 16], seen, &key(2));
        ledger::act::write(&act).unwrap()
    };
    let now = seen(&house.pen);
    let ahead = Seen {
        size: now.size + 1,
        ..now
    };
    assert_eq!(turned_away(house.front.admit(&act(ahead)).await), "seen.ahead");
    let fork = Seen {
        root: Hex([9; 32]),
        ..now
    };
    assert_eq!(turned_away(house.front.admit(&act(fork)).await), "seen.fork");
    let empty = Seen {
        root: Hex([0; 32]),
        size: 0,
    };
    assert_eq!(turned_away(house.front.admit(&act(empty)).await), "seen.fork");
    assert!(house.front.admit(&act(support::nothing_seen())).await.is_ok());
    let first = ledger::leaf_hash(&house.world.log.rows()[0].entry);
    assert!(
        house
            .front
            .admit(&act(Seen {
                root: Hex(first),
                size: 1
            }))
            .await
            .is_ok()
    );
}

async fn json(response: axum::response::Response) -> (u16, Value) {
    let status = response.status().as_u16();
    let bytes = to_bytes(response.into_body(), 1 << 20).await.unwrap();
    (status, serde_json::from_slice(&bytes).unwrap())
}

#[tokio::test]
async fn an_act_is_answered_with_its_receipt_twice() {
    let house = House::founded().await;
    let enrolled = enrolment("buyer", 2, &[Role::Buyer]);
    let stream = Stream::Account(enrolled.account.clone());
    let bytes = house.act(
        stream,
        Kind::AccountEnrolled,
        Canonical::of(&enrolled).unwrap(),
        5,
        1,
    );
    let admitted = house.front.admit(&bytes).await.unwrap();
    let digest = admitted.digest;
    assert!(house.front.earlier(&admitted).await.unwrap().is_none());
    for wanted in [201, 200] {
        let answer = house.front.answer(digest, house.perform(&bytes).await).await;
        let (status, value) = json(answer).await;
        assert_eq!((status, value["seq"].as_u64()), (wanted, Some(1)));
        let receipt = ledger::Receipt::parse(value["receipt"].as_str().unwrap()).unwrap();
        let opened = receipt.open(ORIGIN, keys().log.verifier()).unwrap();
        assert_eq!(opened.act.unwrap().kind, Kind::AccountEnrolled);
    }
    assert_eq!(
        house.front.earlier(&admitted).await.unwrap().map(|fact| fact.seq),
        Some(1)
    );
}

#[tokio::test]
async fn revoking_an_account_takes_no_receipt_back() {
    let house = House::founded().await;
    house.enrol("clerk", 7, &[Role::Registrar]).await.unwrap();
    let body = enrolment("buyer", 2, &[Role::Buyer]);
    let stream = Stream::Account(body.account.clone());
    let bytes = house.act(stream, Kind::AccountEnrolled, Canonical::of(&body).unwrap(), 5, 7);
    let first = house.perform(&bytes).await.unwrap();
    let revoked = facts::body::account::AccountRevoked {
        account: facts::AccountId::parse("clerk").unwrap(),
        reason: "left".to_owned(),
    };
    let stream = Stream::Account(revoked.account.clone());
    let revoke = house.act(
        stream,
        Kind::AccountRevoked,
        Canonical::of(&revoked).unwrap(),
        6,
        1,
    );
    house.perform(&revoke).await.unwrap();
    let again = house.front.admit(&bytes).await.unwrap_err();
    let (status, value) = json(house.front.turn_away(again.digest, again.failure).await).await;
    assert_eq!((status, value["seq"].as_u64()), (200, Some(first[0].seq)));
    // Another act of the same key has no fact, and stays refused.
    let body = enrolment("other", 3, &[Role::Buyer]);
    let stream = Stream::Account(body.account.clone());
    let bytes = house.act(stream, Kind::AccountEnrolled, Canonical::of(&body).unwrap(), 8, 7);
    let other = house.front.admit(&bytes).await.unwrap_err();
    let (status, value) = json(house.front.turn_away(other.digest, other.failure).await).await;
    assert_eq!((status, value["code"].as_str()), (403, Some("actor.revoked")));
}

#[tokio::test]
async fn revoking_custodians_cannot_stop_an_opening() {
    let house = House::founded().await;
    let body = custodian();
    let stream = Stream::Account(body.account.clone());
    let enrol = house.act(
        stream.clone(),
        Kind::AccountEnrolled,
        Canonical::of(&body).unwrap(),
        1,
        1,
    );
    house.perform(&enrol).await.unwrap();
    let revoked = AccountRevoked {
        account: body.account.clone(),
        reason: "in the way".to_owned(),
    };
    let revoke = house.act(
        stream,
        Kind::AccountRevoked,
        Canonical::of(&revoked).unwrap(),
        2,
        1,
    );
    house.perform(&revoke).await.unwrap();

    let signer = seal::CustodianSeed::from_bytes(&[5; 32]).signing_key();
    let act = |stream: &str, kind| {
        let stream = Stream::parse(stream).unwrap();
        let seen = seen(&house.pen);
        let body = Canonical::default();
        ledger::act::write(&ledger::act::sign(
            ORIGIN, stream, kind, body, [3; 16], seen, &signer,
        ))
        .unwrap()
    };
    // Its share of a key that is certified is still the custodian's to give …
    let given = act("tender/T1", Kind::ShareGiven);
    let admitted = house.front.admit(&given).await.unwrap();
    assert_eq!(admitted.actor.means, KeyUse::Custody);
    assert_eq!(admitted.actor.account, Some(body.account));
    assert!(admitted.actor.roles.is_empty());
    // … and no new key is made with it.
    let committed = act("ceremony/C1", Kind::CeremonyCommitted);
    let rejected = house.front.admit(&committed).await.unwrap_err();
    assert_eq!(code::<()>(Err(rejected.failure)), "actor.revoked");
}

#[tokio::test]
async fn a_refused_act_gets_the_platforms_word_on_it() {
    let house = House::founded().await;
    house.enrol("buyer", 2, &[Role::Buyer]).await.unwrap();
    let again = enrolment("buyer", 3, &[Role::Buyer]);
    let stream = Stream::Account(again.account.clone());
    let bytes = house.act(
        stream,
        Kind::AccountEnrolled,
        Canonical::of(&again).unwrap(),
        6,
        1,
    );
    let digest = house.front.admit(&bytes).await.unwrap().digest;
    let (status, value) = json(house.front.answer(digest, house.perform(&bytes).await).await).await;
    assert_eq!((status, value["code"].as_str()), (409, Some("account.exists")));
    let note = value["refusal"].as_str().unwrap();
    let word = RefusalNote::open(note, ORIGIN, keys().refusals.verifier()).unwrap();
    assert_eq!(
        (word.act, word.code.as_str(), word.size),
        (digest, "account.exists", 2)
    );
    assert_eq!(value["detail"].as_str(), Some(word.sentence.as_str()));
    assert_eq!(word.root, house.pen.latest().unwrap().root);
    // Nothing legible was signed: nothing is signed in return.
    let rejected = house.front.admit(b"{}").await.unwrap_err();
    let problem = house.front.refuse(rejected.digest, rejected.failure).await;
    let (status, value) = json(axum::response::IntoResponse::into_response(problem)).await;
    assert_eq!((status, value.get("refusal")), (422, None));
}
