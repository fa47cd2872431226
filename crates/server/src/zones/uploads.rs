//! Resumable uploads (tus 1.0: core, creation, termination) of sealed bodies and documents.
//!
//! Invariant: memory does not grow with the file, a size over the limit is refused before a byte
//! is sent, and only the account that began an upload may touch it.

use crate::doors::Doors;
use crate::rates;
use crate::zones::problem::{bad_request, forbidden, not_found, problem as answer_problem};
use crate::zones::quota::{ANNOUNCED, Full, OPEN, Place};
use axum::body::{Body, Bytes};
use axum::extract::{Path, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use base64::Engine as _;
use desk::ports::{Content, Progress, VaultError};
use desk::{Caller, Outage, Problem};
use facts::{Hex, Role};
use futures_util::StreamExt;
use std::time::Duration;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

const TUS: &str = "1.0.0";

/// A connection on which nothing arrives for so long is given up; what arrived before is kept.
const STALL: Duration = Duration::from_mins(1);

/// The routes of uploads.
pub fn routes() -> OpenApiRouter<Doors> {
    OpenApiRouter::new()
        .routes(routes!(begin, options))
        .routes(routes!(progress, receive, abandon, options_of_one))
}

/// What uploads can do
///
/// The headers of tus 1.0: versions, extensions, the longest upload.
#[utoipa::path(
    options, path = "/api/uploads", tag = "uploads", operation_id = "upload_options",
    responses((status = 204, description = "See the headers",
        headers(("tus-version" = String), ("tus-extension" = String), ("tus-max-size" = u64))))
)]
async fn options(State(doors): State<Doors>) -> Response {
    let mut answer = StatusCode::NO_CONTENT.into_response();
    let headers = answer.headers_mut();
    headers.insert("tus-resumable", HeaderValue::from_static(TUS));
    headers.insert("tus-version", HeaderValue::from_static(TUS));
    headers.insert("tus-extension", HeaderValue::from_static("creation,termination"));
    headers.insert("tus-max-size", HeaderValue::from(doors.max_upload));
    answer
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

fn number(headers: &HeaderMap, name: &'static str) -> Result<u64, Problem> {
    headers
        .get(name)
        .and_then(|v| v.to_str().ok())
        .and_then(|v| v.parse().ok())
        .ok_or_else(|| {
            bad_request(
                "upload.header",
                format!("the header {name} must be a decimal number"),
                format!("请求头 {name} 应为十进制数。"),
            )
        })
}

fn tus(headers: &HeaderMap) -> Result<(), Problem> {
    if headers.get("tus-resumable").is_some_and(|version| version == TUS) {
        return Ok(());
    }
    Err(answer_problem(
        StatusCode::PRECONDITION_FAILED,
        "upload.version",
        "this server speaks tus 1.0.0: send the header Tus-Resumable: 1.0.0",
        "本服务使用 tus 1.0.0 协议,请发送请求头 Tus-Resumable: 1.0.0。",
    ))
}

fn content(headers: &HeaderMap) -> Result<Content, Problem> {
    let metadata = headers
        .get("upload-metadata")
        .and_then(|v| v.to_str().ok())
        .unwrap_or_default();
    let kind = metadata
        .split(',')
        .filter_map(|pair| pair.trim().split_once(' '))
        .find(|(k, _)| *k == "kind");
    let kind = kind.and_then(|(_, v)| base64::engine::general_purpose::STANDARD.decode(v).ok());
    match kind.as_deref() {
        Some(b"body") => Ok(Content::Body),
        Some(b"document") => Ok(Content::Document),
        _ => Err(bad_request(
            "upload.kind",
            "Upload-Metadata must carry `kind`, the base64 of `body` (a sealed part) or `document`",
            "Upload-Metadata 须含 kind,其值为 body(加密文件)或 document(文件)的 base64。",
        )),
    }
}

fn problem(error: VaultError) -> Problem {
    match error {
        VaultError::Unknown => not_found(
            "upload.unknown",
            "there is no such upload; it was finished, ended or never begun",
            "没有该上传任务:它可能已完成、已终止或从未开始。",
        ),
        VaultError::Offset { expected, found } => answer_problem(
            StatusCode::CONFLICT,
            "upload.offset",
            format!(
                "{expected} bytes were received so far, but this part starts at {found}; ask HEAD and go on there"
            ),
            format!("已收到 {expected} 字节,本段却从 {found} 开始;请用 HEAD 查询后续传。"),
        ),
        VaultError::TooLong(limit) => answer_problem(
            StatusCode::PAYLOAD_TOO_LARGE,
            "upload.too_long",
            format!("more bytes than the {limit} allowed; nothing beyond them was kept"),
            format!("超过允许的 {limit} 字节,超出部分未保存。"),
        ),
        VaultError::Broken(kept) => answer_problem(
            StatusCode::BAD_REQUEST,
            "upload.broken",
            format!("the connection broke; {kept} bytes are safe, go on there"),
            format!("连接中断;已安全保存 {kept} 字节,请从该处续传。"),
        ),
        VaultError::Outage(outage) => outage.into(),
    }
}

fn too_many(full: Full) -> Problem {
    let (en, zh) = match full {
        Full::Open(open) => (
            format!(
                "You have {open} uploads open, and {OPEN} are the most; finish some or end them, then begin anew."
            ),
            format!("您有 {open} 个未完成的上传,至多 {OPEN} 个;请先完成或终止其中一些。"),
        ),
        Full::Announced(bytes) => (
            format!(
                "Your open uploads announce {bytes} bytes, and {ANNOUNCED} are the most together; finish some or end them, then begin anew."
            ),
            format!("您未完成的上传共声明 {bytes} 字节,合计至多 {ANNOUNCED} 字节;请先完成或终止其中一些。"),
        ),
    };
    answer_problem(StatusCode::TOO_MANY_REQUESTS, "rate.uploads", en, zh)
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
    doors.quota.take(&caller.account, length).map_err(too_many)
}

/// Begin an upload
///
/// tus 1.0 creation. A sealed body (`kind` body) is uploaded by bidders, a document by buyers and agents. An account
/// may have 64 uploads open that announce 64 GiB together; one on which nothing arrives for 7 days is removed.
#[utoipa::path(
    post, path = "/api/uploads", tag = "uploads", operation_id = "upload_begin", security(("session" = [])),
    params(
        ("tus-resumable" = String, Header, description = "1.0.0"),
        ("upload-length" = u64, Header, description = "Length in bytes"),
        ("upload-metadata" = String, Header, description = "`kind` and the base64 of `body` or `document`"),
    ),
    responses((status = 201, description = "It is begun", headers(("location" = String, description = "Its address"))))
)]
async fn begin(
    State(doors): State<Doors>,
    caller: Caller,
    headers: HeaderMap,
    _body: Bytes,
) -> Result<Response, Problem> {
    tus(&headers)?;
    let content = content(&headers)?;
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
    let length = number(&headers, "upload-length")?;
    if length > doors.max_upload {
        return Err(problem(VaultError::TooLong(doors.max_upload)));
    }
    if let Err(too_often) = doors.rates.upload_of(&caller.account) {
        return Ok(rates::sent_away(too_often));
    }
    let place = place(&doors, &caller, length).await?;
    let id = doors
        .vault
        .begin(&caller.account, content, length)
        .await
        .map_err(problem)?;
    place.hold(&id);
    let location = HeaderValue::from_str(&format!("/api/uploads/{id}"))
        .map_err(|e| Outage::new("naming an upload", e))?;
    let mut answer = StatusCode::CREATED.into_response();
    answer.headers_mut().insert("location", location);
    answer
        .headers_mut()
        .insert("tus-resumable", HeaderValue::from_static(TUS));
    Ok(answer)
}

