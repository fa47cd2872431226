//! Steps between the opening of an evaluation and its scores: review, clarification, correction, low prices, more time.
//!
//! Invariant: bids are named by their codes; whatever puts a bid out names the clause and counts the members for it.

use crate::body::bodies;
use crate::id::{ClarificationId, CodeId, ItemId, SeatId};
use crate::{Instant, TenderId};
use serde::{Deserialize, Serialize};

/// One judgement of the review.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Vote {
    /// The bid.
    pub code: CodeId,
    /// The item of the method's review.
    pub item: ItemId,
    /// Whether the bid satisfies it.
    pub passes: bool,
    /// Why not; empty where it does.
    pub reason: String,
}

/// One member's votes in the preliminary review (初步评审、符合性审查).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ReviewVoted {
    /// The seat.
    pub seat: SeatId,
    /// The tender.
    pub tender: TenderId,
    /// One for every code and every item of the panel's, ascending.
    pub votes: Vec<Vote>,
}

/// The review is over: who is out, and whose price is looked into.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ReviewClosed {
    /// Prices below a declared line, ascending by code and test. None of them is out for it.
    pub flagged: Vec<LowPriceHit>,
    /// Bids that are out (否决投标), ascending by code.
    pub rejected: Vec<Rejection>,
    /// The tender.
    pub tender: TenderId,
}

/// One bid that is out by the review.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rejection {
    /// Members who voted that it fails.
    pub against: u32,
    /// The clause of the documents.
    pub clause: String,
    /// The bid.
    pub code: CodeId,
    /// The first item, in the method's order, that it fails.
    pub item: ItemId,
    /// Members who voted.
    pub of: u32,
}

/// One line that a price is below, strictly (财库〔2026〕2号).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LowPriceHit {
    /// The bid.
    pub code: CodeId,
    /// The line.
    pub test: LowPriceTest,
}

/// What a price is compared with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LowPriceTest {
    /// The lot's ceiling.
    Ceiling,
    /// The mean of all that passed the review.
    Mean,
    /// The second-lowest of them.
    Second,
}

/// The panel asks a bidder, in writing (澄清, 招标投标法39, 87号令51).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ClarificationAsked {
    /// The question.
    pub clarification: ClarificationId,
    /// The bid.
    pub code: CodeId,
    /// A corrected price that the bidder is asked to confirm, in minor units.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub price: Option<i64>,
    /// The seat that wrote it.
    pub seat: SeatId,
    /// The tender.
    pub tender: TenderId,
    /// The question in words.
    pub text: String,
    /// Until when it is answered.
    pub until: Instant,
}

/// What came back: the bidder's signed answer, or that none came in time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ClarificationReturned {
    /// Position of the bidder's `inquiry.answered`; absent where none came in time.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub answered: Option<u64>,
    /// The question.
    pub clarification: ClarificationId,
    /// Whether the bidder confirms the corrected price, where it was asked to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub confirms: Option<bool>,
    /// The tender.
    pub tender: TenderId,
    /// The answer in words; empty where none came.
    pub text: String,
}

/// Arithmetic mistakes were corrected (算术性修正, 87号令59); it counts once the bidder confirms it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PriceCorrected {
    /// The question by which the bidder is asked to confirm.
    pub clarification: ClarificationId,
    /// The bid.
    pub code: CodeId,
    /// Each step, in the order of the law: from the opened price to the corrected one.
    pub corrections: Vec<Correction>,
    /// The seat that wrote it.
    pub seat: SeatId,
    /// The tender.
    pub tender: TenderId,
}

/// One step of a correction.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Correction {
    /// The price after it, in minor units.
    pub after: i64,
    /// The price before it, in minor units.
    pub before: i64,
    /// Where in the bid.
    pub place: String,
    /// The rule.
    pub rule: CorrectionRule,
}

/// The rules of correction, in the order in which they are applied.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CorrectionRule {
    /// 开标一览表 stands over the rest of the bid.
    SummaryOverRest,
    /// 大写 stands over 小写.
    WordsOverFigures,
    /// A unit price with a displaced point or per cent: the total of the 开标一览表 stands.
    DisplacedUnitPrice,
    /// The sum of the unit prices stands over the total.
    UnitSumOverTotal,
}

/// One member's judgement of an explained low price (87号令60).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LowPriceJudged {
    /// The bid.
    pub code: CodeId,
    /// Why.
    pub reason: String,
    /// Whether the price is explained.
    pub reasonable: bool,
    /// The seat.
    pub seat: SeatId,
    /// The tender.
    pub tender: TenderId,
}

/// A member finds the time too short (招标投标法实施条例48).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ExtensionAsked {
    /// How much more, in milliseconds.
    pub ms: i64,
    /// Why.
    pub reason: String,
    /// The seat.
    pub seat: SeatId,
    /// The tender.
    pub tender: TenderId,
}

/// More than a third of the members asked: the time is extended by the least that was asked for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EvaluationExtended {
    /// How much more, in milliseconds.
    pub ms: i64,
    /// The seats that asked, ascending.
    pub seats: Vec<SeatId>,
    /// The tender.
    pub tender: TenderId,
}

bodies!(
    ReviewVoted = ReviewVoted,
    ReviewClosed = ReviewClosed,
    ClarificationAsked = ClarificationAsked,
    ClarificationReturned = ClarificationReturned,
    PriceCorrected = PriceCorrected,
    LowPriceJudged = LowPriceJudged,
    ExtensionAsked = ExtensionAsked,
    EvaluationExtended = EvaluationExtended,
);
