//! 暂停与恢复: procurement obeys the orders of supervision, and writes down that it did; an order that says until when it
//! stops is over by itself (政府采购法57).

use super::Phase;
use super::{State, gate, refuse};
use facts::body::award::{CandidatesRevoked, TenderResumed, TenderSuspended};
use facts::id::OrderId;
use facts::{Draft, Instant, Refusal};

pub(super) fn suspend(
    state: &State,
    order: OrderId,
    seq: u64,
    until: Option<Instant>,
) -> Result<Vec<Draft>, Refusal> {
    let Some(tender) = state.tender() else {
        return Err(refuse::unknown());
    };
    if state.is_over() {
        return Err(refuse::over(state.phase()));
    }
    // By its position too: a courier that was answered late and asks again suspends nobody twice.
    if state.pauses.orders().contains(&order) || state.obeyed.contains(&seq) {
        return Err(refuse::order_known(&order));
    }
    Ok(vec![gate::platform(
        tender,
        &TenderSuspended {
            order,
            seq,
            tender: tender.clone(),
            until,
        },
    )?])
}

/// The first order in force whose time is over at an instant, with its position.
pub(super) fn lapsed(state: &State, at: Instant) -> Option<(&OrderId, u64)> {
    let over = state.lapses.iter().find(|(_, (until, _))| *until <= at)?;
    Some((over.0, over.1.1))
}

/// When the next order in force is over by itself.
pub(super) fn next_lapse(state: &State) -> Option<Instant> {
    state.lapses.values().map(|(until, _)| *until).min()
}

/// The tender goes on where the time of the order is over; its position stands for an order to go on.
pub(super) fn lapse(state: &State, at: Instant) -> Result<Option<Vec<Draft>>, Refusal> {
    match lapsed(state, at) {
        Some((order, seq)) => resume(state, order.clone(), seq).map(Some),
        None => Ok(None),
    }
}

pub(super) fn resume(state: &State, order: OrderId, seq: u64) -> Result<Vec<Draft>, Refusal> {
    let Some(tender) = state.tender() else {
        return Err(refuse::unknown());
    };
    if !state.pauses.orders().contains(&order) {
        return Err(refuse::order_unknown(&order));
    }
    Ok(vec![gate::platform(
        tender,
        &TenderResumed {
            order,
            seq,
            tender: tender.clone(),
        },
    )?])
}

/// 责令重新评标: the candidates, if any, stand no more, and those of the evaluation done again are publicised anew.
///
/// Refused as `order.known` for an order that was answered already.
pub(super) fn revoke(state: &State, revoked: &CandidatesRevoked) -> Result<Vec<Draft>, Refusal> {
    if state.obeyed.contains(&revoked.seq) {
        return Err(refuse::order_obeyed(revoked.seq));
    }
    let phase = state.phase();
    if !matches!(phase, Phase::Opened | Phase::Publicised) {
        return Err(refuse::over(phase));
    }
    Ok(vec![gate::platform(&revoked.tender, revoked)?])
}
