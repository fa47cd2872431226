//! A method of evaluation spelt out (评标办法): what is reviewed, scored, deducted, drawn, and how ties are broken.
//!
//! Invariant: with the bids, the sheets and what was drawn these rules give one result, in exact arithmetic; whether
//! the law allows them is said in [`crate::methods`].

use super::method::Adjustment;
use crate::id::{ItemId, LotId};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// The rules of one method.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Declared {
    /// Deviations turned into money (12号令31).
    pub adjustments: Vec<Adjustment>,
    /// The article that the method follows.
    pub basis: Basis,
    /// What is bought; the limits of the law depend on it.
    pub category: Category,
    /// Deductions of policy (小微企业 and others), each claimed in the letter.
    pub deductions: Vec<Deduction>,
    /// Coefficients that are drawn after the deadline, by the names that [`Amount::drawn`] uses.
    pub drawn: Vec<Coefficient>,
    /// What is scored beside the price.
    pub items: Vec<Scored>,
    /// When a price is looked into as abnormally low.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub low_price: Option<LowPrice>,
    /// Fewer counted bids than this left after review, and the lot has no ranking; 0: the panel argues instead.
    pub min_valid: u32,
    /// Members of the panel.
    pub panel: u32,
    /// Decimal places of a point to which the panel score and the price score are rounded, half up; 0 to 4.
    pub places: u8,
    /// How prices become points, or only an order.
    pub price: Pricing,
    /// What every bid must satisfy before it is scored (初步评审).
    pub review: Vec<ReviewItem>,
    /// Whether bids with the same core brand count as one (87号令31).
    pub same_brand: Brands,
    /// How ties are broken, in this order; what is still equal shares the rank (并列).
    pub ties: Vec<TieBreak>,
    /// Members' values left out of the mean of an item.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub trim: Option<Trim>,
}

/// The article that a method follows; the limits of the law hang on it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Basis {
    /// 经评审的最低投标价法 (12号令30).
    LowestEvaluated,
    /// 综合评估法 (12号令34).
    Composite,
    /// 政府采购最低评标价法 (87号令54).
    LowestPrice,
    /// 政府采购综合评分法 (87号令55): the price score is 低价优先.
    LowPriceScore,
    /// 竞争性磋商综合评分 (财库〔2014〕214号24).
    Consultation,
    /// 竞争性谈判、询价 (74号令35, 48): the lowest final price among those that meet all.
    Negotiation,
    /// A procedure without a national law: the notice alone.
    Notice,
}

/// What is bought.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Category {
    /// 货物.
    Goods,
    /// 服务.
    Services,
    /// 工程.
    Works,
}

/// A figure that is fixed in the notice, or drawn after the deadline; exactly one of the two is there.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Amount {
    /// The name of the coefficient drawn.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub drawn: Option<ItemId>,
    /// The figure.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fixed: Option<i64>,
}

/// A coefficient to be drawn: K, E1, E2, 下浮系数.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Coefficient {
    /// Whether it is drawn digit by digit, as K is.
    pub by_digits: bool,
    /// Smallest value.
    pub from: i64,
    /// Its name.
    pub name: ItemId,
    /// Distance of two values.
    pub step: i64,
    /// Largest value.
    pub to: i64,
}

/// How prices become points.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Pricing {
    /// For [`PriceRule::Benchmark`]: what prices are measured against.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub benchmark: Option<Benchmark>,
    /// Full price score, in hundredths of a point; 0 for [`PriceRule::Order`].
    pub points: i64,
    /// The rule.
    pub rule: PriceRule,
}

/// The rule by which prices count.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PriceRule {
    /// No points: the lowest evaluated price ranks first, and points of items do not count.
    Order,
    /// 低价优先: lowest evaluated price / evaluated price × points.
    LowestFirst,
    /// Points are lost for each per cent of distance from a benchmark (评标基准价).
    Benchmark,
    /// Prices are not compared: the items alone decide.
    Ignored,
}

