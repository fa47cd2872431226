//! What the expert's desk answers, as types.
//!
//! Invariant: nothing here names a bidder, another member of the panel, or a price before all have committed; how far
//! others are is told as a number of seats and no more.

use crate::law::{Seat, State, Step};
use crate::method;
use crate::panels::Place;
use facts::body::tender::{Declared, Method, Reviewer};
use facts::id::{CodeId, ItemId, LotId, PartId, SeatId};
use facts::{Hex, Instant, TenderId};
use serde::Serialize;
use utoipa::ToSchema;

/// The evaluations of an expert.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct EvaluationsView {
    /// One for each seat, ascending by tender.
    pub evaluations: Vec<PlaceView>,
}

/// One seat of an expert, in short.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct PlaceView {
    /// Whether the panel waits for this seat.
    pub due: bool,
    /// The seat.
    #[schema(value_type = String)]
    pub seat: SeatId,
    /// `appointing`, `declaring`, `committing`, `revealing` or `concluded`.
    pub step: &'static str,
    /// The tender.
    #[schema(value_type = String)]
    pub tender: TenderId,
}

impl PlaceView {
    /// The short view of a seat.
    #[must_use]
    pub fn of(place: &Place) -> Self {
        Self {
            due: place.state.awaits(&place.seat, &place.own),
            seat: place.seat.clone(),
            step: place.state.step().word(),
            tender: place.tender.clone(),
        }
    }
}

/// What a seat sees.
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a fact of its own, named as the API tells it"
)]
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct View {
    /// The seat that chairs the panel, once more than half voted for it.
    #[schema(value_type = Option<String>)]
    pub chair: Option<SeatId>,
    /// The bids under their codes; empty until the seat is declared free of conflict, and after the conclusion.
    pub codes: Vec<CodeView>,
    /// The seat's own commitment.
    #[schema(value_type = Option<String>)]
    pub commitment: Option<Hex<32>>,
    /// Whether the seat is declared free of conflict.
    pub free: bool,
    /// When the room is open, from and until, milliseconds since 1970 UTC.
    #[schema(value_type = Option<Vec<i64>>)]
    pub hours: Option<(Instant, Instant)>,
    /// What is judged.
    pub items: Vec<ItemView>,
    /// Whether the seat is in the room.
    pub present: bool,
    /// What was said to the panel; empty until the seat is declared free of conflict.
    pub said: Vec<SaidView>,
    /// The seats of the panel, without names; for voting.
    #[schema(value_type = Vec<String>)]
    pub seats: Vec<SeatId>,
    /// Whether the panel waits for this seat.
    pub due: bool,
    /// Whether the report is closed: then nothing is changed or signed any more.
    pub closed: bool,
    /// The preliminary review, where the method has one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub review: Option<ReviewView>,
    /// The report on record, which the seat signs.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub report: Option<ReportedView>,
    /// Whether the seat's sheet is revealed.
    pub revealed: bool,
    /// The round of the evaluation: 1, and more where it is done again by order.
    pub round: u32,
    /// The seat.
    #[schema(value_type = String)]
    pub seat: SeatId,
    /// Whether the seat signed the report, or refused to.
    pub signed: bool,
    /// `appointing`, `declaring`, `committing`, `revealing` or `concluded`.
    pub step: &'static str,
    /// The tender.
    #[schema(value_type = String)]
    pub tender: TenderId,
    /// Seats that the step waits for, this one among them if it is `due`.
    pub waiting: usize,
}

/// The report on record (评标报告), as far as it is signed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct ReportedView {
    /// SHA-256 of the canonical report document.
    #[schema(value_type = String)]
    pub document: Hex<32>,
    /// Pages of the printed report.
    pub pages: u32,
    /// SHA-256 of the printed report.
    #[schema(value_type = String)]
    pub pdf: Hex<32>,
    /// The round it reports.
    pub round: u32,
    /// End of the time to sign, milliseconds since 1970 UTC.
    #[schema(value_type = i64)]
    pub until: Instant,
}

/// One word to the panel.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct SaidView {
    /// When, milliseconds since 1970 UTC.
    #[schema(value_type = i64)]
    pub at: Instant,
    /// Who.
    #[schema(value_type = String)]
    pub seat: SeatId,
    /// What.
    pub text: String,
}

/// The preliminary review (初步评审) as a seat sees it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct ReviewView {
    /// Whether the last vote is in: commitments wait for it.
    pub closed: bool,
    /// What the panel votes on; 1 is passed, 0 is failed.
    pub items: Vec<ItemView>,
    /// Bids that are out (否决投标), once the review is closed, ascending by code.
    pub rejected: Vec<RejectedView>,
    /// Whether the seat has voted.
    pub voted: bool,
}

/// One bid that the review put out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct RejectedView {
    /// The clause of the documents.
    pub clause: String,
    /// The code.
    #[schema(value_type = String)]
    pub code: CodeId,
    /// The item that it fails.
    #[schema(value_type = String)]
    pub item: ItemId,
}

/// One bid as a seat sees it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct CodeView {
    /// The code.
    #[schema(value_type = String)]
    pub code: CodeId,
    /// The files to read.
    pub files: Vec<FileView>,
    /// The lot.
    #[schema(value_type = String)]
    pub lot: LotId,
    /// The price in minor units; never before every seat has committed to its whole sheet.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub price: Option<i64>,
}

