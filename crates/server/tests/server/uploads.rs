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
