//! Orders beyond stopping and going on (监督指令): explain, move the deadline for all, undo a step; and what procurement
//! says when it cannot obey.
//!
//! Invariant: an order is obeyed or given back exactly once, in a fact that names its position.

use super::state::Voidable;
use super::{State, gate, refuse};
use crate::said::Said;
use facts::body::obeyed::{DeadlineExtended, ExplanationCalled, ExplanationGiven, OrderReturned, StepVoided};
use facts::outage::COURIER;
use facts::{Draft, Instant, Refusal, TenderId};

fn fresh(state: &State, seq: u64) -> Result<&TenderId, Refusal> {
    if state.obeyed.contains(&seq) {
        return Err(refuse::order_obeyed(seq));
    }
    state.tender().ok_or_else(refuse::unknown)
}

/// The buyer is told, whatever else stands still.
pub(super) fn call(state: &State, body: &ExplanationCalled) -> Result<Vec<Draft>, Refusal> {
    let tender = fresh(state, body.seq)?;
    Ok(vec![gate::platform(tender, body)?])
}

/// The buyer explains; late is better than never, and supervision sees it.
pub(super) fn explain(state: &State, said: Said<ExplanationGiven>) -> Result<Vec<Draft>, Refusal> {
    let body = &said.body;
    gate::stream(&said, &body.tender)?;
    let registered = state.registered.as_ref().ok_or_else(refuse::unknown)?;
    gate::owner(registered, &said.actor)?;
    match state.explanations.get(&body.order) {
        None => return Err(refuse::order_unknown(&body.order)),
        Some(explanation) if explanation.given.is_some() => {
            return Err(refuse::answered(body.order.as_str()));
        }
        Some(_) => {}
    }
    gate::stated("text", &body.text)?;
    Ok(vec![said.draft(false)])
}

/// The same deadline for all: later than the one in force, and before that one has passed; or after, where the platform
/// was down over it and nothing of the opening has begun.
pub(super) fn extend(state: &State, body: &DeadlineExtended, at: Instant) -> Result<Vec<Draft>, Refusal> {
    let tender = fresh(state, body.seq)?;
    if state.is_over() {
        return Err(refuse::over(state.phase()));
    }
    if let Some(passed) = state.passed() {
        if !state.openings.is_empty() {
            return Err(refuse::opening_begun(passed.deadline));
        }
        passed
            .moves(body.down, at, body.closes_at, COURIER)
            .map_err(|why| refuse::deadline_stays(passed, why))?;
        return Ok(vec![gate::platform(tender, body)?]);
    }
    gate::open(state, at)?;
    match state.deadline() {
        Some(deadline) if body.closes_at <= deadline => {
            Err(refuse::deadline_earlier(body.closes_at, deadline))
        }
        _ => Ok(vec![gate::platform(tender, body)?]),
    }
}

/// What may be undone: a reply that is no answer, and the publicity of candidates.
pub(super) fn void(state: &State, body: &StepVoided) -> Result<Vec<Draft>, Refusal> {
    let tender = fresh(state, body.seq)?;
    if state.is_over() {
        return Err(refuse::over(state.phase()));
    }
    let stands = match state.voidable.get(&body.step) {
        Some(Voidable::Publicity) => state.publicity.is_some(),
        Some(Voidable::Reply(sort, objection)) => state
            .heard
            .get(&(*sort, objection.clone()))
            .is_some_and(|heard| heard.replied.is_some_and(|(seq, _)| seq == body.step)),
        None => false,
    };
    if !stands {
        return Err(refuse::step_not_voidable(body.step));
    }
    Ok(vec![gate::platform(tender, body)?])
}

/// Says why an order is not obeyed.
pub(super) fn give_back(state: &State, body: &OrderReturned) -> Result<Vec<Draft>, Refusal> {
    let tender = fresh(state, body.seq)?;
    Ok(vec![gate::platform(tender, body)?])
}
