//! Requests as wrong as they can be: every answer is a problem document with a stable code, none is an outage.

use crate::http::{Answer, Ask, ask};
use crate::people::{Person, head, newcomer, registrar, sign_in};
use crate::platform::{Database, MAX_UPLOAD, ORIGIN, Platform, on_both};
use base64::Engine as _;
use cli::Zone;
use facts::{Hex, Role};
use seal::SigningKey;
use serde_json::{Value, json};

fn refused(answer: &Answer, status: u16, code: &str, what: &str) {
    assert_eq!(answer.status, status, "{what}: {}", answer.text());
    assert_eq!(answer.problem(), code, "{what}: {}", answer.text());
}

fn paths_and_queries(database: &Database) {
    let platform = Platform::start(database);
    let zones = [
        platform.addresses.procurement.as_str(),
        platform.addresses.evaluation.as_str(),
        platform.addresses.supervision.as_str(),
    ];
    let before = head(zones[0]);
    let everywhere = [
        ("/nothing", 404, "route.unknown"),
        ("/api/", 404, "route.unknown"),
        ("/log/entry/abc", 400, "request.malformed"),
        ("/log/entry/-1", 400, "request.malformed"),
        ("/log/entry/18446744073709551616", 400, "request.malformed"),
        ("/log/entry/18446744073709551615", 404, "log.beyond"),
        ("/log/entry/9223372036854775808", 404, "log.beyond"),
        ("/log/entry/%FF", 400, "request.malformed"),
        ("/log/proof/99999", 404, "log.beyond"),
        ("/log/proof/0?size=x", 400, "request.malformed"),
        ("/log/proof/0?size=0", 404, "log.no_checkpoint"),
        ("/log/proof/0?size=18446744073709551615", 404, "log.no_checkpoint"),
        ("/log/proofs", 400, "request.malformed"),
        ("/log/proofs?seqs=", 400, "log.seqs"),
        ("/log/proofs?seqs=1,,2", 400, "log.seqs"),
        ("/log/proofs?seqs=0,99999", 404, "log.beyond"),
        ("/log/consistency", 400, "request.malformed"),
        ("/log/consistency?from=0", 400, "request.malformed"),
        ("/log/consistency?from=2&to=1", 400, "log.span"),
        ("/log/consistency?from=0&to=18446744073709551615", 400, "log.span"),
        ("/log/tile/0/001", 404, "log.beyond"),
        ("/log/tile/0/000.p/256", 404, "log.path"),
        ("/log/tile/64/000", 404, "log.path"),
        ("/log/tile/0/x001", 404, "log.path"),
        ("/log/tile/0/..%2F..%2Fetc", 404, "log.path"),
        (
            "/log/tile/entries/x999/x999/x999/x999/x999/999",
            404,
            "log.beyond",
        ),
    ];
    for base in zones {
        for (path, status, code) in everywhere {
            refused(&ask(base, "GET", path).send(), status, code, path);
        }
        let many = format!("/log/proofs?seqs={}", vec!["0"; 257].join(","));
        refused(&ask(base, "GET", &many).send(), 400, "log.seqs", "257 proofs");
        let wrong = ask(base, "DELETE", "/log/checkpoint").send();
        refused(&wrong, 405, "route.method", "DELETE");
        assert!(
            wrong.header("allow").is_some_and(|allow| allow.contains("GET")),
            "{:?}",
            wrong.headers
        );
        refused(
            &ask(base, "PUT", "/api/acts").body("{}").send(),
            405,
            "route.method",
            "PUT",
        );
        refused(&ask(base, "BREW", "/health").send(), 405, "route.method", "BREW");
    }
    let long = format!("/api/tenders/{}", "x".repeat(1_000));
    let here = [
        ("/api/tenders/T1", 404, "tender.unknown"),
        ("/api/tenders/T%201", 400, "request.malformed"),
        ("/api/tenders/%E6%8B%9B", 400, "request.malformed"),
        ("/api/tenders/..%2F..", 400, "request.malformed"),
        (long.as_str(), 400, "request.malformed"),
        ("/api/tenders?limit=many", 400, "request.malformed"),
        ("/api/tenders?limit=-1", 400, "request.malformed"),
        ("/api/accounts/nobody", 404, "account.unknown"),
        ("/api/accounts/a%00b", 400, "request.malformed"),
        ("/api/ceremonies/none", 404, "ceremony.unknown"),
        ("/api/tenders/T1/documents/xyz", 400, "request.malformed"),
        ("/api/tenders/T1/bodies/00", 400, "request.malformed"),
        ("/api/tenders/T1/envelopes/open", 404, "tender.unknown"),
        ("/api/tenders/T1/dossier", 404, "tender.unknown"),
        ("/api/tenders/T1/bids/mine", 401, "session.missing"),
        ("/api/uploads/x", 401, "session.missing"),
        ("/api/acts", 405, "route.method"),
    ];
    for (path, status, code) in here {
        refused(&ask(zones[0], "GET", path).send(), status, code, path);
    }
    refused(
        &ask(zones[1], "GET", "/api/tenders").send(),
        404,
        "route.unknown",
        "tenders in the evaluation zone",
    );
    refused(
        &ask(zones[2], "GET", "/api/evaluations/T1").send(),
        404,
        "route.unknown",
        "supervision",
    );
    assert_eq!(head(zones[0]), before);
}

