//! Shelves: folded states of streams, kept so that nobody has to fold a whole history twice.
//!
//! Invariant: a state on a shelf is a pure fold of a prefix of its stream. Those the pen *keeps* cover everything
//! up to the pen's head as long as their epoch is the pen's; a state is never a source of truth.
//!
//! A state may be large (a tender with all its bids) while a batch adds little, so the pen never copies one per
//! batch: of a stream that is being written there are two copies, the one that readers see and a spare that lags by
//! one batch. The batch catches up on the spare; when it is durable the two change places.

use facts::{Decider, Draft, Instant, Record, Refusal, Stream};
use std::collections::{HashMap, VecDeque};
use std::marker::PhantomData;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// How many streams one shelf holds before the oldest give way.
pub(crate) const STREAMS: usize = 4_096;

/// A state and how far it has read.
#[derive(Debug)]
pub(crate) struct Fold<S> {
    pub(crate) state: Arc<S>,
    /// Position after the last record that was folded.
    pub(crate) next: u64,
}

impl<S> Clone for Fold<S> {
    fn clone(&self) -> Self {
        Self {
            state: self.state.clone(),
            next: self.next,
        }
    }
}

impl<S: Default> Default for Fold<S> {
    fn default() -> Self {
        Self {
            state: Arc::default(),
            next: 0,
        }
    }
}

struct Spare<S> {
    state: Arc<S>,
    lag: Vec<Arc<Record>>,
}

struct Slot<S> {
    fold: Fold<S>,
    epoch: u64,
    spare: Option<Spare<S>>,
}

struct Slots<S> {
    slots: HashMap<Stream, Slot<S>>,
    order: VecDeque<Stream>,
}

impl<S> Default for Slots<S> {
    fn default() -> Self {
        Self {
            slots: HashMap::new(),
            order: VecDeque::new(),
        }
    }
}

impl<S> Slots<S> {
    fn put(&mut self, stream: &Stream, slot: Slot<S>) {
        if self.slots.insert(stream.clone(), slot).is_none() {
            self.order.push_back(stream.clone());
        }
        while self.order.len() > STREAMS {
            if let Some(oldest) = self.order.pop_front() {
                self.slots.remove(&oldest);
            }
        }
    }

    fn fold(&self, stream: &Stream) -> Option<Fold<S>> {
        self.slots.get(stream).map(|slot| slot.fold.clone())
    }
}

/// A stream in the running batch.
struct Work<S> {
    fold: Fold<S>,
    /// The copy with the batch's facts; nobody else holds it.
    mine: Option<Arc<S>>,
    added: Vec<Arc<Record>>,
}

/// The states of one law's streams.
pub(crate) struct Shelf<D: Decider> {
    kept: Mutex<Slots<D::State>>,
    read: Mutex<Slots<D::State>>,
    working: Mutex<HashMap<Stream, Work<D::State>>>,
    law: PhantomData<fn() -> D>,
}

