//! Resumable uploads (tus 1.0: core, creation, creation with upload, checksum, termination, expiration) of sealed
//! bodies and documents.
//!
//! Invariant: memory does not grow with the file, a size over the limit is refused before a byte
//! is sent, and only the account that began an upload may touch it.

mod headers;
mod told;

use crate::doors::Doors;
use crate::rates;
use crate::zones::problem::{bad_request, forbidden, problem as answer_problem};
use crate::zones::quota::Place;
use axum::body::Body;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode};
use axum::middleware;
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use desk::ports::{Content, Progress, VaultError};
use desk::{Caller, Outage, Problem};
use facts::Role;
use futures_util::StreamExt;
use futures_util::stream::BoxStream;
use headers::{checksum, content, has_bytes, number, plain, tus};
use std::time::Duration;
use told::{abilities, expired, is_expired, problem, standing, too_many};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// A connection on which nothing arrives for so long is given up; what arrived before is kept.
const STALL: Duration = Duration::from_mins(1);

/// The routes of uploads.
pub fn routes() -> OpenApiRouter<Doors> {
    OpenApiRouter::new()
        .routes(routes!(begin, options))
        .routes(routes!(progress, receive, abandon, overridden, options_of_one))
        .layer(middleware::from_fn(told::spoken))
}

/// What uploads can do
///
/// The headers of tus 1.0: versions, extensions, checksums, the longest upload.
#[utoipa::path(
    options, path = "/api/uploads", tag = "uploads", operation_id = "upload_options",
    responses((status = 204, description = "See the headers", headers(
        ("tus-version" = String), ("tus-extension" = String), ("tus-max-size" = u64), ("tus-checksum-algorithm" = String),
    )))
)]
async fn options(State(doors): State<Doors>) -> Response {
    abilities(doors.max_upload)
}

/// What an upload can do
#[utoipa::path(
    options, path = "/api/uploads/{id}", tag = "uploads", operation_id = "upload_options_of_one",
    params(("id" = String, Path, description = "The upload")),
    responses((status = 204, description = "See the headers"))
)]
async fn options_of_one(doors: State<Doors>) -> Response {
    options(doors).await
}

/// A place for one more upload. Before anybody is sent away, uploads that ended unseen are counted out.
async fn place(doors: &Doors, caller: &Caller, length: u64) -> Result<Place, Problem> {
    if let Ok(place) = doors.quota.take(&caller.account, length) {
        return Ok(place);
    }
    doors
        .quota
        .look_again(&caller.account, doors.vault.as_ref())
        .await;
    let full = |full| too_many(full, doors.quota.limits());
    doors.quota.take(&caller.account, length).map_err(full)
}

/// The bytes of a request, given up when none come for too long.
fn arriving(body: Body) -> BoxStream<'static, Result<Bytes, std::io::Error>> {
    let parts = tokio_stream::StreamExt::timeout(body.into_data_stream(), STALL);
    let parts = parts.map(|part| match part {
        Ok(part) => part.map_err(std::io::Error::other),
        Err(stalled) => Err(std::io::Error::new(std::io::ErrorKind::TimedOut, stalled)),
    });
    parts.boxed()
}

/// Reads what is of no use, so that the connection can be used again.
async fn read_away(body: Body) {
    let mut parts = arriving(body);
    let mut left = crate::zones::shield::BODY;
    while let Some(Ok(part)) = parts.next().await {
        let Some(less) = left.checked_sub(part.len()) else {
            return;
        };
        left = less;
    }
}

