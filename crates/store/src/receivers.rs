//! Where persons want to be told their notices (mail, webhook), and what became of each message.
//!
//! Invariant: messages to a receiver have numbers without gaps and are sent in that order; a message is noted before it
//! is sent and marked as delivered after it was taken, so that a process that dies sends it once more under the same
//! number; what is withdrawn before it is taken is not sent any more, and its number is left out. A discreet message is
//! noted no sooner than the instant that the sender names for all of them, so that its moment tells nothing. A receiver
//! that ended leaves nothing behind.

mod rows;

use crate::db::{Pools, on};
use crate::log::{broken, count, place};
use crate::notices::{self, Kept, Row as NoticeRow};
use crate::statement::notices as texts;
use desk::Outage;
use facts::Instant;
use rows::{Row, Sent, read, sent};

/// Notices handed over in one transaction.
const AT_ONCE: i64 = 500;
const READING: &str = "reading receivers of notices";
const NOTING: &str = "noting deliveries of notices";

/// A mail address or a webhook of somebody in a zone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Receiver {
    /// 32 random bytes, hexadecimal; of a mail address the token of its page.
    pub id: String,
    /// Whose.
    pub account: String,
    /// Word of the zone.
    pub zone: String,
    /// `mail` or `webhook`.
    pub channel: String,
    /// The address.
    pub target: String,
    /// Key of the signatures of a webhook; empty for mail.
    pub secret: String,
    /// `zh` or `en`.
    pub language: String,
    /// When it was asked for, by the machine's clock.
    pub asked: Instant,
    /// Whether its owner confirmed it.
    pub is_wanted: bool,
    /// Words of what it is not told, with spaces between.
    pub declined: String,
    /// Number of its last message.
    pub last: u64,
    /// Attempts in a row that failed.
    pub failures: u64,
    /// When it is tried again.
    pub next: Instant,
}

/// One message to a receiver.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Delivery {
    /// Id of the receiver.
    pub receiver: String,
    /// Its number, from 1.
    pub number: u64,
    /// The notice.
    pub notice: Kept,
    /// Attempts so far.
    pub attempts: u64,
    /// The last attempt.
    pub tried: Option<Instant>,
    /// How it ended, in a few words; empty before.
    pub answer: String,
    /// Whether nothing is to be sent any more: it was taken, or withdrawn.
    pub is_done: bool,
}

/// Answer of a message that was withdrawn before it was taken.
pub const WITHDRAWN: &str = "withdrawn";

/// What an operator learns: numbers.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Tally {
    /// Channel, receivers, those that fail.
    pub receivers: Vec<(String, u64, u64)>,
    /// Messages delivered.
    pub delivered: u64,
    /// Messages that wait.
    pub waiting: u64,
}

/// The receivers of a platform.
#[derive(Debug, Clone)]
pub struct Receivers {
    pools: Pools,
}

impl Receivers {
    pub(crate) const fn on(pools: Pools) -> Self {
        Self { pools }
    }

    /// Keeps a receiver. Whether it was: there is one of each channel in a zone.
    pub async fn add(&self, one: &Receiver) -> Result<bool, Outage> {
        on!(&self.pools.writer, |pool| {
            sqlx::query(texts::ADD_RECEIVER)
                .bind(&one.id)
                .bind(&one.account)
                .bind(&one.zone)
                .bind(&one.channel)
                .bind(&one.target)
                .bind(&one.secret)
                .bind(&one.language)
                .bind(one.asked.0)
                .bind(i64::from(one.is_wanted))
                .bind(&one.declined)
                .execute(pool)
                .await
                .map(|done| done.rows_affected() == 1)
        })
        .map_err(broken(NOTING))
    }

    /// The receivers of somebody in a zone.
    pub async fn of(&self, account: &str, zone: &str) -> Result<Vec<Receiver>, Outage> {
        let rows: Vec<Row> = on!(&self.pools.reader, |pool| {
            sqlx::query_as(texts::RECEIVERS)
                .bind(account)
                .bind(zone)
                .fetch_all(pool)
                .await
        })
        .map_err(broken(READING))?;
        rows.into_iter().map(read).collect()
    }

    /// The receiver of an id.
    pub async fn find(&self, id: &str) -> Result<Option<Receiver>, Outage> {
        let row: Option<Row> = on!(&self.pools.reader, |pool| {
            sqlx::query_as(texts::RECEIVER)
                .bind(id)
                .fetch_optional(pool)
                .await
        })
        .map_err(broken(READING))?;
        row.map(read).transpose()
    }

