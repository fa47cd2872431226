//! Objections, complaints, further orders and cards (异议、投诉、监督指令、亮牌), as far as somebody is told of them.
//!
//! Invariant: whoever objects or complains is told how it goes, and nobody is told who that is.

use crate::tender::Tender;
use crate::world::{Staff, Told};
use crate::{Audience, What};
use facts::body::card::{CardIssued, CardWarned};
use facts::body::complaint::{
    ComplaintAccepted, ComplaintContinued, ComplaintDecided, ComplaintFiled, ComplaintPaused,
    ComplaintRefused, ComplaintReturned,
};
use facts::body::obeyed::{DeadlineExtended, ExplanationCalled};
use facts::body::objection::{ObjectionNoted, ObjectionRaised, ObjectionReplied};
use facts::body::supervision::{AccessGranted, AccessRequested};
use facts::id::{AccessId, ComplaintId};
use facts::{AccountId, Instant, Kind};
use std::collections::BTreeMap;

/// Word of a card for those who run the machine.
const OPERATORS: &str = "operators";
/// Word of a card for the supervisors.
const SUPERVISORS: &str = "supervisors";

#[derive(Debug, Clone, Default)]
pub(crate) struct Disputes {
    complainants: BTreeMap<ComplaintId, AccountId>,
    askers: BTreeMap<AccessId, AccountId>,
    /// The words of those who are told of a card, by its position.
    cards: BTreeMap<u64, Vec<String>>,
}

impl Tender {
    pub(crate) fn dispute(&mut self, told: &mut Told<'_>, staff: &Staff) {
        let record = told.record();
        match record.kind {
            Kind::ObjectionRaised => {
                let Some(body) = record.of::<ObjectionRaised>() else {
                    return;
                };
                let objector = told.author().cloned();
                self.objectors.extend(objector.map(|who| (body.objection, who)));
            }
            Kind::ObjectionNoted => {
                let Some(body) = record.of::<ObjectionNoted>() else {
                    return;
                };
                told.tell(Audience::Owner, &self.owners, What::ObjectionWaiting, body.due);
                told.tell(
                    Audience::Supervisor,
                    &staff.supervisors,
                    What::ObjectionRaised,
                    body.due,
                );
            }
            Kind::ObjectionReplied => {
                let objection = record.of::<ObjectionReplied>().map(|body| body.objection);
                let objector = objection.and_then(|objection| self.objectors.get(&objection));
                told.tell(Audience::Bidder, objector, What::ObjectionAnswered, None);
            }
            Kind::ExplanationCalled => {
                let Some(body) = record.of::<ExplanationCalled>() else {
                    return;
                };
                told.tell(
                    Audience::Owner,
                    &self.owners,
                    What::ExplanationDue,
                    Some(body.until),
                );
            }
            Kind::ExplanationGiven => {
                told.tell(
                    Audience::Supervisor,
                    &staff.supervisors,
                    What::ExplanationGiven,
                    None,
                );
            }
            Kind::DeadlineExtended => {
                let Some(body) = record.of::<DeadlineExtended>() else {
                    return;
                };
                self.moved(told, body.closes_at, What::DeadlineMoved);
            }
            Kind::StepVoided => {
                told.tell(Audience::Owner, &self.owners, What::StepVoided, None);
                told.tell(Audience::Bidder, self.bids.values(), What::StepVoided, None);
            }
            Kind::OrderReturned => told.tell(
                Audience::Supervisor,
                &staff.supervisors,
                What::OrderReturned,
                None,
            ),
            Kind::CardIssued => {
                let Some(body) = record.of::<CardIssued>() else {
                    return;
                };
                self.card(told, &body.told, staff, What::CardIssued, body.due);
                self.disputes.cards.insert(record.seq, body.told);
            }
            Kind::CardWarned => {
                let Some(body) = record.of::<CardWarned>() else {
                    return;
                };
                let words = self.disputes.cards.get(&body.card).cloned().unwrap_or_default();
                self.card(told, &words, staff, What::CardWarned, Some(body.due));
            }
            Kind::AccessRequested => {
                let Some(body) = record.of::<AccessRequested>() else {
                    return;
                };
                let asker = told.author().cloned();
                self.disputes.askers.extend(asker.map(|who| (body.access, who)));
                told.tell(Audience::Supervisor, &staff.supervisors, What::AccessAsked, None);
            }
            Kind::AccessGranted => {
                let access = record.of::<AccessGranted>().map(|body| body.access);
                let asker = access.and_then(|access| self.disputes.askers.get(&access));
                told.tell(Audience::Supervisor, asker, What::AccessGranted, None);
            }
            _ => self.complaint(told, staff),
        }
    }

    /// Tells a card to those whom it names: accounts of the owners, the word of a desk.
    fn card(&self, told: &mut Told<'_>, words: &[String], staff: &Staff, what: What, due: Option<Instant>) {
        let names = |word: &str| words.iter().any(|one| one == word);
        let owners = self.owners.iter().filter(|owner| names(owner.as_str()));
        told.tell(Audience::Owner, owners, what, due);
        if names(OPERATORS) {
            told.tell(Audience::Operator, &staff.operators, what, due);
        }
        if names(SUPERVISORS) {
            told.tell(Audience::Supervisor, &staff.supervisors, what, due);
        }
    }

    fn complaint(&mut self, told: &mut Told<'_>, staff: &Staff) {
        let record = told.record();
        let known = &mut self.disputes.complainants;
        let (complaint, what, until) = match record.kind {
            Kind::ComplaintFiled => {
                let Some(body) = record.of::<ComplaintFiled>() else {
                    return;
                };
                // What came on paper was entered by a supervisor, who is not the one who complains.
                let filed = told.author().filter(|_| body.paper.is_none()).cloned();
                known.extend(filed.map(|who| (body.complaint, who)));
                told.tell(
                    Audience::Supervisor,
                    &staff.supervisors,
                    What::ComplaintFiled,
                    None,
                );
                return;
            }
            Kind::ComplaintSupplemented | Kind::ComplaintWithdrawn => {
                told.tell(
                    Audience::Supervisor,
                    &staff.supervisors,
                    What::ComplaintMoved,
                    None,
                );
                return;
            }
            Kind::ComplaintReturned => {
                let body = record.of::<ComplaintReturned>();
                let until = body.as_ref().map(|body| body.until);
                (body.map(|body| body.complaint), What::ComplaintReturned, until)
            }
            Kind::ComplaintAccepted => {
                let body = record.of::<ComplaintAccepted>();
                (body.map(|body| body.complaint), What::ComplaintMoved, None)
            }
            Kind::ComplaintRefused => {
                let body = record.of::<ComplaintRefused>();
                (body.map(|body| body.complaint), What::ComplaintMoved, None)
            }
            Kind::ComplaintPaused => {
                let body = record.of::<ComplaintPaused>();
                (body.map(|body| body.complaint), What::ComplaintMoved, None)
            }
            Kind::ComplaintContinued => {
                let body = record.of::<ComplaintContinued>();
                (body.map(|body| body.complaint), What::ComplaintMoved, None)
            }
            Kind::ComplaintDecided => {
                let body = record.of::<ComplaintDecided>();
                told.tell(Audience::Owner, &self.owners, What::ComplaintDecided, None);
                (body.map(|body| body.complaint), What::ComplaintDecided, None)
            }
            _ => return,
        };
        let who = complaint.and_then(|complaint| known.get(&complaint));
        told.tell(Audience::Bidder, who, what, until);
    }
}
