//! The receipt (回执): an entry, its fields, its place in the log and the log's word on it, in one
//! file that verifies offline (C2SP tlog-proof).
//!
//! Invariant: an opened receipt proves that exactly this entry stands at its own `seq` in a log of
//! that checkpoint, and that exactly these fields were committed to.

use crate::act;
use crate::checkpoint::{Checkpoint, CheckpointError, base64_hash, decimal, hash_base64};
use crate::disclosure::{OpenError, OpenedPayload};
use crate::entry::{Entry, EntryError};
use crate::hash::{Hash, leaf_hash};
use crate::payload::push_string;
use crate::proof::{ProofError, verify_inclusion};
use crate::record::{RecordError, act_of};
use crate::vkey::VerifierKey;
use base64::{Engine as _, engine::general_purpose::STANDARD};
use facts::Act;
use serde_json::Value;

/// The first line.
const TITLE: &str = "c2sp.org/tlog-proof@v1";

/// The longest receipt in bytes: 16 MiB.
pub const MAX_RECEIPT: usize = 16 << 20;

/// More hashes than any tree of 2^63 leaves needs.
const MAX_PROOF: usize = 64;

/// A receipt that parses; not yet verified.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Receipt {
    /// The entry's bytes.
    pub entry: Vec<u8>,
    /// The fields, as far as they are shown.
    pub payload: OpenedPayload,
    /// Position of the entry.
    pub index: u64,
    /// Audit path from the leaf's sibling upwards.
    pub proof: Vec<Hash>,
    /// The signed checkpoint, verbatim.
    pub checkpoint: String,
}

/// What a verified receipt proves.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OpenedReceipt {
    /// The log's word.
    pub checkpoint: Checkpoint,
    /// The entry.
    pub entry: Entry,
    /// The leaf hash of the entry.
    pub leaf: Hash,
    /// The fields.
    pub payload: OpenedPayload,
    /// The act, where a person brought the fact about and all of it is shown; its signature verified.
    pub act: Option<Act>,
}

/// Why a receipt is not accepted.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ReceiptError {
    /// Longer than [`MAX_RECEIPT`].
    #[error("receipt: {0} bytes, but at most 16777216 are allowed")]
    Long(usize),
    /// A line is missing or malformed.
    #[error("receipt: the line {0} is missing or malformed")]
    Line(&'static str),
    /// The extra data are not an entry with its payload.
    #[error("receipt: the extra data: {0}")]
    Extra(String),
    /// The checkpoint is not accepted.
    #[error(transparent)]
    Checkpoint(#[from] CheckpointError),
    /// The entry is malformed.
    #[error(transparent)]
    Entry(#[from] EntryError),
    /// The entry's own position is not the one proved.
    #[error("receipt: the entry says position {seq}, but the proof is for {index}")]
    Index {
        /// What the entry says.
        seq: u64,
        /// What the proof is for.
        index: u64,
    },
    /// The inclusion proof fails.
    #[error(transparent)]
    Proof(#[from] ProofError),
    /// The fields are not what the entry commits to.
    #[error(transparent)]
    Payload(#[from] OpenError),
    /// The entry and its fields contradict each other.
    #[error(transparent)]
    Record(#[from] RecordError),
    /// The person's signature fails although all of the act is shown.
    #[error(transparent)]
    Act(#[from] act::ActError),
}

impl Receipt {
    /// The text of the `.tlog-proof` file.
    #[must_use]
    pub fn write(&self) -> String {
        let mut extra = b"{\"entry\":".to_vec();
        push_string(&mut extra, &String::from_utf8_lossy(&self.entry));
        extra.extend_from_slice(b",\"payload\":");
        extra.extend_from_slice(&self.payload.to_bytes());
        extra.push(b'}');
        let mut text = format!(
            "{TITLE}\nextra {}\nindex {}\n",
            STANDARD.encode(extra),
            self.index
        );
        for hash in &self.proof {
            text.push_str(&hash_base64(hash));
            text.push('\n');
        }
        text.push('\n');
        text.push_str(&self.checkpoint);
        text
    }

    /// Reads the text of a `.tlog-proof` file with our extra data.
    pub fn parse(text: &str) -> Result<Self, ReceiptError> {
        if text.len() > MAX_RECEIPT {
            return Err(ReceiptError::Long(text.len()));
        }
        let mut rest = text;
        let mut next = |name| {
            let (line, after) = rest.split_once('\n').ok_or(ReceiptError::Line(name))?;
            rest = after;
            Ok::<_, ReceiptError>(line)
        };
        if next("title")? != TITLE {
            return Err(ReceiptError::Line("title"));
        }
        let extra = next("extra")?
            .strip_prefix("extra ")
            .ok_or(ReceiptError::Line("extra"))?;
        let extra = STANDARD.decode(extra).map_err(|_| ReceiptError::Line("extra"))?;
        let (entry, payload) = read_extra(&extra)?;
        let index = next("index")?
            .strip_prefix("index ")
            .and_then(decimal)
            .ok_or(ReceiptError::Line("index"))?;
        let mut proof = Vec::new();
        loop {
            let line = next("proof")?;
            if line.is_empty() {
                break;
            }
            if proof.len() == MAX_PROOF {
                return Err(ReceiptError::Line("proof"));
            }
            proof.push(base64_hash(line).ok_or(ReceiptError::Line("proof"))?);
        }
        Ok(Self {
            entry,
            payload,
            index,
            proof,
            checkpoint: rest.to_owned(),
        })
    }

    /// Verifies everything a receipt says, under the log's origin and key.
    pub fn open(&self, origin: &str, log: &VerifierKey) -> Result<OpenedReceipt, ReceiptError> {
        let checkpoint = Checkpoint::open(&self.checkpoint, origin, log)?;
        let entry = Entry::parse(&self.entry)?;
        if entry.seq != self.index {
            return Err(ReceiptError::Index {
                seq: entry.seq,
                index: self.index,
            });
        }
        let leaf = leaf_hash(&self.entry);
        verify_inclusion(&leaf, self.index, checkpoint.size, &self.proof, &checkpoint.root)?;
        self.payload.verify(&entry.commit)?;
        let act = match act_of(&entry, &self.payload) {
            // Part of the act is withheld in this copy: its signature is for others to check.
            Err(RecordError::Missing(_)) => None,
            other => other?,
        };
        if let Some(act) = &act {
            act::verify(origin, act)?;
        }
        Ok(OpenedReceipt {
            checkpoint,
            entry,
            leaf,
            payload: self.payload.clone(),
            act,
        })
    }
}

fn read_extra(bytes: &[u8]) -> Result<(Vec<u8>, OpenedPayload), ReceiptError> {
    let extra = |what: &str| ReceiptError::Extra(what.to_owned());
    let value: Value = serde_json::from_slice(bytes).map_err(|e| ReceiptError::Extra(e.to_string()))?;
    let object = value.as_object().filter(|o| o.len() == 2);
    let member = |name: &str| object.and_then(|o| o.get(name));
    let (Some(entry), Some(payload)) = (member("entry").and_then(Value::as_str), member("payload")) else {
        return Err(extra("expected the two members entry (a text) and payload"));
    };
    if serde_json::to_vec(&value).ok().as_deref() != Some(bytes) {
        return Err(extra("not in canonical form"));
    }
    let payload = OpenedPayload::of_value(payload)?;
    Ok((entry.as_bytes().to_vec(), payload))
}
