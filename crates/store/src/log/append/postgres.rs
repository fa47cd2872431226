//! A batch on `PostgreSQL`: arrays that the server unnests.

use super::Batch;
use crate::statement::sheet::{UNNESTED_ENTRIES, UNNESTED_PAYLOADS, UNNESTED_REST};
use sqlx::PgPool;

/// The values of one column.
fn column<'a, R, T>(rows: &'a [R], value: impl Fn(&'a R) -> T) -> Vec<T> {
    rows.iter().map(value).collect()
}

/// Writes the batch in one transaction.
pub(super) async fn write(pool: &PgPool, begin: &'static str, batch: &Batch<'_>) -> Result<(), sqlx::Error> {
    let rows = batch.rows.as_slice();
    let entries = sqlx::query(UNNESTED_ENTRIES.as_str())
        .bind(column(rows, |(seq, ..)| *seq))
        .bind(column(rows, |(_, row, _)| row.at.0))
        .bind(column(rows, |(_, row, _)| &row.leaf[..]))
        .bind(column(rows, |(_, _, stream)| stream.as_str()))
        .bind(column(rows, |(_, row, _)| row.kind.name()))
        .bind(column(rows, |(_, row, _)| row.act.as_ref().map(|act| &act[..])))
        .bind(column(rows, |(_, row, _)| row.entry.as_ref()));
    let few = batch.marks.is_empty() && batch.streams.is_empty() && batch.tiles.is_empty();
    let text = if few {
        UNNESTED_PAYLOADS.as_str()
    } else {
        UNNESTED_REST.as_str()
    };
    let mut rest = sqlx::query(text)
        .bind(column(rows, |(seq, ..)| *seq))
        .bind(column(rows, |(_, row, _)| row.payload.as_ref()));
    if !few {
        let (marks, streams) = (batch.marks.as_slice(), batch.streams.as_slice());
        let (tiles, bundles) = (batch.tiles.as_slice(), batch.bundles.as_slice());
        rest = rest
            .bind(column(marks, |(_, mark)| mark.name))
            .bind(column(marks, |(_, mark)| mark.key.as_str()))
            .bind(column(marks, |(_, mark)| mark.value.as_str()))
            .bind(column(marks, |(seq, _)| *seq))
            .bind(column(streams, |(stream, _)| stream.as_str()))
            .bind(column(streams, |(_, first)| *first))
            .bind(column(tiles, |tile| tile.level))
            .bind(column(tiles, |tile| tile.index))
            .bind(column(tiles, |tile| &tile.root[..]))
            .bind(column(tiles, |tile| tile.hashes))
            .bind(column(bundles, |(index, _)| *index))
            .bind(column(bundles, |(_, entries)| entries.as_slice()));
    }
    // Dropped before its commit, the transaction rolls back.
    let mut tx = pool.begin_with(begin).await?;
    entries.execute(&mut *tx).await?;
    rest.execute(&mut *tx).await?;
    tx.commit().await
}
