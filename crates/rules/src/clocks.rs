//! Clock rules (期限规则): rules that say until when something has to be done, as data instead of functions.
//!
//! Invariant: what is computed here follows from the rule's row and public facts alone, exactly as the record format
//! (13.2) says it, so a verifier that has only a dossier gets the same cards.

use super::checks::Case;
use super::finding::{Clock, Findings, Mark};
use super::procedure::Procedure;
use super::rule::{CardKind, Rule, Since, Teller, Unit};
use super::words::RegimeWord;
use facts::body::card::{ClockRule, Holding, Join, MemberOf, Only};
use facts::calendar::{Calendar, Date, add_days, day_of, end_of, start_of};
use facts::time::{HOUR, MINUTE, SECOND};
use facts::{Context, Instant, Kind, Record};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

/// The check that every rule with clocks has, and no other.
pub const CHECK: &str = "clock";

/// A clock as the rule file has it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "a row of a table: each says one thing of the clock"
)]
pub struct ClockSpec {
    /// The text member of the start that says what it is about.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub about: Option<String>,
    /// The member of the start that has the instant the time runs from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub base: Option<String>,
    /// Where the number stands, if the rule has no limit.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub days_of: Option<MemberOf>,
    /// What ties a stop to its start.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub join: Option<Join>,
    /// Whether a later start replaces an earlier one.
    pub last: bool,
    /// Only starts in which this member has this text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub only: Option<Only>,
    /// Whether the time that procurement stood still is given back.
    pub pauses: bool,
    /// Whether a period of days that ends on a day of rest ends on the next working day.
    pub rolls: bool,
    /// Only starts of which an element of the array `member` has a non-empty array `holds`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub some: Option<Holding>,
    /// The kind of fact that starts it.
    pub start: ClockKind,
    /// The kinds of facts that stop it.
    pub stop: Vec<ClockKind>,
    /// Whether there is a yellow card from 48 hours before the limit.
    pub warns: bool,
}

/// A kind that a clock may run by: public from the start, and no card.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct ClockKind(pub Kind);

impl<'de> Deserialize<'de> for ClockKind {
    fn deserialize<D: Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        let text = String::deserialize(d)?;
        let kind = Kind::parse(&text)
            .ok_or_else(|| de::Error::custom(format!("{text:?} is not a fact that is known")))?;
        if runs(kind) {
            return Ok(Self(kind));
        }
        Err(de::Error::custom(format!(
            "a clock cannot run by {text:?}, which is not public at once, or a card itself"
        )))
    }
}

impl Serialize for ClockKind {
    fn serialize<S: Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        s.serialize_str(self.0.name())
    }
}

fn runs(kind: Kind) -> bool {
    let of_a_tender = matches!(
        kind.context(),
        Context::Procure | Context::Evaluate | Context::Supervise
    );
    of_a_tender && !kind.is_confidential() && !is_cards(kind)
}

/// Whether a fact is one of the rules' own, which no rule reads.
#[must_use]
pub const fn is_cards(kind: Kind) -> bool {
    matches!(
        kind,
        Kind::CardIssued | Kind::CardWarned | Kind::CardEnded | Kind::RulesAdopted
    )
}

/// Why a rule's clocks are not sound, if they are not.
pub(super) fn fault(rule: &Rule) -> Option<&'static str> {
    let checked = rule.checks.iter().any(|check| check.name == CHECK);
    if checked == rule.clocks.is_empty() {
        return Some("has the check \"clock\" without clocks, or clocks without it");
    }
    if rule.clocks.is_empty() {
        return None;
    }
    if !rule.methods.is_empty() {
        return Some("has clocks and is limited to methods, which clocks do not look at");
    }
    if !matches!(rule.card, CardKind::Yellow | CardKind::YellowThenRed) {
        return Some("has clocks, but its card is neither yellow nor yellow_then_red");
    }
    let counted = matches!(
        rule.limit.map(|limit| limit.unit),
        None | Some(Unit::Day | Unit::WorkingDay | Unit::Hour | Unit::Minute | Unit::Second)
    );
    let numbered = |clock: &ClockSpec| clock.days_of.is_some() != rule.limit.is_some();
    if !counted || !rule.clocks.iter().all(numbered) {
        return Some("has clocks without a number of days, hours, minutes or seconds");
    }
    if !rule.clocks.iter().all(|clock| named(rule, clock)) {
        return Some("has a clock that runs by a fact which the rule does not name among its facts");
    }
    None
}

