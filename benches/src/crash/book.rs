//! The book of every promise the server made: receipts, and the heads that they carry.
//!
//! Invariant: what is in the book was answered by the server and verified before it was written down.

use crate::act::{self, Accepted, Prepared};
use crate::http::Answer;
use facts::Seen;
use ledger::{Hash, VerifierKey};
use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// One receipt.
#[derive(Clone)]
pub(crate) struct Kept {
    /// Position.
    pub(crate) seq: u64,
    /// The entry's bytes.
    pub(crate) entry: Vec<u8>,
    /// Size of the log under whose checkpoint it was given.
    pub(crate) size: u64,
    /// Root of that size.
    pub(crate) root: Hash,
    /// What was sent.
    pub(crate) sent: Prepared,
}

#[derive(Default)]
struct Pages {
    receipts: Vec<Kept>,
    heads: BTreeMap<u64, Hash>,
}

/// The book; shared by all clients.
pub(crate) struct Book {
    /// The log's name.
    pub(crate) origin: String,
    /// The log's key.
    pub(crate) log_key: VerifierKey,
    pages: Mutex<Pages>,
}

impl Book {
    /// An empty book.
    pub(crate) fn new(origin: String, log_key: VerifierKey) -> Self {
        Self {
            origin,
            log_key,
            pages: Mutex::default(),
        }
    }

    fn pages(&self) -> MutexGuard<'_, Pages> {
        self.pages.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Reads the answer to an act; what it promises is written down. Returns position and head.
    pub(crate) fn take(&self, sent: &Prepared, answer: &Answer) -> Result<(u64, Seen), String> {
        if answer.status != 201 && answer.status != 200 {
            let kind = sent.act.kind;
            return Err(format!(
                "{kind} was answered with {}: {}",
                answer.status,
                answer.text()
            ));
        }
        let accepted: Accepted =
            serde_json::from_slice(&answer.body).map_err(|e| format!("an answer that is none: {e}"))?;
        let (receipt, opened) = act::opened(&accepted.receipt, &self.origin, &self.log_key, &sent.act)?;
        if receipt.index != accepted.seq {
            return Err(format!(
                "answered with entry {}, receipt for {}",
                accepted.seq, receipt.index
            ));
        }
        let seen = act::seen(&opened);
        self.head(seen)?;
        self.pages().receipts.push(Kept {
            seq: accepted.seq,
            entry: receipt.entry,
            size: seen.size,
            root: seen.root.0,
            sent: sent.clone(),
        });
        Ok((accepted.seq, seen))
    }

    /// Writes a signed head down; two roots for one size are a fork.
    pub(crate) fn head(&self, seen: Seen) -> Result<(), String> {
        let known = *self.pages().heads.entry(seen.size).or_insert(seen.root.0);
        if known == seen.root.0 {
            Ok(())
        } else {
            Err(format!("two roots were signed for {} entries", seen.size))
        }
    }

    /// All receipts from the `from`-th on.
    pub(crate) fn receipts(&self, from: usize) -> Vec<Kept> {
        self.pages().receipts.get(from..).unwrap_or_default().to_vec()
    }

    /// Number of receipts.
    pub(crate) fn len(&self) -> usize {
        self.pages().receipts.len()
    }

    /// Every head seen.
    pub(crate) fn heads(&self) -> BTreeMap<u64, Hash> {
        self.pages().heads.clone()
    }
}
