//! The statements that append a batch. A table's rows travel as one sheet, whatever their number, so that a batch
//! needs few statements and each has one text: packed bytes that `SQLite` takes apart, arrays that `PostgreSQL`
//! unnests.
//!
//! Invariant: the columns stand in the same order in [`TABLES`], in the texts and wherever a sheet is filled.

use std::fmt::Write;
use std::sync::LazyLock;

/// What a column holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Holds {
    /// A whole number.
    Number,
    /// Bytes.
    Bytes,
    /// Bytes, or NULL where there are none.
    Perhaps,
    /// Text.
    Text,
}

impl Holds {
    /// Bytes of the column's cell in the directory of a packed sheet.
    const fn width(self) -> usize {
        match self {
            Self::Number => NUMBER,
            Self::Bytes | Self::Perhaps | Self::Text => 2 * PLACE,
        }
    }
}

/// Digits of a number in a directory: enough for every position and every time.
pub(crate) const NUMBER: usize = 20;
/// Digits of a place or a length in a directory.
pub(crate) const PLACE: usize = 10;

/// A table with its columns.
struct Table {
    name: &'static str,
    columns: &'static [(&'static str, Holds)],
    after: &'static str,
}

const TABLES: [Table; 6] = [
    Table {
        name: "entries",
        columns: &[
            ("seq", Holds::Number),
            ("ts", Holds::Number),
            ("leaf", Holds::Bytes),
            ("stream", Holds::Text),
            ("kind", Holds::Text),
            ("act", Holds::Perhaps),
            ("entry", Holds::Bytes),
        ],
        after: "",
    },
    Table {
        name: "payloads",
        columns: &[("seq", Holds::Number), ("body", Holds::Bytes)],
        after: "",
    },
    Table {
        name: "marks",
        columns: &[
            ("name", Holds::Text),
            ("key", Holds::Text),
            ("value", Holds::Text),
            ("seq", Holds::Number),
        ],
        after: "",
    },
    // The first entry of a stream counts.
    Table {
        name: "streams",
        columns: &[("stream", Holds::Text), ("first", Holds::Number)],
        after: " ON CONFLICT (stream) DO NOTHING",
    },
    Table {
        name: "tiles",
        columns: &[
            ("level", Holds::Number),
            ("idx", Holds::Number),
            ("root", Holds::Bytes),
            ("hashes", Holds::Bytes),
        ],
        after: "",
    },
    Table {
        name: "bundles",
        columns: &[("idx", Holds::Number), ("entries", Holds::Bytes)],
        after: "",
    },
];

impl Table {
    fn head(&self) -> String {
        let names: Vec<&str> = self.columns.iter().map(|(name, _)| *name).collect();
        format!("INSERT INTO {} ({})", self.name, names.join(", "))
    }

    /// Takes a packed sheet apart: `$place` is its directory, the place after that its pieces.
    fn packed(&self, place: usize) -> String {
        let pieces = place.saturating_add(1);
        let mut at = 0_usize;
        let mut columns = Vec::new();
        for (_, holds) in self.columns {
            let number = |from: usize, digits: usize| {
                format!("CAST(substr(${place}, at + {from}, {digits}) AS INTEGER)")
            };
            let piece = || {
                let length = number(at.saturating_add(PLACE), PLACE);
                format!("substr(${pieces}, {}, {length})", number(at, PLACE))
            };
            columns.push(match holds {
                Holds::Number => number(at, NUMBER),
                Holds::Bytes => piece(),
                Holds::Perhaps => format!("NULLIF({}, x'')", piece()),
                Holds::Text => format!("CAST({} AS TEXT)", piece()),
            });
            at = at.saturating_add(holds.width());
        }
        format!(
            "{} WITH RECURSIVE line(at) AS (SELECT 1 WHERE length(${place}) > 0 UNION ALL \
             SELECT at + {at} FROM line WHERE at + {at} <= length(${place})) SELECT {} FROM line WHERE true{}",
            self.head(),
            columns.join(", "),
            self.after
        )
    }

    /// Unnests arrays: `$place` is the first column, and so on.
    fn unnested(&self, place: usize) -> String {
        let mut arrays = String::new();
        for (number, (_, holds)) in (place..).zip(self.columns) {
            let kind = match holds {
                Holds::Number => "bigint",
                Holds::Bytes | Holds::Perhaps => "bytea",
                Holds::Text => "text",
            };
            let comma = if number == place { "" } else { ", " };
            // Writing to a String cannot fail.
            let _infallible = write!(arrays, "{comma}${number}::{kind}[]");
        }
        format!("{} SELECT * FROM UNNEST({arrays}){}", self.head(), self.after)
    }
}

