//! What acts of the evaluation and of expert pools need to know of the other streams.
//!
//! Invariant: the law of evaluation is told accounts and names to keep apart, never whose a bid is.

use crate::doors::Doors;
use crate::zones::acts::LOOKED_UP;
use desk::{Admitted, Failure, Outage};
use evaluate::pool::Avoid;
use evaluate::{Circumstances, DrawCircumstances, DrawKey, Lookups, Standing};
use facts::body::draw::{DRAW_STAGE, DrawRequested, Subject};
use facts::body::seat::SeatEntered;
use facts::body::tender::TenderRegistered;
use facts::id::StageId;
use facts::{AccountId, Hex, Kind, Role, Stream, TenderId};
use std::collections::{BTreeMap, BTreeSet};

/// The command that an act of a pool asks for.
pub(super) async fn pool_command(
    doors: &Doors,
    admitted: &Admitted,
) -> Result<evaluate::pool::Command, Failure> {
    let is_expert = match evaluate::pool::expert_named(&admitted.act) {
        Some(account) => standing(doors, &account).await? == Some(Standing::Expert),
        None => false,
    };
    Ok(evaluate::pool::command(admitted, is_expert)?)
}

/// The command that an act of an evaluation asks for.
pub(super) async fn evaluation_command(
    doors: &Doors,
    admitted: &Admitted,
    tender: &TenderId,
) -> Result<evaluate::Command, Failure> {
    let state = doors.laws.tenders.state(&Stream::Tender(tender.clone())).await?;
    let suspended = if state.pauses.now() {
        state.pauses.orders().first().cloned()
    } else {
        None
    };
    let mut lookups = Lookups {
        publicised: state.publicity.is_some(),
        suspended,
        ..Lookups::default()
    };
    if let Some(registered) = &state.registered {
        lookups.owners = owners(registered);
        let named = evaluate::experts_named(&admitted.act);
        if !named.is_empty() {
            lookups.circumstances = Some(circumstances(doors, &state, registered, named).await?);
        }
        match admitted.act.kind {
            Kind::DrawRequested => lookups.draw = Some(draw(doors, &state, registered, admitted).await?),
            Kind::DrawAnswered => lookups.key = key(doors, &state).await?,
            _ => {}
        }
    }
    if admitted.act.kind == Kind::SeatEntered
        && let Ok(body) = admitted.act.body.read::<SeatEntered>()
    {
        let message = desk::ledger::message::device(&doors.about.origin, &body.tender, &body.seat);
        lookups.device_proven = desk::draw::device_signed(&body.device, &message, &body.proof);
    }
    Ok(evaluate::command(admitted, lookups)?)
}

fn owners(registered: &TenderRegistered) -> BTreeSet<AccountId> {
    let owners = [Some(registered.buyer.clone()), registered.agent.clone()];
    owners.into_iter().flatten().collect()
}

/// The estimate of all lots in yuan, in fen.
pub(crate) fn budget(state: &procure::State) -> i64 {
    let lots = state.notice.iter().flat_map(|notice| &notice.lots);
    let lots = lots.filter(|lot| lot.estimate.currency == facts::Currency::CNY);
    lots.map(|lot| lot.estimate.minor).fold(0, i64::saturating_add)
}

async fn standing(doors: &Doors, account: &AccountId) -> Result<Option<Standing>, Outage> {
    let directory = &doors.front.directory;
    Ok(match directory.roles(account).await? {
        Some(roles) if roles.contains(&Role::Expert) => Some(Standing::Expert),
        Some(_) => Some(Standing::Other),
        None if directory.account(account).await?.is_some() => Some(Standing::Revoked),
        None => None,
    })
}

async fn circumstances(
    doors: &Doors,
    state: &procure::State,
    registered: &TenderRegistered,
    named: BTreeSet<AccountId>,
) -> Result<Circumstances, Outage> {
    let mut experts = BTreeMap::new();
    for account in named.into_iter().take(LOOKED_UP) {
        if let Some(standing) = standing(doors, &account).await? {
            experts.insert(account, standing);
        }
    }
    Ok(Circumstances {
        owners: owners(registered),
        bidders: state.entrants.keys().cloned().collect(),
        experts,
        regime: registered.regime,
        budget: budget(state),
    })
}

/// The key assigned to the tender's draws, if there is one.
pub(crate) async fn key(doors: &Doors, state: &procure::State) -> Result<Option<DrawKey>, Outage> {
    let assigned = StageId::parse(DRAW_STAGE)
        .ok()
        .and_then(|stage| state.keys.get(&stage));
    let Some(assigned) = assigned else { return Ok(None) };
    let card = doors.card(&assigned.ceremony, &assigned.key_id).await?;
    Ok(card.map(|card| DrawKey {
        key_id: card.key.key_id,
        k: card.k,
        public: card.key.public,
        shares: card.key.shares,
        members: card.members,
    }))
}

async fn draw(
    doors: &Doors,
    state: &procure::State,
    registered: &TenderRegistered,
    admitted: &Admitted,
) -> Result<DrawCircumstances, Outage> {
    let mut found = DrawCircumstances {
        owners: owners(registered),
        regime: Some(registered.regime),
        budget: budget(state),
        key: key(doors, state).await?,
        secret: Hex(doors.entropy.seed()),
        ..DrawCircumstances::default()
    };
    let subject = admitted.act.body.read::<DrawRequested>().map(|body| body.subject);
    if let Ok(Subject::Experts { pool, .. }) = subject {
        found.avoid = avoid(doors, state, &found.owners).await?;
        let pool = doors.laws.pools.state(&Stream::Pool(pool)).await?;
        found.pool = Some(pool).filter(|pool| !pool.experts.is_empty());
    }
    Ok(found)
}

/// Bidders, buyer and agent: their accounts, their names and whom they work for.
async fn avoid(doors: &Doors, state: &procure::State, owners: &BTreeSet<AccountId>) -> Result<Avoid, Outage> {
    let mut avoid = Avoid::default();
    for account in state.entrants.keys().chain(owners) {
        avoid.accounts.insert(account.clone());
        if let Some(known) = doors.front.directory.account(account).await? {
            let names = [known.name, known.employer];
            avoid
                .names
                .extend(names.into_iter().filter(|name| !name.trim().is_empty()));
        }
    }
    Ok(avoid)
}
