//! Readiness: a custodian shows before the deadline that the share is alive, and nothing else.
//!
//! Invariant: the second base is hashed from the key and the date, so a heartbeat helps to open no envelope and
//! cannot be kept for another day.

use rand_core::{CryptoRng, RngCore};

use crate::dleq::{self, Proof, Statement};
use crate::group::{Point, SecretScalar};
use crate::lp::lp;
use crate::oracle::hg;
use crate::partial::{Partial, PartialError};
use crate::suite::Suite;

const PROOF: &str = "heartbeat-proof";

/// Whose readiness, of which key, when.
#[derive(Debug, Clone, Copy)]
pub struct Beat<'a> {
    /// Suite of the key.
    pub suite: Suite,
    /// SHA-256 of the key certificate.
    pub key_id: &'a [u8; 32],
    /// The day or moment asked about, as the asker writes it, e.g. `2026-07-24`.
    pub date: &'a str,
    /// The custodian's index, from 1.
    pub index: u16,
}

impl Beat<'_> {
    /// `H = Hg("heartbeat", LP(key_id, date))`.
    #[must_use]
    pub fn base(&self) -> Point {
        hg(self.suite, "heartbeat", &lp(&[self.key_id, self.date.as_bytes()]))
    }

    /// `D = s·H` and `DLEQ(s; G, Y_i, H, D; "heartbeat-proof", LP(u16 i, key_id, date))`.
    #[must_use]
    pub fn prove(&self, share: &SecretScalar, rng: &mut (impl CryptoRng + RngCore)) -> Partial {
        let base = self.base();
        let d = base.times(share);
        let statement = Statement {
            b1: Point::generator(),
            x1: share.public(),
            b2: base,
            x2: d,
        };
        let proof = dleq::prove(self.suite, PROOF, share, &statement, &[&self.context()], rng);
        Partial {
            d,
            c: proof.c,
            z: proof.z,
        }
    }

    /// Checks a heartbeat against the custodian's public share.
    pub fn verify(&self, y_i: &Point, beat: &Partial) -> Result<(), PartialError> {
        let statement = Statement {
            b1: Point::generator(),
            x1: *y_i,
            b2: self.base(),
            x2: beat.d,
        };
        let proof = Proof { c: beat.c, z: beat.z };
        dleq::verify(self.suite, PROOF, &statement, &[&self.context()], &proof)
            .map_err(|_| PartialError::Proof(self.index))
    }

    fn context(&self) -> Vec<u8> {
        lp(&[&self.index.to_be_bytes(), self.key_id, self.date.as_bytes()])
    }
}
