//! Whole files, sealed and opened in constant memory between any reader and any writer.
//!
//! Invariant: what is written is released only with its verdict; a caller keeps an opened file to itself until
//! [`open_stream`] has returned, because that nothing is missing is known only at the end.
//! One thread moves and encrypts, others hash beside it, since SHA-256 is the slowest part of the work.

use std::io::{self, Read, Write};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread;

use rand_core::{CryptoRng, RngCore};
use ring::digest;

use crate::body_hash::BodyHasher;
use crate::cob256::{CHUNK, Cob256Error, PREFIX, SLOT};
use crate::envelope::{EnvelopeError, EnvelopeSealer, Sealed, seal_head};
use crate::group::Point;
use crate::label::Label;
use crate::open::{OpenError, Opening};
use crate::pad::{Frame, PadError, Unpadder};
use crate::suite::Suite;

/// Chunks that travel together: 1 MiB of plaintext.
const RUN: usize = 64;
/// Runs under way at once.
const RING: usize = 4;

/// Why a file could not be sealed or opened.
#[derive(Debug, thiserror::Error)]
pub enum StreamError {
    /// Reading or writing failed.
    #[error("reading or writing failed: {0}")]
    Io(#[from] io::Error),
    /// The file has another length than announced.
    #[error("the file was announced with {announced} bytes and has {found}")]
    Length {
        /// Bytes announced.
        announced: u64,
        /// Bytes read.
        found: u64,
    },
    /// The envelope cannot be made.
    #[error(transparent)]
    Envelope(#[from] EnvelopeError),
    /// The envelope does not open.
    #[error(transparent)]
    Open(#[from] OpenError),
    /// The plaintext is not framed as it must be.
    #[error(transparent)]
    Pad(#[from] PadError),
    /// The sealed body is not the one that the envelope names.
    #[error("the sealed body is not the one that the envelope names: its digest differs")]
    Digest,
    /// A hashing thread ended early; cannot happen unless the machine is out of memory.
    #[error("a hashing thread ended early")]
    Thread,
}

impl From<Cob256Error> for StreamError {
    fn from(error: Cob256Error) -> Self {
        Self::Open(OpenError::Body(error))
    }
}

/// What opening a file tells beside its bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OpenedStream {
    /// Bytes of the file without its frame.
    pub length: u64,
    /// SHA-256 of the file.
    pub sha256: [u8; 32],
}

/// Seals `len` bytes of `reader`, framed by [`crate::pad`], into `writer`.
///
/// `progress` is called with the bytes of plaintext done so far.
#[expect(
    clippy::too_many_arguments,
    reason = "each argument is one input of the format"
)]
pub fn seal_stream(
    suite: Suite,
    label: Label,
    y: &Point,
    beta: Option<&[u8; 32]>,
    len: u64,
    reader: &mut impl Read,
    writer: &mut impl Write,
    rng: &mut (impl CryptoRng + RngCore),
    progress: &mut dyn FnMut(u64),
) -> Result<Sealed, StreamError> {
    let frame = Frame::new(len)?;
    let (envelope, prefix) = EnvelopeSealer::new(suite, label, y, beta, rng)?;
    let (label, encapsulation, mut sealer) = envelope.into_parts();
    writer.write_all(&prefix)?;
    let header = frame.header();
    let mut counted = Counted {
        inner: reader,
        read: 0,
    };
    let mut plain = header
        .as_slice()
        .chain((&mut counted).take(len))
        .chain(io::repeat(0).take(frame.zeros()));
    let mut hasher = BodyHasher::new(suite);
    hasher.update(&prefix);
    let body_digest = thread::scope(|scope| {
        let (send, done, handle) = hash_beside(scope, hasher, BodyHasher::update);
        let mut pieces = Ring::new(RUN.saturating_mul(SLOT), done);
        let mut run = vec![0; RUN.saturating_mul(CHUNK)];
        let mut total = 0_u64;
        let mut share = |piece: &Arc<Vec<u8>>, filled: usize| {
            send.send(Arc::clone(piece)).map_err(|_| StreamError::Thread)?;
            writer.write_all(piece)?;
            total = total.saturating_add(filled as u64);
            progress(total.saturating_sub(8).min(len));
            Ok::<(), StreamError>(())
        };
        let mut filled = fill(&mut plain, &mut run)?;
        while filled == run.len() {
            let piece = pieces.next()?;
            let target = Arc::get_mut(piece).ok_or(StreamError::Thread)?;
            target.resize(RUN.saturating_mul(SLOT), 0);
            for (slot, chunk) in target.chunks_exact_mut(SLOT).zip(run.chunks_exact(CHUNK)) {
                if let Some(room) = slot.get_mut(..CHUNK) {
                    room.copy_from_slice(chunk);
                }
            }
            sealer.seal_slots(target).map_err(EnvelopeError::Body)?;
            share(piece, filled)?;
            filled = fill(&mut plain, &mut run)?;
        }
        let piece = pieces.next()?;
        let target = Arc::get_mut(piece).ok_or(StreamError::Thread)?;
        target.clear();
        sealer
            .update(run.get(..filled).unwrap_or_default(), target)
            .map_err(EnvelopeError::Body)?;
        sealer.finish(target).map_err(EnvelopeError::Body)?;
        share(piece, filled)?;
        drop(send);
        handle
            .join()
            .map(BodyHasher::finish)
            .map_err(|_| StreamError::Thread)
    })?;
    // The frame was filled with zeros only if the file itself gave all its bytes and no more.
    let found = counted.read;
    if found != len || counted.inner.read(&mut [0])? != 0 {
        let found = if found == len {
            len.saturating_add(1)
        } else {
            found
        };
        return Err(StreamError::Length {
            announced: len,
            found,
        });
    }
    writer.flush()?;
    Ok(seal_head(suite, &label, &encapsulation, &body_digest, rng))
}

/// Opens the sealed body in `reader` into `writer`: checks the commitment before the first byte, every chunk before
/// it is written, the frame, and at the end that the body is the one with `body_digest`.
pub fn open_stream(
    opening: &Opening<'_>,
    body_digest: &[u8; 32],
    reader: &mut impl Read,
    writer: &mut impl Write,
    progress: &mut dyn FnMut(u64),
) -> Result<OpenedStream, StreamError> {
    let mut prefix = [0; PREFIX];
    if fill(reader, &mut prefix)? < PREFIX {
        return Err(Cob256Error::Truncated.into());
    }
    let mut opener = opening.opener(&prefix)?;
    let mut hasher = BodyHasher::new(opening.suite);
    hasher.update(&prefix);
    thread::scope(|scope| {
        let (send, done, body) = hash_beside(scope, hasher, BodyHasher::update);
        let (send_plain, done_plain, file) = hash_beside(
            scope,
            digest::Context::new(&digest::SHA256),
            digest::Context::update,
        );
        let mut bodies = Ring::new(RUN.saturating_mul(SLOT), done);
        let mut files = Ring::new(RUN.saturating_mul(CHUNK), done_plain);
        let (mut plain, mut frame, mut length) = (Vec::new(), Unpadder::new(), 0_u64);
        loop {
            let piece = bodies.next()?;
            let room = Arc::get_mut(piece).ok_or(StreamError::Thread)?;
            room.resize(RUN.saturating_mul(SLOT), 0);
            let filled = fill(reader, room)?;
            room.truncate(filled);
            let piece = Arc::clone(piece);
            let last = filled < RUN.saturating_mul(SLOT);
            send.send(Arc::clone(&piece)).map_err(|_| StreamError::Thread)?;
            plain.clear();
            opener.update(&piece, &mut plain)?;
            if last {
                break;
            }
            write_file(&plain, &mut frame, &mut files, &send_plain, writer, &mut length)?;
            progress(length);
        }
        opener.finish(&mut plain)?;
        write_file(&plain, &mut frame, &mut files, &send_plain, writer, &mut length)?;
        progress(length);
        drop((send, send_plain));
        frame.finish()?;
        let found = body
            .join()
            .map(BodyHasher::finish)
            .map_err(|_| StreamError::Thread)?;
        if found != *body_digest {
            return Err(StreamError::Digest);
        }
        let hash = file
            .join()
            .map(digest::Context::finish)
            .map_err(|_| StreamError::Thread)?;
        let sha256 = hash.as_ref().try_into().map_err(|_| StreamError::Thread)?;
        writer.flush()?;
        Ok(OpenedStream { length, sha256 })
    })
}

fn write_file(
    plain: &[u8],
    frame: &mut Unpadder,
    opened: &mut Ring,
    hash: &SyncSender<Arc<Vec<u8>>>,
    writer: &mut impl Write,
    length: &mut u64,
) -> Result<(), StreamError> {
    let piece = opened.next()?;
    let file = Arc::get_mut(piece).ok_or(StreamError::Thread)?;
    file.clear();
    frame.update(plain, |bytes| file.extend_from_slice(bytes))?;
    let piece = Arc::clone(piece);
    *length = length.saturating_add(piece.len() as u64);
    hash.send(Arc::clone(&piece)).map_err(|_| StreamError::Thread)?;
    writer.write_all(&piece)?;
    Ok(())
}

type Beside<'scope, H> = (
    SyncSender<Arc<Vec<u8>>>,
    Receiver<()>,
    thread::ScopedJoinHandle<'scope, H>,
);

