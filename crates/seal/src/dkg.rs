//! The key ceremony (密钥仪式): n custodians make a key that none of them, and no k−1 of them, ever holds.
//!
//! FROST's distributed key generation (Komlo and Goldberg 2020, figure 1; crate frost-ristretto255 for polynomial,
//! proof of possession and shares) in messages that are logged: round 1 in the open, round 2 sealed from each
//! custodian to each other, a certificate signed by all.
//! Invariant: every message carries the ceremony's context (tender, part, session, slot, roster) under its author's
//! signature, so nothing of an older session is ever accepted, and every failure has a culprit whom anybody can name
//! from the logged messages alone.
//!
//! ```text
//! Ceremony ── round 1: Round1 ×n ──▶ Commitments ── round 2: Round2 ×n(n−1) ──▶ finish: share + Certificate
//!                                                        └─ a bad share: Complaint ─▶ Answer ─▶ judge
//! ```

mod ceremony;
mod certificate;
mod complaint;
mod finish;
mod frost;
mod public;
mod roster;
mod round1;
mod round2;
mod wire;

pub use self::ceremony::Ceremony;
pub use self::certificate::{Certificate, CertificateError};
pub use self::complaint::{Answer, Complaint, JudgeError, Reason, Verdict, answer, complain, judge};
pub use self::finish::{DkgError, Finished, finish, recover_share};
pub use self::public::{check_round1, check_round2, judge_scalar};
pub use self::roster::{Member, Roster, RosterError};
pub use self::round1::{Commitments, Round1, Round1Error, round1};
pub use self::round2::{Round2, ShareFault, open_share, round2};
pub use self::wire::WireError;

use crate::suite::Suite;

/// The suite whose encapsulation seals the shares of round 2.
pub const SHARE_SUITE: Suite = Suite::Tree64k;
