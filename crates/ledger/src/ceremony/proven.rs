//! Facts that a custodian's machine may believe: in the log under a checkpoint, and signed by their authors.
//!
//! Invariant: a [`Proven`] was made from the entry's own bytes, a payload that fits the entry's commitment and an
//! inclusion proof; if a person brought the fact about, that person's signature verified over the whole body.
//! The platform's word alone makes none.

use super::view::View;
use crate::{
    Checkpoint, Entry, EntryError, Hash, OpenError, OpenedPayload, ProofError, RecordError, act, act_of,
    leaf_hash, record_of, verify_inclusion,
};
use facts::body::ceremony::{CeremonyCalled, CeremonyCompleted};
use facts::kind::Author;
use facts::{Act, Body, Canonical, CeremonyId, Hex, Kind, Record, Stream};

/// A fact with its proof, already checked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Proven {
    record: Record,
    act: Option<Act>,
}

/// Why a fact is not believed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NotProven {
    /// The checkpoint is another log's.
    #[error("the checkpoint is of the log {0:?}")]
    Origin(String),
    /// The bytes are no entry.
    #[error(transparent)]
    Entry(#[from] EntryError),
    /// The entry says another position than the one asked for.
    #[error("asked for entry {wanted}, was given entry {found}")]
    Position {
        /// Position asked for.
        wanted: u64,
        /// Position in the entry.
        found: u64,
    },
    /// The entry is not in the log of the checkpoint.
    #[error("entry {seq} is not in the log that the checkpoint covers: {why}")]
    Inclusion {
        /// Its position.
        seq: u64,
        /// What fails.
        why: ProofError,
    },
    /// The payload is not the one the entry commits to.
    #[error("the payload shown for entry {seq} is not the one committed to: {why}")]
    Payload {
        /// Its position.
        seq: u64,
        /// What fails.
        why: OpenError,
    },
    /// Entry and payload do not amount to a fact.
    #[error("entry {seq}: {why}")]
    Record {
        /// Its position.
        seq: u64,
        /// What fails.
        why: RecordError,
    },
    /// A person's fact without that person's valid signature.
    #[error("entry {seq}: {why}")]
    Signature {
        /// Its position.
        seq: u64,
        /// What fails.
        why: act::ActError,
    },
    /// A fact of this kind is brought about by somebody else than the entry says.
    #[error("entry {seq}: {kind} is not for this author to bring about")]
    Author {
        /// Its position.
        seq: u64,
        /// The kind.
        kind: Kind,
    },
}

impl Proven {
    /// Checks one fact against a checkpoint, whose note the caller verified with the log key it was given in
    /// person. `origin` is the log's name, to which the acts are bound.
    pub fn new(
        origin: &str,
        checkpoint: &Checkpoint,
        seq: u64,
        entry: &[u8],
        payload: &OpenedPayload,
        proof: &[Hash],
    ) -> Result<Self, NotProven> {
        if checkpoint.origin != origin {
            return Err(NotProven::Origin(checkpoint.origin.clone()));
        }
        let parsed = Entry::parse(entry)?;
        if parsed.seq != seq {
            return Err(NotProven::Position {
                wanted: seq,
                found: parsed.seq,
            });
        }
        verify_inclusion(&leaf_hash(entry), seq, checkpoint.size, proof, &checkpoint.root)
            .map_err(|why| NotProven::Inclusion { seq, why })?;
        payload
            .verify(&parsed.commit)
            .map_err(|why| NotProven::Payload { seq, why })?;
        let record = record_of(&parsed, payload).map_err(|why| NotProven::Record { seq, why })?;
        let act = act_of(&parsed, payload).map_err(|why| NotProven::Record { seq, why })?;
        if act.is_some() == matches!(record.kind.author(), Author::Platform) {
            return Err(NotProven::Author {
                seq,
                kind: record.kind,
            });
        }
        if let Some(act) = &act {
            act::verify(origin, act).map_err(|why| NotProven::Signature { seq, why })?;
        }
        Ok(Self { record, act })
    }

