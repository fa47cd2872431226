//! Facts of the rules of supervision (监察规则) and of the cards that follow from them (黄牌、红牌).
//!
//! Invariant: a card names everything it was computed from: the version, the instant, how much of the log was read,
//! and the facts; so whoever has the log can compute it again.

use super::bodies;
use crate::{Hex, Instant, TenderId};
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// A version of the rule file is in force from an instant on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RulesAdopted {
    /// Version of the calendar that its working days are counted by.
    pub calendar: String,
    /// The rules that are new in it or differ from the version before, and those that are gone, ascending.
    pub changed: Vec<String>,
    /// Its clock rules, in the order of the file: whoever has only the log can compute their cards.
    pub clocks: Vec<ClockRule>,
    /// The rule file itself, whole: whoever has the log has every version.
    pub file: Value,
    /// From when it is in force.
    pub from: Instant,
    /// What the file is called.
    pub name: String,
    /// SHA-256 of the canonical form of the file.
    pub version: Hex<32>,
}

/// A rule that says until when something has to be done, in a form that needs no program.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "a row of a table: each says one thing of the clock"
)]
pub struct ClockRule {
    /// The text member of the start that says what it is about.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub about: Option<String>,
    /// The member of the start that has the instant the time runs from; else the time of its entry.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub base: Option<String>,
    /// The articles it rests on.
    pub basis: Vec<String>,
    /// Where the number stands, if not here.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub days_of: Option<MemberOf>,
    /// Tenders registered before it are not judged by it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub first: Option<Instant>,
    /// What ties a stop to its start.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub join: Option<Join>,
    /// Tenders registered at it or later are not judged by it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub gone: Option<Instant>,
    /// Whether a later start replaces an earlier one.
    pub last: bool,
    /// How many of the unit.
    pub number: i64,
    /// Only starts in which this member has this text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub only: Option<Only>,
    /// Whether the time that procurement stood still is given back.
    pub pauses: bool,
    /// Whether the card turns red after the limit.
    pub red: bool,
    /// The regimes it applies to.
    pub regimes: Vec<String>,
    /// Whether a period of days that ends on a day of rest ends on the next working day.
    pub rolls: bool,
    /// Its name.
    pub rule: String,
    /// Only starts of which an element of the array `member` has a non-empty array `holds`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub some: Option<Holding>,
    /// The kind of fact that starts the clock.
    pub start: String,
    /// The kinds of facts that stop it.
    pub stop: Vec<String>,
    /// Who is told beside the supervisors: `buyer`, `operator`.
    pub tells: Vec<String>,
    /// What the number counts: `day`, `working_day`, `hour`, `minute` or `second`.
    pub unit: String,
    /// Whether there is a yellow card from 48 hours before the limit.
    pub warns: bool,
}

/// A member of the last fact of a kind before the start.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MemberOf {
    /// The kind.
    pub kind: String,
    /// The member, an integer.
    pub member: String,
}

/// A stop belongs to a start if these members are the same.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Join {
    /// Of the start; `@seq` is its position.
    pub start: String,
    /// Of the stop.
    pub stop: String,
}

/// A member with a text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Only {
    /// The text.
    pub is: String,
    /// The member.
    pub member: String,
}

/// An array whose elements have an array.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Holding {
    /// The array of the element.
    pub holds: String,
    /// The array of elements.
    pub member: String,
}

/// The colour of a card.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Colour {
    /// 黄牌: before the limit, or a warning sign.
    Yellow,
    /// 红牌: after the limit, or a breach.
    Red,
}

/// How near a limit is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Ahead {
    /// 48 hours or less are left.
    H48,
    /// 24 hours or less are left.
    H24,
    /// It ends today, in China.
    Today,
    /// It is past.
    Over,
}

/// How a card ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum How {
    /// What was due was done, or what was wrong was mended.
    Cured,
    /// The procedure ended, so nothing is due any more.
    Lapsed,
    /// What it rested on was replaced by a later fact.
    Replaced,
}

/// A card (亮牌).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CardIssued {
    /// The thing it is about: a lot, an objection, a bid; empty for the procedure.
    pub about: String,
    /// How near the limit is, where there is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ahead: Option<Ahead>,
    /// The instant it was computed for.
    pub at: Instant,
    /// The articles.
    pub basis: Vec<String>,
    /// Its colour.
    pub colour: Colour,
    /// Until when something is to be done, where there is a limit.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub due: Option<Instant>,
    /// In English.
    pub en: String,
    /// Positions of the facts read, ascending.
    pub facts: Vec<u64>,
    /// Position of the yellow card that this red one follows.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub follows: Option<u64>,
    /// Since when it has this colour.
    pub raised: Instant,
    /// The rule.
    pub rule: String,
    /// Position of the fact that it starts from.
    pub since: u64,
    /// Entries of the log that were read.
    pub size: u64,
    /// The tender.
    pub tender: TenderId,
    /// Who is told: accounts, and the words `operators` and `supervisors` for all who hold the role.
    pub told: Vec<String>,
    /// Version of the rule file.
    pub version: Hex<32>,
    /// In Chinese.
    pub zh: String,
}

/// The limit of a yellow card came nearer: 24 hours, the day itself (预警).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CardWarned {
    /// How near it is.
    pub ahead: Ahead,
    /// The instant it was computed for.
    pub at: Instant,
    /// Position of the card.
    pub card: u64,
    /// Until when something is to be done, as of now.
    pub due: Instant,
    /// Entries of the log that were read.
    pub size: u64,
    /// The tender.
    pub tender: TenderId,
}

/// A card ended (销牌).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CardEnded {
    /// Position of the fact that ended it.
    pub by: u64,
    /// Position of the card: of the red one, where there is one.
    pub card: u64,
    /// How.
    pub how: How,
    /// The tender.
    pub tender: TenderId,
}

bodies!(
    RulesAdopted = RulesAdopted,
    CardIssued = CardIssued,
    CardWarned = CardWarned,
    CardEnded = CardEnded,
);
