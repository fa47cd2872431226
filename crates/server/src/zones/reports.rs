//! The evaluation report, for those who may read it: panel and supervision when it is there, the buyer when it is
//! complete, everybody after the award.
//!
//! Invariant: before the award nobody else learns from here who sits on the panel (招标投标法37); what is given out is
//! what the members signed, byte for byte.

use crate::couriers::report::printed;
use crate::doors::Doors;
use crate::printing::annex;
use crate::zones::problem::{forbidden, not_found};
use axum::Json;
use axum::extract::{Path, Query, State};
use axum::http::header::{CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};
use desk::{Caller, Problem, Zone};
use evaluate::Reported;
use facts::body::evaluation::{ReportAssembled, ReportSigned};
use facts::{Role, Stream, TenderId};
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// The routes of the procurement zone.
pub fn routes() -> OpenApiRouter<Doors> {
    OpenApiRouter::new().routes(routes!(report)).routes(routes!(pdf))
}

/// The routes of the evaluation zone.
pub fn panel_routes() -> OpenApiRouter<Doors> {
    OpenApiRouter::new()
        .routes(routes!(panel_report))
        .routes(routes!(panel_pdf))
}

/// The routes of the supervision zone.
pub fn docket_routes() -> OpenApiRouter<Doors> {
    OpenApiRouter::new()
        .routes(routes!(docket_report))
        .routes(routes!(docket_pdf))
}

/// Which report: that of the last round, unless another is asked for.
#[derive(Debug, Clone, Copy, Default, Deserialize)]
pub struct Round {
    /// The round, from 1.
    pub round: Option<u32>,
}

/// Which paper of a report.
#[derive(Debug, Clone, Copy, Default, Deserialize)]
struct Paper {
    /// As in [`Round`].
    round: Option<u32>,
    /// Its annex with what the members said, once it is complete, instead of the report.
    #[serde(default)]
    annex: bool,
}

/// A report.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ReportView {
    /// Body of `report.assembled`.
    #[schema(value_type = Object)]
    pub assembled: ReportAssembled,
    /// Position of `report.completed`, once it is complete.
    pub completed: Option<u64>,
    /// The canonical document; its SHA-256 is `assembled.document`.
    #[schema(value_type = Object)]
    pub document: serde_json::Value,
    /// Position of `report.assembled`.
    pub seq: u64,
    /// Bodies of `report.signed`, by seat.
    #[schema(value_type = Vec<Object>)]
    pub signed: Vec<ReportSigned>,
}

/// The evaluation report of a tender
///
/// 评标报告: for its buyer and its agent when it is complete (招标投标法40), for everybody after the award.
#[utoipa::path(
    get, path = "/api/tenders/{tender}/report", tag = "tenders", security((), ("session" = [])),
    params(
        ("tender" = String, Path, description = "The tender"),
        ("round" = Option<u32>, Query, description = "An earlier round, where it was evaluated again by order"),
    ),
    responses((status = 200, body = ReportView))
)]
async fn report(
    State(doors): State<Doors>,
    caller: Option<Caller>,
    Path(tender): Path<TenderId>,
    Query(round): Query<Round>,
) -> Result<Json<ReportView>, Problem> {
    shown(&doors, caller.as_ref(), tender, round).await
}

/// The evaluation report of a tender, printed
///
/// The PDF whose SHA-256 stands in `report.assembled`; for whom the report is.
#[utoipa::path(
    get, path = "/api/tenders/{tender}/report.pdf", tag = "tenders", security((), ("session" = [])),
    params(
        ("tender" = String, Path, description = "The tender"),
        ("round" = Option<u32>, Query, description = "An earlier round, where it was evaluated again by order"),
        ("annex" = Option<bool>, Query, description = "The annex instead (评标报告附页): what each member said, dissent with its reasons, once the report is complete"),
    ),
    responses((status = 200, description = "The PDF", content_type = "application/pdf"))
)]
async fn pdf(
    State(doors): State<Doors>,
    caller: Option<Caller>,
    Path(tender): Path<TenderId>,
    Query(paper): Query<Paper>,
) -> Result<Response, Problem> {
    sent(&doors, caller.as_ref(), tender, paper).await
}

