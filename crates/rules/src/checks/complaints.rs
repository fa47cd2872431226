//! Complaints (投诉): in time, after an objection, taken up, told, explained and decided within the law's days.
//!
//! Invariant: a complaint is judged once it is disclosed, after its end; what runs meanwhile only the supervisors see. Days
//! are counted by [`facts::hearing`], as the acts themselves were.

use super::{Case, Table};
use crate::finding::{Clock, Findings, Flaw, Mark};
use crate::procedure::hearing::Complaint;
use crate::procedure::{Procedure, Told};
use facts::Instant;
use facts::body::complaint::ComplaintFiled;
use facts::hearing::{self, Course, Raised};
use facts::id::ComplaintId;

pub(super) const TABLE: Table = &[
    ("complaint.timely", timely),
    ("complaint.objected_first", objected_first),
    ("complaint.admitted", admitted),
    ("complaint.told", told),
    ("complaint.explained", explained),
    ("complaint.decided", decided),
    ("complaint.suspended", suspended),
];

/// A complaint that is disclosed.
struct Shown<'a> {
    name: &'a ComplaintId,
    complaint: &'a Complaint,
    filed: &'a Told<ComplaintFiled>,
    course: Course,
}

impl Shown<'_> {
    /// Something that was due in it by an instant, the last that is in time.
    fn clock(&self, case: &Case<'_>, found: &mut Findings, since: Mark, last: Instant, done: Option<Mark>) {
        let mut clock = Clock::new(since, last, done, &case.rule.zh, &case.rule.en)
            .about(self.name)
            .by_platform();
        clock.facts = self.complaint.facts();
        found.clock(clock);
    }
}

fn shown(procedure: &Procedure) -> impl Iterator<Item = Shown<'_>> {
    procedure
        .hearing
        .complaints
        .iter()
        .filter_map(|(name, complaint)| {
            Some(Shown {
                name,
                complaint,
                filed: complaint.filed.as_ref()?,
                course: complaint.course()?,
            })
        })
}

/// The objections that a complaint names about the same matter, as they stood when it was taken up, with their facts.
fn fitting(case: &Case<'_>, shown: &Shown<'_>, before: u64) -> Vec<(Raised, Vec<u64>)> {
    let body = &shown.filed.body;
    let named = body
        .objections
        .iter()
        .flat_map(|name| case.procedure.raised(case.calendar, name, before));
    named
        .filter(|(raised, _)| hearing::covers(raised.grievance, body.grievance))
        .collect()
}

/// J01, J08: what is taken up came within its window; one that came late is turned away, which keeps the rule.
fn timely(case: &Case<'_>, found: &mut Findings) {
    for one in shown(case.procedure) {
        let Some(accepted) = one.complaint.accepted else {
            found.keep(one.complaint.facts());
            continue;
        };
        let fitting = fitting(case, &one, accepted.seq);
        let facts: Vec<u64> = fitting.iter().flat_map(|(_, facts)| facts.clone()).collect();
        let raised = fitting.into_iter().map(|(raised, _)| raised);
        let end = hearing::window_end(
            case.calendar,
            case.procedure.regime(),
            one.filed.body.known,
            raised,
        );
        match end.filter(|end| one.course.received >= *end) {
            None => found.keep(one.complaint.facts().into_iter().chain(facts)),
            Some(end) => found.flaw(
                Flaw::new(
                    accepted,
                    format!("投诉{}收到时已超过投诉期限({end}届满)仍被受理。", one.name),
                    format!(
                        "Complaint {} was taken up, although its window ended at {end}, before it was received.",
                        one.name
                    ),
                )
                .about(one.name)
                .with(one.complaint.facts().into_iter().chain(facts)),
            ),
        }
    }
}

/// J02, J14: what is taken up was objected to before, about the same matter.
fn objected_first(case: &Case<'_>, found: &mut Findings) {
    let regime = case.procedure.regime();
    for one in shown(case.procedure) {
        let wanted = hearing::needs_objection(regime, one.filed.body.grievance);
        let Some(accepted) = one.complaint.accepted.filter(|_| wanted) else {
            found.keep(one.complaint.facts());
            continue;
        };
        let fitting = fitting(case, &one, accepted.seq);
        if fitting.is_empty() {
            found.flaw(
                Flaw::new(
                    accepted,
                    format!("投诉{}就未先提出异议或质疑的事项被受理。", one.name),
                    format!(
                        "Complaint {} was taken up about a matter that nobody had objected to first.",
                        one.name
                    ),
                )
                .about(one.name)
                .with(one.complaint.facts()),
            );
        } else {
            let facts = fitting.into_iter().flat_map(|(_, facts)| facts);
            found.keep(one.complaint.facts().into_iter().chain(facts));
        }
    }
}

