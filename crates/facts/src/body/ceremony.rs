//! Facts of key ceremonies: distributed key generation with the platform as an untrusted mailbox.

use super::bodies;
use crate::id::StageId;
use crate::{AccountId, Bytes, CeremonyId, Hex, TenderId};
use serde::{Deserialize, Serialize};

/// What the keys of a ceremony are for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, tag = "for", rename_all = "snake_case")]
pub enum Purpose {
    /// One key for one stage of one tender.
    Tender {
        /// The stage.
        stage: StageId,
        /// The tender.
        tender: TenderId,
    },
    /// A stock of keys (密钥库存) from which tenders are served later by a logged assignment.
    Stock,
}

/// A ceremony was called: roster, threshold, number of keys.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CeremonyCalled {
    /// The ceremony.
    pub ceremony: CeremonyId,
    /// Shares needed to open.
    pub k: u16,
    /// Number of keys made together; slots are numbered from 0.
    pub keys: u16,
    /// The custodians with their indices 1..n.
    pub members: Vec<Member>,
    /// What for.
    pub purpose: Purpose,
    /// Fresh random session id: round-1 messages of another session do not fit.
    pub session: Hex<32>,
}

/// One custodian in a roster.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Member {
    /// The account.
    pub account: AccountId,
    /// Index, from 1.
    pub index: u16,
    /// The static point `E_j`.
    pub point: Hex<32>,
    /// The custodian's Ed25519 signing key.
    pub signer: Hex<32>,
}

/// Round 1 of one custodian, one element per slot.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CeremonyCommitted {
    /// The ceremony.
    pub ceremony: CeremonyId,
    /// Who.
    pub index: u16,
    /// Per slot: commitments and proof of possession, signed bytes as in seal's SPEC.
    pub slots: Vec<Commitment>,
}

/// Commitment of one custodian to one polynomial.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Commitment {
    /// `C_i0 … C_i,k−1`.
    pub points: Vec<Hex<32>>,
    /// FROST proof of possession (Schnorr), 64 bytes.
    pub pop: Hex<64>,
    /// Ed25519 signature of the custodian over the round-1 message of this slot.
    pub sig: Hex<64>,
}

/// Round 2 of one custodian: per slot, one sealed share for every other member.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CeremonyShared {
    /// The ceremony.
    pub ceremony: CeremonyId,
    /// Who.
    pub index: u16,
    /// Per slot, the sealed shares in order of receiver.
    pub slots: Vec<Vec<SealedShare>>,
}

/// One share, sealed to its receiver's static point.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SealedShare {
    /// Header and body, see seal's SPEC.
    pub sealed: Bytes,
    /// The receiver's index.
    pub to: u16,
}

/// A custodian found a share that does not fit its sender's commitments.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CeremonyComplained {
    /// The sender complained of.
    pub against: u16,
    /// The ceremony.
    pub ceremony: CeremonyId,
    /// Who complains.
    pub index: u16,
    /// The slot.
    pub slot: u16,
}

/// The accused opens the one disputed share for everybody.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CeremonyAnswered {
    /// The ceremony.
    pub ceremony: CeremonyId,
    /// Who answers.
    pub index: u16,
    /// The KEM scalar of the disputed ciphertext.
    pub scalar: Hex<32>,
    /// The slot.
    pub slot: u16,
    /// Who complained.
    pub to: u16,
}

/// The ceremony ended without keys.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CeremonyFailed {
    /// `bad_share`, `false_complaint`, `no_answer`, `bad_commitment` or `no_show`.
    pub cause: String,
    /// The ceremony.
    pub ceremony: CeremonyId,
    /// The custodian at fault.
    pub loser: u16,
}

/// Round 3 of one custodian: signatures over the certificates of all slots.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CeremonyCertified {
    /// The ceremony.
    pub ceremony: CeremonyId,
    /// Who.
    pub index: u16,
    /// Per slot: the key id signed and the signature.
    pub slots: Vec<Certified>,
}

/// One signature over one key certificate.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Certified {
    /// SHA-256 of the certificate.
    pub key_id: Hex<32>,
    /// Ed25519 signature over the certificate message.
    pub sig: Hex<64>,
}

/// All members signed: the keys may be used.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CeremonyCompleted {
    /// The ceremony.
    pub ceremony: CeremonyId,
    /// The keys, in order of slot.
    pub keys: Vec<StageKey>,
}

/// One opening key.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StageKey {
    /// SHA-256 of the certificate.
    pub key_id: Hex<32>,
    /// The joint public key `Y`.
    pub public: Hex<32>,
    /// The public shares `Y_1 … Y_n`.
    pub shares: Vec<Hex<32>>,
}

/// A custodian proved that its share of a key is alive.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct KeyProved {
    /// The date of the check, `YYYY-MM-DD` in China Standard Time; part of what is proved.
    pub date: String,
    /// Who.
    pub index: u16,
    /// The key.
    pub key_id: Hex<32>,
    /// Proof: value, challenge, response, 96 bytes.
    pub proof: Hex<96>,
}

bodies!(
    CeremonyCalled = CeremonyCalled,
    CeremonyCommitted = CeremonyCommitted,
    CeremonyShared = CeremonyShared,
    CeremonyComplained = CeremonyComplained,
    CeremonyAnswered = CeremonyAnswered,
    CeremonyFailed = CeremonyFailed,
    CeremonyCertified = CeremonyCertified,
    CeremonyCompleted = CeremonyCompleted,
    KeyProved = KeyProved,
);
