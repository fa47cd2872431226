//! Uploads: rationed, and swept when nobody goes on with them.

use crate::people::{enrolment, key, land, sign_in};
use crate::platform::{Database, Platform};
use crate::web::{Answer, ask};
use facts::Role;
use std::time::{Duration, SystemTime};

const GIB: u64 = 1 << 30;

struct Bidder {
    base: String,
    bearer: String,
}

impl Bidder {
    fn new(platform: &Platform, account: &str) -> Self {
        let base = platform.procurement().to_owned();
        land(&base, &enrolment(account, &key(account), Role::Bidder));
        Self::again(platform, account)
    }

    fn again(platform: &Platform, account: &str) -> Self {
        let base = platform.procurement().to_owned();
        let bearer = format!("Bearer {}", sign_in(&base, "procurement", &key(account)));
        Self { base, bearer }
    }

    fn ask(&self, method: &str, path: &str, more: &[(&str, &str)], body: &[u8]) -> Answer {
        let mut headers = vec![
            ("authorization", self.bearer.as_str()),
            ("tus-resumable", "1.0.0"),
        ];
        headers.extend(more);
        ask(&self.base, method, path, &headers, body)
    }

    fn begin(&self, length: u64) -> Answer {
        // base64 of `body`
        let length = length.to_string();
        self.ask(
            "POST",
            "/api/uploads",
            &[("upload-length", &length), ("upload-metadata", "kind Ym9keQ==")],
            b"",
        )
    }

    fn begun(&self, length: u64) -> String {
        let answer = self.begin(length);
        assert_eq!(answer.status, 201, "{}", answer.text());
        answer.header("location").to_owned()
    }

    fn send(&self, path: &str, offset: u64, bytes: &[u8]) -> Answer {
        let offset = offset.to_string();
        let headers = [
            ("upload-offset", offset.as_str()),
            ("content-type", "application/offset+octet-stream"),
        ];
        self.ask("PATCH", path, &headers, bytes)
    }
}

#[test]
fn sixty_four_uploads_may_be_open() {
    let mut platform = Platform::start(&Database::sqlite());
    let bidder = Bidder::new(&platform, "bidder-01");
    let other = Bidder::new(&platform, "bidder-02");
    let places: Vec<String> = (0..64).map(|_| bidder.begun(3)).collect();
    let refused = bidder.begin(3);
    assert_eq!((refused.status, refused.code().as_str()), (429, "rate.uploads"));
    assert!(
        refused.json()["detail"]
            .as_str()
            .unwrap()
            .contains("64 uploads open"),
        "{}",
        refused.text()
    );
    other.begun(3);
    // A place is free again when an upload is finished, and when one is ended.
    assert_eq!(bidder.send(&places[0], 0, b"abc").status, 204);
    bidder.begun(3);
    assert_eq!(bidder.begin(3).status, 429);
    assert_eq!(bidder.ask("DELETE", &places[1], &[], b"").status, 204);
    bidder.begun(3);
    // A restart forgets nothing.
    platform.restart();
    let bidder = Bidder::again(&platform, "bidder-01");
    assert_eq!(bidder.begin(3).status, 429);
}

#[test]
fn sixty_four_gibibytes_may_be_announced() {
    let platform = Platform::start(&Database::sqlite());
    let bidder = Bidder::new(&platform, "bidder-01");
    bidder.begun(40 * GIB);
    bidder.begun(24 * GIB);
    let refused = bidder.begin(1);
    assert_eq!((refused.status, refused.code().as_str()), (429, "rate.uploads"));
    assert!(
        refused.json()["detail"]
            .as_str()
            .unwrap()
            .contains(&(64 * GIB).to_string()),
        "{}",
        refused.text()
    );
}

#[test]
fn what_nobody_goes_on_with_is_swept() {
    let mut platform = Platform::start(&Database::sqlite());
    let bidder = Bidder::new(&platform, "bidder-01");
    let (old, young) = (bidder.begun(10), bidder.begun(10));
    assert_eq!(bidder.send(&old, 0, b"abc").status, 204);
    assert_eq!(bidder.send(&young, 0, b"abc").status, 204);
    platform.stop();
    let eight_days_ago = SystemTime::UNIX_EPOCH + Duration::from_millis(now()) - Duration::from_hours(8 * 24);
    let id = old.rsplit('/').next().unwrap();
    for ending in ["json", "part"] {
        let path = platform.vault().join("uploads").join(format!("{id}.{ending}"));
        std::fs::File::options()
            .write(true)
            .open(path)
            .unwrap()
            .set_modified(eight_days_ago)
            .unwrap();
    }
    // The sweep goes by the machine's clock: that the demonstration's leaps a month makes no upload old.
    platform.set_clock(30 * facts::time::DAY);
    platform.restart();
    let bidder = Bidder::again(&platform, "bidder-01");
    crate::web::until("the sweep", || {
        (bidder.ask("HEAD", &old, &[], b"").status == 404).then_some(())
    });
    let left = bidder.ask("HEAD", &young, &[], b"");
    assert_eq!((left.status, left.header("upload-offset")), (200, "3"));
    assert!(
        !platform
            .vault()
            .join("uploads")
            .join(format!("{id}.part"))
            .exists()
    );
}

