//! Two native pools behind one enum, and the macro that runs one statement text on either.
//!
//! Invariant: a commit that was acknowledged is on disk. Durability is set when a connection is opened, and a
//! server that would not honour it is refused.

use sqlx::migrate::{MigrateError, Migrator};
use sqlx::postgres::{PgConnectOptions, PgPool, PgPoolOptions};
use sqlx::sqlite::{
    SqliteConnectOptions, SqliteJournalMode, SqlitePool, SqlitePoolOptions, SqliteSynchronous,
};
use std::str::FromStr;
use std::time::Duration;

/// Runs one body on the pool of either database; the body is compiled once for each.
macro_rules! on {
    ($db:expr, |$pool:ident| $body:expr) => {
        match $db {
            $crate::db::Db::Sqlite($pool) => $body,
            $crate::db::Db::Postgres($pool) => $body,
        }
    };
}
pub(crate) use on;

static SQLITE: Migrator = sqlx::migrate!("../../migrations/sqlite");
static POSTGRES: Migrator = sqlx::migrate!("../../migrations/postgres");

/// How long a writer waits for another process to let go of a `SQLite` file.
const PATIENCE: Duration = Duration::from_secs(5);
/// How long a caller waits for a free connection.
const QUEUE: Duration = Duration::from_secs(15);
/// Prepared statements a connection remembers: more than the crate has.
const STATEMENTS: usize = 128;

/// Why a database could not be opened.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// The address is of no database we know.
    #[error("a database is written sqlite:FILE or postgres://USER@HOST/NAME, not {0:?}")]
    Address(String),
    /// A database in memory forgets; and every connection would see another.
    #[error("a log must be kept in a file, not in memory")]
    Memory,
    /// The server would lose acknowledged commits, or garble text.
    #[error("the PostgreSQL server says {setting} = {found}; the log needs {needed}")]
    Setting {
        /// Name of the setting.
        setting: &'static str,
        /// What it is.
        found: String,
        /// What it must be.
        needed: &'static str,
    },
    /// The schema is not the one this program was built with.
    #[error("the schema cannot be brought up to date: {0}")]
    Migrate(#[from] MigrateError),
    /// The schema is older or newer than this program, and this connection may not change it.
    #[error("the schema is at version {found}, this program needs {needed}")]
    Version {
        /// What the database has.
        found: i64,
        /// What this program was built with.
        needed: i64,
    },
    /// The database said no.
    #[error("the database cannot be opened: {0}")]
    Sql(#[from] sqlx::Error),
}

/// A pool of connections to one of the two databases.
#[derive(Debug, Clone)]
pub(crate) enum Db {
    /// A file.
    Sqlite(SqlitePool),
    /// A server.
    Postgres(PgPool),
}

/// The two pools of a log: many connections that read, and the few that write.
#[derive(Debug, Clone)]
pub(crate) struct Pools {
    pub(crate) reader: Db,
    pub(crate) writer: Db,
}

impl Pools {
    pub(crate) async fn open(url: &str) -> Result<Self, OpenError> {
        if url.starts_with("postgres://") || url.starts_with("postgresql://") {
            postgres(url).await
        } else if url.starts_with("sqlite:") {
            sqlite(url).await
        } else {
            let shown = url.split("://").next().unwrap_or_default();
            Err(OpenError::Address(shown.chars().take(40).collect()))
        }
    }

    /// Brings the schema up to date, or, under a login that may not, refuses one that is not.
    pub(crate) async fn migrate(&self) -> Result<(), OpenError> {
        match &self.writer {
            Db::Sqlite(pool) => SQLITE.run(pool).await?,
            Db::Postgres(pool) => {
                let (may,): (bool,) = sqlx::query_as(
                    "SELECT coalesce(has_schema_privilege(current_schema(), 'CREATE'), false)",
                )
                .fetch_one(pool)
                .await?;
                if !may {
                    return self.check_version().await;
                }
                POSTGRES.run(pool).await?;
            }
        }
        Ok(())
    }

    /// Refuses a schema of another version than this program's.
    pub(crate) async fn check_version(&self) -> Result<(), OpenError> {
        let found: (i64,) = on!(&self.reader, |pool| sqlx::query_as(crate::statement::VERSION)
            .fetch_one(pool)
            .await)?;
        let newest = POSTGRES.iter().map(|migration| migration.version).max();
        let needed = newest.unwrap_or_default();
        if found.0 == needed {
            Ok(())
        } else {
            Err(OpenError::Version {
                found: found.0,
                needed,
            })
        }
    }

    /// Lets nothing of rows that were changed or deleted outlive them in `SQLite`'s write-ahead log, or in a dead row of
    /// the table that `vacuum` cleans.
    pub(crate) async fn scrub(&self, rows: u64, vacuum: &'static str) -> Result<(), sqlx::Error> {
        if rows == 0 {
            return Ok(());
        }
        match &self.writer {
            Db::Sqlite(pool) => sqlx::query("PRAGMA wal_checkpoint(TRUNCATE)")
                .execute(pool)
                .await
                .map(drop),
            Db::Postgres(pool) => sqlx::query(vacuum).execute(pool).await.map(drop),
        }
    }

    pub(crate) async fn close(&self) {
        on!(&self.reader, |pool| pool.close().await);
        on!(&self.writer, |pool| pool.close().await);
    }
}

impl Db {
    /// Whether it is a file.
    pub(crate) const fn is_sqlite(&self) -> bool {
        matches!(self, Self::Sqlite(_))
    }

    /// The statement that begins a transaction which will write.
    ///
    /// `SQLite` must take the write lock at once: a transaction that reads first and writes later fails when
    /// another has written between.
    pub(crate) const fn begin(&self) -> &'static str {
        match self {
            Self::Sqlite(_) => "BEGIN IMMEDIATE",
            Self::Postgres(_) => "BEGIN",
        }
    }
}

