//! How fast batches are appended: prints, asserts nothing. Run it alone, with `--release --ignored`.

use crate::place::{Place, Writer, mark};
use desk::AppendLog;
use facts::{Canonical, Draft, Kind};
use std::time::Duration;

/// A fact of the size of a bid's.
fn bid(n: i64) -> Draft {
    let hex = "0123456789abcdef".repeat(16);
    let body = format!("{{\"bid\":\"B{n}\",\"header\":\"{hex}\",\"label\":\"{hex}\",\"part\":\"price\"}}");
    Draft {
        body: Canonical::parse(body.as_bytes()).unwrap(),
        ..crate::place::draft("tender/T1", Kind::BidSubmitted, n)
    }
}

async fn measure(place: Place) {
    let log = place.log().await;
    let mut writer = Writer::new();
    let mut number = 0_i64;
    for width in [1_i64, 32, 128, 512] {
        let (mut rows_done, mut spent) = (0_i64, Duration::ZERO);
        while spent < Duration::from_secs(2) {
            let (mut rows, tiles) = writer.batch((0..width).map(|n| bid(number + n)).collect());
            for row in &mut rows {
                number += 1;
                row.act = Some(*ledger::hash::sha256(&number.to_be_bytes()).first_chunk().unwrap());
                row.marks = vec![mark("point", &hex::encode(row.leaf), "T1/B1")];
            }
            let start = tokio::time::Instant::now();
            log.append(&rows, &tiles).await.unwrap();
            spent += start.elapsed();
            rows_done += width;
        }
        let rate = rows_done * 1_000_000 / i64::try_from(spent.as_micros()).unwrap();
        println!("batches of {width}: {rate} entries a second");
    }
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "measures"]
async fn sqlite() {
    measure(Place::sqlite()).await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "measures"]
async fn postgres() {
    if let Some(place) = Place::postgres().await {
        measure(place).await;
    }
}
