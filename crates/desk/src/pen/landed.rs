//! A fact that landed in the log, and the receipt that proves it.
//!
//! Invariant: a receipt is made on the task of whoever asked, never on the pen's; it opens every field and goes to
//! the fact's author only.

use crate::{AppendLog, Failure, Outage, ReadLog};
use bytes::Bytes;
use facts::{Instant, Record, Refusal};
use ledger::prove;
use ledger::{Hash, Payload, Receipt, TileId, TileSet, Tree};
use std::sync::Arc;

/// A checkpoint the pen signed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Latest {
    /// Number of entries it covers.
    pub size: u64,
    /// Root of the tree of that size.
    pub root: Hash,
    /// Time of the last entry it covers: the checkpoint's own time.
    pub at: Instant,
    /// The signed note (C2SP tlog-checkpoint).
    pub note: Arc<str>,
}

/// Where the proof of an entry comes from.
#[derive(Clone)]
pub(crate) enum Evidence {
    /// The edge of the tree as it was when the batch landed.
    Fresh { tree: Arc<Tree>, payload: Arc<Payload> },
    /// The store.
    Stored {
        log: Arc<dyn AppendLog>,
        payload: Option<Arc<Payload>>,
    },
}

/// A fact in the log, as its author is told of it.
#[derive(Clone)]
pub struct Landed {
    /// Position.
    pub seq: u64,
    /// The log's time of the entry.
    pub at: Instant,
    /// The record.
    pub record: Arc<Record>,
    /// The entry's bytes.
    pub entry: Bytes,
    /// Whether it landed now; unset when the same act had landed before.
    pub fresh: bool,
    pub(crate) latest: Arc<Latest>,
    pub(crate) evidence: Evidence,
}

impl Landed {
    /// The checkpoint that the receipt carries.
    #[must_use]
    pub fn checkpoint(&self) -> &Latest {
        &self.latest
    }

    /// The receipt (回执): a `.tlog-proof` with the entry, all of its fields and the proof of its place.
    pub async fn receipt(&self) -> Result<String, Failure> {
        let (payload, proof) = match &self.evidence {
            Evidence::Fresh { tree, payload } => (payload.clone(), tree.fresh_proof(self.seq)),
            Evidence::Stored { log, payload } => {
                let payload = payload.clone().ok_or_else(|| erased(self.seq))?;
                let size = self.latest.size;
                let tiles = fetch(log.as_ref(), &prove::plan_inclusion(self.seq, size), size).await?;
                (payload, prove::inclusion(&tiles, self.seq, size))
            }
        };
        let proof = proof.ok_or_else(|| Outage::new("proving an entry", "its tiles are not there"))?;
        let receipt = Receipt {
            index: self.seq,
            proof,
            checkpoint: self.latest.note.to_string(),
            entry: self.entry.to_vec(),
            payload: payload.opened(&[]),
        };
        Ok(receipt.write())
    }
}

impl std::fmt::Debug for Landed {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(
            f,
            "Landed({} {} at {}, fresh: {})",
            self.seq, self.record.kind, self.at.0, self.fresh
        )
    }
}

fn erased(seq: u64) -> Refusal {
    Refusal::new(
        "fact.erased_gone",
        format!("The content of entry {seq} was erased; there is no receipt of it any more."),
        format!("条目 {seq} 的内容已依法删除,不再出具回执。"),
    )
}

/// Fetches tiles as they are in a log of `size` entries.
pub(crate) async fn fetch(
    log: &(impl ReadLog + ?Sized),
    plan: &[TileId],
    size: u64,
) -> Result<TileSet, Outage> {
    let mut tiles = TileSet::new();
    for tile in plan {
        let bytes = log.tile(tile.level, tile.index, tile.width).await?;
        let bytes = bytes.ok_or_else(|| {
            Outage::new(
                "reading a tile",
                format!("{tile} of a log of {size} is not there"),
            )
        })?;
        tiles
            .insert(*tile, &bytes)
            .map_err(|error| Outage::new("reading a tile", error))?;
    }
    Ok(tiles)
}
