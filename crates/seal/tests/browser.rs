//! The browser library (`web/static/js`) and this crate understand one another: envelopes both ways, a ceremony of
//! five with two custodians in a browser, their partial openings, complaints, and key files.
//!
//! The other side runs under `node`, by web/tests/interop/seal.mjs; without node these tests fail and say so.
#![cfg(test)]

mod common;

use common::browser::{Bid, SUITE, browser, bytes, label, sealed_in_browser, spelled, text};
use common::ceremony::seed;
use common::rng;
use kaibiao_seal::dkg::{
    Answer, Ceremony, Certificate, Commitments, Member, Roster, Round1, Round2, Verdict, complain, finish,
    judge, round1, round2,
};
use kaibiao_seal::heartbeat::Beat;
use kaibiao_seal::keyfile::{KeyFileCost, open_key, open_seed, seal_key_at, seal_seed_at};
use kaibiao_seal::pop::StaticKey;
use kaibiao_seal::{
    Opening, Partial, Point, PublicKey, SecretScalar, Signature, SigningKey, Target, blk, body_digest,
    combine, pad, partial_open, verify_partial,
};
use serde_json::{Value, json};

/// The custodians who take part in a browser.
const BROWSERS: [u16; 2] = [2, 4];

#[test]
fn an_envelope_sealed_in_a_browser_opens_here() {
    let secret = SecretScalar::random(&mut rng(1));
    let y = secret.public();
    for (beta, size) in [(None, 0), (Some([9; 32]), 70_000), (None, 200_000)] {
        let plain: Vec<u8> = (0..size).map(|i: u32| u8::try_from(i % 251).unwrap()).collect();
        let bid = sealed_in_browser(&y, [5; 32], beta, &plain);
        let opening = Opening {
            suite: SUITE,
            label: &bid.label,
            header: &bid.header,
            y: &y,
            z: &bid.header.r.times(&secret),
            beta: bid.beta.as_ref(),
        };
        assert_eq!(pad::unpad(&opening.open(&bid.body).unwrap()).unwrap(), plain);
    }
}

#[test]
fn an_envelope_sealed_here_opens_in_a_browser() {
    let secret = SecretScalar::random(&mut rng(2));
    let (y, key) = (secret.public(), SigningKey::from_seed(&[78; 32]));
    for (beta, size) in [(Some([8; 32]), 70_000), (None, 5)] {
        let submission = [3; 16];
        let lock = beta.map_or([0; 32], |beta| blk(SUITE, &submission, &beta));
        let label = label(key.public().fingerprint(), submission, [5; 32], lock);
        let plain = vec![42; size];
        let mut body = Vec::new();
        let sealed = kaibiao_seal::stream::seal_stream(
            SUITE,
            label.clone(),
            &y,
            beta.as_ref(),
            plain.len() as u64,
            &mut &plain[..],
            &mut body,
            &mut rng(3),
            &mut |_| {},
        )
        .unwrap();
        let record = json!({
            "header": sealed.header.hex(), "body_digest": hex::encode(sealed.body_digest),
            "body_length": body.len(), "sig": key.sign(&sealed.envelope_hash).hex(),
        });
        let opened = browser(
            "open",
            json!({
                "label": spelled(&label), "y": y.hex(), "z": sealed.header.r.times(&secret).hex(),
                "beta": beta.map(hex::encode), "record": record, "body": hex::encode(&body),
                "signer": key.public().hex(),
            }),
        );
        assert_eq!(bytes(&opened["plain"]), plain);
    }
}

/// Five custodians, two of whom are in a browser; this side never uses the seeds of those two.
struct Mixed {
    ceremony: Ceremony,
    spelled: Value,
    round1: Vec<Round1>,
    round2: Vec<Round2>,
}

