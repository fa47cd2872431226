//! Acts that are well made, but in the wrong place, at the wrong time, or for the second time.

use crate::bad_acts::{Scene, scene};
use crate::http::Answer;
use crate::people::{example_seed, head, post_act, sign};
use crate::platform::{Database, ORIGIN, on_both};
use facts::body::bid::{BidConfirmed, BidEntered, BidSubmitted, BidWithdrawn};
use facts::body::supervision::{OrderResumed, OrderSuspended};
use facts::{Act, Canonical, Hex, Kind, Stream};
use seal::SigningKey;
use serde_json::{Value, json};

fn facts_in_the_wrong_place(database: &Database) {
    let scene = scene(database);
    let by = |key: &SigningKey, stream: &Stream, kind: Kind, body: &Value| {
        let act = sign(key, stream, kind, body, scene.seen);
        scene.refused(&act, &scene.send(&act))
    };
    let tender = scene.stream();
    let body = json!({ "question": "q-1", "tender": "T1", "text": "?" });
    let asked = Kind::QuestionAsked;
    let wrong = [
        (Stream::Platform, "act.stream_invalid"),
        (Stream::Evaluation(scene.tender.id.clone()), "act.stream_invalid"),
        (
            Stream::Ceremony(scene.tender.ceremony.clone()),
            "act.kind_malformed",
        ),
        (Stream::Tender(crate::people::id("T2")), "act.stream_malformed"),
    ];
    for (stream, wanted) in wrong {
        assert_eq!(by(&scene.bidder.key, &stream, asked, &body), wanted, "{stream}");
    }
    assert_eq!(
        by(&scene.bidder.key, &tender, asked, &json!({})),
        "act.body_malformed"
    );
    let extra = json!({ "price": 1, "question": "q-1", "tender": "T1", "text": "?" });
    assert_eq!(
        by(&scene.bidder.key, &tender, asked, &extra),
        "act.body_malformed"
    );
    let number = json!({ "question": 1, "tender": "T1", "text": "?" });
    assert_eq!(
        by(&scene.bidder.key, &tender, asked, &number),
        "act.body_malformed"
    );
    let spaced = json!({ "question": "q 1", "tender": "T1", "text": "?" });
    assert_eq!(
        by(&scene.bidder.key, &tender, asked, &spaced),
        "act.body_malformed"
    );
    // What the platform itself brings about, nobody can sign.
    let closed = json!({ "closes_at": 1, "tender": "T1" });
    let code = by(&scene.registry.key, &tender, Kind::TenderClosed, &closed);
    assert!(code.ends_with("not_allowed"), "{code}");
    // Another zone's fact.
    let order = OrderSuspended {
        basis: "x".to_owned(),
        order: crate::people::id("order-1"),
        reason: "x".to_owned(),
        tender: scene.tender.id.clone(),
        complaint: None,
        until: None,
    };
    let members = Value::Object(Canonical::of(&order).unwrap().into_members());
    let stream = Stream::Supervision(scene.tender.id.clone());
    let act = sign(
        &scene.supervisor.key,
        &stream,
        Kind::OrderSuspended,
        &members,
        scene.seen,
    );
    assert_eq!(scene.refused_unsigned(&scene.send(&act)), "act.zone_not_allowed");
}

