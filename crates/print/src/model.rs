//! What can be printed: a title and blocks, one below the other.
//!
//! Invariant: a document says what it is made of and nothing about where on a page it stands.

use crate::{Moment, PrintError};

/// A document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Document {
    /// The title, in the metadata and at the foot of every page.
    pub title: String,
    /// What tells this document from every other; becomes the identifier in the metadata.
    pub ident: String,
    /// The date that the metadata name.
    pub made: Moment,
    /// RFC 3066 tag of the language, `zh-CN` or `en`; feet and places for signatures are in it too.
    pub language: String,
    /// The content.
    pub blocks: Vec<Block>,
}

/// A piece of a document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Block {
    /// The title, large and centred.
    Title(String),
    /// A heading of a section; never left alone at the end of a page.
    Heading(String),
    /// A heading within a section.
    Subheading(String),
    /// A paragraph; a line feed begins a new line.
    Paragraph(String),
    /// Small print.
    Note(String),
    /// A table.
    Table(Table),
    /// What follows stands on a new page.
    NewPage,
    /// Places where people sign (签字页), each kept whole on one page.
    Signatures(Vec<Place>),
}

/// A table with borders, whose head is repeated on every page it reaches.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Table {
    /// The columns.
    pub columns: Vec<Column>,
    /// The rows, each with one text for every column.
    pub rows: Vec<Vec<String>>,
}

/// A column of a table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Column {
    /// Its head.
    pub head: String,
    /// Its share of the width, in parts of the sum of all shares; at least 1.
    pub share: u16,
    /// How its cells are set.
    pub align: Align,
}

/// Where a text stands in its column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Align {
    /// At the left.
    Left,
    /// In the middle.
    Middle,
    /// At the right, for figures.
    Right,
}

/// A place for a signature.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// In which capacity.
    pub role: String,
    /// Who.
    pub name: String,
    /// What is known of the signature, for example the fingerprint of the key.
    pub note: String,
}

impl Column {
    /// A column.
    #[must_use]
    pub fn new(head: &str, share: u16, align: Align) -> Self {
        Self {
            head: head.to_owned(),
            share,
            align,
        }
    }
}

/// The texts of a block.
pub(crate) fn texts(block: &Block) -> Vec<&str> {
    match block {
        Block::Title(text)
        | Block::Heading(text)
        | Block::Subheading(text)
        | Block::Paragraph(text)
        | Block::Note(text) => vec![text],
        Block::Table(table) => {
            let heads = table.columns.iter().map(|column| column.head.as_str());
            heads
                .chain(table.rows.iter().flatten().map(String::as_str))
                .collect()
        }
        Block::NewPage => Vec::new(),
        Block::Signatures(places) => places
            .iter()
            .flat_map(|place| [place.role.as_str(), place.name.as_str(), place.note.as_str()])
            .collect(),
    }
}

/// The word for a block in a message.
pub(crate) const fn word(block: &Block) -> &'static str {
    match block {
        Block::Title(_) => "the title",
        Block::Heading(_) => "a heading",
        Block::Subheading(_) => "a subheading",
        Block::Paragraph(_) => "a paragraph",
        Block::Note(_) => "a note",
        Block::Table(_) => "a table",
        Block::NewPage => "a new page",
        Block::Signatures(_) => "the signatures",
    }
}

pub(crate) fn check(document: &Document) -> Result<(), PrintError> {
    for block in &document.blocks {
        let Block::Table(table) = block else { continue };
        if table.columns.is_empty() || table.columns.iter().any(|column| column.share == 0) {
            return Err(PrintError::Shape(
                "a table has no column, or one without width".to_owned(),
            ));
        }
        let wide = table.columns.len();
        if let Some(row) = table.rows.iter().find(|row| row.len() != wide) {
            return Err(PrintError::Shape(format!(
                "a row has {} cells in a table of {wide} columns",
                row.len()
            )));
        }
    }
    Ok(())
}
