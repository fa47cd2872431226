//! The monthly report (电子监察月报): the figures of one month, its cards, orders, failures and openings.
//!
//! Invariant: a function of the facts up to an instant. Of a month that is over this is its last, so nothing that is
//! written down later changes the report: whoever has the log up to the end of the month makes the same again.

use super::events::by;
use super::{By, Event, Statistics, events};
use crate::docket::{Docket, LastFact};
use facts::body::card::{CardIssued, Colour, How};
use facts::calendar::{Date, day_of, start_of};
use facts::time::MINUTE;
use facts::{Hex, Instant, TenderId};
use rules::Board;
use rules::issued::Course;
use std::cmp::Reverse;
use std::fmt;

/// So long after the end of a month, in milliseconds, its report is taken as settled though nothing landed since: what
/// was decided in the month is in the log by then.
const SETTLED: i64 = MINUTE;

/// A month in China.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Month(Date);

impl Month {
    /// The month in which an instant lies.
    #[must_use]
    pub fn of(at: Instant) -> Self {
        Self(day_of(at).first_of_month())
    }

    /// Reads `YYYY-MM`.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let (year, month) = text.split_once('-')?;
        let plain = |part: &str, long| part.len() == long && part.bytes().all(|byte| byte.is_ascii_digit());
        if !plain(year, 4) || !plain(month, 2) {
            return None;
        }
        let date = Date::new(year.parse().ok()?, month.parse().ok()?, 1).ok()?;
        Some(Self(date))
    }

    /// Its first instant.
    #[must_use]
    pub fn begins(self) -> Instant {
        start_of(self.0)
    }

    /// Entries of the log up to its end.
    #[must_use]
    pub fn size(self, docket: &Docket) -> u64 {
        docket.size_until(self.0)
    }

    /// The first instant after it.
    #[must_use]
    pub fn ends(self) -> Instant {
        self.0
            .last_of_month()
            .tomorrow()
            .map_or(Instant(i64::MAX), start_of)
    }
}

impl fmt::Display for Month {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}", self.0.year(), self.0.month())
    }
}

/// A public fact of a tender that the report lists.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listed {
    /// The tender.
    pub tender: TenderId,
    /// Its title, as it was known at the instant of the report.
    pub title: String,
    /// The fact.
    pub fact: LastFact,
}

/// A card in the log, as it stood at the instant of the report.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stood {
    /// Its position.
    pub seq: u64,
    /// When it was issued.
    pub at: Instant,
    /// What it says.
    pub card: CardIssued,
    /// Warnings that followed it.
    pub warned: usize,
    /// Position of the red card that followed this yellow one.
    pub red: Option<u64>,
    /// When and how it ended; a yellow card that a red one followed ends with that.
    pub ended: Option<(Instant, How)>,
}

/// The version of the rules in force at an instant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ruled {
    /// SHA-256 of the rule file.
    pub version: Hex<32>,
    /// The calendar its days are counted by.
    pub calendar: String,
}

impl Ruled {
    /// Which it was, as was known then.
    #[must_use]
    pub fn of(board: &Board, at: Instant) -> Option<Self> {
        let adoption = board.in_force(at).filter(|adoption| adoption.at <= at)?;
        Some(Self {
            version: adoption.body.version,
            calendar: adoption.body.calendar.clone(),
        })
    }
}

/// The report of a month.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MonthReport {
    /// The month.
    pub month: Month,
    /// The instant as of which everything is told: now, or the last of the month where that is past.
    pub at: Instant,
    /// Whether the month is over, so that this report will not change.
    pub settled: bool,
    /// Entries of the log that it follows from.
    pub size: u64,
    /// The rules in force at the instant; none before the first adoption.
    pub rules: Option<Ruled>,
    /// The figures by buyer, agent and trade; the totals are the same.
    pub divided: [Statistics; 3],
    /// Cards issued or ended in the month, red ones first.
    pub cards: Vec<Stood>,
    /// Red and yellow cards that are open at the instant, of whatever month.
    pub open: (u64, u64),
    /// Orders of supervision, the lifting of one included, and refused or decided complaints.
    pub orders: Vec<Listed>,
    /// Tenders that failed or were ended.
    pub failed: Vec<Listed>,
}

