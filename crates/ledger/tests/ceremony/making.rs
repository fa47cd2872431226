//! Making keys: whole ceremonies, corrupt members, forged histories.

use crate::ledger::ceremony::custodian::{self, Step, WontAct, next_step, share_of};
use crate::ledger::ceremony::{
    End, Fault, Judgement, View, check_committed, check_shared, context, judge, round1, signed_certificate,
    to_round1, to_round2,
};
use crate::log::{Log, called, caller, ceremony, seeds, stream, wrong_share};
use crate::runner::{run, step};
use facts::body::ceremony::{CeremonyAnswered, CeremonyComplained};
use facts::{Hex, Kind};
use seal::dkg::{self, Round1Error, Round2, ShareFault};
use seal::heartbeat::Beat;
use seal::{CustodianSeed, Partial, Suite, combine};

#[test]
fn five_of_whom_three_open_make_one_to_three_keys() {
    for keys in 1..=3 {
        let (mut log, seeds) = (Log::new(1), seeds(5));
        let made = run(&mut log, &seeds, "K1", 3, keys, 7);
        let completed = made.completed().expect("all signed");
        assert_eq!(completed.keys.len(), usize::from(keys));
        for slot in 0..keys {
            let certificate = signed_certificate(made.view(), slot).unwrap();
            for (index, seed) in (1_u16..).zip(&seeds) {
                let share = share_of(seed, &made, slot).unwrap();
                assert_eq!(Some(&share.public()), certificate.share(index));
            }
            // Any three shares are the secret of Y: s·H by Lagrange from three of them, for H = G.
            let points: Vec<_> = [5_u16, 1, 3]
                .iter()
                .map(|index| {
                    (
                        *index,
                        share_of(&seeds[usize::from(*index) - 1], &made, slot)
                            .unwrap()
                            .public(),
                    )
                })
                .collect();
            assert_eq!(&combine(3, &points).unwrap(), certificate.y());
        }
        assert!(seeds.iter().all(|seed| next_step(seed, &made) == Ok(Step::Done)));
    }
}

#[test]
fn keys_of_one_ceremony_and_of_two_sessions_are_all_different() {
    let (mut log, seeds) = (Log::new(2), seeds(3));
    let first = run(&mut log, &seeds, "K1", 2, 2, 1)
        .completed()
        .unwrap()
        .keys
        .clone();
    let second = run(&mut log, &seeds, "K2", 2, 2, 2)
        .completed()
        .unwrap()
        .keys
        .clone();
    let mut ids: Vec<_> = first.iter().chain(&second).map(|key| key.key_id).collect();
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(ids.len(), 4);
}

#[test]
fn each_waits_for_those_who_are_late_and_strangers_have_no_step() {
    let (mut log, seeds) = (Log::new(3), seeds(3));
    log.say(stream("K1"), &called("K1", &seeds, 2, 1, 1), &caller());
    assert!(matches!(step(&mut log, &seeds[0], "K1"), Step::Commit(_)));
    assert_eq!(step(&mut log, &seeds[0], "K1"), Step::Wait(vec![2, 3]));
    let stranger = CustodianSeed::from_bytes(&[99; 32]);
    assert_eq!(
        next_step(&stranger, &log.witnessed(&ceremony("K1"))),
        Err(WontAct::NotMember)
    );
}

#[test]
fn a_heartbeat_proves_the_share_and_is_bound_to_its_day() {
    let (mut log, seeds) = (Log::new(4), seeds(3));
    let made = run(&mut log, &seeds, "K1", 2, 1, 1);
    let proved = custodian::prove(&seeds[1], &made, 0, "2026-07-24", &mut log.rng).unwrap();
    let certificate = signed_certificate(made.view(), 0).unwrap();
    let beat = |date| Beat {
        suite: Suite::Tree64k,
        key_id: proved.key_id.bytes(),
        date,
        index: 2,
    };
    let proof = Partial::parse(&proved.proof.0).unwrap();
    beat("2026-07-24")
        .verify(certificate.share(2).unwrap(), &proof)
        .unwrap();
    assert!(
        beat("2026-07-25")
            .verify(certificate.share(2).unwrap(), &proof)
            .is_err()
    );
    for date in ["2026-7-24", "20260724--", "2026-07-24T", "2026-07/24"] {
        let refused = custodian::prove(&seeds[1], &made, 0, date, &mut log.rng);
        assert_eq!(refused, Err(WontAct::Date(date.to_owned())));
    }
}

