//! Asking the browser library, which runs under `node`, and bids that were sealed by it.

use super::h;
use kaibiao_seal::{Header, Label, Point, Signature, SigningKey, Suite, body_digest, envelope_hash};
use serde_json::{Value, json};
use std::io::Write as _;
use std::process::{Command, Stdio};

pub(crate) const SUITE: Suite = Suite::Tree64k;
/// Asks the browser library.
pub(crate) fn browser(op: &str, mut request: Value) -> Value {
    request["op"] = json!(op);
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/../../web/tests/interop/seal.mjs");
    let mut node = Command::new("node")
        .args(["--no-warnings", script])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect(
            "this test runs the browser library under node (20 or newer): install it and run the test again",
        );
    let mut stdin = node.stdin.take().unwrap();
    stdin.write_all(request.to_string().as_bytes()).unwrap();
    drop(stdin);
    let done = node.wait_with_output().unwrap();
    assert!(
        done.status.success(),
        "{op} in JavaScript: {}",
        String::from_utf8_lossy(&done.stderr)
    );
    serde_json::from_slice(&done.stdout).unwrap()
}

pub(crate) fn text<'a>(value: &'a Value, name: &str) -> &'a str {
    value[name].as_str().unwrap()
}

pub(crate) fn bytes(value: &Value) -> Vec<u8> {
    hex::decode(value.as_str().unwrap()).unwrap()
}

pub(crate) fn label(signer: [u8; 32], submission: [u8; 16], key_id: [u8; 32], blk: [u8; 32]) -> Label {
    Label {
        tender: "T-2026-0001".to_owned(),
        lot: "1".to_owned(),
        part: "price".to_owned(),
        submission,
        signer,
        key_id,
        closes_at: 1_800_000_000_000,
        rules: [6; 32],
        blk,
    }
}

pub(crate) fn spelled(label: &Label) -> Value {
    json!({
        "tender": label.tender, "lot": label.lot, "part": label.part,
        "submission": hex::encode(label.submission), "signer": hex::encode(label.signer),
        "key_id": hex::encode(label.key_id), "closes_at": label.closes_at,
        "rules": hex::encode(label.rules), "blk": hex::encode(label.blk),
    })
}

/// A bid as it lies with the platform.
pub(crate) struct Bid {
    pub(crate) label: Label,
    pub(crate) header: Header,
    pub(crate) body: Vec<u8>,
    pub(crate) beta: Option<[u8; 32]>,
}

/// Seals in JavaScript and checks what comes out as the platform does.
pub(crate) fn sealed_in_browser(y: &Point, key_id: [u8; 32], beta: Option<[u8; 32]>, plain: &[u8]) -> Bid {
    let key = SigningKey::from_seed(&[77; 32]);
    let mut asked = label(key.public().fingerprint(), [0; 16], key_id, [0; 32]);
    let made = browser(
        "seal",
        json!({
            "label": spelled(&asked), "y": y.hex(), "beta": beta.map(hex::encode), "seed": hex::encode([77; 32]),
            "plain": hex::encode(plain),
        }),
    );
    let record = &made["record"];
    asked.submission = h(text(record, "submission"));
    asked.blk = h(text(record, "blk"));
    assert!(asked.fits(SUITE, beta.as_ref()));
    let body = bytes(&made["body"]);
    let digest = body_digest(SUITE, &body);
    assert_eq!(hex::encode(digest), text(record, "body_digest"));
    let header = Header::parse(&bytes(&record["header"])).unwrap();
    header.verify(SUITE, &asked.digest(SUITE), &digest, y).unwrap();
    let hash = envelope_hash(SUITE, &asked, &header, &digest);
    assert_eq!(hex::encode(hash), text(&made, "envelope_hash"));
    let signature = Signature::from_hex(text(record, "sig")).unwrap();
    key.public().verify(&hash, &signature).unwrap();
    Bid {
        label: asked,
        header,
        body,
        beta,
    }
}
