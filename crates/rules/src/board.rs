//! All procedures with what the rules find of them; follows the log fact by fact.
//!
//! Invariant: a fact touches one procedure, and only that one is examined anew; cards of an instant follow from the
//! findings without reading a fact again.

use super::card::{self, Card};
use super::checks::Case;
use super::clocks;
use super::finding::{Findings, State};
use super::parse::RuleBook;
use super::procedure::{People, Procedure};
use super::rule::Rule;
use crate::issued::{Issued, Look};
use facts::body::card::RulesAdopted;
use facts::body::platform::FactsDisclosed;
use facts::{AccountId, Instant, Kind, Record, Stream, TenderId};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// All procedures under one rule book.
#[derive(Debug, Clone)]
pub struct Board {
    book: Arc<RuleBook>,
    people: People,
    watched: BTreeMap<TenderId, Watched>,
    stale: BTreeSet<TenderId>,
    adoptions: Vec<Adoption>,
    latest: Instant,
    next: u64,
}

/// One procedure and what was found: findings by the index of their rule.
#[derive(Debug, Clone)]
struct Watched {
    procedure: Procedure,
    found: Vec<(usize, Findings)>,
    issued: Issued,
}

/// A version of the rule file that supervision adopted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Adoption {
    /// Position of the fact.
    pub seq: u64,
    /// When it was adopted.
    pub at: Instant,
    /// By whom.
    pub by: Option<AccountId>,
    /// What was adopted.
    pub body: RulesAdopted,
    /// Its file, if this program knows everything that stands in it.
    pub book: Option<Arc<RuleBook>>,
}

/// How a rule stands with one procedure.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// The rule speaks of another kind of procedure, or nothing it reads has happened yet.
    Silent,
    /// It was looked at and found kept, so far.
    Kept,
    /// It has, or may get, a card.
    Carded,
}

impl Board {
    /// A board without procedures.
    #[must_use]
    pub fn new(book: Arc<RuleBook>) -> Self {
        Self {
            book,
            people: People::default(),
            watched: BTreeMap::new(),
            stale: BTreeSet::new(),
            adoptions: Vec::new(),
            latest: Instant(i64::MIN),
            next: 0,
        }
    }

    /// The rules.
    #[must_use]
    pub fn book(&self) -> &RuleBook {
        &self.book
    }

    /// The accounts, as the public enrolments say.
    #[must_use]
    pub const fn people(&self) -> &People {
        &self.people
    }

    /// Position of the first record not yet seen.
    #[must_use]
    pub const fn next(&self) -> u64 {
        self.next
    }

    /// The positions whose records have to be read before a record is taken in: what it discloses.
    #[must_use]
    pub fn wanted(record: &Record) -> Vec<u64> {
        let shown = record.of::<FactsDisclosed>();
        shown.map(|body| body.seqs).unwrap_or_default()
    }

    /// Takes in a record, and with a disclosure what it shows. Records already seen change nothing.
    pub fn observe(&mut self, record: &Record, shown: &[Record]) {
        if record.seq < self.next {
            return;
        }
        self.next = record.seq.saturating_add(1);
        self.latest = record.at;
        if clocks::is_cards(record.kind) {
            self.log(record);
            return;
        }
        self.people.observe(record);
        // Nothing of a confidential fact may show before its disclosure, not even that there is one.
        if record.kind.is_confidential() {
            return;
        }
        if record.kind == Kind::FactsDisclosed {
            let named: BTreeSet<u64> = Self::wanted(record).into_iter().collect();
            for fact in shown.iter().filter(|fact| named.contains(&fact.seq)) {
                self.take(&fact.stream, fact);
            }
        }
        self.take(&record.stream, record);
    }

    /// What the log says of rules and cards themselves: no rule reads it.
    fn log(&mut self, record: &Record) {
        if let Some(body) = record.of::<RulesAdopted>() {
            self.adoptions.push(Adoption {
                seq: record.seq,
                at: record.at,
                by: record
                    .actor
                    .and_then(|actor| self.people.account(&actor).cloned()),
                book: RuleBook::adopted(&body).ok().map(Arc::new),
                body,
            });
        }
        if let Stream::Supervision(tender) = &record.stream
            && let Some(watched) = self.watched.get_mut(tender)
        {
            watched.issued.observe(record);
        }
    }

    fn take(&mut self, stream: &Stream, record: &Record) {
        let (Stream::Tender(tender) | Stream::Evaluation(tender) | Stream::Supervision(tender)) = stream
        else {
            return;
        };
        let watched = self.watched.entry(tender.clone()).or_insert_with(|| Watched {
            procedure: Procedure::new(tender.clone()),
            found: Vec::new(),
            issued: Issued::default(),
        });
        watched.procedure.observe(record, &self.people);
        self.stale.insert(tender.clone());
    }

    /// Examines every procedure that has a new fact.
    pub fn settle(&mut self) {
        for tender in std::mem::take(&mut self.stale) {
            if let Some(watched) = self.watched.get_mut(&tender) {
                watched.found = examine(&self.book, &watched.procedure, &self.people);
            }
        }
    }

    /// The time of the last record seen.
    #[must_use]
    pub const fn latest(&self) -> Instant {
        self.latest
    }

    /// The versions adopted, in the order of the log.
    #[must_use]
    pub fn adoptions(&self) -> &[Adoption] {
        &self.adoptions
    }

    /// The version in force at an instant; none before the first.
    #[must_use]
    pub fn in_force(&self, at: Instant) -> Option<&Adoption> {
        self.adoptions.iter().rfind(|adoption| adoption.body.from <= at)
    }

