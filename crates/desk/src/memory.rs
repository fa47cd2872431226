//! The ports in memory, for tests and benches: a log that can be told to fail, a clock that is held, randomness from
//! a seed.
//!
//! Invariant: the log in memory keeps the contract of the stores: all or nothing, compare-and-append on the position,
//! acts and marks unique, tiles that are those of its own leaves.

use crate::ports::AppendError;
use crate::{AppendLog, Clock, Entropy, Outage, ReadLog, Row};
use async_trait::async_trait;
use bytes::Bytes;
use facts::{Canonical, Instant, Record, Stream};
use ledger::{Entry, Head, Payload, TileId, Tree, record_of};
use rand_chacha::ChaCha20Rng;
use rand_chacha::rand_core::{RngCore, SeedableRng};
use std::collections::{BTreeMap, HashMap, VecDeque};
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// A clock that stands where it is put.
#[derive(Debug, Default)]
pub struct HeldClock(AtomicI64);

impl HeldClock {
    /// A clock that shows this instant.
    #[must_use]
    pub const fn at(instant: Instant) -> Self {
        Self(AtomicI64::new(instant.0))
    }

    /// Puts the clock.
    pub fn set(&self, instant: Instant) {
        self.0.store(instant.0, Ordering::SeqCst);
    }

    /// Moves the clock by milliseconds.
    pub fn advance(&self, millis: i64) {
        self.0.fetch_add(millis, Ordering::SeqCst);
    }
}

impl Clock for HeldClock {
    fn now(&self) -> Instant {
        Instant(self.0.load(Ordering::SeqCst))
    }
}

/// Randomness that repeats itself from the same seed. Never for anything but tests.
#[derive(Debug)]
pub struct SeededEntropy(Mutex<ChaCha20Rng>);

impl SeededEntropy {
    /// The stream of a seed.
    #[must_use]
    pub fn new(seed: u64) -> Self {
        Self(Mutex::new(ChaCha20Rng::seed_from_u64(seed)))
    }
}

impl Entropy for SeededEntropy {
    fn fill(&self, buffer: &mut [u8]) {
        lock(&self.0).fill_bytes(buffer);
    }
}

/// What the log does wrong at one of its next calls.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// Appending fails and nothing is written.
    AppendLost,
    /// Appending reports a failure although everything was written.
    AppendUncertain,
    /// Reading a history fails.
    History,
    /// Reading the head fails.
    Head,
    /// Keeping a checkpoint fails.
    Keep,
}

#[derive(Default)]
struct Inner {
    rows: Vec<Row>,
    records: Vec<Record>,
    streams: HashMap<Stream, Vec<usize>>,
    order: Vec<Stream>,
    acts: HashMap<[u8; 32], u64>,
    marks: HashMap<(String, String), String>,
    tree: Tree,
    tiles: HashMap<(u8, u64), Bytes>,
    checkpoints: BTreeMap<u64, String>,
    erased: Vec<u64>,
    faults: VecDeque<Fault>,
    appends: u64,
}

impl Inner {
    fn fault(&mut self, wanted: &[Fault]) -> Option<Fault> {
        let at = self.faults.iter().position(|fault| wanted.contains(fault))?;
        self.faults.remove(at)
    }

    fn is_taken(&self, rows: &[Row]) -> bool {
        let mut seen = std::collections::HashSet::new();
        let mut acts = std::collections::HashSet::new();
        (self.rows.len() as u64..).zip(rows).any(|(seq, row)| {
            row.seq != seq
                || row
                    .act
                    .is_some_and(|act| self.acts.contains_key(&act) || !acts.insert(act))
                || row.marks.iter().any(|mark| {
                    let key = (mark.name.to_owned(), mark.key.clone());
                    self.marks.contains_key(&key) || !seen.insert(key)
                })
        })
    }

