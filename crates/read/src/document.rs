//! One document: its text and what its properties say of who made it, with which program.
//!
//! Invariant: a value is given as the file has it, trimmed; an empty one is none.

use crate::pdf::Pdf;
use crate::text::{by_mark, without_markup};
use crate::{READ, UNFOLDED, zip};

/// A property of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Property {
    /// Who made it.
    Author,
    /// Who saved it last.
    Editor,
    /// The company named in it.
    Company,
    /// The program that made it.
    Tool,
    /// The identifier that it was given when it was born.
    Document,
}

/// What a file says.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Document {
    /// The text it shows; of an archive that of all files inside.
    pub text: String,
    /// Its properties, ascending, each once.
    pub properties: Vec<(Property, String)>,
}

/// Reads a file.
#[must_use]
pub fn document(file: &[u8]) -> Document {
    let file = file.get(..READ).unwrap_or(file);
    let mut left = UNFOLDED;
    let mut document = Document::default();
    document.take("", file, 0, &mut left);
    document.properties.sort();
    document.properties.dedup();
    document
}

/// Archives in archives that are opened: an archive of Office files is two deep.
const DEPTH: u8 = 3;

/// Elements of XMP and of Office's properties, by the local part of their names.
const ELEMENTS: [(&str, Property); 9] = [
    ("creator", Property::Author),
    ("Author", Property::Author),
    ("lastModifiedBy", Property::Editor),
    ("Company", Property::Company),
    ("Application", Property::Tool),
    ("CreatorTool", Property::Tool),
    ("Producer", Property::Tool),
    ("DocumentID", Property::Document),
    ("OriginalDocumentID", Property::Document),
];

/// Keys of the information dictionary of a PDF.
const KEYS: [(&str, Property); 4] = [
    ("Author", Property::Author),
    ("Company", Property::Company),
    ("Creator", Property::Tool),
    ("Producer", Property::Tool),
];

impl Document {
    fn take(&mut self, name: &str, bytes: &[u8], depth: u8, left: &mut usize) {
        if bytes.starts_with(b"%PDF-") {
            self.pdf(bytes, left);
        } else if depth < DEPTH
            && let Some(parts) = zip::parts(bytes, left)
        {
            for part in parts {
                self.take(&part.name, &part.bytes, depth.saturating_add(1), left);
            }
        } else if name.starts_with("docProps/") {
            self.marked(&by_mark(bytes));
        } else if is_text(name) {
            let text = by_mark(bytes);
            let text = if name.ends_with("xml") {
                without_markup(&text)
            } else {
                text
            };
            self.text.push_str(&text);
            self.text.push('\n');
        }
    }

    fn pdf(&mut self, bytes: &[u8], left: &mut usize) {
        let pdf = Pdf::of(bytes, left);
        self.text.push_str(&pdf.text());
        for (key, property) in KEYS {
            for value in pdf.values(key) {
                self.tell(property, &value);
            }
        }
        for metadata in &pdf.metadata {
            self.marked(&by_mark(metadata));
        }
    }

    /// Takes the values of elements and attributes that say who made the file.
    fn marked(&mut self, markup: &str) {
        for (name, property) in ELEMENTS {
            for value in elements(markup, name) {
                self.tell(property, &value);
            }
        }
    }

    fn tell(&mut self, property: Property, value: &str) {
        let value = value.trim_matches(|c: char| c.is_whitespace() || c == '\0');
        if !value.is_empty() {
            self.properties.push((property, value.to_owned()));
        }
    }
}

/// Of an archive's files, those that hold text: the body of Office files, and plain text and markup.
fn is_text(name: &str) -> bool {
    let lower = name.to_ascii_lowercase();
    let office = ["word/", "xl/", "ppt/"]
        .iter()
        .any(|folder| lower.starts_with(folder));
    let bodies = ["document.xml", "sharedstrings.xml", "footnotes.xml"];
    let slide = lower.starts_with("ppt/slides/slide");
    let body = office && bodies.iter().any(|body| lower.ends_with(body));
    let plain = [".txt", ".md", ".csv", ".html", ".htm"];
    lower.is_empty() || slide || body || plain.iter().any(|ending| lower.ends_with(ending))
}