fn now() -> u64 {
    use desk::Clock as _;
    u64::try_from(kaibiao_server::clock::MachineClock.now().0).unwrap()
}

fn checksum(bytes: &[u8]) -> String {
    use base64::Engine as _;
    let digest = ledger::hash::sha256(bytes);
    format!(
        "sha256 {}",
        base64::engine::general_purpose::STANDARD.encode(digest)
    )
}

#[test]
fn bytes_may_come_with_the_announcement() {
    let platform = Platform::start(&Database::sqlite());
    let bidder = Bidder::new(&platform, "bidder-01");
    let announce = |length: &str, sum: &str, bytes: &[u8]| {
        let headers = [
            ("upload-length", length),
            ("upload-metadata", "kind Ym9keQ=="),
            ("content-type", "application/offset+octet-stream"),
            ("upload-checksum", sum),
        ];
        bidder.ask("POST", "/api/uploads", &headers, bytes)
    };
    let begun = announce("6", &checksum(b"abc"), b"abc");
    assert_eq!(
        (begun.status, begun.header("upload-offset")),
        (201, "3"),
        "{}",
        begun.text()
    );
    assert!(begun.header("upload-expires").ends_with(" GMT"));
    let done = bidder.send(begun.header("location"), 3, b"def");
    assert_eq!((done.status, done.header("kaibiao-digest").len()), (204, 64));
    assert_eq!(done.header("upload-expires"), "");
    // What is damaged leaves no upload behind, nor a place taken.
    for _ in 0..70 {
        let damaged = announce("6", &checksum(b"abd"), b"abc");
        assert_eq!(
            (damaged.status, damaged.code().as_str()),
            (460, "upload.checksum")
        );
        assert_eq!(damaged.header("tus-resumable"), "1.0.0");
    }
    let nothing = bidder.begin(0);
    assert_eq!(
        (nothing.status, nothing.header("kaibiao-digest").len()),
        (201, 64)
    );
    let whole = announce("3", &checksum(b"abc"), b"abc");
    assert_eq!(
        (whole.status, whole.header("kaibiao-digest").len()),
        (201, 64),
        "{}",
        whole.text()
    );
}

#[test]
fn a_damaged_part_changes_nothing() {
    let platform = Platform::start(&Database::sqlite());
    let bidder = Bidder::new(&platform, "bidder-01");
    let place = bidder.begun(6);
    let send = |sum: &str, offset: &str, bytes: &[u8]| {
        let headers = [
            ("upload-offset", offset),
            ("content-type", "application/offset+octet-stream"),
            ("upload-checksum", sum),
        ];
        bidder.ask("PATCH", &place, &headers, bytes)
    };
    assert_eq!(send(&checksum(b"abc"), "0", b"abc").status, 204);
    let damaged = send(&checksum(b"xyz"), "3", b"def");
    assert_eq!(
        (damaged.status, damaged.code().as_str()),
        (460, "upload.checksum")
    );
    assert_eq!(bidder.ask("HEAD", &place, &[], b"").header("upload-offset"), "3");
    for wrong in ["md5 AAAA", "sha256", "sha1 AAAA"] {
        assert_eq!(
            send(wrong, "3", b"def").code(),
            "upload.checksum_invalid",
            "{wrong}"
        );
    }
    assert_eq!(
        send(&checksum(b"def"), "3", b"def")
            .header("kaibiao-digest")
            .len(),
        64
    );
    // A client that cannot say PATCH says it in a header; the offset is the end, so nothing is left to do.
    let headers = [
        ("x-http-method-override", "PATCH"),
        ("upload-offset", "6"),
        ("content-type", "application/offset+octet-stream"),
    ];
    assert_eq!(bidder.ask("POST", &place, &headers, b"").status, 204);
    let nothing = bidder.ask("POST", &place, &[], b"");
    assert_eq!((nothing.status, nothing.code().as_str()), (400, "upload.method"));
}

