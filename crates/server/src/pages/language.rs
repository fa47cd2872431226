//! The two languages of the pages, and which of them a request is answered in.
//!
//! Invariant: both sentences stand side by side where they are used, so neither can be missing.

/// A language of the pages.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Language {
    /// 中文, the first language.
    Zh,
    /// English.
    En,
}

impl Language {
    /// Reads `zh` or `en`.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        match word {
            "zh" => Some(Self::Zh),
            "en" => Some(Self::En),
            _ => None,
        }
    }

    /// The word in `?lang=` and in the cookie.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Zh => "zh",
            Self::En => "en",
        }
    }

    /// The tag of BCP 47 for `<html lang>`.
    #[must_use]
    pub const fn tag(self) -> &'static str {
        match self {
            Self::Zh => "zh-CN",
            Self::En => "en",
        }
    }

    /// Of two sentences the one in this language.
    #[must_use]
    pub const fn say<'a>(self, zh: &'a str, en: &'a str) -> &'a str {
        match self {
            Self::Zh => zh,
            Self::En => en,
        }
    }

    /// The language that a browser asks for in `Accept-Language` (RFC 9110, 12.5.4), if it is one of ours.
    #[must_use]
    pub fn accepted(header: &str) -> Option<Self> {
        let mut best: Option<(u32, Self)> = None;
        for range in header.split(',') {
            let (tag, weight) = range.split_once(';').unwrap_or((range, "q=1"));
            let tag = tag.trim().to_ascii_lowercase();
            let Some(language) = Self::parse(tag.split('-').next().unwrap_or_default()) else {
                continue;
            };
            let weight = thousandths(weight.trim().strip_prefix("q=").unwrap_or("1"));
            if weight > 0 && best.is_none_or(|(known, _)| weight > known) {
                best = Some((weight, language));
            }
        }
        best.map(|(_, language)| language)
    }
}

/// A weight `0.85` as 850; what cannot be read counts as 0.
fn thousandths(weight: &str) -> u32 {
    let (whole, fraction) = weight.split_once('.').unwrap_or((weight, ""));
    let fraction: String = fraction.chars().chain("000".chars()).take(3).collect();
    let whole: u32 = whole.parse().unwrap_or(0);
    whole
        .saturating_mul(1_000)
        .saturating_add(fraction.parse().unwrap_or(0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_weightiest_of_our_languages_is_taken() {
        let cases = [
            ("zh-CN,zh;q=0.9,en;q=0.8", Some(Language::Zh)),
            ("en-GB,en;q=0.9,zh;q=0.8", Some(Language::En)),
            ("fr,en;q=0.3,zh;q=0.85", Some(Language::Zh)),
            ("fr-CH, de;q=0.9", None),
            ("zh;q=0, en;q=0.001", Some(Language::En)),
            ("en;q=nonsense", None),
            ("", None),
        ];
        for (header, wanted) in cases {
            assert_eq!(Language::accepted(header), wanted, "{header}");
        }
    }
}
