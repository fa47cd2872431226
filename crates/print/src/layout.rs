//! From blocks to pages: every text and every rule with its place on A4.
//!
//! Invariant: nothing stands outside the margins, and a heading is followed by something on its own page.

use crate::face::Face;
use crate::model::{Align, Block, Document, Place};
use crate::table;
use crate::wrap::lines;

/// A4 in points, 1/72 inch (ISO 216).
pub(crate) const PAGE: (f32, f32) = (595.28, 841.89);
/// Left and right margin.
pub(crate) const SIDE: f32 = 62.0;
const TOP: f32 = 62.0;
const BOTTOM: f32 = 70.0;
/// Height of a line, in parts of the font size.
pub(crate) const LEADING: f32 = 1.55;
/// Where the base of a line lies within its height, in parts of the font size.
const BASE: f32 = 1.12;

/// Something at a place; coordinates in points from the upper left corner.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Mark {
    /// A line of text; `y` is its base.
    Text {
        x: f32,
        y: f32,
        size: f32,
        bold: bool,
        text: String,
    },
    /// A straight rule.
    Rule { from: (f32, f32), to: (f32, f32) },
    /// A pale ground, below what is drawn after it.
    Ground { x: f32, y: f32, width: f32, height: f32 },
}

/// Type of a text: size in points, boldness, room above and below.
#[derive(Debug, Clone, Copy)]
struct Style {
    size: f32,
    bold: bool,
    above: f32,
    below: f32,
    align: Align,
}

const TITLE: Style = Style {
    size: 20.0,
    bold: true,
    above: 8.0,
    below: 14.0,
    align: Align::Middle,
};
const HEADING: Style = Style {
    size: 13.5,
    bold: true,
    above: 14.0,
    below: 6.0,
    align: Align::Left,
};
const SUBHEADING: Style = Style {
    size: 11.0,
    bold: true,
    above: 8.0,
    below: 3.0,
    align: Align::Left,
};
const PARAGRAPH: Style = Style {
    size: 10.5,
    bold: false,
    above: 0.0,
    below: 5.0,
    align: Align::Left,
};
const NOTE: Style = Style {
    size: 8.5,
    bold: false,
    above: 0.0,
    below: 5.0,
    align: Align::Left,
};
/// A heading moves to the next page unless this much room is left under it.
const KEPT: f32 = 60.0;
/// Height of one place for a signature.
const PLACE: f32 = 96.0;

/// Where the next mark goes.
pub(crate) struct Cursor<'a> {
    pub(crate) face: &'a Face,
    pub(crate) pages: Vec<Vec<Mark>>,
    pub(crate) y: f32,
}

impl Cursor<'_> {
    pub(crate) const fn width() -> f32 {
        PAGE.0 - 2.0 * SIDE
    }

    pub(crate) const fn height_of_page() -> f32 {
        PAGE.1 - BOTTOM - TOP
    }

    pub(crate) fn room(&self) -> f32 {
        PAGE.1 - BOTTOM - self.y
    }

    pub(crate) fn new_page(&mut self) {
        self.pages.push(Vec::new());
        self.y = TOP;
    }

    fn at_top(&self) -> bool {
        self.y <= TOP
    }

    pub(crate) fn put(&mut self, mark: Mark) {
        if let Some(page) = self.pages.last_mut() {
            page.push(mark);
        }
    }

    /// One line of text between two edges, its upper end at `y`.
    pub(crate) fn line(
        &mut self,
        edges: (f32, f32),
        y: f32,
        size: f32,
        bold: bool,
        align: Align,
        text: String,
    ) {
        if text.is_empty() {
            return;
        }
        let wide = self.face.wide(&text, size);
        let (left, right) = edges;
        let x = match align {
            Align::Left => left,
            Align::Middle => left + ((right - left - wide) / 2.0).max(0.0),
            Align::Right => (right - wide).max(left),
        };
        let y = y + BASE * size;
        self.put(Mark::Text {
            x,
            y,
            size,
            bold,
            text,
        });
    }
}

/// The words that stand on paper without being of the document.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Own {
    Chinese,
    English,
}

impl Own {
    /// Those of a document: Chinese ones unless it is in another language.
    fn of(document: &Document) -> Self {
        if document.language.starts_with("zh") {
            Self::Chinese
        } else {
            Self::English
        }
    }

    /// Before the lines for a hand and for a date.
    const fn signing(self) -> [&'static str; 2] {
        match self {
            Self::Chinese => ["签字:", "日期:"],
            Self::English => ["Signed:", "Date:"],
        }
    }

