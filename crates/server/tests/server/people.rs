//! People who sign acts with the example keys.

use crate::web::{Answer, ask};
use facts::body::account::{AccountEnrolled, AccountRevoked};
use facts::body::platform::FactErased;
use facts::{AccountId, Act, Body, Canonical, Hex, Role, Seen, Stream};
use rand_core::{OsRng, RngCore};
use seal::SigningKey;
use std::path::PathBuf;

/// Where the example keys are.
pub(crate) fn keys() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../keys-example")
}

/// An example key by its name.
pub(crate) fn key(name: &str) -> SigningKey {
    let text = std::fs::read_to_string(keys().join(format!("{name}.pem"))).unwrap();
    let pem = &text[text.find("-----BEGIN").unwrap()..];
    seal::keyfile::open_key(pem, "openly-worthless").unwrap()
}

/// Signs an act over a body, by somebody who has seen nothing of the log yet.
pub(crate) fn sign<B: Body>(key: &SigningKey, stream: Stream, body: &B) -> Act {
    let mut nonce = [0; 16];
    OsRng.fill_bytes(&mut nonce);
    let seen = Seen {
        root: Hex(ledger::hash::empty_root()),
        size: 0,
    };
    let body = Canonical::of(body).unwrap();
    ledger::act::sign(crate::platform::ORIGIN, stream, B::KIND, body, nonce, seen, key)
}

/// Sends an act to a zone.
pub(crate) fn send(base: &str, act: &Act) -> Answer {
    let body = ledger::act::write(act).unwrap();
    ask(
        base,
        "POST",
        "/api/acts",
        &[("content-type", "application/json")],
        &body,
    )
}

/// Sends an act that must land; its position.
pub(crate) fn land(base: &str, act: &Act) -> u64 {
    let answer = send(base, act);
    assert_eq!(answer.status, 201, "{}", answer.text());
    answer.json()["seq"].as_u64().unwrap()
}

/// The enrolment of an account, signed by the registrar.
pub(crate) fn enrolment(account: &str, key: &SigningKey, role: Role) -> Act {
    let account = AccountId::parse(account).unwrap();
    let public = Hex(key.public().to_bytes());
    let message = ledger::message::enrol(crate::platform::ORIGIN, &account, public.bytes());
    let body = AccountEnrolled {
        account: account.clone(),
        contact: "13900001111".to_owned(),
        custody: None,
        employer: "某某建设有限公司".to_owned(),
        held: Hex(ledger::message::held(
            &[7; 32],
            "13900001111",
            "某某建设有限公司",
            "王某某",
        )),
        key: public,
        name: "王某某".to_owned(),
        proof: Hex(key.sign(&message).to_bytes()),
        roles: vec![role],
        salt: Hex([7; 32]),
        until: None,
    };
    sign(&self::key("registrar"), Stream::Account(account), &body)
}

/// The revocation of an account, signed by the registrar.
pub(crate) fn revocation(account: &str) -> Act {
    let account = AccountId::parse(account).unwrap();
    let body = AccountRevoked {
        account: account.clone(),
        reason: "left".to_owned(),
    };
    sign(&key("registrar"), Stream::Account(account), &body)
}

/// The erasure of a fact, signed by the registrar.
pub(crate) fn erasure(seq: u64) -> Act {
    let body = FactErased {
        basis: "个人信息保护法47".to_owned(),
        reason: "the account is revoked".to_owned(),
        seq,
    };
    sign(&key("registrar"), Stream::Platform, &body)
}

/// The answer to a fresh challenge of a zone, as `POST /api/session` takes it.
pub(crate) fn sign_in_body(base: &str, zone: &str, key: &SigningKey) -> Vec<u8> {
    let challenge = ask(base, "POST", "/api/session/challenge", &[], b"{}").json()["challenge"].clone();
    let challenge = Hex::<32>::parse(challenge.as_str().unwrap()).unwrap();
    let message = ledger::message::session(crate::platform::ORIGIN, zone, challenge.bytes());
    let body = serde_json::json!({
        "challenge": challenge,
        "key": Hex(key.public().to_bytes()),
        "sig": Hex(key.sign(&message).to_bytes()),
    });
    body.to_string().into_bytes()
}

/// Signs in to a zone; the token.
pub(crate) fn sign_in(base: &str, zone: &str, key: &SigningKey) -> String {
    let body = sign_in_body(base, zone, key);
    let headers = [("content-type", "application/json")];
    let answer = ask(base, "POST", "/api/session", &headers, &body);
    assert_eq!(answer.status, 200, "{}", answer.text());
    answer.json()["token"].as_str().unwrap().to_owned()
}
