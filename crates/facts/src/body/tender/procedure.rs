//! The trade method that a notice names (交易方式、采购方式), with what the law asks to be stated for it.
//!
//! Invariant: what a trade method allows is said in [`crate::procedures`]; here is only what a notice says of itself.

use crate::{AccountId, Instant};
use serde::{Deserialize, Serialize};

/// A trade method and the statements that go with it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Procedure {
    /// The approval by which another method than open tendering is used above its threshold (政府采购法27, 74号令4).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub approval: Option<String>,
    /// For [`Way::Comparison`]: the flow that the notice sets itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub flow: Option<Flow>,
    /// The ground on which fewer bidders than three suffice (财库〔2015〕124号, 74号令27, 政府采购法31).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ground: Option<String>,
    /// For [`Way::SingleSource`]: when the choice was shown to the public (单一来源公示).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub shown: Option<Shown>,
    /// For [`Way::SingleSource`]: the one supplier.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub supplier: Option<AccountId>,
    /// The method.
    pub way: Way,
}

/// A trade method.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Way {
    /// 工程招标 (招标投标法).
    Tendering,
    /// 政府采购公开招标 (87号令).
    OpenTendering,
    /// 竞争性磋商 (财库〔2014〕214号).
    Consultation,
    /// 竞争性谈判 (74号令27-37).
    Negotiation,
    /// 询价 (74号令44-50).
    Inquiry,
    /// 单一来源 (74号令38-43).
    SingleSource,
    /// 比选 and other local methods for small works and services.
    Comparison,
}

/// The flow of a 比选: no national law sets it, so the notice does, once and for all.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Flow {
    /// Days from a substantive addendum to the deadline.
    pub addendum_days: u32,
    /// Days for which documents are given out.
    pub documents_days: u32,
    /// Days of publicity of the candidates.
    pub publicity_days: u32,
    /// The local rule that the flow follows, by its number.
    pub rule: String,
    /// The steps, in their order.
    pub steps: Vec<FlowStep>,
    /// Days from the first document given out to the deadline.
    pub tendering_days: u32,
}

/// A step of a 比选.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FlowStep {
    /// The notice is published.
    Notice,
    /// Documents are given out.
    Documents,
    /// Questions are answered, addenda made.
    Clarification,
    /// Sealed quotes are handed in.
    Quotes,
    /// They are opened.
    Opening,
    /// Talks, and final quotes sealed again.
    FinalQuotes,
    /// Bids are compared by the method of the notice.
    Comparison,
    /// Candidates are made public.
    Publicity,
    /// The award.
    Award,
}

/// A span in which something was shown to the public.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Shown {
    /// From here.
    pub from: Instant,
    /// To here.
    pub until: Instant,
}
