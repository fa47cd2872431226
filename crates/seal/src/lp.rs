//! Length-prefixed lists: the only way this crate puts several fields into one hash or one signature.
//!
//! Invariant: two different lists never have the same bytes, because every field is preceded by its length.

/// `LP(x1..xn) = u64be(len x1) ‖ x1 ‖ … ‖ u64be(len xn) ‖ xn`.
///
/// The number of fields is fixed by the domain tag that opens the list or by a count inside it.
#[must_use]
pub fn lp(fields: &[&[u8]]) -> Vec<u8> {
    let total = fields.iter().fold(0_usize, |sum, field| {
        sum.saturating_add(field.len()).saturating_add(8)
    });
    let mut out = Vec::with_capacity(total);
    for field in fields {
        out.extend_from_slice(&(field.len() as u64).to_be_bytes());
        out.extend_from_slice(field);
    }
    out
}

/// Why bytes are not the length-prefixed list that was expected.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum LpError {
    /// A length or a field runs over the end.
    #[error("field {field} of the length-prefixed list runs over the end of the bytes")]
    Short {
        /// Position of the field, from 0.
        field: usize,
    },
    /// A field does not have the size its place requires.
    #[error("field {field} of the length-prefixed list has {found} bytes where {expected} are required")]
    Size {
        /// Position of the field, from 0.
        field: usize,
        /// Bytes required.
        expected: usize,
        /// Bytes found.
        found: usize,
    },
    /// Bytes follow the last field.
    #[error("{0} bytes follow the last field of the length-prefixed list")]
    Trailing(usize),
}

/// Reads a length-prefixed list field by field.
#[derive(Debug, Clone)]
pub struct Reader<'a> {
    rest: &'a [u8],
    field: usize,
}

impl<'a> Reader<'a> {
    /// A reader standing before the first field.
    #[must_use]
    pub fn new(bytes: &'a [u8]) -> Self {
        Self {
            rest: bytes,
            field: 0,
        }
    }

    /// The next field, whatever its size.
    pub fn next_field(&mut self) -> Result<&'a [u8], LpError> {
        let short = LpError::Short { field: self.field };
        let (length, rest) = self.rest.split_first_chunk::<8>().ok_or_else(|| short.clone())?;
        let length = usize::try_from(u64::from_be_bytes(*length)).map_err(|_| short.clone())?;
        let (field, rest) = rest.split_at_checked(length).ok_or(short)?;
        self.rest = rest;
        self.field = self.field.saturating_add(1);
        Ok(field)
    }

    /// The next field, which must have exactly `N` bytes.
    pub fn fixed<const N: usize>(&mut self) -> Result<[u8; N], LpError> {
        let position = self.field;
        let field = self.next_field()?;
        <[u8; N]>::try_from(field).map_err(|_| LpError::Size {
            field: position,
            expected: N,
            found: field.len(),
        })
    }

    /// Ends the list: nothing may follow.
    pub fn end(self) -> Result<(), LpError> {
        if self.rest.is_empty() {
            Ok(())
        } else {
            Err(LpError::Trailing(self.rest.len()))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_keep_their_borders() {
        assert_ne!(lp(&[b"ab", b"c"]), lp(&[b"a", b"bc"]));
        assert_eq!(lp(&[b"ab"]), [0, 0, 0, 0, 0, 0, 0, 2, b'a', b'b']);
        assert_eq!(lp(&[]), Vec::<u8>::new());
    }

    #[test]
    fn a_reader_returns_what_was_written_and_refuses_the_rest() {
        let bytes = lp(&[b"one", b"", b"1234"]);
        let mut reader = Reader::new(&bytes);
        assert_eq!(reader.next_field().unwrap(), b"one");
        assert_eq!(reader.next_field().unwrap(), b"");
        assert_eq!(reader.fixed::<4>().unwrap(), *b"1234");
        reader.end().unwrap();

        let mut reader = Reader::new(&bytes);
        assert_eq!(
            reader.fixed::<4>(),
            Err(LpError::Size {
                field: 0,
                expected: 4,
                found: 3
            })
        );
        assert_eq!(reader.end(), Err(LpError::Trailing(20)));
        assert_eq!(
            Reader::new(&bytes[..10]).next_field(),
            Err(LpError::Short { field: 0 })
        );
        assert_eq!(
            Reader::new(&[0xff; 9]).next_field(),
            Err(LpError::Short { field: 0 })
        );
    }
}
