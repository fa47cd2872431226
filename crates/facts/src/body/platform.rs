//! Facts of the platform itself: its founding, disclosures, erasures.

use super::bodies;
use crate::{AccountId, Hex};
use serde::{Deserialize, Serialize};

/// The first entry of a log: who runs it, under which keys, and who may enrol.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PlatformFounded {
    /// Version of the working-day calendar in force, see [`crate::calendar`].
    pub calendar: String,
    /// Whether this is a demonstration with openly worthless keys.
    pub demo: bool,
    /// Checkpoint verifier key in C2SP signed-note form.
    pub log_key: String,
    /// The log's origin line (C2SP tlog-checkpoint).
    pub origin: String,
    /// Accounts that may enrol others, with their keys.
    pub registrars: Vec<Registrar>,
    /// Ed25519 key that signs refusals, in C2SP signed-note form.
    pub refusal_key: String,
}

/// A registrar named at the founding.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Registrar {
    /// The account.
    pub account: AccountId,
    /// Its Ed25519 public key.
    pub key: Hex<32>,
}

/// Committed facts are shown from now on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FactsDisclosed {
    /// Why: the rule of the law or of the tender that makes them public.
    pub basis: String,
    /// Positions of the facts that are now shown whole.
    pub seqs: Vec<u64>,
}

/// The committed content of one fact was deleted; its commitment stays.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FactErased {
    /// The legal basis.
    pub basis: String,
    /// The reason, free of personal data.
    pub reason: String,
    /// Position of the fact.
    pub seq: u64,
}

/// The wall clock went behind the log's time by more than the tolerance.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ClockSuspected {
    /// Milliseconds by which the wall clock lags the log.
    pub lag: i64,
}

bodies!(
    PlatformFounded = PlatformFounded,
    FactsDisclosed = FactsDisclosed,
    FactErased = FactErased,
    ClockSuspected = ClockSuspected,
);
