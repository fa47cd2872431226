//! From where bids were handed in: of a bid the last alone, and nothing left of a tender when it is erased.

use crate::place::{Place, on_both};
use facts::{BidId, TenderId};
use std::collections::BTreeMap;
use std::net::IpAddr;

on_both!(
    of_a_bid_the_last_hand_in_is_kept,
    what_is_erased_is_gone_from_the_files
);

const SECRET: &str = "203.0.113.231";

fn tender(name: &str) -> TenderId {
    TenderId::parse(name).unwrap()
}

fn bid(number: u8) -> BidId {
    format!("{number:016x}").parse().unwrap()
}

fn ip(text: &str) -> IpAddr {
    text.parse().unwrap()
}

async fn of_a_bid_the_last_hand_in_is_kept(place: Place) {
    let kept = place.log().await.origins();
    let (one, other) = (tender("T1"), tender("T2"));
    kept.keep(&one, &bid(1), 10, ip("203.0.113.1")).await.unwrap();
    kept.keep(&one, &bid(2), 11, ip("2001:db8:1:2::")).await.unwrap();
    kept.keep(&one, &bid(1), 12, ip("203.0.113.2")).await.unwrap();
    // Sent again, and one that came late: the last hand-in counts.
    kept.keep(&one, &bid(1), 12, ip("203.0.113.3")).await.unwrap();
    kept.keep(&one, &bid(1), 10, ip("203.0.113.4")).await.unwrap();
    kept.keep(&other, &bid(1), 13, ip("203.0.113.5")).await.unwrap();
    let wanted = BTreeMap::from([(11, ip("2001:db8:1:2::")), (12, ip("203.0.113.2"))]);
    assert_eq!(kept.of(&one).await.unwrap(), wanted);
    assert_eq!(kept.erase(&one).await.unwrap(), 2);
    assert_eq!(kept.erase(&one).await.unwrap(), 0);
    assert!(kept.of(&one).await.unwrap().is_empty());
    assert_eq!(kept.of(&other).await.unwrap().len(), 1);
}

async fn what_is_erased_is_gone_from_the_files(place: Place) {
    let log = place.log().await;
    let kept = log.origins();
    kept.keep(&tender("T1"), &bid(1), 10, ip(SECRET)).await.unwrap();
    kept.keep(&tender("T1"), &bid(1), 11, ip("203.0.113.2"))
        .await
        .unwrap();
    let is_on_disk = || {
        std::fs::read_dir(place.folder.path()).unwrap().any(|file| {
            let bytes = std::fs::read(file.unwrap().path()).unwrap();
            bytes.windows(SECRET.len()).any(|w| w == SECRET.as_bytes())
        })
    };
    if place.is_sqlite() {
        assert!(is_on_disk(), "in the write-ahead log at least");
    }
    kept.erase(&tender("T1")).await.unwrap();
    assert!(!is_on_disk());
    assert_eq!(place.number("SELECT COUNT(*) FROM hand_in_addresses").await, 0);
}
