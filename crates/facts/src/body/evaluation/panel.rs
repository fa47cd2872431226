//! Who judges: the seats of the panel and their declarations.
//!
//! Invariant: secret until the result is decided (招标投标法37).

use crate::body::bodies;
use crate::id::SeatId;
use crate::{AccountId, TenderId};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// The panel, secret until the result (招标投标法37).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PanelAppointed {
    /// Why the buyer may name the experts itself instead of drawing them (招标投标法37, 87号令48), where a law asks.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// Seat to expert.
    pub seats: BTreeMap<SeatId, AccountId>,
    /// The tender.
    pub tender: TenderId,
}

/// An expert's declaration before anything is read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RecusalDeclared {
    /// Empty: no conflict. Otherwise the conflicts in words, and the seat falls vacant.
    pub conflicts: Vec<String>,
    /// The seat.
    pub seat: SeatId,
    /// The tender.
    pub tender: TenderId,
}

bodies!(PanelAppointed = PanelAppointed, RecusalDeclared = RecusalDeclared,);
