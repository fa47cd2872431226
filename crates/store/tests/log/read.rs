//! Reading: records, histories, bundles, tiles, streams, checkpoints, couriers.

use crate::place::{Place, Writer, draft, drafts, mark, on_both, stream};
use desk::{AppendLog, ReadLog};
use facts::{Instant, Kind};
use ledger::{TileId, TileSet, prove};

on_both!(
    records_come_back_as_they_were,
    confidential_records_come_back_whole,
    every_tile_equals_the_ledger_s,
    entries_are_read_across_bundles,
    streams_are_listed_by_their_beginning,
    checkpoints_are_kept_once,
    couriers_only_move_forward,
    a_second_opening_sees_the_same,
    bounds_beyond_the_log_are_empty,
    decisions_of_all_tenders_come_newest_first,
);

async fn records_come_back_as_they_were(place: Place) {
    let log = place.log().await;
    let mut writer = Writer::new();
    let mut first = draft("tender/T1", Kind::TenderNoticed, 5);
    first.arrived = Some(Instant(1_699_999_999_999));
    let (mut rows, tiles) = writer.batch(vec![first, draft("tender/T2", Kind::TenderNoticed, 6)]);
    rows[0].marks = vec![mark("key-used", "K1", "T1/open")];
    log.append(&rows, &tiles).await.unwrap();
    writer.append(&log, drafts("tender/T1", 40)).await.unwrap();

    let records = log.history(&stream("tender/T1"), 0).await.unwrap();
    assert_eq!(records.len(), 41);
    assert_eq!(records[0].kind, Kind::TenderNoticed);
    assert_eq!(records[0].body.to_bytes(), b"{\"n\":5}");
    assert_eq!(records[0].arrived, Some(Instant(1_699_999_999_999)));
    assert_eq!(records[1].seq, 2);
    assert_eq!(log.history(&stream("tender/T1"), 3).await.unwrap(), records[2..]);
    let page = log.records(1, 3).await.unwrap();
    assert_eq!(
        page.iter().map(|record| record.seq).collect::<Vec<_>>(),
        [1, 2, 3]
    );
    assert_eq!(page[0].stream, stream("tender/T2"));
    assert_eq!(
        log.mark("key-used", "K1").await.unwrap().as_deref(),
        Some("T1/open")
    );
    let payload = log.payload(0).await.unwrap().unwrap();
    assert_eq!(payload.to_bytes(), rows[0].payload);
}

async fn confidential_records_come_back_whole(place: Place) {
    let log = place.log().await;
    let mut writer = Writer::new();
    let rows = writer
        .append(&log, vec![draft("tender/T1", Kind::BidSubmitted, 9)])
        .await
        .unwrap();
    let records = log.history(&stream("tender/T1"), 0).await.unwrap();
    assert_eq!(
        (records[0].kind, records[0].body.to_bytes()),
        (Kind::BidSubmitted, b"{\"n\":9}".to_vec())
    );
    // The entry says nothing of it.
    let entry = String::from_utf8(rows[0].entry.to_vec()).unwrap();
    assert!(
        entry.contains("\"kind\":\"confidential\"") && !entry.contains("T1"),
        "{entry}"
    );
}

async fn every_tile_equals_the_ledger_s(place: Place) {
    let log = place.log().await;
    let mut writer = Writer::new();
    for number in [200, 56, 1, 511, 300] {
        writer.append(&log, drafts("platform", number)).await.unwrap();
        let size = writer.tree.size();
        let mut tiles = TileSet::new();
        for tile in TileId::all(size) {
            let bytes = log
                .tile(tile.level, tile.index, tile.width)
                .await
                .unwrap()
                .unwrap();
            assert_eq!(bytes.len(), usize::from(tile.width) * 32);
            tiles.insert(tile, &bytes).unwrap();
        }
        assert_eq!(prove::root(&tiles, size), Some(writer.tree.root()));
        assert_eq!(log.head().await.unwrap().root, writer.tree.root());
        for (tile, hashes) in writer.tree.edge() {
            assert_eq!(
                log.tile(tile.level, tile.index, tile.width)
                    .await
                    .unwrap()
                    .unwrap(),
                hashes
            );
            assert_eq!(
                log.tile(tile.level, tile.index, tile.width + 1).await.unwrap(),
                None,
                "beyond the tree"
            );
        }
    }
    // A partial view of a tile that is complete by now.
    let whole = log.tile(0, 0, 256).await.unwrap().unwrap();
    assert_eq!(log.tile(0, 0, 10).await.unwrap().unwrap(), whole[..320]);
    for (level, index, width) in [(0, 0, 0), (0, 0, 257), (0, u64::MAX, 1), (63, 0, 1), (2, 0, 256)] {
        assert_eq!(
            log.tile(level, index, width).await.unwrap(),
            None,
            "{level}/{index}/{width}"
        );
    }
}

async fn entries_are_read_across_bundles(place: Place) {
    let log = place.log().await;
    let mut writer = Writer::new();
    let mut all = Vec::new();
    for number in [100, 1, 155, 300, 250] {
        let rows = writer.append(&log, drafts("platform", number)).await.unwrap();
        all.extend(rows.into_iter().map(|row| row.entry));
    }
    assert_eq!(place.number("SELECT COUNT(*) FROM bundles").await, 3);
    for (from, limit) in [
        (0, 256),
        (0, 10_000),
        (255, 2),
        (1, 600),
        (256, 512),
        (300, 500),
        (800, 6),
        (806, 1),
        (5, 0),
    ] {
        let to = (from + limit).min(all.len());
        let read = log
            .entries(from as u64, u32::try_from(limit).unwrap())
            .await
            .unwrap();
        assert_eq!(read, all[from.min(to)..to], "{limit} from {from}");
    }
}

