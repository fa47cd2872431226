//! 资格审查 by the buyer, between the opening and the evaluation (政府采购法23, 87号令44).
//!
//! Invariant: bids are named as the opening record names them; no code of the evaluation stands here, so that whoever
//! reviews learns none.

use super::bodies;
use crate::id::{ItemId, LotId, PartId};
use crate::{AccountId, BidId, Hex, TenderId};
use serde::{Deserialize, Serialize};

/// The buyer, or its agent, reviewed the qualification of every bidder.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct QualificationReviewed {
    /// The tender.
    pub tender: TenderId,
    /// One for every bid that was read out, in each of its lots, and every item of the buyer's: ascending by lot and bid,
    /// then in the order of the method.
    pub votes: Vec<Qualified>,
}

/// A file of a bid was given out for the review of the qualification (资格审查查阅).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct QualificationRead {
    /// The bid.
    pub bid: BidId,
    /// To whom: the buyer or its agent.
    pub by: AccountId,
    /// The lot.
    pub lot: LotId,
    /// The part.
    pub part: PartId,
    /// The envelope.
    pub submission: Hex<16>,
    /// The tender.
    pub tender: TenderId,
}

/// One judgement of the qualification.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Qualified {
    /// The bid.
    pub bid: BidId,
    /// The item of the method's review.
    pub item: ItemId,
    /// The lot.
    pub lot: LotId,
    /// Whether the bidder satisfies it.
    pub passes: bool,
    /// Why not; empty where it does.
    pub reason: String,
}

/// A bid that did not pass (资格审查不合格) and never comes before the panel.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Unqualified {
    /// The bid.
    pub bid: BidId,
    /// The clause of the documents.
    pub clause: String,
    /// The first item, in the method's order, that it fails.
    pub item: ItemId,
    /// The lot.
    pub lot: LotId,
    /// The buyer's reason.
    pub reason: String,
}

bodies!(
    QualificationRead = QualificationRead,
    QualificationReviewed = QualificationReviewed,
);
