//! The evaluation of a tender, as far as somebody is told of it.
//!
//! Invariant: what names a member of the panel is told to that member and to nobody else, the buyer included
//! (招标投标法37).

use crate::tender::{Owners, Stages};
use crate::world::Told;
use crate::{Audience, What};
use facts::body::draw::{CallAnswered, CallLapsed, DRAW_STAGE, DrawPinned, ExpertCalled};
use facts::body::evaluation::{
    EvaluationExtended, EvaluationReopened, PanelAppointed, ReportAssembled, ReportSigned, ScoreCommitted,
};
use facts::body::pool::{ExpertListed, ExpertReinstated, ExpertSuspended};
use facts::body::seat::{HoursSet, RepresentativesNamed, SeatVacated};
use facts::body::supervision::Panel as Judging;
use facts::id::{DrawId, SeatId};
use facts::time::HOUR;
use facts::{AccountId, Kind};
use std::collections::{BTreeMap, BTreeSet};

/// How long before the hours begin a member is told.
const HOURS: i64 = HOUR;
/// How long before the time to sign is over a member is told.
const SIGNING: i64 = 4 * HOUR;

#[derive(Debug, Clone, Default)]
pub(crate) struct Panel {
    seats: BTreeMap<SeatId, AccountId>,
    calls: BTreeMap<(DrawId, u32), (SeatId, AccountId)>,
    committed: BTreeSet<SeatId>,
}

/// Facts of pools: told to the expert.
pub(crate) fn pool(told: &mut Told<'_>) {
    let record = told.record();
    let (account, what) = match record.kind {
        Kind::ExpertListed => (
            record.of::<ExpertListed>().map(|body| body.account),
            What::ExpertListed,
        ),
        Kind::ExpertSuspended => (
            record.of::<ExpertSuspended>().map(|body| body.account),
            What::ExpertSuspended,
        ),
        _ => (
            record.of::<ExpertReinstated>().map(|body| body.account),
            What::ExpertReinstated,
        ),
    };
    told.tell(Audience::Expert, &account, what, None);
}

impl Panel {
    fn seated(&mut self, told: &mut Told<'_>, seats: BTreeMap<SeatId, AccountId>) {
        told.tell(Audience::Expert, seats.values(), What::SeatGiven, None);
        self.seats.extend(seats);
    }

    pub(crate) fn learn(&mut self, told: &mut Told<'_>, owners: &Owners, stages: &Stages) {
        let record = told.record();
        match record.kind {
            Kind::DrawPinned if record.of::<DrawPinned>().is_some() => {
                let custodians = stages.iter().filter(|(stage, _)| stage.as_str() == DRAW_STAGE);
                let custodians = custodians.flat_map(|(_, members)| members.values());
                told.tell(Audience::Drawer, custodians, What::DrawDue, None);
            }
            Kind::ExpertCalled => {
                let Some(body) = record.of::<ExpertCalled>() else {
                    return;
                };
                told.tell(
                    Audience::Expert,
                    [&body.expert],
                    What::ExpertCalled,
                    Some(body.until),
                );
                self.calls
                    .insert((body.draw, body.place), (body.seat, body.expert));
            }
            Kind::CallAnswered => {
                let Some(body) = record.of::<CallAnswered>() else {
                    return;
                };
                let called = self.calls.get(&(body.draw, body.place)).filter(|_| body.accept);
                self.seats.extend(called.cloned());
            }
            Kind::CallLapsed => {
                let body = record.of::<CallLapsed>();
                let called = body.and_then(|body| self.calls.get(&(body.draw, body.place)));
                told.tell(
                    Audience::Expert,
                    called.map(|(_, expert)| expert),
                    What::CallLapsed,
                    None,
                );
            }
            Kind::RepresentativesNamed => {
                let named = record.of::<RepresentativesNamed>().map(|body| body.seats);
                self.seated(told, named.unwrap_or_default());
            }
            Kind::PanelAppointed => {
                let named = record.of::<PanelAppointed>().map(|body| body.seats);
                self.seated(told, named.unwrap_or_default());
            }
            Kind::HoursSet => {
                let Some(body) = record.of::<HoursSet>() else {
                    return;
                };
                told.withdraw(What::HoursNear, None);
                told.tell(
                    Audience::Expert,
                    self.seats.values(),
                    What::HoursSet,
                    Some(body.from),
                );
                told.remind(
                    Audience::Expert,
                    self.seats.values(),
                    What::HoursNear,
                    body.from,
                    HOURS,
                );
            }
            Kind::SeatVacated => {
                let seat = record.of::<SeatVacated>().map(|body| body.seat);
                let expert = seat.and_then(|seat| self.seats.remove(&seat));
                told.tell(Audience::Expert, &expert, What::SeatVacated, None);
                if let Some(expert) = &expert {
                    told.withdraw(What::HoursNear, Some(expert));
                    told.withdraw(What::ReportDue, Some(expert));
                }
            }
            _ => self.evaluate(told, owners),
        }
    }

    /// The steps of the evaluation itself, once there are seats.
    fn evaluate(&mut self, told: &mut Told<'_>, owners: &Owners) {
        let record = told.record();
        match record.kind {
            Kind::EvaluationOpened => {
                told.tell(Audience::Owner, owners, What::EvaluationOpened, None);
                told.tell(
                    Audience::Expert,
                    self.seats.values(),
                    What::EvaluationOpened,
                    None,
                );
            }
            Kind::ReviewClosed => {
                told.tell(Audience::Expert, self.seats.values(), What::ReviewClosed, None);
            }
            Kind::ClarificationReturned => {
                told.tell(
                    Audience::Expert,
                    self.seats.values(),
                    What::ClarificationReturned,
                    None,
                );
            }
            Kind::EvaluationExtended if record.of::<EvaluationExtended>().is_some() => {
                told.tell(Audience::Expert, self.seats.values(), What::HoursExtended, None);
            }
            Kind::ScoreCommitted => {
                self.committed
                    .extend(record.of::<ScoreCommitted>().map(|body| body.seat));
                if self.seats.keys().all(|seat| self.committed.contains(seat)) {
                    // Whoever committed last has to reveal too.
                    told.tell_all(Audience::Expert, self.seats.values(), What::RevealDue, None);
                }
            }
            Kind::ReportAssembled => {
                let Some(body) = record.of::<ReportAssembled>() else {
                    return;
                };
                let members = self.seats.values();
                told.tell(
                    Audience::Expert,
                    members.clone(),
                    What::ReportToSign,
                    Some(body.until),
                );
                told.remind(Audience::Expert, members, What::ReportDue, body.until, SIGNING);
            }
            Kind::ReportSigned => {
                let seat = record.of::<ReportSigned>().map(|body| body.seat);
                if let Some(expert) = seat.and_then(|seat| self.seats.get(&seat)) {
                    told.withdraw(What::ReportDue, Some(expert));
                }
            }
            Kind::ReportCompleted => {
                told.withdraw(What::ReportDue, None);
                told.tell(Audience::Owner, owners, What::ReportCompleted, None);
            }
            Kind::EvaluationReopened => {
                let Some(body) = record.of::<EvaluationReopened>() else {
                    return;
                };
                told.withdraw(What::ReportDue, None);
                told.tell(Audience::Owner, owners, What::EvaluationReopened, None);
                self.committed.clear();
                if body.panel == Judging::New {
                    self.seats.clear();
                } else {
                    told.tell(
                        Audience::Expert,
                        self.seats.values(),
                        What::EvaluationReopened,
                        None,
                    );
                }
            }
            _ => {}
        }
    }
}
