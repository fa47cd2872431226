//! Resumable uploads (tus 1.0: core, creation, termination) of sealed bodies and documents.
//!
//! Invariant: memory does not grow with the file, a size over the limit is refused before a byte
//! is sent, and only the account that began an upload may touch it.

use crate::doors::Doors;
use crate::zones::problem::{bad_request, forbidden, not_found, problem as answer_problem};
use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::{Path, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::{head, post};
use base64::Engine as _;
use desk::ports::{Content, Progress, VaultError};
use desk::{Caller, Outage, Problem};
use facts::{Hex, Role};
use futures_util::StreamExt;

const TUS: &str = "1.0.0";

/// The routes of uploads.
pub fn router() -> Router<Doors> {
    Router::new()
        .route("/api/uploads", post(begin).options(options))
        .route("/api/uploads/{id}", head(progress).patch(receive).delete(abandon).options(options))
}

async fn options(State(doors): State<Doors>) -> Response {
    let mut answer = StatusCode::NO_CONTENT.into_response();
    let headers = answer.headers_mut();
    headers.insert("tus-resumable", HeaderValue::from_static(TUS));
    headers.insert("tus-version", HeaderValue::from_static(TUS));
    headers.insert("tus-extension", HeaderValue::from_static("creation,termination"));
    headers.insert("tus-max-size", HeaderValue::from(doors.max_upload));
    answer
}

fn number(headers: &HeaderMap, name: &'static str) -> Result<u64, Problem> {
    headers.get(name).and_then(|v| v.to_str().ok()).and_then(|v| v.parse().ok()).ok_or_else(|| {
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
    let metadata = headers.get("upload-metadata").and_then(|v| v.to_str().ok()).unwrap_or_default();
    let kind = metadata.split(',').filter_map(|pair| pair.trim().split_once(' ')).find(|(k, _)| *k == "kind");
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
            format!("{expected} bytes were received so far, but this part starts at {found}; ask HEAD and go on there"),
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
    let id = doors.vault.begin(&caller.account, content, length).await.map_err(problem)?;
    let location = HeaderValue::from_str(&format!("/api/uploads/{id}"))
        .map_err(|e| Outage::new("naming an upload", e))?;
    let mut answer = StatusCode::CREATED.into_response();
    answer.headers_mut().insert("location", location);
    answer.headers_mut().insert("tus-resumable", HeaderValue::from_static(TUS));
    Ok(answer)
}

async fn mine(doors: &Doors, caller: &Caller, id: &str) -> Result<Progress, Problem> {
    let progress = doors.vault.progress(id).await.map_err(problem)?;
    // Somebody else's upload is answered like none, so that ids betray nothing.
    if progress.owner == caller.account { Ok(progress) } else { Err(problem(VaultError::Unknown)) }
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

async fn receive(
    State(doors): State<Doors>,
    caller: Caller,
    Path(id): Path<String>,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Problem> {
    tus(&headers)?;
    if headers.get("content-type").is_none_or(|v| v != "application/offset+octet-stream") {
        return Err(answer_problem(
            StatusCode::UNSUPPORTED_MEDIA_TYPE,
            "upload.type",
            "parts of an upload are sent as application/offset+octet-stream",
            "上传分段的 Content-Type 应为 application/offset+octet-stream。",
        ));
    }
    mine(&doors, &caller, &id).await?;
    let offset = number(&headers, "upload-offset")?;
    let stream = body.into_data_stream().map(|part| part.map_err(std::io::Error::other)).boxed();
    let progress = doors.vault.receive(&id, offset, stream).await.map_err(problem)?;
    Ok(answer(StatusCode::NO_CONTENT, &progress))
}

async fn abandon(
    State(doors): State<Doors>,
    caller: Caller,
    Path(id): Path<String>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    tus(&headers)?;
    mine(&doors, &caller, &id).await?;
    doors.vault.abandon(&id).await.map_err(problem)?;
    let mut answer = StatusCode::NO_CONTENT.into_response();
    answer.headers_mut().insert("tus-resumable", HeaderValue::from_static(TUS));
    Ok(answer)
}
