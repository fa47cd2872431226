//! Whether a file of an anonymous bid (暗标) still names its bidder, and where.
//!
//! Invariant: what is reported are places, never the name found nor anything else that tells bidders apart; and a
//! file that cannot be read as what it seems to be is searched as plain bytes instead of being passed over.
//!
//! Read are: plain text and markup in UTF-8 and UTF-16; the properties, XMP and text of PDF files whose streams are
//! plain or deflated and whose fonts say which character a code is; the parts of Office files and other ZIP archives.
//! Not read are pictures, encrypted files, and text in GB 18030 or in fonts without such a table: a report without
//! findings is no proof.

mod text;

pub use text::Names;

use read::pdf::Pdf;
use read::{UNFOLDED, zip};
use std::collections::BTreeSet;

/// Largest file that is searched; of a longer one only the beginning is.
pub const SEARCHED: usize = read::READ;

/// Where a file names its bidder; ordered as people look at it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Place {
    /// In its properties: author, title, producer, company, comments (元数据).
    Metadata,
    /// In its text.
    Text,
    /// In the name of a file inside it.
    Name,
    /// In a file inside it, by that file's name where the name itself is innocent.
    Within(String),
}

impl Place {
    /// The word of the API: `metadata`, `text`, `name`, or `within:` with the inner file's name.
    #[must_use]
    pub fn word(&self) -> String {
        match self {
            Self::Metadata => "metadata".to_owned(),
            Self::Text => "text".to_owned(),
            Self::Name => "name".to_owned(),
            Self::Within(name) => format!("within:{name}"),
        }
    }
}

/// The places of a file that name somebody; none found is no proof, see the head of this file.
#[must_use]
pub fn places(file: &[u8], names: &Names) -> BTreeSet<Place> {
    let mut places = BTreeSet::new();
    if names.is_empty() {
        return places;
    }
    let file = file.get(..SEARCHED).unwrap_or(file);
    let mut left = UNFOLDED;
    search(file, names, &mut left, &mut places);
    places
}

fn search(file: &[u8], names: &Names, left: &mut usize, places: &mut BTreeSet<Place>) {
    if file.starts_with(b"%PDF-") {
        searched(file, names, left, places);
    } else if let Some(parts) = zip::parts(file, left) {
        for part in parts {
            archived(&part, names, left, places);
        }
    } else if names.occur_in_bytes(file) {
        places.insert(Place::Text);
    }
}

/// Properties and text of a PDF file.
fn searched(file: &[u8], names: &Names, left: &mut usize, places: &mut BTreeSet<Place>) {
    let pdf = Pdf::of(file, left);
    let properties = pdf.properties();
    let says = |bytes: &Vec<u8>| names.occur_in_bytes(bytes);
    if pdf.metadata.iter().any(says) || properties.iter().any(says) {
        places.insert(Place::Metadata);
    }
    let shows = |codes: &Vec<u8>| says(codes) || pdf.through(codes).any(|text| names.occur_in(&text));
    if pdf.shown.iter().any(shows) {
        places.insert(Place::Text);
    }
}

/// One file of an archive: Office keeps its properties in `docProps`.
fn archived(part: &zip::Part, names: &Names, left: &mut usize, places: &mut BTreeSet<Place>) {
    let by_name = names.occur_in(&part.name);
    if by_name {
        places.insert(Place::Name);
    }
    let mut own = BTreeSet::new();
    if part.bytes.starts_with(b"%PDF-") {
        searched(&part.bytes, names, left, &mut own);
    } else if names.occur_in_bytes(&part.bytes) {
        own.insert(Place::Text);
    }
    if own.is_empty() {
        return;
    }
    places.insert(match part.name.as_str() {
        name if name.starts_with("docProps/") => Place::Metadata,
        "word/document.xml" => Place::Text,
        _ if by_name => Place::Text,
        name => Place::Within(name.to_owned()),
    });
}

#[cfg(test)]
mod tests;
