//! What the pen hands on: rows to the store, answers to those who wait.
//!
//! Invariant: every job is answered exactly once.

use super::compose::{Composition, Line, Verdict};
use super::landed::{Evidence, Landed, Latest};
use super::{Job, Reply};
use crate::{Outage, Row};
use facts::Refusal;
use ledger::Tree;
use std::sync::Arc;

/// The row of a line.
pub(super) fn row(line: &Line) -> Row {
    Row {
        seq: line.record.seq,
        at: line.record.at,
        entry: line.entry.clone(),
        leaf: line.leaf,
        stream: line.record.stream.clone(),
        kind: line.record.kind,
        payload: line.payload.to_bytes().into(),
        act: line.act,
        marks: line.marks.clone(),
    }
}

/// What the authors of a batch are told.
pub(super) fn tell(composition: &Composition, tree: &Arc<Tree>, latest: &Arc<Latest>) -> Vec<Landed> {
    composition
        .lines
        .iter()
        .map(|line| Landed {
            seq: line.record.seq,
            at: line.record.at,
            record: line.record.clone(),
            entry: line.entry.clone(),
            fresh: true,
            latest: latest.clone(),
            evidence: Evidence::Fresh {
                tree: tree.clone(),
                payload: line.payload.clone(),
            },
        })
        .collect()
}

/// Tells every job what became of it.
pub(super) fn answer(jobs: Vec<Box<dyn Job>>, verdicts: Vec<Verdict>, landed: &[Landed]) {
    // A twin is told where the first of the two landed: at the fact that carries the act.
    let firsts: Vec<Option<u64>> = verdicts
        .iter()
        .map(|verdict| match verdict {
            Verdict::Lands(from, to) => landed
                .get(*from..*to)?
                .iter()
                .find(|fact| fact.record.actor.is_some())
                .map(|fact| fact.seq),
            _ => None,
        })
        .collect();
    for (job, verdict) in jobs.into_iter().zip(verdicts) {
        let reply = match verdict {
            Verdict::Lands(from, to) => Ok(Reply::Landed(landed.get(from..to).unwrap_or_default().to_vec())),
            Verdict::Known(seq) => Ok(Reply::Known(seq)),
            Verdict::Twin(first) => firsts
                .get(first)
                .copied()
                .flatten()
                .map(Reply::Known)
                .ok_or_else(|| Outage::new("answering", "the first of two equal acts is missing").into()),
            Verdict::Fails(failure) => Err(failure),
        };
        job.answer(reply);
    }
}

/// The refusal while the wall clock is behind.
pub(super) fn behind(lag: i64) -> Refusal {
    Refusal::new(
        "clock.behind",
        format!(
            "The platform's clock lags its log by {lag} ms; nothing is written until that is set right. Try again later."
        ),
        format!("平台时钟落后日志 {lag} 毫秒,在校正之前不予写入,请稍后再试。"),
    )
}
