//! Which envelopes are opened at which stage.
//!
//! Invariant: the frozen list holds the last revision of every bid that was not withdrawn, whether it can be opened
//! or not; who is left out later is left out with a cause (招标投标法36).

use super::state::{Bid, Submission};
use super::{State, quotes};
use facts::body::bid::Envelope;
use facts::body::opening::{Cause, Listed, Unopened};
use facts::body::quotes::Remaining;
use facts::id::{LotId, StageId};
use facts::{BidId, Hex};
use seal::{Header, Suite, envelope_hash};
use std::collections::BTreeSet;

/// A listed envelope with what belongs to it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Entry<'a> {
    pub(crate) bid: &'a BidId,
    pub(crate) owner: &'a Bid,
    pub(crate) submission: &'a Submission,
    pub(crate) envelope: &'a Envelope,
}

/// Lots for which enough bids stand (招标投标法28: fewer than three must not be opened). A bid that missed a
/// substantive addendum does not count.
pub(super) fn open_lots(state: &State) -> BTreeSet<&LotId> {
    let Some(notice) = &state.notice else {
        return BTreeSet::new();
    };
    let enough = |lot: &LotId| {
        let bids = state.bids.values().filter(|bid| state.outdated(bid).is_none());
        let standing = bids.filter_map(|bid| bid.standing());
        standing
            .filter(|last| last.body.envelopes.iter().any(|envelope| envelope.lot == *lot))
            .count()
    };
    let wanted = usize::try_from(notice.min_bidders).unwrap_or(usize::MAX);
    notice
        .lots
        .iter()
        .map(|lot| &lot.lot)
        .filter(|lot| enough(lot) >= wanted)
        .collect()
}

/// The envelopes of a stage, ascending by submission id.
pub(super) fn of_stage<'a>(state: &'a State, stage: &StageId) -> Vec<Entry<'a>> {
    let Some(notice) = &state.notice else {
        return Vec::new();
    };
    let place = notice
        .stages
        .iter()
        .position(|known| known.stage == *stage)
        .unwrap_or_default();
    let before = place.checked_sub(1).and_then(|at| notice.stages.get(at));
    let invitation = state.invitations.get(stage);
    let lots = match invitation {
        Some(_) => quotes::lots(state, stage),
        None => open_lots(state),
    };
    let mut entries: Vec<_> = all(state)
        .filter(|entry| {
            state
                .part(&entry.envelope.part)
                .is_some_and(|(of, _)| of.stage == *stage)
        })
        .filter(|entry| lots.contains(&entry.envelope.lot))
        .filter(|entry| invitation.is_none_or(|one| quotes::is_invited(one, entry.bid, &entry.envelope.lot)))
        .filter(|entry| {
            before.is_none_or(|stage| went_through(state, &stage.stage, entry.bid, &entry.envelope.lot))
        })
        .collect();
    entries.sort_by_key(|entry| entry.envelope.submission);
    entries
}

/// Every envelope of every bid that stands, final quotes included.
fn all(state: &State) -> impl Iterator<Item = Entry<'_>> {
    state.bids.iter().flat_map(|(bid, owner)| {
        owner.held().flat_map(move |submission| {
            let envelopes = submission.body.envelopes.iter();
            envelopes.map(move |envelope| Entry {
                bid,
                owner,
                submission,
                envelope,
            })
        })
    })
}

/// The listed envelopes of a stage that was frozen, in the order of the list.
pub(crate) fn frozen<'a>(state: &'a State, stage: &StageId) -> Vec<Entry<'a>> {
    let Some(opening) = state.openings.get(stage) else {
        return Vec::new();
    };
    let listed: BTreeSet<_> = opening
        .frozen
        .envelopes
        .iter()
        .map(|listed| listed.submission)
        .collect();
    let mut entries: Vec<_> = all(state)
        .filter(|entry| listed.contains(&entry.envelope.submission))
        .collect();
    entries.sort_by_key(|entry| entry.envelope.submission);
    entries
}

/// Whether all parts of a bid for a lot were opened in a stage.
fn went_through(state: &State, stage: &StageId, bid: &BidId, lot: &LotId) -> bool {
    let Some(recorded) = state
        .openings
        .get(stage)
        .and_then(|opening| opening.recorded.as_ref())
    else {
        return false;
    };
    let bid = recorded.body.bids.iter().find(|opened| opened.bid == *bid);
    let mut parts = bid
        .into_iter()
        .flat_map(|opened| &opened.parts)
        .filter(|part| part.lot == *lot)
        .peekable();
    parts.peek().is_some() && parts.all(|part| part.unopened.is_none())
}

/// Every bid and lot of which all parts were opened in a stage.
pub(super) fn went_through_all(state: &State, stage: &StageId) -> BTreeSet<Remaining> {
    let recorded = state
        .openings
        .get(stage)
        .and_then(|opening| opening.recorded.as_ref());
    let opened = recorded.into_iter().flat_map(|recorded| &recorded.body.bids);
    let places = opened.flat_map(|opened| opened.parts.iter().map(move |part| (&opened.bid, &part.lot)));
    let through = places.filter(|(bid, lot)| went_through(state, stage, bid, lot));
    through
        .map(|(bid, lot)| Remaining {
            bid: bid.clone(),
            lot: lot.clone(),
        })
        .collect()
}

/// Whether anything was opened in a stage that can be judged.
pub(super) fn anything_opened(state: &State, stage: &StageId) -> bool {
    let recorded = state
        .openings
        .get(stage)
        .and_then(|opening| opening.recorded.as_ref());
    recorded.is_some_and(|recorded| {
        recorded
            .body
            .bids
            .iter()
            .flat_map(|opened| opened.parts.iter().map(move |part| (&opened.bid, &part.lot)))
            .any(|(bid, lot)| went_through(state, stage, bid, lot))
    })
}

impl Entry<'_> {
    /// The line of the frozen list; `None` only if the log holds an envelope that no front door let in.
    pub(super) fn listed(&self, state: &State) -> Option<Listed> {
        Some(Listed {
            bid: self.bid.clone(),
            envelope: self.hash(state)?,
            seq: self.submission.seq,
            submission: self.envelope.submission,
        })
    }

    fn hash(&self, state: &State) -> Option<Hex<32>> {
        let label = state.label(self.owner, &self.submission.body, self.envelope)?;
        let header = Header::parse(self.envelope.header.bytes()).ok()?;
        Some(Hex(envelope_hash(
            Suite::Tree64k,
            &label,
            &header,
            self.envelope.body_digest.bytes(),
        )))
    }

    /// Why the envelope is left out when the list is settled, if it is.
    pub(super) fn excluded(&self, state: &State, lock: bool, unlocked: &BTreeSet<BidId>) -> Option<Unopened> {
        let submission = self.envelope.submission;
        if let Some(addendum) = state.outdated(self.owner) {
            let evidence = format!("not confirmed after substantive addendum {addendum} (招标投标法23)");
            return Some(Unopened {
                cause: Cause::BidderBadEnvelope,
                evidence,
                submission,
            });
        }
        if lock && !unlocked.contains(self.bid) {
            let evidence = "the bidder gave no unlocking secret within the window (20号令31)".to_owned();
            return Some(Unopened {
                cause: Cause::BidderNoUnlock,
                evidence,
                submission,
            });
        }
        None
    }
}
