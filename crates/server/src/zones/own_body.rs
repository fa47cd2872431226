//! What is one account's own, given to it alone: a bidder's sealed body, so that "this key opens this bid" can be
//! checked where the bid lies; a finished upload before any fact names it; who read the files of a bid.
//!
//! Invariant: nobody but the account whose bid holds the envelope, or who uploaded, gets a byte of it here, and nobody
//! else can tell from the answer whether there is such a thing.

use crate::couriers::readings::{self, Readings};
use crate::doors::Doors;
use crate::zones::files::send_range;
use crate::zones::problem::not_found;
use axum::Json;
use axum::extract::{Path, State};
use axum::http::header::CACHE_CONTROL;
use axum::http::{HeaderMap, HeaderValue};
use axum::response::Response;
use desk::ports::{Content, VaultError};
use desk::{Caller, Problem};
use facts::{Hex, Role, TenderId};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// The route of one's own bodies.
pub fn routes() -> OpenApiRouter<Doors> {
    OpenApiRouter::new()
        .routes(routes!(own_body))
        .routes(routes!(own_upload))
        .routes(routes!(own_readings))
}

/// Who read my bid
///
/// Every part of my opened bid that was given out: to buyer or agent for the review of the qualification, to supervisors
/// by two signatures, and to seats of the panel once the result is computed or the tender is over; the expert's account
/// once the panel is public.
#[utoipa::path(
    get, path = "/api/tenders/{tender}/bids/mine/readings", tag = "bids", operation_id = "own_readings",
    security(("session" = [])),
    params(("tender" = String, Path, description = "The tender")),
    responses((status = 200, body = Readings))
)]
async fn own_readings(
    State(doors): State<Doors>,
    caller: Caller,
    Path(tender): Path<TenderId>,
) -> Result<Json<Readings>, Problem> {
    let account = caller.must(Role::Bidder)?;
    Ok(Json(readings::of(&doors, &tender, account).await?))
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
    let answer = send_range(&doors, Content::Body, digest.0, &headers).await?;
    Ok(kept_by_nobody(answer.ok_or_else(absent)?))
}

/// What is one person's own is not for caches on the way, also where it goes out whole.
fn kept_by_nobody(mut answer: Response) -> Response {
    let headers = answer.headers_mut();
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    answer
}

/// My own finished upload
///
/// The bytes as they lie at the platform, while the upload is known by its id; one range of bytes may be asked for.
#[utoipa::path(
    get, path = "/api/uploads/{id}", tag = "uploads", operation_id = "upload_read", security(("session" = [])),
    params(
        ("id" = String, Path, description = "The upload"),
        ("range" = Option<String>, Header, description = "`bytes=first-last`"),
    ),
    responses(
        (status = 200, description = "The bytes", content_type = "application/octet-stream", body = Vec<u8>),
        (status = 206, description = "The range asked for", content_type = "application/octet-stream", body = Vec<u8>),
    )
)]
async fn own_upload(
    State(doors): State<Doors>,
    caller: Caller,
    Path(id): Path<String>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let absent = || {
        not_found(
            "upload.unfinished",
            "You have no finished upload of that id.",
            "您没有该编号的已完成上传。",
        )
    };
    let progress = match doors.vault.progress(&id).await {
        Ok(progress) => progress,
        Err(VaultError::Outage(outage)) => return Err(outage.into()),
        Err(_) => return Err(absent()),
    };
    let digest = progress.digest.filter(|_| progress.owner == caller.account);
    let digest = digest.ok_or_else(absent)?;
    let answer = send_range(&doors, progress.content, digest, &headers).await?;
    Ok(kept_by_nobody(answer.ok_or_else(absent)?))
}