async fn mine(doors: &Doors, caller: &Caller, id: &str) -> Result<Progress, Problem> {
    let progress = doors.vault.progress(id).await.map_err(problem)?;
    // Somebody else's upload is answered like none, so that ids betray nothing.
    if progress.owner == caller.account {
        Ok(progress)
    } else {
        Err(problem(VaultError::Unknown))
    }
}

fn answer(status: StatusCode, progress: &Progress) -> Response {
    let mut answer = status.into_response();
    let headers = answer.headers_mut();
    headers.insert("tus-resumable", HeaderValue::from_static(TUS));
    headers.insert("upload-offset", HeaderValue::from(progress.offset));
    headers.insert("upload-length", HeaderValue::from(progress.length));
    headers.insert("cache-control", HeaderValue::from_static("no-store"));
    if let Some(digest) = progress.digest
        && let Ok(value) = HeaderValue::from_str(&Hex(digest).to_string())
    {
        headers.insert("kaibiao-digest", value);
    }
    answer
}

/// How far an upload has come
#[utoipa::path(
    head, path = "/api/uploads/{id}", tag = "uploads", operation_id = "upload_progress", security(("session" = [])),
    params(
        ("id" = String, Path, description = "The upload"),
        ("tus-resumable" = String, Header, description = "1.0.0"),
    ),
    responses((status = 200, description = "See the headers", headers(
        ("upload-offset" = u64, description = "Bytes that are safe"),
        ("upload-length" = u64, description = "Bytes announced"),
        ("kaibiao-digest" = Option<String>, description = "The digest, once it is complete"),
    )))
)]
async fn progress(
    State(doors): State<Doors>,
    caller: Caller,
    Path(id): Path<String>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    tus(&headers)?;
    let progress = mine(&doors, &caller, &id).await?;
    Ok(answer(StatusCode::OK, &progress))
}

