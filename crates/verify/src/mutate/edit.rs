//! A log that can be edited: entries with their shown payloads, linked and signed anew when written.
//!
//! Invariant: salts and hidden leaves stay as they are; what changes is what a recipe changes, and
//! what must follow from it: commitments, links, heads seen, signatures.

use super::{KeyRing, MutateError};
use crate::bundle::{Content, Files, LogParts};
use crate::dossier::Dossier;
use crate::log::Edge;
use facts::canonical::value_bytes;
use facts::{Canonical, Hex, Instant, Kind, Seen, Stream};
use ledger::{Entry, Hash, NoteSigner, OpenedPayload, Slot, hash::root_of, payload::field_leaf};
use seal::SigningKey;
use serde_json::{Map, Value, json};

/// One entry with what is shown of it.
#[derive(Debug, Clone)]
pub struct Line {
    /// The entry; its position and link are computed when the log is written.
    pub entry: Entry,
    /// The payload as far as it is shown.
    pub slots: Option<Vec<Slot>>,
    /// Whether its act must be signed again though its seen head did not change.
    pub resign: bool,
    /// What is wrong with the act once it was signed.
    pub spoil: Option<Spoil>,
}

/// How an act is spoilt.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Spoil {
    /// One bit of its signature is wrong.
    Signature,
    /// It is signed over the head of another log.
    Head,
}

/// A log to be edited, with the files that go with it.
#[derive(Debug, Clone)]
pub struct Draft {
    origin: String,
    /// The entries.
    pub lines: Vec<Line>,
    /// Sizes of kept checkpoints.
    pub kept: Vec<u64>,
    others: Files,
}

impl Draft {
    /// The log and the files of a dossier.
    #[must_use]
    pub fn of(dossier: &Dossier) -> Self {
        let read = |seq: u64| {
            let bytes = dossier
                .source
                .read(&format!("payloads/{seq}.json"), crate::shown::MAX_PAYLOAD)
                .ok()?;
            Some(OpenedPayload::parse(&bytes).ok()?.slots().to_vec())
        };
        let lines = dossier.log.entries().map(|entry| Line {
            entry: entry.clone(),
            slots: read(entry.seq),
            resign: false,
            spoil: None,
        });
        let kept = dossier
            .earlier
            .iter()
            .filter_map(|earlier| earlier.named)
            .collect();
        let names = dossier.source.files().map(|(name, _)| name);
        let names = names.filter(|name| name.starts_with("documents/") || name.starts_with("bodies/"));
        let others = names.map(|name| {
            (
                name.to_owned(),
                Content::Of(dossier.source.clone(), name.to_owned()),
            )
        });
        Self {
            origin: dossier.policy.origin.clone(),
            lines: lines.collect(),
            kept,
            others: others.collect(),
        }
    }

    /// The log's origin.
    #[must_use]
    pub fn origin(&self) -> &str {
        &self.origin
    }

    /// Number of entries.
    #[must_use]
    pub fn size(&self) -> u64 {
        self.lines.len() as u64
    }

    /// One entry.
    pub fn line(&mut self, seq: u64) -> Option<&mut Line> {
        self.lines.get_mut(usize::try_from(seq).ok()?)
    }

    /// Changes a member of a fact that is shown; its act will be signed again.
    pub fn change(&mut self, seq: u64, name: &str, edit: impl FnOnce(&mut Value)) -> Result<(), String> {
        let line = self.line(seq).ok_or_else(|| format!("there is no entry {seq}"))?;
        let mut value = line
            .value(name)
            .ok_or_else(|| format!("entry {seq} shows no {name}"))?;
        edit(&mut value);
        line.put(name, &value)?;
        line.resign = true;
        Ok(())
    }

