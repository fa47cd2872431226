//! Objections and complaints of a tender (异议、质疑、投诉) as far as they are public or disclosed.
//!
//! Invariant: a complaint of which only the public end is known, a refusal or a decision, has no `filed`, and no rule
//! says anything of it; its sealed facts come in together, with the disclosure after its end.

use super::{Told, fold::told};
use crate::finding::Mark;
use facts::body::award::{CandidatesObjected, CandidatesReplied};
use facts::body::complaint::{
    ComplaintAccepted, ComplaintContinued, ComplaintDecided, ComplaintFiled, ComplaintPaused,
    ComplaintRefused, ComplaintReturned, ComplaintSupplemented, ComplaintWithdrawn, Grievance,
};
use facts::body::obeyed::{ExplanationGiven, StepVoided};
use facts::body::objection::{Against, ObjectionNoted, ObjectionReplied};
use facts::body::opening::{OpeningObjected, OpeningReplied};
use facts::body::supervision::OrderInquired;
use facts::body::tender::Regime;
use facts::calendar::Calendar;
use facts::hearing::{Course, Raised, reply_due};
use facts::id::{ComplaintId, ObjectionId};
use facts::time::MINUTE;
use facts::{Instant, Kind, Record};
use std::collections::BTreeMap;

/// One complaint.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Complaint {
    /// As it was filed; disclosed after its end.
    pub filed: Option<Told<ComplaintFiled>>,
    /// 补正 asked for, and until when.
    pub returned: Option<(Mark, Instant)>,
    /// 补正 done.
    pub supplemented: Option<Mark>,
    /// 受理.
    pub accepted: Option<Mark>,
    /// 不予受理.
    pub refused: Option<Mark>,
    /// Stops of its clock, and where it went on.
    pub pauses: Vec<(Mark, Option<Mark>)>,
    /// 处理决定.
    pub decided: Option<Mark>,
    /// 撤回.
    pub withdrawn: Option<Mark>,
}

impl Complaint {
    /// How it ended.
    #[must_use]
    pub fn ended(&self) -> Option<Mark> {
        self.refused.or(self.decided).or(self.withdrawn)
    }

    /// Its course as the periods of [`facts::hearing`] count it; `None` before it is disclosed.
    #[must_use]
    pub fn course(&self) -> Option<Course> {
        let filed = self.filed.as_ref()?;
        let pauses = self
            .pauses
            .iter()
            .map(|(from, until)| (from.at, until.map(|until| until.at)));
        Some(Course {
            received: filed.body.paper.map_or(filed.at, |paper| paper.received),
            returned: self.returned.map(|(mark, until)| (mark.at, until)),
            supplemented: self.supplemented.map(|mark| mark.at),
            pauses: pauses.collect(),
        })
    }

    /// Positions of everything known of it.
    #[must_use]
    pub fn facts(&self) -> Vec<u64> {
        let filed = self.filed.iter().map(Told::mark);
        let pauses = self.pauses.iter().flat_map(|(from, until)| [Some(*from), *until]);
        let steps = [
            self.returned.map(|(mark, _)| mark),
            self.supplemented,
            self.accepted,
            self.refused,
            self.decided,
            self.withdrawn,
        ];
        let marks = filed.chain(steps.into_iter().chain(pauses).flatten());
        marks.map(|mark| mark.seq).collect()
    }
}

/// All of one tender.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Hearing {
    /// Complaints, by name.
    pub complaints: BTreeMap<ComplaintId, Complaint>,
    /// Objections to documents, process and result.
    pub noted: Vec<Told<ObjectionNoted>>,
    /// Their answers.
    pub replied: Vec<Told<ObjectionReplied>>,
    /// Orders to explain.
    pub inquired: Vec<Told<OrderInquired>>,
    /// Explanations.
    pub explained: Vec<Told<ExplanationGiven>>,
    /// Steps undone by order.
    pub voided: Vec<Told<StepVoided>>,
}

impl Hearing {
    /// Nothing is known.
    #[must_use]
    pub const fn new() -> Self {
        Self {
            complaints: BTreeMap::new(),
            noted: Vec::new(),
            replied: Vec::new(),
            inquired: Vec::new(),
            explained: Vec::new(),
            voided: Vec::new(),
        }
    }

    /// Takes in a fact; others change nothing.
    pub(super) fn observe(&mut self, record: &Record) {
        match record.kind {
            Kind::ObjectionNoted => self.noted.extend(told(record)),
            Kind::ObjectionReplied => self.replied.extend(told(record)),
            Kind::OrderInquired => self.inquired.extend(told(record)),
            Kind::ExplanationGiven => self.explained.extend(told(record)),
            Kind::StepVoided => self.voided.extend(told(record)),
            _ => {
                let _of_a_complaint = self.complained(record);
            }
        }
    }

