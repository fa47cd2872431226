//! What waits for an answer within one tender: orders that procurement has neither obeyed nor given back, explanations
//! that were not given, objections without a reply (未答复事项).
//!
//! Invariant: each waits from its position in the log until the fact that answers it stands there; neither the time nor
//! the phase of the tender makes one vanish.

use super::matter::{Demand, Matter, Phase, Raised};
use facts::body::award::{
    CandidatesObjected, CandidatesReplied, CandidatesRevoked, TenderResumed, TenderSuspended,
};
use facts::body::obeyed::{DeadlineExtended, ExplanationCalled, ExplanationGiven, OrderReturned, StepVoided};
use facts::body::objection::{ObjectionNoted, ObjectionReplied};
use facts::body::opening::{OpeningObjected, OpeningReplied};
use facts::body::supervision::{
    OrderExtended, OrderInquired, OrderReevaluated, OrderResumed, OrderSuspended, OrderVoided,
};
use facts::calendar::CHINA;
use facts::hearing::reply_due;
use facts::id::OrderId;
use facts::{Instant, Kind, Record};

/// What a record adds and what it answers.
pub(super) fn fold(matter: &mut Matter, record: &Record) {
    ordered(matter, record);
    answered(matter, record);
    objected(matter, record);
}

fn ordered(matter: &mut Matter, record: &Record) {
    let (order, due): (Option<OrderId>, Option<Instant>) = match record.kind {
        Kind::OrderSuspended => (record.of().map(|body: OrderSuspended| body.order), None),
        Kind::OrderResumed => (record.of().map(|body: OrderResumed| body.order), None),
        Kind::OrderReevaluated => (record.of().map(|body: OrderReevaluated| body.order), None),
        Kind::OrderVoided => (record.of().map(|body: OrderVoided| body.order), None),
        Kind::OrderExtended => (record.of().map(|body: OrderExtended| body.order), None),
        Kind::OrderInquired => record.of().map_or((None, None), |body: OrderInquired| {
            (Some(body.order), Some(body.until))
        }),
        _ => return,
    };
    matter.orders.extend(order.map(|order| Demand {
        at: record.at,
        due,
        kind: record.kind,
        order,
        seq: record.seq,
        told: false,
    }));
}

/// Strikes the orders of a kind and name off.
fn strike(matter: &mut Matter, kind: Kind, order: Option<&OrderId>) {
    let is_it = |demand: &Demand| demand.kind == kind && Some(&demand.order) == order;
    matter.orders.retain(|demand| !is_it(demand));
}

fn answered(matter: &mut Matter, record: &Record) {
    match record.kind {
        Kind::TenderSuspended => {
            let body = record.of::<TenderSuspended>();
            strike(
                matter,
                Kind::OrderSuspended,
                body.as_ref().map(|body| &body.order),
            );
        }
        Kind::TenderResumed => {
            let body = record.of::<TenderResumed>();
            strike(matter, Kind::OrderResumed, body.as_ref().map(|body| &body.order));
        }
        Kind::CandidatesRevoked => {
            let body = record.of::<CandidatesRevoked>();
            strike(
                matter,
                Kind::OrderReevaluated,
                body.as_ref().map(|body| &body.order),
            );
        }
        Kind::StepVoided => {
            let body = record.of::<StepVoided>();
            strike(matter, Kind::OrderVoided, body.as_ref().map(|body| &body.order));
        }
        Kind::DeadlineExtended => {
            let body = record.of::<DeadlineExtended>();
            strike(matter, Kind::OrderExtended, body.as_ref().map(|body| &body.order));
        }
        Kind::ExplanationCalled => {
            let called = record.of::<ExplanationCalled>();
            for demand in &mut matter.orders {
                let is_it = |body: &ExplanationCalled| body.order == demand.order;
                demand.told |= demand.kind == Kind::OrderInquired && called.as_ref().is_some_and(is_it);
            }
        }
        Kind::ExplanationGiven => {
            let body = record.of::<ExplanationGiven>();
            strike(matter, Kind::OrderInquired, body.as_ref().map(|body| &body.order));
        }
        Kind::OrderReturned => {
            if let Some(body) = record.of::<OrderReturned>() {
                matter.orders.retain(|demand| demand.seq != body.seq);
            }
        }
        _ => {}
    }
}

fn objected(matter: &mut Matter, record: &Record) {
    let at = record.at;
    let raised = match record.kind {
        // 招标投标法实施条例44: answered on the spot, so before the objections at the opening end.
        Kind::OpeningObjected => record.of().map(|body: OpeningObjected| {
            let ends = matter.clocks.get("opening_objections").map(|clock| clock.at);
            (body.objection, Some(ends.unwrap_or(at)))
        }),
        Kind::CandidatesObjected => record.of().map(|body: CandidatesObjected| {
            (
                body.objection,
                matter.regime.and_then(|regime| reply_due(&CHINA, regime, at)),
            )
        }),
        Kind::ObjectionNoted => record.of().map(|body: ObjectionNoted| (body.objection, body.due)),
        _ => None,
    };
    matter
        .objections
        .extend(raised.map(|(objection, due)| (objection, Raised { at, due })));
    let replied = match record.kind {
        Kind::OpeningReplied => record.of().map(|body: OpeningReplied| body.objection),
        Kind::CandidatesReplied => record.of().map(|body: CandidatesReplied| body.objection),
        Kind::ObjectionReplied => record.of().map(|body: ObjectionReplied| body.objection),
        _ => None,
    };
    if let Some(replied) = replied {
        matter.objections.remove(&replied);
    }
}

/// When the nearest reply and the nearest explanation are due; of a tender that is over no clock runs.
pub(super) fn dues(matter: &Matter) -> [(&'static str, Option<Instant>); 2] {
    let is_over = matches!(matter.phase, Phase::Failed | Phase::Terminated);
    let replies = matter.objections.values().filter_map(|raised| raised.due);
    let called = matter.orders.iter().filter(|demand| demand.told);
    [
        ("objection_reply", replies.min().filter(|_| !is_over)),
        (
            "explanation",
            called.filter_map(|demand| demand.due).min().filter(|_| !is_over),
        ),
    ]
}
