//! One tender as its public facts tell it, ready for the pages.
//!
//! Invariant: made from public records and from nothing else; of what is disclosed later than the award (sealed bids,
//! scores) nothing is kept here.

use super::fulfilled::Fulfilled;
use facts::body::award::{
    AwardMade, CandidatesObjected, CandidatesPublicised, CandidatesReplied, CandidatesRevoked,
    TenderTerminated,
};
use facts::body::bid::Letter;
use facts::body::ceremony::KeyProved;
use facts::body::opening::{
    CustodianAbsent, ListFrozen, ListSettled, OpenedPart, OpeningFailed, OpeningObjected, OpeningRecorded,
    OpeningReplied, ShareFaulted, ShareGiven, TenderClosed, TenderFailed,
};
use facts::body::tender::{
    Document, KeyAssigned, QuestionAnswered, TenderAmended, TenderNoticed, TenderRegistered,
};
use facts::id::StageId;
use facts::{AccountId, Hex, Instant, Kind, Record};
use std::collections::BTreeMap;
use std::sync::Arc;

/// A fact with its place in the log.
#[derive(Debug, Clone)]
pub struct Placed<T> {
    /// Position in the log.
    pub seq: u64,
    /// Time of the log.
    pub at: Instant,
    /// Its body.
    pub body: T,
}

/// An addendum with what it changed.
#[derive(Debug, Clone)]
pub struct Addendum {
    /// The addendum.
    pub fact: Placed<TenderAmended>,
    /// The deadline before, if it moved.
    pub closes_before: Option<Instant>,
    /// Its documents, each with the one of the same name that it replaces.
    pub documents: Vec<(Document, Option<Document>)>,
}

/// An objection and its answer.
#[derive(Debug, Clone)]
pub struct Objection {
    /// Position of the objection.
    pub seq: u64,
    /// When.
    pub at: Instant,
    /// Its text.
    pub text: String,
    /// When it was answered, and how.
    pub reply: Option<(Instant, String)>,
}

/// The opening of one stage.
#[derive(Debug, Clone, Default)]
pub struct Opening {
    /// The list as it was frozen.
    pub frozen: Option<Placed<ListFrozen>>,
    /// The list that custodians answered.
    pub settled: Option<Placed<ListSettled>>,
    /// Custodians whose shares came, with the instants.
    pub shares: Vec<(u16, Instant)>,
    /// Custodians whose shares were at fault, with the reason.
    pub faulted: Vec<(u16, String)>,
    /// Custodians who gave none.
    pub absent: Vec<u16>,
    /// The record.
    pub recorded: Option<Placed<OpeningRecorded>>,
    /// The failure.
    pub failed: Option<OpeningFailed>,
    /// Objections at the opening, by id.
    pub objections: BTreeMap<String, Objection>,
    /// Bids that signed the record.
    pub confirmed: usize,
    /// When it ended.
    pub closed: Option<Instant>,
}

/// Something that feeds tell.
#[derive(Debug, Clone, Copy)]
pub struct Event {
    /// Position in the log.
    pub seq: u64,
    /// Time of the log.
    pub at: Instant,
    /// What happened.
    pub kind: Kind,
}

/// A tender.
#[derive(Debug, Clone, Default)]
pub struct Told {
    /// The registration.
    pub registered: Option<Placed<TenderRegistered>>,
    /// The key of each stage.
    pub keys: Vec<Placed<KeyAssigned>>,
    /// The day on which each custodian last proved its share of a key: key and index to day and position.
    pub proved: BTreeMap<(Hex<32>, u16), (String, u64)>,
    /// The notice.
    pub notice: Option<Placed<TenderNoticed>>,
    /// The addenda.
    pub addenda: Vec<Addendum>,
    /// Questions with their answers.
    pub answers: Vec<Placed<QuestionAnswered>>,
    /// The deadline that applied.
    pub closed: Option<Instant>,
    /// The openings, by stage in the order of the facts.
    pub openings: Vec<(StageId, Opening)>,
    /// The candidates.
    pub candidates: Option<Placed<CandidatesPublicised>>,
    /// The last order to evaluate again, which took the candidates away.
    pub revoked: Option<Placed<CandidatesRevoked>>,
    /// Objections to them, by id.
    pub objections: BTreeMap<String, Objection>,
    /// The award.
    pub award: Option<Placed<AwardMade>>,
    /// What followed it.
    pub fulfilled: Fulfilled,
    /// The failure.
    pub failed: Option<Placed<TenderFailed>>,
    /// The termination.
    pub terminated: Option<Placed<TenderTerminated>>,
    /// What feeds tell, oldest first.
    pub events: Vec<Event>,
    /// Names that opened letters give, by account.
    pub names: BTreeMap<AccountId, String>,
}

