//! What each fact changes in the state of a tender.
//!
//! Invariant: no record, however odd, makes this panic; a fact whose body cannot be read changes nothing.

use super::span::Window;
use super::state::{
    Batch, Bid, Ended, Handed, Inquiry, Invitation, Opening, Publicity, Recorded, Submission, Version,
};
use super::{State, heard};
use crate::formats;
use desk::account::fingerprint;
use facts::body::award::CandidatesRevoked;
use facts::body::award::{
    AwardMade, CandidatesObjected, CandidatesPublicised, CandidatesReplied, TenderResumed, TenderSuspended,
    TenderTerminated,
};
use facts::body::bid::{BidConfirmed, BidEntered, BidSubmitted, BidWithdrawn};
use facts::body::ceremony::KeyProved;
use facts::body::inquiry::{InquiryAnswered, InquiryPut};
use facts::body::opening::{
    BidUnlocked, ListDisputed, ListFrozen, ListSettled, OpeningClosed, OpeningConfirmed, OpeningObjected,
    OpeningRecorded, OpeningReplied, ShareFaulted, ShareGiven, TenderClosed, TenderFailed,
};
use facts::body::platform::FactsDisclosed;
use facts::body::qualification::{QualificationRead, QualificationReviewed};
use facts::body::quotes::QuotesInvited;
use facts::body::tender::{KeyAssigned, QuestionAnswered, QuestionAsked, TenderAmended, TenderNoticed};
use facts::id::StageId;
use facts::{BidId, Kind, Record};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// Folds one record into the state.
pub fn evolve(state: &mut State, record: &Record) {
    state.last = Some(record.seq);
    heard::fold(state, record);
    // `None` when a body is unreadable: such a fact changes nothing.
    let _read = match record.kind {
        Kind::TenderRegistered => record.of().map(|body| state.registered = Some(body)),
        Kind::KeyAssigned => record.of().map(|body: KeyAssigned| {
            state.keys.insert(body.stage.clone(), body);
        }),
        Kind::KeyProved => record.of().map(|body: KeyProved| {
            state.proved.insert((body.key_id, body.index, body.date));
        }),
        Kind::TenderNoticed => noticed(state, record),
        Kind::TenderAmended => amended(state, record),
        Kind::QuotesInvited => invited(state, record),
        Kind::QuestionAsked => record.of().map(|body: QuestionAsked| {
            state.questions.insert(body.question, false);
        }),
        Kind::QuestionAnswered => record.of().map(|body: QuestionAnswered| {
            state.questions.insert(body.question, true);
        }),
        Kind::BidEntered => entered(state, record),
        Kind::BidSubmitted => submitted(state, record),
        Kind::BidConfirmed => record.of().and_then(|body: BidConfirmed| {
            let bid = bid_mut(state, &body.bid)?;
            bid.acknowledged = body.rules;
            bid.facts.push(record.seq);
            Some(())
        }),
        Kind::BidWithdrawn => record.of().and_then(|body: BidWithdrawn| {
            let bid = bid_mut(state, &body.bid)?;
            bid.live = false;
            bid.facts.push(record.seq);
            Some(())
        }),
        Kind::InquiryPut => record.of().map(|put: InquiryPut| {
            if let Some(bid) = bid_mut(state, &put.bid) {
                bid.facts.push(record.seq);
            }
            let inquiry = Inquiry {
                seq: record.seq,
                put,
                answered: None,
            };
            state.inquiries.insert(inquiry.put.clarification.clone(), inquiry);
        }),
        Kind::InquiryAnswered => record.of().and_then(|body: InquiryAnswered| {
            bid_mut(state, &body.bid)?.facts.push(record.seq);
            let inquiry = state.inquiries.get_mut(&body.clarification)?;
            inquiry.answered = Some((record.seq, body));
            Some(())
        }),
        Kind::TenderClosed => record.of().map(|body: TenderClosed| {
            state.closed = Some(body.closes_at);
            state.closed_at = Some(record.at);
        }),
        Kind::TenderFailed => record
            .of()
            .map(|body: TenderFailed| state.ended = Some(Ended::Failed(body.cause))),
        Kind::TenderTerminated => record
            .of()
            .map(|body: TenderTerminated| state.ended = Some(Ended::Terminated(body.reason))),
        Kind::TenderSuspended => record
            .of()
            .map(|body: TenderSuspended| state.pauses.begin(body.order, record.at)),
        Kind::TenderResumed => record
            .of()
            .map(|body: TenderResumed| state.pauses.end(&body.order, record.at)),
        Kind::FactsDisclosed => record
            .of()
            .map(|body: FactsDisclosed| state.disclosed.extend(body.seqs)),
        Kind::QualificationRead => handed(state, record),
        Kind::CandidatesPublicised => record.of().map(|body: CandidatesPublicised| {
            let window = Window {
                from: record.at,
                until: body.until,
            };
            state.publicity = Some(Publicity {
                body,
                window,
                objections: BTreeMap::new(),
                objectors: BTreeMap::new(),
            });
        }),
        Kind::CandidatesRevoked => record.of().map(|body: CandidatesRevoked| {
            state.publicity = None;
            state.revocations.push((record.seq, body));
        }),
        Kind::CandidatesObjected => objected(state, record),
        Kind::CandidatesReplied => replied(state, record),
        Kind::AwardMade => record
            .of()
            .map(|body: AwardMade| state.award = Some((record.seq, body))),
        _ => opening(state, record),
    };
}

