//! Facts of bids before the deadline, and the letter inside.

use super::bodies;
use crate::id::{ItemId, LotId, PartId};
use crate::{AccountId, BidId, Hex, Money, TenderId};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// A bidder entered a tender under a fresh key that says nothing of the bidder.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BidEntered {
    /// The bidder.
    pub account: AccountId,
    /// The bid's name.
    pub bid: BidId,
    /// Ed25519 public key made for this bid alone.
    pub key: Hex<32>,
    /// That key's signature over the entry message (see seal's SPEC): proof of possession.
    pub proof: Hex<64>,
    /// The tender.
    pub tender: TenderId,
}

/// A sealed bid: one envelope per lot and part.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BidSubmitted {
    /// The bid.
    pub bid: BidId,
    /// The envelopes.
    pub envelopes: Vec<Envelope>,
    /// 1 for the first, one more for each replacement.
    pub revision: u32,
    /// Hash of the notice and of all addenda acknowledged.
    pub rules: Hex<32>,
    /// The tender.
    pub tender: TenderId,
}

/// What the log keeps of one sealed part; the body lies in the vault.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Envelope {
    /// Commitment to the bidder's own lock, or zeros.
    pub blk: Hex<32>,
    /// Tree digest of the sealed body.
    pub body_digest: Hex<32>,
    /// Length of the sealed body in bytes.
    pub body_length: u64,
    /// Header: R, R̄, e, f.
    pub header: Hex<128>,
    /// The key sealed to.
    pub key_id: Hex<32>,
    /// The lot.
    pub lot: LotId,
    /// The part.
    pub part: PartId,
    /// The bid key's signature over the envelope hash.
    pub sig: Hex<64>,
    /// Random id of this envelope.
    pub submission: Hex<16>,
}

/// After an addendum: the envelopes stand as they are under the new rules.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BidConfirmed {
    /// The bid.
    pub bid: BidId,
    /// The rules hash acknowledged.
    pub rules: Hex<32>,
    /// The tender.
    pub tender: TenderId,
}

/// A bid was withdrawn before the deadline; the bidder may submit again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BidWithdrawn {
    /// The bid.
    pub bid: BidId,
    /// The tender.
    pub tender: TenderId,
}

/// The opening letter (投标函): plaintext of a part of role `letter`, canonical JSON.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Letter {
    /// The bidder's account.
    pub account: AccountId,
    /// The brand of the core product, where the method counts bids of one brand as one (87号令31).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub brand: Option<String>,
    /// Account key's signature over the bid key (see seal's SPEC): whose bid this is.
    pub certificate: Hex<64>,
    /// Commercial deviations declared, in units of the method's adjustments.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub deviations: BTreeMap<ItemId, i64>,
    /// The bidder's name.
    pub name: String,
    /// Construction period or delivery time in days.
    pub period_days: u32,
    /// The price; absent in the letter of a stage that opens before prices.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub price: Option<Money>,
    /// Project manager (项目负责人).
    pub project_lead: String,
    /// Quality promised (质量目标).
    pub quality: String,
}

bodies!(
    BidEntered = BidEntered,
    BidSubmitted = BidSubmitted,
    BidConfirmed = BidConfirmed,
    BidWithdrawn = BidWithdrawn,
);