    fn number(self, page: usize, count: usize) -> String {
        match self {
            Self::Chinese => format!("第 {page} 页 共 {count} 页"),
            Self::English => format!("Page {page} of {count}"),
        }
    }
}

pub(crate) fn pages(document: &Document, face: &Face) -> Vec<Vec<Mark>> {
    let own = Own::of(document);
    let mut cursor = Cursor {
        face,
        pages: Vec::new(),
        y: 0.0,
    };
    cursor.new_page();
    for block in &document.blocks {
        match block {
            Block::Title(text) => set(&mut cursor, text, TITLE),
            Block::Heading(text) => headed(&mut cursor, text, HEADING),
            Block::Subheading(text) => headed(&mut cursor, text, SUBHEADING),
            Block::Paragraph(text) => set(&mut cursor, text, PARAGRAPH),
            Block::Note(text) => set(&mut cursor, text, NOTE),
            Block::Table(content) => table::set(&mut cursor, content),
            Block::NewPage if cursor.at_top() => {}
            Block::NewPage => cursor.new_page(),
            Block::Signatures(places) => places.iter().for_each(|place| sign(&mut cursor, place, own)),
        }
    }
    foot(&mut cursor, &document.title, own);
    cursor.pages
}

fn headed(cursor: &mut Cursor<'_>, text: &str, style: Style) {
    if cursor.room() < style.above + style.size * LEADING + KEPT && !cursor.at_top() {
        cursor.new_page();
    }
    set(cursor, text, style);
}

fn set(cursor: &mut Cursor<'_>, text: &str, style: Style) {
    if !cursor.at_top() {
        cursor.y += style.above;
    }
    let height = style.size * LEADING;
    let edges = (SIDE, SIDE + Cursor::width());
    for line in lines(cursor.face, text, style.size, Cursor::width()) {
        if cursor.room() < height {
            cursor.new_page();
        }
        cursor.line(edges, cursor.y, style.size, style.bold, style.align, line);
        cursor.y += height;
    }
    cursor.y += style.below;
}

/// Role and name at the left, lines for the hand and the date at the right, what is known of the key below.
fn sign(cursor: &mut Cursor<'_>, place: &Place, own: Own) {
    if cursor.room() < PLACE {
        cursor.new_page();
    }
    let (left, right) = (SIDE, SIDE + Cursor::width());
    let (top, middle) = (cursor.y, SIDE + Cursor::width() * 0.42);
    let names = [
        (place.role.as_str(), 11.0, true, 0.0),
        (place.name.as_str(), 10.5, false, 20.0),
    ];
    for (text, size, bold, down) in names {
        let first = lines(cursor.face, text, size, middle - left - 10.0)
            .into_iter()
            .next();
        cursor.line(
            (left, middle),
            top + down,
            size,
            bold,
            Align::Left,
            first.unwrap_or_default(),
        );
    }
    let [hand, date] = own.signing();
    for (label, from, to) in [(hand, middle, right - 150.0), (date, right - 140.0, right)] {
        let wide = cursor.face.wide(label, 10.5);
        cursor.line((from, to), top + 16.0, 10.5, false, Align::Left, label.to_owned());
        let below = top + 32.0;
        cursor.put(Mark::Rule {
            from: (from + wide + 2.5, below),
            to: (to, below),
        });
    }
    for (index, line) in lines(cursor.face, &place.note, 8.0, right - left)
        .into_iter()
        .take(2)
        .enumerate()
    {
        let down = if index == 0 { 46.0 } else { 58.0 };
        cursor.line((left, right), top + down, 8.0, false, Align::Left, line);
    }
    cursor.y += PLACE;
}

/// The title at the left and the number of the page at the right of every foot.
fn foot(cursor: &mut Cursor<'_>, title: &str, own: Own) {
    let count = cursor.pages.len();
    let (left, right, y) = (SIDE, SIDE + Cursor::width(), PAGE.1 - BOTTOM + 16.0);
    let pages = std::mem::take(&mut cursor.pages);
    let first = lines(cursor.face, title, 8.5, Cursor::width() - 110.0)
        .into_iter()
        .next();
    let first = first.unwrap_or_default();
    for (index, page) in pages.into_iter().enumerate() {
        cursor.pages.push(page);
        let rule = y - 3.0;
        cursor.put(Mark::Rule {
            from: (left, rule),
            to: (right, rule),
        });
        cursor.line((left, right), y, 8.5, false, Align::Left, first.clone());
        let number = own.number(index.saturating_add(1), count);
        cursor.line((left, right), y, 8.5, false, Align::Right, number);
    }
}