    /// Exchanges two entries; times stay where they are, and disclosures follow the facts.
    pub fn swap(&mut self, one: u64, other: u64) -> Result<(), String> {
        let (a, b) = (
            usize::try_from(one).unwrap_or(usize::MAX),
            usize::try_from(other).unwrap_or(usize::MAX),
        );
        if a >= self.lines.len() || b >= self.lines.len() {
            return Err(format!("there is no entry {one} or {other}"));
        }
        self.lines.swap(a, b);
        let times: Vec<Instant> = [other, one]
            .iter()
            .filter_map(|seq| Some(self.line(*seq)?.entry.ts))
            .collect();
        for (seq, ts) in [one, other].into_iter().zip(times) {
            if let Some(line) = self.line(seq) {
                line.entry.ts = ts;
            }
        }
        self.renumber(|seq| {
            if seq == one {
                other
            } else if seq == other {
                one
            } else {
                seq
            }
        })
    }

    /// A fact is disclosed no more.
    pub fn hide(&mut self, seq: u64) -> Result<(), String> {
        for place in self.disclosures() {
            self.change(place, "seqs", |value| {
                if let Value::Array(seqs) = value {
                    seqs.retain(|one| one.as_u64() != Some(seq));
                }
            })?;
        }
        let line = self.line(seq).ok_or_else(|| format!("there is no entry {seq}"))?;
        line.slots = None;
        Ok(())
    }

    fn renumber(&mut self, map: impl Fn(u64) -> u64) -> Result<(), String> {
        for place in self.disclosures() {
            self.change(place, "seqs", |value| {
                if let Value::Array(seqs) = value {
                    let mut moved: Vec<u64> = seqs.iter().filter_map(Value::as_u64).map(&map).collect();
                    moved.sort_unstable();
                    *seqs = moved.into_iter().map(Value::from).collect();
                }
            })?;
        }
        Ok(())
    }

    fn disclosures(&self) -> Vec<u64> {
        let disclosed = (0_u64..)
            .zip(&self.lines)
            .filter(|(_, line)| line.entry.kind == Some(Kind::FactsDisclosed));
        disclosed.map(|(seq, _)| seq).collect()
    }

    /// The files of the edited log, and how many acts could not be signed again.
    pub fn files(&mut self, log_key: &SigningKey, ring: &KeyRing) -> Result<(Files, usize), MutateError> {
        let (mut edge, mut roots, mut entries) = (Edge::default(), vec![root_of(&[])], Vec::new());
        let (mut prev, mut unsigned) = (ledger::ZERO, 0_usize);
        for (seq, line) in (0_u64..).zip(&mut self.lines) {
            line.entry.seq = seq;
            line.entry.prev = prev;
            if !line.follow(&self.origin, &roots, ring) {
                unsigned = unsigned.saturating_add(1);
            }
            if let Some(slots) = &line.slots {
                line.entry.commit = commit(slots);
            }
            let bytes = line.entry.to_bytes();
            prev = ledger::leaf_hash(&bytes);
            edge.push(prev);
            roots.push(edge.root());
            entries.push(bytes);
        }
        let name = self.origin.clone();
        let signer =
            NoteSigner::new(&name, log_key.clone()).map_err(|why| MutateError::Ring(why.to_string()))?;
        let parts = LogParts {
            origin: name,
            entries,
            kept: self.kept.clone(),
        };
        let mut files = parts.files(&signer)?;
        files.extend(self.others.clone());
        for (seq, line) in (0_u64..).zip(&self.lines) {
            if let Some(slots) = &line.slots {
                files.insert(format!("payloads/{seq}.json"), Content::Bytes(written(slots)));
            }
        }
        Ok((files, unsigned))
    }
}

impl Line {
    /// The value of a field, if it is shown.
    #[must_use]
    pub fn value(&self, name: &str) -> Option<Value> {
        self.slots.as_ref()?.iter().find_map(|slot| match slot {
            Slot::Field {
                name: known, value, ..
            } if known == name => serde_json::from_slice(value).ok(),
            _ => None,
        })
    }

    /// Puts another value under a name that is shown.
    pub fn put(&mut self, name: &str, new: &Value) -> Result<(), String> {
        let bytes = value_bytes(new).map_err(|why| why.to_string())?;
        for slot in self.slots.iter_mut().flatten() {
            if let Slot::Field {
                name: known, value, ..
            } = slot
                && known == name
            {
                *value = bytes;
                return Ok(());
            }
        }
        Err(format!("{name} is not shown"))
    }

