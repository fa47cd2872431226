//! The log in a database.
//!
//! Invariant: a batch is appended whole, durably and directly after the head, or not at all; two writers that saw
//! the same head cannot both succeed.

mod append;
mod inbox;
mod read;

use crate::db::{OpenError, Pools, on};
use crate::notices::Notices;
use crate::origins::Origins;
use crate::receivers::Receivers;
use crate::statement;
use crate::subscriptions::Subscriptions;
use desk::Outage;
use ledger::Head;
use std::collections::HashSet;
use std::sync::Mutex;

/// Streams whose first entry we need not announce again; forgotten when there are more.
const KNOWN_STREAMS: usize = 65_536;

/// A log on `SQLite` or `PostgreSQL`.
#[derive(Debug)]
pub struct Log {
    pools: Pools,
    /// The head last computed. The root of a size never changes, so it is good as long as the size is.
    head: Mutex<Option<Head>>,
    /// Streams that are in the table of streams already.
    streams: Mutex<HashSet<String>>,
    /// What we appended since the last complete bundle.
    tail: Mutex<append::Tail>,
}

impl Log {
    /// Opens the log at an address (`sqlite:FILE` or `postgres://USER@HOST/NAME`), creating the file and bringing
    /// the schema up to date. A PostgreSQL login that may not create tables finds the schema up to date or is refused.
    pub async fn open(url: &str) -> Result<Self, OpenError> {
        let log = Self::connect(url).await?;
        log.pools.migrate().await?;
        Ok(log)
    }

    /// Opens a log whose schema must be up to date already: for a role that may not change it.
    pub async fn attach(url: &str) -> Result<Self, OpenError> {
        let log = Self::connect(url).await?;
        log.pools.check_version().await?;
        Ok(log)
    }

    async fn connect(url: &str) -> Result<Self, OpenError> {
        let pools = Pools::open(url).await?;
        Ok(Self {
            pools,
            head: Mutex::new(None),
            streams: Mutex::new(HashSet::new()),
            tail: Mutex::default(),
        })
    }

    /// The subscriptions by mail that the same database keeps.
    #[must_use]
    pub fn subscriptions(&self) -> Subscriptions {
        Subscriptions::on(self.pools.clone())
    }

    /// The notices to persons that the same database keeps.
    #[must_use]
    pub fn notices(&self) -> Notices {
        Notices::on(self.pools.clone())
    }

    /// Where persons want to be told their notices.
    #[must_use]
    pub fn receivers(&self) -> Receivers {
        Receivers::on(self.pools.clone())
    }

    /// From where bids were handed in, until it is compared.
    #[must_use]
    pub fn origins(&self) -> Origins {
        Origins::on(self.pools.clone())
    }

    /// Closes all connections; what was committed stays.
    pub async fn close(&self) {
        self.pools.close().await;
    }

    /// Bytes that the database takes, without its write-ahead log; and its name.
    pub async fn used(&self) -> Result<(&'static str, u64), Outage> {
        let text = statement::used(self.pools.reader.is_sqlite());
        let (bytes,): (i64,) = on!(&self.pools.reader, |pool| {
            sqlx::query_as(text).fetch_one(pool).await
        })
        .map_err(broken("asking how large the database is"))?;
        let name = if self.pools.reader.is_sqlite() {
            "SQLite"
        } else {
            "PostgreSQL"
        };
        Ok((name, count(bytes)?))
    }

    /// The position from which a courier reads on: 0 for one that never read.
    pub async fn courier(&self, name: &str) -> Result<u64, Outage> {
        let found: Option<(i64,)> = on!(&self.pools.reader, |pool| {
            sqlx::query_as(statement::COURIER)
                .bind(name)
                .fetch_optional(pool)
                .await
        })
        .map_err(broken("reading a courier's position"))?;
        found.map_or(Ok(0), |(seq,)| count(seq))
    }

    /// Notes, durably, from where a courier reads on; a position behind the one noted changes nothing.
    pub async fn move_courier(&self, name: &str, seq: u64) -> Result<(), Outage> {
        let seq = place(seq)?;
        on!(&self.pools.writer, |pool| {
            sqlx::query(statement::MOVE_COURIER)
                .bind(name)
                .bind(seq)
                .execute(pool)
                .await
                .map(drop)
        })
        .map_err(broken("noting a courier's position"))
    }

    /// Prepares every statement, so that a text which this database does not understand is found by a test.
    #[doc(hidden)]
    pub async fn prepare_all(&self) -> Result<usize, Outage> {
        use sqlx::Executor as _;
        let mut texts = statement::all();
        texts.extend(statement::native(self.pools.reader.is_sqlite()));
        for text in &texts {
            on!(&self.pools.reader, |pool| {
                let mut connection = pool.acquire().await.map_err(broken("preparing statements"))?;
                let prepared = connection.prepare(sqlx::SqlStr::from_static(text)).await;
                prepared
                    .map(drop)
                    .map_err(|error| Outage::new("preparing statements", format!("{text}: {error}")))?;
            });
        }
        Ok(texts.len())
    }
}

/// Says what was being done when the database failed.
pub(crate) fn broken(context: &'static str) -> impl Fn(sqlx::Error) -> Outage {
    move |error| Outage::new(context, error)
}

/// A position or size as the database holds it.
pub(crate) fn place(number: u64) -> Result<i64, Outage> {
    i64::try_from(number)
        .map_err(|_| Outage::new("writing a position", format!("{number} is beyond 2^63 - 1")))
}

/// A position to look from: beyond what the database can hold there is nothing.
fn bound(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

/// A position or size from the database.
pub(crate) fn count(number: i64) -> Result<u64, Outage> {
    u64::try_from(number).map_err(|_| Outage::new("reading a position", format!("{number} is negative")))
}
