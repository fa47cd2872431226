//! Reading the log.

use super::{Log, bound, broken, count};
use crate::db::on;
use crate::decode::{self, RecordRow};
use crate::statement;
use async_trait::async_trait;
use bytes::Bytes;
use desk::{Outage, ReadLog};
use facts::{Instant, Record, Stream};
use ledger::tiles::WIDTH;
use ledger::{Hash, Head, Payload, TileId, TileSet, Tree, bundle};
use std::sync::PoisonError;

impl Log {
    async fn root(&self, size: u64) -> Result<Hash, Outage> {
        let mut tiles = TileSet::new();
        for tile in TileId::edge(size) {
            let missing = || {
                Outage::new(
                    "computing the root",
                    format!("{tile} of a log of {size} entries is missing"),
                )
            };
            let bytes = self
                .tile(tile.level, tile.index, tile.width)
                .await?
                .ok_or_else(missing)?;
            tiles
                .insert(tile, &bytes)
                .map_err(|error| Outage::new("computing the root", error))?;
        }
        let tree = Tree::resume(size, &tiles).map_err(|error| Outage::new("computing the root", error))?;
        Ok(tree.root())
    }

    pub(super) async fn entry_rows(&self, from: u64, to: u64) -> Result<Vec<Bytes>, Outage> {
        if from >= to {
            return Ok(Vec::new());
        }
        let rows: Vec<(Vec<u8>,)> = on!(&self.pools.reader, |pool| {
            sqlx::query_as(statement::ENTRIES)
                .bind(bound(from))
                .bind(bound(to))
                .fetch_all(pool)
                .await
        })
        .map_err(broken("reading entries"))?;
        Ok(rows.into_iter().map(|(entry,)| Bytes::from(entry)).collect())
    }

    /// The entries of consecutive complete bundles, as far as there are any.
    async fn bundled(&self, from: u64, to: u64) -> Result<Vec<Bytes>, Outage> {
        if from >= to {
            return Ok(Vec::new());
        }
        let rows: Vec<(Vec<u8>,)> = on!(&self.pools.reader, |pool| {
            sqlx::query_as(statement::BUNDLES)
                .bind(bound(from))
                .bind(bound(to))
                .fetch_all(pool)
                .await
        })
        .map_err(broken("reading bundles of entries"))?;
        let mut entries = Vec::new();
        for (index, (bundle,)) in (from..to).zip(rows) {
            let bundle = Bytes::from(bundle);
            let before = entries.len();
            for entry in bundle::entries(&bundle) {
                let entry = entry.map_err(|error| Outage::new("reading bundles of entries", error))?;
                entries.push(bundle.slice_ref(entry));
            }
            if entries.len().checked_sub(before) != Some(usize::from(WIDTH)) {
                return Err(Outage::new(
                    "reading bundles of entries",
                    format!("bundle {index} is not complete"),
                ));
            }
        }
        Ok(entries)
    }

    /// Hashes of a level, in order: leaf hashes, or the roots of the complete tiles of the level below.
    async fn hashes(&self, level: u8, from: u64, to: u64) -> Result<Vec<(Vec<u8>,)>, Outage> {
        let (from, to) = (bound(from), bound(to));
        on!(&self.pools.reader, |pool| match level.checked_sub(1) {
            None =>
                sqlx::query_as(statement::LEAVES)
                    .bind(from)
                    .bind(to)
                    .fetch_all(pool)
                    .await,
            Some(below) => {
                let roots = sqlx::query_as(statement::ROOTS).bind(i64::from(below));
                roots.bind(from).bind(to).fetch_all(pool).await
            }
        })
        .map_err(broken("reading hashes"))
    }

