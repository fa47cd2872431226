//! Requests to be enrolled, in a table beside the log.
//!
//! Invariant: what a request said of a person is gone from the files of the database when it was decided.

use super::{Log, broken};
use crate::db::on;
use crate::statement;
use async_trait::async_trait;
use bytes::Bytes;
use desk::inbox::{Kept, MOST, Outcome, Request, Standing};
use desk::{Inbox, Outage};
use facts::{AccountId, Hex, Instant};
use ledger::Hash;

const READING: &str = "reading a request to be enrolled";
const KEEPING: &str = "keeping a request to be enrolled";
const DECIDING: &str = "deciding a request to be enrolled";

/// Account, key, since, until, outcome, reason.
type Told = (String, Vec<u8>, i64, i64, Option<String>, Option<String>);
/// Id, account, key, since, until, body.
type Waiting = (Vec<u8>, String, Vec<u8>, i64, i64, Vec<u8>);

fn hash(bytes: Vec<u8>) -> Result<Hash, Outage> {
    Hash::try_from(bytes).map_err(|_| Outage::new(READING, "a hash is not 32 bytes long"))
}

fn account(name: &str) -> Result<AccountId, Outage> {
    AccountId::parse(name).map_err(|error| Outage::new(READING, error))
}

#[async_trait]
impl Inbox for Log {
    async fn ask(&self, request: &Request) -> Result<Kept, Outage> {
        let (waiting,): (i64,) = on!(&self.pools.writer, |pool| sqlx::query_as(
            statement::REQUESTS_WAITING
        )
        .bind(request.since.0)
        .fetch_one(pool)
        .await)
        .map_err(broken(KEEPING))?;
        if waiting >= i64::from(MOST) {
            return Ok(Kept::Full);
        }
        let kept = on!(&self.pools.writer, |pool| {
            sqlx::query(statement::INSERT_REQUEST)
                .bind(&request.id[..])
                .bind(request.account.as_str())
                .bind(&request.key.bytes()[..])
                .bind(request.since.0)
                .bind(request.until.0)
                .bind(&request.body[..])
                .execute(pool)
                .await
                .map(|done| done.rows_affected())
        })
        .map_err(broken(KEEPING))?;
        Ok(if kept == 0 { Kept::Already } else { Kept::Waiting })
    }

    async fn standing(&self, id: Hash, now: Instant) -> Result<Option<Standing>, Outage> {
        let found: Option<Told> = on!(&self.pools.reader, |pool| sqlx::query_as(statement::REQUEST)
            .bind(&id[..])
            .bind(now.0)
            .fetch_optional(pool)
            .await)
        .map_err(broken(READING))?;
        let Some((name, key, since, until, outcome, reason)) = found else {
            return Ok(None);
        };
        Ok(Some(Standing {
            account: account(&name)?,
            key: Hex(hash(key)?),
            since: Instant(since),
            until: Instant(until),
            outcome: outcome.as_deref().and_then(Outcome::parse),
            reason,
        }))
    }

    async fn waiting(&self, now: Instant) -> Result<Vec<Request>, Outage> {
        let found: Vec<Waiting> = on!(&self.pools.reader, |pool| sqlx::query_as(statement::REQUESTS)
            .bind(now.0)
            .bind(i64::from(MOST))
            .fetch_all(pool)
            .await)
        .map_err(broken(READING))?;
        found
            .into_iter()
            .map(|(id, name, key, since, until, body)| {
                Ok(Request {
                    id: hash(id)?,
                    account: account(&name)?,
                    key: Hex(hash(key)?),
                    since: Instant(since),
                    until: Instant(until),
                    body: Bytes::from(body),
                })
            })
            .collect()
    }

    async fn decide(&self, id: Hash, outcome: Outcome, reason: Option<&str>) -> Result<bool, Outage> {
        let decided = on!(&self.pools.writer, |pool| {
            sqlx::query(statement::DECIDE_REQUEST)
                .bind(&id[..])
                .bind(outcome.word())
                .bind(reason)
                .execute(pool)
                .await
                .map(|done| done.rows_affected())
        })
        .map_err(broken(DECIDING))?;
        self.scrubbed(decided).await
    }

    async fn discard(&self, id: Hash) -> Result<bool, Outage> {
        let gone = on!(&self.pools.writer, |pool| {
            sqlx::query(statement::DELETE_REQUEST)
                .bind(&id[..])
                .execute(pool)
                .await
                .map(|done| done.rows_affected())
        })
        .map_err(broken(DECIDING))?;
        self.scrubbed(gone).await
    }

    async fn forget(&self, now: Instant) -> Result<u64, Outage> {
        let gone = on!(&self.pools.writer, |pool| {
            sqlx::query(statement::DELETE_OLD_REQUESTS)
                .bind(now.0)
                .execute(pool)
                .await
                .map(|done| done.rows_affected())
        })
        .map_err(broken(DECIDING))?;
        self.scrubbed(gone).await?;
        Ok(gone)
    }
}

impl Log {
    /// Lets nothing of rows that were changed outlive them; whether there were any.
    async fn scrubbed(&self, rows: u64) -> Result<bool, Outage> {
        self.pools
            .scrub(rows, statement::SCRUB_REQUESTS)
            .await
            .map_err(broken(DECIDING))?;
        Ok(rows > 0)
    }
}
