//! Acts as wrong as they can be: each is refused for its own reason, and nothing is written.
//!
//! Invariant: a refusal of a signed act is itself signed, names the act and the head, and verifies.

use crate::http::Answer;
use crate::people::{Person, custodians, head, newcomer, post_act, registrar, sign, sign_for};
use crate::platform::{Database, ORIGIN, Platform, on_both};
use crate::tender::{Bid, Tender, announce, seal_bid, submit_bid};
use facts::body::bid::BidWithdrawn;
use facts::record::Body;
use facts::{Act, Canonical, Hex, Kind, Role, Seen, Stream};
use ledger::RefusalNote;
use seal::SigningKey;
use serde_json::{Value, json};

/// A tender that takes bids, with one bid in it.
pub(crate) struct Scene {
    pub(crate) platform: Platform,
    pub(crate) registry: Person,
    pub(crate) buyer: Person,
    pub(crate) bidder: Person,
    pub(crate) supervisor: Person,
    pub(crate) tender: Tender,
    pub(crate) bid: Bid,
    pub(crate) submitted: u64,
    pub(crate) seen: Seen,
}

/// A fresh one.
pub(crate) fn scene(database: &Database) -> Scene {
    let platform = Platform::start(database);
    let mut registry = registrar(&platform);
    let mut buyer = newcomer(&platform, &mut registry, "buyer", Role::Buyer);
    let mut bidder = newcomer(&platform, &mut registry, "bidder-01", Role::Bidder);
    let supervisor = newcomer(&platform, &mut registry, "supervisor", Role::Supervisor);
    let mut keepers = custodians(&platform, &mut registry, 3);
    let tender = announce(&platform, &mut buyer, &mut keepers, "T1");
    let mut bid = seal_bid(&platform, &mut bidder, &tender, 1);
    let submitted = submit_bid(&mut bidder, &mut bid);
    let seen = head(&platform.addresses.procurement);
    Scene {
        platform,
        registry,
        buyer,
        bidder,
        supervisor,
        tender,
        bid,
        submitted,
        seen,
    }
}

impl Scene {
    pub(crate) fn stream(&self) -> Stream {
        self.tender.stream()
    }

    pub(crate) fn post(&self, bytes: impl Into<Vec<u8>>) -> Answer {
        post_act(&self.platform.addresses.procurement, bytes)
    }

    /// A question: the simplest act that would be accepted.
    pub(crate) fn question(&self) -> Act {
        let body = json!({ "question": "q-1", "tender": "T1", "text": "管径以哪张图为准?" });
        sign(
            &self.bidder.key,
            &self.stream(),
            Kind::QuestionAsked,
            &body,
            self.seen,
        )
    }

    /// The refusal's code; the problem is well formed, the statement verifies, nothing was written.
    pub(crate) fn refused(&self, act: &Act, answer: &Answer) -> String {
        let code = self.refused_unsigned(answer);
        let keys = self.platform.keys();
        let document = answer.json();
        let note = document["refusal"]
            .as_str()
            .unwrap_or_else(|| panic!("not signed: {document}"));
        let statement = RefusalNote::open(note, ORIGIN, keys.refusals.verifier()).unwrap();
        assert_eq!(statement.code, code);
        assert_eq!(statement.act, ledger::act_digest(ORIGIN, act));
        assert_eq!(statement.sentence, document["detail"].as_str().unwrap());
        assert_eq!(
            (statement.size, Hex(statement.root)),
            (self.seen.size, self.seen.root)
        );
        code
    }

    pub(crate) fn refused_unsigned(&self, answer: &Answer) -> String {
        assert!(
            (400..500).contains(&answer.status),
            "{}: {}",
            answer.status,
            answer.text()
        );
        assert_eq!(
            head(&self.platform.addresses.procurement),
            self.seen,
            "{}",
            answer.text()
        );
        answer.problem()
    }

    pub(crate) fn send(&self, act: &Act) -> Answer {
        self.post(ledger::act::write(act).unwrap())
    }

    /// A body from anybody for the tender.
    pub(crate) fn say<B: Body>(&self, key: &SigningKey, body: &B) -> Act {
        let members = Value::Object(Canonical::of(body).unwrap().into_members());
        sign(key, &self.stream(), B::KIND, &members, self.seen)
    }
}

