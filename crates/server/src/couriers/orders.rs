//! From supervision to procurement: orders that bind (监督指令).
//!
//! Invariant: procurement obeys every order in the order of the log, once; its fact names the order's
//! position.

use crate::doors::Doors;
use desk::Failure;
use facts::body::award::CandidatesRevoked;
use facts::body::supervision::{OrderReevaluated, OrderResumed, OrderSuspended};
use facts::id::OrderId;
use facts::{Record, Stream, TenderId};
use procure::{Command, State};
use std::sync::Arc;

enum Order {
    Suspend(OrderId, u64),
    Resume(OrderId, u64),
    Reevaluate(CandidatesRevoked),
}

/// Brings orders that procurement has not obeyed yet.
pub async fn carry(doors: &Doors, tender: &TenderId, state: &Arc<State>) -> Result<bool, Failure> {
    if state.is_over() {
        return Ok(false);
    }
    let orders = doors.log.history(&Stream::Supervision(tender.clone()), 0).await?;
    let stream = Stream::Tender(tender.clone());
    let obeyed = doors
        .log
        .history(&stream, orders.first().map_or(u64::MAX, |order| order.seq))
        .await?;
    let mut carried = false;
    for order in orders.iter().filter_map(read) {
        let command = match order {
            Order::Suspend(order, seq) if !is_obeyed(&obeyed, seq) => Command::Suspend { order, seq },
            Order::Resume(order, seq) if !is_obeyed(&obeyed, seq) => Command::Resume { order, seq },
            // Obeyed when the tender goes on, should it be suspended.
            Order::Reevaluate(order) if !is_obeyed(&obeyed, order.seq) && !state.pauses.now() => {
                Command::Revoke(order)
            }
            _ => continue,
        };
        doors.laws.tenders.submit(stream.clone(), command).await?;
        carried = true;
    }
    Ok(carried)
}

fn read(record: &Record) -> Option<Order> {
    if let Some(body) = record.of::<OrderSuspended>() {
        return Some(Order::Suspend(body.order, record.seq));
    }
    if let Some(body) = record.of::<OrderReevaluated>() {
        return Some(Order::Reevaluate(CandidatesRevoked {
            order: body.order,
            panel: body.panel,
            reason: body.reason,
            seq: record.seq,
            tender: body.tender,
        }));
    }
    record
        .of::<OrderResumed>()
        .map(|body| Order::Resume(body.order, record.seq))
}

fn is_obeyed(records: &[Record], seq: u64) -> bool {
    use facts::body::award::{TenderResumed, TenderSuspended};
    records.iter().any(|record| {
        record.of::<TenderSuspended>().is_some_and(|body| body.seq == seq)
            || record.of::<TenderResumed>().is_some_and(|body| body.seq == seq)
            || record
                .of::<CandidatesRevoked>()
                .is_some_and(|body| body.seq == seq)
    })
}
