//! A tender, as far as somebody is told of it: who owns it, who bids, who keeps its keys, when it closes.
//!
//! Invariant: who bids is told nothing about anybody else who does, and nobody else is told that somebody does.

use crate::disputes::Disputes;
use crate::panel::Panel;
use crate::world::{Ceremony, Staff, Told};
use crate::{Audience, What};
use facts::body::award::{
    AwardMade, CandidatesObjected, CandidatesPublicised, CandidatesReplied, TenderResumed, TenderSuspended,
};
use facts::body::bid::BidEntered;
use facts::body::contract::{ContractSigned, DepositKept, DepositsReturned};
use facts::body::inquiry::{InquiryAnswered, InquiryPut};
use facts::body::opening::{
    CustodianAbsent, ListFrozen, ListSettled, OpeningObjected, OpeningRecorded, OpeningReplied, ShareFaulted,
};
use facts::body::quotes::QuotesInvited;
use facts::body::tender::{
    KeyAssigned, QuestionAnswered, QuestionAsked, TenderAmended, TenderNoticed, TenderRegistered,
};
use facts::id::{ObjectionId, OrderId, QuestionId, StageId};
use facts::time::HOUR;
use facts::{AccountId, BidId, CeremonyId, Hex, Instant, Kind};
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// How long before the deadline bidders are told, each time.
const DEADLINE: [i64; 2] = [48 * HOUR, 24 * HOUR];
/// How long before the opening its owner and the custodians are told, each time.
const OPENING: [i64; 2] = [24 * HOUR, HOUR];
/// How long before the answer to the panel is due.
const INQUIRY: i64 = HOUR;

/// Buyer and agent.
pub(crate) type Owners = BTreeSet<AccountId>;
/// The custodians of each stage's key, by their indices.
pub(crate) type Stages = BTreeMap<StageId, BTreeMap<u16, AccountId>>;

#[derive(Debug, Clone, Default)]
pub(crate) struct Tender {
    pub(crate) owners: Owners,
    pub(crate) bids: BTreeMap<BidId, AccountId>,
    askers: BTreeMap<QuestionId, AccountId>,
    pub(crate) objectors: BTreeMap<ObjectionId, AccountId>,
    stages: Stages,
    listed: BTreeMap<Hex<16>, BidId>,
    closes: Option<Instant>,
    /// Orders that hold it up, and since when the deadline in force has stood still.
    held: BTreeSet<OrderId>,
    still: Option<Instant>,
    panel: Panel,
    pub(crate) disputes: Disputes,
}

impl Tender {
    fn custodians(&self) -> BTreeSet<&AccountId> {
        self.stages.values().flat_map(BTreeMap::values).collect()
    }

    /// Everybody who bids or asked.
    fn followers(&self) -> BTreeSet<&AccountId> {
        self.bids.values().chain(self.askers.values()).collect()
    }

    fn everybody(&self, told: &mut Told<'_>, what: What) {
        told.tell(Audience::Owner, &self.owners, what, None);
        told.tell(Audience::Bidder, self.bids.values(), what, None);
        told.tell(Audience::Custodian, self.custodians(), what, None);
    }

    fn withdraw_reminders(told: &mut Told<'_>) {
        told.withdraw(What::DeadlineNear, None);
        told.withdraw(What::OpeningSoon, None);
    }

    fn reminders(&self, told: &mut Told<'_>) {
        let Some(due) = self.closes else { return };
        for lead in DEADLINE {
            told.remind(
                Audience::Bidder,
                self.bids.values(),
                What::DeadlineNear,
                due,
                lead,
            );
        }
        for lead in OPENING {
            told.remind(Audience::Owner, &self.owners, What::OpeningSoon, due, lead);
            told.remind(
                Audience::Custodian,
                self.custodians(),
                What::OpeningSoon,
                due,
                lead,
            );
        }
    }

