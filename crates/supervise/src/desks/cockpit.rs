//! The cockpit as programs read it, and as its page asks whether anything has changed.
//!
//! Invariant: for supervisors alone; what is answered is [`crate::cockpit`]'s.

use super::SupervisorDesk;
use crate::cockpit::Cockpit;
use axum::Json;
use axum::extract::State;
use desk::{Caller, Problem};
use facts::Role;

/// What waits for supervision, and every live procedure
#[utoipa::path(
    get, path = "/api/cockpit",
    responses((status = 200, description = "What waits now, and every live procedure with its stage, next clock, open cards, opening and process of evaluation", body = Cockpit))
)]
pub(super) async fn cockpit(
    State(desk): State<SupervisorDesk>,
    caller: Caller,
) -> Result<Json<Cockpit>, Problem> {
    caller.must(Role::Supervisor)?;
    Ok(Json(desk.oversight.cockpit(desk.now()).await?))
}
