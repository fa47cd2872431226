//! From procurement to supervision: that the opening is recorded, so that what is ended may be shown.
//!
//! Invariant: of procurement nothing but this one bit is brought.

use crate::doors::Doors;
use desk::Failure;
use facts::{Stream, TenderId};
use procure::State;
use std::sync::Arc;

/// Has the facts of ended complaints and of emergency accesses disclosed, once the opening is recorded.
pub async fn show(doors: &Doors, tender: &TenderId, state: &Arc<State>) -> Result<bool, Failure> {
    let opened = state.openings.values().any(|opening| opening.recorded.is_some());
    if !opened {
        return Ok(false);
    }
    let stream = Stream::Supervision(tender.clone());
    let supervision = doors.laws.orders.state(&stream).await?;
    if supervise::show::waiting(&supervision).is_empty() {
        return Ok(false);
    }
    let command = supervise::Command::Show {
        tender: tender.clone(),
        opened,
    };
    doors.laws.orders.submit(stream, command).await?;
    Ok(true)
}
