//! Facts of complaints to the supervision (投诉): filed, looked at, accepted or not, paused, decided.
//!
//! Invariant: nothing here names a person: whoever files with an account is known by the key, whoever files on paper by
//! the digest of the paper that the supervision keeps.

use super::bodies;
use crate::id::{ComplaintId, ObjectionId, OrderId};
use crate::{Hex, Instant, TenderId};
use serde::{Deserialize, Serialize};

/// What a complaint is about (投诉事项).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Grievance {
    /// 招标文件.
    Documents,
    /// 开标.
    Opening,
    /// 评标结果.
    Candidates,
    /// 采购过程.
    Process,
    /// 中标、成交结果.
    Result,
    /// Anything else.
    Other,
}

/// A complaint on paper, entered by a supervisor (书面投诉).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Paper {
    /// When the supervision received it.
    pub received: Instant,
    /// SHA-256 of the paper as scanned.
    pub sha256: Hex<32>,
}

/// A complaint is filed (提交投诉书).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ComplaintFiled {
    /// The facts and the law relied on.
    pub claims: String,
    /// The complaint.
    pub complaint: ComplaintId,
    /// SHA-256 of each piece of evidence, ascending.
    pub evidence: Vec<Hex<32>>,
    /// What it is about.
    pub grievance: Grievance,
    /// When the complainant knew or should have known.
    pub known: Instant,
    /// The objections raised before, ascending.
    pub objections: Vec<ObjectionId>,
    /// The paper, if a supervisor enters it for somebody.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub paper: Option<Paper>,
    /// What is asked for.
    pub requests: String,
    /// The tender.
    pub tender: TenderId,
    /// `SHA-256(LP("kaibiao/tracking/v1", number))` of the tracking number that only the complainant has.
    pub tracking: Hex<32>,
}

/// The complaint is sent back once to be completed (补正).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ComplaintReturned {
    /// The complaint.
    pub complaint: ComplaintId,
    /// Everything that is missing.
    pub missing: String,
    /// The tender.
    pub tender: TenderId,
    /// Until when it may be completed.
    pub until: Instant,
}

/// What was missing is handed in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ComplaintSupplemented {
    /// The complaint.
    pub complaint: ComplaintId,
    /// SHA-256 of each further piece of evidence, ascending.
    pub evidence: Vec<Hex<32>>,
    /// The tender.
    pub tender: TenderId,
    /// The text.
    pub text: String,
}

/// The complaint is taken up (受理).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ComplaintAccepted {
    /// Version of the calendar that `due` was counted with.
    pub calendar: String,
    /// The complaint.
    pub complaint: ComplaintId,
    /// First instant at which a decision is late; absent where no law sets a day.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub due: Option<Instant>,
    /// The tender.
    pub tender: TenderId,
}

/// Why a complaint is not taken up.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RefusalCause {
    /// Not concerned by the procedure (非利害关系人).
    NoStanding,
    /// Neither facts nor something to follow up (事项不具体).
    Vague,
    /// Not signed, or not by the one who files (未署名).
    Unsigned,
    /// After its window (超过时效).
    Late,
    /// The objection that must come first was not raised (未先异议、质疑).
    NoObjection,
    /// Decided before, without new evidence.
    Decided,
    /// Before a court or under review.
    InCourt,
    /// Another authority's; sent on (移送).
    Elsewhere,
}

/// The complaint is not taken up (不予受理).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ComplaintRefused {
    /// The law.
    pub basis: String,
    /// Why.
    pub cause: RefusalCause,
    /// The complaint.
    pub complaint: ComplaintId,
    /// Why, in words.
    pub reason: String,
    /// The tender.
    pub tender: TenderId,
}

/// What takes time that is not counted (条例61; 94号令27).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PauseGround {
    /// 检验、检测.
    Inspection,
    /// 鉴定.
    Appraisal,
    /// 专家评审.
    ExpertReview,
}

/// The clock of a complaint stops.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ComplaintPaused {
    /// The complaint.
    pub complaint: ComplaintId,
    /// For what.
    pub ground: PauseGround,
    /// Who does it, and why it is needed.
    pub reason: String,
    /// The tender.
    pub tender: TenderId,
}

/// The clock goes on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ComplaintContinued {
    /// Version of the calendar that `due` was counted with.
    pub calendar: String,
    /// The complaint.
    pub complaint: ComplaintId,
    /// First instant at which a decision is late, the pause not counted; absent where no law sets a day.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub due: Option<Instant>,
    /// What was found.
    pub result: String,
    /// The tender.
    pub tender: TenderId,
}

/// How a complaint is decided.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// 投诉成立.
    Upheld,
    /// 驳回: no ground in fact or law.
    Rejected,
    /// 驳回: made up, or proved by false or unlawful means.
    Fabricated,
}

/// The decision (投诉处理决定).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ComplaintDecided {
    /// The law.
    pub basis: String,
    /// The complaint.
    pub complaint: ComplaintId,
    /// The orders given upon it, ascending.
    pub orders: Vec<OrderId>,
    /// How it is decided.
    pub outcome: Outcome,
    /// The facts found, and why.
    pub reason: String,
    /// What is ordered, if it is upheld.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub remedy: Option<String>,
    /// The tender.
    pub tender: TenderId,
}

/// The complainant withdrew it (撤回投诉).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ComplaintWithdrawn {
    /// The complaint.
    pub complaint: ComplaintId,
    /// Why.
    pub reason: String,
    /// The tender.
    pub tender: TenderId,
}

bodies!(
    ComplaintFiled = ComplaintFiled,
    ComplaintReturned = ComplaintReturned,
    ComplaintSupplemented = ComplaintSupplemented,
    ComplaintAccepted = ComplaintAccepted,
    ComplaintRefused = ComplaintRefused,
    ComplaintPaused = ComplaintPaused,
    ComplaintContinued = ComplaintContinued,
    ComplaintDecided = ComplaintDecided,
    ComplaintWithdrawn = ComplaintWithdrawn,
);
