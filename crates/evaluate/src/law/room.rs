//! The evaluation room (评标区): hours, presence from one device, reading, the chair, words, replacements.
//!
//! Invariant: nothing of a bid is given to a seat that is not in the room, within its hours, free of conflict.

use super::panel::{must_be_free, own, running};
use super::state::{Origin, Seat, State};
use super::{call, platform, refuse};
use crate::Signed;
use facts::body::seat::{
    ChairVoted, DocumentOpened, HoursSet, PanelSaid, SeatEntered, SeatLeft, SeatVacated,
};
use facts::id::{CodeId, PartId, SeatId};
use facts::time::DAY;
use facts::{AccountId, Draft, Hex, Instant, Kind, Record, Refusal, Role, Stream};
use std::collections::{BTreeMap, BTreeSet};

/// Longest opening of the room.
const LONGEST: i64 = 30 * DAY;
/// Most characters of a word to the panel.
const WORDS: usize = 2_000;

/// The room.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Room {
    /// Its hours; closed before they are set.
    pub hours: Option<(Instant, Instant)>,
    /// Who is in it.
    pub present: BTreeMap<SeatId, Presence>,
    /// The last vote of each seat for a chair.
    pub votes: BTreeMap<SeatId, SeatId>,
    /// What was said, in order.
    pub said: Vec<Said>,
    /// What was given to be read, in order.
    pub read: Vec<Reading>,
}

/// A file of a bid that was given to a seat (查阅).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reading {
    /// When.
    pub at: Instant,
    /// The bid's code.
    pub code: CodeId,
    /// Who sat there then.
    pub expert: Option<AccountId>,
    /// The part.
    pub part: PartId,
    /// To which seat.
    pub seat: SeatId,
    /// Position of the fact.
    pub seq: u64,
}

/// A seat in the room.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Presence {
    /// The key of its device.
    pub device: Hex<32>,
    /// Its last act or reading.
    pub last: Instant,
}

/// One word to the panel.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Said {
    /// When.
    pub at: Instant,
    /// Who.
    pub seat: SeatId,
    /// What.
    pub text: String,
}

impl Room {
    /// Whether it is open.
    #[must_use]
    pub fn is_open(&self, at: Instant) -> bool {
        self.hours.is_some_and(|(from, until)| from <= at && at < until)
    }

    pub(super) fn evolve(&mut self, seats: &BTreeMap<SeatId, Seat>, record: &Record) {
        match record.kind {
            Kind::HoursSet => {
                self.hours = record
                    .of::<HoursSet>()
                    .map(|body| (body.from, body.until))
                    .or(self.hours);
            }
            Kind::SeatEntered => {
                let Some(body) = record.of::<SeatEntered>() else {
                    return;
                };
                let presence = Presence {
                    device: body.device,
                    last: record.at,
                };
                self.present.insert(body.seat, presence);
            }
            Kind::SeatLeft => {
                if let Some(body) = record.of::<SeatLeft>() {
                    self.present.remove(&body.seat);
                }
            }
            Kind::DocumentOpened => {
                let Some(body) = record.of::<DocumentOpened>() else {
                    return;
                };
                if let Some(presence) = self.present.get_mut(&body.seat) {
                    presence.last = record.at;
                }
                self.read.push(Reading {
                    at: record.at,
                    code: body.code,
                    expert: seats.get(&body.seat).and_then(|seat| seat.expert.clone()),
                    part: body.part,
                    seat: body.seat,
                    seq: record.seq,
                });
            }
            Kind::ChairVoted => {
                if let Some(body) = record.of::<ChairVoted>() {
                    self.votes.insert(body.seat, body.candidate);
                }
            }
            Kind::PanelSaid => self.said.extend(record.of::<PanelSaid>().map(|body| Said {
                at: record.at,
                seat: body.seat,
                text: body.text,
            })),
            _ => {}
        }
    }
}

impl State {
    /// The chair: whom more than half of all seats chose with their last vote.
    #[must_use]
    pub fn chair(&self) -> Option<&SeatId> {
        let mut votes: BTreeMap<&SeatId, usize> = BTreeMap::new();
        for (voter, candidate) in &self.room.votes {
            if self.seats.get(voter).is_some_and(|seat| seat.expert.is_some()) {
                let count = votes.entry(candidate).or_default();
                *count = count.saturating_add(1);
            }
        }
        let most = votes.into_iter().max_by_key(|(_, count)| *count)?;
        (most.1.saturating_mul(2) > self.seats.len()).then_some(most.0)
    }
}

