//! The index of a tar file (POSIX ustar): where each regular file lies, nothing unpacked.
//!
//! Invariant: only regular files and directories are accepted, every header's checksum is checked,
//! and a length is believed only as far as the file really reaches.

use std::collections::BTreeMap;
use std::io::{Read, Seek, SeekFrom};

const BLOCK: u64 = 512;
const HEADER: usize = 512;

/// Offset and length of each file by its name.
pub(crate) type Index = BTreeMap<String, (u64, u64)>;

/// Why a file is not the tar wanted.
#[derive(Debug, thiserror::Error)]
pub enum TarError {
    /// It cannot be read.
    #[error(transparent)]
    Read(#[from] std::io::Error),
    /// A header is malformed.
    #[error("tar: the header at byte {at}: {why}")]
    Header {
        /// Offset in bytes.
        at: u64,
        /// What is wrong.
        why: &'static str,
    },
    /// A name occurs twice.
    #[error("tar: {0:?} occurs twice")]
    Twice(String),
    /// More files than a dossier may have.
    #[error("tar: more than {0} files")]
    Many(usize),
}

/// Reads the headers only.
pub(crate) fn index(file: &mut (impl Read + Seek), most: usize) -> Result<Index, TarError> {
    let end = file.seek(SeekFrom::End(0))?;
    let mut found = Index::new();
    let mut at = 0_u64;
    loop {
        let wrong = |why| TarError::Header { at, why };
        if at.saturating_add(BLOCK) > end {
            return Err(wrong(
                "the file ends without the two blocks of zeros that end a tar",
            ));
        }
        file.seek(SeekFrom::Start(at))?;
        let mut header = [0_u8; HEADER];
        file.read_exact(&mut header)?;
        if header.iter().all(|byte| *byte == 0) {
            return Ok(found);
        }
        let (name, kind, length) = read_header(&header).map_err(wrong)?;
        let start = at.saturating_add(BLOCK);
        if length > end.saturating_sub(start) {
            return Err(wrong("the file is longer than the tar"));
        }
        match kind {
            b'0' | 0 => {
                let twice = name.clone();
                if found.insert(name, (start, length)).is_some() {
                    return Err(TarError::Twice(twice));
                }
            }
            b'5' => {}
            _ => return Err(wrong("only regular files and directories are allowed")),
        }
        if found.len() > most {
            return Err(TarError::Many(most));
        }
        at = start.saturating_add(length.div_ceil(BLOCK).saturating_mul(BLOCK));
    }
}

fn read_header(header: &[u8; HEADER]) -> Result<(String, u8, u64), &'static str> {
    let field = |from: usize, to: usize| header.get(from..to).unwrap_or_default();
    let sum = header.iter().enumerate().map(|(at, byte)| {
        let within = (148..156).contains(&at);
        u64::from(if within { b' ' } else { *byte })
    });
    if octal(field(148, 156)) != Some(sum.sum()) {
        return Err("the checksum is wrong");
    }
    if field(257, 262) != b"ustar" {
        return Err("it is not ustar");
    }
    let name = text(field(0, 100))?;
    // Only the POSIX form has a prefix there; the older GNU form keeps times.
    let prefix = if field(262, 263) == b"\0" {
        text(field(345, 500))?
    } else {
        String::new()
    };
    let name = if prefix.is_empty() {
        name
    } else {
        format!("{prefix}/{name}")
    };
    let length = octal(field(124, 136)).ok_or("the length is not octal")?;
    let kind = header.get(156).copied().unwrap_or_default();
    Ok((name, kind, if kind == b'5' { 0 } else { length }))
}

fn text(field: &[u8]) -> Result<String, &'static str> {
    let end = field.iter().position(|byte| *byte == 0).unwrap_or(field.len());
    let text =
        std::str::from_utf8(field.get(..end).unwrap_or_default()).map_err(|_| "a name is not UTF-8")?;
    Ok(text.to_owned())
}

/// An octal number, or the GNU form for large ones: first bit set, then big-endian bytes.
fn octal(field: &[u8]) -> Option<u64> {
    if let Some((0x80, rest)) = field.split_first() {
        return rest
            .iter()
            .try_fold(0_u64, |n, byte| n.checked_mul(256)?.checked_add(u64::from(*byte)));
    }
    let digits: Vec<u8> = field
        .iter()
        .copied()
        .filter(|byte| !matches!(byte, 0 | b' '))
        .collect();
    if digits.is_empty() || digits.iter().any(|digit| !(b'0'..=b'7').contains(digit)) {
        return None;
    }
    digits.iter().try_fold(0_u64, |n, digit| {
        n.checked_mul(8)?
            .checked_add(u64::from(digit.saturating_sub(b'0')))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Cursor;

    fn header(name: &str, kind: u8, length: usize) -> Vec<u8> {
        let mut header = vec![0_u8; 512];
        header[..name.len()].copy_from_slice(name.as_bytes());
        header[124..135].copy_from_slice(format!("{length:011o}").as_bytes());
        header[148..156].fill(b' ');
        header[156] = kind;
        header[257..263].copy_from_slice(b"ustar\0");
        let sum: u32 = header.iter().map(|byte| u32::from(*byte)).sum();
        header[148..155].copy_from_slice(format!("{sum:06o}\0").as_bytes());
        header
    }

    fn tar(parts: &[Vec<u8>]) -> Cursor<Vec<u8>> {
        let mut bytes = parts.concat();
        bytes.extend([0; 1024]);
        Cursor::new(bytes)
    }

    #[test]
    fn files_are_found_and_directories_passed_over() {
        let mut body = b"hello".to_vec();
        body.resize(512, 0);
        let mut file = tar(&[header("a", b'5', 0), header("a/b", b'0', 5), body]);
        assert_eq!(
            index(&mut file, 9).unwrap(),
            Index::from([("a/b".to_owned(), (1024, 5))])
        );
    }

    #[test]
    fn lies_and_strange_files_are_refused() {
        let long = index(&mut tar(&[header("a", b'0', 1 << 30)]), 9);
        assert!(matches!(
            long,
            Err(TarError::Header {
                why: "the file is longer than the tar",
                ..
            })
        ));
        let link = index(&mut tar(&[header("a", b'2', 0)]), 9);
        assert!(matches!(link, Err(TarError::Header { .. })));
        let twice = index(&mut tar(&[header("a", b'0', 0), header("a", b'0', 0)]), 9);
        assert!(matches!(twice, Err(TarError::Twice(_))));
        let many = index(&mut tar(&[header("a", b'0', 0), header("b", b'0', 0)]), 1);
        assert!(matches!(many, Err(TarError::Many(1))));
        let cut = index(&mut Cursor::new(header("a", b'0', 0)), 9);
        assert!(matches!(cut, Err(TarError::Header { at: 512, .. })));
        let mut wrong = header("a", b'0', 0);
        wrong[0] = b'b';
        assert!(matches!(
            index(&mut tar(&[wrong]), 9),
            Err(TarError::Header {
                why: "the checksum is wrong",
                ..
            })
        ));
    }
}
