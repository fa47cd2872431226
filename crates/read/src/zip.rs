//! The files of a ZIP archive (APPNOTE 6.3), stored or deflated, as its central directory lists them.
//!
//! Invariant: no more is unfolded than is left of the caller's allowance, whatever the archive says of itself.

use miniz_oxide::inflate::decompress_to_vec_with_limit;

/// Most files of one archive that are looked at.
const FILES: usize = 10_000;

/// One file inside.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Part {
    /// Its name in the archive.
    pub name: String,
    /// What it holds, cut off where the allowance ended.
    pub bytes: Vec<u8>,
}

/// The files inside; `None` if this is no archive.
#[must_use]
pub fn parts(file: &[u8], left: &mut usize) -> Option<Vec<Part>> {
    if !file.starts_with(b"PK\x03\x04") {
        return None;
    }
    let tail = file.len().saturating_sub(66_000);
    let end = file
        .get(tail..)?
        .windows(4)
        .rposition(|window| window == b"PK\x05\x06")?;
    let directory = u32_at(file, tail.checked_add(end)?.checked_add(16)?)?;
    let (mut parts, mut at) = (Vec::new(), directory);
    while parts.len() < FILES && file.get(at..at.checked_add(4)?) == Some(b"PK\x01\x02") {
        let (lengths, header) = (name_and_rest(file, at)?, at.checked_add(46)?);
        let name = file.get(header..header.checked_add(lengths.0)?)?;
        if let Some(bytes) = content(file, at, left) {
            parts.push(Part {
                name: String::from_utf8_lossy(name).into_owned(),
                bytes,
            });
        }
        at = header.checked_add(lengths.0)?.checked_add(lengths.1)?;
    }
    Some(parts)
}

/// Length of the name of an entry of the directory, and of what follows it.
fn name_and_rest(file: &[u8], at: usize) -> Option<(usize, usize)> {
    let length = |offset: usize| u16_at(file, at.checked_add(offset)?);
    Some((length(28)?, length(30)?.checked_add(length(32)?)?))
}

fn content(file: &[u8], at: usize, left: &mut usize) -> Option<Vec<u8>> {
    let method = u16_at(file, at.checked_add(10)?)?;
    let packed = u32_at(file, at.checked_add(20)?)?;
    let local = u32_at(file, at.checked_add(42)?)?;
    let name = u16_at(file, local.checked_add(26)?)?;
    let extra = u16_at(file, local.checked_add(28)?)?;
    let start = local.checked_add(30)?.checked_add(name)?.checked_add(extra)?;
    let bytes = file.get(start..start.checked_add(packed)?)?;
    let bytes = match method {
        0 => bytes.get(..bytes.len().min(*left))?.to_vec(),
        8 => match decompress_to_vec_with_limit(bytes, *left) {
            Ok(bytes) => bytes,
            Err(cut) => cut.output,
        },
        _ => return None,
    };
    *left = left.saturating_sub(bytes.len());
    Some(bytes)
}

fn u16_at(file: &[u8], at: usize) -> Option<usize> {
    let bytes = file.get(at..)?.first_chunk::<2>()?;
    Some(usize::from(u16::from_le_bytes(*bytes)))
}

fn u32_at(file: &[u8], at: usize) -> Option<usize> {
    let bytes = file.get(at..)?.first_chunk::<4>()?;
    usize::try_from(u32::from_le_bytes(*bytes)).ok()
}
