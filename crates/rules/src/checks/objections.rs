//! Objections and queries (异议、质疑): raised in time, and nothing settled over them; an evaluation done again for a cause.
//!
//! Invariant: who raised one is sealed and read by no check; a note of the platform stands for it.

use super::notice::kept_otherwise;
use super::{Case, Table};
use crate::finding::{Findings, Flaw};
use crate::procedure::hearing::raised_at;
use crate::procedure::{Procedure, Told};
use facts::Instant;
use facts::body::objection::{Against, ObjectionNoted};
use facts::calendar::{Calendar, day_of, days_between, end_of};

pub(super) const TABLE: Table = &[
    ("objection.before_deadline", before_deadline),
    ("query.timely", timely),
    ("award.while_queried", while_queried),
    ("reevaluation.ordered", reevaluated),
];

/// The deadline in force at a position.
fn deadline(procedure: &Procedure, before: u64) -> Option<Instant> {
    let noticed = procedure.noticed.as_ref()?;
    let amended = procedure
        .amended
        .iter()
        .map(|told| (told.seq, told.body.closes_at));
    let extended = procedure
        .extended_by_order
        .iter()
        .map(|told| (told.seq, told.body.closes_at));
    let moved = amended.chain(extended).filter(|(seq, _)| *seq < before);
    let last = moved.max_by_key(|(seq, _)| *seq).map(|(_, closes_at)| closes_at);
    Some(last.unwrap_or(noticed.body.closes_at))
}

/// C05: documents are objected to so many days before the deadline.
fn before_deadline(case: &Case<'_>, found: &mut Findings) {
    let documents = |told: &&Told<ObjectionNoted>| told.body.against == Against::Documents;
    for told in case.procedure.hearing.noted.iter().filter(documents) {
        let Some(closes_at) = deadline(case.procedure, told.seq) else {
            continue;
        };
        let left = days_between(day_of(raised_at(told)), day_of(closes_at));
        if left >= case.number() {
            found.keep([told.seq]);
            continue;
        }
        found.flaw(
            Flaw::new(
                told.mark(),
                format!(
                    "对招标文件的异议{}在投标截止前{left}日提出,不足{}日。",
                    told.body.objection,
                    case.number()
                ),
                format!(
                    "Objection {} to the documents came {left} days before the deadline, not {}.",
                    told.body.objection,
                    case.number()
                ),
            )
            .about(&told.body.objection),
        );
    }
}

/// The day from which a query may be raised for so many working days, and the fact that says so.
fn known(calendar: &Calendar, procedure: &Procedure, told: &Told<ObjectionNoted>) -> Option<(Instant, u64)> {
    match told.body.against {
        Against::Documents => {
            let noticed = procedure.noticed.as_ref()?;
            let last = procedure.amended.iter().rfind(|change| change.seq < told.seq);
            let (at, seq) = last.map_or((noticed.at, noticed.seq), |change| (change.at, change.seq));
            Some((noticed.body.documents_until.max(at), seq))
        }
        Against::Process => {
            let closed = procedure
                .opening_closed
                .iter()
                .rfind(|step| step.seq < told.seq)?;
            Some((closed.at, closed.seq))
        }
        Against::Result => {
            let public = procedure.publicised.as_ref().filter(|step| step.seq < told.seq)?;
            let until = public
                .body
                .until
                .plus(procedure.standstill(public.at, public.body.until));
            let awarded = procedure.awarded.as_ref().filter(|step| step.seq < told.seq);
            let noticed = awarded.map(|step| end_of(calendar.add_working_days(day_of(step.at), 1)).plus(-1));
            Some((until.max(noticed.unwrap_or(until)), public.seq))
        }
    }
}

/// J06: a query comes within so many working days after the step it is about.
fn timely(case: &Case<'_>, found: &mut Findings) {
    for told in &case.procedure.hearing.noted {
        let Some((from, seq)) = known(case.calendar, case.procedure, told) else {
            found.keep([told.seq]);
            continue;
        };
        let last = case.due(from);
        if raised_at(told) <= last {
            found.keep([seq, told.seq]);
            continue;
        }
        found.flaw(
            Flaw::new(
                told.mark(),
                format!("质疑{}提出时已超过质疑期限({last}届满)。", told.body.objection),
                format!(
                    "Query {} came after its window, which ended at {last}.",
                    told.body.objection
                ),
            )
            .about(&told.body.objection)
            .with([seq]),
        );
    }
}

/// J16: nothing is awarded and no contract is signed while a query waits that may change the result; of one query, the
/// first time.
fn while_queried(case: &Case<'_>, found: &mut Findings) {
    let hearing = &case.procedure.hearing;
    let awarded = case.procedure.awarded.iter().map(Told::mark);
    let awarded = awarded.map(|mark| (mark, "确定中标、成交", "The award was made"));
    let signed = case.procedure.contracts.iter().map(Told::mark);
    let signed = signed.map(|mark| (mark, "签订合同", "A contract was signed"));
    let mut settled: Vec<_> = awarded.chain(signed).collect();
    settled.sort_unstable_by_key(|(mark, ..)| mark.seq);
    let Some((last, ..)) = settled.last() else {
        return;
    };
    let before = found.0.len();
    for told in &hearing.noted {
        let waits = |seq: u64| told.seq < seq && hearing.reply(&told.body.objection, seq).is_none();
        let Some((mark, zh, en)) = settled.iter().find(|(mark, ..)| waits(mark.seq)) else {
            continue;
        };
        found.flaw(
            Flaw::new(
                *mark,
                format!("质疑{}尚未答复即{zh}。", told.body.objection),
                format!("{en} while query {} waited.", told.body.objection),
            )
            .about(&told.body.objection)
            .with([told.seq]),
        );
    }
    kept_otherwise(found, before, last.seq);
}

/// V22: an evaluation is done again by an order of supervision that says its basis, and not otherwise.
fn reevaluated(case: &Case<'_>, found: &mut Findings) {
    for told in &case.procedure.reopened {
        let order = case.procedure.again_orders.iter().find(|order| {
            order.seq < told.seq
                && order.body.order == told.body.order
                && !order.body.basis.trim().is_empty()
                && !order.body.reason.trim().is_empty()
        });
        match order {
            Some(order) => found.keep([order.seq, told.seq]),
            None => found.flaw(
                Flaw::new(
                    told.mark(),
                    format!("第{}轮评审没有载明依据和理由的监督指令。", told.body.round),
                    format!(
                        "Round {} of the evaluation follows no order with a basis and a reason.",
                        told.body.round
                    ),
                )
                .about(&told.body.round),
            ),
        }
    }
}
