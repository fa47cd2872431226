//! Sessions (会话): what a signed challenge opens, kept behind a small port.
//!
//! Invariant: a token or challenge is stored only as its SHA-256, a challenge serves once, and a session is of one
//! account in one zone.

use crate::Outage;
use async_trait::async_trait;
use facts::time::{HOUR, MINUTE};
use facts::{AccountId, Context, Instant};
use ledger::Hash;
use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// A challenge may be answered for so long, in milliseconds.
pub const CHALLENGE: i64 = 2 * MINUTE;
/// A session lasts so long, in milliseconds.
pub const LIFE: i64 = 12 * HOUR;
/// An unused session lasts so long, in milliseconds.
pub const IDLE: i64 = 30 * MINUTE;
/// Challenges and sessions held at most, each.
pub const HELD: usize = 100_000;

/// A separated part of the platform; its sessions open nothing elsewhere.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Zone {
    /// 交易: accounts, ceremonies and tenders.
    Procurement,
    /// 评标.
    Evaluation,
    /// 监督.
    Supervision,
}

impl Zone {
    /// The word that sign-in messages carry.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Procurement => "procurement",
            Self::Evaluation => "evaluation",
            Self::Supervision => "supervision",
        }
    }

    /// Reads the word of a zone.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        [Self::Procurement, Self::Evaluation, Self::Supervision]
            .into_iter()
            .find(|zone| zone.word() == word)
    }

    /// The zone that takes acts of a context.
    #[must_use]
    pub const fn of(context: Context) -> Self {
        match context {
            Context::Platform | Context::Procure => Self::Procurement,
            Context::Evaluate => Self::Evaluation,
            Context::Supervise => Self::Supervision,
        }
    }
}

/// A session.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Session {
    /// Whose.
    pub account: AccountId,
    /// Where.
    pub zone: Zone,
    /// When it ends in any case.
    pub expires: Instant,
    /// When it was last used.
    pub used: Instant,
}

impl Session {
    /// Whether it still opens anything.
    #[must_use]
    pub const fn is_alive(&self, now: Instant) -> bool {
        now.0 < self.expires.0 && now.since(self.used) < IDLE
    }
}

/// Keeping challenges and sessions, each under the SHA-256 of what the client holds.
#[async_trait]
pub trait Sessions: Send + Sync {
    /// Keeps a challenge until `expires`. `false` if there are too many.
    async fn challenge(&self, hash: Hash, zone: Zone, expires: Instant, now: Instant)
    -> Result<bool, Outage>;

    /// Takes a challenge away: its zone, if it was there and has not expired.
    async fn answer(&self, hash: Hash, now: Instant) -> Result<Option<Zone>, Outage>;

    /// Keeps a session. `false` if there are too many.
    async fn begin(&self, hash: Hash, session: Session, now: Instant) -> Result<bool, Outage>;

    /// A living session, marked as used now.
    async fn find(&self, hash: Hash, now: Instant) -> Result<Option<Session>, Outage>;

    /// Ends a session.
    async fn end(&self, hash: Hash) -> Result<(), Outage>;
}

/// Sessions in memory: signing in again after a restart is all that is lost.
#[derive(Debug, Default)]
pub struct HeldSessions {
    challenges: Mutex<HashMap<Hash, (Zone, Instant)>>,
    sessions: Mutex<HashMap<Hash, Session>>,
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Makes room if need be; whether there is any.
fn room<T>(held: &mut HashMap<Hash, T>, is_alive: impl Fn(&T) -> bool) -> bool {
    if held.len() >= HELD {
        held.retain(|_, item| is_alive(item));
    }
    held.len() < HELD
}

#[async_trait]
impl Sessions for HeldSessions {
    async fn challenge(
        &self,
        hash: Hash,
        zone: Zone,
        expires: Instant,
        now: Instant,
    ) -> Result<bool, Outage> {
        let mut held = lock(&self.challenges);
        let fits = room(&mut held, |(_, expires)| now < *expires);
        if fits {
            held.insert(hash, (zone, expires));
        }
        Ok(fits)
    }

    async fn answer(&self, hash: Hash, now: Instant) -> Result<Option<Zone>, Outage> {
        let taken = lock(&self.challenges).remove(&hash);
        Ok(taken.filter(|(_, expires)| now < *expires).map(|(zone, _)| zone))
    }

    async fn begin(&self, hash: Hash, session: Session, now: Instant) -> Result<bool, Outage> {
        let mut held = lock(&self.sessions);
        let fits = room(&mut held, |session| session.is_alive(now));
        if fits {
            held.insert(hash, session);
        }
        Ok(fits)
    }

    async fn find(&self, hash: Hash, now: Instant) -> Result<Option<Session>, Outage> {
        let mut held = lock(&self.sessions);
        let Some(session) = held.get_mut(&hash) else {
            return Ok(None);
        };
        if !session.is_alive(now) {
            held.remove(&hash);
            return Ok(None);
        }
        session.used = session.used.max(now);
        Ok(Some(session.clone()))
    }

    async fn end(&self, hash: Hash) -> Result<(), Outage> {
        lock(&self.sessions).remove(&hash);
        Ok(())
    }
}
