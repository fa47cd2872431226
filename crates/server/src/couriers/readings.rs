//! From the evaluation to a bidder: who was given which file of its bid to read, and when (查阅记录).
//!
//! Invariant: a bidder learns of its own bid alone, nothing before the result is computed, and no name before the
//! panel is public; until then a reader is a seat.

use crate::doors::Doors;
use desk::Problem;
use facts::id::{CodeId, LotId, PartId, SeatId};
use facts::{AccountId, Instant, Stream, TenderId};
use serde::Serialize;
use utoipa::ToSchema;

/// One reading of a file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Reading {
    /// When the file was given out.
    #[schema(value_type = i64)]
    pub at: Instant,
    /// Who sat there then; absent before the panel is public.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    pub expert: Option<AccountId>,
    /// The lot.
    #[schema(value_type = String)]
    pub lot: LotId,
    /// The part.
    #[schema(value_type = String)]
    pub part: PartId,
    /// The seat of the panel.
    #[schema(value_type = String)]
    pub seat: SeatId,
    /// Position of the fact `document.opened` in the log.
    pub seq: u64,
}

/// Who read what of one's own bid.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, ToSchema)]
pub struct Readings {
    /// Whether the result is computed, so that readings are shown.
    pub shown: bool,
    /// Every file given out, in order.
    pub readings: Vec<Reading>,
}

/// The readings of the bid of an account; none where it has no bid.
pub async fn of(doors: &Doors, tender: &TenderId, account: &AccountId) -> Result<Readings, Problem> {
    let state = doors.tender(tender).await?;
    let stream = Stream::Evaluation(tender.clone());
    let evaluation = doors.laws.evaluations.state(&stream).await?;
    let (Some(bid), Some(opened), Some(_)) = (
        state.entrants.get(account),
        evaluation.opened.as_ref(),
        evaluation.concluded.as_ref(),
    ) else {
        return Ok(Readings::default());
    };
    let public = evaluation.secret.is_empty();
    let lot = |code: &CodeId| {
        opened
            .bids
            .iter()
            .find(|one| one.code == *code)
            .map(|one| &one.lot)
    };
    let readings = evaluation.room.read.iter().filter_map(|reading| {
        let own = evaluation.codes.get(&reading.code) == Some(bid);
        let lot = lot(&reading.code).filter(|_| own)?;
        Some(Reading {
            at: reading.at,
            expert: reading.expert.clone().filter(|_| public),
            lot: lot.clone(),
            part: reading.part.clone(),
            seat: reading.seat.clone(),
            seq: reading.seq,
        })
    });
    Ok(Readings {
        shown: true,
        readings: readings.collect(),
    })
}
