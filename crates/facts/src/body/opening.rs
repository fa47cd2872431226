//! Facts of the opening: closing, the frozen list, unlocking, shares, the record.

use super::bid::Letter;
use super::bodies;
use crate::id::{LotId, ObjectionId, PartId, StageId};
use crate::{AccountId, BidId, Hex, Instant, TenderId};
use serde::{Deserialize, Serialize};

/// The deadline passed: nothing more is accepted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TenderClosed {
    /// The deadline that applied.
    pub closes_at: Instant,
    /// The tender.
    pub tender: TenderId,
}

/// The tender failed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TenderFailed {
    /// Article of law or clause of the notice.
    pub basis: String,
    /// `too_few_bidders`, `no_valid_bid` or `cannot_open`.
    pub cause: String,
    /// The tender.
    pub tender: TenderId,
}

/// The list of envelopes to open: last revisions, withdrawn bids left out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ListFrozen {
    /// The envelopes, ascending by submission id.
    pub envelopes: Vec<Listed>,
    /// SHA-256 of the list, see seal's SPEC.
    pub list: Hex<32>,
    /// The stage.
    pub stage: StageId,
    /// The tender.
    pub tender: TenderId,
    /// End of the window for disputes and for unlocking.
    pub until: Instant,
}

/// One envelope on the list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Listed {
    /// The bid.
    pub bid: BidId,
    /// Hash of the envelope.
    pub envelope: Hex<32>,
    /// Position of the `bid.submitted` fact.
    pub seq: u64,
    /// Id of the envelope.
    pub submission: Hex<16>,
}

/// A bidder holds a receipt that does not fit the list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ListDisputed {
    /// The bid.
    pub bid: BidId,
    /// The receipt's `.tlog-proof`.
    pub receipt: String,
    /// The stage.
    pub stage: StageId,
    /// The tender.
    pub tender: TenderId,
    /// What is wrong.
    pub text: String,
}

/// A bidder's own secrets, one per envelope of the stage.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BidUnlocked {
    /// The bid.
    pub bid: BidId,
    /// The secrets.
    pub keys: Vec<Unlock>,
    /// The stage.
    pub stage: StageId,
    /// The tender.
    pub tender: TenderId,
}

/// The secret of one envelope.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Unlock {
    /// β.
    pub beta: Hex<32>,
    /// The envelope.
    pub submission: Hex<16>,
}

/// The list that custodians answer: before any share exists.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ListSettled {
    /// Envelopes left out, with their causes.
    pub excluded: Vec<Unopened>,
    /// SHA-256 of the list that remains.
    pub list: Hex<32>,
    /// The stage.
    pub stage: StageId,
    /// The envelopes that remain, ascending.
    pub submissions: Vec<Hex<16>>,
    /// The tender.
    pub tender: TenderId,
    /// Until when custodians may give shares.
    pub until: Instant,
}

/// Why an envelope stays closed, and whose fault it is (20号令31).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Cause {
    /// The bidder did not unlock in time: 视为撤销.
    BidderNoUnlock,
    /// The envelope contradicts itself or opens to something that is no letter: 视为撤销.
    BidderBadEnvelope,
    /// Not enough custodians: 视为撤回, the bidder may claim the loss.
    CustodiansBelowK,
    /// The platform lost the body: 视为撤回, the bidder may claim the loss.
    PlatformMissingBody,
}

impl Cause {
    /// Whether the bidder answers for it (视为撤销), or others do (视为撤回).
    #[must_use]
    pub const fn is_bidders(self) -> bool {
        matches!(self, Self::BidderNoUnlock | Self::BidderBadEnvelope)
    }
}

/// One envelope that stays closed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Unopened {
    /// The cause.
    pub cause: Cause,
    /// The evidence in words: which check failed.
    pub evidence: String,
    /// The envelope.
    pub submission: Hex<16>,
}

/// One custodian's partial openings of the whole settled list: all or nothing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ShareGiven {
    /// Who.
    pub index: u16,
    /// The list answered.
    pub list: Hex<32>,
    /// D, c, z per envelope, in the order of the settled list.
    pub partials: Vec<Hex<96>>,
    /// The stage.
    pub stage: StageId,
    /// The tender.
    pub tender: TenderId,
}

/// A batch that does not verify: named, with the evidence, and ignored.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ShareFaulted {
    /// The custodian.
    pub index: u16,
    /// What is wrong with it.
    pub reason: String,
    /// Position of the `share.given` fact.
    pub seq: u64,
    /// The stage.
    pub stage: StageId,
    /// The first envelope whose proof fails.
    pub submission: Hex<16>,
    /// The tender.
    pub tender: TenderId,
}

