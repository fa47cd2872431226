//! The expert's desk: the own seat's view and the files under the codes.
//!
//! Invariant: only who sits on the panel and declared to be free of conflict reads anything of the
//! bids, and what is read names neither price nor bidder; to all others the evaluation does not exist.

mod calls;
mod device;
pub mod ledger;
mod names;
pub mod spread;
pub mod steps;
mod views;

use crate::dossiers::Dossiers;
use crate::law::{Command, Evaluations, Seat, State as Evaluation, Step};
use crate::panels::Panels;
use crate::pool::Pools;
use axum::body::Body;
use axum::extract::{FromRef, Path, State};
use axum::http::header::{CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_LENGTH, CONTENT_TYPE};
use axum::http::{HeaderMap, Uri};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::{Json, Router};
use desk::{Caller, Gate, Problem, Reader, Scribe};
use facts::id::{CodeId, PartId, SeatId};
use facts::{Role, Stream, TenderId};
use std::sync::Arc;
use utoipa::OpenApi;
pub use views::{
    CodeView, EvaluationsView, FileView, ItemView, PlaceView, RejectedView, ReviewView, SaidView, View,
};

/// The routes of the expert's desk. Acts go through the front door; what the desk itself writes is which seat was
/// given which file, before it is given.
pub fn router(
    evaluations: Scribe<Evaluations>,
    panels: Panels,
    pools: Reader<Pools>,
    dossiers: Arc<dyn Dossiers>,
    gate: Gate,
) -> Router {
    Router::new()
        .route("/api/evaluations", get(places))
        .route("/api/evaluations/{tender}", get(view))
        .route("/api/evaluations/{tender}/steps", get(steps::steps))
        .route("/api/evaluations/{tender}/calls", get(calls::calls))
        .route("/api/evaluations/{tender}/files/{code}/{part}", get(file))
        .route(
            "/api/evaluations/{tender}/files/{code}/{part}/names",
            get(names::names),
        )
        .route("/api/pools/{pool}", get(calls::pool))
        .with_state(ExpertDesk {
            evaluations,
            panels,
            pools,
            dossiers,
            gate,
        })
}

/// The description of these routes.
#[derive(Debug, OpenApi)]
#[openapi(paths(places, view, steps::steps, file, names::names, calls::calls, calls::pool))]
pub struct Api;

#[derive(Clone)]
struct ExpertDesk {
    evaluations: Scribe<Evaluations>,
    panels: Panels,
    pools: Reader<Pools>,
    dossiers: Arc<dyn Dossiers>,
    gate: Gate,
}

impl FromRef<ExpertDesk> for Gate {
    fn from_ref(desk: &ExpertDesk) -> Self {
        desk.gate.clone()
    }
}

/// Your evaluations
///
/// The panels that the expert who asks sits on, ascending by tender.
#[utoipa::path(get, path = "/api/evaluations", responses((status = 200, body = EvaluationsView)))]
async fn places(State(desk): State<ExpertDesk>, caller: Caller) -> Result<Json<EvaluationsView>, Problem> {
    let expert = caller.must(Role::Expert)?;
    let places = desk.panels.of(expert).await?;
    let evaluations = places.iter().map(PlaceView::of).collect();
    Ok(Json(EvaluationsView { evaluations }))
}

/// What your seat sees
#[utoipa::path(
    get, path = "/api/evaluations/{tender}",
    params(("tender" = String, Path, description = "The tender")),
    responses((status = 200, body = View), (status = 404, description = "You sit on no such panel"))
)]
async fn view(
    State(desk): State<ExpertDesk>,
    caller: Caller,
    Path(tender): Path<String>,
) -> Result<Json<View>, Problem> {
    let (tender, evaluation) = desk.evaluation(&caller, &tender).await?;
    let (seat, own) = seat(&evaluation, &caller)?;
    let is_over = evaluation.concluded.is_some();
    let codes = if own.free && !is_over {
        desk.codes(&tender, &evaluation).await?
    } else {
        Vec::new()
    };
    Ok(Json(View::of(tender, seat, own, &evaluation, codes)))
}

