//! The docket (监督台账): every tender, where it stands, which clock runs, what happened last.
//!
//! Invariant: a pure projection of the public facts of the log; the same records give the same
//! docket. A confidential fact leaves no trace in it, save those of an evaluation, which move its process on and nothing
//! else (see [`process`]), and complaints, of which name and time are kept while they are open.

mod fold;
pub mod hall;
mod matter;
pub mod process;

pub use hall::{Hall, HallView};
pub use matter::{Clock, LastFact, Matter, Order, Phase};
pub use process::{Process, ProcessView, Step};

use facts::body::complaint::{ComplaintDecided, ComplaintFiled, ComplaintRefused, ComplaintWithdrawn};
use facts::id::ComplaintId;
use facts::{Instant, Kind, Record, Stream, TenderId};
use std::collections::BTreeMap;

/// All tenders.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Docket {
    matters: BTreeMap<TenderId, Matter>,
    processes: BTreeMap<TenderId, Process>,
    halls: BTreeMap<TenderId, Option<Hall>>,
    complaints: BTreeMap<(TenderId, ComplaintId), Instant>,
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

    /// How far the evaluation of a tender is; `None` before anything of it happened.
    #[must_use]
    pub fn process(&self, tender: &TenderId) -> Option<&Process> {
        self.processes.get(tender)
    }

    /// The opening that goes on; `None` before its list is frozen and after it is over.
    #[must_use]
    pub fn hall(&self, tender: &TenderId) -> Option<HallView> {
        self.halls.get(tender)?.as_ref()?.view()
    }

    /// Complaints that are neither decided, refused nor withdrawn, with the times at which they were filed.
    pub fn complaints(&self) -> impl Iterator<Item = (&TenderId, &ComplaintId, Instant)> {
        let open = self.complaints.iter();
        open.map(|((tender, complaint), at)| (tender, complaint, *at))
    }

    fn complained(&mut self, tender: &TenderId, record: &Record) {
        if let Some(body) = record.of::<ComplaintFiled>() {
            self.complaints
                .insert((tender.clone(), body.complaint), record.at);
        }
        let refused = record.of().map(|body: ComplaintRefused| body.complaint);
        let decided = || record.of().map(|body: ComplaintDecided| body.complaint);
        let withdrawn = || record.of().map(|body: ComplaintWithdrawn| body.complaint);
        if let Some(ended) = refused.or_else(decided).or_else(withdrawn) {
            self.complaints.remove(&(tender.clone(), ended));
        }
    }

    /// Takes in a record. Records already seen change nothing, so a batch may be read twice.
    pub fn observe(&mut self, record: &Record) {
        if record.seq < self.next {
            return;
        }
        self.next = record.seq.saturating_add(1);
        if let Stream::Evaluation(tender) = &record.stream {
            let process = self.processes.entry(tender.clone()).or_default();
            process.observe(record);
        }
        if let Stream::Supervision(tender) = &record.stream {
            self.complained(tender, record);
        }
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
        if let Stream::Tender(tender) = &record.stream {
            Hall::observe(self.halls.entry(tender.clone()).or_default(), record);
            if record.kind == Kind::TenderNoticed {
                let process = self.processes.entry(tender.clone()).or_default();
                process.observe(record);
            }
        }
    }
}

#[cfg(test)]
mod tests;