/// The evaluation report of your panel
///
/// 评标报告: for the seats of the panel as soon as it is put together, for everybody after the award.
#[utoipa::path(
    get, path = "/api/evaluations/{tender}/report", tag = "evaluation", security((), ("session" = [])),
    params(
        ("tender" = String, Path, description = "The tender"),
        ("round" = Option<u32>, Query, description = "An earlier round, where it was evaluated again by order"),
    ),
    responses((status = 200, body = ReportView))
)]
async fn panel_report(
    State(doors): State<Doors>,
    caller: Option<Caller>,
    Path(tender): Path<TenderId>,
    Query(round): Query<Round>,
) -> Result<Json<ReportView>, Problem> {
    shown(&doors, caller.as_ref(), tender, round).await
}

/// The evaluation report of your panel, printed
#[utoipa::path(
    get, path = "/api/evaluations/{tender}/report.pdf", tag = "evaluation", security((), ("session" = [])),
    params(
        ("tender" = String, Path, description = "The tender"),
        ("round" = Option<u32>, Query, description = "An earlier round, where it was evaluated again by order"),
        ("annex" = Option<bool>, Query, description = "The annex instead (评标报告附页): what each member said, dissent with its reasons, once the report is complete"),
    ),
    responses((status = 200, description = "The PDF", content_type = "application/pdf"))
)]
async fn panel_pdf(
    State(doors): State<Doors>,
    caller: Option<Caller>,
    Path(tender): Path<TenderId>,
    Query(paper): Query<Paper>,
) -> Result<Response, Problem> {
    sent(&doors, caller.as_ref(), tender, paper).await
}

/// The evaluation report, for supervision
///
/// 评标报告: as soon as it is put together; before that supervision sees the steps and no content.
#[utoipa::path(
    get, path = "/api/docket/{tender}/report", tag = "supervision", security((), ("session" = [])),
    params(
        ("tender" = String, Path, description = "The tender"),
        ("round" = Option<u32>, Query, description = "An earlier round, where it was evaluated again by order"),
    ),
    responses((status = 200, body = ReportView))
)]
async fn docket_report(
    State(doors): State<Doors>,
    caller: Option<Caller>,
    Path(tender): Path<TenderId>,
    Query(round): Query<Round>,
) -> Result<Json<ReportView>, Problem> {
    shown(&doors, caller.as_ref(), tender, round).await
}

/// The evaluation report, printed, for supervision
#[utoipa::path(
    get, path = "/api/docket/{tender}/report.pdf", tag = "supervision", security((), ("session" = [])),
    params(
        ("tender" = String, Path, description = "The tender"),
        ("round" = Option<u32>, Query, description = "An earlier round, where it was evaluated again by order"),
        ("annex" = Option<bool>, Query, description = "The annex instead (评标报告附页): what each member said, dissent with its reasons, once the report is complete"),
    ),
    responses((status = 200, description = "The PDF", content_type = "application/pdf"))
)]
async fn docket_pdf(
    State(doors): State<Doors>,
    caller: Option<Caller>,
    Path(tender): Path<TenderId>,
    Query(paper): Query<Paper>,
) -> Result<Response, Problem> {
    sent(&doors, caller.as_ref(), tender, paper).await
}

async fn shown(
    doors: &Doors,
    caller: Option<&Caller>,
    tender: TenderId,
    round: Round,
) -> Result<Json<ReportView>, Problem> {
    let reported = allowed(doors, caller, &tender, round).await?;
    let report = assembled(doors, &tender, &reported).await?;
    let document = report
        .canonical()
        .map_err(|e| desk::Outage::new("putting a report together", e))?;
    let (seq, assembled) = reported.assembled;
    Ok(Json(ReportView {
        assembled,
        completed: reported.completed,
        document: serde_json::Value::Object(document.into_members()),
        seq,
        signed: reported.signed.into_values().collect(),
    }))
}

