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

bodies!(OrderSuspended = OrderSuspended, OrderResumed = OrderResumed);
