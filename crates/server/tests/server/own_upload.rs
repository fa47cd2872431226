//! A finished upload is given back, by ranges, to who uploaded it and to nobody else; and the self-check that uses this.

use crate::pages::{assert_page, open};
use crate::people::{enrolment, key, land, sign_in};
use crate::platform::{Database, Platform};
use crate::web::{Answer, ask};
use facts::Role;

struct Caller<'a> {
    base: &'a str,
    bearer: String,
}

impl Caller<'_> {
    fn ask(&self, method: &str, path: &str, more: &[(&str, &str)], body: &[u8]) -> Answer {
        let mut headers = vec![
            ("authorization", self.bearer.as_str()),
            ("tus-resumable", "1.0.0"),
        ];
        headers.extend(more);
        ask(self.base, method, path, &headers, body)
    }
}

#[test]
fn what_was_uploaded_is_read_back_by_its_owner_alone() {
    let platform = Platform::start(&Database::sqlite());
    let base = platform.procurement();
    let [own, other] = ["bidder-01", "bidder-02"].map(|account| {
        land(base, &enrolment(account, &key(account), Role::Bidder));
        let bearer = format!("Bearer {}", sign_in(base, "procurement", &key(account)));
        Caller { base, bearer }
    });
    // base64 of `body`
    let announced = [("upload-length", "6"), ("upload-metadata", "kind Ym9keQ==")];
    let begun = own.ask("POST", "/api/uploads", &announced, b"");
    assert_eq!(begun.status, 201, "{}", begun.text());
    let path = begun.header("location").to_owned();
    let unfinished = own.ask("GET", &path, &[], b"");
    assert_eq!(
        (unfinished.status, unfinished.code().as_str()),
        (404, "upload.unfinished")
    );
    let part = [
        ("upload-offset", "0"),
        ("content-type", "application/offset+octet-stream"),
    ];
    assert_eq!(own.ask("PATCH", &path, &part, b"abcdef").status, 204);

    let whole = own.ask("GET", &path, &[], b"");
    assert_eq!(
        (whole.status, whole.text().as_str(), whole.header("cache-control")),
        (200, "abcdef", "no-store")
    );
    let piece = own.ask("GET", &path, &[("range", "bytes=1-3")], b"");
    assert_eq!((piece.status, piece.text().as_str()), (206, "bcd"));
    assert_eq!(piece.header("content-range"), "bytes 1-3/6");
    assert_eq!(piece.header("cache-control"), "no-store");

    let refused = other.ask("GET", &path, &[], b"");
    let unknown = other.ask("GET", "/api/uploads/none", &[], b"");
    assert_eq!((refused.status, unknown.status), (404, 404));
    assert_eq!(refused.code(), unknown.code());
    assert_eq!(ask(base, "GET", &path, &[], b"").status, 401);
}

#[test]
fn every_zone_has_the_self_check() {
    let platform = Platform::start(&Database::sqlite());
    let all = platform.addresses();
    for base in [&all.procurement, &all.evaluation, &all.supervision] {
        for language in ["zh", "en"] {
            let page = open(base, "/self-check", language);
            assert_eq!(page.status, 200, "{}", page.text());
            assert_page(&page, language, "/self-check");
            assert!(page.text().contains("data-step=\"upload\""));
        }
    }
    let sign_in = open(platform.procurement(), "/sign-in", "en").text();
    assert!(sign_in.contains("href=\"/self-check\""), "{sign_in}");
}