/// Begin an upload
///
/// tus 1.0 creation, with the first bytes if the request has any. A sealed body (`kind` body) is uploaded by bidders, a
/// document by buyers and agents. Unless the operator says otherwise, an account may have 64 uploads open that announce
/// 64 GiB together, and 4096 finished ones of 256 GiB together that no bid and no notice names yet; one on which nothing
/// arrives for 7 days is removed, and so is a finished one that nothing names after 60 days.
#[utoipa::path(
    post, path = "/api/uploads", tag = "uploads", operation_id = "upload_begin", security(("session" = [])),
    params(
        ("tus-resumable" = String, Header, description = "1.0.0"),
        ("upload-length" = u64, Header, description = "Length in bytes"),
        ("upload-metadata" = String, Header, description = "`kind` and the base64 of `body` or `document`, nothing else"),
        ("upload-checksum" = Option<String>, Header, description = "`sha256` or `sha1` and the base64 of the checksum of the bytes that come with this request"),
    ),
    request_body(content = Option<Vec<u8>>, content_type = "application/offset+octet-stream"),
    responses((status = 201, description = "It is begun", headers(
        ("location" = String, description = "Its address"),
        ("upload-offset" = u64, description = "Bytes that are safe"),
        ("upload-expires" = Option<String>, description = "When it is gone if nothing more arrives"),
    )))
)]
async fn begin(
    State(doors): State<Doors>,
    caller: Caller,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Problem> {
    let begun = announce(&doors, &caller, &headers).await;
    let id = match begun {
        Ok(begun) => begun,
        Err(refused) => {
            // What is refused is refused at once; only a small body is worth the connection.
            if !has_bytes(&headers) {
                read_away(body).await;
            }
            return refused;
        }
    };
    let mut standing_at = doors.vault.progress(&id).await.map_err(problem)?;
    let body = if has_bytes(&headers) {
        body
    } else {
        read_away(body).await;
        Body::empty()
    };
    // What is empty is finished as soon as it is begun.
    if has_bytes(&headers) || standing_at.length == 0 {
        match take_in(&doors, &caller, &id, 0, &headers, body).await {
            Ok(progress) => standing_at = progress,
            // Cut off, it can be gone on with: what is safe is told.
            Err(Taken::Vault(VaultError::Broken(_))) => {
                standing_at = doors.vault.progress(&id).await.map_err(problem)?;
            }
            Err(refused) => {
                // Nothing of it is kept, and its address is told to nobody.
                doors.vault.abandon(&id).await.map_err(problem)?;
                doors.quota.release(&caller.account, &id);
                return Err(refused.into());
            }
        }
    }
    let location = HeaderValue::from_str(&format!("/api/uploads/{id}"))
        .map_err(|e| Outage::new("naming an upload", e))?;
    let mut answer = standing(StatusCode::CREATED, &standing_at, doors.quota.limits());
    answer.headers_mut().insert("location", location);
    Ok(answer)
}

/// Checks what is announced and begins it: its id.
async fn announce(
    doors: &Doors,
    caller: &Caller,
    headers: &HeaderMap,
) -> Result<String, Result<Response, Problem>> {
    let (content, length) = allowed(doors, caller, headers).map_err(Err)?;
    if let Err(too_often) = doors.rates.upload_of(&caller.account) {
        return Err(Ok(rates::sent_away(too_often)));
    }
    let place = place(doors, caller, length).await.map_err(Err)?;
    let id = doors
        .vault
        .begin(&caller.account, content, length)
        .await
        .map_err(|error| Err(problem(error)))?;
    place.hold(&id);
    Ok(id)
}

/// Whether this caller may upload such a thing, and how long it is.
fn allowed(doors: &Doors, caller: &Caller, headers: &HeaderMap) -> Result<(Content, u64), Problem> {
    tus(headers)?;
    plain(headers)?;
    let content = content(headers)?;
    let allowed: &[Role] = match content {
        Content::Body => &[Role::Bidder],
        Content::Document => &[Role::Buyer, Role::Agent],
    };
    if !allowed.iter().any(|role| caller.roles.contains(role)) {
        return Err(forbidden(
            "upload.role",
            "sealed bodies are uploaded by bidders, documents by buyers and agents",
            "加密投标文件由投标人上传,招标文件由招标人或代理机构上传。",
        ));
    }
    let length = number(headers, "upload-length")?;
    if length > doors.max_upload {
        return Err(problem(VaultError::TooLong(doors.max_upload)));
    }
    checksum(headers)?;
    Ok((content, length))
}

/// Why bytes were not taken in.
enum Taken {
    Vault(VaultError),
    Problem(Problem),
}

impl From<Taken> for Problem {
    fn from(taken: Taken) -> Self {
        match taken {
            Taken::Vault(error) => problem(error),
            Taken::Problem(problem) => problem,
        }
    }
}

async fn take_in(
    doors: &Doors,
    caller: &Caller,
    id: &str,
    offset: u64,
    headers: &HeaderMap,
    body: Body,
) -> Result<Progress, Taken> {
    let checksum = checksum(headers).map_err(Taken::Problem)?;
    let received = doors
        .vault
        .receive_part(id, offset, checksum, arriving(body))
        .await;
    let progress = received.map_err(Taken::Vault)?;
    if let Some(digest) = progress.digest {
        doors.quota.finish(&caller.account, id, digest, progress.length);
    }
    Ok(progress)
}

async fn mine(doors: &Doors, caller: &Caller, id: &str) -> Result<Progress, Problem> {
    let progress = doors.vault.progress(id).await.map_err(problem)?;
    // Somebody else's upload is answered like none, so that ids betray nothing.
    if progress.owner != caller.account {
        return Err(problem(VaultError::Unknown));
    }
    if is_expired(&progress, doors.quota.limits()) {
        return Err(expired());
    }
    Ok(progress)
}

/// How far an upload has come
#[utoipa::path(
    head, path = "/api/uploads/{id}", tag = "uploads", operation_id = "upload_progress", security(("session" = [])),
    params(
        ("id" = String, Path, description = "The upload"),
        ("tus-resumable" = String, Header, description = "1.0.0"),
    ),
    responses(
        (status = 200, description = "See the headers", headers(
            ("upload-offset" = u64, description = "Bytes that are safe"),
            ("upload-length" = u64, description = "Bytes announced"),
            ("upload-metadata" = String, description = "As it was announced"),
            ("upload-expires" = Option<String>, description = "When it is gone if nothing more arrives"),
            ("kaibiao-digest" = Option<String>, description = "The digest, once it is complete"),
        )),
        (status = 410, description = "It has expired"),
    )
)]
async fn progress(
    State(doors): State<Doors>,
    caller: Caller,
    Path(id): Path<String>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    tus(&headers)?;
    let progress = mine(&doors, &caller, &id).await?;
    Ok(standing(StatusCode::OK, &progress, doors.quota.limits()))
}