/// Round 1 of all three members and the view after it.
pub(crate) fn committed() -> (Log, Vec<CustodianSeed>, View) {
    let (mut log, seeds) = (Log::new(5), seeds(3));
    log.say(stream("K1"), &called("K1", &seeds, 2, 1, 1), &caller());
    for seed in &seeds {
        step(&mut log, seed, "K1");
    }
    let view = log.witnessed(&ceremony("K1")).view().clone();
    (log, seeds, view)
}

#[test]
fn round_one_of_another_session_count_or_secret_is_refused() {
    let (_, seeds, view) = committed();
    let body = |index: u16| (*view.committed[&index]).clone();
    check_committed(&view, &body(1)).unwrap();

    let older = called("K1", &seeds, 2, 1, 9);
    let message = dkg::round1(&seeds[0], &context(&older, 0).unwrap()).unwrap();
    let mut replayed = body(1);
    replayed.slots = vec![to_round1(&message)];
    let refused = Err(Fault::Round1 {
        slot: 0,
        why: Round1Error::Signature(1),
    });
    assert_eq!(check_committed(&view, &replayed), refused);

    // One coefficient more: the threshold would be raised behind everybody's back.
    let context = context(&view.called, 0).unwrap();
    for (k, found) in [(1, 1), (3, 3)] {
        let mut crooked = round1(1, 0, &body(1).slots[0]).unwrap();
        crooked.commitments = crooked.commitments.iter().cycle().take(k).copied().collect();
        crooked.signature = seeds[0].signing_key().sign(&crooked.message(&context));
        let mut sent = body(1);
        sent.slots = vec![to_round1(&crooked)];
        let why = Round1Error::Count { from: 1, k: 2, found };
        assert_eq!(check_committed(&view, &sent), Err(Fault::Round1 { slot: 0, why }));
    }

    let mut unproven = round1(1, 0, &body(1).slots[0]).unwrap();
    unproven.pop[40] ^= 1;
    unproven.signature = seeds[0].signing_key().sign(&unproven.message(&context));
    let mut sent = body(1);
    sent.slots = vec![to_round1(&unproven)];
    assert_eq!(
        check_committed(&view, &sent),
        Err(Fault::Round1 {
            slot: 0,
            why: Round1Error::Possession(1)
        })
    );

    let mut twin = body(2);
    twin.slots[0].points[0] = body(1).slots[0].points[0];
    assert_eq!(
        Fault::same_secret(&view, &twin),
        Some(Fault::SameSecret { slot: 0, other: 1 })
    );

    let mut short = body(1);
    short.slots.clear();
    assert_eq!(
        check_committed(&view, &short),
        Err(Fault::Slots {
            expected: 1,
            found: 0
        })
    );
}

