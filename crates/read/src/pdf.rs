//! What a PDF file (ISO 32000) says in its properties and shows as text.
//!
//! Invariant: objects are not resolved; every string and every stream of the file is looked at, whoever refers to it,
//! so nothing is missed because a cross-reference is damaged.

use crate::text::utf16;
use miniz_oxide::inflate::decompress_to_vec_zlib_with_limit;
use std::collections::BTreeMap;

/// Most tables of characters that are tried on the text; a file has one for each font.
const TABLES: usize = 256;

/// A file, taken apart.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Pdf {
    /// Streams of metadata (XMP).
    pub metadata: Vec<Vec<u8>>,
    /// Bytes outside of streams and in streams of objects: where dictionaries stand.
    pub objects: Vec<Vec<u8>>,
    /// The strings of each stream that shows text, one after another, as codes of its fonts.
    pub shown: Vec<Vec<u8>>,
    tables: Vec<BTreeMap<u32, String>>,
}

impl Pdf {
    /// Takes a file apart, unfolding no more than is left of the allowance.
    #[must_use]
    pub fn of(file: &[u8], left: &mut usize) -> Self {
        let mut pdf = Self::default();
        for (dictionary, bytes) in streams(file, left) {
            let is = |word: &[u8]| dictionary.windows(word.len()).any(|window| window == word);
            if is(b"/Metadata") || is(b"/XML") {
                pdf.metadata.push(bytes);
            } else if is(b"/ObjStm") {
                pdf.objects.push(bytes);
            } else if bytes.windows(9).any(|window| window == b"begincmap") {
                if pdf.tables.len() < TABLES {
                    pdf.tables.push(table(&String::from_utf8_lossy(&bytes)));
                }
            } else if !is(b"/Image") && !is(b"/FontFile") && !is(b"/Length1") && !is(b"/CIDFontType0C") {
                pdf.shown.push(strings(&bytes).concat());
            }
        }
        pdf.objects.push(outside(file));
        pdf
    }

    /// Strings outside of pages: author, title, bookmarks, names of attachments.
    #[must_use]
    pub fn properties(&self) -> Vec<Vec<u8>> {
        self.objects.iter().flat_map(|bytes| strings(bytes)).collect()
    }

    /// What codes may mean: once through each table of the file, in one and in two bytes.
    pub fn through<'a>(&'a self, codes: &'a [u8]) -> impl Iterator<Item = String> + 'a {
        let wide = |table: &'a BTreeMap<u32, String>| [1, 2].map(|width| read(codes, table, width));
        self.tables.iter().flat_map(wide)
    }

    /// The text, stream by stream, in the reading that leaves the fewest characters without a meaning.
    #[must_use]
    pub fn text(&self) -> String {
        let unread = |text: &String| {
            let lost = text
                .chars()
                .filter(|c| *c == char::REPLACEMENT_CHARACTER || c.is_control());
            // A reading in wider codes is shorter, so lost characters are weighed against all.
            let all = text.chars().count().max(1);
            lost.count()
                .saturating_mul(1_000)
                .checked_div(all)
                .unwrap_or(1_000)
        };
        let mut out = String::new();
        for codes in &self.shown {
            let plain = String::from_utf8_lossy(codes).into_owned();
            let best = self.through(codes).chain([plain]).min_by_key(unread);
            if let Some(best) = best.filter(|best| unread(best) < 500) {
                out.push_str(&best);
                out.push('\n');
            }
        }
        out
    }

    /// The values of a key of a dictionary, as in `/Author (…)`.
    #[must_use]
    pub fn values(&self, key: &str) -> Vec<String> {
        let name = format!("/{key}");
        let mut found = Vec::new();
        for bytes in &self.objects {
            let mut rest = bytes.as_slice();
            while let Some(at) = position(rest, name.as_bytes()) {
                rest = rest.get(at.saturating_add(name.len())..).unwrap_or_default();
                let value = rest.trim_ascii_start();
                if value.starts_with(b"(") || (value.starts_with(b"<") && !value.starts_with(b"<<")) {
                    found.extend(first_string(value).map(|value| crate::text::by_mark(&value)));
                }
            }
        }
        found
    }
}

/// The string at the very beginning.
fn first_string(bytes: &[u8]) -> Option<Vec<u8>> {
    match bytes.split_first()? {
        (b'(', rest) => Some(literal(rest).0),
        (b'<', rest) => {
            let end = rest.iter().position(|byte| *byte == b'>')?;
            hexadecimal(rest.get(..end)?)
        }
        _ => None,
    }
}

/// Dictionary and unfolded bytes of every stream.
fn streams(file: &[u8], left: &mut usize) -> Vec<(Vec<u8>, Vec<u8>)> {
    let mut found = Vec::new();
    let mut rest = file;
    while let Some(start) = position(rest, b"stream") {
        let (before, after) = rest.split_at(start);
        let after = after.get(6..).unwrap_or_default();
        let body = after
            .strip_prefix(b"\r\n")
            .or_else(|| after.strip_prefix(b"\n"))
            .unwrap_or(after);
        let end = position(body, b"endstream").unwrap_or(body.len());
        let (bytes, next) = body.split_at(end);
        let opening = before
            .windows(4)
            .rposition(|window| window == b" obj")
            .unwrap_or(0);
        let dictionary = before.get(opening..).unwrap_or_default().to_vec();
        let unfolded = if position(&dictionary, b"FlateDecode").is_some() {
            match decompress_to_vec_zlib_with_limit(bytes, *left) {
                Ok(bytes) => bytes,
                Err(cut) => cut.output,
            }
        } else {
            bytes.get(..bytes.len().min(*left)).unwrap_or_default().to_vec()
        };
        *left = left.saturating_sub(unfolded.len());
        found.push((dictionary, unfolded));
        rest = next.get(9..).unwrap_or_default();
    }
    found
}