    pub(crate) fn learn(
        &mut self,
        told: &mut Told<'_>,
        ceremonies: &HashMap<CeremonyId, Ceremony>,
        staff: &Staff,
    ) {
        let record = told.record();
        match record.kind {
            Kind::TenderRegistered => {
                let Some(body) = record.of::<TenderRegistered>() else {
                    return;
                };
                self.owners = [Some(body.buyer), body.agent].into_iter().flatten().collect();
                told.tell(Audience::Owner, &self.owners, What::TenderRegistered, None);
            }
            Kind::KeyAssigned => {
                let Some(body) = record.of::<KeyAssigned>() else {
                    return;
                };
                let ceremony = ceremonies.get(&body.ceremony);
                let members = ceremony
                    .map(|ceremony| ceremony.members.clone())
                    .unwrap_or_default();
                told.tell(Audience::Custodian, members.values(), What::KeyAssigned, None);
                self.stages.insert(body.stage, members);
            }
            Kind::TenderNoticed => {
                let Some(body) = record.of::<TenderNoticed>() else {
                    return;
                };
                self.closes = Some(body.closes_at);
                let due = Some(body.closes_at);
                told.tell(Audience::Owner, &self.owners, What::TenderPublished, due);
                told.tell(Audience::Custodian, self.custodians(), What::ProofDue, due);
                self.reminders(told);
            }
            Kind::TenderAmended => self.amended(told),
            Kind::BidEntered => {
                let Some(body) = record.of::<BidEntered>() else {
                    return;
                };
                if let Some(due) = self.closes.filter(|_| self.held.is_empty()) {
                    for lead in DEADLINE {
                        told.remind(Audience::Bidder, [&body.account], What::DeadlineNear, due, lead);
                    }
                }
                self.bids.insert(body.bid, body.account);
            }
            Kind::QuestionAsked => {
                let Some(body) = record.of::<QuestionAsked>() else {
                    return;
                };
                self.askers
                    .extend(told.author().cloned().map(|asker| (body.question, asker)));
                told.tell(Audience::Owner, &self.owners, What::QuestionWaiting, None);
            }
            Kind::QuestionAnswered => {
                if record.of::<QuestionAnswered>().is_some() {
                    told.tell(Audience::Bidder, self.followers(), What::AnswerPublished, None);
                }
            }
            Kind::InquiryPut => {
                let Some(body) = record.of::<InquiryPut>() else {
                    return;
                };
                let bidder = self.bids.get(&body.bid);
                told.tell(Audience::Bidder, bidder, What::InquiryWaiting, Some(body.until));
                told.remind(Audience::Bidder, bidder, What::InquiryDue, body.until, INQUIRY);
            }
            Kind::InquiryAnswered => {
                let body = record.of::<InquiryAnswered>();
                if let Some(bidder) = body.and_then(|body| self.bids.get(&body.bid)) {
                    told.withdraw(What::InquiryDue, Some(bidder));
                }
            }
            Kind::TenderSuspended => self.suspended(told),
            Kind::TenderResumed => self.resumed(told),
            Kind::TenderFailed => {
                Self::withdraw_reminders(told);
                self.everybody(told, What::TenderFailed);
            }
            Kind::TenderTerminated => {
                Self::withdraw_reminders(told);
                self.everybody(told, What::TenderTerminated);
            }
            Kind::OrderSuspended
            | Kind::OrderResumed
            | Kind::OrderReevaluated
            | Kind::OrderInquired
            | Kind::OrderVoided
            | Kind::OrderExtended => {
                told.tell(Audience::Owner, &self.owners, What::OrderReceived, None);
            }
            kind if kind.context() == facts::Context::Evaluate => {
                self.panel.learn(told, &self.owners, &self.stages);
            }
            _ => self.opening(told, staff),
        }
    }

    fn suspended(&mut self, told: &mut Told<'_>) {
        let record = told.record();
        let Some(body) = record.of::<TenderSuspended>() else {
            return;
        };
        if self.held.is_empty() {
            self.still = Some(record.at);
        }
        self.held.insert(body.order);
        Self::withdraw_reminders(told);
        self.everybody(told, What::TenderSuspended);
    }

    fn resumed(&mut self, told: &mut Told<'_>) {
        let record = told.record();
        let Some(body) = record.of::<TenderResumed>() else {
            return;
        };
        self.held.remove(&body.order);
        if self.held.is_empty() {
            let still = self.still.take();
            self.closes = match (self.closes, still) {
                (Some(closes), Some(since)) if closes > since => Some(closes.plus(record.at.since(since))),
                (closes, _) => closes,
            };
            self.reminders(told);
        }
        self.everybody(told, What::TenderResumed);
    }