fn a_page_of_anything_stays_a_page(database: &Database) {
    let platform = Platform::start(database);
    let base = &platform.addresses.procurement;
    for path in [
        "/api/tenders?limit=0",
        "/api/tenders?after=zzz",
        "/api/tenders?after=",
        "/api/ceremonies?limit=4294967295",
    ] {
        let answer = ask(base, "GET", path).send();
        assert_eq!(answer.status, 200, "{path}: {}", answer.text());
    }
}

fn session(base: &str, body: impl Into<Vec<u8>>) -> Ask {
    ask(base, "POST", "/api/session")
        .header("content-type", "application/json")
        .body(body)
}

fn signing_in(database: &Database) {
    let platform = Platform::start(database);
    let mut registry = registrar(&platform);
    let person = newcomer(&platform, &mut registry, "buyer", Role::Buyer);
    let base = platform.addresses.procurement.as_str();
    for (what, body) in [("nothing", ""), ("no JSON", "hello"), ("truncated", "{\"key\":")] {
        refused(&session(base, body).send(), 400, "request.malformed", what);
    }
    for (what, body) in [
        ("no member", "{}"),
        (
            "a short key",
            "{\"challenge\":\"00\",\"key\":\"00\",\"sig\":\"00\"}",
        ),
        ("a member too many", "{\"x\":1}"),
    ] {
        refused(&session(base, body).send(), 422, "request.malformed", what);
    }
    let typeless = ask(base, "POST", "/api/session").body("{}").send();
    refused(&typeless, 415, "request.type", "no content type");

    let challenge = || {
        let said = ask(base, "POST", "/api/session/challenge")
            .json(&json!({}))
            .send()
            .json();
        serde_json::from_value::<Hex<32>>(said["challenge"].clone()).unwrap()
    };
    let answer = |key: &SigningKey, challenge: Hex<32>, zone: Zone, origin: &str| -> Value {
        let message = ledger::message::session(origin, zone.word(), &challenge.0);
        let sig = Hex(key.sign(&message).to_bytes());
        json!({ "challenge": challenge, "key": Hex(key.public().to_bytes()), "sig": sig })
    };
    let stranger = SigningKey::from_seed(&[3; 32]);
    let here = Zone::Procurement;
    let mut sentences = Vec::new();
    let used = challenge();
    let first = session(base, answer(&person.key, used, here, ORIGIN).to_string()).send();
    assert_eq!(first.status, 200, "{}", first.text());
    let cases = [
        ("an unknown key", answer(&stranger, challenge(), here, ORIGIN)),
        (
            "another zone",
            answer(&person.key, challenge(), Zone::Evaluation, ORIGIN),
        ),
        (
            "another log",
            answer(&person.key, challenge(), here, "other.example/log"),
        ),
        (
            "a challenge of nobody's",
            answer(&person.key, Hex([8; 32]), here, ORIGIN),
        ),
        ("a challenge used before", answer(&person.key, used, here, ORIGIN)),
    ];
    for (what, body) in cases {
        let answer = session(base, body.to_string()).send();
        refused(&answer, 401, "session.refused", what);
        sentences.push(answer.json()["detail"].clone());
    }
    sentences.dedup();
    assert_eq!(
        sentences.len(),
        1,
        "no answer tells whether a key is enrolled: {sentences:?}"
    );
    // A challenge waits two minutes and no longer.
    let old = challenge();
    platform.advance(121_000);
    let answer = session(base, answer(&person.key, old, here, ORIGIN).to_string()).send();
    refused(&answer, 401, "session.refused", "an old challenge");
    // A session ends when it was not used for half an hour.
    let token = sign_in(base, here, &person.key).json()["token"]
        .as_str()
        .unwrap()
        .to_owned();
    let mine = || {
        ask(base, "GET", "/api/tenders/T1/bids/mine")
            .bearer(Some(&token))
            .send()
    };
    assert_eq!(mine().problem(), "role.missing");
    platform.advance(31 * 60_000);
    refused(&mine(), 401, "session.missing", "an old session");
    for header in ["Bearer", "Bearer x", "Basic dTpw", "bearer 00", ""] {
        let request = ask(base, "GET", "/api/tenders/T1/bids/mine").header("authorization", header);
        refused(&request.send(), 401, "session.missing", header);
    }
}

struct Uploads {
    platform: Platform,
    token: String,
}

impl Uploads {
    fn new(database: &Database) -> Self {
        let platform = Platform::start(database);
        let mut registry = registrar(&platform);
        let mut bidder = newcomer(&platform, &mut registry, "bidder-01", Role::Bidder);
        let token = bidder.token(Zone::Procurement);
        Self { platform, token }
    }

    fn ask(&self, method: &str, path: &str) -> Ask {
        ask(&self.platform.addresses.procurement, method, path)
            .bearer(Some(&self.token))
            .header("tus-resumable", "1.0.0")
    }

