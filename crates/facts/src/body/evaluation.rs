//! Facts of the evaluation: panel, recusal, sealed scores, ranking.

use super::bodies;
use super::tender::Method;
use crate::id::{CodeId, ItemId, LotId, SeatId};
use crate::{AccountId, BidId, Hex, Money, TenderId};
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
    /// The tender.
    pub tender: TenderId,
}

/// One bid of one lot, without its bidder.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CodedBid {
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

/// The panel, secret until the result (招标投标法37).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PanelAppointed {
    /// Seat to expert.
    pub seats: BTreeMap<SeatId, AccountId>,
    /// The tender.
    pub tender: TenderId,
}

/// An expert's declaration before anything is read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RecusalDeclared {
    /// Empty: no conflict. Otherwise the conflicts in words, and the seat falls vacant.
    pub conflicts: Vec<String>,
    /// The seat.
    pub seat: SeatId,
    /// The tender.
    pub tender: TenderId,
}

/// A commitment to a whole score sheet: `SHA-256(LP("kaibiao/score/v1", tender, seat, salt, sheet))`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ScoreCommitted {
    /// The commitment.
    pub commitment: Hex<32>,
    /// The seat.
    pub seat: SeatId,
    /// The tender.
    pub tender: TenderId,
}

/// The sheet committed to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ScoreRevealed {
    /// The salt of the commitment.
    pub salt: Hex<32>,
    /// The seat.
    pub seat: SeatId,
    /// The sheet.
    pub sheet: Sheet,
    /// The tender.
    pub tender: TenderId,
}

/// Code → item → value: hundredths of a point, or 0 (fails) and 1 (passes) for items that must be passed.
pub type Sheet = BTreeMap<CodeId, BTreeMap<ItemId, i64>>;

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
    /// `above_ceiling`, `below_floor` or `must_pass:<item>`.
    pub clause: String,
    /// Its code.
    pub code: CodeId,
}

bodies!(
    EvaluationOpened = EvaluationOpened,
    CodesDrawn = CodesDrawn,
    PanelAppointed = PanelAppointed,
    RecusalDeclared = RecusalDeclared,
    ScoreCommitted = ScoreCommitted,
    ScoreRevealed = ScoreRevealed,
    EvaluationConcluded = EvaluationConcluded,
);
