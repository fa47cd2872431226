//! A custodian's proof that its share is alive.

use super::BeatFault;
use crate::card::KeyCard;
use facts::body::ceremony::KeyProved;
use seal::heartbeat::Beat;
use seal::{Partial, Suite};

/// Checks the proof against the custodian's public share of the key.
pub fn check_beat(card: &KeyCard, body: &KeyProved) -> Result<(), BeatFault> {
    let share = card.share(body.index).ok_or(BeatFault::NoShare)?;
    let proof = Partial::parse(body.proof.bytes()).map_err(|_| BeatFault::Form)?;
    let beat = Beat {
        suite: Suite::Tree64k,
        key_id: body.key_id.bytes(),
        date: &body.date,
        index: body.index,
    };
    beat.verify(&share, &proof).map_err(|_| BeatFault::False)
}
