//! What the platform owes when the time has come: closing, lists, failures, the end of the opening.
//!
//! Invariant: each step depends on the state and the instant alone; a late tick brings about the same facts as a
//! punctual one, only later.

use super::state::Opening;
use super::{
    State, challenge, closing, evolve, gate, listing, qualification, quotes, record, refuse, suspension,
};
use crate::card::Cards;
use facts::body::opening::{Cause, OpeningClosed, OpeningFailed};
use facts::id::StageId;
use facts::{Draft, Instant, Refusal, TenderId};

/// More steps than any tender has at one instant: two per stage and a few.
const MOST_STEPS: usize = 64;

/// All steps that are due, in order; each sees what the one before it brought about.
pub(super) fn tick(state: &State, cards: &Cards, at: Instant) -> Result<Vec<Draft>, Refusal> {
    if let Some(drafts) = challenge::step(state)? {
        return Ok(drafts);
    }
    if let Some(drafts) = suspension::lapse(state, at)? {
        return Ok(drafts);
    }
    let tender = gate::running(state)?.tender.clone();
    let mut drafts: Vec<Draft> = Vec::new();
    let mut ahead = state.clone();
    for _ in 0..MOST_STEPS {
        let Some(due) = step(&ahead, &tender, cards, at)? else {
            break;
        };
        for draft in &due {
            // No step reads positions of facts made in the same tick.
            evolve::evolve(&mut ahead, &draft.record(u64::MAX, at));
        }
        drafts.extend(due);
    }
    if drafts.is_empty() {
        Err(refuse::nothing_due())
    } else {
        Ok(drafts)
    }
}

fn step(state: &State, tender: &TenderId, cards: &Cards, at: Instant) -> Result<Option<Vec<Draft>>, Refusal> {
    let Some(notice) = &state.notice else {
        return Ok(None);
    };
    if state.is_over() {
        return Ok(None);
    }
    if state.closed.is_none() {
        return closing::close(state, tender, at);
    }
    let Some((stage, opening)) = state.current() else {
        let Some(first) = notice.stages.first() else {
            return Ok(None);
        };
        // What is frozen is known to everybody, and nothing could be moved any more.
        if state.held().is_some_and(|until| at < until) {
            return Ok(None);
        }
        return closing::freeze(state, tender, &first.stage, at).map(Some);
    };
    if opening.closed.is_some() {
        return after(state, tender, stage, at);
    }
    if opening.recorded.is_some() {
        return end(state, tender, opening, at);
    }
    if opening.settled.is_some() {
        return give_up(state, tender, opening, cards, at);
    }
    closing::settle(state, tender, stage, at)
}

/// Too few custodians when their window is over: nobody's price was opened, and no bidder is at fault.
fn give_up(
    state: &State,
    tender: &TenderId,
    opening: &Opening,
    cards: &Cards,
    at: Instant,
) -> Result<Option<Vec<Draft>>, Refusal> {
    let Some((_, window)) = &opening.settled else {
        return Ok(None);
    };
    if at < state.pauses.end_of(*window) {
        return Ok(None);
    }
    let stage = &opening.frozen.stage;
    let Some(assigned) = state.keys.get(stage) else {
        return Ok(None);
    };
    let Some(card) = cards.get(&assigned.key_id) else {
        return Err(refuse::key_unknown(&assigned.key_id));
    };
    let shares = u16::try_from(opening.good().count()).unwrap_or(u16::MAX);
    if shares >= card.k {
        return Ok(None);
    }
    let failed = OpeningFailed {
        cause: Cause::CustodiansBelowK,
        shares,
        stage: stage.clone(),
        tender: tender.clone(),
    };
    let mut drafts = vec![gate::platform(tender, &failed)?];
    drafts.extend(record::absent(tender, opening, card)?);
    let basis = "20号令31: the envelopes stay closed for a cause that is not the bidders'; the bids count as withdrawn (视为撤回)";
    drafts.push(closing::fail(tender, "cannot_open", basis)?);
    Ok(Some(drafts))
}

/// The opening of a stage ends when its window is over and every objection is answered (招标投标法实施条例44).
fn end(
    state: &State,
    tender: &TenderId,
    opening: &Opening,
    at: Instant,
) -> Result<Option<Vec<Draft>>, Refusal> {
    let Some(recorded) = &opening.recorded else {
        return Ok(None);
    };
    let answered = opening.objections.values().all(|answered| *answered);
    if !answered || at < state.pauses.end_of(recorded.window) {
        return Ok(None);
    }
    let closed = OpeningClosed {
        stage: opening.frozen.stage.clone(),
        tender: tender.clone(),
    };
    let mut drafts = vec![gate::platform(tender, &closed)?];
    if !listing::anything_opened(state, &opening.frozen.stage) {
        drafts.push(closing::fail(
            tender,
            "no_valid_bid",
            "20号令31: no bid could be opened whole, each with its cause",
        )?);
    }
    Ok(Some(drafts))
}

/// The next stage follows at once; one for final quotes when those invited have had their time.
fn after(
    state: &State,
    tender: &TenderId,
    stage: &StageId,
    at: Instant,
) -> Result<Option<Vec<Draft>>, Refusal> {
    let Some(notice) = &state.notice else {
        return Ok(None);
    };
    let next = notice
        .stages
        .iter()
        .skip_while(|known| known.stage != *stage)
        .nth(1);
    match next {
        Some(next) if next.invited => quotes::next(state, tender, &next.stage, at),
        Some(next) => closing::freeze(state, tender, &next.stage, at).map(Some),
        None => qualification::short(state, tender),
    }
}
