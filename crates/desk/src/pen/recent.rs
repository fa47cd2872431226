//! What the pen remembers of the recent past: acts that landed and roots that were signed.
//!
//! Invariant: every act that landed through this pen at position `from` or later is remembered, so for an act whose
//! author had seen the log at size `from` or more, memory alone can tell that it did not land here: an act lands only
//! after the head it has seen. Of an act only the first eight bytes of its digest are kept; where they are found, the
//! store is asked, so two acts that share them are never taken for one another.

use ledger::Hash;
use std::collections::{BTreeMap, HashMap, VecDeque};

/// Acts remembered; as many as a table of half a million places takes, which is 16 MB.
const ACTS: usize = 458_752;
/// Roots remembered.
const ROOTS: usize = 16_384;

/// The memory.
#[derive(Debug, Default)]
pub(crate) struct Recent {
    from: u64,
    acts: HashMap<u64, u64>,
    order: VecDeque<(u64, u64)>,
    roots: BTreeMap<u64, Hash>,
}

/// What memory says of an act.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Memory {
    /// It did not land through this pen.
    New,
    /// It, or another that begins alike, landed; or it landed before memory begins.
    Unknown,
}

fn beginning(act: &Hash) -> u64 {
    act.first_chunk().copied().map_or(0, u64::from_le_bytes)
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
    pub(crate) fn act(&mut self, act: &Hash, seq: u64) {
        let act = beginning(act);
        if self.order.len() >= ACTS
            && let Some((oldest, at)) = self.order.pop_front()
        {
            // A later act that begins alike has taken the place.
            if self.acts.get(&oldest) == Some(&at) {
                self.acts.remove(&oldest);
            }
            self.from = self.from.max(at.saturating_add(1));
        }
        self.acts.insert(act, seq);
        self.order.push_back((act, seq));
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
        if seen >= self.from && !self.acts.contains_key(&beginning(act)) {
            Memory::New
        } else {
            Memory::Unknown
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
        recent.act(&[7; 32], 10);
        assert_eq!(recent.ask(&[7; 32], 10), Memory::Unknown);
        assert_eq!(recent.ask(&[8; 32], 10), Memory::New);
        assert_eq!(recent.ask(&[8; 32], 9), Memory::Unknown);
        assert_eq!(recent.root_at(10), Some([1; 32]));
    }

    fn act(number: usize) -> Hash {
        let mut act = [0; 32];
        act[..8].copy_from_slice(&(number as u64).to_le_bytes());
        act
    }

    #[test]
    fn what_is_forgotten_is_unknown_and_not_new() {
        let mut recent = Recent::default();
        recent.restart(0, [0; 32]);
        for seq in 0..=ACTS {
            recent.act(&act(seq), seq as u64);
        }
        assert_eq!(recent.ask(&act(0), 0), Memory::Unknown);
        assert_eq!(recent.ask(&act(0), 1), Memory::New);
    }

    #[test]
    fn forgetting_an_act_does_not_forget_a_later_one_that_begins_alike() {
        let mut recent = Recent::default();
        recent.restart(0, [0; 32]);
        recent.act(&act(7), 0);
        recent.act(&act(7), 1);
        for seq in 2..=ACTS {
            recent.act(&act(1_000 + seq), seq as u64);
        }
        assert_eq!(recent.ask(&act(7), 1), Memory::Unknown);
        recent.act(&act(1), ACTS as u64 + 1);
        assert_eq!(recent.ask(&act(7), 2), Memory::New);
    }
}
