//! The sweep of the vault: uploads that nobody goes on with, and finished ones that no fact ever named, are removed.
//!
//! Invariants: the age of an upload is told by the machine's own clock, by which the file system dates it; a
//! demonstration's clock, which leaps over weeks, makes no upload old. Bytes that any entry of the log names are never
//! removed: the log is read for it, and while the last entries are read and the bytes go, no act is decided.

use crate::clock::MachineClock;
use crate::doors::Doors;
use crate::zones::quota::Quota;
use desk::{Clock as _, Outage, ReadLog, Vault as _};
use facts::Hex;
use serde_json::Value;
use std::collections::HashMap;
use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};
use store::Unnamed;
use tokio::sync::{RwLock, watch};

/// Between two sweeps.
const EVERY: Duration = Duration::from_hours(1);
/// Records read in one page.
const PAGE: u32 = 500;

/// What is swept.
pub struct Sweeper {
    /// The vault.
    pub vault: Arc<store::Vault>,
    /// Who has how much in it.
    pub quota: Quota,
    /// The log, which names what stays.
    pub log: Arc<dyn ReadLog>,
    /// Held by acts while they are decided.
    pub shelter: Shelter,
}

/// Held, shared, by every act from the look whether its bytes are here until it has landed; held alone by the sweep
/// while it makes certain that nothing names some bytes and removes them.
pub type Shelter = Arc<RwLock<()>>;

/// Digests that a JSON document names: every text of 64 hexadecimal digits.
pub fn digests(document: &Value, found: &mut Vec<[u8; 32]>) {
    match document {
        Value::String(text) if text.len() == 64 => {
            found.extend(Hex::<32>::parse(text).map(|Hex(digest)| digest));
        }
        Value::Array(items) => items.iter().for_each(|item| digests(item, found)),
        Value::Object(members) => members.values().for_each(|member| digests(member, found)),
        _ => {}
    }
}

/// What was uploaded and is named by a fact that landed counts for nobody from now on, and stays.
pub fn named(doors: &Doors, body: &facts::Canonical) {
    let mut found = Vec::new();
    body.members()
        .values()
        .for_each(|member| digests(member, &mut found));
    let ids = doors.quota.name(&found);
    if ids.is_empty() {
        return;
    }
    let vault = doors.vault.clone();
    // Whoever acted does not wait for it: were it forgotten, the sweep would find the name in the log.
    tokio::spawn(async move {
        for id in ids {
            if let Err(outage) = vault.keep(&id).await {
                tracing::error!(%outage, "marking an upload as named");
            }
        }
    });
}

/// Sweeps at the start and every hour until told to stop.
pub async fn keep(sweeper: Sweeper, mut stop: watch::Receiver<bool>) {
    let mut hours = tokio::time::interval(EVERY);
    loop {
        tokio::select! {
            _ = stop.changed() => return,
            _ = hours.tick() => sweeper.sweep().await,
        }
    }
}

impl Sweeper {
    async fn sweep(&self) {
        let limits = self.quota.limits();
        match self.vault.sweep(before(limits.unfinished())).await {
            Ok(0) => {}
            Ok(swept) => tracing::info!(swept, "uploads that nobody went on with were removed"),
            Err(outage) => tracing::error!(%outage, "sweeping the vault"),
        }
        match self.discard(before(limits.unreferenced())).await {
            Ok(0) => {}
            Ok(swept) => tracing::info!(swept, "finished uploads that nothing named were removed"),
            Err(outage) => tracing::error!(%outage, "sweeping finished uploads"),
        }
        self.quota.look_at_all(self.vault.as_ref()).await;
    }

    /// Removes what has waited to be named since before that time, unless the log names it; how many there were.
    async fn discard(&self, before: SystemTime) -> Result<usize, Outage> {
        let mut waiting = self.vault.unnamed().await?;
        waiting.retain(|one| one.since < before);
        if waiting.is_empty() {
            return Ok(0);
        }
        let mut old = Old::default();
        for one in waiting {
            old.0.entry(one.digest).or_default().push(one);
        }
        // Most of the log is read while acts go on, and only what came meanwhile while they wait.
        let read = self.spare(&mut old, 0).await?;
        let _alone = self.shelter.write().await;
        self.spare(&mut old, read).await?;
        let mut swept = 0_usize;
        for one in old.0.into_values().flatten() {
            self.vault.discard(&one.id).await?;
            self.quota.release(&one.owner, &one.id);
            swept = swept.saturating_add(1);
        }
        Ok(swept)
    }

    /// Spares what entries from a position on name; the position after the last of them.
    async fn spare(&self, old: &mut Old, mut from: u64) -> Result<u64, Outage> {
        loop {
            let records = self.log.records(from, PAGE).await?;
            let Some(last) = records.last() else {
                return Ok(from);
            };
            from = last.seq.saturating_add(1);
            let mut found = Vec::new();
            for record in &records {
                record
                    .body
                    .members()
                    .values()
                    .for_each(|member| digests(member, &mut found));
            }
            let mut spared: Vec<Unnamed> = Vec::new();
            for digest in &found {
                spared.extend(old.0.remove(digest).into_iter().flatten());
            }
            for spared in spared {
                self.vault.keep(&spared.id).await?;
                self.quota.release(&spared.owner, &spared.id);
            }
        }
    }
}

/// What has waited long enough, by digest.
#[derive(Default)]
struct Old(HashMap<[u8; 32], Vec<Unnamed>>);

fn before(age: Duration) -> SystemTime {
    let millis = u64::try_from(MachineClock.now().0).unwrap_or_default();
    let now = UNIX_EPOCH.checked_add(Duration::from_millis(millis));
    now.and_then(|now| now.checked_sub(age)).unwrap_or(UNIX_EPOCH)
}
