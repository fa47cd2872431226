//! Taking in the bytes of one upload.
//!
//! Invariant: memory is constant (two blocks an upload), the running digest covers exactly the bytes on disk, and
//! of two connections that carry the same upload the newer one wins.

use super::ticket::Ticket;
use super::{beside, broken};
use bytes::Bytes;
use desk::Outage;
use desk::ports::{Content, Progress, VaultError};
use futures_util::StreamExt;
use futures_util::stream::BoxStream;
use seal::{BodyHasher, Suite};
use std::collections::HashMap;
use std::fs::{File, OpenOptions};
use std::io::{Error, Read, Write};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use tokio::sync::{MutexGuard, Notify};

/// Bytes gathered before they are written and hashed.
const BLOCK: usize = 1 << 20;
/// Lanes remembered at most, besides those in use.
const LANES: usize = 4_096;

/// A digest under way: of the first `length` bytes of an upload.
pub(super) struct Running {
    length: u64,
    hasher: BodyHasher,
}

/// The lane of one upload: whose turn it is, and the digest so far.
#[derive(Default)]
pub(super) struct Lane {
    turn: tokio::sync::Mutex<Option<Running>>,
    newer: Notify,
}

/// The lanes of all uploads of this process.
#[derive(Default)]
pub(super) struct Lanes(Mutex<HashMap<String, Arc<Lane>>>);

impl Lanes {
    /// The lane of an upload.
    pub(super) fn of(&self, id: &str) -> Arc<Lane> {
        let mut lanes = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if lanes.len() > LANES {
            // A digest that is dropped here is computed again from the file.
            lanes.retain(|_, lane| Arc::strong_count(lane) > 1);
        }
        Arc::clone(lanes.entry(id.to_owned()).or_default())
    }

    /// Drops the lane of an upload that is over.
    pub(super) fn forget(&self, id: &str) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).remove(id);
    }
}

impl Lane {
    /// Sends away whoever has the lane, and waits until it is free.
    pub(super) async fn take_over(&self) -> MutexGuard<'_, Option<Running>> {
        self.newer.notify_waiters();
        self.turn.lock().await
    }
}

impl Running {
    fn new(content: Content) -> Self {
        // A document is known by its SHA-256, which is the digest of the plain suite.
        let suite = match content {
            Content::Body => Suite::Tree64k,
            Content::Document => Suite::Plain,
        };
        Self {
            length: 0,
            hasher: BodyHasher::new(suite),
        }
    }

    fn update(&mut self, bytes: &[u8]) {
        self.hasher.update(bytes);
        self.length = self
            .length
            .saturating_add(u64::try_from(bytes.len()).unwrap_or(u64::MAX));
    }

    /// The digest of a file so far.
    fn of_file(content: Content, path: &Path) -> Result<Self, Error> {
        let mut running = Self::new(content);
        let mut file = File::open(path)?;
        let mut block = vec![0; BLOCK];
        loop {
            match file.read(&mut block)? {
                0 => return Ok(running),
                read => running.update(block.get(..read).unwrap_or_default()),
            }
        }
    }
}

/// An upload that is being written.
struct Intake {
    file: File,
    running: Running,
}

impl Intake {
    /// Opens the part, with the digest that was kept if it is of exactly these bytes.
    fn open(part: &Path, content: Content, kept: Option<Running>) -> Result<Self, Error> {
        let file = OpenOptions::new().append(true).open(part)?;
        let length = file.metadata()?.len();
        let running = match kept.filter(|running| running.length == length) {
            Some(running) => running,
            None => Running::of_file(content, part)?,
        };
        Ok(Self { file, running })
    }

    fn write(mut self, block: &[Bytes]) -> Result<Self, Error> {
        for bytes in block {
            self.file.write_all(bytes)?;
            self.running.update(bytes);
        }
        Ok(self)
    }
}

/// How the stream of one connection ended.
enum End {
    /// As it should.
    Done,
    /// It broke, or a newer connection took over.
    Broken,
    /// It brought more than was announced.
    TooLong,
}

