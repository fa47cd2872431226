//! The audit (审计): a whole log re-verified from its entry bundles, in ranges that workers share.
//!
//! Invariant: the first broken position is found and named, whatever the division into ranges;
//! nothing is allocated per entry.

use crate::bundle;
use crate::entry::EntryError;
use crate::hash::{Hash, ZERO, empty_root, leaf_hash, node_hash};
use crate::skim::Skim;
use crate::tiles::{BundleId, WIDTH};
use facts::Instant;
use std::sync::atomic::{AtomicU64, Ordering};

/// Why the log is broken at a position.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Why {
    /// The bundle that holds it could not be had.
    #[error("its bundle could not be read: {0}")]
    Absent(String),
    /// The bundle's bytes end within it, or before it.
    #[error("its bundle ends before or within it")]
    Cut,
    /// The bundle goes on after its last entry.
    #[error("its bundle holds entries beyond the end")]
    Beyond,
    /// The bytes are no entry.
    #[error(transparent)]
    Entry(#[from] EntryError),
    /// Its leaf hash is not the one in the tile.
    #[error("its hash is not the one in the tile")]
    Leaf,
    /// It names another position.
    #[error("it says position {0}")]
    Seq(u64),
    /// `prev` is not the leaf hash of the entry before.
    #[error("its prev is not the hash of the entry before it")]
    Prev,
    /// Its time lies before that of the entry before.
    #[error("its time lies before that of the entry before it")]
    Time,
}

/// The first broken position.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the log is broken at entry {seq}: {why}")]
pub struct Broken {
    /// The position.
    pub seq: u64,
    /// What is wrong there.
    pub why: Why,
}

/// A verified stretch of the log, with the hashes of the complete subtrees it consists of.
#[derive(Debug, Clone)]
pub struct Range {
    first: u64,
    next: u64,
    /// `prev` and time of the first entry: checked when the range is joined to the one before.
    opening: Option<(Hash, Instant)>,
    leaf: Hash,
    ts: Instant,
    /// Subtrees from left to right: height, index, hash.
    nodes: Vec<(u32, u64, Hash)>,
}

impl Range {
    /// An empty range that begins at a position.
    #[must_use]
    pub const fn new(first: u64) -> Self {
        Self {
            first,
            next: first,
            opening: None,
            leaf: ZERO,
            ts: Instant(0),
            nodes: Vec::new(),
        }
    }

    /// The position after the last entry.
    #[must_use]
    pub const fn next(&self) -> u64 {
        self.next
    }

    /// Leaf hash and time of the last entry, if there is one.
    #[must_use]
    pub fn last(&self) -> Option<(Hash, Instant)> {
        self.opening.map(|_| (self.leaf, self.ts))
    }

    /// Adds one entry; with the tile's hash for it, if the caller has the tile.
    pub fn entry(&mut self, bytes: &[u8], tile_hash: Option<&Hash>) -> Result<(), Broken> {
        let seq = self.next;
        let broken = |why| Broken { seq, why };
        let leaf = leaf_hash(bytes);
        if tile_hash.is_some_and(|hash| *hash != leaf) {
            return Err(broken(Why::Leaf));
        }
        let skim = Skim::parse(bytes).map_err(|e| broken(Why::Entry(e)))?;
        if skim.seq != seq {
            return Err(broken(Why::Seq(skim.seq)));
        }
        if self.opening.is_none() {
            self.opening = Some((skim.prev, skim.ts));
        } else if skim.prev != self.leaf {
            return Err(broken(Why::Prev));
        } else if skim.ts < self.ts {
            return Err(broken(Why::Time));
        }
        self.leaf = leaf;
        self.ts = skim.ts;
        self.next = seq.saturating_add(1);
        self.push(0, seq, leaf);
        Ok(())
    }

    /// Adds a bundle, with its level-0 tile where the caller has it: then an altered entry is named
    /// itself, and not only through the entry after it.
    pub fn bundle(&mut self, id: BundleId, bytes: &[u8], tile: Option<&[u8]>) -> Result<(), Broken> {
        let mut hashes = tile.map(|tile| tile.as_chunks::<32>().0.iter());
        let mut count = 0_u16;
        for entry in bundle::entries(bytes) {
            let seq = self.next;
            if count == id.width {
                return Err(Broken {
                    seq,
                    why: Why::Beyond,
                });
            }
            count = count.saturating_add(1);
            let entry = entry.map_err(|_| Broken { seq, why: Why::Cut })?;
            let hash = match &mut hashes {
                None => None,
                Some(hashes) => Some(hashes.next().ok_or(Broken { seq, why: Why::Leaf })?),
            };
            self.entry(entry, hash)?;
        }
        if count < id.width {
            return Err(Broken {
                seq: self.next,
                why: Why::Cut,
            });
        }
        Ok(())
    }

