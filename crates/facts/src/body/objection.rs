//! Facts of objections to documents, process and result (异议、质疑) that no other occasion takes: raised, noted, replied.
//!
//! Invariant: who raised one is in the confidential fact alone; what is public names the matter, the day the answer is
//! due and the answer, so that before the opening nobody learns who prepares a bid (招标投标法22).

use super::bodies;
use crate::id::ObjectionId;
use crate::{Instant, TenderId};
use serde::{Deserialize, Serialize};

/// What an objection is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Against {
    /// 招标文件、采购文件: notice, documents and addenda.
    Documents,
    /// 采购过程: closing, opening and what follows, in government procurement.
    Process,
    /// 中标、成交结果, in government procurement.
    Result,
}

impl Against {
    /// The word of the record.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Documents => "documents",
            Self::Process => "process",
            Self::Result => "result",
        }
    }
}

/// Somebody concerned objects (招标投标法实施条例22; 政府采购法52).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ObjectionRaised {
    /// What it is about.
    pub against: Against,
    /// The objection, under a name that says nothing of its author.
    pub objection: ObjectionId,
    /// The tender.
    pub tender: TenderId,
    /// The text.
    pub text: String,
}

/// The platform notes that there is one, and when its answer is due.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ObjectionNoted {
    /// What it is about.
    pub against: Against,
    /// Version of the calendar that the day was counted with.
    pub calendar: String,
    /// First instant at which an answer is late; absent where no law sets a day.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub due: Option<Instant>,
    /// The objection.
    pub objection: ObjectionId,
    /// Position of the fact that raised it.
    pub seq: u64,
    /// The tender.
    pub tender: TenderId,
}

/// The buyer answers, to all.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ObjectionReplied {
    /// The objection.
    pub objection: ObjectionId,
    /// The answer, and what is done.
    pub reply: String,
    /// The tender.
    pub tender: TenderId,
    /// The objection as it is made public: in words that betray nobody.
    pub text: String,
    /// Whether the objection is found right.
    pub upheld: bool,
}

bodies!(
    ObjectionRaised = ObjectionRaised,
    ObjectionNoted = ObjectionNoted,
    ObjectionReplied = ObjectionReplied,
);
