//! Fixed-size pieces read from the wire in order.
//!
//! Invariant: a message that was read has no byte too few and none too many.

/// Why bytes are not the ceremony message that was expected.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum WireError {
    /// Bytes are missing or left over.
    #[error("the {message} has {found} bytes where {expected} are required")]
    Length {
        /// Which message.
        message: &'static str,
        /// Bytes required.
        expected: usize,
        /// Bytes found.
        found: usize,
    },
    /// The header of a sealed share is not acceptable.
    #[error("round-2 message: {0}")]
    Header(#[from] crate::header::HeaderError),
    /// A point or a scalar is not acceptable.
    #[error("{field} in the {message}: {why}")]
    Group {
        /// Which message.
        message: &'static str,
        /// Which field.
        field: &'static str,
        /// What is wrong with it.
        why: crate::group::GroupError,
    },
}

/// Takes pieces off the front of a message whose total length was checked.
pub(super) struct Pieces<'a> {
    message: &'static str,
    rest: &'a [u8],
}

impl<'a> Pieces<'a> {
    pub(super) fn new(message: &'static str, bytes: &'a [u8], expected: usize) -> Result<Self, WireError> {
        if bytes.len() == expected {
            Ok(Self { message, rest: bytes })
        } else {
            Err(WireError::Length {
                message,
                expected,
                found: bytes.len(),
            })
        }
    }

    pub(super) fn take<const N: usize>(&mut self) -> Result<[u8; N], WireError> {
        let found = self.rest.len();
        let short = WireError::Length {
            message: self.message,
            expected: N,
            found,
        };
        let (piece, rest) = self.rest.split_first_chunk::<N>().ok_or(short)?;
        self.rest = rest;
        Ok(*piece)
    }

    pub(super) fn number(&mut self) -> Result<u16, WireError> {
        self.take().map(u16::from_be_bytes)
    }

    pub(super) fn bad(&self, field: &'static str) -> impl Fn(crate::group::GroupError) -> WireError + use<> {
        let message = self.message;
        move |why| WireError::Group { message, field, why }
    }
}
