//! The page of one stream.
//!
//! Invariant: events are only ever added at the end; a fact that was sealed is added where it was disclosed, just
//! before the fact that discloses it.

use crate::zones::shapes::RecordView;
use bytes::Bytes;
use desk::{Outage, ReadLog};
use facts::body::platform::FactsDisclosed;
use facts::{Canonical, Decider as _, Record, Stream, Visibility};
use procure::Tenders;
use serde::Serialize;
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};
use tokio::sync::watch;

/// A fact that became public.
#[derive(Debug)]
pub struct Event {
    /// Its position in the log.
    pub seq: u64,
    /// Position of the fact with which it became public: its own, or that of its disclosure.
    pub public_at: u64,
    /// The event as it is sent (`text/event-stream`).
    pub frame: Bytes,
}

/// What an event says.
#[derive(Serialize, utoipa::ToSchema)]
pub(crate) struct Told {
    /// The tender's phase after the fact.
    phase: Option<&'static str>,
    /// The fact.
    record: RecordView,
}

#[derive(Default)]
struct Shown {
    /// In the order in which they became public.
    events: Vec<Arc<Event>>,
    /// What is public now, by position.
    records: BTreeMap<u64, Arc<Record>>,
}

/// What was read of the stream, secrets and all; never shown.
#[derive(Default)]
struct Reading {
    /// Position after the last record that was read.
    next: u64,
    /// Everything below this position of the log was read.
    size: u64,
    state: Option<Box<procure::State>>,
    /// Confidential facts that are not disclosed, and public ones that withhold something.
    sealed: BTreeMap<u64, Record>,
}

/// How far a page has come, for those who watch it.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Edge {
    pub(super) events: usize,
    pub(super) is_closed: bool,
}

/// The page of one stream.
pub struct Page {
    stream: Stream,
    reading: tokio::sync::Mutex<Reading>,
    shown: RwLock<Shown>,
    edge: watch::Sender<Edge>,
    /// The last answer that was written from it, with its tag.
    answer: Mutex<Option<(String, Bytes)>>,
}

impl Page {
    pub(super) fn new(stream: Stream) -> Self {
        let state = matches!(stream, Stream::Tender(_)).then(Box::default);
        Self {
            stream,
            reading: tokio::sync::Mutex::new(Reading {
                state,
                ..Reading::default()
            }),
            shown: RwLock::default(),
            edge: watch::Sender::new(Edge::default()),
            answer: Mutex::default(),
        }
    }

    /// The stream.
    #[must_use]
    pub const fn stream(&self) -> &Stream {
        &self.stream
    }

