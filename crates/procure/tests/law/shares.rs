//! Custodians' batches: whole, true and for this list, or named and ignored; any quorum opens the same.

use crate::support::{Layout, SHARE, World, id};
use facts::body::opening::{Cause, CustodianAbsent, OpeningFailed, ShareFaulted, TenderFailed};
use facts::id::StageId;
use facts::{Hex, Kind};
use kaibiao_procure::front::check_share;
use kaibiao_procure::opening::{PlanError, plan};
use kaibiao_procure::{Command, Phase};

fn open() -> StageId {
    id("open")
}

#[test]
fn any_quorum_opens_the_same() {
    let (mut world, bidders) = World::with_bids(Layout::small(), 3);
    world.close();
    world.settle();
    let (mut one, mut two) = (Vec::new(), Vec::new());
    for (quorum, bids) in [([1, 2, 3], &mut one), ([2, 4, 5], &mut two)] {
        let state = world.state.clone();
        world.shares(&open(), &quorum);
        *bids = world.opened(&open(), &bidders).bids;
        world.state = state;
    }
    assert_eq!(one, two);
    assert!(
        one.iter()
            .all(|opened| opened.parts.iter().all(|part| part.unopened.is_none()))
    );
}

#[test]
fn a_batch_is_for_this_list_whole_and_once() {
    let (mut world, _) = World::with_bids(Layout::small(), 3);
    world.close();
    world.settle();
    let batch = world.batch(&open(), 2);
    let card = world.keys[&open()].card.clone();
    let mut other_list = batch.clone();
    other_list.list = Hex([7; 32]);
    assert_eq!(world.no(world.give(other_list)), "share.other_list");
    let mut short = batch.clone();
    short.partials.pop();
    assert_eq!(world.no(world.give(short)), "share.count");
    let borrowed = Command::GiveShare {
        said: world.say(world.keys[&open()].custodian(3), batch.clone()),
        card: card.clone(),
    };
    assert_eq!(world.no(borrowed), "custodian.not_allowed");
    let mut nobody = batch.clone();
    nobody.index = 6;
    let said = world.say(world.keys[&open()].custodian(2), nobody);
    assert_eq!(
        world.no(Command::GiveShare {
            said,
            card: card.clone()
        }),
        "custodian.not_allowed"
    );
    let mut foreign = card;
    foreign.key.key_id = Hex([8; 32]);
    let said = world.say(world.keys[&open()].custodian(2), batch.clone());
    assert_eq!(
        world.no(Command::GiveShare { said, card: foreign }),
        "key.unknown"
    );
    world.ok(world.give(batch.clone()));
    assert_eq!(world.no(world.give(batch)), "share.given");
    let late = world.share(&open(), 3);
    world.wait(SHARE);
    assert_eq!(world.no(late), "window.over");
}

#[test]
fn a_false_batch_is_named_ignored_and_never_combined() {
    let (mut world, bidders) = World::with_bids(Layout::small(), 3);
    world.close();
    world.settle();
    let mut lie = world.batch(&open(), 1);
    let honest = world.batch(&open(), 2);
    lie.partials[1] = honest.partials[1];
    world.ok(world.give(lie));
    world.ok(world.give(honest));
    world.shares(&open(), &[4]);
    let stolen = &world.state.openings[&open()]
        .settled
        .as_ref()
        .unwrap()
        .0
        .submissions[1];
    let fault = world.judged(&open(), 1).unwrap_err();
    assert_eq!(
        fault.submission, *stolen,
        "a partial of custodian 2 does not pass for one of custodian 1"
    );
    assert_eq!(world.judged(&open(), 2), Ok(()));
    let card = world.keys[&open()].card.clone();
    let refused = plan(&world.state, &card, &open());
    assert!(
        matches!(refused, Err(PlanError::Faulty { index: 1, .. })),
        "the opening worker finds it again"
    );

    let name = |index| Command::Fault {
        stage: open(),
        index,
        submission: fault.submission,
        reason: fault.reason.clone(),
    };
    assert_eq!(world.ok(name(1)), [Kind::ShareFaulted]);
    let faulted: ShareFaulted = world.last();
    assert_eq!(faulted.seq, world.state.openings[&open()].shares[&1].seq);
    assert_eq!(world.no(name(1)), "nothing.due");
    assert_eq!(world.no(name(3)), "share.unknown");
    let again = world.share(&open(), 1);
    assert_eq!(world.no(again), "share.given", "who was caught gives no other");
    assert!(matches!(
        plan(&world.state, &card, &open()),
        Err(PlanError::TooFew { have: 2, .. })
    ));
    world.shares(&open(), &[5]);
    let mut opened = world.opened(&open(), &bidders);
    assert_eq!(opened.quorum, [2, 4, 5]);
    opened.quorum = vec![1, 2, 4];
    assert_eq!(world.no(Command::Record { opened, card }), "share.unknown");
    world.read_out(&open(), &bidders);
    let absent: CustodianAbsent = world.last();
    assert_eq!(absent.index, 3, "who lied was not absent");
}

#[test]
fn a_partial_for_another_envelope_or_of_no_form_is_false() {
    let (mut world, _) = World::with_bids(Layout::small(), 3);
    world.close();
    world.settle();
    let card = world.keys[&open()].card.clone();
    let batch = world.batch(&open(), 1);
    let check = |partials: &[Hex<96>]| check_share(&world.state, &card, &open(), 1, partials);
    assert_eq!(check(&batch.partials), Ok(()));
    let mut swapped = batch.partials.clone();
    swapped.swap(0, 2);
    assert!(check(&swapped).is_err());
    let mut garbage = batch.partials.clone();
    garbage[2] = Hex([0xff; 96]);
    let settled = &world.state.openings[&open()]
        .settled
        .as_ref()
        .unwrap()
        .0
        .submissions;
    assert_eq!(check(&garbage).unwrap_err().submission, settled[2]);
    assert!(check(&batch.partials[..2]).is_err());
    assert!(check_share(&world.state, &card, &open(), 9, &batch.partials).is_err());
    assert!(check_share(&world.state, &card, &id("other"), 1, &batch.partials).is_err());
}

#[test]
fn below_the_threshold_the_opening_fails_and_no_bidder_is_at_fault() {
    let (mut world, _) = World::with_bids(Layout::small(), 3);
    world.close();
    world.settle();
    world.shares(&open(), &[1, 2]);
    world.wait(SHARE);
    assert_eq!(
        world.no(Command::Tick {
            cards: kaibiao_procure::Cards::new()
        }),
        "key.unknown"
    );
    let tick = world.tick();
    let kinds = world.ok(tick);
    let absent = [Kind::CustodianAbsent; 3];
    assert_eq!(kinds[0], Kind::OpeningFailed);
    assert_eq!(kinds[1..4], absent);
    assert_eq!(kinds[4..], [Kind::TenderFailed]);
    let failed: OpeningFailed = world.last();
    assert_eq!((failed.cause, failed.shares), (Cause::CustodiansBelowK, 2));
    assert!(!failed.cause.is_bidders(), "视为撤回");
    assert_eq!(world.last::<TenderFailed>().cause, "cannot_open");
}

#[test]
fn with_enough_shares_a_slow_opening_worker_fails_nobody() {
    let (mut world, bidders) = World::with_bids(Layout::small(), 3);
    world.close();
    world.settle();
    world.shares(&open(), &[1, 2, 3]);
    world.wait(SHARE * 3);
    assert_eq!(world.no(world.tick()), "nothing.due");
    world.read_out(&open(), &bidders);
    assert_eq!(world.state.phase(), Phase::Recorded);
}
