//! Orders that make a tender stand still: what a custodian does about a suspension before and after the closing.

use crate::answering::listed;
use crate::ledger::ceremony::WontAnswer;
use crate::tender::{Bid, World};

#[test]
fn a_suspended_tender_is_not_opened_until_it_is_resumed() {
    let (mut world, _) = listed(false);
    let suspended = facts::body::award::TenderSuspended {
        order: facts::id::OrderId::parse("O1").unwrap(),
        seq: 1,
        tender: world.tender.clone(),
        until: None,
    };
    world.log.platform(world.stream.clone(), &suspended);
    assert_eq!(
        world.ask(1, 0, 0),
        Err(WontAnswer::Suspended(world.tender.clone()))
    );
    let resumed = facts::body::award::TenderResumed {
        order: suspended.order,
        seq: 2,
        tender: world.tender.clone(),
    };
    world.log.platform(world.stream.clone(), &resumed);
    assert!(world.ask(1, 0, 0).is_ok());
}

/// While bids come in, two orders overlap; the tender stands still until the last of them is lifted.
fn suspended_while_bids_come_in() -> (World, Vec<Bid>) {
    use facts::body::award::{TenderResumed, TenderSuspended};
    let mut world = World::new(false);
    let bids = world.three_bids();
    let tender = world.tender.clone();
    let order = |name: &str| facts::id::OrderId::parse(name).unwrap();
    for (later, name, seq) in [(0, "O1", 1), (1_000, "O2", 2)] {
        world.log.now = world.log.now.plus(later);
        let body = TenderSuspended {
            order: order(name),
            seq,
            tender: tender.clone(),
            until: None,
        };
        world.log.platform(world.stream.clone(), &body);
    }
    for (later, name, seq) in [(9_000, "O1", 3), (50_000, "O2", 4)] {
        world.log.now = world.log.now.plus(later);
        let body = TenderResumed {
            order: order(name),
            seq,
            tender: tender.clone(),
        };
        world.log.platform(world.stream.clone(), &body);
    }
    (world, bids)
}

#[test]
fn a_suspension_while_bids_come_in_moves_the_closing_by_its_whole_length() {
    for (late, answered) in [(60_000, true), (0, false), (10_000, false), (59_999, false)] {
        let (mut world, bids) = suspended_while_bids_come_in();
        let named = world.closes_at.plus(late);
        world.log.now = world.closes_at.plus(62_000);
        let body = facts::body::opening::TenderClosed {
            closes_at: named,
            tender: world.tender.clone(),
        };
        world.log.platform(world.stream.clone(), &body);
        world.list(&bids, 0);
        match world.ask(1, 0, 0) {
            Ok(_) => assert!(answered, "{late}"),
            Err(WontAnswer::Closing { closes_at, .. }) => {
                assert!(!answered, "{late}");
                assert_eq!(closes_at, world.closes_at.plus(60_000));
            }
            Err(other) => panic!("{late}: {other}"),
        }
    }
}

#[test]
fn lifting_one_of_two_orders_lets_nothing_be_opened() {
    use facts::body::award::{TenderResumed, TenderSuspended};
    let (mut world, _) = listed(false);
    let order = |name: &str| facts::id::OrderId::parse(name).unwrap();
    for (name, seq) in [("O1", 1), ("O2", 2)] {
        let body = TenderSuspended {
            order: order(name),
            seq,
            tender: world.tender.clone(),
            until: None,
        };
        world.log.platform(world.stream.clone(), &body);
    }
    let body = TenderResumed {
        order: order("O2"),
        seq: 3,
        tender: world.tender.clone(),
    };
    world.log.platform(world.stream.clone(), &body);
    assert_eq!(
        world.ask(1, 0, 0),
        Err(WontAnswer::Suspended(world.tender.clone()))
    );
}
