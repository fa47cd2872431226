//! The pages (网页): what people see of a zone, beside the API that programs use.
//!
//! Invariant: a page reads what the zone's API would show to the same caller and nothing else; whatever changes
//! something is an act that the browser signs and sends to the API.

pub mod assets;
pub mod bidder;
pub mod buyer;
pub mod csv;
pub mod custodian;
mod deviations;
pub mod draws;
pub mod errors;
pub mod evaluation;
pub mod explorer;
pub mod hall;
pub mod hearing;
pub mod home;
pub mod language;
pub mod layout;
pub mod nav;
pub mod notices;
pub mod operator;
pub mod panel;
pub mod people;
pub mod pools;
pub mod public;
pub mod query;
pub mod report;
pub mod session;
pub mod show;
pub mod standing;
pub mod supervision;
mod unsure;

use crate::doors::Doors;
use crate::zones::shield::PAGE;
use askama::Template;
use axum::Router;
use axum::http::header::CONTENT_TYPE;
use axum::middleware;
use axum::response::{IntoResponse as _, Response};
use desk::{Outage, Problem, Zone};

pub use language::Language;
pub use layout::Layout;
pub use session::Signed;

/// All pages of a zone, with the files that they load.
pub fn router(zone: Zone, doors: &Doors) -> Router {
    routes(zone).with_state(doors.clone())
}

/// The same before anybody can be let in: what there is.
pub fn routes(zone: Zone) -> Router<Doors> {
    let own = match zone {
        Zone::Procurement => public::routes()
            .merge(people::registrar::routes())
            .merge(buyer::routes())
            .merge(custodian::routes())
            .merge(hall::routes())
            .merge(hearing::raised())
            .merge(bidder::routes()),
        Zone::Evaluation => home::routes()
            .merge(evaluation::routes())
            .merge(pools::routes())
            .merge(panel::routes())
            .merge(draws::routes()),
        Zone::Supervision => supervision::routes()
            .merge(hearing::filed())
            .merge(deviations::routes()),
    };
    own.merge(report::routes(zone))
        .merge(standing::routes())
        .merge(notices::routes())
        .merge(explorer::routes())
        .merge(session::routes())
        .merge(people::routes())
        .merge(operator::routes())
        .layer(middleware::from_fn(layout::keep_choices))
        .merge(assets::routes())
}

/// A template as the answer to a request.
pub fn shown(template: &impl Template) -> Result<Response, Problem> {
    let text = template.render().map_err(|e| Outage::new("writing a page", e))?;
    Ok(([(CONTENT_TYPE, PAGE)], text).into_response())
}
