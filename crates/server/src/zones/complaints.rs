//! Complaints over HTTP: the supervisor's list, one complaint, a complainant's tracking; and what the law of complaints
//! must know of procurement.
//!
//! Invariant: who filed a complaint is told to nobody here; a tracking number that fits nothing
//! is answered like one that never was.

use crate::doors::Doors;
use crate::zones::problem::{bad_request, not_found};
use axum::Json;
use axum::body::Bytes;
use axum::extract::{Path, State};
use desk::account::fingerprint;
use desk::{Admitted, Caller, Failure, Outage, Problem};
use facts::body::complaint::{ComplaintAccepted, ComplaintFiled, Grievance};
use facts::body::tender::Regime;
use facts::calendar::CHINA;
use facts::hearing::reply_due;
use facts::id::ComplaintId;
use facts::{Hex, Instant, Kind, Role, Stream, TenderId};
use procure::tender::state::{By, Heard};
use serde::{Deserialize, Serialize};
use supervise::complaint::{Complaint, End, Known, clock};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// The routes of the supervision zone.
pub fn supervised() -> OpenApiRouter<Doors> {
    OpenApiRouter::new()
        .routes(routes!(complaints))
        .routes(routes!(complaint))
        .routes(routes!(track))
}

/// What procurement knows of the objections that a complaint names, when it is to be taken up.
pub(super) async fn known(
    doors: &Doors,
    admitted: &Admitted,
    tender: &TenderId,
) -> Result<Vec<Known>, Failure> {
    if admitted.act.kind != Kind::ComplaintAccepted {
        return Ok(Vec::new());
    }
    let Ok(body) = admitted.act.body.read::<ComplaintAccepted>() else {
        return Ok(Vec::new());
    };
    let state = doors
        .laws
        .orders
        .state(&Stream::Supervision(tender.clone()))
        .await?;
    match state.complaints.get(&body.complaint) {
        Some(complaint) => Ok(known_of(doors, complaint, tender).await?),
        None => Ok(Vec::new()),
    }
}

/// The objections that a complaint names, as procurement knows them.
pub(crate) async fn known_of(
    doors: &Doors,
    complaint: &Complaint,
    tender: &TenderId,
) -> Result<Vec<Known>, Outage> {
    let state = doors.laws.tenders.state(&Stream::Tender(tender.clone())).await?;
    let regime = state.registered.as_ref().map(|body| body.regime);
    let mut found = Vec::new();
    for ((grievance, objection), heard) in &state.heard {
        if complaint.filed.objections.contains(objection) {
            found.push(Known {
                objection: objection.clone(),
                grievance: *grievance,
                own: complaint.filed.paper.is_some() || is_of(doors, heard, &complaint.by).await?,
                raised: heard.raised,
                replied: heard.replied.map(|(_, at)| at),
                due: reply_to(*grievance, regime, heard.raised),
            });
        }
    }
    Ok(found)
}

/// At the opening the reply is given on the spot.
pub(super) fn reply_to(grievance: Grievance, regime: Option<Regime>, raised: Instant) -> Option<Instant> {
    if grievance == Grievance::Opening {
        return Some(raised);
    }
    regime.and_then(|regime| reply_due(&CHINA, regime, raised))
}

/// Whether the holder of a key raised an objection.
pub(super) async fn is_of(doors: &Doors, heard: &Heard, key: &Hex<32>) -> Result<bool, Outage> {
    Ok(match &heard.by {
        By::Key(known) => known == key,
        By::Account(account) => {
            let account = doors.front.directory.account(account).await?;
            account.is_some_and(|account| fingerprint(&account.key) == *key)
        }
    })
}

/// The complaints.
#[derive(Debug, Serialize, ToSchema)]
pub struct ComplaintsView {
    /// Version of the working-day calendar.
    pub calendar: &'static str,
    /// Each in short, by tender and name.
    pub complaints: Vec<ComplaintSummary>,
}

/// A complaint in short.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ComplaintSummary {
    /// The first instant at which taking it up, or not, is late.
    #[schema(value_type = Option<i64>)]
    pub admission_due: Option<Instant>,
    /// The complaint.
    #[schema(value_type = String)]
    pub complaint: ComplaintId,
    /// The first instant at which a decision is late.
    #[schema(value_type = Option<i64>)]
    pub due: Option<Instant>,
    /// What it is about.
    #[schema(value_type = String)]
    pub grievance: Grievance,
    /// When the supervision had it.
    #[schema(value_type = i64)]
    pub received: Instant,
    /// `filed`, `returned`, `accepted`, `paused`, `refused`, `decided` or `withdrawn`.
    pub state: &'static str,
    /// The tender.
    #[schema(value_type = String)]
    pub tender: TenderId,
}

