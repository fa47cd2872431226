//! Facts with which procurement obeys the orders of supervision beyond stopping and going on, or says why it cannot.
//!
//! Invariant: each names the order and the position of the order in the log, once.

use super::bodies;
use crate::id::OrderId;
use crate::{Instant, Outage, TenderId};
use serde::{Deserialize, Serialize};

/// The buyer was told to explain itself (责令说明).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ExplanationCalled {
    /// The order.
    pub order: OrderId,
    /// Position of the order.
    pub seq: u64,
    /// The tender.
    pub tender: TenderId,
    /// Until when.
    pub until: Instant,
}

/// The buyer explains.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ExplanationGiven {
    /// The order.
    pub order: OrderId,
    /// The tender.
    pub tender: TenderId,
    /// The explanation.
    pub text: String,
}

/// The deadline was moved for all, for a fault of the platform (因平台故障顺延).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DeadlineExtended {
    /// The deadline from now on.
    pub closes_at: Instant,
    /// When the platform was down, as the order says; always there if the deadline had passed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub down: Option<Outage>,
    /// The order.
    pub order: OrderId,
    /// Position of the order.
    pub seq: u64,
    /// The tender.
    pub tender: TenderId,
}

/// A step was undone (撤销).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StepVoided {
    /// The order.
    pub order: OrderId,
    /// Position of the order.
    pub seq: u64,
    /// Position of the fact that counts no more.
    pub step: u64,
    /// The tender.
    pub tender: TenderId,
}

/// Procurement cannot obey an order any more, and says why.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OrderReturned {
    /// The code of the refusal.
    pub cause: String,
    /// The order.
    pub order: OrderId,
    /// Position of the order.
    pub seq: u64,
    /// The tender.
    pub tender: TenderId,
}

bodies!(
    ExplanationCalled = ExplanationCalled,
    ExplanationGiven = ExplanationGiven,
    DeadlineExtended = DeadlineExtended,
    StepVoided = StepVoided,
    OrderReturned = OrderReturned,
);
