//! The bidder's own secrets against the commitments in the labels.

use super::UnlockFault as Fault;
use crate::tender::State;
use facts::Hex;
use facts::body::opening::BidUnlocked;
use seal::Suite;
use std::collections::{BTreeMap, BTreeSet};

/// One secret for each listed envelope of the bid, each fitting its commitment (`blk`).
pub fn check_unlock(state: &State, body: &BidUnlocked) -> Result<(), Fault> {
    let opening = state.openings.get(&body.stage);
    let listed = opening.into_iter().flat_map(|opening| &opening.frozen.envelopes);
    let own: BTreeSet<Hex<16>> = listed
        .filter(|known| known.bid == body.bid)
        .map(|known| known.submission)
        .collect();
    let held = state.bids.get(&body.bid).into_iter().flat_map(|bid| bid.held());
    let envelopes = held.flat_map(|last| &last.body.envelopes);
    let committed: BTreeMap<Hex<16>, Hex<32>> = envelopes
        .filter(|envelope| own.contains(&envelope.submission))
        .map(|envelope| (envelope.submission, envelope.blk))
        .collect();
    let mut given = BTreeSet::new();
    for unlock in &body.keys {
        let Some(blk) = committed.get(&unlock.submission) else {
            return Err(Fault::Stranger(unlock.submission));
        };
        if !given.insert(unlock.submission) {
            return Err(Fault::Twice(unlock.submission));
        }
        // The commitment is public and β is published by this very act: nothing here is secret any more.
        if seal::blk(Suite::Tree64k, unlock.submission.bytes(), unlock.beta.bytes()) != *blk.bytes() {
            return Err(Fault::Wrong(unlock.submission));
        }
    }
    match own.difference(&given).next() {
        Some(submission) => Err(Fault::Missing(*submission)),
        None => Ok(()),
    }
}
