//! The public head of an envelope: R, R̄ and the proof that whoever sealed it knew r.
//!
//! Invariant: a header verifies for one label, one body and one key only. A custodian who multiplies nothing but
//! verified headers is no decryption oracle for copied ones.

use crate::dleq::{self, Proof, Statement};
use crate::group::{GroupError, Point, Scalar};
use crate::lp::lp;
use crate::oracle::gbar;
use crate::suite::Suite;

/// Bytes of a header on the wire.
pub const HEADER_LEN: usize = 128;

/// Name of the header's proof.
pub(crate) const PROOF: &str = "ct-proof";

/// `R ‖ R̄ ‖ e ‖ f`, 32 bytes each.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Header {
    /// `R = r·G`.
    pub r: Point,
    /// `R̄ = r·Ḡ`.
    pub rbar: Point,
    /// Challenge of the proof.
    pub e: Scalar,
    /// Answer of the proof.
    pub f: Scalar,
}

/// Why a header is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum HeaderError {
    /// Not 128 bytes.
    #[error("the envelope's header has {0} bytes instead of 128")]
    Length(usize),
    /// R is not acceptable.
    #[error("R in the envelope's header: {0}")]
    R(GroupError),
    /// R̄ is not acceptable.
    #[error("R̄ in the envelope's header: {0}")]
    Rbar(GroupError),
    /// The challenge is not acceptable.
    #[error("the challenge e in the envelope's header: {0}")]
    E(GroupError),
    /// The answer is not acceptable.
    #[error("the answer f in the envelope's header: {0}")]
    F(GroupError),
    /// The proof fails: another label, another body, another key, or a copied R.
    #[error("the header's proof does not hold for this label, this body and this key")]
    Proof,
}

impl Header {
    /// Reads 128 bytes, each part canonical, no identity.
    pub fn parse(bytes: &[u8]) -> Result<Self, HeaderError> {
        let wrong = HeaderError::Length(bytes.len());
        let whole = <&[u8; HEADER_LEN]>::try_from(bytes).map_err(|_| wrong)?;
        let (parts, _) = whole.as_chunks::<32>();
        let [r, rbar, e, f] = parts else { return Err(wrong) };
        Ok(Self {
            r: Point::parse(r).map_err(HeaderError::R)?,
            rbar: Point::parse(rbar).map_err(HeaderError::Rbar)?,
            e: Scalar::parse(e).map_err(HeaderError::E)?,
            f: Scalar::parse(f).map_err(HeaderError::F)?,
        })
    }

    /// The 128 bytes.
    #[must_use]
    pub fn to_bytes(&self) -> [u8; HEADER_LEN] {
        let mut out = [0; HEADER_LEN];
        let parts = [
            self.r.to_bytes(),
            self.rbar.to_bytes(),
            self.e.to_bytes(),
            self.f.to_bytes(),
        ];
        for (slot, part) in out.chunks_exact_mut(32).zip(parts) {
            slot.copy_from_slice(&part);
        }
        out
    }

    /// Lower-case hexadecimal of the 128 bytes.
    #[must_use]
    pub fn hex(&self) -> String {
        crate::base16::encode(&self.to_bytes())
    }

    /// Checks the proof; needs no secret, so the platform can refuse a malformed envelope at once.
    pub fn verify(
        &self,
        suite: Suite,
        label_digest: &[u8],
        body_digest: &[u8; 32],
        y: &Point,
    ) -> Result<(), HeaderError> {
        let context = context(label_digest, body_digest, y);
        let proof = Proof { c: self.e, z: self.f };
        dleq::verify(
            suite,
            PROOF,
            &statement(suite, &self.r, &self.rbar),
            &[&context],
            &proof,
        )
        .map_err(|_| HeaderError::Proof)
    }
}

/// `log_G R = log_Ḡ R̄`.
pub(crate) fn statement(suite: Suite, r: &Point, rbar: &Point) -> Statement {
    Statement {
        b1: Point::generator(),
        x1: *r,
        b2: gbar(suite),
        x2: *rbar,
    }
}

/// What the proof is bound to: `LP(label, body digest, enc(Y))`, one field of the transcript.
pub(crate) fn context(label: &[u8], body_digest: &[u8; 32], y: &Point) -> Vec<u8> {
    lp(&[label, body_digest, y.as_bytes()])
}
