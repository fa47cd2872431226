//! The log of a dossier: exact entry bytes, their leaf hashes, and roots at any size.
//!
//! Invariant: entries are taken from the entry bundles and from nowhere else; the hash tiles are
//! only compared with what the entries give.

use crate::source::Source;
use crate::verdict::{Evidence, Findings};
use ledger::{BundleId, Entry, Hash, leaf_hash, node_hash};
use std::collections::{BTreeMap, BTreeSet};

/// The largest entry bundle: 256 entries of 65,535 bytes with their lengths.
pub const MAX_BUNDLE: u64 = 256 * 65_537;

/// All entries of the dossier.
#[derive(Debug, Default)]
pub struct Log {
    entries: Vec<Option<Entry>>,
    leaves: Vec<Hash>,
    /// What is wrong with bundles: check 03.
    pub missing: Vec<Evidence>,
    /// What is wrong with the form or the order of entries: check 04.
    pub broken: Vec<Evidence>,
}

impl Log {
    /// Reads all bundles of a log of `size` entries, as far as they reach.
    #[must_use]
    pub fn load(source: &Source, size: u64) -> Self {
        let mut log = Self::default();
        let (mut missing, mut broken) = (Findings::new(), Findings::new());
        let mut index = 0_u64;
        while let Some(bundle) = BundleId::at(index, size) {
            let name = format!("log/{}", bundle.path());
            let bytes = match source.read(&name, MAX_BUNDLE) {
                Ok(bytes) => bytes,
                Err(why) => {
                    missing.fault(bundle.first(), format!("{why}"), format!("条目包无法读取:{why}"));
                    break;
                }
            };
            let before = log.leaves.len();
            for raw in ledger::bundle::entries(&bytes) {
                match raw {
                    Ok(raw) => log.push(raw, &mut broken),
                    Err(why) => {
                        missing.fault(bundle.first(), format!("{name}: {why}"), format!("{name}:{why}"));
                    }
                }
            }
            let found = log.leaves.len().saturating_sub(before);
            if found != usize::from(bundle.width) {
                missing.fault(
                    bundle.first(),
                    format!("{name} holds {found} entries instead of {}", bundle.width),
                    format!("{name}含{found}条,应为{}条", bundle.width),
                );
                break;
            }
            index = index.saturating_add(1);
        }
        log.missing = missing.into_faults();
        log.broken = broken.into_faults();
        log
    }

    fn push(&mut self, raw: &[u8], broken: &mut Findings) {
        let seq = self.leaves.len() as u64;
        let entry = match Entry::parse(raw) {
            Ok(entry) => Some(entry),
            Err(why) => {
                broken.fault(seq, format!("{why}"), format!("条目格式不符:{why}"));
                None
            }
        };
        if let Some(entry) = &entry {
            let before = self.leaves.last().copied().unwrap_or(ledger::ZERO);
            if entry.seq != seq {
                broken.fault(
                    seq,
                    format!("the entry says position {}", entry.seq),
                    format!("条目自称序号{}", entry.seq),
                );
            }
            if entry.prev != before {
                broken.fault(
                    seq,
                    "`prev` is not the leaf hash of the entry before",
                    "prev 不是前一条目的叶哈希,链条断裂",
                );
            }
            if let Some(Some(last)) = self.entries.last()
                && entry.ts < last.ts
            {
                broken.fault(
                    seq,
                    format!(
                        "its time {} is before that of the entry before, {}",
                        entry.ts, last.ts
                    ),
                    format!("时间{}早于前一条目的{}", entry.ts, last.ts),
                );
            }
        }
        self.leaves.push(leaf_hash(raw));
        self.entries.push(entry);
    }

    /// Number of entries read.
    #[must_use]
    pub fn size(&self) -> u64 {
        self.leaves.len() as u64
    }

    /// One entry, if it is there and has the form of one.
    #[must_use]
    pub fn entry(&self, seq: u64) -> Option<&Entry> {
        self.entries.get(usize::try_from(seq).ok()?)?.as_ref()
    }

    /// All well-formed entries in order.
    pub fn entries(&self) -> impl Iterator<Item = &Entry> {
        self.entries.iter().flatten()
    }

    /// The leaf hashes in order.
    #[must_use]
    pub fn leaves(&self) -> &[Hash] {
        &self.leaves
    }

    /// The root of the log at each of the sizes asked for that the log reaches.
    #[must_use]
    pub fn roots(&self, sizes: &BTreeSet<u64>) -> BTreeMap<u64, Hash> {
        let mut roots = BTreeMap::new();
        let mut edge = Edge::default();
        if sizes.contains(&0) {
            roots.insert(0, edge.root());
        }
        for (size, leaf) in (1_u64..).zip(&self.leaves) {
            edge.push(*leaf);
            if sizes.contains(&size) {
                roots.insert(size, edge.root());
            }
        }
        roots
    }
}

/// The complete subtrees at the right edge of a growing tree, tallest first.
#[derive(Debug, Clone, Default)]
pub(crate) struct Edge {
    subtrees: Vec<Hash>,
    leaves: u64,
}

impl Edge {
    pub(crate) fn push(&mut self, leaf: Hash) {
        let mut node = leaf;
        for _ in 0..self.leaves.trailing_ones() {
            if let Some(left) = self.subtrees.pop() {
                node = node_hash(&left, &node);
            }
        }
        self.subtrees.push(node);
        self.leaves = self.leaves.saturating_add(1);
    }

    pub(crate) fn root(&self) -> Hash {
        let mut rest = self.subtrees.iter().rev();
        let Some(last) = rest.next() else {
            return ledger::hash::empty_root();
        };
        rest.fold(*last, |right, left| node_hash(left, &right))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_edge_gives_the_root_of_rfc_6962_at_every_size() {
        let leaves: Vec<Hash> = (0..70_u8).map(|n| leaf_hash(&[n])).collect();
        let mut edge = Edge::default();
        assert_eq!(edge.root(), ledger::hash::root_of(&[]));
        for (size, leaf) in (1..).zip(&leaves) {
            edge.push(*leaf);
            assert_eq!(edge.root(), ledger::hash::root_of(&leaves[..size]), "{size}");
        }
    }
}
