//! The refusal statement (拒收证明): the platform's signed word that an act was refused, when and why.
//!
//! Invariant: signed by a key of its own under the name `origin/refusals`, so that a refusal can never
//! be taken for a checkpoint.

use crate::checkpoint::{base64_hash, decimal, hash_base64};
use crate::hash::Hash;
use crate::note::{self, Note, NoteError};
use crate::vkey::{NoteSigner, VerifierKey, VkeyError};
use facts::{Hex, Instant};
use seal::SigningKey;

/// The first line.
const TITLE: &str = "kaibiao/refusal/v1";

/// What a refusal statement says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RefusalNote {
    /// The log's origin.
    pub origin: String,
    /// The stable code of the refusal.
    pub code: String,
    /// The digest of the act refused, see [`crate::act::digest`].
    pub act: Hash,
    /// When it was refused.
    pub at: Instant,
    /// The size of the log at that time.
    pub size: u64,
    /// Its root.
    pub root: Hash,
    /// The reason as an English sentence.
    pub sentence: String,
}

/// Why a refusal statement is not accepted.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RefusalNoteError {
    /// The note is not accepted.
    #[error(transparent)]
    Note(#[from] NoteError),
    /// A line is missing or malformed.
    #[error("refusal statement: the line {0} is missing or malformed")]
    Line(&'static str),
    /// Another log's.
    #[error("refusal statement: of the log {0:?}")]
    Origin(String),
}

/// The name of the key that signs refusals of a log.
#[must_use]
pub fn signer_name(origin: &str) -> String {
    format!("{origin}/refusals")
}

/// The signer of refusals of a log.
pub fn signer(origin: &str, key: SigningKey) -> Result<NoteSigner, VkeyError> {
    NoteSigner::new(&signer_name(origin), key)
}

/// One line without control characters: what would break the note becomes a space.
fn line(text: &str) -> String {
    text.chars()
        .map(|c| if c.is_control() { ' ' } else { c })
        .collect()
}

impl RefusalNote {
    /// The signed note.
    pub fn sign(&self, signer: &NoteSigner) -> Result<String, RefusalNoteError> {
        let text = format!(
            "{TITLE}\n{}\n{}\n{}\n{}\n{}\n{}\n{}\n",
            line(&self.origin),
            line(&self.code),
            Hex(self.act),
            self.at.0,
            self.size,
            hash_base64(&self.root),
            line(&self.sentence),
        );
        Ok(note::sign(&text, &[signer])?)
    }

    /// Opens a note under the key of the log's refusals.
    pub fn open(note: &str, origin: &str, key: &VerifierKey) -> Result<Self, RefusalNoteError> {
        let text = Note::parse(note)?.verify(&[key])?;
        let mut lines = text.strip_suffix('\n').unwrap_or(text).split('\n');
        let mut next = |name| lines.next().ok_or(RefusalNoteError::Line(name));
        if next("title")? != TITLE {
            return Err(RefusalNoteError::Line("title"));
        }
        let found = next("origin")?;
        if found != origin {
            return Err(RefusalNoteError::Origin(found.chars().take(200).collect()));
        }
        let code = next("code")?.to_owned();
        let act = Hex::parse(next("act")?).map_err(|_| RefusalNoteError::Line("act"))?;
        let at = decimal(next("time")?).and_then(|at| i64::try_from(at).ok());
        let size = decimal(next("size")?).ok_or(RefusalNoteError::Line("size"))?;
        let root = base64_hash(next("root")?).ok_or(RefusalNoteError::Line("root"))?;
        let sentence = next("sentence")?.to_owned();
        if lines.next().is_some() {
            return Err(RefusalNoteError::Line("end"));
        }
        let at = Instant(at.ok_or(RefusalNoteError::Line("time"))?);
        Ok(Self {
            origin: origin.to_owned(),
            code,
            act: act.0,
            at,
            size,
            root,
            sentence,
        })
    }
}