/// One file as a seat sees it; its hash is left out, for the opening record shows it beside the bidder later.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct FileView {
    /// Length in bytes.
    pub bytes: u64,
    /// The part.
    #[schema(value_type = String)]
    pub part: PartId,
}

/// One item of the sheet.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct ItemView {
    /// The item.
    #[schema(value_type = String)]
    pub item: ItemId,
    /// Highest value: hundredths of a point, or 1 where an item is passed or failed.
    pub max: i64,
    /// What is judged, in words, where the notice says it.
    pub title: Option<String>,
}

impl View {
    /// What a seat sees; `codes` is empty until the seat is declared free of conflict.
    pub(super) fn of(
        tender: TenderId,
        seat: &SeatId,
        own: &Seat,
        state: &State,
        codes: Vec<CodeView>,
    ) -> Self {
        let method = state.opened.as_ref().map(|opened| &opened.method);
        let said = state.room.said.iter().filter(|_| own.free).map(|said| SaidView {
            at: said.at,
            seat: said.seat.clone(),
            text: said.text.clone(),
        });
        Self {
            chair: state.chair().cloned(),
            closed: state
                .report
                .as_ref()
                .is_some_and(|report| report.completed.is_some()),
            codes,
            commitment: own.commitment,
            due: state.awaits(seat, own),
            free: own.free,
            hours: state.room.hours,
            items: method.map(items).unwrap_or_default(),
            review: method
                .and_then(State::reviewed)
                .map(|declared| review(declared, seat, state)),
            present: state.room.present.contains_key(seat),
            revealed: own.sheet.is_some(),
            said: said.collect(),
            seat: seat.clone(),
            seats: state.seats.keys().cloned().collect(),
            report: state.report.as_ref().map(|report| ReportedView {
                document: report.assembled.1.document,
                pages: report.assembled.1.pages,
                pdf: report.assembled.1.pdf,
                round: report.assembled.1.round,
                until: report.assembled.1.until,
            }),
            round: state.round(),
            signed: state
                .report
                .as_ref()
                .is_some_and(|report| report.signed.contains_key(seat)),
            step: state.step().word(),
            tender,
            waiting: state.waiting(),
        }
    }
}

fn review(declared: &Declared, seat: &SeatId, state: &State) -> ReviewView {
    let closed = state.steps.closed.as_ref();
    let own = declared.review.iter().filter(|item| item.by == Reviewer::Panel);
    ReviewView {
        closed: closed.is_some(),
        items: own
            .map(|item| ItemView {
                item: item.item.clone(),
                max: 1,
                title: Some(item.title.clone()),
            })
            .collect(),
        rejected: closed
            .into_iter()
            .flat_map(|closed| &closed.rejected)
            .map(|out| RejectedView {
                clause: out.clause.clone(),
                code: out.code.clone(),
                item: out.item.clone(),
            })
            .collect(),
        voted: state.steps.votes.contains_key(seat),
    }
}

impl State {
    /// Whether a seat owes the panel something: a declaration, its votes, a commitment, a reveal.
    #[must_use]
    pub fn awaits(&self, id: &SeatId, seat: &Seat) -> bool {
        match self.step() {
            Step::Unopened => false,
            Step::Concluded => self
                .report
                .as_ref()
                .is_some_and(|report| report.completed.is_none() && !report.signed.contains_key(id)),
            Step::Appointing | Step::Declaring => !seat.free,
            Step::Committing if self.votes_wanted() => !self.steps.votes.contains_key(id),
            Step::Committing => self.may_commit() && seat.commitment.is_none(),
            Step::Revealing => seat.sheet.is_none(),
        }
    }

    /// How many seats the step waits for; while seats are vacant, how many of them.
    #[must_use]
    pub fn waiting(&self) -> usize {
        let seats = self.seats.iter();
        if self.step() == Step::Appointing {
            let vacant = seats.filter(|(_, seat)| seat.expert.is_none()).count();
            return vacant.saturating_add(self.lacking());
        }
        seats.filter(|(id, seat)| self.awaits(id, seat)).count()
    }

    /// Whether the review still wants votes of the panel.
    fn votes_wanted(&self) -> bool {
        let declared = self
            .opened
            .as_ref()
            .and_then(|opened| Self::reviewed(&opened.method));
        let by_panel = |declared: &Declared| declared.review.iter().any(|item| item.by == Reviewer::Panel);
        self.steps.closed.is_none()
            && declared.is_some_and(by_panel)
            && self.seats.keys().any(|id| !self.steps.votes.contains_key(id))
    }
}

pub(super) fn items(method: &Method) -> Vec<ItemView> {
    let title = |item: &ItemId| match method {
        Method::Composite { items, .. } => items
            .iter()
            .find(|scored| scored.item == *item)
            .map(|scored| scored.title.clone()),
        Method::Declared(declared) => (declared.items.iter())
            .find(|scored| scored.item == *item)
            .map(|scored| scored.title.clone()),
        Method::LowestEvaluated { .. } => None,
    };
    let items = method::items(method).into_iter();
    items
        .map(|(item, max)| ItemView {
            item: item.clone(),
            max,
            title: title(item),
        })
        .collect()
}
