//! From the log to the store: what a `fact.erased` names is deleted (删除).
//!
//! Invariant: a payload is deleted after the fact that says so is in the log, never before; an interrupted deletion is
//! done again after a restart.

use crate::doors::Laws;
use crate::gazette::Gazette;
use crate::machine::ErasuresView;
use desk::{AppendLog as _, Outage, ReadLog};
use facts::Stream;
use facts::body::platform::FactErased;

/// The courier's name in the store.
const NAME: &str = "erasure";

/// What a process remembers of the log's content.
#[derive(Clone)]
pub struct Memory {
    /// Folded states.
    pub laws: Laws,
    /// What is shown of streams.
    pub gazette: Gazette,
}

/// Deletes what was ordered to be deleted and is not yet; how many payloads that were.
pub async fn carry(log: &store::Log, memory: &Memory) -> Result<usize, Outage> {
    let from = log.courier(NAME).await?;
    let mut erased = 0_usize;
    for record in log.history(&Stream::Platform, from).await? {
        if let Some(order) = record.of::<FactErased>() {
            log.erase(order.seq).await?;
            forget(log, memory, &order).await?;
            erased = erased.saturating_add(1);
            tracing::info!(seq = order.seq, order = record.seq, "a payload was erased");
        }
        log.move_courier(NAME, record.seq.saturating_add(1)).await?;
    }
    Ok(erased)
}

/// How many erasures were ordered, and of how many the payload is still there. Read from the log alone: a process that
/// does not keep house may not look at the positions of couriers.
pub async fn counted(log: &dyn ReadLog) -> Result<ErasuresView, Outage> {
    let mut view = ErasuresView {
        ordered: 0,
        waiting: 0,
    };
    for record in log.history(&Stream::Platform, 0).await? {
        let Some(order) = record.of::<FactErased>() else {
            continue;
        };
        view.ordered = view.ordered.saturating_add(1);
        if log.payload(order.seq).await?.is_some() {
            view.waiting = view.waiting.saturating_add(1);
        }
    }
    Ok(view)
}

/// Lets a process forget what erasures from a position on took out of the log; the position to go on from, and
/// whether an erasure that was ordered is still to be done by the process that keeps house.
pub async fn forget_since(log: &dyn ReadLog, memory: &Memory, from: u64) -> Result<(u64, bool), Outage> {
    let mut next = from;
    for record in log.history(&Stream::Platform, from).await? {
        if let Some(order) = record.of::<FactErased>() {
            // Forgotten before it is gone, it would be read again.
            if log.payload(order.seq).await?.is_some() {
                return Ok((next, true));
            }
            forget(log, memory, &order).await?;
        }
        next = record.seq.saturating_add(1);
    }
    Ok((next, false))
}

/// Only enrolments are ever erased, so only the law of accounts remembers any of it.
async fn forget(log: &dyn ReadLog, memory: &Memory, order: &FactErased) -> Result<(), Outage> {
    if let Some(target) = log.records(order.seq, 1).await?.first() {
        memory.laws.accounts.forget(&target.stream);
        memory.gazette.forget(&target.stream);
    }
    Ok(())
}
