//! Periods of complaints (期间), counted with the calendar of China: window, acceptance, decision.
//!
//! Invariant: the day on which a period begins is not counted, a period ends with its last day, and days of a pause,
//! its first and its last included, are not counted.

use super::{Complaint, Known};
use facts::Instant;
use facts::body::complaint::Grievance;
use facts::body::tender::Regime;
use facts::calendar::{CHINA, Span, day_of, end_of};

/// 招标投标法实施条例60: days after the complainant knew.
const WINDOW: u32 = 10;
/// 政府采购法55: working days after the reply, or after it was due.
const WINDOW_GOVERNMENT: u32 = 15;
/// 招标投标法实施条例61: working days to take it up or not.
const ADMISSION: u32 = 3;
/// 94号令21: working days to examine it.
const ADMISSION_GOVERNMENT: u32 = 5;
/// 招标投标法实施条例61; 政府采购法56: working days to decide.
const DECISION: u32 = 30;

/// Whether the law wants an objection first, and one about this (条例60; 94号令17).
#[must_use]
pub fn needs_objection(regime: Option<Regime>, grievance: Grievance) -> bool {
    match regime {
        Some(Regime::Works) => matches!(
            grievance,
            Grievance::Documents | Grievance::Opening | Grievance::Candidates
        ),
        Some(Regime::GovernmentProcurement) => true,
        Some(Regime::Free) | None => false,
    }
}

/// Whether an objection about one thing opens the way to a complaint about another.
#[must_use]
pub fn covers(objection: Grievance, complaint: Grievance) -> bool {
    objection == complaint
        || matches!(
            (objection, complaint),
            (Grievance::Opening, Grievance::Process)
                | (Grievance::Process, Grievance::Opening)
                | (Grievance::Candidates, Grievance::Result)
                | (Grievance::Result, Grievance::Candidates)
        )
}

/// The first instant at which a complaint comes too late; `None` if nothing ends its window yet.
#[must_use]
pub fn window_end(regime: Option<Regime>, known: Instant, objections: &[Known]) -> Option<Instant> {
    let own = objections.iter().filter(|objection| objection.own);
    match regime? {
        Regime::Works => {
            // The time until the reply is not counted (条例60).
            let spans: Vec<Span> = own
                .map(|objection| Span {
                    first: day_of(objection.raised),
                    last: objection.replied.map(day_of),
                })
                .collect();
            CHINA
                .period_end_without(day_of(known), WINDOW, &spans)
                .map(end_of)
        }
        Regime::GovernmentProcurement => {
            // `due` is the first instant after the last day.
            let ends = own.map(|objection| objection.replied.or(objection.due.map(|due| due.plus(-1))));
            let ends = ends
                .map(|from| from.map(|from| end_of(CHINA.add_working_days(day_of(from), WINDOW_GOVERNMENT))));
            ends.collect::<Option<Vec<_>>>()?.into_iter().max()
        }
        Regime::Free => None,
    }
}

/// The first instant at which taking it up, or not, is late. While it is with the complainant the clock counts from
/// the end of the time to complete it, so that a complaint never completed is decided on too.
#[must_use]
pub fn admission_due(regime: Option<Regime>, complaint: &Complaint) -> Option<Instant> {
    let days = match regime? {
        Regime::Works => ADMISSION,
        Regime::GovernmentProcurement => ADMISSION_GOVERNMENT,
        Regime::Free => return None,
    };
    let from = match (&complaint.supplemented, &complaint.returned) {
        (Some((at, _)), _) => *at,
        (None, Some((_, returned))) => returned.until,
        (None, None) => complaint.received,
    };
    Some(end_of(CHINA.add_working_days(day_of(from), days)))
}

/// The first instant at which a decision is late: from the acceptance in works, from the receipt in government
/// procurement; `at` ends a pause that is still open.
#[must_use]
pub fn decision_due(
    regime: Option<Regime>,
    complaint: &Complaint,
    accepted: Instant,
    at: Instant,
) -> Option<Instant> {
    let from = match regime? {
        Regime::Works => accepted,
        Regime::GovernmentProcurement => complaint.received,
        Regime::Free => return None,
    };
    let supplement = complaint.returned.as_ref().map(|(from, _)| {
        let until = complaint.supplemented.as_ref().map(|(until, _)| *until);
        (*from, until.unwrap_or(accepted))
    });
    let pauses = complaint
        .pauses
        .iter()
        .map(|pause| (pause.from, pause.until.unwrap_or(at)));
    let spans: Vec<Span> = pauses
        .chain(supplement)
        .map(|(from, until)| Span {
            first: day_of(from),
            last: Some(day_of(until)),
        })
        .collect();
    CHINA
        .add_working_days_without(day_of(from), DECISION, &spans)
        .map(end_of)
}
