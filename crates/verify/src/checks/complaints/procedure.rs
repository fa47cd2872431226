//! The course of each complaint that is disclosed, and the accesses in an emergency.

use super::clocks::{Raised, covers, decision_due, named, raised, wants_objection, window_end};
use crate::dossier::Dossier;
use crate::shown::Fact;
use crate::verdict::Findings;
use facts::body::complaint::{
    ComplaintAccepted, ComplaintContinued, ComplaintDecided, ComplaintFiled, ComplaintReturned, Outcome,
};
use facts::body::supervision::{AccessGranted, AccessRequested};
use facts::body::tender::Regime;
use facts::calendar::Calendar;
use facts::{Hex, Instant, Kind, Stream};
use serde_json::Value;
use std::collections::BTreeMap;

/// Every complaint of which the filing is shown.
pub(super) fn each(dossier: &Dossier, supervision: &Stream, regime: Regime, found: &mut Findings) {
    let mut courses: BTreeMap<String, Vec<&Fact>> = BTreeMap::new();
    for fact in dossier.shown.facts() {
        let record = &fact.record;
        if record.stream == *supervision
            && record.kind.name().starts_with("complaint.")
            && let Some(Value::String(name)) = record.body.members().get("complaint")
        {
            courses.entry(name.clone()).or_default().push(fact);
        }
    }
    for facts in courses.values() {
        let filed = facts
            .first()
            .and_then(|fact| Some((fact, fact.record.of::<ComplaintFiled>()?)));
        if let Some((first, filed)) = filed {
            let mut course = Course {
                dossier,
                regime,
                received: filed.paper.map_or(first.record.at, |paper| paper.received),
                by: first.record.actor,
                filed,
                returned: None,
                supplemented: None,
                accepted: None,
                spans: Vec::new(),
                paused: None,
                ended: false,
            };
            for fact in facts.iter().skip(1) {
                course.step(fact, found);
            }
        }
    }
}

struct Course<'a> {
    dossier: &'a Dossier,
    regime: Regime,
    filed: ComplaintFiled,
    received: Instant,
    by: Option<Hex<32>>,
    returned: Option<(Instant, Instant)>,
    supplemented: Option<Instant>,
    accepted: Option<Instant>,
    spans: Vec<(Instant, Instant)>,
    paused: Option<Instant>,
    ended: bool,
}

impl Course<'_> {
    fn step(&mut self, fact: &Fact, found: &mut Findings) {
        let record = &fact.record;
        let at = record.at;
        if !self.in_order(record.kind, at) {
            found.fault(
                record.seq,
                format!("{} does not follow in the course of the complaint", record.kind),
                format!("投诉程序中不应出现{}", record.kind),
            );
        }
        let own = matches!(
            record.kind,
            Kind::ComplaintSupplemented | Kind::ComplaintWithdrawn
        );
        if own && self.filed.paper.is_none() && record.actor != self.by {
            found.fault(record.seq, "not by who filed the complaint", "非投诉人所为");
        }
        match record.kind {
            Kind::ComplaintReturned => {
                self.returned = record.of::<ComplaintReturned>().map(|body| (at, body.until));
            }
            Kind::ComplaintSupplemented => self.supplemented = Some(at),
            Kind::ComplaintAccepted => self.accept(fact, found),
            Kind::ComplaintPaused => self.paused = Some(at),
            Kind::ComplaintContinued => {
                self.spans.extend(self.paused.take().map(|from| (from, at)));
                if let Some(body) = record.of::<ComplaintContinued>()
                    && let Some(calendar) = named(record.seq, &body.calendar, found)
                {
                    self.due_is(record.seq, calendar, body.due, found);
                }
            }
            Kind::ComplaintDecided => {
                let body = record.of::<ComplaintDecided>();
                if body.is_some_and(|body| body.remedy.is_some() != (body.outcome == Outcome::Upheld)) {
                    found.fault(
                        record.seq,
                        "what is ordered is not said exactly where the complaint is upheld",
                        "处理措施与处理结论不符",
                    );
                }
                self.ended = true;
            }
            Kind::ComplaintRefused | Kind::ComplaintWithdrawn => self.ended = true,
            _ => {}
        }
    }

    fn in_order(&self, kind: Kind, at: Instant) -> bool {
        let open = !self.ended;
        open && match kind {
            Kind::ComplaintReturned => self.accepted.is_none() && self.returned.is_none(),
            Kind::ComplaintSupplemented => {
                self.accepted.is_none()
                    && self.supplemented.is_none()
                    && self.returned.is_some_and(|(_, until)| at < until)
            }
            Kind::ComplaintAccepted | Kind::ComplaintRefused => self.accepted.is_none(),
            Kind::ComplaintPaused | Kind::ComplaintDecided => {
                self.accepted.is_some() && self.paused.is_none()
            }
            Kind::ComplaintContinued => self.paused.is_some(),
            Kind::ComplaintWithdrawn => true,
            _ => false,
        }
    }

    fn accept(&mut self, fact: &Fact, found: &mut Findings) {
        let record = &fact.record;
        self.accepted = Some(record.at);
        let until = self.supplemented.unwrap_or(record.at);
        self.spans.extend(self.returned.map(|(from, _)| (from, until)));
        let Some(body) = record.of::<ComplaintAccepted>() else {
            return;
        };
        let Some(calendar) = named(record.seq, &body.calendar, found) else {
            return;
        };
        let names = self.filed.objections.iter();
        let fitting: Vec<Raised> = names
            .flat_map(|name| raised(self.dossier, calendar, self.regime, (name, record.seq)))
            .filter(|one| covers(one.grievance, self.filed.grievance))
            .collect();
        if wants_objection(self.regime, self.filed.grievance) && fitting.is_empty() {
            found.fault(
                record.seq,
                "taken up without the objection that comes first",
                "未先提出异议或质疑即予受理",
            );
        } else if window_end(calendar, self.regime, self.filed.known, &fitting)
            .is_some_and(|end| self.received >= end)
        {
            found.fault(record.seq, "taken up after its window", "超过投诉期限仍予受理");
        }
        self.due_is(record.seq, calendar, body.due, found);
    }

    fn due_is(&self, seq: u64, calendar: &Calendar, due: Option<Instant>, found: &mut Findings) {
        let accepted = self.accepted.unwrap_or(self.received);
        if due != decision_due(calendar, self.regime, self.received, accepted, &self.spans) {
            found.fault(
                seq,
                "the day of the decision is not that of the law and the calendar",
                "处理期限与法律及日历不符",
            );
        }
    }
}

/// Two different supervisors signed for every access.
pub(super) fn accesses(dossier: &Dossier, supervision: &Stream, found: &mut Findings) {
    let requested = dossier.shown.told::<AccessRequested>(supervision);
    for granted in dossier.shown.told::<AccessGranted>(supervision) {
        let asked = requested
            .iter()
            .find(|told| told.body.access == granted.body.access && told.seq() < granted.seq());
        if asked.is_none_or(|asked| asked.fact.record.actor == granted.fact.record.actor) {
            found.fault(
                granted.seq(),
                "granted without a request, or by who asked",
                "未经申请或由申请人自行批准",
            );
        }
    }
}
