//! The database refuses by itself what the log must not suffer, also from its owner.

use crate::place::{Place, Writer, drafts, mark, on_both, stream};
use desk::{AppendLog, ReadLog};

on_both!(
    changing_and_deleting_is_refused,
    replacing_is_refused,
    a_payload_may_only_be_blanked,
    a_direct_gap_is_refused,
    a_payload_changed_behind_our_back_is_an_outage,
    an_entry_moved_to_another_stream_is_an_outage,
);

/// A log with a row in every table.
async fn full(place: &Place) -> kaibiao_store::Log {
    let log = place.log().await;
    let (mut rows, tiles) = Writer::new().batch(drafts("tender/T1", 256));
    rows[0].marks = vec![mark("point", "aa", "T1/B1")];
    rows[0].act = Some([7; 32]);
    log.append(&rows, &tiles).await.unwrap();
    log.keep_checkpoint(256, "note").await.unwrap();
    log
}

const TABLES: [(&str, &str); 6] = [
    ("entries", "kind = kind"),
    ("tiles", "root = root"),
    ("bundles", "entries = entries"),
    ("checkpoints", "note = 'forged'"),
    ("marks", "value = 'forged'"),
    ("streams", "first = first"),
];

async fn changing_and_deleting_is_refused(place: Place) {
    let log = full(&place).await;
    let head = log.head().await.unwrap();
    for (table, change) in TABLES {
        for sql in [
            format!("UPDATE {table} SET {change}"),
            format!("DELETE FROM {table}"),
        ] {
            let refused = place.direct(&sql).await.expect_err(&sql);
            assert!(
                refused.contains("refused: the log only grows"),
                "{sql}: {refused}"
            );
        }
    }
    let refused = place.direct("DELETE FROM payloads").await.unwrap_err();
    assert!(refused.contains("refused"), "{refused}");
    if !place.is_sqlite() {
        for table in TABLES.map(|(table, _)| table).into_iter().chain(["payloads"]) {
            let refused = place.direct(&format!("TRUNCATE {table}")).await.expect_err(table);
            assert!(
                refused.contains("refused: the log only grows"),
                "{table}: {refused}"
            );
        }
        let refused = place
            .direct("SET session_replication_role = replica; DELETE FROM entries")
            .await
            .unwrap_err();
        assert!(refused.contains("refused: the log only grows"), "{refused}");
    }
    assert_eq!(log.head().await.unwrap(), head);
}

async fn replacing_is_refused(place: Place) {
    let _log = full(&place).await;
    let rows = [
        "entries SELECT seq, ts, leaf, stream, kind, NULL, entry FROM entries WHERE seq = 3",
        // A new position that would push out the row with the same act.
        "entries SELECT 256, ts, leaf, stream, kind, act, entry FROM entries WHERE seq = 0",
        "payloads SELECT seq, body FROM payloads WHERE seq = 3",
        "tiles SELECT * FROM tiles",
        "bundles SELECT * FROM bundles",
        "checkpoints SELECT size, 'forged' FROM checkpoints",
        "marks SELECT name, key, 'forged', seq FROM marks",
    ];
    let replace = if place.is_sqlite() {
        "INSERT OR REPLACE INTO"
    } else {
        "INSERT INTO"
    };
    let refusal = if place.is_sqlite() {
        "taken: "
    } else {
        "duplicate key value violates unique constraint"
    };
    for row in rows {
        let refused = place.direct(&format!("{replace} {row}")).await.expect_err(row);
        assert!(refused.contains(refusal), "{row}: {refused}");
    }
    assert_eq!(place.number("SELECT COUNT(*) FROM entries").await, 256);
    assert_eq!(
        place
            .number("SELECT COUNT(*) FROM marks WHERE value = 'forged'")
            .await,
        0
    );
}

async fn a_payload_may_only_be_blanked(place: Place) {
    let _log = full(&place).await;
    for sql in [
        "UPDATE payloads SET body = (SELECT body FROM payloads WHERE seq = 1) WHERE seq = 2",
        "UPDATE payloads SET seq = 1000, body = NULL WHERE seq = 2",
    ] {
        let refused = place.direct(sql).await.expect_err(sql);
        assert!(
            refused.contains("refused: a payload may only be blanked"),
            "{sql}: {refused}"
        );
    }
    assert_eq!(
        place
            .direct("UPDATE payloads SET body = NULL WHERE seq = 2")
            .await,
        Ok(1)
    );
}

async fn a_direct_gap_is_refused(place: Place) {
    let _log = full(&place).await;
    let sql = "INSERT INTO entries SELECT seq + 300, ts, leaf, stream, kind, NULL, entry FROM entries WHERE seq = 3";
    let refused = place.direct(sql).await.unwrap_err();
    assert!(
        refused.contains("gap: an entry must follow the head"),
        "{refused}"
    );
}

/// Takes away the triggers, as an owner who means harm would.
async fn disarm(place: &Place, table: &str) {
    if place.is_sqlite() {
        place
            .direct(&format!("DROP TRIGGER {table}_update"))
            .await
            .unwrap();
    } else {
        place
            .direct(&format!("ALTER TABLE {table} DISABLE TRIGGER ALL"))
            .await
            .unwrap();
    }
}

async fn a_payload_changed_behind_our_back_is_an_outage(place: Place) {
    let log = full(&place).await;
    disarm(&place, "payloads").await;
    let forged = "UPDATE payloads SET body = (SELECT body FROM payloads WHERE seq = 8) WHERE seq = 9";
    assert_eq!(place.direct(forged).await, Ok(1));
    assert_eq!(log.records(0, 9).await.unwrap().len(), 9);
    let outage = log.records(9, 1).await.unwrap_err().to_string();
    assert!(
        outage.contains("at position 9: the payload is not the one the entry commits to"),
        "{outage}"
    );
    let outage = log
        .history(&stream("tender/T1"), 0)
        .await
        .unwrap_err()
        .to_string();
    assert!(outage.contains("at position 9"), "{outage}");
}

async fn an_entry_moved_to_another_stream_is_an_outage(place: Place) {
    let log = full(&place).await;
    disarm(&place, "entries").await;
    assert_eq!(
        place
            .direct("UPDATE entries SET stream = 'tender/T2' WHERE seq = 4")
            .await,
        Ok(1)
    );
    let outage = log
        .history(&stream("tender/T2"), 0)
        .await
        .unwrap_err()
        .to_string();
    assert!(
        outage.contains("at position 4: the entry and the columns beside it disagree"),
        "{outage}"
    );
}
