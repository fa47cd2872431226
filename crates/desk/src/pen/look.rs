//! What the pen reads before it writes: the head, the states of streams, acts and marks that exist already.
//!
//! Invariant: nothing here is asked before [`Hand::head`] was; so whatever is read is at least as new as the head.

use super::Asked;
use super::compose::{Composition, Settled, Settlement, taken};
use super::landed::fetch;
use super::recent::Memory;
use super::run::{Edge, Hand};
use crate::Outage;
use crate::shelf::Law;
use facts::{Record, Stream};
use futures_util::future::try_join_all;
use ledger::{Head, TileId, Tree};
use std::collections::{BTreeSet, HashMap, HashSet};
use std::sync::Arc;
use tokio::sync::oneshot;

/// Histories read side by side.
const ABREAST: usize = 16;

/// A stream under a law.
pub(super) type Place = (Arc<dyn Law>, Stream);

impl Hand {
    /// The head, read again if it is not certain.
    pub(super) async fn head(&mut self) -> Result<Head, Outage> {
        if let Some(edge) = &self.edge {
            return Ok(edge.head);
        }
        let log = &self.tools.log;
        let head = log.head().await?;
        let tiles = fetch(log.as_ref(), &TileId::edge(head.size), head.size).await?;
        let tree =
            Tree::resume(head.size, &tiles).map_err(|error| Outage::new("resuming the tree", error))?;
        if tree.root() != head.root {
            return Err(Outage::new(
                "resuming the tree",
                "the store's tiles do not lead to the store's root",
            ));
        }
        self.memory.recent().restart(head.size, head.root);
        self.edge = Some(Edge {
            head,
            tree: Arc::new(tree),
        });
        Ok(head)
    }

    pub(super) async fn lay_out_wanted(&mut self, wanted: Vec<(Place, oneshot::Sender<()>)>) {
        let places: Vec<Place> = wanted.iter().map(|(place, _)| place.clone()).collect();
        let read = match self.head().await {
            Ok(_) => self.read_up(&places).await,
            Err(outage) => Err(outage),
        };
        if let Err(outage) = read {
            // Whoever wants the state finds it missing and asks the log itself.
            tracing::warn!(%outage, "states could not be laid out");
        }
        for ((law, _), done) in wanted {
            law.clear();
            let _gone = done.send(());
        }
    }

    /// Which of the acts landed already.
    pub(super) async fn landed_before(&self, acts: Vec<(usize, Asked)>) -> Result<Settled, Outage> {
        let mut settled = Settled::new();
        for (index, Asked { act, epoch }) in acts {
            let memory = self.memory.recent().ask(&act, u64::MAX);
            // A race may have been lost to the very same act, an outage may have hidden that it landed.
            let seq = if memory == Memory::Unknown || epoch != self.epoch() {
                self.tools.log.position(act).await?
            } else {
                None
            };
            settled.extend(seq.map(|seq| (index, Settlement::Known(seq))));
        }
        Ok(settled)
    }

    /// Jobs whose marks exist already in the store.
    pub(super) async fn conflicts(&self, composition: &Composition) -> Result<Settled, Outage> {
        let marks: Vec<(&str, &str)> = composition
            .lines
            .iter()
            .flat_map(|line| line.marks.iter().map(|mark| (mark.name, mark.key.as_str())))
            .collect();
        if marks.is_empty() {
            return Ok(Settled::new());
        }
        let exist: BTreeSet<(String, String)> = self.tools.log.taken(&marks).await?.into_iter().collect();
        if exist.is_empty() {
            return Ok(Settled::new());
        }
        let mut conflicts = HashMap::new();
        for (line, owner) in composition.lines.iter().zip(&composition.owners) {
            let hit = line
                .marks
                .iter()
                .find(|mark| exist.contains(&(mark.name.to_owned(), mark.key.clone())));
            if let Some(mark) = hit {
                conflicts.insert(*owner, Settlement::Fails(taken(mark.name, &mark.key).into()));
            }
        }
        Ok(conflicts)
    }

    /// Brings streams up to the head and lays them out.
    pub(super) async fn read_up(&self, places: &[Place]) -> Result<(), Outage> {
        let epoch = self.epoch();
        let mut missing: Vec<&Place> = Vec::new();
        let mut asked = HashSet::new();
        for place in places {
            let (law, stream) = place;
            if !law.lay_out(stream, epoch) && asked.insert((Arc::as_ptr(law).addr(), stream)) {
                missing.push(place);
            }
        }
        for some in missing.chunks(ABREAST) {
            let histories = try_join_all(some.iter().map(|(law, stream)| {
                let from = law.lacks(stream, epoch).unwrap_or(0);
                self.tools.log.history(stream, from)
            }));
            let histories: Vec<Vec<Record>> = histories.await?;
            for ((law, stream), records) in some.iter().zip(histories) {
                law.fill(stream, epoch, &records);
                if !law.lay_out(stream, epoch) {
                    let what = format!("{stream} would not stay on its shelf");
                    return Err(Outage::new("laying a stream out", what));
                }
            }
        }
        Ok(())
    }
}
