//! From the rules to the log: cards issued, warnings given, cards ended (监察预警).
//!
//! Invariant: what the rules find is computed from public facts under the version in force; the law of supervision
//! writes down what is not in the log yet, once.

use crate::doors::Doors;
use desk::{Failure, Outage};
use facts::{Instant, Stream, TenderId};
use supervise::Command;

/// Brings to the log what the rules find of a tender now. Whether anything was written.
pub async fn carry(doors: &Doors, tender: &TenderId) -> Result<bool, Failure> {
    let (Some(look), _) = doors.oversight.look(tender, doors.clock.now()).await? else {
        return Ok(false);
    };
    let stream = Stream::Supervision(tender.clone());
    let issued = doors.laws.orders.state(&stream).await?;
    if !::rules::issued::is_news(&issued.cards, &look) {
        return Ok(false);
    }
    let landed = doors
        .laws
        .orders
        .submit(stream, Command::Cards(Box::new(look)))
        .await;
    match landed {
        Ok(landed) => Ok(!landed.is_empty()),
        // Time went on meanwhile; it is looked at again.
        Err(Failure::Refused(refusal)) if refusal.code == "cards.stale" => Ok(true),
        Err(failure) => Err(failure),
    }
}

/// When a card appears or changes, or other rules come into force, by the passing of time alone.
pub async fn due(doors: &Doors, tender: &TenderId) -> Result<Option<Instant>, Outage> {
    Ok(doors.oversight.look(tender, doors.clock.now()).await?.1)
}
