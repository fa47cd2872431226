//! Opening a body in order: sealed bytes are pushed in pieces of any size, or whole slots are opened in place.
//!
//! Invariant: only authentic chunks are released. That nothing is missing at the end is known only after `finish`;
//! until then the caller keeps what was released to itself.

use super::{CHUNK, ChunkCipher, Cob256Error, PREFIX, SLOT};

/// Opens one body whose first 56 bytes fit the key.
pub struct Opener {
    cipher: ChunkCipher,
    number: u64,
    waiting: Vec<u8>,
}

impl std::fmt::Debug for Opener {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Opener(at chunk {})", self.number)
    }
}

impl Opener {
    /// Checks the commitment in the prefix before anything else.
    pub fn new(key: &[u8; 32], context: &[u8], prefix: &[u8; PREFIX]) -> Result<Self, Cob256Error> {
        let cipher = ChunkCipher::open(key, context, prefix)?;
        Ok(Self {
            cipher,
            number: 0,
            waiting: Vec::with_capacity(SLOT),
        })
    }

    /// Opens a piece of any size (after the prefix) and appends the plaintext of whole chunks to `out`.
    pub fn update(&mut self, mut body: &[u8], out: &mut Vec<u8>) -> Result<(), Cob256Error> {
        if !self.waiting.is_empty() {
            let room = SLOT.saturating_sub(self.waiting.len()).min(body.len());
            let (now, later) = body.split_at(room);
            self.waiting.extend_from_slice(now);
            body = later;
            if self.waiting.len() < SLOT {
                return Ok(());
            }
            let plain = self.cipher.open_part(self.number, &mut self.waiting)?;
            out.extend_from_slice(plain);
            self.number = self.number.saturating_add(1);
            self.waiting.clear();
        }
        let (slots, rest) = body.as_chunks::<SLOT>();
        out.reserve(slots.len().saturating_mul(CHUNK));
        for slot in slots {
            let start = out.len();
            out.extend_from_slice(slot);
            let sealed = out.get_mut(start..).unwrap_or_default();
            if let Err(refused) = self.cipher.open_part(self.number, sealed) {
                out.truncate(start);
                return Err(refused);
            }
            out.truncate(start.saturating_add(CHUNK));
            self.number = self.number.saturating_add(1);
        }
        self.waiting.extend_from_slice(rest);
        Ok(())
    }

    /// Opens whole sealed chunks where they lie: afterwards each 16,400-byte slot holds 16,384 bytes of plaintext at
    /// its start; the rest of a slot is undefined. Not for the last chunk, which goes through [`Opener::finish`].
    pub fn open_slots(&mut self, slots: &mut [u8]) -> Result<(), Cob256Error> {
        if !self.waiting.is_empty() {
            return Err(Cob256Error::Pending(self.waiting.len()));
        }
        let length = slots.len();
        let (slots, rest) = slots.as_chunks_mut::<SLOT>();
        if !rest.is_empty() {
            return Err(Cob256Error::Slots(length));
        }
        for slot in slots {
            self.cipher.open_slot(self.number, slot)?;
            self.number = self.number.saturating_add(1);
        }
        Ok(())
    }

    /// Ends the body: what waits must be its last, shorter chunk.
    pub fn finish(mut self, out: &mut Vec<u8>) -> Result<(), Cob256Error> {
        if self.waiting.len() < super::TAG {
            return Err(Cob256Error::Truncated);
        }
        let plain = self.cipher.open_part(self.number, &mut self.waiting)?;
        out.extend_from_slice(plain);
        Ok(())
    }
}
