//! Whether a card in the log follows from the log before it.
//!
//! Invariant: everything of a card is compared but its texts, which a build words as it does; a card is doubted only
//! if no state of the log from which it can have been computed gives it.

use facts::body::card::{CardEnded, CardIssued, CardWarned};
use facts::{Draft, Instant, Kind, Record, TenderId};
use rules::issued::{FRESH, Look, decide};
use rules::{Board, RuleBook};
use std::collections::BTreeSet;
use std::sync::Arc;

/// What a fact of a card says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Said {
    /// A card was issued.
    Issued(Box<CardIssued>),
    /// Its limit came nearer.
    Warned(CardWarned),
    /// It ended.
    Ended(CardEnded),
}

impl Said {
    /// What a record says of a card, if it does.
    #[must_use]
    pub fn of(record: &Record) -> Option<Self> {
        match record.kind {
            Kind::CardIssued => record.of().map(|body| Self::Issued(Box::new(body))),
            Kind::CardWarned => record.of().map(Self::Warned),
            Kind::CardEnded => record.of().map(Self::Ended),
            _ => None,
        }
    }

    /// The tender it speaks of.
    #[must_use]
    pub const fn tender(&self) -> &TenderId {
        match self {
            Self::Issued(body) => &body.tender,
            Self::Warned(body) => &body.tender,
            Self::Ended(body) => &body.tender,
        }
    }

    /// From how many entries and for which instant it was computed, where it says so.
    #[must_use]
    pub fn computed(&self) -> Option<(u64, Instant)> {
        match self {
            Self::Issued(body) => Some((body.size, body.at)),
            Self::Warned(body) => Some((body.size, body.at)),
            Self::Ended(_) => None,
        }
    }

    fn is(&self, draft: &Draft) -> bool {
        let record = draft.record(0, Instant(0));
        match (self, Self::of(&record)) {
            (Self::Issued(said), Some(Self::Issued(due))) => same(said, &due),
            (Self::Warned(said), Some(Self::Warned(due))) => {
                (said.card, said.ahead, said.due) == (due.card, due.ahead, due.due)
            }
            (Self::Ended(said), Some(Self::Ended(due))) => {
                (said.card, said.how, said.by) == (due.card, due.how, due.by)
            }
            _ => false,
        }
    }
}

/// Whether two cards are one, whatever words they use.
fn same(said: &CardIssued, due: &CardIssued) -> bool {
    let mut due = due.clone();
    due.zh.clone_from(&said.zh);
    due.en.clone_from(&said.en);
    *said == due
}

/// Why a card cannot be what was computed, before anything is computed: Chinese, English.
#[must_use]
pub fn impossible(said: &Said, record: &Record) -> Option<(&'static str, &'static str)> {
    if record.stream != facts::Stream::Supervision(said.tender().clone()) {
        return Some(("它不在该项目的监督流中", "it stands in another stream"));
    }
    let (size, at) = said.computed()?;
    let is_later = match said {
        Said::Issued(body) => body.facts.iter().any(|seq| *seq >= size),
        Said::Warned(body) => body.card >= size,
        Said::Ended(_) => false,
    };
    if size > record.seq || is_later {
        return Some((
            "它自称读取了其后的记录",
            "it says it was computed from entries after it",
        ));
    }
    let late = record.at.since(at);
    if !(0..=FRESH).contains(&late) {
        return Some((
            "它的计算时刻与入链时刻不符",
            "it was not computed in the minute before it",
        ));
    }
    None
}

/// Whether a board gives a card at an instant: what is brought to the log then has it.
#[must_use]
pub fn gives(board: &mut Board, book: &Arc<RuleBook>, said: &Said, at: Instant) -> bool {
    board.rule_by(book.clone());
    board.settle();
    let tender = said.tender();
    let (Some(look), Some(issued)) = (board.look(tender, at), board.issued(tender)) else {
        return false;
    };
    let size = said.computed().map_or(look.size, |(size, _)| size);
    let look = Look { size, ..look };
    decide(issued, &look, at).is_ok_and(|drafts| drafts.iter().any(|draft| said.is(draft)))
}

/// The instants at which a card may have been computed that stands in the log at `at`: when it says, or within the
/// last minute, as far as the state of the log was another.
#[must_use]
pub fn instants(said: &Said, at: Instant, changes: &[Instant]) -> BTreeSet<Instant> {
    said.computed().map_or_else(
        || changes.iter().copied().chain([at, at.plus(-FRESH)]).collect(),
        |(_, computed)| BTreeSet::from([computed]),
    )
}