#[test]
fn a_wrong_share_is_complained_of_and_its_sender_loses() {
    let (mut log, seeds, view) = committed();
    let context = context(&view.called, 0).unwrap();
    let (message, r) = wrong_share(&seeds[1], &seeds[2], &context, &mut log);
    let honest = next_step(&seeds[1], &log.witnessed(&ceremony("K1"))).unwrap();
    let Step::Share(mut body) = honest else {
        panic!("round 2 is due")
    };
    body.slots[0][1] = to_round2(&message);
    check_shared(&view, &body).expect("nobody but the receiver sees that it is wrong");
    log.say(stream("K1"), &body, &seeds[1].signing_key());
    step(&mut log, &seeds[0], "K1");
    step(&mut log, &seeds[2], "K1");

    assert!(
        matches!(step(&mut log, &seeds[0], "K1"), Step::Certify(_)),
        "the first received a good share"
    );
    let complaint = CeremonyComplained {
        against: 2,
        ceremony: ceremony("K1"),
        index: 3,
        slot: 0,
    };
    assert_eq!(step(&mut log, &seeds[2], "K1"), Step::Complain(complaint));
    assert_eq!(step(&mut log, &seeds[2], "K1"), Step::Wait(vec![2]));

    let view = log.witnessed(&ceremony("K1")).view().clone();
    let answer = |scalar| CeremonyAnswered {
        ceremony: ceremony("K1"),
        index: 2,
        scalar: Hex(scalar),
        slot: 0,
        to: 3,
    };
    assert_eq!(judge(&view, &answer(r)), Ok(Judgement::BadShare));
    // Neither the scalar of another ciphertext nor something that is no scalar is an answer.
    assert_eq!(judge(&view, &answer([1; 32])), Err(Fault::Scalar));
    assert_eq!(judge(&view, &answer([0xff; 32])), Err(Fault::Scalar));
    // Honest software does not answer for messages it did not make.
    let refused = next_step(&seeds[1], &log.witnessed(&ceremony("K1")));
    assert_eq!(refused, Err(WontAct::NotMine(Kind::CeremonyShared)));
}

#[test]
fn a_false_complaint_is_answered_and_its_author_loses() {
    let (mut log, seeds, _) = committed();
    for seed in &seeds {
        step(&mut log, seed, "K1");
    }
    let complaint = CeremonyComplained {
        against: 1,
        ceremony: ceremony("K1"),
        index: 3,
        slot: 0,
    };
    log.say(stream("K1"), &complaint, &seeds[2].signing_key());
    let Step::Answer(answer) = step(&mut log, &seeds[0], "K1") else {
        panic!("it is the first's to answer")
    };
    let view = log.witnessed(&ceremony("K1")).view().clone();
    assert_eq!(judge(&view, &answer), Ok(Judgement::FalseComplaint));
    assert!(
        matches!(view.end, None | Some(End::Failed(_))),
        "no key comes of it"
    );
}

#[test]
fn a_share_with_a_false_header_or_for_nobody_is_not_taken() {
    let (log, seeds, view) = committed();
    let Step::Share(body) = next_step(&seeds[0], &log.witnessed(&ceremony("K1"))).unwrap() else {
        panic!("round 2 is due")
    };
    check_shared(&view, &body).unwrap();
    let context = context(&view.called, 0).unwrap();

    let mut missing = body.clone();
    missing.slots[0].pop();
    assert_eq!(check_shared(&view, &missing), Err(Fault::Recipients { slot: 0 }));

    let mut swapped = body.clone();
    swapped.slots[0][0].sealed = body.slots[0][1].sealed.clone();
    assert_eq!(
        check_shared(&view, &swapped),
        Err(Fault::ShareAddress { slot: 0, to: 2 })
    );

    let mut unsigned = body.clone();
    *unsigned.slots[0][0].sealed.0.last_mut().unwrap() ^= 1;
    let why = ShareFault::Signature(1);
    assert_eq!(
        check_shared(&view, &unsigned),
        Err(Fault::Share { slot: 0, to: 2, why })
    );

    let mut message = Round2::parse(&body.slots[0][0].sealed.0).unwrap();
    message.header.f = message.header.e;
    message.signature = seeds[0].signing_key().sign(&message.message(&context));
    let mut unproven = body;
    unproven.slots[0][0] = to_round2(&message);
    let why = ShareFault::Header(1);
    assert_eq!(
        check_shared(&view, &unproven),
        Err(Fault::Share { slot: 0, to: 2, why })
    );
}
