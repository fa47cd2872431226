//! Periods of objections and complaints (异议、质疑、投诉的期间): reply, window, acceptance, decision, suspension.
//!
//! Invariant: the day on which a period begins is not counted, a period ends with its last day, and days of a pause,
//! its first and its last included, are not counted. An end is the first instant that is too late.

use crate::Instant;
use crate::body::complaint::Grievance;
use crate::body::tender::Regime;
use crate::calendar::{Calendar, Span, add_days, day_of, end_of};

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
/// 政府采购法57: days for which a complaint may stop a procurement.
const SUSPENSION: u32 = 30;

/// An objection, as far as the periods of a complaint depend on it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Raised {
    /// What it was about.
    pub grievance: Grievance,
    /// When it was raised.
    pub raised: Instant,
    /// When it was replied to.
    pub replied: Option<Instant>,
    /// The first instant at which the reply was late.
    pub due: Option<Instant>,
}

/// The course of a complaint, as far as its clock depends on it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Course {
    /// When the supervision had it.
    pub received: Instant,
    /// When it was sent back to be completed, and until when it may be.
    pub returned: Option<(Instant, Instant)>,
    /// When it was completed.
    pub supplemented: Option<Instant>,
    /// Stops of its clock, the last perhaps still open.
    pub pauses: Vec<(Instant, Option<Instant>)>,
}

/// The first instant at which the answer to an objection is late: three days in works (招标投标法实施条例22, 54), seven
/// working days in government procurement (政府采购法53); elsewhere no law sets a day.
#[must_use]
pub fn reply_due(calendar: &Calendar, regime: Regime, raised: Instant) -> Option<Instant> {
    let day = day_of(raised);
    match regime {
        Regime::Works => Some(end_of(calendar.period_end(day, 3))),
        Regime::GovernmentProcurement => Some(end_of(calendar.add_working_days(day, 7))),
        Regime::Free => None,
    }
}

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
pub fn window_end(
    calendar: &Calendar,
    regime: Option<Regime>,
    known: Instant,
    objections: impl Iterator<Item = Raised>,
) -> Option<Instant> {
    match regime? {
        Regime::Works => {
            // The time until the reply is not counted (条例60).
            let spans: Vec<Span> = objections
                .map(|objection| Span {
                    first: day_of(objection.raised),
                    last: objection.replied.map(day_of),
                })
                .collect();
            calendar
                .period_end_without(day_of(known), WINDOW, &spans)
                .map(end_of)
        }
        Regime::GovernmentProcurement => {
            // `due` is the first instant after the last day.
            let ends =
                objections.map(|objection| objection.replied.or(objection.due.map(|due| due.plus(-1))));
            let ends = ends.map(|from| {
                from.map(|from| end_of(calendar.add_working_days(day_of(from), WINDOW_GOVERNMENT)))
            });
            ends.collect::<Option<Vec<_>>>()?.into_iter().max()
        }
        Regime::Free => None,
    }
}

/// The first instant at which taking it up, or not, is late. While it is with the complainant the clock counts from
/// the end of the time to complete it, so that a complaint never completed is decided on too.
#[must_use]
pub fn admission_due(calendar: &Calendar, regime: Option<Regime>, course: &Course) -> Option<Instant> {
    let days = match regime? {
        Regime::Works => ADMISSION,
        Regime::GovernmentProcurement => ADMISSION_GOVERNMENT,
        Regime::Free => return None,
    };
    let from = match (course.supplemented, course.returned) {
        (Some(at), _) => at,
        (None, Some((_, until))) => until,
        (None, None) => course.received,
    };
    Some(end_of(calendar.add_working_days(day_of(from), days)))
}

/// The first instant at which a decision is late: from the acceptance in works, from the receipt in government
/// procurement; `at` ends a pause that is still open.
#[must_use]
pub fn decision_due(
    calendar: &Calendar,
    regime: Option<Regime>,
    course: &Course,
    accepted: Instant,
    at: Instant,
) -> Option<Instant> {
    let from = match regime? {
        Regime::Works => accepted,
        Regime::GovernmentProcurement => course.received,
        Regime::Free => return None,
    };
    let supplement = course
        .returned
        .map(|(from, _)| (from, course.supplemented.unwrap_or(accepted)));
    let pauses = course
        .pauses
        .iter()
        .map(|(from, until)| (*from, until.unwrap_or(at)));
    let spans: Vec<Span> = pauses
        .chain(supplement)
        .map(|(from, until)| Span {
            first: day_of(from),
            last: Some(day_of(until)),
        })
        .collect();
    calendar
        .add_working_days_without(day_of(from), DECISION, &spans)
        .map(end_of)
}

/// The last instant until which a procurement may stand still for a complaint, if it was stopped at `from`
/// (政府采购法57: thirty days at most); no other law sets one.
#[must_use]
pub fn suspension_end(regime: Option<Regime>, from: Instant) -> Option<Instant> {
    (regime? == Regime::GovernmentProcurement).then(|| end_of(add_days(day_of(from), SUSPENSION)))
}
