//! From procurement to supervision: that the opening is recorded or the tender over, so that what is ended may be shown.
//!
//! Invariant: of procurement nothing but this one bit is brought.

use crate::doors::Doors;
use desk::{Failure, Outage};
use facts::{Instant, Stream, TenderId};
use procure::State;
use std::sync::Arc;

/// Whether a disclosure names nobody before an opening: it was, or there will be none.
fn has_grounds(state: &State) -> bool {
    let opened = state.openings.values().any(|opening| opening.recorded.is_some());
    opened || state.is_over()
}

/// Has the facts of ended complaints, and of emergency accesses that were read or lapsed, disclosed.
pub async fn show(doors: &Doors, tender: &TenderId, state: &Arc<State>) -> Result<bool, Failure> {
    if !has_grounds(state) {
        return Ok(false);
    }
    let stream = Stream::Supervision(tender.clone());
    let supervision = doors.laws.orders.state(&stream).await?;
    if supervise::show::waiting(&supervision, doors.clock.now()).is_empty() {
        return Ok(false);
    }
    let command = supervise::Command::Show {
        tender: tender.clone(),
        grounds: true,
    };
    doors.laws.orders.submit(stream, command).await?;
    Ok(true)
}

/// When an access lapses that is to be disclosed then.
pub async fn due(doors: &Doors, tender: &TenderId, state: &Arc<State>) -> Result<Option<Instant>, Outage> {
    if !has_grounds(state) {
        return Ok(None);
    }
    let supervision = doors
        .laws
        .orders
        .state(&Stream::Supervision(tender.clone()))
        .await?;
    Ok(supervise::show::next(&supervision, doors.clock.now()))
}
