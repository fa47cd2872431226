//! Answers that may be kept but must be asked about again each time (`ETag`, `If-None-Match`).
//!
//! Invariant: an answer without a body is given only to somebody who named the very tag that a whole answer would have.

use axum::body::Body;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE, ETAG, IF_NONE_MATCH};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};

const ASK_AGAIN: &str = "public, no-cache";

/// Whether the client has the answer of this tag.
#[must_use]
pub fn is_known(headers: &HeaderMap, tag: &str) -> bool {
    let known = headers
        .get_all(IF_NONE_MATCH)
        .iter()
        .filter_map(|value| value.to_str().ok());
    known
        .flat_map(|value| value.split(','))
        .any(|one| one.trim().trim_start_matches("W/") == tag)
}

/// The answer to somebody who has it.
#[must_use]
pub fn unchanged(tag: String) -> Response {
    let caching = [(CACHE_CONTROL, ASK_AGAIN.to_owned()), (ETAG, tag)];
    (StatusCode::NOT_MODIFIED, caching).into_response()
}

/// The whole answer, JSON.
#[must_use]
pub fn tagged(tag: String, body: impl Into<Body>) -> Response {
    let headers = [
        (CACHE_CONTROL, ASK_AGAIN.to_owned()),
        (ETAG, tag),
        (CONTENT_TYPE, "application/json".to_owned()),
    ];
    (headers, body.into()).into_response()
}
