//! The pen (执笔): the one writer of a process. It takes the commands that wait, decides them one after another and
//! appends what follows as one batch, in one transaction, under one checkpoint (group commit).
//!
//! Invariants: the head is read before any history, so nothing is decided on a state older than the head it is
//! appended to; a refusal is given only on a head known to be current; of a batch everything lands or nothing.

mod answer;
mod compose;
mod landed;
mod look;
mod recent;
mod run;

pub(crate) use landed::fetch;
pub use landed::{Landed, Latest};

use crate::mark::Marker;
use crate::shelf::Law;
use crate::signer::Signer;
use crate::{AppendLog, Clock, Entropy, Failure, Outage, ReadLog};
use facts::{Draft, Instant, Record, Refusal, Stream};
use landed::Evidence;
use ledger::Hash;
use recent::{Memory, Recent};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tokio::sync::{broadcast, mpsc, oneshot, watch};
use tokio::task::JoinHandle;

/// Commands decided in one batch at most.
pub const BATCH: usize = 512;
/// Commands that may wait; whoever comes later waits for a place.
pub const QUEUE: usize = 4_096;
/// The wall clock may lag the log by so many milliseconds before the pen refuses to write.
pub const LAG: i64 = 2_000;
/// A checkpoint is kept after so many milliseconds of the log's time.
pub const KEEP_EVERY: i64 = 10_000;
/// Batches that a slow follower may miss before it must read the log again.
const FOLLOW: usize = 1_024;

/// What a pen is made of.
#[derive(Clone)]
pub struct Tools {
    /// The log.
    pub log: Arc<dyn AppendLog>,
    /// The wall clock.
    pub clock: Arc<dyn Clock>,
    /// Where salts come from.
    pub entropy: Arc<dyn Entropy>,
    /// Signs checkpoints.
    pub signer: Arc<dyn Signer>,
    /// The log's origin line.
    pub origin: String,
    /// Whether this process alone writes the log. Then readers may trust the pen's states without looking.
    pub sole: bool,
}

/// Facts of one batch, in order. They include confidential ones: show them to nobody unfiltered.
pub type Batch = Arc<[Arc<Record>]>;

/// What a job is told.
pub(crate) enum Reply {
    /// Its facts landed.
    Landed(Vec<Landed>),
    /// Its act had landed at this position.
    Known(u64),
}

/// An act that brings a command about.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Asked {
    /// Its digest.
    pub(crate) act: Hash,
    /// The pen's epoch when it was found not to have landed.
    pub(crate) epoch: u64,
}

/// A command on its way through the pen, whatever its law.
pub(crate) trait Job: Send {
    fn stream(&self) -> &Stream;
    fn law(&self) -> Arc<dyn Law>;
    fn act(&self) -> Option<Asked>;
    fn marker(&self) -> Marker;
    fn decide(&self, at: Instant) -> Result<Result<Vec<Draft>, Refusal>, Outage>;
    fn answer(self: Box<Self>, reply: Result<Reply, Failure>);
}

/// What waits in the queue.
pub(crate) enum Message {
    /// A command.
    Job(Box<dyn Job>),
    /// Somebody wants a stream's state to be kept.
    LayOut {
        law: Arc<dyn Law>,
        stream: Stream,
        done: oneshot::Sender<()>,
    },
    /// Somebody needs a checkpoint of the head as it is in the store.
    Refresh(oneshot::Sender<()>),
    /// Nothing after this is written.
    Stop,
}

struct Shared {
    log: Arc<dyn AppendLog>,
    origin: String,
    sole: bool,
    queue: mpsc::Sender<Message>,
    memory: Arc<Mind>,
    latest: watch::Receiver<Option<Arc<Latest>>>,
    appended: broadcast::Sender<Batch>,
}

/// What the pen's task shares with its handles.
struct Mind {
    /// Grows whenever the log may have grown without the pen.
    epoch: AtomicU64,
    recent: Mutex<Recent>,
}

impl Mind {
    fn recent(&self) -> MutexGuard<'_, Recent> {
        self.recent.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A handle to the pen; cloned freely. The pen stops when the last handle is gone and the queue is empty.
#[derive(Clone)]
pub struct Pen {
    shared: Arc<Shared>,
}

impl Pen {
    /// Reads the head, signs a checkpoint for it and starts writing, on a task of the current runtime.
    pub async fn start(tools: Tools) -> Result<(Self, JoinHandle<()>), Outage> {
        let (queue, waiting) = mpsc::channel(QUEUE);
        let (publish, latest) = watch::channel(None);
        let (appended, _) = broadcast::channel(FOLLOW);
        let memory = Arc::new(Mind {
            epoch: AtomicU64::new(1),
            recent: Mutex::default(),
        });
        let shared = Arc::new(Shared {
            log: tools.log.clone(),
            origin: tools.origin.clone(),
            sole: tools.sole,
            queue,
            memory: memory.clone(),
            latest,
            appended: appended.clone(),
        });
        let hand = run::Hand::ready(tools, memory, publish, appended).await?;
        let task = tokio::spawn(hand.write(waiting));
        Ok((Self { shared }, task))
    }

