//! 40: orders are answered, the tender stands still when it must, and the days of objections and complaints are those
//! of the calendar (docs/record-format.md, 8.7).
//!
//! Invariant: what a fact states of a day is computed again from the times of entries, the law and the calendar.

mod clocks;
mod orders;
mod procedure;

use crate::dossier::Dossier;
use crate::verdict::{Finding, Findings, skipped};
use facts::body::objection::ObjectionNoted;
use facts::body::tender::{Regime, TenderRegistered};
use facts::{Kind, Stream};
use std::collections::BTreeSet;

/// What a supervisor orders must be answered before the tender goes on for longer than this, in milliseconds.
const SLOW: i64 = 60_000;

pub(super) fn complaints(dossier: &Dossier) -> Finding {
    let supervision = Stream::Supervision(dossier.tender.clone());
    let registered = dossier.shown.told::<TenderRegistered>(&dossier.stream());
    let Some(registered) = registered.first() else {
        return skipped("the tender is not registered", "项目未登记");
    };
    let noted = dossier.shown.told::<ObjectionNoted>(&dossier.stream());
    let watched = dossier
        .shown
        .facts()
        .filter(|fact| fact.record.stream == supervision);
    let concerned = [
        Kind::TenderSuspended,
        Kind::TenderResumed,
        Kind::ExplanationCalled,
        Kind::DeadlineExtended,
        Kind::StepVoided,
        Kind::OrderReturned,
    ];
    let obeyed = dossier
        .shown
        .facts()
        .filter(|fact| fact.record.stream == dossier.stream() && concerned.contains(&fact.record.kind));
    if noted.is_empty() && watched.count() == 0 && obeyed.count() == 0 {
        return skipped(
            "no order, no objection to the documents and no complaint is shown",
            "没有监督指令、对文件的异议或已公开的投诉",
        );
    }
    let mut found = Findings::new();
    let regime = registered.body.regime;
    orders::answered(dossier, &supervision, &mut found);
    orders::short_enough(dossier, &supervision, regime, &mut found);
    orders::stood_still(dossier, regime, &mut found);
    clocks::objections(dossier, regime, &mut found);
    procedure::each(dossier, &supervision, regime, &mut found);
    procedure::accesses(dossier, &supervision, &mut found);
    let law = match regime {
        Regime::Works => "works",
        Regime::GovernmentProcurement => "government procurement",
        Regime::Free => "free",
    };
    let calendars: BTreeSet<&str> = noted.iter().map(|told| told.body.calendar.as_str()).collect();
    let with = Vec::from_iter(calendars).join(", ");
    let (en, zh) = if noted.is_empty() {
        (String::new(), String::new())
    } else {
        (
            format!(", counted as {law} with {with}"),
            format!(",按{with}计算期间"),
        )
    };
    found.note(
        None,
        format!("{} objections{en}", noted.len()),
        format!("异议{}件{zh}", noted.len()),
    );
    found.into()
}
