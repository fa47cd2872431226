//! The evaluation zone: the expert's seat, and the result once it is public.

use crate::doors::Doors;
use crate::zones::problem::not_found;
use crate::zones::shapes::{DrawView, DrawsView, ResultView};
use crate::zones::{common, openapi, reports};
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
        .routes(routes!(draws))
        .merge(reports::panel_routes())
        .merge(common::routes())
}

/// The zone, with its description.
pub fn router(doors: &Doors, dossiers: Arc<dyn Dossiers>) -> Router {
    let (evaluations, pools) = (doors.laws.evaluations.clone(), doors.laws.pools.reader());
    let panels = doors.panels.clone();
    let seat = evaluate::router(evaluations, panels, pools, dossiers, doors.gate.clone());
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

/// The draws of a tender (随机抽取)
///
/// Positions of the public facts of every draw, for custodians and whoever computes it again: request, frozen pool,
/// pinned head, contributions, completion.
#[utoipa::path(
    get, path = "/api/evaluations/{tender}/draws", tag = "evaluation",
    params(("tender" = String, Path, description = "The tender")),
    responses((status = 200, body = DrawsView))
)]
async fn draws(State(doors): State<Doors>, Path(tender): Path<TenderId>) -> Result<Json<DrawsView>, Problem> {
    let stream = Stream::Evaluation(tender);
    let state = doors.laws.evaluations.state(&stream).await?;
    let mut draws = Vec::new();
    if !state.draws.is_empty() {
        let records = doors.log.history(&stream, 0).await?;
        for (draw, drawing) in &state.draws {
            let own = records.iter().filter(|record| {
                let named = record
                    .body
                    .members()
                    .get("draw")
                    .and_then(serde_json::Value::as_str);
                !record.kind.is_confidential() && named == Some(draw.as_str())
            });
            let state = match (&drawing.pinned, &drawing.seed) {
                (_, Some(_)) => "completed",
                (Some(_), None) => "pinned",
                (None, None) => "frozen",
            };
            draws.push(DrawView {
                draw: draw.clone(),
                seqs: own.map(|record| record.seq).collect(),
                state,
            });
        }
    }
    Ok(Json(DrawsView { draws }))
}
