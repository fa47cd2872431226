//! Requests to be enrolled (注册申请): taken in by every zone, read and decided by registrars in the procurement zone.
//!
//! Invariant: a request is kept only if every proof in it holds; who asked is told to registrars alone, and what became
//! of it only to the holder of its ticket.

use crate::doors::Doors;
use crate::inbox::Frequent;
use crate::zones::problem::{bad_request, not_found, problem};
use axum::Json;
use axum::body::Bytes;
use axum::extract::{ConnectInfo, DefaultBodyLimit, FromRef, FromRequestParts, Path, State};
use axum::http::StatusCode;
use axum::http::request::Parts;
use axum::response::{IntoResponse as _, Response};
use desk::inbox::{Kept, LIFE, Outcome, Request};
use desk::{Caller, Outage, Problem, account, enrolment};
use facts::body::account::AccountEnrolled;
use facts::{AccountId, Canonical, Hex, Instant, Role};
use ledger::hash::sha256;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::convert::Infallible;
use std::net::{IpAddr, SocketAddr};
use utoipa::ToSchema;
use utoipa_axum::router::{OpenApiRouter, UtoipaMethodRouterExt as _};
use utoipa_axum::routes;

/// The most bytes of a request to be enrolled.
pub const LONGEST: usize = 8 * 1024;
/// The most characters of a name, an employer, a contact, a reason.
pub const TEXT: usize = 200;

/// The routes of every zone.
pub fn routes() -> OpenApiRouter<Doors> {
    OpenApiRouter::new()
        .routes(routes!(ask).layer(DefaultBodyLimit::max(LONGEST)))
        .routes(routes!(standing))
}

/// The routes of the zone of the registrars.
pub fn decided() -> OpenApiRouter<Doors> {
    OpenApiRouter::new()
        .routes(routes!(waiting))
        .routes(routes!(discard))
        .routes(routes!(decline))
}

/// The network that a request comes from; `None` where rates are not limited. It is compared and forgotten, never
/// written.
struct Whence(Option<IpAddr>);

impl<S> FromRequestParts<S> for Whence
where
    Doors: FromRef<S>,
    S: Send + Sync,
{
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Infallible> {
        let rates = &Doors::from_ref(state).rates;
        let peer = parts.extensions.get::<ConnectInfo<SocketAddr>>();
        Ok(Self(peer.and_then(|ConnectInfo(peer)| {
            rates.whose(*peer, &parts.headers)
        })))
    }
}

/// What became of a request to be enrolled is told for this ticket.
#[derive(Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Ticket {
    /// Thirty-two random bytes; told once, kept by the applicant alone.
    #[schema(value_type = String, pattern = "^[0-9a-f]{64}$")]
    pub ticket: Hex<32>,
}

/// A request to be enrolled was kept.
#[derive(Serialize, ToSchema)]
pub struct AskedView {
    /// With this the applicant learns what became of it.
    #[schema(value_type = String, pattern = "^[0-9a-f]{64}$")]
    pub ticket: Hex<32>,
    /// When the request is forgotten, decided or not; milliseconds since 1970 UTC.
    #[schema(value_type = i64)]
    pub until: Instant,
}

/// What became of a request to be enrolled.
#[derive(Serialize, ToSchema)]
pub struct StandingView {
    /// The account asked for.
    #[schema(value_type = String)]
    pub account: AccountId,
    /// Why it was declined, in the registrar's words.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// When it came.
    #[schema(value_type = i64)]
    pub since: Instant,
    /// `waiting`, `enrolled`, `declined`, or `taken`: the name was given to another key meanwhile.
    pub state: String,
    /// When it is forgotten.
    #[schema(value_type = i64)]
    pub until: Instant,
}

/// The requests to be enrolled that wait.
#[derive(Serialize, ToSchema)]
pub struct WaitingView {
    /// Oldest first.
    pub requests: Vec<RequestView>,
}

/// A request to be enrolled.
#[derive(Serialize, ToSchema)]
pub struct RequestView {
    /// By which it is declined or discarded.
    #[schema(value_type = String, pattern = "^[0-9a-f]{64}$")]
    pub id: Hex<32>,
    /// The body of `account.enrolled` as the applicant made it.
    #[schema(value_type = Object)]
    pub request: Value,
    /// When it came.
    #[schema(value_type = i64)]
    pub since: Instant,
    /// When it is forgotten.
    #[schema(value_type = i64)]
    pub until: Instant,
}

