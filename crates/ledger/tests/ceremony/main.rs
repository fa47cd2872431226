//! Ceremonies and openings from a custodian's chair: a whole log in memory, honest and corrupt custodians, and a
//! platform that tries to get a share it must not have.
#![expect(clippy::arithmetic_side_effects, reason = "test code")]
#![expect(clippy::indexing_slicing, clippy::unwrap_used, reason = "test code")]

use kaibiao_ledger as ledger;

mod answering;
mod believing;
mod listing;
mod log;
mod making;
mod reopening;
mod runner;
mod suspending;
mod tender;
