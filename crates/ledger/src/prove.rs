//! Making Merkle proofs (RFC 6962, sections 2.1.1 and 2.1.2) from anything that knows the hashes of
//! complete subtrees: the growing edge of a log, or a set of stored tiles.
//!
//! Invariant: an answer is `None` only because a subtree is not known, never because of its shape.

use crate::hash::{Hash, empty_root, node_hash};
use crate::tiles::TileId;
use std::cell::RefCell;
use std::collections::BTreeSet;

/// The hashes of complete subtrees.
pub trait Nodes {
    /// The root over the leaves from `index · 2^height` up to `(index + 1) · 2^height`.
    fn node(&self, height: u32, index: u64) -> Option<Hash>;
}

/// The largest power of two smaller than `n`, for `n` at least 2.
const fn split(n: u64) -> u64 {
    1 << n.wrapping_sub(1).ilog2()
}

/// The root over the leaves `lo..hi`; `lo < hi`, and `lo` is where a subtree of that width starts.
fn span(nodes: &impl Nodes, lo: u64, hi: u64) -> Option<Hash> {
    let width = hi.checked_sub(lo)?;
    if width.is_power_of_two() {
        let height = width.ilog2();
        return nodes.node(height, lo >> height);
    }
    let middle = lo.checked_add(split(width))?;
    let left = span(nodes, lo, middle)?;
    let right = span(nodes, middle, hi)?;
    Some(node_hash(&left, &right))
}

/// The root of the first `size` leaves.
pub fn root(nodes: &impl Nodes, size: u64) -> Option<Hash> {
    if size == 0 {
        Some(empty_root())
    } else {
        span(nodes, 0, size)
    }
}

/// The audit path of leaf `index` in the tree of `size` leaves; `None` also if there is no such leaf.
pub fn inclusion(nodes: &impl Nodes, index: u64, size: u64) -> Option<Vec<Hash>> {
    if index >= size {
        return None;
    }
    let (mut lo, mut hi) = (0_u64, size);
    let mut path = Vec::with_capacity(40);
    while hi.checked_sub(lo)? > 1 {
        let middle = lo.checked_add(split(hi.checked_sub(lo)?))?;
        if index < middle {
            path.push(span(nodes, middle, hi)?);
            hi = middle;
        } else {
            path.push(span(nodes, lo, middle)?);
            lo = middle;
        }
    }
    path.reverse();
    Some(path)
}

/// The proof that the tree of `to` leaves continues that of `from`; `None` also if `from > to`.
///
/// Empty where there is nothing to prove: for `from` 0 and for equal sizes.
pub fn consistency(nodes: &impl Nodes, from: u64, to: u64) -> Option<Vec<Hash>> {
    if from > to {
        return None;
    }
    if from == 0 || from == to {
        return Some(Vec::new());
    }
    let (mut lo, mut hi) = (0_u64, to);
    let mut path = Vec::with_capacity(40);
    // Whether the subtree reached is the whole earlier tree, which its reader knows.
    let mut whole = true;
    while from != hi {
        let middle = lo.checked_add(split(hi.checked_sub(lo)?))?;
        if from <= middle {
            path.push(span(nodes, middle, hi)?);
            hi = middle;
        } else {
            path.push(span(nodes, lo, middle)?);
            lo = middle;
            whole = false;
        }
    }
    if !whole {
        path.push(span(nodes, lo, hi)?);
    }
    path.reverse();
    Some(path)
}

/// Notes which tiles would be asked for.
struct Planner {
    size: u64,
    tiles: RefCell<BTreeSet<TileId>>,
}

impl Nodes for Planner {
    fn node(&self, height: u32, index: u64) -> Option<Hash> {
        self.tiles
            .borrow_mut()
            .insert(TileId::holding(height, index, self.size)?);
        Some([0; 32])
    }
}

fn plan(size: u64, run: impl FnOnce(&Planner)) -> Vec<TileId> {
    let planner = Planner {
        size,
        tiles: RefCell::default(),
    };
    run(&planner);
    planner.tiles.into_inner().into_iter().collect()
}

/// The tiles, as they are in a log of `size` entries, that [`root`] reads.
#[must_use]
pub fn plan_root(size: u64) -> Vec<TileId> {
    plan(size, |planner| {
        root(planner, size);
    })
}

/// The tiles, as they are in a log of `size` entries, that [`inclusion`] reads.
#[must_use]
pub fn plan_inclusion(index: u64, size: u64) -> Vec<TileId> {
    plan(size, |planner| {
        inclusion(planner, index, size);
    })
}

/// The tiles, as they are in a log of `to` entries, that [`consistency`] reads.
#[must_use]
pub fn plan_consistency(from: u64, to: u64) -> Vec<TileId> {
    plan(to, |planner| {
        consistency(planner, from, to);
    })
}
