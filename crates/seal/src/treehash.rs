//! The body digest of the tree suite: RFC 6962 root over 65,536-byte segments.
//!
//! Invariant: the root is the same whether the bytes came in order through a [`TreeHasher`] or the segments were
//! hashed one by one, anywhere, with [`segment_leaf`] and joined by [`root_of_leaves`].

use ring::digest;

use crate::hash::sha256;

/// Bytes of every segment but the last.
pub const SEGMENT: usize = 65_536;

/// Leaf of one segment: `SHA-256(00 ‖ segment)`.
#[must_use]
pub fn segment_leaf(segment: &[u8]) -> [u8; 32] {
    sha256(&[&[0], segment])
}

/// RFC 6962 root over leaves; the root of none is SHA-256 of nothing.
#[must_use]
pub fn root_of_leaves(leaves: &[[u8; 32]]) -> [u8; 32] {
    let mut stack = Stack::default();
    for leaf in leaves {
        stack.push(*leaf);
    }
    stack.root()
}

/// Complete subtrees from left to right, largest first: the binary digits of the number of leaves.
#[derive(Debug, Clone, Default)]
struct Stack {
    subtrees: Vec<[u8; 32]>,
    leaves: u64,
}

impl Stack {
    fn push(&mut self, leaf: [u8; 32]) {
        let mut node = leaf;
        for _ in 0..self.leaves.trailing_ones() {
            if let Some(left) = self.subtrees.pop() {
                node = join(&left, &node);
            }
        }
        self.subtrees.push(node);
        self.leaves = self.leaves.saturating_add(1);
    }

    fn root(&self) -> [u8; 32] {
        let mut rest = self.subtrees.iter().rev();
        let Some(last) = rest.next() else {
            return sha256(&[]);
        };
        rest.fold(*last, |right, left| join(left, &right))
    }
}

fn join(left: &[u8; 32], right: &[u8; 32]) -> [u8; 32] {
    sha256(&[&[1], left, right])
}

/// Hashes a body that arrives in order, in pieces of any size.
pub struct TreeHasher {
    stack: Stack,
    segment: digest::Context,
    filled: usize,
}

impl Default for TreeHasher {
    fn default() -> Self {
        Self {
            stack: Stack::default(),
            segment: opened(),
            filled: 0,
        }
    }
}

impl TreeHasher {
    /// An empty body.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds the next bytes.
    pub fn update(&mut self, mut bytes: &[u8]) {
        while !bytes.is_empty() {
            if self.filled == SEGMENT {
                self.close();
            }
            let room = SEGMENT.saturating_sub(self.filled).min(bytes.len());
            let (now, later) = bytes.split_at(room);
            self.segment.update(now);
            self.filled = self.filled.saturating_add(now.len());
            bytes = later;
        }
    }

    /// The digest of everything added.
    #[must_use]
    pub fn finish(mut self) -> [u8; 32] {
        if self.filled > 0 {
            self.close();
        }
        self.stack.root()
    }

    fn close(&mut self) {
        let segment = std::mem::replace(&mut self.segment, opened());
        let mut leaf = [0; 32];
        leaf.copy_from_slice(segment.finish().as_ref());
        self.stack.push(leaf);
        self.filled = 0;
    }
}

fn opened() -> digest::Context {
    let mut context = digest::Context::new(&digest::SHA256);
    context.update(&[0]);
    context
}

#[cfg(test)]
mod tests {
    use super::*;

    /// RFC 6962, section 2.1, word for word.
    fn mth(leaves: &[[u8; 32]]) -> [u8; 32] {
        match leaves {
            [] => sha256(&[]),
            [one] => *one,
            _ => {
                let split = leaves.len().next_power_of_two() / 2;
                join(&mth(&leaves[..split]), &mth(&leaves[split..]))
            }
        }
    }

    #[test]
    fn the_stack_is_the_recursive_definition() {
        let leaves: Vec<[u8; 32]> = (0..70_u8).map(|i| segment_leaf(&[i])).collect();
        for count in 0..=leaves.len() {
            assert_eq!(
                root_of_leaves(&leaves[..count]),
                mth(&leaves[..count]),
                "{count} leaves"
            );
        }
    }

    #[test]
    fn pieces_of_any_size_give_the_digest_of_the_segments() {
        for length in [
            0,
            1,
            SEGMENT - 1,
            SEGMENT,
            SEGMENT + 1,
            3 * SEGMENT,
            3 * SEGMENT + 7,
        ] {
            let body: Vec<u8> = (0..length).map(|i| u8::try_from(i % 251).unwrap()).collect();
            let leaves: Vec<[u8; 32]> = body.chunks(SEGMENT).map(segment_leaf).collect();
            for piece in [1_000, SEGMENT, 100_001] {
                let mut hasher = TreeHasher::new();
                body.chunks(piece).for_each(|bytes| hasher.update(bytes));
                assert_eq!(
                    hasher.finish(),
                    mth(&leaves),
                    "{length} bytes in pieces of {piece}"
                );
            }
        }
    }
}
