//! The courier of notices: follows the log and keeps the inboxes.
//!
//! Invariant: every fact is looked at once, in the order of the log; what follows from it is noted together with its
//! position.

use super::reader::Reader;
use crate::doors::Doors;
use desk::Outage;
use std::sync::Arc;
use std::time::Duration;
use store::notices::{COURIER, Notices};
use tokio::sync::watch;

/// After a failure.
const AGAIN: Duration = Duration::from_secs(2);

/// The courier.
pub struct Courier {
    /// The log, with the courier's position.
    pub log: Arc<store::Log>,
    /// The inboxes.
    pub notices: Notices,
}

impl Courier {
    /// Follows until told to stop.
    pub async fn keep(self, doors: Doors, mut stop: watch::Receiver<bool>) {
        let mut heads = doors.pen.watch();
        let mut reader = None;
        loop {
            heads.borrow_and_update();
            let carried = tokio::select! {
                _ = stop.changed() => return,
                carried = self.carry(&mut reader) => carried,
            };
            let pause = match carried {
                Ok(()) => None,
                Err(outage) => {
                    tracing::error!(%outage, "carrying notices");
                    Some(AGAIN)
                }
            };
            tokio::select! {
                _ = stop.changed() => return,
                // A pen that has ended tells nothing more; the stop is then near.
                Ok(()) = heads.changed(), if pause.is_none() => {}
                () = tokio::time::sleep(pause.unwrap_or(Duration::from_mins(1))) => {}
            }
        }
    }

    /// Carries what has landed since the last time.
    async fn carry(&self, kept: &mut Option<Reader>) -> Result<(), Outage> {
        let mut reader = match kept.take() {
            Some(reader) => reader,
            None => Reader::new(self.log.clone()).await?,
        };
        let mut next = self.log.courier(COURIER).await?;
        // A reader that failed half-way is not kept: it may know more than was noted.
        while let Some((steps, after)) = reader.page(next).await? {
            self.notices.note(&steps, after).await?;
            next = after;
        }
        *kept = Some(reader);
        Ok(())
    }
}
