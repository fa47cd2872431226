//! The supervision zone: docket, audit, orders. It is given the log for reading, and one scribe of its own.

use crate::doors::Doors;
use crate::zones::common;
use axum::Router;

/// The routes of the zone.
pub fn router(doors: &Doors) -> Router {
    common::router().with_state(doors.clone()).merge(supervise::router(doors.oversight.clone(), doors.gate.clone()))
}
