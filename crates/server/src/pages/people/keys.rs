//! 注册与密钥: making a key with a request to be enrolled, and the keys that a browser keeps.

use crate::doors::Doors;
use crate::pages::{Layout, shown};
use askama::Template;
use axum::Router;
use axum::response::Response;
use axum::routing::get;
use desk::Problem;
use facts::Role;

/// The pages.
pub fn routes() -> Router<Doors> {
    Router::new()
        .route("/enrol", get(enrol))
        .route("/keys", get(keys))
}

#[derive(Template)]
#[template(path = "people/enrol.html")]
struct Enrol {
    l: Layout,
    /// Word and name of each role.
    roles: Vec<(&'static str, &'static str)>,
}

#[derive(Template)]
#[template(path = "people/keys.html")]
struct Keys {
    l: Layout,
}

async fn enrol(l: Layout) -> Result<Response, Problem> {
    let roles = Role::ALL.iter().map(|role| (role.word(), l.role(role))).collect();
    shown(&Enrol { l, roles })
}

async fn keys(l: Layout) -> Result<Response, Problem> {
    shown(&Keys { l })
}
