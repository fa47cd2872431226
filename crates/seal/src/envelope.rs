//! An envelope (投标文件的密封): label, header and sealed body, and the hash by which it is deposited and signed.
//!
//! Invariant: the envelope hash covers every field of the label, the header and the body digest; two envelopes that
//! differ in one bit have different hashes.

use rand_core::{CryptoRng, RngCore};

use crate::body_hash::BodyHasher;
use crate::cob256::{Cob256Error, PREFIX, Sealer};
use crate::group::Point;
use crate::hash::sha256;
use crate::header::Header;
use crate::kem::{Encapsulation, seal_kem};
use crate::label::Label;
use crate::lp::lp;
use crate::suite::Suite;

/// `SHA-256(LP(DST("envelope"), tender, lot, part, submission, signer, key_id, u64be(closes_at), rules, blk, header,
/// body digest))`: what is deposited and what the bidder signs.
#[must_use]
pub fn envelope_hash(suite: Suite, label: &Label, header: &Header, body_digest: &[u8; 32]) -> [u8; 32] {
    sha256(&[&lp(&[
        &suite.dst("envelope"),
        label.tender.as_bytes(),
        label.lot.as_bytes(),
        label.part.as_bytes(),
        &label.submission,
        &label.signer,
        &label.key_id,
        &label.closes_at.to_be_bytes(),
        &label.rules,
        &label.blk,
        &header.to_bytes(),
        body_digest,
    ])])
}

/// Why an envelope cannot be sealed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum EnvelopeError {
    /// The bidder's secret is not the one that the label commits to.
    #[error("the bidder lock does not fit: the label commits to another secret, or to none")]
    Lock,
    /// The body cannot be sealed.
    #[error(transparent)]
    Body(#[from] Cob256Error),
}

/// What sealing leaves beside the body.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sealed {
    /// The public head.
    pub header: Header,
    /// Digest of the sealed body under the suite's rule.
    pub body_digest: [u8; 32],
    /// What the bidder signs and deposits.
    pub envelope_hash: [u8; 32],
}

/// Seals one part of a bid: encapsulation, body and body digest together, in one pass.
///
/// The plaintext is sealed as it is given; the frame of [`crate::pad`] is the caller's to put around it.
pub struct EnvelopeSealer {
    suite: Suite,
    label: Label,
    encapsulation: Encapsulation,
    sealer: Sealer,
    hasher: BodyHasher,
}

impl EnvelopeSealer {
    /// Starts the envelope and returns the 56 bytes that open the body.
    pub fn new(
        suite: Suite,
        label: Label,
        y: &Point,
        beta: Option<&[u8; 32]>,
        rng: &mut (impl CryptoRng + RngCore),
    ) -> Result<(Self, [u8; PREFIX]), EnvelopeError> {
        if !label.fits(suite, beta) {
            return Err(EnvelopeError::Lock);
        }
        let digest = label.digest(suite);
        let encapsulation = seal_kem(suite, &digest, y, beta, rng);
        let (sealer, prefix) = Sealer::new(encapsulation.key(), &digest, rng);
        let mut hasher = BodyHasher::new(suite);
        hasher.update(&prefix);
        Ok((
            Self {
                suite,
                label,
                encapsulation,
                sealer,
                hasher,
            },
            prefix,
        ))
    }

    /// Seals the next plaintext and appends the sealed bytes to `out`.
    pub fn update(&mut self, plain: &[u8], out: &mut Vec<u8>) -> Result<(), EnvelopeError> {
        let start = out.len();
        self.sealer.update(plain, out)?;
        self.hasher.update(out.get(start..).unwrap_or_default());
        Ok(())
    }

    /// Seals whole slots where they lie ([`Sealer::seal_slots`]).
    pub fn seal_slots(&mut self, slots: &mut [u8]) -> Result<(), EnvelopeError> {
        self.sealer.seal_slots(slots)?;
        self.hasher.update(slots);
        Ok(())
    }

    /// Ends the body, proves the header and hashes the envelope.
    pub fn finish(
        self,
        out: &mut Vec<u8>,
        rng: &mut (impl CryptoRng + RngCore),
    ) -> Result<Sealed, EnvelopeError> {
        let Self {
            suite,
            label,
            encapsulation,
            sealer,
            mut hasher,
        } = self;
        let start = out.len();
        sealer.finish(out)?;
        hasher.update(out.get(start..).unwrap_or_default());
        let body_digest = hasher.finish();
        Ok(seal_head(suite, &label, &encapsulation, &body_digest, rng))
    }

    /// Takes the envelope apart for a caller that seals chunks or hashes segments on several cores:
    /// the encapsulation and the sealer that belongs to the prefix. Such a caller hashes the prefix too, and ends
    /// with [`seal_head`].
    #[must_use]
    pub fn into_parts(self) -> (Label, Encapsulation, Sealer) {
        (self.label, self.encapsulation, self.sealer)
    }
}

/// The header and the envelope hash for a body that was sealed under this encapsulation.
#[must_use]
pub fn seal_head(
    suite: Suite,
    label: &Label,
    encapsulation: &Encapsulation,
    body_digest: &[u8; 32],
    rng: &mut (impl CryptoRng + RngCore),
) -> Sealed {
    let header = encapsulation.prove(body_digest, rng);
    let envelope_hash = envelope_hash(suite, label, &header, body_digest);
    Sealed {
        header,
        body_digest: *body_digest,
        envelope_hash,
    }
}