    /// Brings the seen head and the signature of an act up to date; false if its key is missing.
    fn follow(&mut self, origin: &str, roots: &[Hash], ring: &KeyRing) -> bool {
        let Some(seen) = self
            .value("@seen")
            .and_then(|seen| serde_json::from_value::<Seen>(seen).ok())
        else {
            return true;
        };
        // An entry that was moved forward cannot have seen what now comes after it.
        let size = seen.size.min(self.entry.seq);
        let root = usize::try_from(size)
            .ok()
            .and_then(|size| roots.get(size))
            .copied();
        let mut wanted = Seen {
            root: Hex(root.unwrap_or(seen.root.0)),
            size,
        };
        if self.spoil == Some(Spoil::Head) {
            wanted.root = Hex(ledger::leaf_hash(wanted.root.bytes()));
        }
        if wanted == seen && !self.resign && self.spoil.is_none() {
            return true;
        }
        let key = self.read::<Hex<32>>("@key").and_then(|key| ring.get(key.bytes()));
        let Some(key) = key else {
            return false;
        };
        let signed = self
            .put("@seen", &json!({"root": wanted.root, "size": wanted.size}))
            .ok()
            .and_then(|()| {
                let (stream, kind) = (self.stream()?, self.kind()?);
                let body = self.body();
                let nonce = self.read::<Hex<16>>("@nonce")?;
                let message = ledger::message::act(origin, &stream, kind, &body, nonce.bytes(), &wanted);
                Some(key.sign(&message).to_bytes())
            });
        let Some(mut sig) = signed else { return false };
        if self.spoil == Some(Spoil::Signature) {
            flip(&mut sig);
        }
        if self.entry.kind.is_some() {
            self.entry.sig = Some(sig);
            return true;
        }
        self.put("@sig", &json!(hex::encode(sig))).is_ok()
    }

    fn read<T: serde::de::DeserializeOwned>(&self, name: &str) -> Option<T> {
        serde_json::from_value(self.value(name)?).ok()
    }

    /// The kind, wherever it stands.
    #[must_use]
    pub fn kind(&self) -> Option<Kind> {
        self.entry.kind.or_else(|| self.read("@kind"))
    }

    /// The stream, wherever it stands.
    #[must_use]
    pub fn stream(&self) -> Option<Stream> {
        self.entry.subj.clone().or_else(|| self.read("@subj"))
    }

    /// The body as far as it is shown.
    #[must_use]
    pub fn body(&self) -> Canonical {
        let mut members = Map::new();
        for slot in self.slots.iter().flatten() {
            if let Slot::Field { name, value, .. } = slot
                && !name.starts_with('@')
                && let Ok(value) = serde_json::from_slice(value)
            {
                members.insert(name.clone(), value);
            }
        }
        Canonical::new(members).unwrap_or_default()
    }
}

/// Changes one bit.
pub(super) fn flip(bytes: &mut [u8]) {
    if let Some(first) = bytes.first_mut() {
        *first ^= 1;
    }
}

fn commit(slots: &[Slot]) -> Hash {
    let leaves = slots.iter().map(|slot| match slot {
        Slot::Field { name, value, salt } => field_leaf(name, value, salt),
        Slot::Leaf(leaf) => *leaf,
    });
    root_of(&leaves.collect::<Vec<_>>())
}

/// The canonical JSON of an opened payload.
fn written(slots: &[Slot]) -> Vec<u8> {
    let slots: Vec<Value> = slots
        .iter()
        .map(|slot| match slot {
            Slot::Field { name, value, salt } => {
                let value: Value = serde_json::from_slice(value).unwrap_or(Value::Null);
                json!({"name": name, "salt": hex::encode(salt), "value": value})
            }
            Slot::Leaf(leaf) => json!({"leaf": hex::encode(leaf)}),
        })
        .collect();
    json!({ "slots": slots }).to_string().into_bytes()
}
