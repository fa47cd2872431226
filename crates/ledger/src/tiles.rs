//! Names of tiles and entry bundles (C2SP tlog-tiles): what they are and where they are served.
//!
//! Invariant: a path that parses is the one path of its tile.

use std::fmt;

/// Hashes in a full tile, entries in a full bundle.
pub const WIDTH: u16 = 256;

/// The highest level of a tile (C2SP tlog-tiles).
pub const MAX_LEVEL: u8 = 63;

/// A tile of hashes, full or partial.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TileId {
    /// 0 for leaf hashes; each hash of level `l` stands for `256^l` entries.
    pub level: u8,
    /// Position within the level.
    pub index: u64,
    /// Number of hashes, 1 to 256.
    pub width: u16,
}

/// A bundle of entries, full or partial.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct BundleId {
    /// The bundle holds the entries from `256 · index`.
    pub index: u64,
    /// Number of entries, 1 to 256.
    pub width: u16,
}

/// What a path under the log's prefix names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Resource {
    /// `tile/<L>/<N>[.p/<W>]`.
    Tile(TileId),
    /// `tile/entries/<N>[.p/<W>]`.
    Bundle(BundleId),
}

/// The path names nothing.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{path:?} is no path of a tile: {why}")]
pub struct PathError {
    /// The path.
    pub path: String,
    /// What is wrong with it.
    pub why: &'static str,
}

/// Number of hashes that level `level` has in a log of `size` entries.
const fn hashes(level: u8, size: u64) -> u64 {
    let shift = (level as u32).saturating_mul(8);
    if shift < 64 { size >> shift } else { 0 }
}

fn width_of(count: u64, index: u64) -> Option<u16> {
    let left = count.checked_sub(index.checked_mul(u64::from(WIDTH))?)?;
    u16::try_from(left.min(u64::from(WIDTH)))
        .ok()
        .filter(|width| *width > 0)
}

impl TileId {
    /// The tile with this place in a log of `size` entries, if it has one.
    #[must_use]
    pub fn at(level: u8, index: u64, size: u64) -> Option<Self> {
        Some(Self {
            level,
            index,
            width: width_of(hashes(level, size), index)?,
        })
    }

    /// The tile from which the complete subtree of this height and index is computed, in a log of
    /// `size` entries.
    #[must_use]
    pub fn holding(height: u32, index: u64, size: u64) -> Option<Self> {
        let level = u8::try_from(height >> 3).ok()?;
        let within = height & 7;
        Self::at(level, index >> 8_u32.wrapping_sub(within), size)
    }

    /// The partial tiles of a log of `size` entries, one per level that has one.
    #[must_use]
    pub fn edge(size: u64) -> Vec<Self> {
        (0..=7_u8)
            .filter_map(|level| {
                let count = hashes(level, size);
                let width = u16::try_from(count & 255).ok().filter(|w| *w > 0)?;
                Some(Self {
                    level,
                    index: count >> 8,
                    width,
                })
            })
            .collect()
    }

    /// Every tile of a log of `size` entries, full and partial, from level 0 upwards.
    pub fn all(size: u64) -> impl Iterator<Item = Self> {
        (0..=7_u8).flat_map(move |level| {
            let tiles = hashes(level, size).div_ceil(u64::from(WIDTH));
            (0..tiles).filter_map(move |index| Self::at(level, index, size))
        })
    }

    /// The path under the log's prefix, without a leading slash.
    #[must_use]
    pub fn path(&self) -> String {
        format!("tile/{}/{}", self.level, place(self.index, self.width))
    }
}

impl BundleId {
    /// The bundle of this index in a log of `size` entries, if it has one.
    #[must_use]
    pub fn at(index: u64, size: u64) -> Option<Self> {
        Some(Self {
            index,
            width: width_of(size, index)?,
        })
    }

    /// Every bundle of a log of `size` entries, ascending.
    pub fn all(size: u64) -> impl Iterator<Item = Self> {
        (0..size.div_ceil(u64::from(WIDTH))).filter_map(move |index| Self::at(index, size))
    }

    /// Position of the first entry.
    #[must_use]
    pub const fn first(&self) -> u64 {
        self.index.saturating_mul(WIDTH as u64)
    }

    /// The path under the log's prefix, without a leading slash.
    #[must_use]
    pub fn path(&self) -> String {
        format!("tile/entries/{}", place(self.index, self.width))
    }
}

impl fmt::Display for TileId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.path())
    }
}

impl fmt::Display for BundleId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.path())
    }
}

fn place(index: u64, width: u16) -> String {
    let mut elements = vec![format!("{:03}", index % 1_000)];
    let mut rest = index / 1_000;
    while rest > 0 {
        elements.push(format!("x{:03}", rest % 1_000));
        rest /= 1_000;
    }
    elements.reverse();
    let mut path = elements.join("/");
    if width < WIDTH {
        path.push_str(".p/");
        path.push_str(&width.to_string());
    }
    path
}

impl Resource {
    /// Reads a path under the log's prefix, without a leading slash.
    pub fn parse(path: &str) -> Result<Self, PathError> {
        let wrong = |why| PathError {
            path: path.chars().take(120).collect(),
            why,
        };
        let rest = path
            .strip_prefix("tile/")
            .ok_or_else(|| wrong("it does not begin with tile/"))?;
        let (level, rest) = rest
            .split_once('/')
            .ok_or_else(|| wrong("it ends after the level"))?;
        let (place, width) = match rest.split_once(".p/") {
            None => (rest, WIDTH),
            Some((place, width)) => {
                let width = decimal(width, 3)
                    .and_then(|w| u16::try_from(w).ok())
                    .filter(|w| (1..WIDTH).contains(w))
                    .ok_or_else(|| wrong("the width of a partial tile is a number from 1 to 255"))?;
                (place, width)
            }
        };
        let index = index_of(place).ok_or_else(|| {
            wrong("the index is written in groups of three digits, all but the last with an x before them")
        })?;
        if level == "entries" {
            return Ok(Self::Bundle(BundleId { index, width }));
        }
        let level = decimal(level, 2)
            .and_then(|l| u8::try_from(l).ok())
            .filter(|l| *l <= MAX_LEVEL)
            .ok_or_else(|| wrong("the level is `entries` or a number from 0 to 63"))?;
        Ok(Self::Tile(TileId { level, index, width }))
    }
}

/// A decimal of at most `digits` digits without needless zeros.
fn decimal(text: &str, digits: usize) -> Option<u64> {
    let fine = (1..=digits).contains(&text.len())
        && text.bytes().all(|b| b.is_ascii_digit())
        && (text.len() == 1 || !text.starts_with('0'));
    if fine { text.parse().ok() } else { None }
}

fn index_of(place: &str) -> Option<u64> {
    let mut index = 0_u64;
    let mut elements = place.split('/').peekable();
    let mut first = true;
    while let Some(element) = elements.next() {
        let digits = if elements.peek().is_some() {
            element.strip_prefix('x')?
        } else {
            element
        };
        if digits.len() != 3 || !digits.bytes().all(|b| b.is_ascii_digit()) {
            return None;
        }
        // A leading group of zeros would be a second name for the same tile.
        if first && elements.peek().is_some() && digits == "000" {
            return None;
        }
        index = index.checked_mul(1_000)?.checked_add(digits.parse().ok()?)?;
        first = false;
    }
    Some(index)
}