/// Send a part of an upload
///
/// What arrived is safe even if the connection breaks: ask HEAD and go on there. Of a part with a checksum everything is
/// kept or nothing: a mismatch is answered with 460 and changes nothing. A connection on which nothing arrives for 60 s
/// is given up.
#[utoipa::path(
    patch, path = "/api/uploads/{id}", tag = "uploads", operation_id = "upload_part", security(("session" = [])),
    params(
        ("id" = String, Path, description = "The upload"),
        ("tus-resumable" = String, Header, description = "1.0.0"),
        ("upload-offset" = u64, Header, description = "Where the part starts: the bytes that are safe"),
        ("upload-checksum" = Option<String>, Header, description = "`sha256` or `sha1` and the base64 of the checksum of the part"),
    ),
    request_body(content = Vec<u8>, content_type = "application/offset+octet-stream"),
    responses(
        (status = 204, description = "It arrived", headers(
            ("upload-offset" = u64, description = "Bytes that are safe now"),
            ("upload-expires" = Option<String>, description = "When it is gone if nothing more arrives"),
            ("kaibiao-digest" = Option<String>, description = "The digest, if this was the last part: of a body by tree64k, of a document SHA-256"),
        )),
        (status = 460, description = "It does not have its checksum; nothing of it was kept"),
    )
)]
async fn receive(
    State(doors): State<Doors>,
    caller: Caller,
    Path(id): Path<String>,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Problem> {
    tus(&headers)?;
    if !has_bytes(&headers) {
        return Err(answer_problem(
            StatusCode::UNSUPPORTED_MEDIA_TYPE,
            "upload.type",
            "parts of an upload are sent as application/offset+octet-stream",
            "上传分段的 Content-Type 应为 application/offset+octet-stream。",
        ));
    }
    mine(&doors, &caller, &id).await?;
    let offset = number(&headers, "upload-offset")?;
    let progress = take_in(&doors, &caller, &id, offset, &headers, body).await?;
    Ok(standing(StatusCode::NO_CONTENT, &progress, doors.quota.limits()))
}

/// End an upload
///
/// Also one that is finished, as long as no bid and no notice names it; its bytes are removed within the hour.
#[utoipa::path(
    delete, path = "/api/uploads/{id}", tag = "uploads", operation_id = "upload_end", security(("session" = [])),
    params(
        ("id" = String, Path, description = "The upload"),
        ("tus-resumable" = String, Header, description = "1.0.0"),
    ),
    responses((status = 204, description = "It has ended"))
)]
async fn abandon(
    State(doors): State<Doors>,
    caller: Caller,
    Path(id): Path<String>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    tus(&headers)?;
    let progress = mine(&doors, &caller, &id).await?;
    doors.vault.abandon(&id).await.map_err(problem)?;
    if progress.digest.is_none() {
        doors.quota.release(&caller.account, &id);
    }
    Ok(StatusCode::NO_CONTENT.into_response())
}

/// Another method in the clothes of POST
///
/// For clients behind something that lets only GET and POST through: the method stands in `X-HTTP-Method-Override`.
#[utoipa::path(
    post, path = "/api/uploads/{id}", tag = "uploads", operation_id = "upload_by_post", security(("session" = [])),
    params(
        ("id" = String, Path, description = "The upload"),
        ("tus-resumable" = String, Header, description = "1.0.0"),
        ("x-http-method-override" = String, Header, description = "`PATCH`, `DELETE` or `HEAD`"),
    ),
    request_body(content = Option<Vec<u8>>, content_type = "application/offset+octet-stream"),
    responses((status = 204, description = "As that method answers"), (status = 200, description = "As HEAD answers"))
)]
async fn overridden(
    doors: State<Doors>,
    caller: Caller,
    id: Path<String>,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Problem> {
    let meant = headers.get("x-http-method-override");
    let meant = meant.and_then(|method| Method::from_bytes(method.as_bytes()).ok());
    match meant {
        Some(Method::PATCH) => receive(doors, caller, id, headers, body).await,
        Some(Method::DELETE) => abandon(doors, caller, id, headers).await,
        Some(Method::HEAD) => progress(doors, caller, id, headers).await,
        _ => Err(bad_request(
            "upload.method",
            "X-HTTP-Method-Override must be PATCH, DELETE or HEAD",
            "X-HTTP-Method-Override 须为 PATCH、DELETE 或 HEAD。",
        )),
    }
}
