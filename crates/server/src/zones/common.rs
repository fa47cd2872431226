//! What every zone serves: the platform's word on itself, sessions, acts, the log, health.

use crate::doors::Doors;
use crate::pages::session::{clear_cookie, set_cookie};
use crate::zones::shapes::{HeadView, Health, PlatformView};
use crate::zones::{acts, enrolments, live, log, notices, operator};
use axum::Json;
use axum::body::Bytes;
use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum::http::header::SET_COOKIE;
use axum::response::{IntoResponse as _, Response};
use desk::gate::{Challenge, SignIn, SignedIn};
use desk::{Caller, Outage, Problem};
use serde::Deserialize;
use utoipa::IntoParams;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// The routes of every zone.
pub fn routes() -> OpenApiRouter<Doors> {
    OpenApiRouter::new()
        .routes(routes!(health))
        .routes(routes!(platform))
        .routes(routes!(challenge))
        .routes(routes!(sign_in, sign_out))
        .merge(acts::routes())
        .merge(enrolments::routes())
        .merge(log::routes())
        .merge(live::of_the_log())
        .merge(notices::routes())
        .merge(operator::routes())
}

/// Whether the zone works
#[utoipa::path(get, path = "/health", tag = "platform", responses((status = 200, body = Health)))]
async fn health(State(doors): State<Doors>) -> Result<Json<Health>, Problem> {
    let head = doors.log.head().await?;
    Ok(Json(Health {
        ok: true,
        size: head.size,
    }))
}

/// The platform's word on itself
///
/// Keys and origin are what a client must know beforehand from elsewhere: compare, do not believe.
#[utoipa::path(get, path = "/api/platform", tag = "platform", responses((status = 200, body = PlatformView)))]
async fn platform(State(doors): State<Doors>) -> Json<PlatformView> {
    let (size, root) = doors.pen.latest().map_or_else(
        || (0, ledger::hash::empty_root()),
        |latest| (latest.size, latest.root),
    );
    let about = &doors.about;
    Json(PlatformView {
        demo: about.demo,
        head: HeadView {
            root: facts::Hex(root),
            size,
        },
        log_key: about.log_key.clone(),
        now: doors.clock.now(),
        origin: about.origin.clone(),
        refusal_key: about.refusal_key.clone(),
        zones: about.zones.clone(),
    })
}

/// Begin to sign in
///
/// The challenge is good for two minutes, for one answer, in this zone.
#[utoipa::path(
    post, path = "/api/session/challenge", tag = "sessions", responses((status = 200, body = Challenge))
)]
// The body is read although nothing is in it: a connection whose request was not read whole is closed.
async fn challenge(State(doors): State<Doors>, _body: Bytes) -> Result<Json<Challenge>, Problem> {
    Ok(Json(doors.gate.challenge().await?))
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct Kept {
    /// `1`: the token is set as a cookie of this zone, which scripts cannot read, and not told.
    cookie: Option<u8>,
}

/// Sign in with the signed challenge
///
/// 登录:以账户密钥对本分区的质询签名。
#[utoipa::path(
    post, path = "/api/session", tag = "sessions", params(Kept), request_body = SignIn,
    responses((status = 200, body = SignedIn))
)]
async fn sign_in(
    State(doors): State<Doors>,
    Query(kept): Query<Kept>,
    Json(answer): Json<SignIn>,
) -> Result<Response, Problem> {
    let signed = doors.gate.sign_in(&answer).await?;
    if kept.cookie != Some(1) {
        return Ok(Json(signed).into_response());
    }
    let cookie = set_cookie(&doors, &signed.token, signed.expires)?;
    let mut told = serde_json::to_value(&signed).map_err(|e| Outage::new("answering a sign-in", e))?;
    if let Some(members) = told.as_object_mut() {
        members.remove("token");
    }
    Ok(([(SET_COOKIE, cookie)], Json(told)).into_response())
}

/// End the session
#[utoipa::path(
    delete, path = "/api/session", tag = "sessions", security(("session" = [])),
    responses((status = 204, description = "It has ended"))
)]
async fn sign_out(State(doors): State<Doors>, caller: Caller) -> Result<Response, Problem> {
    doors.gate.sign_out(&caller).await?;
    Ok((StatusCode::NO_CONTENT, [(SET_COOKIE, clear_cookie(&doors)?)]).into_response())
}
