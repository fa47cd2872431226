//! Reading a rule file: strictly, whole or not at all.
//!
//! Invariant: a file with an unknown word, a missing member, a rule twice or an unknown calendar is refused with the
//! line and the reason, and what was in force before stays in force.

use super::clocks;
use super::rule::{CardKind, Date, Rule, Since, Teller};
use facts::body::card::RulesAdopted;
use facts::calendar::{self, CHINA, Calendar};
use facts::{Canonical, Hex};
use serde::de::{self, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::Value;
use std::collections::BTreeMap;
use std::fmt;

/// The only format there is.
pub const FORMAT: &str = "kaibiao/rules/v1";
/// Longest rule file, in bytes.
pub const LONGEST: usize = 1 << 20;

/// Why a rule file is refused.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RuleFileError {
    /// The line, from 1; 0 where the file as a whole is wrong.
    pub line: usize,
    /// What is wrong with it.
    pub reason: String,
}

impl fmt::Display for RuleFileError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.line {
            0 => f.write_str(&self.reason),
            line => write!(f, "line {line}: {}", self.reason),
        }
    }
}

impl std::error::Error for RuleFileError {}

/// A rule file that was read whole.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RuleBook {
    /// The calendar that working days are counted by.
    pub calendar: &'static Calendar,
    /// The file as it was read.
    pub file: Value,
    /// What the rules are called.
    pub name: String,
    /// The rules, in the order of the file.
    pub rules: Vec<Rule>,
    /// SHA-256 of the canonical form of the file.
    pub version: Hex<32>,
}

#[derive(Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
struct File {
    calendar: CalendarName,
    format: FormatName,
    name: String,
    rules: Rules,
}

struct CalendarName(&'static Calendar);

impl Serialize for CalendarName {
    fn serialize<S: Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        s.serialize_str(self.0.version)
    }
}

#[derive(Serialize)]
#[serde(transparent)]
struct FormatName(String);

#[derive(Serialize)]
#[serde(transparent)]
struct Rules(Vec<Rule>);

impl<'de> Deserialize<'de> for CalendarName {
    fn deserialize<D: Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        let name = String::deserialize(d)?;
        calendar::named(&name).map(Self).ok_or_else(|| {
            de::Error::custom(format!(
                "working days are counted by {name:?}, a calendar that this program does not know; its own is {:?}",
                CHINA.version
            ))
        })
    }
}

impl<'de> Deserialize<'de> for FormatName {
    fn deserialize<D: Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        let name = String::deserialize(d)?;
        if name == FORMAT {
            return Ok(Self(name));
        }
        Err(de::Error::custom(format!(
            "the format is {name:?}, not {FORMAT:?}"
        )))
    }
}

impl<'de> Deserialize<'de> for Rules {
    fn deserialize<D: Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        d.deserialize_seq(OneByOne).map(Self)
    }
}

/// Reads rules one by one, so that whatever is wrong is reported on the line it stands on.
struct OneByOne;

impl<'de> Visitor<'de> for OneByOne {
    type Value = Vec<Rule>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list of rules")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Self::Value, A::Error> {
        let mut ends: BTreeMap<String, Option<Date>> = BTreeMap::new();
        let mut rules: Vec<Rule> = Vec::new();
        while let Some(rule) = seq.next_element::<Rule>()? {
            sound(&rule).map_err(de::Error::custom)?;
            let follows = |end: &Option<Date>| matches!((end, rule.effective.from), (Some(end), Since::Day(from)) if *end < from);
            if ends.get(&rule.id).is_some_and(|end| !follows(end)) {
                return Err(de::Error::custom(format!(
                    "rule {} stands there twice for the same days: the row before must end before this one begins",
                    rule.id
                )));
            }
            ends.insert(rule.id.clone(), rule.effective.until);
            rules.push(rule);
        }
        Ok(rules)
    }
}

