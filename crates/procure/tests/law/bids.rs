//! Entering, handing in, replacing, confirming, withdrawing; and every way in which an envelope is refused.

use crate::support::{Bidder, Layout, ORIGIN, World, account, bid, id};
use desk::mark;
use facts::body::bid::BidSubmitted;
use facts::{Hex, Instant, Kind, Record, Role};
use kaibiao_procure::front::check_entry;
use kaibiao_procure::limits::GRACE;
use kaibiao_procure::marks::marks;
use kaibiao_procure::{Command, Phase};
use rstest::rstest;

fn newcomer(world: &mut World, number: usize) -> Bidder {
    Bidder::new(number, &mut world.rng)
}

#[test]
fn a_bidder_enters_once_under_a_fresh_key_of_its_own() {
    let mut world = World::noticed(Layout::small());
    let bidder = newcomer(&mut world, 1);
    let entry = bidder.entry();

    let as_buyer = Command::Enter {
        said: world.say(account("bidder-1", &[Role::Buyer]), entry.clone()),
        verdict: Ok(()),
    };
    assert_eq!(world.no(as_buyer), "role.missing");
    let other = Command::Enter {
        said: world.say(account("bidder-2", &[Role::Bidder]), entry.clone()),
        verdict: Ok(()),
    };
    assert_eq!(world.no(other), "bid.account_not_allowed");
    let mut own = entry.clone();
    own.account = id("buyer");
    let own = Command::Enter {
        said: world.say(account("buyer", &[Role::Bidder]), own),
        verdict: Ok(()),
    };
    assert_eq!(world.no(own), "bid.own_tender_not_allowed");
    let known = Command::Enter {
        said: world.say(bidder.person(), entry.clone()),
        verdict: check_entry(ORIGIN, &entry, true),
    };
    assert_eq!(world.no(known), "entry.key_known");
    let mut unproved = entry.clone();
    unproved.bid = bid(9);
    assert_eq!(
        world.no(bidder.enter_with(&world, unproved)),
        "entry.signature",
        "the proof names the bid"
    );
    let mut crooked = entry.clone();
    crooked.key = Hex([0; 32]);
    assert_eq!(world.no(bidder.enter_with(&world, crooked)), "entry.key_invalid");

    assert_eq!(world.ok(bidder.enter(&world)), [Kind::BidEntered]);
    assert_eq!(world.no(bidder.enter(&world)), "bid.entered");
    let mut squatter = newcomer(&mut world, 2);
    squatter.bid = bid(1);
    let mut curious = squatter.entry();
    curious.proof = Hex([7; 64]);
    assert_eq!(
        world.no(squatter.enter_with(&world, curious)),
        "entry.signature",
        "who is not ready to enter learns nothing of the names taken"
    );
    assert_eq!(world.no(squatter.enter(&world)), "name.twice");
    world.at = world.state.deadline().unwrap();
    let late = newcomer(&mut world, 3);
    assert_eq!(world.no(late.enter(&world)), "bid.late");
}

#[test]
fn a_bid_is_handed_in_replaced_withdrawn_and_handed_in_again() {
    let mut world = World::noticed(Layout::default());
    let mut bidder = newcomer(&mut world, 1);
    world.ok(bidder.enter(&world));
    assert_eq!(world.no(bidder.withdraw(&world)), "bid.not_submitted");
    assert_eq!(world.no(bidder.confirm(&world)), "bid.not_submitted");

    let first = bidder.submit(&mut world);
    assert_eq!(world.ok(first.clone()), [Kind::BidSubmitted]);
    assert_eq!(
        world.log.last().unwrap().arrived,
        Some(world.at),
        "the instant of arrival stands beside the entry's"
    );
    assert_eq!(world.no(first), "bid.revision");
    let second = bidder.submit(&mut world);
    world.ok(second);
    let mut leap = bidder.submission(&mut world);
    leap.revision = 5;
    assert_eq!(world.no(bidder.submit_with(&world, leap)), "bid.revision");
    world.ok(bidder.withdraw(&world));
    assert!(world.state.bids[&bid(1)].standing().is_none());
    assert_eq!(world.no(bidder.withdraw(&world)), "bid.not_submitted");
    let third = bidder.submit(&mut world);
    world.ok(third);
    assert_eq!(world.state.bids[&bid(1)].revision(), 3);
}

