//! Notices to persons (通知): what somebody is told in a zone, and whether it was seen.
//!
//! Invariant: notices follow from the log and stand beside it; what was noted up to a position is noted together with
//! that position, so that a courier who dies between two of them neither loses nor doubles one.

use crate::db::{Pools, on};
use crate::log::{broken, count, place};
use crate::statement::{self, notices as texts};
use desk::Outage;
use facts::Instant;

/// Name under which the courier of notices keeps its position.
pub const COURIER: &str = "notices";

/// One notice as it is kept. The order is that of its key.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Kept {
    /// To whom.
    pub account: String,
    /// Word of the zone.
    pub zone: String,
    /// Position of the fact.
    pub seq: u64,
    /// Of what.
    pub what: String,
    /// From when on it is told.
    pub at: Instant,
    /// The tender; empty without.
    pub tender: String,
    /// As what.
    pub audience: String,
    /// Until when something is to be done.
    pub until: Option<Instant>,
    /// Whether a message may say no more than that there is a notice.
    pub discreet: bool,
    /// Whether it was seen.
    pub seen: bool,
}

/// One change of the notices.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Step {
    /// Somebody is told.
    Tell(Kept),
    /// What would have been told later than an instant is not, and what waits for a receiver is not sent any more.
    Withdraw {
        /// Of what.
        what: String,
        /// About which tender; empty for none in particular.
        tender: String,
        /// To whom; empty for everybody.
        account: String,
        /// The instant.
        after: Instant,
    },
}

pub(crate) type Row = (
    String,
    String,
    i64,
    String,
    i64,
    String,
    String,
    Option<i64>,
    i64,
    i64,
);

pub(crate) fn read(row: Row) -> Result<Kept, Outage> {
    let (account, zone, seq, what, at, tender, audience, until, discreet, seen) = row;
    Ok(Kept {
        account,
        zone,
        seq: count(seq)?,
        what,
        at: Instant(at),
        tender,
        audience,
        until: until.map(Instant),
        discreet: discreet == 1,
        seen: seen == 1,
    })
}

/// The notices of a platform.
#[derive(Debug, Clone)]
pub struct Notices {
    pools: Pools,
}

macro_rules! tell {
    ($tx:expr, $one:expr, $handed:expr) => {
        sqlx::query(texts::TELL)
            .bind(&$one.account)
            .bind(&$one.zone)
            .bind(place($one.seq)?)
            .bind(&$one.what)
            .bind($one.at.0)
            .bind(&$one.tender)
            .bind(&$one.audience)
            .bind($one.until.map(|until| until.0))
            .bind(i64::from($one.discreet))
            .bind(i64::from($handed))
            .execute(&mut *$tx)
            .await
            .map_err(broken(NOTING))?
    };
}

const NOTING: &str = "noting notices";
const READING: &str = "reading notices";

impl Notices {
    pub(crate) const fn on(pools: Pools) -> Self {
        Self { pools }
    }

    /// Notes what follows from the log before position `next`, all or nothing.
    pub async fn note(&self, steps: &[Step], next: u64) -> Result<(), Outage> {
        let begin = self.pools.writer.begin();
        on!(&self.pools.writer, |pool| {
            let mut tx = pool.begin_with(begin).await.map_err(broken(NOTING))?;
            for step in steps {
                match step {
                    Step::Tell(one) => {
                        tell!(tx, one, false);
                    }
                    Step::Withdraw {
                        what,
                        tender,
                        account,
                        after,
                    } => {
                        sqlx::query(texts::WITHDRAW)
                            .bind(what)
                            .bind(after.0)
                            .bind(tender)
                            .bind(account)
                            .execute(&mut *tx)
                            .await
                            .map_err(broken(NOTING))?;
                        sqlx::query(texts::WITHDRAW_QUEUED)
                            .bind(what)
                            .bind(tender)
                            .bind(account)
                            .execute(&mut *tx)
                            .await
                            .map_err(broken(NOTING))?;
                    }
                }
            }
            sqlx::query(statement::MOVE_COURIER)
                .bind(COURIER)
                .bind(place(next)?)
                .execute(&mut *tx)
                .await
                .map_err(broken(NOTING))?;
            tx.commit().await.map_err(broken(NOTING))
        })
    }

