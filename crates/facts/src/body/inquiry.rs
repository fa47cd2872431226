//! The bidder's side of a clarification: the panel's question under the bid, and the bidder's signed answer.
//!
//! Invariant: who asked is not said, and what is asked reaches nobody but the bidder before the award.

use super::bodies;
use crate::id::ClarificationId;
use crate::{BidId, Instant, TenderId};
use serde::{Deserialize, Serialize};

/// The panel's question was put to the bidder.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct InquiryPut {
    /// The bid.
    pub bid: BidId,
    /// The question.
    pub clarification: ClarificationId,
    /// The corrected price to confirm, in minor units.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub price: Option<i64>,
    /// The tender.
    pub tender: TenderId,
    /// The question in words.
    pub text: String,
    /// Until when it is answered.
    pub until: Instant,
}

/// The bidder answers (澄清、说明、补正); nothing substantive may change (87号令51).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct InquiryAnswered {
    /// The bid.
    pub bid: BidId,
    /// The question.
    pub clarification: ClarificationId,
    /// Whether the corrected price is confirmed; there exactly where one was asked about.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub confirms: Option<bool>,
    /// The tender.
    pub tender: TenderId,
    /// The answer in words.
    pub text: String,
}

bodies!(InquiryPut = InquiryPut, InquiryAnswered = InquiryAnswered);
