//! The limit for durable appends: group commit of the same rows with nothing around it.
//!
//! Invariant: same columns and sizes, same settings, same batching and the same driver as the log; no hash, no chain,
//! no tree, no index, no check.

use crate::Trouble;
use sqlx::postgres::PgPoolOptions;
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous};
use sqlx::{AssertSqlSafe, Executor, PgPool, SqlitePool};
use std::str::FromStr;
use std::sync::Arc;
use tokio::sync::{mpsc, oneshot};

/// Rows of one commit at most, as in the pen.
const BATCH: usize = 512;
/// Columns of a row.
const COLUMNS: usize = 8;

/// One row, without its position.
pub(crate) struct Row {
    pub(crate) entry: Vec<u8>,
    pub(crate) payload: Vec<u8>,
    pub(crate) leaf: [u8; 32],
    pub(crate) act: [u8; 32],
}

type Ask = (Arc<Row>, oneshot::Sender<()>);

/// A writer of rows.
pub(crate) enum Writer {
    /// A file.
    Sqlite(SqlitePool),
    /// A server.
    Postgres(PgPool),
}

const SQLITE: &str = "CREATE TABLE raw (seq INTEGER PRIMARY KEY, ts INTEGER NOT NULL, leaf BLOB NOT NULL, \
    stream TEXT NOT NULL, kind TEXT NOT NULL, act BLOB, entry BLOB NOT NULL, payload BLOB NOT NULL)";
const POSTGRES: &str = "CREATE TABLE raw (seq BIGINT PRIMARY KEY, ts BIGINT NOT NULL, leaf BYTEA NOT NULL, \
    stream TEXT NOT NULL, kind TEXT NOT NULL, act BYTEA, entry BYTEA NOT NULL, payload BYTEA NOT NULL)";

fn insert(rows: usize) -> String {
    let mut text = String::from("INSERT INTO raw (seq, ts, leaf, stream, kind, act, entry, payload) VALUES ");
    let mut place = 0_usize;
    for row in 0..rows {
        text.push_str(if row == 0 { "(" } else { ", (" });
        for column in 0..COLUMNS {
            place = place.saturating_add(1);
            text.push_str(if column == 0 { "$" } else { ", $" });
            text.push_str(&place.to_string());
        }
        text.push(')');
    }
    text
}

macro_rules! commit {
    ($pool:expr, $texts:expr, $batch:expr, $seq:expr) => {{
        let mut tx = $pool.begin().await?;
        let mut rest: &[Ask] = $batch;
        while !rest.is_empty() {
            let exponent = usize::try_from(rest.len().ilog2())?;
            let (some, others) = rest.split_at(1 << exponent);
            rest = others;
            let text: &str = $texts.get(exponent).map_or("", String::as_str);
            let mut query = sqlx::query(AssertSqlSafe(text));
            for (row, _) in some {
                query = query
                    .bind($seq)
                    .bind(1_700_000_000_000_i64)
                    .bind(&row.leaf[..])
                    .bind("tender/works");
                query = query
                    .bind("question.asked")
                    .bind(&row.act[..])
                    .bind(&row.entry)
                    .bind(&row.payload);
                $seq += 1;
            }
            query.execute(&mut *tx).await?;
        }
        tx.commit().await?;
    }};
}

impl Writer {
    /// Opens a database with one empty table.
    pub(crate) async fn open(url: &str) -> Result<Self, Trouble> {
        if url.starts_with("postgres") {
            let pool = PgPoolOptions::new().max_connections(1).connect(url).await?;
            pool.execute(POSTGRES).await?;
            return Ok(Self::Postgres(pool));
        }
        let options = SqliteConnectOptions::from_str(url)?
            .create_if_missing(true)
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(SqliteSynchronous::Full)
            .pragma("wal_autocheckpoint", "16000")
            .pragma("cache_size", "-65536");
        let pool = SqlitePoolOptions::new()
            .max_connections(1)
            .connect_with(options)
            .await?;
        pool.execute(SQLITE).await?;
        Ok(Self::Sqlite(pool))
    }

    /// Writes what comes until nobody can ask any more; tells the number of commits.
    #[expect(clippy::arithmetic_side_effects, reason = "positions of a short measurement")]
    pub(crate) async fn write(self, mut waiting: mpsc::Receiver<Ask>) -> Result<u64, Trouble> {
        let texts: Vec<String> = (0..=9).map(|exponent| insert(1 << exponent)).collect();
        let (mut seq, mut commits, mut batch) = (0_i64, 0_u64, Vec::with_capacity(BATCH));
        while waiting.recv_many(&mut batch, BATCH).await > 0 {
            match &self {
                Self::Sqlite(pool) => commit!(pool, texts, &batch, seq),
                Self::Postgres(pool) => commit!(pool, texts, &batch, seq),
            }
            commits += 1;
            for (_, done) in batch.drain(..) {
                let _gone = done.send(());
            }
        }
        Ok(commits)
    }
}
