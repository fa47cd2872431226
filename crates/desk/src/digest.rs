//! Digests that the desks above need and may not compute with the ledger themselves.
//!
//! Invariant: nothing is defined here; each is the ledger's, byte for byte.

/// The commitment to a score sheet:
/// `SHA-256(LP("kaibiao/score/v1", tender, seat, salt, canonical sheet))`.
pub use ledger::message::score;

/// Commitments of a draw and what its rules hash to; see the record format.
pub use ledger::message::{drawn, drawn_salt, eligibility};
