//! Who takes part in a ceremony, and how many of them open.
//!
//! Invariant: indices are 1..n without gaps, keys are distinct, and k is more than half of n, so that two disjoint
//! quorums cannot exist.

use crate::custodian::CustodianSeed;
use crate::group::Point;
use crate::sign::PublicKey;

/// One custodian as enrolled.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Member {
    /// Index, from 1; the x at which the polynomials are evaluated.
    pub index: u16,
    /// Key that signs the custodian's messages.
    pub signing: PublicKey,
    /// Static point E to which shares are sealed.
    pub sealing: Point,
}

impl Member {
    /// The public side of a custodian's seed.
    #[must_use]
    pub fn of(index: u16, seed: &CustodianSeed) -> Self {
        Self {
            index,
            signing: seed.signing_key().public(),
            sealing: seed.static_point(),
        }
    }
}

/// Why a roster is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum RosterError {
    /// More members than a ceremony of n² messages sensibly has, or fewer than two.
    #[error("{0} custodians: between 2 and 64 are allowed")]
    Size(usize),
    /// The threshold does not exclude two disjoint quorums, or exceeds n.
    #[error("a threshold of {k} among {n} custodians: it must be more than half and at most all")]
    Threshold {
        /// Threshold.
        k: u16,
        /// Custodians.
        n: usize,
    },
    /// Indices are not 1..n in order.
    #[error("the custodian at place {place} has index {found}: indices are 1, 2, … without gaps")]
    Index {
        /// Place in the list, from 1.
        place: usize,
        /// Index found.
        found: u16,
    },
    /// Two members share a key.
    #[error("custodians {0} and {1} share a key")]
    SharedKey(u16, u16),
}

/// The members in order of index, and the threshold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Roster {
    k: u16,
    n: u16,
    members: Vec<Member>,
}

impl Roster {
    /// Most members a roster may have.
    pub const MOST: usize = 64;

    /// Checks and keeps a roster.
    pub fn new(k: u16, members: Vec<Member>) -> Result<Self, RosterError> {
        if !(2..=Self::MOST).contains(&members.len()) {
            return Err(RosterError::Size(members.len()));
        }
        let n = u16::try_from(members.len()).map_err(|_| RosterError::Size(members.len()))?;
        if k > n || k.saturating_mul(2) <= n {
            return Err(RosterError::Threshold { k, n: members.len() });
        }
        for (place, member) in (1_usize..).zip(&members) {
            if usize::from(member.index) != place {
                return Err(RosterError::Index {
                    place,
                    found: member.index,
                });
            }
            let same = |other: &&Member| other.signing == member.signing || other.sealing == member.sealing;
            if let Some(other) = members.iter().take(place.saturating_sub(1)).find(same) {
                return Err(RosterError::SharedKey(other.index, member.index));
            }
        }
        Ok(Self { k, n, members })
    }

    /// Custodians.
    #[must_use]
    pub fn n(&self) -> u16 {
        self.n
    }

    /// Partial openings needed.
    #[must_use]
    pub fn k(&self) -> u16 {
        self.k
    }

    /// All members, in order of index.
    #[must_use]
    pub fn members(&self) -> &[Member] {
        &self.members
    }

    /// The member with that index.
    #[must_use]
    pub fn member(&self, index: u16) -> Option<&Member> {
        self.members.get(usize::from(index).checked_sub(1)?)
    }

    /// The index of the custodian with that seed.
    #[must_use]
    pub fn index_of(&self, seed: &CustodianSeed) -> Option<u16> {
        let (signing, sealing) = (seed.signing_key().public(), seed.static_point());
        let own = |member: &&Member| member.signing == signing && member.sealing == sealing;
        self.members.iter().find(own).map(|member| member.index)
    }

    pub(super) fn signing_bytes(&self) -> Vec<u8> {
        self.members
            .iter()
            .flat_map(|member| member.signing.to_bytes())
            .collect()
    }

    pub(super) fn sealing_bytes(&self) -> Vec<u8> {
        self.members
            .iter()
            .flat_map(|member| member.sealing.to_bytes())
            .collect()
    }
}