/// Takes apart the sheets of all tables, in the order of [`TABLES`].
pub(crate) static PACKED: LazyLock<String> = LazyLock::new(|| packed(&TABLES));
/// Takes apart the sheets of entries and payloads: most batches have no others.
pub(crate) static PACKED_FEW: LazyLock<String> = LazyLock::new(|| {
    let (few, _) = TABLES.split_at(2);
    packed(few)
});
/// Rows of `entries` from arrays.
pub(crate) static UNNESTED_ENTRIES: LazyLock<String> = LazyLock::new(|| {
    let [entries, ..] = &TABLES;
    entries.unnested(1)
});
/// Rows of `payloads` from arrays.
pub(crate) static UNNESTED_PAYLOADS: LazyLock<String> = LazyLock::new(|| {
    let [_, payloads, ..] = &TABLES;
    payloads.unnested(1)
});
/// Rows of all tables but `entries` from arrays. The entries go before: the rules of who may write which payload look
/// at them, and no statement sees its own rows.
pub(crate) static UNNESTED_REST: LazyLock<String> = LazyLock::new(|| {
    let [_, rest @ .., last] = &TABLES;
    let mut text = String::from("WITH ");
    let mut place = 1_usize;
    for (number, table) in rest.iter().enumerate() {
        let comma = if number == 0 { "" } else { ", " };
        let _infallible = write!(text, "{comma}t{number} AS ({})", table.unnested(place));
        place = place.saturating_add(table.columns.len());
    }
    let _infallible = write!(text, " {}", last.unnested(place));
    text
});

fn packed(tables: &[Table]) -> String {
    let places = (1_usize..).step_by(2);
    let texts: Vec<String> = tables
        .iter()
        .zip(places)
        .map(|(table, place)| table.packed(place))
        .collect();
    texts.join("; ")
}

/// Rows of one table, packed: cells of fixed width that hold numbers and say where the pieces lie.
#[derive(Debug, Default)]
pub(crate) struct Sheet {
    directory: Vec<u8>,
    pieces: Vec<u8>,
}

impl Sheet {
    /// A sheet with room for so many bytes of pieces.
    pub(crate) fn with_room(directory: usize, pieces: usize) -> Self {
        Self {
            directory: Vec::with_capacity(directory),
            pieces: Vec::with_capacity(pieces),
        }
    }

    /// Whether there are no rows.
    pub(crate) const fn is_empty(&self) -> bool {
        self.directory.is_empty()
    }

    fn digits<const DIGITS: usize>(&mut self, mut number: u64) {
        let mut cell = [b'0'; DIGITS];
        for digit in cell.iter_mut().rev() {
            if number == 0 {
                break;
            }
            // Below ten, so nothing is cut off.
            *digit = b'0'.saturating_add(u8::try_from(number % 10).unwrap_or_default());
            number /= 10;
        }
        self.directory.extend_from_slice(&cell);
    }

    /// The next column is a number; what lies below zero the tables would refuse anyway.
    pub(crate) fn number(&mut self, number: i64) {
        self.digits::<NUMBER>(u64::try_from(number).unwrap_or_default());
    }

    /// The next column is text or bytes.
    pub(crate) fn piece(&mut self, piece: &[u8]) {
        self.digits::<PLACE>((self.pieces.len() as u64).saturating_add(1));
        self.digits::<PLACE>(piece.len() as u64);
        self.pieces.extend_from_slice(piece);
    }

    /// Directory and pieces.
    pub(crate) fn into_parts(self) -> (Vec<u8>, Vec<u8>) {
        (self.directory, self.pieces)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sheet_says_where_its_pieces_lie() {
        let mut sheet = Sheet::default();
        assert!(sheet.is_empty());
        sheet.number(1_800_000_000_000);
        sheet.piece(b"abc");
        sheet.piece(b"");
        sheet.piece("标".as_bytes());
        let (directory, pieces) = sheet.into_parts();
        let cells = "00000001800000000000\
                     00000000010000000003\
                     00000000040000000000\
                     00000000040000000003";
        assert_eq!(String::from_utf8(directory).unwrap(), cells);
        assert_eq!(String::from_utf8(pieces).unwrap(), "abc标");
    }

    #[test]
    fn texts_name_their_places_in_order() {
        assert_eq!(
            UNNESTED_PAYLOADS.as_str(),
            "INSERT INTO payloads (seq, body) SELECT * FROM UNNEST($1::bigint[], $2::bytea[])"
        );
        assert!(UNNESTED_REST.starts_with("WITH t0 AS (INSERT INTO payloads (seq, body)"));
        assert!(UNNESTED_REST.ends_with("UNNEST($13::bigint[], $14::bytea[])"));
        assert!(PACKED.starts_with(PACKED_FEW.as_str()));
        assert_eq!(PACKED.matches("INSERT INTO").count(), 6);
        assert!(PACKED.contains("$12") && !PACKED.contains("$13"));
    }
}
