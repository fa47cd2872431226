//! The cockpit as programs read it, and as its page asks whether anything has changed.
//!
//! Invariant: for supervisors alone; what is answered is [`crate::cockpit`]'s, put together once for all who ask, and
//! who has it already is told so.

use super::{SupervisorDesk, query_malformed};
use crate::cockpit::{Asked, Cockpit};
use axum::Json;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Query, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use desk::{Caller, Problem};
use facts::Role;

/// What waits for supervision, and live procedures
#[utoipa::path(
    get, path = "/api/cockpit", params(Asked),
    responses(
        (status = 200, description = "A page of what waits now, overdue and red first, and of live procedures with stage, next clock, open cards, opening and process of evaluation; the entity tag is `state`", body = Cockpit),
        (status = 304, description = "What was handed out with the entity tag of `If-None-Match` still holds")
    )
)]
pub(super) async fn cockpit(
    State(desk): State<SupervisorDesk>,
    caller: Caller,
    headers: HeaderMap,
    asked: Result<Query<Asked>, QueryRejection>,
) -> Result<Response, Problem> {
    caller.must(Role::Supervisor)?;
    let allowed = "q, what, needs_page or page (pages from 1)";
    let Query(asked) = asked.map_err(|rejected| query_malformed(allowed, &rejected))?;
    let cockpit = desk.oversight.cockpit(&asked, desk.now()).await?;
    // Weak: two answers that say the same may differ in their instant.
    let tag = format!("W/\"{}\"", cockpit.state);
    let held = headers
        .get(header::IF_NONE_MATCH)
        .and_then(|value| value.to_str().ok());
    if held.is_some_and(|held| held.split(',').any(|one| one.trim() == tag)) {
        return Ok((StatusCode::NOT_MODIFIED, [(header::ETAG, tag)]).into_response());
    }
    Ok(([(header::ETAG, tag)], Json(cockpit)).into_response())
}
