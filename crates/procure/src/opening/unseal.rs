//! Opening one sealed body, and whose fault it is if it does not open.
//!
//! Invariant: a body is called the bidder's bad envelope only if it is, byte for byte, the body that the bidder
//! signed for; anything else is the platform's fault (20号令31).

use super::Task;
use facts::Hex;
use facts::body::opening::Cause;
use seal::body_hash::BodyHasher;
use seal::stream::{StreamError, open_stream};
use seal::{OpenError, Suite};
use std::io::{self, Read, Write};

/// What became of one envelope.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// It is open.
    Opened {
        /// SHA-256 of the file.
        sha256: Hex<32>,
        /// Bytes of the file.
        bytes: u64,
    },
    /// It stays closed.
    Closed {
        /// The cause.
        cause: Cause,
        /// The evidence in words.
        evidence: String,
    },
}

impl Outcome {
    fn closed(cause: Cause, evidence: impl Into<String>) -> Self {
        Self::Closed {
            cause,
            evidence: evidence.into(),
        }
    }
}

/// Opens a body from a reader into a writer in constant memory.
///
/// `body` gives a reader from the body's first byte, or nothing if the vault has lost it; it is asked a second time
/// if the body does not open, to find whose fault that is. An error means that reading or writing failed: try again.
/// What was written is to be thrown away unless the outcome is [`Outcome::Opened`].
pub fn unseal<R: Read>(
    task: &Task,
    mut body: impl FnMut() -> io::Result<Option<R>>,
    writer: &mut impl Write,
) -> io::Result<Outcome> {
    let lost = || {
        Outcome::closed(
            Cause::PlatformMissingBody,
            "the vault does not hold the sealed body",
        )
    };
    let Some(mut reader) = body()? else {
        return Ok(lost());
    };
    let fault = match open_stream(
        &task.opening(),
        task.body_digest.bytes(),
        &mut reader,
        writer,
        &mut |_| {},
    ) {
        Ok(opened) if opened.length > task.max_bytes => {
            let evidence = format!(
                "the file has {} bytes, the notice allows {}",
                opened.length, task.max_bytes
            );
            return Ok(Outcome::closed(Cause::BidderBadEnvelope, evidence));
        }
        Ok(opened) => {
            return Ok(Outcome::Opened {
                sha256: Hex(opened.sha256),
                bytes: opened.length,
            });
        }
        Err(StreamError::Io(error)) => return Err(error),
        Err(StreamError::Thread) => return Err(io::Error::other("a hashing thread ended early")),
        Err(StreamError::Open(OpenError::Lock)) => {
            return Ok(Outcome::closed(
                Cause::BidderNoUnlock,
                "the bidder's secret does not fit its commitment",
            ));
        }
        Err(fault) => fault,
    };
    let Some(again) = body()? else { return Ok(lost()) };
    if digest(again)? == *task.body_digest.bytes() {
        return Ok(Outcome::closed(Cause::BidderBadEnvelope, fault.to_string()));
    }
    Ok(Outcome::closed(
        Cause::PlatformMissingBody,
        "the vault holds another body than the one handed in",
    ))
}

fn digest(mut reader: impl Read) -> io::Result<[u8; 32]> {
    let mut hasher = BodyHasher::new(Suite::Tree64k);
    let mut buffer = vec![0; 1 << 20];
    loop {
        match reader.read(&mut buffer)? {
            0 => return Ok(hasher.finish()),
            read => hasher.update(buffer.get(..read).unwrap_or_default()),
        }
    }
}
