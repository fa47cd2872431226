//! How far the members' scores are apart (打分偏离), told to supervision from the reveal on.
//!
//! Invariant: codes and seats, no names; before the last sheet is revealed the answer says nothing but that.

use crate::doors::Doors;
use crate::zones::problem::not_found;
use axum::Json;
use axum::extract::{Path, State};
use desk::{Caller, Problem};
use evaluate::desks::spread::ScoresView;
use facts::{Role, Stream, TenderId};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// The route; in the supervision zone.
pub fn routes() -> OpenApiRouter<Doors> {
    OpenApiRouter::new().routes(routes!(deviations))
}

/// The deviations of an evaluation, once every sheet of its round is revealed.
pub(crate) async fn revealed(doors: &Doors, tender: &TenderId) -> Result<Option<ScoresView>, Problem> {
    let evaluation = doors
        .laws
        .evaluations
        .state(&Stream::Evaluation(tender.clone()))
        .await?;
    Ok(ScoresView::for_oversight(&evaluation))
}

/// How far the scores of a panel are apart
///
/// Every item of every bid under its code, and every seat over all items, with the changes made since: as soon as the
/// last sheet is revealed, and not before.
///
/// 打分偏离统计:全体成员公开评分表之后即可查阅,此前不可。
#[utoipa::path(
    get, path = "/api/docket/{tender}/deviations", tag = "supervision", security(("session" = [])),
    params(("tender" = String, Path, description = "The tender")),
    responses((status = 200, body = ScoresView))
)]
async fn deviations(
    State(doors): State<Doors>,
    caller: Caller,
    Path(tender): Path<TenderId>,
) -> Result<Json<ScoresView>, Problem> {
    caller.must(Role::Supervisor)?;
    let scores = revealed(&doors, &tender).await?;
    scores.map(Json).ok_or_else(|| {
        not_found(
            "deviations.sealed",
            format!("The scores of {tender} are not all revealed; deviations are shown from then on."),
            format!("招标项目 {tender} 的评分尚未全部公开,公开后方可查阅偏离情况。"),
        )
    })
}
