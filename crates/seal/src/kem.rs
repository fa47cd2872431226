//! Key encapsulation to a point Y: a fresh r, `R = r·G`, and the key that seals the body, derived from `Z = r·Y`.
//!
//! Invariant: the key is a function of Z, R, Y, β and the label, and Z is determined by R and Y; nobody chooses it.

use rand_core::{CryptoRng, RngCore};
use zeroize::Zeroizing;

use crate::dleq;
use crate::group::{Point, SecretScalar};
use crate::hash::{hkdf_expand_sha512, hmac_sha512};
use crate::header::{self, Header};
use crate::lp::lp;
use crate::oracle::gbar;
use crate::suite::Suite;

/// The key of the sealed body; wiped on drop.
pub type BodyKey = Zeroizing<[u8; 32]>;

/// One encapsulation: the secret r stays inside until the header is proved.
pub struct Encapsulation {
    suite: Suite,
    label: Vec<u8>,
    y: Point,
    secret: SecretScalar,
    public: Point,
    key: BodyKey,
}

impl Encapsulation {
    /// `R = r·G`.
    #[must_use]
    pub fn r(&self) -> Point {
        self.public
    }

    /// The key that seals the body.
    #[must_use]
    pub fn key(&self) -> &BodyKey {
        &self.key
    }

    /// The secret r. Who has it can open this one envelope: it is shown only to challenge a sealing program
    /// (of an envelope that is then thrown away) or to answer a complaint in the key ceremony.
    #[must_use]
    pub fn secret(&self) -> &SecretScalar {
        &self.secret
    }

    /// The header for a body with this digest: R, R̄ and the proof that the sealer knows r, bound to the label, the
    /// body and Y.
    #[must_use]
    pub fn prove(&self, body_digest: &[u8; 32], rng: &mut (impl CryptoRng + RngCore)) -> Header {
        let rbar = gbar(self.suite).times(&self.secret);
        let statement = header::statement(self.suite, &self.public, &rbar);
        let context = header::context(&self.label, body_digest, &self.y);
        let proof = dleq::prove(
            self.suite,
            header::PROOF,
            &self.secret,
            &statement,
            &[&context],
            rng,
        );
        Header {
            r: self.public,
            rbar,
            e: proof.c,
            f: proof.z,
        }
    }
}

/// Encapsulates to `y` with a fresh r.
///
/// `label` is the digest of a [`crate::Label`], or the label of another protocol that seals with this mechanism.
#[must_use]
pub fn seal_kem(
    suite: Suite,
    label: &[u8],
    y: &Point,
    beta: Option<&[u8; 32]>,
    rng: &mut (impl CryptoRng + RngCore),
) -> Encapsulation {
    encapsulate(suite, label, y, beta, SecretScalar::random(rng))
}

/// [`seal_kem`] with a given r: to reproduce a challenged envelope and for vectors, never to seal a bid.
#[must_use]
pub fn encapsulate(
    suite: Suite,
    label: &[u8],
    y: &Point,
    beta: Option<&[u8; 32]>,
    secret: SecretScalar,
) -> Encapsulation {
    let public = secret.public();
    let key = derive_key(suite, &y.times(&secret), &public, y, beta, label);
    Encapsulation {
        suite,
        label: label.to_vec(),
        y: *y,
        secret,
        public,
        key,
    }
}

/// The key of the body:
/// `prk = HMAC-SHA-512(DST("kem-extract"), LP(enc(Z), β or ""))`,
/// `K = HKDF-Expand-SHA-512(prk, LP(DST("kem-expand"), enc(R), enc(Y), label), 32)`.
#[must_use]
pub fn derive_key(
    suite: Suite,
    z: &Point,
    r: &Point,
    y: &Point,
    beta: Option<&[u8; 32]>,
    label: &[u8],
) -> BodyKey {
    let shared = Zeroizing::new(lp(&[z.as_bytes(), beta.map_or(&[][..], |beta| &beta[..])]));
    let prk = hmac_sha512(&suite.dst("kem-extract"), &[&shared]);
    let info = lp(&[&suite.dst("kem-expand"), r.as_bytes(), y.as_bytes(), label]);
    hkdf_expand_sha512(&prk[..], &[&info])
}