    /// Its owner confirmed it.
    pub async fn want(&self, id: &str) -> Result<(), Outage> {
        on!(&self.pools.writer, |pool| {
            sqlx::query(texts::WANT_RECEIVER)
                .bind(id)
                .execute(pool)
                .await
                .map(drop)
        })
        .map_err(broken(NOTING))
    }

    /// What it is not told, and in which language it is told the rest.
    pub async fn decline(&self, id: &str, declined: &str, language: &str) -> Result<(), Outage> {
        on!(&self.pools.writer, |pool| {
            sqlx::query(texts::DECLINE)
                .bind(id)
                .bind(declined)
                .bind(language)
                .execute(pool)
                .await
                .map(drop)
        })
        .map_err(broken(NOTING))
    }

    /// Ends a receiver with all its messages.
    pub async fn end(&self, id: &str) -> Result<(), Outage> {
        on!(&self.pools.writer, |pool| {
            sqlx::query(texts::END_RECEIVER)
                .bind(id)
                .execute(pool)
                .await
                .map(drop)
        })
        .map_err(broken(NOTING))
    }

    /// It is tried again in the next round.
    pub async fn retry(&self, id: &str) -> Result<(), Outage> {
        on!(&self.pools.writer, |pool| {
            sqlx::query(texts::RETRY).bind(id).execute(pool).await.map(drop)
        })
        .map_err(broken(NOTING))
    }

    /// Forgets receivers asked for before `asked` and never confirmed, and messages delivered before `delivered`.
    pub async fn forget(&self, asked: Instant, delivered: Instant) -> Result<(), Outage> {
        on!(&self.pools.writer, |pool| {
            for (text, before) in [
                (texts::FORGET_RECEIVERS, asked),
                (texts::FORGET_DELIVERIES, delivered),
            ] {
                let done = sqlx::query(text).bind(before.0).execute(pool).await;
                done.map_err(broken(NOTING))?;
            }
        });
        Ok(())
    }

    /// Notes messages for what is due by `now`, and of discreet notices for what is due by `discreet`, to every confirmed
    /// receiver that did not decline it; the number of notices handed over. Called again and again until it is 0.
    pub async fn hand_over(&self, now: Instant, discreet: Instant) -> Result<usize, Outage> {
        let begin = self.pools.writer.begin();
        let handed = on!(&self.pools.writer, |pool| {
            let mut tx = pool.begin_with(begin).await.map_err(broken(NOTING))?;
            let rows: Vec<NoticeRow> = sqlx::query_as(texts::WAITING_NOTICES)
                .bind(now.0)
                .bind(AT_ONCE)
                .bind(discreet.0)
                .fetch_all(&mut *tx)
                .await
                .map_err(broken(READING))?;
            for row in &rows {
                let notice = notices::read(row.clone())?;
                let seq = place(notice.seq)?;
                let receivers: Vec<Row> = sqlx::query_as(texts::RECEIVERS)
                    .bind(&notice.account)
                    .bind(&notice.zone)
                    .fetch_all(&mut *tx)
                    .await
                    .map_err(broken(READING))?;
                for row in receivers {
                    let receiver = read(row)?;
                    let is_declined = receiver.declined.split(' ').any(|word| word == notice.what);
                    if !receiver.is_wanted || is_declined {
                        continue;
                    }
                    let (number,): (i64,) = sqlx::query_as(texts::NUMBER)
                        .bind(&receiver.id)
                        .fetch_one(&mut *tx)
                        .await
                        .map_err(broken(NOTING))?;
                    sqlx::query(texts::QUEUE)
                        .bind(&receiver.id)
                        .bind(number)
                        .bind(&notice.zone)
                        .bind(seq)
                        .bind(&notice.what)
                        .bind(notice.at.0)
                        .bind(&notice.tender)
                        .bind(&notice.audience)
                        .bind(notice.until.map(|until| until.0))
                        .bind(i64::from(notice.discreet))
                        .execute(&mut *tx)
                        .await
                        .map_err(broken(NOTING))?;
                }
                sqlx::query(texts::HAND)
                    .bind(&notice.account)
                    .bind(&notice.zone)
                    .bind(seq)
                    .bind(&notice.what)
                    .bind(notice.at.0)
                    .execute(&mut *tx)
                    .await
                    .map_err(broken(NOTING))?;
            }
            tx.commit().await.map_err(broken(NOTING))?;
            rows.len()
        });
        Ok(handed)
    }