/// The report on record, put together again from the log.
pub(crate) async fn assembled(
    doors: &Doors,
    tender: &TenderId,
    reported: &Reported,
) -> Result<evaluate::Report, Problem> {
    let records = doors.log.history(&Stream::Evaluation(tender.clone()), 0).await?;
    let (_, body) = &reported.assembled;
    evaluate::report::assemble(&records, body.concluded).ok_or_else(|| none(tender))
}

async fn sent(
    doors: &Doors,
    caller: Option<&Caller>,
    tender: TenderId,
    paper: Paper,
) -> Result<Response, Problem> {
    let reported = allowed(doors, caller, &tender, Round { round: paper.round }).await?;
    let (_, assembled) = &reported.assembled;
    let (name, bytes) = if paper.annex {
        ("report-annex", annex(doors, &tender, &reported).await?)
    } else {
        (
            "report",
            printed(doors, &tender, assembled.concluded, &assembled.pdf).await?,
        )
    };
    let bytes = bytes.ok_or_else(|| none(&tender))?;
    let headers = [
        (CONTENT_TYPE, "application/pdf".to_owned()),
        (
            CONTENT_DISPOSITION,
            format!("inline; filename=\"{name}-{tender}-{}.pdf\"", assembled.round),
        ),
        (CACHE_CONTROL, "private, no-cache".to_owned()),
    ];
    Ok((headers, bytes).into_response())
}

/// The report, if this person may read it now; members of a panel read that of their own round only.
pub(crate) async fn allowed(
    doors: &Doors,
    caller: Option<&Caller>,
    tender: &TenderId,
    round: Round,
) -> Result<Reported, Problem> {
    let state = doors.tender(tender).await?;
    let stream = Stream::Evaluation(tender.clone());
    let evaluation: Arc<evaluate::State> = doors.laws.evaluations.state(&stream).await?;
    let public = state.award.is_some() || (evaluation.concluded.is_some() && evaluation.seats.is_empty());
    let owner = |caller: &Caller| {
        let registered = state.registered.as_ref();
        let owns = registered
            .is_some_and(|body| body.buyer == caller.account || body.agent.as_ref() == Some(&caller.account));
        owns && (caller.is(Role::Buyer) || caller.is(Role::Agent))
    };
    let sits = |caller: &Caller| {
        caller.zone == Zone::Evaluation
            && caller.is(Role::Expert)
            && evaluation.seat_of(&caller.account).is_some()
    };
    let oversees = |caller: &Caller| caller.zone == Zone::Supervision && caller.is(Role::Supervisor);
    let (owns, oversees) = (caller.is_some_and(owner), caller.is_some_and(oversees));
    if !public && !owns && !oversees && !caller.is_some_and(sits) {
        return Err(forbidden(
            "report.not_yours",
            format!(
                "The report of {tender} is public after the award; before, only its panel, supervision and, once it is complete, its buyer read it."
            ),
            format!(
                "招标项目 {tender} 的评标报告在定标后公开;此前仅供其评标委员会、监督部门及(签署完成后)招标人查阅。"
            ),
        ));
    }
    let mut all = evaluation.earlier.iter().chain(&evaluation.report);
    let found = if public || owns || oversees {
        let fits = |report: &&Reported| round.round.is_none_or(|round| report.assembled.1.round == round);
        all.rfind(fits)
    } else {
        evaluation.report.as_ref()
    };
    found
        .filter(|report| public || !owns || report.completed.is_some())
        .cloned()
        .ok_or_else(|| none(tender))
}

fn none(tender: &TenderId) -> Problem {
    not_found(
        "report.unknown",
        format!("There is no report of {tender} for you yet."),
        format!("招标项目 {tender} 尚无可供您查阅的评标报告。"),
    )
}
