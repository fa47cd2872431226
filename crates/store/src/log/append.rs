//! Appending to the log: one transaction for a batch, few statements for many rows.

mod postgres;
mod sqlite;

use super::{KNOWN_STREAMS, Log, broken, count, place};
use crate::db::{Db, on};
use crate::statement;
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
    /// Bundles that the batch completes, by their index.
    bundles: Vec<(i64, Vec<u8>)>,
    /// Streams that may be new, each with the position of its first entry in the batch.
    streams: Vec<(String, i64)>,
}

impl<'a> Batch<'a> {
    fn new(rows: &'a [Row], tiles: &'a [(u8, u64, Bytes)], known: &HashSet<String>) -> Result<Self, Outage> {
        let mut batch = Self {
            rows: Vec::with_capacity(rows.len()),
            marks: Vec::new(),
            tiles: Vec::with_capacity(tiles.len()),
            bundles: Vec::new(),
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

/// The entries at the end of the log that no bundle holds yet, as this process appended them. They never change; if
/// another process has written since, they are merely not the last.
#[derive(Debug, Default)]
pub(super) struct Tail {
    /// Position of the first.
    first: u64,
    entries: Vec<Bytes>,
}

impl Tail {
    /// The entries from a position up to another, if they are all here.
    fn get(&self, from: u64, to: u64) -> Option<&[Bytes]> {
        let start = usize::try_from(from.checked_sub(self.first)?).ok()?;
        let end = usize::try_from(to.checked_sub(self.first)?).ok()?;
        self.entries.get(start..end)
    }

    /// These rows were appended.
    fn add(&mut self, rows: &[Row]) {
        let Some((first, last)) = rows.first().zip(rows.last()) else {
            return;
        };
        if self.first.checked_add(self.entries.len() as u64) != Some(first.seq) {
            (self.first, self.entries) = (first.seq, Vec::new());
        }
        self.entries.extend(rows.iter().map(|row| row.entry.clone()));
        let size = last.seq.saturating_add(1);
        let bundled = size
            .saturating_sub(size.checked_rem(u64::from(WIDTH)).unwrap_or_default())
            .saturating_sub(self.first);
        let bundled = usize::try_from(bundled)
            .unwrap_or(usize::MAX)
            .min(self.entries.len());
        self.entries.drain(..bundled);
        self.first = self.first.saturating_add(bundled as u64);
    }
}

impl Log {
    /// The bundles that the batch completes, as its complete tiles of leaves show.
    async fn bundles(&self, rows: &[Row], tiles: &[(u8, u64, Bytes)]) -> Result<Vec<(i64, Vec<u8>)>, Outage> {
        let mut bundles = Vec::new();
        let head = rows.first().map_or(0, |row| row.seq);
        for (_, index, _) in tiles.iter().filter(|(level, ..)| *level == 0) {
            let first = index.saturating_mul(u64::from(WIDTH));
            let end = first.saturating_add(u64::from(WIDTH));
            let stored = self.stored(first, head.min(end)).await?;
            let fresh = rows.iter().filter(|row| (first..end).contains(&row.seq));
            let fresh = fresh.map(|row| &row.entry);
            let entries: Vec<&[u8]> = stored.iter().chain(fresh).map(AsRef::as_ref).collect();
            if entries.len() != usize::from(WIDTH) {
                let found = entries.len();
                let what = format!("bundle {index} would have {found} entries");
                return Err(Outage::new(APPENDING, what));
            }
            let bytes = bundle::encode(entries).map_err(|error| Outage::new(APPENDING, error))?;
            bundles.push((place(*index)?, bytes));
        }
        Ok(bundles)
    }

    /// Entries that stand in the log already.
    async fn stored(&self, from: u64, to: u64) -> Result<Vec<Bytes>, Outage> {
        if from >= to {
            return Ok(Vec::new());
        }
        let kept = {
            let tail = self.tail.lock().unwrap_or_else(PoisonError::into_inner);
            tail.get(from, to).map(<[Bytes]>::to_vec)
        };
        match kept {
            Some(kept) => Ok(kept),
            None => self.entry_rows(from, to).await,
        }
    }
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
        if rows.is_empty() {
            return Ok(());
        }
        let mut batch = {
            let known = self.streams.lock().unwrap_or_else(PoisonError::into_inner);
            Batch::new(rows, tiles, &known)?
        };
        batch.bundles = self.bundles(rows, tiles).await?;
        let begin = self.pools.writer.begin();
        match &self.pools.writer {
            Db::Sqlite(pool) => sqlite::write(pool, begin, &batch).await,
            Db::Postgres(pool) => postgres::write(pool, begin, &batch).await,
        }
        .map_err(lost)?;
        self.tail.lock().unwrap_or_else(PoisonError::into_inner).add(rows);
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
