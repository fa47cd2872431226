//! What the steps before and after the scores amount to: votes, questions, corrections, judgements.
//!
//! Invariant: only what these facts say is held here; what follows from it is computed where it is asked for.

use facts::body::evaluation::{
    ClarificationAsked, ClarificationReturned, LowPriceJudged, PriceCorrected, ReviewClosed, ReviewVoted,
    ScoreChanged, Vote,
};
use facts::body::evaluation::{EvaluationExtended, ExtensionAsked};
use facts::id::{ClarificationId, CodeId, ItemId, SeatId};
use facts::{Instant, Kind, Record};
use std::collections::BTreeMap;

/// The steps of one evaluation.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Steps {
    /// The end of the review in force.
    pub closed: Option<ReviewClosed>,
    /// The correction in force of each bid.
    pub corrections: BTreeMap<CodeId, PriceCorrected>,
    /// Changed scores, in order.
    pub changes: Vec<Changed>,
    /// Coefficients drawn.
    pub drawn: BTreeMap<ItemId, i64>,
    /// Milliseconds by which the time was extended.
    pub extended: i64,
    /// Seats that asked for more time since the last extension, and how much.
    pub extensions: BTreeMap<SeatId, i64>,
    /// Why seats ask for more time.
    pub haste: BTreeMap<SeatId, String>,
    /// Judgements of explained low prices: bid, seat, whether reasonable.
    pub judged: BTreeMap<CodeId, BTreeMap<SeatId, bool>>,
    /// The order drawn for ties.
    pub order: Vec<CodeId>,
    /// Questions to bidders.
    pub questions: BTreeMap<ClarificationId, Question>,
    /// Why a low price was judged as it was: bid, seat, words.
    pub reasons: BTreeMap<CodeId, BTreeMap<SeatId, String>>,
    /// The members' votes.
    pub votes: BTreeMap<SeatId, Vec<Vote>>,
}

/// Scores that a member changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Changed {
    /// When.
    pub at: Instant,
    /// What, on which ground.
    pub body: ScoreChanged,
    /// Position of the change.
    pub seq: u64,
}

/// One question to a bidder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Question {
    /// When it was asked.
    pub at: Instant,
    /// What was asked.
    pub asked: ClarificationAsked,
    /// What came back.
    pub returned: Option<ClarificationReturned>,
    /// Position of the question.
    pub seq: u64,
}

impl Steps {
    /// Folds one record; `None` where its body cannot be read or is of no step.
    pub(super) fn evolve(&mut self, record: &Record) -> Option<()> {
        match record.kind {
            Kind::ReviewVoted => {
                let body: ReviewVoted = record.of()?;
                self.votes.insert(body.seat, body.votes);
            }
            Kind::ReviewClosed => self.closed = Some(record.of()?),
            Kind::ClarificationAsked => {
                let asked: ClarificationAsked = record.of()?;
                self.questions.insert(
                    asked.clarification.clone(),
                    Question {
                        at: record.at,
                        asked,
                        returned: None,
                        seq: record.seq,
                    },
                );
            }
            Kind::ClarificationReturned => {
                let body: ClarificationReturned = record.of()?;
                let question = self.questions.get_mut(&body.clarification)?;
                question.returned = Some(body);
            }
            Kind::PriceCorrected => {
                let body: PriceCorrected = record.of()?;
                self.corrections.insert(body.code.clone(), body);
            }
            Kind::LowPriceJudged => {
                let body: LowPriceJudged = record.of()?;
                let reasons = self.reasons.entry(body.code.clone()).or_default();
                reasons.insert(body.seat.clone(), body.reason);
                self.judged
                    .entry(body.code)
                    .or_default()
                    .insert(body.seat, body.reasonable);
            }
            Kind::ExtensionAsked => {
                let body: ExtensionAsked = record.of()?;
                self.haste.insert(body.seat.clone(), body.reason);
                self.extensions.insert(body.seat, body.ms);
            }
            Kind::EvaluationExtended => {
                self.extended = self
                    .extended
                    .saturating_add(record.of::<EvaluationExtended>()?.ms);
                self.extensions.clear();
                self.haste.clear();
            }
            Kind::ScoreChanged => self.changes.push(Changed {
                at: record.at,
                body: record.of()?,
                seq: record.seq,
            }),
            _ => return None,
        }
        Some(())
    }

    /// A member left: its votes and judgements are void, and the review is closed anew (条例48).
    pub(super) fn vacate(&mut self, seat: &SeatId) {
        if self.votes.remove(seat).is_some() {
            self.closed = None;
        }
        for judged in self.judged.values_mut() {
            judged.remove(seat);
        }
        for reasons in self.reasons.values_mut() {
            reasons.remove(seat);
        }
        self.extensions.remove(seat);
        self.haste.remove(seat);
    }
}
