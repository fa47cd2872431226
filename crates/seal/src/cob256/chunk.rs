//! One chunk at a time, each independent of the others, so that a caller with several cores can work on several.
//!
//! Invariant: the nonce is the base nonce with the chunk's number in its low five bytes, and a number is used once.

use ring::aead::{AES_256_GCM, Aad, LessSafeKey, Nonce, UnboundKey};
use subtle::ConstantTimeEq as _;

use super::{CHUNK, Cob256Error, Derived, MAX_CHUNKS, PREFIX, SALT, SLOT, derive};

/// The key and base nonce of one body.
pub struct ChunkCipher {
    key: LessSafeKey,
    base_nonce: [u8; 12],
}

impl ChunkCipher {
    /// For sealing: the cipher, and the 56 bytes that open the body.
    ///
    /// The pair of key and salt must never be used for two plaintexts; a fresh random salt sees to it.
    #[must_use]
    pub fn seal(key: &[u8; 32], salt: &[u8; SALT], context: &[u8]) -> (Self, [u8; PREFIX]) {
        let derived = derive(key, salt, context);
        let mut prefix = [0; PREFIX];
        let (left, right) = prefix.split_at_mut(SALT);
        left.copy_from_slice(salt);
        right.copy_from_slice(&derived.commitment);
        (Self::of(&derived), prefix)
    }

    /// For opening: checks the commitment in the body's first 56 bytes before any decryption.
    pub fn open(key: &[u8; 32], context: &[u8], prefix: &[u8; PREFIX]) -> Result<Self, Cob256Error> {
        let (salt, commitment) = prefix.split_first_chunk::<SALT>().ok_or(Cob256Error::Truncated)?;
        let derived = derive(key, salt, context);
        if bool::from(derived.commitment[..].ct_eq(commitment)) {
            Ok(Self::of(&derived))
        } else {
            Err(Cob256Error::Commitment)
        }
    }

    fn of(derived: &Derived) -> Self {
        // A 32-byte key is always accepted for AES-256; the type system of ring cannot say so.
        let key = UnboundKey::new(&AES_256_GCM, &derived.key[..]).unwrap_or_else(|_| unreachable!());
        Self {
            key: LessSafeKey::new(key),
            base_nonce: derived.base_nonce,
        }
    }

    /// Seals a full slot in place: 16,384 bytes of plaintext become ciphertext and the last 16 bytes the tag.
    pub fn seal_slot(&self, number: u64, slot: &mut [u8; SLOT]) -> Result<(), Cob256Error> {
        let nonce = self.nonce(number)?;
        let (plain, tag) = slot.split_at_mut(CHUNK);
        let sealed = self.key.seal_in_place_separate_tag(nonce, Aad::empty(), plain);
        tag.copy_from_slice(sealed.map_err(|_| Cob256Error::TooLong)?.as_ref());
        Ok(())
    }

    /// Opens a full slot in place: the first 16,384 bytes become plaintext, the rest is undefined.
    pub fn open_slot(&self, number: u64, slot: &mut [u8; SLOT]) -> Result<(), Cob256Error> {
        self.open_part(number, slot).map(|_| ())
    }

    /// Appends the sealed form of `plain` (at most one chunk) to `out`.
    pub(super) fn seal_part(&self, number: u64, plain: &[u8], out: &mut Vec<u8>) -> Result<(), Cob256Error> {
        let nonce = self.nonce(number)?;
        let start = out.len();
        out.extend_from_slice(plain);
        let sealed = out.get_mut(start..).ok_or(Cob256Error::TooLong)?;
        let tag = self.key.seal_in_place_separate_tag(nonce, Aad::empty(), sealed);
        out.extend_from_slice(tag.map_err(|_| Cob256Error::TooLong)?.as_ref());
        Ok(())
    }

    /// Opens one chunk in place and returns its plaintext.
    pub(super) fn open_part<'a>(
        &self,
        number: u64,
        sealed: &'a mut [u8],
    ) -> Result<&'a mut [u8], Cob256Error> {
        let nonce = self.nonce(number)?;
        self.key
            .open_in_place(nonce, Aad::empty(), sealed)
            .map_err(|_| Cob256Error::Chunk(number))
    }

    /// The base nonce XOR the number, big-endian, in the low five bytes.
    fn nonce(&self, number: u64) -> Result<Nonce, Cob256Error> {
        if number >= MAX_CHUNKS {
            return Err(Cob256Error::TooLong);
        }
        let mut nonce = self.base_nonce;
        for (byte, counter) in nonce.iter_mut().rev().zip(number.to_le_bytes()).take(5) {
            *byte ^= counter;
        }
        Ok(Nonce::assume_unique_for_key(nonce))
    }
}
