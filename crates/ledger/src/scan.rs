//! A cursor over the bytes of an entry: the few tokens that canonical entries are made of.
//!
//! Invariant: nothing is copied, nothing is skipped, and every error names the byte it stands at.

use crate::entry::EntryError;

/// The value of each hexadecimal digit in lower case; 16 marks everything else.
const NIBBLES: [u8; 256] = {
    let mut table = [16_u8; 256];
    let mut digit = 0_u8;
    while digit < 16 {
        let byte = if digit < 10 {
            b'0'.wrapping_add(digit)
        } else {
            b'a'.wrapping_add(digit).wrapping_sub(10)
        };
        #[expect(
            clippy::indexing_slicing,
            reason = "a byte always is an index of 256 places; constant evaluation"
        )]
        {
            table[byte as usize] = digit;
        }
        digit = digit.wrapping_add(1);
    }
    table
};

fn nibble(byte: u8) -> u8 {
    NIBBLES.get(usize::from(byte)).copied().unwrap_or(16)
}

pub(crate) struct Scan<'a> {
    all: &'a [u8],
    rest: &'a [u8],
}

impl<'a> Scan<'a> {
    pub(crate) const fn new(all: &'a [u8]) -> Self {
        Self { all, rest: all }
    }

    pub(crate) fn at(&self) -> usize {
        self.all.len().saturating_sub(self.rest.len())
    }

    /// The bytes that every canonical entry has at this place.
    pub(crate) fn literal(&mut self, text: &'static str) -> Result<(), EntryError> {
        self.rest = self
            .rest
            .strip_prefix(text.as_bytes())
            .ok_or(EntryError::Expected {
                at: self.at(),
                what: text,
            })?;
        Ok(())
    }

    /// The digits of exactly `N` bytes in hexadecimal.
    pub(crate) fn hex<const N: usize>(&mut self) -> Result<[u8; N], EntryError> {
        let (digits, rest) = self
            .rest
            .split_at_checked(N.saturating_mul(2))
            .ok_or(EntryError::Hex {
                at: self.at(),
                bytes: N,
            })?;
        let mut out = [0_u8; N];
        let mut wrong = 0_u8;
        for (place, pair) in out.iter_mut().zip(digits.as_chunks::<2>().0) {
            let (high, low) = (nibble(pair[0]), nibble(pair[1]));
            wrong |= high | low;
            *place = (high << 4) | (low & 15);
        }
        if wrong & 16 != 0 {
            return Err(EntryError::Hex {
                at: self.at(),
                bytes: N,
            });
        }
        self.rest = rest;
        Ok(out)
    }

    /// Like [`Scan::hex`], without keeping the value.
    pub(crate) fn skip_hex(&mut self, bytes: usize) -> Result<(), EntryError> {
        let wrong = EntryError::Hex { at: self.at(), bytes };
        let Some((digits, rest)) = self.rest.split_at_checked(bytes.saturating_mul(2)) else {
            return Err(wrong);
        };
        if digits.iter().fold(0, |seen, byte| seen | nibble(*byte)) & 16 != 0 {
            return Err(wrong);
        }
        self.rest = rest;
        Ok(())
    }

    /// Whether the next byte is a quotation mark: an empty string follows.
    pub(crate) fn is_quote(&self) -> bool {
        self.rest.first() == Some(&b'"')
    }

    pub(crate) fn starts(&self, text: &str) -> bool {
        self.rest.starts_with(text.as_bytes())
    }

    /// A run of `A-Z a-z 0-9 . _ - /` up to the closing quotation mark, which stays.
    pub(crate) fn word(&mut self) -> Result<&'a str, EntryError> {
        let length = self
            .rest
            .iter()
            .position(|b| !(b.is_ascii_alphanumeric() || matches!(b, b'.' | b'_' | b'-' | b'/')))
            .unwrap_or(self.rest.len());
        let expected = EntryError::Expected {
            at: self.at(),
            what: "a name",
        };
        let (word, rest) = self
            .rest
            .split_at_checked(length)
            .ok_or_else(|| expected.clone())?;
        self.rest = rest;
        std::str::from_utf8(word).map_err(|_| expected)
    }

    /// A whole number from 0 to 2^53 − 1 without needless zeros.
    pub(crate) fn integer(&mut self) -> Result<i64, EntryError> {
        let wrong = EntryError::Integer { at: self.at() };
        let length = self
            .rest
            .iter()
            .take(17)
            .take_while(|b| b.is_ascii_digit())
            .count();
        let Some((digits, rest)) = self.rest.split_at_checked(length) else {
            return Err(wrong);
        };
        if digits.is_empty() || (digits.len() > 1 && digits.starts_with(b"0")) {
            return Err(wrong);
        }
        // At most 17 digits: far from the end of 64 bits.
        let value = digits.iter().fold(0_i64, |sum, digit| {
            sum.wrapping_mul(10)
                .wrapping_add(i64::from(digit.wrapping_sub(b'0')))
        });
        if value > facts::canonical::MAX_INTEGER {
            return Err(wrong);
        }
        self.rest = rest;
        Ok(value)
    }

    pub(crate) fn end(&self) -> Result<(), EntryError> {
        if self.rest.is_empty() {
            Ok(())
        } else {
            Err(EntryError::Trailing { at: self.at() })
        }
    }
}
