//! Facts after the evaluation: candidates, award, termination, suspension.

use super::bodies;
use super::supervision::Panel;
use crate::id::{LotId, ObjectionId, OrderId};
use crate::{AccountId, BidId, Instant, Money, TenderId};
use serde::{Deserialize, Serialize};

/// The candidates are public for objections.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CandidatesPublicised {
    /// In order of rank.
    pub candidates: Vec<Candidate>,
    /// Position of the `evaluation.concluded` fact.
    pub evaluation: u64,
    /// The tender.
    pub tender: TenderId,
    /// End of the publicity.
    pub until: Instant,
}

/// One candidate of one lot.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Candidate {
    /// The bidder.
    pub account: AccountId,
    /// The bid.
    pub bid: BidId,
    /// The lot.
    pub lot: LotId,
    /// The opened price.
    pub price: Money,
    /// From 1.
    pub rank: u32,
}

/// An objection to the candidates (条例54).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CandidatesObjected {
    /// The objection.
    pub objection: ObjectionId,
    /// The tender.
    pub tender: TenderId,
    /// The text.
    pub text: String,
}

/// Its answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CandidatesReplied {
    /// The objection.
    pub objection: ObjectionId,
    /// The tender.
    pub tender: TenderId,
    /// The text.
    pub text: String,
}

/// The award.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AwardMade {
    /// One element per lot awarded.
    pub awards: Vec<Award>,
    /// The tender.
    pub tender: TenderId,
}

/// The award of one lot.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Award {
    /// The winner.
    pub account: AccountId,
    /// The winning bid.
    pub bid: BidId,
    /// The legal cause, if the first candidate is passed over (条例55).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub deviation: Option<String>,
    /// The lot.
    pub lot: LotId,
    /// The price awarded: the price opened.
    pub price: Money,
}

/// The buyer ended the tender.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TenderTerminated {
    /// Why.
    pub reason: String,
    /// The tender.
    pub tender: TenderId,
}

/// Procurement obeyed an order to stop.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TenderSuspended {
    /// The order.
    pub order: OrderId,
    /// Position of the order in the log.
    pub seq: u64,
    /// The tender.
    pub tender: TenderId,
    /// When it ends by itself, as the order says.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<Instant>,
}

/// Procurement obeyed an order to go on, or the time of the order to stop was over.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TenderResumed {
    /// The order.
    pub order: OrderId,
    /// Position of the order to go on in the log; of the order to stop, where its time was over.
    pub seq: u64,
    /// The tender.
    pub tender: TenderId,
}

/// An order to evaluate again is obeyed: the candidates publicised, if any, stand no more.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CandidatesRevoked {
    /// The order.
    pub order: OrderId,
    /// Who is to judge.
    pub panel: Panel,
    /// The reason of the order.
    pub reason: String,
    /// Position of the order in the log.
    pub seq: u64,
    /// The tender.
    pub tender: TenderId,
}

bodies!(
    CandidatesRevoked = CandidatesRevoked,
    CandidatesPublicised = CandidatesPublicised,
    CandidatesObjected = CandidatesObjected,
    CandidatesReplied = CandidatesReplied,
    AwardMade = AwardMade,
    TenderTerminated = TenderTerminated,
    TenderSuspended = TenderSuspended,
    TenderResumed = TenderResumed,
);
