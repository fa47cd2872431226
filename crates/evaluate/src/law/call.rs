//! Calls (抽取通知): the order of a draw is consumed by accepts, declines and silence, and nothing else.
//!
//! Invariant: a vacant drawn seat always has the next of its order called to it, in the batch in which it fell
//! vacant, until the order is exhausted.

use super::drawing::{Drawing, Outcome};
use super::panel::running;
use super::refuse;
use super::state::{Origin, State};
use super::{platform, refusals};
use crate::Signed;
use facts::body::draw::{CallAnswered, CallLapsed, ExpertCalled};
use facts::id::SeatId;
use facts::time::MINUTE;
use facts::{AccountId, Draft, Hex, Instant, Refusal, Role, Stream};
use std::collections::{BTreeSet, VecDeque};

/// Calls the first of a fresh order to all seats of the draw.
pub(super) fn first(
    state: &State,
    drawing: &Drawing,
    seed: &Hex<64>,
    at: Instant,
) -> Result<Vec<Draft>, Refusal> {
    let Some(frozen) = drawing.frozen.as_ref() else {
        return Ok(Vec::new());
    };
    let order = desk::draw::order(seed, frozen.1.ids.len());
    let seats = (1..=frozen.1.wanted).filter_map(|number| super::drawing::seat(&frozen.1.draw, number));
    Caller::new(state, drawing, &order, at).call(seats.collect())
}

/// Calls the next of a draw to seats that fell vacant; `gone` are experts on their way out in this batch.
pub(super) fn next(
    state: &State,
    drawing: &Drawing,
    seats: Vec<SeatId>,
    gone: &[AccountId],
    at: Instant,
) -> Result<Vec<Draft>, Refusal> {
    let order = drawing.order.clone();
    let mut caller = Caller::new(state, drawing, &order, at);
    caller.busy.extend(gone.iter().cloned());
    caller.call(seats.into())
}

/// The next call for a seat whose member goes, if the seat was drawn.
pub(super) fn after(state: &State, seat: &SeatId, at: Instant) -> Result<Vec<Draft>, Refusal> {
    let Some(found) = state.seats.get(seat) else {
        return Ok(Vec::new());
    };
    let Origin::Drawn(draw) = &found.origin else {
        return Ok(Vec::new());
    };
    let Some(drawing) = state.draws.get(draw) else {
        return Ok(Vec::new());
    };
    let gone: Vec<AccountId> = found.expert.iter().cloned().collect();
    next(state, drawing, vec![seat.clone()], &gone, at)
}

struct Caller<'a> {
    drawing: &'a Drawing,
    order: &'a [u32],
    busy: BTreeSet<AccountId>,
    place: usize,
    at: Instant,
}

impl<'a> Caller<'a> {
    fn new(state: &State, drawing: &'a Drawing, order: &'a [u32], at: Instant) -> Self {
        let sitting = state.seats.values().filter_map(|seat| seat.expert.clone());
        let other = state
            .draws
            .values()
            .filter(|other| other.requested.draw != drawing.requested.draw);
        let called = other.flat_map(|other| &other.calls);
        let open = called
            .filter(|call| call.answer == Outcome::Open)
            .map(|call| call.expert.clone());
        let busy = state.recused.iter().cloned().chain(sitting).chain(open).collect();
        Self {
            drawing,
            order,
            busy,
            place: drawing.calls.len(),
            at,
        }
    }

    /// Whoever sits already, or stepped down, is called and passed over at once, so that the order stays whole.
    fn call(mut self, mut seats: VecDeque<SeatId>) -> Result<Vec<Draft>, Refusal> {
        let mut drafts = Vec::new();
        let Some(frozen) = self.drawing.frozen.as_ref() else {
            return Ok(drafts);
        };
        let Some(key) = frozen.1.key else {
            return Ok(drafts);
        };
        let stream = Stream::Evaluation(frozen.1.tender.clone());
        while let Some(seat) = seats.front().cloned() {
            let member = self
                .order
                .get(self.place)
                .and_then(|place| usize::try_from(*place).ok());
            let Some(expert) = member.and_then(|at| frozen.1.members.get(at)) else {
                break;
            };
            let place = u32::try_from(self.place).unwrap_or(u32::MAX);
            let called = ExpertCalled {
                draw: frozen.1.draw.clone(),
                expert: expert.clone(),
                place,
                salt: Hex(desk::digest::drawn_salt(key.bytes(), expert.as_str())),
                seat,
                tender: frozen.1.tender.clone(),
                until: self.at.plus(self.drawing.minutes().saturating_mul(MINUTE)),
            };
            drafts.push(platform(&stream, &called)?);
            if self.busy.contains(expert) {
                let lapsed = CallLapsed {
                    draw: frozen.1.draw.clone(),
                    place,
                    tender: frozen.1.tender.clone(),
                };
                drafts.push(platform(&stream, &lapsed)?);
            } else {
                seats.pop_front();
            }
            self.place = self.place.saturating_add(1);
        }
        Ok(drafts)
    }
}

/// An expert accepts or declines the own call.
pub(super) fn answer(
    state: &State,
    signed: Signed<CallAnswered>,
    at: Instant,
) -> Result<Vec<Draft>, Refusal> {
    let body = &signed.body;
    running(state, &body.tender)?;
    let expert = signed.actor.must(&[Role::Expert])?;
    let drawing = state.draws.get(&body.draw).ok_or_else(refuse::no_call)?;
    let place = usize::try_from(body.place).unwrap_or(usize::MAX);
    let call = drawing.calls.get(place).ok_or_else(refuse::no_call)?;
    // The same answer for a call of somebody else: who is called is secret.
    if call.expert != *expert || call.answer != Outcome::Open || at >= call.until {
        return Err(refuse::no_call());
    }
    let said = body.reason.chars().count();
    if body.accept != body.reason.trim().is_empty() || said > 500 {
        return Err(refuse::call_reason());
    }
    let (accepts, seat) = (body.accept, call.seat.clone());
    let mut drafts = vec![signed.draft()];
    if !accepts {
        drafts.extend(next(state, drawing, vec![seat], &[], at)?);
    }
    Ok(drafts)
}

/// Passes over everybody whose time for an answer is over, and calls the next.
pub(super) fn lapse(state: &State, at: Instant) -> Result<Vec<Draft>, Refusal> {
    let Some(opened) = state.opened.as_ref().filter(|_| state.concluded.is_none()) else {
        return Err(refusals::nothing_due());
    };
    let stream = Stream::Evaluation(opened.tender.clone());
    let mut drafts = Vec::new();
    for (draw, drawing) in &state.draws {
        let mut seats = Vec::new();
        for (place, call) in (0_u32..).zip(&drawing.calls) {
            if call.answer == Outcome::Open && call.until <= at {
                let lapsed = CallLapsed {
                    draw: draw.clone(),
                    place,
                    tender: opened.tender.clone(),
                };
                drafts.push(platform(&stream, &lapsed)?);
                seats.push(call.seat.clone());
            }
        }
        drafts.extend(next(state, drawing, seats, &[], at)?);
    }
    if drafts.is_empty() {
        return Err(refusals::nothing_due());
    }
    Ok(drafts)
}
