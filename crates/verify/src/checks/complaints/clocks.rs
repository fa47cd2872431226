//! Days: of replies to objections, of windows, of decisions.

use crate::dossier::Dossier;
use crate::verdict::Findings;
use facts::Instant;
use facts::body::award::{CandidatesObjected, CandidatesReplied};
use facts::body::complaint::Grievance;
use facts::body::obeyed::StepVoided;
use facts::body::objection::{Against, ObjectionNoted, ObjectionReplied};
use facts::body::opening::{OpeningObjected, OpeningReplied};
use facts::body::tender::{Regime, TenderNoticed};
use facts::calendar::{self, Calendar, Span, day_of, days_between, end_of};
use facts::id::ObjectionId;
use std::collections::BTreeSet;

/// One objection as the dossier shows it.
#[derive(Debug, Clone)]
pub(super) struct Raised {
    /// What it was about.
    pub(super) grievance: Grievance,
    /// When it was raised.
    pub(super) at: Instant,
    /// When the reply that stood was given.
    pub(super) replied: Option<Instant>,
    /// When the reply was due.
    pub(super) due: Option<Instant>,
}

/// The first instant at which a reply is late.
pub(super) fn reply_due(calendar: &Calendar, regime: Regime, raised: Instant) -> Option<Instant> {
    match regime {
        Regime::Works => Some(end_of(calendar.period_end(day_of(raised), 3))),
        Regime::GovernmentProcurement => Some(end_of(calendar.add_working_days(day_of(raised), 7))),
        Regime::Free => None,
    }
}

/// The calendar that a fact names; a fault where this verifier does not know it.
pub(super) fn named(seq: u64, version: &str, found: &mut Findings) -> Option<&'static Calendar> {
    let calendar = calendar::named(version);
    if calendar.is_none() {
        found.fault(
            seq,
            format!("the days are counted by {version}, a calendar that this verifier does not know"),
            format!("所据工作日历{version}为本程序所未知"),
        );
    }
    calendar
}

/// What is noted of objections: once each, of an earlier confidential entry, with the right day, raised in its window.
pub(super) fn objections(dossier: &Dossier, regime: Regime, found: &mut Findings) {
    let mut names = BTreeSet::new();
    for told in dossier.shown.told::<ObjectionNoted>(&dossier.stream()) {
        let body = &told.body;
        let seq = told.seq();
        let raised = dossier
            .log
            .entry(body.seq)
            .filter(|entry| body.seq < seq && entry.kind.is_none());
        let Some(raised) = raised else {
            found.fault(
                seq,
                "it notes no earlier confidential entry",
                "未对应在先的保密条目",
            );
            continue;
        };
        if !names.insert(body.objection.clone()) {
            found.fault(seq, "the objection is noted a second time", "重复登记同一异议");
        }
        let Some(calendar) = named(seq, &body.calendar, found) else {
            continue;
        };
        if body.due != reply_due(calendar, regime, raised.ts) {
            found.fault(
                seq,
                "the day of the reply is not that of the law and the calendar",
                "答复期限与法律及日历不符",
            );
        }
        if body.against == Against::Documents && !in_window(dossier, calendar, regime, (body.seq, raised.ts))
        {
            found.fault(seq, "the objection came after its window", "异议超过提出期限");
        }
        if body.against != Against::Documents && regime != Regime::GovernmentProcurement {
            found.fault(seq, "this law knows no such objection", "本法律制度无此类异议");
        }
    }
}

fn in_window(dossier: &Dossier, calendar: &Calendar, regime: Regime, (seq, raised): (u64, Instant)) -> bool {
    let Some(rules) = dossier.rules() else {
        return false;
    };
    let deadline = rules.deadline_before(seq);
    match regime {
        Regime::Works => days_between(day_of(raised), day_of(deadline)) >= 10,
        Regime::Free => raised < deadline,
        Regime::GovernmentProcurement => {
            let notices = dossier.shown.told::<TenderNoticed>(&dossier.stream());
            let documents = notices
                .first()
                .map_or(Instant(0), |told| told.body.documents_until);
            let version = rules.versions.iter().rfind(|version| version.seq < seq);
            let known = version.map_or(documents, |version| documents.max(version.at));
            raised < end_of(calendar.add_working_days(day_of(known), 7))
        }
    }
}

