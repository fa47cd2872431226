//! What the history of an evaluation amounts to.
//!
//! Invariant: [`State::evolve`] accepts any record, also one whose body was erased.

use super::drawing::Drawing;
use super::report::Reported;
use super::room::Room;
use super::steps::Steps;
use crate::method;
use crate::method::Sheets;
use facts::body::evaluation::{
    CodesDrawn, EvaluationConcluded, EvaluationOpened, PanelAppointed, RecusalDeclared, ScoreChanged,
    ScoreCommitted, ScoreRevealed, Sheet,
};
use facts::body::platform::FactsDisclosed;
use facts::body::seat::{RepresentativesNamed, SeatVacated};
use facts::body::tender::{Declared, Method};
use facts::id::{CodeId, DrawId, SeatId};
use facts::{AccountId, BidId, Hex, Instant, Kind, Record};
use std::collections::{BTreeMap, BTreeSet};

/// The state of one evaluation.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct State {
    /// What the evaluation knows; `None` before it is opened.
    pub opened: Option<EvaluationOpened>,
    /// Which code stands for which bid.
    pub codes: BTreeMap<CodeId, BidId>,
    /// The panel.
    pub seats: BTreeMap<SeatId, Seat>,
    /// Experts who stepped down; they may not return.
    pub recused: BTreeSet<AccountId>,
    /// The draws, by name.
    pub draws: BTreeMap<DrawId, Drawing>,
    /// The room: hours, presence, chair, words.
    pub room: Room,
    /// Position and body of the result.
    pub concluded: Option<(u64, EvaluationConcluded)>,
    /// When the result in force was computed.
    pub concluded_at: Option<Instant>,
    /// Votes, questions, corrections, judgements, signatures.
    pub steps: Steps,
    /// Position from which on the panel knows prices, while it does.
    pub prices_since: Option<u64>,
    /// Positions of the confidential facts not yet shown.
    pub secret: BTreeSet<u64>,
    /// How often the evaluation was opened again by order.
    pub reopened: u32,
    /// Reports of earlier rounds, in order.
    pub earlier: Vec<Reported>,
    /// The report of this round.
    pub report: Option<Reported>,
}

/// One seat of the panel.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Seat {
    /// Who sits on it; `None` while it is vacant.
    pub expert: Option<AccountId>,
    /// Whether the expert declared to be free of conflict.
    pub free: bool,
    /// The commitment, once given.
    pub commitment: Option<Hex<32>>,
    /// The sheet, once revealed.
    pub sheet: Option<Sheet>,
    /// Who filled the seat, and so who fills it again.
    pub origin: Origin,
}

/// How a seat is filled.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum Origin {
    /// The buyer appointed directly, for a lawful reason.
    #[default]
    Appointed,
    /// The buyer named who sits for it.
    Represents,
    /// From the call order of a draw.
    Drawn(DrawId),
}

/// How far a seat or a whole evaluation has come; the words of the API.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Step {
    /// Not opened yet.
    Unopened,
    /// Seats are vacant.
    Appointing,
    /// Experts are to declare conflicts, or none.
    Declaring,
    /// Experts read and commit.
    Committing,
    /// Experts reveal.
    Revealing,
    /// The result is there.
    Concluded,
}

impl Step {
    /// The word.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Unopened => "unopened",
            Self::Appointing => "appointing",
            Self::Declaring => "declaring",
            Self::Committing => "committing",
            Self::Revealing => "revealing",
            Self::Concluded => "concluded",
        }
    }
}

impl State {
    /// How far the evaluation has come.
    #[must_use]
    pub fn step(&self) -> Step {
        if self.opened.is_none() {
            return Step::Unopened;
        }
        if self.concluded.is_some() {
            return Step::Concluded;
        }
        if self.lacking() > 0 || self.seats.values().any(|seat| seat.expert.is_none()) {
            return Step::Appointing;
        }
        if self.seats.values().any(|seat| !seat.free) {
            return Step::Declaring;
        }
        if self.seats.values().any(|seat| seat.commitment.is_none()) {
            return Step::Committing;
        }
        Step::Revealing
    }

    /// Seats of the panel that nobody asked for yet, neither by draw nor by name.
    #[must_use]
    pub fn lacking(&self) -> usize {
        let wanted = self.opened.as_ref().map_or(0, |opened| {
            usize::try_from(method::panel(&opened.method)).unwrap_or(usize::MAX)
        });
        wanted.saturating_sub(self.seats.len())
    }

    /// The seat of an expert, if the expert sits on this panel.
    #[must_use]
    pub fn seat_of(&self, expert: &AccountId) -> Option<(&SeatId, &Seat)> {
        self.seats
            .iter()
            .find(|(_, seat)| seat.expert.as_ref() == Some(expert))
    }

    /// The rules of the review, where the method asks for one.
    #[must_use]
    pub fn reviewed(method: &Method) -> Option<&Declared> {
        super::review::reviewed(method)
    }

    /// Whether commitments are taken: a review, where there is one, comes first.
    #[must_use]
    pub fn may_commit(&self) -> bool {
        let reviewed = self
            .opened
            .as_ref()
            .and_then(|opened| Self::reviewed(&opened.method));
        reviewed.is_none() || self.steps.closed.is_some()
    }

    /// Whether the result is there and what was committed is still to be shown.
    #[must_use]
    pub fn awaits_disclosure(&self) -> bool {
        self.concluded.is_some() && !self.secret.is_empty()
    }

