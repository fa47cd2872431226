//! Appending: whole, directly after the head, once.

use crate::place::{Place, Writer, assert_sound, draft, drafts, mark, on_both};
use desk::ports::AppendError;
use desk::{AppendLog, ReadLog};
use facts::Kind;
use std::sync::Arc;

on_both!(
    an_empty_batch_is_nothing,
    batches_of_any_size_are_taken,
    two_writers_never_both_succeed,
    racing_writers_keep_the_chain_sound,
    a_known_act_is_refused_whole,
    an_act_is_found_however_long_ago_it_landed,
    a_taken_mark_is_refused_whole,
    a_gap_is_refused,
    a_tile_of_another_shape_is_refused,
    taken_finds_exactly_the_marks_there_are,
);

async fn an_empty_batch_is_nothing(place: Place) {
    let log = place.log().await;
    log.append(&[], &[]).await.unwrap();
    assert_eq!(log.head().await.unwrap(), ledger::Head::default());
}

async fn batches_of_any_size_are_taken(place: Place) {
    let log = place.log().await;
    let mut writer = Writer::new();
    for number in [1, 2, 3, 7, 64, 100, 255, 513, 1100] {
        writer.append(&log, drafts("tender/T1", number)).await.unwrap();
    }
    let head = log.head().await.unwrap();
    assert_eq!(head.size, writer.tree.size());
    assert_eq!(head.root, writer.tree.root());
    assert_sound(&log).await;
}

async fn two_writers_never_both_succeed(place: Place) {
    let (one, two) = (place.log().await, place.log().await);
    let mut first = Writer::new();
    first.append(&one, drafts("platform", 1)).await.unwrap();
    let mut second = Writer::resume(&two, 8).await;
    first.append(&one, drafts("tender/T1", 2)).await.unwrap();
    let refused = second.append(&two, drafts("tender/T2", 2)).await;
    assert!(matches!(refused, Err(AppendError::Taken)), "{refused:?}");
    assert_eq!(two.head().await.unwrap().size, 3);
    assert_eq!(
        two.streams("tender/", None, 9).await.unwrap(),
        [crate::place::stream("tender/T1")]
    );
}

async fn racing_writers_keep_the_chain_sound(place: Place) {
    const EACH: usize = 12;
    let mut tasks = Vec::new();
    Writer::new()
        .append(&place.log().await, drafts("platform", 1))
        .await
        .unwrap();
    for seed in 0..3_u64 {
        let log = Arc::new(place.log().await);
        tasks.push(tokio::spawn(async move {
            let (mut won, mut lost) = (0, 0);
            while won < EACH {
                let mut writer = Writer::resume(&log, seed).await;
                match writer.append(&log, drafts(&format!("tender/T{seed}"), 2)).await {
                    Ok(_) => won += 1,
                    Err(AppendError::Taken) => lost += 1,
                    Err(AppendError::Outage(outage)) => panic!("{outage}"),
                }
            }
            lost
        }));
    }
    let mut lost = 0;
    for task in tasks {
        lost += task.await.unwrap();
    }
    assert!(lost > 0, "the writers never met");
    let log = place.log().await;
    assert_eq!(log.head().await.unwrap().size, 1 + 3 * 2 * EACH as u64);
    assert_sound(&log).await;
}

async fn a_known_act_is_refused_whole(place: Place) {
    let log = place.log().await;
    let mut writer = Writer::new();
    let (mut rows, tiles) = writer.batch(drafts("tender/T1", 2));
    rows[1].act = Some([5; 32]);
    log.append(&rows, &tiles).await.unwrap();
    assert_eq!(log.position([5; 32]).await.unwrap(), Some(1));
    assert_eq!(log.position([6; 32]).await.unwrap(), None);
    let (mut rows, tiles) = writer.batch(drafts("tender/T1", 3));
    rows[2].act = Some([5; 32]);
    assert!(matches!(log.append(&rows, &tiles).await, Err(AppendError::Taken)));
    assert_eq!(log.head().await.unwrap().size, 2);
    assert_eq!(place.number("SELECT COUNT(*) FROM payloads").await, 2);
}

async fn an_act_is_found_however_long_ago_it_landed(place: Place) {
    let log = place.log().await;
    let (mut rows, tiles) = Writer::new().batch(drafts("tender/T1", 8_200));
    // Three acts of one beginning, in three eras of SQLite's index; most facts have none.
    let acts = [0_usize, 4_096, 8_199].map(|at| (at, [[7; 8], [at.to_le_bytes()[1]; 8]].concat().repeat(2)));
    for (at, act) in &acts {
        rows[*at].act = Some(act.as_slice().try_into().unwrap());
    }
    log.append(&rows, &tiles).await.unwrap();
    for (at, act) in acts {
        let act = act.try_into().unwrap();
        assert_eq!(log.position(act).await.unwrap(), Some(at as u64));
    }
    assert_eq!(log.position([7; 32]).await.unwrap(), None);
    assert_eq!(place.log().await.position([0; 32]).await.unwrap(), None);
}