    fn shown(&self) -> RwLockReadGuard<'_, Shown> {
        self.shown.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn shown_mut(&self) -> RwLockWriteGuard<'_, Shown> {
        self.shown.write().unwrap_or_else(PoisonError::into_inner)
    }

    /// Number of events.
    #[must_use]
    pub fn len(&self) -> usize {
        self.shown().events.len()
    }

    /// Whether nothing of the stream is public.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The facts that are public now, in the order of their positions, and the page's revision: the position of the
    /// fact that last changed what is public.
    #[must_use]
    pub fn records(&self) -> (Option<u64>, Vec<Arc<Record>>) {
        let shown = self.shown();
        let revision = shown.events.last().map(|event| event.public_at);
        (revision, shown.records.values().cloned().collect())
    }

    /// The position of the fact that last changed what is public.
    #[must_use]
    pub fn revision(&self) -> Option<u64> {
        self.shown().events.last().map(|event| event.public_at)
    }

    /// The events from a place on, at most so many.
    pub(super) fn events(&self, from: usize, most: usize) -> Vec<Arc<Event>> {
        self.shown()
            .events
            .iter()
            .skip(from)
            .take(most)
            .cloned()
            .collect()
    }

    /// The place after the event of a fact. Of a fact that is not on the page: the place after everything that was
    /// public before it landed.
    pub(super) fn place_after(&self, seq: u64) -> usize {
        let shown = self.shown();
        let known = shown.events.iter().position(|event| event.seq == seq);
        known.map_or_else(
            || shown.events.partition_point(|event| event.public_at <= seq),
            |at| at.saturating_add(1),
        )
    }

    /// The answer of that tag, written anew unless it is the one that was written last.
    pub fn answer(&self, tag: &str, write: impl FnOnce() -> Result<Bytes, Outage>) -> Result<Bytes, Outage> {
        let kept = || self.answer.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((known, bytes)) = kept().as_ref()
            && known == tag
        {
            return Ok(bytes.clone());
        }
        let bytes = write()?;
        *kept() = Some((tag.to_owned(), bytes.clone()));
        Ok(bytes)
    }

    pub(super) fn edge(&self) -> watch::Receiver<Edge> {
        self.edge.subscribe()
    }

    pub(super) fn is_watched(&self) -> bool {
        self.edge.receiver_count() > 0
    }

    pub(super) fn close(&self) {
        self.edge.send_modify(|edge| edge.is_closed = true);
    }

    /// Reads on to the end of the log, unless it is known to have been read up to this size.
    pub(super) async fn read_on(&self, log: &dyn ReadLog, known: Option<u64>) -> Result<(), Outage> {
        let mut reading = self.reading.lock().await;
        if known.is_some_and(|size| size <= reading.size) {
            return Ok(());
        }
        let records = log.history(&self.stream, reading.next).await?;
        for record in records {
            reading.next = record.seq.saturating_add(1);
            self.take(&mut reading, record);
        }
        reading.size = reading.size.max(known.unwrap_or(0)).max(reading.next);
        drop(reading);
        let events = self.len();
        // Only what is public is told of: a watcher does not even wake for the rest.
        self.edge.send_if_modified(|edge| {
            let grew = edge.events != events;
            edge.events = events;
            grew
        });
        Ok(())
    }

    fn take(&self, reading: &mut Reading, record: Record) {
        if let Some(state) = &mut reading.state {
            Tenders::evolve(state, &record);
        }
        let phase = reading.state.as_ref().map(|state| state.phase().word());
        let at = record.seq;
        if let Some(disclosed) = record.of::<FactsDisclosed>() {
            let mut seqs = disclosed.seqs;
            seqs.sort_unstable();
            for record in seqs.iter().filter_map(|seq| reading.sealed.remove(seq)) {
                self.show(record, at, phase);
            }
        }
        match record.kind.visibility() {
            Visibility::Confidential => drop(reading.sealed.insert(at, record)),
            Visibility::Public { withheld: [] } => self.show(record, at, phase),
            Visibility::Public { withheld } => {
                let public = without(&record, withheld);
                reading.sealed.insert(at, record);
                self.show(public, at, phase);
            }
        }
    }

    /// Puts a fact on the page. One that stands there and withheld something is shown whole from now on; it is no
    /// second event.
    fn show(&self, record: Record, public_at: u64, phase: Option<&'static str>) {
        let seq = record.seq;
        let told = Told {
            phase,
            record: RecordView::of(&record),
        };
        let frame = frame(seq, &told);
        let mut shown = self.shown_mut();
        if shown.records.insert(seq, Arc::new(record)).is_none() {
            shown.events.push(Arc::new(Event {
                seq,
                public_at,
                frame,
            }));
        }
    }
}

/// The record without the members that its kind withholds.
fn without(record: &Record, withheld: &[&str]) -> Record {
    let mut members = record.body.members().clone();
    members.retain(|name, _| !withheld.contains(&name.as_str()));
    Record {
        body: Canonical::new(members).unwrap_or_default(),
        ..record.clone()
    }
}

fn frame(seq: u64, told: &Told) -> Bytes {
    // Members of a record's body are JSON already: writing them again cannot fail, and has no line breaks.
    let data = serde_json::to_string(told).unwrap_or_default();
    Bytes::from(format!("id: {seq}\nevent: fact\ndata: {data}\n\n"))
}