    fn complained(&mut self, record: &Record) -> Option<()> {
        let mark = Mark {
            at: record.at,
            seq: record.seq,
        };
        match record.kind {
            Kind::ComplaintFiled => {
                let filed = told::<ComplaintFiled>(record)?;
                let name = filed.body.complaint.clone();
                self.of(&name).filed = Some(filed);
            }
            Kind::ComplaintReturned => {
                let body: ComplaintReturned = record.of()?;
                self.of(&body.complaint).returned = Some((mark, body.until));
            }
            Kind::ComplaintSupplemented => {
                self.of(&record.of::<ComplaintSupplemented>()?.complaint)
                    .supplemented = Some(mark);
            }
            Kind::ComplaintAccepted => {
                self.of(&record.of::<ComplaintAccepted>()?.complaint).accepted = Some(mark);
            }
            Kind::ComplaintRefused => {
                self.of(&record.of::<ComplaintRefused>()?.complaint).refused = Some(mark);
            }
            Kind::ComplaintPaused => {
                let pauses = &mut self.of(&record.of::<ComplaintPaused>()?.complaint).pauses;
                pauses.push((mark, None));
            }
            Kind::ComplaintContinued => {
                let pauses = &mut self.of(&record.of::<ComplaintContinued>()?.complaint).pauses;
                pauses.last_mut()?.1 = Some(mark);
            }
            Kind::ComplaintDecided => {
                self.of(&record.of::<ComplaintDecided>()?.complaint).decided = Some(mark);
            }
            Kind::ComplaintWithdrawn => {
                self.of(&record.of::<ComplaintWithdrawn>()?.complaint).withdrawn = Some(mark);
            }
            _ => {}
        }
        Some(())
    }

    fn of(&mut self, complaint: &ComplaintId) -> &mut Complaint {
        self.complaints.entry(complaint.clone()).or_default()
    }

    /// The answer to an objection before a position that no order has undone by then.
    #[must_use]
    pub fn reply(&self, objection: &ObjectionId, before: u64) -> Option<Mark> {
        let replies = self
            .replied
            .iter()
            .filter(|told| told.body.objection == *objection);
        replies
            .map(Told::mark)
            .rfind(|mark| mark.seq < before && !self.is_voided(mark.seq, before))
    }

    fn is_voided(&self, step: u64, before: u64) -> bool {
        self.voided
            .iter()
            .any(|told| told.seq < before && told.body.step == step)
    }
}

/// What an objection of its occasion is about.
#[must_use]
pub const fn grievance(against: Against) -> Grievance {
    match against {
        Against::Documents => Grievance::Documents,
        Against::Process => Grievance::Process,
        Against::Result => Grievance::Result,
    }
}

/// When an objection was raised, at the earliest: the fact that raised it is sealed, and is noted within a minute. So the
/// midnight between the two accuses nobody.
#[must_use]
pub fn raised_at(noted: &Told<ObjectionNoted>) -> Instant {
    noted.at.plus(-MINUTE)
}

impl super::Procedure {
    /// The objections of that name as they stood before a position, with the positions of their facts; days without a
    /// fact of their own are counted by the calendar.
    #[must_use]
    pub fn raised(&self, calendar: &Calendar, name: &ObjectionId, before: u64) -> Vec<(Raised, Vec<u64>)> {
        let regime = self.regime().unwrap_or(Regime::Free);
        let mut all = Vec::new();
        let mut add = |grievance, raised: Mark, replied: Option<Mark>, due| {
            let facts = [Some(raised.seq), replied.map(|mark| mark.seq)];
            let raised = Raised {
                grievance,
                raised: raised.at,
                replied: replied.map(|mark| mark.at),
                due,
            };
            all.push((raised, facts.into_iter().flatten().collect()));
        };
        for told in self
            .hearing
            .noted
            .iter()
            .filter(|told| told.body.objection == *name)
        {
            let replied = self.hearing.reply(name, before);
            let raised = Mark {
                at: raised_at(told),
                seq: told.seq,
            };
            add(grievance(told.body.against), raised, replied, told.body.due);
        }
        let named = |told: &&Told<OpeningObjected>| told.body.objection == *name;
        for told in self.opening_objections.iter().filter(named) {
            let answers = |reply: &&Told<OpeningReplied>| reply.body.objection == *name && reply.seq < before;
            let replied = self.opening_replies.iter().rfind(answers).map(Told::mark);
            add(Grievance::Opening, told.mark(), replied, Some(told.at));
        }
        let named = |told: &&Told<CandidatesObjected>| told.body.objection == *name;
        for told in self.objections.iter().filter(named) {
            let answers = |reply: &&Told<CandidatesReplied>| {
                reply.body.objection == *name
                    && reply.seq < before
                    && !self.hearing.is_voided(reply.seq, before)
            };
            let replied = self.replies.iter().rfind(answers).map(Told::mark);
            add(
                Grievance::Candidates,
                told.mark(),
                replied,
                reply_due(calendar, regime, told.at),
            );
        }
        all
    }
}
