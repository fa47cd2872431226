//! The evaluation report (评标报告): what the panel did, put together from the log and from nothing else.
//!
//! Invariant: the report is a function of the facts of one evaluation up to its result; anybody who is shown these
//! facts can put it together again and compare the digest. `SPEC.md` section 8 is exact.

mod pieces;
mod present;
mod words;

pub use pieces::{Edge, Head, Piece};
pub use present::{method_rows, present};
pub use words::Language;

use facts::body::evaluation::EvaluationConcluded;
use facts::canonical::CanonicalError;
use facts::id::{CodeId, LotId};
use facts::kind::Visibility;
use facts::{BidId, Body, Canonical, Instant, Kind, Record, TenderId};
use serde::Serialize;

/// The name of the format, the first thing that a report says of itself.
pub const FORMAT: &str = "kaibiao/report/v1";
/// Most candidates of a lot (招标投标法实施条例53).
const CANDIDATES: usize = 3;

/// A report.
#[derive(Debug, Clone, PartialEq)]
pub struct Report {
    /// The candidates of each lot that has a ranking, ascending by lot.
    pub candidates: Vec<LotCandidates>,
    /// Every fact of the evaluation up to the result, in order, save disclosures.
    pub facts: Vec<Fact>,
    /// The round reported, from 1.
    pub round: u32,
    /// The tender.
    pub tender: TenderId,
}

/// The candidates of one lot: the first three of the ranking (中标候选人).
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct LotCandidates {
    /// In order of rank.
    pub bids: Vec<CandidateBid>,
    /// The lot.
    pub lot: LotId,
}

/// One candidate.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct CandidateBid {
    /// The bid.
    pub bid: BidId,
    /// Its code.
    pub code: CodeId,
    /// Its rank.
    pub rank: u32,
}

/// One fact as the report repeats it.
#[derive(Debug, Clone, PartialEq)]
pub struct Fact {
    /// The log's time.
    pub at: Instant,
    /// The body, without members that its kind withholds.
    pub body: Canonical,
    /// Its kind.
    pub kind: Kind,
    /// Its position.
    pub seq: u64,
}

impl Fact {
    /// The typed body, if the fact is of that kind.
    #[must_use]
    pub fn of<B: Body>(&self) -> Option<B> {
        if self.kind == B::KIND {
            self.body.read().ok()
        } else {
            None
        }
    }
}

/// Puts together the report of the result at a position, from the history of the evaluation.
///
/// `None` if there is no result at that position.
#[must_use]
pub fn assemble(records: &[Record], concluded: u64) -> Option<Report> {
    let result: EvaluationConcluded = records.iter().find(|record| record.seq == concluded)?.of()?;
    let facts: Vec<Fact> = records
        .iter()
        .filter(|record| record.seq <= concluded && record.kind != Kind::FactsDisclosed)
        .filter_map(shown)
        .collect();
    let again = facts
        .iter()
        .filter(|fact| fact.kind == Kind::EvaluationReopened)
        .count();
    let candidates = result
        .lots
        .iter()
        .filter(|lot| !lot.ranking.is_empty())
        .map(|lot| {
            let first = lot.ranking.iter().take(CANDIDATES).map(|ranked| CandidateBid {
                bid: ranked.bid.clone(),
                code: ranked.code.clone(),
                rank: ranked.rank,
            });
            LotCandidates {
                bids: first.collect(),
                lot: lot.lot.clone(),
            }
        });
    Some(Report {
        candidates: candidates.collect(),
        facts,
        round: u32::try_from(again).unwrap_or(u32::MAX).saturating_add(1),
        tender: result.tender,
    })
}

fn shown(record: &Record) -> Option<Fact> {
    let mut members = record.body.members().clone();
    if let Visibility::Public { withheld } = record.kind.visibility() {
        members.retain(|name, _| !withheld.contains(&name.as_str()));
    }
    Some(Fact {
        at: record.at,
        body: Canonical::new(members).ok()?,
        kind: record.kind,
        seq: record.seq,
    })
}

#[derive(Serialize)]
struct Whole<'a> {
    candidates: &'a [LotCandidates],
    facts: Vec<Row<'a>>,
    format: &'a str,
    round: u32,
    tender: &'a TenderId,
}

#[derive(Serialize)]
struct Row<'a> {
    at: Instant,
    body: &'a serde_json::Map<String, serde_json::Value>,
    kind: Kind,
    seq: u64,
}

impl Report {
    /// The canonical report document, whose SHA-256 the members sign.
    pub fn canonical(&self) -> Result<Canonical, CanonicalError> {
        let rows = self.facts.iter().map(|fact| Row {
            at: fact.at,
            body: fact.body.members(),
            kind: fact.kind,
            seq: fact.seq,
        });
        Canonical::of(&Whole {
            candidates: &self.candidates,
            facts: rows.collect(),
            format: FORMAT,
            round: self.round,
            tender: &self.tender,
        })
    }

    /// The result reported.
    #[must_use]
    pub fn result(&self) -> Option<EvaluationConcluded> {
        self.facts.last()?.of()
    }

    /// The facts of the round reported.
    pub(crate) fn own(&self) -> impl Iterator<Item = &Fact> {
        let begins = self
            .facts
            .iter()
            .rposition(|fact| fact.kind == Kind::EvaluationReopened)
            .unwrap_or(0);
        self.facts.iter().skip(begins)
    }
}
