//! What the protocol's vector files leave open, pinned in a vector file of our own: envelope hashes, proofs of
//! partial openings, heartbeats, enrolment, padding, and a whole key ceremony.
//!
//! With `KAIBIAO_WRITE_VECTORS` set the file is written instead of compared.
#![cfg(test)]

mod common;

use common::ceremony::{Table, seed};
use common::{Repeat, Vector};
use kaibiao_seal::dkg::{answer, complain, finish};
use kaibiao_seal::heartbeat::Beat;
use kaibiao_seal::pop::{StaticKey, enrol_message};
use kaibiao_seal::{Target, body_digest, envelope_hash, pad, partial_open, verify_partial};
use serde_json::{Value, json};

/// The envelopes of the two protocol files: hash, and partials whose nonce takes i…i as its random bytes.
fn envelope(vector: &Vector) -> Value {
    let suite = vector.suite;
    let (label, digest) = (vector.label.digest(suite), body_digest(suite, &vector.body));
    let target = Target {
        suite,
        y: &vector.y,
        label_digest: &label,
        body_digest: &digest,
        header: &vector.header,
    };
    let partials: Vec<String> = vector
        .custodians()
        .into_iter()
        .map(|(index, share, y_i, _)| {
            let mut fresh = Repeat(u8::try_from(index).unwrap());
            let partial = partial_open(&target, index, &share, &mut fresh).unwrap();
            verify_partial(&target, index, &y_i, &partial).unwrap();
            partial.hex()
        })
        .collect();
    let (_, share, _, _) = vector.custodians().remove(0);
    let beat = Beat {
        suite,
        key_id: &vector.label.key_id,
        date: "2026-07-24",
        index: 1,
    };
    json!({
        "suite": suite.name(),
        "body_digest": hex::encode(digest),
        "header": vector.header.hex(),
        "envelope_hash": hex::encode(envelope_hash(suite, &vector.label, &vector.header, &digest)),
        "partials_rnd_i": partials,
        "heartbeat": {
            "index": 1,
            "date": "2026-07-24",
            "base": beat.base().hex(),
            "beat_rnd_7": beat.prove(&share, &mut Repeat(7)).hex(),
        },
    })
}

fn custodian() -> Value {
    let seed = seed(1);
    let (signing, sealing) = (seed.signing_key().public(), seed.static_point());
    let enrolled = StaticKey {
        origin: "kaibiao.example",
        account: "custodian-1",
        signing: &signing,
        sealing: &sealing,
    };
    json!({
        "seed": hex::encode(seed.as_bytes()),
        "signing": signing.hex(),
        "static_scalar": hex::encode(*seed.static_key().to_bytes()),
        "static_point": sealing.hex(),
        "enrol_message": hex::encode(enrol_message("kaibiao.example", "custodian-1", &signing)),
        "static_proof_rnd_8": enrolled.prove(&seed, &mut Repeat(8)).hex(),
    })
}

fn ceremony() -> Value {
    let table = Table::new(2, 3, 9);
    let commitments = table.commitments();
    let hexed = |bytes: Vec<Vec<u8>>| bytes.iter().map(hex::encode).collect::<Vec<String>>();
    let finished: Vec<_> = (1..=3)
        .map(|j| {
            finish(
                table.seed(j),
                &table.ceremony,
                &commitments,
                &table.round2_to(j),
                b"ext",
            )
            .unwrap()
        })
        .collect();
    let certificate = &finished[0].certificate;
    let disputed = table.round2_to(2).remove(0);
    let complaint = complain(table.seed(2), &table.ceremony, &disputed);
    let given = answer(table.seed(1), &table.ceremony, &complaint).unwrap();
    json!({
        "what": "k = 2, n = 3; seeds 01…01, 02…02, 03…03; tender T-2026-0001, part price, session 09…09, slot 0",
        "context": hex::encode(table.ceremony.context()),
        "round1": hexed(table.round1().iter().map(kaibiao_seal::dkg::Round1::to_bytes).collect()),
        "round2": hexed(table.round2().iter().map(kaibiao_seal::dkg::Round2::to_bytes).collect()),
        "shares": finished.iter().map(|one| hex::encode(*one.share.to_bytes())).collect::<Vec<_>>(),
        "certificate": hex::encode(certificate.to_bytes()),
        "key_id": hex::encode(certificate.key_id()),
        "signature_1": certificate.sign(&table.seed(1).signing_key()).hex(),
        "complaint_of_2": hex::encode(complaint.to_bytes()),
        "answer_of_1": hex::encode(given.to_bytes()),
    })
}

fn padding() -> Vec<Value> {
    [0, 65_528, 65_529, 1_000_000, 104_857_600, 1_073_741_824]
        .into_iter()
        .map(|len: u64| {
            let total = pad::padded_len(len).unwrap();
            json!({"len": len, "padded": total, "body": kaibiao_seal::cob256::body_len(total)})
        })
        .collect()
}

#[test]
fn our_vector_file_is_reproduced() {
    let now = json!({
        "what": "tender-seal/v1: values that complete tender-seal-v1.json and tender-seal-v1-tree64k.json",
        "envelopes": [envelope(&Vector::tree()), envelope(&Vector::plain())],
        "custodian": custodian(),
        "ceremony": ceremony(),
        "padding": padding(),
    });
    let path = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../../tests/vectors/tender-seal-v1-more.json"
    );
    if std::env::var_os("KAIBIAO_WRITE_VECTORS").is_some() {
        std::fs::write(path, format!("{now:#}\n")).unwrap();
    }
    let kept: Value = serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap();
    for (name, value) in kept.as_object().unwrap() {
        assert_eq!(now[name], *value, "{name}");
    }
    assert_eq!(now.as_object().unwrap().len(), kept.as_object().unwrap().len());
}
