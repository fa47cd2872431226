//! What section 13.3 misses of clock rules: cards, warnings and ends that came late or never.
//!
//! Invariant: a platform that was away is given its time from the first entry that it wrote again.

use super::clock::{Run, Scene};
use super::{Cause, Course, LATEST, Version, first, in_force};
use crate::dossier::Dossier;
use crate::verdict::Findings;
use facts::Instant;
use facts::body::card::Ahead;
use facts::calendar::{day_of, start_of};
use facts::time::DAY;
use std::collections::BTreeMap;

/// What is known of the log as a whole.
struct Span<'a> {
    dossier: &'a Dossier,
    versions: &'a [Version],
    last: Instant,
    /// Since when the version in force at the end is in force.
    begins: Instant,
}

impl Span<'_> {
    /// Until when something had to stand in the log, if the log reaches so far.
    fn until(&self, x: Instant) -> Option<Instant> {
        let first = first(self.dossier, x.max(self.begins))?;
        Some(first.plus(LATEST)).filter(|until| *until <= self.last)
    }

    fn adopted(&self, x: Instant) -> bool {
        let ruled =
            |version: &Version| version.body.from <= x && self.at(version.seq).is_some_and(|ts| ts <= x);
        self.versions.iter().any(ruled)
    }

    fn at(&self, seq: u64) -> Option<Instant> {
        self.dossier.log.entry(seq).map(|entry| entry.ts)
    }

    /// Whether an entry stands in the log by an instant.
    fn stands(&self, seq: Option<u64>, until: Instant) -> bool {
        seq.and_then(|seq| self.at(seq)).is_some_and(|ts| ts <= until)
    }
}

pub(super) fn missing(
    dossier: &Dossier,
    versions: &[Version],
    causes: &BTreeMap<Cause, Course>,
    found: &mut Findings,
) {
    let size = dossier.log.size();
    let Some(last) = dossier.log.entries().last().map(|entry| entry.ts) else {
        return;
    };
    let Some(version) = in_force(versions, size, last) else {
        return;
    };
    let span = Span {
        dossier,
        versions,
        last,
        begins: dossier
            .log
            .entry(version.seq)
            .map_or(version.body.from, |entry| entry.ts.max(version.body.from)),
    };
    let scene = Scene::of(dossier, size);
    let none = Course::default();
    let clocks = version.clocks();
    for run in clocks.flat_map(|(calendar, clock)| scene.runs(calendar, clock)) {
        let cause = (run.clock.rule.clone(), run.about(), Some(run.start.record.seq));
        let course = causes.get(&cause).unwrap_or(&none);
        if let Some(due) = run.due {
            red(&span, &run, course, due, found);
            yellow(&span, &run, course, due, found);
            warnings(&span, &run, course, due, found);
        }
        end(&span, &run, course, found);
    }
}

fn lacks(run: &Run<'_>, (en, zh): (&str, &str), found: &mut Findings) {
    let rule = &run.clock.rule;
    found.fault(
        run.start.record.seq,
        format!("the {en} of {rule} is missing or late"),
        format!("规则{rule}的{zh}缺失或迟延"),
    );
}

fn red(span: &Span<'_>, run: &Run<'_>, course: &Course, due: Instant, found: &mut Findings) {
    let late = due.plus(1);
    if !run.clock.red || run.is_over(due) || !span.adopted(late) {
        return;
    }
    let seq = course.red.as_ref().map(|(seq, _)| *seq);
    if span.until(late).is_some_and(|until| !span.stands(seq, until)) {
        lacks(run, ("red card", "红牌"), found);
    }
}

fn yellow(span: &Span<'_>, run: &Run<'_>, course: &Course, due: Instant, found: &mut Findings) {
    let raised = run.known(run.raised(due));
    if !run.clock.warns || !span.adopted(raised) {
        return;
    }
    let seq = course.yellow.as_ref().map(|(seq, _)| *seq);
    let until = span.until(raised).filter(|until| *until <= due);
    if until.is_some_and(|until| !run.is_over(until) && !span.stands(seq, until)) {
        lacks(run, ("yellow card", "黄牌"), found);
    }
}

fn warnings(span: &Span<'_>, run: &Run<'_>, course: &Course, due: Instant, found: &mut Findings) {
    let Some((seq, card)) = course.yellow.as_ref().filter(|_| run.clock.warns) else {
        return;
    };
    let today = start_of(day_of(due));
    for (ahead, x, next, words) in [
        (
            Ahead::H24,
            due.plus(-DAY),
            today,
            ("warning \"h24\"", "24小时预警"),
        ),
        (
            Ahead::Today,
            today,
            due.plus(1),
            ("warning \"today\"", "当日预警"),
        ),
    ] {
        let x = run.known(x);
        let until = span.until(x).filter(|until| span.adopted(x) && *until < next);
        let Some(until) = until.filter(|until| !run.is_over(*until) && span.stands(Some(*seq), *until))
        else {
            continue;
        };
        let mut said = course
            .warned
            .iter()
            .filter(|(seq, _)| span.stands(Some(*seq), until))
            .map(|(_, said)| *said)
            .chain(card.ahead);
        if !said.any(|said| said >= ahead) {
            lacks(run, words, found);
        }
    }
}

fn end(span: &Span<'_>, run: &Run<'_>, course: &Course, found: &mut Findings) {
    let (Some(over), Some(card)) = (run.ended, course.last()) else {
        return;
    };
    let x = span.at(card).map_or(over.at, |ts| ts.max(over.at));
    if span
        .until(x)
        .is_some_and(|until| !span.stands(course.ended, until))
    {
        found.fault(
            over.seq,
            format!("the card of {} was not ended, or late", run.clock.rule),
            format!("规则{}的预警未销或迟销", run.clock.rule),
        );
    }
}
