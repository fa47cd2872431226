//! Facts of accounts: enrolment with proof of possession, revocation.

use super::bodies;
use crate::{AccountId, Hex, Instant, Role};
use serde::{Deserialize, Serialize};

/// An account was enrolled by a registrar (注册).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AccountEnrolled {
    /// The account.
    pub account: AccountId,
    /// How to reach the holder; withheld.
    pub contact: String,
    /// Custodians only: the keys derived from the custodian's seed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub custody: Option<Custody>,
    /// The organisation the holder works for; withheld.
    pub employer: String,
    /// Commitment to the withheld members: `SHA-256(LP("kaibiao/held/v1", salt, {contact, employer, name}))`. The
    /// registrar signs it in their place, so that outsiders can check the signature and learn nothing of them.
    pub held: Hex<32>,
    /// Ed25519 public key of the account.
    pub key: Hex<32>,
    /// Name of the person or organisation; withheld.
    pub name: String,
    /// Proof of possession: the account key's signature over the enrolment message (see seal's SPEC).
    pub proof: Hex<64>,
    /// What the account may do.
    pub roles: Vec<Role>,
    /// Thirty-two random bytes that keep `held` from being guessed; withheld.
    pub salt: Hex<32>,
    /// The last instant at which a fact that the account signs may enter the log; without it the account has no end
    /// but its revocation.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<Instant>,
}

/// A custodian's long-term keys.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Custody {
    /// The static ristretto255 point `E_j` to which shares are sealed.
    pub point: Hex<32>,
    /// Proof of knowledge of its scalar.
    pub point_proof: Hex<96>,
    /// Ed25519 public key with which the custodian signs ceremonies and shares.
    pub signer: Hex<32>,
    /// Proof of possession of `signer`.
    pub signer_proof: Hex<64>,
}

/// The account may act no more.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AccountRevoked {
    /// The account.
    pub account: AccountId,
    /// Why.
    pub reason: String,
}

bodies!(AccountEnrolled = AccountEnrolled, AccountRevoked = AccountRevoked);
