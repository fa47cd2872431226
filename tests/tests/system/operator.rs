//! An operator's direct way into the database, past every rule.

use crate::platform::runtime;
use sqlx::{AssertSqlSafe, Connection, Executor, PgConnection, Row, SqliteConnection};

/// Direct SQL.
pub(crate) struct Operator {
    /// Address of the database.
    pub(crate) url: String,
}

macro_rules! with_connection {
    ($self:ident, |$connection:ident| $work:expr) => {
        runtime().block_on(async {
            if $self.url.starts_with("sqlite:") {
                let mut $connection = SqliteConnection::connect(&$self.url).await.unwrap();
                $work
            } else {
                let mut $connection = PgConnection::connect(&$self.url).await.unwrap();
                $work
            }
        })
    };
}

impl Operator {
    pub(crate) fn run(&self, sql: &str) {
        with_connection!(self, |connection| {
            connection.execute(AssertSqlSafe(sql.to_owned())).await.unwrap();
        });
    }

    /// Nothing in the database resists any more.
    pub(crate) fn disarm(&self) {
        if self.url.starts_with("sqlite:") {
            let triggers: Vec<String> = with_connection!(self, |connection| {
                let found = sqlx::query_scalar("SELECT name FROM sqlite_master WHERE type = 'trigger'");
                found.fetch_all(&mut connection).await.unwrap()
            });
            for trigger in triggers {
                self.run(&format!("DROP TRIGGER {trigger}"));
            }
        } else {
            for table in [
                "entries",
                "payloads",
                "tiles",
                "bundles",
                "checkpoints",
                "marks",
                "streams",
            ] {
                self.run(&format!("ALTER TABLE {table} DISABLE TRIGGER ALL"));
            }
        }
    }

    pub(crate) fn bytes(&self, sql: &str) -> Vec<u8> {
        with_connection!(self, |connection| {
            let row = connection.fetch_one(AssertSqlSafe(sql.to_owned())).await.unwrap();
            row.get::<Vec<u8>, _>(0)
        })
    }

    pub(crate) fn number(&self, sql: &str) -> i64 {
        with_connection!(self, |connection| {
            let row = connection.fetch_one(AssertSqlSafe(sql.to_owned())).await.unwrap();
            row.get::<i64, _>(0)
        })
    }

    /// A literal of bytes in the dialect of the database.
    pub(crate) fn literal(&self, bytes: &[u8]) -> String {
        if self.url.starts_with("sqlite:") {
            format!("X'{}'", hex::encode(bytes))
        } else {
            format!("'\\x{}'::bytea", hex::encode(bytes))
        }
    }
}
