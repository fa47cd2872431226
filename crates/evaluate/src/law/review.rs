//! 初步评审: the panel's votes, and who is out or looked into when the last vote is in.
//!
//! Invariant: a bid is out only under a declared item of the panel's, by more than half of the members; a low price is
//! flagged, never rejected, here. What the buyer reviews (资格审查) is over before a bid comes here.

use super::panel::{must_be_free, own, running};
use super::{State, platform, refusals};
use crate::{Signed, abnormal};
use facts::body::evaluation::{CodedBid, EvaluationOpened, Rejection, ReviewClosed, ReviewVoted, Vote};
use facts::body::tender::{Declared, Method, ReviewItem, Reviewer};
use facts::id::{CodeId, SeatId};
use facts::{Draft, Refusal, Stream};
use std::collections::BTreeMap;

/// The rules, where they ask the panel for a review.
pub(super) fn reviewed(method: &Method) -> Option<&Declared> {
    method
        .declared()
        .filter(|declared| items(declared).next().is_some() || declared.low_price.is_some())
}

fn items(declared: &Declared) -> impl Iterator<Item = &ReviewItem> {
    let own = declared.review.iter();
    own.filter(|item| item.by == Reviewer::Panel)
}

pub(super) fn vote(state: &State, signed: Signed<ReviewVoted>) -> Result<Vec<Draft>, Refusal> {
    let body = &signed.body;
    let opened = running(state, &body.tender)?;
    own(state, &signed, &body.seat)?;
    must_be_free(state)?;
    let declared = reviewed(&opened.method).ok_or_else(refusals::no_review)?;
    if state.steps.votes.contains_key(&body.seat) || items(declared).next().is_none() {
        return Err(refusals::voted());
    }
    complete(declared, opened, &body.votes)?;
    let mut votes = state.steps.votes.clone();
    votes.insert(body.seat.clone(), body.votes.clone());
    let closed = close(state, opened, &votes)?;
    Ok(std::iter::once(signed.draft()).chain(closed).collect())
}

/// Exactly one vote for every code and item, ascending by code and then in the order of the items; a failure says why.
fn complete(declared: &Declared, opened: &EvaluationOpened, votes: &[Vote]) -> Result<(), Refusal> {
    let wanted = opened
        .bids
        .iter()
        .flat_map(|bid| items(declared).map(move |item| (&bid.code, &item.item)));
    if !wanted.eq(votes.iter().map(|vote| (&vote.code, &vote.item))) {
        return Err(refusals::votes_incomplete());
    }
    let unsaid = votes
        .iter()
        .find(|vote| !vote.passes && vote.reason.trim().is_empty());
    match unsaid.or_else(|| votes.iter().find(|vote| vote.reason.chars().count() > LONGEST)) {
        Some(vote) => Err(refusals::vote_reason(&vote.code, &vote.item)),
        None => Ok(()),
    }
}

/// Longest reason, in characters.
pub(super) const LONGEST: usize = 2_000;

/// The end of the review, if every vote that it needs is in.
fn close(
    state: &State,
    opened: &EvaluationOpened,
    votes: &BTreeMap<SeatId, Vec<Vote>>,
) -> Result<Option<Draft>, Refusal> {
    let Some(declared) = reviewed(&opened.method) else {
        return Ok(None);
    };
    let panel = items(declared).next().is_some();
    let all_voted =
        !panel || (!state.seats.is_empty() && state.seats.keys().all(|seat| votes.contains_key(seat)));
    if !all_voted {
        return Ok(None);
    }
    let body = closing(opened, declared, votes);
    platform(&Stream::Evaluation(opened.tender.clone()), &body).map(Some)
}

/// The same where no vote is asked for and the last member declared to be free: prices alone are looked at.
pub(super) fn close_without_votes(
    state: &State,
    opened: &EvaluationOpened,
) -> Result<Option<Draft>, Refusal> {
    match reviewed(&opened.method) {
        Some(declared) if items(declared).next().is_none() && state.steps.closed.is_none() => {
            close(state, opened, &BTreeMap::new())
        }
        _ => Ok(None),
    }
}

fn closing(
    opened: &EvaluationOpened,
    declared: &Declared,
    votes: &BTreeMap<SeatId, Vec<Vote>>,
) -> ReviewClosed {
    let fails = |votes: &[Vote], code: &CodeId, item: &ReviewItem| {
        votes
            .iter()
            .any(|vote| vote.code == *code && vote.item == item.item && !vote.passes)
    };
    let rejection = |bid: &CodedBid| {
        items(declared).find_map(|item| {
            let own = votes.values().filter(|votes| fails(votes, &bid.code, item));
            let (against, of) = (own.count(), votes.len());
            (against > of.saturating_sub(against)).then(|| Rejection {
                against: u32::try_from(against).unwrap_or(u32::MAX),
                clause: item.clause.clone(),
                code: bid.code.clone(),
                item: item.item.clone(),
                of: u32::try_from(of).unwrap_or(u32::MAX),
            })
        })
    };
    let rejected: Vec<Rejection> = opened.bids.iter().filter_map(rejection).collect();
    let passed = passed(opened, &rejected);
    let flagged = declared
        .low_price
        .as_ref()
        .map(|rates| abnormal::hits(rates, &passed))
        .unwrap_or_default();
    ReviewClosed {
        flagged,
        rejected,
        tender: opened.tender.clone(),
    }
}

/// The bids that are within their limits and that the review did not put out: low prices are looked for among them.
pub(crate) fn passed<'a>(opened: &'a EvaluationOpened, rejected: &[Rejection]) -> Vec<&'a CodedBid> {
    let within = |bid: &&CodedBid| {
        let price = bid.price.minor;
        bid.ceiling.is_none_or(|ceiling| price <= ceiling.minor)
            && bid.floor.is_none_or(|floor| price >= floor.minor)
            && !rejected.iter().any(|out| out.code == bid.code)
    };
    opened.bids.iter().filter(within).collect()
}
