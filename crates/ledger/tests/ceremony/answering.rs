//! Giving shares: an honest opening, and everything a platform or a bidder may try to get more out of a custodian.

use crate::ledger::ceremony::custodian::{Question, answer};
use crate::ledger::ceremony::{Fault, WontAnswer, signed_certificate};
use crate::runner::run;
use crate::tender::{Bid, SUITE, World, stage};
use facts::body::opening::Listed;
use facts::body::tender::TenderAmended;
use facts::{Canonical, Hex};
use proptest::prelude::*;
use seal::{Header, HeaderError, Label, Partial, SecretScalar, Target, combine, verify_partial};

/// Three bids, closed, the first stage listed.
pub(crate) fn listed(bidder_lock: bool) -> (World, Vec<Bid>) {
    let mut world = World::new(bidder_lock);
    let bids = world.three_bids();
    world.close();
    if !bidder_lock {
        world.list(&bids, 0);
    }
    (world, bids)
}

#[test]
fn three_of_five_answers_open_every_envelope_of_the_list() {
    let (mut world, bids) = listed(false);
    let given: Vec<_> = [2, 4, 5].map(|index| world.ask(index, 0, 0).unwrap()).into();
    let order = world.listed(&bids, 0);
    assert!(
        given
            .iter()
            .all(|batch| batch.partials.len() == 3 && batch.stage == stage("tech"))
    );
    let certificate = signed_certificate(world.made.view(), 0).unwrap();
    for (place, listed) in order.iter().enumerate() {
        let bid = bids.iter().find(|bid| bid.name == listed.bid).unwrap();
        let envelope = &bid.body.envelopes[0];
        let header = Header::parse(&envelope.header.0).unwrap();
        let label = Label {
            tender: "T1".into(),
            lot: "1".into(),
            part: "technical".into(),
            submission: envelope.submission.0,
            signer: bid.key.public().fingerprint(),
            key_id: certificate.key_id(),
            closes_at: u64::try_from(world.closes_at.0).unwrap(),
            rules: world.rules,
            blk: [0; 32],
        };
        let label_digest = label.digest(SUITE);
        let target = Target {
            suite: SUITE,
            y: certificate.y(),
            label_digest: &label_digest,
            body_digest: envelope.body_digest.bytes(),
            header: &header,
        };
        let points: Vec<_> = given
            .iter()
            .map(|batch| {
                let partial = Partial::parse(&batch.partials[place].0).unwrap();
                verify_partial(
                    &target,
                    batch.index,
                    certificate.share(batch.index).unwrap(),
                    &partial,
                )
                .unwrap();
                (batch.index, partial.d)
            })
            .collect();
        assert!(combine(3, &points).is_ok());
    }
}

#[test]
fn not_before_the_deadline_by_the_custodians_own_clock() {
    let (mut world, _) = listed(false);
    let closes_at = world.closes_at;
    let now = closes_at.plus(-1);
    assert_eq!(
        world.ask_at(1, 0, 0, now),
        Err(WontAnswer::TooEarly { now, closes_at })
    );
    assert!(world.ask_at(1, 0, 0, closes_at).is_ok());
}

#[test]
fn an_extended_deadline_is_the_one_that_counts() {
    let mut world = World::new(false);
    let old = world.closes_at;
    let mut bids = world.three_bids();
    world.amend(1, 86_400_000);
    for bid in &mut bids {
        *bid = world.bid(bid.name.as_str(), None);
        bid.body.revision = 2;
        let now = world.log.now;
        world.submit(bid, now);
    }
    // Closed for the old deadline: by then the custodians' clocks agree with it.
    let extended = std::mem::replace(&mut world.closes_at, old);
    world.close();
    world.closes_at = extended;
    let at = world.log.now;
    assert_eq!(
        world.ask(1, 0, 0),
        Err(WontAnswer::Closing {
            named: old,
            at,
            closes_at: extended
        })
    );
}

#[test]
fn bids_sealed_before_an_addendum_keep_their_label() {
    let mut world = World::new(false);
    let early = world.three_bids();
    let lists = world.listed(&early, 0);
    world.amend(1, 86_400_000);
    world.close();
    let frozen = world.frozen(0, lists.clone());
    world.log.platform(world.stream.clone(), &frozen);
    let settled = world.settled(0, &lists, Vec::new());
    world.log.platform(world.stream.clone(), &settled);
    assert_eq!(world.ask(1, 0, 0).unwrap().partials.len(), 3);
}

