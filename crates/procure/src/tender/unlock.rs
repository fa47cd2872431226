//! The window before any share exists: disputes of the list, and the bidders' own secrets (投标人解密).

use super::state::Opening;
use super::{State, gate, refuse};
use crate::front::UnlockFault;
use crate::said::Said;
use facts::body::opening::{BidUnlocked, ListDisputed};
use facts::id::StageId;
use facts::{Draft, Instant, Refusal};

/// A dispute is recorded with its receipt; it does not stop the opening by itself, a supervisor's order does.
pub(super) fn dispute(state: &State, said: Said<ListDisputed>, at: Instant) -> Result<Vec<Draft>, Refusal> {
    let body = &said.body;
    gate::addressed(state, &said, &body.tender)?;
    gate::bidder(state, &said.actor, &body.tender, &body.bid)?;
    let opening = disputable(state, &body.stage, at)?;
    if opening.disputed.contains(&body.bid) {
        return Err(refuse::disputed());
    }
    gate::stated("text", &body.text)?;
    // A receipt is as long as what was handed in.
    if body.receipt.trim().is_empty() {
        return Err(refuse::text_missing("receipt"));
    }
    Ok(vec![said.draft(false)])
}

/// All envelopes of a bid on the list are unlocked by one act, once.
pub(super) fn unlock(
    state: &State,
    said: Said<BidUnlocked>,
    verdict: Result<(), UnlockFault>,
    at: Instant,
) -> Result<Vec<Draft>, Refusal> {
    let body = &said.body;
    gate::addressed(state, &said, &body.tender)?;
    gate::bidder(state, &said.actor, &body.tender, &body.bid)?;
    let opening = disputable(state, &body.stage, at)?;
    if !state
        .notice
        .as_ref()
        .is_some_and(|notice| notice.opening.bidder_lock)
    {
        return Err(refuse::no_lock());
    }
    if !opening.lists(&body.bid) {
        return Err(refuse::not_listed(&body.bid));
    }
    if opening.unlocked.contains(&body.bid) {
        return Err(refuse::unlocked());
    }
    verdict.map_err(|fault| fault.refusal())?;
    Ok(vec![said.draft(false)])
}

fn disputable<'a>(state: &'a State, stage: &StageId, at: Instant) -> Result<&'a Opening, Refusal> {
    let Some(opening) = state.openings.get(stage) else {
        return Err(refuse::list_not_frozen(stage));
    };
    let end = state.pauses.end_of(opening.disputing);
    if opening.settled.is_some() || at >= end {
        return Err(refuse::window_over("disputes and unlocking", end));
    }
    Ok(opening)
}
