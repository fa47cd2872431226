//! Facts of supervision: orders that bind, signs that were judged.

use super::bodies;
use crate::id::{AccessId, AccountId, ComplaintId, OrderId};
use crate::{Hex, Instant, Outage, TenderId};
use serde::{Deserialize, Serialize};

/// Stop: no act of procurement is accepted until a resumption.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OrderSuspended {
    /// The legal basis.
    pub basis: String,
    /// The complaint for which it stops, if any.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub complaint: Option<ComplaintId>,
    /// The order.
    pub order: OrderId,
    /// Why.
    pub reason: String,
    /// The tender.
    pub tender: TenderId,
    /// When it ends by itself: in government procurement, for a complaint, within thirty days (政府采购法57).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<Instant>,
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

/// Explain yourself (责令说明): the buyer or its agent answers by an instant.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OrderInquired {
    /// The legal basis.
    pub basis: String,
    /// The complaint it belongs to, if any.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub complaint: Option<ComplaintId>,
    /// The order.
    pub order: OrderId,
    /// What is to be explained.
    pub question: String,
    /// The tender.
    pub tender: TenderId,
    /// Until when.
    pub until: Instant,
}

/// Undo a step (责令改正、撤销).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OrderVoided {
    /// The legal basis.
    pub basis: String,
    /// The order.
    pub order: OrderId,
    /// Why.
    pub reason: String,
    /// Position of the fact of procurement that is to count no more.
    pub step: u64,
    /// The tender.
    pub tender: TenderId,
}

/// Move the deadline for all, for a fault of the platform (因平台故障顺延).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OrderExtended {
    /// The legal basis.
    pub basis: String,
    /// The deadline from then on.
    pub closes_at: Instant,
    /// When the platform was down; required where the deadline has passed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub down: Option<Outage>,
    /// The order.
    pub order: OrderId,
    /// What failed, and when.
    pub reason: String,
    /// The tender.
    pub tender: TenderId,
}

/// A supervisor asks to read confidential facts (应急查阅申请).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AccessRequested {
    /// The access.
    pub access: AccessId,
    /// The legal basis.
    pub basis: String,
    /// Why nothing less will do.
    pub reason: String,
    /// Positions of the facts, ascending.
    pub seqs: Vec<u64>,
    /// The tender.
    pub tender: TenderId,
}

/// Another supervisor grants it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AccessGranted {
    /// The access.
    pub access: AccessId,
    /// Why.
    pub reason: String,
    /// The tender.
    pub tender: TenderId,
}

/// One of the two read what was granted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AccessUsed {
    /// The access.
    pub access: AccessId,
    /// Who read.
    pub by: AccountId,
    /// The tender.
    pub tender: TenderId,
}

/// A sign of collusion or risk was judged (线索研判); nothing follows from it by itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SignJudged {
    /// The screen, e.g. `K13`.
    pub code: String,
    /// What came of it.
    pub judgment: Judgment,
    /// Why.
    pub reason: String,
    /// Position of the opening record that was screened.
    pub record: u64,
    /// The sign: SHA-256 of its screen, evidence, strength and subjects; of K15, of screen, record and subjects.
    pub sign: Hex<32>,
    /// The tender.
    pub tender: TenderId,
}

/// What came of a sign.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Judgment {
    /// It has an innocent explanation (已说明).
    Explained,
    /// It is looked into (跟进核查).
    FollowedUp,
    /// It was handed to whom it concerns (移送).
    Referred,
}

bodies!(
    OrderSuspended = OrderSuspended,
    OrderResumed = OrderResumed,
    OrderReevaluated = OrderReevaluated,
    SignJudged = SignJudged,
    OrderInquired = OrderInquired,
    OrderVoided = OrderVoided,
    OrderExtended = OrderExtended,
    AccessRequested = AccessRequested,
    AccessGranted = AccessGranted,
    AccessUsed = AccessUsed,
);
