//! From the log to the panel: puts the report together, prints it, and completes it when the time to sign is over;
//! brings to evaluation what procurement took down of an order to evaluate again.
//!
//! Invariant: what is printed follows from the log alone, so that a report that was lost is printed again the same;
//! the digest that members sign is of the canonical document, not of the page.

use crate::doors::Doors;
use crate::printing::{Papers, papers};
use desk::{Failure, Outage};
use evaluate::{Assembled, Command};
use facts::{Hex, Stream, TenderId};
use procure::State;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Does what can be done; `true` if a fact came of it.
pub async fn carry(doors: &Doors, tender: &TenderId, state: &Arc<State>) -> Result<bool, Failure> {
    let stream = Stream::Evaluation(tender.clone());
    let evaluation = doors.laws.evaluations.state(&stream).await?;
    if evaluation.opened.is_none() || state.pauses.now() {
        return Ok(false);
    }
    let command = if let Some((seq, order)) = waiting(state, &evaluation) {
        Command::Reopen(order, seq)
    } else if let Some(concluded) = evaluation.awaits_report() {
        let Some(papers) = papers(doors, tender, concluded).await? else {
            return Ok(false);
        };
        keep(doors, &papers).await?;
        Command::Assemble(Assembled {
            concluded,
            document: papers.document,
            pdf: papers.pdf,
            pages: papers.pages,
        })
    } else if evaluation
        .report_due()
        .is_some_and(|until| until <= doors.clock.now())
    {
        Command::CloseReport
    } else {
        return Ok(false);
    };
    match doors.laws.evaluations.submit(stream, command).await {
        Ok(_) => Ok(true),
        // The law's instant may lie a little behind this clock.
        Err(Failure::Refused(refusal)) if refusal.code == "nothing.due" => Ok(false),
        Err(failure) => Err(failure),
    }
}

/// The order that procurement obeyed and evaluation did not yet.
fn waiting(
    state: &State,
    evaluation: &evaluate::State,
) -> Option<(u64, facts::body::award::CandidatesRevoked)> {
    let obeyed = usize::try_from(evaluation.reopened).ok()?;
    state.revocations.get(obeyed).cloned()
}

/// The name under which the printed report is kept, in the folder that only the platform's own account reads.
fn name(pdf: &Hex<32>) -> String {
    format!("report-{pdf}")
}

async fn keep(doors: &Doors, papers: &Papers) -> Result<(), Outage> {
    let path = doors.vault.opened(&name(&papers.pdf)).await?;
    let bytes = papers.bytes.clone();
    let write = move || written(&path, &bytes);
    let done = tokio::task::spawn_blocking(write)
        .await
        .map_err(|e| Outage::new("keeping a report", e))?;
    done.map_err(|e| Outage::new("keeping a report", e))
}

fn written(path: &Path, bytes: &[u8]) -> std::io::Result<()> {
    use std::os::unix::fs::OpenOptionsExt as _;
    let beside = path.with_extension("printing");
    let mut file = std::fs::File::options()
        .write(true)
        .create(true)
        .truncate(true)
        .mode(0o600)
        .open(&beside)?;
    file.write_all(bytes)?;
    file.sync_all()?;
    std::fs::rename(beside, path)
}

/// The printed report as it was signed: kept, or else printed again from the log.
pub async fn printed(
    doors: &Doors,
    tender: &TenderId,
    concluded: u64,
    pdf: &Hex<32>,
) -> Result<Option<Vec<u8>>, Outage> {
    let path: PathBuf = doors.vault.opened(&name(pdf)).await?;
    if let Ok(bytes) = tokio::fs::read(&path).await {
        return Ok(Some(bytes));
    }
    let again = papers(doors, tender, concluded).await?;
    Ok(again
        .filter(|papers| papers.pdf == *pdf)
        .map(|papers| papers.bytes))
}