fn steps_out_of_order(database: &Database) {
    let mut scene = scene(database);
    let (bid, tender) = (scene.bid.folder.bid.clone(), scene.tender.id.clone());
    let key = scene.bid.key.clone();
    let code = |scene: &Scene, act: Act| scene.refused(&act, &scene.send(&act));
    // The same notice again, and one for a tender that nobody registered.
    let act = scene.say(&scene.buyer.key, &scene.tender.notice);
    assert_eq!(code(&scene, act), "tender.noticed");
    let mut unregistered = scene.tender.notice.clone();
    unregistered.tender = crate::people::id("T9");
    let members = Value::Object(Canonical::of(&unregistered).unwrap().into_members());
    let stream = Stream::Tender(unregistered.tender.clone());
    let act = sign(
        &scene.buyer.key,
        &stream,
        Kind::TenderNoticed,
        &members,
        scene.seen,
    );
    assert_eq!(code(&scene, act), "tender.unknown");
    // One bid per bidder, one name per bid, one key per bid.
    let entered = BidEntered {
        account: scene.bidder.account.clone(),
        bid: bid.clone(),
        key: Hex(key.public().to_bytes()),
        proof: Hex(key
            .sign(&ledger::message::bid_key(
                ORIGIN,
                &tender,
                &bid,
                &key.public().to_bytes(),
            ))
            .to_bytes()),
        tender: tender.clone(),
    };
    let act = scene.say(&scene.bidder.key, &entered);
    let again = code(&scene, act);
    assert!(again == "bid.entered" || again.starts_with("taken."), "{again}");
    let mut unproved = entered.clone();
    unproved.proof.0[0] ^= 1;
    let act = scene.say(&scene.bidder.key, &unproved);
    let again = code(&scene, act);
    assert!(again.starts_with("bid."), "{again}");
    // Submissions: an old revision, a skipped one, other rules, an envelope changed, a body that is not there.
    let envelopes: Vec<_> = scene
        .bid
        .folder
        .sealed
        .iter()
        .map(|part| part.envelope.clone())
        .collect();
    let rules = scene.bid.folder.rules.unwrap();
    let whole = BidSubmitted {
        bid: bid.clone(),
        envelopes,
        revision: 2,
        rules,
        tender: tender.clone(),
    };
    let mut changed = Vec::new();
    let mut with = |wanted: &'static str, change: &dyn Fn(&mut BidSubmitted)| {
        let mut body = whole.clone();
        change(&mut body);
        changed.push((wanted, body));
    };
    with("bid.revision", &|body| body.revision = 1);
    with("bid.revision", &|body| body.revision = 7);
    with("bid.", &|body| body.rules = Hex([4; 32]));
    with("", &|body| body.envelopes.clear());
    with("", &|body| body.envelopes.truncate(1));
    with("", &|body| {
        let twice = body.envelopes[0].clone();
        body.envelopes.push(twice);
    });
    with("", &|body| body.envelopes[0].header.0[70] ^= 1);
    with("", &|body| body.envelopes[0].sig.0[0] ^= 1);
    with("", &|body| body.envelopes[0].key_id = Hex([5; 32]));
    with("", &|body| body.envelopes[0].body_length += 1);
    with("", &|body| body.envelopes[0].body_digest = Hex([6; 32]));
    with("", &|body| body.envelopes[0].lot = crate::people::id("9"));
    // The very envelopes that were handed in: their points and names were used up.
    with("", &|_| {});
    for (wanted, body) in changed {
        let act = scene.say(&key, &body);
        let found = code(&scene, act);
        assert!(found.starts_with(wanted), "{found} instead of {wanted}: {body:?}");
    }
    let confirmed = BidConfirmed {
        bid: bid.clone(),
        rules,
        tender: tender.clone(),
    };
    let act = scene.say(&key, &confirmed);
    assert_eq!(code(&scene, act), "bid.acknowledged");
    // An order ends that nobody gave.
    let resumed = OrderResumed {
        order: crate::people::id("order-9"),
        reason: "x".to_owned(),
        tender: tender.clone(),
    };
    let members = Value::Object(Canonical::of(&resumed).unwrap().into_members());
    let stream = Stream::Supervision(tender);
    let act = sign(
        &scene.supervisor.key,
        &stream,
        Kind::OrderResumed,
        &members,
        scene.seen,
    );
    let answer = post_act(
        &scene.platform.addresses.supervision,
        ledger::act::write(&act).unwrap(),
    );
    let found = scene.refused(&act, &answer);
    assert!(found.starts_with("order."), "{found}");
    // After the deadline everything comes late.
    scene.platform.advance_to(scene.tender.notice.closes_at);
    scene.seen = head(&scene.platform.addresses.procurement);
    let late = BidWithdrawn {
        bid,
        tender: scene.tender.id.clone(),
    };
    let act = scene.say(&key, &late);
    let answer = scene.send(&act);
    assert_eq!(answer.problem(), "bid.late");
}

