//! The checks of the front door that need no secret: envelopes, unlocking secrets, shares, proofs of readiness.
//!
//! Invariant: pure functions of the tender's state, the keys' cards and the body of an act; what they find goes into
//! the command as a verdict, so that the law itself stays cheap.

mod beat;
mod entry;
mod envelope;
mod fault;
mod share;
mod unlock;

pub use beat::check_beat;
pub use entry::check_entry;
pub use envelope::{Checked, check_submission};
pub use fault::{BeatFault, EntryFault, EnvelopeFault, EnvelopeReason, UnlockFault};
pub(crate) use share::listed;
pub use share::{ShareFault, check_share};
pub use unlock::check_unlock;
