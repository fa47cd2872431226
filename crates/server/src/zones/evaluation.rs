//! The evaluation zone: the expert's seat, and the result once it is public.

use crate::doors::Doors;
use crate::zones::common;
use crate::zones::problem::not_found;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::{Json, Router};
use desk::Problem;
use evaluate::Dossiers;
use facts::{Stream, TenderId};
use serde_json::json;
use std::sync::Arc;

/// The routes of the zone.
pub fn router(doors: &Doors, dossiers: Arc<dyn Dossiers>) -> Router {
    let seat = evaluate::router(doors.laws.evaluations.reader(), dossiers, doors.gate.clone());
    let own = Router::new().route("/api/evaluations/{tender}/result", get(result)).merge(common::router());
    own.with_state(doors.clone()).merge(seat)
}

async fn result(State(doors): State<Doors>, Path(tender): Path<TenderId>) -> Result<Response, Problem> {
    let state = doors.laws.evaluations.state(&Stream::Evaluation(tender.clone())).await?;
    match &state.concluded {
        Some((seq, body)) => Ok(Json(json!({ "body": body, "seq": seq })).into_response()),
        None => Err(not_found(
            "evaluation.unknown",
            format!("The evaluation of {tender} has no result yet."),
            format!("招标项目 {tender} 尚无评标结果。"),
        )),
    }
}
