//! Opening an envelope once Z is known: what a bidder's envelope says, provable to everybody.
//!
//! Invariant: nothing is decrypted before the bidder's secret fits the label and the key fits the body's commitment.
//! The header and the body digest are verified beforehand, when the body comes in and again by every custodian.

use crate::cob256::{Cob256Error, Opener, PREFIX};
use crate::group::Point;
use crate::header::Header;
use crate::kem::{BodyKey, derive_key};
use crate::label::Label;
use crate::suite::Suite;

/// Why an envelope does not open. The reasons are told apart because the law tells them apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum OpenError {
    /// The bidder's secret is missing or not the one committed to.
    #[error("the bidder lock is not open: the secret is missing or not the one that the label commits to")]
    Lock,
    /// The key does not fit, or the body is not authentic.
    #[error(transparent)]
    Body(#[from] Cob256Error),
}

/// Everything that determines the key of one envelope.
#[derive(Debug, Clone)]
pub struct Opening<'a> {
    /// Suite of the envelope.
    pub suite: Suite,
    /// Label, from its fields.
    pub label: &'a Label,
    /// Header, verified.
    pub header: &'a Header,
    /// Public key of the part.
    pub y: &'a Point,
    /// Combined point `Z = s·R` ([`crate::combine()`]).
    pub z: &'a Point,
    /// The bidder's secret, if the label has a lock.
    pub beta: Option<&'a [u8; 32]>,
}

impl Opening<'_> {
    /// The key of the body.
    pub fn key(&self) -> Result<BodyKey, OpenError> {
        if !self.label.fits(self.suite, self.beta) {
            return Err(OpenError::Lock);
        }
        let digest = self.label.digest(self.suite);
        Ok(derive_key(
            self.suite,
            self.z,
            &self.header.r,
            self.y,
            self.beta,
            &digest,
        ))
    }

    /// Checks the commitment in the body's first 56 bytes and returns the reader for the rest.
    pub fn opener(&self, prefix: &[u8; PREFIX]) -> Result<Opener, OpenError> {
        let key = self.key()?;
        Ok(Opener::new(&key, &self.label.digest(self.suite), prefix)?)
    }

    /// Opens a body that is in memory as a whole; the frame of [`crate::pad`] is left on.
    pub fn open(&self, body: &[u8]) -> Result<Vec<u8>, OpenError> {
        let (prefix, chunks) = body.split_first_chunk::<PREFIX>().ok_or(Cob256Error::Truncated)?;
        let mut opener = self.opener(prefix)?;
        let mut plain = Vec::with_capacity(chunks.len());
        opener.update(chunks, &mut plain)?;
        opener.finish(&mut plain)?;
        Ok(plain)
    }
}
