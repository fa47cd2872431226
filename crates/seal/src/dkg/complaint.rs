//! A bad share: complaint, answer, and a verdict that anybody reaches from the logged messages.
//!
//! Invariant: an answer opens one ciphertext and nothing else, because r belongs to that ciphertext alone; and a
//! verdict always names one loser, the sender of a bad share or the author of a false complaint.

use super::ceremony::Ceremony;
use super::public::judge_scalar;
use super::round1::Commitments;
use super::round2::{Round2, ShareFault, encapsulation};
use super::wire::{Pieces, WireError};
use crate::custodian::CustodianSeed;
use crate::lp::lp;
use crate::sign::Signature;

/// "The share that i sent me is bad": `u16be i ‖ u16be j ‖ hash of the message(32) ‖ signature(64)`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Complaint {
    /// Sender of the share, i.
    pub accused: u16,
    /// Recipient, j, who complains.
    pub accuser: u16,
    /// SHA-256 of the round-2 message.
    pub hash: [u8; 32],
    /// Accuser's signature.
    pub signature: Signature,
}

/// The accused shows the r of that one ciphertext:
/// `u16be i ‖ u16be j ‖ hash(32) ‖ r(32) ‖ signature(64)`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// Sender of the share, i, who answers.
    pub accused: u16,
    /// Recipient, j.
    pub accuser: u16,
    /// SHA-256 of the round-2 message.
    pub hash: [u8; 32],
    /// The scalar of the encapsulation, public from now on.
    pub r: [u8; 32],
    /// Accused's signature.
    pub signature: Signature,
}

/// Why one side lost.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reason {
    /// No answer was given in time.
    Silence,
    /// The answer's r is not that of the ciphertext.
    WrongScalar,
    /// The share is bad, as complained of.
    BadShare(ShareFault),
    /// The share is good: the complaint was false.
    FalseComplaint,
}

/// Who is excluded before the ceremony starts again with a new session.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Verdict {
    /// Index of the loser.
    pub loser: u16,
    /// Why.
    pub reason: Reason,
}

/// Why there is nothing to judge: a paper is not by whom it claims, or about something else.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum JudgeError {
    /// The round-2 message is not signed by its sender.
    #[error("the share complained of is not signed by its sender: nobody answers for it")]
    Message,
    /// The complaint is not signed by its author, or is not about this message.
    #[error("the complaint is not signed by its author or is about another message")]
    Complaint,
    /// The answer is not signed by the accused, or is not about this message.
    #[error("the answer is not signed by the accused or is about another message")]
    Answer,
}

/// Complains about a share; the caller has seen [`super::open_share`] fail with a ground for complaint.
#[must_use]
pub fn complain(seed: &CustodianSeed, ceremony: &Ceremony, message: &Round2) -> Complaint {
    let (from, to, hash) = (message.from, message.to, message.hash());
    let signed = complaint_message(ceremony, from, to, &hash);
    Complaint {
        accused: from,
        accuser: to,
        hash,
        signature: seed.signing_key().sign(&signed),
    }
}

/// Answers a complaint with the r of that ciphertext, derived again from the seed.
///
/// None if the complaint is not addressed to this custodian.
#[must_use]
pub fn answer(seed: &CustodianSeed, ceremony: &Ceremony, complaint: &Complaint) -> Option<Answer> {
    let (from, to) = (complaint.accused, complaint.accuser);
    if ceremony.roster().index_of(seed) != Some(from) {
        return None;
    }
    let recipient = ceremony.roster().member(to)?;
    let (kem, _, _) = encapsulation(seed, ceremony, from, to, &recipient.sealing);
    let r = *kem.secret().to_bytes();
    let mut answer = Answer {
        accused: from,
        accuser: to,
        hash: complaint.hash,
        r,
        signature: Signature([0; 64]),
    };
    answer.signature = seed.signing_key().sign(&answer.message(ceremony));
    Some(answer)
}