impl<D: Decider> Default for Shelf<D> {
    fn default() -> Self {
        Self {
            kept: Mutex::default(),
            read: Mutex::default(),
            working: Mutex::default(),
            law: PhantomData,
        }
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The stream was not laid out for the batch: a fault of the pen, not of the command.
#[derive(Debug, thiserror::Error)]
#[error("the state of {0} was not laid out before the batch")]
pub(crate) struct NotLaidOut(Stream);

impl<D: Decider> Shelf<D> {
    /// What the pen keeps of a stream, whatever its epoch.
    pub(crate) fn kept(&self, stream: &Stream) -> Option<Fold<D::State>> {
        lock(&self.kept).fold(stream)
    }

    /// The furthest fold that is here, to read on from.
    pub(crate) fn furthest(&self, stream: &Stream) -> Fold<D::State> {
        let read = lock(&self.read).fold(stream);
        [self.kept(stream), read]
            .into_iter()
            .flatten()
            .max_by_key(|fold| fold.next)
            .unwrap_or_default()
    }

    /// Takes a stream off the shelf: whoever looks next folds it anew.
    pub(crate) fn forget(&self, stream: &Stream) {
        for slots in [&self.kept, &self.read] {
            let mut slots = lock(slots);
            if slots.slots.remove(stream).is_some() {
                slots.order.retain(|held| held != stream);
            }
        }
    }

    /// Folds more records onto a fold and shelves the result for readers.
    pub(crate) fn read_on(
        &self,
        stream: &Stream,
        mut fold: Fold<D::State>,
        records: &[Record],
    ) -> Fold<D::State> {
        if records.is_empty() {
            return fold;
        }
        advance::<D>(&mut fold, records);
        let mut read = lock(&self.read);
        if read.fold(stream).is_none_or(|there| there.next < fold.next) {
            read.put(
                stream,
                Slot {
                    fold: fold.clone(),
                    epoch: 0,
                    spare: None,
                },
            );
        }
        fold
    }

    /// Decides on the state that the batch has reached.
    pub(crate) fn decide(
        &self,
        stream: &Stream,
        command: D::Command,
        at: Instant,
    ) -> Result<Result<Vec<Draft>, Refusal>, NotLaidOut> {
        let state = lock(&self.working)
            .get(stream)
            .map(|work| work.mine.as_ref().unwrap_or(&work.fold.state).clone())
            .ok_or_else(|| NotLaidOut(stream.clone()))?;
        Ok(D::decide(&state, command, at))
    }
}

fn advance<D: Decider>(fold: &mut Fold<D::State>, records: &[Record]) {
    let state = Arc::make_mut(&mut fold.state);
    for record in records.iter().filter(|record| record.seq >= fold.next) {
        D::evolve(state, record);
    }
    if let Some(last) = records.last() {
        fold.next = fold.next.max(last.seq.saturating_add(1));
    }
}

/// What the pen needs of a shelf, whatever its law.
pub(crate) trait Law: Send + Sync {
    /// Where to read on from before this stream may be laid out; `None` if it is current.
    fn lacks(&self, stream: &Stream, epoch: u64) -> Option<u64>;
    /// Takes what was read; the stream is current in this epoch now.
    fn fill(&self, stream: &Stream, epoch: u64, records: &[Record]);
    /// Lays a current stream out for the running batch. `false` if it is not current.
    fn lay_out(&self, stream: &Stream, epoch: u64) -> bool;
    /// Folds facts of the running batch.
    fn evolve(&self, stream: &Stream, records: &[Arc<Record>]);
    /// Goes back to where the batch began, with the streams still laid out.
    fn rewind(&self);
    /// Forgets the running batch.
    fn clear(&self);
    /// The running batch is durable: its states are the kept ones.
    fn keep(&self, epoch: u64);
}

impl<D> Law for Shelf<D>
where
    D: Decider,
    D::State: Sync,
{
    fn lacks(&self, stream: &Stream, epoch: u64) -> Option<u64> {
        match lock(&self.kept).slots.get(stream) {
            Some(slot) if slot.epoch == epoch => None,
            Some(slot) => Some(slot.fold.next),
            None => Some(0),
        }
    }

    fn fill(&self, stream: &Stream, epoch: u64, records: &[Record]) {
        let mut fold = self.kept(stream).unwrap_or_default();
        if !records.is_empty() {
            advance::<D>(&mut fold, records);
        }
        lock(&self.kept).put(
            stream,
            Slot {
                fold,
                epoch,
                spare: None,
            },
        );
    }

    fn lay_out(&self, stream: &Stream, epoch: u64) -> bool {
        let kept = lock(&self.kept);
        let Some(slot) = kept.slots.get(stream).filter(|slot| slot.epoch == epoch) else {
            return false;
        };
        lock(&self.working).entry(stream.clone()).or_insert_with(|| Work {
            fold: slot.fold.clone(),
            mine: None,
            added: Vec::new(),
        });
        true
    }

    fn evolve(&self, stream: &Stream, records: &[Arc<Record>]) {
        let mut working = lock(&self.working);
        let Some(work) = working.get_mut(stream) else {
            return;
        };
        if work.mine.is_none() {
            let spare = lock(&self.kept)
                .slots
                .get_mut(stream)
                .and_then(|slot| slot.spare.take());
            work.mine = Some(
                spare
                    .and_then(caught_up::<D>)
                    .unwrap_or_else(|| Arc::new((*work.fold.state).clone())),
            );
        }
        let Some(state) = work.mine.as_mut() else { return };
        let state = Arc::make_mut(state);
        for record in records {
            D::evolve(state, record);
        }
        work.added.extend_from_slice(records);
    }

    fn rewind(&self) {
        for work in lock(&self.working).values_mut() {
            work.mine = None;
            work.added.clear();
        }
    }

    fn clear(&self) {
        lock(&self.working).clear();
    }

    fn keep(&self, epoch: u64) {
        let mut kept = lock(&self.kept);
        for (stream, work) in lock(&self.working).drain() {
            let (Some(state), Some(last)) = (work.mine, work.added.last()) else {
                continue;
            };
            let fold = Fold {
                state,
                next: last.seq.saturating_add(1),
            };
            let spare = Some(Spare {
                state: work.fold.state,
                lag: work.added,
            });
            kept.put(&stream, Slot { fold, epoch, spare });
        }
    }
}

/// The spare with its lag folded in, unless a slow reader still holds it.
fn caught_up<D: Decider>(mut spare: Spare<D::State>) -> Option<Arc<D::State>> {
    let state = Arc::get_mut(&mut spare.state)?;
    for record in &spare.lag {
        D::evolve(state, record);
    }
    Some(spare.state)
}
