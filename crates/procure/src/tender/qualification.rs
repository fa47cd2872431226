//! 资格审查: the buyer examines who may be evaluated at all, after the opening and before the panel has anything
//! (87号令44).
//!
//! Invariant: every bid that was read out is judged on every item of the buyer's, once; whoever fails never comes before
//! the panel, and a lot with fewer who pass than the notice asks for is not evaluated.

use super::{Phase, State, closing, gate, refuse};
use crate::limits::TEXT;
use crate::said::Said;
use facts::body::bid::Letter;
use facts::body::opening::OpenedPart;
use facts::body::qualification::{QualificationRead, QualificationReviewed, Qualified, Unqualified};
use facts::body::tender::{Declared, ReviewItem, Reviewer};
use facts::id::LotId;
use facts::{BidId, Draft, Money, Refusal, TenderId};
use std::collections::{BTreeMap, BTreeSet};

/// A bid in one of its lots.
pub type Place = (LotId, BidId);

impl State {
    /// Every bid and lot whose price was read out, of which no part stayed closed; with the letter and its price.
    #[must_use]
    pub fn read_out(&self) -> BTreeMap<Place, (&Letter, Money)> {
        let records = || {
            self.openings
                .values()
                .filter_map(|opening| opening.recorded.as_ref())
        };
        let (mut found, mut closed) = (BTreeMap::new(), BTreeSet::new());
        for bid in records().flat_map(|recorded| &recorded.body.bids) {
            for part in &bid.parts {
                let place = (part.lot.clone(), bid.bid.clone());
                if part.unopened.is_some() {
                    closed.insert(place);
                } else if let Some((letter, price)) = priced(part.letter.as_ref()) {
                    found.insert(place, (letter, price));
                }
            }
        }
        found.retain(|place, _| !closed.contains(place));
        found
    }

    /// The items that the buyer reviews; empty where the panel reviews everything.
    pub fn buyers_items(&self) -> impl Iterator<Item = &ReviewItem> {
        let declared: Option<&Declared> = self.notice.as_ref().and_then(|notice| notice.method.declared());
        let items = declared.into_iter().flat_map(|declared| &declared.review);
        items.filter(|item| item.by == Reviewer::Buyer)
    }

    /// Whether the buyer has to review now: the opening is over, and it did not yet.
    #[must_use]
    pub fn awaits_qualification(&self) -> bool {
        self.phase() == Phase::Opened && self.qualification.is_none() && self.buyers_items().next().is_some()
    }

    /// The bids that did not pass, ascending by lot and bid, each with the first item that it fails.
    #[must_use]
    pub fn unqualified(&self) -> Vec<Unqualified> {
        let Some((_, reviewed)) = &self.qualification else {
            return Vec::new();
        };
        let mut found: BTreeMap<(&LotId, &BidId), Unqualified> = BTreeMap::new();
        for vote in reviewed.votes.iter().filter(|vote| !vote.passes) {
            let item = self.buyers_items().find(|item| item.item == vote.item);
            let clause = item.map(|item| item.clause.clone()).unwrap_or_default();
            found
                .entry((&vote.lot, &vote.bid))
                .or_insert_with(|| Unqualified {
                    bid: vote.bid.clone(),
                    clause,
                    item: vote.item.clone(),
                    lot: vote.lot.clone(),
                    reason: vote.reason.clone(),
                });
        }
        found.into_values().collect()
    }

    /// The bids and lots that are evaluated: read out, and where the buyer reviews, passed, in lots of which as many
    /// passed as the notice asks bidders for (87号令44).
    #[must_use]
    pub fn evaluated(&self) -> BTreeMap<Place, (&Letter, Money)> {
        let mut left = self.read_out();
        if self.buyers_items().next().is_none() {
            return left;
        }
        if self.qualification.is_none() {
            return BTreeMap::new();
        }
        let out = self.unqualified();
        left.retain(|(lot, bid), _| !out.iter().any(|one| one.lot == *lot && one.bid == *bid));
        let mut counts: BTreeMap<LotId, usize> = BTreeMap::new();
        for (lot, _) in left.keys() {
            let count = counts.entry(lot.clone()).or_default();
            *count = count.saturating_add(1);
        }
        let least = self.notice.as_ref().map_or(0, |notice| notice.min_bidders);
        let least = usize::try_from(least).unwrap_or(usize::MAX);
        left.retain(|(lot, _), _| counts.get(lot).is_some_and(|count| *count >= least));
        left
    }

