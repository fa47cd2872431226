//! What an evaluation begins with: coded bids, the method, and the codes' secret.
//!
//! Invariant: nothing here but [`CodesDrawn`] says whose a bid is.

use crate::body::bodies;
use crate::body::qualification::Unqualified;
use crate::body::tender::{Method, Way};
use crate::id::{CodeId, ItemId, LotId};
use crate::{BidId, Money, TenderId};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// The evaluation was opened with what it may know.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EvaluationOpened {
    /// The bids under their codes, ascending, with the prices where the method uses them.
    pub bids: Vec<CodedBid>,
    /// The method of the notice.
    pub method: Method,
    /// Position of the last `opening.closed` fact.
    pub opening: u64,
    /// Position of `qualification.reviewed`, where the buyer reviews (资格审查).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub qualification: Option<u64>,
    /// The tender.
    pub tender: TenderId,
    /// The bids that did not pass the buyer's review, ascending by lot and bid; no code stands for them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub unqualified: Vec<Unqualified>,
    /// The trade method of the notice, if it names one: whether prices may be corrected depends on it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub way: Option<Way>,
}

/// One bid of one lot, without its bidder.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CodedBid {
    /// The brand of the core product, as the letter names it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub brand: Option<String>,
    /// Highest price allowed for the lot.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ceiling: Option<Money>,
    /// The code.
    pub code: CodeId,
    /// Deviations declared in the letter.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub deviations: BTreeMap<ItemId, i64>,
    /// Lowest price allowed for the lot.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub floor: Option<Money>,
    /// The lot.
    pub lot: LotId,
    /// The opened price.
    pub price: Money,
}

/// Which code stands for which bid; disclosed with the result.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CodesDrawn {
    /// Code to bid.
    pub codes: BTreeMap<CodeId, BidId>,
    /// The tender.
    pub tender: TenderId,
}

bodies!(EvaluationOpened = EvaluationOpened, CodesDrawn = CodesDrawn,);
