//! The three rounds: in order, in time, once each, by their own members.

use crate::ledger::ceremony::custodian::{Step, share_of};
use crate::ledger::ceremony::{context, signed_certificate, to_round1};
use crate::log::{called, caller, ceremony};
use crate::world::{World, actor, code, custodian};
use desk::KeyUse;
use facts::{Kind, Role};
use kaibiao_procure::ceremony::{CEREMONY_STEP_MS, Command, Phase};
use kaibiao_procure::said::Said;
use proptest::prelude::*;

#[test]
fn honest_custodians_make_keys_that_their_shares_belong_to() {
    let mut world = World::called(5, 3, 2);
    for phase in [Phase::Committed, Phase::Shared, Phase::Completed] {
        world.round();
        assert_eq!(world.phase(), phase);
    }
    assert_eq!(world.kinds().last(), Some(&Kind::CeremonyCompleted));
    assert_eq!(world.records.len(), 1 + 3 * 5 + 1);
    let witnessed = world.log.witnessed(&ceremony("K1"));
    for slot in 0..2_u16 {
        let certificate = signed_certificate(witnessed.view(), slot).unwrap();
        let key = &world.completed().keys[usize::from(slot)];
        assert_eq!(key.public.bytes(), &certificate.y().to_bytes());
        for (seed, share) in world.seeds.iter().zip(&key.shares) {
            assert_eq!(
                &share_of(seed, &witnessed, slot).unwrap().public().to_bytes(),
                share.bytes()
            );
        }
    }
    assert_eq!(world.state.due(), None);
    assert_eq!(code(world.tick()), "nothing.due");
}

#[test]
fn steps_are_taken_in_order_and_once() {
    let mut world = World::called(3, 2, 1);
    let Step::Commit(first) = world.step(1).unwrap() else {
        unreachable!()
    };
    assert_eq!(code(world.say(1, &first)), "ceremony.again");
    let mut ahead = world.clone();
    ahead.step(2).unwrap();
    ahead.step(3).unwrap();
    let Step::Share(share) = ahead.next(1) else {
        unreachable!()
    };
    assert_eq!(code(world.say(1, &share)), "ceremony.step");
    let mut world = ahead;
    assert_eq!(code(world.say(1, &first)), "ceremony.step");
    world.round();
    assert_eq!(code(world.say(1, &share)), "ceremony.step");
    let Step::Certify(certified) = world.step(2).unwrap() else {
        unreachable!()
    };
    assert_eq!(world.phase(), Phase::Certifying);
    assert_eq!(code(world.say(2, &certified)), "ceremony.again");
    let mut stolen = certified;
    stolen.index = 1;
    assert_eq!(
        code(world.say(1, &stolen)),
        "ceremony.malformed",
        "another's signature is not one's own"
    );
    world.step(1).unwrap();
    let Step::Certify(last) = world.step(3).unwrap() else {
        unreachable!()
    };
    assert_eq!(code(world.say(3, &last)), "ceremony.over");
}

#[test]
fn nobody_acts_for_another() {
    let mut world = World::called(3, 2, 1);
    let Step::Commit(body) = world.next(1) else {
        unreachable!()
    };
    assert_eq!(code(world.say(2, &body)), "ceremony.not_yours");
    // The right key under another account, and the right account with another key.
    let (own, other) = (world.seeds[0].signing_key(), caller());
    let act = world.log.act(world.stream(), &body, &own);
    assert_eq!(code(world.submit(custodian(2, &own), act)), "ceremony.not_yours");
    let act = world.log.act(world.stream(), &body, &other);
    let by = actor("custodian-1", &other, Role::Custodian, KeyUse::Custody);
    assert_eq!(code(world.submit(by, act)), "ceremony.not_yours");
    let mut stranger = body;
    stranger.index = 9;
    assert_eq!(code(world.say(1, &stranger)), "ceremony.no_member");
}

#[test]
fn an_older_sessions_round_one_is_refused_and_not_logged() {
    let mut world = World::called(3, 2, 1);
    let Step::Commit(mut body) = world.next(1) else {
        unreachable!()
    };
    let older = called("K1", &world.seeds, 2, 1, 200);
    let message = seal::dkg::round1(&world.seeds[0], &context(&older, 0).unwrap()).unwrap();
    body.slots = vec![to_round1(&message)];
    let refusal = world.say(1, &body).unwrap_err();
    assert_eq!(refusal.code, "ceremony.malformed");
    assert!(
        refusal
            .en
            .contains("did not sign this round-1 message for this ceremony"),
        "{refusal}"
    );
    assert!(
        refusal.zh.contains("第一轮第 0 把密钥的承诺不成立"),
        "{}",
        refusal.zh
    );
    assert_eq!(world.records.len(), 1);
}