    /// The log's origin line.
    #[must_use]
    pub fn origin(&self) -> &str {
        &self.shared.origin
    }

    /// The newest checkpoint; `None` while the log is empty.
    #[must_use]
    pub fn latest(&self) -> Option<Arc<Latest>> {
        self.shared.latest.borrow().clone()
    }

    /// Tells of every new checkpoint.
    #[must_use]
    pub fn watch(&self) -> watch::Receiver<Option<Arc<Latest>>> {
        self.shared.latest.clone()
    }

    /// Tells of every batch that lands from now on; a follower that lags reads the log again.
    #[must_use]
    pub fn follow(&self) -> broadcast::Receiver<Batch> {
        self.shared.appended.subscribe()
    }

    /// The log, for reading.
    #[must_use]
    pub fn log(&self) -> Arc<dyn ReadLog> {
        self.shared.log.clone()
    }

    /// Where an act landed, if it did; `seen` is the size of the head its author had seen.
    pub async fn position(&self, act: Hash, seen: u64) -> Result<Option<u64>, Outage> {
        let memory = self.shared.memory.recent().ask(&act, seen);
        match memory {
            Memory::New if self.shared.sole => Ok(None),
            Memory::New | Memory::Unknown => self.shared.log.position(act).await,
        }
    }

    /// A fact that landed earlier, with a receipt under the newest checkpoint.
    pub async fn landed(&self, seq: u64) -> Result<Landed, Outage> {
        let missing = || Outage::new("reading an entry", format!("entry {seq} is not there"));
        let log = self.shared.log.clone();
        let entry = log
            .entries(seq, 1)
            .await?
            .into_iter()
            .next()
            .ok_or_else(missing)?;
        let record = log
            .records(seq, 1)
            .await?
            .into_iter()
            .next()
            .ok_or_else(missing)?;
        let payload = log.payload(seq).await?.map(Arc::new);
        let covering = || self.latest().filter(|latest| latest.size > seq);
        if covering().is_none() {
            // Another process wrote it, or signing failed when it landed.
            self.refresh().await;
        }
        let latest =
            covering().ok_or_else(|| Outage::new("proving an entry", "no checkpoint covers it yet"))?;
        Ok(Landed {
            seq,
            at: record.at,
            record: Arc::new(record),
            entry,
            fresh: false,
            latest,
            evidence: Evidence::Stored { log, payload },
        })
    }

    /// The root of the first `size` entries; `None` if there are fewer.
    pub async fn root(&self, size: u64) -> Result<Option<Hash>, Outage> {
        if size == 0 {
            return Ok(Some(ledger::hash::empty_root()));
        }
        let remembered = self.shared.memory.recent().root_at(size);
        if remembered.is_some() {
            return Ok(remembered);
        }
        let known = self.latest().map_or(0, |latest| latest.size);
        if size > known && (self.shared.sole || size > self.shared.log.head().await?.size) {
            return Ok(None);
        }
        let tiles = fetch(self.shared.log.as_ref(), &ledger::prove::plan_root(size), size).await?;
        let root = ledger::prove::root(&tiles, size);
        if let Some(root) = root {
            self.shared.memory.recent().root(size, root);
        }
        Ok(root)
    }

    /// Stops writing once everything handed in before is answered.
    pub async fn stop(&self) {
        let _stopped = self.shared.queue.send(Message::Stop).await;
    }

    /// Has the pen read the head again and sign it: for a process that does not write the log alone, when another
    /// has written.
    pub async fn refresh(&self) {
        let (done, refreshed) = oneshot::channel();
        if self.shared.queue.send(Message::Refresh(done)).await.is_ok() {
            let _stopped = refreshed.await;
        }
    }

    pub(crate) fn is_sole(&self) -> bool {
        self.shared.sole
    }

    pub(crate) fn epoch(&self) -> u64 {
        self.shared.memory.epoch.load(Ordering::Acquire)
    }

    pub(crate) async fn push(&self, job: Box<dyn Job>) -> Result<(), Outage> {
        let stopped = |_| Outage::new("handing a command to the pen", "the pen has stopped");
        self.shared.queue.send(Message::Job(job)).await.map_err(stopped)
    }

    /// Has the pen keep a stream's state current. Whether it could shows on the shelf.
    pub(crate) async fn lay_out(&self, law: Arc<dyn Law>, stream: Stream) {
        let (done, laid_out) = oneshot::channel();
        if self
            .shared
            .queue
            .send(Message::LayOut { law, stream, done })
            .await
            .is_ok()
        {
            let _stopped = laid_out.await;
        }
    }
}
