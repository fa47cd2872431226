//! A custodian's partial opening (部分解密): `D = s·R` with a proof against the custodian's public share.
//!
//! Invariant: a share is multiplied only with the R of a header that was verified for the label, the body and the
//! key at hand. Without that check a custodian is a decryption oracle for headers copied from other stages.

use rand_core::{CryptoRng, RngCore};

use crate::dleq::{self, Proof, Statement};
use crate::group::{GroupError, Point, Scalar, SecretScalar};
use crate::header::{Header, HeaderError};
use crate::lp::lp;
use crate::suite::Suite;

/// Bytes of a partial opening on the wire.
pub const PARTIAL_LEN: usize = 96;

const PROOF: &str = "pd-proof";

/// `D ‖ c ‖ z`, 32 bytes each.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Partial {
    /// `D = s_i · R`.
    pub d: Point,
    /// Challenge of the proof.
    pub c: Scalar,
    /// Answer of the proof.
    pub z: Scalar,
}

/// Why a partial opening is refused, or not made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PartialError {
    /// Not 96 bytes.
    #[error("the partial opening has {0} bytes instead of 96")]
    Length(usize),
    /// D is not acceptable.
    #[error("D in the partial opening: {0}")]
    D(GroupError),
    /// The challenge is not acceptable.
    #[error("the challenge c in the partial opening: {0}")]
    C(GroupError),
    /// The answer is not acceptable.
    #[error("the answer z in the partial opening: {0}")]
    Z(GroupError),
    /// Index zero belongs to nobody.
    #[error("a custodian's index is never 0")]
    Zero,
    /// The header was refused, so nothing was multiplied.
    #[error("the custodian refuses this envelope: {0}")]
    Header(#[from] HeaderError),
    /// The proof fails.
    #[error("the partial opening of custodian {0} is false: its proof does not hold")]
    Proof(u16),
}

impl Partial {
    /// Reads 96 bytes, each part canonical, no identity.
    pub fn parse(bytes: &[u8]) -> Result<Self, PartialError> {
        let wrong = PartialError::Length(bytes.len());
        let whole = <&[u8; PARTIAL_LEN]>::try_from(bytes).map_err(|_| wrong)?;
        let (parts, _) = whole.as_chunks::<32>();
        let [d, c, z] = parts else { return Err(wrong) };
        Ok(Self {
            d: Point::parse(d).map_err(PartialError::D)?,
            c: Scalar::parse(c).map_err(PartialError::C)?,
            z: Scalar::parse(z).map_err(PartialError::Z)?,
        })
    }

    /// The 96 bytes.
    #[must_use]
    pub fn to_bytes(&self) -> [u8; PARTIAL_LEN] {
        let mut out = [0; PARTIAL_LEN];
        let parts = [self.d.to_bytes(), self.c.to_bytes(), self.z.to_bytes()];
        for (slot, part) in out.chunks_exact_mut(32).zip(parts) {
            slot.copy_from_slice(&part);
        }
        out
    }

    /// Lower-case hexadecimal of the 96 bytes.
    #[must_use]
    pub fn hex(&self) -> String {
        crate::base16::encode(&self.to_bytes())
    }
}

/// The envelope a partial opening is for.
#[derive(Debug, Clone, Copy)]
pub struct Target<'a> {
    /// Suite of the envelope.
    pub suite: Suite,
    /// Public key of the part.
    pub y: &'a Point,
    /// Digest of the label, computed from its fields by whoever holds this.
    pub label_digest: &'a [u8; 64],
    /// Digest of the body, computed from the stored body.
    pub body_digest: &'a [u8; 32],
    /// The envelope's header.
    pub header: &'a Header,
}

/// Checks the header, then answers with `D_i = s_i·R` and
/// `DLEQ(s_i; G, Y_i, R, D_i; "pd-proof", LP(u16 i, label, body digest))`.
pub fn partial_open(
    target: &Target<'_>,
    index: u16,
    share: &SecretScalar,
    rng: &mut (impl CryptoRng + RngCore),
) -> Result<Partial, PartialError> {
    if index == 0 {
        return Err(PartialError::Zero);
    }
    target
        .header
        .verify(target.suite, target.label_digest, target.body_digest, target.y)?;
    let d = target.header.r.times(share);
    let statement = statement(&share.public(), &target.header.r, &d);
    let context = context(target, index);
    let Proof { c, z } = dleq::prove(target.suite, PROOF, share, &statement, &[&context], rng);
    Ok(Partial { d, c, z })
}

/// Checks a partial opening against the custodian's public share `y_i`.
pub fn verify_partial(
    target: &Target<'_>,
    index: u16,
    y_i: &Point,
    partial: &Partial,
) -> Result<(), PartialError> {
    if index == 0 {
        return Err(PartialError::Zero);
    }
    let statement = statement(y_i, &target.header.r, &partial.d);
    let context = context(target, index);
    let proof = Proof {
        c: partial.c,
        z: partial.z,
    };
    dleq::verify(target.suite, PROOF, &statement, &[&context], &proof).map_err(|_| PartialError::Proof(index))
}

fn statement(y_i: &Point, r: &Point, d: &Point) -> Statement {
    Statement {
        b1: Point::generator(),
        x1: *y_i,
        b2: *r,
        x2: *d,
    }
}

fn context(target: &Target<'_>, index: u16) -> Vec<u8> {
    lp(&[&index.to_be_bytes(), target.label_digest, target.body_digest])
}
