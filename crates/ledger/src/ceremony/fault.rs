//! What can be wrong with a message of a ceremony, in a sentence that names the key and the custodian.

use super::view::View;
use facts::body::ceremony::CeremonyCommitted;
use seal::dkg::{CertificateError, DkgError, JudgeError, RosterError, Round1Error, ShareFault, WireError};
use seal::group::GroupError;
use seal::sign::KeyError;

/// Why a message, or the ceremony it belongs to, does not stand.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Fault {
    /// The roster is not one.
    #[error("the roster: {0}")]
    Roster(#[from] RosterError),
    /// A signing key of the roster is refused.
    #[error("the signing key of custodian {index}: {why}")]
    SigningKey {
        /// The custodian.
        index: u16,
        /// What is wrong.
        why: KeyError,
    },
    /// A static point of the roster is refused.
    #[error("the static point of custodian {index}: {why}")]
    StaticPoint {
        /// The custodian.
        index: u16,
        /// What is wrong.
        why: GroupError,
    },
    /// The index is not in the roster.
    #[error("there is no custodian {0} in the roster")]
    NotMember(u16),
    /// Not one element for each key.
    #[error("the message has {found} elements where one for each of the {expected} keys is required")]
    Slots {
        /// Number of keys.
        expected: u16,
        /// Elements found.
        found: usize,
    },
    /// There is no key of that number.
    #[error("there is no key {0} in this ceremony")]
    Slot(u16),
    /// A commitment is not a point.
    #[error("round 1, key {slot}: a commitment: {why}")]
    Commitment {
        /// The key.
        slot: u16,
        /// What is wrong.
        why: GroupError,
    },
    /// Round 1 does not stand.
    #[error("round 1, key {slot}: {why}")]
    Round1 {
        /// The key.
        slot: u16,
        /// What is wrong.
        why: Round1Error,
    },
    /// Two members commit to the same constant term.
    #[error("round 1, key {slot}: custodian {other} committed to the same constant term before")]
    SameSecret {
        /// The key.
        slot: u16,
        /// The earlier member.
        other: u16,
    },
    /// A round has not come to its end.
    #[error("round {0} is not complete")]
    Incomplete(u8),
    /// The shares are not exactly one for each other member, ascending.
    #[error(
        "round 2, key {slot}: exactly one share for every other custodian, in order of index, is required"
    )]
    Recipients {
        /// The key.
        slot: u16,
    },
    /// A sealed share cannot be read.
    #[error("round 2, key {slot}, share for custodian {to}: {why}")]
    ShareForm {
        /// The key.
        slot: u16,
        /// Its receiver.
        to: u16,
        /// What is wrong.
        why: WireError,
    },
    /// A sealed share names others as sender or receiver than the message that carries it.
    #[error(
        "round 2, key {slot}, share for custodian {to}: the share inside names another sender or receiver"
    )]
    ShareAddress {
        /// The key.
        slot: u16,
        /// Its receiver.
        to: u16,
    },
    /// A share does not stand.
    #[error("round 2, key {slot}, share for custodian {to}: {why}")]
    Share {
        /// The key.
        slot: u16,
        /// Its receiver.
        to: u16,
        /// What is wrong.
        why: ShareFault,
    },
    /// The certificate signed is not the one that follows from round 1.
    #[error("round 3, key {slot}: the key id signed is not the one that follows from round 1")]
    KeyId {
        /// The key.
        slot: u16,
    },
    /// Signatures of the certificate fail or are missing.
    #[error("round 3, key {slot}: {why}")]
    Certificate {
        /// The key.
        slot: u16,
        /// What is wrong.
        why: CertificateError,
    },
    /// The completion names other keys than follow from round 1.
    #[error("the completed key {slot} is not the one that follows from round 1")]
    Completion {
        /// The key.
        slot: u16,
    },
    /// The scalar of an answer does not belong to the disputed ciphertext.
    #[error("the scalar does not belong to the disputed share; show the one that sealed it")]
    Scalar,
    /// There is nothing to judge.
    #[error(transparent)]
    Judge(#[from] JudgeError),
    /// The share cannot be put together.
    #[error("the share of key {slot}: {why}")]
    Recovery {
        /// The key.
        slot: u16,
        /// What is wrong.
        why: DkgError,
    },
}

impl Fault {
    /// The fault of a round-1 message whose constant term another member committed to already: a copied
    /// commitment would cancel out or double a secret. Compares bytes, computes nothing.
    #[must_use]
    pub fn same_secret(view: &View, body: &CeremonyCommitted) -> Option<Self> {
        let others = || view.committed.values().filter(|other| other.index != body.index);
        (0_u16..).zip(&body.slots).find_map(|(slot, commitment)| {
            let first = commitment.points.first()?;
            let twin = others().find(|other| {
                let theirs = other
                    .slots
                    .get(usize::from(slot))
                    .and_then(|theirs| theirs.points.first());
                theirs == Some(first)
            })?;
            Some(Self::SameSecret {
                slot,
                other: twin.index,
            })
        })
    }
}