/// Whether a public fact is an order of supervision or the end of a complaint; cards have a section of their own.
fn is_ordered(kind: &str) -> bool {
    kind.starts_with("order.") || kind.starts_with("complaint.")
}

/// The cards of a cause, as they stood.
fn stood(course: &Course) -> impl Iterator<Item = Stood> {
    let red = course.red.as_ref().map(|issue| issue.seq);
    let ended = course.ended.as_ref().map(|(_, at, ended)| (*at, ended.how));
    let stands = move |issue: &rules::issued::Issue| {
        let is_yellow = issue.body.colour == Colour::Yellow;
        let follower = red.filter(|_| is_yellow);
        Stood {
            seq: issue.seq,
            at: issue.at,
            card: issue.body.clone(),
            warned: if is_yellow { course.warned.len() } else { 0 },
            red: follower,
            ended: ended.filter(|_| follower.is_none()),
        }
    };
    course.yellow.iter().chain(&course.red).map(stands)
}

/// The title of a tender as it was known at an instant.
fn title(board: &Board, tender: &TenderId, at: Instant) -> String {
    let Some(procedure) = board.procedure(tender) else {
        return String::new();
    };
    let noticed = by(procedure.noticed.as_ref(), at).map(|body| &body.title);
    let registered = by(procedure.registered.as_ref(), at).map(|body| &body.title);
    noticed.or(registered).cloned().unwrap_or_default()
}

impl MonthReport {
    /// The report of a month, seen at an instant.
    #[must_use]
    pub fn of(docket: &Docket, board: &Board, month: Month, now: Instant) -> Self {
        let (from, until) = (month.begins(), month.ends());
        let at = now.min(until.plus(-1));
        let happened: Vec<Event> = events(docket, board, at);
        let divided = [By::Buyer, By::Agent, By::Trade].map(|by| Statistics::of(&happened, by, from, until));
        let (cards, open) = carded(board, from, at);
        let listed = |fits: &dyn Fn(&LastFact) -> bool| -> Vec<Listed> {
            let mut listed: Vec<Listed> = docket
                .matters()
                .flat_map(|matter| {
                    let inside = |fact: &&LastFact| from <= fact.at && fact.at <= at;
                    let facts = matter.facts.iter().filter(inside).filter(|fact| fits(fact));
                    facts.map(|fact| Listed {
                        tender: matter.tender.clone(),
                        title: title(board, &matter.tender, at),
                        fact: fact.clone(),
                    })
                })
                .collect();
            listed.sort_by_key(|listed| listed.fact.seq);
            listed
        };
        Self {
            month,
            at,
            settled: until <= board.latest() || until.plus(SETTLED) <= now,
            size: month.size(docket),
            rules: Ruled::of(board, at),
            divided,
            cards,
            open,
            orders: listed(&|fact| is_ordered(fact.kind.name())),
            failed: listed(&|fact| matches!(fact.kind.name(), "tender.failed" | "tender.terminated")),
        }
    }
}

/// Cards issued or ended from an instant on, and how many red and yellow ones are open at another, as they stood then.
fn carded(board: &Board, from: Instant, at: Instant) -> (Vec<Stood>, (u64, u64)) {
    let (mut cards, mut red, mut yellow) = (Vec::new(), 0_u64, 0_u64);
    for course in board.all_issued().flat_map(|(_, issued)| issued.courses()) {
        for card in stood(&course.as_of(at)) {
            if card.red.is_none() && card.ended.is_none() {
                let open = match card.card.colour {
                    Colour::Red => &mut red,
                    Colour::Yellow => &mut yellow,
                };
                *open = open.saturating_add(1);
            }
            if from <= card.at || card.ended.is_some_and(|(ended, _)| from <= ended) {
                cards.push(card);
            }
        }
    }
    cards.sort_by_key(|card| (Reverse(card.card.colour), card.seq));
    (cards, (red, yellow))
}
