//! What the history of one tender amounts to.
//!
//! Invariant: everything here follows from the facts of the tender's own stream; what other streams say comes in
//! the commands.

mod standing;

use super::fulfilment::Fulfilment;
use super::span::{Pauses, Window};
use crate::limits::{self, Limits};
use facts::body::award::{AwardMade, CandidatesPublicised, CandidatesRevoked};
use facts::body::bid::{BidSubmitted, Envelope};
use facts::body::complaint::Grievance;
use facts::body::inquiry::{InquiryAnswered, InquiryPut};
use facts::body::opening::{ListFrozen, ListSettled, OpeningRecorded, ShareFaulted};
use facts::body::qualification::{QualificationRead, QualificationReviewed};
use facts::body::quotes::QuotesInvited;
use facts::body::tender::{KeyAssigned, Lot, Part, Stage, TenderNoticed, TenderRegistered};
use facts::id::{ClarificationId, LotId, ObjectionId, OrderId, PartId, QuestionId, StageId};
use facts::outage::Passed;
use facts::{AccountId, BidId, Hex, Instant, Outage, TenderId};
use seal::Label;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// One tender.
#[derive(Debug, Clone, Default)]
pub struct State {
    /// The registration.
    pub registered: Option<TenderRegistered>,
    /// The key of each stage.
    pub keys: BTreeMap<StageId, KeyAssigned>,
    /// Proofs of readiness: key, custodian, date.
    pub proved: BTreeSet<(Hex<32>, u16, String)>,
    /// The notice.
    pub notice: Option<Arc<TenderNoticed>>,
    /// The versions of the rules: the notice, then one per addendum.
    pub versions: Vec<Version>,
    /// Questions and whether they were answered.
    pub questions: BTreeMap<QuestionId, bool>,
    /// The bids.
    pub bids: BTreeMap<BidId, Arc<Bid>>,
    /// Which bidder entered with which bid.
    pub entrants: BTreeMap<AccountId, BidId>,
    /// The deadline that applied, once it has passed.
    pub closed: Option<Instant>,
    /// When that was written down.
    pub closed_at: Option<Instant>,
    /// When the platform was down, as the order that moved the deadline last says.
    pub down: Option<Outage>,
    /// Spans in which bids were shut out, from a deadline to the order that moved it after it had passed.
    pub shut: Vec<(Instant, Instant)>,
    /// The openings that have begun.
    pub openings: BTreeMap<StageId, Arc<Opening>>,
    /// Position of the fact that compared from where the bids were handed in.
    pub compared: Option<u64>,
    /// Positions of bid facts that were disclosed.
    pub disclosed: BTreeSet<u64>,
    /// The candidates and their publicity.
    pub publicity: Option<Publicity>,
    /// Orders to evaluate again that were obeyed, each with the position of the fact that says so.
    pub revocations: Vec<(u64, CandidatesRevoked)>,
    /// The award, with the position of its fact.
    pub award: Option<(u64, AwardMade)>,
    /// What became of the award, and of the deposits.
    pub fulfilment: Fulfilment,
    /// How the tender ended without an award.
    pub ended: Option<Ended>,
    /// Invitations to final quotes, by the stage that takes them.
    pub invitations: BTreeMap<StageId, Arc<Invitation>>,
    /// Files given out for the review of the qualification, in order.
    pub handed: Vec<Handed>,
    /// The buyer's review of the qualification, with its position.
    pub qualification: Option<(u64, QualificationReviewed)>,
    /// Questions of the panel.
    pub inquiries: BTreeMap<ClarificationId, Inquiry>,
    /// Suspensions.
    pub pauses: Pauses,
    /// Orders of suspension in force that end by themselves: when, and the position of the order.
    pub lapses: BTreeMap<OrderId, (Instant, u64)>,
    /// Every objection there was, by its matter and name.
    pub heard: BTreeMap<(Grievance, ObjectionId), Heard>,
    /// When the last opening closed.
    pub opened_at: Option<Instant>,
    /// When the award was made.
    pub awarded_at: Option<Instant>,
    /// Orders that moved the deadline: when, and to when.
    pub extensions: Vec<Window>,
    /// Explanations called for, and whether they were given.
    pub explanations: BTreeMap<OrderId, Explanation>,
    /// Steps that an order may undo, by position.
    pub voidable: BTreeMap<u64, Voidable>,
    /// Positions of the orders that were obeyed or given back.
    pub obeyed: BTreeSet<u64>,
    /// Position of the tender's last fact.
    pub last: Option<u64>,
}

/// One version of the rules of a tender.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Version {
    /// Its hash.
    pub rules: Hex<32>,
    /// The deadline it names; the label of an envelope repeats it.
    pub closes_at: Instant,
    /// Whether bids made under the version before must be confirmed or replaced.
    pub substantive: bool,
    /// When it was published.
    pub at: Instant,
    /// Position of its fact.
    pub seq: u64,
}

