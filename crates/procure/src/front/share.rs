//! A custodian's batch against the settled list: every proof, in order.

use crate::card::KeyCard;
use crate::tender::State;
use crate::tender::state::Bid;
use facts::body::bid::{BidSubmitted, Envelope};
use facts::id::StageId;
use facts::{BidId, Hex};
use seal::{Header, Label, Partial, Point, Suite, Target, verify_partial};
use std::collections::BTreeMap;

/// The first envelope of a batch whose partial opening does not verify.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ShareFault {
    /// The envelope.
    pub submission: Hex<16>,
    /// What is wrong.
    pub reason: String,
}

/// An envelope of the settled list, with all that its opening depends on.
#[derive(Debug, Clone)]
pub(crate) struct Listed<'a> {
    pub(crate) submission: Hex<16>,
    pub(crate) bid: &'a BidId,
    pub(crate) envelope: &'a Envelope,
    pub(crate) header: Header,
    pub(crate) label: Label,
    pub(crate) digest: [u8; 64],
}

/// The settled envelopes of a stage in the order of the list; `None` if the list is not settled, or names an
/// envelope that no bid holds.
pub(crate) fn listed<'a>(state: &'a State, stage: &StageId) -> Option<Vec<Listed<'a>>> {
    let (settled, _) = state.openings.get(stage)?.settled.as_ref()?;
    let mut known: BTreeMap<Hex<16>, (&'a BidId, &'a Bid, &'a BidSubmitted, &'a Envelope)> = BTreeMap::new();
    for (bid, owner) in &state.bids {
        for last in owner.held() {
            for envelope in &last.body.envelopes {
                known.insert(envelope.submission, (bid, owner.as_ref(), &last.body, envelope));
            }
        }
    }
    let one = |submission: &Hex<16>| {
        let (bid, owner, body, envelope) = known.get(submission)?;
        let label = state.label(owner, body, envelope)?;
        let digest = label.digest(Suite::Tree64k);
        let header = Header::parse(envelope.header.bytes()).ok()?;
        Some(Listed {
            submission: *submission,
            bid,
            envelope,
            header,
            label,
            digest,
        })
    };
    settled.submissions.iter().map(one).collect()
}

/// Checks a batch: one partial opening per envelope in the order of the settled list, each proof against the
/// custodian's public share.
pub fn check_share(
    state: &State,
    card: &KeyCard,
    stage: &StageId,
    index: u16,
    partials: &[Hex<96>],
) -> Result<(), ShareFault> {
    let first = || {
        state
            .openings
            .get(stage)
            .and_then(|opening| opening.settled.as_ref()?.0.submissions.first().copied())
    };
    let none = |reason: &str| ShareFault {
        submission: first().unwrap_or_default(),
        reason: reason.to_owned(),
    };
    let envelopes = listed(state, stage).ok_or_else(|| none("the list is not settled"))?;
    let (Some(y), Some(share)) = (card.public(), card.share(index)) else {
        return Err(none("the key has no such share"));
    };
    if partials.len() != envelopes.len() {
        return Err(none("the batch does not cover the list"));
    }
    for (envelope, partial) in envelopes.iter().zip(partials) {
        one(envelope, &y, &share, index, partial).map_err(|reason| ShareFault {
            submission: envelope.submission,
            reason,
        })?;
    }
    Ok(())
}

fn one(envelope: &Listed<'_>, y: &Point, share: &Point, index: u16, partial: &Hex<96>) -> Result<(), String> {
    let partial = Partial::parse(partial.bytes()).map_err(|error| error.to_string())?;
    let target = Target {
        suite: Suite::Tree64k,
        y,
        label_digest: &envelope.digest,
        body_digest: envelope.envelope.body_digest.bytes(),
        header: &envelope.header,
    };
    verify_partial(&target, index, share, &partial).map_err(|error| error.to_string())
}