async fn sqlite(url: &str) -> Result<Pools, OpenError> {
    let options = SqliteConnectOptions::from_str(url)?;
    if url.contains(":memory:")
        || url.contains("mode=memory")
        || options.get_filename().as_os_str().is_empty()
    {
        return Err(OpenError::Memory);
    }
    let options = options
        .create_if_missing(true)
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Full)
        .busy_timeout(PATIENCE)
        .foreign_keys(true)
        .statement_cache_capacity(STATEMENTS)
        // An erased payload must not linger in free pages of the file.
        .pragma("secure_delete", "ON")
        // Acts and marks have random keys, whose pages change again and again: a longer write-ahead log (64 MB)
        // carries each of them back less often.
        .pragma("wal_autocheckpoint", "16000")
        .pragma("cache_size", "-65536")
        // What a statement must remember to undo itself would go to a file beyond 64 KB; a batch has more.
        .pragma("temp_store", "MEMORY");
    let writer = SqlitePoolOptions::new().max_connections(1).acquire_timeout(QUEUE);
    let writer = writer.connect_with(options.clone()).await?;
    let reader = SqlitePoolOptions::new().max_connections(8).acquire_timeout(QUEUE);
    let reader = reader.connect_with(options.pragma("query_only", "ON")).await?;
    Ok(Pools {
        reader: Db::Sqlite(reader),
        writer: Db::Sqlite(writer),
    })
}

async fn postgres(url: &str) -> Result<Pools, OpenError> {
    let options = PgConnectOptions::from_str(url)?
        .statement_cache_capacity(STATEMENTS)
        .options([("synchronous_commit", "on"), ("client_encoding", "UTF8")]);
    let writer = PgPoolOptions::new().max_connections(2).acquire_timeout(QUEUE);
    let writer = writer.connect_with(options.clone()).await?;
    for (setting, statement, needed) in [
        ("fsync", "SHOW fsync", "on"),
        ("server_encoding", "SHOW server_encoding", "UTF8"),
    ] {
        let (found,): (String,) = sqlx::query_as(statement).fetch_one(&writer).await?;
        if found != needed {
            return Err(OpenError::Setting {
                setting,
                found,
                needed,
            });
        }
    }
    let options = options.options([("default_transaction_read_only", "on")]);
    let reader = PgPoolOptions::new()
        .max_connections(8)
        .acquire_timeout(QUEUE)
        .connect_with(options)
        .await?;
    Ok(Pools {
        reader: Db::Postgres(reader),
        writer: Db::Postgres(writer),
    })
}
