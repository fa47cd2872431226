//! The tender (招标投标): its state, its commands and its law.
//!
//! Invariant: nothing is opened before the deadline, without a quorum of custodians, or off the log; what was
//! received in time is opened and read, or stays closed with an attributed cause (招标投标法36, 20号令30、31).

pub mod challenge;
pub mod command;
pub mod duties;
pub mod evolve;
pub mod fulfilment;
pub mod law;
pub mod phase;
pub mod span;
pub mod state;

mod amend;
mod award;
mod bid;
mod candidates;
mod closing;
mod contract;
mod deposit;
mod gate;
mod heard;
mod inquiry;
mod keys;
pub(crate) mod listing;
mod notice;
mod objection;
mod orders;
mod origins;
mod qualification;
mod question;
mod quotes;
mod record;
mod refuse;
mod register;
mod share;
mod suspension;
mod tick;
mod unlock;

pub use command::{Command, Concluded, OpenedStage};
pub use law::Tenders;
pub use notice::{Fault, faults, method_faults};
pub use phase::Phase;
pub use qualification::Place;
pub use state::State;
