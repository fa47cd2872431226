//! Problems as people read them.
//!
//! Invariant: whoever asks for HTML gets a page that says in one sentence what is wrong and names the operation; a
//! program gets the problem document of RFC 9457, with the same status.

use crate::doors::Doors;
use crate::pages::layout::Layout;
use crate::pages::shown;
use askama::Template;
use axum::extract::{Request, State};
use axum::http::HeaderMap;
use axum::http::header::{ACCEPT, CONTENT_LENGTH, CONTENT_TYPE};
use axum::middleware::Next;
use axum::response::Response;
use serde::Deserialize;

/// The members of a problem document that a page shows.
#[derive(Debug, Deserialize)]
struct Told {
    detail: String,
    zh: String,
    code: String,
    operation: String,
    status: u16,
}

#[derive(Template)]
#[template(path = "problem.html")]
struct ProblemPage {
    l: Layout,
    told: Told,
}

/// The most of a problem document that is read, in bytes.
const LONGEST: usize = 64 * 1024;

/// A layer outside of whatever answers with problems.
pub async fn for_people(State(doors): State<Doors>, request: Request, next: Next) -> Response {
    if !wants_page(request.headers()) {
        return next.run(request).await;
    }
    let (headers, uri) = (request.headers().clone(), request.uri().clone());
    let response = next.run(request).await;
    let is_problem = response
        .headers()
        .get(CONTENT_TYPE)
        .is_some_and(|kind| kind == "application/problem+json");
    if !is_problem {
        return response;
    }
    let (mut parts, body) = response.into_parts();
    let bytes = axum::body::to_bytes(body, LONGEST).await.unwrap_or_default();
    let told = serde_json::from_slice::<Told>(&bytes);
    let layout = Layout::of(&doors, &headers, &uri).await;
    let page = told
        .ok()
        .zip(layout.ok())
        .and_then(|(told, l)| shown(&ProblemPage { l, told }).ok());
    match page {
        Some(page) => {
            let (own, body) = page.into_parts();
            parts.headers.remove(CONTENT_LENGTH);
            parts.headers.extend(own.headers);
            Response::from_parts(parts, body)
        }
        None => Response::from_parts(parts, bytes.into()),
    }
}

/// Whether HTML is asked for by name, as browsers do when they open an address.
fn wants_page(headers: &HeaderMap) -> bool {
    headers
        .get(ACCEPT)
        .and_then(|accept| accept.to_str().ok())
        .is_some_and(|accept| accept.contains("text/html"))
}
