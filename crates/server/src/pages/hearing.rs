//! Pages of objections and complaints (异议、质疑、投诉): raised and answered in the procurement zone, filed and decided in
//! the supervision zone, tracked by anybody who holds the number.
//!
//! Invariant: nobody learns from a page who raised or filed what; whatever changes something is signed in the browser.

mod access;
mod answers;
mod desk;
mod filing;
mod open;
mod words;

pub(super) use words::outcome;

use crate::doors::Doors;
use ::desk::account::fingerprint;
use ::desk::{Caller, Outage};
use axum::Router;
use axum::routing::get;
use facts::Hex;

/// The pages of the procurement zone.
pub fn raised() -> Router<Doors> {
    Router::new()
        .route("/tenders/{tender}/objections", get(open::told))
        .route("/bidder/tenders/{tender}/objections", get(answers::own))
        .route("/buyer/{tender}/objections", get(answers::owed))
        .route("/access/{tender}/{access}", get(access::read))
}

/// The pages of the supervision zone.
pub fn filed() -> Router<Doors> {
    Router::new()
        .route("/complaints", get(desk::list))
        .route("/complaints/new", get(filing::form))
        .route("/complaints/track", get(filing::track).post(filing::tracked))
        .route("/complaints/{tender}/{complaint}", get(desk::one))
        .route("/docket/{tender}/orders", get(access::orders))
}

/// The fingerprint of the key of whoever looks.
async fn key_of(doors: &Doors, caller: &Caller) -> Result<Option<Hex<32>>, Outage> {
    let account = doors.front.directory.account(&caller.account).await?;
    Ok(account.map(|account| fingerprint(&account.key)))
}