/// What the types cannot say.
fn sound(rule: &Rule) -> Result<(), String> {
    let id = &rule.id;
    let named =
        (2..=8).contains(&id.len()) && id.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit());
    if !named {
        return Err(format!(
            "{id:?} is not the name of a rule: two to eight of A-Z and 0-9"
        ));
    }
    let texts = [&rule.zh, &rule.en, &rule.stage, &rule.threshold];
    if texts.iter().any(|text| text.trim().is_empty()) || rule.basis.iter().any(|text| text.trim().is_empty())
    {
        return Err(format!("rule {id} leaves a text empty"));
    }
    if rule.basis.is_empty() || rule.facts.is_empty() || rule.regimes.is_empty() || rule.tells.is_empty() {
        return Err(format!(
            "rule {id} names no basis, no facts, no regime or nobody to tell"
        ));
    }
    if rule.limit.is_some_and(|limit| limit.number < 0) {
        return Err(format!("rule {id} has a limit below 0"));
    }
    if let Some(fault) = clocks::fault(rule) {
        return Err(format!("rule {id} {fault}"));
    }
    // A sign names people who may be innocent: whoever it is about, or buys, is not told of it.
    if !rule.screens.is_empty() && rule.tells != [Teller::Nobody] {
        return Err(format!(
            "rule {id} has screens, so it tells nobody but the supervisors"
        ));
    }
    let missing = rule.missing().next();
    if rule.honoured.is_none() && rule.checks.is_empty() && rule.screens.is_empty() && missing.is_none() {
        return Err(format!(
            "rule {id} has all its facts, but neither a check, nor a screen, nor a way in which it is honoured"
        ));
    }
    if rule.honoured.is_none() && rule.card == CardKind::Blocked {
        return Err(format!("rule {id} is blocked, but does not say by what"));
    }
    Ok(())
}

impl RuleBook {
    /// The rules of this build. Tests read their file, so it cannot be refused; were it, there would be no rules, and
    /// their name would say why.
    #[must_use]
    pub fn of_this_build() -> Self {
        Self::parse(super::CHINA).unwrap_or_else(|refused| Self {
            calendar: &CHINA,
            file: Value::Null,
            name: refused.to_string(),
            rules: Vec::new(),
            version: Hex::default(),
        })
    }

    /// Reads a rule file.
    pub fn parse(bytes: &[u8]) -> Result<Self, RuleFileError> {
        let whole = |reason: String| RuleFileError { line: 0, reason };
        if bytes.len() > LONGEST {
            return Err(whole(format!("the file has more than {LONGEST} bytes")));
        }
        let file: File = serde_json::from_slice(bytes).map_err(|error| RuleFileError {
            line: line(bytes, &error),
            reason: error.to_string(),
        })?;
        let canonical = Canonical::of(&file).map_err(|error| whole(error.to_string()))?;
        Ok(Self {
            version: Hex(ledger::hash::sha256(&canonical.to_bytes())),
            calendar: file.calendar.0,
            file: Value::Object(canonical.into_members()),
            name: file.name,
            rules: file.rules.0,
        })
    }

    /// Reads the rule file of an adoption. There are no lines in it, so the reason alone says where it is wrong.
    pub fn adopted(body: &RulesAdopted) -> Result<Self, RuleFileError> {
        let unlined = |refused: RuleFileError| RuleFileError { line: 0, ..refused };
        let read = Self::parse(body.file.to_string().as_bytes()).map_err(unlined)?;
        if read.version == body.version {
            return Ok(read);
        }
        Err(RuleFileError {
            line: 0,
            reason: format!("the file has the version {}, not {}", read.version, body.version),
        })
    }

    /// The file as it is written for people: one rule a line, so that a refusal can name the line.
    #[must_use]
    pub fn text(&self) -> String {
        let rules = self.file.get("rules").and_then(Value::as_array);
        let lines: Vec<String> = rules.into_iter().flatten().map(Value::to_string).collect();
        let word = |name: &str| self.file.get(name).unwrap_or(&Value::Null).to_string();
        format!(
            "{{\"format\": {}, \"name\": {}, \"calendar\": {}, \"rules\": [\n{}\n]}}\n",
            word("format"),
            word("name"),
            word("calendar"),
            lines.join(",\n")
        )
    }

    /// A rule by its name, as it reads for the latest days.
    #[must_use]
    pub fn rule(&self, id: &str) -> Option<&Rule> {
        self.rules.iter().rfind(|rule| rule.id == id)
    }
}

/// The line an error stands on. What is wrong with a rule as a whole is noticed behind its comma, which may be the
/// start of the next line that is not empty; then the line of the rule itself is meant.
fn line(bytes: &[u8], error: &serde_json::Error) -> usize {
    if error.column() > 0 {
        return error.line();
    }
    let before = bytes
        .split(|byte| *byte == b'\n')
        .take(error.line().saturating_sub(1));
    let written = |line: &&[u8]| line.iter().any(|byte| !byte.is_ascii_whitespace());
    let mut last = 0;
    for (place, text) in before.enumerate() {
        if written(&text) {
            last = place.saturating_add(1);
        }
    }
    last
}
