//! The report of an evaluation on paper: from its pieces to a PDF.
//!
//! Invariant: a character that the font does not have is written as its code point and listed at the end, so that no
//! name can keep a report from being printed and none is lost.

mod annex;

pub use annex::annex;

use crate::doors::Doors;
use desk::Outage;
use evaluate::Report;
use evaluate::report::{Edge, Language, Piece, assemble, present};
use facts::{BidId, Hex, Instant, Stream, TenderId};
use print::{Align, Block, Column, Document, Missing, Moment, Place, PrintError, Table};
use std::collections::BTreeMap;

/// A report, on paper and as a document.
#[derive(Debug, Clone)]
pub struct Papers {
    /// SHA-256 of the canonical report document.
    pub document: Hex<32>,
    /// SHA-256 of the PDF.
    pub pdf: Hex<32>,
    /// Its pages.
    pub pages: u32,
    /// The PDF.
    pub bytes: Vec<u8>,
}

/// The title of a tender and the bidders' names by bid, as the public opening records say them.
#[must_use]
pub fn names(state: &procure::State) -> (String, BTreeMap<BidId, String>) {
    let title = state.registered.as_ref().map(|body| body.title.clone());
    let records = state
        .openings
        .values()
        .filter_map(|opening| opening.recorded.as_ref());
    let bids = records.flat_map(|recorded| &recorded.body.bids);
    let names = bids.flat_map(|bid| {
        let letters = bid.parts.iter().filter_map(|part| part.letter.as_ref());
        letters.map(|letter| (bid.bid.clone(), letter.name.clone()))
    });
    (title.unwrap_or_default(), names.collect())
}

/// The report of the result at a position, printed; `None` if there is no such result.
pub async fn papers(doors: &Doors, tender: &TenderId, concluded: u64) -> Result<Option<Papers>, Outage> {
    let state = doors.laws.tenders.state(&Stream::Tender(tender.clone())).await?;
    let records = doors.log.history(&Stream::Evaluation(tender.clone()), 0).await?;
    let Some(report) = assemble(&records, concluded) else {
        return Ok(None);
    };
    let (title, names) = names(&state);
    let work = move || on_paper(&report, &title, &names);
    let done = tokio::task::spawn_blocking(work)
        .await
        .map_err(|e| Outage::new("printing a report", e))?;
    done.map(Some)
}

fn on_paper(report: &Report, title: &str, names: &BTreeMap<BidId, String>) -> Result<Papers, Outage> {
    let canonical = report
        .canonical()
        .map_err(|e| Outage::new("putting a report together", e))?;
    let document = Hex(ledger::hash::sha256(&canonical.to_bytes()));
    let made = report.facts.last().map_or(Instant(0), |fact| fact.at);
    let mut paper = Document {
        title: format!("{title} 评标报告"),
        ident: format!("{}/report/{}/{document}", report.tender, report.round),
        made: Moment::china(made.0),
        language: "zh-CN".to_owned(),
        blocks: present(report, title, names, Language::Zh)
            .into_iter()
            .flat_map(|piece| blocks(piece, &document))
            .collect(),
    };
    let printed = press(&mut paper)?;
    Ok(Papers {
        document,
        pdf: Hex(ledger::hash::sha256(&printed.bytes)),
        pages: u32::try_from(printed.pages).unwrap_or(u32::MAX),
        bytes: printed.bytes,
    })
}

/// Prints a document; what the font does not have is spelt out in it.
pub(crate) fn press(paper: &mut Document) -> Result<print::Printed, Outage> {
    let printed = match print::print(paper) {
        Err(PrintError::Missing(missing)) => {
            for found in &missing {
                tracing::warn!(character = %found.character.escape_unicode(), place = found.place, "no glyph");
            }
            spell_out(paper, &missing);
            print::print(paper)
        }
        printed => printed,
    };
    printed.map_err(|e| Outage::new("printing a report", e))
}

fn blocks(piece: Piece, document: &Hex<32>) -> Vec<Block> {
    match piece {
        Piece::Title(text) => vec![Block::Title(text)],
        Piece::Heading(text) => vec![Block::Heading(text)],
        Piece::Subheading(text) => vec![Block::Subheading(text)],
        Piece::Text(text) => vec![Block::Paragraph(text)],
        Piece::Table { heads, rows } => {
            let columns = heads.iter().map(|head| {
                let align = match head.edge {
                    Edge::Left => Align::Left,
                    Edge::Right => Align::Right,
                };
                Column::new(&head.text, head.share, align)
            });
            vec![Block::Table(Table {
                columns: columns.collect(),
                rows,
            })]
        }
        Piece::Sign(places) => {
            let place = |(seat, expert): (String, String)| Place {
                role: format!("评标委员会成员 {seat}"),
                name: expert,
                note: format!("以本人密钥在日志中签署的报告摘要(SHA-256):{document}"),
            };
            vec![
                Block::NewPage,
                Block::Heading("签字页".to_owned()),
                Block::Paragraph(
                    "评标委员会成员以各自的密钥签署本报告,签名以日志中的事实 report.signed 为准。对评标结果有不同意见的,应当以书面形式说明其不同意见和理由;拒绝签字又不书面说明其不同意见和理由的,视为同意评标结果(招标投标法实施条例第五十三条)。".to_owned(),
                ),
                Block::Signatures(places.into_iter().map(place).collect()),
            ]
        }
    }
}

/// Writes what cannot be shown as its code point, everywhere, and lists it.
fn spell_out(paper: &mut Document, missing: &[Missing]) {
    let told = |text: &mut String| {
        for found in missing {
            let code = format!("[U+{:04X}]", u32::from(found.character));
            *text = text.replace(found.character, &code);
        }
    };
    told(&mut paper.title);
    for block in &mut paper.blocks {
        match block {
            Block::Title(text)
            | Block::Heading(text)
            | Block::Subheading(text)
            | Block::Paragraph(text)
            | Block::Note(text) => told(text),
            Block::Table(table) => {
                table.columns.iter_mut().for_each(|column| told(&mut column.head));
                table.rows.iter_mut().flatten().for_each(told);
            }
            Block::NewPage => {}
            Block::Signatures(places) => {
                for place in places {
                    for text in [&mut place.role, &mut place.name, &mut place.note] {
                        told(text);
                    }
                }
            }
        }
    }
    let codes: Vec<String> = missing
        .iter()
        .map(|found| format!("[U+{:04X}]", u32::from(found.character)))
        .collect();
    let note = if paper.language.starts_with("zh") {
        format!(
            "字库缺字:本报告中的下列字符以统一码编号代替:{}。",
            codes.join("、")
        )
    } else {
        format!(
            "The font has no sign for these characters, so their code points stand for them: {}.",
            codes.join(", ")
        )
    };
    paper.blocks.push(Block::Note(note));
}
