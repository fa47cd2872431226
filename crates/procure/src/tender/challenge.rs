//! 异议 to the documents and 质疑 of documents, process and result: raised, noted, replied; in a works tender everything
//! stands still until the reply (招标投标法实施条例22; 政府采购法52, 53).
//!
//! Invariant: who raised one stays in its confidential fact; the tender stands still exactly while an objection to the
//! documents of a works tender is noted and not replied to.

use super::state::{By, Heard};
use super::{State, gate, refuse};
use crate::limits::OBJECTIONS;
use crate::said::Said;
use desk::account::fingerprint;
use facts::body::award::{TenderResumed, TenderSuspended};
use facts::body::complaint::Grievance;
use facts::body::objection::{Against, ObjectionNoted, ObjectionRaised, ObjectionReplied};
use facts::body::tender::{Regime, TenderRegistered};
use facts::calendar::{CHINA, day_of, end_of, subtract_days};
use facts::hearing::reply_due;
use facts::id::{MAX_ID, ObjectionId, OrderId};
use facts::{AccountId, Draft, Instant, Refusal, Role, TenderId};

/// 招标投标法实施条例22: days before the deadline by which documents are objected to.
const BEFORE_DEADLINE: u32 = 10;
/// 政府采购法52: working days for a 质疑.
const QUERY_DAYS: u32 = 7;
/// What the pause of an objection is called among the orders: no order of a supervisor begins like this.
pub const PAUSE: &str = "objection-";

/// What the pause for an objection is called.
#[must_use]
pub fn pause_of(objection: &ObjectionId) -> Option<OrderId> {
    OrderId::parse(&format!("{PAUSE}{objection}")).ok()
}

/// The grievance that a complaint about the same matter names.
#[must_use]
pub const fn grievance(against: Against) -> Grievance {
    match against {
        Against::Documents => Grievance::Documents,
        Against::Process => Grievance::Process,
        Against::Result => Grievance::Result,
    }
}

pub(super) fn raise(state: &State, said: Said<ObjectionRaised>, at: Instant) -> Result<Vec<Draft>, Refusal> {
    let body = &said.body;
    let registered = reachable(state, &said, &body.tender)?;
    let account = gate::own_key(&said.actor, &[Role::Bidder])?;
    in_window(state, registered, body.against, account, at)?;
    let key = By::Key(fingerprint(&said.act.key));
    let own = state.heard.values().filter(|heard| heard.by == key).count();
    if own >= usize::try_from(OBJECTIONS).unwrap_or(usize::MAX) {
        return Err(refuse::objections_many());
    }
    if body.objection.as_str().len().saturating_add(PAUSE.len()) > MAX_ID
        || found(state, &body.objection).is_some()
    {
        return Err(refuse::twice("objection", body.objection.as_str()));
    }
    gate::stated("text", &body.text)?;
    Ok(vec![said.draft(false)])
}

/// A late answer is not refused, because that would only prolong the matter; supervision sees it.
pub(super) fn reply(state: &State, said: Said<ObjectionReplied>) -> Result<Vec<Draft>, Refusal> {
    let body = &said.body;
    let registered = reachable(state, &said, &body.tender)?;
    gate::owner(registered, &said.actor)?;
    match found(state, &body.objection).map(|(_, heard)| heard) {
        None => return Err(refuse::objection_unknown(&body.objection)),
        Some(heard) if heard.noted.is_none() => return Err(refuse::objection_unknown(&body.objection)),
        Some(heard) if heard.replied.is_some() => return Err(refuse::answered(body.objection.as_str())),
        Some(_) => {}
    }
    gate::stated("text", &body.text)?;
    gate::stated("reply", &body.reply)?;
    Ok(vec![said.draft(false)])
}

/// The tender, unless a supervisor holds it up; the pause of an objection does not stop objections and answers, and an
/// award does not either: a 质疑 of the result comes after it.
fn reachable<'a, B>(
    state: &'a State,
    said: &Said<B>,
    tender: &TenderId,
) -> Result<&'a TenderRegistered, Refusal> {
    gate::stream(said, tender)?;
    let registered = state.registered.as_ref().ok_or_else(refuse::unknown)?;
    if registered.tender != *tender {
        return Err(refuse::unknown());
    }
    if state.ended.is_some() {
        return Err(refuse::over(state.phase()));
    }
    let held = state
        .pauses
        .orders()
        .iter()
        .any(|order| !order.as_str().starts_with(PAUSE));
    if held {
        return Err(refuse::suspended(state.pauses.orders()));
    }
    Ok(registered)
}

