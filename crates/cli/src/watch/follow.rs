//! Following a log: everything new is fetched, chained, hashed and held against the signed head.
//!
//! Invariant: what is kept never goes back, and stands for entries that this machine read itself; a head is believed
//! only if the entries served give exactly its root, and a part of it only if that part is proven to be the head's.

use crate::failure::{self, Failure};
use crate::http::Http;
use facts::{Bytes, Hex, Instant, Seen};
use ledger::tiles::WIDTH;
use ledger::{BundleId, Entry, Hash, TileId, TileSet, Tree, bundle, leaf_hash, verify_consistency};
use serde::{Deserialize, Serialize};
use std::path::{Path, PathBuf};

/// Entries read so far, as much of them as going on needs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Watched {
    /// The partial tiles on the right.
    edge: Vec<Edge>,
    /// Bytes of the file of public facts that belong to them; none in a folder from before facts were kept.
    #[serde(default)]
    facts: Option<u64>,
    /// Leaf hash of the last entry, zeros before the first.
    leaf: Hex<32>,
    /// The log's origin.
    origin: String,
    /// Root over these entries.
    root: Hex<32>,
    /// How many.
    size: u64,
    /// Time of the last entry.
    ts: Instant,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Edge {
    hashes: Bytes,
    index: u64,
    level: u8,
    width: u16,
}

pub(super) fn untrue(why: impl std::fmt::Display) -> Failure {
    Failure::Check(format!("{why}; keep what you have and tell the supervisor"))
}

impl Watched {
    /// Nothing read yet of the log with this origin.
    #[must_use]
    pub fn nothing(origin: &str) -> Self {
        Self {
            edge: Vec::new(),
            facts: Some(0),
            leaf: Hex([0; 32]),
            origin: origin.to_owned(),
            root: Hex([0; 32]),
            size: 0,
            ts: Instant(0),
        }
    }

    /// How many entries were read, and the root over them.
    #[must_use]
    pub const fn seen(&self) -> Seen {
        Seen {
            root: self.root,
            size: self.size,
        }
    }

    /// Time of the last entry.
    #[must_use]
    pub const fn latest(&self) -> Instant {
        self.ts
    }

    /// Bytes of the file of public facts that belong to these entries.
    #[must_use]
    pub fn facts(&self) -> u64 {
        self.facts.unwrap_or_default()
    }

    /// So many bytes of the file of public facts belong to these entries by now.
    pub const fn hold(&mut self, facts: u64) {
        self.facts = Some(facts);
    }

    /// Reads what was kept in a folder; nothing, if nothing was.
    pub fn read(keep: &Path, origin: &str) -> Result<Self, Failure> {
        let path = file(keep);
        if !path.exists() {
            return Ok(Self::nothing(origin));
        }
        let text = std::fs::read_to_string(&path).map_err(failure::file(&path))?;
        let kept: Self =
            serde_json::from_str(&text).map_err(|e| Failure::Input(format!("{}: {e}", path.display())))?;
        if kept.origin != origin {
            let known = kept.origin;
            return Err(untrue(format_args!(
                "{} was kept of the log {known}, and the platform presents the log {origin}",
                path.display()
            )));
        }
        // Entries whose facts were not kept are read once more.
        Ok(kept.facts.map_or_else(|| Self::nothing(origin), |_| kept))
    }

    /// Keeps it in a folder; a crash leaves the old state or the new.
    pub fn write(&self, keep: &Path) -> Result<(), Failure> {
        let text = serde_json::to_string(self).map_err(|e| Failure::Input(e.to_string()))?;
        let (path, beside) = (file(keep), keep.join("log.new"));
        std::fs::write(&beside, text).map_err(failure::file(&beside))?;
        std::fs::rename(&beside, &path).map_err(failure::file(&path))
    }

    fn tree(&self) -> Result<Tree, Failure> {
        let broken = |why: &dyn std::fmt::Display| Failure::Input(format!("what was kept is damaged: {why}"));
        let mut tiles = TileSet::new();
        for edge in &self.edge {
            let tile = TileId {
                level: edge.level,
                index: edge.index,
                width: edge.width,
            };
            tiles.insert(tile, &edge.hashes.0).map_err(|e| broken(&e))?;
        }
        let tree = Tree::resume(self.size, &tiles).map_err(|e| broken(&e))?;
        if self.size > 0 && tree.root() != self.root.0 {
            return Err(broken(&"its hashes do not give its root"));
        }
        Ok(tree)
    }

