//! Cobblestone-256, the format of the sealed body: C2SP chunked-encryption instantiated with
//! HKDF-Expand-SHA-512 and `AEAD_AES_256_GCM` (text of commit 5ba5ee8).
//!
//! `body = salt(24) ‖ commitment(32) ‖ chunks`, each chunk 16,384 bytes of plaintext and a 16-byte tag, the last
//! one shorter and possibly empty.
//! Invariant: the commitment is compared, in constant time, before anything is decrypted, so a body opens under
//! one key and one context only; and a body that was cut, extended or reordered does not open.

mod chunk;
mod opener;
mod sealer;

use zeroize::Zeroizing;

pub use self::chunk::ChunkCipher;
pub use self::opener::Opener;
pub use self::sealer::Sealer;

/// Plaintext bytes of every chunk but the last.
pub const CHUNK: usize = 16_384;
/// Bytes of a chunk's authentication tag.
pub const TAG: usize = 16;
/// Bytes of a sealed full chunk: the stride of the slots that are sealed and opened in place.
pub const SLOT: usize = CHUNK + TAG;
/// Bytes of the salt.
pub const SALT: usize = 24;
/// Bytes of salt and commitment, which come before the first chunk.
pub const PREFIX: usize = SALT + 32;
/// Chunks a body may have: 2³⁸, that is 4 PiB of plaintext.
pub const MAX_CHUNKS: u64 = 1 << 38;

const INFO: &[u8] = b"c2sp.org/chunked-encryption@v1+AEAD_AES_256_GCM\0";

/// Why a body cannot be sealed or opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Cob256Error {
    /// The key and the context are not those that the body was sealed with; nothing was decrypted.
    #[error("no key fits: the body's commitment belongs to another key or another label")]
    Commitment,
    /// A chunk is not authentic.
    #[error("chunk {0} of the body is not authentic")]
    Chunk(u64),
    /// The body ends where it must not.
    #[error("the body ends too early: its last chunk is missing or cut")]
    Truncated,
    /// A buffer for work in place is not a whole number of slots.
    #[error("the buffer has {0} bytes, which is not a whole number of 16,400-byte slots")]
    Slots(usize),
    /// Work in place was asked for while part of a chunk is waiting.
    #[error("{0} bytes of an unfinished chunk are waiting: work in place needs whole chunks from the start")]
    Pending(usize),
    /// More chunks than the format allows.
    #[error("the body has more chunks than the format allows")]
    TooLong,
}

/// Length of the body for a plaintext of `plain_len` bytes:
/// `56 + len + 16·(⌊len/16384⌋ + 1)`; saturating beyond 2⁶⁴.
#[must_use]
pub const fn body_len(plain_len: u64) -> u64 {
    let full = match plain_len.checked_div(CHUNK as u64) {
        Some(full) => full,
        None => 0,
    };
    let chunks = full.saturating_add(1);
    (PREFIX as u64)
        .saturating_add(plain_len)
        .saturating_add(chunks.saturating_mul(TAG as u64))
}

/// Length of the plaintext in a body of `body_len` bytes; none if no plaintext gives a body of that length.
#[must_use]
pub const fn plain_len(body_len: u64) -> Option<u64> {
    let Some(chunks) = body_len.checked_sub(PREFIX as u64) else {
        return None;
    };
    let Some(full) = chunks.checked_div(SLOT as u64) else {
        return None;
    };
    let Some(last) = chunks.checked_rem(SLOT as u64) else {
        return None;
    };
    let Some(last) = last.checked_sub(TAG as u64) else {
        return None;
    };
    if full >= MAX_CHUNKS {
        return None;
    }
    Some(full.saturating_mul(CHUNK as u64).saturating_add(last))
}

/// `key(32) ‖ base_nonce(12) ‖ commitment(32)` from the input key, the salt and the context.
struct Derived {
    key: Zeroizing<[u8; 32]>,
    base_nonce: [u8; 12],
    commitment: [u8; 32],
}

fn derive(key: &[u8; 32], salt: &[u8; SALT], context: &[u8]) -> Derived {
    let out = crate::hash::hkdf_expand_sha512::<76>(key, &[INFO, salt, context]);
    let mut derived = Derived {
        key: Zeroizing::new([0; 32]),
        base_nonce: [0; 12],
        commitment: [0; 32],
    };
    let (sealing, rest) = out.split_at(32);
    let (nonce, commitment) = rest.split_at(12);
    derived.key.copy_from_slice(sealing);
    derived.base_nonce.copy_from_slice(nonce);
    derived.commitment.copy_from_slice(commitment);
    derived
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_go_both_ways_and_have_gaps() {
        for plain in [0, 1, 16_383, 16_384, 16_385, 32_768, 140_000, 1 << 40] {
            assert_eq!(plain_len(body_len(plain)), Some(plain), "{plain}");
        }
        assert_eq!(body_len(0), 72);
        assert_eq!(body_len(16_384), 56 + 16_384 + 32);
        for impossible in [0, 55, 56, 71, 56 + 16_400, 56 + 16_415] {
            assert_eq!(plain_len(impossible), None, "{impossible}");
        }
        assert_eq!(plain_len(u64::MAX), None);
    }
}
