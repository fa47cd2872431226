//! 最后报价: after the talks those who remain are invited to one more price, sealed again.
//!
//! Invariant: the invitation is a version of the rules: its hash continues their chain, and the envelopes of the stage
//! are bound to that hash and to its deadline by their labels.

use super::bodies;
use crate::id::{LotId, StageId};
use crate::{BidId, Hex, Instant, TenderId};
use serde::{Deserialize, Serialize};

/// Those who remain after the talks are invited, all at once and in writing (财库〔2014〕214号20-21, 74号令32-33).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct QuotesInvited {
    /// What of the requirement the talks changed, as it now applies to all; or that nothing did.
    pub changes: String,
    /// The deadline of the final quotes.
    pub closes_at: Instant,
    /// Who is invited, for which lot, ascending.
    pub invited: Vec<Remaining>,
    /// Whose bid was opened and is not invited, and why, ascending.
    pub left_out: Vec<LeftOut>,
    /// The rules hash after this invitation.
    pub rules: Hex<32>,
    /// The stage that takes the final quotes.
    pub stage: StageId,
    /// The tender.
    pub tender: TenderId,
}

/// A bid that remains for a lot.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Remaining {
    /// The bid.
    pub bid: BidId,
    /// The lot.
    pub lot: LotId,
}

/// A bid that does not remain for a lot.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LeftOut {
    /// The bid.
    pub bid: BidId,
    /// The lot.
    pub lot: LotId,
    /// Why, as the panel found: the requirement it does not meet, or that it withdrew from the talks.
    pub reason: String,
}

bodies!(QuotesInvited = QuotesInvited);
