//! A set of tiles that were fetched, as a source of proofs.
//!
//! The caller asks [`crate::prove`] for the plan, fetches the tiles however it likes, and proves from them here.
//! Invariant: a tile of the set has exactly the hashes its name promises.

use crate::hash::{Hash, root_of};
use crate::prove::Nodes;
use crate::tiles::TileId;
use std::collections::HashMap;

/// Tiles by level and index; a wider tile serves for every narrower one.
#[derive(Debug, Clone, Default)]
pub struct TileSet {
    tiles: HashMap<(u8, u64), Vec<Hash>>,
}

/// The bytes are not the tile they are said to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("{tile} has {found} bytes, but {expected} are required")]
pub struct TileError {
    /// The tile.
    pub tile: TileId,
    /// Bytes required: 32 for each hash.
    pub expected: usize,
    /// Bytes found.
    pub found: usize,
}

/// The hashes of a tile's bytes.
pub fn tile_hashes(tile: TileId, bytes: &[u8]) -> Result<Vec<Hash>, TileError> {
    let expected = usize::from(tile.width).saturating_mul(32);
    let (hashes, rest) = bytes.as_chunks::<32>();
    if bytes.len() != expected || !rest.is_empty() {
        return Err(TileError {
            tile,
            expected,
            found: bytes.len(),
        });
    }
    Ok(hashes.to_vec())
}

impl TileSet {
    /// A set without tiles.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a tile's bytes.
    pub fn insert(&mut self, tile: TileId, bytes: &[u8]) -> Result<(), TileError> {
        let hashes = tile_hashes(tile, bytes)?;
        let place = self.tiles.entry((tile.level, tile.index)).or_default();
        if place.len() < hashes.len() {
            *place = hashes;
        }
        Ok(())
    }

    /// The first `tile.width` hashes of a tile, if the set has them.
    #[must_use]
    pub fn get(&self, tile: TileId) -> Option<&[Hash]> {
        self.tiles
            .get(&(tile.level, tile.index))?
            .get(..usize::from(tile.width))
    }
}

impl Nodes for TileSet {
    fn node(&self, height: u32, index: u64) -> Option<Hash> {
        let within = height & 7;
        let level = u8::try_from(height >> 3).ok()?;
        let hashes = self.tiles.get(&(level, index >> 8_u32.wrapping_sub(within)))?;
        let offset = usize::try_from((index << within) & 255).ok()?;
        let end = offset.checked_add(1 << within)?;
        Some(root_of(hashes.get(offset..end)?))
    }
}