    fn write(&mut self, rows: &[Row], tiles: &[(u8, u64, Bytes)]) -> Result<(), Outage> {
        let wrong = |what: String| Outage::new("appending", what);
        let mut tree = self.tree.clone();
        let mut completed = Vec::new();
        let mut records = Vec::with_capacity(rows.len());
        let mut previous = self.rows.last().map_or([0; 32], |last| last.leaf);
        for row in rows {
            let entry = Entry::parse(&row.entry).map_err(|error| wrong(error.to_string()))?;
            let payload = Payload::from_bytes(&row.payload).map_err(|error| wrong(error.to_string()))?;
            if entry.prev != previous
                || entry.leaf() != row.leaf
                || entry.ts != row.at
                || entry.seq != row.seq
            {
                return Err(wrong(format!("row {} is not its entry", row.seq)));
            }
            previous = row.leaf;
            records.push(record_of(&entry, &payload).map_err(|error| wrong(error.to_string()))?);
            completed.extend(
                tree.push(row.leaf)
                    .into_iter()
                    .map(|t| (t.level, t.index, Bytes::from(t.hashes))),
            );
        }
        if completed != tiles {
            return Err(wrong("the tiles are not those of the leaves".to_owned()));
        }
        self.tree = tree;
        self.tiles.extend(
            completed
                .into_iter()
                .map(|(level, index, hashes)| ((level, index), hashes)),
        );
        for (row, record) in rows.iter().zip(records) {
            if !self.streams.contains_key(&row.stream) {
                self.order.push(row.stream.clone());
            }
            self.streams
                .entry(row.stream.clone())
                .or_default()
                .push(self.rows.len());
            self.acts.extend(row.act.map(|act| (act, row.seq)));
            let marks = row
                .marks
                .iter()
                .map(|m| ((m.name.to_owned(), m.key.clone()), m.value.clone()));
            self.marks.extend(marks);
            self.rows.push(row.clone());
            self.records.push(record);
        }
        Ok(())
    }

    fn record(&self, index: usize) -> Option<Record> {
        let mut record = self.records.get(index)?.clone();
        if self.erased.contains(&record.seq) {
            record.body = Canonical::default();
        }
        Some(record)
    }
}

/// A log in memory. Clones of the `Arc` around it are connections to one store.
#[derive(Default)]
pub struct MemoryLog(Mutex<Inner>);

impl MemoryLog {
    /// An empty log.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// The next call that can fail like this does.
    pub fn fail(&self, fault: Fault) {
        lock(&self.0).faults.push_back(fault);
    }

    /// Nothing fails any more.
    pub fn heal(&self) {
        lock(&self.0).faults.clear();
    }

    /// Batches appended so far.
    #[must_use]
    pub fn appends(&self) -> u64 {
        lock(&self.0).appends
    }

    /// All rows, for checking the chain from outside.
    #[must_use]
    pub fn rows(&self) -> Vec<Row> {
        lock(&self.0).rows.clone()
    }

    /// Sizes of the checkpoints kept.
    #[must_use]
    pub fn kept(&self) -> Vec<u64> {
        lock(&self.0).checkpoints.keys().copied().collect()
    }

    /// Overwrites the bytes of a stored entry behind everybody's back.
    pub fn tamper(&self, seq: u64, entry: Bytes) {
        let mut inner = lock(&self.0);
        if let Some(row) = inner.rows.iter_mut().find(|row| row.seq == seq) {
            row.leaf = ledger::leaf_hash(&entry);
            row.entry = entry;
        }
    }

    fn read<T>(&self, faults: &[Fault], reading: impl FnOnce(&Inner) -> T) -> Result<T, Outage> {
        let mut inner = lock(&self.0);
        match inner.fault(faults) {
            Some(fault) => Err(Outage::new("reading", format!("told to fail: {fault:?}"))),
            None => Ok(reading(&inner)),
        }
    }
}

fn place(seq: u64) -> usize {
    usize::try_from(seq).unwrap_or(usize::MAX)
}

#[async_trait]
impl ReadLog for MemoryLog {
    async fn head(&self) -> Result<Head, Outage> {
        self.read(&[Fault::Head], |inner| {
            inner.rows.last().map_or_else(Head::default, |last| Head {
                size: last.seq.saturating_add(1),
                prev: last.leaf,
                ts: last.at,
                root: inner.tree.root(),
            })
        })
    }

    async fn history(&self, stream: &Stream, from: u64) -> Result<Vec<Record>, Outage> {
        self.read(&[Fault::History], |inner| {
            let places = inner.streams.get(stream).map(Vec::as_slice).unwrap_or_default();
            places
                .iter()
                .filter(|at| **at >= place(from))
                .filter_map(|at| inner.record(*at))
                .collect()
        })
    }

    async fn records(&self, from: u64, limit: u32) -> Result<Vec<Record>, Outage> {
        self.read(&[], |inner| {
            (place(from)..inner.records.len())
                .take(place(limit.into()))
                .filter_map(|at| inner.record(at))
                .collect()
        })
    }

