//! Subscriptions by mail (邮件订阅): who asked to be told what of the tenders becomes public.
//!
//! Invariant: nothing is sent to an address whose owner did not confirm, and a subscription that ended leaves nothing
//! behind. This is no evidence and stands outside the log: rows change and are deleted.

use crate::db::{Pools, on};
use crate::log::{broken, count, place};
use crate::statement;
use desk::Outage;
use facts::Instant;

/// One subscription.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Subscription {
    /// What opens its page: 32 random bytes, hexadecimal; known to the address alone.
    pub token: String,
    /// The mail address.
    pub address: String,
    /// The search, as the query of the page of notices.
    pub query: String,
    /// `zh` or `en`.
    pub language: String,
    /// When it was asked for, by the machine's clock.
    pub asked: Instant,
    /// Whether the owner of the address confirmed it.
    pub is_wanted: bool,
    /// Entries of the log of which it was told.
    pub told: u64,
}

type Row = (String, String, String, String, i64, i64, i64);

fn read(row: Row) -> Result<Subscription, Outage> {
    let (token, address, query, language, asked, wanted, told) = row;
    Ok(Subscription {
        token,
        address,
        query,
        language,
        asked: Instant(asked),
        is_wanted: wanted == 1,
        told: count(told)?,
    })
}

/// The subscriptions of a platform.
#[derive(Debug, Clone)]
pub struct Subscriptions {
    pools: Pools,
}

impl Subscriptions {
    pub(crate) const fn on(pools: Pools) -> Self {
        Self { pools }
    }

    /// Notes an unconfirmed subscription. If the address asked for the same search before and did not confirm, the
    /// newer token counts; a confirmed one stays as it is. Whether the row is the given one now.
    pub async fn ask(&self, asked: &Subscription) -> Result<bool, Outage> {
        let told = place(asked.told)?;
        on!(&self.pools.writer, |pool| {
            sqlx::query(statement::ASK_SUBSCRIPTION)
                .bind(&asked.token)
                .bind(&asked.address)
                .bind(&asked.query)
                .bind(&asked.language)
                .bind(asked.asked.0)
                .bind(told)
                .execute(pool)
                .await
                .map(|done| done.rows_affected() == 1)
        })
        .map_err(broken("noting a subscription"))
    }

    /// The subscription that a token opens.
    pub async fn find(&self, token: &str) -> Result<Option<Subscription>, Outage> {
        let row: Option<Row> = on!(&self.pools.reader, |pool| {
            sqlx::query_as(statement::SUBSCRIPTION)
                .bind(token)
                .fetch_optional(pool)
                .await
        })
        .map_err(broken("reading a subscription"))?;
        row.map(read).transpose()
    }

    /// Subscriptions to an address, confirmed or not.
    pub async fn of_address(&self, address: &str) -> Result<Vec<Subscription>, Outage> {
        let rows: Vec<Row> = on!(&self.pools.reader, |pool| {
            sqlx::query_as(statement::SUBSCRIPTIONS_OF)
                .bind(address)
                .fetch_all(pool)
                .await
        })
        .map_err(broken("reading subscriptions"))?;
        rows.into_iter().map(read).collect()
    }

    /// Confirmed subscriptions after a token, ascending by token, at most `limit`, of those not told of `size`
    /// entries yet.
    pub async fn behind(&self, size: u64, after: &str, limit: u32) -> Result<Vec<Subscription>, Outage> {
        let size = place(size)?;
        let rows: Vec<Row> = on!(&self.pools.reader, |pool| {
            sqlx::query_as(statement::SUBSCRIPTIONS_BEHIND)
                .bind(size)
                .bind(after)
                .bind(i64::from(limit))
                .fetch_all(pool)
                .await
        })
        .map_err(broken("reading subscriptions"))?;
        rows.into_iter().map(read).collect()
    }

    /// Confirms; from `told` on the address is told. Whether there is such a subscription.
    pub async fn want(&self, token: &str, told: u64) -> Result<bool, Outage> {
        let told = place(told)?;
        on!(&self.pools.writer, |pool| {
            sqlx::query(statement::WANT_SUBSCRIPTION)
                .bind(token)
                .bind(told)
                .execute(pool)
                .await
                .map(|done| done.rows_affected() == 1)
        })
        .map_err(broken("confirming a subscription"))
    }

    /// Notes up to which entry the address was told; never back.
    pub async fn told(&self, token: &str, size: u64) -> Result<(), Outage> {
        let size = place(size)?;
        on!(&self.pools.writer, |pool| {
            sqlx::query(statement::TOLD_SUBSCRIPTION)
                .bind(token)
                .bind(size)
                .execute(pool)
                .await
                .map(drop)
        })
        .map_err(broken("noting what a subscription was told"))
    }

    /// Ends a subscription and forgets the address. Whether there was one.
    pub async fn end(&self, token: &str) -> Result<bool, Outage> {
        on!(&self.pools.writer, |pool| {
            sqlx::query(statement::END_SUBSCRIPTION)
                .bind(token)
                .execute(pool)
                .await
                .map(|done| done.rows_affected() == 1)
        })
        .map_err(broken("ending a subscription"))
    }

    /// Forgets those asked for before an instant and never confirmed; their number.
    pub async fn forget_unconfirmed(&self, before: Instant) -> Result<u64, Outage> {
        on!(&self.pools.writer, |pool| {
            sqlx::query(statement::FORGET_SUBSCRIPTIONS)
                .bind(before.0)
                .execute(pool)
                .await
                .map(|done| done.rows_affected())
        })
        .map_err(broken("forgetting subscriptions"))
    }

    /// How many wait for a confirmation.
    pub async fn waiting(&self) -> Result<u64, Outage> {
        let (waiting,): (i64,) = on!(&self.pools.reader, |pool| {
            sqlx::query_as(statement::WAITING_SUBSCRIPTIONS)
                .fetch_one(pool)
                .await
        })
        .map_err(broken("counting subscriptions"))?;
        count(waiting)
    }
}
