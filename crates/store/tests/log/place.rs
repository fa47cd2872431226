//! A fresh database, a log in it, and a writer that makes sound batches.

use bytes::Bytes;
use desk::ports::AppendError;
use desk::{AppendLog, Mark, ReadLog, Row};
use facts::{Canonical, Draft, Instant, Kind, Stream};
use kaibiao_store::Log;
use ledger::{Chain, Tree};
use rand_chacha::ChaCha20Rng;
use rand_core::SeedableRng;
use sqlx::{AssertSqlSafe, Connection, Executor, PgConnection, SqliteConnection};
use tempfile::TempDir;

/// Runs each of the named tests once on each database.
macro_rules! on_both {
    ($($name:ident),* $(,)?) => {
        mod on_sqlite {
            $(#[tokio::test(flavor = "multi_thread")]
            async fn $name() { super::$name($crate::place::Place::sqlite()).await; })*
        }
        mod on_postgres {
            $(#[tokio::test(flavor = "multi_thread")]
            async fn $name() {
                if let Some(place) = $crate::place::Place::postgres().await { super::$name(place).await; }
            })*
        }
    };
}
pub(crate) use on_both;

/// A database of this test's own.
pub(crate) struct Place {
    pub(crate) url: String,
    pub(crate) folder: TempDir,
}

impl Place {
    pub(crate) fn sqlite() -> Self {
        let folder = tempfile::tempdir().unwrap();
        Self {
            url: format!("sqlite:{}/log.db", folder.path().display()),
            folder,
        }
    }

    pub(crate) async fn postgres() -> Option<Self> {
        Some(Self {
            url: kaibiao_tests::postgres::database().await?,
            folder: tempfile::tempdir().unwrap(),
        })
    }

    pub(crate) fn is_sqlite(&self) -> bool {
        self.url.starts_with("sqlite:")
    }

    pub(crate) async fn log(&self) -> Log {
        Log::open(&self.url).await.unwrap()
    }

    /// Runs a statement as the owner of the database, past the store; the refusal as text.
    pub(crate) async fn direct(&self, sql: &str) -> Result<u64, String> {
        let sql = AssertSqlSafe(sql.to_owned());
        if self.is_sqlite() {
            let mut connection = SqliteConnection::connect(&self.url).await.unwrap();
            let done = connection.execute(sql).await;
            done.map(|done| done.rows_affected())
                .map_err(|error| error.to_string())
        } else {
            let mut connection = PgConnection::connect(&self.url).await.unwrap();
            let done = connection.execute(sql).await;
            done.map(|done| done.rows_affected())
                .map_err(|error| error.to_string())
        }
    }

    /// One number, past the store.
    pub(crate) async fn number(&self, sql: &str) -> i64 {
        let sql = AssertSqlSafe(sql.to_owned());
        let (number,) = if self.is_sqlite() {
            let mut connection = SqliteConnection::connect(&self.url).await.unwrap();
            sqlx::query_as(sql).fetch_one(&mut connection).await.unwrap()
        } else {
            let mut connection = PgConnection::connect(&self.url).await.unwrap();
            sqlx::query_as(sql).fetch_one(&mut connection).await.unwrap()
        };
        number
    }
}

pub(crate) fn stream(name: &str) -> Stream {
    Stream::parse(name).unwrap()
}

/// A draft of the platform's own whose body is `{"n":…}`.
pub(crate) fn draft(name: &str, kind: Kind, n: i64) -> Draft {
    let body = Canonical::parse(format!("{{\"n\":{n}}}").as_bytes()).unwrap();
    Draft {
        stream: stream(name),
        kind,
        body,
        act: None,
        arrived: None,
    }
}

/// Many public drafts on one stream.
pub(crate) fn drafts(name: &str, number: i64) -> Vec<Draft> {
    (0..number)
        .map(|n| draft(name, Kind::TenderRegistered, n))
        .collect()
}

/// The pen's part: it knows the head and the edge of the tree.
#[derive(Clone)]
pub(crate) struct Writer {
    pub(crate) chain: Chain,
    pub(crate) tree: Tree,
    rng: ChaCha20Rng,
}

impl Writer {
    pub(crate) fn new() -> Self {
        let chain = Chain::resume("example.org/log", ledger::Head::default());
        Self {
            chain,
            tree: Tree::new(),
            rng: ChaCha20Rng::seed_from_u64(7),
        }
    }

    /// Goes on from what is in the log.
    pub(crate) async fn resume(log: &Log, seed: u64) -> Self {
        let head = log.head().await.unwrap();
        let mut tree = Tree::new();
        let size = u32::try_from(head.size).unwrap();
        for entry in log.entries(0, size).await.unwrap() {
            tree.push(ledger::leaf_hash(&entry));
        }
        let chain = Chain::resume("example.org/log", head);
        Self {
            chain,
            tree,
            rng: ChaCha20Rng::seed_from_u64(seed),
        }
    }

    /// The rows and tiles of a batch.
    pub(crate) fn batch(&mut self, drafts: Vec<Draft>) -> (Vec<Row>, Vec<(u8, u64, Bytes)>) {
        let mut tiles = Vec::new();
        let rows = drafts
            .into_iter()
            .map(|draft| {
                let at = Instant(1_700_000_000_000 + i64::try_from(self.chain.head().size).unwrap());
                let linked = self.chain.extend(draft, at, &mut self.rng).unwrap();
                let done = self.tree.push(linked.leaf);
                tiles.extend(
                    done.into_iter()
                        .map(|tile| (tile.level, tile.index, Bytes::from(tile.hashes))),
                );
                Row {
                    seq: linked.record.seq,
                    at,
                    entry: Bytes::from(linked.entry_bytes),
                    leaf: linked.leaf,
                    stream: linked.record.stream,
                    kind: linked.record.kind,
                    payload: Bytes::from(linked.payload.to_bytes()),
                    act: None,
                    marks: Vec::new(),
                }
            })
            .collect();
        (rows, tiles)
    }

    /// Appends a batch; a batch that was refused leaves the writer as it was.
    pub(crate) async fn append(&mut self, log: &Log, drafts: Vec<Draft>) -> Result<Vec<Row>, AppendError> {
        let mut next = self.clone();
        let (rows, tiles) = next.batch(drafts);
        log.append(&rows, &tiles).await?;
        *self = next;
        Ok(rows)
    }
}

pub(crate) fn mark(name: &'static str, key: &str, value: &str) -> Mark {
    Mark {
        name,
        key: key.to_owned(),
        value: value.to_owned(),
    }
}

/// Walks the whole log: every entry follows the one before, and the root is the head's.
pub(crate) async fn assert_sound(log: &Log) {
    let head = log.head().await.unwrap();
    let entries = log.entries(0, u32::MAX).await.unwrap();
    assert_eq!(entries.len() as u64, head.size);
    let (mut prev, mut leaves) = (ledger::ZERO, Vec::new());
    for (seq, bytes) in entries.iter().enumerate() {
        let entry = ledger::Entry::parse(bytes).unwrap();
        assert_eq!((entry.seq, entry.prev), (seq as u64, prev));
        prev = ledger::leaf_hash(bytes);
        leaves.push(prev);
    }
    assert_eq!(head.prev, prev);
    assert_eq!(head.root, ledger::hash::root_of(&leaves));
    assert_eq!(log.records(0, u32::MAX).await.unwrap().len() as u64, head.size);
}
