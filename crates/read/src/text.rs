//! Bytes as text, and text without its markup.
//!
//! Invariant: what is no text becomes a mark that no name has; nothing fails.

/// UTF-16 as far as it is any; what is none becomes a mark that no name has.
#[must_use]
pub fn utf16(bytes: &[u8], of: fn([u8; 2]) -> u16) -> String {
    let (pairs, _) = bytes.as_chunks::<2>();
    char::decode_utf16(pairs.iter().map(|pair| of(*pair)))
        .map(|read| read.unwrap_or(char::REPLACEMENT_CHARACTER))
        .collect()
}

/// Text by its byte-order mark, or else as UTF-8.
#[must_use]
pub fn by_mark(bytes: &[u8]) -> String {
    if let Some(rest) = bytes.strip_prefix(b"\xfe\xff") {
        utf16(rest, u16::from_be_bytes)
    } else if let Some(rest) = bytes.strip_prefix(b"\xff\xfe") {
        utf16(rest, u16::from_le_bytes)
    } else {
        String::from_utf8_lossy(bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes)).into_owned()
    }
}
/// Text without tags, numeric characters resolved: Office cuts a name into runs.
#[must_use]
pub fn without_markup(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('<') {
        out.push_str(before);
        rest = after.split_once('>').map_or("", |(_, after)| after);
    }
    out.push_str(rest);
    resolved(&out)
}

fn resolved(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut parts = text.split("&#");
    out.push_str(parts.next().unwrap_or_default());
    for part in parts {
        let read = part.split_once(';').and_then(|(number, after)| {
            let code = match number.strip_prefix(['x', 'X']) {
                Some(hex) => u32::from_str_radix(hex, 16).ok()?,
                None => number.parse().ok()?,
            };
            Some((char::from_u32(code)?, after))
        });
        match read {
            Some((character, after)) => {
                out.push(character);
                out.push_str(after);
            }
            None => out.push_str(part),
        }
    }
    out
}