    /// Receivers with something to send whose time has come, after an id, ascending, at most `limit`.
    pub async fn due(&self, now: Instant, after: &str, limit: u32) -> Result<Vec<Receiver>, Outage> {
        let rows: Vec<Row> = on!(&self.pools.reader, |pool| {
            sqlx::query_as(texts::DUE_RECEIVERS)
                .bind(now.0)
                .bind(after)
                .bind(i64::from(limit))
                .fetch_all(pool)
                .await
        })
        .map_err(broken(READING))?;
        rows.into_iter().map(read).collect()
    }

    /// What is to be sent to a receiver, in order, at most `limit`.
    pub async fn open(&self, id: &str, limit: u32) -> Result<Vec<Delivery>, Outage> {
        self.messages(texts::OPEN_DELIVERIES, id, limit).await
    }

    /// The newest messages to a receiver, newest first, at most `limit`.
    pub async fn newest(&self, id: &str, limit: u32) -> Result<Vec<Delivery>, Outage> {
        self.messages(texts::DELIVERIES, id, limit).await
    }

    async fn messages(&self, text: &'static str, id: &str, limit: u32) -> Result<Vec<Delivery>, Outage> {
        let rows: Vec<Sent> = on!(&self.pools.reader, |pool| {
            sqlx::query_as(text)
                .bind(id)
                .bind(i64::from(limit))
                .fetch_all(pool)
                .await
        })
        .map_err(broken(READING))?;
        rows.into_iter().map(sent).collect()
    }

    /// A message is about to be sent at `now`: the instant of its first attempt, or `None` if it is not to be sent any more.
    pub async fn begin(&self, id: &str, number: u64, now: Instant) -> Result<Option<Instant>, Outage> {
        let number = place(number)?;
        let row: Option<(i64,)> = on!(&self.pools.writer, |pool| {
            sqlx::query_as(texts::BEGIN)
                .bind(id)
                .bind(number)
                .bind(now.0)
                .fetch_optional(pool)
                .await
        })
        .map_err(broken(NOTING))?;
        Ok(row.map(|(begun,)| Instant(begun)))
    }

    /// Notes an attempt to send messages `from` to `to`: taken, or else tried again at `next`.
    pub async fn attempted(
        &self,
        id: &str,
        (from, to): (u64, u64),
        tried: Instant,
        answer: &str,
        next: Option<Instant>,
    ) -> Result<(), Outage> {
        let begin = self.pools.writer.begin();
        let (from, to) = (place(from)?, place(to)?);
        on!(&self.pools.writer, |pool| {
            let mut tx = pool.begin_with(begin).await.map_err(broken(NOTING))?;
            sqlx::query(texts::ATTEMPT)
                .bind(id)
                .bind(from)
                .bind(to)
                .bind(tried.0)
                .bind(answer)
                .bind(i64::from(next.is_none()))
                .execute(&mut *tx)
                .await
                .map_err(broken(NOTING))?;
            let noted = match next {
                None => sqlx::query(texts::ANSWERED).bind(id).execute(&mut *tx).await,
                Some(next) => {
                    sqlx::query(texts::FAILED)
                        .bind(id)
                        .bind(next.0)
                        .execute(&mut *tx)
                        .await
                }
            };
            noted.map_err(broken(NOTING))?;
            tx.commit().await.map_err(broken(NOTING))
        })
    }

    /// Numbers for the operator of a zone.
    pub async fn tally(&self, zone: &str) -> Result<Tally, Outage> {
        type Channel = (String, i64, i64);
        let (receivers, (delivered, waiting)): (Vec<Channel>, (i64, i64)) = on!(&self.pools.reader, |pool| {
            let receivers = sqlx::query_as(texts::TALLY).bind(zone).fetch_all(pool).await;
            let messages = sqlx::query_as(texts::TALLY_DELIVERIES)
                .bind(zone)
                .fetch_one(pool)
                .await;
            (
                receivers.map_err(broken(READING))?,
                messages.map_err(broken(READING))?,
            )
        });
        let read = |(channel, all, failing)| Ok((channel, count(all)?, count(failing)?));
        Ok(Tally {
            receivers: receivers.into_iter().map(read).collect::<Result<_, Outage>>()?,
            delivered: count(delivered)?,
            waiting: count(waiting)?,
        })
    }
}
