//! Reading opened files for supervision: the public parts of bids, after the opening, and the tender's own documents.
//!
//! Invariant: it opens no envelope; it reads plaintext that the opening worker has written, and of that only the parts
//! that the opened tender lists as public. A file that is not there is passed over.

use crate::opening::opened_name;
use desk::ports::Content;
use desk::{Outage, Vault};
use facts::Hex;
use read::{Document, Property};
use screen::origins::{Attribute, Trace};
use std::io::Read as _;
use std::path::PathBuf;
use std::sync::Arc;
use supervise::signs::handed::{Files, Handed, Reading};
use supervise::signs::{Opened, PublicPart};

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

/// Reads a file on a thread of its own; `None` if there is none.
async fn document(path: Option<PathBuf>) -> Result<Option<Document>, Outage> {
    let Some(path) = path else { return Ok(None) };
    let work = move || -> std::io::Result<Option<Document>> {
        let file = match std::fs::File::open(path) {
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
            file => file?,
        };
        let mut bytes = Vec::new();
        let limit = u64::try_from(read::READ).unwrap_or(u64::MAX);
        file.take(limit).read_to_end(&mut bytes)?;
        Ok(Some(read::document(&bytes)))
    };
    tokio::task::spawn_blocking(work)
        .await
        .map_err(|e| Outage::new("reading an opened part", e))?
        .map_err(|e| Outage::new("reading an opened part", e))
}

impl OpenedParts {
    async fn all(&self, opened: &Opened) -> Result<Handed, Outage> {
        let mut handed = Handed::default();
        for digest in opened.documents.iter().take(FILES) {
            let path = self.0.path(Content::Document, digest.0).await?;
            if let Some(document) = document(path).await? {
                handed.own.extend(traces("", "", &document));
                handed.given.push(document.text);
            }
        }
        for part in opened.public.iter().take(FILES) {
            if let Some(document) = document(Some(self.path(&part.submission).await?)).await? {
                take(&mut handed, part, document);
            }
        }
        Ok(handed)
    }

    async fn path(&self, submission: &Hex<16>) -> Result<PathBuf, Outage> {
        self.0.opened(&opened_name(submission)).await
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
