//! 保证金: which deposits arrived, which went back, and which are kept on what ground.
//!
//! Invariant: of deposits that arrived the last list counts; a deposit has one fate; no bid is named here that the opening has not shown, so nothing of who took part
//! is said before it, nor ever of a tender that ended without one.

use super::{State, contract, gate, refuse};
use crate::said::Said;
use facts::body::contract::{
    DepositForm, DepositKept, DepositsReceived, DepositsReturned, KeepGround, Received, Returned,
};
use facts::id::LotId;
use facts::{BidId, Draft, Instant, Money, Refusal};
use std::collections::BTreeSet;

/// 投标保证金到账: the whole list, after the opening and while no contract is signed. What came late or short is recorded
/// as it is: the panel has to know.
pub(super) fn receive(
    state: &State,
    said: Said<DepositsReceived>,
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
    if !is_opened(state) {
        return Err(refuse::deposits_unopened());
    }
    if !state.fulfilment.contracts.is_empty() {
        return Err(refuse::deposits_contracted());
    }
    let begun = state.versions.first().map_or(at, |version| version.at);
    let (mut named, mut payers) = (BTreeSet::new(), 0);
    for one in &body.deposits {
        if !named.insert((&one.bid, &one.lot)) {
            return Err(refuse::twice("bid", one.bid.as_str()));
        }
        received(state, one)?;
        if one.received_at > at || one.received_at < begun {
            return Err(refuse::deposit_arrival(&one.bid, one.received_at));
        }
        payers = payer(one, payers)?;
    }
    Ok(vec![said.draft(false)])
}

fn received(state: &State, one: &Received) -> Result<(), Refusal> {
    if !is_shown(state, &one.bid, &one.lot) {
        return Err(refuse::deposit_unknown(&one.bid, &one.lot));
    }
    let Some(asked) = state.lot(&one.lot).and_then(|lot| lot.deposit) else {
        return Err(refuse::no_deposit());
    };
    if one.amount.currency != asked.currency || one.amount.minor <= 0 {
        return Err(refuse::deposit_sum(&one.bid, one.amount));
    }
    Ok(())
}

/// How many payers there are after this row: each is one that was there before, or the next number.
fn payer(one: &Received, known: u32) -> Result<u32, Refusal> {
    match (one.form, one.from) {
        (DepositForm::Guarantee, None) => Ok(known),
        (DepositForm::Guarantee, Some(_)) | (_, None) => Err(refuse::deposit_payer(&one.bid)),
        (_, Some(from)) => {
            let next = known.saturating_add(1);
            let fits = (1..=next).contains(&from.payer);
            fits.then(|| known.max(from.payer))
                .ok_or_else(|| refuse::deposit_payer(&one.bid))
        }
    }
}

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
