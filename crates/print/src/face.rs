//! The font: which glyph shows a character, and how wide it is.
//!
//! Invariant: widths are in thousandths of the font size and come from the font alone, never from a shaper.

use crate::model::{Block, Document, texts, word};
use crate::{Missing, PrintError};
use skrifa::instance::{LocationRef, Size};
use skrifa::metrics::GlyphMetrics;
use skrifa::{FontRef, MetadataProvider};
use std::collections::BTreeMap;

/// A subset of Noto Sans CJK SC, see `fonts/README.md`.
pub(crate) const FONT: &[u8] = include_bytes!("../fonts/NotoSansCJKsc-Regular-gbk.otf");

/// Characters that every page may show.
const FOOT: &str = "第页共 Pageof0123456789";

pub(crate) struct Face {
    glyphs: skrifa::charmap::Charmap<'static>,
    metrics: GlyphMetrics<'static>,
    units: f32,
}

impl Face {
    pub(crate) fn embedded() -> Result<Self, PrintError> {
        let font = FontRef::new(FONT).map_err(|error| PrintError::Pdf(error.to_string()))?;
        let units = font
            .metrics(Size::unscaled(), LocationRef::default())
            .units_per_em;
        Ok(Self {
            glyphs: font.charmap(),
            metrics: font.glyph_metrics(Size::unscaled(), LocationRef::default()),
            units: f32::from(units),
        })
    }

    /// The glyph of a character and its width, in parts of the font size.
    pub(crate) fn glyph(&self, character: char) -> Option<(u32, f32)> {
        let glyph = self.glyphs.map(character).filter(|glyph| glyph.to_u32() != 0)?;
        let width = self.metrics.advance_width(glyph)?;
        Some((glyph.to_u32(), width / self.units))
    }

    /// The width of a character, in parts of the font size; what has no glyph has no width.
    pub(crate) fn width(&self, character: char) -> f32 {
        self.glyph(character).map_or(0.0, |(_, width)| width)
    }

    /// The width of a text at a font size.
    pub(crate) fn wide(&self, text: &str, size: f32) -> f32 {
        text.chars().map(|character| self.width(character)).sum::<f32>() * size
    }

    /// Every character of a document without glyph, where it first stands.
    pub(crate) fn missing(&self, document: &Document) -> Vec<Missing> {
        let mut found = BTreeMap::new();
        let title = [
            ("the title of the document", document.title.as_str()),
            ("the foot", FOOT),
        ];
        for (place, text) in title {
            self.note(&mut found, text, || place.to_owned());
        }
        let mut counted = BTreeMap::<&str, usize>::new();
        for block in &document.blocks {
            let number = counted.entry(word(block)).or_default();
            *number = number.saturating_add(1);
            let number = *number;
            for text in texts(block) {
                let heading = matches!(block, Block::Title(_));
                self.note(&mut found, text, || {
                    let beginning: String = text.chars().take(20).collect();
                    if heading {
                        format!("the title ({beginning:?})")
                    } else {
                        format!("{} (number {number} of its kind, {beginning:?})", word(block))
                    }
                });
            }
        }
        found
            .into_iter()
            .map(|(character, place)| Missing { character, place })
            .collect()
    }

    fn note(&self, found: &mut BTreeMap<char, String>, text: &str, place: impl Fn() -> String) {
        for character in text.chars().filter(|character| *character != '\n') {
            if self.glyph(character).is_none() {
                found.entry(character).or_insert_with(&place);
            }
        }
    }
}
