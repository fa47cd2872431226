//! Which custodians open, and the combined point of every envelope.

use crate::card::KeyCard;
use crate::front::{ShareFault, check_share, listed};
use crate::tender::State;
use facts::body::tender::PartRole;
use facts::id::{LotId, PartId, StageId};
use facts::{BidId, Hex};
use seal::{Header, Label, Opening, Partial, Point, Suite, combine};

/// Everything that is needed to open the settled envelopes of a stage.
#[derive(Debug, Clone)]
pub struct Plan {
    /// The stage.
    pub stage: StageId,
    /// The custodians whose shares are combined: the first k with good batches, ascending.
    pub quorum: Vec<u16>,
    /// One task per envelope, in the order of the settled list.
    pub tasks: Vec<Task>,
}

/// How one envelope is opened. Holds what makes its content readable: never written to a log.
#[derive(Clone)]
pub struct Task {
    /// The envelope.
    pub submission: Hex<16>,
    /// The bid.
    pub bid: BidId,
    /// The lot.
    pub lot: LotId,
    /// The part.
    pub part: PartId,
    /// What the part is.
    pub role: PartRole,
    /// Most bytes of its file.
    pub max_bytes: u64,
    /// Tree digest of the sealed body, by which the vault knows it.
    pub body_digest: Hex<32>,
    /// Length of the sealed body.
    pub body_length: u64,
    label: Label,
    header: Header,
    y: Point,
    z: Point,
    beta: Option<Hex<32>>,
}

impl std::fmt::Debug for Task {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Task({} {} {})", self.submission, self.lot, self.part)
    }
}

impl Task {
    /// What the sealed body is opened with.
    #[must_use]
    pub fn opening(&self) -> Opening<'_> {
        Opening {
            suite: Suite::Tree64k,
            label: &self.label,
            header: &self.header,
            y: &self.y,
            z: &self.z,
            beta: self.beta.as_ref().map(Hex::bytes),
        }
    }
}

/// Why a stage cannot be opened (yet).
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PlanError {
    /// The list is not settled, or an envelope on it is not one that the front door lets in.
    #[error("the list of stage {0} is not settled")]
    NotSettled(StageId),
    /// The card is not of the stage's key.
    #[error("the key of stage {0} is not at hand")]
    Key(StageId),
    /// A batch in the log does not verify: fault it, then plan again.
    #[error("the batch of custodian {index} is false at envelope {}: {}", .fault.submission, .fault.reason)]
    Faulty {
        /// The custodian.
        index: u16,
        /// The first false proof.
        fault: ShareFault,
    },
    /// Not enough good batches.
    #[error("{have} good batches where {need} are needed")]
    TooFew {
        /// Batches.
        have: usize,
        /// The threshold.
        need: u16,
    },
    /// Verified partials that do not combine; cannot happen unless the card is false.
    #[error("the partial openings of envelope {0} do not combine")]
    Combine(Hex<16>),
}

/// Verifies the batches again, chooses k of them and combines their partial openings.
pub fn plan(state: &State, card: &KeyCard, stage: &StageId) -> Result<Plan, PlanError> {
    let not_settled = || PlanError::NotSettled(stage.clone());
    let assigned = state
        .keys
        .get(stage)
        .is_some_and(|assigned| assigned.key_id == card.key.key_id);
    let y = card
        .public()
        .filter(|_| assigned)
        .ok_or_else(|| PlanError::Key(stage.clone()))?;
    let opening = state.openings.get(stage).ok_or_else(not_settled)?;
    let envelopes = listed(state, stage).ok_or_else(not_settled)?;
    let k = usize::from(card.k);
    let quorum: Vec<u16> = opening.good().take(k).collect();
    if quorum.len() < k {
        return Err(PlanError::TooFew {
            have: quorum.len(),
            need: card.k,
        });
    }
    let mut batches = Vec::with_capacity(k);
    for index in &quorum {
        let partials = opening
            .shares
            .get(index)
            .map(|batch| batch.partials.as_slice())
            .unwrap_or_default();
        check_share(state, card, stage, *index, partials)
            .map_err(|fault| PlanError::Faulty { index: *index, fault })?;
        batches.push((*index, partials));
    }
    let mut tasks = Vec::with_capacity(envelopes.len());
    for (place, known) in envelopes.into_iter().enumerate() {
        let submission = known.submission;
        let points: Option<Vec<(u16, Point)>> = batches
            .iter()
            .map(|(index, partials)| Some((*index, Partial::parse(partials.get(place)?.bytes()).ok()?.d)))
            .collect();
        let points = points.ok_or(PlanError::Combine(submission))?;
        let z = combine(k, &points).map_err(|_| PlanError::Combine(submission))?;
        let (_, part) = state.part(&known.envelope.part).ok_or_else(not_settled)?;
        tasks.push(Task {
            submission,
            bid: known.bid.clone(),
            lot: known.envelope.lot.clone(),
            part: known.envelope.part.clone(),
            role: part.role,
            max_bytes: part.max_bytes,
            body_digest: known.envelope.body_digest,
            body_length: known.envelope.body_length,
            label: known.label,
            header: known.header,
            y,
            z,
            beta: opening.betas.get(&submission).copied(),
        });
    }
    Ok(Plan {
        stage: stage.clone(),
        quorum,
        tasks,
    })
}
