//! Verifying Merkle proofs: the algorithms of RFC 9162, sections 2.1.3.2 and 2.1.4.2.
//!
//! Invariant: a proof is accepted only with exactly as many hashes as index and size require.

use crate::hash::{Hash, empty_root, node_hash};

/// Why a proof proves nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ProofError {
    /// The leaf is not in a tree of that size.
    #[error("there is no entry {index} in a log of {size} entries")]
    Index {
        /// The leaf's index.
        index: u64,
        /// The tree's size.
        size: u64,
    },
    /// The second tree is smaller than the first.
    #[error("a log of {from} entries cannot have become one of {to}")]
    Shrunk {
        /// The earlier size.
        from: u64,
        /// The later size.
        to: u64,
    },
    /// Too few hashes.
    #[error("the proof has too few hashes: {0}")]
    Short(usize),
    /// Too many hashes.
    #[error("the proof has too many hashes: {0}")]
    Long(usize),
    /// The hashes lead to another root than the (later) tree's.
    #[error("the proof leads to another root")]
    Root,
    /// The hashes lead to another root than the earlier tree's.
    #[error("the proof leads to another root for the earlier size")]
    EarlierRoot,
}

/// Checks that a leaf stands at `index` of the tree with `size` leaves and this root.
pub fn verify_inclusion(
    leaf: &Hash,
    index: u64,
    size: u64,
    proof: &[Hash],
    root: &Hash,
) -> Result<(), ProofError> {
    if index >= size {
        return Err(ProofError::Index { index, size });
    }
    let (mut place, mut last) = (index, size.wrapping_sub(1));
    let mut hash = *leaf;
    for step in proof {
        if last == 0 {
            return Err(ProofError::Long(proof.len()));
        }
        if place & 1 == 1 || place == last {
            hash = node_hash(step, &hash);
            while place & 1 == 0 && place != 0 {
                place >>= 1;
                last >>= 1;
            }
        } else {
            hash = node_hash(&hash, step);
        }
        place >>= 1;
        last >>= 1;
    }
    if last != 0 {
        return Err(ProofError::Short(proof.len()));
    }
    if hash == *root {
        Ok(())
    } else {
        Err(ProofError::Root)
    }
}

/// Checks that the tree of `to` leaves is the tree of `from` leaves with leaves appended.
pub fn verify_consistency(
    from: u64,
    to: u64,
    from_root: &Hash,
    to_root: &Hash,
    proof: &[Hash],
) -> Result<(), ProofError> {
    if from > to {
        return Err(ProofError::Shrunk { from, to });
    }
    if from == to || from == 0 {
        // Nothing to prove: but the roots named must be right as far as that can be told.
        if !proof.is_empty() {
            return Err(ProofError::Long(proof.len()));
        }
        if from == 0 && *from_root != empty_root() {
            return Err(ProofError::EarlierRoot);
        }
        return if from == 0 && to > 0 || from_root == to_root {
            Ok(())
        } else {
            Err(ProofError::Root)
        };
    }
    let (mut place, mut last) = (from.wrapping_sub(1), to.wrapping_sub(1));
    while place & 1 == 1 {
        place >>= 1;
        last >>= 1;
    }
    let mut steps = proof.iter();
    // A complete earlier tree is its own first node and is left out of the proof.
    let first = if from.is_power_of_two() {
        Some(from_root)
    } else {
        steps.next()
    };
    let Some(first) = first else {
        return Err(ProofError::Short(proof.len()));
    };
    let (mut earlier, mut later) = (*first, *first);
    for step in steps {
        if last == 0 {
            return Err(ProofError::Long(proof.len()));
        }
        if place & 1 == 1 || place == last {
            earlier = node_hash(step, &earlier);
            later = node_hash(step, &later);
            while place & 1 == 0 && place != 0 {
                place >>= 1;
                last >>= 1;
            }
        } else {
            later = node_hash(&later, step);
        }
        place >>= 1;
        last >>= 1;
    }
    if last != 0 {
        return Err(ProofError::Short(proof.len()));
    }
    if earlier != *from_root {
        return Err(ProofError::EarlierRoot);
    }
    if later == *to_root {
        Ok(())
    } else {
        Err(ProofError::Root)
    }
}