#[test]
fn only_the_bids_own_key_may_act_for_it() {
    let (mut world, mut bidders) = World::with_bids(Layout::small(), 2);
    let mut second = bidders.pop().unwrap();
    let body = bidders[0].submission(&mut world);
    let checked = bidders[0].submit_with(&world, body.clone());
    let Command::Submit { verdict, .. } = checked else {
        unreachable!()
    };
    let with = |actor| Command::Submit {
        said: world.say(actor, body.clone()),
        verdict: verdict.clone(),
        missing_bodies: Vec::new(),
    };
    assert_eq!(world.no(with(second.actor())), "bid.key_not_allowed");
    assert_eq!(
        world.no(with(bidders[0].person())),
        "bid.key_not_allowed",
        "an account key would say whose bid it is"
    );
    let mut impostor = second.actor();
    impostor.means = bidders[0].actor().means;
    assert_eq!(world.no(with(impostor)), "bid.key_not_allowed");
    let mut nobody = second.submission(&mut world);
    nobody.bid = bid(7);
    assert_eq!(
        world.no(second.submit_with(&world, nobody)),
        "bid.key_not_allowed",
        "or the number of bids could be found out by trying names"
    );
}

#[test]
fn on_time_is_what_arrived_before_the_deadline_and_was_entered_within_the_grace() {
    let (mut world, mut bidders) = World::with_bids(Layout::small(), 1);
    let deadline = world.state.deadline().unwrap();
    let body = bidders[0].submission(&mut world);
    let at = |world: &mut World, arrived: Instant, at: Instant| {
        world.at = arrived;
        let command = bidders[0].submit_with(world, body.clone());
        world.at = at;
        command
    };
    let late = at(&mut world, deadline, deadline);
    assert_eq!(world.no(late), "bid.late");
    let slow = at(&mut world, deadline.plus(-1), deadline.plus(GRACE));
    assert_eq!(world.no(slow), "bid.slow");
    let last = at(&mut world, deadline.plus(-1), deadline.plus(GRACE - 1));
    let tick = world.tick();
    assert_eq!(
        world.no(tick),
        "nothing.due",
        "closing waits for what is still being entered"
    );
    world.ok(last);
    world.wait(1);
    let tick = world.tick();
    world.ok(tick);
    let after = at(&mut world, deadline.plus(-1), deadline.plus(GRACE - 1));
    assert!(matches!(world.no(after).as_str(), "bid.late" | "tender.over"));
}

#[test]
fn bodies_must_lie_in_the_vault_before_the_bid_counts() {
    let mut world = World::noticed(Layout::small());
    let mut bidder = newcomer(&mut world, 1);
    world.ok(bidder.enter(&world));
    let body = bidder.submission(&mut world);
    world.vault.clear();
    assert_eq!(world.no(bidder.submit_with(&world, body)), "bid.body_missing");
}

#[test]
fn after_an_addendum_a_bid_is_confirmed_or_replaced_under_the_new_rules() {
    let (mut world, mut bidders) = World::with_bids(Layout::small(), 1);
    let stale = bidders[0].submission(&mut world);
    assert_eq!(world.no(bidders[0].confirm(&world)), "bid.acknowledged");
    let deadline = world.state.deadline().unwrap();
    let old = world.state.rules().unwrap().rules;
    world.ok(world.amend(true, deadline));
    assert_eq!(world.state.outdated(&world.state.bids[&bid(1)]), Some(1));
    assert_eq!(
        world.no(bidders[0].submit_with(&world, stale.clone())),
        "bid.rules_old"
    );
    let mut relabelled = stale;
    relabelled.rules = world.state.rules().unwrap().rules;
    assert_eq!(
        world.no(bidders[0].submit_with(&world, relabelled)),
        "envelope.header_invalid",
        "the label binds the rules"
    );
    let body = facts::body::bid::BidConfirmed {
        bid: bid(1),
        rules: old,
        tender: crate::support::tender(),
    };
    assert_eq!(
        world.no(Command::ConfirmBid(world.say(bidders[0].actor(), body))),
        "bid.rules_old"
    );
    world.ok(bidders[0].confirm(&world));
    assert_eq!(world.state.outdated(&world.state.bids[&bid(1)]), None);
    let fresh = bidders[0].submit(&mut world);
    world.ok(fresh);
    let sealed = &world.state.bids[&bid(1)];
    let label = world.state.label(
        sealed,
        &sealed.submissions[0].body,
        &sealed.submissions[0].body.envelopes[0],
    );
    assert_eq!(
        label.unwrap().rules,
        old.0,
        "an older revision keeps the label it was sealed under"
    );
}

