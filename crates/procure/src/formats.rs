//! Hashes and messages of a tender: rules hash, list hash, and what a bid key signs.
//!
//! Invariant: every one is a length-prefixed list under its own tag; the ledger computes the same bytes, and a
//! test compares the two.

use facts::{BidId, Canonical, Hex, TenderId, id::StageId};
use seal::hash::sha256;
use seal::lp;
use serde_json::Map;

const RULES: &[u8] = b"kaibiao/rules/v1";
const LIST: &[u8] = b"kaibiao/list/v1";
const BID_KEY: &[u8] = b"kaibiao/bid-key/v1";

/// `rules_0 = SHA-256(LP("kaibiao/rules/v1", zeros32, notice body))`.
#[must_use]
pub fn rules_of_notice(notice: &Canonical) -> Hex<32> {
    step(&Hex([0; 32]), &notice.to_bytes())
}

/// `rules_i = SHA-256(LP("kaibiao/rules/v1", rules_{i−1}, addendum body without its member "rules"))`.
#[must_use]
pub fn rules_of_addendum(before: &Hex<32>, addendum: &Canonical) -> Hex<32> {
    let members: Map<_, _> = addendum
        .members()
        .iter()
        .filter(|(name, _)| *name != "rules")
        .map(|(n, v)| (n.clone(), v.clone()))
        .collect();
    // A part of a canonical object is canonical: taking a member away cannot fail.
    let bytes = Canonical::new(members)
        .map(|rest| rest.to_bytes())
        .unwrap_or_default();
    step(before, &bytes)
}

fn step(before: &Hex<32>, body: &[u8]) -> Hex<32> {
    Hex(sha256(&[&lp(&[RULES, before.bytes(), body])]))
}

/// `SHA-256(LP("kaibiao/list/v1", tender, stage, submission, envelope hash, …))` over `(submission, envelope hash)`
/// in ascending order of submission.
#[must_use]
pub fn list_hash(tender: &TenderId, stage: &StageId, envelopes: &[(Hex<16>, Hex<32>)]) -> Hex<32> {
    let mut sorted: Vec<_> = envelopes.iter().collect();
    sorted.sort();
    let mut fields: Vec<&[u8]> = vec![LIST, tender.as_str().as_bytes(), stage.as_str().as_bytes()];
    for (submission, envelope) in sorted {
        fields.push(submission.bytes());
        fields.push(envelope.bytes());
    }
    Hex(sha256(&[&lp(&fields)]))
}

/// `LP("kaibiao/bid-key/v1", origin, tender, bid, bid key)`: signed by the bid key as proof of possession, and by
/// the account key as the certificate inside the letter.
#[must_use]
pub fn bid_key_message(origin: &str, tender: &TenderId, bid: &BidId, key: &Hex<32>) -> Vec<u8> {
    lp(&[
        BID_KEY,
        origin.as_bytes(),
        tender.as_str().as_bytes(),
        bid.as_str().as_bytes(),
        key.bytes(),
    ])
}
