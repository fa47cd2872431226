//! Records, drafts and acts: a fact after, before and while it is asked for.

use crate::canonical::{Canonical, CanonicalError};
use crate::{Hex, Instant, Kind, Stream};
use serde::{Deserialize, Serialize, de::DeserializeOwned};

/// A typed body that knows the name of its fact.
pub trait Body: Serialize + DeserializeOwned {
    /// The fact's name.
    const KIND: Kind;
}

/// The log head that the author of an act last saw: users are witnesses of the history.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Seen {
    /// Root of the tree of that size.
    pub root: Hex<32>,
    /// Number of entries.
    pub size: u64,
}

/// What a person signed: a fact they bring about (signed command).
///
/// The signature covers `LP("kaibiao/act/v1", origin, stream, kind, SHA-256(body), nonce,
/// u64be(seen.size), seen.root)`, see `ledger`'s SPEC.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Act {
    /// The stream it concerns.
    pub stream: Stream,
    /// The fact it brings about.
    pub kind: Kind,
    /// The body as signed.
    pub body: Canonical,
    /// Sixteen random bytes: the same act sent twice is one act.
    pub nonce: Hex<16>,
    /// The log head the author saw.
    pub seen: Seen,
    /// The author's Ed25519 public key.
    pub key: Hex<32>,
    /// Ed25519 signature.
    pub sig: Hex<64>,
}

/// A fact that a law has decided on, not yet in the log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Draft {
    /// The stream it belongs to.
    pub stream: Stream,
    /// Its name.
    pub kind: Kind,
    /// Its body.
    pub body: Canonical,
    /// The act that brought it about; `None` for the platform's own facts.
    pub act: Option<Box<Act>>,
    /// When the last byte of what the fact speaks of was durably received, where that counts.
    pub arrived: Option<Instant>,
}

/// A fact in the log, as the laws see it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Record {
    /// Position in the log.
    pub seq: u64,
    /// The log's time of the entry.
    pub at: Instant,
    /// The stream it belongs to.
    pub stream: Stream,
    /// Its name.
    pub kind: Kind,
    /// Fingerprint (SHA-256) of the acting key; `None` for the platform.
    pub actor: Option<Hex<32>>,
    /// Its body.
    pub body: Canonical,
    /// When the last byte arrived, where that counts.
    pub arrived: Option<Instant>,
}

impl Record {
    /// The typed body, if this record is of that kind.
    ///
    /// `None` when the kind is another, or when the body has been erased.
    #[must_use]
    pub fn of<B: Body>(&self) -> Option<B> {
        if self.kind == B::KIND {
            self.body.read().ok()
        } else {
            None
        }
    }
}

impl Draft {
    /// A fact of the platform's own.
    pub fn platform<B: Body>(stream: Stream, body: &B) -> Result<Self, CanonicalError> {
        Ok(Self {
            stream,
            kind: B::KIND,
            body: Canonical::of(body)?,
            act: None,
            arrived: None,
        })
    }

    /// The fact that an act asks for, as it stands.
    #[must_use]
    pub fn acted(act: Act, arrived: Option<Instant>) -> Self {
        Self {
            stream: act.stream.clone(),
            kind: act.kind,
            body: act.body.clone(),
            act: Some(Box::new(act)),
            arrived,
        }
    }

    /// The record this draft becomes at a place in the log; for laws that look ahead and for tests.
    /// The actor is left out: only the ledger knows fingerprints.
    #[must_use]
    pub fn record(&self, seq: u64, at: Instant) -> Record {
        Record {
            seq,
            at,
            stream: self.stream.clone(),
            kind: self.kind,
            actor: None,
            body: self.body.clone(),
            arrived: self.arrived,
        }
    }
}
