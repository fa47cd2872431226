//! Notices to whoever is signed in, for programs.
//!
//! Invariant: it answers what the page of notices shows to the same caller.

use crate::doors::Doors;
use axum::Json;
use axum::extract::State;
use desk::{Caller, Problem};
use notify::What;
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// Notices answered at once.
const MOST: u32 = 200;

/// The routes, of every zone.
pub fn routes() -> OpenApiRouter<Doors> {
    OpenApiRouter::new().routes(routes!(notices))
}

/// A notice to somebody
#[derive(Debug, Serialize, ToSchema)]
pub struct NoticeView {
    /// From when on it is told, milliseconds since 1970 UTC.
    pub at: i64,
    /// As what the person is told: `holder`, `owner`, `bidder`, `custodian`, `drawer`, `expert`, `supervisor` or
    /// `operator`.
    pub audience: String,
    /// The sentence in English.
    pub detail: &'static str,
    /// Whether the person marked it as read.
    pub seen: bool,
    /// Position of the fact from which it follows.
    pub seq: u64,
    /// The tender, if it is about one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tender: Option<String>,
    /// Until when something is to be done, or when something begins, milliseconds since 1970 UTC.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub until: Option<i64>,
    /// Of what, e.g. `share.due`.
    pub what: &'static str,
    /// The sentence in Chinese.
    pub zh: &'static str,
}

/// Notices to whoever is signed in
///
/// What concerns the caller in this zone, newest first, at most 200; nobody else's.
///
/// 本人在本分区的通知,新的在前,最多 200 条。
#[utoipa::path(
    get, path = "/api/notices", tag = "accounts", security(("session" = [])),
    responses((status = 200, body = Vec<NoticeView>))
)]
async fn notices(State(doors): State<Doors>, caller: Caller) -> Result<Json<Vec<NoticeView>>, Problem> {
    let (account, zone) = (caller.account.as_str(), doors.gate.zone.word());
    let kept = doors
        .notices
        .inbox(account, zone, doors.clock.now(), MOST)
        .await?;
    let view = kept.into_iter().filter_map(|one| {
        let what = What::parse(&one.what)?;
        let (zh, detail) = what.sentence();
        Some(NoticeView {
            at: one.at.0,
            audience: one.audience,
            detail,
            seen: one.seen,
            seq: one.seq,
            tender: Some(one.tender).filter(|tender| !tender.is_empty()),
            until: one.until.map(|until| until.0),
            what: what.word(),
            zh,
        })
    });
    Ok(Json(view.collect()))
}
