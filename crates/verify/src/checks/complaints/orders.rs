//! Orders and what procurement answered; what happened while the tender had to stand still.

use super::SLOW;
use crate::dossier::Dossier;
use crate::verdict::Findings;
use facts::body::award::{TenderResumed, TenderSuspended};
use facts::body::obeyed::{DeadlineExtended, ExplanationCalled, OrderReturned, StepVoided};
use facts::body::objection::{ObjectionNoted, ObjectionReplied};
use facts::body::supervision::{
    OrderExtended, OrderInquired, OrderReevaluated, OrderResumed, OrderSuspended, OrderVoided,
};
use facts::body::tender::Regime;
use facts::hearing;
use facts::id::{ComplaintId, OrderId};
use facts::{Instant, Kind, Outage, Record, Stream};
use std::collections::{BTreeMap, BTreeSet};

/// What may happen while a tender stands still.
const QUIET: [Kind; 12] = [
    Kind::TenderSuspended,
    Kind::TenderResumed,
    Kind::ObjectionRaised,
    Kind::ObjectionNoted,
    Kind::ObjectionReplied,
    Kind::ExplanationCalled,
    Kind::ExplanationGiven,
    Kind::DeadlineExtended,
    Kind::StepVoided,
    Kind::OrderReturned,
    Kind::FactsDisclosed,
    Kind::QualificationRead,
];

/// An order as it must be answered: its name, the kind of the answer, and what the answer repeats of it.
type Wanted = (OrderId, Kind, Repeated);

/// Instants and positions that an answer repeats.
type Repeated = Vec<i64>;

fn moved(closes_at: Instant, down: Option<Outage>) -> Repeated {
    let down = down.into_iter().flat_map(|down| [down.from.0, down.until.0]);
    std::iter::once(closes_at.0).chain(down).collect()
}

fn wanted(record: &Record) -> Option<Wanted> {
    let position = |step: u64| i64::try_from(step).unwrap_or(i64::MAX);
    if let Some(body) = record.of::<OrderSuspended>() {
        return Some((
            body.order,
            Kind::TenderSuspended,
            body.until.map(|until| until.0).into_iter().collect(),
        ));
    }
    if let Some(body) = record.of::<OrderResumed>() {
        return Some((body.order, Kind::TenderResumed, Vec::new()));
    }
    if let Some(body) = record.of::<OrderInquired>() {
        return Some((body.order, Kind::ExplanationCalled, vec![body.until.0]));
    }
    if let Some(body) = record.of::<OrderExtended>() {
        return Some((
            body.order,
            Kind::DeadlineExtended,
            moved(body.closes_at, body.down),
        ));
    }
    if let Some(body) = record.of::<OrderReevaluated>() {
        return Some((body.order, Kind::CandidatesRevoked, Vec::new()));
    }
    let body = record.of::<OrderVoided>()?;
    Some((body.order, Kind::StepVoided, vec![position(body.step)]))
}

/// The order that an answer names, the position it names, and what it repeats.
fn answer(record: &Record) -> Option<(OrderId, u64, Repeated)> {
    if let Some(body) = record.of::<TenderSuspended>() {
        return Some((
            body.order,
            body.seq,
            body.until.map(|until| until.0).into_iter().collect(),
        ));
    }
    if let Some(body) = record.of::<TenderResumed>() {
        return Some((body.order, body.seq, Vec::new()));
    }
    if let Some(body) = record.of::<ExplanationCalled>() {
        return Some((body.order, body.seq, vec![body.until.0]));
    }
    if let Some(body) = record.of::<DeadlineExtended>() {
        return Some((body.order, body.seq, moved(body.closes_at, body.down)));
    }
    if let Some(body) = record.of::<StepVoided>() {
        return Some((
            body.order,
            body.seq,
            i64::try_from(body.step).into_iter().collect(),
        ));
    }
    let body = record.of::<OrderReturned>()?;
    Some((body.order, body.seq, Vec::new()))
}

