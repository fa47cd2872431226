//! Key files (密钥文件): private keys and custodians' seeds under a passphrase, as PEM.
//!
//! PKCS#8 (RFC 5958) with PBES2 (RFC 8018): PBKDF2-HMAC-SHA-256 and AES-256-CBC, what OpenSSL and browsers read too.
//! Invariant: a file is read only within limits fixed here, so a hostile file costs neither time nor memory; and a
//! key is returned only if its inner structure is exactly the one we write.

mod pbes2;

use rand_core::{CryptoRng, RngCore};
use subtle::ConstantTimeEq as _;
use zeroize::Zeroizing;

pub use self::pbes2::{KeyFileCost, KeyFileError};
use crate::custodian::CustodianSeed;
use crate::hash::sha256;
use crate::lp::lp;
use crate::sign::SigningKey;

/// PEM label of an Ed25519 key file.
const KEY: &str = "ENCRYPTED PRIVATE KEY";
/// PEM label of a custodian's seed.
const SEED: &str = "TENDER CUSTODIAN SEED";

/// `PrivateKeyInfo { version 0, Ed25519, OCTET STRING { OCTET STRING (32) } }` up to the seed (RFC 8410, section 7).
const ED25519: [u8; 16] = [
    0x30, 0x2e, 2, 1, 0, 0x30, 5, 6, 3, 0x2b, 0x65, 0x70, 4, 0x22, 4, 0x20,
];

/// Writes an Ed25519 key under a passphrase at the standard cost.
pub fn seal_key(
    key: &SigningKey,
    passphrase: impl AsRef<[u8]>,
    rng: &mut (impl CryptoRng + RngCore),
) -> Result<Zeroizing<String>, KeyFileError> {
    seal_key_at(KeyFileCost::STANDARD, key, passphrase, rng)
}

/// [`seal_key`] at another cost, for tests and the demonstration.
pub fn seal_key_at(
    cost: KeyFileCost,
    key: &SigningKey,
    passphrase: impl AsRef<[u8]>,
    rng: &mut (impl CryptoRng + RngCore),
) -> Result<Zeroizing<String>, KeyFileError> {
    let inner = Zeroizing::new([&ED25519[..], &key.to_seed()[..]].concat());
    pbes2::seal(KEY, cost, &inner, passphrase.as_ref(), rng)
}

/// Reads an Ed25519 key file, ours or OpenSSL's.
pub fn open_key(pem: &str, passphrase: impl AsRef<[u8]>) -> Result<SigningKey, KeyFileError> {
    let inner = pbes2::open(KEY, pem, passphrase.as_ref())?;
    let (head, seed) = inner.split_first_chunk::<16>().ok_or(KeyFileError::Inner)?;
    let seed = <&[u8; 32]>::try_from(seed).map_err(|_| KeyFileError::Inner)?;
    if *head != ED25519 {
        return Err(KeyFileError::Inner);
    }
    Ok(SigningKey::from_seed(seed))
}

/// [`open_key`], and the key must be the one with this fingerprint: CBC alone does not notice a changed seed.
pub fn open_key_expecting(
    pem: &str,
    passphrase: impl AsRef<[u8]>,
    fingerprint: &[u8; 32],
) -> Result<SigningKey, KeyFileError> {
    let key = open_key(pem, passphrase)?;
    if key.public().fingerprint() == *fingerprint {
        Ok(key)
    } else {
        Err(KeyFileError::OtherKey)
    }
}

/// Writes a custodian's seed under a passphrase at the standard cost.
pub fn seal_seed(
    seed: &CustodianSeed,
    passphrase: impl AsRef<[u8]>,
    rng: &mut (impl CryptoRng + RngCore),
) -> Result<Zeroizing<String>, KeyFileError> {
    seal_seed_at(KeyFileCost::STANDARD, seed, passphrase, rng)
}

/// [`seal_seed`] at another cost, for tests and the demonstration.
///
/// Inside stand `seed(32) ‖ check(16)`, the check being the first 16 bytes of
/// `SHA-256(LP("tender-custodian-seed/v1", seed))`, because CBC has no integrity of its own.
pub fn seal_seed_at(
    cost: KeyFileCost,
    seed: &CustodianSeed,
    passphrase: impl AsRef<[u8]>,
    rng: &mut (impl CryptoRng + RngCore),
) -> Result<Zeroizing<String>, KeyFileError> {
    let inner = Zeroizing::new([&seed.as_bytes()[..], &check(seed.as_bytes())].concat());
    pbes2::seal(SEED, cost, &inner, passphrase.as_ref(), rng)
}

/// Reads a custodian's seed.
pub fn open_seed(pem: &str, passphrase: impl AsRef<[u8]>) -> Result<CustodianSeed, KeyFileError> {
    let inner = pbes2::open(SEED, pem, passphrase.as_ref())?;
    let (seed, given) = inner.split_first_chunk::<32>().ok_or(KeyFileError::Inner)?;
    if bool::from(check(seed)[..].ct_eq(given)) {
        Ok(CustodianSeed::from_bytes(seed))
    } else {
        Err(KeyFileError::Inner)
    }
}

fn check(seed: &[u8; 32]) -> [u8; 16] {
    let list = Zeroizing::new(lp(&[b"tender-custodian-seed/v1", seed]));
    let mut out = [0; 16];
    for (slot, byte) in out.iter_mut().zip(sha256(&[&list])) {
        *slot = byte;
    }
    out
}