#[test]
fn a_copied_constant_term_is_refused_even_if_both_came_at_once() {
    let mut world = World::called(3, 2, 1);
    let Step::Commit(mut twin) = world.next(2) else {
        unreachable!()
    };
    let Step::Commit(first) = world.step(1).unwrap() else {
        unreachable!()
    };
    twin.slots[0].points[0] = first.slots[0].points[0];
    let key = world.seeds[1].signing_key();
    let act = world.log.act(world.stream(), &twin, &key);
    let said = Said::read(custodian(2, &key), act, world.log.now).unwrap();
    // The front saw a ceremony in which the first had not committed yet.
    let late = world.decide(Command::Commit {
        said,
        verdict: Ok(()),
    });
    let refusal = late.unwrap_err();
    assert_eq!(refusal.code, "ceremony.malformed");
    assert!(
        refusal
            .en
            .contains("custodian 1 committed to the same constant term"),
        "{refusal}"
    );
}

#[test]
fn whoever_does_not_come_in_time_ends_the_ceremony_and_another_may_begin() {
    for (rounds, absent) in [(0, 2), (1, 3), (2, 1)] {
        let mut world = World::called(3, 2, 1);
        for _ in 0..rounds {
            world.round();
        }
        for index in (1..=3).filter(|index| *index != absent) {
            world.step(index).unwrap();
        }
        let due = world.state.due().unwrap();
        assert_eq!(world.state.awaited(), u16::try_from(absent).ok());
        world.log.now = due.plus(-1);
        assert_eq!(code(world.tick()), "nothing.due");
        world.log.now = due;
        assert_eq!(world.clone().step(absent).unwrap_err().code, "ceremony.late");
        world.tick().unwrap();
        assert_eq!(
            (world.failed().loser, world.failed().cause.as_str()),
            (u16::try_from(absent).unwrap(), "no_show")
        );
        assert_eq!(world.phase(), Phase::Failed);
        assert_eq!(code(world.tick()), "nothing.due");
        assert_eq!(world.next(1), Step::Done);

        // Restart with a new name and session: other polynomials, other keys.
        let mut again = World {
            state: kaibiao_procure::ceremony::State::default(),
            name: "K2".into(),
            ..world
        };
        let body = called("K2", &again.seeds, 2, 1, 2);
        again.call(&body).unwrap();
        for _ in 0..3 {
            again.round();
        }
        assert_eq!(again.completed().keys.len(), 1);
    }
}

#[test]
fn every_round_has_its_own_time() {
    let mut world = World::called(3, 2, 1);
    let start = world.log.now;
    assert_eq!(world.state.due(), Some(start.plus(CEREMONY_STEP_MS)));
    world.log.now = start.plus(CEREMONY_STEP_MS - 1);
    world.round();
    assert_eq!(world.state.due(), Some(world.log.now.plus(CEREMONY_STEP_MS)));
    world.round();
    let shared = world.log.now;
    world.log.now = shared.plus(1_000);
    world.step(1).unwrap();
    assert_eq!(
        world.state.due(),
        Some(shared.plus(CEREMONY_STEP_MS)),
        "one signature gives nobody more time"
    );
}

#[test]
fn before_the_call_and_for_other_facts_there_is_nothing_to_do() {
    let mut world = World::called(3, 2, 1);
    let Step::Commit(body) = world.next(1) else {
        unreachable!()
    };
    let mut empty = World::new(3);
    assert_eq!(code(empty.say(1, &body)), "ceremony.unknown");
    assert_eq!(code(empty.tick()), "nothing.due");
    let key = world.seeds[0].signing_key();
    let mut act = world.log.act(world.stream(), &body, &key);
    act.kind = Kind::TenderNoticed;
    assert_eq!(code(world.submit(custodian(1, &key), act)), "act.kind_malformed");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    /// Whatever members do, in whatever order, with time running: keys exist exactly if all signed, an end is an end,
    /// and nothing panics.
    #[test]
    fn a_ceremony_ends_at_most_once_and_only_with_all_signatures(
        moves in proptest::collection::vec((1_usize..=3, 0_u8..8), 0..40)
    ) {
        let mut world = World::called(3, 2, 1);
        for (index, what) in moves {
            let ended = matches!(world.phase(), Phase::Completed | Phase::Failed);
            let before = world.records.len();
            match what {
                0 => world.log.now = world.log.now.plus(CEREMONY_STEP_MS / 3),
                1 => drop(world.tick()),
                2 => {
                    let body = facts::body::ceremony::CeremonyComplained {
                        against: u16::try_from(index % 3 + 1).unwrap(),
                        ceremony: ceremony("K1"),
                        index: u16::try_from(index).unwrap(),
                        slot: 0,
                    };
                    drop(world.say(index, &body));
                }
                _ => drop(world.step(index)),
            }
            prop_assert!(!ended || world.records.len() == before, "something followed the end");
            let kinds = world.kinds();
            let count = |kind| kinds.iter().filter(|found| **found == kind).count();
            prop_assert!(count(Kind::CeremonyCompleted) + count(Kind::CeremonyFailed) <= 1);
            prop_assert_eq!(count(Kind::CeremonyCompleted) == 1, count(Kind::CeremonyCertified) == 3);
            prop_assert!(count(Kind::CeremonyShared) == 0 || count(Kind::CeremonyCommitted) == 3);
            prop_assert!(count(Kind::CeremonyCertified) == 0 || count(Kind::CeremonyShared) == 3);
        }
    }
}