    async fn decisions(&self, before: u64, limit: u32) -> Result<Vec<Record>, Outage> {
        self.read(&[], |inner| {
            let below = (0..inner.records.len().min(place(before))).rev();
            below
                .filter_map(|at| inner.record(at))
                .filter(|record| record.kind == facts::Kind::ComplaintDecided)
                .take(place(limit.into()))
                .collect()
        })
    }

    async fn entries(&self, from: u64, limit: u32) -> Result<Vec<Bytes>, Outage> {
        self.read(&[], |inner| {
            inner
                .rows
                .iter()
                .skip(place(from))
                .take(place(limit.into()))
                .map(|row| row.entry.clone())
                .collect()
        })
    }

    async fn payload(&self, seq: u64) -> Result<Option<Payload>, Outage> {
        let bytes = self.read(&[], |inner| {
            let row = inner
                .rows
                .get(place(seq))
                .filter(|row| !inner.erased.contains(&row.seq));
            row.map(|row| row.payload.clone())
        })?;
        bytes
            .map(|bytes| Payload::from_bytes(&bytes))
            .transpose()
            .map_err(|error| Outage::new("reading a payload", error))
    }

    async fn position(&self, act: [u8; 32]) -> Result<Option<u64>, Outage> {
        self.read(&[], |inner| inner.acts.get(&act).copied())
    }

    async fn tile(&self, level: u8, index: u64, width: u16) -> Result<Option<Bytes>, Outage> {
        self.read(&[], |inner| {
            let wanted = usize::from(width).saturating_mul(32);
            match inner.tiles.get(&(level, index)) {
                Some(full) => full.get(..wanted).map(Bytes::copy_from_slice),
                None => inner.tree.tile(TileId { level, index, width }).map(Bytes::from),
            }
        })
    }

    async fn streams(&self, prefix: &str, after: Option<&str>, limit: u32) -> Result<Vec<Stream>, Outage> {
        self.read(&[], |inner| {
            let matching = inner
                .order
                .iter()
                .filter(|stream| stream.to_string().starts_with(prefix));
            let skip = after.map_or(0, |after| {
                let at = matching.clone().position(|stream| stream.to_string() == after);
                at.map_or(0, |at| at.saturating_add(1))
            });
            matching.skip(skip).take(place(limit.into())).cloned().collect()
        })
    }

    async fn mark(&self, name: &str, key: &str) -> Result<Option<String>, Outage> {
        self.read(&[], |inner| {
            inner.marks.get(&(name.to_owned(), key.to_owned())).cloned()
        })
    }

    async fn checkpoint(&self, size: u64) -> Result<Option<(u64, String)>, Outage> {
        self.read(&[], |inner| {
            inner
                .checkpoints
                .range(..=size)
                .next_back()
                .map(|(size, note)| (*size, note.clone()))
        })
    }
}

#[async_trait]
impl AppendLog for MemoryLog {
    async fn append(&self, rows: &[Row], tiles: &[(u8, u64, Bytes)]) -> Result<(), AppendError> {
        // A real store lets others run meanwhile.
        tokio::task::yield_now().await;
        let mut inner = lock(&self.0);
        let fault = inner.fault(&[Fault::AppendLost, Fault::AppendUncertain]);
        if fault == Some(Fault::AppendLost) {
            return Err(Outage::new("appending", "told to fail").into());
        }
        if inner.is_taken(rows) {
            return Err(AppendError::Taken);
        }
        inner.write(rows, tiles)?;
        inner.appends = inner.appends.saturating_add(1);
        match fault {
            Some(_) => Err(Outage::new("appending", "told to be uncertain").into()),
            None => Ok(()),
        }
    }

    async fn taken(&self, marks: &[(&str, &str)]) -> Result<Vec<(String, String)>, Outage> {
        self.read(&[], |inner| {
            let keys = marks
                .iter()
                .map(|(name, key)| ((*name).to_owned(), (*key).to_owned()));
            keys.filter(|key| inner.marks.contains_key(key)).collect()
        })
    }

    async fn keep_checkpoint(&self, size: u64, note: &str) -> Result<(), Outage> {
        let mut inner = lock(&self.0);
        if inner.fault(&[Fault::Keep]).is_some() {
            return Err(Outage::new("keeping a checkpoint", "told to fail"));
        }
        inner.checkpoints.insert(size, note.to_owned());
        Ok(())
    }

    async fn erase(&self, seq: u64) -> Result<(), Outage> {
        lock(&self.0).erased.push(seq);
        Ok(())
    }
}
