//! Names as they are looked for: without spaces, without markup, in any width and case.
//!
//! Invariant: a name that is too short to mean anybody is not looked for.

use read::text::{utf16, without_markup};

/// Fewest characters of a name that is looked for: two where it is Chinese, four otherwise.
const SHORTEST: (usize, usize) = (2, 4);

/// The names to look for.
#[derive(Debug, Clone, Default)]
pub struct Names(Vec<String>);

impl Names {
    /// From names as people write them; those too short are left out.
    #[must_use]
    pub fn new(names: impl IntoIterator<Item = impl AsRef<str>>) -> Self {
        let (chinese, other) = SHORTEST;
        let long = |name: &String| {
            let count = name.chars().count();
            count >= other || (count >= chinese && !name.is_ascii())
        };
        let mut plain: Vec<String> = names
            .into_iter()
            .map(|name| squeezed(name.as_ref()))
            .filter(long)
            .collect();
        plain.sort();
        plain.dedup();
        Self(plain)
    }

    pub(super) const fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether a text names somebody, markup and line breaks aside.
    pub(super) fn occur_in(&self, text: &str) -> bool {
        let found = |text: &str| {
            let plain = squeezed(text);
            self.0.iter().any(|name| plain.contains(name.as_str()))
        };
        found(text) || (text.contains('<') && found(&without_markup(text)))
    }

    /// Whether bytes that are some text, or hold some, name somebody.
    pub(super) fn occur_in_bytes(&self, bytes: &[u8]) -> bool {
        self.occur_in(&String::from_utf8_lossy(bytes))
            || self.occur_in(&utf16(bytes, u16::from_le_bytes))
            || self.occur_in(&utf16(bytes, u16::from_be_bytes))
            || bytes
                .get(1..)
                .is_some_and(|odd| self.occur_in(&utf16(odd, u16::from_le_bytes)))
    }
}

/// Without spaces, in lower case, full-width letters, digits and brackets as narrow ones.
fn squeezed(text: &str) -> String {
    text.chars()
        .filter(|c| !c.is_whitespace() && !c.is_control() && *c != '\u{feff}' && *c != '\u{ad}')
        .map(|c| match u32::from(c) {
            wide @ 0xff01..=0xff5e => char::from_u32(wide.saturating_sub(0xfee0)).unwrap_or(c),
            _ => c,
        })
        .flat_map(char::to_lowercase)
        .collect()
}
