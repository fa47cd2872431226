//! Official documents as PDF/A-2b: Chinese text, bordered tables, page numbers, places for signatures.
//!
//! Invariant: the same document gives the same bytes, everywhere and always: no clock, no randomness, no input or
//! output; and no character is ever shown as an empty box, because a character without glyph refuses the print.

mod face;
mod layout;
mod model;
mod moment;
mod pdf;
mod table;
mod wrap;

pub use model::{Align, Block, Column, Document, Place, Table};
pub use moment::Moment;

use face::Face;

/// A printed document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Printed {
    /// The PDF.
    pub bytes: Vec<u8>,
    /// Number of pages.
    pub pages: usize,
}

/// A character that the font does not have.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Missing {
    /// The character.
    pub character: char,
    /// Where it stands, in words: the block, its number from 1, and its text.
    pub place: String,
}

/// Why nothing was printed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PrintError {
    /// Characters without glyph; all of them are named, each where it first stands.
    #[error("the font has no glyph for {}", named(.0))]
    Missing(Vec<Missing>),
    /// The document cannot be laid out: what is wrong with it.
    #[error("the document cannot be laid out: {0}")]
    Shape(String),
    /// The PDF could not be written.
    #[error("the PDF could not be written: {0}")]
    Pdf(String),
}

fn named(missing: &[Missing]) -> String {
    let each = |found: &Missing| {
        format!(
            "U+{:04X} {} in {}",
            u32::from(found.character),
            found.character.escape_default(),
            found.place
        )
    };
    missing.iter().map(each).collect::<Vec<_>>().join("; ")
}

/// Prints a document.
///
/// # Errors
/// [`PrintError::Missing`] if a character has no glyph, [`PrintError::Shape`] if a table has no column or a row of
/// another width, [`PrintError::Pdf`] if the writer refuses.
pub fn print(document: &Document) -> Result<Printed, PrintError> {
    let face = Face::embedded()?;
    model::check(document)?;
    let missing = face.missing(document);
    if !missing.is_empty() {
        return Err(PrintError::Missing(missing));
    }
    let pages = layout::pages(document, &face);
    let bytes = pdf::write(document, &face, &pages)?;
    Ok(Printed {
        bytes,
        pages: pages.len(),
    })
}
