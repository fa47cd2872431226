//! The chain (哈希链): drafts become entries, each naming the leaf hash of the one before.
//!
//! Invariant: positions are dense and time never goes back; a draft that is refused leaves the
//! chain as it was.

use crate::entry::{Actor, Entry, MAX_ENTRY};
use crate::hash::{Hash, ZERO, empty_root, leaf_hash, push_hex, push_number, sha256};
use crate::payload::{NONCE, Payload, PayloadError, push_string};
use facts::canonical::MAX_INTEGER;
use facts::{Act, Draft, Hex, Instant, Record, Seen};
use rand_core::{CryptoRng, RngCore};

/// Where a log stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Head {
    /// Number of entries.
    pub size: u64,
    /// Leaf hash of the last entry, or zeros.
    pub prev: Hash,
    /// Time of the last entry, or the epoch.
    pub ts: Instant,
    /// Root of the tree of that size.
    pub root: Hash,
}

impl Head {
    /// What an author who looks at this head has seen.
    #[must_use]
    pub const fn seen(&self) -> Seen {
        Seen {
            root: Hex(self.root),
            size: self.size,
        }
    }
}

impl Default for Head {
    fn default() -> Self {
        Self {
            size: 0,
            prev: ZERO,
            ts: Instant(0),
            root: empty_root(),
        }
    }
}

