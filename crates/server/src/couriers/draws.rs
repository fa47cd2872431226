//! Draws: the tree head that goes into one, and calls whose time is over.
//!
//! Invariant: the head pinned is that of the log right after the frozen pool, whatever was appended since.

use crate::doors::Doors;
use desk::{Failure, Outage};
use evaluate::Command;
use facts::body::draw::DrawPinned;
use facts::{Hex, Instant, Stream, TenderId};
use ledger::{TileSet, prove};
use procure::State;

/// Pins what is to be pinned and passes over who did not answer; whether anything was done.
pub async fn carry(doors: &Doors, tender: &TenderId, state: &State) -> Result<bool, Failure> {
    if state.pauses.now() || state.is_over() {
        return Ok(false);
    }
    let stream = Stream::Evaluation(tender.clone());
    let evaluation = doors.laws.evaluations.state(&stream).await?;
    if evaluation.concluded.is_some() {
        return Ok(false);
    }
    for (draw, drawing) in &evaluation.draws {
        let Some(frozen) = drawing.frozen.as_ref().filter(|_| drawing.pinned.is_none()) else {
            continue;
        };
        let size = frozen.0.saturating_add(1);
        let pinned = DrawPinned {
            draw: draw.clone(),
            root: root(doors, size).await?,
            size,
            tender: tender.clone(),
        };
        doors
            .laws
            .evaluations
            .submit(stream, Command::Pin(pinned))
            .await?;
        return Ok(true);
    }
    if evaluation.call_due().is_some_and(|due| due <= doors.clock.now()) {
        return match doors.laws.evaluations.submit(stream, Command::Lapse).await {
            Ok(_) => Ok(true),
            Err(Failure::Refused(refusal)) if refusal.code == "nothing.due" => Ok(false),
            Err(failure) => Err(failure),
        };
    }
    Ok(false)
}

/// When a call lapses next.
pub async fn due(doors: &Doors, tender: &TenderId, state: &State) -> Result<Option<Instant>, Outage> {
    if state.pauses.now() || state.is_over() {
        return Ok(None);
    }
    let stream = Stream::Evaluation(tender.clone());
    Ok(doors.laws.evaluations.state(&stream).await?.call_due())
}

/// The root of the log at a size.
async fn root(doors: &Doors, size: u64) -> Result<Hex<32>, Outage> {
    let mut tiles = TileSet::new();
    for id in prove::plan_root(size) {
        if let Some(bytes) = doors.log.tile(id.level, id.index, id.width).await? {
            tiles
                .insert(id, &bytes)
                .map_err(|e| Outage::new("reading a tile", e))?;
        }
    }
    let root = prove::root(&tiles, size);
    root.map(Hex)
        .ok_or_else(|| Outage::new("computing a root", "a tile is missing"))
}
