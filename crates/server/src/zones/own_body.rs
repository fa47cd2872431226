//! A bidder's own sealed body, given back to the bidder alone, so that "this key opens this bid" can be checked where
//! the bid lies.
//!
//! Invariant: nobody but the account whose bid holds the envelope gets a byte of it here, and nobody else can tell from
//! the answer whether there is such an envelope.

use crate::doors::Doors;
use crate::zones::files::send_range;
use crate::zones::problem::not_found;
use axum::extract::{Path, State};
use axum::http::HeaderMap;
use axum::response::Response;
use desk::ports::Content;
use desk::{Caller, Problem};
use facts::{Hex, Role, TenderId};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// The route of one's own bodies.
pub fn routes() -> OpenApiRouter<Doors> {
    OpenApiRouter::new().routes(routes!(own_body))
}

/// My own sealed body
///
/// The bytes that the platform holds of an envelope of mine, at any time; one range of bytes may be asked for.
#[utoipa::path(
    get, path = "/api/tenders/{tender}/bids/mine/bodies/{submission}", tag = "bids", operation_id = "own_body",
    security(("session" = [])),
    params(
        ("tender" = String, Path, description = "The tender"),
        ("submission" = String, Path, description = "The envelope's id"),
        ("range" = Option<String>, Header, description = "`bytes=first-last`"),
    ),
    responses(
        (status = 200, description = "The sealed bytes", content_type = "application/octet-stream", body = Vec<u8>),
        (status = 206, description = "The range asked for", content_type = "application/octet-stream", body = Vec<u8>),
    )
)]
async fn own_body(
    State(doors): State<Doors>,
    caller: Caller,
    Path((tender, submission)): Path<(TenderId, Hex<16>)>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let account = caller.must(Role::Bidder)?;
    let absent = || {
        not_found(
            "body.unknown",
            format!("Your bid for {tender} has no envelope {submission}."),
            format!("您对项目 {tender} 的投标没有信封 {submission}。"),
        )
    };
    let state = doors.tender(&tender).await?;
    let own = state.entrants.get(account).and_then(|bid| state.bids.get(bid));
    let digest = own
        .and_then(|bid| {
            let mut envelopes = bid.submissions.iter().flat_map(|one| &one.body.envelopes);
            envelopes.find(|envelope| envelope.submission == submission)
        })
        .ok_or_else(absent)?
        .body_digest;
    send_range(&doors, Content::Body, digest.0, &headers)
        .await?
        .ok_or_else(absent)
}