#[test]
fn addenda_with_gaps_foreign_hashes_or_earlier_deadlines_are_refused() {
    for crooked in [
        |body: &mut TenderAmended| body.number = 2,
        |body: &mut TenderAmended| body.rules = Hex([1; 32]),
        |body: &mut TenderAmended| body.closes_at = body.closes_at.plus(-60_000),
    ] {
        let mut world = World::new(false);
        let mut body = TenderAmended {
            closes_at: world.closes_at,
            documents: Vec::new(),
            number: 1,
            rules: Hex([0; 32]),
            substantive: false,
            tender: world.tender.clone(),
            text: "x".into(),
        };
        body.rules = Hex(crate::ledger::message::rules_of_addendum(
            &world.rules,
            &Canonical::of(&body).unwrap(),
        ));
        crooked(&mut body);
        world.log.say(world.stream.clone(), &body, &crate::log::caller());
        let bids = world.three_bids();
        world.close();
        world.list(&bids, 0);
        assert_eq!(world.ask(1, 0, 0), Err(WontAnswer::Rules(body.number)));
    }
}

#[test]
fn a_header_copied_from_the_price_envelope_is_refused_in_the_technical_stage() {
    let mut world = World::new(false);
    let mut bids = world.three_bids();
    // Mallory hands in, as a technical envelope, Alice's price header: if it were multiplied with the technical
    // share nothing would leak, so Mallory also claims the price key, and then everything would.
    let price = Header::parse(&bids[0].body.envelopes[1].header.0).unwrap();
    let digest = bids[0].body.envelopes[1].body_digest.0;
    let mut mallory = world.bid("B4", None);
    let submission = mallory.body.envelopes[0].submission;
    mallory.body.envelopes[0] = world.signed(&mallory.key, "technical", 0, submission.0, &price, digest);
    let now = world.log.now;
    world.submit(&mut mallory, now);
    bids.push(mallory);
    world.close();
    world.list(&bids, 0);
    let refused = WontAnswer::Header {
        submission,
        why: HeaderError::Proof,
    };
    assert_eq!(world.ask(1, 0, 0), Err(refused));
}

#[test]
fn an_envelope_for_another_key_or_part_is_refused() {
    let mut world = World::new(false);
    let mut bids = world.three_bids();
    let mut foreign = world.bid("B4", None);
    let price = foreign.body.envelopes[1].clone();
    foreign.body.envelopes[0] = price.clone();
    foreign.body.envelopes.truncate(1);
    let now = world.log.now;
    world.submit(&mut foreign, now);
    bids.push(foreign);
    world.close();
    let mut lists = world.listed(&bids[..3], 0);
    lists.push(Listed {
        bid: bids[3].name.clone(),
        envelope: Hex([0; 32]),
        seq: bids[3].seq,
        submission: price.submission,
    });
    lists.sort_by_key(|listed| listed.submission);
    let frozen = world.frozen(0, lists.clone());
    world.log.platform(world.stream.clone(), &frozen);
    let settled = world.settled(0, &lists, Vec::new());
    world.log.platform(world.stream.clone(), &settled);
    let refused = WontAnswer::ForeignEnvelope {
        submission: price.submission,
        key_id: price.key_id,
    };
    assert_eq!(world.ask(1, 0, 0), Err(refused));
}

#[test]
fn the_same_r_twice_is_refused_even_with_two_good_proofs() {
    let mut world = World::new(false);
    let mut bids = world.three_bids();
    let r = SecretScalar::random(&mut world.log.rng);
    for name in ["B4", "B5"] {
        let mut bid = world.bid(name, Some(&r));
        let now = world.log.now;
        world.submit(&mut bid, now);
        bids.push(bid);
    }
    world.close();
    world.list(&bids, 0);
    let twins: Vec<_> = bids[3..]
        .iter()
        .map(|bid| bid.body.envelopes[0].submission)
        .collect();
    assert_eq!(
        world.ask(1, 0, 0),
        Err(WontAnswer::DuplicatePoint(*twins.iter().max().unwrap()))
    );
}

