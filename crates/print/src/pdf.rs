//! From pages of marks to the bytes of a PDF/A-2b (ISO 19005-2).
//!
//! Invariant: identifier and date come from the document, so that the bytes are a function of it.

use crate::face::{FONT, Face};
use crate::layout::{Mark, PAGE};
use crate::{Document, PrintError};
use krilla::SerializeSettings;
use krilla::color::luma;
use krilla::configure::{Archival, Configuration, ConfigurationBuilder};
use krilla::geom::{PathBuilder, Point, Rect};
use krilla::metadata::{DateTime, Metadata};
use krilla::page::PageSettings;
use krilla::paint::{Fill, Stroke};
use krilla::surface::Surface;
use krilla::text::{Font, GlyphId, KrillaGlyph};

const BLACK: u8 = 0;
const PALE: u8 = 235;
/// Width of borders, in points.
const RULE: f32 = 0.5;
/// Width of the outline that makes a text bold, in parts of the font size.
const BOLD: f32 = 0.032;

pub(crate) fn write(document: &Document, face: &Face, pages: &[Vec<Mark>]) -> Result<Vec<u8>, PrintError> {
    let failed = |what: &str| PrintError::Pdf(what.to_owned());
    let settings = SerializeSettings {
        configuration: archival()?,
        ..SerializeSettings::default()
    };
    let font = Font::new(FONT.into(), 0).ok_or_else(|| failed("the font cannot be read"))?;
    let mut pdf = krilla::Document::new_with(settings);
    pdf.set_metadata(metadata(document));
    for marks in pages {
        let size = PageSettings::from_wh(PAGE.0, PAGE.1).ok_or_else(|| failed("the page has no size"))?;
        let mut page = pdf.start_page_with(size);
        let mut surface = page.surface();
        for mark in marks {
            draw(&mut surface, &font, face, mark).ok_or_else(|| failed("a mark has no place"))?;
        }
        surface.finish();
        page.finish();
    }
    pdf.finish().map_err(|error| PrintError::Pdf(error.to_string()))
}

fn archival() -> Result<Configuration, PrintError> {
    ConfigurationBuilder::new()
        .with_archival_validator(Archival::A2_B)
        .finish()
        .map_err(|error| PrintError::Pdf(format!("{error:?}")))
}

fn metadata(document: &Document) -> Metadata {
    let made = document.made;
    let date = DateTime::new(made.year)
        .month(made.month)
        .day(made.day)
        .hour(made.hour)
        .minute(made.minute)
        .second(made.second)
        .utc_offset_hour(8)
        .utc_offset_minute(0);
    Metadata::new()
        .title(document.title.clone())
        .language(document.language.clone())
        .creator("Kaibiao 开标".to_owned())
        .document_id(document.ident.clone())
        .creation_date(date)
}

fn draw(surface: &mut Surface<'_>, font: &Font, face: &Face, mark: &Mark) -> Option<()> {
    match mark {
        Mark::Text {
            x,
            y,
            size,
            bold,
            text,
        } => {
            surface.set_fill(Some(fill(BLACK)));
            surface.set_stroke(bold.then(|| stroke(size * BOLD)));
            let glyphs: Vec<_> = text
                .char_indices()
                .filter_map(|(at, character)| {
                    let (glyph, width) = face.glyph(character)?;
                    let range = at..at.saturating_add(character.len_utf8());
                    Some(KrillaGlyph::new(
                        GlyphId::new(glyph),
                        width,
                        0.0,
                        0.0,
                        0.0,
                        range,
                        None,
                    ))
                })
                .collect();
            surface.draw_glyphs(Point::from_xy(*x, *y), &glyphs, font.clone(), text, *size, false);
        }
        Mark::Rule { from, to } => {
            let mut path = PathBuilder::new();
            path.move_to(from.0, from.1);
            path.line_to(to.0, to.1);
            surface.set_fill(None);
            surface.set_stroke(Some(stroke(RULE)));
            surface.draw_path(&path.finish()?);
        }
        Mark::Ground { x, y, width, height } => {
            let mut path = PathBuilder::new();
            path.push_rect(Rect::from_xywh(*x, *y, *width, *height)?);
            surface.set_stroke(None);
            surface.set_fill(Some(fill(PALE)));
            surface.draw_path(&path.finish()?);
        }
    }
    Some(())
}

fn fill(grey: u8) -> Fill {
    Fill {
        paint: luma::Color::new(grey).into(),
        ..Fill::default()
    }
}

fn stroke(width: f32) -> Stroke {
    Stroke {
        paint: luma::Color::new(BLACK).into(),
        width,
        ..Stroke::default()
    }
}
