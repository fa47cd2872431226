//! What a report looks like, whatever it is shown on: headings, paragraphs, tables, places to sign.
//!
//! Invariant: plain text only; whoever shows it escapes it.

/// A piece of a report.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Piece {
    /// The title.
    Title(String),
    /// The heading of a section.
    Heading(String),
    /// A heading within a section.
    Subheading(String),
    /// A paragraph.
    Text(String),
    /// A table.
    Table {
        /// Its heads.
        heads: Vec<Head>,
        /// Its rows, each with one text for every head.
        rows: Vec<Vec<String>>,
    },
    /// Places for signatures: the seat, who sits on it, and the digest signed.
    Sign(Vec<(String, String)>),
}

/// The head of a column.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Head {
    /// Its text.
    pub text: String,
    /// Its share of the width.
    pub share: u16,
    /// To which edge its cells are set.
    pub edge: Edge,
}

/// To which edge a cell is set.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Edge {
    /// Words.
    Left,
    /// Figures.
    Right,
}

impl Head {
    /// Whether its cells are figures.
    #[must_use]
    pub fn is_figures(&self) -> bool {
        self.edge == Edge::Right
    }

    /// A column of words.
    pub(super) fn words(text: String, share: u16) -> Self {
        Self {
            text,
            share,
            edge: Edge::Left,
        }
    }

    /// A column of figures.
    pub(super) fn figures(text: String, share: u16) -> Self {
        Self {
            text,
            share,
            edge: Edge::Right,
        }
    }
}