pub(super) fn set_hours(
    state: &State,
    signed: Signed<HoursSet>,
    owners: &BTreeSet<AccountId>,
) -> Result<Vec<Draft>, Refusal> {
    let body = &signed.body;
    running(state, &body.tender)?;
    let owner = signed.actor.must(&[Role::Buyer, Role::Agent])?;
    if !owners.contains(owner) {
        return Err(refuse::not_owner(&body.tender));
    }
    let length = body.until.since(body.from);
    if length <= 0 || length > LONGEST {
        return Err(refuse::hours());
    }
    Ok(vec![signed.draft()])
}

pub(super) fn enter(
    state: &State,
    signed: Signed<SeatEntered>,
    proven: bool,
    at: Instant,
) -> Result<Vec<Draft>, Refusal> {
    let body = &signed.body;
    running(state, &body.tender)?;
    own(state, &signed, &body.seat)?;
    if !state.room.is_open(at) {
        return Err(refuse::closed());
    }
    if !proven {
        return Err(refuse::device_proof());
    }
    let others = |(seat, presence): (&SeatId, &super::Presence)| {
        (*seat == body.seat) != (presence.device == body.device)
    };
    if state.room.present.iter().any(others) {
        return Err(refuse::device());
    }
    Ok(vec![signed.draft()])
}

pub(super) fn leave(state: &State, signed: Signed<SeatLeft>) -> Result<Vec<Draft>, Refusal> {
    let body = &signed.body;
    running(state, &body.tender)?;
    own(state, &signed, &body.seat)?;
    if !state.room.present.contains_key(&body.seat) {
        return Err(refuse::not_present(&body.seat));
    }
    Ok(vec![signed.draft()])
}

/// A file is about to be given to a seat.
pub(super) fn read(
    state: &State,
    seat: SeatId,
    code: CodeId,
    part: PartId,
    at: Instant,
) -> Result<Vec<Draft>, Refusal> {
    let Some(opened) = state.opened.as_ref() else {
        return Err(refuse::closed());
    };
    running(state, &opened.tender)?;
    if !state.room.is_open(at) {
        return Err(refuse::closed());
    }
    let Some(presence) = state.room.present.get(&seat) else {
        return Err(refuse::not_present(&seat));
    };
    let body = DocumentOpened {
        code,
        idle: at.since(presence.last).max(0),
        part,
        seat,
        tender: opened.tender.clone(),
    };
    Ok(vec![platform(&Stream::Evaluation(opened.tender.clone()), &body)?])
}

pub(super) fn vote(state: &State, signed: Signed<ChairVoted>) -> Result<Vec<Draft>, Refusal> {
    let body = &signed.body;
    running(state, &body.tender)?;
    own(state, &signed, &body.seat)?;
    must_be_free(state)?;
    let candidate = state.seats.get(&body.candidate);
    // 87号令47: the buyer's representative does not chair the panel.
    if candidate.is_none_or(|seat| seat.origin == Origin::Represents) {
        return Err(refuse::candidate(&body.candidate));
    }
    Ok(vec![signed.draft()])
}

pub(super) fn say(state: &State, signed: Signed<PanelSaid>, at: Instant) -> Result<Vec<Draft>, Refusal> {
    let body = &signed.body;
    running(state, &body.tender)?;
    own(state, &signed, &body.seat)?;
    must_be_free(state)?;
    if !state.room.is_open(at) {
        return Err(refuse::closed());
    }
    if body.text.trim().is_empty() || body.text.chars().count() > WORDS {
        return Err(refuse::words());
    }
    Ok(vec![signed.draft()])
}

/// A member says that it cannot go on, or the buyer that a member is ill or stays away.
pub(super) fn vacate(
    state: &State,
    signed: Signed<SeatVacated>,
    owners: &BTreeSet<AccountId>,
    at: Instant,
) -> Result<Vec<Draft>, Refusal> {
    let body = &signed.body;
    running(state, &body.tender)?;
    let is_owner = signed
        .actor
        .account
        .as_ref()
        .is_some_and(|account| owners.contains(account));
    if !is_owner {
        own(state, &signed, &body.seat)?;
    }
    let filled = state
        .seats
        .get(&body.seat)
        .is_some_and(|seat| seat.expert.is_some());
    if !filled {
        return Err(refuse::not_present(&body.seat));
    }
    if body.reason.trim().is_empty() || body.reason.chars().count() > 500 {
        return Err(refuse::vacate_reason());
    }
    let seat = body.seat.clone();
    let mut drafts = vec![signed.draft()];
    drafts.extend(call::after(state, &seat, at)?);
    Ok(drafts)
}