/// The same act twice is one fact with one receipt, also in two requests at once.
fn an_act_sent_twice(database: &Database) {
    let scene = scene(database);
    let act = ledger::act::write(&scene.question()).unwrap();
    let base = scene.platform.addresses.procurement.as_str();
    let mut answers: Vec<Answer> = Vec::new();
    std::thread::scope(|scope| {
        let posts: Vec<_> = (0..4)
            .map(|_| scope.spawn(|| post_act(base, act.clone())))
            .collect();
        answers.extend(posts.into_iter().map(|post| post.join().unwrap()));
    });
    answers.push(post_act(base, act));
    assert_eq!(answers.iter().filter(|answer| answer.status == 201).count(), 1);
    assert_eq!(answers.iter().filter(|answer| answer.status == 200).count(), 4);
    let seqs: Vec<_> = answers
        .iter()
        .map(|answer| answer.json()["seq"].as_u64().unwrap())
        .collect();
    assert!(seqs.iter().all(|seq| *seq == scene.seen.size), "{seqs:?}");
    assert_eq!(head(base).size, scene.seen.size + 1);
    let keys = scene.platform.keys();
    for answer in &answers {
        let receipt = ledger::Receipt::parse(answer.json()["receipt"].as_str().unwrap()).unwrap();
        let opened = receipt.open(ORIGIN, keys.log.verifier()).unwrap();
        assert_eq!(opened.entry.seq, scene.seen.size);
        assert!(opened.act.is_some());
    }
    // A receipt of long ago is given again too, to whoever holds the act.
    assert!(scene.submitted < scene.seen.size);
}

/// Everything that belongs to a later step, each by the very person who will take it one day.
fn what_it_is_too_early_for(database: &Database) {
    let scene = scene(database);
    let (bid, tender) = (scene.bid.folder.bid.clone(), scene.tender.id.clone());
    let evaluation = Stream::Evaluation(tender.clone());
    let (here, there) = (
        &scene.platform.addresses.procurement,
        &scene.platform.addresses.evaluation,
    );
    let custody = example_seed(1).signing_key();
    let seats = json!({ "seat-1": "buyer" });
    let share = json!({
        "index": 1, "list": Hex([0; 32]), "partials": [], "stage": "open", "tender": tender,
    });
    let unlock = json!({ "bid": bid, "keys": [], "stage": "open", "tender": tender });
    let dispute = json!({ "bid": bid, "receipt": "", "stage": "open", "tender": tender, "text": "?" });
    let object = json!({ "bid": bid, "objection": "o-1", "stage": "open", "tender": tender, "text": "?" });
    let confirm = json!({ "bid": bid, "record": 1, "stage": "open", "tender": tender });
    let reply = json!({ "objection": "o-1", "tender": tender, "text": "?" });
    let publicise =
        json!({ "candidates": [], "evaluation": 1, "tender": tender, "until": scene.platform.now() });
    let protest = json!({ "objection": "o-1", "tender": tender, "text": "?" });
    let award = json!({ "awards": [], "tender": tender });
    let (buyer, bidder, bid_key) = (&scene.buyer.key, &scene.bidder.key, &scene.bid.key);
    let early = [
        (&custody, Kind::ShareGiven, share, "list."),
        (bid_key, Kind::BidUnlocked, unlock, "list."),
        (bid_key, Kind::ListDisputed, dispute, "list."),
        (bid_key, Kind::OpeningObjected, object, "record.unknown"),
        (bid_key, Kind::OpeningConfirmed, confirm, "record.unknown"),
        (buyer, Kind::OpeningReplied, reply.clone(), "objection.unknown"),
        (
            buyer,
            Kind::CandidatesPublicised,
            publicise,
            "candidates.not_opened",
        ),
        (bidder, Kind::CandidatesObjected, protest, "candidates.unknown"),
        (buyer, Kind::CandidatesReplied, reply, "candidates.unknown"),
        (buyer, Kind::AwardMade, award, "candidates.unknown"),
        (
            buyer,
            Kind::PanelAppointed,
            json!({ "seats": seats, "tender": tender }),
            "evaluation.not_open",
        ),
    ];
    for (key, kind, body, wanted) in early {
        let (base, stream) = if kind == Kind::PanelAppointed {
            (there, &evaluation)
        } else {
            (here, &scene.stream())
        };
        let act = sign(key, stream, kind, &body, scene.seen);
        let answer = post_act(base, ledger::act::write(&act).unwrap());
        let code = scene.refused(&act, &answer);
        assert!(
            code.starts_with(wanted),
            "{kind}: {code}, not {wanted}: {}",
            answer.text()
        );
    }
}

on_both!(
    facts_in_the_wrong_place,
    steps_out_of_order,
    what_it_is_too_early_for,
    an_act_sent_twice
);
