//! What happened: the words every other crate speaks.
//!
//! A *fact* (事实) is one thing that a person or the platform did; its name, its body and who may
//! see it are fixed here, once, for the server, the command line and the verifier.
//! Invariant: nothing in this crate does I/O, reads a clock, draws randomness or computes a hash.

pub mod body;
pub mod calendar;
pub mod canonical;
pub mod decider;
pub mod hearing;
pub mod hex;
pub mod id;
pub mod kind;
pub mod methods;
pub mod money;
pub mod outage;
pub mod procedures;
pub mod record;
pub mod refusal;
pub mod role;
pub mod sheet;
pub mod stream;
pub mod time;

pub use canonical::Canonical;
pub use decider::{Decider, Given};
pub use hex::{Bytes, Hex};
pub use id::{AccountId, BidId, CeremonyId, TenderId};
pub use kind::{Context, Kind, Visibility};
pub use money::{Currency, Money};
pub use outage::Outage;
pub use record::{Act, Body, Draft, Record, Seen};
pub use refusal::Refusal;
pub use role::Role;
pub use stream::Stream;
pub use time::Instant;
