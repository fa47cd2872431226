//! The questions of a tender (询问), for those who must answer them.
//!
//! Invariant: nothing here tells who asked or when: buyer and agent learn the text and whether it was answered.

use crate::doors::Doors;
use crate::zones::problem::forbidden;
use axum::Json;
use axum::extract::{Path, State};
use desk::{Caller, Problem};
use facts::body::tender::QuestionAsked;
use facts::{Record, Role, Stream, TenderId};
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// The route.
pub fn routes() -> OpenApiRouter<Doors> {
    OpenApiRouter::new().routes(routes!(questions))
}

/// The questions of a tender, without their authors.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct QuestionsView {
    /// Ascending by id, which says nothing of the order in which they were asked.
    pub questions: Vec<QuestionView>,
}

/// One question.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct QuestionView {
    /// Whether it was answered.
    pub answered: bool,
    /// Its id.
    pub question: String,
    /// The text.
    pub text: String,
}

/// The questions asked in a tender
///
/// For its buyer and its agent, who answer them to all; nobody learns whose they are.
#[utoipa::path(
    get, path = "/api/tenders/{tender}/questions", tag = "tenders", security(("session" = [])),
    params(("tender" = String, Path, description = "The tender")),
    responses((status = 200, body = QuestionsView))
)]
async fn questions(
    State(doors): State<Doors>,
    caller: Caller,
    Path(tender): Path<TenderId>,
) -> Result<Json<QuestionsView>, Problem> {
    let account = caller.must_any(&[Role::Buyer, Role::Agent])?;
    let state = doors.tender(&tender).await?;
    let owns = state
        .registered
        .as_ref()
        .is_some_and(|body| body.buyer == *account || body.agent.as_ref() == Some(account));
    if !owns {
        return Err(forbidden(
            "question.not_yours",
            format!("The questions of {tender} are for its buyer and its agent."),
            format!("招标项目 {tender} 的询问仅供其招标人和代理机构查看。"),
        ));
    }
    let history = doors.log.history(&Stream::Tender(tender), 0).await?;
    let mut questions: Vec<QuestionView> = history
        .iter()
        .filter_map(Record::of::<QuestionAsked>)
        .map(|asked| QuestionView {
            answered: state.questions.get(&asked.question).copied().unwrap_or(false),
            question: asked.question.to_string(),
            text: asked.text,
        })
        .collect();
    questions.sort_by(|a, b| a.question.cmp(&b.question));
    Ok(Json(QuestionsView { questions }))
}