/// The kinds that feeds tell.
const EVENTS: [Kind; 32] = [
    Kind::TenderRegistered,
    Kind::KeyAssigned,
    Kind::TenderNoticed,
    Kind::TenderAmended,
    Kind::QuestionAnswered,
    Kind::TenderClosed,
    Kind::TenderFailed,
    Kind::ListFrozen,
    Kind::ListSettled,
    Kind::OpeningFailed,
    Kind::OpeningRecorded,
    Kind::OpeningClosed,
    Kind::DepositsReceived,
    Kind::CandidatesPublicised,
    Kind::CandidatesRevoked,
    Kind::AwardMade,
    Kind::ContractSigned,
    Kind::ContractPublished,
    Kind::ContractFiled,
    Kind::ContractSupplemented,
    Kind::AwardReported,
    Kind::DepositsReturned,
    Kind::DepositKept,
    Kind::TenderTerminated,
    Kind::TenderSuspended,
    Kind::TenderResumed,
    Kind::CandidatesReplied,
    Kind::ObjectionNoted,
    Kind::ObjectionReplied,
    Kind::DeadlineExtended,
    Kind::StepVoided,
    Kind::ExplanationGiven,
];

fn placed<B: facts::Body>(record: &Record) -> Option<Placed<B>> {
    Some(Placed {
        seq: record.seq,
        at: record.at,
        body: record.of()?,
    })
}

impl Told {
    /// What the public records of a tender's stream tell, in their order.
    #[must_use]
    pub fn of(records: &[Arc<Record>]) -> Self {
        let mut told = Self::default();
        for record in records {
            if EVENTS.contains(&record.kind) {
                told.events.push(Event {
                    seq: record.seq,
                    at: record.at,
                    kind: record.kind,
                });
            }
            told.before_the_deadline(record);
            told.at_the_opening(record);
            told.after_the_opening(record);
            told.fulfilled.observe(record);
        }
        told
    }

    fn before_the_deadline(&mut self, record: &Record) {
        match record.kind {
            Kind::TenderRegistered => self.registered = placed(record),
            Kind::KeyAssigned => self.keys.extend(placed(record)),
            Kind::KeyProved => {
                if let Some(body) = record.of::<KeyProved>() {
                    self.proved
                        .insert((body.key_id, body.index), (body.date, record.seq));
                }
            }
            Kind::TenderNoticed => self.notice = placed(record),
            Kind::TenderAmended => {
                if let Some(fact) = placed(record) {
                    let addendum = self.compared(fact);
                    self.addenda.push(addendum);
                }
            }
            Kind::QuestionAnswered => self.answers.extend(placed(record)),
            Kind::TenderClosed => {
                self.closed = record.of::<TenderClosed>().map(|body| body.closes_at);
            }
            // After an outage over the deadline bids come in again.
            Kind::DeadlineExtended => self.closed = None,
            Kind::TenderFailed => self.failed = placed(record),
            _ => {}
        }
    }

    fn compared(&self, fact: Placed<TenderAmended>) -> Addendum {
        let before = self.closes_at();
        let known = self.documents();
        let documents = fact.body.documents.iter().map(|document| {
            let replaced = known.iter().find(|(_, old)| old.name == document.name);
            (document.clone(), replaced.map(|(_, old)| (*old).clone()))
        });
        let documents = documents.collect();
        let closes_before = before.filter(|before| *before != fact.body.closes_at);
        Addendum {
            fact,
            closes_before,
            documents,
        }
    }

    fn opening(&mut self, stage: &StageId) -> Option<&mut Opening> {
        if !self.openings.iter().any(|(known, _)| known == stage) {
            self.openings.push((stage.clone(), Opening::default()));
        }
        let mut openings = self.openings.iter_mut();
        openings
            .find(|(known, _)| known == stage)
            .map(|(_, opening)| opening)
    }

