//! One draw as its history tells it: request, frozen pool, pinned head, contributions, order, calls.
//!
//! Invariant: the call order is consumed from its beginning, place by place; nothing goes back.

use super::state::{Origin, Seat, State};
use facts::body::draw::{
    CallAnswered, CallLapsed, CoefficientDrawn, DrawAnswered, DrawCompleted, DrawPinned, DrawRequested,
    ExpertCalled, PoolFrozen, Subject, TieDrawn,
};
use facts::id::{DrawId, SeatId};
use facts::{AccountId, Hex, Instant, Kind, Record};
use std::collections::BTreeMap;
use std::sync::Arc;

/// One draw.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Drawing {
    /// What was asked for.
    pub requested: DrawRequested,
    /// What it is drawn from, and the position of that fact.
    pub frozen: Option<Arc<(u64, PoolFrozen)>>,
    /// The tree head that goes into the numbers.
    pub pinned: Option<DrawPinned>,
    /// Contributions of custodians.
    pub parts: BTreeMap<u16, Hex<96>>,
    /// The seed, once it is there.
    pub seed: Option<Hex<64>>,
    /// Places of the frozen pool in the order in which they are called.
    pub order: Arc<Vec<u32>>,
    /// The calls, by place of the order.
    pub calls: Vec<Call>,
}

/// One call of an expert.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Call {
    /// Who.
    pub expert: AccountId,
    /// To which seat.
    pub seat: SeatId,
    /// Until when an answer counts.
    pub until: Instant,
    /// What came of it.
    pub answer: Outcome,
}

/// What came of a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// Nothing yet.
    Open,
    /// The expert comes.
    Accepted,
    /// The expert does not come.
    Declined,
    /// No answer in time.
    Lapsed,
    /// The expert came and went again: recused, ill or absent.
    Spent,
}

impl Drawing {
    fn new(requested: DrawRequested) -> Self {
        Self {
            requested,
            frozen: None,
            pinned: None,
            parts: BTreeMap::new(),
            seed: None,
            order: Arc::default(),
            calls: Vec::new(),
        }
    }

    /// What custodians hash; `None` until the head is pinned.
    #[must_use]
    pub fn asked(&self) -> Option<desk::draw::Asked> {
        let (_, frozen) = self.frozen.as_deref()?;
        let root = self.pinned.as_ref()?.root;
        Some(desk::draw::Asked::new(
            &frozen.tender,
            &frozen.draw,
            frozen.wanted,
            &frozen.pool,
            &frozen.rules,
            &root,
        ))
    }

    /// Whether every place of the order has been called.
    #[must_use]
    pub fn is_exhausted(&self) -> bool {
        self.seed.is_some() && self.calls.len() >= self.order.len()
    }

    /// Minutes that a called expert has.
    #[must_use]
    pub fn minutes(&self) -> i64 {
        match self.requested.subject {
            Subject::Experts { answer_minutes, .. } => i64::from(answer_minutes),
            Subject::Coefficients {} | Subject::Order {} => 0,
        }
    }

    /// The expert of an accepted call left the panel.
    pub(super) fn spent(&mut self, expert: &AccountId) {
        let held = |call: &&mut Call| call.expert == *expert && call.answer == Outcome::Accepted;
        if let Some(call) = self.calls.iter_mut().find(held) {
            call.answer = Outcome::Spent;
        }
    }
}

fn count(wanted: u64) -> usize {
    usize::try_from(wanted).unwrap_or(usize::MAX)
}

/// The seat `number` (from 1) of a draw.
pub(super) fn seat(draw: &DrawId, number: u64) -> Option<SeatId> {
    SeatId::parse(&format!("{draw}-{number}")).ok()
}

impl State {
    /// Seats of a draw on which nobody sits, ascending.
    fn empty(&self, draw: &DrawId) -> impl Iterator<Item = &SeatId> {
        let of = self.seats.iter().filter(move |(_, seat)| {
            seat.expert.is_none() && matches!(&seat.origin, Origin::Drawn(own) if own == draw)
        });
        of.map(|(id, _)| id)
    }

    /// Empty seats of a draw of experts whose order is used up: everybody of it was called, and nobody called is still
    /// to answer. `None` where that is not so.
    #[must_use]
    pub fn stranded(&self, draw: &DrawId) -> Option<usize> {
        let drawing = self.draws.get(draw)?;
        let experts = matches!(drawing.requested.subject, Subject::Experts { .. });
        let waits = drawing.calls.iter().any(|call| call.answer == Outcome::Open);
        let empty = self.empty(draw).count();
        (experts && drawing.is_exhausted() && !waits && empty > 0).then_some(empty)
    }

