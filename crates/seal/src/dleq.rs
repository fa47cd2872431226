//! Equality of discrete logarithms (Chaum and Pedersen), the only kind of proof in the system.
//!
//! Invariant: the whole statement and its context are hashed into the challenge (strong Fiat-Shamir), so a proof
//! says nothing about any other points, label, body or key.

use rand_core::{CryptoRng, RngCore};

use crate::group::{self, Point, Scalar, SecretScalar};
use crate::lp::lp;
use crate::oracle::hs;
use crate::suite::Domain;

/// `X1 = x·B1 and X2 = x·B2` for one x.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Statement {
    /// First base.
    pub b1: Point,
    /// First image.
    pub x1: Point,
    /// Second base.
    pub b2: Point,
    /// Second image.
    pub x2: Point,
}

/// Challenge and answer, 64 bytes when written `c ‖ z`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Proof {
    /// Challenge.
    pub c: Scalar,
    /// Answer `a + c·x`.
    pub z: Scalar,
}

/// The proof does not hold for this statement and context.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the proof of equal discrete logarithms does not hold for this statement and context")]
pub struct ProofError;

/// Proves the statement for the secret `x` under `name` and `context`.
///
/// The nonce is hedged: it depends on the generator, on the secret and on the context.
#[must_use]
pub fn prove(
    domain: impl Into<Domain>,
    name: &str,
    x: &SecretScalar,
    statement: &Statement,
    context: &[&[u8]],
    rng: &mut (impl CryptoRng + RngCore),
) -> Proof {
    let mut fresh = [0; 32];
    rng.fill_bytes(&mut fresh);
    prove_with(domain.into(), name, x, statement, context, &fresh)
}

/// [`prove`] with the 32 random bytes given: `a = Hs(name"/nonce", LP(rnd32, x, ctx…))`.
pub(crate) fn prove_with(
    domain: Domain,
    name: &str,
    x: &SecretScalar,
    statement: &Statement,
    context: &[&[u8]],
    fresh: &[u8; 32],
) -> Proof {
    let secret = x.to_bytes();
    let mut fields: Vec<&[u8]> = vec![fresh, &secret[..]];
    fields.extend_from_slice(context);
    let seeded = zeroize::Zeroizing::new(lp(&fields));
    let nonce = group::nonce(&hs(domain, &format!("{name}/nonce"), &seeded));
    let (a1, a2) = (statement.b1.times(&nonce), statement.b2.times(&nonce));
    let c = challenge(domain, name, statement, context, a1.as_bytes(), a2.as_bytes());
    Proof {
        c,
        z: nonce.answer(&c, x),
    }
}

/// Checks the proof: `A1 = z·B1 − c·X1`, `A2 = z·B2 − c·X2`, and the challenge recomputed from them.
pub fn verify(
    domain: impl Into<Domain>,
    name: &str,
    statement: &Statement,
    context: &[&[u8]],
    proof: &Proof,
) -> Result<(), ProofError> {
    let a1 = group::recomputed(&proof.z, &statement.b1, &proof.c, &statement.x1);
    let a2 = group::recomputed(&proof.z, &statement.b2, &proof.c, &statement.x2);
    let c = challenge(domain.into(), name, statement, context, &a1, &a2);
    if c == proof.c { Ok(()) } else { Err(ProofError) }
}

/// `c = Hs(name, LP(ctx…, B1, X1, B2, X2, A1, A2))`.
fn challenge(
    domain: Domain,
    name: &str,
    statement: &Statement,
    context: &[&[u8]],
    a1: &[u8; 32],
    a2: &[u8; 32],
) -> Scalar {
    let Statement { b1, x1, b2, x2 } = statement;
    let mut fields: Vec<&[u8]> = context.to_vec();
    fields.extend_from_slice(&[b1.as_bytes(), x1.as_bytes(), b2.as_bytes(), x2.as_bytes(), a1, a2]);
    hs(domain, name, &lp(&fields))
}
