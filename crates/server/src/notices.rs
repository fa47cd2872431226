//! Notices to persons (通知): made from the log where house is kept, shown in every zone, sent where somebody asked.
//!
//! Invariant: whom a fact concerns is said in `notify` alone; here its answers are carried into tables and, of what may
//! leave the platform, into messages.

pub mod courier;
pub mod messages;
pub mod reader;
pub mod sender;
pub mod webhook;

use crate::clock::{DemoClock, MachineClock};
use crate::config::Config;
use desk::{Clock as _, Outage};
use std::sync::Arc;

/// Makes the inboxes again from the log: how many notices there are, were missing, and did not belong.
///
/// Nothing is sent to anybody because of it. The server must stand still meanwhile.
pub async fn again(config: &Config) -> Result<(usize, u64, u64), Outage> {
    let log = store::Log::open(&config.database)
        .await
        .map_err(|e| Outage::new("opening the database", e))?;
    let log = Arc::new(log);
    let (all, next) = reader::everything(log.clone()).await?;
    let now = match &config.demo_clock {
        Some(file) => DemoClock::new(file.clone()).now(),
        None => MachineClock.now(),
    };
    let (added, removed) = log.notices().renew(&all, next, now).await?;
    log.close().await;
    Ok((all.len(), added, removed))
}