    /// What somebody was told in a zone by an instant, newest first, at most `limit`.
    pub async fn inbox(
        &self,
        account: &str,
        zone: &str,
        now: Instant,
        limit: u32,
    ) -> Result<Vec<Kept>, Outage> {
        let rows: Vec<Row> = on!(&self.pools.reader, |pool| {
            sqlx::query_as(texts::INBOX)
                .bind(account)
                .bind(zone)
                .bind(now.0)
                .bind(i64::from(limit))
                .fetch_all(pool)
                .await
        })
        .map_err(broken(READING))?;
        rows.into_iter().map(read).collect()
    }

    /// How much of it was not seen.
    pub async fn unseen(&self, account: &str, zone: &str, now: Instant) -> Result<u64, Outage> {
        let (unseen,): (i64,) = on!(&self.pools.reader, |pool| {
            sqlx::query_as(texts::UNSEEN)
                .bind(account)
                .bind(zone)
                .bind(now.0)
                .fetch_one(pool)
                .await
        })
        .map_err(broken(READING))?;
        count(unseen)
    }

    /// One notice was seen by its person. Whether there is such a notice.
    pub async fn see(
        &self,
        account: &str,
        zone: &str,
        seq: u64,
        what: &str,
        at: Instant,
    ) -> Result<bool, Outage> {
        let seq = place(seq)?;
        on!(&self.pools.writer, |pool| {
            sqlx::query(texts::SEE)
                .bind(account)
                .bind(zone)
                .bind(seq)
                .bind(what)
                .bind(at.0)
                .execute(pool)
                .await
                .map(|done| done.rows_affected() == 1)
        })
        .map_err(broken(NOTING))
    }

    /// All of what somebody was told in a zone by an instant was seen.
    pub async fn see_all(&self, account: &str, zone: &str, now: Instant) -> Result<(), Outage> {
        on!(&self.pools.writer, |pool| {
            sqlx::query(texts::SEE_ALL)
                .bind(account)
                .bind(zone)
                .bind(now.0)
                .execute(pool)
                .await
                .map(drop)
        })
        .map_err(broken(NOTING))
    }

    /// Makes the notices be exactly `all`, which follow from the log before `next`: the number added and removed. What
    /// was seen stays seen; what is due by `now` and was missing is shown, but goes out to no receiver any more.
    pub async fn renew(&self, all: &[Kept], next: u64, now: Instant) -> Result<(u64, u64), Outage> {
        let begin = self.pools.writer.begin();
        let (mut added, mut removed) = (0_u64, 0_u64);
        on!(&self.pools.writer, |pool| {
            let mut tx = pool.begin_with(begin).await.map_err(broken(NOTING))?;
            let rows: Vec<Row> = sqlx::query_as(texts::NOTICES)
                .fetch_all(&mut *tx)
                .await
                .map_err(broken(READING))?;
            let key = |one: &Kept| {
                (
                    one.account.clone(),
                    one.zone.clone(),
                    one.seq,
                    one.what.clone(),
                    one.at,
                )
            };
            let wanted: std::collections::BTreeSet<_> = all.iter().map(key).collect();
            for row in rows {
                let one = read(row)?;
                if !wanted.contains(&key(&one)) {
                    removed = removed.saturating_add(1);
                    for text in [texts::UNTELL, texts::UNTELL_QUEUED] {
                        sqlx::query(text)
                            .bind(&one.account)
                            .bind(&one.zone)
                            .bind(place(one.seq)?)
                            .bind(&one.what)
                            .bind(one.at.0)
                            .execute(&mut *tx)
                            .await
                            .map_err(broken(NOTING))?;
                    }
                }
            }
            for one in all {
                added = added.saturating_add(tell!(tx, one, one.at <= now).rows_affected());
            }
            sqlx::query(texts::BEGIN_COURIER)
                .bind(COURIER)
                .execute(&mut *tx)
                .await
                .map_err(broken(NOTING))?;
            sqlx::query(statement::MOVE_COURIER)
                .bind(COURIER)
                .bind(place(next)?)
                .execute(&mut *tx)
                .await
                .map_err(broken(NOTING))?;
            tx.commit().await.map_err(broken(NOTING))?;
        });
        Ok((added, removed))
    }
}
