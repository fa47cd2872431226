//! Headers of every answer, what may be kept by caches, and how much may be sent.

use crate::people::{enrolment, key, land, sign_in};
use crate::platform::{Database, Platform};
use crate::web::{Answer, ask, get, try_ask};
use facts::Role;

fn assert_guarded(answer: &Answer, what: &str) {
    assert_eq!(answer.header("x-content-type-options"), "nosniff", "{what}");
    assert_eq!(answer.header("referrer-policy"), "no-referrer", "{what}");
    assert_eq!(answer.header("x-frame-options"), "DENY", "{what}");
    let policy = answer.header("content-security-policy");
    assert!(
        policy.contains("default-src 'none'") && policy.contains("frame-ancestors 'none'"),
        "{what}: {policy}"
    );
    assert!(!answer.header("cache-control").is_empty(), "{what}");
    assert_eq!(answer.header("kaibiao-operation").len(), 16, "{what}");
}

#[test]
fn every_answer_is_guarded() {
    let platform = Platform::start(&Database::sqlite());
    let zones = platform.addresses();
    for base in [&zones.procurement, &zones.evaluation, &zones.supervision] {
        let paths = [
            "/",
            "/health",
            "/openapi.json",
            "/api/platform",
            "/log/checkpoint",
            "/log/entry/0",
            "/log/entry/9",
        ];
        for path in paths
            .into_iter()
            .chain(["/nothing/here", "/log/tile/0/000.p/1", "/log/tile/nonsense"])
        {
            assert_guarded(&get(base, path), path);
        }
        assert_guarded(&ask(base, "PUT", "/health", &[], b""), "a wrong method");
        assert_guarded(&ask(base, "POST", "/api/acts", &[], b"{}"), "a refused act");
    }
}

#[test]
fn what_a_session_brings_about_is_not_kept() {
    let platform = Platform::start(&Database::sqlite());
    let base = platform.procurement();
    land(base, &enrolment("bidder-01", &key("bidder-01"), Role::Bidder));
    let bearer = format!("Bearer {}", sign_in(base, "procurement", &key("bidder-01")));
    for path in [
        "/api/tenders/T1/bids/mine",
        "/log/tile/0/000.p/1",
        "/api/platform",
    ] {
        let answer = ask(base, "GET", path, &[("authorization", &bearer)], b"");
        assert_eq!(answer.header("cache-control"), "no-store", "{path}");
    }
    assert_eq!(get(base, "/log/checkpoint").header("cache-control"), "no-store");
}

#[test]
fn what_never_changes_may_be_kept_for_ever() {
    let platform = Platform::start(&Database::sqlite());
    let base = platform.procurement();
    for path in [
        "/log/tile/0/000.p/1",
        "/log/tile/entries/000.p/1",
        "/log/consistency?from=0&to=1",
    ] {
        let answer = get(base, path);
        assert_eq!(answer.status, 200, "{path}: {}", answer.text());
        assert!(answer.header("cache-control").contains("immutable"), "{path}");
    }
    // The same paths beyond the log: that may change, and is not kept.
    let beyond = get(base, "/log/tile/0/000.p/200");
    assert_eq!((beyond.status, beyond.header("cache-control")), (404, "no-store"));
}

#[test]
fn an_entry_is_kept_but_asked_about_again() {
    let platform = Platform::start(&Database::sqlite());
    let base = platform.procurement();
    let first = get(base, "/log/entry/0");
    assert_eq!(first.header("cache-control"), "public, no-cache");
    let tag = first.header("etag").to_owned();
    assert!(tag.starts_with('"') && tag.len() == 66, "{tag}");
    let unchanged = ask(base, "GET", "/log/entry/0", &[("if-none-match", &tag)], b"");
    assert_eq!((unchanged.status, unchanged.body.len()), (304, 0));
    let several = format!("\"other\", W/{tag}");
    assert_eq!(
        ask(base, "GET", "/log/entry/0", &[("if-none-match", &several)], b"").status,
        304
    );
    let changed = ask(
        base,
        "GET",
        "/log/entry/0",
        &[("if-none-match", "\"other\"")],
        b"",
    );
    assert_eq!((changed.status, changed.body), (200, first.body));
}

#[test]
fn bodies_are_limited() {
    let platform = Platform::start(&Database::sqlite());
    let base = platform.procurement();
    let headers = [("content-type", "application/json")];
    // Whoever goes on sending may find the connection closed before the answer is read.
    for (path, length) in [
        ("/api/session", 65 * 1024),
        ("/api/session/challenge", 65 * 1024),
        ("/api/acts", 5 << 20),
    ] {
        if let Ok(answer) = try_ask(base, "POST", path, &headers, &vec![b' '; length]) {
            assert_eq!(answer.status, 413, "{path}: {}", answer.text());
            assert_eq!(answer.code(), "request.too_large", "{path}");
        }
    }
    // An act may be longer than other bodies.
    let answer = ask(base, "POST", "/api/acts", &headers, &vec![b' '; 1 << 20]);
    assert_eq!((answer.status, answer.code().as_str()), (422, "act.malformed"));
}
