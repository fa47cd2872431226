//! Problems of reading: what is not there, what is asked wrongly.
//!
//! Invariant: whatever leaves a zone with a status of 400 or more is a problem document of RFC 9457, also
//! what the web framework refuses by itself before any handler is asked; a page that shows a form again with its
//! errors is the one exception.

use crate::zones::shield;
use axum::extract::Request;
use axum::http::StatusCode;
use axum::http::header::{ALLOW, CONTENT_TYPE};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use desk::{Outage, Problem};
use facts::Refusal;

/// A refusal under a status of its own.
pub fn problem(
    status: StatusCode,
    code: &'static str,
    en: impl Into<String>,
    zh: impl Into<String>,
) -> Problem {
    Problem::from(Refusal::new(code, en, zh)).with_status(status)
}

/// Nothing is there.
pub fn not_found(code: &'static str, en: impl Into<String>, zh: impl Into<String>) -> Problem {
    problem(StatusCode::NOT_FOUND, code, en, zh)
}

/// Asked wrongly.
pub fn bad_request(code: &'static str, en: impl Into<String>, zh: impl Into<String>) -> Problem {
    problem(StatusCode::BAD_REQUEST, code, en, zh)
}

/// Not for this caller.
pub fn forbidden(code: &'static str, en: impl Into<String>, zh: impl Into<String>) -> Problem {
    problem(StatusCode::FORBIDDEN, code, en, zh)
}

/// The most of a plain refusal that is told on, in bytes.
const SENTENCE: usize = 4 * 1024;

/// A layer inside of `desk::problem::operations`: plain refusals of the framework (an unreadable path, query
/// or body, no such route, no such method) become problems with a code of their own.
pub async fn told(request: Request, next: Next) -> Response {
    let response = next.run(request).await;
    let status = response.status();
    let is_problem = response
        .headers()
        .get(CONTENT_TYPE)
        .is_some_and(|kind| kind == "application/problem+json");
    let is_page = response
        .headers()
        .get(CONTENT_TYPE)
        .is_some_and(|kind| kind == shield::PAGE);
    if is_problem || is_page || !(status.is_client_error() || status.is_server_error()) {
        return response;
    }
    let (parts, body) = response.into_parts();
    let said = axum::body::to_bytes(body, SENTENCE).await.unwrap_or_default();
    let said = String::from_utf8_lossy(&said);
    let mut answer = if status.is_server_error() {
        Problem::from(Outage::new("answering", format!("{status}: {said}"))).into_response()
    } else {
        let (code, en, zh) = plain(status);
        let en = if said.trim().is_empty() {
            en.to_owned()
        } else {
            format!("{en} {}", said.trim())
        };
        problem(status, code, en, zh).into_response()
    };
    if let Some(allow) = parts.headers.get(ALLOW) {
        answer.headers_mut().insert(ALLOW, allow.clone());
    }
    answer
}

const fn plain(status: StatusCode) -> (&'static str, &'static str, &'static str) {
    match status {
        StatusCode::NOT_FOUND => (
            "route.unknown",
            "There is nothing at this address.",
            "该地址不存在。",
        ),
        StatusCode::FORBIDDEN => (
            "request.cross_site",
            "This request came from a page of another site, and was not carried out.",
            "该请求来自其他网站的页面,未予执行。",
        ),
        StatusCode::METHOD_NOT_ALLOWED => (
            "route.method",
            "This address does not take that method; see the header Allow.",
            "该地址不支持此方法,见响应头 Allow。",
        ),
        StatusCode::PAYLOAD_TOO_LARGE => (
            "request.too_large",
            "The request is larger than this address takes.",
            "请求超出允许的大小。",
        ),
        StatusCode::UNSUPPORTED_MEDIA_TYPE => (
            "request.type",
            "The Content-Type is not the one expected here.",
            "Content-Type 不正确。",
        ),
        StatusCode::REQUEST_TIMEOUT => (
            "request.slow",
            "The request took too long to arrive.",
            "请求到达超时。",
        ),
        _ => (
            "request.malformed",
            "The request cannot be read.",
            "无法读取该请求。",
        ),
    }
}
