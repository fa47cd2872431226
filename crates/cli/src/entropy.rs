//! Randomness enters the command line here, and nowhere else.

use rand_core::{CryptoRng, OsRng, RngCore};

/// The operating system's generator.
#[must_use]
pub fn rng() -> impl CryptoRng + RngCore {
    OsRng
}

/// Fresh random bytes.
#[must_use]
pub fn bytes<const N: usize>() -> [u8; N] {
    let mut out = [0; N];
    OsRng.fill_bytes(&mut out);
    out
}

/// A fresh identifier: a word and sixteen hexadecimal digits.
#[must_use]
pub fn name(word: &str) -> String {
    format!("{word}-{}", hex::encode(bytes::<8>()))
}
