//! Files on their way out.
//!
//! Invariant: a file is streamed in constant memory, and only after whoever sends it has decided that it may be seen.

use crate::doors::Doors;
use crate::zones::shield::FOREVER;
use axum::body::Body;
use axum::http::header::{
    CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_LENGTH, CONTENT_RANGE, CONTENT_TYPE, RANGE,
};
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use desk::ports::Content;
use desk::{Outage, Problem};
use tokio::io::{AsyncReadExt as _, AsyncSeekExt as _};
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

/// Streams an object of the vault, or the one range of its bytes that is asked for (RFC 9110, section 14); a range
/// of another form, or beyond the end, is answered with the whole.
pub async fn send_range(
    doors: &Doors,
    content: Content,
    digest: [u8; 32],
    headers: &HeaderMap,
) -> Result<Option<Response>, Problem> {
    let Some(path) = doors.vault.path(content, digest).await? else {
        return Ok(None);
    };
    let outage = |what: &'static str| move |e: std::io::Error| Outage::new(what, e);
    let length = tokio::fs::metadata(&path)
        .await
        .map_err(outage("reading an object of the vault"))?
        .len();
    let asked = headers.get(RANGE).and_then(|value| value.to_str().ok());
    let Some((first, last)) = asked.and_then(range).filter(|(_, last)| *last < length) else {
        return send(doors, content, digest, None).await;
    };
    let mut file = tokio::fs::File::open(&path)
        .await
        .map_err(outage("opening an object of the vault"))?;
    file.seek(std::io::SeekFrom::Start(first))
        .await
        .map_err(outage("reading an object of the vault"))?;
    let wanted = last.saturating_sub(first).saturating_add(1);
    Response::builder()
        .status(StatusCode::PARTIAL_CONTENT)
        .header(CONTENT_TYPE, "application/octet-stream")
        .header(CONTENT_LENGTH, wanted)
        .header(CONTENT_RANGE, format!("bytes {first}-{last}/{length}"))
        .header(CACHE_CONTROL, "no-store")
        .body(Body::from_stream(ReaderStream::new(file.take(wanted))))
        .map(Some)
        .map_err(|e| Outage::new("answering with a file", e).into())
}

/// `bytes=first-last`, both given and in order.
fn range(asked: &str) -> Option<(u64, u64)> {
    let (first, last) = asked.strip_prefix("bytes=")?.split_once('-')?;
    let (first, last) = (first.parse().ok()?, last.parse().ok()?);
    (first <= last).then_some((first, last))
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

#[cfg(test)]
mod tests {
    use super::range;

    #[test]
    fn one_range_in_one_form() {
        assert_eq!(range("bytes=0-55"), Some((0, 55)));
        assert_eq!(range("bytes=7-7"), Some((7, 7)));
        for other in [
            "bytes=7-6",
            "bytes=-5",
            "bytes=5-",
            "bytes=0-1,3-4",
            "lines=0-1",
            "bytes=a-b",
            "",
        ] {
            assert_eq!(range(other), None, "{other}");
        }
    }
}
