//! Framing of the plaintext: `u64be(length) ‖ data ‖ zero bytes`, so that the sealed length tells little.
//!
//! Invariant: the total is Padmé of `8 + length` and at least 64 KiB, and every byte after the data is zero; a
//! frame that breaks either is refused, so one document has one frame.

/// Bytes of the length that opens the frame.
pub const HEADER: usize = 8;
/// Smallest frame, 64 KiB.
pub const SMALLEST: u64 = 65_536;

/// Why a frame is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PadError {
    /// The frame ends before the data it announces, or has more bytes than the rule gives.
    #[error("the padded frame has {found} bytes where its length of {length} requires {expected}")]
    Total {
        /// Length of the data as announced.
        length: u64,
        /// Bytes the rule requires.
        expected: u64,
        /// Bytes seen.
        found: u64,
    },
    /// The frame ends inside the length itself.
    #[error("the padded frame ends after {0} bytes, inside its own length")]
    Header(u64),
    /// A byte of padding is not zero.
    #[error("the padding is not zero at byte {0} of the frame")]
    Dirt(u64),
    /// The announced length does not fit the format.
    #[error("the padded frame announces {0} bytes, more than the format can hold")]
    TooLong(u64),
}

/// Total bytes of the frame for `len` bytes of data: `max(65536, padmé(8 + len))`; none beyond 2⁵².
///
/// Padmé (PURBs, Nikitin and others 2019): with E = ⌊log₂ L⌋ and S = ⌊log₂ E⌋ + 1, L is rounded up to a multiple of
/// 2^(E−S); the overhead is at most 12 % and the length leaks O(log log L) bits.
#[must_use]
pub const fn padded_len(len: u64) -> Option<u64> {
    if len > 1 << 52 {
        return None;
    }
    let framed = len.saturating_add(HEADER as u64);
    let exponent = framed.ilog2();
    let significant = exponent.ilog2().saturating_add(1);
    let low = match 1_u64.checked_shl(exponent.saturating_sub(significant)) {
        Some(unit) => unit.saturating_sub(1),
        None => return None,
    };
    let rounded = framed.saturating_add(low) & !low;
    Some(if rounded < SMALLEST { SMALLEST } else { rounded })
}

/// The frame around data of a known length.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Frame {
    len: u64,
    total: u64,
}

impl Frame {
    /// The frame for `len` bytes of data.
    pub fn new(len: u64) -> Result<Self, PadError> {
        padded_len(len)
            .map(|total| Self { len, total })
            .ok_or(PadError::TooLong(len))
    }

    /// The eight bytes that come before the data.
    #[must_use]
    pub fn header(self) -> [u8; HEADER] {
        self.len.to_be_bytes()
    }

    /// Zero bytes that come after the data.
    #[must_use]
    pub fn zeros(self) -> u64 {
        self.total.saturating_sub(self.len).saturating_sub(HEADER as u64)
    }

    /// Bytes of the whole frame.
    #[must_use]
    pub fn total(self) -> u64 {
        self.total
    }
}

/// Frames data that is in memory as a whole.
pub fn pad(bytes: &[u8]) -> Result<Vec<u8>, PadError> {
    let frame = Frame::new(bytes.len() as u64)?;
    let total = usize::try_from(frame.total()).map_err(|_| PadError::TooLong(bytes.len() as u64))?;
    let mut out = Vec::with_capacity(total);
    out.extend_from_slice(&frame.header());
    out.extend_from_slice(bytes);
    out.resize(total, 0);
    Ok(out)
}

/// Takes frames apart again, from memory as a whole.
pub fn unpad(frame: &[u8]) -> Result<Vec<u8>, PadError> {
    let mut out = Vec::new();
    let mut reader = Unpadder::new();
    reader.update(frame, |bytes| out.extend_from_slice(bytes))?;
    reader.finish()?;
    Ok(out)
}

/// Takes a frame apart that arrives in pieces of any size.
#[derive(Debug, Clone, Default)]
pub struct Unpadder {
    header: [u8; HEADER],
    seen: u64,
    frame: Option<Frame>,
}

impl Unpadder {
    /// Before the first byte.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Length of the data, once the first eight bytes were seen.
    #[must_use]
    pub fn announced(&self) -> Option<u64> {
        self.frame.map(|frame| frame.len)
    }

