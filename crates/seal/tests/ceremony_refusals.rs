//! What goes wrong in a ceremony, and who is named for it.
#![cfg(test)]

mod common;

use common::ceremony::{Table, seed};
use kaibiao_seal::dkg::{
    Answer, Commitments, Complaint, DkgError, JudgeError, Reason, Round1Error, Round2, ShareFault, Verdict,
    answer, complain, finish, judge, open_share, recover_share, round1, round2,
};
use kaibiao_seal::{Signature, SigningKey};

/// Signs a changed round-1 message again, as a cheating custodian would.
fn resigned(
    table: &Table,
    from: u16,
    change: impl Fn(&mut kaibiao_seal::dkg::Round1),
) -> Result<(), Round1Error> {
    let mut messages = table.round1();
    let message = &mut messages[usize::from(from.saturating_sub(1))];
    change(message);
    message.signature = table
        .seed(from)
        .signing_key()
        .sign(&message.message(&table.ceremony));
    Commitments::check(&table.ceremony, messages).map(|_| ())
}

#[test]
fn exactly_k_commitments() {
    let table = Table::new(3, 5, 1);
    let more = table.round1()[0].commitments[0];
    let high = resigned(&table, 2, |message| message.commitments.push(more));
    assert_eq!(
        high,
        Err(Round1Error::Count {
            from: 2,
            k: 3,
            found: 4
        })
    );
    let low = resigned(&table, 2, |message| {
        message.commitments.pop();
    });
    assert_eq!(
        low,
        Err(Round1Error::Count {
            from: 2,
            k: 3,
            found: 2
        })
    );
    let none = resigned(&table, 2, |message| message.commitments.clear());
    assert_eq!(
        none,
        Err(Round1Error::Count {
            from: 2,
            k: 3,
            found: 0
        })
    );
}

#[test]
fn possession_is_proved_and_constants_are_distinct() {
    let table = Table::new(2, 3, 1);
    let bad = resigned(&table, 3, |message| message.pop[33] ^= 1);
    assert_eq!(bad, Err(Round1Error::Possession(3)));
    // A proof is for its index: copying another's commitments and proof does not pass.
    let first = table.round1()[0].clone();
    let copied = resigned(&table, 2, |message| {
        message.commitments = first.commitments.clone();
        message.pop = first.pop;
    });
    assert_eq!(copied, Err(Round1Error::Possession(2)));
    // A rogue key: C_20 chosen as a difference, without a proof for it.
    let rogue = resigned(&table, 2, |message| message.commitments.swap(0, 1));
    assert_eq!(rogue, Err(Round1Error::Possession(2)));
}

#[test]
fn messages_of_an_older_session_or_another_author_are_refused() {
    let (old, new) = (Table::new(2, 3, 1), Table::new(2, 3, 2));
    let mut messages = new.round1();
    messages[1] = old.round1()[1].clone();
    assert_eq!(
        Commitments::check(&new.ceremony, messages),
        Err(Round1Error::Signature(2))
    );

    let mut messages = new.round1();
    messages[1].from = 1;
    assert_eq!(
        Commitments::check(&new.ceremony, messages),
        Err(Round1Error::Attendance { place: 2 })
    );
    let mut messages = new.round1();
    messages.pop();
    assert_eq!(
        Commitments::check(&new.ceremony, messages),
        Err(Round1Error::Attendance { place: 3 })
    );
    let mut messages = new.round1();
    messages.push(messages[0].clone());
    assert_eq!(
        Commitments::check(&new.ceremony, messages),
        Err(Round1Error::Attendance { place: 4 })
    );
    let mut messages = new.round1();
    messages[2].signature = SigningKey::from_seed(&[9; 32]).sign(&messages[2].message(&new.ceremony));
    assert_eq!(
        Commitments::check(&new.ceremony, messages),
        Err(Round1Error::Signature(3))
    );
    assert_eq!(round1(&seed(77), &new.ceremony), Err(Round1Error::NotInRoster));

    let commitments = new.commitments();
    let stale = old.round2_to(1);
    let refused = open_share(new.seed(1), &new.ceremony, &commitments, &stale[0]);
    assert!(matches!(refused, Err(ShareFault::Signature(2))));
    let mut doubled = new.round2_to(1);
    doubled[1] = doubled[0].clone();
    let refused = recover_share(new.seed(1), &new.ceremony, &commitments, &doubled);
    assert!(matches!(refused, Err(DkgError::Attendance(2))));
    let missing = &new.round2_to(1)[..1];
    let refused = recover_share(new.seed(1), &new.ceremony, &commitments, missing);
    assert!(matches!(refused, Err(DkgError::Attendance(3))));
}

