//! What bidders handed in that supervision may read: the public parts of opened bids (part role `public`).
//!
//! Invariant: nothing is asked for before the opening record of the tender stands, and never a part that is the panel's;
//! what the tender itself gave out, its text and the properties of its files, counts for nothing.

use super::Opened;
use desk::Outage;
use facts::id::{LotId, PartId};
use facts::{AccountId, Hex};
use screen::Sign;
use screen::origins::{self, Trace};
use screen::texts::{self, Document};
use std::collections::{BTreeMap, BTreeSet};
use std::future::Future;
use std::pin::Pin;

/// A public part of an opened bid.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PublicPart {
    /// The bidder.
    pub account: AccountId,
    /// The lot.
    pub lot: LotId,
    /// The part.
    pub part: PartId,
    /// Its envelope.
    pub submission: Hex<16>,
}

/// What files say, in the terms of the screens.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Handed {
    /// Texts of the tender's own documents.
    pub given: Vec<String>,
    /// Texts of the bids' files.
    pub documents: Vec<Document>,
    /// What the properties of the bids' files say.
    pub traces: Vec<Trace>,
    /// What the properties of the tender's own documents say: whoever fills in a form that was given out hands its
    /// author in too.
    pub own: Vec<Trace>,
    /// Files that could not be read.
    pub unreadable: Vec<Unreadable>,
}

/// A file that could not be read; nothing is compared with it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Unreadable {
    /// Whose: the account of a bidder; empty for the tender's own documents.
    pub bidder: String,
    /// Which: lot and part, or the digest of the tender's own document.
    pub place: String,
    /// Whether it is not there at all.
    pub is_missing: bool,
}

/// What is read, when it comes.
pub type Reading<'a> = Pin<Box<dyn Future<Output = Result<Handed, Outage>> + Send + 'a>>;

/// Who reads opened files for supervision.
pub trait Files: Send + Sync {
    /// Reads the public parts of an opened tender and the tender's own documents.
    fn read<'a>(&'a self, opened: &'a Opened) -> Reading<'a>;
}

/// Signs of texts (K05, K11, K12) and of the properties of files (K01).
#[must_use]
pub fn signs(opened: &Opened, handed: &Handed) -> Vec<Sign> {
    let mut names: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for bid in opened.bids.values() {
        let of = names.entry(bid.account.to_string()).or_default();
        of.push(bid.name.clone());
    }
    let given: Vec<&str> = handed
        .given
        .iter()
        .chain(&opened.told)
        .map(String::as_str)
        .collect();
    let mut signs = texts::signs(&handed.documents, &given, &names, &texts::LIMITS);
    let own: BTreeSet<(origins::Attribute, String)> = handed
        .own
        .iter()
        .map(|trace| (trace.attribute, trace.value.trim().to_lowercase()))
        .collect();
    let traces: Vec<Trace> = handed
        .traces
        .iter()
        .filter(|trace| !own.contains(&(trace.attribute, trace.value.trim().to_lowercase())))
        .cloned()
        .collect();
    signs.extend(origins::signs(&traces));
    signs
}