    /// Takes the next bytes of the frame; the data among them goes to `sink`.
    pub fn update(&mut self, mut bytes: &[u8], mut sink: impl FnMut(&[u8])) -> Result<(), PadError> {
        while self.frame.is_none() {
            let Some((byte, rest)) = bytes.split_first() else {
                return Ok(());
            };
            if let Some(slot) = usize::try_from(self.seen)
                .ok()
                .and_then(|at| self.header.get_mut(at))
            {
                *slot = *byte;
            }
            self.seen = self.seen.saturating_add(1);
            bytes = rest;
            if self.seen == HEADER as u64 {
                self.frame = Some(Frame::new(u64::from_be_bytes(self.header))?);
            }
        }
        let Some(frame) = self.frame else { return Ok(()) };
        let end = frame.len.saturating_add(HEADER as u64);
        let data = usize::try_from(end.saturating_sub(self.seen))
            .unwrap_or(usize::MAX)
            .min(bytes.len());
        let (data, zeros) = bytes.split_at(data);
        if !data.is_empty() {
            sink(data);
            self.seen = self.seen.saturating_add(data.len() as u64);
        }
        if let Some(at) = zeros.iter().position(|byte| *byte != 0) {
            return Err(PadError::Dirt(self.seen.saturating_add(at as u64)));
        }
        self.seen = self.seen.saturating_add(zeros.len() as u64);
        if self.seen > frame.total {
            Err(self.wrong_total(frame))
        } else {
            Ok(())
        }
    }

    /// Ends the frame, which must have exactly the length the rule gives.
    pub fn finish(self) -> Result<(), PadError> {
        match self.frame {
            None => Err(PadError::Header(self.seen)),
            Some(frame) if frame.total == self.seen => Ok(()),
            Some(frame) => Err(self.wrong_total(frame)),
        }
    }

    fn wrong_total(&self, frame: Frame) -> PadError {
        PadError::Total {
            length: frame.len,
            expected: frame.total,
            found: self.seen,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_follow_padme_above_64_kib() {
        assert_eq!(padded_len(0), Some(65_536));
        assert_eq!(padded_len(65_528), Some(65_536));
        // E = 16, S = 5: multiples of 2^11.
        assert_eq!(padded_len(65_529), Some(67_584));
        assert_eq!(padded_len(1_000_000), Some(1_015_808));
        assert_eq!(padded_len(1 << 53), None);
        for len in (0..4_000_000).step_by(9_973) {
            let total = padded_len(len).unwrap();
            assert!(total >= len + 8);
            assert!(
                total == SMALLEST || (total - len - 8) * 100 <= (len + 8) * 12,
                "{len} became {total}"
            );
        }
    }

    #[test]
    fn what_was_framed_comes_back() {
        for len in [0, 1, 65_527, 65_528, 65_529, 200_000] {
            let bytes = vec![7; len];
            let framed = pad(&bytes).unwrap();
            assert_eq!(framed.len() as u64, padded_len(len as u64).unwrap());
            assert_eq!(unpad(&framed).unwrap(), bytes);
            let mut out = Vec::new();
            let mut reader = Unpadder::new();
            for piece in framed.chunks(1_001) {
                reader
                    .update(piece, |bytes| out.extend_from_slice(bytes))
                    .unwrap();
            }
            assert_eq!(reader.announced(), Some(len as u64));
            reader.finish().unwrap();
            assert_eq!(out, bytes);
        }
    }

    #[test]
    fn a_frame_has_one_form() {
        let good = pad(b"price").unwrap();
        let mut dirty = good.clone();
        dirty[20] = 1;
        assert_eq!(unpad(&dirty), Err(PadError::Dirt(20)));
        assert_eq!(
            unpad(&good[..65_535]),
            Err(PadError::Total {
                length: 5,
                expected: 65_536,
                found: 65_535
            })
        );
        let longer = [&good[..], &[0]].concat();
        assert_eq!(
            unpad(&longer),
            Err(PadError::Total {
                length: 5,
                expected: 65_536,
                found: 65_537
            })
        );
        assert_eq!(unpad(&good[..7]), Err(PadError::Header(7)));
        assert_eq!(unpad(&[0xff; 100]), Err(PadError::TooLong(u64::MAX)));
        let mut lying = good;
        lying[..8].copy_from_slice(&70_000_u64.to_be_bytes());
        assert!(matches!(
            unpad(&lying),
            Err(PadError::Total {
                length: 70_000,
                found: 65_536,
                ..
            })
        ));
    }
}