    fn begin(&self, length: &str, metadata: &str) -> Answer {
        self.ask("POST", "/api/uploads")
            .header("upload-length", length)
            .header("upload-metadata", metadata)
            .send()
    }

    fn place(&self, length: usize) -> String {
        let begun = self.begin(&length.to_string(), &kind("body"));
        assert_eq!(begun.status, 201, "{}", begun.text());
        begun.header("location").unwrap().to_owned()
    }

    fn patch(&self, place: &str, offset: &str, bytes: &[u8]) -> Ask {
        self.ask("PATCH", place)
            .header("content-type", "application/offset+octet-stream")
            .header("upload-offset", offset)
            .body(bytes)
    }

    fn offset(&self, place: &str) -> String {
        self.ask("HEAD", place)
            .send()
            .header("upload-offset")
            .unwrap_or("none")
            .to_owned()
    }
}

fn kind(word: &str) -> String {
    format!("kind {}", base64::engine::general_purpose::STANDARD.encode(word))
}

fn uploads(database: &Database) {
    let uploads = Uploads::new(database);
    let base = uploads.platform.addresses.procurement.as_str();
    let anonymous = ask(base, "POST", "/api/uploads").header("upload-length", "1");
    refused(&anonymous.send(), 401, "session.missing", "nobody");
    let old = ask(base, "POST", "/api/uploads")
        .bearer(Some(&uploads.token))
        .header("tus-resumable", "0.2.2");
    refused(&old.send(), 412, "upload.version", "an old protocol");
    for length in ["", "-1", "ten", "1.5", "18446744073709551616"] {
        refused(
            &uploads.begin(length, &kind("body")),
            400,
            "upload.header",
            length,
        );
    }
    let over = MAX_UPLOAD + 1;
    refused(
        &uploads.begin(&over.to_string(), &kind("body")),
        413,
        "upload.too_long",
        "one byte too many",
    );
    for metadata in ["", "kind", "kind !!!", "name Zm9v", &kind("virus")] {
        refused(&uploads.begin("1", metadata), 400, "upload.kind", metadata);
    }
    refused(
        &uploads.begin("1", &kind("document")),
        403,
        "upload.role",
        "a bidder's document",
    );

    let place = uploads.place(10);
    refused(
        &uploads.patch(&place, "4", b"bytes").send(),
        409,
        "upload.offset",
        "a gap",
    );
    refused(
        &uploads.patch(&place, "x", b"bytes").send(),
        400,
        "upload.header",
        "no offset",
    );
    let typed = uploads
        .ask("PATCH", &place)
        .header("upload-offset", "0")
        .body("bytes");
    refused(&typed.send(), 415, "upload.type", "no content type");
    refused(
        &uploads.patch(&place, "0", b"eleven bytes").send(),
        413,
        "upload.too_long",
        "more than announced",
    );
    assert!(["0", "10"].contains(&uploads.offset(&place).as_str()));

    let place = uploads.place(10);
    // A connection that breaks in the middle: what arrived is kept, and the upload goes on there.
    uploads.patch(&place, "0", b"0123456789").cut(4).try_send();
    assert_eq!(uploads.offset(&place), "4");
    let done = uploads.patch(&place, "4", b"456789").send();
    assert_eq!(done.status, 204, "{}", done.text());
    let mut digest = seal::BodyHasher::new(seal::Suite::Tree64k);
    digest.update(b"0123456789");
    assert_eq!(
        done.header("kaibiao-digest"),
        Some(Hex(digest.finish()).to_string().as_str())
    );

    let place = uploads.place(10);
    assert_eq!(uploads.ask("DELETE", &place).send().status, 204);
    refused(
        &uploads.patch(&place, "0", b"bytes").send(),
        404,
        "upload.unknown",
        "an abandoned upload",
    );
    for strange in [
        "/api/uploads/..%2F..%2Fclock",
        "/api/uploads/%00",
        "/api/uploads/x",
        "/api/uploads/%2e%2e",
    ] {
        let answer = uploads.patch(strange, "0", b"bytes").send();
        assert!(
            [400, 404].contains(&answer.status),
            "{strange}: {}",
            answer.text()
        );
        answer.problem();
    }
    let clock = std::fs::read_to_string(uploads.platform.clock_file()).unwrap();
    assert!(
        clock.trim().parse::<i64>().is_ok(),
        "nothing outside of the vault was written"
    );

    let mut registry = registrar(&uploads.platform);
    let mut other: Person = newcomer(&uploads.platform, &mut registry, "bidder-02", Role::Bidder);
    let (place, token) = (uploads.place(10), other.token(Zone::Procurement));
    let taken = ask(base, "DELETE", &place)
        .bearer(Some(&token))
        .header("tus-resumable", "1.0.0");
    refused(&taken.send(), 404, "upload.unknown", "somebody else's upload");
    assert_eq!(uploads.offset(&place), "0");
}

on_both!(
    paths_and_queries,
    a_page_of_anything_stays_a_page,
    signing_in,
    uploads
);