impl ComplaintSummary {
    /// Whether it is refused, decided or withdrawn.
    #[must_use]
    pub fn is_over(&self) -> bool {
        matches!(self.state, "refused" | "decided" | "withdrawn")
    }
}

/// In short.
pub(crate) fn summary(complaint: &Complaint, regime: Option<Regime>) -> ComplaintSummary {
    let waits = complaint.accepted.is_none() && complaint.ended.is_none();
    ComplaintSummary {
        admission_due: clock::admission_due(regime, complaint).filter(|_| waits),
        complaint: complaint.filed.complaint.clone(),
        due: complaint
            .due
            .filter(|_| complaint.ended.is_none() && !complaint.is_paused()),
        grievance: complaint.filed.grievance,
        received: complaint.received,
        state: complaint.word(),
        tender: complaint.filed.tender.clone(),
    }
}

/// Every complaint in short, or those filed online with one key.
///
/// They come from the docket, which follows the log: whoever asks makes nothing be folded or read again.
pub(crate) async fn listed(doors: &Doors, own: Option<&Hex<32>>) -> Result<Vec<ComplaintSummary>, Outage> {
    doors
        .oversight
        .with_docket(|docket| {
            let short = |complaint: &Complaint| {
                let matter = docket.matter(&complaint.filed.tender);
                summary(complaint, matter.and_then(|matter| matter.regime))
            };
            match own {
                None => docket.complaints().map(short).collect(),
                // What a supervisor entered from paper is the complaint of somebody else.
                Some(key) => docket
                    .complaints_of(key)
                    .filter(|complaint| complaint.filed.paper.is_none())
                    .map(short)
                    .collect(),
            }
        })
        .await
}

/// The complaints
///
/// For supervisors: where each stands and what is due when.
#[utoipa::path(
    get, path = "/api/complaints", tag = "complaints", security(("session" = [])),
    responses((status = 200, body = ComplaintsView))
)]
async fn complaints(State(doors): State<Doors>, caller: Caller) -> Result<Json<ComplaintsView>, Problem> {
    caller.must(Role::Supervisor)?;
    Ok(Json(ComplaintsView {
        calendar: CHINA.version,
        complaints: listed(&doors, None).await?,
    }))
}

/// One complaint, as a supervisor sees it.
#[derive(Debug, Serialize, ToSchema)]
pub struct ComplaintView {
    /// Version of the working-day calendar.
    pub calendar: &'static str,
    /// The `due` that `complaint.accepted` or `complaint.continued` would have to state today.
    #[schema(value_type = Option<i64>)]
    pub due_if_now: Option<Instant>,
    /// Body of `complaint.filed`.
    #[schema(value_type = Object)]
    pub filed: ComplaintFiled,
    /// Why it cannot be taken up: `late` or `no_objection`; null if it can.
    pub obstacle: Option<&'static str>,
    /// In short.
    pub summary: ComplaintSummary,
    /// The first instant at which it would have been too late.
    #[schema(value_type = Option<i64>)]
    pub window_end: Option<Instant>,
}

/// A complaint by its name.
pub(crate) async fn one(
    doors: &Doors,
    tender: &TenderId,
    complaint: &ComplaintId,
) -> Result<(Option<Regime>, Complaint), Problem> {
    let state = doors
        .laws
        .orders
        .state(&Stream::Supervision(tender.clone()))
        .await?;
    let regime = doors
        .oversight
        .with_docket(|docket| docket.matter(tender).and_then(|matter| matter.regime))
        .await?;
    let found = state.complaints.get(complaint).cloned();
    found.map(|found| (regime, found)).ok_or_else(|| {
        not_found(
            "complaint.unknown",
            format!("There is no complaint {complaint} about {tender}."),
            format!("招标项目 {tender} 没有投诉 {complaint}。"),
        )
    })
}

