//! How far the members' scores are apart, for supervision (打分偏离), as soon as the last sheet is revealed.
//!
//! Invariant: before the reveal there is nothing to show, and nobody but a supervisor is shown it here.

use crate::doors::Doors;
use crate::pages::evaluation::Spreading;
use crate::pages::{Layout, Signed, shown};
use crate::zones::deviations::revealed;
use askama::Template;
use axum::Router;
use axum::extract::{Path, State};
use axum::response::Response;
use axum::routing::get;
use desk::Problem;
use evaluate::desks::spread::ScoresView;
use facts::id::SeatId;
use facts::{Role, TenderId};

/// The page; in the supervision zone.
pub(super) fn routes() -> Router<Doors> {
    Router::new().route("/docket/{tender}/deviations", get(page))
}

#[derive(Template)]
#[template(path = "supervision/deviations.html")]
struct DeviationsPage {
    l: Layout,
    tender: TenderId,
    title: String,
    /// `None` until every sheet is revealed.
    scores: Option<ScoresView>,
}

impl Spreading for DeviationsPage {
    fn layout(&self) -> &Layout {
        &self.l
    }

    fn seat(&self) -> Option<&SeatId> {
        None
    }
}

async fn page(
    State(doors): State<Doors>,
    signed: Signed,
    Path(tender): Path<TenderId>,
) -> Result<Response, Problem> {
    signed.caller.must(Role::Supervisor)?;
    let state = doors.tender(&tender).await?;
    let title = state.registered.as_ref().map(|body| body.title.clone());
    shown(&DeviationsPage {
        title: title.unwrap_or_default(),
        scores: revealed(&doors, &tender).await?,
        tender,
        l: signed.l,
    })
}
