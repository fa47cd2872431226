//! Bytes that travel as lower-case hexadecimal text: exactly one spelling for each value.

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use std::fmt;

/// Exactly `N` bytes, written as `2 N` lower-case hexadecimal digits.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Hex<const N: usize>(pub [u8; N]);

/// Any number of bytes, written as lower-case hexadecimal digits.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Bytes(pub Vec<u8>);

/// Why a text is not the hexadecimal spelling of the bytes wanted.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum HexError {
    /// The text has another length than the bytes need.
    #[error("expected {expected} hexadecimal digits, found {found}")]
    Length {
        /// Digits wanted.
        expected: usize,
        /// Digits found.
        found: usize,
    },
    /// A character is none of `0-9a-f`, or the number of digits is odd.
    #[error("only an even number of the digits 0-9 and a-f is allowed")]
    Digit,
}

fn digits(text: &str) -> Result<Vec<u8>, HexError> {
    if text.bytes().any(|b| !matches!(b, b'0'..=b'9' | b'a'..=b'f')) {
        return Err(HexError::Digit);
    }
    hex::decode(text).map_err(|_| HexError::Digit)
}

impl<const N: usize> Hex<N> {
    /// Reads the one spelling of `N` bytes.
    pub fn parse(text: &str) -> Result<Self, HexError> {
        let wrong = || HexError::Length {
            expected: N.saturating_mul(2),
            found: text.len(),
        };
        if text.len() != N.saturating_mul(2) {
            return Err(wrong());
        }
        let bytes: [u8; N] = digits(text)?.try_into().map_err(|_| wrong())?;
        Ok(Self(bytes))
    }

    /// The bytes.
    #[must_use]
    pub const fn bytes(&self) -> &[u8; N] {
        &self.0
    }
}

impl Bytes {
    /// Reads the one spelling of any number of bytes.
    pub fn parse(text: &str) -> Result<Self, HexError> {
        digits(text).map(Self)
    }
}

impl<const N: usize> Default for Hex<N> {
    fn default() -> Self {
        Self([0; N])
    }
}

impl<const N: usize> From<[u8; N]> for Hex<N> {
    fn from(bytes: [u8; N]) -> Self {
        Self(bytes)
    }
}

impl From<Vec<u8>> for Bytes {
    fn from(bytes: Vec<u8>) -> Self {
        Self(bytes)
    }
}

impl<const N: usize> fmt::Display for Hex<N> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&hex::encode(self.0))
    }
}

impl<const N: usize> fmt::Debug for Hex<N> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl fmt::Display for Bytes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&hex::encode(&self.0))
    }
}

impl fmt::Debug for Bytes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl<const N: usize> Serialize for Hex<N> {
    fn serialize<S: Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        s.serialize_str(&hex::encode(self.0))
    }
}

impl<'de, const N: usize> Deserialize<'de> for Hex<N> {
    fn deserialize<D: Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        let text = String::deserialize(d)?;
        Self::parse(&text).map_err(de::Error::custom)
    }
}

impl Serialize for Bytes {
    fn serialize<S: Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        s.serialize_str(&hex::encode(&self.0))
    }
}

impl<'de> Deserialize<'de> for Bytes {
    fn deserialize<D: Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        let text = String::deserialize(d)?;
        Self::parse(&text).map_err(de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_spelling_only() {
        assert_eq!(Hex::<2>::parse("00ff").unwrap().0, [0, 255]);
        assert_eq!(Hex::<2>::parse("00FF"), Err(HexError::Digit));
        assert_eq!(
            Hex::<2>::parse("00f"),
            Err(HexError::Length {
                expected: 4,
                found: 3
            })
        );
        assert_eq!(Bytes::parse("abc"), Err(HexError::Digit));
        assert_eq!(Bytes::parse("").unwrap().0, Vec::<u8>::new());
    }
}
