//! 投标: entering, handing in, replacing, confirming and withdrawing, all before the deadline.

use super::{State, gate, quotes, refuse};
use crate::front::{Checked, EntryFault, EnvelopeFault};
use crate::said::Said;
use facts::body::bid::{BidConfirmed, BidEntered, BidSubmitted, BidWithdrawn};
use facts::{Draft, Hex, Instant, Refusal, Role};

/// One bid per bidder and tender, under a key made for it alone.
pub(super) fn enter(
    state: &State,
    said: Said<BidEntered>,
    verdict: Result<(), EntryFault>,
    at: Instant,
) -> Result<Vec<Draft>, Refusal> {
    let body = &said.body;
    let registered = gate::addressed(state, &said, &body.tender)?;
    let account = gate::own_key(&said.actor, &[Role::Bidder])?;
    if *account != body.account {
        return Err(refuse::other_account(account, &body.account));
    }
    if *account == registered.buyer || Some(account) == registered.agent.as_ref() {
        return Err(refuse::own_tender());
    }
    let notice = gate::in_time(state, &said, at)?;
    let single = notice
        .procedure
        .as_ref()
        .and_then(|named| named.supplier.as_ref());
    if single.is_some_and(|supplier| supplier != account) {
        return Err(refuse::not_the_source(account));
    }
    if let Some(bid) = state.entrants.get(account) {
        return Err(refuse::entered(bid));
    }
    // Before the name is compared with others': whoever tries names must be ready to enter under one.
    verdict.map_err(|fault| fault.refusal())?;
    if state.bids.contains_key(&body.bid) {
        return Err(refuse::twice("bid", body.bid.as_str()));
    }
    Ok(vec![said.draft(true)])
}

/// A revision replaces the one before as a whole. It must acknowledge the rules in force, its envelopes must stand
/// every check that needs no secret, and its bodies must lie in the vault (20号令26、27).
pub(super) fn submit(
    state: &State,
    said: Said<BidSubmitted>,
    verdict: Result<Checked, EnvelopeFault>,
    missing: &[Hex<32>],
    at: Instant,
) -> Result<Vec<Draft>, Refusal> {
    let body = &said.body;
    gate::addressed(state, &said, &body.tender)?;
    let bid = gate::bidder(state, &said.actor, &body.tender, &body.bid)?;
    if quotes::in_time(state, &said, at)?.is_none() {
        gate::in_time(state, &said, at)?;
    }
    current_rules(state, &body.rules)?;
    let next = bid.revision().saturating_add(1);
    if body.revision != next {
        return Err(refuse::revision(body.revision, next));
    }
    let checked = verdict.map_err(|fault| fault.refusal())?;
    if !checked.speaks_of(body) {
        return Err(refuse::checked_another());
    }
    if let Some(digest) = missing.first() {
        return Err(refuse::body_missing(digest));
    }
    Ok(vec![said.draft(true)])
}

/// After an addendum the envelopes may stand as they are, if the bidder says so under the new rules.
pub(super) fn confirm(state: &State, said: Said<BidConfirmed>, at: Instant) -> Result<Vec<Draft>, Refusal> {
    let body = &said.body;
    gate::addressed(state, &said, &body.tender)?;
    let bid = gate::bidder(state, &said.actor, &body.tender, &body.bid)?;
    gate::in_time(state, &said, at)?;
    if bid.standing().is_none() {
        return Err(refuse::nothing_submitted());
    }
    current_rules(state, &body.rules)?;
    if bid.acknowledged == body.rules {
        return Err(refuse::acknowledged());
    }
    Ok(vec![said.draft(true)])
}

/// 撤回: free until the deadline; a withdrawn bid may be handed in again as the next revision.
pub(super) fn withdraw(state: &State, said: Said<BidWithdrawn>, at: Instant) -> Result<Vec<Draft>, Refusal> {
    let body = &said.body;
    gate::addressed(state, &said, &body.tender)?;
    let bid = gate::bidder(state, &said.actor, &body.tender, &body.bid)?;
    gate::in_time(state, &said, at)?;
    if bid.standing().is_none() {
        return Err(refuse::nothing_submitted());
    }
    Ok(vec![said.draft(true)])
}

fn current_rules(state: &State, acknowledged: &Hex<32>) -> Result<(), Refusal> {
    let Some(current) = state.rules() else {
        return Err(refuse::not_noticed());
    };
    if current.rules == *acknowledged {
        Ok(())
    } else {
        Err(refuse::rules_old(acknowledged, &current.rules))
    }
}