/// What a supervisor needs to know of it.
pub(crate) async fn view(
    doors: &Doors,
    regime: Option<Regime>,
    complaint: &Complaint,
) -> Result<ComplaintView, Outage> {
    let filed = &complaint.filed;
    let known = known_of(doors, complaint, &filed.tender).await?;
    let fitting: Vec<Known> = known
        .into_iter()
        .filter(|known| known.own && clock::covers(known.grievance, filed.grievance))
        .collect();
    let window_end = clock::window_end(regime, filed.known, &fitting);
    let obstacle = if clock::needs_objection(regime, filed.grievance) && fitting.is_empty() {
        Some("no_objection")
    } else if window_end.is_some_and(|end| complaint.received >= end) {
        Some("late")
    } else {
        None
    };
    let now = doors.clock.now();
    let accepted = complaint.accepted.as_ref().map_or(now, |(at, _)| *at);
    Ok(ComplaintView {
        calendar: CHINA.version,
        due_if_now: clock::decision_due(regime, complaint, accepted, now),
        filed: filed.clone(),
        obstacle,
        summary: summary(complaint, regime),
        window_end,
    })
}

/// One complaint
#[utoipa::path(
    get, path = "/api/complaints/{tender}/{complaint}", tag = "complaints", security(("session" = [])),
    params(("tender" = String, Path, description = "The tender"), ("complaint" = String, Path, description = "The complaint")),
    responses((status = 200, body = ComplaintView))
)]
async fn complaint(
    State(doors): State<Doors>,
    caller: Caller,
    Path((tender, complaint)): Path<(TenderId, ComplaintId)>,
) -> Result<Json<ComplaintView>, Problem> {
    caller.must(Role::Supervisor)?;
    let (regime, complaint) = one(&doors, &tender, &complaint).await?;
    Ok(Json(view(&doors, regime, &complaint).await?))
}

/// Asks where a complaint stands.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Tracking {
    /// The tracking number: thirty-two random bytes, hex.
    #[schema(value_type = String)]
    pub number: Hex<32>,
    /// The tender.
    #[schema(value_type = String)]
    pub tender: TenderId,
}

/// Where a complaint stands, for who holds its number.
#[derive(Debug, Serialize, ToSchema)]
pub struct TrackingView {
    /// In short.
    pub summary: ComplaintSummary,
    /// What is missing, if it was sent back.
    pub missing: Option<String>,
    /// Until when it may be completed.
    #[schema(value_type = Option<i64>)]
    pub missing_until: Option<Instant>,
    /// The reason of the refusal or decision.
    pub reason: Option<String>,
}

/// The complaint of a tracking number.
pub(crate) async fn tracked(doors: &Doors, asked: &Tracking) -> Result<TrackingView, Problem> {
    let wanted = Hex(ledger::message::tracking(asked.number.bytes()));
    let state = doors
        .laws
        .orders
        .state(&Stream::Supervision(asked.tender.clone()))
        .await?;
    let regime = doors
        .oversight
        .with_docket(|docket| docket.matter(&asked.tender).and_then(|matter| matter.regime))
        .await?;
    let found = state
        .complaints
        .values()
        .find(|complaint| complaint.filed.tracking == wanted);
    let found = found.ok_or_else(|| {
        not_found(
            "tracking.unknown",
            "This number fits no complaint about this tender; compare both with your receipt.",
            "该查询编号与本项目的投诉不符,请与回执核对。",
        )
    })?;
    let returned = found
        .returned
        .as_ref()
        .filter(|_| found.supplemented.is_none())
        .map(|(_, body)| body);
    Ok(TrackingView {
        summary: summary(found, regime),
        missing: returned.map(|body| body.missing.clone()),
        missing_until: returned.map(|body| body.until),
        reason: match &found.ended {
            Some((_, End::Refused(body))) => Some(body.reason.clone()),
            Some((_, End::Decided(body))) => Some(body.reason.clone()),
            _ => None,
        },
    })
}

/// Track a complaint
///
/// For whoever holds the number; no account is needed.
#[utoipa::path(
    post, path = "/api/tracking", tag = "complaints", request_body = Tracking,
    responses((status = 200, body = TrackingView))
)]
async fn track(State(doors): State<Doors>, bytes: Bytes) -> Result<Json<TrackingView>, Problem> {
    let asked: Tracking = serde_json::from_slice(&bytes).map_err(|error| {
        bad_request(
            "tracking.malformed",
            format!("Send {{\"number\":…,\"tender\":…}}, the number as 64 hex digits: {error}."),
            format!("请发送 {{\"number\":…,\"tender\":…}},编号为64位十六进制:{error}。"),
        )
    })?;
    Ok(Json(tracked(&doors, &asked).await?))
}
