//! The monthly report (电子监察月报): the figures of one month, its cards, orders, failures and openings.
//!
//! Invariant: a function of the log up to a size, the rules and an instant, all of which it names: whoever has them makes
//! the same report again.

use super::{By, Event, Statistics, events};
use crate::docket::{Docket, LastFact};
use facts::calendar::{CHINA, Date, day_of, start_of};
use facts::{Instant, TenderId};
use rules::{Board, Card};
use std::fmt;

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
    /// Its title.
    pub title: String,
    /// The fact.
    pub fact: LastFact,
}

/// The report of a month.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MonthReport {
    /// The month.
    pub month: Month,
    /// The instant as of which cards are told: now, or the end of the month where that is past.
    pub at: Instant,
    /// Entries of the log that it follows from.
    pub size: u64,
    /// Version of the rules.
    pub rules: String,
    /// Version of the working-day calendar.
    pub calendar: &'static str,
    /// The figures by buyer, agent and trade; the totals are the same.
    pub divided: [Statistics; 3],
    /// Cards raised in the month, red ones first.
    pub cards: Vec<Card>,
    /// Orders of supervision, the lifting of one included, and refused or decided complaints.
    pub orders: Vec<Listed>,
    /// Tenders that failed or were ended.
    pub failed: Vec<Listed>,
}

/// Whether a public fact is an order of supervision or the end of a complaint; cards have a section of their own.
fn is_ordered(kind: &str) -> bool {
    kind.starts_with("order.") || kind.starts_with("complaint.")
}

impl MonthReport {
    /// The report of a month, seen at an instant.
    #[must_use]
    pub fn of(docket: &Docket, board: &Board, month: Month, now: Instant) -> Self {
        let (from, until) = (month.begins(), month.ends());
        let at = now.min(until.plus(-1));
        let happened: Vec<Event> = events(docket, board, at);
        let divided = [By::Buyer, By::Agent, By::Trade].map(|by| Statistics::of(&happened, by, from, until));
        let mut cards: Vec<Card> = board.cards(at).filter(|card| card.raised >= from).collect();
        cards.sort_by_cached_key(|card| (std::cmp::Reverse(card.colour), card.raised, card.name()));
        let listed = |fits: &dyn Fn(&LastFact) -> bool| -> Vec<Listed> {
            let mut listed: Vec<Listed> = docket
                .matters()
                .flat_map(|matter| {
                    let inside = |fact: &&LastFact| from <= fact.at && fact.at <= at;
                    let facts = matter.facts.iter().filter(inside).filter(|fact| fits(fact));
                    facts.map(|fact| Listed {
                        tender: matter.tender.clone(),
                        title: matter.title.clone(),
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
            size: docket.next(),
            rules: board.book().version.to_string(),
            calendar: CHINA.version,
            divided,
            cards,
            orders: listed(&|fact| is_ordered(fact.kind.name())),
            failed: listed(&|fact| matches!(fact.kind.name(), "tender.failed" | "tender.terminated")),
        }
    }
}
