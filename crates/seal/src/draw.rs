//! The draw of experts (抽取评标专家) by a threshold verifiable random function (Galindo and others, EuroS&P 2021).
//!
//! Invariant: the order of the pool is a function of the key and of alpha, which fixes the frozen pool; every quorum
//! gives the same order, nobody knows it before k custodians answered, and anybody recomputes it afterwards.

mod order;

pub use self::order::{Stream, order};

use rand_core::{CryptoRng, RngCore};

use crate::combine::{CombineError, combine};
use crate::dleq::{self, Proof, Statement};
use crate::group::{Point, SecretScalar};
use crate::hash::{sha256, sha512};
use crate::lp::lp;
use crate::oracle::hg;
use crate::partial::{Partial, PartialError};
use crate::suite::{Domain, Suite};

/// The root of the draw's domain tags: that of the plain suite, as the vector file has it.
pub const DOMAIN: Domain = Suite::Plain.domain();

const PROOF: &str = "dvrf-proof";

/// One request to draw.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Draw {
    /// Tender.
    pub tender: String,
    /// Name of the draw within the tender; one draw for each stratum, and none is repeated.
    pub id: String,
    /// Experts needed, m.
    pub wanted: u64,
    /// [`pool_hash`] of the frozen pool.
    pub pool: [u8; 32],
    /// SHA-256 of the eligibility rules.
    pub rules: [u8; 32],
    /// Root of the checkpoint that froze the pool.
    pub checkpoint: [u8; 32],
}

/// `SHA-256(LP(id_1..id_N))` over the identifiers sorted bytewise.
#[must_use]
pub fn pool_hash(sorted: &[&[u8]]) -> [u8; 32] {
    sha256(&[&lp(sorted)])
}

impl Draw {
    /// `LP(tender, draw id, u64be(m), pool hash, eligibility rules hash, checkpoint root)`.
    #[must_use]
    pub fn alpha(&self) -> Vec<u8> {
        lp(&[
            self.tender.as_bytes(),
            self.id.as_bytes(),
            &self.wanted.to_be_bytes(),
            &self.pool,
            &self.rules,
            &self.checkpoint,
        ])
    }

    /// `H = Hg("dvrf/h", LP(enc(Y), alpha))`.
    #[must_use]
    pub fn base(&self, y: &Point) -> Point {
        hg(DOMAIN, "dvrf/h", &lp(&[y.as_bytes(), &self.alpha()]))
    }

    /// A custodian's contribution `V_i = s_i·H` with
    /// `DLEQ(s_i; G, Y_i, H, V_i; "dvrf-proof", LP(u16be i, alpha))`.
    #[must_use]
    pub fn contribute(
        &self,
        y: &Point,
        index: u16,
        share: &SecretScalar,
        rng: &mut (impl CryptoRng + RngCore),
    ) -> Partial {
        let base = self.base(y);
        let d = base.times(share);
        let statement = Statement {
            b1: Point::generator(),
            x1: share.public(),
            b2: base,
            x2: d,
        };
        let Proof { c, z } = dleq::prove(DOMAIN, PROOF, share, &statement, &[&self.context(index)], rng);
        Partial { d, c, z }
    }

    /// Checks a contribution against the custodian's public share.
    pub fn verify(&self, y: &Point, index: u16, y_i: &Point, given: &Partial) -> Result<(), PartialError> {
        if index == 0 {
            return Err(PartialError::Zero);
        }
        let statement = Statement {
            b1: Point::generator(),
            x1: *y_i,
            b2: self.base(y),
            x2: given.d,
        };
        let proof = Proof {
            c: given.c,
            z: given.z,
        };
        dleq::verify(DOMAIN, PROOF, &statement, &[&self.context(index)], &proof)
            .map_err(|_| PartialError::Proof(index))
    }

    /// `seed = SHA-512(LP(DST("dvrf-out"), alpha, enc(V)))` with `V = Σ λ_i·V_i`.
    pub fn seed(&self, k: usize, contributions: &[(u16, Point)]) -> Result<[u8; 64], CombineError> {
        let v = combine(k, contributions)?;
        Ok(sha512(&[&lp(&[
            &DOMAIN.dst("dvrf-out"),
            &self.alpha(),
            v.as_bytes(),
        ])]))
    }

    fn context(&self, index: u16) -> Vec<u8> {
        lp(&[&index.to_be_bytes(), &self.alpha()])
    }
}