/// Whether the rule names every kind that a clock reads, and the members that have its numbers.
fn named(rule: &Rule, clock: &ClockSpec) -> bool {
    let kind = |kind: &ClockKind| {
        let of = |name: &str| {
            name.rsplit_once('.')
                .is_some_and(|(named, _)| named == kind.0.name())
        };
        rule.facts.iter().any(|fact| of(fact.name))
    };
    let member = |name: String| rule.facts.iter().any(|fact| fact.name == name);
    let base = clock.base.iter().map(|base| format!("{}.{base}", clock.start.0));
    let days = clock
        .days_of
        .iter()
        .map(|of| format!("{}.{}", of.kind, of.member));
    kind(&clock.start)
        && !clock.stop.is_empty()
        && clock.stop.iter().all(kind)
        && base.chain(days).all(member)
}

/// The rows of a rule as they stand in the log.
#[must_use]
pub fn rows(rule: &Rule) -> Vec<ClockRule> {
    rule.clocks.iter().map(|clock| row(rule, clock)).collect()
}

fn row(rule: &Rule, clock: &ClockSpec) -> ClockRule {
    let day = |date: super::rule::Date| date.0;
    ClockRule {
        about: clock.about.clone(),
        base: clock.base.clone(),
        basis: rule.basis.clone(),
        days_of: clock.days_of.clone(),
        first: match rule.effective.from {
            Since::Unknown => None,
            Since::Day(from) => Some(start_of(day(from))),
        },
        gone: rule.effective.until.map(|until| end_of(day(until))),
        join: clock.join.clone(),
        last: clock.last,
        number: rule.limit.map_or(0, |limit| limit.number),
        only: clock.only.clone(),
        pauses: clock.pauses,
        red: rule.card != CardKind::Yellow,
        regimes: rule
            .regimes
            .iter()
            .copied()
            .map(RegimeWord::word)
            .map(str::to_owned)
            .collect(),
        rolls: clock.rolls,
        rule: rule.id.clone(),
        some: clock.some.clone(),
        start: clock.start.0.name().to_owned(),
        stop: clock.stop.iter().map(|kind| kind.0.name().to_owned()).collect(),
        tells: rule
            .tells
            .iter()
            .filter_map(|teller| teller_word(*teller))
            .map(str::to_owned)
            .collect(),
        unit: rule.limit.map_or(Unit::Day, |limit| limit.unit).word().to_owned(),
        warns: clock.warns,
    }
}

const fn teller_word(teller: Teller) -> Option<&'static str> {
    match teller {
        Teller::Buyer => Some("buyer"),
        Teller::Operator => Some("operator"),
        Teller::Nobody => None,
    }
}

/// A public fact as clocks see it: its place, and the members that are texts or integers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Plain {
    /// Where and when.
    pub mark: Mark,
    /// Its name.
    pub kind: Kind,
    members: BTreeMap<String, Value>,
    /// `member.array` for every array of objects in which an array is not empty.
    holds: BTreeSet<String>,
}

impl Plain {
    /// What clocks see of a record; `None` if none may run by it.
    #[must_use]
    pub fn of(record: &Record) -> Option<Self> {
        if !runs(record.kind) {
            return None;
        }
        let mut plain = Self {
            mark: Mark {
                at: record.at,
                seq: record.seq,
            },
            kind: record.kind,
            members: BTreeMap::new(),
            holds: BTreeSet::new(),
        };
        for (name, value) in record.body.members() {
            match value {
                Value::String(_) | Value::Number(_) => {
                    plain.members.insert(name.clone(), value.clone());
                }
                Value::Array(elements) => {
                    let objects = elements.iter().filter_map(Value::as_object);
                    let inner = objects
                        .flatten()
                        .filter(|(_, of)| of.as_array().is_some_and(|of| !of.is_empty()));
                    plain.holds.extend(inner.map(|(of, _)| format!("{name}.{of}")));
                }
                _ => {}
            }
        }
        Some(plain)
    }

    fn text(&self, member: &str) -> Option<&str> {
        self.members.get(member)?.as_str()
    }

    fn integer(&self, member: &str) -> Option<i64> {
        self.members.get(member)?.as_i64()
    }

