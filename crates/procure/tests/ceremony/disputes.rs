//! Complaints: who may complain of whom, what an answer settles, and what silence costs.

use crate::ledger::ceremony::custodian::Step;
use crate::ledger::ceremony::{context, to_round2};
use crate::log::{ceremony, wrong_share};
use crate::world::{World, code};
use facts::body::ceremony::{CeremonyAnswered, CeremonyComplained};
use facts::{Hex, Kind};
use kaibiao_procure::ceremony::{CEREMONY_ANSWER_MS, Phase};

fn complaint(index: u16, against: u16) -> CeremonyComplained {
    CeremonyComplained {
        against,
        ceremony: ceremony("K1"),
        index,
        slot: 0,
    }
}

/// Rounds 1 and 2 are done; custodian 2 sent custodian 3 a wrong share. Returns the scalar that opens it.
fn with_a_wrong_share() -> (World, [u8; 32]) {
    let mut world = World::called(3, 2, 1);
    world.round();
    let Step::Share(mut body) = world.next(2) else {
        unreachable!()
    };
    let called = world.state.view().unwrap().called.clone();
    let context = context(&called, 0).unwrap();
    let (from, to) = (world.seeds[1].clone(), world.seeds[2].clone());
    let (message, r) = wrong_share(&from, &to, &context, &mut world.log);
    body.slots[0][1] = to_round2(&message);
    world.say(2, &body).unwrap();
    world.step(1).unwrap();
    world.step(3).unwrap();
    (world, r)
}

fn answer(scalar: [u8; 32]) -> CeremonyAnswered {
    CeremonyAnswered {
        ceremony: ceremony("K1"),
        index: 2,
        scalar: Hex(scalar),
        slot: 0,
        to: 3,
    }
}

#[test]
fn the_sender_of_a_wrong_share_loses_by_its_own_answer() {
    let (mut world, r) = with_a_wrong_share();
    assert_eq!(world.step(3).unwrap(), Step::Complain(complaint(3, 2)));
    assert_eq!(world.phase(), Phase::Disputed);
    assert_eq!(code(world.say(2, &answer([1; 32]))), "ceremony.malformed");
    world.say(2, &answer(r)).unwrap();
    assert_eq!(
        (world.failed().loser, world.failed().cause.as_str()),
        (2, "bad_share")
    );
    let kinds = world.kinds();
    assert_eq!(
        kinds[kinds.len() - 2..],
        [Kind::CeremonyAnswered, Kind::CeremonyFailed]
    );
    assert_eq!(world.phase(), Phase::Failed);
    assert_eq!(code(world.say(2, &answer(r))), "ceremony.over");
}

#[test]
fn the_sender_of_a_wrong_share_loses_by_silence() {
    let (mut world, _) = with_a_wrong_share();
    world.step(3).unwrap();
    let due = world.log.now.plus(CEREMONY_ANSWER_MS);
    assert_eq!(world.state.due(), Some(due));
    world.log.now = due;
    world.tick().unwrap();
    assert_eq!(
        (world.failed().loser, world.failed().cause.as_str()),
        (2, "no_answer")
    );
}

#[test]
fn whoever_complains_of_a_good_share_loses() {
    let mut world = World::called(3, 2, 1);
    world.round();
    world.round();
    world.say(3, &complaint(3, 1)).unwrap();
    assert!(
        matches!(world.step(1).unwrap(), Step::Answer(_)),
        "honest software answers by itself"
    );
    assert_eq!(
        (world.failed().loser, world.failed().cause.as_str()),
        (3, "false_complaint")
    );
}

#[test]
fn a_complaint_stops_everything_but_its_answer() {
    let mut world = World::called(3, 2, 1);
    world.round();
    world.round();
    let Step::Certify(certified) = world.next(2) else {
        unreachable!()
    };
    world.say(3, &complaint(3, 1)).unwrap();
    assert_eq!(code(world.say(2, &certified)), "ceremony.disputed");
    assert_eq!(code(world.say(2, &complaint(2, 1))), "ceremony.disputed");
    assert_eq!(world.next(2), Step::Wait(vec![1]));
    let refusal = world.say(2, &answer([1; 32])).unwrap_err();
    assert_eq!(refusal.code, "ceremony.other_dispute");
    assert!(
        refusal.en.contains("custodian 3 against custodian 1"),
        "{refusal}"
    );
}

#[test]
fn complaints_without_ground_in_the_roster_or_after_signing_are_refused() {
    let mut world = World::called(3, 2, 1);
    assert_eq!(code(world.say(3, &complaint(3, 1))), "ceremony.step");
    world.round();
    world.round();
    assert_eq!(code(world.say(3, &complaint(3, 3))), "ceremony.accused_invalid");
    assert_eq!(code(world.say(3, &complaint(3, 7))), "ceremony.accused_invalid");
    assert_eq!(code(world.say(2, &complaint(3, 1))), "ceremony.not_yours");
    let slot = CeremonyComplained {
        slot: 1,
        ..complaint(3, 1)
    };
    assert_eq!(code(world.say(3, &slot)), "ceremony.slot_invalid");
    assert_eq!(code(world.say(2, &answer([1; 32]))), "ceremony.no_dispute");
    world.step(3).unwrap();
    assert_eq!(code(world.say(3, &complaint(3, 1))), "ceremony.signed_already");
}