fn objected(state: &mut State, record: &Record) -> Option<()> {
    let body: CandidatesObjected = record.of()?;
    let publicity = state.publicity.as_mut()?;
    publicity.objections.insert(body.objection, false);
    let objector = record.actor.unwrap_or_default();
    let count = publicity.objectors.entry(objector).or_default();
    *count = count.saturating_add(1);
    Some(())
}

fn handed(state: &mut State, record: &Record) -> Option<()> {
    let body: QualificationRead = record.of()?;
    let (seq, at) = (record.seq, record.at);
    state.handed.push(Handed { seq, at, body });
    Some(())
}

fn replied(state: &mut State, record: &Record) -> Option<()> {
    let body: CandidatesReplied = record.of()?;
    state.publicity.as_mut()?.objections.insert(body.objection, true);
    Some(())
}

fn noticed(state: &mut State, record: &Record) -> Option<()> {
    let body: TenderNoticed = record.of()?;
    state.versions = vec![Version {
        rules: formats::rules_of_notice(&record.body),
        closes_at: body.closes_at,
        substantive: false,
        at: record.at,
        seq: record.seq,
    }];
    state.notice = Some(Arc::new(body));
    Some(())
}

fn amended(state: &mut State, record: &Record) -> Option<()> {
    let body: TenderAmended = record.of()?;
    state.versions.push(Version {
        rules: body.rules,
        closes_at: body.closes_at,
        substantive: body.substantive,
        at: record.at,
        seq: record.seq,
    });
    Some(())
}

/// The invitation continues the rules; bids stand as they are, so it is not a substantive version of them.
fn invited(state: &mut State, record: &Record) -> Option<()> {
    let body: QuotesInvited = record.of()?;
    state.versions.push(Version {
        rules: body.rules,
        closes_at: body.closes_at,
        substantive: false,
        at: record.at,
        seq: record.seq,
    });
    let window = Window {
        from: record.at,
        until: body.closes_at,
    };
    let (stage, seq) = (body.stage.clone(), record.seq);
    state
        .invitations
        .insert(stage, Arc::new(Invitation { seq, body, window }));
    Some(())
}

fn entered(state: &mut State, record: &Record) -> Option<()> {
    let body: BidEntered = record.of()?;
    let bid = Bid {
        account: body.account.clone(),
        key: body.key,
        fingerprint: fingerprint(&body.key),
        submissions: Vec::new(),
        acknowledged: state.rules()?.rules,
        live: false,
        facts: vec![record.seq],
    };
    state.entrants.insert(body.account, body.bid.clone());
    state.bids.insert(body.bid, Arc::new(bid));
    Some(())
}

