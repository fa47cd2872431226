//! From supervision to procurement: orders that bind (监督指令).
//!
//! Invariant: procurement answers every order once, in the order of the log: it obeys, or says why it cannot; its fact
//! names the order's position, and a position answered is never brought again.

use crate::doors::Doors;
use desk::Failure;
use facts::body::award::CandidatesRevoked;
use facts::body::obeyed::{DeadlineExtended, ExplanationCalled, OrderReturned, StepVoided};
use facts::body::supervision::{
    OrderExtended, OrderInquired, OrderReevaluated, OrderResumed, OrderSuspended, OrderVoided,
};
use facts::id::OrderId;
use facts::{Record, Refusal, Stream, TenderId};
use procure::{Command, State};
use std::sync::Arc;

/// Brings orders that procurement has not answered yet. A state that is old does no harm: the law looks at its own.
pub async fn carry(doors: &Doors, tender: &TenderId, state: &Arc<State>) -> Result<bool, Failure> {
    let orders = doors.log.history(&Stream::Supervision(tender.clone()), 0).await?;
    let stream = Stream::Tender(tender.clone());
    let mut carried = false;
    for (order, seq, command) in orders.iter().filter_map(read) {
        if state.obeyed.contains(&seq) {
            continue;
        }
        // Obeyed when the tender goes on, should it be suspended.
        if matches!(command, Command::Revoke(_)) && state.pauses.now() {
            continue;
        }
        match doors.laws.tenders.submit(stream.clone(), command).await {
            Ok(_) => carried = true,
            Err(Failure::Refused(refusal)) if refusal.code == "order.known" => {}
            Err(Failure::Refused(refusal)) if is_final(&refusal) => {
                let back = OrderReturned {
                    cause: refusal.code.into_owned(),
                    order,
                    seq,
                    tender: tender.clone(),
                };
                doors
                    .laws
                    .tenders
                    .submit(stream.clone(), Command::GiveBack(back))
                    .await?;
                carried = true;
            }
            Err(failure) => return Err(failure),
        }
    }
    Ok(carried)
}

/// Whether waiting would not help: the law has spoken, and time does not change what it said.
fn is_final(refusal: &Refusal) -> bool {
    !refusal.code.starts_with("clock.")
}

fn read(record: &Record) -> Option<(OrderId, u64, Command)> {
    let seq = record.seq;
    if let Some(body) = record.of::<OrderSuspended>() {
        let (order, until) = (body.order.clone(), body.until);
        return Some((body.order, seq, Command::Suspend { order, seq, until }));
    }
    if let Some(body) = record.of::<OrderResumed>() {
        let order = body.order.clone();
        return Some((body.order, seq, Command::Resume { order, seq }));
    }
    if let Some(body) = record.of::<OrderInquired>() {
        let call = ExplanationCalled {
            order: body.order.clone(),
            seq,
            tender: body.tender,
            until: body.until,
        };
        return Some((body.order, seq, Command::CallExplanation(call)));
    }
    if let Some(body) = record.of::<OrderExtended>() {
        let extended = DeadlineExtended {
            closes_at: body.closes_at,
            down: body.down,
            order: body.order.clone(),
            seq,
            tender: body.tender,
        };
        return Some((body.order, seq, Command::Extend(extended)));
    }
    if let Some(body) = record.of::<OrderReevaluated>() {
        let revoked = CandidatesRevoked {
            order: body.order.clone(),
            panel: body.panel,
            reason: body.reason,
            seq,
            tender: body.tender,
        };
        return Some((body.order, seq, Command::Revoke(revoked)));
    }
    let body = record.of::<OrderVoided>()?;
    let voided = StepVoided {
        order: body.order.clone(),
        seq,
        step: body.step,
        tender: body.tender,
    };
    Some((body.order, seq, Command::Void(voided)))
}
