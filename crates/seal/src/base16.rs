//! Hexadecimal text: lower case only, exact length, so that every value has one spelling.

/// Why a text is not the hexadecimal spelling that was expected.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum HexError {
    /// The text has another length.
    #[error("{found} hexadecimal digits where {expected} are required")]
    Length {
        /// Digits required.
        expected: usize,
        /// Bytes of text found.
        found: usize,
    },
    /// A character is not one of 0-9 a-f.
    #[error("the character at position {0} is not one of 0-9 a-f")]
    Digit(usize),
}

/// Lower-case hexadecimal spelling.
#[must_use]
pub fn encode(bytes: &[u8]) -> String {
    hex::encode(bytes)
}

/// Reads exactly `N` bytes; upper case is refused.
pub fn decode<const N: usize>(text: &str) -> Result<[u8; N], HexError> {
    let expected = N.saturating_mul(2);
    if text.len() != expected {
        return Err(HexError::Length {
            expected,
            found: text.len(),
        });
    }
    if let Some(at) = text
        .bytes()
        .position(|byte| !matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
    {
        return Err(HexError::Digit(at));
    }
    let mut out = [0; N];
    hex::decode_to_slice(text, &mut out).map_err(|_| HexError::Digit(0))?;
    Ok(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_spelling_only() {
        assert_eq!(decode::<2>("0aff"), Ok([0x0a, 0xff]));
        assert_eq!(decode::<2>("0Aff"), Err(HexError::Digit(1)));
        assert_eq!(
            decode::<2>("0af"),
            Err(HexError::Length {
                expected: 4,
                found: 3
            })
        );
        assert_eq!(decode::<2>("0é-"), Err(HexError::Digit(1)));
    }
}