impl Mixed {
    fn new() -> Self {
        let members: Vec<Member> = (1..=5).map(member).collect();
        let listed: Vec<Value> = members
            .iter()
            .map(|one| json!({"signer": one.signing.hex(), "point": one.sealing.hex()}))
            .collect();
        let session = [21; 32];
        let roster = Roster::new(3, members).unwrap();
        let ceremony = Ceremony::new(roster, "T-2026-0001", "price", session, 2);
        let spelled = json!({
            "k": 3, "members": listed, "tender": "T-2026-0001", "part": "price",
            "session": hex::encode(session), "slot": 2,
        });
        let mut mixed = Self {
            ceremony,
            spelled,
            round1: Vec::new(),
            round2: Vec::new(),
        };
        for index in 1..=5 {
            let message = if BROWSERS.contains(&index) {
                Round1::parse(&bytes(&mixed.ask("round1", index, json!({}))["message"])).unwrap()
            } else {
                round1(&seed(index), &mixed.ceremony).unwrap()
            };
            mixed.round1.push(message);
        }
        let commitments = mixed.commitments();
        for index in 1..=5 {
            if BROWSERS.contains(&index) {
                let made = mixed.ask("round2", index, json!({}));
                let messages = made["messages"].as_array().unwrap().iter();
                mixed
                    .round2
                    .extend(messages.map(|one| Round2::parse(&bytes(one)).unwrap()));
            } else {
                mixed
                    .round2
                    .extend(round2(&seed(index), &mixed.ceremony, &commitments).unwrap());
            }
        }
        mixed
    }

    /// Asks the browser of a custodian, with everything that was logged so far.
    fn ask(&self, op: &str, index: u16, mut request: Value) -> Value {
        let spell = |bytes: Vec<u8>| hex::encode(bytes);
        request["seed"] = json!(hex::encode(seed(index).as_bytes()));
        request["ceremony"] = self.spelled.clone();
        request["round1"] = match self.round1.len() {
            5 => self.round1.iter().map(|one| spell(one.to_bytes())).collect(),
            _ => json!([]),
        };
        request["round2"] = self.round2.iter().map(|one| spell(one.to_bytes())).collect();
        browser(op, request)
    }

    fn commitments(&self) -> Commitments {
        Commitments::check(&self.ceremony, self.round1.clone()).unwrap()
    }

    fn received(&self, to: u16) -> Vec<Round2> {
        self.round2.iter().filter(|one| one.to == to).cloned().collect()
    }

    /// The custodian's share, on this side.
    fn share(&self, index: u16) -> (SecretScalar, Certificate) {
        let done = finish(
            &seed(index),
            &self.ceremony,
            &self.commitments(),
            &self.received(index),
            b"",
        )
        .unwrap();
        (done.share, done.certificate)
    }
}

/// A member as enrolled; those in a browser prove their static point from there.
fn member(index: u16) -> Member {
    if !BROWSERS.contains(&index) {
        return Member::of(index, &seed(index));
    }
    let (origin, account) = ("kaibiao.example", format!("custodian-{index}"));
    let request = json!({"seed": hex::encode(seed(index).as_bytes()), "origin": origin, "account": account});
    let made = browser("enrol", request);
    let signing = PublicKey::from_hex(text(&made, "signer")).unwrap();
    let sealing = Point::from_hex(text(&made, "point")).unwrap();
    let enrolled = StaticKey {
        origin,
        account: &account,
        signing: &signing,
        sealing: &sealing,
    };
    enrolled
        .verify(&Partial::parse(&bytes(&made["proof"])).unwrap())
        .unwrap();
    Member {
        index,
        signing,
        sealing,
    }
}

fn target<'a>(bid: &'a Bid, y: &'a Point, label: &'a [u8; 64], digest: &'a [u8; 32]) -> Target<'a> {
    Target {
        suite: SUITE,
        y,
        label_digest: label,
        body_digest: digest,
        header: &bid.header,
    }
}