    fn starts(&self, clock: &ClockSpec) -> bool {
        let holds = |some: &Holding| self.holds.contains(&format!("{}.{}", some.member, some.holds));
        self.kind == clock.start.0
            && clock.some.as_ref().is_none_or(holds)
            && (clock.only.as_ref()).is_none_or(|only| self.text(&only.member) == Some(&only.is))
    }

    fn stops(&self, clock: &ClockSpec, start: &Self) -> bool {
        let joined = |join: &Join| {
            let theirs = self.members.get(&join.stop);
            if join.start == "@seq" {
                return theirs.and_then(Value::as_u64) == Some(start.mark.seq);
            }
            theirs.is_some() && theirs == start.members.get(&join.start)
        };
        self.mark.seq > start.mark.seq
            && clock.stop.iter().any(|kind| kind.0 == self.kind)
            && clock.join.as_ref().is_none_or(joined)
    }
}

/// The check of every rule with clocks.
pub(super) fn check(case: &Case<'_>, found: &mut Findings) {
    for clock in &case.rule.clocks {
        let all = &case.procedure.plain;
        let starts: Vec<&Plain> = all.iter().filter(|fact| fact.starts(clock)).collect();
        for (place, start) in starts.iter().enumerate() {
            let next = starts.get(place.saturating_add(1)).filter(|_| clock.last);
            run(case, clock, start, next.map(|next| next.mark), found);
        }
    }
}

fn run(case: &Case<'_>, clock: &ClockSpec, start: &Plain, replaced: Option<Mark>, found: &mut Findings) {
    let all = &case.procedure.plain;
    let (mut number, mut from_fact) = (case.rule.limit.map_or(0, |limit| limit.number), None);
    if let Some(of) = &clock.days_of {
        let before = all
            .iter()
            .rfind(|fact| fact.kind.name() == of.kind && fact.mark.seq < start.mark.seq);
        let Some((seq, days)) = before.and_then(|fact| Some((fact.mark.seq, fact.integer(&of.member)?)))
        else {
            return;
        };
        (number, from_fact) = (days, Some(seq));
    }
    let from = match &clock.base {
        None => start.mark.at,
        Some(base) => match start.integer(base) {
            Some(at) => Instant(at),
            None => return,
        },
    };
    let unit = case.rule.limit.map_or(Unit::Day, |limit| limit.unit);
    let due = limit_of(case.calendar, from, number, unit, clock.rolls);
    // While procurement stands still by an order that is in force, no time runs out.
    let due = if clock.pauses {
        resumed(case.procedure, from, due)
    } else {
        Some(due)
    };
    let done = all
        .iter()
        .find(|fact| fact.stops(clock, start))
        .map(|fact| fact.mark);
    let about = clock.about.as_ref().and_then(|member| start.text(member));
    found.clock(Clock {
        about: about.unwrap_or_default().to_owned(),
        due: due.unwrap_or(FAR),
        done,
        replaced,
        ahead: clock.warns,
        facts: from_fact.into_iter().collect(),
        since: start.mark,
        zh: case.rule.zh.clone(),
        en: case.rule.en.clone(),
    });
}

/// A limit that never comes: the largest integer of the record format.
pub const FAR: Instant = Instant((1 << 53) - 1);

/// The last instant at which something is in time.
fn limit_of(calendar: &Calendar, from: Instant, number: i64, unit: Unit, rolls: bool) -> Instant {
    let days = u32::try_from(number.max(0)).unwrap_or(u32::MAX);
    let begins: Date = day_of(from);
    let last = match unit {
        Unit::Hour => return from.plus(number.saturating_mul(HOUR)),
        Unit::Minute => return from.plus(number.saturating_mul(MINUTE)),
        Unit::Second => return from.plus(number.saturating_mul(SECOND)),
        Unit::WorkingDay => calendar.add_working_days(begins, days),
        _ if rolls => calendar.period_end(begins, days),
        _ => add_days(begins, days),
    };
    end_of(last).plus(-1)
}

/// The limit, later by every span that procurement stood still before it; `None` while one of them lasts.
pub(super) fn resumed(procedure: &Procedure, from: Instant, due: Instant) -> Option<Instant> {
    let mut due = due;
    for (begun, ended) in procedure.spans() {
        if begun >= due {
            break;
        }
        let ended = ended?;
        due = due.plus(ended.since(begun.max(from)).max(0));
    }
    Some(due)
}
