//! 最后报价: who is invited after the talks, and what they hand in.
//!
//! Invariant: every bid whose envelopes of the stage before were all opened is named once, invited or left out with a
//! reason; a final quote is a submission under the rules of the invitation, for the invited stage and lots alone.

use super::state::{Invitation, Opening, Submission};
use super::{State, closing, gate, listing, refuse};
use crate::formats;
use crate::limits::GRACE;
use crate::said::Said;
use facts::body::bid::BidSubmitted;
use facts::body::quotes::{QuotesInvited, Remaining};
use facts::body::tender::Stage;
use facts::id::{LotId, StageId};
use facts::procedures;
use facts::{BidId, Draft, Hex, Instant, Refusal, TenderId};
use std::collections::BTreeSet;
use std::sync::Arc;

impl State {
    /// The stage for which the buyer may invite now: its turn has come, and nobody was invited yet.
    #[must_use]
    pub fn awaits_quotes(&self) -> Option<&Stage> {
        let next = self.next_stage()?;
        (next.invited && !self.invitations.contains_key(&next.stage)).then_some(next)
    }

    /// The invitation whose quotes are coming in: nothing of its stage is listed yet.
    #[must_use]
    pub fn invitation(&self) -> Option<&Invitation> {
        let mut invited = self.invitations.values().map(Arc::as_ref);
        invited.rfind(|one| !self.openings.contains_key(&one.body.stage))
    }

    /// The invitation that these rules belong to.
    #[must_use]
    pub fn invited_by(&self, rules: &Hex<32>) -> Option<&Invitation> {
        let mut all = self.invitations.values().map(Arc::as_ref);
        all.find(|one: &&Invitation| one.body.rules == *rules)
    }

    /// Bids and lots that went through the stage before: those between whom the talks are.
    #[must_use]
    pub fn in_talks(&self) -> BTreeSet<Remaining> {
        match self.current() {
            Some((stage, Opening { closed: Some(_), .. })) => listing::went_through_all(self, stage),
            _ => BTreeSet::new(),
        }
    }

    fn next_stage(&self) -> Option<&Stage> {
        let (current, opening) = self.current()?;
        opening.closed?;
        let stages = &self.notice.as_ref()?.stages;
        stages.iter().skip_while(|known| known.stage != *current).nth(1)
    }
}

pub(super) fn invite(state: &State, said: Said<QuotesInvited>, at: Instant) -> Result<Vec<Draft>, Refusal> {
    let body = &said.body;
    gate::owned(state, &said, &body.tender)?;
    let (Some(notice), Some(version)) = (&state.notice, state.rules()) else {
        return Err(refuse::not_noticed());
    };
    match state.awaits_quotes() {
        Some(stage) if stage.stage == body.stage => {}
        _ => return Err(refuse::no_quotes_due(&body.stage)),
    }
    gate::stated("changes", &body.changes)?;
    if body.closes_at <= at {
        return Err(refuse::deadline_past(body.closes_at));
    }
    everybody(state, body)?;
    let wanted = usize::try_from(notice.min_bidders).unwrap_or(usize::MAX);
    let enough = |lot: &LotId| body.invited.iter().filter(|one| one.lot == *lot).count() >= wanted;
    if !notice.lots.iter().any(|lot| enough(&lot.lot)) {
        let failing = notice
            .procedure
            .as_ref()
            .map_or("the notice", |named| procedures::of(named.way).failing);
        return Err(refuse::too_few_remain(notice.min_bidders, failing));
    }
    let rules = formats::rules_of_addendum(&version.rules, &said.act.body);
    if body.rules != rules {
        return Err(refuse::rules_hash(&body.rules, &rules));
    }
    Ok(vec![said.draft(false)])
}

/// Each bid of the talks is named once for each of its lots, in order.
fn everybody(state: &State, body: &QuotesInvited) -> Result<(), Refusal> {
    for left in &body.left_out {
        gate::stated("left_out.reason", &left.reason)?;
    }
    let left = body.left_out.iter().map(|left| Remaining {
        bid: left.bid.clone(),
        lot: left.lot.clone(),
    });
    let left: Vec<Remaining> = left.collect();
    let ordered = |all: &[Remaining]| all.is_sorted_by(|one, next| one < next);
    let named: BTreeSet<Remaining> = body.invited.iter().cloned().chain(left.iter().cloned()).collect();
    let once = named.len() == body.invited.len().saturating_add(left.len());
    let expected = state.in_talks();
    match named.symmetric_difference(&expected).next() {
        Some(one) => Err(refuse::talks_incomplete(&one.bid, &one.lot)),
        None if !once || !ordered(&body.invited) || !ordered(&left) => Err(refuse::talks_order()),
        None => Ok(()),
    }
}

/// Whether a final quote may come in now; the invitation it answers.
pub(super) fn in_time<'a>(
    state: &'a State,
    said: &Said<BidSubmitted>,
    at: Instant,
) -> Result<Option<&'a Invitation>, Refusal> {
    let Some(invitation) = state.invitation() else {
        return Ok(None);
    };
    let deadline = state.pauses.end_of(invitation.window);
    if said.arrived >= deadline {
        return Err(refuse::late(said.arrived, deadline));
    }
    if at.since(said.arrived) > GRACE {
        return Err(refuse::slow(at.since(said.arrived)));
    }
    if !invitation.body.invited.iter().any(|one| one.bid == said.body.bid) {
        return Err(refuse::not_invited(&said.body.bid));
    }
    Ok(Some(invitation))
}

/// What follows on the stage before: the invitation is waited for, then its deadline, then the list is frozen.
pub(super) fn next(
    state: &State,
    tender: &TenderId,
    stage: &StageId,
    at: Instant,
) -> Result<Option<Vec<Draft>>, Refusal> {
    let Some(invitation) = state.invitations.get(stage) else {
        return Ok(None);
    };
    if at < state.pauses.end_of(invitation.window).plus(GRACE) {
        return Ok(None);
    }
    if lots(state, stage).is_empty() {
        let named = state.notice.as_ref().and_then(|notice| notice.procedure.as_ref());
        let basis = named.map_or("the notice", |named| procedures::of(named.way).failing);
        return Ok(Some(vec![closing::fail(tender, "too_few_quotes", basis)?]));
    }
    closing::freeze(state, tender, stage, at).map(Some)
}

/// Lots for which enough final quotes were handed in.
pub(super) fn lots<'a>(state: &'a State, stage: &StageId) -> BTreeSet<&'a LotId> {
    let Some(notice) = &state.notice else {
        return BTreeSet::new();
    };
    let quoted = |lot: &LotId| {
        let quotes = state.bids.values().filter_map(|bid| bid.quote(stage));
        let in_lot = |quote: &&Submission| quote.body.envelopes.iter().any(|envelope| envelope.lot == *lot);
        quotes.filter(in_lot).count()
    };
    let wanted = usize::try_from(notice.min_bidders).unwrap_or(usize::MAX);
    let lots = notice.lots.iter().map(|lot| &lot.lot);
    lots.filter(|lot| quoted(lot) >= wanted).collect()
}

/// Whether a bid was invited for a lot.
pub(super) fn is_invited(invitation: &Invitation, bid: &BidId, lot: &LotId) -> bool {
    invitation
        .body
        .invited
        .iter()
        .any(|one| one.bid == *bid && one.lot == *lot)
}
