//! A monitor (监测) of a platform, run elsewhere: what it reads of the log, what it holds against the rules, whom it tells.
//!
//! Invariant: nothing counts as read before it was proven; what was found is in the outbox before it counts as told,
//! and leaves the outbox when a receiver has taken it, so that no death in between loses a word.

pub mod event;
pub mod facts;
pub mod follow;
pub mod follows;
pub mod hook;
pub mod judge;
pub mod mail;
pub mod monitor;
pub mod outbox;
pub mod reading;
pub mod told;

pub use event::{Event, Tell};
pub use follow::{Watched, bundles};
pub use monitor::{Look, Monitor};
