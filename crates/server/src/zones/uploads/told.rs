//! What is told of uploads: where they stand, and what is wrong with them.
//!
//! Invariant: whoever may go on learns from every answer where; whoever may not learns why.

use super::headers::{TUS, metadata};
use crate::clock::MachineClock;
use crate::config::UploadsConfig;
use crate::zones::problem::{not_found, problem as answer_problem};
use crate::zones::quota::Full;
use axum::extract::Request;
use axum::http::{HeaderValue, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use desk::ports::{Progress, VaultError};
use desk::{Clock as _, Problem};
use facts::Hex;
use std::time::{Duration, UNIX_EPOCH};

/// A layer of all uploads: every answer names the protocol, and one that refuses another version names the right one.
pub(super) async fn spoken(request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    let status = response.status();
    let headers = response.headers_mut();
    headers.insert("tus-resumable", HeaderValue::from_static(TUS));
    if status == StatusCode::PRECONDITION_FAILED {
        headers.insert("tus-version", HeaderValue::from_static(TUS));
    }
    response
}

/// What uploads can do.
pub(super) fn abilities(max_upload: u64) -> Response {
    let mut answer = StatusCode::NO_CONTENT.into_response();
    let headers = answer.headers_mut();
    headers.insert("tus-version", HeaderValue::from_static(TUS));
    headers.insert(
        "tus-extension",
        HeaderValue::from_static("creation,creation-with-upload,checksum,termination,expiration"),
    );
    headers.insert("tus-checksum-algorithm", HeaderValue::from_static("sha256,sha1"));
    headers.insert("tus-max-size", HeaderValue::from(max_upload));
    answer
}

/// Milliseconds since 1970 at which an unfinished upload is gone; `None` for a finished one.
fn expires(progress: &Progress, kept: &UploadsConfig) -> Option<i64> {
    let wait = i64::try_from(kept.unfinished().as_millis()).unwrap_or(i64::MAX);
    progress.digest.is_none().then(|| progress.touched.plus(wait).0)
}

/// Whether nothing arrived for longer than an unfinished upload waits, by the machine's clock.
pub(super) fn is_expired(progress: &Progress, kept: &UploadsConfig) -> bool {
    expires(progress, kept).is_some_and(|end| end < MachineClock.now().0)
}

/// Where an upload stands.
pub(super) fn standing(status: StatusCode, progress: &Progress, kept: &UploadsConfig) -> Response {
    let mut answer = status.into_response();
    let headers = answer.headers_mut();
    headers.insert("upload-offset", HeaderValue::from(progress.offset));
    headers.insert("upload-length", HeaderValue::from(progress.length));
    headers.insert(
        "upload-metadata",
        HeaderValue::from_static(metadata(progress.content)),
    );
    headers.insert("cache-control", HeaderValue::from_static("no-store"));
    if let Some(digest) = progress.digest
        && let Ok(value) = HeaderValue::from_str(&Hex(digest).to_string())
    {
        headers.insert("kaibiao-digest", value);
    }
    let end = expires(progress, kept).and_then(|end| u64::try_from(end).ok());
    let end = end.and_then(|end| UNIX_EPOCH.checked_add(Duration::from_millis(end)));
    if let Some(Ok(value)) = end.map(|end| HeaderValue::from_str(&httpdate::fmt_http_date(end))) {
        headers.insert("upload-expires", value);
    }
    answer
}

/// An upload that nobody went on with.
pub(super) fn expired() -> Problem {
    answer_problem(
        StatusCode::GONE,
        "upload.expired",
        "nothing arrived for too long, and this upload has expired; begin anew",
        "该上传任务长时间没有收到数据,已过期,请重新上传。",
    )
}

/// What the vault says, for people.
pub(super) fn problem(error: VaultError) -> Problem {
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
        VaultError::Checksum(kept) => answer_problem(
            // 460 Checksum Mismatch, of the protocol's own.
            StatusCode::from_u16(460).unwrap_or(StatusCode::BAD_REQUEST),
            "upload.checksum",
            format!("this part arrived damaged and was not kept; send it again from {kept}"),
            format!("本段在传输中损坏,未保存;请从第 {kept} 字节起重新发送。"),
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

/// An account that has all the uploads it may have.
pub(super) fn too_many(full: Full, kept: &UploadsConfig) -> Problem {
    let (en, zh) = match full {
        Full::Open(open) => {
            let most = kept.unfinished_uploads;
            (
                format!(
                    "You have {open} uploads open, and {most} are the most; finish some or end them, then begin anew."
                ),
                format!("您有 {open} 个未完成的上传,至多 {most} 个;请先完成或终止其中一些。"),
            )
        }
        Full::Announced(bytes) => {
            let most = kept.unfinished_bytes;
            (
                format!(
                    "Your open uploads announce {bytes} bytes, and {most} are the most together; finish some or end them, then begin anew."
                ),
                format!("您未完成的上传共声明 {bytes} 字节,合计至多 {most} 字节;请先完成或终止其中一些。"),
            )
        }
        Full::Unnamed(uploads) => {
            let most = kept.unreferenced_uploads;
            (
                format!(
                    "You have {uploads} finished uploads that no bid or notice names yet, and {most} are the most; submit what they are for, or end some."
                ),
                format!(
                    "您有 {uploads} 个已完成但尚未被投标或公告引用的上传,至多 {most} 个;请先提交或终止其中一些。"
                ),
            )
        }
        Full::UnnamedBytes(bytes) => {
            let most = kept.unreferenced_bytes;
            (
                format!(
                    "Your finished uploads that no bid or notice names yet take {bytes} bytes, and {most} are the most together; submit what they are for, or end some."
                ),
                format!(
                    "您已完成但尚未被投标或公告引用的上传共 {bytes} 字节,合计至多 {most} 字节;请先提交或终止其中一些。"
                ),
            )
        }
    };
    answer_problem(StatusCode::TOO_MANY_REQUESTS, "rate.uploads", en, zh)
}
