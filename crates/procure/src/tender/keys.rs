//! Keys of a tender: taken once from a completed ceremony, shown to be alive by their custodians.

use super::{State, gate, refuse};
use crate::card::KeyCard;
use crate::front::BeatFault;
use crate::limits::china_date;
use crate::said::Said;
use desk::Actor;
use desk::account::fingerprint;
use desk::actor::KeyUse;
use facts::body::ceremony::{KeyProved, Purpose};
use facts::body::tender::KeyAssigned;
use facts::{Draft, Instant, Refusal};

/// A key serves one stage of one tender, ever. Until the notice another key may be taken for a stage, if custodians
/// of the first have been lost; the first stays burnt.
pub(super) fn assign(
    state: &State,
    said: Said<KeyAssigned>,
    card: Option<&KeyCard>,
) -> Result<Vec<Draft>, Refusal> {
    let body = &said.body;
    gate::owned(state, &said, &body.tender)?;
    if state.notice.is_some() {
        return Err(refuse::noticed());
    }
    let Some(card) = card else {
        return Err(refuse::key_unknown(&body.key_id));
    };
    if card.ceremony != body.ceremony || card.slot != body.slot || card.key.key_id != body.key_id {
        return Err(refuse::key_unknown(&body.key_id));
    }
    let made_for_this = match &card.purpose {
        Purpose::Stock => true,
        Purpose::Tender { stage, tender } => *stage == body.stage && *tender == body.tender,
    };
    if !made_for_this {
        return Err(refuse::key_of_another(&body.key_id));
    }
    if let Some(other) = state.keys.values().find(|known| known.key_id == body.key_id) {
        return Err(refuse::key_used(&body.key_id, &other.stage));
    }
    Ok(vec![said.draft(false)])
}

/// A proof of readiness is for today (China Standard Time) and for a key of this tender.
pub(super) fn prove(
    state: &State,
    said: Said<KeyProved>,
    card: &KeyCard,
    verdict: Result<(), BeatFault>,
    at: Instant,
) -> Result<Vec<Draft>, Refusal> {
    let body = &said.body;
    let tender = gate::running(state)?.tender.clone();
    gate::stream(&said, &tender)?;
    let Some(assigned) = state.keys.values().find(|known| known.key_id == body.key_id) else {
        return Err(refuse::key_unknown(&body.key_id));
    };
    if card.key.key_id != body.key_id {
        return Err(refuse::key_unknown(&body.key_id));
    }
    custodian(card, &said.actor, body.index)?;
    if state
        .openings
        .get(&assigned.stage)
        .is_some_and(|opening| opening.settled.is_some())
    {
        return Err(refuse::proof_late());
    }
    let today = china_date(at);
    if body.date != today {
        return Err(refuse::proof_date(&body.date, &today));
    }
    if state
        .proved
        .contains(&(body.key_id, body.index, body.date.clone()))
    {
        return Err(refuse::proved(&today));
    }
    verdict.map_err(|fault| fault.refusal())?;
    Ok(vec![said.draft(false)])
}

/// The actor is the custodian with that index in the roster of the key, with the key named there.
pub(super) fn custodian(card: &KeyCard, actor: &Actor, index: u16) -> Result<(), Refusal> {
    let member = card.member(index).ok_or_else(|| refuse::not_custodian(index))?;
    let same = actor.means == KeyUse::Custody
        && actor.key == fingerprint(&member.signer)
        && actor.account.as_ref() == Some(&member.account);
    if same {
        Ok(())
    } else {
        Err(refuse::not_custodian(index))
    }
}