/// A benchmark price: `control_bp` of it from the ceiling, the rest from the prices.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Benchmark {
    /// Points lost per whole percent above it, in hundredths (E1).
    pub above: Amount,
    /// Points lost per whole percent below it, in hundredths (E2).
    pub below: Amount,
    /// Weight of the ceiling's part, in basis points; 0: prices alone, 10000: the ceiling alone.
    pub control_bp: Amount,
    /// Basis points by which the prices' part is lowered (下浮系数).
    pub float_bp: Amount,
    /// Basis points by which the ceiling's part is lowered (K).
    pub k_bp: Amount,
    /// What the prices' part is.
    pub mean: Mean,
    /// Amounts of the ceiling, in minor units by lot, that K does not lower (暂列金额、专业工程暂估价).
    pub provisional: BTreeMap<LotId, i64>,
    /// Minor units to which the benchmark is rounded half up before it is used; 0: never.
    pub round_to: i64,
    /// How parts of a per cent count.
    pub steps: Steps,
    /// Prices left out of the mean, by the number of valid bids: the last tier whose `from` is reached applies.
    pub tiers: Vec<Tier>,
}

/// What is formed from the prices that remain.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Mean {
    /// The arithmetic mean.
    Mean,
    /// Half the sum of the mean and the lowest (二次平均).
    MeanWithLowest,
    /// The middle one, or the mean of the two middle ones.
    Median,
    /// The lowest.
    Lowest,
}

/// How parts of a per cent count.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Steps {
    /// In proportion.
    Linear,
    /// Every per cent begun counts whole.
    Begun,
    /// Only whole per cents count.
    Whole,
}

/// What is left out when at least `from` are there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Tier {
    /// Smallest number to which the tier applies.
    pub from: u32,
    /// Highest ones left out.
    pub high: u32,
    /// Lowest ones left out.
    pub low: u32,
}

/// Members' values left out of the mean of an item, where at least `from` members scored.
pub type Trim = Tier;

/// One scored item.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Scored {
    /// The item; an objective one is the name of a number declared in the letter.
    pub item: ItemId,
    /// Most points, in hundredths.
    pub max: i64,
    /// For an objective item: points by the number declared, in hundredths; the last step that is reached applies.
    /// The platform fills it in. Empty: the panel judges.
    pub steps: Vec<Reached>,
    /// What is judged.
    pub title: String,
    /// Weight in basis points by which its points count (`Ai` of 87号令55); 10000: as they are.
    pub weight_bp: i64,
}

/// One step of an objective item.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Reached {
    /// Smallest number declared.
    pub at_least: i64,
    /// Points, in hundredths.
    pub points: i64,
}

/// One item of the preliminary review (初步评审): passed or failed, never scored.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ReviewItem {
    /// Who decides.
    pub by: Reviewer,
    /// The clause of the documents under which a bid is out.
    pub clause: String,
    /// The item.
    pub item: ItemId,
    /// What is reviewed.
    pub title: String,
}

/// Who decides an item of the review.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reviewer {
    /// The buyer or its agent (资格审查, 87号令44).
    Buyer,
    /// The panel, by the majority of its members.
    Panel,
}

/// A deduction of policy, claimed by a number above 0 under its item in the letter.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Deduction {
    /// Its basis in law.
    pub basis: String,
    /// Basis points taken off the price, or added to the price score.
    pub bp: i64,
    /// From what.
    pub from: DeductionFrom,
    /// The item of the letter.
    pub item: ItemId,
}

/// What a deduction changes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DeductionFrom {
    /// The evaluated price is lower; the contract price is not.
    Price,
    /// The price score is higher.
    Score,
}

/// When a price is looked into (异常低价审查, 财库〔2026〕2号): it is below, strictly, one of these lines.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LowPrice {
    /// Milliseconds in which the bidder may explain.
    pub answer_ms: i64,
    /// Of the lot's ceiling, in basis points; 0: not tested.
    pub ceiling_bp: i64,
    /// Of the mean of all bids that passed the review, in basis points; 0: not tested.
    pub mean_bp: i64,
    /// Of the second-lowest of them, in basis points; 0: not tested.
    pub second_bp: i64,
}

/// Whether bids with the same core brand count as one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Brands {
    /// Brands are not looked at.
    Ignored,
    /// The letters name the core brand; of one brand one bid is left (87号令31).
    One,
}

/// One way to break a tie.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "by", rename_all = "snake_case", deny_unknown_fields)]
pub enum TieBreak {
    /// The lower evaluated price.
    Evaluated,
    /// The lower price of the bid.
    Price,
    /// The higher panel score.
    Panel,
    /// More points in one item.
    Item {
        /// The item.
        item: ItemId,
    },
    /// The order that was drawn.
    Drawn,
}
