//! One look of a monitor (监测) at a log: everything new is fetched, chained, hashed and held against the signed head.
//!
//! Invariant: what is kept never goes back, and stands for entries that this machine read itself; a head is believed
//! only if the entries served give exactly its root.

use crate::failure::{self, Failure};
use crate::http::Http;
use facts::{Bytes, Hex, Instant, Seen};
use ledger::tiles::WIDTH;
use ledger::{BundleId, Entry, TileId, TileSet, Tree, bundle, leaf_hash};
use serde::{Deserialize, Serialize};
use std::path::{Path, PathBuf};

/// Entries read so far, as much of them as going on needs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Watched {
    /// The partial tiles on the right.
    edge: Vec<Edge>,
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

fn untrue(why: impl std::fmt::Display) -> Failure {
    Failure::Check(format!("{why}; keep what you have and tell the supervisor"))
}

impl Watched {
    /// Nothing read yet of the log with this origin.
    #[must_use]
    pub fn nothing(origin: &str) -> Self {
        Self {
            edge: Vec::new(),
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
        Ok(kept)
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

    /// Reads on up to a head that was verified; how many entries were new.
    ///
    /// `fetch` gives the bundle of an id as served.
    pub fn follow(
        &mut self,
        head: Seen,
        mut fetch: impl FnMut(BundleId) -> Result<Vec<u8>, Failure>,
    ) -> Result<u64, Failure> {
        if head.size <= self.size {
            return Ok(0);
        }
        let mut tree = self.tree()?;
        let (mut leaf, mut ts) = (self.leaf.0, self.ts);
        let first = self.size.checked_div(u64::from(WIDTH)).unwrap_or_default();
        for index in first.. {
            let Some(id) = BundleId::at(index, head.size) else {
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
        if tree.size() != head.size || tree.root() != head.root.0 {
            return Err(untrue(format_args!(
                "the entries served do not give the root {} that the log's key signed for {} entries",
                head.root, head.size
            )));
        }
        let new = head.size.saturating_sub(self.size);
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
        (self.leaf, self.root, self.size, self.ts) = (Hex(leaf), head.root, head.size, ts);
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
                watched.follow(head(part), served(part)).unwrap(),
                size as u64 - before
            );
            watched.write(keep.path()).unwrap();
            watched = Watched::read(keep.path(), "test/log").unwrap();
            assert_eq!(watched.seen(), head(part));
            before = size as u64;
        }
        assert_eq!(
            watched.follow(head(&log), |_| panic!("nothing is new")).unwrap(),
            0
        );
        assert!(matches!(
            Watched::read(keep.path(), "other/log"),
            Err(Failure::Check(_))
        ));
    }

    #[test]
    fn another_history_is_found_wherever_it_begins() {
        let (honest, other) = (log(300, 1), log(300, 2));
        let mut watched = Watched::nothing("test/log");
        watched
            .follow(head(&honest[..10]), served(&honest[..10]))
            .unwrap();
        let kept = watched.clone();
        // The head of another history: its entries do not continue what was read.
        assert!(matches!(
            watched.follow(head(&other), served(&other)),
            Err(Failure::Check(_))
        ));
        // The honest head, and another entry served.
        let mut exchanged = honest.clone();
        exchanged[40].clone_from(&other[40]);
        assert!(matches!(
            watched.follow(head(&honest), served(&exchanged)),
            Err(Failure::Check(_))
        ));
        // The last entry exchanged: only the root tells.
        let mut last = honest.clone();
        last[299].clone_from(&other[299]);
        assert!(matches!(
            watched.follow(head(&honest), served(&last)),
            Err(Failure::Check(_))
        ));
        // A bundle cut short.
        let short = |_| Ok(bundle::encode(honest[..3].iter().map(Vec::as_slice)).unwrap());
        assert!(matches!(
            watched.follow(head(&honest), short),
            Err(Failure::Check(_))
        ));
        assert_eq!(watched, kept, "a look that fails keeps what was");
        assert_eq!(watched.follow(head(&honest), served(&honest)).unwrap(), 290);
    }
}