/// Send a part of an upload
///
/// What arrived is safe even if the connection breaks: ask HEAD and go on there. A connection on which nothing arrives
/// for 60 s is given up.
#[utoipa::path(
    patch, path = "/api/uploads/{id}", tag = "uploads", operation_id = "upload_part", security(("session" = [])),
    params(
        ("id" = String, Path, description = "The upload"),
        ("tus-resumable" = String, Header, description = "1.0.0"),
        ("upload-offset" = u64, Header, description = "Where the part starts: the bytes that are safe"),
    ),
    request_body(content = Vec<u8>, content_type = "application/offset+octet-stream"),
    responses((status = 204, description = "It arrived", headers(
        ("upload-offset" = u64, description = "Bytes that are safe now"),
        ("kaibiao-digest" = Option<String>, description = "The digest, if this was the last part: of a body by tree64k, of a document SHA-256"),
    )))
)]
async fn receive(
    State(doors): State<Doors>,
    caller: Caller,
    Path(id): Path<String>,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Problem> {
    tus(&headers)?;
    if headers
        .get("content-type")
        .is_none_or(|v| v != "application/offset+octet-stream")
    {
        return Err(answer_problem(
            StatusCode::UNSUPPORTED_MEDIA_TYPE,
            "upload.type",
            "parts of an upload are sent as application/offset+octet-stream",
            "上传分段的 Content-Type 应为 application/offset+octet-stream。",
        ));
    }
    mine(&doors, &caller, &id).await?;
    let offset = number(&headers, "upload-offset")?;
    let stream = tokio_stream::StreamExt::timeout(body.into_data_stream(), STALL);
    let stream = stream.map(|part| match part {
        Ok(part) => part.map_err(std::io::Error::other),
        Err(stalled) => Err(std::io::Error::new(std::io::ErrorKind::TimedOut, stalled)),
    });
    let progress = doors
        .vault
        .receive(&id, offset, stream.boxed())
        .await
        .map_err(problem)?;
    if progress.digest.is_some() {
        doors.quota.release(&caller.account, &id);
    }
    Ok(answer(StatusCode::NO_CONTENT, &progress))
}

/// End an upload
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
    mine(&doors, &caller, &id).await?;
    doors.vault.abandon(&id).await.map_err(problem)?;
    doors.quota.release(&caller.account, &id);
    let mut answer = StatusCode::NO_CONTENT.into_response();
    answer
        .headers_mut()
        .insert("tus-resumable", HeaderValue::from_static(TUS));
    Ok(answer)
}
