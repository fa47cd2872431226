//! A ceremony as its facts tell it: the same picture for the law, a custodian and an outsider.
//!
//! Invariant: the first fact of a kind by a member stands; a later one changes nothing.

use facts::body::ceremony::{
    CeremonyAnswered, CeremonyCalled, CeremonyCertified, CeremonyCommitted, CeremonyComplained,
    CeremonyCompleted, CeremonyFailed, CeremonyShared, Member,
};
use facts::{Kind, Record};
use std::collections::BTreeMap;
use std::sync::Arc;

/// How a ceremony ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum End {
    /// The keys exist.
    Completed(Arc<CeremonyCompleted>),
    /// There are no keys; another ceremony under a new session may be called.
    Failed(CeremonyFailed),
}

/// All facts of one ceremony so far.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct View {
    /// Roster, threshold, number of keys.
    pub called: Arc<CeremonyCalled>,
    /// Round 1 by member.
    pub committed: BTreeMap<u16, Arc<CeremonyCommitted>>,
    /// Round 2 by member.
    pub shared: BTreeMap<u16, Arc<CeremonyShared>>,
    /// Complaints in the order of the log.
    pub complained: Vec<CeremonyComplained>,
    /// Answers in the order of the log.
    pub answered: Vec<CeremonyAnswered>,
    /// Round 3 by member.
    pub certified: BTreeMap<u16, Arc<CeremonyCertified>>,
    /// The end, if it came.
    pub end: Option<End>,
}

impl View {
    /// A ceremony that was just called.
    #[must_use]
    pub fn new(called: CeremonyCalled) -> Self {
        Self {
            called: Arc::new(called),
            committed: BTreeMap::new(),
            shared: BTreeMap::new(),
            complained: Vec::new(),
            answered: Vec::new(),
            certified: BTreeMap::new(),
            end: None,
        }
    }

    /// The ceremony that these records tell, in the order of the log; `None` if none of them calls it.
    pub fn of<'a>(records: impl IntoIterator<Item = &'a Record>) -> Option<Self> {
        let mut view: Option<Self> = None;
        for record in records {
            match &mut view {
                Some(view) => view.add(record),
                None => view = record.of::<CeremonyCalled>().map(Self::new),
            }
        }
        view
    }

    /// Adds one more fact. Facts of other kinds, erased ones and repetitions change nothing.
    pub fn add(&mut self, record: &Record) {
        match record.kind {
            Kind::CeremonyCommitted => {
                keep(&mut self.committed, record, |body: &CeremonyCommitted| body.index);
            }
            Kind::CeremonyShared => keep(&mut self.shared, record, |body: &CeremonyShared| body.index),
            Kind::CeremonyCertified => {
                keep(&mut self.certified, record, |body: &CeremonyCertified| body.index);
            }
            Kind::CeremonyComplained => self.complained.extend(record.of::<CeremonyComplained>()),
            Kind::CeremonyAnswered => self.answered.extend(record.of::<CeremonyAnswered>()),
            Kind::CeremonyCompleted if self.end.is_none() => {
                self.end = record.of().map(|body| End::Completed(Arc::new(body)));
            }
            Kind::CeremonyFailed if self.end.is_none() => self.end = record.of().map(End::Failed),
            _ => {}
        }
    }

    /// The member with this index.
    #[must_use]
    pub fn member(&self, index: u16) -> Option<&Member> {
        self.called.members.iter().find(|member| member.index == index)
    }

    /// Whether every member is through round 1.
    #[must_use]
    pub fn all_committed(&self) -> bool {
        self.all(|index| self.committed.contains_key(&index))
    }

    /// Whether every member is through round 2.
    #[must_use]
    pub fn all_shared(&self) -> bool {
        self.all(|index| self.shared.contains_key(&index))
    }

    /// Whether every member signed the certificates.
    #[must_use]
    pub fn all_certified(&self) -> bool {
        self.all(|index| self.certified.contains_key(&index))
    }

    /// The complaint that waits for its answer.
    #[must_use]
    pub fn dispute(&self) -> Option<&CeremonyComplained> {
        self.complained.iter().find(|complaint| {
            !self.answered.iter().any(|answer| {
                (answer.index, answer.to, answer.slot) == (complaint.against, complaint.index, complaint.slot)
            })
        })
    }

    fn all(&self, done: impl Fn(u16) -> bool) -> bool {
        !self.called.members.is_empty() && self.called.members.iter().all(|member| done(member.index))
    }
}

fn keep<B: facts::Body>(map: &mut BTreeMap<u16, Arc<B>>, record: &Record, index: impl Fn(&B) -> u16) {
    if let Some(body) = record.of::<B>() {
        map.entry(index(&body)).or_insert_with(|| Arc::new(body));
    }
}