    /// Which of these marks exist already.
    pub(super) async fn taken_marks(&self, marks: &[(&str, &str)]) -> Result<Vec<(String, String)>, Outage> {
        let mut found: Vec<(String, String)> = Vec::new();
        for run in statement::TAKEN_MARKS.covers(marks.len()) {
            let end = run.start.saturating_add(run.length).min(marks.len());
            let Some([asked @ .., last]) = marks.get(run.start..end) else {
                continue;
            };
            let filling = std::iter::repeat_n(last, run.length.saturating_sub(asked.len()));
            let text = statement::TAKEN_MARKS.text(run.exponent);
            let rows: Vec<(String, String)> = on!(&self.pools.reader, |pool| {
                let mut query = sqlx::query_as(text);
                for (name, key) in asked.iter().chain(filling) {
                    query = query.bind(*name).bind(*key);
                }
                query.fetch_all(pool).await
            })
            .map_err(broken("looking for marks"))?;
            found.extend(rows);
        }
        Ok(found)
    }
}

#[async_trait]
impl ReadLog for Log {
    async fn head(&self) -> Result<Head, Outage> {
        let last: Option<(i64, i64, Vec<u8>)> =
            on!(&self.pools.reader, |pool| sqlx::query_as(statement::HEAD)
                .fetch_optional(pool)
                .await)
            .map_err(broken("reading the head"))?;
        let Some((seq, ts, leaf)) = last else {
            return Ok(Head::default());
        };
        let size = count(seq)?.saturating_add(1);
        let prev = Hash::try_from(leaf)
            .map_err(|_| Outage::new("reading the head", "a leaf hash is not 32 bytes"))?;
        let known = *self.head.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(head) = known.filter(|head| head.size == size && head.prev == prev) {
            return Ok(head);
        }
        let head = Head {
            size,
            prev,
            ts: Instant(ts),
            root: self.root(size).await?,
        };
        *self.head.lock().unwrap_or_else(PoisonError::into_inner) = Some(head);
        Ok(head)
    }

    async fn history(&self, stream: &Stream, from: u64) -> Result<Vec<Record>, Outage> {
        let name = stream.to_string();
        let rows: Vec<RecordRow> = on!(&self.pools.reader, |pool| {
            sqlx::query_as(statement::HISTORY)
                .bind(name.as_str())
                .bind(bound(from))
                .fetch_all(pool)
                .await
        })
        .map_err(broken("reading the history of a stream"))?;
        decode::records(rows).await
    }

    async fn records(&self, from: u64, limit: u32) -> Result<Vec<Record>, Outage> {
        let rows: Vec<RecordRow> = on!(&self.pools.reader, |pool| {
            let query = sqlx::query_as(statement::RECORDS).bind(bound(from));
            query.bind(i64::from(limit)).fetch_all(pool).await
        })
        .map_err(broken("reading records"))?;
        decode::records(rows).await
    }

    async fn decisions(&self, before: u64, limit: u32) -> Result<Vec<Record>, Outage> {
        let rows: Vec<RecordRow> = on!(&self.pools.reader, |pool| {
            let query = sqlx::query_as(statement::DECISIONS).bind(bound(before));
            query.bind(i64::from(limit)).fetch_all(pool).await
        })
        .map_err(broken("reading decisions of complaints"))?;
        decode::records(rows).await
    }

    async fn entries(&self, from: u64, limit: u32) -> Result<Vec<Bytes>, Outage> {
        let width = u64::from(WIDTH);
        let to = from.saturating_add(u64::from(limit));
        let (first, last) = (from.div_ceil(width), to.checked_div(width).unwrap_or_default());
        if first >= last {
            return self.entry_rows(from, to).await;
        }
        let mut entries = self.entry_rows(from, first.saturating_mul(width)).await?;
        entries.extend(self.bundled(first, last).await?);
        let read = u64::try_from(entries.len()).unwrap_or(u64::MAX);
        entries.extend(self.entry_rows(from.saturating_add(read), to).await?);
        Ok(entries)
    }