/// J03, J09: looked through, and again after it was completed, or could have been: sent back, taken up or turned away.
fn admitted(case: &Case<'_>, found: &mut Findings) {
    for one in shown(case.procedure) {
        let of = one.complaint;
        let judged = of.accepted.or(of.refused).or(of.withdrawn);
        let returned = of.returned.map(|(mark, _)| mark);
        let first = returned.or(judged);
        let due = case.due(one.course.received);
        one.clock(case, found, one.filed.mark(), due, first);
        match (of.supplemented, of.returned) {
            (Some(completed), _) => one.clock(case, found, completed, case.due(completed.at), judged),
            (None, Some((mark, until))) => one.clock(case, found, mark, case.due(until), judged),
            (None, None) => {}
        }
    }
}

/// J10: who is turned away is told, and who is complained of gets the copy with what is asked; a refusal is the first, an
/// order to explain that names the complaint the second. What ended before needs neither.
fn told(case: &Case<'_>, found: &mut Findings) {
    for one in shown(case.procedure) {
        let of = one.complaint;
        let since = of.supplemented.unwrap_or_else(|| one.filed.mark());
        let from = of
            .supplemented
            .map_or(one.course.received, |completed| completed.at);
        let inquired = case
            .procedure
            .hearing
            .inquired
            .iter()
            .find(|order| order.body.complaint.as_ref() == Some(one.name))
            .map(Told::mark);
        let done = of.refused.or(inquired).or_else(|| of.ended());
        one.clock(case, found, since, case.due(from), done);
    }
}

/// J11: whoever was asked about a complaint explains itself.
fn explained(case: &Case<'_>, found: &mut Findings) {
    let hearing = &case.procedure.hearing;
    for order in &hearing.inquired {
        let Some(complaint) = &order.body.complaint else {
            continue;
        };
        let given = hearing
            .explained
            .iter()
            .find(|told| told.seq > order.seq && told.body.order == order.body.order)
            .map(Told::mark);
        let ended = hearing
            .complaints
            .get(complaint)
            .and_then(Complaint::ended)
            .filter(|mark| mark.seq > order.seq);
        let done = given.or(ended);
        let clock = Clock::new(
            order.mark(),
            case.due(order.at),
            done,
            &case.rule.zh,
            &case.rule.en,
        );
        found.clock(clock.about(&order.body.order));
    }
}

/// J04, J12: decided in time, pauses and the time to complete it not counted.
fn decided(case: &Case<'_>, found: &mut Findings) {
    for one in shown(case.procedure) {
        let Some(accepted) = one.complaint.accepted else {
            continue;
        };
        let done = one.complaint.ended();
        let at = done.map_or(accepted.at, |mark| mark.at);
        let Some(due) = hearing::decision_due(
            case.calendar,
            case.procedure.regime(),
            &one.course,
            accepted.at,
            at,
        ) else {
            continue;
        };
        one.clock(case, found, accepted, due.plus(-1), done);
    }
}

/// J13: a procurement stands still for a complaint for thirty days at most, counted from the first order given for it.
fn suspended(case: &Case<'_>, found: &mut Findings) {
    for order in &case.procedure.stop_orders {
        let Some(complaint) = &order.body.complaint else {
            continue;
        };
        let first = (case.procedure.stop_orders.iter())
            .find(|other| other.body.complaint.as_ref() == Some(complaint))
            .map_or(order.at, |first| first.at);
        let of_it = |told: &&Told<facts::body::award::TenderSuspended>| told.body.order == order.body.order;
        let Some(stopped) = case.procedure.suspended.iter().find(of_it) else {
            continue;
        };
        let resumed = case
            .procedure
            .resumed
            .iter()
            .find(|told| told.seq > stopped.seq && told.body.order == order.body.order);
        let Some(end) = hearing::suspension_end(case.procedure.regime(), first) else {
            continue;
        };
        let mut clock = Clock::new(
            stopped.mark(),
            // Whoever obeys at the end obeys after it, by as much as a courier needs.
            end.plus(facts::time::MINUTE),
            resumed.map(Told::mark),
            &case.rule.zh,
            &case.rule.en,
        )
        .about(&order.body.order)
        .by_platform();
        clock.facts = vec![order.seq];
        found.clock(clock);
    }
}
