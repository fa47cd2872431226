//! The complaints of all tenders and the accesses that wait for a second supervisor, as they follow the log.
//!
//! Invariant: of what a complaint says nothing is kept, only where it stands and by which key it was filed; an access
//! waits until another supervisor grants it.

use crate::complaint::{self, Complaint};
use facts::body::supervision::{AccessGranted, AccessRequested};
use facts::id::{AccessId, ComplaintId};
use facts::{Hex, Instant, Kind, Record, TenderId};
use std::collections::{BTreeMap, BTreeSet};

/// An index of complaints and accesses.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Complaints {
    by_tender: BTreeMap<TenderId, BTreeMap<ComplaintId, Complaint>>,
    by_key: BTreeMap<Hex<32>, BTreeSet<(TenderId, ComplaintId)>>,
    accesses: BTreeMap<(TenderId, AccessId), Instant>,
}

impl Complaints {
    /// Takes in a record of the stream of supervision over a tender.
    pub(super) fn observe(&mut self, tender: &TenderId, record: &Record) {
        match record.kind {
            Kind::AccessRequested => {
                let body = record.of::<AccessRequested>();
                let asked = body.map(|body| ((tender.clone(), body.access), record.at));
                self.accesses.extend(asked);
            }
            Kind::AccessGranted => {
                if let Some(body) = record.of::<AccessGranted>() {
                    self.accesses.remove(&(tender.clone(), body.access));
                }
            }
            kind if kind.name().starts_with("complaint.") => self.complained(tender, record),
            _ => {}
        }
    }

    fn complained(&mut self, tender: &TenderId, record: &Record) {
        let known = self.by_tender.entry(tender.clone()).or_default();
        complaint::fold(known, record);
        if record.kind != Kind::ComplaintFiled {
            return;
        }
        for complaint in known.values_mut() {
            if complaint.facts.first() == Some(&record.seq) {
                let filed = &mut complaint.filed;
                filed.claims.clear();
                filed.requests.clear();
                filed.evidence.clear();
                let own = self.by_key.entry(complaint.by).or_default();
                own.insert((tender.clone(), filed.complaint.clone()));
            }
        }
    }

    /// All, by tender and name.
    pub(super) fn all(&self) -> impl Iterator<Item = &Complaint> {
        self.by_tender.values().flat_map(BTreeMap::values)
    }

    /// Those filed with a key.
    pub(super) fn of(&self, key: &Hex<32>) -> impl Iterator<Item = &Complaint> {
        let own = self.by_key.get(key).into_iter().flatten();
        own.filter_map(|(tender, complaint)| self.by_tender.get(tender)?.get(complaint))
    }

    /// Accesses that wait for the second supervisor, with the time at which they were asked for.
    pub(super) fn accesses(&self) -> impl Iterator<Item = (&TenderId, &AccessId, Instant)> {
        let waiting = self.accesses.iter();
        waiting.map(|((tender, access), at)| (tender, access, *at))
    }
}
