//! What a log checks of one message at a time, before the others are there and without any secret.
//!
//! Invariant: a message that passes here and is then read by [`Commitments::check`] or opened by its recipient can
//! fail only for a reason that no outsider could have seen.

use super::SHARE_SUITE;
use super::ceremony::Ceremony;
use super::complaint::{JudgeError, Reason, Verdict};
use super::frost;
use super::round1::{Commitments, Round1, Round1Error};
use super::round2::{Round2, ShareFault, label};
use crate::body_hash::body_digest;
use crate::group::SecretScalar;

/// Checks one round-1 message alone: signed for this ceremony, exactly k points, possession proven. Whether its
/// constant term is another member's is seen only beside the others.
pub fn check_round1(ceremony: &Ceremony, message: &Round1) -> Result<(), Round1Error> {
    let from = message.from;
    let member = ceremony.roster().member(from).ok_or(Round1Error::NotInRoster)?;
    let signed = member
        .signing
        .verify(&message.message(ceremony), &message.signature);
    signed.map_err(|_| Round1Error::Signature(from))?;
    let k = ceremony.roster().k();
    let count = Round1Error::Count {
        from,
        k,
        found: message.commitments.len(),
    };
    let first = message
        .commitments
        .first()
        .filter(|_| message.commitments.len() == usize::from(k))
        .ok_or(count)?;
    if frost::possession_holds(from, first, &message.pop) {
        Ok(())
    } else {
        Err(Round1Error::Possession(from))
    }
}

/// Checks one round-2 message as far as the public can: between two members, signed by its sender for this
/// ceremony, and with a header whose proof holds for its recipient.
pub fn check_round2(ceremony: &Ceremony, message: &Round2) -> Result<(), ShareFault> {
    if message.from == message.to {
        return Err(ShareFault::NotForMe);
    }
    let recipient = ceremony.roster().member(message.to).ok_or(ShareFault::NotForMe)?;
    message.verify(ceremony)?;
    let label = label(ceremony, message.from, message.to);
    let digest = body_digest(SHARE_SUITE, &message.body);
    let header = message
        .header
        .verify(SHARE_SUITE, &label, &digest, &recipient.sealing);
    header.map_err(|_| ShareFault::Header(message.from))
}

/// Decides a dispute whose complaint and answer were signed as acts of a log, so that nothing but the scalar is
/// left to look at: it opens the one ciphertext, and the share inside fits its sender's commitments or does not.
pub fn judge_scalar(
    ceremony: &Ceremony,
    commitments: &Commitments,
    message: &Round2,
    r: &[u8; 32],
) -> Result<Verdict, JudgeError> {
    message.verify(ceremony).map_err(|_| JudgeError::Message)?;
    let recipient = ceremony
        .roster()
        .member(message.to)
        .ok_or(JudgeError::Complaint)?;
    let sender_loses = |reason| {
        Ok(Verdict {
            loser: message.from,
            reason,
        })
    };
    let Ok(r) = SecretScalar::parse(r) else {
        return sender_loses(Reason::WrongScalar);
    };
    if r.public() != message.header.r {
        return sender_loses(Reason::WrongScalar);
    }
    match message.unseal(ceremony, commitments, &recipient.sealing.times(&r)) {
        Err(fault) => sender_loses(Reason::BadShare(fault)),
        Ok(_) => Ok(Verdict {
            loser: message.to,
            reason: Reason::FalseComplaint,
        }),
    }
}
