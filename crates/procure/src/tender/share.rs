//! 保管人解密: one batch per custodian for the whole settled list, all or nothing.

use super::keys::custodian;
use super::{State, gate, refuse};
use crate::card::KeyCard;
use crate::said::Said;
use facts::body::opening::{ShareFaulted, ShareGiven};
use facts::id::StageId;
use facts::{Draft, Hex, Instant, Refusal};

/// A batch that answers another list or another number of envelopes is refused; one whose proofs fail is recorded
/// and then faulted, so that its author stays named.
pub(super) fn give(
    state: &State,
    said: Said<ShareGiven>,
    card: &KeyCard,
    at: Instant,
) -> Result<Vec<Draft>, Refusal> {
    let body = &said.body;
    gate::addressed(state, &said, &body.tender)?;
    of_stage(state, &body.stage, card)?;
    custodian(card, &said.actor, body.index)?;
    let Some(opening) = state.openings.get(&body.stage) else {
        return Err(refuse::list_not_frozen(&body.stage));
    };
    let Some((settled, window)) = &opening.settled else {
        return Err(refuse::list_not_settled(&body.stage));
    };
    let end = state.pauses.end_of(*window);
    if opening.recorded.is_some() || at >= end {
        return Err(refuse::window_over("shares", end));
    }
    if body.list != settled.list {
        return Err(refuse::other_list(&body.list, &settled.list));
    }
    if body.partials.len() != settled.submissions.len() {
        return Err(refuse::share_count(
            body.partials.len(),
            settled.submissions.len(),
        ));
    }
    if opening.shares.contains_key(&body.index) {
        return Err(refuse::share_given(body.index));
    }
    Ok(vec![said.draft(false)])
}

/// Names a batch that does not verify. It is ignored from here on, and its author may not give another.
pub(super) fn fault(
    state: &State,
    stage: StageId,
    index: u16,
    submission: Hex<16>,
    reason: String,
) -> Result<Vec<Draft>, Refusal> {
    let tender = gate::running(state)?.tender.clone();
    let Some(opening) = state.openings.get(&stage) else {
        return Err(refuse::list_not_frozen(&stage));
    };
    let Some(batch) = opening.shares.get(&index) else {
        return Err(refuse::share_unknown(index));
    };
    if batch.faulted.is_some() || opening.recorded.is_some() {
        return Err(refuse::nothing_due());
    }
    let faulted = ShareFaulted {
        index,
        reason,
        seq: batch.seq,
        stage,
        submission,
        tender: tender.clone(),
    };
    Ok(vec![gate::platform(&tender, &faulted)?])
}

/// The card belongs to the key that was assigned to the stage.
pub(super) fn of_stage(state: &State, stage: &StageId, card: &KeyCard) -> Result<(), Refusal> {
    match state.keys.get(stage) {
        Some(assigned) if assigned.key_id == card.key.key_id => Ok(()),
        _ => Err(refuse::key_unknown(&card.key.key_id)),
    }
}
