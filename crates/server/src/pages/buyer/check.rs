//! A draft notice against the law, while it is typed.
//!
//! Invariant: the draft is read and forgotten; the rules are those by which the notice is decided.

use super::owns;
use crate::doors::Doors;
use crate::zones::problem::forbidden;
use axum::extract::{Path, State};
use axum::routing::post;
use axum::{Json, Router};
use desk::{Caller, Problem};
use facts::body::tender::TenderNoticed;
use facts::{Refusal, Role, TenderId};
use serde::Serialize;

pub(super) fn routes() -> Router<Doors> {
    Router::new().route("/buyer/{tender}/check", post(check))
}

/// One fault, as the page shows it beside its field.
#[derive(Serialize)]
struct FaultView {
    field: &'static str,
    code: String,
    en: String,
    zh: String,
}

async fn check(
    State(doors): State<Doors>,
    caller: Caller,
    Path(tender): Path<TenderId>,
    draft: String,
) -> Result<Json<Vec<FaultView>>, Problem> {
    let account = caller.must_any(&[Role::Buyer, Role::Agent])?;
    let state = doors.tender(&tender).await?;
    if !owns(&state, account) {
        return Err(not_yours(&tender));
    }
    let draft: TenderNoticed = serde_json::from_str(&draft).map_err(|error| malformed(&error))?;
    let found = procure::tender::faults(&state, &draft, doors.clock.now());
    let shown = found.into_iter().map(|fault| FaultView {
        field: fault.field,
        code: fault.refusal.code.to_string(),
        en: fault.refusal.en,
        zh: fault.refusal.zh,
    });
    Ok(Json(shown.collect()))
}

pub(in crate::pages) fn not_yours(tender: &TenderId) -> Problem {
    forbidden(
        "owner.not_allowed",
        format!("{tender} belongs to another buyer."),
        format!("招标项目 {tender} 属于其他招标人。"),
    )
}

fn malformed(error: &serde_json::Error) -> Problem {
    Refusal::new(
        "draft.malformed",
        format!("The draft cannot be read: {error}."),
        format!("草稿无法读取:{error}。"),
    )
    .into()
}
