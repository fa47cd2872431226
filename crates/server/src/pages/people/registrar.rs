//! 登记处: requests are checked and signed in the registrar's browser; accounts are looked up and revoked.

use crate::doors::Doors;
use crate::pages::{Layout, Signed, shown};
use askama::Template;
use axum::Router;
use axum::response::Response;
use axum::routing::get;
use desk::Problem;
use facts::Role;

/// The page; in the procurement zone, which keeps the accounts.
pub fn routes() -> Router<Doors> {
    Router::new().route("/registrar", get(registrar))
}

#[derive(Template)]
#[template(path = "people/registrar.html")]
struct Registrar {
    l: Layout,
    account: String,
}

async fn registrar(signed: Signed) -> Result<Response, Problem> {
    let account = signed.caller.must(Role::Registrar)?.to_string();
    shown(&Registrar { l: signed.l, account })
}
