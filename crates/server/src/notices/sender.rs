//! Sending messages about notices: webhooks in rounds of their own, letters with the postman's.
//!
//! Invariant: a receiver gets its messages one after another, each again and again until it is taken, and the next only
//! then; whoever does not answer keeps nobody else waiting. A discreet message waits for the next instant of a fixed
//! grid and gives the time of its first attempt. What was taken is noted afterwards: a process that dies
//! between the two sends the message once more under the same id.

use super::messages::{self, LINES};
use super::webhook::{Request, Webhooks};
use crate::clock::MachineClock;
use crate::config::notices::NoticesConfig;
use crate::doors::Addresses;
use crate::mail::Mail;
use crate::mail::round::UNCONFIRMED;
use desk::{Clock, Outage};
use facts::Instant;
use facts::time::{DAY, HOUR, SECOND};
use futures_util::StreamExt as _;
use std::sync::Arc;
use std::time::Duration;
use store::{Receiver, Receivers};
use tokio::sync::watch;

/// Receivers read at once.
const AT_ONCE: u32 = 200;
/// Receivers spoken to at the same time.
const TOGETHER: usize = 8;
/// Messages to one receiver in one round.
const IN_A_ROUND: u32 = 50;
/// The longest pause before another attempt.
const LONGEST: i64 = HOUR;
/// How long the record of a delivery is kept.
pub const KEPT: i64 = 90 * DAY;

/// When something that failed so many times in a row is tried again: after the first time `first` milliseconds later,
/// then twice as long each time, an hour at most.
#[must_use]
pub fn again(now: Instant, first: i64, failures: u64) -> Instant {
    let doublings = u32::try_from(failures).unwrap_or(u32::MAX).min(20);
    let pause = first.saturating_mul(2_i64.saturating_pow(doublings));
    now.plus(pause.clamp(first.min(LONGEST), LONGEST))
}

/// The last instant of the grid `every` milliseconds wide: discreet notices due by it are handed to receivers.
#[must_use]
pub const fn discreet(now: Instant, every: i64) -> Instant {
    match now.0.checked_rem_euclid(every) {
        Some(past) => Instant(now.0.saturating_sub(past)),
        None => now,
    }
}

/// The address of the zone of a receiver.
fn base<'a>(zones: &'a Addresses, receiver: &Receiver) -> &'a str {
    match receiver.zone.as_str() {
        "evaluation" => &zones.evaluation,
        "supervision" => &zones.supervision,
        _ => &zones.procurement,
    }
}

/// Receivers of a channel whose time has come.
async fn due(receivers: &Receivers, channel: &str, now: Instant) -> Result<Vec<Receiver>, Outage> {
    let mut all = Vec::new();
    let mut after = String::new();
    loop {
        let some = receivers.due(now, &after, AT_ONCE).await?;
        let Some(last) = some.last() else { return Ok(all) };
        after.clone_from(&last.id);
        all.extend(some.into_iter().filter(|one| one.channel == channel));
    }
}

/// Who hands notices over to receivers and sends webhooks.
pub struct Sender {
    /// The receivers.
    pub receivers: Receivers,
    /// The platform's time: when a notice is due.
    pub clock: Arc<dyn Clock>,
    /// Addresses of the zones.
    pub zones: Addresses,
    webhooks: Webhooks,
    every: i64,
    discreet: i64,
}

impl Sender {
    /// The sender of a configuration.
    #[must_use]
    pub fn of(config: &NoticesConfig, receivers: Receivers, clock: Arc<dyn Clock>, zones: Addresses) -> Self {
        Self {
            receivers,
            clock,
            zones,
            webhooks: Webhooks::of(config),
            every: i64::from(config.every_seconds).saturating_mul(SECOND),
            discreet: i64::from(config.discreet_seconds).saturating_mul(SECOND),
        }
    }

    /// Goes round until told to stop.
    pub async fn keep(self, mut stop: watch::Receiver<bool>) {
        let every = Duration::from_millis(self.every.unsigned_abs().max(1));
        let mut rounds = tokio::time::interval(every);
        rounds.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
        loop {
            tokio::select! {
                _ = stop.changed() => return,
                _ = rounds.tick() => {}
            }
            tokio::select! {
                _ = stop.changed() => return,
                done = self.round() => {
                    if let Err(outage) = done {
                        tracing::error!(%outage, "sending notices");
                    }
                }
            }
        }
    }