    /// Whether the review left nothing to evaluate.
    pub(super) fn falls_short(&self) -> bool {
        self.phase() == Phase::Opened && self.qualification.is_some() && self.evaluated().is_empty()
    }
}

fn priced(letter: Option<&Letter>) -> Option<(&Letter, Money)> {
    let letter = letter?;
    Some((letter, letter.price?))
}

/// Notes that a file goes to the buyer or its agent, before it does. It changes nothing of the tender, so that it is
/// possible while the tender stands still and when it is over.
pub(super) fn read(state: &State, body: &QualificationRead) -> Result<Vec<Draft>, Refusal> {
    let registered = state.registered.as_ref().ok_or_else(refuse::unknown)?;
    if registered.buyer != body.by && registered.agent.as_ref() != Some(&body.by) {
        return Err(refuse::not_owner(&body.by));
    }
    let records = state
        .openings
        .values()
        .filter_map(|opening| opening.recorded.as_ref());
    let mut parts = (records.flat_map(|recorded| &recorded.body.bids))
        .filter(|opened| opened.bid == body.bid)
        .flat_map(|opened| &opened.parts);
    let is_it = |part: &OpenedPart| {
        let same = part.submission == body.submission && part.lot == body.lot && part.part == body.part;
        same && part.unopened.is_none()
    };
    if !parts.any(is_it) {
        return Err(refuse::qualification_file(&body.submission));
    }
    gate::platform(&body.tender, body).map(|draft| vec![draft])
}

pub(super) fn review(state: &State, said: Said<QualificationReviewed>) -> Result<Vec<Draft>, Refusal> {
    let body = &said.body;
    gate::owned(state, &said, &body.tender)?;
    let phase = state.phase();
    if phase != Phase::Opened {
        return Err(refuse::qualification_early(phase));
    }
    if state.buyers_items().next().is_none() {
        return Err(refuse::qualification_none());
    }
    if state.qualification.is_some() {
        return Err(refuse::qualification_done());
    }
    let places = state.read_out();
    let wanted = places
        .keys()
        .flat_map(|(lot, bid)| state.buyers_items().map(move |item| (lot, bid, &item.item)));
    let given = body.votes.iter().map(|vote| (&vote.lot, &vote.bid, &vote.item));
    if !wanted.eq(given) {
        return Err(refuse::qualification_incomplete());
    }
    match body.votes.iter().find(|vote| !is_reasoned(vote)) {
        Some(vote) => Err(refuse::qualification_reason(&vote.bid, &vote.item)),
        None => Ok(vec![said.draft(false)]),
    }
}

/// A failure says why, a pass says nothing, and nobody writes a book.
fn is_reasoned(vote: &Qualified) -> bool {
    vote.reason.trim().is_empty() == vote.passes && vote.reason.chars().count() <= TEXT
}

/// Too few passed in every lot: nothing is evaluated, and everybody is shown why.
pub(super) fn short(state: &State, tender: &TenderId) -> Result<Option<Vec<Draft>>, Refusal> {
    let Some((seq, _)) = state.qualification.as_ref().filter(|_| state.falls_short()) else {
        return Ok(None);
    };
    let basis =
        "政府采购法36, 87号令43、44: fewer qualified bidders than the notice requires; nothing is evaluated";
    let mut drafts = vec![closing::fail(tender, "too_few_qualified", basis)?];
    drafts.extend(closing::disclose(state, tender, basis, [*seq])?);
    Ok(Some(drafts))
}
