//! Entry bundles (C2SP tlog-tiles): up to 256 entries, each after its length in 16 bits.
//!
//! Invariant: reading stops with an error at the first byte that cannot belong to a bundle.

use crate::entry::MAX_ENTRY;

/// Why bytes are no bundle.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum BundleError {
    /// An entry is longer than its length can say.
    #[error("bundle: entry {place} has {length} bytes, but at most 65535 are allowed")]
    Long {
        /// Place in the bundle.
        place: usize,
        /// Its length.
        length: usize,
    },
    /// The bytes end within a length or an entry.
    #[error("bundle: the bytes end within entry {place}")]
    Cut {
        /// Place in the bundle.
        place: usize,
    },
}

/// Writes a bundle.
pub fn encode<'a>(entries: impl IntoIterator<Item = &'a [u8]>) -> Result<Vec<u8>, BundleError> {
    let mut out = Vec::new();
    for (place, entry) in entries.into_iter().enumerate() {
        push(&mut out, entry).map_err(|()| BundleError::Long {
            place,
            length: entry.len(),
        })?;
    }
    Ok(out)
}

/// Appends one entry to a bundle's bytes; refused if it is longer than 65,535 bytes.
fn push(out: &mut Vec<u8>, entry: &[u8]) -> Result<(), ()> {
    debug_assert_eq!(MAX_ENTRY, usize::from(u16::MAX));
    let length = u16::try_from(entry.len()).map_err(|_| ())?;
    out.extend_from_slice(&length.to_be_bytes());
    out.extend_from_slice(entry);
    Ok(())
}

/// The entries of a bundle, in place.
#[derive(Debug, Clone)]
pub struct Entries<'a> {
    rest: &'a [u8],
    place: usize,
}

/// Reads a bundle entry by entry, without copying.
#[must_use]
pub const fn entries(bundle: &[u8]) -> Entries<'_> {
    Entries {
        rest: bundle,
        place: 0,
    }
}

impl<'a> Iterator for Entries<'a> {
    type Item = Result<&'a [u8], BundleError>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.rest.is_empty() {
            return None;
        }
        let place = self.place;
        self.place = place.saturating_add(1);
        let read = self
            .rest
            .split_first_chunk::<2>()
            .and_then(|(length, rest)| rest.split_at_checked(usize::from(u16::from_be_bytes(*length))));
        if let Some((entry, rest)) = read {
            self.rest = rest;
            Some(Ok(entry))
        } else {
            self.rest = &[];
            Some(Err(BundleError::Cut { place }))
        }
    }
}

/// One entry of a bundle, by its place.
pub fn entry(bundle: &[u8], place: usize) -> Result<&[u8], BundleError> {
    entries(bundle)
        .nth(place)
        .unwrap_or(Err(BundleError::Cut { place }))
}