    /// The sheets revealed so far.
    pub(crate) fn sheets(&self) -> Sheets {
        let revealed = |(id, seat): (&SeatId, &Seat)| Some((id.clone(), seat.sheet.clone()?));
        self.seats.iter().filter_map(revealed).collect()
    }

    pub(super) fn evolve(&mut self, record: &Record) {
        if record.kind.is_confidential() {
            self.secret.insert(record.seq);
        }
        // What is of no step changes nothing there.
        let _read = self.steps.evolve(record);
        match record.kind {
            Kind::EvaluationOpened => self.opened = record.of::<EvaluationOpened>().or(self.opened.take()),
            Kind::CodesDrawn => self
                .codes
                .extend(record.of::<CodesDrawn>().into_iter().flat_map(|body| body.codes)),
            Kind::PanelAppointed => {
                let seats = record.of::<PanelAppointed>().map(|body| body.seats);
                self.seated(seats, &Origin::Appointed);
            }
            Kind::RepresentativesNamed => {
                let seats = record.of::<RepresentativesNamed>().map(|body| body.seats);
                self.seated(seats, &Origin::Represents);
            }
            Kind::SeatVacated => {
                if let Some(body) = record.of::<SeatVacated>() {
                    self.vacated(&body.seat);
                }
            }
            Kind::DrawRequested
            | Kind::PoolFrozen
            | Kind::DrawPinned
            | Kind::DrawAnswered
            | Kind::DrawCompleted
            | Kind::CoefficientDrawn
            | Kind::TieDrawn
            | Kind::ExpertCalled
            | Kind::CallAnswered
            | Kind::CallLapsed => self.drawing(record),
            Kind::HoursSet
            | Kind::SeatEntered
            | Kind::SeatLeft
            | Kind::DocumentOpened
            | Kind::ChairVoted
            | Kind::PanelSaid => self.room.evolve(&self.seats, record),
            Kind::RecusalDeclared => self.declared(record.of()),
            Kind::ScoreCommitted => self.committed(record.of()),
            Kind::ScoreRevealed => self.revealed(record.of()),
            Kind::ScoreChanged => self.changed(record.of()),
            Kind::EvaluationConcluded => {
                self.concluded_at = Some(record.at);
                // What is signed is one result: a new one asks for a new report.
                self.report = None;
                self.concluded = record
                    .of()
                    .map(|body| (record.seq, body))
                    .or(self.concluded.take());
            }
            Kind::ReportAssembled | Kind::ReportSigned | Kind::ReportCompleted => self.reported(record),
            Kind::EvaluationReopened => self.reopen(record.of()),
            Kind::FactsDisclosed => {
                let shown = record
                    .of::<FactsDisclosed>()
                    .map(|body| body.seqs)
                    .unwrap_or_default();
                self.secret.retain(|seq| !shown.contains(seq));
            }
            _ => {}
        }
        if !self.prices_open() {
            self.prices_since = None;
        } else if self.prices_since.is_none() {
            self.prices_since = Some(record.seq);
        }
    }

    fn seated(&mut self, seats: Option<BTreeMap<SeatId, AccountId>>, origin: &Origin) {
        for (id, expert) in seats.into_iter().flatten() {
            let seat = Seat {
                expert: Some(expert),
                origin: origin.clone(),
                ..Seat::default()
            };
            self.seats.insert(id, seat);
        }
    }

    /// The member of a seat is out; what the seat judged is void. Where a sheet was shown already, all are: who comes
    /// now must not be the only one who judges again (条例48).
    pub(super) fn vacated(&mut self, id: &SeatId) {
        let Some(seat) = self.seats.get_mut(id) else {
            return;
        };
        let origin = seat.origin.clone();
        let expert = seat.expert.take();
        *seat = Seat {
            origin: origin.clone(),
            ..Seat::default()
        };
        self.room.present.remove(id);
        self.steps.vacate(id);
        if let (Origin::Drawn(draw), Some(expert)) = (&origin, &expert)
            && let Some(drawing) = self.draws.get_mut(draw)
        {
            drawing.spent(expert);
        }
        self.recused.extend(expert);
        if self.seats.values().any(|seat| seat.sheet.is_some()) {
            for seat in self.seats.values_mut() {
                seat.commitment = None;
                seat.sheet = None;
            }
        }
    }

    fn declared(&mut self, body: Option<RecusalDeclared>) {
        let Some(body) = body else { return };
        let Some(seat) = self.seats.get_mut(&body.seat) else {
            return;
        };
        if body.conflicts.is_empty() {
            seat.free = true;
        } else {
            self.vacated(&body.seat);
        }
    }

    fn committed(&mut self, body: Option<ScoreCommitted>) {
        let Some(body) = body else { return };
        if let Some(seat) = self.seats.get_mut(&body.seat) {
            seat.commitment = Some(body.commitment);
        }
    }

    fn revealed(&mut self, body: Option<ScoreRevealed>) {
        let Some(body) = body else { return };
        if let Some(seat) = self.seats.get_mut(&body.seat) {
            seat.sheet = Some(body.sheet);
        }
    }

    fn changed(&mut self, body: Option<ScoreChanged>) {
        let Some(body) = body else { return };
        let sheet = self
            .seats
            .get_mut(&body.seat)
            .and_then(|seat| seat.sheet.as_mut());
        let Some(sheet) = sheet else { return };
        for change in body.changes {
            if let Some(value) = sheet
                .get_mut(&change.code)
                .and_then(|row| row.get_mut(&change.item))
            {
                *value = change.to;
            }
        }
    }
}