/// One bid.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bid {
    /// Whose.
    pub account: AccountId,
    /// Its Ed25519 public key.
    pub key: Hex<32>,
    /// SHA-256 of the key.
    pub fingerprint: Hex<32>,
    /// What was handed in, in order of revision.
    pub submissions: Vec<Submission>,
    /// The last rules acknowledged, by submission or by confirmation.
    pub acknowledged: Hex<32>,
    /// Whether the last revision stands (not withdrawn).
    pub live: bool,
    /// Positions of all its facts.
    pub facts: Vec<u64>,
}

/// A file given out for the review of the qualification.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Handed {
    /// Position of its fact.
    pub seq: u64,
    /// When.
    pub at: Instant,
    /// Which file, and to whom.
    pub body: QualificationRead,
}

/// One revision of a bid.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Submission {
    /// Position of its fact.
    pub seq: u64,
    /// When it arrived.
    pub arrived: Instant,
    /// The invited stage that it is a final quote for; `None` for a bid as a whole.
    pub stage: Option<StageId>,
    /// Its body.
    pub body: BidSubmitted,
}

/// An invitation to final quotes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Invitation {
    /// Position of its fact.
    pub seq: u64,
    /// What it says.
    pub body: QuotesInvited,
    /// From the invitation to the deadline of the quotes.
    pub window: Window,
}

/// The opening of one stage.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Opening {
    /// The list.
    pub frozen: ListFrozen,
    /// The window for disputes and for unlocking.
    pub disputing: Window,
    /// Bids that disputed the list.
    pub disputed: BTreeSet<BidId>,
    /// The bidders' own secrets, by envelope.
    pub betas: BTreeMap<Hex<16>, Hex<32>>,
    /// Bids that gave them.
    pub unlocked: BTreeSet<BidId>,
    /// The list that custodians answer, and their window.
    pub settled: Option<(ListSettled, Window)>,
    /// Batches of custodians by index.
    pub shares: BTreeMap<u16, Batch>,
    /// The record with the position of its fact.
    pub recorded: Option<Recorded>,
    /// Objections and whether they were answered.
    pub objections: BTreeMap<ObjectionId, bool>,
    /// How often each bid objected.
    pub objectors: BTreeMap<BidId, u32>,
    /// Bids that signed the record.
    pub confirmed: BTreeSet<BidId>,
    /// Position of the fact that ended it.
    pub closed: Option<u64>,
}

/// One custodian's batch.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Batch {
    /// Position of its fact.
    pub seq: u64,
    /// D, c, z in the order of the settled list.
    pub partials: Vec<Hex<96>>,
    /// The fault found in it.
    pub faulted: Option<ShareFaulted>,
}

/// An opening record in force.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Recorded {
    /// Position of its fact.
    pub seq: u64,
    /// The record.
    pub body: OpeningRecorded,
    /// The window for objections.
    pub window: Window,
}

/// Candidates made public.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Publicity {
    /// The candidates.
    pub body: CandidatesPublicised,
    /// The window for objections.
    pub window: Window,
    /// Objections and whether they were answered.
    pub objections: BTreeMap<ObjectionId, bool>,
    /// How often each key objected, by its fingerprint.
    pub objectors: BTreeMap<Hex<32>, u32>,
}

/// A question of the panel.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Inquiry {
    /// Position of its fact.
    pub seq: u64,
    /// What is asked.
    pub put: InquiryPut,
    /// Position and body of the answer.
    pub answered: Option<(u64, InquiryAnswered)>,
}

/// Who raised an objection.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum By {
    /// The account whose key has this fingerprint.
    Key(Hex<32>),
    /// The account behind the bid whose key signed.
    Account(AccountId),
}

/// One objection, on whatever occasion.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Heard {
    /// Who raised it.
    pub by: By,
    /// Position of the fact that noted it; the other occasions are public and need no note.
    pub noted: Option<u64>,
    /// When it was raised.
    pub raised: Instant,
    /// Position and time of the reply.
    pub replied: Option<(u64, Instant)>,
    /// Position of the fact that raised it.
    pub seq: u64,
    /// What it says.
    pub text: String,
}

/// An explanation called for by order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Explanation {
    /// Until when.
    pub until: Instant,
    /// When it was given.
    pub given: Option<Instant>,
}

/// A step that an order may undo.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Voidable {
    /// The publicity of the candidates.
    Publicity,
    /// The reply to an objection.
    Reply(Grievance, ObjectionId),
}

/// An end without an award.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Ended {
    /// 流标, with the cause.
    Failed(String),
    /// 终止, with the reason.
    Terminated(String),
}

