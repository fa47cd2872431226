//! Proofs of possession at enrolment (登记): of an Ed25519 account key and of a custodian's static point.
//!
//! Invariant: a proof names the platform, the account and the key, so it cannot be carried to another account or
//! another platform, and nobody can register a key that somebody else holds.

use rand_core::{CryptoRng, RngCore};

use crate::custodian::CustodianSeed;
use crate::dleq::{self, Proof, Statement};
use crate::group::{Point, SecretScalar};
use crate::lp::lp;
use crate::oracle::hg;
use crate::partial::{Partial, PartialError};
use crate::sign::{PublicKey, Signature, SignatureError, SigningKey};
use crate::suite::Suite;

const STATIC_PROOF: &str = "static-proof";

/// `LP("kaibiao/enrol/v1", origin, account, public key)`: what the holder of a key signs to enrol it.
#[must_use]
pub fn enrol_message(origin: &str, account: &str, key: &PublicKey) -> Vec<u8> {
    lp(&[
        b"kaibiao/enrol/v1",
        origin.as_bytes(),
        account.as_bytes(),
        key.as_bytes(),
    ])
}

/// Proof of possession of an account key.
#[must_use]
pub fn enrol(origin: &str, account: &str, key: &SigningKey) -> Signature {
    key.sign(&enrol_message(origin, account, &key.public()))
}

/// Checks the proof of possession of an account key.
pub fn verify_enrol(
    origin: &str,
    account: &str,
    key: &PublicKey,
    signature: &Signature,
) -> Result<(), SignatureError> {
    key.verify(&enrol_message(origin, account, key), signature)
}

/// The enrolment of a custodian's static point E beside the custodian's signing key.
#[derive(Debug, Clone, Copy)]
pub struct StaticKey<'a> {
    /// The platform's origin.
    pub origin: &'a str,
    /// The account.
    pub account: &'a str,
    /// The custodian's signing key.
    pub signing: &'a PublicKey,
    /// The static point E.
    pub sealing: &'a Point,
}

impl StaticKey<'_> {
    /// `D = d·H` with `H = Hg("static", ctx)` and `DLEQ(d; G, E, H, D; "static-proof", ctx)`,
    /// `ctx = LP("kaibiao/enrol-static/v1", origin, account, signing key, E)`, under the default suite.
    #[must_use]
    pub fn prove(&self, seed: &CustodianSeed, rng: &mut (impl CryptoRng + RngCore)) -> Partial {
        self.prove_with(&seed.static_key(), rng)
    }

    fn prove_with(&self, secret: &SecretScalar, rng: &mut (impl CryptoRng + RngCore)) -> Partial {
        let context = self.context();
        let base = hg(Suite::default(), "static", &context);
        let d = base.times(secret);
        let statement = Statement {
            b1: Point::generator(),
            x1: *self.sealing,
            b2: base,
            x2: d,
        };
        let proof = dleq::prove(
            Suite::default(),
            STATIC_PROOF,
            secret,
            &statement,
            &[&context],
            rng,
        );
        Partial {
            d,
            c: proof.c,
            z: proof.z,
        }
    }

    /// Checks the proof of possession of the static point.
    pub fn verify(&self, proof: &Partial) -> Result<(), PartialError> {
        let context = self.context();
        let base = hg(Suite::default(), "static", &context);
        let statement = Statement {
            b1: Point::generator(),
            x1: *self.sealing,
            b2: base,
            x2: proof.d,
        };
        let answer = Proof {
            c: proof.c,
            z: proof.z,
        };
        dleq::verify(Suite::default(), STATIC_PROOF, &statement, &[&context], &answer)
            .map_err(|_| PartialError::Proof(0))
    }

    fn context(&self) -> Vec<u8> {
        lp(&[
            b"kaibiao/enrol-static/v1",
            self.origin.as_bytes(),
            self.account.as_bytes(),
            self.signing.as_bytes(),
            self.sealing.as_bytes(),
        ])
    }
}