    /// The next instant at which a call lapses.
    #[must_use]
    pub fn call_due(&self) -> Option<Instant> {
        if self.concluded.is_some() {
            return None;
        }
        let calls = self.draws.values().flat_map(|drawing| &drawing.calls);
        let open = calls.filter(|call| call.answer == Outcome::Open);
        open.map(|call| call.until).min()
    }

    pub(super) fn drawing(&mut self, record: &Record) {
        match record.kind {
            Kind::DrawRequested => {
                if let Some(body) = record.of::<DrawRequested>() {
                    self.draws.insert(body.draw.clone(), Drawing::new(body));
                }
            }
            Kind::PoolFrozen => self.frozen(record),
            Kind::DrawPinned => {
                let Some(body) = record.of::<DrawPinned>() else {
                    return;
                };
                if let Some(drawing) = self.draws.get_mut(&body.draw) {
                    drawing.pinned = Some(body);
                }
            }
            Kind::DrawAnswered => {
                let Some(body) = record.of::<DrawAnswered>() else {
                    return;
                };
                if let Some(drawing) = self.draws.get_mut(&body.draw) {
                    drawing.parts.insert(body.index, body.part);
                }
            }
            Kind::DrawCompleted => {
                let Some(body) = record.of::<DrawCompleted>() else {
                    return;
                };
                let Some(drawing) = self.draws.get_mut(&body.draw) else {
                    return;
                };
                let count = drawing.frozen.as_ref().map_or(0, |frozen| frozen.1.ids.len());
                drawing.order = Arc::new(desk::draw::order(&body.seed, count));
                drawing.seed = Some(body.seed);
            }
            Kind::CoefficientDrawn => {
                let Some(body) = record.of::<CoefficientDrawn>() else {
                    return;
                };
                self.steps.drawn.extend(body.values);
            }
            Kind::TieDrawn => {
                let Some(body) = record.of::<TieDrawn>() else {
                    return;
                };
                self.steps.order = body.order;
            }
            Kind::ExpertCalled => {
                let Some(body) = record.of::<ExpertCalled>() else {
                    return;
                };
                if let Some(drawing) = self.draws.get_mut(&body.draw) {
                    drawing.calls.push(Call {
                        expert: body.expert,
                        seat: body.seat,
                        until: body.until,
                        answer: Outcome::Open,
                    });
                }
            }
            Kind::CallAnswered => self.answered(record.of()),
            Kind::CallLapsed => {
                let Some(body) = record.of::<CallLapsed>() else {
                    return;
                };
                let drawing = self.draws.get_mut(&body.draw);
                if let Some(call) = drawing.and_then(|drawing| at(&mut drawing.calls, body.place)) {
                    call.answer = Outcome::Lapsed;
                }
            }
            _ => {}
        }
    }

    fn frozen(&mut self, record: &Record) {
        let Some(body) = record.of::<PoolFrozen>() else {
            return;
        };
        let Some(drawing) = self.draws.get(&body.draw) else {
            return;
        };
        if let Subject::Experts { after, .. } = drawing.requested.subject.clone() {
            // The further draw takes these seats on: they are called from its order, under its name.
            let taken = after
                .iter()
                .flat_map(|used| self.empty(used).take(count(body.wanted)));
            for seat in taken.cloned().collect::<Vec<_>>() {
                self.seats.remove(&seat);
            }
            for id in (1..=body.wanted).filter_map(|number| seat(&body.draw, number)) {
                let vacant = Seat {
                    origin: Origin::Drawn(body.draw.clone()),
                    ..Seat::default()
                };
                self.seats.insert(id, vacant);
            }
        }
        if let Some(drawing) = self.draws.get_mut(&body.draw) {
            drawing.frozen = Some(Arc::new((record.seq, body)));
        }
    }

    fn answered(&mut self, body: Option<CallAnswered>) {
        let Some(body) = body else { return };
        let drawing = self.draws.get_mut(&body.draw);
        let Some(call) = drawing.and_then(|drawing| at(&mut drawing.calls, body.place)) else {
            return;
        };
        call.answer = if body.accept {
            Outcome::Accepted
        } else {
            Outcome::Declined
        };
        if body.accept
            && let Some(seat) = self.seats.get_mut(&call.seat)
        {
            seat.expert = Some(call.expert.clone());
        }
    }
}

fn at(calls: &mut [Call], place: u32) -> Option<&mut Call> {
    calls.get_mut(usize::try_from(place).ok()?)
}
