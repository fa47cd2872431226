//! Facts of supervision: orders that bind.

use super::bodies;
use crate::TenderId;
use crate::id::OrderId;
use serde::{Deserialize, Serialize};

/// Stop: no act of procurement is accepted until a resumption.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OrderSuspended {
    /// The legal basis.
    pub basis: String,
    /// The order.
    pub order: OrderId,
    /// Why.
    pub reason: String,
    /// The tender.
    pub tender: TenderId,
}

/// Go on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OrderResumed {
    /// The order of suspension that ends.
    pub order: OrderId,
    /// Why.
    pub reason: String,
    /// The tender.
    pub tender: TenderId,
}

/// Evaluate again (重新评标、重新评审): the candidates publicised, if any, stand no more.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OrderReevaluated {
    /// The legal basis.
    pub basis: String,
    /// The order.
    pub order: OrderId,
    /// Who is to judge.
    pub panel: Panel,
    /// Why.
    pub reason: String,
    /// The tender.
    pub tender: TenderId,
}

/// Who judges when an evaluation is done again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Panel {
    /// The members of the panel as it is (原评标委员会).
    Same,
    /// Others: nobody who sat returns (重新组建评标委员会).
    New,
}

bodies!(
    OrderSuspended = OrderSuspended,
    OrderResumed = OrderResumed,
    OrderReevaluated = OrderReevaluated,
);
