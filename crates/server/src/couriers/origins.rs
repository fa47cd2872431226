//! From the addresses kept beside the log to the fact that says which are equal, and then to their end.
//!
//! Invariant: the fact on the log is the truth: addresses are erased only once it stands, or the tender is over without
//! it; whatever is wrong with the table keeps no tender from its deadlines.

use crate::doors::Doors;
use desk::Failure;
use facts::{Stream, TenderId};
use procure::{Command, State};

/// Compares what is kept of an opened tender, once, and erases what is kept of one that was compared or is over. Whether
/// a fact came of it.
pub async fn carry(doors: &Doors, tender: &TenderId, state: &State) -> Result<bool, Failure> {
    let is_opened = state.first_opened().is_some();
    if !is_opened && !state.is_over() {
        return Ok(false);
    }
    let addresses = match doors.origins.of(tender).await {
        Ok(addresses) => addresses,
        Err(outage) => {
            tracing::warn!(%tender, %outage, "addresses of hand-ins wait");
            return Ok(false);
        }
    };
    if addresses.is_empty() {
        return Ok(false);
    }
    if state.compared.is_some() || state.is_over() {
        match doors.origins.erase(tender).await {
            Ok(_) => tracing::info!(%tender, "addresses of hand-ins were erased"),
            Err(outage) => tracing::warn!(%tender, %outage, "addresses of hand-ins could not be erased yet"),
        }
        return Ok(false);
    }
    // A tender that stands still is compared when it goes on.
    if state.pauses.now() {
        return Ok(false);
    }
    let stream = Stream::Tender(tender.clone());
    match doors
        .laws
        .tenders
        .submit(stream, Command::CompareOrigins(addresses))
        .await
    {
        Ok(_) => Ok(true),
        Err(Failure::Refused(refusal)) => {
            tracing::warn!(%tender, code = %refusal.code, "addresses of hand-ins are not compared yet");
            Ok(false)
        }
        Err(failure) => Err(failure),
    }
}
