//! 保证金: which deposits went back, and which are kept on what ground.
//!
//! Invariant: a deposit has one fate; no bid is named here that the opening has not shown, so nothing of who took part
//! is said before it, nor ever of a tender that ended without one.

use super::{State, contract, gate, refuse};
use crate::said::Said;
use facts::body::contract::{DepositKept, DepositsReturned, KeepGround, Returned};
use facts::id::LotId;
use facts::{BidId, Draft, Instant, Money, Refusal};
use std::collections::BTreeSet;

/// 退还保证金: a batch of payments of one day, each with its interest.
pub(super) fn give_back(
    state: &State,
    said: Said<DepositsReturned>,
    at: Instant,
) -> Result<Vec<Draft>, Refusal> {
    let body = &said.body;
    gate::afterwards(state, &said, &body.tender)?;
    let Some(notice) = state.notice.as_ref() else {
        return Err(refuse::not_noticed());
    };
    if notice.lots.iter().all(|lot| lot.deposit.is_none()) {
        return Err(refuse::no_deposit());
    }
    let begun = state.versions.first().map_or(at, |version| version.at);
    if body.paid_at > at || body.paid_at < begun {
        return Err(refuse::deposit_time(body.paid_at));
    }
    if body.returned.is_empty() {
        if state.ended.is_none() || is_opened(state) {
            return Err(refuse::deposit_list());
        }
        if state.fulfilment.all_returned {
            return Err(refuse::deposits_settled());
        }
        return Ok(vec![said.draft(false)]);
    }
    let mut named = BTreeSet::new();
    for one in &body.returned {
        if !named.insert((&one.bid, &one.lot)) {
            return Err(refuse::twice("bid", one.bid.as_str()));
        }
        returned(state, one)?;
    }
    Ok(vec![said.draft(false)])
}

fn returned(state: &State, one: &Returned) -> Result<(), Refusal> {
    let deposit = unsettled(state, &one.bid, &one.lot)?;
    let fits = |sum: Money| sum.currency == deposit.currency && sum.minor >= 0;
    if !fits(one.amount) || !fits(one.interest) || one.amount.minor > deposit.minor {
        return Err(refuse::deposit_amount(&one.bid, one.amount, deposit));
    }
    Ok(())
}

/// 不予退还: on a ground that the record does not contradict.
pub(super) fn keep(state: &State, said: Said<DepositKept>) -> Result<Vec<Draft>, Refusal> {
    let body = &said.body;
    gate::afterwards(state, &said, &body.tender)?;
    let deposit = unsettled(state, &body.bid, &body.lot)?;
    if body.amount.currency != deposit.currency || body.amount.minor <= 0 || body.amount.minor > deposit.minor
    {
        return Err(refuse::deposit_amount(&body.bid, body.amount, deposit));
    }
    gate::stated("reason", &body.reason)?;
    let holds = match body.ground {
        KeepGround::Revoked => is_revoked(state, &body.bid, &body.lot),
        KeepGround::NoContract | KeepGround::Conditions | KeepGround::NoBond => {
            let won = contract::award_of(state, &body.lot).is_some_and(|award| award.bid == body.bid);
            won && !state.fulfilment.contracts.contains_key(&body.lot)
        }
        KeepGround::Fraud => true,
    };
    if !holds {
        return Err(refuse::deposit_ground(&body.bid));
    }
    Ok(vec![said.draft(false)])
}

/// The deposit that the lot asks for, of a bid that the opening has shown, if it was neither returned nor kept.
fn unsettled(state: &State, bid: &BidId, lot: &LotId) -> Result<Money, Refusal> {
    if !is_shown(state, bid, lot) {
        return Err(refuse::deposit_unknown(bid, lot));
    }
    let Some(deposit) = state.lot(lot).and_then(|lot| lot.deposit) else {
        return Err(refuse::no_deposit());
    };
    if state.fulfilment.settled.contains(&(bid.clone(), lot.clone())) {
        return Err(refuse::deposit_settled(bid, lot));
    }
    Ok(deposit)
}

fn is_opened(state: &State) -> bool {
    state.openings.values().any(|opening| opening.recorded.is_some())
}

/// On the opening record, or withdrawn before the deadline and disclosed with it.
fn is_shown(state: &State, bid: &BidId, lot: &LotId) -> bool {
    let records = state.openings.values().filter_map(|one| one.recorded.as_ref());
    let mut bids = records.flat_map(|one| &one.body.bids);
    if bids.any(|one| one.bid == *bid && one.parts.iter().any(|part| part.lot == *lot)) {
        return true;
    }
    let withdrawn = state.bids.get(bid).filter(|known| !known.live);
    withdrawn.is_some_and(|known| {
        let of_lot = |last: &super::state::Submission| {
            state.disclosed.contains(&last.seq)
                && last.body.envelopes.iter().any(|envelope| envelope.lot == *lot)
        };
        known.submissions.last().is_some_and(of_lot)
    })
}

/// 视为撤销: a part of it stayed closed for a cause that the bidder answers for.
fn is_revoked(state: &State, bid: &BidId, lot: &LotId) -> bool {
    let records = state.openings.values().filter_map(|one| one.recorded.as_ref());
    let bids = records
        .flat_map(|one| &one.body.bids)
        .filter(|one| one.bid == *bid);
    let mut parts = bids.flat_map(|one| &one.parts).filter(|part| part.lot == *lot);
    parts.any(|part| (part.unopened.as_ref()).is_some_and(|unopened| unopened.cause.is_bidders()))
}