    fn amended(&mut self, told: &mut Told<'_>) {
        if let Some(body) = told.record().of::<TenderAmended>() {
            self.moved(told, body.closes_at, What::AddendumPublished);
        }
    }

    /// The rules, or the deadline alone, are others now.
    pub(crate) fn moved(&mut self, told: &mut Told<'_>, closes_at: Instant, what: What) {
        let due = Some(closes_at);
        told.tell(Audience::Bidder, self.followers(), what, due);
        if self.closes != due {
            told.tell(Audience::Owner, &self.owners, What::DeadlineMoved, due);
            told.tell(Audience::Custodian, self.custodians(), What::DeadlineMoved, due);
        }
        self.closes = due;
        Self::withdraw_reminders(told);
        if self.held.is_empty() {
            self.reminders(told);
        } else {
            // A pause before an addendum does not move the deadline that the addendum names.
            self.still = Some(told.record().at);
        }
    }

    fn opening(&mut self, told: &mut Told<'_>, staff: &Staff) {
        let record = told.record();
        match record.kind {
            Kind::ListFrozen => {
                let Some(body) = record.of::<ListFrozen>() else {
                    return;
                };
                let listed: BTreeSet<&BidId> = body.envelopes.iter().map(|one| &one.bid).collect();
                let bidders = listed.into_iter().filter_map(|bid| self.bids.get(bid));
                told.tell(Audience::Bidder, bidders, What::ListFrozen, Some(body.until));
                self.listed
                    .extend(body.envelopes.into_iter().map(|one| (one.submission, one.bid)));
            }
            Kind::ListDisputed => {
                told.tell(Audience::Owner, &self.owners, What::ListDisputed, None);
                told.tell(Audience::Supervisor, &staff.supervisors, What::ListDisputed, None);
            }
            Kind::ListSettled => {
                let Some(body) = record.of::<ListSettled>() else {
                    return;
                };
                let out = body
                    .excluded
                    .iter()
                    .filter_map(|out| self.listed.get(&out.submission));
                let out = out.filter_map(|bid| self.bids.get(bid));
                told.tell(Audience::Bidder, out, What::BidExcluded, None);
                let asked = self
                    .stages
                    .get(&body.stage)
                    .into_iter()
                    .flat_map(BTreeMap::values);
                told.tell(Audience::Custodian, asked, What::ShareDue, Some(body.until));
            }
            Kind::ShareFaulted => {
                let body = record.of::<ShareFaulted>();
                let custodian = body.and_then(|body| self.stages.get(&body.stage)?.get(&body.index));
                told.tell(Audience::Custodian, custodian, What::ShareFaulty, None);
            }
            Kind::CustodianAbsent => {
                let body = record.of::<CustodianAbsent>();
                let custodian = body.and_then(|body| self.stages.get(&body.stage)?.get(&body.index));
                told.tell(Audience::Custodian, custodian, What::ShareMissed, None);
            }
            Kind::OpeningFailed => {
                self.everybody(told, What::OpeningFailed);
                told.tell(
                    Audience::Supervisor,
                    &staff.supervisors,
                    What::OpeningFailed,
                    None,
                );
            }
            Kind::OpeningRecorded => {
                let Some(body) = record.of::<OpeningRecorded>() else {
                    return;
                };
                let bidders = body.bids.iter().filter_map(|bid| self.bids.get(&bid.bid));
                told.tell(Audience::Bidder, bidders, What::RecordRead, Some(body.until));
                told.tell(Audience::Owner, &self.owners, What::OpeningRead, Some(body.until));
            }
            Kind::OpeningObjected => {
                let Some(body) = record.of::<OpeningObjected>() else {
                    return;
                };
                let objector = self.bids.get(&body.bid).cloned();
                self.objectors.extend(objector.map(|who| (body.objection, who)));
                told.tell(Audience::Owner, &self.owners, What::OpeningObjected, None);
                told.tell(
                    Audience::Supervisor,
                    &staff.supervisors,
                    What::ObjectionRaised,
                    None,
                );
            }
            Kind::OpeningReplied => {
                let objection = record.of::<OpeningReplied>().map(|body| body.objection);
                let objector = objection.and_then(|objection| self.objectors.get(&objection));
                told.tell(Audience::Bidder, objector, What::ObjectionAnswered, None);
            }
            Kind::QuotesInvited => {
                let Some(body) = record.of::<QuotesInvited>() else {
                    return;
                };
                let invited = body.invited.iter().filter_map(|one| self.bids.get(&one.bid));
                told.tell(
                    Audience::Bidder,
                    invited,
                    What::QuoteInvited,
                    Some(body.closes_at),
                );
                let out = body.left_out.iter().filter_map(|one| self.bids.get(&one.bid));
                told.tell(Audience::Bidder, out, What::QuoteNotInvited, None);
            }
            _ => self.result(told, staff),
        }
    }

