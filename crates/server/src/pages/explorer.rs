//! The log for people: its entries page by page, one entry with what is public of it and with its proof.
//!
//! Invariant: shows what `/log/…` serves to everybody; a proof is shown as valid only after it was checked here, and
//! the page says that the reader's own check is what counts.

use crate::doors::Doors;
use crate::pages::layout::Layout;
use crate::pages::public::words;
use crate::pages::shown;
use crate::zones::log::{fetch, no_entry, public_payload};
use askama::Template;
use axum::Router;
use axum::extract::{Path, Query, State};
use axum::response::Response;
use axum::routing::get;
use desk::{Outage, Problem};
use facts::Stream;
use ledger::disclosure::Slot;
use ledger::entry::Actor;
use ledger::{Entry, prove};
use serde::Deserialize;

/// The pages.
pub fn routes() -> Router<Doors> {
    Router::new()
        .route("/log", get(entries))
        .route("/log/entries/{seq}", get(entry))
}

/// Entries on one page.
const PAGE: u64 = 50;
/// The most characters of a value that are shown.
const VALUE: usize = 20_000;

/// An entry in a line.
struct Line {
    entry: Entry,
}

impl Line {
    fn name(&self, l: &Layout) -> &'static str {
        let (zh, en) = self.entry.kind.map_or(("保密", "Confidential"), words::kind);
        l.say(zh, en)
    }

    fn word(&self) -> &'static str {
        self.entry.kind.map_or("", facts::Kind::name)
    }

    fn stream(&self) -> String {
        self.entry
            .subj
            .as_ref()
            .map(Stream::to_string)
            .unwrap_or_default()
    }

    /// The page of the tender that the entry is of.
    fn tender(&self) -> Option<String> {
        match &self.entry.subj {
            Some(Stream::Tender(tender) | Stream::Evaluation(tender) | Stream::Supervision(tender)) => {
                Some(tender.to_string())
            }
            _ => None,
        }
    }

    fn actor(&self, l: &Layout) -> String {
        match &self.entry.actor {
            Actor::Platform => l.say("平台", "The platform").to_owned(),
            Actor::Hidden => l.say("未显示", "Not shown").to_owned(),
            Actor::Key(_) => l.say("签名人,密钥摘要", "A person, with the key").to_owned(),
        }
    }

    fn key(&self) -> Option<String> {
        match &self.entry.actor {
            Actor::Key(key) => Some(hex::encode(key)),
            Actor::Platform | Actor::Hidden => None,
        }
    }
}

#[derive(Deserialize)]
struct From {
    from: Option<u64>,
}

#[derive(Template)]
#[template(path = "explorer/entries.html")]
struct Entries {
    l: Layout,
    lines: Vec<Line>,
    note: String,
    older: Option<u64>,
    newer: Option<u64>,
}

async fn entries(
    State(doors): State<Doors>,
    l: Layout,
    Query(asked): Query<From>,
) -> Result<Response, Problem> {
    let latest = doors.pen.latest();
    let size = latest.as_ref().map_or(0, |latest| latest.size);
    let last = size.saturating_sub(PAGE);
    let from = asked.from.unwrap_or(last).min(last);
    let count = u32::try_from(PAGE.min(size)).unwrap_or(0);
    let mut lines = Vec::new();
    for bytes in doors.log.entries(from, count).await? {
        let entry = Entry::parse(&bytes).map_err(|e| Outage::new("reading an entry of the log", e))?;
        lines.push(Line { entry });
    }
    lines.reverse();
    shown(&Entries {
        l,
        lines,
        note: latest.map(|latest| latest.note.to_string()).unwrap_or_default(),
        older: (from > 0).then(|| from.saturating_sub(PAGE)),
        newer: (from < last).then(|| from.saturating_add(PAGE).min(last)),
    })
}

/// A field of a payload: its name, and its value unless it is withheld.
struct Shown {
    name: String,
    value: String,
    is_cut: bool,
}

#[derive(Template)]
#[template(path = "explorer/entry.html")]
struct EntryPage {
    l: Layout,
    line: Line,
    commit: String,
    prev: String,
    leaf: String,
    has_payload: bool,
    fields: Vec<Shown>,
    withheld: usize,
    /// Hashes of the inclusion proof, and whether it leads to the root.
    proof: Vec<String>,
    is_proven: bool,
    text: String,
}

async fn entry(State(doors): State<Doors>, l: Layout, Path(seq): Path<u64>) -> Result<Response, Problem> {
    let latest = doors.pen.latest().ok_or_else(|| no_entry(seq, 0))?;
    if seq >= latest.size {
        return Err(no_entry(seq, latest.size));
    }
    let bytes = doors.log.entries(seq, 1).await?.into_iter().next();
    let bytes = bytes.ok_or_else(|| no_entry(seq, latest.size))?;
    let entry = Entry::parse(&bytes).map_err(|e| Outage::new("reading an entry of the log", e))?;
    let payload = public_payload(doors.log.as_ref(), &entry, u64::MAX).await?;
    let mut fields = Vec::new();
    let mut withheld = 0_usize;
    for slot in payload.iter().flat_map(ledger::OpenedPayload::slots) {
        match slot {
            Slot::Field { name, value, .. } => {
                let text = String::from_utf8_lossy(value);
                let cut: String = text.chars().take(VALUE).collect();
                fields.push(Shown {
                    name: name.clone(),
                    is_cut: cut.len() < text.len(),
                    value: cut,
                });
            }
            Slot::Leaf(_) => withheld = withheld.saturating_add(1),
        }
    }
    let leaf = entry.leaf();
    let tiles = fetch(&doors, prove::plan_inclusion(seq, latest.size)).await?;
    let proof = prove::inclusion(&tiles, seq, latest.size).unwrap_or_default();
    let is_proven = ledger::proof::verify_inclusion(&leaf, seq, latest.size, &proof, &latest.root).is_ok();
    shown(&EntryPage {
        l,
        commit: hex::encode(entry.commit),
        prev: hex::encode(entry.prev),
        leaf: hex::encode(leaf),
        has_payload: payload.is_some(),
        fields,
        withheld,
        proof: proof.iter().map(hex::encode).collect(),
        is_proven,
        text: String::from_utf8_lossy(&bytes).into_owned(),
        line: Line { entry },
    })
}
