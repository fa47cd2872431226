//! Oversight (行政监督): orders that bind, complaints, the docket of all tenders, signs of the opened ones, the audit of the chain.
//!
//! Invariant: supervision reads the log and writes only its own orders; what it shows of a tender
//! follows from public facts alone, so before the opening it cannot tell even how many bid.

pub mod admit;
pub mod adoption;
pub mod audit;
pub mod cockpit;
pub mod complaint;
pub mod desks;
pub mod docket;
pub mod figures;
pub mod following;
pub mod further;
pub mod judging;
pub mod law;
pub mod rule_desk;
pub mod show;
pub mod signs;

pub use admit::{Signed, command};
pub use adoption::Adoptions;
pub use audit::{Audit, Scope, Trust, audit};
pub use desks::{Oversight, router};
pub use docket::Docket;
pub use law::{Command, Orders, State};