#[test]
fn five_custodians_two_of_them_in_a_browser() {
    let mixed = Mixed::new();
    let (_, certificate) = mixed.share(1);
    let mut signatures = Vec::new();
    for index in 1..=5 {
        let signature = if BROWSERS.contains(&index) {
            let done = mixed.ask("finish", index, json!({}));
            assert_eq!(bytes(&done["certificate"]), certificate.to_bytes());
            Signature::from_hex(text(&done, "signature")).unwrap()
        } else {
            mixed.share(index).1.sign(&seed(index).signing_key())
        };
        signatures.push((index, signature));
    }
    certificate.verify_signatures(&signatures, 5).unwrap();
    let listed: Vec<Value> = signatures
        .iter()
        .map(|(index, signature)| json!({"index": index, "signature": signature.hex()}))
        .collect();
    let read = browser(
        "certificate",
        json!({"bytes": hex::encode(certificate.to_bytes()), "signatures": listed, "need": 5}),
    );
    assert_eq!(text(&read, "y"), certificate.y().hex());
    assert_eq!(text(&read, "key_id"), hex::encode(certificate.key_id()));

    // A bid sealed in a browser to that key; partial openings from 1 here, from 2 and 4 in browsers.
    let plain = b"price: 1,000,000.00".to_vec();
    let bid = sealed_in_browser(certificate.y(), certificate.key_id(), Some([5; 32]), &plain);
    let (label, digest) = (bid.label.digest(SUITE), body_digest(SUITE, &bid.body));
    let target = target(&bid, certificate.y(), &label, &digest);
    let asked = json!({
        "y": certificate.y().hex(), "label": spelled(&bid.label), "body_digest": hex::encode(digest),
        "header": bid.header.hex(),
    });
    let mut partials = Vec::new();
    for index in 1..=5 {
        let image = certificate.share(index).unwrap();
        let partial = if BROWSERS.contains(&index) {
            let request = json!({"targets": [asked], "date": "2026-07-24"});
            let made = mixed.ask("partial", index, request);
            let beat = Beat {
                suite: SUITE,
                key_id: &certificate.key_id(),
                date: "2026-07-24",
                index,
            };
            beat.verify(image, &Partial::parse(&bytes(&made["ready"])).unwrap())
                .unwrap();
            Partial::parse(&bytes(&made["partials"][0])).unwrap()
        } else {
            partial_open(&target, index, &mixed.share(index).0, &mut rng(7)).unwrap()
        };
        verify_partial(&target, index, image, &partial).unwrap();
        partials.push((index, image, partial));
    }
    for quorum in [[1, 2, 4], [2, 3, 4], [5, 4, 3]] {
        let chosen: Vec<_> = partials
            .iter()
            .filter(|(index, ..)| quorum.contains(index))
            .collect();
        let given: Vec<(u16, Point)> = chosen.iter().map(|(index, _, one)| (*index, one.d)).collect();
        let z = combine(3, &given).unwrap();
        let mut request = asked.clone();
        request["k"] = json!(3);
        request["partials"] = chosen
            .iter()
            .map(|(index, image, one)| json!({"index": index, "image": image.hex(), "partial": one.hex()}))
            .collect();
        assert_eq!(text(&browser("combine", request), "z"), z.hex());
        let opening = Opening {
            suite: SUITE,
            label: &bid.label,
            header: &bid.header,
            y: certificate.y(),
            z: &z,
            beta: bid.beta.as_ref(),
        };
        assert_eq!(pad::unpad(&opening.open(&bid.body).unwrap()).unwrap(), plain);
    }
}

#[test]
fn complaints_are_judged_alike() {
    let mixed = Mixed::new();
    let commitments = mixed.commitments();
    let message = mixed
        .round2
        .iter()
        .find(|one| (one.from, one.to) == (2, 3))
        .unwrap();
    let complaint = complain(&seed(3), &mixed.ceremony, message);
    let spelled =
        json!({"complaint": hex::encode(complaint.to_bytes()), "message": hex::encode(message.to_bytes())});
    let answered = mixed.ask("answer", 2, spelled.clone());
    let answer = Answer::parse(&bytes(&answered["answer"])).unwrap();
    let ours = judge(&mixed.ceremony, &commitments, message, &complaint, Some(&answer)).unwrap();
    assert_eq!(ours.loser, 3, "the share was good");
    let silent: Verdict = judge(&mixed.ceremony, &commitments, message, &complaint, None).unwrap();
    let theirs = mixed.ask("judge", 2, spelled);
    assert_eq!((silent.loser, theirs["loser"].as_u64()), (2, Some(2)));
}

#[test]
fn key_files_go_both_ways() {
    let (key, custodian) = (SigningKey::from_seed(&[11; 32]), seed(12));
    let cost = KeyFileCost::rounds(60).unwrap();
    let pass = "口令 openly worthless";
    let made = browser(
        "keyfiles",
        json!({
            "key": *seal_key_at(cost, &key, pass, &mut rng(1)).unwrap(),
            "seed": *seal_seed_at(cost, &custodian, pass, &mut rng(2)).unwrap(),
            "passphrase": pass,
        }),
    );
    assert_eq!(text(&made, "public"), key.public().hex());
    assert_eq!(text(&made, "seed"), hex::encode(custodian.as_bytes()));
    assert_eq!(
        open_key(text(&made, "key_again"), pass).unwrap().public(),
        key.public()
    );
    assert_eq!(
        open_seed(text(&made, "seed_again"), pass).unwrap().as_bytes(),
        custodian.as_bytes()
    );
}
