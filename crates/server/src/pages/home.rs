//! The first page of the zones of evaluation and supervision: what the zone is for, and where others are.

use crate::doors::Doors;
use crate::pages::{Layout, shown};
use askama::Template;
use axum::Router;
use axum::response::Response;
use axum::routing::get;
use desk::Problem;

/// The first page.
pub fn routes() -> Router<Doors> {
    Router::new().route("/", get(home))
}

#[derive(Template)]
#[template(path = "home.html")]
struct Home {
    l: Layout,
}

async fn home(l: Layout) -> Result<Response, Problem> {
    front(l)
}

/// What the zone is for.
pub(super) fn front(l: Layout) -> Result<Response, Problem> {
    shown(&Home { l })
}
