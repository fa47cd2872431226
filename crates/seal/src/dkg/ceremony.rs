//! What one key is made for, and by whom: the context that every message is bound to.
//!
//! Invariant: two ceremonies differ in tender, part, session, slot or roster and therefore in their context.
//! A session identifier is 32 random bytes and is never used for a second attempt.

use super::roster::Roster;
use crate::hash::sha512;
use crate::lp::lp;

/// One key to be made. A stock of keys is one session with many slots.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ceremony {
    roster: Roster,
    tender: String,
    part: String,
    session: [u8; 32],
    slot: u32,
    context: [u8; 64],
}

impl Ceremony {
    /// A ceremony; `tender` and `part` are empty for a stock of keys that are assigned to tenders later.
    #[must_use]
    pub fn new(roster: Roster, tender: &str, part: &str, session: [u8; 32], slot: u32) -> Self {
        let context = sha512(&[&lp(&[
            b"tender-dkg/v1",
            tender.as_bytes(),
            part.as_bytes(),
            &session,
            &slot.to_be_bytes(),
            &roster.n().to_be_bytes(),
            &roster.k().to_be_bytes(),
            &roster.sealing_bytes(),
            &roster.signing_bytes(),
        ])]);
        Self {
            roster,
            tender: tender.to_owned(),
            part: part.to_owned(),
            session,
            slot,
            context,
        }
    }

    /// The same session at another slot.
    #[must_use]
    pub fn at_slot(&self, slot: u32) -> Self {
        Self::new(self.roster.clone(), &self.tender, &self.part, self.session, slot)
    }

    /// `SHA-512(LP("tender-dkg/v1", tender, part, session, u32be slot, u16be n, u16be k, E_1‖…‖E_n, A_1‖…‖A_n))`.
    #[must_use]
    pub fn context(&self) -> &[u8; 64] {
        &self.context
    }

    /// Who takes part.
    #[must_use]
    pub fn roster(&self) -> &Roster {
        &self.roster
    }

    /// Tender, or empty.
    #[must_use]
    pub fn tender(&self) -> &str {
        &self.tender
    }

    /// Part of the bid, or empty.
    #[must_use]
    pub fn part(&self) -> &str {
        &self.part
    }

    /// Session identifier.
    #[must_use]
    pub fn session(&self) -> &[u8; 32] {
        &self.session
    }

    /// Slot within the session.
    #[must_use]
    pub fn slot(&self) -> u32 {
        self.slot
    }
}
