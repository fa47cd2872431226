//! What every act must pass before its own rule is asked: the right stream, a running tender, the right person.

use super::State;
use super::refuse;
use super::state::Bid;
use crate::limits::{GRACE, TEXT};
use crate::said::Said;
use desk::Actor;
use desk::actor::KeyUse;
use facts::body::tender::{TenderNoticed, TenderRegistered};
use facts::{AccountId, BidId, Body, Draft, Instant, Refusal, Role, Stream, TenderId};

/// A tender that exists, is not over and not suspended.
pub(super) fn running(state: &State) -> Result<&TenderRegistered, Refusal> {
    let registered = state.registered.as_ref().ok_or_else(refuse::unknown)?;
    if state.is_over() {
        return Err(refuse::over(state.phase()));
    }
    if state.pauses.now() {
        return Err(refuse::suspended(state.pauses.orders()));
    }
    Ok(registered)
}

/// [`running`], for an act that names the tender and was signed for its stream.
pub(super) fn addressed<'a, B>(
    state: &'a State,
    said: &Said<B>,
    tender: &TenderId,
) -> Result<&'a TenderRegistered, Refusal> {
    stream(said, tender)?;
    let registered = running(state)?;
    if registered.tender == *tender {
        Ok(registered)
    } else {
        Err(refuse::unknown())
    }
}

/// The act was signed for the stream of the tender it names.
pub(super) fn stream<B>(said: &Said<B>, tender: &TenderId) -> Result<(), Refusal> {
    let named = Stream::Tender(tender.clone());
    if said.act.stream == named {
        Ok(())
    } else {
        Err(refuse::stream(&said.act.stream, &named))
    }
}

/// [`addressed`] for an act of the buyer or of the agent.
pub(super) fn owned<B>(state: &State, said: &Said<B>, tender: &TenderId) -> Result<(), Refusal> {
    let registered = addressed(state, said, tender)?;
    owner(registered, &said.actor)
}

/// For an act of its owner about what follows a tender: the tender may be over.
pub(super) fn afterwards<'a, B>(
    state: &'a State,
    said: &Said<B>,
    tender: &TenderId,
) -> Result<&'a TenderRegistered, Refusal> {
    stream(said, tender)?;
    let registered = state.registered.as_ref().ok_or_else(refuse::unknown)?;
    if registered.tender != *tender {
        return Err(refuse::unknown());
    }
    owner(registered, &said.actor)?;
    Ok(registered)
}

/// 招标人 or 招标代理 of this tender.
pub(super) fn owner(registered: &TenderRegistered, actor: &Actor) -> Result<(), Refusal> {
    let account = own_key(actor, &[Role::Buyer, Role::Agent])?;
    let buyer = *account == registered.buyer && actor.is(Role::Buyer);
    let agent = Some(account) == registered.agent.as_ref() && actor.is(Role::Agent);
    if buyer || agent {
        Ok(())
    } else {
        Err(refuse::not_owner(account))
    }
}

/// The account behind an act signed with the account's own key, holding one of the roles.
pub(super) fn own_key<'a>(actor: &'a Actor, roles: &[Role]) -> Result<&'a AccountId, Refusal> {
    if actor.means != KeyUse::Account {
        return Err(refuse::account_key_wanted());
    }
    actor.must(roles)
}

/// The bid whose own key signed.
pub(super) fn bidder<'a>(
    state: &'a State,
    actor: &Actor,
    tender: &TenderId,
    bid: &BidId,
) -> Result<&'a Bid, Refusal> {
    let meant = KeyUse::Bid {
        tender: tender.clone(),
        bid: bid.clone(),
    };
    let known = state
        .bids
        .get(bid)
        .filter(|known| actor.means == meant && actor.key == known.fingerprint);
    // The same answer for another's bid and for one that does not exist: before the deadline not even the number of
    // bids may be asked for.
    known
        .map(AsRef::as_ref)
        .ok_or_else(|| refuse::bid_key_wanted(bid))
}

/// The notice, while the deadline has not passed for something that arrived when it did.
///
/// On time is what arrived in full before the deadline (20号令27); what took longer than the grace from its arrival to
/// its entry must be sent again, so that closing never waits for more.
pub(super) fn in_time<'a, B>(
    state: &'a State,
    said: &Said<B>,
    at: Instant,
) -> Result<&'a TenderNoticed, Refusal> {
    let (notice, deadline) = noticed(state)?;
    if state.closed.is_some() || said.arrived >= deadline {
        return Err(refuse::late(said.arrived, deadline));
    }
    let shut = |(from, until): &&(Instant, Instant)| (*from..*until).contains(&said.arrived);
    if let Some((passed, _)) = state.shut.iter().find(shut) {
        return Err(refuse::late(said.arrived, *passed));
    }
    if at.since(said.arrived) > GRACE {
        return Err(refuse::slow(at.since(said.arrived)));
    }
    Ok(notice)
}

/// The notice, before the deadline by the log's own clock.
pub(super) fn open(state: &State, at: Instant) -> Result<&TenderNoticed, Refusal> {
    let (notice, deadline) = noticed(state)?;
    if state.closed.is_some() || at >= deadline {
        Err(refuse::late(at, deadline))
    } else {
        Ok(notice)
    }
}

fn noticed(state: &State) -> Result<(&TenderNoticed, Instant), Refusal> {
    match (&state.notice, state.deadline()) {
        (Some(notice), Some(deadline)) => Ok((notice.as_ref(), deadline)),
        _ => Err(refuse::not_noticed()),
    }
}

/// A text that says something and can be held by whoever reads the record.
pub(super) fn stated(member: &'static str, text: &str) -> Result<(), Refusal> {
    if text.trim().is_empty() {
        return Err(refuse::text_missing(member));
    }
    // So many characters have at most four times as many bytes: a long text is not counted to its end.
    if text.len() > TEXT && text.chars().nth(TEXT).is_some() {
        return Err(refuse::text_long(member));
    }
    Ok(())
}

/// A fact of the platform's own on the tender's stream.
pub(super) fn platform<B: Body>(tender: &TenderId, body: &B) -> Result<Draft, Refusal> {
    Draft::platform(Stream::Tender(tender.clone()), body).map_err(|error| refuse::no_form(&error.to_string()))
}
