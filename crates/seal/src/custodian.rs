//! A custodian (密钥保管人) is a 32-byte seed: every key and every message of a ceremony follows from it.
//!
//! Invariant: what is derived for one purpose, ceremony, slot and recipient is derived for no other, because all of
//! them enter the derivation as a length-prefixed list; and the same inputs always give the same bytes, so a
//! custodian who keeps the seed can answer a complaint or recover a share from the logged messages.

use rand_chacha::ChaCha20Rng;
use rand_core::{CryptoRng, RngCore, SeedableRng};
use zeroize::Zeroizing;

use crate::group::{self, Point, SecretScalar};
use crate::hash::hkdf_expand_sha512;
use crate::lp::lp;
use crate::sign::SigningKey;

const TAG: &[u8] = b"tender-custodian/v1";

/// The only secret a custodian keeps; wiped on drop, never printed.
#[derive(Clone)]
pub struct CustodianSeed(Zeroizing<[u8; 32]>);

impl CustodianSeed {
    /// A seed that was kept.
    #[must_use]
    pub fn from_bytes(bytes: &[u8; 32]) -> Self {
        Self(Zeroizing::new(*bytes))
    }

    /// A fresh seed.
    #[must_use]
    pub fn generate(rng: &mut (impl CryptoRng + RngCore)) -> Self {
        let mut seed = Zeroizing::new([0; 32]);
        rng.fill_bytes(seed.as_mut());
        Self(seed)
    }

    /// The 32 bytes, to be put into a key file.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }

    /// The key that signs the custodian's messages: seed `HKDF-Expand(seed, LP(tag, "ed25519"), 32)`.
    #[must_use]
    pub fn signing_key(&self) -> SigningKey {
        SigningKey::from_seed(&self.derive::<32>(&[b"ed25519"]))
    }

    /// The static scalar d to whose point E shares are sealed:
    /// `HKDF-Expand(seed, LP(tag, "static"), 64)`, little-endian, modulo ℓ.
    #[must_use]
    pub fn static_key(&self) -> SecretScalar {
        group::nonce(&group::Scalar::from_wide(&self.derive::<64>(&[b"static"])))
    }

    /// `E = d·G`.
    #[must_use]
    pub fn static_point(&self) -> Point {
        self.static_key().public()
    }

    /// The generator of round 1: `ChaCha20` keyed with `HKDF-Expand(seed, LP(tag, "round1", context), 32)`.
    pub(crate) fn round1_rng(&self, context: &[u8; 64]) -> ChaCha20Rng {
        ChaCha20Rng::from_seed(*self.derive::<32>(&[b"round1", context]))
    }

    /// The generator of the share for one recipient: `LP(tag, "round2", context, u16be j)`.
    pub(crate) fn round2_rng(&self, context: &[u8; 64], to: u16) -> ChaCha20Rng {
        ChaCha20Rng::from_seed(*self.derive::<32>(&[b"round2", context, &to.to_be_bytes()]))
    }

    fn derive<const N: usize>(&self, fields: &[&[u8]]) -> Zeroizing<[u8; N]> {
        let mut list = vec![TAG];
        list.extend_from_slice(fields);
        hkdf_expand_sha512(&self.0[..], &[&lp(&list)])
    }
}

impl std::fmt::Debug for CustodianSeed {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("CustodianSeed(not shown)")
    }
}