    /// Goes on under another rule book: every procedure is examined anew.
    pub fn rule_by(&mut self, book: Arc<RuleBook>) {
        if self.book.version != book.version {
            self.book = book;
            self.stale.extend(self.watched.keys().cloned());
        }
    }

    /// The cards of a tender that are in the log.
    #[must_use]
    pub fn issued(&self, tender: &TenderId) -> Option<&Issued> {
        self.watched.get(tender).map(|watched| &watched.issued)
    }

    /// The cards of all tenders that are in the log.
    pub fn all_issued(&self) -> impl Iterator<Item = (&TenderId, &Issued)> {
        self.watched
            .iter()
            .map(|(tender, watched)| (tender, &watched.issued))
    }

    /// What is to be brought to the log of a tender at an instant; nothing unless the book is the version in force.
    #[must_use]
    pub fn look(&self, tender: &TenderId, at: Instant) -> Option<Look> {
        let version = self.in_force(at)?.body.version;
        let watched = self
            .watched
            .get(tender)
            .filter(|_| version == self.book.version)?;
        let each = watched.each(&self.book);
        Some(Look {
            at,
            size: self.next,
            standings: each
                .filter_map(|(rule, finding)| card::standing(rule, finding, &watched.procedure, at))
                .collect(),
            tender: tender.clone(),
            last: watched.procedure.last.seq,
            version,
        })
    }

    /// The procedures, ascending.
    pub fn procedures(&self) -> impl Iterator<Item = &Procedure> {
        self.watched.values().map(|watched| &watched.procedure)
    }

    /// One procedure.
    #[must_use]
    pub fn procedure(&self, tender: &TenderId) -> Option<&Procedure> {
        self.watched.get(tender).map(|watched| &watched.procedure)
    }

    /// The cards of one tender at an instant, in the order of the rules.
    #[must_use]
    pub fn cards_of(&self, tender: &TenderId, at: Instant) -> Vec<Card> {
        let Some(watched) = self.watched.get(tender) else {
            return Vec::new();
        };
        watched.cards(&self.book, at).collect()
    }

    /// All cards at an instant, tender by tender.
    pub fn cards(&self, at: Instant) -> impl Iterator<Item = Card> {
        self.watched
            .values()
            .flat_map(move |watched| watched.cards(&self.book, at))
    }

    /// The open cards at an instant, each with whether it is in the log already.
    pub fn open_cards(&self, at: Instant) -> impl Iterator<Item = (Card, bool)> {
        self.watched.values().flat_map(move |watched| {
            let each = watched.each(&self.book);
            let standings =
                each.filter_map(move |(rule, finding)| card::standing(rule, finding, &watched.procedure, at));
            standings.filter_map(|mut standing| {
                let card = standing.card.take().filter(Card::is_open)?;
                let is_logged = watched.issued.has(&standing.cause(), card.colour);
                Some((card, is_logged))
            })
        })
    }

    /// How a rule stands with every procedure it speaks of, ascending by tender.
    pub fn standings(&self, rule: &str) -> impl Iterator<Item = (&Procedure, Standing)> {
        let rows: Vec<usize> = (self.book.rules.iter().enumerate())
            .filter(|(_, known)| known.id == rule)
            .map(|(place, _)| place)
            .collect();
        self.watched.values().map(move |watched| {
            let found = watched.found.iter().find(|(known, _)| rows.contains(known));
            let standing = match found {
                None => Standing::Silent,
                Some((_, found)) if found.0.iter().all(|finding| finding.state == State::Kept) => {
                    Standing::Kept
                }
                Some(_) => Standing::Carded,
            };
            (&watched.procedure, standing)
        })
    }

    /// The next instant at which a card of a tender appears or changes by the passing of time alone.
    #[must_use]
    pub fn next_change(&self, tender: &TenderId, at: Instant) -> Option<Instant> {
        let watched = self.watched.get(tender)?;
        let changes = watched
            .each(&self.book)
            .filter_map(|(rule, finding)| card::next_change(rule, finding, &watched.procedure, at));
        changes.min()
    }
}

impl Watched {
    fn each<'a>(&'a self, book: &'a RuleBook) -> impl Iterator<Item = (&'a Rule, &'a super::Finding)> {
        self.found.iter().flat_map(move |(index, found)| {
            let rule = book.rules.get(*index);
            rule.into_iter()
                .flat_map(move |rule| found.0.iter().map(move |finding| (rule, finding)))
        })
    }

    fn cards<'a>(&'a self, book: &'a RuleBook, at: Instant) -> impl Iterator<Item = Card> + 'a {
        self.each(book)
            .filter_map(move |(rule, finding)| card::card(rule, finding, &self.procedure, at))
    }
}

/// What all rules find of one procedure; rules that say nothing are left out.
#[must_use]
pub fn examine(book: &RuleBook, procedure: &Procedure, people: &People) -> Vec<(usize, Findings)> {
    let Some(registered) = &procedure.registered else {
        return Vec::new();
    };
    let method = procedure.method_word();
    let mut all = Vec::new();
    for (index, rule) in book.rules.iter().enumerate() {
        if rule.checks.is_empty() || !rule.applies(registered.body.regime, method, registered.at) {
            continue;
        }
        let mut found = Findings::default();
        let case = Case {
            calendar: book.calendar,
            procedure,
            rule,
            people,
        };
        for check in &rule.checks {
            (check.run)(&case, &mut found);
        }
        if !found.0.is_empty() {
            all.push((index, found));
        }
    }
    all
}