fn submitted(state: &mut State, record: &Record) -> Option<()> {
    let body: BidSubmitted = record.of()?;
    let stage = state
        .invited_by(&body.rules)
        .map(|invitation| invitation.body.stage.clone());
    let bid = bid_mut(state, &body.bid)?;
    bid.facts.push(record.seq);
    bid.acknowledged = body.rules;
    bid.live = true;
    bid.submissions.push(Submission {
        seq: record.seq,
        arrived: record.arrived.unwrap_or(record.at),
        stage,
        body,
    });
    Some(())
}

fn opening(state: &mut State, record: &Record) -> Option<()> {
    match record.kind {
        Kind::QualificationReviewed => {
            let body: QualificationReviewed = record.of()?;
            state.qualification = Some((record.seq, body));
        }
        Kind::ListFrozen => {
            let frozen: ListFrozen = record.of()?;
            let opening = Opening {
                disputing: Window {
                    from: record.at,
                    until: frozen.until,
                },
                frozen,
                disputed: BTreeSet::new(),
                betas: BTreeMap::new(),
                unlocked: BTreeSet::new(),
                settled: None,
                shares: BTreeMap::new(),
                recorded: None,
                objections: BTreeMap::new(),
                objectors: BTreeMap::new(),
                confirmed: BTreeSet::new(),
                closed: None,
            };
            state
                .openings
                .insert(opening.frozen.stage.clone(), Arc::new(opening));
        }
        Kind::ListDisputed => {
            let body: ListDisputed = record.of()?;
            opening_mut(state, &body.stage)?.disputed.insert(body.bid);
        }
        Kind::BidUnlocked => {
            let body: BidUnlocked = record.of()?;
            let opening = opening_mut(state, &body.stage)?;
            opening
                .betas
                .extend(body.keys.iter().map(|unlock| (unlock.submission, unlock.beta)));
            opening.unlocked.insert(body.bid);
        }
        Kind::ListSettled => {
            let body: ListSettled = record.of()?;
            let window = Window {
                from: record.at,
                until: body.until,
            };
            let opening = opening_mut(state, &body.stage)?;
            opening.settled = Some((body, window));
        }
        Kind::ShareGiven => {
            let body: ShareGiven = record.of()?;
            let batch = Batch {
                seq: record.seq,
                partials: body.partials,
                faulted: None,
            };
            opening_mut(state, &body.stage)?.shares.insert(body.index, batch);
        }
        Kind::ShareFaulted => {
            let body: ShareFaulted = record.of()?;
            let batch = opening_mut(state, &body.stage)?.shares.get_mut(&body.index)?;
            batch.faulted = Some(body);
        }
        Kind::OpeningRecorded => {
            let body: OpeningRecorded = record.of()?;
            let window = Window {
                from: record.at,
                until: body.until,
            };
            let opening = opening_mut(state, &body.stage)?;
            opening.recorded = Some(Recorded {
                seq: record.seq,
                body,
                window,
            });
        }
        Kind::OpeningObjected => {
            let body: OpeningObjected = record.of()?;
            let opening = opening_mut(state, &body.stage)?;
            opening.objections.insert(body.objection, false);
            let count = opening.objectors.entry(body.bid).or_default();
            *count = count.saturating_add(1);
        }
        Kind::OpeningReplied => {
            let body: OpeningReplied = record.of()?;
            let holds = |opening: &&mut Arc<Opening>| opening.objections.contains_key(&body.objection);
            let opening = state.openings.values_mut().find(holds)?;
            Arc::make_mut(opening).objections.insert(body.objection, true);
        }
        Kind::OpeningConfirmed => {
            let body: OpeningConfirmed = record.of()?;
            opening_mut(state, &body.stage)?.confirmed.insert(body.bid);
        }
        Kind::OpeningClosed => {
            let body: OpeningClosed = record.of()?;
            opening_mut(state, &body.stage)?.closed = Some(record.seq);
        }
        _ => return state.fulfilment.fold(record),
    }
    Some(())
}

fn bid_mut<'a>(state: &'a mut State, bid: &BidId) -> Option<&'a mut Bid> {
    state.bids.get_mut(bid).map(Arc::make_mut)
}

fn opening_mut<'a>(state: &'a mut State, stage: &StageId) -> Option<&'a mut Opening> {
    state.openings.get_mut(stage).map(Arc::make_mut)
}