    /// The fact.
    #[must_use]
    pub fn record(&self) -> &Record {
        &self.record
    }

    /// The key that signed it; `None` for the platform's own facts.
    #[must_use]
    pub fn key(&self) -> Option<Hex<32>> {
        self.act.as_ref().map(|act| act.key)
    }

    /// The body as it was signed or committed to.
    #[must_use]
    pub fn body(&self) -> &Canonical {
        &self.record.body
    }

    /// The typed body, if the fact is of that kind and of that stream.
    #[must_use]
    pub fn of<B: Body>(&self, stream: &Stream) -> Option<B> {
        if self.record.stream == *stream {
            self.record.of()
        } else {
            None
        }
    }
}

/// Why proven facts do not tell a ceremony.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NotWitnessed {
    /// Nobody called it.
    #[error("no fact calls ceremony {0}")]
    NotCalled(CeremonyId),
    /// It is called twice: two rosters, two histories.
    #[error("ceremony {0} is called twice")]
    CalledTwice(CeremonyId),
    /// A fact of a custodian that the custodian's key did not sign.
    #[error(
        "entry {seq}: {kind} speaks for custodian {index} but is not signed with that custodian's key in the roster"
    )]
    Impostor {
        /// Its position.
        seq: u64,
        /// Its kind.
        kind: Kind,
        /// In whose name.
        index: u16,
    },
    /// A fact whose body cannot be read.
    #[error("entry {seq}: {kind} has no readable body")]
    Unreadable {
        /// Its position.
        seq: u64,
        /// Its kind.
        kind: Kind,
    },
}

/// A ceremony of which every step was signed by the custodian who took it.
///
/// A custodian acts on nothing less: a platform that could invent complaints would be given, answer by answer, the
/// shares of honest custodians.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Witnessed(View);

impl Witnessed {
    /// Puts the ceremony together from proven facts, given in any order; facts of other streams are left aside.
    pub fn new(ceremony: &CeremonyId, facts: &[Proven]) -> Result<Self, NotWitnessed> {
        let stream = Stream::Ceremony(ceremony.clone());
        let mut own: Vec<&Proven> = facts.iter().filter(|fact| fact.record.stream == stream).collect();
        own.sort_by_key(|fact| fact.record.seq);
        own.dedup_by_key(|fact| fact.record.seq);
        let not_called = || NotWitnessed::NotCalled(ceremony.clone());
        let (first, rest) = own.split_first().ok_or_else(not_called)?;
        let called: CeremonyCalled = first.record.of().ok_or_else(not_called)?;
        if called.ceremony != *ceremony {
            return Err(not_called());
        }
        let mut view = View::new(called);
        for fact in rest {
            if fact.record.kind == Kind::CeremonyCalled {
                return Err(NotWitnessed::CalledTwice(ceremony.clone()));
            }
            check_author(&view, fact)?;
            view.add(&fact.record);
        }
        Ok(Self(view))
    }

    /// The picture.
    #[must_use]
    pub fn view(&self) -> &View {
        &self.0
    }

    /// The completion, if there is one.
    #[must_use]
    pub fn completed(&self) -> Option<&CeremonyCompleted> {
        match &self.0.end {
            Some(super::End::Completed(completed)) => Some(completed),
            _ => None,
        }
    }
}

fn check_author(view: &View, fact: &Proven) -> Result<(), NotWitnessed> {
    let Record { seq, kind, .. } = fact.record;
    if !matches!(kind.author(), Author::Custodian) {
        return Ok(());
    }
    let named = fact
        .body()
        .members()
        .get("index")
        .and_then(serde_json::Value::as_u64);
    let index = named
        .and_then(|index| u16::try_from(index).ok())
        .ok_or(NotWitnessed::Unreadable { seq, kind })?;
    let signer = view.member(index).map(|member| member.signer);
    if signer.is_some() && signer == fact.key() {
        Ok(())
    } else {
        Err(NotWitnessed::Impostor { seq, kind, index })
    }
}
