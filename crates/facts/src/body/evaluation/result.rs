//! What an evaluation ends with: the ranking and the rejections of every lot.
//!
//! Invariant: every figure follows from facts that came before; anybody can compute it again.

use crate::body::bodies;
use crate::id::{CodeId, LotId};
use crate::{BidId, TenderId};
use serde::{Deserialize, Serialize};

/// The result, computed by the method from what was opened and revealed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EvaluationConcluded {
    /// One element per lot.
    pub lots: Vec<LotResult>,
    /// The tender.
    pub tender: TenderId,
}

/// The result of one lot.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LotResult {
    /// Bids counted for the least number, where the method counts brands or asks for a least number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub counted: Option<u32>,
    /// The benchmark price in ten-thousandths of a minor unit, for methods that have one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub benchmark_e4: Option<i64>,
    /// The lot.
    pub lot: LotId,
    /// Bids in order of rank; equal rank = tie.
    pub ranking: Vec<Ranked>,
    /// Bids that are out, with the clause.
    pub rejected: Vec<Rejected>,
}

/// One ranked bid.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Ranked {
    /// The bid.
    pub bid: BidId,
    /// Its code.
    pub code: CodeId,
    /// Evaluated price in minor units.
    pub evaluated: i64,
    /// Panel score in ten-thousandths of a point: mean of the members' sums.
    pub panel_e4: i64,
    /// Price score in ten-thousandths of a point.
    pub price_e4: i64,
    /// From 1; bids that tie share the rank.
    pub rank: u32,
    /// Total in ten-thousandths of a point; 0 where the lowest price wins.
    pub total_e4: i64,
}

/// One rejected bid (否决投标).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rejected {
    /// The bid.
    pub bid: BidId,
    /// `above_ceiling`, `below_floor`, `must_pass:<item>`, `review:<item>`, `price_unconfirmed`, `low_price` or
    /// `same_brand:<code>`.
    pub clause: String,
    /// Its code.
    pub code: CodeId,
}

bodies!(EvaluationConcluded = EvaluationConcluded,);
