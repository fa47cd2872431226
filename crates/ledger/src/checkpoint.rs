//! Checkpoints (C2SP tlog-checkpoint): the log's signed word on its size and root.
//!
//! Invariant: a checkpoint that opens is of the origin asked for and signed by its log's key.

use crate::hash::Hash;
use crate::note::{self, Note, NoteError};
use crate::vkey::{NoteSigner, VerifierKey};
use base64::{Engine as _, engine::general_purpose::STANDARD};

/// What a checkpoint says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Checkpoint {
    /// The log's name.
    pub origin: String,
    /// Number of entries.
    pub size: u64,
    /// Root of the tree.
    pub root: Hash,
}

/// Why a checkpoint is not accepted.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CheckpointError {
    /// The note is not accepted.
    #[error(transparent)]
    Note(#[from] NoteError),
    /// Another log's.
    #[error("checkpoint: of the log {found:?}, but {expected:?} is wanted")]
    Origin {
        /// The origin wanted.
        expected: String,
        /// The origin found.
        found: String,
    },
    /// Not three lines.
    #[error("checkpoint: expected exactly the three lines origin, size and root")]
    Lines,
    /// The origin is empty or has a line break or control character.
    #[error("checkpoint: the origin must be one line that is not empty")]
    Name,
    /// The size is not a decimal without leading zeros.
    #[error("checkpoint: {0:?} is not a size")]
    Size(String),
    /// The root is not the canonical base64 of 32 bytes.
    #[error("checkpoint: {0:?} is not the base64 of 32 bytes")]
    Root(String),
}

/// Reads a decimal without leading zeros.
pub(crate) fn decimal(text: &str) -> Option<u64> {
    let fine = text.bytes().all(|b| b.is_ascii_digit()) && (text.len() == 1 || !text.starts_with('0'));
    if fine { text.parse().ok() } else { None }
}

/// Reads the canonical base64 of 32 bytes.
pub(crate) fn base64_hash(text: &str) -> Option<Hash> {
    if text.len() != 44 {
        return None;
    }
    STANDARD.decode(text).ok()?.try_into().ok()
}

/// The canonical base64 of a hash.
#[must_use]
pub fn hash_base64(hash: &Hash) -> String {
    STANDARD.encode(hash)
}

impl Checkpoint {
    /// The three lines that are signed.
    #[must_use]
    pub fn text(&self) -> String {
        format!("{}\n{}\n{}\n", self.origin, self.size, hash_base64(&self.root))
    }

    /// The signed note.
    pub fn sign(&self, signer: &NoteSigner) -> Result<String, CheckpointError> {
        if self.origin.is_empty() || self.origin.chars().any(char::is_control) {
            return Err(CheckpointError::Name);
        }
        Ok(note::sign(&self.text(), &[signer])?)
    }

    /// Opens a note: signature by the log's key first, then origin, then the lines.
    pub fn open(note: &str, origin: &str, log: &VerifierKey) -> Result<Self, CheckpointError> {
        let text = Note::parse(note)?.verify(&[log])?;
        let checkpoint = Self::parse_text(text)?;
        if checkpoint.origin != origin {
            return Err(CheckpointError::Origin {
                expected: origin.to_owned(),
                found: checkpoint.origin,
            });
        }
        Ok(checkpoint)
    }

    /// Reads the text of a note whose signatures were or will be checked elsewhere.
    pub fn parse_text(text: &str) -> Result<Self, CheckpointError> {
        let mut lines = text.strip_suffix('\n').ok_or(CheckpointError::Lines)?.split('\n');
        let (Some(origin), Some(size), Some(root), None) =
            (lines.next(), lines.next(), lines.next(), lines.next())
        else {
            return Err(CheckpointError::Lines);
        };
        if origin.is_empty() {
            return Err(CheckpointError::Name);
        }
        Ok(Self {
            origin: origin.to_owned(),
            size: decimal(size).ok_or_else(|| CheckpointError::Size(size.chars().take(40).collect()))?,
            root: base64_hash(root).ok_or_else(|| CheckpointError::Root(root.chars().take(80).collect()))?,
        })
    }
}
