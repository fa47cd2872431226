//! The supervision zone: docket, audit, orders. It is given the log for reading, and one scribe of its own.

use crate::doors::Doors;
use crate::zones::{common, complaints, deviations, openapi, reports};
use axum::Router;
use desk::Zone;
use utoipa::OpenApi as _;
use utoipa_axum::router::OpenApiRouter;

/// The routes of the zone that are not the supervisor's desk.
#[must_use]
pub fn routes() -> OpenApiRouter<Doors> {
    common::routes()
        .merge(reports::docket_routes())
        .merge(complaints::supervised())
        .merge(deviations::routes())
}

/// The zone, with its description.
pub fn router(doors: &Doors) -> Router {
    let own = openapi::served(
        Zone::Supervision,
        routes(),
        Some(supervise::desks::Api::openapi()),
    );
    own.with_state(doors.clone())
        .merge(supervise::router(doors.oversight.clone(), doors.gate.clone()))
}
