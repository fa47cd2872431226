//! Taking in the bytes of one upload.
//!
//! Invariant: memory is constant (two blocks an upload), the running digest covers exactly the bytes on disk, and
//! of two connections that carry the same upload the newer one wins.

use super::ticket::Ticket;
use super::{beside, broken};
use bytes::Bytes;
use desk::Outage;
use desk::ports::{Checksum, Content, Progress, VaultError};
use futures_util::StreamExt;
use futures_util::stream::BoxStream;
use ring::digest;
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
    /// Of the part that is arriving, if it has a checksum.
    sum: Option<digest::Context>,
}

impl Intake {
    /// Opens the part, with the digest that was kept if it is of exactly these bytes.
    /// What lies beyond the bytes that are sound is cut off.
    fn open(
        part: &Path,
        ticket: &Ticket,
        kept: Option<Running>,
        sum: Option<Checksum>,
    ) -> Result<Self, Error> {
        let content = ticket.content;
        let file = OpenOptions::new().append(true).open(part)?;
        let mut length = file.metadata()?.len();
        if let Some(sound) = ticket.sound.filter(|sound| *sound < length) {
            file.set_len(sound)?;
            file.sync_all()?;
            length = sound;
        }
        let running = match kept.filter(|running| running.length == length) {
            Some(running) => running,
            None => Running::of_file(content, part)?,
        };
        let sum = sum.map(|sum| digest::Context::new(algorithm(sum)));
        Ok(Self { file, running, sum })
    }

    fn write(mut self, block: &[Bytes]) -> Result<Self, Error> {
        for bytes in block {
            self.file.write_all(bytes)?;
            self.running.update(bytes);
            if let Some(sum) = &mut self.sum {
                sum.update(bytes);
            }
        }
        Ok(self)
    }
}

const fn algorithm(sum: Checksum) -> &'static digest::Algorithm {
    match sum {
        Checksum::Sha1(_) => &digest::SHA1_FOR_LEGACY_USE_ONLY,
        Checksum::Sha256(_) => &digest::SHA256,
    }
}

fn is_right(sum: Checksum, found: digest::Context) -> bool {
    let found = found.finish();
    match sum {
        Checksum::Sha1(wanted) => found.as_ref() == wanted,
        Checksum::Sha256(wanted) => found.as_ref() == wanted,
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
    sum: Option<Checksum>,
    bytes: BoxStream<'static, Result<Bytes, Error>>,
) -> Result<Progress, VaultError> {
    const RECEIVING: &str = "receiving an upload";
    let length = ticket.length;
    if ticket.digest.is_some() {
        return if offset == length {
            Ok(ticket.at(folder, length))
        } else {
            Err(misplaced(length, offset))
        };
    }
    let (part, read, digest) = (ticket.part(folder), ticket.clone(), kept.take());
    let intake = beside(move || Intake::open(&part, &read, digest, sum).map_err(broken(RECEIVING))).await?;
    let expected = intake.running.length;
    if expected != offset {
        *kept = Some(intake.running);
        return Err(misplaced(expected, offset));
    }
    // Before a byte of a part with a checksum reaches the disk, and before one without follows: so that whatever cuts
    // us off, only bytes that are sound are counted.
    mark(folder, &mut ticket, sum.map(|_| offset)).await?;
    let (mut intake, end) = drain(intake, lane, length, bytes).await?;
    if let (Some(sum), Some(found)) = (sum, intake.sum.take())
        && (matches!(end, End::TooLong) || !is_right(sum, found))
    {
        let cut = move || intake.file.set_len(offset).and_then(|()| intake.file.sync_all());
        beside(move || cut().map_err(broken(RECEIVING))).await?;
        return Err(match end {
            End::Done => VaultError::Checksum(offset),
            End::Broken => VaultError::Broken(offset),
            End::TooLong => VaultError::TooLong(length),
        });
    }
    let (synced, running) = beside(move || {
        intake.file.sync_all().map_err(broken(RECEIVING))?;
        Ok::<_, Outage>((intake.running.length, intake.running))
    })
    .await?;
    if synced < length {
        mark(folder, &mut ticket, sum.map(|_| synced)).await?;
    }
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
                Ok(ticket.at(&folder, length))
            })
            .await
        }
        End::Done => {
            *kept = Some(running);
            Ok(ticket.at(folder, synced))
        }
        End::Broken => {
            *kept = Some(running);
            Err(VaultError::Broken(synced))
        }
    }
}

/// Writes down up to where the bytes are sound, unless it stands there.
async fn mark(folder: &Arc<PathBuf>, ticket: &mut Ticket, sound: Option<u64>) -> Result<(), Outage> {
    if ticket.sound == sound {
        return Ok(());
    }
    ticket.sound = sound;
    let (folder, ticket) = (Arc::clone(folder), ticket.clone());
    beside(move || {
        ticket
            .write(&folder)
            .map_err(broken("marking what is sound of an upload"))
    })
    .await
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