async fn streams_are_listed_by_their_beginning(place: Place) {
    let log = place.log().await;
    let mut writer = Writer::new();
    for name in [
        "tender/T9",
        "account/anna",
        "tender/T1",
        "tender/T9",
        "platform",
        "tender/T10",
    ] {
        writer.append(&log, drafts(name, 1)).await.unwrap();
    }
    let names = async |prefix: &str, after: Option<&str>, limit| {
        let found = log.streams(prefix, after, limit).await.unwrap();
        found.iter().map(ToString::to_string).collect::<Vec<_>>()
    };
    assert_eq!(
        names("tender/", None, 10).await,
        ["tender/T9", "tender/T1", "tender/T10"]
    );
    assert_eq!(names("tender/", Some("tender/T9"), 1).await, ["tender/T1"]);
    assert_eq!(
        names("tender/", Some("account/anna"), 9).await,
        ["tender/T1", "tender/T10"]
    );
    assert_eq!(names("tender/T1", None, 10).await, ["tender/T1", "tender/T10"]);
    assert_eq!(names("", None, 2).await, ["tender/T9", "account/anna"]);
    assert!(names("tender/", Some("tender/unknown"), 9).await.is_empty());
    assert!(names("tender/%", None, 9).await.is_empty());
}

async fn decisions_of_all_tenders_come_newest_first(place: Place) {
    let log = place.log().await;
    let mut writer = Writer::new();
    for tender in ["T1", "T2", "T1", "T3"] {
        let stream = format!("supervision/{tender}");
        let others = drafts(&format!("tender/{tender}"), 3);
        writer.append(&log, others).await.unwrap();
        let decided = draft(&stream, Kind::ComplaintDecided, 1);
        writer.append(&log, vec![decided]).await.unwrap();
    }
    let found = async |before, limit| {
        let records = log.decisions(before, limit).await.unwrap();
        let named = records
            .iter()
            .map(|record| (record.seq, record.stream.to_string()));
        named.collect::<Vec<_>>()
    };
    let all = [(15, "T3"), (11, "T1"), (7, "T2"), (3, "T1")];
    let all = all.map(|(seq, tender)| (seq, format!("supervision/{tender}")));
    assert_eq!(found(u64::MAX, 9).await, all);
    assert_eq!(found(15, 2).await, all[1..3]);
    assert_eq!(found(4, 9).await, all[3..]);
    assert!(found(3, 9).await.is_empty() && found(u64::MAX, 0).await.is_empty());
}

async fn checkpoints_are_kept_once(place: Place) {
    let log = place.log().await;
    log.keep_checkpoint(3, "three").await.unwrap();
    log.keep_checkpoint(10, "ten").await.unwrap();
    log.keep_checkpoint(3, "three").await.unwrap();
    let refused = log.keep_checkpoint(3, "another three").await.unwrap_err();
    assert!(
        refused
            .to_string()
            .contains("another note of size 3 is kept already"),
        "{refused}"
    );
    assert_eq!(log.checkpoint(2).await.unwrap(), None);
    assert_eq!(log.checkpoint(9).await.unwrap(), Some((3, "three".to_owned())));
    assert_eq!(
        log.checkpoint(u64::MAX).await.unwrap(),
        Some((10, "ten".to_owned()))
    );
}

async fn couriers_only_move_forward(place: Place) {
    let log = place.log().await;
    assert_eq!(log.courier("evaluation").await.unwrap(), 0);
    log.move_courier("evaluation", 7).await.unwrap();
    log.move_courier("evaluation", 5).await.unwrap();
    log.move_courier("supervision", 1).await.unwrap();
    assert_eq!(log.courier("evaluation").await.unwrap(), 7);
    assert!(log.move_courier("evaluation", u64::MAX).await.is_err());
}

async fn a_second_opening_sees_the_same(place: Place) {
    let log = place.log().await;
    Writer::new().append(&log, drafts("platform", 300)).await.unwrap();
    let head = log.head().await.unwrap();
    log.close().await;
    let again = kaibiao_store::Log::attach(&place.url).await.unwrap();
    assert_eq!(again.head().await.unwrap(), head);
    let mut writer = Writer::resume(&again, 3).await;
    writer.append(&again, drafts("platform", 300)).await.unwrap();
    crate::place::assert_sound(&again).await;
}

async fn bounds_beyond_the_log_are_empty(place: Place) {
    let log = place.log().await;
    Writer::new().append(&log, drafts("platform", 1)).await.unwrap();
    assert!(log.records(1, 5).await.unwrap().is_empty());
    assert!(log.entries(u64::MAX, u32::MAX).await.unwrap().is_empty());
    assert!(
        log.history(&stream("platform"), u64::MAX)
            .await
            .unwrap()
            .is_empty()
    );
    assert_eq!(log.payload(u64::MAX).await.unwrap(), None);
    assert_eq!(log.mark("account", "none").await.unwrap(), None);
}
