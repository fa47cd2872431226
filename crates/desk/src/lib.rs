//! The workbench that all desks share: ports, the pen, the scribe, accounts, sessions, problems.
//!
//! Invariant: no rule of procurement, evaluation or supervision stands here.

pub mod account;
pub mod mark;
pub mod pen;
pub mod ports;
pub mod problem;
pub mod scribe;
pub mod session;

pub use account::{Account, Actor};
pub use mark::Mark;
pub use pen::Pen;
pub use ports::{AppendLog, Clock, Entropy, Outage, ReadLog, Row, Vault};
pub use problem::Problem;
pub use scribe::{Failure, Landed, Scribe};
