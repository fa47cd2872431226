//! Decisions on complaints over all tenders (投诉处理决定公告): what 11号令 and 94号令28 want published, the newest first.
//!
//! Invariant: of a decision nothing is shown that its fact does not say in public, so neither who complained nor how the
//! complaint reads; a page is found by position, so it stays what it was however many decisions follow.

use crate::doors::Doors;
use crate::zones::problem::bad_request;
use axum::Json;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Query, State};
use desk::{Outage, Problem};
use facts::body::complaint::{ComplaintDecided, Outcome};
use facts::body::tender::Regime;
use facts::id::ComplaintId;
use facts::{Instant, Record, TenderId};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// Decisions on one page.
pub const PAGE: u32 = 25;

/// The routes of the procurement zone.
pub fn routes() -> OpenApiRouter<Doors> {
    OpenApiRouter::new().routes(routes!(decisions))
}

/// Which page.
#[derive(Debug, Clone, Copy, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct Before {
    /// Decisions at this position of the log and later are left out; the newest ones if it is not given.
    pub before: Option<u64>,
}

/// A page of decisions.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct DecisionsView {
    /// The newest first, at most 25.
    pub decisions: Vec<DecisionView>,
    /// What to name as `before` for the page that follows; absent on the last.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub older: Option<u64>,
}

/// A decision on a complaint (`complaint.decided`), as far as it is public.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct DecisionView {
    /// When it was made.
    #[schema(value_type = i64)]
    pub at: Instant,
    /// The law it rests on.
    pub basis: String,
    /// The complaint.
    #[schema(value_type = String)]
    pub complaint: ComplaintId,
    /// `upheld`, `rejected` or `fabricated`.
    #[schema(value_type = String)]
    pub outcome: Outcome,
    /// The facts found, and why.
    pub reason: String,
    /// Which law the tender is under.
    #[schema(value_type = Option<String>)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub regime: Option<Regime>,
    /// What was ordered, where it was upheld.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub remedy: Option<String>,
    /// Its position in the log.
    pub seq: u64,
    /// The tender.
    #[schema(value_type = String)]
    pub tender: TenderId,
    /// Title of the tender.
    pub title: String,
}

/// A page of decisions, with the titles that the tenders have on the board.
pub(crate) async fn decided(doors: &Doors, asked: Before, most: u32) -> Result<DecisionsView, Outage> {
    let before = asked.before.unwrap_or(u64::MAX);
    let mut records = doors.log.decisions(before, most.saturating_add(1)).await?;
    let full = usize::try_from(most).unwrap_or(usize::MAX);
    let has_more = records.len() > full;
    records.truncate(full);
    let older = records.last().map(|record| record.seq).filter(|_| has_more);
    let posted = doors.board.look(doors).await?;
    let shown = |record: &Record| {
        // An erased one says nothing any more.
        let body = record.of::<ComplaintDecided>()?;
        let notice = posted.notices.get(&body.tender);
        let registered = notice.and_then(|notice| notice.told.registered.as_ref());
        Some(DecisionView {
            at: record.at,
            basis: body.basis,
            complaint: body.complaint,
            outcome: body.outcome,
            reason: body.reason,
            regime: registered.map(|fact| fact.body.regime),
            remedy: body.remedy,
            seq: record.seq,
            title: notice
                .map(|notice| notice.told.title().to_owned())
                .unwrap_or_default(),
            tender: body.tender,
        })
    };
    Ok(DecisionsView {
        decisions: records.iter().filter_map(shown).collect(),
        older,
    })
}

/// Reads the query, or says what is wrong with it.
pub(crate) fn read<T>(asked: Result<Query<T>, QueryRejection>) -> Result<T, Problem> {
    asked.map(|Query(asked)| asked).map_err(|rejected| {
        let why = rejected.body_text();
        bad_request(
            "query.malformed",
            format!("The only parameter is before=position in the log, a whole number: {why}."),
            format!("参数仅可为 before=日志序号(非负整数):{why}。"),
        )
    })
}

/// Decisions on complaints
///
/// Of all tenders, the newest first (投诉处理决定公告). Nobody who complained is named.
#[utoipa::path(
    get, path = "/api/decisions", tag = "tenders", params(Before), responses((status = 200, body = DecisionsView))
)]
async fn decisions(
    State(doors): State<Doors>,
    asked: Result<Query<Before>, QueryRejection>,
) -> Result<Json<DecisionsView>, Problem> {
    Ok(Json(decided(&doors, read(asked)?, PAGE).await?))
}