#[test]
fn what_would_leave_something_open_is_refused() {
    let platform = Platform::start(&Database::sqlite());
    let bidder = Bidder::new(&platform, "bidder-01");
    let begin = |more: (&str, &str)| {
        let headers = [("upload-length", "3"), ("upload-metadata", "kind Ym9keQ=="), more];
        bidder.ask("POST", "/api/uploads", &headers, b"")
    };
    assert_eq!(
        begin(("upload-defer-length", "1")).code(),
        "upload.length_deferred"
    );
    assert_eq!(begin(("upload-concat", "partial")).code(), "upload.concatenation");
    let other = ask(
        &bidder.base,
        "POST",
        "/api/uploads",
        &[("authorization", &bidder.bearer)],
        b"",
    );
    assert_eq!((other.status, other.header("tus-version")), (412, "1.0.0"));
    let nobody = ask(
        &bidder.base,
        "POST",
        "/api/uploads",
        &[("tus-resumable", "1.0.0")],
        b"",
    );
    assert_eq!((nobody.status, nobody.header("tus-resumable")), (401, "1.0.0"));
    let able = ask(&bidder.base, "OPTIONS", "/api/uploads", &[], b"");
    assert!(
        able.header("tus-extension").contains("checksum"),
        "{:?}",
        able.headers
    );
}

#[test]
fn an_upload_expires_before_it_is_swept() {
    let platform = Platform::start_with(&Database::sqlite(), |config| {
        config.uploads.unfinished_seconds = 1;
    });
    let bidder = Bidder::new(&platform, "bidder-01");
    let place = bidder.begun(6);
    crate::web::until("the expiry", || {
        (bidder.ask("HEAD", &place, &[], b"").status == 410).then_some(())
    });
    let gone = bidder.send(&place, 0, b"abc");
    assert_eq!((gone.status, gone.code().as_str()), (410, "upload.expired"));
}

#[test]
fn finished_uploads_that_nothing_names_are_rationed_and_discarded() {
    let mut platform = Platform::start_with(&Database::sqlite(), |config| {
        config.uploads.unreferenced_uploads = 3;
        config.uploads.unreferenced_bytes = 1_000;
    });
    let bidder = Bidder::new(&platform, "bidder-01");
    let finish = |bidder: &Bidder, bytes: &[u8]| {
        let place = bidder.begun(bytes.len() as u64);
        let done = bidder.send(&place, 0, bytes);
        assert_eq!(done.status, 204);
        place
    };
    let old = finish(&bidder, &[1; 600]);
    let refused = bidder.begin(401);
    assert_eq!((refused.status, refused.code().as_str()), (429, "rate.uploads"));
    let (young, ended) = (finish(&bidder, b"young"), finish(&bidder, b"ended"));
    let refused = bidder.begin(1);
    assert_eq!((refused.status, refused.code().as_str()), (429, "rate.uploads"));
    assert_eq!(refused.header("retry-after"), "60");
    assert_eq!(bidder.ask("DELETE", &ended, &[], b"").status, 204);
    assert_eq!(bidder.ask("HEAD", &ended, &[], b"").status, 404);
    // A restart forgets nothing; the sweep at the start takes what was ended, and what is too old.
    platform.stop();
    let id = old.rsplit('/').next().unwrap();
    let ticket = platform.vault().join("uploads").join(format!("{id}.json"));
    let long_ago = SystemTime::UNIX_EPOCH + Duration::from_millis(now()) - Duration::from_hours(61 * 24);
    std::fs::File::options()
        .write(true)
        .open(&ticket)
        .unwrap()
        .set_modified(long_ago)
        .unwrap();
    platform.restart();
    let bidder = Bidder::again(&platform, "bidder-01");
    crate::web::until("the sweep", || {
        (bidder.ask("HEAD", &old, &[], b"").status == 404).then_some(())
    });
    assert_eq!(bidder.ask("HEAD", &young, &[], b"").status, 200);
    crate::web::until("only the young is left", || {
        (bodies(&platform) == 1).then_some(())
    });
    finish(&bidder, &[2; 600]);
}

/// Finished bodies in the vault.
fn bodies(platform: &Platform) -> usize {
    let folders = std::fs::read_dir(platform.vault().join("body")).unwrap();
    folders
        .map(|folder| std::fs::read_dir(folder.unwrap().path()).unwrap().count())
        .sum()
}
