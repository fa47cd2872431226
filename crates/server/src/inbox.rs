//! The inbox at work: how often somebody may ask to be enrolled, and the end of requests that are decided or old.
//!
//! Invariant: it decides nothing but what the log says already; an address is held in memory for an hour at most.

use crate::doors::Doors;
use desk::inbox::Outcome;
use desk::{Directory, Outage};
use facts::time::HOUR;
use facts::{AccountId, Hex, Instant, Kind};
use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::sync::broadcast::error::RecvError;
use tokio::sync::watch;

/// Accounts that one address may ask for in an hour.
const OF_ADDRESS: usize = 30;
/// Addresses and names remembered at most.
const REMEMBERED: usize = 20_000;
/// Between two looks at what is old.
const EVERY: Duration = Duration::from_mins(1);

/// Why somebody must wait.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Frequent {
    /// This name was asked for from this address.
    Name,
    /// Too many names were.
    Address,
}

/// What was asked for within the last hour.
#[derive(Debug, Default)]
pub struct Frequency(Mutex<HashMap<(IpAddr, AccountId), Instant>>);

impl Frequency {
    /// Counts a request.
    pub fn count(&self, from: IpAddr, account: &AccountId, now: Instant) -> Result<(), Frequent> {
        let mut asked = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        // A clock that was set back makes nobody wait longer.
        asked.retain(|_, at| now.since(*at) < HOUR && *at <= now);
        let key = (from, account.clone());
        if asked.contains_key(&key) {
            return Err(Frequent::Name);
        }
        let of_address = asked.keys().filter(|(address, _)| *address == from).count();
        if of_address >= OF_ADDRESS || asked.len() >= REMEMBERED {
            return Err(Frequent::Address);
        }
        asked.insert(key, now);
        Ok(())
    }
}

/// The inbox of a process; cloned freely.
#[derive(Clone)]
pub struct InboxDoor {
    /// Where requests are kept.
    pub requests: Arc<dyn desk::Inbox>,
    /// How often somebody asked.
    pub frequent: Arc<Frequency>,
}

impl InboxDoor {
    /// Nobody has asked yet.
    #[must_use]
    pub fn new(requests: Arc<dyn desk::Inbox>) -> Self {
        Self {
            requests,
            frequent: Arc::default(),
        }
    }
}

/// What the log says of a request by now; `None` if it still waits.
pub async fn outcome(
    directory: &Directory,
    account: &AccountId,
    key: &Hex<32>,
) -> Result<Option<Outcome>, Outage> {
    let state = directory.state(account).await?;
    Ok(match &state.account {
        Some(known) if known.key == *key => Some(Outcome::Enrolled),
        Some(_) => Some(Outcome::Taken),
        None if state.revoked.is_some() => Some(Outcome::Taken),
        None => None,
    })
}

/// Ends requests that the log has decided, and old ones, until told to stop.
pub async fn keep(doors: Doors, mut stop: watch::Receiver<bool>) {
    let mut follow = doors.pen.follow();
    let mut minutes = tokio::time::interval(EVERY);
    loop {
        tokio::select! {
            _ = stop.changed() => return,
            _ = minutes.tick() => {}
            batch = follow.recv() => match batch {
                Ok(batch) if !batch.iter().any(|record| record.kind == Kind::AccountEnrolled) => continue,
                Ok(_) | Err(RecvError::Lagged(_)) => {}
                Err(RecvError::Closed) => return,
            },
        }
        if let Err(outage) = tidy(&doors).await {
            tracing::error!(%outage, "tidying the inbox of the registrars");
        }
    }
}

async fn tidy(doors: &Doors) -> Result<(), Outage> {
    let now = doors.clock.now();
    let inbox = &doors.inbox.requests;
    for request in inbox.waiting(now).await? {
        if let Some(outcome) = outcome(&doors.front.directory, &request.account, &request.key).await? {
            inbox.decide(request.id, outcome, None).await?;
        }
    }
    inbox.forget(now).await?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_request_a_name_an_address_and_an_hour() {
        let asked = Frequency::default();
        let name = |name: &str| AccountId::parse(name).unwrap();
        let here = IpAddr::from([192, 0, 2, 1]);
        let there = IpAddr::from([192, 0, 2, 2]);
        let at = Instant(10 * HOUR);
        assert_eq!(asked.count(here, &name("a"), at), Ok(()));
        assert_eq!(
            asked.count(here, &name("a"), at.plus(HOUR - 1)),
            Err(Frequent::Name)
        );
        assert_eq!(asked.count(there, &name("a"), at), Ok(()));
        assert_eq!(asked.count(here, &name("a"), at.plus(HOUR)), Ok(()));
        for n in 1..OF_ADDRESS {
            assert_eq!(asked.count(here, &name(&format!("n{n}")), at.plus(HOUR)), Ok(()));
        }
        assert_eq!(
            asked.count(here, &name("z"), at.plus(HOUR)),
            Err(Frequent::Address)
        );
        assert_eq!(asked.count(there, &name("z"), at.plus(HOUR)), Ok(()));
        assert_eq!(asked.count(here, &name("z"), at.plus(2 * HOUR)), Ok(()));
    }
}
