//! Sealed scores: a commitment first, the sheet after everybody committed.
//!
//! Invariant: a commitment binds the whole sheet, so that no single score can be chosen late.

use crate::body::bodies;
use crate::id::{CodeId, ItemId, SeatId};
use crate::{Hex, TenderId};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// A commitment to a whole score sheet: `SHA-256(LP("kaibiao/score/v1", tender, seat, salt, sheet))`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ScoreCommitted {
    /// The commitment.
    pub commitment: Hex<32>,
    /// The seat.
    pub seat: SeatId,
    /// The tender.
    pub tender: TenderId,
}

/// The sheet committed to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ScoreRevealed {
    /// The salt of the commitment.
    pub salt: Hex<32>,
    /// The seat.
    pub seat: SeatId,
    /// The sheet.
    pub sheet: Sheet,
    /// The tender.
    pub tender: TenderId,
}

/// Code → item → value: hundredths of a point, or 0 (fails) and 1 (passes) for items that must be passed.
pub type Sheet = BTreeMap<CodeId, BTreeMap<ItemId, i64>>;

bodies!(ScoreCommitted = ScoreCommitted, ScoreRevealed = ScoreRevealed,);