impl State {
    /// The tender's name.
    #[must_use]
    pub fn tender(&self) -> Option<&TenderId> {
        self.registered.as_ref().map(|body| &body.tender)
    }

    /// The statutory minimums that apply.
    #[must_use]
    pub fn limits(&self) -> Option<&'static Limits> {
        self.registered.as_ref().map(|body| limits::of(body.regime))
    }

    /// The rules in force: the notice with all addenda.
    #[must_use]
    pub fn rules(&self) -> Option<&Version> {
        self.versions.last()
    }

    /// The deadline in force (投标截止时间), suspensions counted.
    #[must_use]
    pub fn deadline(&self) -> Option<Instant> {
        let version = self.rules()?;
        let named = self.pauses.end_of(Window {
            from: version.at,
            until: version.closes_at,
        });
        // An addendum that came after the order names its instant afresh.
        let moved = self.extensions.iter().filter(|moved| moved.from >= version.at);
        moved.map(|moved| self.pauses.end_of(*moved)).chain([named]).max()
    }

    /// The deadline that has passed, once the platform has written that down.
    #[must_use]
    pub fn passed(&self) -> Option<Passed> {
        Some(Passed {
            deadline: self.closed?,
            closed: self.closed_at?,
        })
    }

    /// Until when the first list waits for an order, because the platform was down over the deadline.
    #[must_use]
    pub fn held(&self) -> Option<Instant> {
        if self.openings.is_empty() && !self.is_over() {
            self.passed()?.held()
        } else {
            None
        }
    }

    /// The deadline that a version of the rules names, by its hash.
    #[must_use]
    pub fn closes_at(&self, rules: &Hex<32>) -> Option<Instant> {
        self.versions
            .iter()
            .find(|version| version.rules == *rules)
            .map(|version| version.closes_at)
    }

    /// A stage of the notice.
    #[must_use]
    pub fn stage(&self, stage: &StageId) -> Option<&Stage> {
        self.notice
            .as_ref()?
            .stages
            .iter()
            .find(|known| known.stage == *stage)
    }

    /// The stage a part belongs to, and the part.
    #[must_use]
    pub fn part(&self, part: &PartId) -> Option<(&Stage, &Part)> {
        let stages = &self.notice.as_ref()?.stages;
        stages
            .iter()
            .find_map(|stage| Some((stage, stage.parts.iter().find(|known| known.part == *part)?)))
    }

    /// A lot of the notice.
    #[must_use]
    pub fn lot(&self, lot: &LotId) -> Option<&Lot> {
        self.notice.as_ref()?.lots.iter().find(|known| known.lot == *lot)
    }

    /// The label of an envelope, recomputed from what the log says.
    #[must_use]
    pub fn label(&self, bid: &Bid, submitted: &BidSubmitted, envelope: &Envelope) -> Option<Label> {
        Some(Label {
            tender: self.tender()?.to_string(),
            lot: envelope.lot.to_string(),
            part: envelope.part.to_string(),
            submission: envelope.submission.0,
            signer: bid.fingerprint.0,
            key_id: envelope.key_id.0,
            closes_at: u64::try_from(self.closes_at(&submitted.rules)?.0).ok()?,
            rules: submitted.rules.0,
            blk: envelope.blk.0,
        })
    }

    /// The number of the substantive addendum that a bid has not taken in, if there is one: its bid is not a bid
    /// for this tender as it now is (招标投标法23: an addendum is part of the documents).
    #[must_use]
    pub fn outdated(&self, bid: &Bid) -> Option<usize> {
        let known = self
            .versions
            .iter()
            .position(|version| version.rules == bid.acknowledged);
        let missed = self
            .versions
            .iter()
            .enumerate()
            .skip(known.map_or(0, |at| at.saturating_add(1)));
        missed
            .filter(|(_, version)| version.substantive)
            .map(|(number, _)| number)
            .next_back()
    }

    /// The stage whose opening is under way or was the last.
    #[must_use]
    pub fn current(&self) -> Option<(&StageId, &Opening)> {
        let stages = &self.notice.as_ref()?.stages;
        let opened = stages
            .iter()
            .rev()
            .find_map(|stage| self.openings.get_key_value(&stage.stage));
        opened.map(|(stage, opening)| (stage, opening.as_ref()))
    }

    /// Whether nothing more can happen to the tender.
    #[must_use]
    pub const fn is_over(&self) -> bool {
        self.ended.is_some() || self.award.is_some()
    }

    /// The key ids of the stages, to look up their [`crate::card::KeyCard`]s.
    #[must_use]
    pub fn key_ids(&self) -> Vec<(&facts::CeremonyId, Hex<32>)> {
        self.keys
            .values()
            .map(|assigned| (&assigned.ceremony, assigned.key_id))
            .collect()
    }
}
