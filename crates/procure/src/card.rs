//! The card of an opening key (密钥卡): what the law of tenders must know of the ceremony that made the key.
//!
//! Invariant: a card is read from the ceremony's own facts and never changes once the ceremony is complete.

use facts::body::ceremony::{CeremonyCalled, CeremonyCompleted, Member, Purpose, StageKey};
use facts::{CeremonyId, Hex, Record};
use seal::Point;
use std::collections::BTreeMap;

/// The cards of a tender's keys, by key id.
pub type Cards = BTreeMap<Hex<32>, KeyCard>;

/// One opening key with its custodians.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyCard {
    /// The ceremony that made it.
    pub ceremony: CeremonyId,
    /// The slot of the ceremony.
    pub slot: u16,
    /// What the ceremony was called for.
    pub purpose: Purpose,
    /// The key with its public shares.
    pub key: StageKey,
    /// Shares needed to open.
    pub k: u16,
    /// The custodians, in order of index from 1.
    pub members: Vec<Member>,
}

impl KeyCard {
    /// Finds a key in the history of its ceremony; `None` if the ceremony is not complete or made no such key.
    #[must_use]
    pub fn find(history: &[Record], key_id: &Hex<32>) -> Option<Self> {
        let called: CeremonyCalled = history.iter().find_map(Record::of)?;
        let completed: CeremonyCompleted = history.iter().find_map(Record::of)?;
        let slot = completed.keys.iter().position(|key| key.key_id == *key_id)?;
        let key = completed.keys.into_iter().nth(slot)?;
        Some(Self {
            ceremony: called.ceremony,
            slot: u16::try_from(slot).ok()?,
            purpose: called.purpose,
            key,
            k: called.k,
            members: called.members,
        })
    }

    /// The member with that index.
    #[must_use]
    pub fn member(&self, index: u16) -> Option<&Member> {
        self.members.iter().find(|member| member.index == index)
    }

    /// The joint public key Y.
    #[must_use]
    pub fn public(&self) -> Option<Point> {
        Point::parse(self.key.public.bytes()).ok()
    }

    /// The public share `Y_i`.
    #[must_use]
    pub fn share(&self, index: u16) -> Option<Point> {
        let at = usize::from(index).checked_sub(1)?;
        Point::parse(self.key.shares.get(at)?.bytes()).ok()
    }
}