/// Starts a thread that hashes what it is sent, in order, and says after each piece that it is done with it.
fn hash_beside<'scope, H: Send + 'scope>(
    scope: &'scope thread::Scope<'scope, '_>,
    mut hasher: H,
    update: fn(&mut H, &[u8]),
) -> Beside<'scope, H> {
    let (send, receive) = sync_channel::<Arc<Vec<u8>>>(RING);
    let (say, done) = sync_channel(RING.saturating_mul(2));
    let handle = scope.spawn(move || {
        for piece in receive {
            update(&mut hasher, &piece);
            drop(piece);
            // Nobody listens any more when the other side has ended; that is no fault.
            let _ = say.try_send(());
        }
        hasher
    });
    (send, done, handle)
}

/// A few buffers used in turn; a buffer comes round again when its hasher is done with it.
struct Ring {
    pieces: Vec<Arc<Vec<u8>>>,
    next: usize,
    done: Receiver<()>,
}

impl Ring {
    fn new(capacity: usize, done: Receiver<()>) -> Self {
        let pieces = (0..RING)
            .map(|_| Arc::new(Vec::with_capacity(capacity)))
            .collect();
        Self {
            pieces,
            next: 0,
            done,
        }
    }

    fn next(&mut self) -> Result<&mut Arc<Vec<u8>>, StreamError> {
        let at = self.next;
        self.next = at.saturating_add(1).checked_rem(RING).unwrap_or(0);
        let piece = self.pieces.get_mut(at).ok_or(StreamError::Thread)?;
        while Arc::strong_count(piece) > 1 {
            self.done.recv().map_err(|_| StreamError::Thread)?;
        }
        Ok(piece)
    }
}

/// Fills the buffer as far as the reader goes; fewer bytes than asked for mean the end.
fn fill(reader: &mut impl Read, buffer: &mut [u8]) -> io::Result<usize> {
    let mut filled = 0;
    while let Some(room) = buffer.get_mut(filled..).filter(|room| !room.is_empty()) {
        match reader.read(room) {
            Ok(0) => break,
            Ok(n) => filled = filled.saturating_add(n),
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(filled)
}

struct Counted<'a, R> {
    inner: &'a mut R,
    read: u64,
}

impl<R: Read> Read for Counted<'_, R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let n = self.inner.read(buffer)?;
        self.read = self.read.saturating_add(n as u64);
        Ok(n)
    }
}
