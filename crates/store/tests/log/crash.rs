//! A writer that dies leaves whole batches or nothing.

use crate::place::{Place, Writer, assert_sound, drafts, on_both};
use desk::ports::AppendError;
use desk::{AppendLog, ReadLog};
use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};
use std::time::Duration;

on_both!(
    a_batch_cut_short_leaves_nothing,
    a_caller_that_gives_up_leaves_all_or_nothing,
    a_killed_writer_leaves_whole_batches
);

/// Rows of a batch of the writer that is killed.
const BATCH: i64 = 97;

async fn a_batch_cut_short_leaves_nothing(place: Place) {
    let log = place.log().await;
    let mut writer = Writer::new();
    writer.append(&log, drafts("platform", 3)).await.unwrap();
    let begin = if place.is_sqlite() {
        "BEGIN IMMEDIATE"
    } else {
        "BEGIN"
    };
    let insert =
        "INSERT INTO entries SELECT 3, ts, leaf, stream, kind, NULL, entry FROM entries WHERE seq = 2";
    // The connection closes without a commit.
    place.direct(&format!("{begin}; {insert}")).await.unwrap();
    assert_eq!(log.head().await.unwrap().size, 3);
    writer.append(&log, drafts("platform", 1)).await.unwrap();
    assert_sound(&log).await;
}

async fn a_caller_that_gives_up_leaves_all_or_nothing(place: Place) {
    let log = place.log().await;
    for step in 0..30_u64 {
        let mut writer = Writer::resume(&log, step).await;
        let before = writer.tree.size();
        let (rows, tiles) = writer.batch(drafts("platform", 50));
        let patience = Duration::from_micros(step * 300);
        let ended = tokio::time::timeout(patience, log.append(&rows, &tiles)).await;
        let size = log.head().await.unwrap().size;
        match ended {
            // Taken: the commit of the caller before us was still under way when we read the head.
            Ok(Ok(()) | Err(AppendError::Taken)) => assert_eq!(size, before + 50),
            Ok(Err(AppendError::Outage(outage))) => panic!("{outage}"),
            // The commit may have been under way.
            Err(_) => assert!(size == before || size == before + 50, "{size} after {before}"),
        }
    }
    assert_sound(&log).await;
}

async fn a_killed_writer_leaves_whole_batches(place: Place) {
    place.log().await.close().await;
    for round in 0..3 {
        let mut child = Command::new(std::env::current_exe().unwrap())
            .args([
                "--exact",
                "crash::the_writer_that_is_killed",
                "--ignored",
                "--nocapture",
            ])
            .env("KAIBIAO_TEST_CRASH", &place.url)
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        // Kill it in the middle of its work, at another moment each time.
        let acknowledged = lines
            .by_ref()
            .filter_map(|line| line.unwrap().strip_prefix("size ")?.parse::<u64>().ok());
        let reached = acknowledged.take(3 + round).last().unwrap();
        std::thread::sleep(Duration::from_millis(round as u64));
        child.kill().unwrap();
        child.wait().unwrap();

        let log = place.log().await;
        let size = log.head().await.unwrap().size;
        assert!(
            size >= reached,
            "{reached} entries were acknowledged, {size} are there"
        );
        assert_eq!(size % BATCH.unsigned_abs(), 0, "a batch was torn");
        assert_sound(&log).await;
        log.close().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "started, and killed, by a_killed_writer_leaves_whole_batches"]
async fn the_writer_that_is_killed() {
    let Ok(url) = std::env::var("KAIBIAO_TEST_CRASH") else {
        return;
    };
    let log = kaibiao_store::Log::open(&url).await.unwrap();
    // The server may still be finishing the commit of the writer that was killed before us.
    let mut writer = Writer::resume(&log, 1).await;
    loop {
        match writer.append(&log, drafts("platform", BATCH)).await {
            Ok(_) => println!("\nsize {}", writer.tree.size()),
            Err(_) => writer = Writer::resume(&log, 1).await,
        }
    }
}
