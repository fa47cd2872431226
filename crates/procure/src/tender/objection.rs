//! 开标异议: objected on the spot, answered on the spot, recorded (招标投标法实施条例44); and the bidders' signatures
//! under the record.

use super::state::{Opening, Recorded};
use super::{State, gate, refuse};
use crate::limits::OBJECTIONS;
use crate::said::Said;
use facts::body::opening::{OpeningConfirmed, OpeningObjected, OpeningReplied};
use facts::id::StageId;
use facts::{BidId, Draft, Instant, Refusal};

pub(super) fn object(state: &State, said: Said<OpeningObjected>, at: Instant) -> Result<Vec<Draft>, Refusal> {
    let body = &said.body;
    gate::addressed(state, &said, &body.tender)?;
    gate::bidder(state, &said.actor, &body.tender, &body.bid)?;
    let (opening, recorded) = read_out(state, &body.stage, &body.bid)?;
    let end = state.pauses.end_of(recorded.window);
    if at >= end {
        return Err(refuse::window_over("objections at the opening", end));
    }
    if opening
        .objectors
        .get(&body.bid)
        .is_some_and(|count| *count >= OBJECTIONS)
    {
        return Err(refuse::objections_many());
    }
    if state
        .openings
        .values()
        .any(|opening| opening.objections.contains_key(&body.objection))
    {
        return Err(refuse::twice("objection", body.objection.as_str()));
    }
    gate::stated("text", &body.text)?;
    Ok(vec![said.draft(false)])
}

/// There is no last instant for an answer: the opening cannot close without it.
pub(super) fn reply(state: &State, said: Said<OpeningReplied>) -> Result<Vec<Draft>, Refusal> {
    let body = &said.body;
    gate::owned(state, &said, &body.tender)?;
    let known = state
        .openings
        .values()
        .find_map(|opening| opening.objections.get(&body.objection));
    match known {
        None => return Err(refuse::objection_unknown(&body.objection)),
        Some(true) => return Err(refuse::answered(body.objection.as_str())),
        Some(false) => {}
    }
    gate::stated("text", &body.text)?;
    Ok(vec![said.draft(false)])
}

pub(super) fn confirm(state: &State, said: Said<OpeningConfirmed>) -> Result<Vec<Draft>, Refusal> {
    let body = &said.body;
    gate::addressed(state, &said, &body.tender)?;
    gate::bidder(state, &said.actor, &body.tender, &body.bid)?;
    let (opening, recorded) = read_out(state, &body.stage, &body.bid)?;
    if recorded.seq != body.record {
        return Err(refuse::other_record(body.record, recorded.seq));
    }
    if opening.confirmed.contains(&body.bid) {
        return Err(refuse::confirmed());
    }
    Ok(vec![said.draft(false)])
}

/// The record of a stage that has not closed yet, for a bid that stands in it.
fn read_out<'a>(
    state: &'a State,
    stage: &StageId,
    bid: &BidId,
) -> Result<(&'a Opening, &'a Recorded), Refusal> {
    let Some(opening) = state.openings.get(stage) else {
        return Err(refuse::not_recorded(stage));
    };
    let Some(recorded) = &opening.recorded else {
        return Err(refuse::not_recorded(stage));
    };
    if opening.closed.is_some() {
        return Err(refuse::opening_closed(stage));
    }
    if !opening.lists(bid) {
        return Err(refuse::not_listed(bid));
    }
    Ok((opening, recorded))
}