async fn a_taken_mark_is_refused_whole(place: Place) {
    let log = place.log().await;
    let mut writer = Writer::new();
    let (mut rows, tiles) = writer.batch(drafts("tender/T1", 1));
    rows[0].marks = vec![mark("point", "aa", "T1/B1"), mark("submission", "aa", "T1/B1")];
    log.append(&rows, &tiles).await.unwrap();
    let (mut rows, tiles) = writer.batch(drafts("tender/T2", 2));
    rows[0].marks = vec![mark("point", "bb", "T2/B1")];
    rows[1].marks = vec![mark("point", "aa", "T2/B1")];
    assert!(matches!(log.append(&rows, &tiles).await, Err(AppendError::Taken)));
    assert_eq!(log.head().await.unwrap().size, 1);
    assert_eq!(log.mark("point", "bb").await.unwrap(), None);
    assert_eq!(log.mark("point", "aa").await.unwrap().as_deref(), Some("T1/B1"));
    assert!(log.streams("tender/T2", None, 1).await.unwrap().is_empty());
    // The stream was not noted as known either: the next batch announces it.
    rows[1].marks.clear();
    log.append(&rows, &tiles).await.unwrap();
    assert_eq!(log.streams("tender/T2", None, 1).await.unwrap().len(), 1);
}

async fn a_gap_is_refused(place: Place) {
    let log = place.log().await;
    let mut writer = Writer::new();
    writer.append(&log, drafts("platform", 1)).await.unwrap();
    let (mut rows, _) = writer.batch(drafts("platform", 3));
    rows.remove(0);
    let Err(AppendError::Outage(outage)) = log.append(&rows, &[]).await else {
        panic!("a gap was accepted")
    };
    assert!(
        outage.to_string().contains("gap: an entry must follow the head"),
        "{outage}"
    );
    assert_eq!(log.head().await.unwrap().size, 1);
}

async fn a_tile_of_another_shape_is_refused(place: Place) {
    let log = place.log().await;
    let (rows, _) = Writer::new().batch(drafts("platform", 1));
    let refused = log.append(&rows, &[(0, 0, vec![1; 8191].into())]).await;
    assert!(
        matches!(&refused, Err(AppendError::Outage(o)) if o.to_string().contains("256 hashes")),
        "{refused:?}"
    );
    // A complete tile of leaves without the entries under it.
    let refused = log.append(&rows, &[(0, 0, vec![1; 8192].into())]).await;
    assert!(
        matches!(&refused, Err(AppendError::Outage(o)) if o.to_string().contains("1 entries")),
        "{refused:?}"
    );
    assert_eq!(log.head().await.unwrap().size, 0);
}

async fn taken_finds_exactly_the_marks_there_are(place: Place) {
    let log = place.log().await;
    let (mut rows, tiles) = Writer::new().batch(vec![draft("tender/T1", Kind::BidSubmitted, 1)]);
    rows[0].marks = (0..700).map(|n| mark("point", &format!("k{n}"), "v")).collect();
    log.append(&rows, &tiles).await.unwrap();
    assert!(log.taken(&[]).await.unwrap().is_empty());
    let keys: Vec<_> = (600..1300).map(|n| format!("k{n}")).collect();
    let asked: Vec<_> = keys
        .iter()
        .map(|key| ("point", key.as_str()))
        .chain([("other", "k1")])
        .collect();
    let mut found = log.taken(&asked).await.unwrap();
    found.sort();
    let expected: Vec<_> = (600..700)
        .map(|n| ("point".to_owned(), format!("k{n}")))
        .collect();
    assert_eq!(found, expected);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_connection_that_the_server_closed_is_renewed() {
    let Some(place) = Place::postgres().await else {
        return;
    };
    let log = place.log().await;
    let mut writer = Writer::new();
    writer.append(&log, drafts("platform", 1)).await.unwrap();
    let close = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity \
        WHERE datname = current_database() AND pid <> pg_backend_pid()";
    place.direct(close).await.unwrap();
    writer.append(&log, drafts("platform", 2)).await.unwrap();
    assert_eq!(log.head().await.unwrap().size, 3);
    assert_sound(&log).await;
}
