//! A batch on `SQLite`: all tables by one text, sheet by sheet.

use super::Batch;
use crate::statement::sheet::{NUMBER, PACKED, PACKED_FEW, PLACE, Sheet};
use sqlx::SqlitePool;

/// Writes the batch in one transaction.
pub(super) async fn write(
    pool: &SqlitePool,
    begin: &'static str,
    batch: &Batch<'_>,
) -> Result<(), sqlx::Error> {
    let [entries, payloads, others @ ..] = sheets(batch);
    let few = others.iter().all(Sheet::is_empty);
    let mut query = sqlx::query(if few { PACKED_FEW.as_str() } else { PACKED.as_str() });
    let others = others.into_iter().filter(|_| !few);
    for sheet in [entries, payloads].into_iter().chain(others) {
        let (directory, pieces) = sheet.into_parts();
        query = query.bind(directory).bind(pieces);
    }
    // Dropped before its commit, the transaction rolls back.
    let mut tx = pool.begin_with(begin).await?;
    query.execute(&mut *tx).await?;
    tx.commit().await
}

/// The sheets, in the order of the statement's tables.
fn sheets(batch: &Batch<'_>) -> [Sheet; 6] {
    let rows = batch.rows.len();
    let wide = |numbers: usize, pieces: usize| {
        let row = NUMBER
            .saturating_mul(numbers)
            .saturating_add(PLACE.saturating_mul(2).saturating_mul(pieces));
        row.saturating_mul(rows)
    };
    let bytes = |length: fn(&desk::Row) -> usize| {
        let lengths = batch.rows.iter().map(|(_, row, _)| length(row));
        lengths.fold(0, usize::saturating_add)
    };
    let mut entries = Sheet::with_room(wide(2, 5), bytes(|row| row.entry.len().saturating_add(160)));
    let mut payloads = Sheet::with_room(wide(1, 1), bytes(|row| row.payload.len()));
    for (seq, row, stream) in &batch.rows {
        entries.number(*seq);
        entries.number(row.at.0);
        entries.piece(&row.leaf);
        entries.piece(stream.as_bytes());
        entries.piece(row.kind.name().as_bytes());
        entries.piece(row.act.as_ref().map_or(&[], |act| &act[..]));
        entries.piece(&row.entry);
        payloads.number(*seq);
        payloads.piece(&row.payload);
    }
    let mut marks = Sheet::default();
    for (seq, mark) in &batch.marks {
        marks.piece(mark.name.as_bytes());
        marks.piece(mark.key.as_bytes());
        marks.piece(mark.value.as_bytes());
        marks.number(*seq);
    }
    let mut streams = Sheet::default();
    for (stream, first) in &batch.streams {
        streams.piece(stream.as_bytes());
        streams.number(*first);
    }
    let mut tiles = Sheet::default();
    for tile in &batch.tiles {
        tiles.number(tile.level);
        tiles.number(tile.index);
        tiles.piece(&tile.root);
        tiles.piece(tile.hashes);
    }
    let mut bundles = Sheet::default();
    for (index, entries) in &batch.bundles {
        bundles.number(*index);
        bundles.piece(entries);
    }
    [entries, payloads, marks, streams, tiles, bundles]
}