#[test]
fn a_submission_checked_under_other_rules_is_sent_again() {
    let (mut world, mut bidders) = World::with_bids(Layout::small(), 2);
    let one = bidders[0].submission(&mut world);
    let two = bidders[1].submission(&mut world);
    let Command::Submit { verdict, .. } = bidders[1].submit_with(&world, two) else {
        unreachable!()
    };
    let said = world.say(bidders[0].actor(), one);
    assert_eq!(
        world.no(Command::Submit {
            said,
            verdict,
            missing_bodies: Vec::new()
        }),
        "bid.changed"
    );
}

type Spoil = fn(&mut BidSubmitted);

#[rstest]
#[case("envelope.none_invalid", |b: &mut BidSubmitted| b.envelopes.clear())]
#[case("envelope.part_missing_invalid", |b: &mut BidSubmitted| { b.envelopes.pop(); })]
#[case("envelope.part_twice_invalid", |b: &mut BidSubmitted| { let e = b.envelopes[0].clone(); b.envelopes.push(e); })]
#[case("envelope.part_invalid", |b: &mut BidSubmitted| b.envelopes[0].lot = id("L9"))]
#[case("envelope.part_invalid", |b: &mut BidSubmitted| b.envelopes[0].part = id("extra"))]
#[case("envelope.id_twice_invalid", |b: &mut BidSubmitted| b.envelopes[1].submission = b.envelopes[0].submission)]
#[case("envelope.point_twice_invalid", |b: &mut BidSubmitted| b.envelopes[1].header = b.envelopes[0].header)]
#[case("envelope.key_invalid", |b: &mut BidSubmitted| b.envelopes[0].key_id = Hex([4; 32]))]
#[case("envelope.lock_invalid", |b: &mut BidSubmitted| b.envelopes[0].blk = Hex([4; 32]))]
#[case("envelope.length_invalid", |b: &mut BidSubmitted| b.envelopes[0].body_length += 1)]
#[case("envelope.length_invalid", |b: &mut BidSubmitted| b.envelopes[0].body_length = 3)]
#[case("envelope.too_large", |b: &mut BidSubmitted| b.envelopes[0].body_length = seal::cob256::body_len(seal::pad::padded_len(2_000_000).unwrap()))]
#[case("envelope.header_invalid", |b: &mut BidSubmitted| b.envelopes[0].header.0[127] ^= 1)]
#[case("envelope.header_invalid", |b: &mut BidSubmitted| b.envelopes[0].header.0[..32].fill(0))]
#[case("envelope.header_invalid", |b: &mut BidSubmitted| b.envelopes[0].body_digest.0[0] ^= 1)]
#[case("envelope.header_invalid", |b: &mut BidSubmitted| b.envelopes[0].submission.0[0] ^= 1)]
#[case("envelope.header_invalid", |b: &mut BidSubmitted| { let lot = b.envelopes[0].part.clone(); b.envelopes[0].part = b.envelopes[1].part.clone(); b.envelopes[1].part = lot; })]
#[case("envelope.signature", |b: &mut BidSubmitted| b.envelopes[1].sig.0[3] ^= 1)]
#[case("envelope.signature", |b: &mut BidSubmitted| b.envelopes[1].sig = b.envelopes[0].sig)]
fn a_spoilt_envelope_is_refused_for_the_right_reason(#[case] code: &str, #[case] spoil: Spoil) {
    let mut world = World::noticed(Layout::default());
    let mut bidder = newcomer(&mut world, 1);
    world.ok(bidder.enter(&world));
    let mut body = bidder.submission(&mut world);
    spoil(&mut body);
    assert_eq!(world.no(bidder.submit_with(&world, body)), code);
}

#[test]
fn an_envelope_copied_from_another_bidder_is_refused() {
    let (mut world, mut bidders) = World::with_bids(Layout::small(), 2);
    let victim = world.state.bids[&bid(1)]
        .standing()
        .unwrap()
        .body
        .envelopes
        .clone();
    let mut body = bidders[1].submission(&mut world);
    body.envelopes = victim;
    // Even signed by the thief, whose key the label does not name.
    assert_eq!(
        world.no(bidders[1].submit_with(&world, body)),
        "envelope.header_invalid"
    );
}