/// Why a draft cannot become an entry.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum LinkError {
    /// The instant lies before the last entry's.
    #[error("the entry's time {at} lies before the last entry's time {last}")]
    Back {
        /// The instant asked for.
        at: Instant,
        /// The last entry's.
        last: Instant,
    },
    /// The instant or the position has no canonical form.
    #[error("the entry's time or position is beyond 9007199254740991 or negative")]
    Range,
    /// A member of the body has one of the ledger's own names.
    #[error(
        "the body has a member {0:?}: names must not be empty, and those beginning with @ are the ledger's own"
    )]
    Reserved(String),
    /// The act says something else than the draft.
    #[error("the draft is not the fact that its act signed: another {0}")]
    Act(&'static str),
    /// The fields cannot be committed to.
    #[error(transparent)]
    Payload(#[from] PayloadError),
    /// The entry is longer than a bundle can hold.
    #[error("the entry has {0} bytes, but at most 65535 are allowed")]
    Long(usize),
}

/// A draft that became an entry.
#[derive(Debug, Clone)]
pub struct Linked {
    /// The entry.
    pub entry: Entry,
    /// Its bytes.
    pub entry_bytes: Vec<u8>,
    /// Its leaf hash.
    pub leaf: Hash,
    /// Its fields with their salts.
    pub payload: Payload,
    /// What the laws see.
    pub record: Record,
    /// The digest of the act that brought it about, if a person did.
    pub act_digest: Option<Hash>,
}

/// The growing end of a log.
#[derive(Debug, Clone)]
pub struct Chain {
    origin: String,
    head: Head,
}

impl Chain {
    /// A chain that goes on from a head; the default head starts a log.
    #[must_use]
    pub fn resume(origin: impl Into<String>, head: Head) -> Self {
        Self {
            origin: origin.into(),
            head,
        }
    }

    /// The log's origin, which acts are signed for.
    #[must_use]
    pub fn origin(&self) -> &str {
        &self.origin
    }

    /// Where the chain stands; `root` is the one last set by [`Chain::set_root`].
    #[must_use]
    pub const fn head(&self) -> Head {
        self.head
    }

    /// Notes the root of the tree at the present size: once per batch, after the leaves are pushed.
    pub const fn set_root(&mut self, root: Hash) {
        self.head.root = root;
    }

    /// Makes a draft the next entry.
    pub fn extend(
        &mut self,
        draft: Draft,
        at: Instant,
        rng: &mut (impl CryptoRng + RngCore),
    ) -> Result<Linked, LinkError> {
        if at < self.head.ts {
            return Err(LinkError::Back {
                at,
                last: self.head.ts,
            });
        }
        let next = self.head.size.checked_add(1).ok_or(LinkError::Range)?;
        let (entry, payload) = entry_of(&draft, self.head.size, self.head.prev, at, rng)?;
        let entry_bytes = entry.to_bytes();
        if entry_bytes.len() > MAX_ENTRY {
            return Err(LinkError::Long(entry_bytes.len()));
        }
        let leaf = leaf_hash(&entry_bytes);
        let act_digest = draft
            .act
            .as_deref()
            .map(|act| crate::act::digest(&self.origin, act));
        let actor = draft.act.as_deref().map(|act| Hex(sha256(act.key.bytes())));
        let record = Record {
            seq: entry.seq,
            at,
            stream: draft.stream,
            kind: draft.kind,
            actor,
            body: draft.body,
            arrived: draft.arrived,
        };
        self.head = Head {
            size: next,
            prev: leaf,
            ts: at,
            root: self.head.root,
        };
        Ok(Linked {
            entry,
            entry_bytes,
            leaf,
            payload,
            record,
            act_digest,
        })
    }
}

/// The entry and payload of a draft at a place of the log.
pub fn entry_of(
    draft: &Draft,
    seq: u64,
    prev: Hash,
    ts: Instant,
    rng: &mut (impl CryptoRng + RngCore),
) -> Result<(Entry, Payload), LinkError> {
    let fits = |n: i64| (0..=MAX_INTEGER).contains(&n);
    if !fits(ts.0) || !i64::try_from(seq).is_ok_and(fits) || !draft.arrived.is_none_or(|at| fits(at.0)) {
        return Err(LinkError::Range);
    }
    let (actor, sig) = match draft.act.as_deref() {
        Some(act) => {
            agree(draft, act)?;
            (Actor::Key(sha256(act.key.bytes())), Some(*act.sig.bytes()))
        }
        None => (Actor::Platform, None),
    };
    let payload = Payload::draw(named_fields(draft, &actor)?, rng)?;
    let commit = payload.commit();
    let entry = if draft.kind.is_confidential() {
        Entry {
            actor: Actor::Hidden,
            commit,
            kind: None,
            prev,
            seq,
            sig: None,
            subj: None,
            ts,
        }
    } else {
        Entry {
            actor,
            commit,
            kind: Some(draft.kind),
            prev,
            seq,
            sig,
            subj: Some(draft.stream.clone()),
            ts,
        }
    };
    Ok((entry, payload))
}

fn agree(draft: &Draft, act: &Act) -> Result<(), LinkError> {
    if act.stream != draft.stream {
        return Err(LinkError::Act("stream"));
    }
    if act.kind != draft.kind {
        return Err(LinkError::Act("kind"));
    }
    if act.body != draft.body {
        return Err(LinkError::Act("body"));
    }
    i64::try_from(act.seen.size)
        .ok()
        .filter(|size| *size <= MAX_INTEGER)
        .map(|_| ())
        .ok_or(LinkError::Range)
}

fn quoted_hex(bytes: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(bytes.len().saturating_mul(2).saturating_add(2));
    out.push(b'"');
    push_hex(&mut out, bytes);
    out.push(b'"');
    out
}

fn quoted(text: &str) -> Vec<u8> {
    let mut out = Vec::with_capacity(text.len().saturating_add(2));
    push_string(&mut out, text);
    out
}

fn named_fields(draft: &Draft, actor: &Actor) -> Result<Vec<(String, Vec<u8>)>, LinkError> {
    let members = draft.body.members();
    let mut named = Vec::with_capacity(members.len().saturating_add(8));
    for (name, value) in members {
        if name.is_empty() || name.starts_with('@') {
            return Err(LinkError::Reserved(name.clone()));
        }
        let mut bytes = Vec::with_capacity(64);
        serde_json::to_writer(&mut bytes, value).map_err(|e| PayloadError::Value {
            name: name.clone(),
            why: e.to_string(),
        })?;
        named.push((name.clone(), bytes));
    }
    let mut own = |name: &str, value: Vec<u8>| named.push((name.to_owned(), value));
    if let Some(act) = draft.act.as_deref() {
        own("@key", quoted_hex(act.key.bytes()));
        own(NONCE, quoted_hex(act.nonce.bytes()));
        let mut seen = b"{\"root\":".to_vec();
        seen.extend(quoted_hex(act.seen.root.bytes()));
        seen.extend_from_slice(b",\"size\":");
        push_number(
            &mut seen,
            i64::try_from(act.seen.size).map_err(|_| LinkError::Range)?,
        );
        seen.push(b'}');
        own("@seen", seen);
    }
    if let Some(arrived) = draft.arrived {
        let mut value = Vec::new();
        push_number(&mut value, arrived.0);
        own("@arrived", value);
    }
    if draft.kind.is_confidential() {
        own("@kind", quoted(draft.kind.name()));
        own("@subj", quoted(&draft.stream.to_string()));
        own(
            "@actor",
            match actor {
                Actor::Key(fingerprint) => quoted_hex(fingerprint),
                Actor::Platform | Actor::Hidden => quoted("platform"),
            },
        );
        own(
            "@sig",
            draft
                .act
                .as_deref()
                .map_or_else(|| quoted(""), |act| quoted_hex(act.sig.bytes())),
        );
    }
    Ok(named)
}
