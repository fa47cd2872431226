//! The growing right edge of the Merkle tree (RFC 6962), cut into tiles of 256.
//!
//! Invariant: beside the partial tile of each level, the edge keeps enough complete tiles that every
//! one of the last [`RECENT`] entries pushed can be proved without reading the store.

use crate::hash::{Hash, node_hash};
use crate::prove::{self, Nodes};
use crate::tile_set::TileSet;
use crate::tiles::TileId;
use std::collections::VecDeque;
use std::sync::Arc;

/// Complete tiles of leaf hashes kept.
const KEPT_LEAF_TILES: usize = 16;
/// Complete tiles kept on each level above.
const KEPT_TILES: usize = 1;

/// Entries that can always be proved after they were pushed: 16 tiles of 256.
pub const RECENT: u64 = 4_096;

/// A tile that will never change again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CompletedTile {
    /// Its level.
    pub level: u8,
    /// Its position within the level.
    pub index: u64,
    /// 256 hashes, 8,192 bytes.
    pub hashes: Vec<u8>,
}

/// A tile with all its inner nodes: `rows[h]` are the complete subtrees of height `h`.
#[derive(Debug, Clone, Default)]
struct Block {
    rows: [Vec<Hash>; 9],
}

impl Block {
    /// Adds a hash; the root of the tile if it is complete now.
    fn push(&mut self, hash: Hash) -> Option<Hash> {
        let mut carried = hash;
        for row in &mut self.rows {
            row.push(carried);
            match row.as_slice() {
                [.., left, right] if row.len().is_multiple_of(2) => carried = node_hash(left, right),
                _ => return self.rows.last().and_then(|top| top.first()).copied(),
            }
        }
        Some(carried)
    }

    fn hashes(&self) -> &[Hash] {
        self.rows.first().map_or(&[], Vec::as_slice)
    }

    fn node(&self, height: u32, offset: u64) -> Option<Hash> {
        self.rows
            .get(usize::try_from(height).ok()?)?
            .get(usize::try_from(offset).ok()?)
            .copied()
    }
}

#[derive(Debug, Clone, Default)]
struct Level {
    /// Position of the current tile within the level.
    index: u64,
    current: Block,
    /// The complete tiles just before, the oldest first.
    recent: VecDeque<Arc<Block>>,
}

impl Level {
    fn block(&self, tile: u64) -> Option<&Block> {
        if tile == self.index {
            return Some(&self.current);
        }
        let back = usize::try_from(self.index.checked_sub(tile)?).ok()?;
        self.recent
            .get(self.recent.len().checked_sub(back)?)
            .map(Arc::as_ref)
    }
}

/// The edge of a growing tree.
#[derive(Debug, Clone, Default)]
pub struct Tree {
    size: u64,
    levels: Vec<Level>,
}

/// The tiles given do not hold the edge of a tree of that size.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("cannot resume a tree of {size} entries: {tile} is missing")]
pub struct EdgeError {
    /// The size to resume at.
    pub size: u64,
    /// The tile that is missing.
    pub tile: TileId,
}

impl Tree {
    /// A tree without leaves.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// The edge of a tree of `size` leaves, from the partial tiles that [`TileId::edge`] lists.
    pub fn resume(size: u64, tiles: &TileSet) -> Result<Self, EdgeError> {
        let mut tree = Self {
            size,
            levels: Vec::new(),
        };
        let mut count = size;
        let mut level = 0_u8;
        while count > 0 {
            let index = count >> 8;
            let mut place = Level {
                index,
                ..Level::default()
            };
            if let Some(tile) = TileId::at(level, index, size) {
                let hashes = tiles.get(tile).ok_or(EdgeError { size, tile })?;
                for hash in hashes {
                    place.current.push(*hash);
                }
            }
            tree.levels.push(place);
            count = index;
            level = level.saturating_add(1);
        }
        Ok(tree)
    }

    /// Number of leaves.
    #[must_use]
    pub const fn size(&self) -> u64 {
        self.size
    }

    /// Appends a leaf hash; the tiles that became complete by it, from level 0 upwards.
    pub fn push(&mut self, leaf: Hash) -> Vec<CompletedTile> {
        self.size = self.size.saturating_add(1);
        let mut completed = Vec::new();
        let mut carried = leaf;
        for number in 0_u8.. {
            if self.levels.len() <= usize::from(number) {
                self.levels.push(Level::default());
            }
            let Some(level) = self.levels.get_mut(usize::from(number)) else {
                break;
            };
            let Some(root) = level.current.push(carried) else {
                break;
            };
            let full = std::mem::take(&mut level.current);
            completed.push(CompletedTile {
                level: number,
                index: level.index,
                hashes: full.hashes().as_flattened().to_vec(),
            });
            level.recent.push_back(Arc::new(full));
            if level.recent.len() > if number == 0 { KEPT_LEAF_TILES } else { KEPT_TILES } {
                level.recent.pop_front();
            }
            level.index = level.index.saturating_add(1);
            carried = root;
        }
        completed
    }

    /// The root over all leaves.
    #[must_use]
    pub fn root(&self) -> Hash {
        // Every subtree of the right edge lies in a current tile, which is always kept.
        prove::root(self, self.size).unwrap_or_default()
    }

    /// The audit path of a leaf in the tree as it is now; `None` if it is too old for the edge.
    #[must_use]
    pub fn fresh_proof(&self, index: u64) -> Option<Vec<Hash>> {
        prove::inclusion(self, index, self.size)
    }

    /// The proof that the tree as it is now continues the one of `from` leaves; `None` if it is too
    /// old for the edge.
    #[must_use]
    pub fn fresh_consistency(&self, from: u64) -> Option<Vec<Hash>> {
        prove::consistency(self, from, self.size)
    }

    /// The partial tiles, for serving and for [`Tree::resume`].
    #[must_use]
    pub fn edge(&self) -> Vec<(TileId, Vec<u8>)> {
        self.levels
            .iter()
            .zip(0_u8..)
            .filter_map(|(level, number)| {
                let hashes = level.current.hashes();
                let width = u16::try_from(hashes.len()).ok().filter(|width| *width > 0)?;
                let tile = TileId {
                    level: number,
                    index: level.index,
                    width,
                };
                Some((tile, hashes.as_flattened().to_vec()))
            })
            .collect()
    }

    /// A tile of the edge, partial or just completed, if it has (at least) that width.
    #[must_use]
    pub fn tile(&self, tile: TileId) -> Option<Vec<u8>> {
        let block = self.levels.get(usize::from(tile.level))?.block(tile.index)?;
        Some(
            block
                .hashes()
                .get(..usize::from(tile.width))?
                .as_flattened()
                .to_vec(),
        )
    }
}

impl Nodes for Tree {
    fn node(&self, height: u32, index: u64) -> Option<Hash> {
        let level = self.levels.get(usize::try_from(height >> 3).ok()?)?;
        let within = height & 7;
        let places = 8_u32.wrapping_sub(within);
        let offset = index & (1_u64 << places).wrapping_sub(1);
        level.block(index >> places)?.node(within, offset)
    }
}
