//! The files that pages load: styles, modules, images; embedded in the binary, from `web/static`.
//!
//! Invariant: what is served under an address with its version never changes; without one the browser asks again.

use crate::doors::Doors;
use crate::zones::problem::not_found;
use crate::zones::shield::FOREVER;
use axum::Router;
use axum::extract::{Path, Query};
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE, ETAG, IF_NONE_MATCH};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse as _, Response};
use axum::routing::get;
use desk::Problem;
use rust_embed::RustEmbed;
use serde::Deserialize;

#[derive(RustEmbed)]
#[folder = "../../web/static"]
struct Static;

/// The route of the files.
pub fn routes() -> Router<Doors> {
    Router::new().route("/static/{*path}", get(file))
}

/// The address of a file with its version; of a file that does not exist without one.
#[must_use]
pub fn address(path: &str) -> String {
    Static::get(path).map_or_else(
        || format!("/static/{path}"),
        |file| format!("/static/{path}?v={}", version(&file)),
    )
}

/// The first eight bytes of the file's SHA-256.
fn version(file: &rust_embed::EmbeddedFile) -> String {
    let hash = file.metadata.sha256_hash();
    hex::encode(hash.get(..8).unwrap_or_default())
}

#[derive(Deserialize)]
struct Version {
    v: Option<String>,
}

async fn file(
    Path(path): Path<String>,
    Query(asked): Query<Version>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let Some((file, kind)) = Static::get(&path).zip(kind(&path)) else {
        return Err(not_found(
            "route.unknown",
            "There is nothing at this address.",
            "该地址不存在。",
        ));
    };
    let version = version(&file);
    let tag = format!("\"{version}\"");
    let caching = if asked.v.as_deref() == Some(&version) {
        FOREVER
    } else {
        "public, no-cache"
    };
    let known = headers.get(IF_NONE_MATCH).and_then(|known| known.to_str().ok());
    let is_known = known.is_some_and(|known| known.split(',').any(|one| one.trim().ends_with(&tag)));
    let told = [(CACHE_CONTROL, caching), (ETAG, tag.as_str())];
    let kind = [(CONTENT_TYPE, kind)];
    if is_known {
        // With its type, because the policy of the answer follows from it, and a browser takes the policy of a file that
        // it kept from here: a worker under the policy of data could ask the platform for nothing.
        return Ok((StatusCode::NOT_MODIFIED, told, kind).into_response());
    }
    Ok((told, kind, file.data).into_response())
}

/// What a file is, by the end of its name; others are not served.
fn kind(path: &str) -> Option<&'static str> {
    let (_, end) = path.rsplit_once('.')?;
    Some(match end {
        "css" => "text/css; charset=utf-8",
        "js" => "text/javascript; charset=utf-8",
        "json" => "application/json",
        "svg" => "image/svg+xml",
        "txt" => "text/plain; charset=utf-8",
        _ => return None,
    })
}
