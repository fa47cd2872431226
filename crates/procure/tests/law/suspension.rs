//! Suspension stops everything, and gives back the time it took.

use crate::support::acts::award_to;
use crate::support::{Layout, OBJECTION, SHARE, UNLOCK, World, id, order};
use facts::Kind;
use facts::body::award::{TenderResumed, TenderSuspended};
use facts::time::{DAY, HOUR, MINUTE};
use kaibiao_procure::Command;

/// A position of its own for the order S1, S2, …
fn number(name: &str) -> u64 {
    1_000 + 10 * name[1..].parse::<u64>().unwrap()
}

fn suspend(name: &str) -> Command {
    Command::Suspend {
        order: order(name),
        seq: number(name),
        until: None,
    }
}

fn resume(name: &str) -> Command {
    Command::Resume {
        order: order(name),
        seq: number(name) + 1,
    }
}

#[test]
fn while_suspended_no_act_and_no_step_of_the_platform_is_taken() {
    let (mut world, mut bidders) = World::with_bids(Layout::small(), 3);
    world.ok(suspend("S1"));
    assert_eq!(world.no(suspend("S1")), "order.known");
    assert_eq!(world.no(resume("S2")), "order.unknown");
    let submit = bidders[0].submit(&mut world);
    assert_eq!(world.no(submit), "tender.suspended");
    assert_eq!(world.no(bidders[0].withdraw(&world)), "tender.suspended");
    assert_eq!(world.no(world.terminate()), "tender.suspended");
    assert_eq!(world.state.due(world.at), None);
    world.at = world.state.deadline().unwrap().plus(DAY);
    assert_eq!(
        world.no(world.tick()),
        "tender.suspended",
        "the deadline does not close a suspended tender"
    );
}

#[test]
fn an_order_that_says_until_when_is_over_by_itself_and_once() {
    let (mut world, _) = World::with_bids(Layout::small(), 3);
    let until = world.at.plus(2 * DAY);
    world.ok(Command::Suspend {
        order: order("S1"),
        seq: number("S1"),
        until: Some(until),
    });
    let suspended: TenderSuspended = world.last();
    assert_eq!(suspended.until, Some(until));
    world.ok(suspend("S2"));
    assert_eq!(world.state.due(world.at), Some(until));
    assert_eq!(world.no(world.tick()), "tender.suspended", "before its end");
    world.at = until;
    let tick = world.tick();
    assert_eq!(world.ok(tick), [Kind::TenderResumed]);
    let resumed: TenderResumed = world.last();
    assert_eq!((resumed.order, resumed.seq), (order("S1"), number("S1")));
    assert!(world.state.pauses.now(), "the other order is in force");
    assert_eq!(world.state.due(world.at), None);
    assert_eq!(world.no(resume("S1")), "order.unknown");
    world.ok(resume("S2"));
    assert!(!world.state.pauses.now());
    // An order to go on that comes first leaves nothing to end.
    world.ok(Command::Suspend {
        order: order("S3"),
        seq: number("S3"),
        until: Some(world.at.plus(DAY)),
    });
    world.ok(resume("S3"));
    assert!(world.state.lapses.is_empty());
}

#[test]
fn the_deadline_moves_by_the_time_suspended() {
    let (mut world, bidders) = World::with_bids(Layout::small(), 3);
    let nominal = world.state.deadline().unwrap();
    world.wait(DAY);
    world.ok(suspend("S1"));
    world.wait(2 * DAY);
    world.ok(resume("S1"));
    assert_eq!(world.state.deadline(), Some(nominal.plus(2 * DAY)));
    world.at = nominal.plus(HOUR);
    world.ok(bidders[0].withdraw(&world));
    let fresh = crate::support::Bidder::new(8, &mut world.rng);
    world.ok(fresh.enter(&world));
    // The label keeps the deadline that the notice names; what applied stands in the fact of closing.
    let version = world.state.rules().unwrap();
    assert_eq!(version.closes_at, nominal);
    assert_eq!(world.no(world.amend(false, nominal.plus(DAY))), "amend.earlier");
    world.ok(world.amend(false, nominal.plus(3 * DAY)));
    assert_eq!(
        world.state.deadline(),
        Some(nominal.plus(3 * DAY)),
        "an addendum names its instant afresh"
    );
}

#[test]
fn every_window_of_the_opening_is_prolonged() {
    let (mut world, bidders) = World::with_bids(
        Layout {
            lock: true,
            ..Layout::small()
        },
        3,
    );
    let open = id("open");
    world.close();
    world.wait(UNLOCK - MINUTE);
    world.ok(suspend("S1"));
    world.ok(suspend("S2"));
    world.wait(DAY);
    world.ok(resume("S1"));
    assert_eq!(
        world.no(bidders[0].unlock(&world, &open)),
        "tender.suspended",
        "S2 is still in force"
    );
    world.ok(resume("S2"));
    assert_eq!(world.no(world.tick()), "nothing.due", "a minute is left");
    for bidder in &bidders {
        world.ok(bidder.unlock(&world, &open));
    }
    world.wait(MINUTE);
    let tick = world.tick();
    assert_eq!(world.ok(tick), [Kind::ListSettled]);

    world.wait(SHARE - MINUTE);
    world.ok(suspend("S3"));
    let batch = world.batch(&open, 1);
    assert_eq!(world.no(world.give(batch)), "tender.suspended");
    world.wait(DAY);
    world.ok(resume("S3"));
    world.shares(&open, &[1, 2, 3]);
    let (opened, card) = (world.opened(&open, &bidders), world.keys[&open].card.clone());
    world.ok(suspend("S4"));
    assert_eq!(world.no(Command::Record { opened, card }), "tender.suspended");
    world.wait(HOUR);
    world.ok(resume("S4"));
    world.read_out(&open, &bidders);

    world.ok(suspend("S5"));
    world.wait(OBJECTION);
    world.ok(resume("S5"));
    assert_eq!(world.no(world.tick()), "nothing.due");
    world.ok(world.object(&bidders[0], &open, "O1"));
    world.ok(world.reply("O1"));
    world.wait(OBJECTION);
    let tick = world.tick();
    assert_eq!(world.ok(tick), [Kind::OpeningClosed]);

    let ranked = [&bidders[0], &bidders[1], &bidders[2]];
    world.ok(world.publicise(world.candidates(&ranked), world.concluded(&ranked)));
    world.wait(2 * DAY);
    world.ok(suspend("S6"));
    world.wait(5 * DAY);
    world.ok(resume("S6"));
    assert_eq!(
        world.no(world.award(award_to(&bidders[0], None))),
        "award.too_early"
    );
    world.wait(DAY);
    world.ok(world.award(award_to(&bidders[0], None)));
}
