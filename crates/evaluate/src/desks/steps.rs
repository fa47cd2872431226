//! What a seat sees of the steps around the scores (评标步骤): questions and answers, the ledger of corrections, low
//! prices, more time, and, once every sheet is revealed, how far the scores are apart.
//!
//! Invariant: no price stands here before every seat has committed, no judgement of another seat before all have
//! judged, and no score before all are revealed; nobody is named but by seat and code.

use super::ledger::{LowPriceView, PriceView};
use super::spread::ScoresView;
use super::{ExpertDesk, seat, undeclared};
use crate::law::{Question, State};
use axum::Json;
use axum::extract::{Path, State as Handed};
use desk::{Caller, Problem};
use facts::id::{ClarificationId, CodeId, LotId, SeatId};
use facts::{Instant, TenderId};
use serde::Serialize;
use utoipa::ToSchema;

/// The steps of one evaluation as a seat sees them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct StepsView {
    /// Whether the result is there: then nothing is asked or corrected any more.
    pub concluded: bool,
    /// Whether the method declares these steps; others know no questions and no corrections.
    pub declared: bool,
    /// More time.
    pub extension: ExtensionView,
    /// Low prices; absent where the method looks for none, and while prices are not shown.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub low_prices: Option<LowPriceView>,
    /// The articles by which nobody may change a price, as in an inquiry (询价); absent where prices are corrected.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub price_fixed: Option<&'static str>,
    /// The ledger of prices; absent until every seat has committed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub prices: Option<Vec<PriceView>>,
    /// The questions, ascending by time.
    pub questions: Vec<QuestionView>,
    /// Whom a question may be put to, ascending, with the least time for an answer in milliseconds.
    pub recipients: Vec<RecipientView>,
    /// Whether every seat is declared free of conflict: before that nothing of this is done.
    pub ready: bool,
    /// Deviations and changes; absent until every sheet is revealed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub scores: Option<ScoresView>,
    /// The seat.
    #[schema(value_type = String)]
    pub seat: SeatId,
    /// The tender.
    #[schema(value_type = String)]
    pub tender: TenderId,
}

/// A bid that may be asked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct RecipientView {
    /// The code.
    #[schema(value_type = String)]
    pub code: CodeId,
    /// Least time for an answer, in milliseconds.
    pub least_ms: i64,
    /// The lot.
    #[schema(value_type = String)]
    pub lot: LotId,
}

/// One question to a bidder, and what came back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct QuestionView {
    /// The answer; absent while it is awaited.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub answer: Option<AnswerView>,
    /// When it was asked, milliseconds since 1970 UTC.
    #[schema(value_type = i64)]
    pub at: Instant,
    /// The question.
    #[schema(value_type = String)]
    pub clarification: ClarificationId,
    /// The bid.
    #[schema(value_type = String)]
    pub code: CodeId,
    /// The corrected price to confirm, in minor units.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub price: Option<i64>,
    /// The seat that wrote it.
    #[schema(value_type = String)]
    pub seat: SeatId,
    /// The question in words.
    pub text: String,
    /// Until when it is answered.
    #[schema(value_type = i64)]
    pub until: Instant,
}

/// What came back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct AnswerView {
    /// Position of the bidder's signed answer; absent where none came in time.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub answered: Option<u64>,
    /// Whether the corrected price is confirmed, where it was asked about.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub confirms: Option<bool>,
    /// In words.
    pub text: String,
}

/// Requests for more time (条例48: more than a third of the members).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct ExtensionView {
    /// Who asks since the last extension, ascending by seat.
    pub asked: Vec<AskedView>,
    /// Milliseconds granted so far.
    pub granted_ms: i64,
    /// Whether this seat asks already.
    pub mine: bool,
    /// How many seats must ask.
    pub needed: usize,
}

/// One request for more time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct AskedView {
    /// How much more, in milliseconds.
    pub ms: i64,
    /// Why.
    pub reason: String,
    /// Who.
    #[schema(value_type = String)]
    pub seat: SeatId,
}

impl StepsView {
    /// What a seat sees that is declared free of conflict.
    #[must_use]
    pub fn of(tender: TenderId, seat: &SeatId, state: &State) -> Self {
        let mut questions: Vec<QuestionView> = state.steps.questions.values().map(question).collect();
        questions.sort_by(|one, other| (one.at, &one.clarification).cmp(&(other.at, &other.clarification)));
        let bids = state.opened.iter().flat_map(|opened| &opened.bids);
        let opened = state.opened.as_ref().filter(|_| state.prices_open());
        Self {
            concluded: state.concluded.is_some(),
            declared: (state.opened.as_ref()).is_some_and(|opened| opened.method.declared().is_some()),
            extension: extension(seat, state),
            low_prices: opened.and_then(|opened| LowPriceView::of(opened, seat, state)),
            price_fixed: (state.opened.as_ref())
                .filter(|opened| crate::law::is_price_fixed(opened))
                .map(|_| crate::law::UNCHANGEABLE),
            prices: opened.map(|opened| PriceView::all(opened, state)),
            questions,
            recipients: bids
                .map(|bid| RecipientView {
                    code: bid.code.clone(),
                    least_ms: state.least_answer(&bid.code),
                    lot: bid.lot.clone(),
                })
                .collect(),
            ready: state.step() >= crate::law::Step::Committing,
            scores: ScoresView::of(seat, state),
            seat: seat.clone(),
            tender,
        }
    }
}

fn question(question: &Question) -> QuestionView {
    let asked = &question.asked;
    QuestionView {
        answer: question.returned.as_ref().map(|returned| AnswerView {
            answered: returned.answered,
            confirms: returned.confirms,
            text: returned.text.clone(),
        }),
        at: question.at,
        clarification: asked.clarification.clone(),
        code: asked.code.clone(),
        price: asked.price,
        seat: asked.seat.clone(),
        text: asked.text.clone(),
        until: asked.until,
    }
}

fn extension(seat: &SeatId, state: &State) -> ExtensionView {
    let steps = &state.steps;
    let reason = |seat: &SeatId| steps.haste.get(seat).cloned().unwrap_or_default();
    let asked = steps.extensions.iter().map(|(seat, ms)| AskedView {
        ms: *ms,
        reason: reason(seat),
        seat: seat.clone(),
    });
    ExtensionView {
        asked: asked.collect(),
        granted_ms: steps.extended,
        mine: steps.extensions.contains_key(seat),
        needed: state.seats.len().checked_div(3).unwrap_or(0).saturating_add(1),
    }
}

/// The steps around the scores
///
/// Questions to bidders and their answers, the ledger of corrected prices, low prices, requests for more time, and,
/// after the reveal, how far the members' scores are apart.
#[utoipa::path(
    get, path = "/api/evaluations/{tender}/steps",
    params(("tender" = String, Path, description = "The tender")),
    responses((status = 200, body = StepsView), (status = 404, description = "You sit on no such panel"))
)]
pub(super) async fn steps(
    Handed(desk): Handed<ExpertDesk>,
    caller: Caller,
    Path(tender): Path<String>,
) -> Result<Json<StepsView>, Problem> {
    let (tender, evaluation) = desk.evaluation(&caller, &tender).await?;
    let (id, own) = seat(&evaluation, &caller)?;
    if !own.free {
        return Err(undeclared());
    }
    Ok(Json(StepsView::of(tender, id, &evaluation)))
}
