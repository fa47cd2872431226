//! Pages about a person's own keys and session: signing in, keys in this browser.
//!
//! Invariant: nothing here ever receives a private key, a passphrase or a backup file; the browser keeps them.

pub mod keys;
pub mod registrar;
pub mod sign_in;

use crate::doors::Doors;
use axum::Router;

/// The pages, in every zone.
pub fn routes() -> Router<Doors> {
    Router::new().merge(sign_in::routes()).merge(keys::routes())
}