/// The file without the bodies of its streams.
fn outside(file: &[u8]) -> Vec<u8> {
    let mut out = Vec::new();
    let mut rest = file;
    while let Some(start) = position(rest, b"stream") {
        let (before, after) = rest.split_at(start);
        out.extend_from_slice(before);
        let end = position(after, b"endstream").unwrap_or(after.len());
        rest = after.get(end.saturating_add(9)..).unwrap_or_default();
    }
    out.extend_from_slice(rest);
    out
}

fn position(bytes: &[u8], word: &[u8]) -> Option<usize> {
    bytes.windows(word.len()).position(|window| window == word)
}

/// All strings, literal and hexadecimal, without their marks.
fn strings(bytes: &[u8]) -> Vec<Vec<u8>> {
    let mut found = Vec::new();
    let mut rest = bytes;
    while let Some(at) = rest.iter().position(|byte| matches!(byte, b'(' | b'<')) {
        let (mark, after) = (
            rest.get(at).copied(),
            rest.get(at.saturating_add(1)..).unwrap_or_default(),
        );
        rest = if mark == Some(b'(') {
            let (string, after) = literal(after);
            found.push(string);
            after
        } else if let Some(after) = after.strip_prefix(b"<") {
            after
        } else {
            let end = after.iter().position(|byte| *byte == b'>').unwrap_or(after.len());
            let (digits, after) = after.split_at(end);
            found.extend(hexadecimal(digits));
            after
        };
    }
    found
}

/// A literal string after its bracket, and what follows it.
fn literal(bytes: &[u8]) -> (Vec<u8>, &[u8]) {
    let (mut out, mut depth, mut rest) = (Vec::new(), 1_u32, bytes);
    while let Some((byte, after)) = rest.split_first() {
        rest = after;
        match byte {
            b'\\' => {
                let octal = after
                    .iter()
                    .take(3)
                    .take_while(|digit| (b'0'..=b'7').contains(digit))
                    .count();
                if octal > 0 {
                    let digits = after.get(..octal).unwrap_or_default();
                    let value = digits.iter().fold(0_u32, |value, digit| {
                        value
                            .wrapping_mul(8)
                            .wrapping_add(u32::from(digit.wrapping_sub(b'0')))
                    });
                    out.push(u8::try_from(value & 0xff).unwrap_or(0));
                    rest = after.get(octal..).unwrap_or_default();
                } else if let Some((escaped, after)) = after.split_first() {
                    match escaped {
                        b'n' => out.push(b'\n'),
                        b'r' => out.push(b'\r'),
                        b't' => out.push(b'\t'),
                        b'\n' | b'\r' => {}
                        other => out.push(*other),
                    }
                    rest = after;
                }
            }
            b'(' => {
                depth = depth.saturating_add(1);
                out.push(b'(');
            }
            b')' => {
                depth = depth.saturating_sub(1);
                if depth == 0 {
                    break;
                }
                out.push(b')');
            }
            other => out.push(*other),
        }
    }
    (out, rest)
}

/// The bytes of hexadecimal digits; `None` if there is anything else.
fn hexadecimal(digits: &[u8]) -> Option<Vec<u8>> {
    let digits: Option<Vec<u8>> = digits
        .iter()
        .filter(|digit| !digit.is_ascii_whitespace())
        .map(|digit| {
            char::from(*digit)
                .to_digit(16)
                .and_then(|digit| u8::try_from(digit).ok())
        })
        .collect();
    let digits = digits?;
    let pair = |pair: &[u8]| match pair {
        [high, low] => high.wrapping_mul(16) | low,
        [high] => high.wrapping_mul(16),
        _ => 0,
    };
    Some(digits.chunks(2).map(pair).collect())
}

/// What the codes of a font mean (`ToUnicode`): `bfchar` and `bfrange` with one first value.
fn table(text: &str) -> BTreeMap<u32, String> {
    let mut table = BTreeMap::new();
    for block in text.split("beginbfchar").skip(1) {
        let block = block.split("endbfchar").next().unwrap_or_default();
        for pair in values(block).chunks_exact(2) {
            if let [code, value] = pair {
                table.insert(number(code), utf16(value, u16::from_be_bytes));
            }
        }
    }
    for block in text.split("beginbfrange").skip(1) {
        let block = block.split("endbfrange").next().unwrap_or_default();
        for line in block.lines().filter(|line| !line.contains('[')) {
            let values = values(line);
            let (Some(first), Some(last), Some(value)) = (values.first(), values.get(1), values.get(2))
            else {
                continue;
            };
            let (first, last) = (number(first), number(last).min(0xffff));
            for (code, step) in (first..=last).zip(0_u32..) {
                let mapped = number(value).checked_add(step).and_then(char::from_u32);
                table.extend(mapped.map(|mapped| (code, mapped.to_string())));
            }
        }
    }
    table
}

fn values(text: &str) -> Vec<Vec<u8>> {
    let parts = text.split('<').skip(1);
    parts
        .filter_map(|part| hexadecimal(part.split('>').next()?.as_bytes()))
        .collect()
}

fn number(bytes: &[u8]) -> u32 {
    bytes
        .iter()
        .fold(0, |value: u32, byte| value.wrapping_shl(8) | u32::from(*byte))
}

/// Text shown in codes of one or two bytes.
fn read(bytes: &[u8], table: &BTreeMap<u32, String>, width: usize) -> String {
    let mut out = String::new();
    for code in bytes.chunks(width) {
        out.push_str(table.get(&number(code)).map_or("\u{fffd}", String::as_str));
    }
    out
}
