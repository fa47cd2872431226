//! Persistence: the log on `SQLite` or `PostgreSQL`, and a folder of sealed bodies and documents (the vault).
//!
//! Invariant: what was acknowledged survives a power failure, and what stands in the log is never changed; the
//! database itself refuses UPDATE and DELETE. What is no evidence (subscriptions by mail, notices to persons, addresses of hand-ins) stands beside it. No rule of any
//! law stands here, and no HTTP.

mod db;
mod decode;
pub mod log;
pub mod notices;
pub mod origins;
pub mod receivers;
#[doc(hidden)]
pub mod statement;
pub mod subscriptions;
pub mod vault;

pub use db::OpenError;
pub use log::Log;
pub use notices::{Kept, Notices, Step};
pub use origins::Origins;
pub use receivers::{Delivery, Receiver, Receivers, Tally, WITHDRAWN};
pub use subscriptions::{Subscription, Subscriptions};
pub use vault::{Limits, Unfinished, Unnamed, Vault};
