//! From a quorum of shares to the opening record: what the opening worker does, without its I/O.
//!
//! Invariant: nothing leaves here one by one; the worker gets its tasks for a whole stage, brings the outcome of
//! each, and gets one [`crate::tender::OpenedStage`] for one atomic fact (20号令30).

mod assemble;
mod letter;
mod plan;
mod unseal;

pub(crate) use assemble::place;
pub use assemble::{AssembleError, assemble};
pub use letter::{Bidder, LetterFault, read_letter};
pub use plan::{Plan, PlanError, Task, plan};
pub use unseal::{Outcome, unseal};
