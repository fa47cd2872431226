//! What objections and orders change in the state of a tender: the part of `evolve` that the other files ask about.
//!
//! Invariant: as in `evolve`: nothing here panics, and a fact whose body cannot be read changes nothing.

use super::State;
use super::challenge::grievance;
use super::span::Window;
use super::state::{By, Explanation, Heard, Voidable};
use facts::body::award::{
    CandidatesObjected, CandidatesReplied, CandidatesRevoked, TenderResumed, TenderSuspended,
};
use facts::body::complaint::Grievance;
use facts::body::obeyed::{DeadlineExtended, ExplanationCalled, ExplanationGiven, OrderReturned, StepVoided};
use facts::body::objection::{ObjectionNoted, ObjectionRaised, ObjectionReplied};
use facts::body::opening::{OpeningObjected, OpeningReplied};
use facts::id::ObjectionId;
use facts::{Kind, Record};

/// Folds one record; other kinds change nothing here.
pub(super) fn fold(state: &mut State, record: &Record) {
    let _read = match record.kind {
        Kind::ObjectionRaised | Kind::OpeningObjected | Kind::CandidatesObjected => raised(state, record),
        Kind::ObjectionNoted => record.of().and_then(|body: ObjectionNoted| {
            let heard = state.heard.get_mut(&(grievance(body.against), body.objection))?;
            heard.noted = Some(record.seq);
            Some(())
        }),
        Kind::ObjectionReplied | Kind::OpeningReplied | Kind::CandidatesReplied => replied(state, record),
        Kind::OpeningClosed => {
            state.opened_at = Some(record.at);
            Some(())
        }
        Kind::OriginsCompared => {
            state.compared = Some(record.seq);
            Some(())
        }
        Kind::CandidatesPublicised => {
            state.voidable.insert(record.seq, Voidable::Publicity);
            Some(())
        }
        Kind::AwardMade => {
            state.awarded_at = Some(record.at);
            Some(())
        }
        _ => obeyed(state, record),
    };
}

fn raised(state: &mut State, record: &Record) -> Option<()> {
    let key = By::Key(record.actor.unwrap_or_default());
    let (sort, objection, by, text): (Grievance, ObjectionId, By, String) = match record.kind {
        Kind::ObjectionRaised => {
            let body: ObjectionRaised = record.of()?;
            (grievance(body.against), body.objection, key, body.text)
        }
        Kind::OpeningObjected => {
            let body: OpeningObjected = record.of()?;
            let account = By::Account(state.bids.get(&body.bid)?.account.clone());
            (Grievance::Opening, body.objection, account, body.text)
        }
        _ => {
            let body: CandidatesObjected = record.of()?;
            (Grievance::Candidates, body.objection, key, body.text)
        }
    };
    let heard = Heard {
        by,
        noted: None,
        raised: record.at,
        replied: None,
        seq: record.seq,
        text,
    };
    state.heard.insert((sort, objection), heard);
    Some(())
}

fn replied(state: &mut State, record: &Record) -> Option<()> {
    let (sorts, objection): (&[Grievance], ObjectionId) = match record.kind {
        Kind::ObjectionReplied => (
            &[Grievance::Documents, Grievance::Process, Grievance::Result],
            record.of::<ObjectionReplied>()?.objection,
        ),
        Kind::OpeningReplied => (&[Grievance::Opening], record.of::<OpeningReplied>()?.objection),
        _ => (
            &[Grievance::Candidates],
            record.of::<CandidatesReplied>()?.objection,
        ),
    };
    for sort in sorts {
        let Some(heard) = state.heard.get_mut(&(*sort, objection.clone())) else {
            continue;
        };
        heard.replied = Some((record.seq, record.at));
        if *sort != Grievance::Opening {
            let step = Voidable::Reply(*sort, objection.clone());
            state.voidable.insert(record.seq, step);
        }
    }
    Some(())
}

fn obeyed(state: &mut State, record: &Record) -> Option<()> {
    let seq = match record.kind {
        Kind::TenderSuspended => {
            let body: TenderSuspended = record.of()?;
            if let Some(until) = body.until {
                state.lapses.insert(body.order, (until, body.seq));
            }
            body.seq
        }
        Kind::TenderResumed => {
            let body: TenderResumed = record.of()?;
            state.lapses.remove(&body.order);
            body.seq
        }
        Kind::ExplanationCalled => {
            let body: ExplanationCalled = record.of()?;
            let explanation = Explanation {
                until: body.until,
                given: None,
            };
            state.explanations.insert(body.order, explanation);
            body.seq
        }
        Kind::ExplanationGiven => {
            let body: ExplanationGiven = record.of()?;
            state.explanations.get_mut(&body.order)?.given = Some(record.at);
            return Some(());
        }
        Kind::DeadlineExtended => {
            let body: DeadlineExtended = record.of()?;
            if let Some(passed) = state.closed.take() {
                state.closed_at = None;
                state.shut.push((passed, record.at));
            }
            state.down = body.down;
            state.extensions.push(Window {
                from: record.at,
                until: body.closes_at,
            });
            body.seq
        }
        Kind::StepVoided => {
            let body: StepVoided = record.of()?;
            void(state, body.step);
            body.seq
        }
        Kind::CandidatesRevoked => {
            let body: CandidatesRevoked = record.of()?;
            state.voidable.retain(|_, step| *step != Voidable::Publicity);
            body.seq
        }
        Kind::OrderReturned => record.of::<OrderReturned>()?.seq,
        _ => return None,
    };
    state.obeyed.insert(seq);
    Some(())
}

fn void(state: &mut State, step: u64) {
    match state.voidable.remove(&step) {
        Some(Voidable::Publicity) => state.publicity = None,
        Some(Voidable::Reply(sort, objection)) => {
            if let Some(publicity) = state.publicity.as_mut().filter(|_| sort == Grievance::Candidates) {
                publicity.objections.insert(objection.clone(), false);
            }
            if let Some(heard) = state.heard.get_mut(&(sort, objection)) {
                heard.replied = None;
            }
        }
        None => {}
    }
}
