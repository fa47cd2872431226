//! The panel: appointment, declaration of conflicts, and filling what falls vacant.
//!
//! Invariant: nobody who stepped down returns, and nobody sits twice.

use super::state::Origin;
use super::{Circumstances, Seat, Standing, State, Step, call, draw, refusals, refuse, review};
use crate::{Signed, method};
use facts::body::evaluation::{EvaluationOpened, PanelAppointed, RecusalDeclared};
use facts::body::seat::RepresentativesNamed;
use facts::body::tender::Regime;
use facts::id::SeatId;
use facts::{AccountId, Draft, Instant, Refusal, Role};
use std::collections::{BTreeMap, BTreeSet};

/// The smallest panel of a works tender (招标投标法37).
const SMALLEST: usize = 5;
/// Most conflicts in one declaration, and most characters of each.
const CONFLICTS: (usize, usize) = (20, 500);

/// The evaluation, if it is open and not over, and the body speaks of its tender.
pub(super) fn running<'a>(
    state: &'a State,
    tender: &facts::TenderId,
) -> Result<&'a EvaluationOpened, Refusal> {
    let Some(opened) = state.opened.as_ref().filter(|opened| opened.tender == *tender) else {
        return Err(refusals::not_open(tender));
    };
    if state.concluded.is_some() {
        return Err(refusals::over(tender));
    }
    Ok(opened)
}

/// The seat the signer sits on.
pub(super) fn own<'a, B>(state: &'a State, signed: &Signed<B>, seat: &SeatId) -> Result<&'a Seat, Refusal> {
    let expert = signed.actor.must(&[Role::Expert])?;
    match state.seats.get(seat) {
        Some(found) if found.expert.as_ref() == Some(expert) => Ok(found),
        // The same answer for a seat of somebody else and for one that does not exist: the panel is secret.
        _ => Err(refusals::not_yours(seat)),
    }
}

pub(super) fn appoint(
    state: &State,
    signed: Signed<PanelAppointed>,
    circumstances: &Circumstances,
) -> Result<Vec<Draft>, Refusal> {
    let body = &signed.body;
    let opened = running(state, &body.tender)?;
    let owner = signed.actor.must(&[Role::Buyer, Role::Agent])?;
    if !circumstances.owners.contains(owner) {
        return Err(refusals::not_owner(&body.tender));
    }
    let wanted = usize::try_from(method::panel(&opened.method)).unwrap_or(usize::MAX);
    if wanted == 0 {
        return Err(refusals::no_panel());
    }
    if state.seats.is_empty() {
        check_size(body.seats.len(), wanted, circumstances.regime)?;
        let said = body
            .reason
            .as_ref()
            .is_some_and(|reason| !reason.trim().is_empty());
        if circumstances.regime != Regime::Free && !said {
            return Err(refuse::draw_instead());
        }
    } else {
        check_vacancies(state, body)?;
    }
    may_sit(state, &body.seats, circumstances)?;
    Ok(vec![signed.draft()])
}

/// The buyer names who sits for it: at most a third of the panel, in seats of their own.
pub(super) fn represent(
    state: &State,
    signed: Signed<RepresentativesNamed>,
    circumstances: &Circumstances,
) -> Result<Vec<Draft>, Refusal> {
    let body = &signed.body;
    let opened = running(state, &body.tender)?;
    let owner = signed.actor.must(&[Role::Buyer, Role::Agent])?;
    if !circumstances.owners.contains(owner) {
        return Err(refusals::not_owner(&body.tender));
    }
    if body.seats.is_empty() {
        return Err(refusals::nobody_named());
    }
    let panel = draw::check_size(opened, circumstances.regime, circumstances.budget)?;
    let vacant = |seat: &SeatId| {
        let found = state.seats.get(seat);
        found.is_some_and(|seat| seat.origin == Origin::Represents && seat.expert.is_none())
    };
    let fresh: Vec<&SeatId> = body.seats.keys().filter(|seat| !vacant(seat)).collect();
    if let Some(taken) = fresh.iter().find(|seat| state.seats.contains_key(**seat)) {
        return Err(refuse::seat_name(taken));
    }
    let there = state
        .seats
        .values()
        .filter(|seat| seat.origin == Origin::Represents)
        .count();
    let most = panel.checked_div(3).unwrap_or(0);
    if there.saturating_add(fresh.len()) > most {
        return Err(refuse::representatives(most));
    }
    if fresh.len() > state.lacking() {
        return Err(refuse::seats_taken(state.lacking()));
    }
    may_sit(state, &body.seats, circumstances)?;
    Ok(vec![signed.draft()])
}

