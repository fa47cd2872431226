//! What the pen remembers of the recent past: acts that landed and roots that were signed.
//!
//! Invariant: every act that landed through this pen at position `from` or later is remembered, so for an act whose
//! author had seen the log at size `from` or more, memory alone can tell whether it landed here: an act lands only
//! after the head it has seen.

use ledger::Hash;
use std::collections::{BTreeMap, HashMap, VecDeque};

/// Acts remembered at least.
const ACTS: usize = 65_536;
/// Roots remembered.
const ROOTS: usize = 16_384;

/// The memory.
#[derive(Debug, Default)]
pub(crate) struct Recent {
    from: u64,
    acts: HashMap<Hash, u64>,
    order: VecDeque<(Hash, u64)>,
    roots: BTreeMap<u64, Hash>,
}

/// What memory says of an act.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Memory {
    /// It landed there.
    Landed(u64),
    /// It did not land through this pen.
    New,
    /// It may have landed before memory begins.
    Unknown,
}

impl Recent {
    /// Forgets everything; memory begins at a head of this size.
    pub(crate) fn restart(&mut self, size: u64, root: Hash) {
        *self = Self {
            from: size,
            ..Self::default()
        };
        self.roots.insert(size, root);
    }

    /// An act landed.
    pub(crate) fn act(&mut self, act: Hash, seq: u64) {
        self.acts.insert(act, seq);
        self.order.push_back((act, seq));
        while self.order.len() > ACTS {
            if let Some((oldest, at)) = self.order.pop_front() {
                self.acts.remove(&oldest);
                self.from = self.from.max(at.saturating_add(1));
            }
        }
    }

    /// A head was signed.
    pub(crate) fn root(&mut self, size: u64, root: Hash) {
        self.roots.insert(size, root);
        while self.roots.len() > ROOTS {
            self.roots.pop_first();
        }
    }

    /// What is known of an act whose author had seen a head of `seen` entries.
    pub(crate) fn ask(&self, act: &Hash, seen: u64) -> Memory {
        match self.acts.get(act) {
            Some(seq) => Memory::Landed(*seq),
            None if seen >= self.from => Memory::New,
            None => Memory::Unknown,
        }
    }

    /// The root at a size, if it is remembered.
    pub(crate) fn root_at(&self, size: u64) -> Option<Hash> {
        self.roots.get(&size).copied()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn memory_only_answers_for_the_time_it_covers() {
        let mut recent = Recent::default();
        recent.restart(10, [1; 32]);
        recent.act([7; 32], 10);
        assert_eq!(recent.ask(&[7; 32], 3), Memory::Landed(10));
        assert_eq!(recent.ask(&[8; 32], 10), Memory::New);
        assert_eq!(recent.ask(&[8; 32], 9), Memory::Unknown);
        assert_eq!(recent.root_at(10), Some([1; 32]));
    }

    #[test]
    fn what_is_forgotten_is_unknown_and_not_new() {
        let mut recent = Recent::default();
        recent.restart(0, [0; 32]);
        for seq in 0..=u64::try_from(ACTS).unwrap() {
            let mut act = [0; 32];
            act[..8].copy_from_slice(&seq.to_be_bytes());
            recent.act(act, seq);
        }
        assert_eq!(recent.ask(&[0; 32], 0), Memory::Unknown);
        assert_eq!(recent.ask(&[0; 32], 1), Memory::New);
    }
}