#[test]
fn only_the_key_of_the_stage_and_only_in_order_of_stages() {
    let (mut world, bids) = listed(false);
    let named = Hex(world.keys[0]);
    let ours = Hex(world.keys[1]);
    assert_eq!(world.ask(1, 0, 1), Err(WontAnswer::ForeignKey { named, ours }));
    assert_eq!(world.ask(1, 0, 2), Err(WontAnswer::Ceremony(Fault::Slot(2))));
    world.list(&bids, 1);
    assert_eq!(world.ask(1, 1, 1), Err(WontAnswer::StageOrder(stage("tech"))));
    world.end_stage(0);
    assert_eq!(world.ask(1, 1, 1).unwrap().stage, stage("price"));
    let facts = world.log.proven();
    let unknown = stage("third");
    let question = Question {
        tender: &world.tender,
        stage: &unknown,
        facts: &facts,
        ceremony: &world.made,
        slot: 0,
        now: world.log.now,
    };
    let refused = answer(&world.seeds[0], &question, &mut world.log.rng);
    assert_eq!(
        refused,
        Err(WontAnswer::Stage {
            tender: world.tender.clone(),
            stage: unknown.clone()
        })
    );
    let stranger = seal::CustodianSeed::from_bytes(&[77; 32]);
    let tech = stage("tech");
    let question = Question {
        stage: &tech,
        ..question
    };
    assert_eq!(
        answer(&stranger, &question, &mut world.log.rng),
        Err(WontAnswer::NotMember)
    );
}

#[test]
fn a_ceremony_of_the_same_custodians_with_another_session_is_not_the_stages() {
    let (mut world, _) = listed(false);
    world.made = run(&mut world.log, &world.seeds, "K2", 3, 1, 2);
    assert!(matches!(world.ask(1, 0, 0), Err(WontAnswer::ForeignKey { .. })));
}

#[test]
fn bids_that_are_late_replaced_or_not_shown_are_refused() {
    let mut world = World::new(false);
    let mut bids = world.three_bids();
    let closes_at = world.closes_at;
    let mut late = world.bid("B4", None);
    world.submit(&mut late, closes_at);
    let submission = late.body.envelopes[0].submission;
    bids.push(late);
    world.close();
    world.list(&bids, 0);
    assert_eq!(world.ask(1, 0, 0), Err(WontAnswer::Late(submission)));

    let mut world = World::new(false);
    let bids = world.three_bids();
    let mut newer = world.bid("B2", None);
    newer.key = bids[1].key.clone();
    let now = world.log.now;
    world.submit(&mut newer, now);
    world.close();
    world.list(&bids, 0);
    assert_eq!(
        world.ask(1, 0, 0),
        Err(WontAnswer::Superseded(bids[1].body.envelopes[0].submission))
    );

    let (mut world, bids) = listed(false);
    let facts: Vec<_> = world
        .log
        .proven()
        .into_iter()
        .filter(|fact| fact.record().seq != bids[2].seq)
        .collect();
    let tech = stage("tech");
    let question = Question {
        tender: &world.tender,
        stage: &tech,
        facts: &facts,
        ceremony: &world.made,
        slot: 0,
        now: world.log.now,
    };
    let refused = answer(&world.seeds[0], &question, &mut world.log.rng);
    let submission = bids[2].body.envelopes[0].submission;
    assert_eq!(
        refused,
        Err(WontAnswer::NotInLog {
            seq: bids[2].seq,
            submission
        })
    );
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    /// One bit of any envelope, anywhere, and nobody is answered.
    #[test]
    fn no_envelope_is_answered_with_a_bit_changed(place in 0_usize..3, field in 0_usize..4, bit in 0_usize..256) {
        let mut world = World::new(false);
        let mut bids: Vec<Bid> = ["B1", "B2", "B3"].map(|name| world.bid(name, None)).into();
        let lists = world.listed(&bids, 0);
        let envelope = &mut bids[place].body.envelopes[0];
        let (byte, mask) = (bit / 8, 1_u8 << (bit % 8));
        match field {
            0 => envelope.header.0[byte * 4] ^= mask,
            1 => envelope.body_digest.0[byte] ^= mask,
            2 => envelope.sig.0[byte * 2] ^= mask,
            _ => envelope.blk.0[byte] ^= mask,
        }
        let now = world.log.now;
        for bid in &mut bids {
            world.submit(bid, now);
        }
        let mut lists = lists;
        for listed in &mut lists {
            listed.seq = bids.iter().find(|bid| bid.name == listed.bid).unwrap().seq;
        }
        world.close();
        let frozen = world.frozen(0, lists.clone());
        world.log.platform(world.stream.clone(), &frozen);
        let settled = world.settled(0, &lists, Vec::new());
        world.log.platform(world.stream.clone(), &settled);
        prop_assert!(world.ask(2, 0, 0).is_err());
    }
}