/// Whoever is named must be an enrolled expert without a part in the tender, and sits once.
fn may_sit(
    state: &State,
    seats: &BTreeMap<SeatId, AccountId>,
    circumstances: &Circumstances,
) -> Result<(), Refusal> {
    let mut sitting: BTreeSet<&AccountId> = state
        .seats
        .values()
        .filter_map(|seat| seat.expert.as_ref())
        .collect();
    for (seat, expert) in seats {
        if !sitting.insert(expert) {
            return Err(refusals::twice(expert));
        }
        if state.recused.contains(expert) {
            return Err(refusals::stepped_down(seat, expert));
        }
        if circumstances.owners.contains(expert) || circumstances.bidders.contains(expert) {
            return Err(refusals::party(seat, expert));
        }
        match circumstances.experts.get(expert) {
            Some(Standing::Expert) => {}
            standing => return Err(refusals::no_expert(seat, expert, standing.copied())),
        }
    }
    Ok(())
}

fn check_size(seats: usize, wanted: usize, regime: Regime) -> Result<(), Refusal> {
    if seats != wanted {
        return Err(refusals::size(seats, wanted));
    }
    if regime == Regime::Works && (seats < SMALLEST || seats.is_multiple_of(2)) {
        return Err(refusals::works_size(seats));
    }
    Ok(())
}

fn check_vacancies(state: &State, body: &PanelAppointed) -> Result<(), Refusal> {
    let vacant: BTreeSet<&SeatId> = state
        .seats
        .iter()
        .filter(|(_, seat)| seat.expert.is_none() && seat.origin == Origin::Appointed)
        .map(|(id, _)| id)
        .collect();
    if vacant.is_empty() {
        return Err(refusals::full());
    }
    if body.seats.is_empty() {
        return Err(refusals::nobody_named());
    }
    match body.seats.keys().find(|seat| !vacant.contains(seat)) {
        Some(seat) => Err(refusals::not_vacant(seat)),
        None => Ok(()),
    }
}

/// A conflict may be declared until the own commitment, freedom from conflict only once.
pub(super) fn declare(
    state: &State,
    signed: Signed<RecusalDeclared>,
    at: Instant,
) -> Result<Vec<Draft>, Refusal> {
    let body = &signed.body;
    let opened = running(state, &body.tender)?;
    let seat = own(state, &signed, &body.seat)?;
    if seat.commitment.is_some() {
        return Err(refusals::declared_late());
    }
    if seat.free && body.conflicts.is_empty() {
        return Err(refusals::declared_already(&body.seat));
    }
    let (most, longest) = CONFLICTS;
    let fine = |text: &String| !text.trim().is_empty() && text.chars().count() <= longest;
    if body.conflicts.len() > most || !body.conflicts.iter().all(fine) {
        return Err(refusals::conflict_text(most, longest));
    }
    let called = if body.conflicts.is_empty() {
        Vec::new()
    } else {
        call::after(state, &body.seat, at)?
    };
    let others = state.seats.iter().filter(|(id, _)| **id != body.seat);
    let all_free =
        body.conflicts.is_empty() && state.lacking() == 0 && others.into_iter().all(|(_, seat)| seat.free);
    let closed = if all_free {
        review::close_without_votes(state, opened)?
    } else {
        None
    };
    let mut drafts = vec![signed.draft()];
    drafts.extend(called);
    drafts.extend(closed);
    Ok(drafts)
}

/// Refuses until every seat is filled and declared free.
pub(super) fn must_be_free(state: &State) -> Result<(), Refusal> {
    if state.step() < Step::Committing {
        Err(refusals::panel_not_ready())
    } else {
        Ok(())
    }
}
