//! Sealing a body in order: plaintext is pushed in pieces of any size, or whole slots are sealed in place.
//!
//! Invariant: memory is constant (less than one chunk waits here), and a body is ended exactly once, by `finish`.

use rand_core::{CryptoRng, RngCore};
use zeroize::Zeroizing;

use super::{CHUNK, ChunkCipher, Cob256Error, PREFIX, SALT, SLOT};

/// Seals one body. The 56-byte prefix comes first in the body; then whatever this appends.
pub struct Sealer {
    cipher: ChunkCipher,
    number: u64,
    waiting: Zeroizing<Vec<u8>>,
}

impl Sealer {
    /// Starts a body with a fresh salt; returns the prefix to be written first.
    #[must_use]
    pub fn new(key: &[u8; 32], context: &[u8], rng: &mut (impl CryptoRng + RngCore)) -> (Self, [u8; PREFIX]) {
        let mut salt = [0; SALT];
        rng.fill_bytes(&mut salt);
        Self::with_salt(key, &salt, context)
    }

    /// [`Sealer::new`] with a given salt, which must not have been used with this key before.
    #[must_use]
    pub fn with_salt(key: &[u8; 32], salt: &[u8; SALT], context: &[u8]) -> (Self, [u8; PREFIX]) {
        let (cipher, prefix) = ChunkCipher::seal(key, salt, context);
        (
            Self {
                cipher,
                number: 0,
                waiting: Zeroizing::new(Vec::with_capacity(CHUNK)),
            },
            prefix,
        )
    }

    /// Seals a piece of any size and appends the sealed bytes to `out`.
    pub fn update(&mut self, mut plain: &[u8], out: &mut Vec<u8>) -> Result<(), Cob256Error> {
        if !self.waiting.is_empty() {
            let room = CHUNK.saturating_sub(self.waiting.len()).min(plain.len());
            let (now, later) = plain.split_at(room);
            self.waiting.extend_from_slice(now);
            plain = later;
            if self.waiting.len() < CHUNK {
                return Ok(());
            }
            self.cipher.seal_part(self.number, &self.waiting, out)?;
            self.number = self.number.saturating_add(1);
            self.waiting.clear();
        }
        let (chunks, rest) = plain.as_chunks::<CHUNK>();
        out.reserve(chunks.len().saturating_mul(SLOT));
        for chunk in chunks {
            self.cipher.seal_part(self.number, chunk, out)?;
            self.number = self.number.saturating_add(1);
        }
        self.waiting.extend_from_slice(rest);
        Ok(())
    }

    /// Seals whole chunks where they lie: `slots` is a sequence of 16,400-byte slots, each with 16,384 bytes of
    /// plaintext at its start. No copy is made; 64 slots (about 1 MiB) are a good size.
    pub fn seal_slots(&mut self, slots: &mut [u8]) -> Result<(), Cob256Error> {
        if !self.waiting.is_empty() {
            return Err(Cob256Error::Pending(self.waiting.len()));
        }
        let length = slots.len();
        let (slots, rest) = slots.as_chunks_mut::<SLOT>();
        if !rest.is_empty() {
            return Err(Cob256Error::Slots(length));
        }
        for slot in slots {
            self.cipher.seal_slot(self.number, slot)?;
            self.number = self.number.saturating_add(1);
        }
        Ok(())
    }

    /// Ends the body: appends the last chunk, which is shorter than the others and may be empty.
    pub fn finish(self, out: &mut Vec<u8>) -> Result<(), Cob256Error> {
        self.cipher.seal_part(self.number, &self.waiting, out)
    }
}
