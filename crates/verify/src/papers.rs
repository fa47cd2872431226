//! Single papers: a receipt or a refusal statement, checked on its own, offline.
//!
//! Invariant: a paper is only as good as the key in the policy that signed it.

use crate::policy::Policy;
use facts::Instant;
use ledger::{Fields as _, Receipt, ReceiptError, RefusalNote};
use std::fmt;

/// The largest paper read, in bytes.
pub const MAX_PAPER: u64 = 32 << 20;

/// A receipt that is in order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReceiptSays {
    /// Position of the entry.
    pub seq: u64,
    /// The log's time of it.
    pub at: Instant,
    /// Its kind.
    pub kind: String,
    /// Its subject.
    pub subject: String,
    /// Size of the log of the checkpoint.
    pub size: u64,
    /// When it arrived, where that is recorded.
    pub arrived: Option<i64>,
}

/// A refusal statement that is in order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RefusalSays {
    /// The stable code of the reason.
    pub code: String,
    /// The act refused, by its digest in hexadecimal.
    pub act: String,
    /// When.
    pub at: Instant,
    /// The reason.
    pub sentence: String,
}

/// Why a paper is not accepted.
#[derive(Debug, thiserror::Error)]
pub enum PaperError {
    /// The receipt is not in order.
    #[error(transparent)]
    Receipt(#[from] ReceiptError),
    /// The receipt's entry and payload amount to no fact.
    #[error("receipt: {0}")]
    Record(#[from] ledger::RecordError),
    /// The refusal statement is not in order.
    #[error(transparent)]
    Refusal(#[from] ledger::refusal_note::RefusalNoteError),
    /// The policy names no key for refusal statements.
    #[error("the policy names no refusal_key, so no refusal statement can be checked")]
    NoKey,
}

/// Checks a receipt: the log's signature, the inclusion proof, the payload, the act's signature.
pub fn receipt(text: &str, policy: &Policy) -> Result<ReceiptSays, PaperError> {
    let opened = Receipt::parse(text)?.open(&policy.origin, &policy.log_key)?;
    let record = ledger::record_of(&opened.entry, &opened.payload)?;
    let arrived = opened
        .payload
        .field("@arrived")
        .and_then(|bytes| serde_json::from_slice(bytes).ok());
    Ok(ReceiptSays {
        seq: opened.entry.seq,
        at: opened.entry.ts,
        kind: record.kind.name().to_owned(),
        subject: record.stream.to_string(),
        size: opened.checkpoint.size,
        arrived,
    })
}

/// Checks a refusal statement.
pub fn refusal(text: &str, policy: &Policy) -> Result<RefusalSays, PaperError> {
    let key = policy.refusal_key.as_ref().ok_or(PaperError::NoKey)?;
    let note = RefusalNote::open(text, &policy.origin, key)?;
    Ok(RefusalSays {
        code: note.code,
        act: facts::Hex(note.act).to_string(),
        at: note.at,
        sentence: note.sentence,
    })
}

impl fmt::Display for ReceiptSays {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{} of {} stands at {} since {}, in a log of {} entries",
            self.kind, self.subject, self.seq, self.at, self.size
        )?;
        match self.arrived {
            Some(arrived) => write!(f, "; it arrived at {}", Instant(arrived)),
            None => Ok(()),
        }
    }
}

impl fmt::Display for RefusalSays {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "the act {} was refused at {} ({}): {}",
            self.act, self.at, self.code, self.sentence
        )
    }
}
