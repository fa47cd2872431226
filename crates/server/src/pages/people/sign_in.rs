//! 登录: a key kept in this browser answers the zone's challenge.
//!
//! Invariant: after signing in the browser goes on to a path of this site only.

use crate::doors::Doors;
use crate::pages::session::next;
use crate::pages::{Layout, shown};
use askama::Template;
use axum::Router;
use axum::extract::Query;
use axum::response::Response;
use axum::routing::get;
use desk::Problem;
use serde::Deserialize;

/// The page.
pub fn routes() -> Router<Doors> {
    Router::new().route("/sign-in", get(page))
}

#[derive(Deserialize)]
struct Asked {
    next: Option<String>,
}

#[derive(Template)]
#[template(path = "people/sign-in.html")]
struct SignIn {
    l: Layout,
    next: String,
}

async fn page(l: Layout, Query(asked): Query<Asked>) -> Result<Response, Problem> {
    let next = next(asked.next.as_deref()).to_owned();
    shown(&SignIn { l, next })
}
