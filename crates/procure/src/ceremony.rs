//! Key ceremonies (密钥仪式): how custodians make opening keys, with the platform as a mailbox that
//! nobody has to trust.
//!
//! Invariant: keys come into being only from round 1 of all members as logged, and only when every
//! member has signed the certificates that anybody recomputes from it.

pub mod front;
mod law;
mod marks;
mod refusals;
mod roster;
mod state;

pub use law::{Ceremonies, Command};
pub use marks::{SESSION, marks};
pub use roster::{DEFAULT_MEMBERS, DEFAULT_THRESHOLD, Enrolled, MAX_KEYS, MAX_MEMBERS, MAX_SHARES, MIN_MEMBERS};
pub use state::{CEREMONY_ANSWER_MS, CEREMONY_STEP_MS, Phase, State};
