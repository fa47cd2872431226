//! Appending to the log: one transaction for a batch, few statements for many rows.

use super::{KNOWN_STREAMS, Log, broken, count, place};
use crate::db::{Db, on};
use crate::statement::{
    self, INSERT_BUNDLES, INSERT_ENTRIES, INSERT_MARKS, INSERT_PAYLOADS, INSERT_STREAMS, INSERT_TILES,
};
use async_trait::async_trait;
use bytes::Bytes;
use desk::ports::AppendError;
use desk::{AppendLog, Mark, Outage, ReadLog, Row};
use ledger::hash::root_of;
use ledger::tiles::WIDTH;
use ledger::{Hash, bundle};
use std::collections::HashSet;
use std::sync::PoisonError;

const APPENDING: &str = "appending to the log";

/// A complete tile with the hash that stands for it one level up.
struct Tile<'a> {
    level: i64,
    index: i64,
    root: Hash,
    hashes: &'a [u8],
}

/// A batch with everything computed that need not be computed while the transaction holds the log.
struct Batch<'a> {
    /// Rows with their positions as the database holds them and the names of their streams.
    rows: Vec<(i64, &'a Row, String)>,
    marks: Vec<(i64, &'a Mark)>,
    tiles: Vec<Tile<'a>>,
    /// Streams that may be new, each with the position of its first entry in the batch.
    streams: Vec<(String, i64)>,
}

impl<'a> Batch<'a> {
    fn new(rows: &'a [Row], tiles: &'a [(u8, u64, Bytes)], known: &HashSet<String>) -> Result<Self, Outage> {
        let mut batch = Self {
            rows: Vec::with_capacity(rows.len()),
            marks: Vec::new(),
            tiles: Vec::with_capacity(tiles.len()),
            streams: Vec::new(),
        };
        let mut seen = HashSet::new();
        for row in rows {
            let seq = place(row.seq)?;
            let stream = row.stream.to_string();
            if !known.contains(&stream) && seen.insert(stream.clone()) {
                batch.streams.push((stream.clone(), seq));
            }
            batch.marks.extend(row.marks.iter().map(|mark| (seq, mark)));
            batch.rows.push((seq, row, stream));
        }
        for (level, index, hashes) in tiles {
            let (leaves, rest) = hashes.as_chunks::<32>();
            if leaves.len() != usize::from(WIDTH) || !rest.is_empty() {
                return Err(Outage::new(
                    APPENDING,
                    format!("tile {level}/{index} does not have 256 hashes"),
                ));
            }
            batch.tiles.push(Tile {
                level: i64::from(*level),
                index: place(*index)?,
                root: root_of(leaves),
                hashes,
            });
        }
        Ok(batch)
    }
}

/// A bundle that the batch completes: its place and the positions of its entries, `end` excluded.
struct Bundle {
    index: i64,
    first: i64,
    end: i64,
}

/// The bundles that the batch completes, as its complete tiles of leaves show.
fn bundles(tiles: &[(u8, u64, Bytes)]) -> Result<Vec<Bundle>, Outage> {
    let leaves = tiles.iter().filter(|(level, ..)| *level == 0);
    leaves
        .map(|(_, index, _)| {
            let first = index.saturating_mul(u64::from(WIDTH));
            let end = first.saturating_add(u64::from(WIDTH));
            Ok(Bundle {
                index: place(*index)?,
                first: place(first)?,
                end: place(end)?,
            })
        })
        .collect()
}

/// The bytes of a bundle from the entries that stood in the table and those of the batch.
fn bundle_of(bundle: &Bundle, stored: &[(Vec<u8>,)], batch: &Batch<'_>) -> Result<Vec<u8>, Outage> {
    let fresh = batch
        .rows
        .iter()
        .filter(|(seq, ..)| (bundle.first..bundle.end).contains(seq));
    let fresh = fresh.map(|(_, row, _)| row.entry.as_ref());
    let entries: Vec<&[u8]> = stored
        .iter()
        .map(|(entry,)| entry.as_slice())
        .chain(fresh)
        .collect();
    if entries.len() != usize::from(WIDTH) {
        let found = entries.len();
        return Err(Outage::new(
            APPENDING,
            format!("bundle {} would have {found} entries", bundle.index),
        ));
    }
    bundle::encode(entries).map_err(|error| Outage::new(APPENDING, error))
}

/// A violation of uniqueness, and a transaction that the database gave up for another's sake, are lost races.
fn lost(error: sqlx::Error) -> AppendError {
    let taken = error.as_database_error().is_some_and(|refusal| {
        let code = refusal.code();
        refusal.is_unique_violation()
            || refusal.message().starts_with("taken: ")
            || matches!(code.as_deref(), Some("40001" | "40P01"))
    });
    if taken {
        AppendError::Taken
    } else {
        AppendError::Outage(Outage::new(APPENDING, error))
    }
}

#[async_trait]
impl AppendLog for Log {
    async fn append(&self, rows: &[Row], tiles: &[(u8, u64, Bytes)]) -> Result<(), AppendError> {
        let Some(first) = rows.first() else { return Ok(()) };
        let first = place(first.seq)?;
        let batch = {
            let known = self.streams.lock().unwrap_or_else(PoisonError::into_inner);
            Batch::new(rows, tiles, &known)?
        };
        let completed = bundles(tiles)?;
        let begin = self.pools.writer.begin();
        on!(&self.pools.writer, |pool| {
            // Dropped before its commit, the transaction rolls back.
            let mut tx = pool.begin_with(begin).await.map_err(lost)?;
            for run in INSERT_ENTRIES.runs(batch.rows.len()) {
                let mut query = sqlx::query(INSERT_ENTRIES.text(run.exponent));
                for (seq, row, stream) in batch.rows.iter().skip(run.start).take(run.length) {
                    query = query
                        .bind(*seq)
                        .bind(row.at.0)
                        .bind(&row.leaf[..])
                        .bind(stream.as_str());
                    query = query
                        .bind(row.kind.name())
                        .bind(row.act.as_ref().map(|act| &act[..]));
                    query = query.bind(row.entry.as_ref());
                }
                query.execute(&mut *tx).await.map_err(lost)?;
            }
            for run in INSERT_PAYLOADS.runs(batch.rows.len()) {
                let mut query = sqlx::query(INSERT_PAYLOADS.text(run.exponent));
                for (seq, row, _) in batch.rows.iter().skip(run.start).take(run.length) {
                    query = query.bind(*seq).bind(row.payload.as_ref());
                }
                query.execute(&mut *tx).await.map_err(lost)?;
            }
            for run in INSERT_MARKS.runs(batch.marks.len()) {
                let mut query = sqlx::query(INSERT_MARKS.text(run.exponent));
                for (seq, mark) in batch.marks.iter().skip(run.start).take(run.length) {
                    query = query
                        .bind(mark.name)
                        .bind(mark.key.as_str())
                        .bind(mark.value.as_str())
                        .bind(*seq);
                }
                query.execute(&mut *tx).await.map_err(lost)?;
            }
            for run in INSERT_STREAMS.runs(batch.streams.len()) {
                let mut query = sqlx::query(INSERT_STREAMS.text(run.exponent));
                for (stream, seq) in batch.streams.iter().skip(run.start).take(run.length) {
                    query = query.bind(stream.as_str()).bind(*seq);
                }
                query.execute(&mut *tx).await.map_err(lost)?;
            }
            for run in INSERT_TILES.runs(batch.tiles.len()) {
                let mut query = sqlx::query(INSERT_TILES.text(run.exponent));
                for tile in batch.tiles.iter().skip(run.start).take(run.length) {
                    query = query
                        .bind(tile.level)
                        .bind(tile.index)
                        .bind(&tile.root[..])
                        .bind(tile.hashes);
                }
                query.execute(&mut *tx).await.map_err(lost)?;
            }
            let mut bundles = Vec::with_capacity(completed.len());
            for bundle in &completed {
                let mut stored: Vec<(Vec<u8>,)> = Vec::new();
                if bundle.first < first {
                    let query = sqlx::query_as(statement::ENTRIES)
                        .bind(bundle.first)
                        .bind(first.min(bundle.end));
                    stored = query.fetch_all(&mut *tx).await.map_err(lost)?;
                }
                bundles.push((bundle.index, bundle_of(bundle, &stored, &batch)?));
            }
            for run in INSERT_BUNDLES.runs(bundles.len()) {
                let mut query = sqlx::query(INSERT_BUNDLES.text(run.exponent));
                for (index, bytes) in bundles.iter().skip(run.start).take(run.length) {
                    query = query.bind(*index).bind(bytes.as_slice());
                }
                query.execute(&mut *tx).await.map_err(lost)?;
            }
            tx.commit().await.map_err(lost)?;
        });
        let mut known = self.streams.lock().unwrap_or_else(PoisonError::into_inner);
        if known.len() > KNOWN_STREAMS {
            known.clear();
        }
        known.extend(batch.streams.into_iter().map(|(stream, _)| stream));
        Ok(())
    }

    async fn taken(&self, marks: &[(&str, &str)]) -> Result<Vec<(String, String)>, Outage> {
        self.taken_marks(marks).await
    }

    async fn keep_checkpoint(&self, size: u64, note: &str) -> Result<(), Outage> {
        let place = place(size)?;
        let kept = on!(&self.pools.writer, |pool| {
            sqlx::query(statement::INSERT_CHECKPOINT)
                .bind(place)
                .bind(note)
                .execute(pool)
                .await
                .map(drop)
        });
        match kept.map_err(lost) {
            Ok(()) => Ok(()),
            Err(AppendError::Outage(outage)) => Err(outage),
            Err(AppendError::Taken) => {
                let there = self.checkpoint(size).await?;
                if there.is_some_and(|(at, kept)| at == size && kept == note) {
                    return Ok(());
                }
                Err(Outage::new(
                    "keeping a checkpoint",
                    format!("another note of size {size} is kept already"),
                ))
            }
        }
    }

    async fn erase(&self, seq: u64) -> Result<(), Outage> {
        const ERASING: &str = "erasing a payload";
        let seq = place(seq)?;
        let blanked = on!(&self.pools.writer, |pool| {
            sqlx::query(statement::ERASE)
                .bind(seq)
                .execute(pool)
                .await
                .map(|done| done.rows_affected())
        })
        .map_err(broken(ERASING))?;
        if blanked == 0 {
            return Err(Outage::new(ERASING, format!("there is no entry {}", count(seq)?)));
        }
        // The old version of the row must not outlive the erasure in SQLite's write-ahead log or in a dead row.
        match &self.pools.writer {
            Db::Sqlite(pool) => sqlx::query("PRAGMA wal_checkpoint(TRUNCATE)")
                .execute(pool)
                .await
                .map(drop),
            Db::Postgres(pool) => sqlx::query("VACUUM payloads").execute(pool).await.map(drop),
        }
        .map_err(broken(ERASING))
    }
}
