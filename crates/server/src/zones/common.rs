//! What every zone serves: the platform's word on itself, sessions, acts, health.

use crate::doors::Doors;
use crate::zones::{acts, index, log};
use axum::body::Bytes;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use desk::gate::SignIn;
use desk::{Caller, Problem};
use serde_json::json;

/// The routes of every zone.
pub fn router() -> Router<Doors> {
    Router::new()
        .route("/", get(index::index))
        .route("/health", get(health))
        .route("/api/platform", get(platform))
        .route("/api/session/challenge", post(challenge))
        .route("/api/session", post(sign_in).delete(sign_out))
        .merge(acts::router())
        .merge(log::router())
}

async fn health(State(doors): State<Doors>) -> Result<Response, Problem> {
    let head = doors.log.head().await?;
    Ok(Json(json!({ "ok": true, "size": head.size })).into_response())
}

async fn platform(State(doors): State<Doors>) -> Response {
    let (size, root) = doors
        .pen
        .latest()
        .map_or_else(|| (0, ledger::hash::empty_root()), |latest| (latest.size, latest.root));
    let about = &doors.about;
    Json(json!({
        "demo": about.demo,
        "head": { "root": facts::Hex(root), "size": size },
        "log_key": about.log_key,
        "now": doors.clock.now(),
        "origin": about.origin,
        "refusal_key": about.refusal_key,
        "zones": about.zones,
    }))
    .into_response()
}

/// The body is read although nothing is in it: a connection whose request was not read whole is closed.
async fn challenge(State(doors): State<Doors>, _body: Bytes) -> Result<Response, Problem> {
    Ok(Json(doors.gate.challenge().await?).into_response())
}

async fn sign_in(State(doors): State<Doors>, Json(answer): Json<SignIn>) -> Result<Response, Problem> {
    Ok(Json(doors.gate.sign_in(&answer).await?).into_response())
}

async fn sign_out(State(doors): State<Doors>, caller: Caller) -> Result<Response, Problem> {
    doors.gate.sign_out(&caller).await?;
    Ok(StatusCode::NO_CONTENT.into_response())
}