/// Why a request to be enrolled is declined.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Declined {
    /// For the applicant, at most 200 characters.
    pub reason: String,
}

fn malformed(en: impl std::fmt::Display, zh: impl std::fmt::Display) -> Problem {
    bad_request(
        "enrolment.malformed",
        format!("This is no request to be enrolled: {en}."),
        format!("这不是注册申请:{zh}。"),
    )
    .with_status(StatusCode::UNPROCESSABLE_ENTITY)
}

fn is_short(text: &str) -> bool {
    text.chars().count() <= TEXT && !text.chars().any(char::is_control)
}

fn read(bytes: &[u8]) -> Result<AccountEnrolled, Problem> {
    let body: AccountEnrolled =
        serde_json::from_slice(bytes).map_err(|error| malformed(&error, "内容与格式不符"))?;
    if body.name.trim().is_empty()
        || ![&body.name, &body.employer, &body.contact]
            .into_iter()
            .all(|text| is_short(text))
    {
        return Err(malformed(
            "a name is needed, and name, employer and contact have at most 200 characters in one line each",
            "须有姓名或单位名称;姓名、工作单位、联系方式各不超过 200 个字符且不得换行",
        ));
    }
    Ok(body)
}

/// Ask to be enrolled
///
/// The body is that of `account.enrolled` as the applicant makes it, at most 8 KiB; every proof in it is checked before
/// it is kept. One request for an account's name from an address in an hour. It waits for a registrar for 14 days.
///
/// 提交注册申请:无须登录;平台先核对持有证明,再交登记处处理,最长保存 14 天。
#[utoipa::path(
    post, path = "/api/enrolments", tag = "accounts", operation_id = "ask_to_be_enrolled",
    request_body(content = Object, content_type = "application/json", description = "The request"),
    responses((status = 201, description = "It waits for a registrar", body = AskedView))
)]
async fn ask(State(doors): State<Doors>, Whence(from): Whence, bytes: Bytes) -> Result<Response, Problem> {
    let now = doors.clock.now();
    let body = read(&bytes)?;
    account::check_roles(&body)?;
    let origin = doors.about.origin.clone();
    let checked = tokio::task::spawn_blocking(move || enrolment::check(&origin, &body).map(|()| body));
    let body = checked
        .await
        .map_err(|e| Outage::new("checking a request", e))??;
    let directory = &doors.front.directory;
    let is_taken = directory.account(&body.account).await?.is_some()
        || directory.registrar_key(&body.account).await?.is_some()
        || directory.state(&body.account).await?.revoked.is_some();
    if is_taken {
        return Err(taken(&body.account));
    }
    // What was refused may be put right and sent again at once.
    if let Some(from) = from {
        let frequent = doors.inbox.frequent.count(from, &body.account, now);
        frequent.map_err(|why| too_often(why, &body.account))?;
    }
    let ticket = doors.entropy.seed();
    let until = now.plus(LIFE);
    let written = Canonical::of(&body).map_err(|e| Outage::new("writing a request", e))?;
    let request = Request {
        id: sha256(&ticket),
        account: body.account,
        key: body.key,
        since: now,
        until,
        body: written.to_bytes().into(),
    };
    match doors.inbox.requests.ask(&request).await? {
        Kept::Waiting => {
            let view = AskedView {
                ticket: Hex(ticket),
                until,
            };
            Ok((StatusCode::CREATED, Json(view)).into_response())
        }
        Kept::Already => Err(problem(
            StatusCode::CONFLICT,
            "enrolment.waiting",
            "A request under this very key waits already.",
            "同一密钥的注册申请已在等待处理。",
        )),
        Kept::Full => Err(problem(
            StatusCode::SERVICE_UNAVAILABLE,
            "enrolment.full",
            "Too many requests wait to be dealt with; bring the file to the registrar.",
            "待处理的申请过多,请把申请文件直接交给登记处。",
        )),
    }
}

fn taken(account: &AccountId) -> Problem {
    problem(
        StatusCode::CONFLICT,
        "account.exists",
        format!("The account {account} exists already; choose another name."),
        format!("账户 {account} 已存在,请另选名称。"),
    )
}

