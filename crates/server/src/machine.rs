//! The state of the machine (运行状况): what an operator sees of a process, and nothing of the tenders.
//!
//! Invariant: what is told is sizes and times. The vault is told in whole GiB and not by files, because it grows with
//! every bid handed in; it is counted once a minute at most, whoever asks.

use crate::clock::MachineClock;
use crate::couriers::erasure;
use desk::{Clock as _, Outage, ReadLog as _};
use facts::Instant;
use serde::Serialize;
use std::sync::Arc;
use tokio::sync::Mutex;
use utoipa::ToSchema;

/// How long a count of the vault is good for, in milliseconds.
const COUNTED: i64 = 60_000;

/// What a process can tell of itself.
pub struct Machine {
    log: Arc<store::Log>,
    vault: Arc<store::Vault>,
    started: Instant,
    /// When the vault was counted last, and what was found.
    counted: Mutex<Option<(Instant, u64)>>,
}

/// The database of the log.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
pub struct DatabaseView {
    /// Bytes that it takes.
    pub bytes: u64,
    /// `SQLite` or `PostgreSQL`.
    pub name: &'static str,
}

/// What was ordered to be erased.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
pub struct ErasuresView {
    /// Orders in the log.
    pub ordered: usize,
    /// Orders not carried out yet.
    pub waiting: usize,
}

/// The state of a process, for its operator.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct MachineView {
    /// The database.
    pub database: DatabaseView,
    /// Erasures.
    pub erasures: ErasuresView,
    /// Time of the newest entry, milliseconds since 1970 UTC; null in an empty log.
    #[schema(value_type = Option<i64>)]
    pub last: Option<Instant>,
    /// The platform's clock, milliseconds since 1970 UTC.
    #[schema(value_type = i64)]
    pub now: Instant,
    /// Cosignatures of witnesses on the newest checkpoint.
    pub cosignatures: usize,
    /// Entries in the log.
    pub size: u64,
    /// When this process began, milliseconds since 1970 UTC by the machine's own clock.
    #[schema(value_type = i64)]
    pub started: Instant,
    /// What the vault takes, in GiB, rounded up.
    pub vault_gib: u64,
    /// Version of the program.
    pub version: &'static str,
    /// The zone that answers.
    pub zone: &'static str,
}

impl Machine {
    /// The machine of a process that begins now.
    #[must_use]
    pub fn new(log: Arc<store::Log>, vault: Arc<store::Vault>) -> Self {
        Self {
            log,
            vault,
            started: MachineClock.now(),
            counted: Mutex::new(None),
        }
    }

    /// When the process began, by the machine's own clock.
    #[must_use]
    pub fn started(&self) -> Instant {
        self.started
    }

    /// The database.
    pub async fn database(&self) -> Result<DatabaseView, Outage> {
        let (name, bytes) = self.log.used().await?;
        Ok(DatabaseView { bytes, name })
    }

    /// Time of the newest entry.
    pub async fn last(&self, size: u64) -> Result<Option<Instant>, Outage> {
        let Some(place) = size.checked_sub(1) else {
            return Ok(None);
        };
        Ok(self.log.records(place, 1).await?.first().map(|record| record.at))
    }

    /// What was ordered to be erased.
    pub async fn erasures(&self) -> Result<ErasuresView, Outage> {
        erasure::counted(self.log.as_ref()).await
    }

    /// What the vault takes in GiB, rounded up, as counted a minute ago at most.
    pub async fn vault_gib(&self) -> Result<u64, Outage> {
        let mut counted = self.counted.lock().await;
        let now = MachineClock.now();
        let known = counted.filter(|(at, _)| (0..COUNTED).contains(&now.since(*at)));
        let (at, bytes) = match known {
            Some(known) => known,
            None => (now, self.vault.used().await?),
        };
        *counted = Some((at, bytes));
        Ok(bytes.div_ceil(1 << 30))
    }
}
