//! The rounds of the postman: every subscriber is told what became public since the last letter.
//!
//! Invariant: what a subscriber was told is noted after the mail server took the letter; a letter that was handed in
//! when the process died is handed in once more under the same Message-ID, and none is left out.

use super::Mail;
use super::letters::{self, LINES, News};
use crate::clock::MachineClock;
use crate::config::mail::MailConfig;
use crate::doors::Doors;
use crate::notices::sender;
use crate::pages::public::board::Posted;
use crate::pages::public::search::Typed;
use desk::{Clock as _, Outage};
use facts::time::DAY;
use std::time::Duration;
use store::{Receivers, Subscription, Subscriptions};
use tokio::sync::watch;

/// Subscriptions read at once.
const AT_ONCE: u32 = 200;
/// A subscription that nobody confirms is forgotten after two days.
pub const UNCONFIRMED: i64 = 2 * DAY;

/// Who carries letters to whom.
#[derive(Clone)]
pub struct Postman {
    /// The mail server.
    pub mail: Mail,
    /// The subscriptions.
    pub kept: Subscriptions,
    /// Who is written to about notices.
    pub receivers: Receivers,
    every: Duration,
}

impl Postman {
    /// The postman of a configuration.
    pub fn of(config: &MailConfig, log: &store::Log) -> Result<Self, Outage> {
        Ok(Self {
            mail: Mail::of(config)?,
            kept: log.subscriptions(),
            receivers: log.receivers(),
            every: Duration::from_secs(u64::from(config.every_seconds)),
        })
    }

    /// Goes round until told to stop.
    pub async fn keep(self, doors: Doors, mut stop: watch::Receiver<bool>) {
        let mut rounds = tokio::time::interval(self.every);
        rounds.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
        loop {
            tokio::select! {
                _ = stop.changed() => return,
                _ = rounds.tick() => {}
            }
            tokio::select! {
                _ = stop.changed() => return,
                done = round(&doors, &self) => {
                    if let Err(outage) = done {
                        tracing::error!(%outage, "telling subscribers");
                    }
                }
            }
            let every = i64::try_from(self.every.as_millis()).unwrap_or(i64::MAX);
            tokio::select! {
                _ = stop.changed() => return,
                done = sender::letters(&self.mail, &self.receivers, &doors.about.zones, every) => {
                    if let Err(outage) = done {
                        tracing::error!(%outage, "writing about notices");
                    }
                }
            }
        }
    }
}

async fn round(doors: &Doors, postman: &Postman) -> Result<(), Outage> {
    postman
        .kept
        .forget_unconfirmed(MachineClock.now().plus(-UNCONFIRMED))
        .await?;
    let posted = doors.board.look(doors).await?;
    let base = doors.about.zones.procurement.as_str();
    let mut after = String::new();
    loop {
        let behind = postman.kept.behind(posted.size, &after, AT_ONCE).await?;
        let Some(last) = behind.last() else { return Ok(()) };
        after.clone_from(&last.token);
        for one in &behind {
            // One address that the mail server refuses keeps nobody else waiting.
            match tell(base, postman, &posted, one).await {
                Ok(()) => {}
                Err(outage) => tracing::warn!(%outage, "a subscriber will be told in the next round"),
            }
        }
    }
}

async fn tell(base: &str, postman: &Postman, posted: &Posted, one: &Subscription) -> Result<(), Outage> {
    let mut news = news(posted, one);
    if !news.is_empty() {
        let left_out = news.len().saturating_sub(LINES);
        news.truncate(LINES);
        let letter = letters::news(base, one, &news, left_out)?;
        postman.mail.send(letter).await?;
    }
    postman.kept.told(&one.token, posted.size).await
}

/// What a subscriber was not told yet, in the order of the log.
fn news(posted: &Posted, one: &Subscription) -> Vec<News> {
    let Ok(search) = Typed::of(&one.query).read() else {
        return Vec::new();
    };
    let mut news: Vec<News> = (search.find(posted).into_iter())
        .flat_map(|notice| {
            let fresh = notice.told.events.iter().filter(|event| event.seq >= one.told);
            fresh.map(|event| News {
                tender: notice.tender.clone(),
                title: notice.told.title().to_owned(),
                kind: event.kind,
                at: event.at,
                seq: event.seq,
            })
        })
        .collect();
    news.sort_unstable_by_key(|one| one.seq);
    news
}