    /// Reads on towards a head that was verified, at least one and about `most` entries; those that are new.
    ///
    /// `fetch` gives the bundle of an id as served; `prove` the consistency proof between two sizes.
    pub fn step(
        &mut self,
        head: Seen,
        most: u64,
        mut fetch: impl FnMut(BundleId) -> Result<Vec<u8>, Failure>,
        prove: impl FnOnce(u64, u64) -> Result<Vec<Hash>, Failure>,
    ) -> Result<Vec<Entry>, Failure> {
        let (width, mut new) = (u64::from(WIDTH), Vec::new());
        if head.size <= self.size {
            return Ok(new);
        }
        let first = self.size.checked_div(width).unwrap_or_default();
        let bundles = most.div_ceil(width).max(1);
        let until = first.saturating_add(bundles).saturating_mul(width).min(head.size);
        let mut tree = self.tree()?;
        let (mut leaf, mut ts) = (self.leaf.0, self.ts);
        for index in first.. {
            let Some(id) = BundleId::at(index, head.size).filter(|id| id.first() < until) else {
                break;
            };
            let bytes = fetch(id)?;
            let mut seq = id.first();
            for entry in bundle::entries(&bytes) {
                let bytes =
                    entry.map_err(|e| untrue(format_args!("the entries from {}: {e}", id.first())))?;
                if seq >= tree.size() {
                    let entry = Entry::parse(bytes).map_err(|e| untrue(format_args!("entry {seq}: {e}")))?;
                    if entry.seq != seq || entry.prev != leaf || entry.ts < ts {
                        return Err(untrue(format_args!(
                            "entry {seq} does not continue the entry before it"
                        )));
                    }
                    (leaf, ts) = (leaf_hash(bytes), entry.ts);
                    tree.push(leaf);
                    new.push(entry);
                }
                seq = seq.saturating_add(1);
            }
            if seq != id.first().saturating_add(u64::from(id.width)) {
                return Err(untrue(format_args!(
                    "the bundle of entries from {} has not as many as its name says",
                    id.first()
                )));
            }
        }
        let root = tree.root();
        let is_heads = tree.size() == until
            && if until == head.size {
                root == head.root.0
            } else {
                let proof = prove(until, head.size)?;
                verify_consistency(until, head.size, &root, &head.root.0, &proof).is_ok()
            };
        if !is_heads {
            return Err(untrue(format_args!(
                "the entries served do not give the root {} that the log's key signed for {} entries",
                head.root, head.size
            )));
        }
        self.edge = tree
            .edge()
            .into_iter()
            .map(|(tile, hashes)| Edge {
                hashes: Bytes(hashes),
                index: tile.index,
                level: tile.level,
                width: tile.width,
            })
            .collect();
        (self.leaf, self.root, self.size, self.ts) = (Hex(leaf), Hex(root), until, ts);
        Ok(new)
    }
}

/// Fetches bundles from a platform; one that is refused is withheld, unless it is only asked too fast.
pub fn bundles(http: &Http) -> impl FnMut(BundleId) -> Result<Vec<u8>, Failure> + '_ {
    |id| {
        http.get_bytes(&format!("/log/{}", id.path()))
            .map_err(|failure| match failure {
                Failure::Refused { code, sentence, .. } if code.starts_with("rate") => {
                    Failure::Network(sentence)
                }
                Failure::Refused { sentence, .. } => untrue(format_args!(
                    "the entries from {} are withheld: {sentence}",
                    id.first()
                )),
                other => other,
            })
    }
}

fn file(keep: &Path) -> PathBuf {
    keep.join("log.json")
}

#[cfg(test)]
mod tests {
    use super::*;
    use facts::Draft;
    use facts::Stream;
    use facts::body::platform::ClockSuspected;
    use ledger::{Chain, Head};
    use rand_core::SeedableRng;

    /// A log: the bytes of its entries.
    fn log(entries: i64, lag: i64) -> Vec<Vec<u8>> {
        let mut chain = Chain::resume("test/log", Head::default());
        let mut rng = rand_chacha::ChaCha20Rng::from_seed([1; 32]);
        (0..entries)
            .map(|at| {
                let draft = Draft::platform(Stream::Platform, &ClockSuspected { lag }).unwrap();
                chain.extend(draft, Instant(at), &mut rng).unwrap().entry_bytes
            })
            .collect()
    }

    fn head(log: &[Vec<u8>]) -> Seen {
        let mut tree = Tree::new();
        for entry in log {
            tree.push(leaf_hash(entry));
        }
        Seen {
            root: Hex(tree.root()),
            size: tree.size(),
        }
    }

    /// Reads to a head in one step.
    fn follow(
        watched: &mut Watched,
        head: Seen,
        fetch: impl FnMut(BundleId) -> Result<Vec<u8>, Failure>,
    ) -> Result<u64, Failure> {
        let new = watched.step(head, u64::MAX, fetch, |_, _| panic!("one step needs no proof"))?;
        Ok(new.len() as u64)
    }

