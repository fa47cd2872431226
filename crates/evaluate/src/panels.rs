//! Who sits where (评标席位): the panels of an expert, found without folding every evaluation that ever was.
//!
//! Invariant: an answer names only evaluations on whose panel the account sits, or sat when the result came; it is
//! given to that account alone.

use crate::law::{Evaluations, Outcome, Seat, State};
use desk::{Outage, ReadLog, Reader};
use facts::id::{DrawId, SeatId};
use facts::{AccountId, Instant, Stream, TenderId};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// Names of streams read at once.
const PAGE: u32 = 500;

/// The panels of a process; cloned freely.
#[derive(Clone)]
pub struct Panels {
    log: Arc<dyn ReadLog>,
    evaluations: Reader<Evaluations>,
    known: Arc<Mutex<Known>>,
}

#[derive(Default)]
struct Known {
    /// The last evaluation seen, in the order of their first entries.
    last: Option<String>,
    /// Those without a result: their panels may still change.
    live: BTreeSet<TenderId>,
    /// Those with one, by the experts who sat.
    over: BTreeMap<AccountId, BTreeSet<TenderId>>,
}

/// A seat of an expert in one evaluation.
#[derive(Debug, Clone)]
pub struct Place {
    /// The tender.
    pub tender: TenderId,
    /// The seat.
    pub seat: SeatId,
    /// How far the seat has come.
    pub own: Seat,
    /// The whole evaluation.
    pub state: Arc<State>,
}

/// A call that waits for an expert's answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Called {
    /// The tender.
    pub tender: TenderId,
    /// The draw.
    pub draw: DrawId,
    /// Place in the call order.
    pub place: u32,
    /// Until when an answer counts.
    pub until: Instant,
}

impl Panels {
    /// Panels that read a log.
    #[must_use]
    pub fn new(log: Arc<dyn ReadLog>, evaluations: Reader<Evaluations>) -> Self {
        Self {
            log,
            evaluations,
            known: Arc::default(),
        }
    }

    fn known(&self) -> MutexGuard<'_, Known> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The seats of an expert, ascending by tender.
    pub async fn of(&self, expert: &AccountId) -> Result<Vec<Place>, Outage> {
        self.read_on().await?;
        let mut looked = self.known().live.clone();
        looked.extend(self.known().over.get(expert).into_iter().flatten().cloned());
        let mut places = Vec::new();
        for tender in looked {
            let state = self.state(&tender).await?;
            if state.concluded.is_some() {
                self.settle(&tender, &state);
            }
            let found = state
                .seat_of(expert)
                .map(|(seat, own)| (seat.clone(), own.clone()));
            places.extend(found.map(|(seat, own)| Place {
                tender,
                seat,
                own,
                state,
            }));
        }
        Ok(places)
    }

    /// The calls that wait for an expert's answer, ascending by tender and draw.
    pub async fn calls(&self, expert: &AccountId) -> Result<Vec<Called>, Outage> {
        self.read_on().await?;
        let live = self.known().live.clone();
        let mut open = Vec::new();
        for tender in live {
            let state = self.state(&tender).await?;
            for (draw, drawing) in &state.draws {
                let own = (0_u32..).zip(&drawing.calls);
                let own = own.filter(|(_, call)| call.expert == *expert && call.answer == Outcome::Open);
                open.extend(own.map(|(place, call)| Called {
                    tender: tender.clone(),
                    draw: draw.clone(),
                    place,
                    until: call.until,
                }));
            }
        }
        Ok(open)
    }

    /// The state of one evaluation, for whoever may look at it.
    pub(crate) async fn state(&self, tender: &TenderId) -> Result<Arc<State>, Outage> {
        self.evaluations.state(&Stream::Evaluation(tender.clone())).await
    }

    async fn read_on(&self) -> Result<(), Outage> {
        loop {
            let after = self.known().last.clone();
            let streams = self.log.streams("evaluation/", after.as_deref(), PAGE).await?;
            let Some(last) = streams.last().map(Stream::to_string) else {
                return Ok(());
            };
            let mut known = self.known();
            known
                .live
                .extend(streams.into_iter().filter_map(|stream| match stream {
                    Stream::Evaluation(tender) => Some(tender),
                    _ => None,
                }));
            known.last = Some(last);
        }
    }

    /// After the result nobody is appointed and nobody steps down any more.
    fn settle(&self, tender: &TenderId, state: &State) {
        let mut known = self.known();
        if known.live.remove(tender) {
            for expert in state.seats.values().filter_map(|seat| seat.expert.as_ref()) {
                let own = known.over.entry(expert.clone()).or_default();
                own.insert(tender.clone());
            }
        }
    }
}
