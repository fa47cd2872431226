//! Tables as CSV (RFC 4180) for spreadsheets: a byte-order mark, so that Chinese is read as UTF-8, CRLF, quotes.
//!
//! Invariant: no cell begins a formula. What begins with `=`, `+`, `-`, `@`, a tab or a line break, and is no plain
//! number, is written behind an apostrophe, and every cell with a separator, quote or line break is quoted.

/// A table in the making.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Csv(String);

impl Default for Csv {
    fn default() -> Self {
        Self("\u{feff}".to_owned())
    }
}

impl Csv {
    /// Adds a row.
    pub fn row<S: AsRef<str>>(&mut self, cells: impl IntoIterator<Item = S>) {
        for (place, cell) in cells.into_iter().enumerate() {
            if place > 0 {
                self.0.push(',');
            }
            self.cell(cell.as_ref());
        }
        self.0.push_str("\r\n");
    }

    fn cell(&mut self, text: &str) {
        let harmless = if begins_formula(text) {
            format!("'{text}")
        } else {
            text.to_owned()
        };
        if harmless.contains([',', ';', '"', '\r', '\n', '\t']) {
            self.0.push('"');
            self.0.push_str(&harmless.replace('"', "\"\""));
            self.0.push('"');
        } else {
            self.0.push_str(&harmless);
        }
    }

    /// The bytes.
    #[must_use]
    pub fn into_bytes(self) -> Vec<u8> {
        self.0.into_bytes()
    }
}

/// Spreadsheets pass over white space, and take the full-width signs for the others.
fn begins_formula(text: &str) -> bool {
    let first = text.trim_start_matches(' ').chars().next();
    let starts = matches!(
        first,
        Some('=' | '+' | '-' | '@' | '\t' | '\r' | '\n' | '＝' | '＋' | '－' | '＠')
    );
    starts && !is_number(text)
}

fn is_number(text: &str) -> bool {
    let digits = text.strip_prefix('-').unwrap_or(text);
    let (whole, part) = digits.split_once('.').unwrap_or((digits, "0"));
    let plain = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    plain(whole) && plain(part)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(cells: &[&str]) -> String {
        let mut csv = Csv::default();
        csv.row(cells);
        String::from_utf8(csv.into_bytes()).unwrap()
    }

    #[test]
    fn a_table_begins_with_the_mark_and_quotes_what_has_to_be() {
        assert_eq!(
            row(&["招标人", "a,b", "say \"x\"", "two\nlines", ""]),
            "\u{feff}招标人,\"a,b\",\"say \"\"x\"\"\",\"two\nlines\",\r\n"
        );
    }

    #[test]
    fn no_cell_begins_a_formula_and_numbers_stay_numbers() {
        for cell in [
            "=1+1",
            "+1",
            "@SUM(A1)",
            "-cmd|' /C calc'!A0",
            " =1",
            "\t=1",
            "－1",
            "-",
            "-1.2.3",
            "-.5",
        ] {
            let text = row(&[cell]);
            let told = text.trim_start_matches('\u{feff}').trim_start_matches('"');
            assert!(told.starts_with('\''), "{cell:?}: {text:?}");
        }
        for cell in ["-5", "-0.50", "12.00", "T2026-001", "2026-11", "0"] {
            assert_eq!(row(&[cell]), format!("\u{feff}{cell}\r\n"));
        }
    }
}