fn too_often(why: Frequent, account: &AccountId) -> Problem {
    let (en, zh) = match why {
        Frequent::Name => (
            format!(
                "The account {account} was asked for from your address within the last hour; ask again later."
            ),
            format!("一小时内已从该网络地址申请过账户 {account},请稍后再试。"),
        ),
        Frequent::Address => (
            "Too many accounts were asked for from your address; ask again in an hour.".to_owned(),
            "该网络地址的注册申请过多,请一小时后再试。".to_owned(),
        ),
    };
    problem(StatusCode::TOO_MANY_REQUESTS, "rate.enrolments", en, zh)
}

fn unknown() -> Problem {
    not_found(
        "enrolment.unknown",
        "There is no such request, or its time is over.",
        "没有该注册申请,或其保存期已过。",
    )
}

/// What became of a request to be enrolled
///
/// For whoever holds its ticket, which is sent in the body so that it stands in no address.
#[utoipa::path(
    post, path = "/api/enrolments/standing", tag = "accounts", request_body = Ticket,
    responses((status = 200, body = StandingView))
)]
async fn standing(
    State(doors): State<Doors>,
    Json(asked): Json<Ticket>,
) -> Result<Json<StandingView>, Problem> {
    let id = sha256(asked.ticket.bytes());
    let found = doors.inbox.requests.standing(id, doors.clock.now()).await?;
    let found = found.ok_or_else(unknown)?;
    // The row is decided a moment after the registrar's act has landed.
    let outcome = match found.outcome {
        Some(outcome) => Some(outcome),
        None => crate::inbox::outcome(&doors.front.directory, &found.account, &found.key).await?,
    };
    Ok(Json(StandingView {
        account: found.account,
        reason: found.reason,
        since: found.since,
        state: outcome.map_or("waiting", Outcome::word).to_owned(),
        until: found.until,
    }))
}

/// The requests to be enrolled
///
/// For registrars; whoever admits one signs `account.enrolled`, and the request goes when that fact has landed.
#[utoipa::path(
    get, path = "/api/enrolments", tag = "accounts", security(("session" = [])),
    responses((status = 200, body = WaitingView))
)]
async fn waiting(State(doors): State<Doors>, caller: Caller) -> Result<Json<WaitingView>, Problem> {
    caller.must(Role::Registrar)?;
    let mut requests = Vec::new();
    for request in doors.inbox.requests.waiting(doors.clock.now()).await? {
        let outcome = crate::inbox::outcome(&doors.front.directory, &request.account, &request.key).await?;
        if outcome.is_some() {
            continue;
        }
        requests.push(RequestView {
            id: Hex(request.id),
            request: serde_json::from_slice(&request.body)
                .map_err(|e| Outage::new("reading a request to be enrolled", e))?,
            since: request.since,
            until: request.until,
        });
    }
    Ok(Json(WaitingView { requests }))
}

/// Decline a request to be enrolled
///
/// What it says of a person is erased; the applicant learns the reason.
#[utoipa::path(
    post, path = "/api/enrolments/{id}/refusal", tag = "accounts", security(("session" = [])),
    params(("id" = String, Path, description = "The request")), request_body = Declined,
    responses((status = 204, description = "It was declined"))
)]
async fn decline(
    State(doors): State<Doors>,
    caller: Caller,
    Path(id): Path<Hex<32>>,
    Json(declined): Json<Declined>,
) -> Result<StatusCode, Problem> {
    caller.must(Role::Registrar)?;
    let reason = declined.reason.trim();
    if reason.is_empty() || !is_short(reason) {
        return Err(bad_request(
            "enrolment.reason_malformed",
            "Say why, in one line of at most 200 characters.",
            "请说明原因,一行以内,不超过 200 个字符。",
        )
        .with_status(StatusCode::UNPROCESSABLE_ENTITY));
    }
    let decided = doors
        .inbox
        .requests
        .decide(id.0, Outcome::Declined, Some(reason))
        .await?;
    decided.then_some(StatusCode::NO_CONTENT).ok_or_else(unknown)
}

/// Discard a request to be enrolled
///
/// Without a trace: for what nobody meant to ask.
#[utoipa::path(
    delete, path = "/api/enrolments/{id}", tag = "accounts", security(("session" = [])),
    params(("id" = String, Path, description = "The request")),
    responses((status = 204, description = "It is gone"))
)]
async fn discard(
    State(doors): State<Doors>,
    caller: Caller,
    Path(id): Path<Hex<32>>,
) -> Result<StatusCode, Problem> {
    caller.must(Role::Registrar)?;
    let gone = doors.inbox.requests.discard(id.0).await?;
    gone.then_some(StatusCode::NO_CONTENT).ok_or_else(unknown)
}
