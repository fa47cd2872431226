//! Requests to be enrolled: kept until decided, read whole by whoever decides, gone from the files afterwards.

use crate::place::{Place, on_both};
use bytes::Bytes;
use desk::Inbox;
use desk::inbox::{Kept, MOST, Outcome, Request};
use facts::{AccountId, Hex, Instant};

on_both!(
    a_request_waits_until_it_is_decided_and_is_erased_then,
    a_request_is_forgotten_when_its_time_is_over,
    one_request_waits_for_a_key_and_no_more_than_so_many_in_all
);

const SECRET: &str = "Li-Si-13900139000";

fn request(n: u8, since: i64) -> Request {
    Request {
        id: [n; 32],
        account: AccountId::parse(&format!("a{n}")).unwrap(),
        key: Hex([n; 32]),
        since: Instant(since),
        until: Instant(since + 1_000),
        body: Bytes::from(format!("{{\"contact\":\"{SECRET}\"}}")),
    }
}

fn is_on_disk(place: &Place) -> bool {
    std::fs::read_dir(place.folder.path()).unwrap().any(|file| {
        let bytes = std::fs::read(file.unwrap().path()).unwrap();
        bytes.windows(SECRET.len()).any(|w| w == SECRET.as_bytes())
    })
}

async fn a_request_waits_until_it_is_decided_and_is_erased_then(place: Place) {
    let log = place.log().await;
    let (first, second) = (request(1, 20), request(2, 10));
    assert_eq!(log.ask(&first).await.unwrap(), Kept::Waiting);
    assert_eq!(log.ask(&second).await.unwrap(), Kept::Waiting);
    let now = Instant(50);
    assert_eq!(log.waiting(now).await.unwrap(), [second.clone(), first.clone()]);
    let told = log.standing(first.id, now).await.unwrap().unwrap();
    assert_eq!(
        (told.account, told.key, told.outcome),
        (first.account, first.key, None)
    );
    if place.is_sqlite() {
        assert!(is_on_disk(&place));
    }
    assert!(
        log.decide(first.id, Outcome::Declined, Some("证件不符"))
            .await
            .unwrap()
    );
    assert!(
        !log.decide(first.id, Outcome::Enrolled, None).await.unwrap(),
        "decided twice"
    );
    assert!(log.discard(second.id).await.unwrap());
    assert!(!log.discard(second.id).await.unwrap());
    let told = log.standing(first.id, now).await.unwrap().unwrap();
    assert_eq!(
        (told.outcome, told.reason.as_deref()),
        (Some(Outcome::Declined), Some("证件不符"))
    );
    assert_eq!(log.standing(second.id, now).await.unwrap(), None);
    assert!(log.waiting(now).await.unwrap().is_empty());
    assert!(!is_on_disk(&place), "what was decided is still on the disk");
}

async fn a_request_is_forgotten_when_its_time_is_over(place: Place) {
    let log = place.log().await;
    let old = request(1, 0);
    log.ask(&old).await.unwrap();
    log.ask(&request(2, 500)).await.unwrap();
    assert_eq!(log.forget(Instant(999)).await.unwrap(), 0);
    // Nobody sees it from then on, also before it is removed.
    assert_eq!(log.standing(old.id, Instant(1_000)).await.unwrap(), None);
    assert_eq!(log.waiting(Instant(1_000)).await.unwrap().len(), 1);
    assert_eq!(log.forget(Instant(1_000)).await.unwrap(), 1);
    assert_eq!(place.number("SELECT COUNT(*) FROM enrolment_requests").await, 1);
}

async fn one_request_waits_for_a_key_and_no_more_than_so_many_in_all(place: Place) {
    let log = place.log().await;
    let first = request(1, 0);
    log.ask(&first).await.unwrap();
    let again = Request {
        id: [9; 32],
        ..first.clone()
    };
    assert_eq!(log.ask(&again).await.unwrap(), Kept::Already);
    log.decide(first.id, Outcome::Declined, None).await.unwrap();
    assert_eq!(log.ask(&again).await.unwrap(), Kept::Waiting);
    let many = if place.is_sqlite() {
        "WITH RECURSIVE n(n) AS (SELECT 2 UNION ALL SELECT n + 1 FROM n WHERE n < 2001) INSERT INTO enrolment_requests \
            (id, account, key, since, until, body) SELECT randomblob(32), 'x', randomblob(32), 0, 1000, x'00' FROM n"
    } else {
        "INSERT INTO enrolment_requests (id, account, key, since, until, body) SELECT sha256(n::text::bytea), 'x', \
            sha256(n::text::bytea), 0, 1000, '\\x00' FROM generate_series(2, 2001) n"
    };
    assert_eq!(place.direct(many).await.unwrap(), u64::from(MOST));
    assert_eq!(log.ask(&request(7, 500)).await.unwrap(), Kept::Full);
    assert_eq!(
        log.ask(&request(7, 1_000)).await.unwrap(),
        Kept::Waiting,
        "old ones wait no more"
    );
}
