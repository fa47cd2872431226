//! Following the log where several processes write it: one per zone.
//!
//! Invariant: what another process appended shows in this one within a second, under a checkpoint of its own.

use crate::couriers::erasure::{self, Memory};
use desk::{Outage, Pen, ReadLog};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::watch;

/// Between two looks at the head.
const LOOK: Duration = Duration::from_millis(200);
/// An append of this very process is published within this time.
const PUBLISHED: Duration = Duration::from_millis(20);

/// Follows until told to stop.
pub async fn keep(log: Arc<dyn ReadLog>, pen: Pen, memory: Memory, mut stop: watch::Receiver<bool>) {
    let forgotten = log.head().await.map_or(0, |head| head.size);
    let mut follower = Follower {
        log,
        pen,
        memory,
        forgotten,
        awaits_erasure: false,
    };
    let mut failing = false;
    loop {
        tokio::select! {
            _ = stop.changed() => return,
            () = tokio::time::sleep(LOOK) => {}
        }
        match follower.look().await {
            Ok(()) => failing = false,
            Err(outage) if failing => tracing::debug!(%outage, "following the log"),
            Err(outage) => {
                tracing::error!(%outage, "following the log");
                failing = true;
            }
        }
    }
}

struct Follower {
    log: Arc<dyn ReadLog>,
    pen: Pen,
    memory: Memory,
    /// What was erased by facts before this position is forgotten.
    forgotten: u64,
    /// Whether an erasure was ordered and is not done yet.
    awaits_erasure: bool,
}

impl Follower {
    async fn look(&mut self) -> Result<(), Outage> {
        let size = self.log.head().await?.size;
        let grew = self.known() < size;
        if grew {
            tokio::time::sleep(PUBLISHED).await;
            if self.known() < size {
                self.pen.refresh().await;
            }
        }
        if grew || self.awaits_erasure {
            let looked = erasure::forget_since(self.log.as_ref(), &self.memory, self.forgotten).await?;
            (self.forgotten, self.awaits_erasure) = looked;
        }
        Ok(())
    }

    fn known(&self) -> u64 {
        self.pen.latest().map_or(0, |latest| latest.size)
    }
}