/// Receives bytes into the upload. The digest goes back into `kept` unless writing failed.
pub(super) async fn receive(
    folder: &Arc<PathBuf>,
    lane: &Lane,
    kept: &mut Option<Running>,
    mut ticket: Ticket,
    offset: u64,
    bytes: BoxStream<'static, Result<Bytes, Error>>,
) -> Result<Progress, VaultError> {
    const RECEIVING: &str = "receiving an upload";
    let length = ticket.length;
    if ticket.digest.is_some() {
        return if offset == length {
            Ok(ticket.at(length))
        } else {
            Err(misplaced(length, offset))
        };
    }
    let (part, content, digest) = (ticket.part(folder), ticket.content, kept.take());
    let intake = beside(move || Intake::open(&part, content, digest).map_err(broken(RECEIVING))).await?;
    let expected = intake.running.length;
    if expected != offset {
        *kept = Some(intake.running);
        return Err(misplaced(expected, offset));
    }
    let (intake, end) = drain(intake, lane, length, bytes).await?;
    let (synced, running) = beside(move || {
        intake.file.sync_all().map_err(broken(RECEIVING))?;
        Ok::<_, Outage>((intake.running.length, intake.running))
    })
    .await?;
    match end {
        End::TooLong => {
            *kept = Some(running);
            Err(VaultError::TooLong(length))
        }
        End::Done | End::Broken if synced == length => {
            let folder = Arc::clone(folder);
            beside(move || {
                ticket
                    .complete(&folder, running.hasher.finish())
                    .map_err(broken("completing an upload"))?;
                Ok(ticket.at(length))
            })
            .await
        }
        End::Done => {
            *kept = Some(running);
            Ok(ticket.at(synced))
        }
        End::Broken => {
            *kept = Some(running);
            Err(VaultError::Broken(synced))
        }
    }
}

const fn misplaced(expected: u64, found: u64) -> VaultError {
    VaultError::Offset { expected, found }
}

/// Writes the stream block by block; while one block is written the next is gathered.
async fn drain(
    intake: Intake,
    lane: &Lane,
    length: u64,
    mut bytes: BoxStream<'static, Result<Bytes, Error>>,
) -> Result<(Intake, End), Outage> {
    let mut newer = std::pin::pin!(lane.newer.notified());
    newer.as_mut().enable();
    let mut arrived = intake.running.length;
    let mut writing = Writing::Idle(Box::new(intake));
    let mut block: Vec<Bytes> = Vec::new();
    let mut gathered = 0_usize;
    let end = loop {
        let next = tokio::select! {
            // What was gathered and not written is not kept: the newer connection sends it again.
            () = &mut newer => { block.clear(); break End::Broken; }
            next = bytes.next() => next,
        };
        let bytes = match next {
            None => break End::Done,
            Some(Err(_)) => break End::Broken,
            Some(Ok(bytes)) => bytes,
        };
        arrived = arrived.saturating_add(u64::try_from(bytes.len()).unwrap_or(u64::MAX));
        if arrived > length {
            break End::TooLong;
        }
        gathered = gathered.saturating_add(bytes.len());
        block.push(bytes);
        if gathered >= BLOCK {
            writing = writing.then(std::mem::take(&mut block)).await?;
            gathered = 0;
        }
    };
    let intake = writing.then(block).await?.finish().await?;
    Ok((intake, end))
}

/// At most one block on its way to the disk.
enum Writing {
    Idle(Box<Intake>),
    Busy(tokio::task::JoinHandle<Result<Intake, Error>>),
}

impl Writing {
    /// Waits for the block under way, and sends the next.
    async fn then(self, block: Vec<Bytes>) -> Result<Self, Outage> {
        let intake = self.finish().await?;
        if block.is_empty() {
            return Ok(Self::Idle(Box::new(intake)));
        }
        Ok(Self::Busy(tokio::task::spawn_blocking(move || {
            intake.write(&block)
        })))
    }

    async fn finish(self) -> Result<Intake, Outage> {
        const WRITING: &str = "writing an upload";
        match self {
            Self::Idle(intake) => Ok(*intake),
            Self::Busy(task) => match task.await {
                Ok(written) => written.map_err(broken(WRITING)),
                Err(error) => Err(Outage::new(WRITING, error)),
            },
        }
    }
}
