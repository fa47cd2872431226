//! 中标候选人公示: the candidates are those of the evaluation, at the prices that were opened.

use super::{Concluded, State, gate, refuse};
use crate::limits::{self, CANDIDATES, Minimum, OBJECTIONS};
use crate::said::Said;
use desk::account::fingerprint;
use facts::body::award::{Candidate, CandidatesObjected, CandidatesPublicised, CandidatesReplied};
use facts::body::evaluation::LotResult;
use facts::id::LotId;
use facts::{BidId, Draft, Instant, Money, Refusal, Role};
use std::collections::BTreeSet;

/// At least the days that the notice promises, counted like every period. A late start (招标投标法实施条例54: within three
/// days of the report) is not refused, because that would only prolong it; supervision sees it.
pub(super) fn publicise(
    state: &State,
    said: Said<CandidatesPublicised>,
    concluded: Option<&Concluded>,
    at: Instant,
) -> Result<Vec<Draft>, Refusal> {
    let body = &said.body;
    gate::owned(state, &said, &body.tender)?;
    let phase = state.phase();
    let (Some(notice), super::Phase::Opened) = (&state.notice, phase) else {
        return Err(refuse::not_opened(phase));
    };
    let Some(concluded) = concluded else {
        return Err(refuse::not_evaluated());
    };
    if concluded.body.tender != body.tender || concluded.seq != body.evaluation {
        return Err(refuse::other_evaluation(body.evaluation, concluded.seq));
    }
    if concluded.report.is_none() {
        return Err(refuse::not_reported());
    }
    // Until the evaluation is done again its old result is still the last one there is.
    if state
        .revocations
        .last()
        .is_some_and(|(seq, _)| concluded.seq < *seq)
    {
        return Err(refuse::not_evaluated());
    }
    let days = limits::days_between(at, body.until);
    let promised = Minimum {
        number: notice.publicity_days,
        article: "the notice; 招标投标法实施条例54",
    };
    if body.until < at || days < i64::from(promised.number) {
        return Err(refuse::publicity_days(days, promised));
    }
    if body.candidates.is_empty() {
        return Err(refuse::none("candidate"));
    }
    let lots: BTreeSet<&LotId> = body.candidates.iter().map(|candidate| &candidate.lot).collect();
    for lot in lots {
        let Some(result) = concluded.body.lots.iter().find(|result| result.lot == *lot) else {
            return Err(refuse::not_ranked(lot));
        };
        one_lot(
            state,
            result,
            body.candidates.iter().filter(|candidate| candidate.lot == *lot),
        )?;
    }
    if let Some(missed) = concluded.body.lots.iter().find(|result| {
        !result.ranking.is_empty()
            && body
                .candidates
                .iter()
                .all(|candidate| candidate.lot != result.lot)
    }) {
        return Err(refuse::lot_left_out(&missed.lot));
    }
    Ok(vec![said.draft(false)])
}

/// The first of the ranking, in its order, without gaps, at most three.
fn one_lot<'a>(
    state: &State,
    result: &LotResult,
    candidates: impl Iterator<Item = &'a Candidate>,
) -> Result<(), Refusal> {
    for (place, candidate) in candidates.enumerate() {
        if place >= CANDIDATES {
            return Err(refuse::candidates_many(&result.lot));
        }
        let ranked = result.ranking.get(place);
        if ranked.is_none_or(|ranked| ranked.bid != candidate.bid || ranked.rank != candidate.rank) {
            return Err(refuse::candidate_rank(&candidate.bid, &result.lot));
        }
        let owner = state.bids.get(&candidate.bid).map(|bid| &bid.account);
        if owner != Some(&candidate.account)
            || opened_price(state, &candidate.bid, &result.lot) != Some(candidate.price)
        {
            return Err(refuse::candidate_price(&candidate.bid, &result.lot));
        }
    }
    Ok(())
}

/// The price that was read out for a bid and a lot.
pub(super) fn opened_price(state: &State, bid: &BidId, lot: &LotId) -> Option<Money> {
    let records = state
        .openings
        .values()
        .filter_map(|opening| opening.recorded.as_ref());
    let bids = records
        .flat_map(|recorded| &recorded.body.bids)
        .filter(|opened| opened.bid == *bid);
    let parts = bids
        .flat_map(|opened| &opened.parts)
        .filter(|part| part.lot == *lot);
    parts.filter_map(|part| part.letter.as_ref()?.price).next_back()
}

pub(super) fn object(
    state: &State,
    said: Said<CandidatesObjected>,
    at: Instant,
) -> Result<Vec<Draft>, Refusal> {
    let body = &said.body;
    gate::addressed(state, &said, &body.tender)?;
    let account = gate::own_key(&said.actor, &[Role::Bidder])?;
    let Some(publicity) = &state.publicity else {
        return Err(refuse::not_publicised());
    };
    if !state.entrants.contains_key(account) {
        return Err(refuse::not_concerned(account));
    }
    let end = state.pauses.end_of(publicity.window);
    if at >= end {
        return Err(refuse::window_over("objections to the candidates", end));
    }
    let count = publicity.objectors.get(&fingerprint(&said.act.key));
    if count.is_some_and(|count| *count >= OBJECTIONS) {
        return Err(refuse::objections_many());
    }
    if publicity.objections.contains_key(&body.objection) {
        return Err(refuse::twice("objection", body.objection.as_str()));
    }
    gate::stated("text", &body.text)?;
    Ok(vec![said.draft(false)])
}

pub(super) fn reply(state: &State, said: Said<CandidatesReplied>) -> Result<Vec<Draft>, Refusal> {
    let body = &said.body;
    gate::owned(state, &said, &body.tender)?;
    let Some(publicity) = &state.publicity else {
        return Err(refuse::not_publicised());
    };
    match publicity.objections.get(&body.objection) {
        None => return Err(refuse::objection_unknown(&body.objection)),
        Some(true) => return Err(refuse::answered(body.objection.as_str())),
        Some(false) => {}
    }
    gate::stated("text", &body.text)?;
    Ok(vec![said.draft(false)])
}