/// A custodian gave nothing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CustodianAbsent {
    /// The custodian.
    pub index: u16,
    /// The stage.
    pub stage: StageId,
    /// The tender.
    pub tender: TenderId,
}

/// The opening failed; no bidder is at fault.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OpeningFailed {
    /// The cause of every envelope of the stage.
    pub cause: Cause,
    /// Valid batches received.
    pub shares: u16,
    /// The stage.
    pub stage: StageId,
    /// The tender.
    pub tender: TenderId,
}

/// The opening record of a stage: published whole, after all decryption is done (20号令30).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OpeningRecorded {
    /// The bids, ascending by bid id.
    pub bids: Vec<OpenedBid>,
    /// The list opened.
    pub list: Hex<32>,
    /// The files of parts for the panel (暗标), ascending by submission; withheld until the award. Experts read these
    /// files under codes: a hash or a length beside the bidder's name would tell them whose a file is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub panel: Option<Vec<PanelFile>>,
    /// Custodians whose shares were combined.
    pub quorum: Vec<u16>,
    /// The stage.
    pub stage: StageId,
    /// The tender.
    pub tender: TenderId,
    /// End of the window for objections at the opening.
    pub until: Instant,
}

/// One bid in the opening record.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OpenedBid {
    /// The bidder.
    pub account: AccountId,
    /// The bid.
    pub bid: BidId,
    /// Its parts.
    pub parts: Vec<OpenedPart>,
}

/// What a part for the panel opened to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PanelFile {
    /// Length of the file in bytes.
    pub bytes: u64,
    /// SHA-256 of the file.
    pub sha256: Hex<32>,
    /// The envelope.
    pub submission: Hex<16>,
}

/// One part in the opening record: opened, or not, with the cause.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OpenedPart {
    /// The letter read out, for parts of role `letter`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub letter: Option<Letter>,
    /// The lot.
    pub lot: LotId,
    /// Length of the file in bytes; left out for parts for the panel.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bytes: Option<u64>,
    /// The part.
    pub part: PartId,
    /// SHA-256 of the file; left out for parts for the panel.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sha256: Option<Hex<32>>,
    /// The envelope.
    pub submission: Hex<16>,
    /// Why it stays closed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unopened: Option<Unopened>,
}

/// An objection on the spot (条例44).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OpeningObjected {
    /// The bid of the objector.
    pub bid: BidId,
    /// The objection.
    pub objection: ObjectionId,
    /// The stage.
    pub stage: StageId,
    /// The tender.
    pub tender: TenderId,
    /// The text.
    pub text: String,
}

/// The answer on the spot.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OpeningReplied {
    /// The objection.
    pub objection: ObjectionId,
    /// The tender.
    pub tender: TenderId,
    /// The text.
    pub text: String,
}

/// A bidder signs the record.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OpeningConfirmed {
    /// The bid.
    pub bid: BidId,
    /// Position of the `opening.recorded` fact.
    pub record: u64,
    /// The stage.
    pub stage: StageId,
    /// The tender.
    pub tender: TenderId,
}

/// The opening ended; every objection is answered.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OpeningClosed {
    /// The stage.
    pub stage: StageId,
    /// The tender.
    pub tender: TenderId,
}

/// Which bids of the first opening record were handed in from one network address: that some are equal, and nothing else of
/// them. There is none where the platform knows no address.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OriginsCompared {
    /// The bids of the opening record, in its order.
    pub bids: Vec<BidOrigin>,
    /// Position of the `opening.recorded` fact.
    pub record: u64,
    /// The tender.
    pub tender: TenderId,
}

/// From where the listed revision of one bid was handed in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BidOrigin {
    /// Stands for the address: 1, 2, … as they first occur in the list; bids from one address have one number. Absent
    /// where the address is not known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub address: Option<u32>,
    /// The bid.
    pub bid: BidId,
}

bodies!(
    TenderClosed = TenderClosed,
    TenderFailed = TenderFailed,
    ListFrozen = ListFrozen,
    ListDisputed = ListDisputed,
    BidUnlocked = BidUnlocked,
    ListSettled = ListSettled,
    ShareGiven = ShareGiven,
    ShareFaulted = ShareFaulted,
    CustodianAbsent = CustodianAbsent,
    OpeningFailed = OpeningFailed,
    OpeningRecorded = OpeningRecorded,
    OpeningObjected = OpeningObjected,
    OpeningReplied = OpeningReplied,
    OpeningConfirmed = OpeningConfirmed,
    OpeningClosed = OpeningClosed,
    OriginsCompared = OriginsCompared,
);
