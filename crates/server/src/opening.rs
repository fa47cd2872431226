//! The opening worker: combines shares, opens every sealed body of a stage, and asks for one record.
//!
//! Invariant: nothing is published one by one; a crash on the way leaves nothing but plaintext files
//! that the next run writes again, and the record is one atomic fact (20号令30).

use crate::couriers::orders;
use crate::doors::Doors;
use desk::{Failure, Outage};
use facts::body::tender::PartRole;
use facts::id::StageId;
use facts::{Hex, Stream, TenderId};
use procure::opening::{Bidder, Outcome, Plan, PlanError, Task, assemble, plan, unseal};
use procure::{Command, KeyCard, State};
use std::collections::BTreeMap;
use std::fs::File;
use std::path::PathBuf;
use std::sync::Arc;

/// The largest letter that is read into memory, in bytes.
const MAX_LETTER: u64 = 8 * 1024 * 1024;

/// The file name under which the vault keeps an opened part.
#[must_use]
pub fn opened_name(submission: &Hex<16>) -> String {
    submission.to_string()
}

/// Does what can be done for the stage that waits for shares; `true` if a fact came of it.
pub async fn work(doors: &Doors, tender: &TenderId, state: &Arc<State>) -> Result<bool, Failure> {
    let Some((current, opening)) = state.current() else {
        return Ok(false);
    };
    if opening.settled.is_none() || opening.recorded.is_some() || state.pauses.now() || state.is_over() {
        return Ok(false);
    }
    let Some(assigned) = state.keys.get(current) else {
        return Ok(false);
    };
    let Some(card) = doors.card(&assigned.ceremony, &assigned.key_id).await? else {
        return Ok(false);
    };
    let stream = Stream::Tender(tender.clone());
    match planned(state.clone(), card.clone(), current.clone()).await? {
        Ok(plan) => {
            let opened = open(doors, state, &plan).await?;
            // Opening takes as long as the files are large; an order to stop may have come meanwhile.
            let now = doors.laws.tenders.state(&stream).await?;
            if orders::carry(doors, tender, &now).await? {
                return Ok(true);
            }
            doors
                .laws
                .tenders
                .submit(stream, Command::Record { opened, card })
                .await?;
            Ok(true)
        }
        Err(PlanError::Faulty { index, fault }) => {
            let command = Command::Fault {
                stage: current.clone(),
                index,
                submission: fault.submission,
                reason: fault.reason,
            };
            doors.laws.tenders.submit(stream, command).await?;
            Ok(true)
        }
        Err(PlanError::TooFew { .. } | PlanError::NotSettled(_)) => Ok(false),
        Err(error @ (PlanError::Key(_) | PlanError::Combine(_))) => {
            Err(Outage::new("planning an opening", error).into())
        }
    }
}

/// A new file that only the platform's own account can read.
fn private(path: &std::path::Path) -> std::io::Result<File> {
    use std::os::unix::fs::OpenOptionsExt;
    File::options()
        .write(true)
        .create(true)
        .truncate(true)
        .mode(0o600)
        .open(path)
}

/// Plans on a thread of its own: verifying shares is long work.
async fn planned(
    state: Arc<State>,
    card: KeyCard,
    current: StageId,
) -> Result<Result<Plan, PlanError>, Outage> {
    tokio::task::spawn_blocking(move || plan(&state, &card, &current))
        .await
        .map_err(|e| Outage::new("planning an opening", e))
}

async fn open(doors: &Doors, state: &State, plan: &Plan) -> Result<procure::OpenedStage, Failure> {
    let mut outcomes = BTreeMap::new();
    let mut letters = BTreeMap::new();
    for task in &plan.tasks {
        let sealed = doors
            .vault
            .path(desk::ports::Content::Body, task.body_digest.0)
            .await?;
        let target = doors.vault.opened(&opened_name(&task.submission)).await?;
        let (outcome, letter) = opened(task.clone(), sealed, target).await?;
        letters.extend(letter.map(|letter| (task.submission, letter)));
        outcomes.insert(task.submission, outcome);
    }
    let mut bidders = BTreeMap::new();
    for account in state.entrants.keys() {
        if let Some(known) = doors.front.directory.account(account).await? {
            bidders.insert(account.clone(), Bidder { key: known.key });
        }
    }
    assemble(state, &doors.about.origin, plan, &outcomes, &letters, &bidders)
        .map_err(|e| Outage::new("putting an opening record together", e).into())
}

async fn opened(
    task: Task,
    sealed: Option<PathBuf>,
    target: PathBuf,
) -> Result<(Outcome, Option<Vec<u8>>), Outage> {
    let work = move || -> std::io::Result<(Outcome, Option<Vec<u8>>)> {
        let beside = target.with_extension("opening");
        let mut writer = private(&beside)?;
        let body = || sealed.as_ref().map(File::open).transpose();
        let outcome = unseal(&task, body, &mut writer)?;
        let Outcome::Opened { bytes, .. } = outcome else {
            std::fs::remove_file(&beside)?;
            return Ok((outcome, None));
        };
        writer.sync_all()?;
        std::fs::rename(&beside, &target)?;
        let letter = if task.role == PartRole::Letter && bytes <= MAX_LETTER {
            Some(std::fs::read(&target)?)
        } else if task.role == PartRole::Letter {
            Some(Vec::new())
        } else {
            None
        };
        Ok((outcome, letter))
    };
    tokio::task::spawn_blocking(work)
        .await
        .map_err(|e| Outage::new("opening a sealed body", e))?
        .map_err(|e| Outage::new("opening a sealed body", e))
}
