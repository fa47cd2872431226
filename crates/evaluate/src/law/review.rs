//! 初步评审: the panel's votes, the buyer's, and who is out or looked into when the last vote is in.
//!
//! Invariant: a bid is out only under a declared item, by more than half of the members or by the buyer whose item it
//! is; a low price is flagged, never rejected, here.

use super::panel::{must_be_free, own, running};
use super::{State, platform, refusals};
use crate::{Signed, abnormal};
use facts::body::evaluation::{
    CodedBid, EvaluationOpened, QualificationReviewed, Rejection, ReviewClosed, ReviewVoted, Vote,
};
use facts::body::tender::{Declared, Method, ReviewItem, Reviewer};
use facts::id::{CodeId, SeatId};
use facts::{Draft, Refusal, Role, Stream};
use std::collections::BTreeMap;

/// The rules, where they ask for a review.
pub(super) fn reviewed(method: &Method) -> Option<&Declared> {
    method
        .declared()
        .filter(|declared| !declared.review.is_empty() || declared.low_price.is_some())
}

fn items(declared: &Declared, by: Reviewer) -> impl Iterator<Item = &ReviewItem> {
    declared.review.iter().filter(move |item| item.by == by)
}

pub(super) fn vote(state: &State, signed: Signed<ReviewVoted>) -> Result<Vec<Draft>, Refusal> {
    let body = &signed.body;
    let opened = running(state, &body.tender)?;
    own(state, &signed, &body.seat)?;
    must_be_free(state)?;
    let declared = reviewed(&opened.method).ok_or_else(refusals::no_review)?;
    if state.steps.votes.contains_key(&body.seat) || items(declared, Reviewer::Panel).next().is_none() {
        return Err(refusals::voted());
    }
    complete(declared, Reviewer::Panel, opened, &body.votes)?;
    let mut votes = state.steps.votes.clone();
    votes.insert(body.seat.clone(), body.votes.clone());
    let closed = close(state, opened, &votes, state.steps.buyer.as_deref())?;
    Ok(std::iter::once(signed.draft()).chain(closed).collect())
}

/// `owner` says whether the signer is the buyer of the tender or its agent.
pub(super) fn qualify(
    state: &State,
    signed: Signed<QualificationReviewed>,
    owner: bool,
) -> Result<Vec<Draft>, Refusal> {
    let body = &signed.body;
    let opened = running(state, &body.tender)?;
    signed.actor.must(&[Role::Buyer, Role::Agent])?;
    if !owner {
        return Err(refusals::not_owner(&body.tender));
    }
    let declared = reviewed(&opened.method).ok_or_else(refusals::no_review)?;
    if state.steps.buyer.is_some() || items(declared, Reviewer::Buyer).next().is_none() {
        return Err(refusals::voted());
    }
    complete(declared, Reviewer::Buyer, opened, &body.votes)?;
    let closed = close(state, opened, &state.steps.votes, Some(&body.votes))?;
    Ok(std::iter::once(signed.draft()).chain(closed).collect())
}

/// Exactly one vote for every code and item, ascending by code and then in the order of the items; a failure says why.
fn complete(
    declared: &Declared,
    by: Reviewer,
    opened: &EvaluationOpened,
    votes: &[Vote],
) -> Result<(), Refusal> {
    let wanted = opened
        .bids
        .iter()
        .flat_map(|bid| items(declared, by).map(move |item| (&bid.code, &item.item)));
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
    buyer: Option<&[Vote]>,
) -> Result<Option<Draft>, Refusal> {
    let Some(declared) = reviewed(&opened.method) else {
        return Ok(None);
    };
    let panel = items(declared, Reviewer::Panel).next().is_some();
    let all_voted =
        !panel || (!state.seats.is_empty() && state.seats.keys().all(|seat| votes.contains_key(seat)));
    let buyer_done = buyer.is_some() || items(declared, Reviewer::Buyer).next().is_none();
    if !all_voted || !buyer_done {
        return Ok(None);
    }
    let body = closing(opened, declared, votes, buyer);
    platform(&Stream::Evaluation(opened.tender.clone()), &body).map(Some)
}

/// The same where no vote is asked for and the last member declared to be free: prices alone are looked at.
pub(super) fn close_without_votes(
    state: &State,
    opened: &EvaluationOpened,
) -> Result<Option<Draft>, Refusal> {
    match reviewed(&opened.method) {
        Some(declared) if declared.review.is_empty() && state.steps.closed.is_none() => {
            close(state, opened, &BTreeMap::new(), None)
        }
        _ => Ok(None),
    }
}

fn closing(
    opened: &EvaluationOpened,
    declared: &Declared,
    votes: &BTreeMap<SeatId, Vec<Vote>>,
    buyer: Option<&[Vote]>,
) -> ReviewClosed {
    let fails = |votes: &[Vote], code: &CodeId, item: &ReviewItem| {
        votes
            .iter()
            .any(|vote| vote.code == *code && vote.item == item.item && !vote.passes)
    };
    let rejection = |bid: &CodedBid| {
        declared.review.iter().find_map(|item| {
            let (against, of) = match item.by {
                Reviewer::Buyer => (usize::from(fails(buyer.unwrap_or_default(), &bid.code, item)), 1),
                Reviewer::Panel => {
                    let against = votes
                        .values()
                        .filter(|votes| fails(votes, &bid.code, item))
                        .count();
                    (against, votes.len())
                }
            };
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