fn in_window(
    state: &State,
    registered: &TenderRegistered,
    against: Against,
    account: &AccountId,
    at: Instant,
) -> Result<(), Refusal> {
    let (Some(notice), Some(deadline), Some(version)) = (&state.notice, state.deadline(), state.rules())
    else {
        return Err(refuse::not_noticed());
    };
    let government = registered.regime == Regime::GovernmentProcurement;
    if against != Against::Documents && !government {
        return Err(refuse::occasion(against));
    }
    let end = match against {
        Against::Documents if government => query_end(notice.documents_until.max(version.at)),
        Against::Documents if registered.regime == Regime::Works => {
            // The last day from which ten days are left; who objects on it is in time.
            end_of(subtract_days(day_of(deadline), BEFORE_DEADLINE))
        }
        Against::Documents => deadline,
        Against::Process | Against::Result => {
            if !state.entrants.contains_key(account) {
                return Err(refuse::not_concerned(account));
            }
            return process_or_result(state, against, at);
        }
    };
    if at >= end || (state.closed.is_some() && !government) {
        return Err(refuse::window_over("objections to the documents", end));
    }
    Ok(())
}

/// 94号令11: from the end of the step, or of the notice of the result.
fn process_or_result(state: &State, against: Against, at: Instant) -> Result<(), Refusal> {
    let end = if against == Against::Process {
        if state.closed.is_none() {
            return Err(refuse::step_running());
        }
        state.opened_at.map(query_end)
    } else {
        let Some(publicity) = &state.publicity else {
            return Err(refuse::not_publicised());
        };
        let noticed = state
            .awarded_at
            .map(|awarded| end_of(CHINA.add_working_days(day_of(awarded), 1)).plus(-1));
        Some(query_end(
            state
                .pauses
                .end_of(publicity.window)
                .max(noticed.unwrap_or_default()),
        ))
    };
    match end {
        Some(end) if at >= end => Err(refuse::window_over("objections to process and result", end)),
        _ => Ok(()),
    }
}

fn query_end(from: Instant) -> Instant {
    end_of(CHINA.add_working_days(day_of(from), QUERY_DAYS))
}

/// An objection raised by [`raise`], with the grievance it is kept under.
fn found<'a>(state: &'a State, objection: &ObjectionId) -> Option<(Grievance, &'a Heard)> {
    [Against::Documents, Against::Process, Against::Result]
        .into_iter()
        .find_map(|against| {
            Some((
                grievance(against),
                state.heard.get(&(grievance(against), objection.clone()))?,
            ))
        })
}

/// What the platform owes to one objection now: the note, the pause, or the end of the pause. One step a tick, because
/// each names the position of the one before.
pub(super) fn step(state: &State) -> Result<Option<Vec<Draft>>, Refusal> {
    let (Some(registered), Some((objection, owed))) = (&state.registered, owed(state)) else {
        return Ok(None);
    };
    let tender = registered.tender.clone();
    let draft = match owed {
        Owed::Note(heard, against) => gate::platform(
            &registered.tender,
            &ObjectionNoted {
                against,
                calendar: CHINA.version.to_owned(),
                due: reply_due(&CHINA, registered.regime, heard.raised),
                objection: objection.clone(),
                seq: heard.seq,
                tender,
            },
        )?,
        Owed::Pause(order, seq) => gate::platform(
            &registered.tender,
            &TenderSuspended {
                order,
                seq,
                tender,
                until: None,
            },
        )?,
        Owed::GoOn(order, seq) => gate::platform(&registered.tender, &TenderResumed { order, seq, tender })?,
    };
    Ok(Some(vec![draft]))
}

/// Whether [`step`] has something to do.
pub(super) fn is_due(state: &State) -> bool {
    owed(state).is_some()
}

enum Owed<'a> {
    Note(&'a Heard, Against),
    Pause(OrderId, u64),
    GoOn(OrderId, u64),
}

fn owed(state: &State) -> Option<(&ObjectionId, Owed<'_>)> {
    let works = state
        .registered
        .as_ref()
        .is_some_and(|body| body.regime == Regime::Works);
    state.heard.iter().find_map(|((sort, objection), heard)| {
        let against = match sort {
            Grievance::Documents => Against::Documents,
            Grievance::Process => Against::Process,
            Grievance::Result => Against::Result,
            _ => return None,
        };
        let Some(noted) = heard.noted else {
            return Some((objection, Owed::Note(heard, against)));
        };
        if !works || state.is_over() || against != Against::Documents {
            return None;
        }
        let order = pause_of(objection)?;
        let paused = state.pauses.orders().contains(&order);
        match heard.replied {
            None if !paused => Some((objection, Owed::Pause(order, noted))),
            Some((replied, _)) if paused => Some((objection, Owed::GoOn(order, replied))),
            _ => None,
        }
    })
}
