//! The label (标签): everything an envelope is bound to, in one digest.
//!
//! Invariant: an envelope opens under exactly one label; changing any field changes the key that seals the body
//! and breaks the header's proof.

use crate::hash::{sha256, sha512};
use crate::lp::lp;
use crate::suite::Suite;

/// `blk` of an envelope without bidder lock.
pub const NO_LOCK: [u8; 32] = [0; 32];

/// What an envelope is bound to. Nine fields, in the order in which they are hashed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Label {
    /// Tender (招标项目) as the notice names it.
    pub tender: String,
    /// Lot (标段) as the notice names it.
    pub lot: String,
    /// Part of the bid: open, qualification, technical, price, …
    pub part: String,
    /// Random name of this submission.
    pub submission: [u8; 16],
    /// Fingerprint of the key that signs this submission: SHA-256 of the Ed25519 public key.
    pub signer: [u8; 32],
    /// SHA-256 of the key certificate the part is sealed to.
    pub key_id: [u8; 32],
    /// Deadline, exactly the integer that stands in the tender notice.
    pub closes_at: u64,
    /// SHA-256 of the notice with every clarification the bidder has acknowledged.
    pub rules: [u8; 32],
    /// Commitment to the bidder's own secret β ([`blk`]), or [`NO_LOCK`].
    pub blk: [u8; 32],
}

impl Label {
    /// The nine fields as a length-prefixed list.
    #[must_use]
    pub fn message(&self) -> Vec<u8> {
        lp(&[
            self.tender.as_bytes(),
            self.lot.as_bytes(),
            self.part.as_bytes(),
            &self.submission,
            &self.signer,
            &self.key_id,
            &self.closes_at.to_be_bytes(),
            &self.rules,
            &self.blk,
        ])
    }

    /// `SHA-512(DST("label") ‖ LP(nine fields))`.
    #[must_use]
    pub fn digest(&self, suite: Suite) -> [u8; 64] {
        sha512(&[&suite.dst("label"), &self.message()])
    }

    /// Whether `beta` is what the label commits to: the right secret, or none where none was committed.
    #[must_use]
    pub fn fits(&self, suite: Suite, beta: Option<&[u8; 32]>) -> bool {
        use subtle::ConstantTimeEq as _;
        let expected = beta.map_or(NO_LOCK, |beta| blk(suite, &self.submission, beta));
        bool::from(expected.ct_eq(&self.blk))
    }
}

/// Commitment to the bidder's secret: `SHA-256(LP(DST("bidder-lock"), submission, β))`.
#[must_use]
pub fn blk(suite: Suite, submission: &[u8; 16], beta: &[u8; 32]) -> [u8; 32] {
    let opened = zeroize::Zeroizing::new(lp(&[&suite.dst("bidder-lock"), submission, beta]));
    sha256(&[&opened])
}
