//! From the log back to facts: the record and the act that an entry and its fields amount to.
//!
//! Invariant: whatever both the entry and the fields say must agree; a contradiction is an error
//! and never resolved by preferring one.

use crate::entry::{Actor, Entry};
use crate::hash::sha256;
use facts::{Act, Canonical, Hex, Instant, Kind, Record, Seen, Stream};
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

/// Something that shows fields: a whole payload or an opened one.
pub trait Fields {
    /// Name and canonical value of every field shown, ascending.
    fn each(&self) -> impl Iterator<Item = (&str, &[u8])>;

    /// The canonical value of one field.
    fn field(&self, name: &str) -> Option<&[u8]> {
        self.each().find(|(n, _)| *n == name).map(|(_, value)| value)
    }
}

/// Why an entry and fields amount to no record.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RecordError {
    /// A field that is needed is not shown.
    #[error("the field {0} is not shown")]
    Missing(&'static str),
    /// A field has another shape than its name asks for.
    #[error("the field {name}: {why}")]
    Shape {
        /// The field.
        name: String,
        /// What is wrong.
        why: String,
    },
    /// The entry and the fields contradict each other.
    #[error("the entry and its fields contradict each other: {0}")]
    Contradiction(&'static str),
}

fn read<T: DeserializeOwned>(fields: &impl Fields, name: &'static str) -> Result<Option<T>, RecordError> {
    let Some(bytes) = fields.field(name) else {
        return Ok(None);
    };
    serde_json::from_slice(bytes)
        .map(Some)
        .map_err(|e| RecordError::Shape {
            name: name.to_owned(),
            why: e.to_string(),
        })
}

fn need<T: DeserializeOwned>(fields: &impl Fields, name: &'static str) -> Result<T, RecordError> {
    read(fields, name)?.ok_or(RecordError::Missing(name))
}

/// The body: every field that is shown and not the ledger's own.
pub(crate) fn body_of(fields: &impl Fields) -> Result<Canonical, RecordError> {
    let mut members = Map::new();
    for (name, value) in fields.each().filter(|(name, _)| !name.starts_with('@')) {
        let shape = |why: String| RecordError::Shape {
            name: name.to_owned(),
            why,
        };
        let value: Value = serde_json::from_slice(value).map_err(|e| shape(e.to_string()))?;
        members.insert(name.to_owned(), value);
    }
    Canonical::new(members).map_err(|e| RecordError::Shape {
        name: "body".to_owned(),
        why: e.to_string(),
    })
}

/// Stream, kind, actor and signature, wherever they stand.
struct Who {
    stream: Stream,
    kind: Kind,
    actor: Option<Hex<32>>,
    sig: Option<Hex<64>>,
}

const HIDDEN: [&str; 4] = ["@actor", "@kind", "@sig", "@subj"];

fn who(entry: &Entry, fields: &impl Fields) -> Result<Who, RecordError> {
    let who = match (&entry.actor, entry.kind, &entry.subj) {
        (Actor::Hidden, None, None) => hidden(fields)?,
        (actor, Some(kind), Some(stream)) => {
            if HIDDEN.iter().any(|name| fields.field(name).is_some()) {
                return Err(RecordError::Contradiction(
                    "a public entry has fields of a confidential one",
                ));
            }
            let actor = match actor {
                Actor::Key(fingerprint) => Some(Hex(*fingerprint)),
                Actor::Platform | Actor::Hidden => None,
            };
            Who {
                stream: stream.clone(),
                kind,
                actor,
                sig: entry.sig.map(Hex),
            }
        }
        _ => return Err(RecordError::Contradiction("the entry is half confidential")),
    };
    let key: Option<Hex<32>> = read(fields, "@key")?;
    match (&who.actor, key) {
        (Some(fingerprint), Some(key)) if sha256(key.bytes()) != *fingerprint.bytes() => Err(
            RecordError::Contradiction("the key is not the one whose fingerprint is named"),
        ),
        (None, Some(_)) => Err(RecordError::Contradiction(
            "a fact of the platform has a person's key",
        )),
        _ => Ok(who),
    }
}

fn hidden(fields: &impl Fields) -> Result<Who, RecordError> {
    let kind: Kind = need(fields, "@kind")?;
    if !kind.is_confidential() {
        return Err(RecordError::Contradiction("a fact of a public kind is hidden"));
    }
    let actor: String = need(fields, "@actor")?;
    let sig: String = need(fields, "@sig")?;
    let shape = |name: &str, e: facts::hex::HexError| RecordError::Shape {
        name: name.to_owned(),
        why: e.to_string(),
    };
    let (actor, sig) = match (actor.as_str(), sig.as_str()) {
        ("platform", "") => (None, None),
        ("platform", _) | (_, "") => {
            return Err(RecordError::Contradiction(
                "a person's facts, and only those, are signed",
            ));
        }
        (actor, sig) => (
            Some(Hex::parse(actor).map_err(|e| shape("@actor", e))?),
            Some(Hex::parse(sig).map_err(|e| shape("@sig", e))?),
        ),
    };
    Ok(Who {
        stream: need(fields, "@subj")?,
        kind,
        actor,
        sig,
    })
}

/// The record of an entry, with the body as far as it is shown.
///
/// The caller has verified the fields against the entry's commitment, or made them itself.
pub fn record_of(entry: &Entry, fields: &impl Fields) -> Result<Record, RecordError> {
    let who = who(entry, fields)?;
    Ok(Record {
        seq: entry.seq,
        at: entry.ts,
        stream: who.stream,
        kind: who.kind,
        actor: who.actor,
        body: body_of(fields)?,
        arrived: read::<Instant>(fields, "@arrived")?,
    })
}

/// The record of an entry whose content was erased: without a body; `None` if all was confidential.
#[must_use]
pub fn erased_record(entry: &Entry) -> Option<Record> {
    Some(Record {
        seq: entry.seq,
        at: entry.ts,
        stream: entry.subj.clone()?,
        kind: entry.kind?,
        actor: match entry.actor {
            Actor::Key(fingerprint) => Some(Hex(fingerprint)),
            Actor::Platform | Actor::Hidden => None,
        },
        body: Canonical::default(),
        arrived: None,
    })
}

/// The act behind a person's fact, ready for [`crate::act::verify`]; `None` for the platform's own.
///
/// A signature that verifies proves that no member of the body was left out or added, save those that the kind
/// withholds, which are not signed (see [`crate::message::signed_body`]). Other fields that are not shown make it fail;
/// [`RecordError::Missing`] tells when the nonce itself is not shown.
pub fn act_of(entry: &Entry, fields: &impl Fields) -> Result<Option<Act>, RecordError> {
    let who = who(entry, fields)?;
    let Some(sig) = who.sig else { return Ok(None) };
    Ok(Some(Act {
        stream: who.stream,
        kind: who.kind,
        body: body_of(fields)?,
        nonce: need(fields, "@nonce")?,
        seen: need::<Seen>(fields, "@seen")?,
        key: need(fields, "@key")?,
        sig,
    }))
}