/// A share of custodian 1 for custodian 2 that does not fit: it comes from another polynomial (another session),
/// sealed and signed afresh by custodian 1 in this ceremony.
fn bad_share(table: &Table) -> Round2 {
    let mut message = round2(table.seed(1), &table.ceremony, &table.commitments())
        .unwrap()
        .remove(0);
    assert_eq!((message.from, message.to), (1, 2));
    // The value for custodian 3, under the header for custodian 2, is the simplest lie: reseal via a lying ceremony.
    let other = Table::new(table.ceremony.roster().k(), table.ceremony.roster().n(), 99);
    let lie = round2(other.seed(1), &other.ceremony, &other.commitments())
        .unwrap()
        .remove(0);
    message.header = lie.header;
    message.body = lie.body;
    message.signature = table
        .seed(1)
        .signing_key()
        .sign(&message.message(&table.ceremony));
    message
}

#[test]
fn a_bad_share_costs_the_sender_the_seat() {
    let table = Table::new(2, 3, 1);
    let commitments = table.commitments();
    let message = bad_share(&table);
    let fault = open_share(table.seed(2), &table.ceremony, &commitments, &message)
        .err()
        .unwrap();
    assert_eq!(
        fault,
        ShareFault::Header(1),
        "its proof belongs to another ceremony"
    );
    assert!(fault.is_ground_for_complaint());
    let complaint = complain(table.seed(2), &table.ceremony, &message);
    assert_eq!(Complaint::parse(&complaint.to_bytes()).unwrap(), complaint);

    let silent = judge(&table.ceremony, &commitments, &message, &complaint, None).unwrap();
    assert_eq!(
        silent,
        Verdict {
            loser: 1,
            reason: Reason::Silence
        }
    );
    // The scalar that custodian 1's seed gives is that of the true message, not of the lie.
    let given = answer(table.seed(1), &table.ceremony, &complaint).unwrap();
    let verdict = judge(&table.ceremony, &commitments, &message, &complaint, Some(&given)).unwrap();
    assert_eq!(
        verdict,
        Verdict {
            loser: 1,
            reason: Reason::WrongScalar
        }
    );
}

#[test]
fn a_share_that_contradicts_the_commitments_is_proved_bad_by_its_own_scalar() {
    // Custodian 1 commits to one polynomial and sends values of it, but what the others hold as round 1 is
    // another polynomial, properly proved and signed: the values contradict it.
    let table = Table::new(2, 3, 1);
    let mut messages = table.round1();
    let twin = Table::new(2, 3, 50).round1().remove(0);
    messages[0].commitments = twin.commitments;
    messages[0].pop = twin.pop;
    messages[0].signature = table
        .seed(1)
        .signing_key()
        .sign(&messages[0].message(&table.ceremony));
    let commitments = Commitments::check(&table.ceremony, messages).unwrap();

    let message = table
        .round2()
        .into_iter()
        .find(|one| (one.from, one.to) == (1, 3))
        .unwrap();
    let fault = open_share(table.seed(3), &table.ceremony, &commitments, &message)
        .err()
        .unwrap();
    assert_eq!(fault, ShareFault::Value(1));
    let received: Vec<Round2> = table.round2_to(3);
    let stuck = finish(table.seed(3), &table.ceremony, &commitments, &received, b"")
        .err()
        .unwrap();
    assert_eq!(stuck, DkgError::Share(ShareFault::Value(1)));

    let complaint = complain(table.seed(3), &table.ceremony, &message);
    let given = answer(table.seed(1), &table.ceremony, &complaint).unwrap();
    assert_eq!(Answer::parse(&given.to_bytes()).unwrap(), given);
    let verdict = judge(&table.ceremony, &commitments, &message, &complaint, Some(&given)).unwrap();
    assert_eq!(
        verdict,
        Verdict {
            loser: 1,
            reason: Reason::BadShare(ShareFault::Value(1))
        }
    );
}

