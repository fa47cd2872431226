//! Orders beyond stopping: explained, extended for all, undone, or given back; each once.

use crate::support::acts::award_to;
use crate::support::{Bidder, Layout, World, account, buyer, order, tender};
use facts::body::obeyed::{DeadlineExtended, ExplanationCalled, ExplanationGiven, OrderReturned, StepVoided};
use facts::time::{DAY, HOUR};
use facts::{Kind, Role};
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
    assert_eq!(world.no(extend(43, nominal.plus(9 * DAY))), "bid.late");
    let given_back = OrderReturned {
        cause: "bid.late".to_owned(),
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
