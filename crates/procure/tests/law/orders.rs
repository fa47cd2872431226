//! Orders beyond stopping: explained, extended for all, undone, or given back; each once.

use crate::support::acts::award_to;
use crate::support::{Bidder, Layout, World, account, buyer, order, tender};
use facts::body::obeyed::{DeadlineExtended, ExplanationCalled, ExplanationGiven, OrderReturned, StepVoided};
use facts::time::{DAY, HOUR};
use facts::{Instant, Kind, Outage, Role};
use kaibiao_procure::Command;

fn call(seq: u64) -> Command {
    Command::CallExplanation(ExplanationCalled {
        order: order("E1"),
        seq,
        tender: tender(),
        until: crate::support::START.plus(5 * DAY),
    })
}

fn void(seq: u64, step: u64) -> Command {
    Command::Void(StepVoided {
        order: order("V1"),
        seq,
        step,
        tender: tender(),
    })
}

#[test]
fn the_buyer_explains_once_even_while_the_tender_stands_still() {
    let mut world = World::noticed(Layout::small());
    let body = ExplanationGiven {
        order: order("E1"),
        tender: tender(),
        text: "标底未设置".to_owned(),
    };
    let explain = |world: &World| Command::Explain(world.say(buyer(), body.clone()));
    assert_eq!(world.no(explain(&world)), "order.unknown");
    assert_eq!(world.ok(call(40)), [Kind::ExplanationCalled]);
    assert_eq!(
        world.no(call(40)),
        "order.known",
        "a courier that asks twice changes nothing"
    );
    world.ok(Command::Suspend {
        order: order("S1"),
        seq: 41,
        until: None,
    });
    let stranger = Command::Explain(world.say(account("other", &[Role::Buyer]), body.clone()));
    assert_eq!(world.no(stranger), "owner.not_allowed");
    assert_eq!(world.ok(explain(&world)), [Kind::ExplanationGiven]);
    assert_eq!(world.no(explain(&world)), "answer.given");
}

#[test]
fn an_extension_moves_the_deadline_for_all_and_a_later_addendum_names_it_afresh() {
    let (mut world, bidders) = World::with_bids(Layout::small(), 4);
    let nominal = world.state.deadline().unwrap();
    let extend = |seq, closes_at| {
        Command::Extend(DeadlineExtended {
            closes_at,
            down: None,
            order: order("X1"),
            seq,
            tender: tender(),
        })
    };
    assert_eq!(world.no(extend(40, nominal)), "amend.earlier");
    assert_eq!(
        world.ok(extend(40, nominal.plus(2 * DAY))),
        [Kind::DeadlineExtended]
    );
    assert_eq!(world.no(extend(40, nominal.plus(3 * DAY))), "order.known");
    assert_eq!(world.state.deadline(), Some(nominal.plus(2 * DAY)));
    world.at = nominal.plus(HOUR);
    let late = Bidder::new(8, &mut world.rng);
    world.ok(late.enter(&world));
    world.ok(bidders[0].withdraw(&world));
    world.ok(Command::Suspend {
        order: order("S1"),
        seq: 41,
        until: None,
    });
    world.wait(DAY);
    world.ok(Command::Resume {
        order: order("S1"),
        seq: 42,
    });
    assert_eq!(
        world.state.deadline(),
        Some(nominal.plus(3 * DAY)),
        "and later by a suspension"
    );
    world.wait(MINUTE);
    world.ok(world.amend(false, nominal.plus(4 * DAY)));
    assert_eq!(world.state.deadline(), Some(nominal.plus(4 * DAY)));
    world.close();
    assert_eq!(
        world.no(extend(43, nominal.plus(9 * DAY))),
        "extend.opening_begun"
    );
    let given_back = OrderReturned {
        cause: "extend.opening_begun".to_owned(),
        order: order("X2"),
        seq: 43,
        tender: tender(),
    };
    assert_eq!(
        world.ok(Command::GiveBack(given_back.clone())),
        [Kind::OrderReturned]
    );
    assert_eq!(world.no(Command::GiveBack(given_back)), "order.known");
}

const MINUTE: i64 = 60_000;

/// Bids are in, and the platform is down from an hour before the deadline until six hours after it.
fn down_over_the_deadline() -> (World, Vec<Bidder>, Instant, Outage) {
    let (mut world, bidders) = World::with_bids(Layout::small(), 3);
    let deadline = world.state.deadline().unwrap();
    world.at = deadline.plus(6 * HOUR);
    assert_eq!(
        world.state.due(world.at),
        Some(deadline.plus(kaibiao_procure::limits::GRACE))
    );
    let tick = world.tick();
    assert_eq!(
        world.ok(tick),
        [Kind::TenderClosed],
        "a late closing is followed by no list: how many bids there are stays unknown"
    );
    let down = Outage {
        from: deadline.plus(-HOUR),
        until: deadline.plus(6 * HOUR),
    };
    (world, bidders, deadline, down)
}

fn moved(seq: u64, closes_at: Instant, down: Option<Outage>) -> Command {
    Command::Extend(DeadlineExtended {
        closes_at,
        down,
        order: order("X1"),
        seq,
        tender: tender(),
    })
}

