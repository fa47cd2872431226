//! The checks, by name: each a function from what is known of a procedure to findings.
//!
//! Invariant: a check reads facts and the rule's own limit, and nothing else; it says nothing before the facts it
//! needs are there.

mod award;
mod bids;
mod clarification;
mod complaints;
mod contract;
mod deposits;
mod documents;
mod evaluation;
mod method;
mod notice;
mod objections;
mod opening;
mod panel;
mod platform;
mod prices;
mod scores;

use super::clocks;
use super::finding::Findings;
use super::procedure::{People, Procedure};
use super::rule::{Rule, Unit};
use facts::Instant;
use facts::calendar::{Calendar, Date, add_days, day_of, end_of};
use facts::time::{HOUR, MINUTE, SECOND};

/// What a check looks at.
#[derive(Debug, Clone, Copy)]
pub struct Case<'a> {
    /// The calendar that the rules count working days by.
    pub calendar: &'static Calendar,
    /// What is known of the tender.
    pub procedure: &'a Procedure,
    /// The rule that asks.
    pub rule: &'a Rule,
    /// Keys, accounts and roles.
    pub people: &'a People,
}

/// A check.
pub type Check = fn(&Case<'_>, &mut Findings);

/// Names and functions, one table a file.
type Table = &'static [(&'static str, Check)];

const TABLES: [Table; 16] = [
    notice::TABLE,
    documents::TABLE,
    clarification::TABLE,
    bids::TABLE,
    opening::TABLE,
    panel::TABLE,
    method::TABLE,
    evaluation::TABLE,
    scores::TABLE,
    prices::TABLE,
    award::TABLE,
    contract::TABLE,
    deposits::TABLE,
    platform::TABLE,
    objections::TABLE,
    complaints::TABLE,
];

/// A check by its name.
#[must_use]
pub fn find(name: &str) -> Option<(&'static str, Check)> {
    all().find(|(known, _)| *known == name)
}

/// Every check.
pub fn all() -> impl Iterator<Item = (&'static str, Check)> {
    let clock: (&str, Check) = (clocks::CHECK, clocks::check);
    TABLES
        .iter()
        .flat_map(|table| table.iter().copied())
        .chain([clock])
}

impl Case<'_> {
    /// The number of the rule; 0 where it has none.
    fn number(&self) -> i64 {
        self.rule.limit.map_or(0, |limit| limit.number)
    }

    /// The number as a count of days.
    fn days(&self) -> u32 {
        u32::try_from(self.number()).unwrap_or(u32::MAX)
    }

    fn unit(&self) -> Unit {
        self.rule.limit.map_or(Unit::Day, |limit| limit.unit)
    }

    /// The first day on which a period of at least the rule's length may end (87号令86: the last day is in it).
    fn earliest_end(&self, from: Instant) -> Date {
        match self.unit() {
            Unit::WorkingDay => self.calendar.add_working_days(day_of(from), self.days()),
            _ => add_days(day_of(from), self.days()),
        }
    }

    /// The last instant at which something is in time that is due within the rule's length; a period of days that
    /// ends on a day of rest ends on the next working day.
    fn due(&self, from: Instant) -> Instant {
        let number = self.number();
        let last = match self.unit() {
            Unit::WorkingDay => self.calendar.add_working_days(day_of(from), self.days()),
            Unit::Hour => return from.plus(number.saturating_mul(HOUR)),
            Unit::Minute => return from.plus(number.saturating_mul(MINUTE)),
            Unit::Second => return from.plus(number.saturating_mul(SECOND)),
            _ => self.calendar.period_end(day_of(from), self.days()),
        };
        end_of(last).plus(-1)
    }

    /// The period in words: Chinese and English.
    fn period(&self) -> (String, String) {
        let number = self.number();
        let (zh, en) = match self.unit() {
            Unit::Day => ("日", "days"),
            Unit::WorkingDay => ("个工作日", "working days"),
            Unit::Hour => ("小时", "hours"),
            Unit::Minute => ("分钟", "minutes"),
            Unit::Second => ("秒", "seconds"),
            Unit::Month => ("个月", "months"),
            Unit::Year => ("年", "years"),
            Unit::Bp => ("个基点", "basis points"),
            Unit::Fen => ("分", "fen"),
            Unit::Count => ("个", "of them"),
        };
        (format!("{number}{zh}"), format!("{number} {en}"))
    }
}
