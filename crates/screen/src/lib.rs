//! Signs of collusion and risk (串通投标与风险线索): what a person should look at, with the evidence side by side.
//!
//! Invariant: a screen returns signs and nothing else. No sign is a finding, none rejects a bid, and there is no
//! colour beside yellow; the order of the input never changes the answer, and no input makes a screen panic.
//! All arithmetic is in integers; what is a statistic, and not a plain fact of the record, says so ([`Nature`]).

pub mod cobidding;
pub mod course;
pub mod fixed;
pub mod ocds;
pub mod origins;
pub mod prices;
pub mod scores;
pub mod sign;
pub mod texts;
pub mod timing;

pub use sign::{Cell, Code, Evidence, Nature, Say, Sign, Strength};
