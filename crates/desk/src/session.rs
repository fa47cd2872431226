//! Sessions (会话): what a signed challenge opens, kept behind a small port.
//!
//! Invariant: a token or challenge is stored only as its SHA-256, a challenge serves once, and a session is of one
//! account in one zone.

use crate::Outage;
use async_trait::async_trait;
use facts::time::{HOUR, MINUTE};
use facts::{AccountId, Context, Instant};
use ledger::Hash;
use std::collections::{HashMap, VecDeque};
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

/// Living sessions of one account; a further one ends the oldest.
pub const PER_ACCOUNT: usize = 32;

/// Sessions in memory: signing in again after a restart is all that is lost.
///
/// Nobody is kept from signing in by others who ask for challenges or sign in without end: the oldest challenge gives
/// way, and an account crowds out only itself.
#[derive(Debug, Default)]
pub struct HeldSessions {
    challenges: Mutex<Challenges>,
    sessions: Mutex<Living>,
}

#[derive(Debug, Default)]
struct Challenges {
    held: HashMap<Hash, (Zone, Instant)>,
    /// In the order in which they were given out; some may be answered already.
    order: VecDeque<Hash>,
}

#[derive(Debug, Default)]
struct Living {
    held: HashMap<Hash, Session>,
    /// Of each account, oldest first.
    own: HashMap<AccountId, VecDeque<Hash>>,
}

impl Living {
    fn end(&mut self, hash: &Hash) {
        let Some(session) = self.held.remove(hash) else {
            return;
        };
        if let Some(own) = self.own.get_mut(&session.account) {
            own.retain(|known| known != hash);
            if own.is_empty() {
                self.own.remove(&session.account);
            }
        }
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[async_trait]
impl Sessions for HeldSessions {
    async fn challenge(
        &self,
        hash: Hash,
        zone: Zone,
        expires: Instant,
        _now: Instant,
    ) -> Result<bool, Outage> {
        let mut challenges = lock(&self.challenges);
        while challenges.order.len() >= HELD {
            if let Some(oldest) = challenges.order.pop_front() {
                challenges.held.remove(&oldest);
            }
        }
        challenges.held.insert(hash, (zone, expires));
        challenges.order.push_back(hash);
        Ok(true)
    }

    async fn answer(&self, hash: Hash, now: Instant) -> Result<Option<Zone>, Outage> {
        let taken = lock(&self.challenges).held.remove(&hash);
        Ok(taken.filter(|(_, expires)| now < *expires).map(|(zone, _)| zone))
    }

    async fn begin(&self, hash: Hash, session: Session, now: Instant) -> Result<bool, Outage> {
        let mut living = lock(&self.sessions);
        let oldest = living
            .own
            .get(&session.account)
            .filter(|own| own.len() >= PER_ACCOUNT)
            .and_then(|own| own.front().copied());
        if let Some(oldest) = oldest {
            living.end(&oldest);
        }
        if living.held.len() >= HELD {
            let over = living.held.iter().filter(|(_, session)| !session.is_alive(now));
            let over: Vec<Hash> = over.map(|(hash, _)| *hash).collect();
            for hash in &over {
                living.end(hash);
            }
        }
        let fits = living.held.len() < HELD;
        if fits {
            living
                .own
                .entry(session.account.clone())
                .or_default()
                .push_back(hash);
            living.held.insert(hash, session);
        }
        Ok(fits)
    }

    async fn find(&self, hash: Hash, now: Instant) -> Result<Option<Session>, Outage> {
        let mut living = lock(&self.sessions);
        let Some(session) = living.held.get_mut(&hash) else {
            return Ok(None);
        };
        if !session.is_alive(now) {
            living.end(&hash);
            return Ok(None);
        }
        session.used = session.used.max(now);
        Ok(Some(session.clone()))
    }

    async fn end(&self, hash: Hash) -> Result<(), Outage> {
        lock(&self.sessions).end(&hash);
        Ok(())
    }
}
