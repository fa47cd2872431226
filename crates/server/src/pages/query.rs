//! Queries and forms: pairs of names and values, percent-encoded (application/x-www-form-urlencoded).
//!
//! Invariant: what was written is read again as it was; what cannot be decoded stands as it came, and nothing fails.

use std::borrow::Cow;

/// The pairs of a query, decoded; what cannot be decoded stands as it came.
#[must_use]
pub fn parsed(query: &str) -> Vec<(String, String)> {
    query
        .split('&')
        .filter(|pair| !pair.is_empty())
        .map(|pair| {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            (decoded(name).into_owned(), decoded(value).into_owned())
        })
        .collect()
}

fn decoded(text: &str) -> Cow<'_, str> {
    if !text.contains(['%', '+']) {
        return Cow::Borrowed(text);
    }
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        match byte {
            b'+' => bytes.push(b' '),
            b'%' => {
                let mut ahead = rest.clone();
                let digits = [ahead.next().unwrap_or(b'x'), ahead.next().unwrap_or(b'x')];
                let read = std::str::from_utf8(&digits)
                    .ok()
                    .and_then(|digits| u8::from_str_radix(digits, 16).ok());
                match read {
                    Some(read) => {
                        bytes.push(read);
                        rest = ahead;
                    }
                    None => bytes.push(b'%'),
                }
            }
            other => bytes.push(other),
        }
    }
    String::from_utf8(bytes).map_or_else(|_| Cow::Borrowed(text), Cow::Owned)
}

/// A query of these pairs, percent-encoded.
#[must_use]
pub fn written(pairs: &[(&str, &str)]) -> String {
    let encoded = |text: &str| -> String {
        text.bytes()
            .map(|byte| match byte {
                b'-' | b'.' | b'_' | b'~' | b'/' => char::from(byte).to_string(),
                byte if byte.is_ascii_alphanumeric() => char::from(byte).to_string(),
                byte => format!("%{byte:02X}"),
            })
            .collect()
    };
    let pairs: Vec<String> = pairs
        .iter()
        .map(|(name, value)| format!("{}={}", encoded(name), encoded(value)))
        .collect();
    pairs.join("&")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn queries_survive_writing_and_reading() {
        let pairs = [
            ("text", "道路 & 桥梁=50%"),
            ("next", "/tenders/T1?x=1"),
            ("e", ""),
        ];
        let owned: Vec<(String, String)> = pairs
            .iter()
            .map(|(a, b)| ((*a).to_owned(), (*b).to_owned()))
            .collect();
        assert_eq!(parsed(&written(&pairs)), owned);
    }

    #[test]
    fn what_cannot_be_decoded_stands_as_it_came() {
        for text in ["%", "%4", "%zz", "%ff"] {
            assert_eq!(parsed(&format!("a={text}")), [("a".to_owned(), text.to_owned())]);
        }
        assert_eq!(
            parsed("a+b=c+d&&x"),
            [("a b".into(), "c d".into()), ("x".into(), String::new())]
        );
    }
}
