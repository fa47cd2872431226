//! The sweep of the vault: uploads that nobody goes on with are removed.
//!
//! Invariant: the age of an upload is told by the machine's own clock, by which the file system dates it; a
//! demonstration's clock, which leaps over weeks, makes no upload old.

use crate::clock::MachineClock;
use crate::zones::quota::Quota;
use desk::Clock as _;
use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};
use tokio::sync::watch;

/// Between two sweeps.
const EVERY: Duration = Duration::from_hours(1);
/// An unfinished upload on which nothing arrived for so long is removed: 7 days.
pub const AGE: Duration = Duration::from_hours(7 * 24);

/// Sweeps at the start and every hour until told to stop.
pub async fn keep(vault: Arc<store::Vault>, quota: Quota, mut stop: watch::Receiver<bool>) {
    let mut hours = tokio::time::interval(EVERY);
    loop {
        tokio::select! {
            _ = stop.changed() => return,
            _ = hours.tick() => sweep(&vault, &quota).await,
        }
    }
}

async fn sweep(vault: &store::Vault, quota: &Quota) {
    match vault.sweep(now().checked_sub(AGE).unwrap_or(UNIX_EPOCH)).await {
        Ok(0) => {}
        Ok(swept) => tracing::info!(swept, "uploads that nobody went on with were removed"),
        Err(outage) => tracing::error!(%outage, "sweeping the vault"),
    }
    quota.look_at_all(vault).await;
}

fn now() -> SystemTime {
    let millis = u64::try_from(MachineClock.now().0).unwrap_or_default();
    UNIX_EPOCH
        .checked_add(Duration::from_millis(millis))
        .unwrap_or(UNIX_EPOCH)
}
