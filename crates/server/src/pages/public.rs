//! What everybody may see of the tenders: notices, one tender, its opening record and keys, decisions on
//! complaints, feeds.
//!
//! Invariant: no page here depends on who looks, and none depends on bids before their opening record is public.

pub mod board;
pub mod decisions;
pub mod feed;
pub mod fulfilled;
pub mod notices;
pub mod search;
pub mod subscribe;
pub mod tender;
pub mod told;
pub mod words;

use crate::doors::Doors;
use axum::Router;

/// The public pages of the procurement zone.
pub fn routes() -> Router<Doors> {
    notices::routes()
        .merge(tender::routes())
        .merge(feed::routes())
        .merge(decisions::routes())
        .merge(subscribe::routes())
}
