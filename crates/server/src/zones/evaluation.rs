//! The evaluation zone: the expert's seat, and the result once it is public.

use crate::doors::Doors;
use crate::zones::problem::not_found;
use crate::zones::shapes::ResultView;
use crate::zones::{common, openapi};
use axum::extract::{Path, State};
use axum::{Json, Router};
use desk::{Problem, Zone};
use evaluate::Dossiers;
use facts::{Stream, TenderId};
use std::sync::Arc;
use utoipa::OpenApi as _;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// The routes of the zone that are not the expert's desk.
pub fn routes() -> OpenApiRouter<Doors> {
    OpenApiRouter::new()
        .routes(routes!(result))
        .merge(common::routes())
}

/// The zone, with its description.
pub fn router(doors: &Doors, dossiers: Arc<dyn Dossiers>) -> Router {
    let seat = evaluate::router(doors.panels.clone(), dossiers, doors.gate.clone());
    let own = openapi::served(Zone::Evaluation, routes(), Some(evaluate::desks::Api::openapi()));
    own.with_state(doors.clone()).merge(seat)
}

/// The result of an evaluation
///
/// 评标结果:在评标结束后公开。
#[utoipa::path(
    get, path = "/api/evaluations/{tender}/result", tag = "evaluation",
    params(("tender" = String, Path, description = "The tender")),
    responses((status = 200, body = ResultView))
)]
async fn result(
    State(doors): State<Doors>,
    Path(tender): Path<TenderId>,
) -> Result<Json<ResultView>, Problem> {
    let state = doors
        .laws
        .evaluations
        .state(&Stream::Evaluation(tender.clone()))
        .await?;
    match state.concluded.clone() {
        Some((seq, body)) => Ok(Json(ResultView { body, seq })),
        None => Err(not_found(
            "evaluation.unknown",
            format!("The evaluation of {tender} has no result yet."),
            format!("招标项目 {tender} 尚无评标结果。"),
        )),
    }
}
