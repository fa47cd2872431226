//! What a called expert sees of the own calls, and a registrar of a pool.
//!
//! Invariant: nobody sees a call of somebody else; of a pool only a registrar sees anything.

use super::ExpertDesk;
use crate::law::Outcome;
use crate::pool;
use axum::Json;
use axum::extract::{Path, State};
use desk::{Caller, Problem};
use facts::body::pool::{ExpertListed, ExpertSuspended};
use facts::id::{DrawId, PoolId, SeatId};
use facts::{Instant, Role, Stream, TenderId};
use serde::Serialize;
use utoipa::ToSchema;

/// The own calls of an expert.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub(super) struct CallsView {
    /// The calls, in order of draw and place.
    pub calls: Vec<CallView>,
}

/// One call.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub(super) struct CallView {
    /// `open`, `accepted`, `declined`, `lapsed` or `spent`.
    pub answer: &'static str,
    /// The draw.
    #[schema(value_type = String)]
    pub draw: DrawId,
    /// Place in the call order, from 0.
    pub place: u32,
    /// The seat.
    #[schema(value_type = String)]
    pub seat: SeatId,
    /// Until when an answer counts, milliseconds since 1970 UTC.
    #[schema(value_type = i64)]
    pub until: Instant,
}

/// A pool as its registrar sees it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub(super) struct PoolView {
    /// The experts, ascending by account.
    pub experts: Vec<EntryView>,
    /// The pool.
    #[schema(value_type = String)]
    pub pool: PoolId,
}

/// One expert of a pool.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub(super) struct EntryView {
    /// The entry; see the record format.
    #[schema(value_type = Object)]
    pub listed: ExpertListed,
    /// The suspension in force or to come.
    #[schema(value_type = Option<Object>)]
    pub suspended: Option<ExpertSuspended>,
}

/// Your calls to the panel of a tender
#[utoipa::path(
    get, path = "/api/evaluations/{tender}/calls",
    params(("tender" = String, Path, description = "The tender")),
    responses((status = 200, body = CallsView))
)]
pub(super) async fn calls(
    State(desk): State<ExpertDesk>,
    caller: Caller,
    Path(tender): Path<TenderId>,
) -> Result<Json<CallsView>, Problem> {
    caller.must(Role::Expert)?;
    let stream = Stream::Evaluation(tender);
    let state = desk.evaluations.reader().state(&stream).await?;
    let mut calls = Vec::new();
    for (draw, drawing) in &state.draws {
        for (place, call) in (0_u32..).zip(&drawing.calls) {
            if call.expert == caller.account {
                calls.push(CallView {
                    answer: word(call.answer),
                    draw: draw.clone(),
                    place,
                    seat: call.seat.clone(),
                    until: call.until,
                });
            }
        }
    }
    Ok(Json(CallsView { calls }))
}

const fn word(answer: Outcome) -> &'static str {
    match answer {
        Outcome::Open => "open",
        Outcome::Accepted => "accepted",
        Outcome::Declined => "declined",
        Outcome::Lapsed => "lapsed",
        Outcome::Spent => "spent",
    }
}

/// A pool of experts (专家库)
#[utoipa::path(
    get, path = "/api/pools/{pool}",
    params(("pool" = String, Path, description = "The pool")),
    responses((status = 200, body = PoolView))
)]
pub(super) async fn pool(
    State(desk): State<ExpertDesk>,
    caller: Caller,
    Path(pool): Path<PoolId>,
) -> Result<Json<PoolView>, Problem> {
    caller.must(Role::Registrar)?;
    let state = desk.pools.state(&Stream::Pool(pool.clone())).await?;
    let view = |entry: &pool::Entry| EntryView {
        listed: entry.listed.clone(),
        suspended: entry.suspended.clone(),
    };
    Ok(Json(PoolView {
        experts: state.experts.values().map(view).collect(),
        pool,
    }))
}
