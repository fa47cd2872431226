//! What each fact adds to what supervision knows.
//!
//! Invariant: nothing is refused; an erased body adds nothing but the place of the last fact.

use super::{People, Procedure, Told, Trace};
use crate::clocks::Plain;
use crate::finding::Mark;
use facts::body::platform::FactsDisclosed;
use facts::{Body, Context, Kind, Record, Role, Stream};
use std::collections::BTreeSet;

pub(super) fn told<B: Body>(record: &Record) -> Option<Told<B>> {
    Some(Told {
        seq: record.seq,
        at: record.at,
        arrived: record.arrived,
        body: record.of()?,
    })
}

impl Procedure {
    /// Takes in a fact that is public, or that a disclosure has just shown.
    pub fn observe(&mut self, record: &Record, people: &People) {
        let mark = Mark {
            at: record.at,
            seq: record.seq,
        };
        if record.seq >= self.last.seq {
            self.last = mark;
        }
        self.plain.extend(Plain::of(record));
        self.hearing.observe(record);
        match record.kind.context() {
            Context::Procure => self.procured(record),
            Context::Evaluate => self.evaluated(record),
            _ => self.supervised(record),
        }
        if record.kind == Kind::FactsDisclosed && self.panel_shown.is_none() && !self.panel_facts().is_empty()
        {
            self.panel_shown = Some(mark);
        }
        if let Some(shown) = record.of::<FactsDisclosed>() {
            let shown: BTreeSet<u64> = shown.seqs.into_iter().collect();
            let told = self.withdrawn.iter().filter(|told| shown.contains(&told.seq));
            for seq in told.map(|told| told.seq) {
                self.withdrawals_shown.entry(seq).or_insert(mark);
            }
        }
        let meddled = matches!(record.stream, Stream::Tender(_) | Stream::Evaluation(_))
            && record
                .actor
                .is_some_and(|actor| people.acts_as(&actor, Role::Supervisor));
        if meddled || record.kind == Kind::FactsDisclosed {
            self.traces.push(Trace {
                mark,
                kind: record.kind,
                actor: record.actor,
            });
        }
    }

    fn procured(&mut self, record: &Record) {
        match record.kind {
            Kind::TenderRegistered => self.registered = told(record),
            Kind::TenderNoticed => self.noticed = told(record),
            Kind::TenderAmended => self.amended.extend(told(record)),
            Kind::QuestionAnswered => self.answered.extend(told(record)),
            Kind::TenderClosed => self.closed = told(record),
            Kind::TenderFailed => self.failed = told(record),
            Kind::TenderTerminated => self.terminated = told(record),
            Kind::ListFrozen => self.frozen.extend(told(record)),
            Kind::ListSettled => self.settled.extend(told(record)),
            Kind::ShareGiven => self.shares.push(Mark {
                at: record.at,
                seq: record.seq,
            }),
            Kind::OpeningRecorded => self.recorded.extend(told(record)),
            Kind::OpeningFailed => self.unopened.extend(told(record)),
            Kind::OpeningObjected => self.opening_objections.extend(told(record)),
            Kind::OpeningReplied => self.opening_replies.extend(told(record)),
            Kind::OpeningConfirmed => self.confirmed.extend(told(record)),
            Kind::OpeningClosed => self.opening_closed.extend(told(record)),
            Kind::BidSubmitted => self.submitted.extend(told(record)),
            Kind::BidWithdrawn => self.withdrawn.extend(told(record)),
            Kind::ContractSigned => self.contracts.extend(told(record)),
            Kind::ContractSupplemented => self.supplements.extend(told(record)),
            Kind::DepositsReceived => self.received.extend(told(record)),
            Kind::DepositsReturned => self.returned.extend(told(record)),
            Kind::DepositKept => self.kept.extend(told(record)),
            Kind::CandidatesPublicised => self.publicised = told(record),
            Kind::CandidatesObjected => self.objections.extend(told(record)),
            Kind::CandidatesReplied => self.replies.extend(told(record)),
            Kind::AwardMade => self.awarded = told(record),
            Kind::TenderSuspended => self.suspended.extend(told(record)),
            Kind::TenderResumed => self.resumed.extend(told(record)),
            // After an outage over the deadline bids come in again; it is closed once more.
            Kind::DeadlineExtended => {
                self.closed = None;
                self.extended_by_order.extend(told(record));
            }
            _ => {}
        }
    }

    fn evaluated(&mut self, record: &Record) {
        match record.kind {
            Kind::DrawRequested => self.draws.extend(told(record)),
            Kind::PoolFrozen => self.pools.extend(told(record)),
            Kind::DrawPinned => self.pinned.extend(told(record)),
            Kind::DrawCompleted => self.drawn.extend(told(record)),
            Kind::CoefficientDrawn => self.coefficients.extend(told(record)),
            Kind::EvaluationConcluded => self.concluded = told(record),
            Kind::EvaluationOpened => self.evaluated = told(record),
            Kind::CodesDrawn => self.codes = told(record),
            Kind::PanelAppointed => self.appointed = told(record),
            Kind::RepresentativesNamed => self.representatives = told(record),
            Kind::HoursSet => self.hours = told(record),
            Kind::ReviewClosed => self.reviewed = told(record),
            Kind::EvaluationExtended => self.extended = told(record),
            Kind::ReportCompleted => self.report = told(record),
            Kind::EvaluationReopened => self.reopened.extend(told(record)),
            _ => self.sat(record),
        }
    }

    fn sat(&mut self, record: &Record) {
        match record.kind {
            Kind::ExpertCalled => self.called.extend(told(record)),
            Kind::CallAnswered => self.call_answers.extend(told(record)),
            Kind::SeatEntered => self.entered.extend(told(record)),
            Kind::ChairVoted => self.chair_votes.extend(told(record)),
            Kind::SeatVacated => self.vacated.extend(told(record)),
            Kind::RecusalDeclared => self.recusals.extend(told(record)),
            Kind::ClarificationAsked => self.clarifications.extend(told(record)),
            Kind::ClarificationReturned => self.clarified.extend(told(record)),
            Kind::LowPriceJudged => self.judged.extend(told(record)),
            Kind::ExtensionAsked => self.extension_asked.extend(told(record)),
            Kind::ScoreCommitted => self.committed.extend(told(record)),
            Kind::ScoreRevealed => self.revealed.extend(told(record)),
            Kind::ScoreChanged => self.changed.extend(told(record)),
            _ => {}
        }
    }

    fn supervised(&mut self, record: &Record) {
        match record.kind {
            Kind::OrderSuspended => self.stop_orders.extend(told(record)),
            Kind::OrderResumed => self.go_orders.extend(told(record)),
            Kind::OrderReevaluated => self.again_orders.extend(told(record)),
            _ => {}
        }
    }
}
