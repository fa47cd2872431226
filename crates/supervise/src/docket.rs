//! The docket (监督台账): every tender, where it stands, which clock runs, what happened last.
//!
//! Invariant: a pure projection of the public facts of the log; the same records give the same
//! docket, and a confidential fact leaves no trace in it.

mod fold;
mod matter;

pub use matter::{Clock, LastFact, Matter, Order, Phase};

use facts::{Kind, Record, Stream, TenderId};
use std::collections::BTreeMap;

/// All tenders.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Docket {
    matters: BTreeMap<TenderId, Matter>,
    next: u64,
}

impl Docket {
    /// Position of the first record not yet seen.
    #[must_use]
    pub const fn next(&self) -> u64 {
        self.next
    }

    /// All tenders, ascending.
    pub fn matters(&self) -> impl Iterator<Item = &Matter> {
        self.matters.values()
    }

    /// One tender.
    #[must_use]
    pub fn matter(&self, tender: &TenderId) -> Option<&Matter> {
        self.matters.get(tender)
    }

    /// Takes in a record. Records already seen change nothing, so a batch may be read twice.
    pub fn observe(&mut self, record: &Record) {
        if record.seq < self.next {
            return;
        }
        self.next = record.seq.saturating_add(1);
        // Not even the time of a confidential fact may show: it would tell when somebody bid.
        if record.kind.is_confidential() || record.kind == Kind::FactsDisclosed {
            return;
        }
        let (Stream::Tender(tender) | Stream::Evaluation(tender) | Stream::Supervision(tender)) =
            &record.stream
        else {
            return;
        };
        let matter = self
            .matters
            .entry(tender.clone())
            .or_insert_with(|| Matter::new(tender.clone()));
        fold::fold(matter, record);
    }
}

#[cfg(test)]
mod tests;