/// A file of a bid, under its code
#[utoipa::path(
    get, path = "/api/evaluations/{tender}/files/{code}/{part}",
    params(
        ("tender" = String, Path, description = "The tender"),
        ("code" = String, Path, description = "The code"),
        ("part" = String, Path, description = "The part"),
    ),
    responses((status = 200, description = "The file"), (status = 404, description = "No such file for you"))
)]
async fn file(
    State(desk): State<ExpertDesk>,
    caller: Caller,
    Path((tender, code, part)): Path<(String, String, String)>,
    uri: Uri,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let (tender, evaluation) = desk.evaluation(&caller, &tender).await?;
    let (seat, own) = seat(&evaluation, &caller)?;
    if !own.free || evaluation.step() < Step::Declaring {
        return Err(undeclared());
    }
    if evaluation.concluded.is_some() {
        return Err(over());
    }
    let (origin, now) = (&desk.gate.origin, desk.gate.clock.now());
    device::check(&evaluation.room, seat, origin, uri.path(), &headers, now)?;
    let (Ok(code), Ok(part)) = (CodeId::parse(&code), PartId::parse(&part)) else {
        return Err(no_file());
    };
    if !evaluation.codes.contains_key(&code) {
        return Err(no_file());
    }
    // Only what is listed is given out: the list is the port's promise of what the panel may read.
    let files = desk.dossiers.files(&tender, &code).await?;
    let Some(listed) = files.into_iter().find(|file| file.part == part) else {
        return Err(no_file());
    };
    let Some(content) = desk.dossiers.content(&tender, &code, &part).await? else {
        return Err(no_file());
    };
    // In the log first: what cannot be recorded is not read.
    let read = Command::Read {
        seat: seat.clone(),
        code: code.clone(),
        part: part.clone(),
    };
    let stream = Stream::Evaluation(tender);
    desk.evaluations.submit(stream, read).await?;
    let headers = [
        (CONTENT_TYPE, "application/octet-stream".to_owned()),
        (CONTENT_LENGTH, listed.bytes.to_string()),
        (
            CONTENT_DISPOSITION,
            format!("attachment; filename=\"{code}-{part}\""),
        ),
        (CACHE_CONTROL, "no-store".to_owned()),
    ];
    Ok((headers, Body::from_stream(content)).into_response())
}

impl ExpertDesk {
    async fn evaluation(
        &self,
        caller: &Caller,
        tender: &str,
    ) -> Result<(TenderId, Arc<Evaluation>), Problem> {
        caller.must(Role::Expert)?;
        let tender = TenderId::parse(tender).map_err(|_| no_seat())?;
        let state = self.panels.state(&tender).await?;
        Ok((tender, state))
    }

    async fn codes(&self, tender: &TenderId, evaluation: &Evaluation) -> Result<Vec<CodeView>, Problem> {
        let mut codes = Vec::new();
        for bid in evaluation.opened.iter().flat_map(|opened| &opened.bids) {
            let files = self.dossiers.files(tender, &bid.code).await?;
            let files = files.into_iter().map(|file| FileView {
                bytes: file.bytes,
                part: file.part,
            });
            codes.push(CodeView {
                code: bid.code.clone(),
                files: files.collect(),
                lot: bid.lot.clone(),
                price: evaluation.prices_open().then_some(bid.price.minor),
            });
        }
        Ok(codes)
    }
}

fn seat<'a>(evaluation: &'a Evaluation, caller: &Caller) -> Result<(&'a SeatId, &'a Seat), Problem> {
    evaluation.seat_of(&caller.account).ok_or_else(no_seat)
}

/// What is told to whoever sits on no such panel, or looks for one that does not exist.
#[must_use]
pub fn no_seat() -> Problem {
    Problem::unknown(
        "You sit on no panel of such a tender.",
        "您不在该招标项目的评标委员会中。",
    )
}

fn no_file() -> Problem {
    Problem::unknown(
        "There is no such file for the panel.",
        "没有可供评标委员会查阅的该文件。",
    )
}

fn over() -> Problem {
    facts::Refusal::new(
        "seat.over_not_allowed",
        "The evaluation is concluded; the files are closed.",
        "评标已结束,投标文件不再开放查阅。",
    )
    .into()
}

fn undeclared() -> Problem {
    facts::Refusal::new(
        "seat.undeclared_not_allowed",
        "Declare your conflicts, or that you have none, before you read a bid.",
        "请先作出回避声明,再查阅投标文件。",
    )
    .into()
}
