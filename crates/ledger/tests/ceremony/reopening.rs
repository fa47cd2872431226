//! A platform that was down over the deadline: the order that moves it, the bids that come after, and everything a
//! platform may try with such an order to get more out of a custodian.

use crate::ledger::ceremony::WontAnswer;
use crate::tender::{Bid, World};
use facts::body::obeyed::DeadlineExtended;
use facts::id::OrderId;
use facts::time::HOUR;
use facts::{Instant, Kind, Outage};

/// What is done otherwise than it should be.
#[expect(clippy::struct_excessive_bools, reason = "one yes or no for each crooked way")]
#[derive(Default)]
struct Odd {
    /// The first closing comes in time.
    in_time: bool,
    /// The order names no outage.
    unstated: bool,
    /// The list is frozen before the order.
    listed: bool,
    /// The first bid is handed in again while bids are shut out.
    shut_out: bool,
    /// The second closing is written before the new deadline.
    early: bool,
}

fn again(world: &mut World, bid: &Bid, arrived: Instant) -> Bid {
    let mut bid = world.bid(bid.name.as_str(), None);
    bid.body.revision = 2;
    world.submit(&mut bid, arrived);
    bid
}

/// Three bids; closed an hour late; moved by four hours; the first bid handed in anew; closed again and listed.
fn reopened(odd: &Odd) -> (World, Instant) {
    let mut world = World::new(false);
    let mut bids = world.three_bids();
    let old = world.closes_at;
    world.close();
    if !odd.in_time {
        // The same closing, an hour late.
        world = World::new(false);
        bids = world.three_bids();
        world.closes_at = old.plus(HOUR);
        let late = world.closing(old);
        world.closes_at = old;
        assert_eq!(late, old.plus(HOUR).plus(2_000));
    }
    if odd.listed {
        let listed = world.listed(&bids, 0);
        let frozen = world.frozen(0, listed);
        world.log.platform(world.stream.clone(), &frozen);
    }
    if odd.shut_out {
        world.log.now = old.plus(HOUR + 60_000);
        bids[0] = again(&mut world, &bids[0], old.plus(HOUR + 60_000));
    }
    let at = old.plus(2 * HOUR);
    world.log.now = at;
    let new = at.plus(4 * HOUR);
    let body = DeadlineExtended {
        closes_at: new,
        down: (!odd.unstated).then_some(Outage {
            from: old.plus(-HOUR),
            until: old.plus(HOUR),
        }),
        order: OrderId::parse("X1").unwrap(),
        seq: 0,
        tender: world.tender.clone(),
    };
    world.log.platform(world.stream.clone(), &body);
    if !odd.shut_out {
        world.log.now = at.plus(HOUR);
        bids[0] = again(&mut world, &bids[0], at.plus(HOUR));
    }
    world.closes_at = if odd.early { new.plus(-HOUR) } else { new };
    world.closing(new);
    world.closes_at = old;
    if odd.listed {
        let listed = world.listed(&bids, 0);
        let settled = world.settled(0, &listed, Vec::new());
        world.log.platform(world.stream.clone(), &settled);
    } else {
        world.list(&bids, 0);
    }
    (world, new)
}

#[test]
fn a_deadline_moved_for_an_outage_over_it_counts_and_so_do_bids_of_before_and_after() {
    let (mut world, new) = reopened(&Odd::default());
    assert_eq!(world.ask(2, 0, 0).unwrap().partials.len(), 3);
    let closes_at = new;
    let now = new.plus(-1);
    assert_eq!(
        world.ask_at(2, 0, 0, now),
        Err(WontAnswer::TooEarly { now, closes_at }),
        "by its own clock the old deadline counts for nothing"
    );
}

#[test]
fn a_deadline_moved_otherwise_gets_no_share() {
    let refused = |odd: Odd| {
        let (mut world, _) = reopened(&odd);
        world.ask(2, 0, 0).unwrap_err()
    };
    let old = World::new(false).closes_at;
    let unstated = Odd {
        unstated: true,
        ..Odd::default()
    };
    assert_eq!(refused(unstated), WontAnswer::Reopened(old));
    let in_time = Odd {
        in_time: true,
        ..Odd::default()
    };
    assert_eq!(refused(in_time), WontAnswer::Reopened(old));
    let listed = Odd {
        listed: true,
        ..Odd::default()
    };
    let order = WontAnswer::Order {
        earlier: Kind::TenderClosed,
        later: Kind::ListFrozen,
    };
    assert_eq!(refused(listed), order);
    let shut_out = Odd {
        shut_out: true,
        ..Odd::default()
    };
    assert!(matches!(refused(shut_out), WontAnswer::Late(_)));
    let early = Odd {
        early: true,
        ..Odd::default()
    };
    assert!(matches!(refused(early), WontAnswer::Closing { .. }));
}
