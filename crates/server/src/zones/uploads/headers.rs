//! The headers of tus 1.0, read strictly.
//!
//! Invariant: what is not understood is refused with its reason, never guessed; what is announced is known before a
//! byte is taken.

use crate::zones::problem::{bad_request, problem};
use axum::http::{HeaderMap, StatusCode};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use desk::Problem;
use desk::ports::{Checksum, Content};

/// The version spoken.
pub(super) const TUS: &str = "1.0.0";
/// The type of the bytes of an upload.
pub(super) const BYTES: &str = "application/offset+octet-stream";

/// A header that must be a decimal number.
pub(super) fn number(headers: &HeaderMap, name: &'static str) -> Result<u64, Problem> {
    let text = headers.get(name).and_then(|v| v.to_str().ok());
    let digits = text.filter(|text| text.bytes().all(|b| b.is_ascii_digit()));
    digits.and_then(|text| text.parse().ok()).ok_or_else(|| {
        bad_request(
            "upload.header",
            format!("the header {name} must be a decimal number"),
            format!("请求头 {name} 应为十进制数。"),
        )
    })
}

/// Refuses another version of the protocol.
pub(super) fn tus(headers: &HeaderMap) -> Result<(), Problem> {
    if headers.get("tus-resumable").is_some_and(|version| version == TUS) {
        return Ok(());
    }
    Err(problem(
        StatusCode::PRECONDITION_FAILED,
        "upload.version",
        "this server speaks tus 1.0.0: send the header Tus-Resumable: 1.0.0",
        "本服务使用 tus 1.0.0 协议,请发送请求头 Tus-Resumable: 1.0.0。",
    ))
}

/// Refuses ways to begin an upload that would leave its length or its order open.
pub(super) fn plain(headers: &HeaderMap) -> Result<(), Problem> {
    if headers.contains_key("upload-defer-length") {
        return Err(bad_request(
            "upload.length_deferred",
            "the length must be declared first, in Upload-Length: what is too long is refused before it is sent",
            "须先在 Upload-Length 中声明长度:超限的上传在发送前即予拒绝,不接受 Upload-Defer-Length。",
        ));
    }
    if headers.contains_key("upload-concat") {
        return Err(bad_request(
            "upload.concatenation",
            "uploads are not put together from others; send the whole as one upload, in as many parts as you like",
            "不支持拼接上传;请作为一个上传任务分段发送。",
        ));
    }
    Ok(())
}

/// Whether the body of a request is bytes of the upload.
pub(super) fn has_bytes(headers: &HeaderMap) -> bool {
    headers.get("content-type").is_some_and(|kind| kind == BYTES)
}

/// What the upload is for, by the one pair that `Upload-Metadata` has.
pub(super) fn content(headers: &HeaderMap) -> Result<Content, Problem> {
    let mut given = headers.get_all("upload-metadata").iter();
    let only = given.next().filter(|_| given.next().is_none());
    let pair = only
        .and_then(|v| v.to_str().ok())
        .and_then(|v| v.trim().split_once(' '));
    let kind = pair.filter(|(name, _)| *name == "kind");
    let kind = kind.and_then(|(_, value)| STANDARD.decode(value).ok());
    match kind.as_deref() {
        Some(b"body") => Ok(Content::Body),
        Some(b"document") => Ok(Content::Document),
        _ => Err(bad_request(
            "upload.kind",
            "Upload-Metadata must be `kind` and the base64 of `body` (a sealed part) or `document`, and nothing else: \
             the name of a file could betray what is sealed",
            "Upload-Metadata 须为 kind 及 body(加密文件)或 document(文件)的 base64,不得含其他内容:文件名可能泄露密封内容。",
        )),
    }
}

/// The one pair of metadata, as it was sent.
pub(super) const fn metadata(content: Content) -> &'static str {
    match content {
        Content::Body => "kind Ym9keQ==",
        Content::Document => "kind ZG9jdW1lbnQ=",
    }
}

/// The checksum of the part that follows, if it has one.
pub(super) fn checksum(headers: &HeaderMap) -> Result<Option<Checksum>, Problem> {
    let Some(value) = headers.get("upload-checksum") else {
        return Ok(None);
    };
    let pair = value.to_str().ok().and_then(|text| text.split_once(' '));
    let read = pair.and_then(|(algorithm, sum)| {
        let sum = STANDARD.decode(sum).ok()?;
        match algorithm {
            "sha1" => Some(Checksum::Sha1(sum.try_into().ok()?)),
            "sha256" => Some(Checksum::Sha256(sum.try_into().ok()?)),
            _ => None,
        }
    });
    read.map(Some).ok_or_else(|| {
        bad_request(
            "upload.checksum_invalid",
            "Upload-Checksum must be `sha256` or `sha1` and the base64 of that checksum of this part",
            "Upload-Checksum 须为 sha256 或 sha1 及本段相应校验值的 base64。",
        )
        .with_status(StatusCode::BAD_REQUEST)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn with(name: &'static str, values: &[&str]) -> HeaderMap {
        let mut headers = HeaderMap::new();
        for value in values {
            headers.append(name, value.parse().unwrap());
        }
        headers
    }

    #[test]
    fn metadata_is_the_kind_and_nothing_else() {
        let read = |values: &[&str]| content(&with("upload-metadata", values)).ok();
        for known in [Content::Body, Content::Document] {
            assert_eq!(read(&[metadata(known)]), Some(known));
        }
        for wrong in [
            "",
            "kind",
            "kind ",
            "kind Ym9keQ",
            "kind  Ym9keQ==",
            "kind Ym9keQ==,kind Ym9keQ==",
            "kind Ym9keQ==,filename YQ==",
            "filename YQ==",
            "Kind Ym9keQ==",
        ] {
            assert_eq!(read(&[wrong]), None, "{wrong}");
        }
        assert_eq!(read(&["kind Ym9keQ==", "kind Ym9keQ=="]), None);
        assert_eq!(read(&[]), None);
    }

    #[test]
    fn checksums_are_of_known_algorithms_and_the_right_length() {
        let read = |value: &str| checksum(&with("upload-checksum", &[value]));
        let sum = |length: usize| STANDARD.encode(vec![7; length]);
        assert_eq!(checksum(&HeaderMap::new()).unwrap(), None);
        assert_eq!(
            read(&format!("sha1 {}", sum(20))).unwrap(),
            Some(Checksum::Sha1([7; 20]))
        );
        assert_eq!(
            read(&format!("sha256 {}", sum(32))).unwrap(),
            Some(Checksum::Sha256([7; 32]))
        );
        for wrong in [
            format!("sha1 {}", sum(32)),
            format!("sha256 {}", sum(20)),
            format!("md5 {}", sum(16)),
            format!("sha256{}", sum(32)),
            "sha256 no".to_owned(),
            "sha256".to_owned(),
        ] {
            assert!(read(&wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn numbers_are_digits() {
        let read = |value: &str| number(&with("upload-length", &[value]), "upload-length").ok();
        assert_eq!(read("12"), Some(12));
        for wrong in ["+1", "-1", "1.0", "", " 1", "0x1", "99999999999999999999"] {
            assert_eq!(read(wrong), None, "{wrong}");
        }
    }
}
