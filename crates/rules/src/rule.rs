//! One rule as data: what the law asks, of whom, measured in what, on which facts.
//!
//! Invariant: every word is of a closed list, so a rule file that says something unknown is not read at all.

use super::checks::{self, Check};
use super::clocks::ClockSpec;
use super::vocabulary::{self, Recorded};
pub use super::words::{MethodWord, RegimeWord, Unit};
use facts::body::tender::Regime;
use facts::calendar::day_of;
use facts::{Instant, calendar};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use std::fmt;

/// A rule.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rule {
    /// The articles it rests on.
    pub basis: Vec<String>,
    /// What its card looks like.
    pub card: CardKind,
    /// The functions that check it; none where the facts are missing or the platform honours it by construction.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub checks: Vec<CheckName>,
    /// Until when something has to be done, for whoever has only the log.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub clocks: Vec<ClockSpec>,
    /// How sure the reading of the law is.
    pub confidence: Confidence,
    /// From when it applies.
    pub effective: Effective,
    /// In one English sentence.
    pub en: String,
    /// The facts it is decided by.
    pub facts: Vec<FactName>,
    /// Where the platform leaves no way to break it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub honoured: Option<Honoured>,
    /// Its name, e.g. `B01`.
    pub id: String,
    /// The number of the rule, where it is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub limit: Option<Limit>,
    /// Methods it applies to; empty: all.
    pub methods: Vec<MethodWord>,
    /// The kinds of procedure it applies to.
    pub regimes: Vec<RegimeWord>,
    /// The screens that look for signs of it; a person judges them, and no card follows by itself.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub screens: Vec<ScreenCode>,
    /// 环节, as the rule's source names it.
    pub stage: String,
    /// Who is told of a card, beside every supervisor.
    pub tells: Vec<Teller>,
    /// The threshold as its source words it.
    pub threshold: String,
    /// In Chinese, as its source words it.
    pub zh: String,
}

/// Which colour a breach has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CardKind {
    /// A breach that voids or is punishable.
    Red,
    /// Curable, or a warning sign.
    Yellow,
    /// Yellow before the limit, red after it.
    YellowThenRed,
    /// The platform leaves no way to break it.
    Blocked,
}

/// How sure the reading of the law is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Confidence {
    /// Read in the text of the law.
    ReadInText,
    /// To be checked against the text before it is shown as law.
    ToCheck,
}

/// The time for which a rule applies.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Effective {
    /// First day, or that it is not known; then the rule applies, and its cards say so.
    pub from: Since,
    /// Last day, if it has one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<Date>,
}

impl Effective {
    /// Whether it applied on the China day of an instant.
    #[must_use]
    pub fn covers(self, at: Instant) -> bool {
        let day = day_of(at);
        let begun = match self.from {
            Since::Unknown => true,
            Since::Day(Date(from)) => from <= day,
        };
        begun && self.until.is_none_or(|Date(until)| day <= until)
    }
}

/// A day of the Gregorian calendar, `YYYY-MM-DD`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Date(pub calendar::Date);

/// First day of a rule.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Since {
    /// Not known.
    Unknown,
    /// Known.
    Day(Date),
}

impl fmt::Display for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl fmt::Display for Since {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unknown => f.write_str("unknown"),
            Self::Day(day) => day.fmt(f),
        }
    }
}

fn date(text: &str) -> Option<Date> {
    let day: calendar::Date = text.parse().ok()?;
    (day.to_string() == text).then_some(Date(day))
}

impl<'de> Deserialize<'de> for Date {
    fn deserialize<D: Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        let text = String::deserialize(d)?;
        date(&text).ok_or_else(|| de::Error::custom(format!("{text:?} is not a date YYYY-MM-DD")))
    }
}

impl Serialize for Date {
    fn serialize<S: Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        s.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Since {
    fn deserialize<D: Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        let text = String::deserialize(d)?;
        if text == "unknown" {
            return Ok(Self::Unknown);
        }
        let wrong = || de::Error::custom(format!("{text:?} is neither a date YYYY-MM-DD nor \"unknown\""));
        date(&text).map(Self::Day).ok_or_else(wrong)
    }
}

impl Serialize for Since {
    fn serialize<S: Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        s.collect_str(self)
    }
}

/// The number of a rule.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Limit {
    /// How many.
    pub number: i64,
    /// Of what.
    pub unit: Unit,
}

/// Who is told of a card, beside every supervisor.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Teller {
    /// 招标人、采购人, and its agent.
    Buyer,
    /// The operator of the platform.
    Operator,
    /// The supervisors alone: a word to anybody else would betray what is secret.
    Nobody,
}

/// Why a rule cannot be broken on this platform.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Honoured {
    /// In one English sentence.
    pub en: String,
    /// The refusals that do it; empty where there is not even an act to refuse.
    pub refusals: Vec<String>,
    /// In Chinese.
    pub zh: String,
}

/// A fact by its name, `kind.member`, out of [`vocabulary`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct FactName {
    /// The name.
    pub name: &'static str,
    /// Whether the platform records it.
    pub recorded: Recorded,
}

impl<'de> Deserialize<'de> for FactName {
    fn deserialize<D: Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        let text = String::deserialize(d)?;
        let unknown = || de::Error::custom(format!("{text:?} is not a fact that is known"));
        let (name, recorded) = vocabulary::find(&text).ok_or_else(unknown)?;
        Ok(Self { name, recorded })
    }
}

impl Serialize for FactName {
    fn serialize<S: Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        s.serialize_str(self.name)
    }
}

/// A screen by its code, out of [`vocabulary::SCREENS`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct ScreenCode(pub &'static str);

impl<'de> Deserialize<'de> for ScreenCode {
    fn deserialize<D: Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        let text = String::deserialize(d)?;
        let unknown = || de::Error::custom(format!("{text:?} is not a screen that is run"));
        vocabulary::screen(&text).map(Self).ok_or_else(unknown)
    }
}

impl Serialize for ScreenCode {
    fn serialize<S: Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        s.serialize_str(self.0)
    }
}

/// A check by its name, out of [`checks`].
#[derive(Clone, Copy)]
pub struct CheckName {
    /// The name.
    pub name: &'static str,
    /// The function.
    pub run: Check,
}

impl fmt::Debug for CheckName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name)
    }
}

impl PartialEq for CheckName {
    fn eq(&self, other: &Self) -> bool {
        self.name == other.name
    }
}

impl Eq for CheckName {}

impl<'de> Deserialize<'de> for CheckName {
    fn deserialize<D: Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        let text = String::deserialize(d)?;
        let unknown = || de::Error::custom(format!("{text:?} is not a check that is known"));
        let (name, run) = checks::find(&text).ok_or_else(unknown)?;
        Ok(Self { name, run })
    }
}

impl Serialize for CheckName {
    fn serialize<S: Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        s.serialize_str(self.name)
    }
}

impl Rule {
    /// The facts it needs that the platform does not record yet (`facts_missing`).
    pub fn missing(&self) -> impl Iterator<Item = &'static str> {
        let missing = |fact: &&FactName| fact.recorded == Recorded::NotYet;
        self.facts.iter().filter(missing).map(|fact| fact.name)
    }

    /// Whether the rule speaks of a procedure of this kind and method that began then.
    #[must_use]
    pub fn applies(&self, regime: Regime, method: Option<MethodWord>, began: Instant) -> bool {
        self.regimes.contains(&regime.into())
            && (self.methods.is_empty() || method.is_some_and(|method| self.methods.contains(&method)))
            && self.effective.covers(began)
    }
}