#[test]
fn with_a_bidder_lock_every_envelope_commits_to_one() {
    let mut world = World::noticed(Layout {
        lock: true,
        ..Layout::small()
    });
    let mut bidder = newcomer(&mut world, 1);
    world.ok(bidder.enter(&world));
    let mut open = bidder.submission(&mut world);
    open.envelopes[0].blk = Hex([0; 32]);
    assert_eq!(
        world.no(bidder.submit_with(&world, open)),
        "envelope.lock_invalid"
    );
    let locked = bidder.submit(&mut world);
    world.ok(locked);
}

#[test]
fn one_may_bid_for_some_lots_but_then_for_each_in_full() {
    let mut world = World::noticed(Layout {
        lots: vec!["L1", "L2"],
        ..Layout::default()
    });
    let mut bidder = newcomer(&mut world, 1);
    world.ok(bidder.enter(&world));
    let mut body = bidder.submission_for(&mut world, &[id("L1"), id("L2")]);
    body.envelopes.pop();
    assert_eq!(
        world.no(bidder.submit_with(&world, body)),
        "envelope.part_missing_invalid"
    );
    let body = bidder.submission_for(&mut world, &[id("L2")]);
    world.ok(bidder.submit_with(&world, body));
}

#[test]
fn marks_keep_keys_points_and_ids_unique_across_tenders() {
    let (world, bidders) = World::with_bids(Layout::small(), 1);
    let all: Vec<_> = world.log.iter().flat_map(marks).collect();
    let key = |name: &str| {
        all.iter()
            .filter(|mark| mark.name == name)
            .map(|mark| (mark.key.as_str(), mark.value.as_str()))
            .collect::<Vec<_>>()
    };
    let fingerprint = bidders[0].actor().key.to_string();
    assert_eq!(key(mark::BID_KEY), [(fingerprint.as_str(), "T1/B1")]);
    assert_eq!(key(mark::BID_OF), [("T1/bidder-1", "B1")]);
    let envelope = &world.state.bids[&bid(1)].standing().unwrap().body.envelopes[0];
    assert_eq!(
        key(mark::SUBMISSION),
        [(envelope.submission.to_string().as_str(), "T1/B1")]
    );
    let point = envelope.header.to_string()[..64].to_owned();
    assert_eq!(key(mark::POINT), [(point.as_str(), "T1/B1")]);
    assert_eq!(
        key(mark::BODY),
        [(envelope.body_digest.to_string().as_str(), "T1/B1")],
        "or a body that is for the panel alone could be made public as somebody's bad envelope"
    );
    let key_id = world.keys[&world.stages()[0]].card.key.key_id.to_string();
    assert_eq!(key(mark::KEY_USED), [(key_id.as_str(), "T1/open")]);
    assert!(
        world
            .log
            .iter()
            .filter(|record| record.kind == Kind::TenderNoticed)
            .flat_map(marks)
            .next()
            .is_none()
    );
}

#[test]
fn nothing_is_said_before_the_notice_and_strangers_cannot_speak_for_a_tender() {
    let mut world = World::registered(Layout::small());
    let bidder = newcomer(&mut world, 1);
    assert_eq!(world.no(bidder.enter(&world)), "tender.not_noticed");
    assert_eq!(world.state.phase(), Phase::Registered);
    let mut other = bidder.entry();
    other.tender = id("T2");
    let said = world.say_on(id("T2"), bidder.person(), &other);
    assert_eq!(
        world.no(Command::Enter {
            said,
            verdict: Ok(())
        }),
        "tender.unknown"
    );
}

#[test]
fn an_odd_record_changes_nothing_and_panics_nowhere() {
    use facts::{Canonical, Decider};
    let (mut world, _) = World::with_bids(Layout::small(), 1);
    let before = format!("{:?}", world.state.bids);
    for kind in Kind::ALL {
        let record = Record {
            seq: 900,
            at: world.at,
            stream: facts::Stream::Tender(crate::support::tender()),
            kind: *kind,
            actor: None,
            body: Canonical::default(),
            arrived: None,
        };
        kaibiao_procure::Tenders::evolve(&mut world.state, &record);
    }
    assert_eq!(format!("{:?}", world.state.bids), before);
}
