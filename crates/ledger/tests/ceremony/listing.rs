//! Lists and locks: a custodian answers what was frozen and settled, and nothing that does not add up.

use crate::answering::listed;
use crate::ledger::ceremony::WontAnswer;
use crate::tender::{Bid, World};
use facts::body::opening::{Cause, ListFrozen, ListSettled, Unopened};
use facts::{Hex, Kind};

/// Changes honest lists and says what the custodian will say.
type Crooked = fn(&mut ListFrozen, &mut ListSettled) -> WontAnswer;

#[test]
fn lists_that_do_not_add_up_are_refused() {
    let (mut world, bids) = listed(false);
    let honest = world.listed(&bids, 0);
    let cases: [Crooked; 6] = [
        |frozen, _| {
            frozen.list = Hex([9; 32]);
            WontAnswer::ListHash(Kind::ListFrozen)
        },
        |_, settled| {
            settled.list = Hex([9; 32]);
            WontAnswer::ListHash(Kind::ListSettled)
        },
        |_, settled| {
            let gone = settled.submissions.remove(1);
            WontAnswer::Unaccounted(gone)
        },
        |_, settled| {
            let both = settled.submissions[0];
            let cause = Cause::BidderBadEnvelope;
            settled.excluded.push(Unopened {
                cause,
                evidence: "x".into(),
                submission: both,
            });
            WontAnswer::Unaccounted(both)
        },
        |_, settled| {
            settled.submissions.insert(1, settled.submissions[0]);
            WontAnswer::Listing(settled.submissions[0])
        },
        |_, settled| {
            settled.submissions.push(Hex([0xff; 16]));
            WontAnswer::Unaccounted(Hex([0xff; 16]))
        },
    ];
    for crooked in cases {
        let mut world = World::new(false);
        let bids = world.three_bids();
        world.close();
        let honest = world.listed(&bids, 0);
        let (mut frozen, mut settled) = (
            world.frozen(0, honest.clone()),
            world.settled(0, &honest, Vec::new()),
        );
        let refused = crooked(&mut frozen, &mut settled);
        world.log.platform(world.stream.clone(), &frozen);
        world.log.platform(world.stream.clone(), &settled);
        assert_eq!(world.ask(1, 0, 0), Err(refused));
    }
    // A second settled list, after the first was answered, gets nothing.
    let settled = world.settled(0, &honest[..2], Vec::new());
    world.log.platform(world.stream.clone(), &settled);
    let refused = WontAnswer::Ambiguous {
        kind: Kind::ListSettled,
        tender: world.tender.clone(),
    };
    assert_eq!(world.ask(1, 0, 0), Err(refused));
}

#[test]
fn an_envelope_hash_of_something_else_is_refused() {
    let mut world = World::new(false);
    let bids = world.three_bids();
    world.close();
    let mut lists = world.listed(&bids, 0);
    lists[1].envelope = Hex([7; 32]);
    let submission = lists[1].submission;
    let frozen = world.frozen(0, lists.clone());
    world.log.platform(world.stream.clone(), &frozen);
    let settled = world.settled(0, &lists, Vec::new());
    world.log.platform(world.stream.clone(), &settled);
    assert_eq!(world.ask(1, 0, 0), Err(WontAnswer::EnvelopeHash(submission)));
}

#[test]
fn a_locked_envelope_is_answered_only_after_its_bidder_unlocked_it() {
    let (mut world, bids) = listed(true);
    let honest = world.listed(&bids, 0);
    let frozen = world.frozen(0, honest.clone());
    world.log.platform(world.stream.clone(), &frozen);
    for bid in &bids[..2] {
        world.unlock(bid, 0);
    }
    // The platform settles the list without waiting for the third bidder.
    let silent = bids[2].body.envelopes[0].submission;
    let settled = world.settled(0, &honest, Vec::new());
    world.log.platform(world.stream.clone(), &settled);
    assert_eq!(world.ask(1, 0, 0), Err(WontAnswer::NotUnlocked(silent)));
    // The third bidder's secret comes too late for this list, even if it is right.
    world.unlock(&bids[2], 0);
    assert_eq!(world.ask(1, 0, 0), Err(WontAnswer::NotUnlocked(silent)));
}

#[test]
fn a_bidder_who_does_not_unlock_is_left_out_and_the_others_are_opened() {
    let (mut world, bids) = listed(true);
    let honest = world.listed(&bids, 0);
    let frozen = world.frozen(0, honest.clone());
    world.log.platform(world.stream.clone(), &frozen);
    world.unlock(&bids[0], 0);
    // Somebody else's key does not unlock, and a wrong secret does not.
    let mut stolen = Bid {
        key: bids[0].key.clone(),
        ..world.bid("B2", None)
    };
    stolen.body = bids[1].body.clone();
    stolen.betas.clone_from(&bids[1].betas);
    world.unlock(&stolen, 0);
    world.unlock(&bids[2], 0);
    let silent = bids[1].body.envelopes[0].submission;
    let unopened = Unopened {
        cause: Cause::BidderNoUnlock,
        evidence: "silent".into(),
        submission: silent,
    };
    let rest: Vec<_> = honest
        .into_iter()
        .filter(|listed| listed.submission != silent)
        .collect();
    let settled = world.settled(0, &rest, vec![unopened]);
    world.log.platform(world.stream.clone(), &settled);
    assert_eq!(world.ask(3, 0, 0).unwrap().partials.len(), 2);
}

#[test]
fn nothing_is_answered_without_closing_or_lists() {
    let mut world = World::new(false);
    let bids = world.three_bids();
    world.log.now = world.closes_at;
    let missing = |kind, world: &World| {
        Err(WontAnswer::Missing {
            kind,
            tender: world.tender.clone(),
        })
    };
    assert_eq!(world.ask(1, 0, 0), missing(Kind::TenderClosed, &world));
    world.close();
    assert_eq!(world.ask(1, 0, 0), missing(Kind::ListFrozen, &world));
    let honest = world.listed(&bids, 0);
    let settled = world.settled(0, &honest, Vec::new());
    world.log.platform(world.stream.clone(), &settled);
    let frozen = world.frozen(0, honest);
    world.log.platform(world.stream.clone(), &frozen);
    let order = WontAnswer::Order {
        earlier: Kind::ListFrozen,
        later: Kind::ListSettled,
    };
    assert_eq!(world.ask(1, 0, 0), Err(order));
}

#[test]
fn locks_where_the_notice_has_none_are_refused() {
    let mut world = World::new(false);
    let mut bids = world.three_bids();
    world.notice.opening.bidder_lock = true;
    let mut locked = world.bid("B4", None);
    world.notice.opening.bidder_lock = false;
    let now = world.log.now;
    world.submit(&mut locked, now);
    let submission = locked.body.envelopes[0].submission;
    bids.push(locked);
    world.close();
    world.list(&bids, 0);
    assert_eq!(world.ask(1, 0, 0), Err(WontAnswer::Lock(submission)));
}
