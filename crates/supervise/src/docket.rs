//! The docket (监督台账): every tender, where it stands, which clock runs, what happened last.
//!
//! Invariant: a pure projection of the public facts of the log; the same records give the same
//! docket. A confidential fact leaves no trace in it, save those of an evaluation, which move its process on and nothing
//! else (see [`process`]), and of supervision itself: where a complaint stands, and which access waits for a second
//! supervisor.

mod complaints;
mod demands;
mod fold;
pub mod hall;
mod matter;
pub mod process;

pub use hall::{Hall, HallView};
pub use matter::{Clock, Demand, LastFact, Matter, Order, Phase, Raised};
pub use process::{Process, ProcessView, Step};

use crate::complaint::Complaint;
use complaints::Complaints;
use facts::calendar::{Date, day_of};
use facts::id::AccessId;
use facts::{Hex, Instant, Kind, Record, Stream, TenderId};
use std::collections::BTreeMap;

/// All tenders.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Docket {
    matters: BTreeMap<TenderId, Matter>,
    processes: BTreeMap<TenderId, Process>,
    halls: BTreeMap<TenderId, Option<Hall>>,
    complaints: Complaints,
    changes: u64,
    next: u64,
    /// Entries up to the end of each month in which there are any, by its first day.
    sizes: BTreeMap<Date, u64>,
}

impl Docket {
    /// Position of the first record not yet seen.
    #[must_use]
    pub const fn next(&self) -> u64 {
        self.next
    }

    /// Entries of the log up to the end of the month in which a day lies, of those seen.
    #[must_use]
    pub fn size_until(&self, day: Date) -> u64 {
        let months = self.sizes.range(..=day.first_of_month());
        months.last().map_or(0, |(_, size)| *size)
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

    /// Every complaint, by tender and name; of what they say nothing is kept.
    pub fn complaints(&self) -> impl Iterator<Item = &Complaint> {
        self.complaints.all()
    }

    /// The complaints filed with a key.
    pub fn complaints_of(&self, key: &Hex<32>) -> impl Iterator<Item = &Complaint> {
        self.complaints.of(key)
    }

    /// Accesses to confidential facts that wait for a second supervisor, with the time at which they were asked for.
    pub fn accesses(&self) -> impl Iterator<Item = (&TenderId, &AccessId, Instant)> {
        self.complaints.accesses()
    }

    /// How many records were taken in that change something a supervisor may see: as long as this stays, docket, cards
    /// and signs stay but for the time.
    #[must_use]
    pub const fn changes(&self) -> u64 {
        self.changes
    }

    /// Takes in a record. Records already seen change nothing, so a batch may be read twice.
    pub fn observe(&mut self, record: &Record) {
        if record.seq < self.next {
            return;
        }
        self.next = record.seq.saturating_add(1);
        // The times of all entries are public in the log, so their number tells nothing.
        self.sizes.insert(day_of(record.at).first_of_month(), self.next);
        if let Stream::Evaluation(tender) = &record.stream {
            let process = self.processes.entry(tender.clone()).or_default();
            process.observe(record);
        }
        if let Stream::Supervision(tender) = &record.stream {
            self.complaints.observe(tender, record);
        }
        let is_sealed = record.kind.is_confidential();
        if !is_sealed || matches!(record.stream, Stream::Evaluation(_) | Stream::Supervision(_)) {
            self.changes = self.changes.saturating_add(1);
        }
        // Not even the time of a confidential fact may show: it would tell when somebody bid.
        if is_sealed || record.kind == Kind::FactsDisclosed {
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