#[test]
fn a_false_complaint_costs_the_accuser_the_seat() {
    let table = Table::new(2, 3, 1);
    let commitments = table.commitments();
    let message = table.round2_to(2).remove(0);
    assert!(open_share(table.seed(2), &table.ceremony, &commitments, &message).is_ok());
    let complaint = complain(table.seed(2), &table.ceremony, &message);
    let given = answer(table.seed(1), &table.ceremony, &complaint).unwrap();
    let verdict = judge(&table.ceremony, &commitments, &message, &complaint, Some(&given)).unwrap();
    assert_eq!(
        verdict,
        Verdict {
            loser: 2,
            reason: Reason::FalseComplaint
        }
    );
    assert_eq!(
        answer(table.seed(3), &table.ceremony, &complaint),
        None,
        "only the accused answers"
    );
}

#[test]
fn papers_that_are_not_what_they_claim_are_not_judged() {
    let table = Table::new(2, 3, 1);
    let commitments = table.commitments();
    let message = table.round2_to(2).remove(0);
    let complaint = complain(table.seed(2), &table.ceremony, &message);
    let given = answer(table.seed(1), &table.ceremony, &complaint).unwrap();
    let judge_with = |message: &Round2, complaint: &Complaint, given: &Answer| {
        judge(&table.ceremony, &commitments, message, complaint, Some(given))
    };

    let forged = complain(table.seed(3), &table.ceremony, &message);
    assert_eq!(judge_with(&message, &forged, &given), Err(JudgeError::Complaint));
    let other = table.round2_to(3).remove(0);
    assert_eq!(judge_with(&other, &complaint, &given), Err(JudgeError::Complaint));
    let mut unsigned = message.clone();
    unsigned.signature = Signature([0; 64]);
    assert_eq!(
        judge_with(&unsigned, &complaint, &given),
        Err(JudgeError::Message)
    );
    let mut changed = given.clone();
    changed.r[0] ^= 1;
    assert_eq!(
        judge_with(&message, &complaint, &changed),
        Err(JudgeError::Answer)
    );
    let mut tampered = message.clone();
    tampered.body[100] ^= 1;
    let fault = open_share(table.seed(2), &table.ceremony, &commitments, &tampered)
        .err()
        .unwrap();
    assert_eq!(
        fault,
        ShareFault::Signature(1),
        "a message changed on the way is asked for again"
    );
    assert!(!fault.is_ground_for_complaint());
    assert_eq!(
        open_share(table.seed(3), &table.ceremony, &commitments, &message).err(),
        Some(ShareFault::NotForMe)
    );
}

#[test]
fn after_an_exclusion_the_rest_start_again_with_a_new_session() {
    let first = Table::new(3, 5, 1);
    // Custodian 4 is gone. The others, under new indices and a new session, make a key of their own.
    let second = Table::of(3, &[1, 2, 3, 5], 2);
    let commitments = second.commitments();
    for j in 1..=4 {
        finish(
            second.seed(j),
            &second.ceremony,
            &commitments,
            &second.round2_to(j),
            b"",
        )
        .unwrap();
    }
    assert_ne!(first.commitments().y(), commitments.y());
    assert_ne!(first.ceremony.context(), second.ceremony.context());
    // Nothing of the first attempt enters the second.
    let mut mixed = second.round1();
    mixed[0] = first.round1()[0].clone();
    assert_eq!(
        Commitments::check(&second.ceremony, mixed),
        Err(Round1Error::Signature(1))
    );
}
