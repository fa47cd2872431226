//! An entry of the log (日志条目): the public trace of one fact.
//!
//! Invariant: an entry is exactly the canonical bytes of its nine members; [`Entry::parse`] accepts
//! these bytes and no others, and a confidential entry shows neither kind, subject, actor nor
//! signature.

use crate::hash::{Hash, leaf_hash, push_hex, push_number};
use crate::scan::Scan;
use facts::{Instant, Kind, Stream};

/// The longest entry in bytes: the length prefix of an entry bundle has 16 bits (C2SP tlog-tiles).
pub const MAX_ENTRY: usize = 65_535;

/// Who acted, as far as the entry shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Actor {
    /// The platform, following its own rules.
    Platform,
    /// The fingerprint of the acting key: SHA-256 of its 32 bytes.
    Key(Hash),
    /// Nobody is shown: the entry is confidential.
    Hidden,
}

/// One entry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Who acted.
    pub actor: Actor,
    /// Root of the salted payload, see [`crate::Payload`].
    pub commit: Hash,
    /// The name of the fact; `None` when confidential.
    pub kind: Option<Kind>,
    /// Leaf hash of the entry before, zeros for the first.
    pub prev: Hash,
    /// Position in the log, from 0.
    pub seq: u64,
    /// The act's Ed25519 signature; `None` for the platform's facts and when confidential.
    pub sig: Option<[u8; 64]>,
    /// The stream; `None` when confidential.
    pub subj: Option<Stream>,
    /// The log's time, milliseconds since 1970 UTC, never decreasing.
    pub ts: Instant,
}

/// Why bytes are not an entry.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum EntryError {
    /// Other bytes stand where every entry has these.
    #[error("entry, byte {at}: expected {what}")]
    Expected {
        /// Offset in bytes.
        at: usize,
        /// What must stand there.
        what: &'static str,
    },
    /// Not lower-case hexadecimal of the right length.
    #[error("entry, byte {at}: expected {bytes} bytes in lower-case hexadecimal")]
    Hex {
        /// Offset in bytes.
        at: usize,
        /// Bytes wanted.
        bytes: usize,
    },
    /// Not a whole number from 0 to 2^53 − 1 in its shortest form.
    #[error("entry, byte {at}: expected a whole number from 0 to 9007199254740991 without leading zeros")]
    Integer {
        /// Offset in bytes.
        at: usize,
    },
    /// The kind is not in the registry of facts.
    #[error("entry: {0:?} is not a kind of fact")]
    Kind(String),
    /// The subject names no stream.
    #[error("entry: {0:?} is not a stream")]
    Subject(String),
    /// A fact that must stay confidential is named.
    #[error("entry: a fact of kind {0} must not be named in the public log")]
    Revealing(Kind),
    /// Members contradict each other.
    #[error("entry: {0}")]
    Mixed(&'static str),
    /// Bytes follow the entry.
    #[error("entry: bytes follow its end at byte {at}")]
    Trailing {
        /// Offset in bytes.
        at: usize,
    },
    /// Longer than an entry bundle can hold.
    #[error("entry: {0} bytes, but at most 65535 are allowed")]
    Long(usize),
}

impl Entry {
    /// The canonical bytes: what is hashed, chained, stored and served.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut out = Vec::with_capacity(512);
        out.extend_from_slice(b"{\"actor\":\"");
        match &self.actor {
            Actor::Platform => out.extend_from_slice(b"platform"),
            Actor::Key(fingerprint) => push_hex(&mut out, fingerprint),
            Actor::Hidden => {}
        }
        out.extend_from_slice(b"\",\"commit\":\"");
        push_hex(&mut out, &self.commit);
        out.extend_from_slice(b"\",\"kind\":\"");
        out.extend_from_slice(self.kind.map_or("confidential", Kind::name).as_bytes());
        out.extend_from_slice(b"\",\"prev\":\"");
        push_hex(&mut out, &self.prev);
        out.extend_from_slice(b"\",\"seq\":");
        push_number(&mut out, i64::try_from(self.seq).unwrap_or(i64::MAX));
        out.extend_from_slice(b",\"sig\":\"");
        if let Some(sig) = &self.sig {
            push_hex(&mut out, sig);
        }
        out.extend_from_slice(b"\",\"subj\":\"");
        if let Some(subj) = &self.subj {
            out.extend_from_slice(subj.to_string().as_bytes());
        }
        out.extend_from_slice(b"\",\"ts\":");
        push_number(&mut out, self.ts.0);
        out.extend_from_slice(b",\"v\":1}");
        out
    }

    /// The RFC 6962 leaf hash of the canonical bytes.
    #[must_use]
    pub fn leaf(&self) -> Hash {
        leaf_hash(&self.to_bytes())
    }

    /// Reads exactly the canonical form.
    pub fn parse(bytes: &[u8]) -> Result<Self, EntryError> {
        if bytes.len() > MAX_ENTRY {
            return Err(EntryError::Long(bytes.len()));
        }
        let mut scan = Scan::new(bytes);
        scan.literal("{\"actor\":\"")?;
        let actor = if scan.is_quote() {
            Actor::Hidden
        } else if scan.starts("platform") {
            scan.literal("platform")?;
            Actor::Platform
        } else {
            Actor::Key(scan.hex::<32>()?)
        };
        scan.literal("\",\"commit\":\"")?;
        let commit = scan.hex::<32>()?;
        scan.literal("\",\"kind\":\"")?;
        let name = scan.word()?;
        let kind = match name {
            "confidential" => None,
            name => Some(Kind::parse(name).ok_or_else(|| EntryError::Kind(short(name)))?),
        };
        scan.literal("\",\"prev\":\"")?;
        let prev = scan.hex::<32>()?;
        scan.literal("\",\"seq\":")?;
        let seq = scan.integer()?.unsigned_abs();
        scan.literal(",\"sig\":\"")?;
        let sig = if scan.is_quote() {
            None
        } else {
            Some(scan.hex::<64>()?)
        };
        scan.literal("\",\"subj\":\"")?;
        let subj = scan.word()?;
        scan.literal("\",\"ts\":")?;
        let subj = match subj {
            "" => None,
            name => Some(Stream::parse(name).map_err(|_| EntryError::Subject(short(name)))?),
        };
        let ts = Instant(scan.integer()?);
        scan.literal(",\"v\":1}")?;
        scan.end()?;
        let entry = Self {
            actor,
            commit,
            kind,
            prev,
            seq,
            sig,
            subj,
            ts,
        };
        entry.check()?;
        Ok(entry)
    }

    /// Whether the members fit together.
    pub fn check(&self) -> Result<(), EntryError> {
        match (self.kind, &self.actor) {
            (None, Actor::Hidden) if self.subj.is_none() && self.sig.is_none() => Ok(()),
            (None, _) => Err(EntryError::Mixed(
                "a confidential entry shows no actor, subject or signature",
            )),
            (Some(kind), _) if kind.is_confidential() => Err(EntryError::Revealing(kind)),
            (Some(_), Actor::Hidden) => Err(EntryError::Mixed("only a confidential entry has no actor")),
            (Some(_), _) if self.subj.is_none() => Err(EntryError::Mixed("a public entry names its subject")),
            (Some(_), Actor::Platform) if self.sig.is_some() => {
                Err(EntryError::Mixed("the platform's own facts bear no signature"))
            }
            (Some(_), Actor::Key(_)) if self.sig.is_none() => Err(EntryError::Mixed(
                "a fact of a person bears that person's signature",
            )),
            (Some(_), _) => Ok(()),
        }
    }
}

fn short(name: &str) -> String {
    name.chars().take(80).collect()
}