    async fn payload(&self, seq: u64) -> Result<Option<Payload>, Outage> {
        let found: Option<(Option<Vec<u8>>,)> = on!(&self.pools.reader, |pool| {
            sqlx::query_as(statement::PAYLOAD)
                .bind(bound(seq))
                .fetch_optional(pool)
                .await
        })
        .map_err(broken("reading a payload"))?;
        let Some(bytes) = found.and_then(|(body,)| body) else {
            return Ok(None);
        };
        Payload::from_bytes(&bytes)
            .map(Some)
            .map_err(|error| Outage::new("reading a payload", error))
    }

    async fn position(&self, act: [u8; 32]) -> Result<Option<u64>, Outage> {
        let text = statement::position(self.pools.reader.is_sqlite());
        let found: Option<(i64,)> = on!(&self.pools.reader, |pool| {
            sqlx::query_as(text).bind(&act[..]).fetch_optional(pool).await
        })
        .map_err(broken("looking for an act"))?;
        found.map(|(seq,)| count(seq)).transpose()
    }

    async fn tile(&self, level: u8, index: u64, width: u16) -> Result<Option<Bytes>, Outage> {
        if width == WIDTH {
            let found: Option<(Vec<u8>,)> = on!(&self.pools.reader, |pool| {
                let query = sqlx::query_as(statement::TILE).bind(i64::from(level));
                query.bind(bound(index)).fetch_optional(pool).await
            })
            .map_err(broken("reading a tile"))?;
            return Ok(found.map(|(hashes,)| Bytes::from(hashes)));
        }
        let Some(first) = index.checked_mul(u64::from(WIDTH)) else {
            return Ok(None);
        };
        if width == 0 || width > WIDTH {
            return Ok(None);
        }
        let rows = self
            .hashes(level, first, first.saturating_add(u64::from(width)))
            .await?;
        if rows.len() < usize::from(width) {
            return Ok(None);
        }
        let hashes: Vec<u8> = rows.into_iter().flat_map(|(hash,)| hash).collect();
        Ok(Some(Bytes::from(hashes)))
    }

    async fn streams(&self, prefix: &str, after: Option<&str>, limit: u32) -> Result<Vec<Stream>, Outage> {
        let context = "listing streams";
        let after = match after {
            None => -1,
            Some(stream) => {
                let found: Option<(i64,)> = on!(&self.pools.reader, |pool| {
                    sqlx::query_as(statement::FIRST)
                        .bind(stream)
                        .fetch_optional(pool)
                        .await
                })
                .map_err(broken(context))?;
                let Some((first,)) = found else {
                    return Ok(Vec::new());
                };
                first
            }
        };
        // Names of streams are ASCII, so every name with the prefix sorts below the prefix followed by this.
        let end = format!("{prefix}\u{10ffff}");
        let rows: Vec<(String,)> = on!(&self.pools.reader, |pool| {
            let query = sqlx::query_as(statement::STREAMS).bind(prefix).bind(end.as_str());
            query.bind(after).bind(i64::from(limit)).fetch_all(pool).await
        })
        .map_err(broken(context))?;
        let streams = rows.iter().map(|(name,)| Stream::parse(name));
        streams
            .map(|stream| stream.map_err(|error| Outage::new(context, error)))
            .collect()
    }

    async fn mark(&self, name: &str, key: &str) -> Result<Option<String>, Outage> {
        let found: Option<(String,)> = on!(&self.pools.reader, |pool| {
            sqlx::query_as(statement::MARK)
                .bind(name)
                .bind(key)
                .fetch_optional(pool)
                .await
        })
        .map_err(broken("reading a mark"))?;
        Ok(found.map(|(value,)| value))
    }

    async fn checkpoint(&self, size: u64) -> Result<Option<(u64, String)>, Outage> {
        let found: Option<(i64, String)> = on!(&self.pools.reader, |pool| {
            sqlx::query_as(statement::CHECKPOINT)
                .bind(bound(size))
                .fetch_optional(pool)
                .await
        })
        .map_err(broken("reading a checkpoint"))?;
        found.map(|(size, note)| Ok((count(size)?, note))).transpose()
    }
}
