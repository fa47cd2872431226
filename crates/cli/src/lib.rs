//! What runs at the bidder's, custodian's, expert's, supervisor's and operator's own machine.
//!
//! Invariant: no secret leaves the machine, and nothing the platform says is used before it was checked.

pub mod bid_folder;
pub mod clock;
pub mod commands;
pub mod custody;
pub mod entropy;
pub mod failure;
pub mod gather;
pub mod http;
pub mod keyring;
pub mod machine;
pub mod room;
pub mod session;
pub mod template;
pub mod terms;
pub mod trust;
pub mod watch;
pub mod wire;

pub use bid_folder::BidFolder;
pub use failure::Failure;
pub use session::{Done, Session, Zone};
