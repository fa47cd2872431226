//! The audit of the chain, from the log alone: every entry, every kept checkpoint, on request every
//! committed payload.
//!
//! Invariant: the audit trusts nothing the store says about the log; hashes, order, times and roots
//! are computed anew from the entry bytes, and the first break is named by its position.

use desk::{Outage, ReadLog};
use facts::body::platform::FactErased;
use facts::{Hex, Instant, Kind, Record};
use ledger::audit::Range;
use ledger::{Checkpoint, Entry, Hash, VerifierKey};
use serde::Serialize;
use std::collections::BTreeSet;
use utoipa::ToSchema;

/// Entries read at a time: one tile.
const PAGE: u16 = 256;
/// The index of a position's tile is the position shifted by this.
const PAGE_BITS: u32 = 8;
/// Most kept checkpoints compared, the latest ones.
const CHECKPOINTS: usize = 512;

/// Whom the audit believes: the log's origin and its key, from outside the store.
#[derive(Debug, Clone)]
pub struct Trust {
    /// Origin line of the log's checkpoints.
    pub origin: String,
    /// The key that signs them.
    pub key: VerifierKey,
}

/// How much is examined.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scope {
    /// Entries, chain, tree and checkpoints.
    Chain,
    /// The same, and whether every payload still matches its commitment.
    Payloads,
}

/// A break, and where it is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Break {
    /// The first position that is wrong, or the size of the checkpoint that does not fit.
    pub seq: u64,
    /// What is wrong there.
    pub why: String,
}

/// One kept checkpoint and whether the entries lead to it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Compared {
    /// Whether the root computed from the entries is the one signed.
    pub agrees: bool,
    /// The root that was signed.
    #[schema(value_type = String)]
    pub root: Hex<32>,
    /// Entries it covers.
    pub size: u64,
}

/// What the audit found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Audit {
    /// The first break; absent if the log is sound.
    #[serde(rename = "break")]
    pub broken: Option<Break>,
    /// Kept checkpoints compared, ascending.
    pub checkpoints: Vec<Compared>,
    /// Payloads deleted under a logged erasure.
    pub erased: Vec<u64>,
    /// Entries that were examined and found sound.
    pub examined: u64,
    /// Time of the last of them.
    #[schema(value_type = Option<i64>)]
    pub last: Option<Instant>,
    /// Payloads compared with their commitments.
    pub payloads: u64,
    /// Root of the tree over the entries examined.
    #[schema(value_type = String)]
    pub root: Hex<32>,
    /// Entries the store says there are.
    pub size: u64,
    /// Whether nothing is broken.
    pub sound: bool,
}

/// Examines the whole log.
pub async fn audit(log: &dyn ReadLog, trust: &Trust, scope: Scope) -> Result<Audit, Outage> {
    // Read before the head: a checkpoint is kept after its entries, so none of these may reach beyond it.
    let kept = kept(log, trust).await?;
    let head = log.head().await?;
    let mut walk = Walk::new(kept);
    while walk.broken.is_none() && walk.range.next() < head.size {
        walk.page(log, head.size, scope).await?;
    }
    walk.compare();
    walk.reach(head.size);
    let erased = walk.erasures(log).await?;
    let root = walk.root();
    if walk.broken.is_none() && root != head.root {
        let why = "the root over all entries is not the one the store gives for its head";
        walk.broken = Some(Break {
            seq: head.size,
            why: why.to_owned(),
        });
    }
    Ok(Audit {
        sound: walk.broken.is_none(),
        broken: walk.broken,
        checkpoints: walk.compared,
        erased,
        examined: walk.range.next(),
        last: walk.range.last().map(|(_, at)| at),
        payloads: walk.payloads,
        root: Hex(root),
        size: head.size,
    })
}

/// A kept checkpoint: opened, or the reason why it cannot be.
struct Kept {
    size: u64,
    opened: Result<Hash, String>,
}

/// The latest kept checkpoints, ascending.
async fn kept(log: &dyn ReadLog, trust: &Trust) -> Result<Vec<Kept>, Outage> {
    let mut found = Vec::new();
    let mut below = u64::MAX;
    while found.len() < CHECKPOINTS {
        let Some((at, note)) = log.checkpoint(below).await? else {
            break;
        };
        let opened = match Checkpoint::open(&note, &trust.origin, &trust.key) {
            Ok(checkpoint) if checkpoint.size == at => Ok(checkpoint.root),
            Ok(checkpoint) => Err(format!(
                "it is kept for {at} entries, but covers {}",
                checkpoint.size
            )),
            Err(error) => Err(error.to_string()),
        };
        found.push(Kept { size: at, opened });
        match at.checked_sub(1) {
            // The store must give a smaller one each time, or it would be asked for ever.
            Some(next) if at <= below => below = next,
            _ => break,
        }
    }
    found.reverse();
    Ok(found)
}

struct Walk {
    range: Range,
    kept: std::iter::Peekable<std::vec::IntoIter<Kept>>,
    compared: Vec<Compared>,
    broken: Option<Break>,
    payloads: u64,
    /// Positions whose payload is gone.
    gone: BTreeSet<u64>,
    /// Positions of `fact.erased` entries.
    erasing: Vec<u64>,
}

