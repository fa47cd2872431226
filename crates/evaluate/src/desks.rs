//! The expert's desk: the own seat's view and the files under the codes.
//!
//! Invariant: only who sits on the panel and declared to be free of conflict reads anything of the
//! bids, and what is read names neither price nor bidder; to all others the evaluation does not exist.

use crate::dossiers::Dossiers;
use crate::law::{Evaluations, Seat, State as Evaluation, Step};
use crate::method;
use axum::body::Body;
use axum::extract::{FromRef, Path, State};
use axum::http::header::{CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_LENGTH, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::{Json, Router};
use desk::{Caller, Gate, Problem, Reader};
use facts::body::tender::Method;
use facts::id::{CodeId, ItemId, LotId, PartId, SeatId};
use facts::{Hex, Role, Stream, TenderId};
use serde::Serialize;
use std::sync::Arc;
use utoipa::{OpenApi, ToSchema};

/// The routes of the expert's desk. It can look and not write: acts go through the front door.
pub fn router(evaluations: Reader<Evaluations>, dossiers: Arc<dyn Dossiers>, gate: Gate) -> Router {
    Router::new()
        .route("/api/evaluations/{tender}", get(view))
        .route("/api/evaluations/{tender}/files/{code}/{part}", get(file))
        .with_state(ExpertDesk {
            evaluations,
            dossiers,
            gate,
        })
}

/// The description of these routes.
#[derive(Debug, OpenApi)]
#[openapi(paths(view, file))]
pub struct Api;

#[derive(Clone)]
struct ExpertDesk {
    evaluations: Reader<Evaluations>,
    dossiers: Arc<dyn Dossiers>,
    gate: Gate,
}

impl FromRef<ExpertDesk> for Gate {
    fn from_ref(desk: &ExpertDesk) -> Self {
        desk.gate.clone()
    }
}

/// What a seat sees.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct View {
    /// The bids under their codes; empty until the seat is declared free of conflict.
    pub codes: Vec<CodeView>,
    /// The seat's own commitment.
    #[schema(value_type = Option<String>)]
    pub commitment: Option<Hex<32>>,
    /// Whether the seat is declared free of conflict.
    pub free: bool,
    /// What is judged.
    pub items: Vec<ItemView>,
    /// Whether the seat's sheet is revealed.
    pub revealed: bool,
    /// The seat.
    #[schema(value_type = String)]
    pub seat: SeatId,
    /// `appointing`, `declaring`, `committing`, `revealing` or `concluded`.
    pub step: &'static str,
    /// The tender.
    #[schema(value_type = String)]
    pub tender: TenderId,
}

/// One bid as a seat sees it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct CodeView {
    /// The code.
    #[schema(value_type = String)]
    pub code: CodeId,
    /// The files to read.
    pub files: Vec<FileView>,
    /// The lot.
    #[schema(value_type = String)]
    pub lot: LotId,
}

/// One file as a seat sees it; its hash is left out, for the opening record shows it beside the bidder later.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct FileView {
    /// Length in bytes.
    pub bytes: u64,
    /// The part.
    #[schema(value_type = String)]
    pub part: PartId,
}

/// One item of the sheet.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct ItemView {
    /// The item.
    #[schema(value_type = String)]
    pub item: ItemId,
    /// Highest value: hundredths of a point, or 1 where an item is passed or failed.
    pub max: i64,
    /// What is judged, in words, where the notice says it.
    pub title: Option<String>,
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
    let codes = if own.free {
        desk.codes(&tender, &evaluation).await?
    } else {
        Vec::new()
    };
    Ok(Json(View {
        codes,
        commitment: own.commitment,
        free: own.free,
        items: evaluation
            .opened
            .as_ref()
            .map(|opened| items(&opened.method))
            .unwrap_or_default(),
        revealed: own.sheet.is_some(),
        seat: seat.clone(),
        step: evaluation.step().word(),
        tender,
    }))
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
) -> Result<Response, Problem> {
    let (tender, evaluation) = desk.evaluation(&caller, &tender).await?;
    let (_, own) = seat(&evaluation, &caller)?;
    if !own.free || evaluation.step() < Step::Declaring {
        return Err(undeclared());
    }
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
        let state = self
            .evaluations
            .state(&Stream::Evaluation(tender.clone()))
            .await?;
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
            });
        }
        Ok(codes)
    }
}

fn seat<'a>(evaluation: &'a Evaluation, caller: &Caller) -> Result<(&'a SeatId, &'a Seat), Problem> {
    evaluation.seat_of(&caller.account).ok_or_else(no_seat)
}

fn items(method: &Method) -> Vec<ItemView> {
    let title = |item: &ItemId| match method {
        Method::Composite { items, .. } => items
            .iter()
            .find(|scored| scored.item == *item)
            .map(|scored| scored.title.clone()),
        Method::Declared(declared) => (declared.items.iter())
            .find(|scored| scored.item == *item)
            .map(|scored| scored.title.clone()),
        Method::LowestEvaluated { .. } => None,
    };
    let items = method::items(method).into_iter();
    items
        .map(|(item, max)| ItemView {
            item: item.clone(),
            max,
            title: title(item),
        })
        .collect()
}

fn no_seat() -> Problem {
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

fn undeclared() -> Problem {
    facts::Refusal::new(
        "seat.undeclared_not_allowed",
        "Declare your conflicts, or that you have none, before you read a bid.",
        "请先作出回避声明,再查阅投标文件。",
    )
    .into()
}