    fn result(&mut self, told: &mut Told<'_>, staff: &Staff) {
        let record = told.record();
        match record.kind {
            Kind::CandidatesPublicised => {
                let Some(body) = record.of::<CandidatesPublicised>() else {
                    return;
                };
                let until = Some(body.until);
                told.tell(
                    Audience::Bidder,
                    self.bids.values(),
                    What::CandidatesPublished,
                    until,
                );
                told.tell(Audience::Owner, &self.owners, What::CandidatesPublished, until);
            }
            Kind::CandidatesObjected => {
                let Some(body) = record.of::<CandidatesObjected>() else {
                    return;
                };
                let objector = told.author().cloned();
                self.objectors.extend(objector.map(|who| (body.objection, who)));
                told.tell(Audience::Owner, &self.owners, What::CandidatesObjected, None);
                told.tell(
                    Audience::Supervisor,
                    &staff.supervisors,
                    What::ObjectionRaised,
                    None,
                );
            }
            Kind::CandidatesReplied => {
                let objection = record.of::<CandidatesReplied>().map(|body| body.objection);
                let objector = objection.and_then(|objection| self.objectors.get(&objection));
                told.tell(Audience::Bidder, objector, What::ObjectionAnswered, None);
            }
            Kind::CandidatesRevoked => {
                told.tell(Audience::Owner, &self.owners, What::CandidatesRevoked, None);
                told.tell(
                    Audience::Bidder,
                    self.bids.values(),
                    What::CandidatesRevoked,
                    None,
                );
            }
            Kind::AwardMade => {
                let Some(body) = record.of::<AwardMade>() else {
                    return;
                };
                let won: BTreeSet<&AccountId> = body.awards.iter().map(|award| &award.account).collect();
                told.tell(Audience::Bidder, won.iter().copied(), What::Awarded, None);
                let others = self.bids.values().filter(|account| !won.contains(account));
                told.tell(Audience::Bidder, others, What::ResultPublished, None);
                told.tell(Audience::Owner, &self.owners, What::ResultPublished, None);
            }
            Kind::ContractSigned => {
                let winner = record.of::<ContractSigned>().map(|body| body.account);
                told.tell(Audience::Bidder, &winner, What::ContractSigned, None);
            }
            // To everybody who bid: whoever is not on the list has to know that, too.
            Kind::DepositsReceived => {
                told.tell(Audience::Bidder, self.bids.values(), What::DepositsListed, None);
            }
            Kind::DepositsReturned => {
                let Some(body) = record.of::<DepositsReturned>() else {
                    return;
                };
                // Without names it is everybody's; each is told for itself.
                let all = body.returned.is_empty();
                let named: BTreeSet<&BidId> = body.returned.iter().map(|one| &one.bid).collect();
                let whose = self.bids.iter().filter(|(bid, _)| all || named.contains(bid));
                let whose = whose.map(|(_, account)| account);
                told.tell(Audience::Bidder, whose, What::DepositReturned, None);
            }
            Kind::DepositKept => {
                let bid = record.of::<DepositKept>().map(|body| body.bid);
                let whose = bid.and_then(|bid| self.bids.get(&bid));
                told.tell(Audience::Bidder, whose, What::DepositKept, None);
            }
            _ => self.dispute(told, staff),
        }
    }
}