impl Walk {
    fn new(kept: Vec<Kept>) -> Self {
        Self {
            range: Range::new(0),
            kept: kept.into_iter().peekable(),
            compared: Vec::new(),
            broken: None,
            payloads: 0,
            gone: BTreeSet::new(),
            erasing: Vec::new(),
        }
    }

    fn breaks(&mut self, seq: u64, why: impl Into<String>) {
        // The first break is the finding; what follows from it is not.
        self.broken.get_or_insert_with(|| Break { seq, why: why.into() });
    }

    fn root(&self) -> Hash {
        self.range.root().unwrap_or(ledger::ZERO)
    }

    async fn page(&mut self, log: &dyn ReadLog, size: u64, scope: Scope) -> Result<(), Outage> {
        let first = self.range.next();
        let left = size.saturating_sub(first);
        let width = u16::try_from(left.min(u64::from(PAGE))).unwrap_or(PAGE);
        let entries = log.entries(first, u32::from(width)).await?;
        let tile = log.tile(0, first >> PAGE_BITS, width).await?;
        if entries.len() < usize::from(width) {
            let found = u64::try_from(entries.len()).unwrap_or(u64::MAX);
            let seq = first.saturating_add(found);
            self.step(log, &entries, tile.as_deref(), scope).await?;
            self.breaks(seq, "the entry is missing");
            return Ok(());
        }
        let wanted = entries.get(..usize::from(width)).unwrap_or(&entries);
        self.step(log, wanted, tile.as_deref(), scope).await
    }

    async fn step(
        &mut self,
        log: &dyn ReadLog,
        entries: &[bytes::Bytes],
        tile: Option<&[u8]>,
        scope: Scope,
    ) -> Result<(), Outage> {
        let mut hashes = tile.map(|tile| tile.as_chunks::<32>().0.iter());
        for bytes in entries {
            self.compare();
            let seq = self.range.next();
            let hash = hashes.as_mut().and_then(Iterator::next);
            if tile.is_some() && hash.is_none() {
                self.breaks(seq, "the tile of leaf hashes ends before this entry");
            }
            if let Err(broken) = self.range.entry(bytes, hash) {
                self.breaks(broken.seq, broken.why.to_string());
            }
            if self.broken.is_none() {
                self.content(log, seq, bytes, scope).await?;
            }
            if self.broken.is_some() {
                return Ok(());
            }
        }
        Ok(())
    }

    /// Compares the kept checkpoints that cover exactly the entries examined so far.
    fn compare(&mut self) {
        let size = self.range.next();
        while let Some(kept) = self.kept.next_if(|kept| kept.size == size) {
            match kept.opened {
                Ok(root) => {
                    let agrees = self.root() == root;
                    self.compared.push(Compared {
                        agrees,
                        root: Hex(root),
                        size,
                    });
                    if !agrees {
                        let from = self
                            .compared
                            .iter()
                            .rev()
                            .find(|c| c.agrees)
                            .map_or(0, |c| c.size);
                        let why = format!(
                            "the signed checkpoint of {size} entries has another root: entries {from} to {} were rewritten together",
                            size.saturating_sub(1)
                        );
                        self.breaks(from, why);
                    }
                }
                Err(why) => self.breaks(
                    size,
                    format!("the checkpoint of {size} entries is no good: {why}"),
                ),
            }
        }
    }

    /// Entries that a kept checkpoint covers and the store no longer has: the end of the log was cut off.
    fn reach(&mut self, size: u64) {
        let beyond = self.kept.peek().map(|kept| kept.size).filter(|kept| *kept > size);
        if let (None, Some(kept)) = (&self.broken, beyond) {
            let why = format!(
                "a checkpoint of {kept} entries is kept, but only {size} are left: the end is missing"
            );
            self.breaks(size, why);
        }
    }

    async fn content(
        &mut self,
        log: &dyn ReadLog,
        seq: u64,
        bytes: &[u8],
        scope: Scope,
    ) -> Result<(), Outage> {
        let entry = match Entry::parse(bytes) {
            Ok(entry) => entry,
            Err(error) => {
                self.breaks(seq, error.to_string());
                return Ok(());
            }
        };
        if entry.kind == Some(Kind::FactErased) {
            self.erasing.push(seq);
        }
        if scope == Scope::Payloads {
            match log.payload(seq).await? {
                None => {
                    self.gone.insert(seq);
                }
                Some(payload) if payload.commit() == entry.commit => {
                    self.payloads = self.payloads.saturating_add(1);
                }
                Some(_) => self.breaks(seq, "the stored payload is not the one committed to"),
            }
        }
        Ok(())
    }

    /// Every payload that is gone must be named by a logged erasure.
    async fn erasures(&mut self, log: &dyn ReadLog) -> Result<Vec<u64>, Outage> {
        let mut named = BTreeSet::new();
        for seq in std::mem::take(&mut self.erasing) {
            let records = log.records(seq, 1).await?;
            named.extend(
                records
                    .first()
                    .and_then(Record::of::<FactErased>)
                    .map(|body| body.seq),
            );
        }
        if let Some(seq) = self.gone.difference(&named).next().copied() {
            self.breaks(seq, "the payload is gone, and no logged erasure names it");
        }
        Ok(self.gone.intersection(&named).copied().collect())
    }
}
