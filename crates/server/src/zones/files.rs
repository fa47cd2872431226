//! Files on their way out.
//!
//! Invariant: a file is streamed in constant memory, and only after whoever sends it has decided that it may be seen.

use crate::doors::Doors;
use crate::zones::shield::FOREVER;
use axum::body::Body;
use axum::http::header::{CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_LENGTH, CONTENT_TYPE};
use axum::response::Response;
use desk::ports::Content;
use desk::{Outage, Problem};
use tokio_util::io::ReaderStream;

/// Streams an object of the vault; `None` if it is not here. What lies under a digest never changes.
pub async fn send(
    doors: &Doors,
    content: Content,
    digest: [u8; 32],
    name: Option<&str>,
) -> Result<Option<Response>, Problem> {
    let Some(path) = doors.vault.path(content, digest).await? else {
        return Ok(None);
    };
    let file = tokio::fs::File::open(&path)
        .await
        .map_err(|e| Outage::new("opening an object of the vault", e))?;
    let length = file
        .metadata()
        .await
        .map_err(|e| Outage::new("reading an object of the vault", e))?
        .len();
    let mut response = Response::builder()
        .header(CONTENT_TYPE, "application/octet-stream")
        .header(CONTENT_LENGTH, length)
        .header(CACHE_CONTROL, FOREVER);
    if let Some(name) = name {
        response = response.header(CONTENT_DISPOSITION, attachment(name));
    }
    let body = Body::from_stream(ReaderStream::with_capacity(file, 256 * 1024));
    response
        .body(body)
        .map(Some)
        .map_err(|e| Outage::new("answering with a file", e).into())
}

/// RFC 6266 with the name in UTF-8 (RFC 8187).
#[must_use]
pub fn attachment(name: &str) -> String {
    let encoded: String = name
        .bytes()
        .map(|b| {
            if b.is_ascii_alphanumeric() || b == b'.' {
                char::from(b).to_string()
            } else {
                format!("%{b:02X}")
            }
        })
        .collect();
    format!("attachment; filename*=UTF-8''{encoded}")
}
