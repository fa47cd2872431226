//! 暂停与恢复: procurement obeys the orders of supervision, and writes down that it did.

use super::{State, gate, refuse};
use facts::body::award::{TenderResumed, TenderSuspended};
use facts::id::OrderId;
use facts::{Draft, Refusal};

pub(super) fn suspend(state: &State, order: OrderId, seq: u64) -> Result<Vec<Draft>, Refusal> {
    let Some(tender) = state.tender() else {
        return Err(refuse::unknown());
    };
    if state.is_over() {
        return Err(refuse::over(state.phase()));
    }
    if state.pauses.orders().contains(&order) {
        return Err(refuse::order_known(&order));
    }
    Ok(vec![gate::platform(
        tender,
        &TenderSuspended {
            order,
            seq,
            tender: tender.clone(),
        },
    )?])
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