#[test]
fn a_platform_that_was_down_over_the_deadline_opens_the_bidding_again_by_order() {
    let (mut world, mut bidders, deadline, down) = down_over_the_deadline();
    assert!(world.disclosed().is_empty());
    assert_eq!(world.no(world.tick()), "nothing.due");
    assert_eq!(world.state.due(world.at), Some(world.at.plus(DAY)));
    // Given that nobody can hand in now.
    let shut_out = Bidder::new(8, &mut world.rng);
    assert_eq!(world.no(shut_out.enter(&world)), "bid.late");
    let early = world.at;

    // When an order comes that leaves as long as the outage lasted.
    world.wait(HOUR);
    let closes_at = world.at.plus(7 * HOUR);
    assert_eq!(world.no(moved(40, closes_at, None)), "extend.outage_unfit");
    assert_eq!(
        world.no(moved(40, closes_at.plus(-2 * MINUTE), Some(down))),
        "extend.outage_unfit"
    );
    assert_eq!(
        world.ok(moved(40, closes_at, Some(down))),
        [Kind::DeadlineExtended]
    );
    assert_eq!(world.no(moved(40, closes_at, Some(down))), "order.known");

    // Then bids come in again, but none that arrived while they were shut out.
    assert_eq!(world.state.deadline(), Some(closes_at));
    assert_eq!(world.state.phase(), kaibiao_procure::Phase::Noticed);
    assert_eq!(
        world.state.due(world.at),
        Some(closes_at.plus(kaibiao_procure::limits::GRACE))
    );
    for arrived in [deadline, early, world.at.plus(-1)] {
        let mut command = shut_out.enter(&world);
        if let Command::Enter { said, .. } = &mut command {
            said.arrived = arrived;
        }
        assert_eq!(world.no(command), "bid.late", "{arrived}");
    }
    let again = bidders[0].submit(&mut world);
    world.ok(again);
    bidders.push(world.bidder(9));

    // And everything goes on at the new deadline as if it had been the first.
    assert_eq!(
        world.close()[..2],
        [Kind::TenderClosed, Kind::ListFrozen],
        "this closing is in time"
    );
    assert_eq!(
        world.no(moved(41, closes_at.plus(DAY), Some(down))),
        "extend.opening_begun"
    );
    let stage = world.stages()[0].clone();
    world.settle();
    world.shares(&stage, &[1, 3, 5]);
    world.read_out(&stage, &bidders);
    let recorded = world.state.openings[&stage].recorded.clone().unwrap();
    assert_eq!(recorded.body.bids.len(), 4);
}

#[test]
fn without_an_order_the_list_is_frozen_a_day_after_a_late_closing() {
    let (mut world, bidders, deadline, down) = down_over_the_deadline();
    let closed = world.at;
    world.at = closed.plus(DAY).plus(-1);
    assert_eq!(world.no(world.tick()), "nothing.due");
    world.wait(1);
    let tick = world.tick();
    assert_eq!(world.ok(tick)[0], Kind::ListFrozen);
    assert_eq!(world.state.openings.len(), 1);
    assert_eq!(
        world.no(moved(40, deadline.plus(9 * DAY), Some(down))),
        "extend.opening_begun"
    );
    assert_eq!(bidders.len(), 3);
}

#[test]
fn a_second_outage_over_the_new_deadline_is_served_like_the_first() {
    let (mut world, _, _, down) = down_over_the_deadline();
    let second = world.at.plus(7 * HOUR);
    world.ok(moved(40, second, Some(down)));
    world.at = second.plus(HOUR);
    let tick = world.tick();
    assert_eq!(world.ok(tick), [Kind::TenderClosed]);
    assert_eq!(
        world.no(moved(41, second.plus(9 * HOUR), Some(down))),
        "extend.outage_unfit",
        "the first outage does not cover the second deadline"
    );
    let down = Outage {
        from: second,
        until: second.plus(HOUR),
    };
    world.ok(moved(41, second.plus(9 * HOUR), Some(down)));
    assert_eq!(world.close()[..2], [Kind::TenderClosed, Kind::ListFrozen]);
}

#[test]
fn a_reply_or_a_publicity_is_undone_and_made_anew() {
    let (mut world, bidders) = World::with_bids(Layout::small(), 3);
    world.open_all(&bidders);
    assert_eq!(world.no(void(40, 3)), "step.not_voidable");
    let ranked = [&bidders[0], &bidders[1], &bidders[2]];
    world.ok(world.publicise(world.candidates(&ranked), world.concluded(&ranked)));
    let publicity = world.state.last.unwrap();
    world.ok(world.object_to_candidates(&bidders[1], "A1"));
    world.ok(world.reply_on_candidates("A1"));
    let reply = world.state.last.unwrap();
    assert_eq!(world.ok(void(41, reply)), [Kind::StepVoided]);
    assert_eq!(world.no(void(42, reply)), "step.not_voidable");
    world.wait(4 * DAY);
    assert_eq!(
        world.no(world.award(award_to(&bidders[0], None))),
        "objection.open"
    );
    world.ok(world.reply_on_candidates("A1"));
    assert_eq!(world.ok(void(43, publicity)), [Kind::StepVoided]);
    assert_eq!(
        world.no(world.award(award_to(&bidders[0], None))),
        "candidates.unknown"
    );
    world.ok(world.publicise(world.candidates(&ranked), world.concluded(&ranked)));
    world.wait(3 * DAY);
    world.ok(world.award(award_to(&bidders[0], None)));
    let again = world.state.last.unwrap();
    assert_eq!(world.no(void(44, again)), "tender.over");
}
