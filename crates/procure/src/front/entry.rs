//! A bid's own key: well formed, held by who names it, and made for this bid alone.

use super::EntryFault;
use crate::formats::bid_key_message;
use facts::body::bid::BidEntered;
use seal::{PublicKey, Signature};

/// Checks the key of a bid. `known` says whether the log knows the key as that of an account, a custodian or
/// another bid: a bid key that is known would betray whose bid it is.
pub fn check_entry(origin: &str, body: &BidEntered, known: bool) -> Result<(), EntryFault> {
    let key = PublicKey::parse(body.key.bytes()).map_err(EntryFault::Key)?;
    let message = bid_key_message(origin, &body.tender, &body.bid, &body.key);
    key.verify(&message, &Signature(body.proof.0))
        .map_err(|_| EntryFault::Proof)?;
    if known { Err(EntryFault::Known) } else { Ok(()) }
}
