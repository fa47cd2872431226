//! Reading opened files for supervision: the public parts of bids, after the opening, and the tender's own documents.
//!
//! Invariant: it opens no envelope; it reads plaintext that the opening worker has written, and of that only the parts
//! that the opened tender lists as public. A file that cannot be read is said to be so, and keeps no other from being read.

use crate::opening::opened_name;
use desk::ports::Content;
use desk::{Outage, Vault};
use facts::Hex;
use read::{Document, Property};
use screen::origins::{Attribute, Trace};
use std::io::Read as _;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;
use supervise::Oversight;
use supervise::signs::handed::{Files, Handed, Reading};
use supervise::signs::{Opened, PublicPart, Unreadable};
use tokio::sync::watch;

/// Most files of one tender that are read.
const FILES: usize = 1_000;

/// The vault as supervision's screens read it.
pub(crate) struct OpenedParts(pub(crate) Arc<dyn Vault>);

impl Files for OpenedParts {
    fn read<'a>(&'a self, opened: &'a Opened) -> Reading<'a> {
        Box::pin(self.all(opened))
    }
}

const fn attribute(property: Property) -> Attribute {
    match property {
        Property::Author => Attribute::Author,
        Property::Editor => Attribute::Editor,
        Property::Company => Attribute::Company,
        Property::Tool => Attribute::Tool,
        Property::Document => Attribute::Document,
    }
}

fn traces(of: &str, place: &str, document: &Document) -> Vec<Trace> {
    let trace = |(property, value): &(Property, String)| Trace {
        attribute: attribute(*property),
        bidder: of.to_owned(),
        place: place.to_owned(),
        value: value.clone(),
    };
    document.properties.iter().map(trace).collect()
}

/// Why a file is not read.
enum Unread {
    Missing,
    Unreadable,
}

/// Reads a file on a thread of its own.
async fn document(path: PathBuf) -> Result<Document, Unread> {
    let work = move || -> std::io::Result<Document> {
        let file = std::fs::File::open(path)?;
        let mut bytes = Vec::new();
        let limit = u64::try_from(read::READ).unwrap_or(u64::MAX);
        file.take(limit).read_to_end(&mut bytes)?;
        Ok(read::document(&bytes))
    };
    match tokio::task::spawn_blocking(work).await {
        Ok(Ok(document)) => Ok(document),
        Ok(Err(error)) if error.kind() == std::io::ErrorKind::NotFound => Err(Unread::Missing),
        Ok(Err(error)) => {
            tracing::warn!(%error, "an opened file cannot be read for the screens");
            Err(Unread::Unreadable)
        }
        Err(error) => {
            tracing::error!(%error, "reading an opened file for the screens");
            Err(Unread::Unreadable)
        }
    }
}

impl OpenedParts {
    async fn all(&self, opened: &Opened) -> Result<Handed, Outage> {
        let mut handed = Handed::default();
        for digest in opened.documents.iter().take(FILES) {
            let found = match self.0.path(Content::Document, digest.0).await? {
                Some(path) => document(path).await,
                None => Err(Unread::Missing),
            };
            match found {
                Ok(document) => {
                    handed.own.extend(traces("", "", &document));
                    handed.given.push(document.text);
                }
                Err(why) => handed.unreadable.push(unreadable("", digest.to_string(), &why)),
            }
        }
        for part in opened.public.iter().take(FILES) {
            match document(self.path(&part.submission).await?).await {
                Ok(document) => take(&mut handed, part, document),
                Err(why) => {
                    let place = format!("{}/{}", part.lot, part.part);
                    handed
                        .unreadable
                        .push(unreadable(part.account.as_str(), place, &why));
                }
            }
        }
        Ok(handed)
    }

    async fn path(&self, submission: &Hex<16>) -> Result<PathBuf, Outage> {
        self.0.opened(&opened_name(submission)).await
    }
}

fn unreadable(bidder: &str, place: String, why: &Unread) -> Unreadable {
    Unreadable {
        bidder: bidder.to_owned(),
        place,
        is_missing: matches!(why, Unread::Missing),
    }
}

/// Between two looks whether files wait.
const LOOK: Duration = Duration::from_millis(500);

/// Reads files of opened tenders for the screens until told to stop, one tender at a time.
pub(crate) async fn keep(oversight: Oversight, mut stop: watch::Receiver<bool>) {
    let mut failing = false;
    loop {
        let read = tokio::select! {
            _ = stop.changed() => return,
            read = oversight.read_on() => read,
        };
        match read {
            Ok(true) => {
                failing = false;
                continue;
            }
            Ok(false) => {}
            Err(outage) if failing => tracing::debug!(%outage, "reading opened files"),
            Err(outage) => {
                tracing::error!(%outage, "reading opened files");
                failing = true;
            }
        }
        tokio::select! {
            _ = stop.changed() => return,
            () = tokio::time::sleep(LOOK) => {}
        }
    }
}

fn take(handed: &mut Handed, part: &PublicPart, document: Document) {
    let (bidder, name) = (part.account.to_string(), format!("{}/{}", part.lot, part.part));
    handed.traces.extend(traces(&bidder, &name, &document));
    handed.documents.push(screen::texts::Document {
        bidder,
        name,
        text: document.text,
    });
}