fn bytes_that_are_no_act(database: &Database) {
    let scene = scene(database);
    let good = String::from_utf8(ledger::act::write(&scene.question()).unwrap()).unwrap();
    let flipped = good.replacen("\"sig\":\"", "\"sig\":\"0", 1);
    let upper = good.replacen(&good[good.len() - 40..good.len() - 30], "ABCDEFABCD", 1);
    let cases: Vec<(&str, Vec<u8>)> = vec![
        ("nothing", Vec::new()),
        ("no JSON", b"hello".to_vec()),
        ("no object", b"[]".to_vec()),
        ("no member", b"{}".to_vec()),
        ("truncated", good.as_bytes()[..good.len() - 9].to_vec()),
        (
            "a blank too many",
            good.replacen("\"kind\":", "\"kind\": ", 1).into_bytes(),
        ),
        ("a line end", format!("{good}\n").into_bytes()),
        (
            "a byte order mark",
            [b"\xef\xbb\xbf".as_slice(), good.as_bytes()].concat(),
        ),
        ("two acts", format!("{good}{good}").into_bytes()),
        (
            "a member twice",
            good.replacen("{\"body\":", "{\"body\":{},\"body\":", 1)
                .into_bytes(),
        ),
        (
            "a member too many",
            good.replacen("\"key\":", "\"extra\":1,\"key\":", 1).into_bytes(),
        ),
        ("members out of order", reordered(&good)),
        (
            "an escape that need not be",
            good.replacen("\"T1\"", "\"\\u00541\"", 1).into_bytes(),
        ),
        (
            "a fraction",
            good.replacen("\"size\":", "\"size\":1.5,\"x\":", 1).into_bytes(),
        ),
        (
            "a negative size",
            good.replacen("\"size\":", "\"size\":-", 1).into_bytes(),
        ),
        ("a long signature", flipped.into_bytes()),
        ("upper case hex", upper.into_bytes()),
        (
            "an unknown kind",
            good.replacen("question.asked", "question.stolen", 1).into_bytes(),
        ),
        (
            "an unknown stream",
            good.replacen("tender/T1", "drawer/T1", 1).into_bytes(),
        ),
        ("bytes that are no UTF-8", [good.as_bytes(), b"\xff"].concat()),
        ("a thousand brackets", "[".repeat(1_000).into_bytes()),
    ];
    for (what, bytes) in cases {
        let answer = scene.post(bytes);
        let code = scene.refused_unsigned(&answer);
        assert_eq!(
            (answer.status, code.as_str()),
            (422, "act.malformed"),
            "{what}: {}",
            answer.text()
        );
    }
    let long = scene.post(vec![b' '; ledger::act::MAX_ACT + 1]);
    assert_eq!(
        (long.status, scene.refused_unsigned(&long).as_str()),
        (413, "request.too_large")
    );
}

fn reordered(act: &str) -> Vec<u8> {
    let value: Value = serde_json::from_str(act).unwrap();
    let mut members: Vec<_> = value.as_object().unwrap().iter().collect();
    members.reverse();
    let parts: Vec<_> = members
        .into_iter()
        .map(|(name, value)| format!("\"{name}\":{value}"))
        .collect();
    format!("{{{}}}", parts.join(",")).into_bytes()
}

fn signatures_and_keys_that_do_not_fit(database: &Database) {
    let scene = scene(database);
    let unsigned = |act: &Act| {
        let answer = scene.send(act);
        let code = scene.refused_unsigned(&answer);
        assert!(
            answer.json().get("refusal").is_none(),
            "nobody's act is not stated as anybody's"
        );
        code
    };
    let mut flipped = scene.question();
    flipped.sig.0[5] ^= 1;
    assert_eq!(unsigned(&flipped), "act.signature");
    let mut foreign = scene.question();
    foreign.key = Hex(scene.buyer.key.public().to_bytes());
    assert_eq!(unsigned(&foreign), "act.signature");
    let mut moved = scene.question();
    moved.stream = Stream::Tender(crate::people::id("T2"));
    assert_eq!(unsigned(&moved), "act.signature");
    let body = json!({ "question": "q-1", "tender": "T1", "text": "?" });
    let other = "other.kaibiao.example/log";
    let elsewhere = sign_for(
        other,
        &scene.bidder.key,
        &scene.stream(),
        Kind::QuestionAsked,
        &body,
        scene.seen,
    );
    assert_eq!(unsigned(&elsewhere), "act.signature");
    let mut small = scene.question();
    small.key = Hex([0; 32]);
    small.key.0[0] = 1;
    assert_eq!(
        unsigned(&small),
        "act.key_malformed",
        "the neutral element signs anything"
    );

    let stranger = SigningKey::from_seed(&[7; 32]);
    let act = sign(&stranger, &scene.stream(), Kind::QuestionAsked, &body, scene.seen);
    let answer = scene.send(&act);
    assert_eq!(scene.refused(&act, &answer), "actor.key_not_allowed");
    let act = sign(
        &scene.buyer.key,
        &scene.stream(),
        Kind::QuestionAsked,
        &body,
        scene.seen,
    );
    assert_eq!(scene.refused(&act, &scene.send(&act)), "role.missing");
    // The key of a bid serves that bid alone, and the account's own key does not serve for the bid.
    let act = sign(
        &scene.bid.key,
        &scene.stream(),
        Kind::QuestionAsked,
        &body,
        scene.seen,
    );
    let code = scene.refused(&act, &scene.send(&act));
    assert!(code.starts_with("actor."), "{code}");
    let withdraw = BidWithdrawn {
        bid: scene.bid.folder.bid.clone(),
        tender: scene.tender.id.clone(),
    };
    let act = scene.say(&scene.bidder.key, &withdraw);
    let code = scene.refused(&act, &scene.send(&act));
    assert!(code.starts_with("actor."), "{code}");
}

fn histories_that_are_not_ours(database: &Database) {
    let scene = scene(database);
    let body = json!({ "question": "q-1", "tender": "T1", "text": "?" });
    let with = |seen: Seen| {
        let act = sign(
            &scene.bidder.key,
            &scene.stream(),
            Kind::QuestionAsked,
            &body,
            seen,
        );
        scene.refused(&act, &scene.send(&act))
    };
    assert_eq!(
        with(Seen {
            root: scene.seen.root,
            size: scene.seen.size + 1
        }),
        "seen.ahead"
    );
    assert_eq!(
        with(Seen {
            root: scene.seen.root,
            size: (1 << 53) - 1
        }),
        "seen.ahead"
    );
    let mut other = scene.seen;
    other.root.0[0] ^= 1;
    assert_eq!(with(other), "seen.fork");
    assert_eq!(
        with(Seen {
            root: scene.seen.root,
            size: scene.seen.size - 1
        }),
        "seen.fork"
    );
}

on_both!(
    bytes_that_are_no_act,
    signatures_and_keys_that_do_not_fit,
    histories_that_are_not_ours,
);
