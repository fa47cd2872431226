//! Facts of an expert pool (专家库): who is in it, with what, and who is suspended.
//!
//! Invariant: a body of this file is personal and confidential; nothing public names an expert of a pool.

use super::bodies;
use crate::id::PoolId;
use crate::{AccountId, Instant};
use serde::{Deserialize, Serialize};

/// An expert was taken into a pool, or the entry was written anew (专家入库); a new entry replaces the old one whole.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ExpertListed {
    /// The expert's account.
    pub account: AccountId,
    /// Titles and certificates.
    pub credentials: Vec<Credential>,
    /// Where the expert works now, by the name of the organisation.
    pub employer: String,
    /// Declared kinship and interest: names of persons and organisations (亲属与利害关系).
    pub kin: Vec<String>,
    /// Where the expert worked before.
    pub past: Vec<Employment>,
    /// The pool.
    pub pool: PoolId,
    /// Regions served, GB/T 2260; a shorter code stands for all regions that begin with it.
    pub regions: Vec<String>,
    /// Whether the expert holds a senior title or is of that level (招标投标法37).
    pub senior: bool,
    /// Since when the expert works in the field.
    pub since: Instant,
    /// Trades the expert judges, e.g. `A01`; a shorter code stands for all trades that begin with it.
    pub specialities: Vec<String>,
}

/// One title or certificate.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Credential {
    /// What it says.
    pub title: String,
    /// Until when it is good; for good if absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<Instant>,
}

/// One earlier employment (劳动关系).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Employment {
    /// The organisation.
    pub employer: String,
    /// When it ended.
    pub until: Instant,
}

/// An expert is not drawn for a time (暂停资格).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ExpertSuspended {
    /// The expert.
    pub account: AccountId,
    /// From when.
    pub from: Instant,
    /// The pool.
    pub pool: PoolId,
    /// Why.
    pub reason: String,
    /// Until when; for good if absent (移出).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<Instant>,
}

/// A suspension was lifted (恢复资格).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ExpertReinstated {
    /// The expert.
    pub account: AccountId,
    /// The pool.
    pub pool: PoolId,
    /// Why.
    pub reason: String,
}

bodies!(
    ExpertListed = ExpertListed,
    ExpertSuspended = ExpertSuspended,
    ExpertReinstated = ExpertReinstated,
);
