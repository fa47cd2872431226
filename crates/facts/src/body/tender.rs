//! Facts of a tender before its deadline: registration, keys, notice, addenda, questions.

mod declared;
mod method;
mod procedure;

pub use declared::{
    Amount, Basis, Benchmark, Brands, Category, Coefficient, Declared, Deduction, DeductionFrom, LowPrice,
    Mean, PriceRule, Pricing, Reached, ReviewItem, Reviewer, Scored, Steps, TieBreak, Tier, Trim,
};
pub use method::{Adjustment, Method, ScoreItem};
pub use procedure::{Flow, FlowStep, Procedure, Shown, Way};

use super::bodies;
use crate::id::{LotId, PartId, QuestionId, StageId};
use crate::{AccountId, CeremonyId, Hex, Instant, Money, TenderId};
use serde::{Deserialize, Serialize};

/// A tender project was registered; its keys can be made now.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TenderRegistered {
    /// The agent, if the buyer employs one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub agent: Option<AccountId>,
    /// The buyer.
    pub buyer: AccountId,
    /// Which law applies.
    pub regime: Regime,
    /// The tender.
    pub tender: TenderId,
    /// Its title.
    pub title: String,
}

/// Which set of rules applies; the two laws never mix.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Regime {
    /// 工程招标 under 招标投标法: the statutory minimum times and numbers apply.
    Works,
    /// 政府采购 under 政府采购法 and 87号令: another law, with its own times, methods and panels.
    GovernmentProcurement,
    /// 比选 and other procedures without a national law: times and numbers as the notice says.
    Free,
}

/// A key of a completed ceremony now serves one stage of this tender, and no other, ever.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct KeyAssigned {
    /// The ceremony that made it.
    pub ceremony: CeremonyId,
    /// The key.
    pub key_id: Hex<32>,
    /// The slot of the ceremony.
    pub slot: u16,
    /// The stage it serves.
    pub stage: StageId,
    /// The tender.
    pub tender: TenderId,
}

/// The tender notice, with everything a bid depends on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TenderNoticed {
    /// Deadline and opening instant (投标截止时间 = 开标时间, 招标投标法34).
    pub closes_at: Instant,
    /// The tender documents.
    pub documents: Vec<Document>,
    /// First instant at which documents are given out.
    pub documents_from: Instant,
    /// Last instant at which documents are given out.
    pub documents_until: Instant,
    /// The lots.
    pub lots: Vec<Lot>,
    /// How bids are compared, fixed here.
    pub method: Method,
    /// Fewer bidders than this fail the tender.
    pub min_bidders: u32,
    /// Rules of the opening.
    pub opening: OpeningRules,
    /// The trade method, where the notice names it; its limits apply then, see [`crate::procedures`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub procedure: Option<Procedure>,
    /// Length of the publicity of candidates in days (公示期).
    pub publicity_days: u32,
    /// Administrative region, GB/T 2260.
    pub region: String,
    /// The stages, in the order in which they are opened.
    pub stages: Vec<Stage>,
    /// The tender.
    pub tender: TenderId,
    /// The title.
    pub title: String,
    /// Trade class, e.g. `A01`.
    pub trade: String,
    /// Days for which bids bind from the deadline (投标有效期).
    pub validity_days: u32,
}

/// One document of the tender.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Document {
    /// Length in bytes.
    pub bytes: u64,
    /// File name shown.
    pub name: String,
    /// SHA-256 of the file.
    pub sha256: Hex<32>,
}

/// One lot.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Lot {
    /// Highest price allowed (最高投标限价).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ceiling: Option<Money>,
    /// Deposit asked (投标保证金).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub deposit: Option<Money>,
    /// Estimated price.
    pub estimate: Money,
    /// Lowest price allowed, where the regime knows one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub floor: Option<Money>,
    /// The lot.
    pub lot: LotId,
    /// Its title.
    pub title: String,
}

/// One stage: parts that are opened together under one key.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Stage {
    /// Whether its envelopes are handed in after the stage before was opened, by those invited (最后报价).
    #[serde(default, skip_serializing_if = "is_false")]
    pub invited: bool,
    /// The key all parts of the stage are sealed to.
    pub key_id: Hex<32>,
    /// The parts.
    pub parts: Vec<Part>,
    /// The stage.
    pub stage: StageId,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "the form that serde asks for")]
const fn is_false(value: &bool) -> bool {
    !*value
}

/// One part of a bid.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Part {
    /// Largest file allowed, in bytes before sealing.
    pub max_bytes: u64,
    /// The part.
    pub part: PartId,
    /// What the part is.
    pub role: PartRole,
}

/// What a part is, and who may read it after its opening.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PartRole {
    /// 投标函 with the read-out items: a [`crate::body::bid::Letter`], public after the opening.
    Letter,
    /// A file for the panel alone (技术文件); its plaintext hash is public.
    Panel,
    /// A file that becomes public.
    Public,
    /// A file for the buyer's review of the qualification (资格证明文件); its plaintext hash is public, the panel does not
    /// read it.
    Qualification,
}

impl PartRole {
    /// Whether everybody is shown the plaintext after the opening.
    #[must_use]
    pub const fn is_public(self) -> bool {
        matches!(self, Self::Letter | Self::Public)
    }
}

/// Rules of the opening, fixed in the notice (补救方案 is data of the tender, 20号令31).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OpeningRules {
    /// Whether bidders add a lock of their own.
    pub bidder_lock: bool,
    /// Milliseconds in which bidders may object after the record is read out.
    pub objection_ms: i64,
    /// What happens to bids that cannot be opened.
    pub remedy: String,
    /// Milliseconds given to custodians before the opening fails.
    pub share_ms: i64,
    /// Milliseconds in which bidders may dispute the frozen list and unlock.
    pub unlock_ms: i64,
}

/// An addendum: new text, new documents, perhaps a later deadline.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TenderAmended {
    /// The deadline after this addendum; never earlier than before.
    pub closes_at: Instant,
    /// Documents added or replaced.
    pub documents: Vec<Document>,
    /// Running number from 1.
    pub number: u32,
    /// The rules hash after this addendum, see [`crate::record`] and the ledger's SPEC.
    pub rules: Hex<32>,
    /// Whether it may affect the making of bids: 15 days are due then (招标投标法23).
    pub substantive: bool,
    /// The tender.
    pub tender: TenderId,
    /// The text.
    pub text: String,
}

/// A question; nobody learns whose.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct QuestionAsked {
    /// The question's id.
    pub question: QuestionId,
    /// The tender.
    pub tender: TenderId,
    /// The text.
    pub text: String,
}

/// The answer, to all.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct QuestionAnswered {
    /// The answer.
    pub answer: String,
    /// The question's id.
    pub question: QuestionId,
    /// The tender.
    pub tender: TenderId,
    /// The question, repeated without its author.
    pub text: String,
}

bodies!(
    TenderRegistered = TenderRegistered,
    KeyAssigned = KeyAssigned,
    TenderNoticed = TenderNoticed,
    TenderAmended = TenderAmended,
    QuestionAsked = QuestionAsked,
    QuestionAnswered = QuestionAnswered,
);