    async fn round(&self) -> Result<(), Outage> {
        let now = self.clock.now();
        let quiet = discreet(now, self.discreet);
        while self.receivers.hand_over(now, quiet).await? > 0 {}
        let now = MachineClock.now();
        self.receivers
            .forget(now.plus(-UNCONFIRMED), now.plus(-KEPT))
            .await?;
        let due = due(&self.receivers, "webhook", now).await?;
        futures_util::stream::iter(due)
            .for_each_concurrent(TOGETHER, async |receiver| {
                if let Err(outage) = self.tell(&receiver).await {
                    tracing::error!(%outage, "sending webhooks");
                }
            })
            .await;
        Ok(())
    }

    async fn tell(&self, receiver: &Receiver) -> Result<(), Outage> {
        for one in self.receivers.open(&receiver.id, IN_A_ROUND).await? {
            let tried = MachineClock.now();
            let Some(begun) = self.receivers.begin(&receiver.id, one.number, tried).await? else {
                continue;
            };
            let request = Request {
                url: receiver.target.clone(),
                secret: receiver.secret.clone(),
                id: messages::id(receiver, &one),
                timestamp: tried.0.div_euclid(SECOND),
                body: messages::body(base(&self.zones, receiver), &one, begun),
            };
            let webhooks = self.webhooks.clone();
            let sent = tokio::task::spawn_blocking(move || webhooks.send(&request)).await;
            let (is_taken, answer) = sent.map_err(|e| Outage::new("sending a webhook", e))?;
            let next = (!is_taken).then(|| again(MachineClock.now(), self.every, receiver.failures));
            let numbers = (one.number, one.number);
            self.receivers
                .attempted(&receiver.id, numbers, tried, &answer, next)
                .await?;
            if !is_taken {
                return Ok(());
            }
        }
        Ok(())
    }
}

/// Writes one letter to everybody who has messages, with the postman's rounds.
pub async fn letters(
    mail: &Mail,
    receivers: &Receivers,
    zones: &Addresses,
    every: i64,
) -> Result<(), Outage> {
    for receiver in due(receivers, "mail", MachineClock.now()).await? {
        let open = receivers.open(&receiver.id, LINES).await?;
        let (Some(first), Some(last)) = (open.first(), open.last()) else {
            continue;
        };
        let numbers = (first.number, last.number);
        let tried = MachineClock.now();
        let sent = match messages::letter(base(zones, &receiver), &receiver, &open) {
            Ok(letter) => mail.send(letter).await,
            Err(outage) => Err(outage),
        };
        let (answer, next) = match sent {
            Ok(()) => ("taken".to_owned(), None),
            Err(outage) => {
                tracing::warn!(%outage, "a letter about notices will be tried again");
                (
                    outage.source.to_string(),
                    Some(again(MachineClock.now(), every, receiver.failures)),
                )
            }
        };
        receivers
            .attempted(&receiver.id, numbers, tried, &answer, next)
            .await?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn discreet_messages_leave_at_instants_of_a_grid() {
        let quarter = 15 * 60 * SECOND;
        let grid: Vec<i64> = [0, 1, quarter - 1, quarter, 5 * quarter + 7]
            .map(|now| discreet(Instant(now), quarter).0)
            .into();
        assert_eq!(grid, [0, 0, 0, quarter, 5 * quarter]);
    }

    #[test]
    fn pauses_double_up_to_an_hour() {
        let pauses: Vec<i64> = (0..4)
            .map(|failures| again(Instant(0), 5_000, failures).0)
            .collect();
        assert_eq!(pauses, [5_000, 10_000, 20_000, 40_000]);
        assert_eq!(again(Instant(7), 5_000, 10), Instant(7 + HOUR));
        assert_eq!(again(Instant(0), 5_000, u64::MAX), Instant(HOUR));
        assert_eq!(again(Instant(0), 3 * HOUR, 0), Instant(HOUR));
    }
}