/// The objections of that name and what stood of them before a position.
pub(super) fn raised(
    dossier: &Dossier,
    calendar: &Calendar,
    regime: Regime,
    (name, before): (&ObjectionId, u64),
) -> Vec<Raised> {
    let own = dossier.stream();
    let voided: BTreeSet<u64> = dossier
        .shown
        .told::<StepVoided>(&own)
        .iter()
        .filter(|told| told.seq() < before)
        .map(|told| told.body.step)
        .collect();
    macro_rules! reply {
        ($body:ty) => {
            dossier
                .shown
                .told::<$body>(&own)
                .iter()
                .filter(|told| {
                    told.body.objection == *name && told.seq() < before && !voided.contains(&told.seq())
                })
                .map(|told| told.fact.record.at)
                .next_back()
        };
    }
    let mut found = Vec::new();
    for told in dossier.shown.told::<ObjectionNoted>(&own) {
        if told.body.objection == *name
            && let Some(entry) = dossier.log.entry(told.body.seq)
        {
            found.push(Raised {
                grievance: match told.body.against {
                    Against::Documents => Grievance::Documents,
                    Against::Process => Grievance::Process,
                    Against::Result => Grievance::Result,
                },
                at: entry.ts,
                replied: reply!(ObjectionReplied),
                due: told.body.due,
            });
        }
    }
    for told in dossier.shown.told::<OpeningObjected>(&own) {
        if told.body.objection == *name {
            found.push(Raised {
                grievance: Grievance::Opening,
                at: told.fact.record.at,
                replied: reply!(OpeningReplied),
                due: Some(told.fact.record.at),
            });
        }
    }
    for told in dossier.shown.told::<CandidatesObjected>(&own) {
        if told.body.objection == *name {
            found.push(Raised {
                grievance: Grievance::Candidates,
                at: told.fact.record.at,
                replied: reply!(CandidatesReplied),
                due: reply_due(calendar, regime, told.fact.record.at),
            });
        }
    }
    found
}

/// Whether an objection about one thing opens the way to a complaint about another.
pub(super) fn covers(objection: Grievance, complaint: Grievance) -> bool {
    let family = |one| match one {
        Grievance::Process => Grievance::Opening,
        Grievance::Result => Grievance::Candidates,
        other => other,
    };
    family(objection) == family(complaint)
}

/// Whether the law wants an objection first.
pub(super) fn wants_objection(regime: Regime, grievance: Grievance) -> bool {
    match regime {
        Regime::Works => matches!(
            grievance,
            Grievance::Documents | Grievance::Opening | Grievance::Candidates
        ),
        Regime::GovernmentProcurement => true,
        Regime::Free => false,
    }
}

/// The first instant at which a complaint is too late.
pub(super) fn window_end(
    calendar: &Calendar,
    regime: Regime,
    known: Instant,
    raised: &[Raised],
) -> Option<Instant> {
    match regime {
        Regime::Works => {
            let spans: Vec<Span> = raised
                .iter()
                .map(|one| Span {
                    first: day_of(one.at),
                    last: one.replied.map(day_of),
                })
                .collect();
            calendar.period_end_without(day_of(known), 10, &spans).map(end_of)
        }
        Regime::GovernmentProcurement => {
            let from = raised
                .iter()
                .map(|one| one.replied.or(one.due.map(|due| due.plus(-1))));
            let ends = from.map(|from| from.map(|from| end_of(calendar.add_working_days(day_of(from), 15))));
            ends.collect::<Option<Vec<_>>>()?.into_iter().max()
        }
        Regime::Free => None,
    }
}

/// The first instant at which a decision is late, with the spans that are not counted.
pub(super) fn decision_due(
    calendar: &Calendar,
    regime: Regime,
    received: Instant,
    accepted: Instant,
    spans: &[(Instant, Instant)],
) -> Option<Instant> {
    let from = match regime {
        Regime::Works => accepted,
        Regime::GovernmentProcurement => received,
        Regime::Free => return None,
    };
    let spans: Vec<Span> = spans
        .iter()
        .map(|(from, until)| Span {
            first: day_of(*from),
            last: Some(day_of(*until)),
        })
        .collect();
    calendar
        .add_working_days_without(day_of(from), 30, &spans)
        .map(end_of)
}