/// Decides a complaint. `given` is none when the time for an answer has passed without one.
pub fn judge(
    ceremony: &Ceremony,
    commitments: &Commitments,
    message: &Round2,
    complaint: &Complaint,
    given: Option<&Answer>,
) -> Result<Verdict, JudgeError> {
    message.verify(ceremony).map_err(|_| JudgeError::Message)?;
    complaint.verify(ceremony, message)?;
    let sender_loses = |reason| {
        Ok(Verdict {
            loser: message.from,
            reason,
        })
    };

    let Some(answer) = given else {
        return sender_loses(Reason::Silence);
    };
    answer.verify(ceremony, message)?;
    judge_scalar(ceremony, commitments, message, &answer.r)
}

impl Complaint {
    /// The wire form, 100 bytes.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        let (from, to) = (self.accused.to_be_bytes(), self.accuser.to_be_bytes());
        [&from[..], &to, &self.hash, &self.signature.0].concat()
    }

    /// Reads the wire form.
    pub fn parse(bytes: &[u8]) -> Result<Self, WireError> {
        let mut pieces = Pieces::new("complaint", bytes, 100)?;
        let (from, to) = (pieces.number()?, pieces.number()?);
        Ok(Self {
            accused: from,
            accuser: to,
            hash: pieces.take()?,
            signature: Signature(pieces.take()?),
        })
    }

    fn verify(&self, ceremony: &Ceremony, message: &Round2) -> Result<(), JudgeError> {
        let about = (self.accused, self.accuser, self.hash) == (message.from, message.to, message.hash());
        let author = ceremony
            .roster()
            .member(self.accuser)
            .filter(|_| about)
            .ok_or(JudgeError::Complaint)?;
        let signed = complaint_message(ceremony, self.accused, self.accuser, &self.hash);
        author
            .signing
            .verify(&signed, &self.signature)
            .map_err(|_| JudgeError::Complaint)
    }
}

impl Answer {
    /// The wire form, 132 bytes.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        let (from, to) = (self.accused.to_be_bytes(), self.accuser.to_be_bytes());
        [&from[..], &to, &self.hash, &self.r, &self.signature.0].concat()
    }

    /// Reads the wire form.
    pub fn parse(bytes: &[u8]) -> Result<Self, WireError> {
        let mut pieces = Pieces::new("answer to a complaint", bytes, 132)?;
        let (from, to) = (pieces.number()?, pieces.number()?);
        let (hash, r) = (pieces.take()?, pieces.take()?);
        Ok(Self {
            accused: from,
            accuser: to,
            hash,
            r,
            signature: Signature(pieces.take()?),
        })
    }

    fn message(&self, ceremony: &Ceremony) -> Vec<u8> {
        lp(&[
            b"tender-dkg/v1/answer",
            ceremony.context(),
            &self.accused.to_be_bytes(),
            &self.accuser.to_be_bytes(),
            &self.hash,
            &self.r,
        ])
    }

    fn verify(&self, ceremony: &Ceremony, message: &Round2) -> Result<(), JudgeError> {
        let about = (self.accused, self.accuser, self.hash) == (message.from, message.to, message.hash());
        let author = ceremony
            .roster()
            .member(self.accused)
            .filter(|_| about)
            .ok_or(JudgeError::Answer)?;
        author
            .signing
            .verify(&self.message(ceremony), &self.signature)
            .map_err(|_| JudgeError::Answer)
    }
}

/// `LP("tender-dkg/v1/complaint", context, u16be i, u16be j, hash)`.
fn complaint_message(ceremony: &Ceremony, from: u16, to: u16, hash: &[u8; 32]) -> Vec<u8> {
    lp(&[
        b"tender-dkg/v1/complaint",
        ceremony.context(),
        &from.to_be_bytes(),
        &to.to_be_bytes(),
        hash,
    ])
}