    fn push(&mut self, mut height: u32, mut index: u64, mut hash: Hash) {
        while index & 1 == 1 {
            let sibling = (height, index.wrapping_sub(1));
            let Some((_, _, left)) = self.nodes.pop_if(|(h, i, _)| (*h, *i) == sibling) else {
                break;
            };
            hash = node_hash(&left, &hash);
            height = height.wrapping_add(1);
            index >>= 1;
        }
        self.nodes.push((height, index, hash));
    }

    /// Appends the range that begins where this one ends.
    pub fn join(mut self, right: Self) -> Result<Self, Broken> {
        let seq = self.next;
        if right.first != seq {
            return Err(Broken {
                seq,
                why: Why::Seq(right.first),
            });
        }
        let Some((prev, ts)) = right.opening else {
            return Ok(self);
        };
        if self.opening.is_none() {
            self.opening = right.opening;
        } else if prev != self.leaf {
            return Err(Broken { seq, why: Why::Prev });
        } else if ts < self.ts {
            return Err(Broken { seq, why: Why::Time });
        }
        for (height, index, hash) in right.nodes {
            self.push(height, index, hash);
        }
        self.next = right.next;
        self.leaf = right.leaf;
        self.ts = right.ts;
        Ok(self)
    }

    /// The root, if the range begins at the first entry and that entry's `prev` is zeros.
    pub fn root(&self) -> Result<Hash, Broken> {
        if self.first != 0 {
            return Err(Broken {
                seq: 0,
                why: Why::Seq(self.first),
            });
        }
        if self.opening.is_some_and(|(prev, _)| prev != ZERO) {
            return Err(Broken {
                seq: 0,
                why: Why::Prev,
            });
        }
        let mut nodes = self.nodes.iter().rev().map(|(_, _, hash)| *hash);
        let Some(last) = nodes.next() else {
            return Ok(empty_root());
        };
        Ok(nodes.fold(last, |right, left| node_hash(&left, &right)))
    }
}

/// A bundle as it was fetched, with its level-0 tile if that is at hand.
#[derive(Debug, Clone)]
pub struct Fetched<B> {
    /// The bundle's bytes.
    pub bundle: B,
    /// The bytes of the tile of leaf hashes with the same index.
    pub tile: Option<B>,
}

/// Verifies the first `size` entries with `workers` threads; the whole range, whose root the caller
/// compares with a checkpoint.
///
/// `fetch` gives the bundle of an id, or says why it cannot.
pub fn audit<B: AsRef<[u8]>>(
    size: u64,
    workers: usize,
    fetch: impl Fn(BundleId) -> Result<Fetched<B>, String> + Sync,
) -> Result<Range, Broken> {
    /// Bundles a worker takes at a time: large enough to make joining cheap, small enough to share.
    const STRIDE: u64 = 64;
    let strides = size.div_ceil(u64::from(WIDTH)).div_ceil(STRIDE);
    let turn = AtomicU64::new(0);
    // The lowest stride known to be broken: what lies after it need not be read.
    let broken = AtomicU64::new(u64::MAX);
    let work = || {
        let mut done = Vec::new();
        loop {
            let stride = turn.fetch_add(1, Ordering::Relaxed);
            if stride >= strides || stride > broken.load(Ordering::Relaxed) {
                return done;
            }
            let range = stretch(stride.saturating_mul(STRIDE), STRIDE, size, &fetch);
            if range.is_err() {
                broken.fetch_min(stride, Ordering::Relaxed);
            }
            done.push((stride, range));
        }
    };
    let mut parts = std::thread::scope(|scope| {
        let others: Vec<_> = (1..workers.max(1)).map(|_| scope.spawn(work)).collect();
        let mut parts = work();
        for other in others {
            match other.join() {
                Ok(more) => parts.extend(more),
                Err(panic) => std::panic::resume_unwind(panic),
            }
        }
        parts
    });
    parts.sort_unstable_by_key(|(stride, _)| *stride);
    let mut whole = Range::new(0);
    for (_, part) in parts {
        // A part that broke within may also be torn from the part before: the earlier place counts.
        whole = match part {
            Ok(part) => whole.join(part)?,
            Err(part) => {
                whole.join(part.before)?.root()?;
                return Err(part.broken);
            }
        };
    }
    whole.root()?;
    Ok(whole)
}

/// A stretch that broke: what came before the break, and the break.
struct Torn {
    before: Range,
    broken: Broken,
}

fn stretch<B: AsRef<[u8]>>(
    first: u64,
    bundles: u64,
    size: u64,
    fetch: &impl Fn(BundleId) -> Result<Fetched<B>, String>,
) -> Result<Range, Box<Torn>> {
    let mut range = Range::new(first.saturating_mul(u64::from(WIDTH)));
    for index in first..first.saturating_add(bundles) {
        let Some(id) = BundleId::at(index, size) else {
            break;
        };
        let step = fetch(id)
            .map_err(|why| Broken {
                seq: id.first(),
                why: Why::Absent(why),
            })
            .and_then(|got| range.bundle(id, got.bundle.as_ref(), got.tile.as_ref().map(AsRef::as_ref)));
        if let Err(broken) = step {
            return Err(Box::new(Torn {
                before: range,
                broken,
            }));
        }
    }
    Ok(range)
}