/// Every order is answered once, by what it asks for or by a return; every answer has its order.
pub(super) fn answered(dossier: &Dossier, supervision: &Stream, found: &mut Findings) {
    let own = dossier.stream();
    let mut asked: BTreeMap<u64, (Wanted, Instant)> = BTreeMap::new();
    for fact in dossier
        .shown
        .facts()
        .filter(|fact| fact.record.stream == *supervision)
    {
        if let Some(order) = wanted(&fact.record) {
            asked.insert(fact.record.seq, (order, fact.record.at));
        }
    }
    let (mut done, mut resumed) = (BTreeSet::new(), BTreeSet::new());
    for fact in dossier.shown.facts().filter(|fact| fact.record.stream == own) {
        let record = &fact.record;
        let Some((order, seq, repeated)) = answer(record) else {
            continue;
        };
        if order.as_str().starts_with("objection-") {
            continue;
        }
        let goes_on = record.kind == Kind::TenderResumed;
        let first = !goes_on || resumed.insert(order.clone());
        // The time of the order is over: its own position stands for an order to go on.
        let lapses = goes_on
            && first
            && done.contains(&seq)
            && asked.get(&seq).is_some_and(|((name, kind, until), _)| {
                *name == order
                    && *kind == Kind::TenderSuspended
                    && until.first().is_some_and(|until| record.at.0 >= *until)
            });
        if lapses {
            continue;
        }
        let fits = asked.get(&seq).is_some_and(|((name, kind, stated), _)| {
            *name == order
                && seq < record.seq
                && (record.kind == Kind::OrderReturned || (*kind == record.kind && *stated == repeated))
        });
        if !fits {
            found.fault(
                record.seq,
                format!("it obeys an order {order} at {seq} that was not given like this"),
                format!("执行了并未如此作出的指令{order}(条目{seq})"),
            );
        }
        if !done.insert(seq) {
            found.fault(
                record.seq,
                format!("the order at {seq} is answered a second time"),
                format!("条目{seq}的指令被重复执行"),
            );
        }
    }
    for (seq, ((order, kind, _), at)) in asked.iter().filter(|(seq, _)| !done.contains(seq)) {
        if *kind == Kind::CandidatesRevoked {
            // It waits while the tender stands still; how it is obeyed is check 38's.
            continue;
        }
        let later = dossier.shown.facts().find(|fact| {
            fact.record.stream == own && fact.record.seq > *seq && fact.record.at.since(*at) > SLOW
        });
        if let Some(later) = later {
            found.fault(
                *seq,
                format!(
                    "order {order} is not answered, and the tender went on at {}",
                    later.record.seq
                ),
                format!("指令{order}未执行,项目仍在条目{}继续", later.record.seq),
            );
        }
    }
}

/// A complaint stops a procurement for thirty days at most, counted from the first order given for it (政府采购法57).
pub(super) fn short_enough(dossier: &Dossier, supervision: &Stream, regime: Regime, found: &mut Findings) {
    let mut first: BTreeMap<ComplaintId, Instant> = BTreeMap::new();
    for told in dossier.shown.told::<OrderSuspended>(supervision) {
        let Some(complaint) = told.body.complaint.clone() else {
            continue;
        };
        let from = *first.entry(complaint.clone()).or_insert(told.fact.record.at);
        let Some(most) = hearing::suspension_end(Some(regime), from) else {
            continue;
        };
        if told.body.until.is_none_or(|until| until > most) {
            found.fault(
                told.seq(),
                format!("it stops the tender for complaint {complaint} beyond thirty days (政府采购法57)"),
                format!("因投诉{complaint}暂停超过三十日(政府采购法57)"),
            );
        }
    }
}

/// Nothing else happens while an order or an objection holds the tender, and an objection to the documents of a works
/// tender does hold it.
pub(super) fn stood_still(dossier: &Dossier, regime: Regime, found: &mut Findings) {
    let own = dossier.stream();
    let noted = dossier.shown.told::<ObjectionNoted>(&own);
    let replied = dossier.shown.told::<ObjectionReplied>(&own);
    let mut held = BTreeSet::new();
    for fact in dossier.shown.facts().filter(|fact| fact.record.stream == own) {
        let record = &fact.record;
        if let Some(body) = record.of::<TenderSuspended>() {
            if let Some(name) = body.order.as_str().strip_prefix("objection-") {
                let known = noted.iter().any(|told| {
                    told.seq() == body.seq && told.body.objection.as_str() == name && told.seq() < record.seq
                });
                if !known {
                    found.fault(
                        record.seq,
                        "it stands still for an objection that was not noted",
                        "因未登记的异议而暂停",
                    );
                }
            }
            held.insert(body.order);
        } else if let Some(body) = record.of::<TenderResumed>() {
            if let Some(name) = body.order.as_str().strip_prefix("objection-") {
                let known = replied.iter().any(|told| {
                    told.seq() == body.seq && told.body.objection.as_str() == name && told.seq() < record.seq
                });
                if !known {
                    found.fault(
                        record.seq,
                        "it goes on without a reply to the objection",
                        "异议未答复即恢复",
                    );
                }
            }
            held.remove(&body.order);
        } else if !held.is_empty() && !QUIET.contains(&record.kind) {
            found.fault(
                record.seq,
                format!("{} while the tender had to stand still", record.kind),
                format!("暂停期间发生{}", record.kind),
            );
        }
    }
    if regime != Regime::Works {
        return;
    }
    for told in &noted {
        let end = replied
            .iter()
            .find(|reply| reply.body.objection == told.body.objection && reply.seq() > told.seq())
            .map_or(u64::MAX, crate::shown::Told::seq);
        let stopped = dossier
            .shown
            .told::<TenderSuspended>(&own)
            .iter()
            .any(|stop| stop.body.seq == told.seq());
        let went_on = dossier.shown.facts().find(|fact| {
            let record = &fact.record;
            record.stream == own
                && record.seq > told.seq()
                && record.seq < end
                && record.at.since(told.fact.record.at) > SLOW
                && !QUIET.contains(&record.kind)
        });
        if let (false, Some(fact)) = (stopped, went_on) {
            found.fault(
                fact.record.seq,
                format!(
                    "the tender goes on while objection {} is open (招标投标法实施条例22)",
                    told.body.objection
                ),
                format!(
                    "异议{}未答复,项目仍在继续(招标投标法实施条例22)",
                    told.body.objection
                ),
            );
        }
    }
}