/// The texts of `<prefix:name>…</` and the values of `prefix:name="…"`.
fn elements(markup: &str, name: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut rest = markup;
    while let Some(at) = rest.find(name) {
        let (before, after) = rest.split_at(at);
        let after = after.get(name.len()..).unwrap_or_default();
        rest = after;
        // The whole name, behind a bracket, a prefix or a space: not the end of a longer one.
        if !before.ends_with(['<', ':', ' ']) || before.ends_with("</") {
            continue;
        }
        if let Some(value) = after.strip_prefix("=\"") {
            found.extend(value.split('"').next().map(str::to_owned));
        } else if after.starts_with(['>', ' ']) && !opens_end(before) {
            let Some((_, inner)) = after.split_once('>') else {
                continue;
            };
            let closing = format!("{name}>");
            let inner = inner.split(closing.as_str()).next().unwrap_or_default();
            let inner = inner.rsplit_once("</").map_or(inner, |(inner, _)| inner);
            let texts = inner
                .split('<')
                .map(|piece| piece.rsplit_once('>').map_or(piece, |(_, text)| text));
            found.extend(
                texts
                    .map(str::trim)
                    .filter(|text| !text.is_empty())
                    .map(str::to_owned),
            );
        }
    }
    found
}

/// Whether the name begins an end tag: `</dc:`.
fn opens_end(before: &str) -> bool {
    before
        .rfind('<')
        .is_some_and(|at| before.get(at..).is_some_and(|tag| tag.starts_with("</")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn properties_of_markup_are_read_from_elements_and_attributes() {
        let mut document = Document::default();
        document.marked(
            "<cp:coreProperties><dc:creator>张三</dc:creator><cp:lastModifiedBy> 李四 </cp:lastModifiedBy>\
             </cp:coreProperties><Company>甲公司</Company><rdf:Description xmpMM:DocumentID=\"uuid:1\"/>\
             <dc:creator><rdf:Seq><rdf:li>王五</rdf:li></rdf:Seq></dc:creator><xmp:CreatorTool>WPS</xmp:CreatorTool>",
        );
        document.properties.sort();
        let said: Vec<(Property, &str)> = document
            .properties
            .iter()
            .map(|(property, value)| (*property, value.as_str()))
            .collect();
        assert_eq!(
            said,
            [
                (Property::Author, "张三"),
                (Property::Author, "王五"),
                (Property::Editor, "李四"),
                (Property::Company, "甲公司"),
                (Property::Tool, "WPS"),
                (Property::Document, "uuid:1"),
            ]
        );
    }

    #[test]
    fn a_pdf_tells_its_dictionary_and_its_text() {
        let file = b"%PDF-1.4\n1 0 obj << /Author (Zhang San) /Producer <feff004100420043> >> endobj\n\
            2 0 obj << /Length 20 >> stream\nBT (plain words) Tj ET\nendstream endobj\n";
        let read = document(file);
        assert_eq!(
            read.properties,
            [
                (Property::Author, "Zhang San".to_owned()),
                (Property::Tool, "ABC".to_owned())
            ]
        );
        assert_eq!(read.text, "plain words\n");
    }

    #[test]
    fn plain_text_is_text_and_any_bytes_are_read_without_failing() {
        assert_eq!(document("施工组织设计".as_bytes()).text, "施工组织设计\n");
        for bytes in [
            &b"%PDF-"[..],
            b"PK\x03\x04",
            b"",
            b"\xff\xfe\x00",
            b"<dc:creator",
            b"PK\x03\x04PK\x05\x06",
        ] {
            let _read = document(bytes);
        }
    }
}