    fn at_the_opening(&mut self, record: &Record) {
        let at = record.at;
        if let Some(fact) = placed::<ListFrozen>(record) {
            if let Some(opening) = self.opening(&fact.body.stage.clone()) {
                opening.frozen = Some(fact);
            }
        } else if let Some(fact) = placed::<ListSettled>(record) {
            if let Some(opening) = self.opening(&fact.body.stage.clone()) {
                opening.settled = Some(fact);
            }
        } else if let Some(body) = record.of::<ShareGiven>() {
            if let Some(opening) = self.opening(&body.stage) {
                opening.shares.push((body.index, at));
            }
        } else if let Some(body) = record.of::<ShareFaulted>() {
            if let Some(opening) = self.opening(&body.stage) {
                opening.faulted.push((body.index, body.reason));
            }
        } else if let Some(body) = record.of::<CustodianAbsent>() {
            if let Some(opening) = self.opening(&body.stage) {
                opening.absent.push(body.index);
            }
        } else if let Some(fact) = placed::<OpeningRecorded>(record) {
            let parts = fact.body.bids.iter().flat_map(|bid| &bid.parts);
            let letters: Vec<&Letter> = parts.filter_map(|part| part.letter.as_ref()).collect();
            for letter in letters {
                self.names.insert(letter.account.clone(), letter.name.clone());
            }
            if let Some(opening) = self.opening(&fact.body.stage.clone()) {
                opening.recorded = Some(fact);
            }
        } else if let Some(body) = record.of::<OpeningFailed>() {
            if let Some(opening) = self.opening(&body.stage.clone()) {
                opening.failed = Some(body);
            }
        } else if let Some(body) = record.of::<OpeningObjected>() {
            let objection = Objection::new(record, body.text);
            if let Some(opening) = self.opening(&body.stage) {
                opening.objections.insert(body.objection.to_string(), objection);
            }
        } else if let Some(body) = record.of::<OpeningReplied>() {
            let mut openings = self.openings.iter_mut();
            let objection = openings.find_map(|(_, o)| o.objections.get_mut(body.objection.as_str()));
            if let Some(objection) = objection {
                objection.reply = Some((at, body.text));
            }
        } else if record.kind == Kind::OpeningConfirmed {
            if let Some((_, opening)) = self.openings.last_mut() {
                opening.confirmed = opening.confirmed.saturating_add(1);
            }
        } else if record.kind == Kind::OpeningClosed
            && let Some((_, opening)) = self.openings.last_mut()
        {
            opening.closed = Some(at);
        }
    }

    fn after_the_opening(&mut self, record: &Record) {
        match record.kind {
            Kind::CandidatesPublicised => self.candidates = placed(record),
            Kind::CandidatesRevoked => {
                self.candidates = None;
                self.revoked = placed(record);
            }
            Kind::CandidatesObjected => {
                if let Some(body) = record.of::<CandidatesObjected>() {
                    let objection = Objection::new(record, body.text);
                    self.objections.insert(body.objection.to_string(), objection);
                }
            }
            Kind::CandidatesReplied => {
                if let Some(body) = record.of::<CandidatesReplied>()
                    && let Some(objection) = self.objections.get_mut(body.objection.as_str())
                {
                    objection.reply = Some((record.at, body.text));
                }
            }
            Kind::AwardMade => self.award = placed(record),
            Kind::TenderTerminated => self.terminated = placed(record),
            _ => {}
        }
    }

    /// The deadline that notice and addenda name, without suspensions.
    #[must_use]
    pub fn closes_at(&self) -> Option<Instant> {
        let last = self.addenda.last().map(|addendum| addendum.fact.body.closes_at);
        last.or_else(|| Some(self.notice.as_ref()?.body.closes_at))
    }

    /// The documents in force, each with the position of the fact that lists it: of several of one name the last.
    #[must_use]
    pub fn documents(&self) -> Vec<(u64, &Document)> {
        let mut documents: Vec<(u64, &Document)> = Vec::new();
        let notice = self.notice.iter().map(|fact| (fact.seq, &fact.body.documents));
        let addenda = self
            .addenda
            .iter()
            .map(|addendum| (addendum.fact.seq, &addendum.fact.body.documents));
        for (seq, listed) in notice.chain(addenda) {
            for document in listed {
                documents.retain(|(_, known)| known.name != document.name);
                documents.push((seq, document));
            }
        }
        documents
    }

    /// The title.
    #[must_use]
    pub fn title(&self) -> &str {
        let noticed = self.notice.as_ref().map(|fact| fact.body.title.as_str());
        let registered = || self.registered.as_ref().map(|fact| fact.body.title.as_str());
        noticed.or_else(registered).unwrap_or_default()
    }

    /// The name that a bidder's letter gives, else the account.
    #[must_use]
    pub fn name<'a>(&'a self, account: &'a AccountId) -> &'a str {
        self.names.get(account).map_or(account.as_str(), String::as_str)
    }

    /// When something last became public.
    #[must_use]
    pub fn updated(&self) -> Option<Instant> {
        self.events.last().map(|event| event.at)
    }

    /// The parts of an opening record as rows: bid by bid.
    #[must_use]
    pub fn rows(recorded: &OpeningRecorded) -> Vec<(&AccountId, &OpenedPart)> {
        let bids = recorded.bids.iter();
        bids.flat_map(|bid| bid.parts.iter().map(|part| (&bid.account, part)))
            .collect()
    }
}

impl Objection {
    fn new(record: &Record, text: String) -> Self {
        Self {
            seq: record.seq,
            at: record.at,
            text,
            reply: None,
        }
    }
}