    fn served(log: &[Vec<u8>]) -> impl FnMut(BundleId) -> Result<Vec<u8>, Failure> + '_ {
        |id| {
            let first = usize::try_from(id.first()).unwrap();
            let part = &log[first..][..usize::from(id.width)];
            Ok(bundle::encode(part.iter().map(Vec::as_slice)).unwrap())
        }
    }

    #[test]
    fn a_sound_log_is_followed_step_by_step_and_after_a_restart() {
        let keep = tempfile::tempdir().unwrap();
        let log = log(700, 1);
        let mut watched = Watched::read(keep.path(), "test/log").unwrap();
        let mut before = 0;
        for size in [1, 255, 256, 257, 600, 700] {
            let part = &log[..size];
            assert_eq!(
                follow(&mut watched, head(part), served(part)).unwrap(),
                size as u64 - before
            );
            watched.write(keep.path()).unwrap();
            watched = Watched::read(keep.path(), "test/log").unwrap();
            assert_eq!(watched.seen(), head(part));
            before = size as u64;
        }
        assert_eq!(
            follow(&mut watched, head(&log), |_| panic!("nothing is new")).unwrap(),
            0
        );
        assert!(matches!(
            Watched::read(keep.path(), "other/log"),
            Err(Failure::Check(_))
        ));
    }

    /// The consistency proof of a log between two sizes.
    fn proof(log: &[Vec<u8>], from: u64, to: u64) -> Vec<Hash> {
        let (mut tree, mut tiles) = (Tree::new(), TileSet::new());
        for entry in &log[..usize::try_from(to).unwrap()] {
            for done in tree.push(leaf_hash(entry)) {
                let id = TileId {
                    level: done.level,
                    index: done.index,
                    width: WIDTH,
                };
                tiles.insert(id, &done.hashes).unwrap();
            }
        }
        for (id, bytes) in tree.edge() {
            tiles.insert(id, &bytes).unwrap();
        }
        ledger::prove::consistency(&tiles, from, to).unwrap()
    }

    #[test]
    fn a_long_log_is_read_in_steps_each_proven_to_be_a_part_of_the_head() {
        let (honest, other) = (log(1_100, 1), log(1_100, 2));
        let mut watched = Watched::nothing("test/log");
        let mut sizes = Vec::new();
        loop {
            let prove = |from, to| Ok(proof(&honest, from, to));
            let new = watched.step(head(&honest), 300, served(&honest), prove).unwrap();
            if new.is_empty() {
                break;
            }
            sizes.push(watched.seen().size);
        }
        assert_eq!(sizes, [512, 1_024, 1_100]);
        assert_eq!(watched.seen(), head(&honest));
        // Another log is served, with the proofs of the head that was signed, and with its own.
        for proven in [&honest, &other] {
            let mut watched = Watched::nothing("test/log");
            let prove = |from, to| Ok(proof(proven, from, to));
            let refused = watched.step(head(&honest), 300, served(&other), prove);
            assert!(matches!(refused, Err(Failure::Check(_))));
            assert_eq!(watched, Watched::nothing("test/log"));
        }
    }

    #[test]
    fn another_history_is_found_wherever_it_begins() {
        let (honest, other) = (log(300, 1), log(300, 2));
        let mut watched = Watched::nothing("test/log");
        follow(&mut watched, head(&honest[..10]), served(&honest[..10])).unwrap();
        let kept = watched.clone();
        // The head of another history: its entries do not continue what was read.
        assert!(matches!(
            follow(&mut watched, head(&other), served(&other)),
            Err(Failure::Check(_))
        ));
        // The honest head, and another entry served.
        let mut exchanged = honest.clone();
        exchanged[40].clone_from(&other[40]);
        assert!(matches!(
            follow(&mut watched, head(&honest), served(&exchanged)),
            Err(Failure::Check(_))
        ));
        // The last entry exchanged: only the root tells.
        let mut last = honest.clone();
        last[299].clone_from(&other[299]);
        assert!(matches!(
            follow(&mut watched, head(&honest), served(&last)),
            Err(Failure::Check(_))
        ));
        // A bundle cut short.
        let short = |_| Ok(bundle::encode(honest[..3].iter().map(Vec::as_slice)).unwrap());
        assert!(matches!(
            follow(&mut watched, head(&honest), short),
            Err(Failure::Check(_))
        ));
        assert_eq!(watched, kept, "a look that fails keeps what was");
        assert_eq!(follow(&mut watched, head(&honest), served(&honest)).unwrap(), 290);
    }
}
