//! What surrounds every handler: headers of caution, and an end to what takes too long.
//!
//! Invariant: an answer that a session brought about is never kept by a cache; no answer can be framed, sniffed or used
//! by another site; a page runs and loads files of this site and nothing else, and what is no page runs nothing.

use crate::zones::problem::problem;
use axum::body::HttpBody as Body;
use axum::extract::Request;
use axum::http::header::{
    AUTHORIZATION, CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, REFERRER_POLICY, RETRY_AFTER,
    SET_COOKIE, STRICT_TRANSPORT_SECURITY, X_CONTENT_TYPE_OPTIONS, X_FRAME_OPTIONS,
};
use axum::http::{HeaderName, HeaderValue, Method, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use desk::gate::cookie;
use std::time::Duration;
use tower_http::compression::Predicate;
use tower_http::compression::predicate::SizeAbove;

/// `Cache-Control` of what never changes.
pub const FOREVER: &str = "public, max-age=31536000, immutable";
/// The most bytes of a request body, where a route does not say otherwise.
pub const BODY: usize = 64 * 1024;

/// Nothing is loaded, nothing is run, nothing is framed: these answers are data.
const POLICY: HeaderValue = HeaderValue::from_static(
    "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
);
/// Pages, and modules that run as workers of one, load and run what this very site serves. Scripts can only be named by
/// a value that a policy of ours made (Trusted Types).
const PAGES: HeaderValue = HeaderValue::from_static(
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; connect-src 'self'; \
     worker-src 'self'; font-src 'self'; object-src 'none'; form-action 'self'; base-uri 'none'; \
     frame-ancestors 'none'; require-trusted-types-for 'script'",
);
/// The same for a page that shows files in frames of its own.
const FRAMING: HeaderValue = HeaderValue::from_static(
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; connect-src 'self'; \
     worker-src 'self'; font-src 'self'; object-src 'none'; frame-src 'self' blob:; form-action 'self'; \
     base-uri 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'",
);
const SAME_ORIGIN: HeaderValue = HeaderValue::from_static("same-origin");
const OPENER: HeaderName = HeaderName::from_static("cross-origin-opener-policy");
const RESOURCE: HeaderName = HeaderName::from_static("cross-origin-resource-policy");
/// The `Content-Type` of pages.
pub const PAGE: &str = "text/html; charset=utf-8";

/// Put into the extensions of a response by a page that shows files in frames: its policy lets it.
#[derive(Debug, Clone, Copy)]
pub struct Frames;

const NO_STORE: HeaderValue = HeaderValue::from_static("no-store");

/// Most requests.
const SHORT: Duration = Duration::from_secs(30);
/// Those that read or prove the whole log.
const LONG: Duration = Duration::from_mins(10);

/// What is worth compressing: text, of pages and of the API. Files, tiles and streams of events go out as they are.
#[derive(Debug, Clone, Copy)]
pub struct Compressible;

impl Predicate for Compressible {
    fn should_compress<B: Body>(&self, response: &axum::http::Response<B>) -> bool {
        let kind = response.headers().get(CONTENT_TYPE);
        let kind = kind.and_then(|kind| kind.to_str().ok()).unwrap_or_default();
        let is_text = [
            "text/",
            "application/json",
            "application/problem+json",
            "application/atom+xml",
            "image/svg+xml",
        ]
        .iter()
        .any(|known| kind.starts_with(known));
        is_text && !kind.starts_with("text/event-stream") && SizeAbove::new(512).should_compress(response)
    }
}

/// A layer outside of everything that answers: sets the headers of every response.
pub async fn headers(request: Request, next: Next) -> Response {
    let is_file = request.uri().path().starts_with("/static/");
    let sent = request.headers();
    let has_session = sent.contains_key(AUTHORIZATION) || (!is_file && cookie::any(sent));
    let mut response = next.run(request).await;
    let frames = response.extensions().get::<Frames>().is_some();
    let headers = response.headers_mut();
    let is_page = headers
        .get(CONTENT_TYPE)
        .is_some_and(|kind| kind == PAGE || kind == "text/javascript; charset=utf-8");
    let policy = match (is_page, frames) {
        (true, true) => FRAMING,
        (true, false) => PAGES,
        (false, _) => POLICY,
    };
    headers.insert(CONTENT_SECURITY_POLICY, policy);
    headers.insert(OPENER, SAME_ORIGIN);
    headers.insert(RESOURCE, SAME_ORIGIN);
    headers.insert(REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
    headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.insert(X_FRAME_OPTIONS, HeaderValue::from_static("DENY"));
    if has_session || !headers.contains_key(CACHE_CONTROL) {
        headers.insert(CACHE_CONTROL, NO_STORE);
    }
    if response.status() == StatusCode::TOO_MANY_REQUESTS {
        // Whoever is sent away without a better word comes back in a minute.
        let headers = response.headers_mut();
        headers
            .entry(RETRY_AFTER)
            .or_insert(HeaderValue::from_static("60"));
    }
    response
}

/// A layer of zones that are reached by TLS: whoever was here once comes by TLS for a year, and no cookie that was set
/// here is ever sent in the clear.
pub async fn strictly(request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    let set: Vec<HeaderValue> = headers.get_all(SET_COOKIE).iter().cloned().collect();
    headers.remove(SET_COOKIE);
    for cookie in set {
        headers.append(SET_COOKIE, secure(cookie));
    }
    response.headers_mut().insert(
        STRICT_TRANSPORT_SECURITY,
        HeaderValue::from_static("max-age=31536000"),
    );
    response
}

/// A cookie for TLS alone.
fn secure(cookie: HeaderValue) -> HeaderValue {
    let text = cookie.to_str().unwrap_or_default();
    if text
        .split(';')
        .any(|part| part.trim().eq_ignore_ascii_case("secure"))
    {
        return cookie;
    }
    HeaderValue::from_str(&format!("{text}; Secure")).unwrap_or(cookie)
}

/// How long a request may take until its answer begins; `None` for the parts of an upload, whose reader watches that
/// bytes keep coming.
fn limit(method: &Method, path: &str) -> Option<Duration> {
    let may_bring_bytes = matches!(*method, Method::PATCH | Method::POST);
    if may_bring_bytes && (path == "/api/uploads" || path.starts_with("/api/uploads/")) {
        return None;
    }
    let is_long = path.ends_with("/dossier") || path == "/api/audit";
    Some(if is_long { LONG } else { SHORT })
}

/// A layer that ends requests which take too long, be it that they arrive slowly or that we are slow.
pub async fn patience(request: Request, next: Next) -> Response {
    match limit(request.method(), request.uri().path()) {
        Some(limit) => within(limit, request, next).await,
        None => next.run(request).await,
    }
}

async fn within(limit: Duration, request: Request, next: Next) -> Response {
    tokio::time::timeout(limit, next.run(request))
        .await
        .unwrap_or_else(|_| too_long(limit).into_response())
}

fn too_long(limit: Duration) -> desk::Problem {
    let seconds = limit.as_secs();
    problem(
        StatusCode::SERVICE_UNAVAILABLE,
        "request.slow",
        format!("There was no answer within {seconds} s. A signed act may safely be sent again."),
        format!("{seconds} 秒内未能作答。同一签名操作可以安全地重新提交。"),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_parts_of_uploads_may_take_as_long_as_they_need() {
        assert_eq!(limit(&Method::PATCH, "/api/uploads/0a"), None);
        assert_eq!(limit(&Method::POST, "/api/uploads"), None);
        assert_eq!(limit(&Method::HEAD, "/api/uploads/0a"), Some(SHORT));
        assert_eq!(limit(&Method::POST, "/api/acts"), Some(SHORT));
        assert_eq!(limit(&Method::GET, "/api/tenders/T1/dossier"), Some(LONG));
        assert_eq!(limit(&Method::GET, "/api/audit"), Some(LONG));
    }

    #[tokio::test]
    async fn what_takes_too_long_is_ended_with_a_problem() {
        use axum::routing::get;
        use tower::ServiceExt as _;
        let slow = || async { tokio::time::sleep(Duration::from_hours(1)).await };
        let router: axum::Router = axum::Router::new()
            .route("/slow", get(slow))
            .route("/fast", get(|| async { "done" }))
            .layer(axum::middleware::from_fn(|request, next| {
                within(Duration::from_millis(50), request, next)
            }))
            .layer(axum::middleware::from_fn(headers));
        let ask = |path: &str| {
            Request::builder()
                .uri(path)
                .body(axum::body::Body::empty())
                .unwrap()
        };
        let ended = router.clone().oneshot(ask("/slow")).await.unwrap();
        assert_eq!(ended.status(), StatusCode::SERVICE_UNAVAILABLE);
        assert_eq!(ended.headers()["content-type"], "application/problem+json");
        assert_eq!(ended.headers()["cache-control"], "no-store");
        assert_eq!(ended.headers()["x-content-type-options"], "nosniff");
        let done = router.oneshot(ask("/fast")).await.unwrap();
        assert_eq!(done.status(), StatusCode::OK);
    }
}
