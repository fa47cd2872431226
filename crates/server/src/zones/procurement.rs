//! The procurement zone: what is public of tenders, ceremonies and accounts, a bidder's own bids,
//! documents, sealed bodies after the opening, dossiers.
//!
//! Invariant: before the opening nothing here depends on which or how many bids there are.

use crate::doors::Doors;
use crate::dossier;
use crate::zones::files::{attachment, send};
use crate::zones::kept::{is_known, tagged, unchanged};
use crate::zones::problem::{not_found, problem};
use crate::zones::shapes::{
    AccountView, CeremoniesView, CeremonyState, CeremonyView, MineView, RecordView, TenderSummary,
    TenderView, TendersView,
};
use crate::zones::{
    common, decisions, enrolments, live, objections, openapi, openings, own_body, qualification, questions,
    reports, uploads,
};
use axum::body::Body;
use axum::extract::{Path, Query, State};
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_LENGTH, CONTENT_TYPE};
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use axum::{Json, Router};
use desk::ports::Content;
use desk::{Caller, Outage, Problem, Zone};
use facts::body::ceremony::CeremonyCalled;
use facts::body::tender::{Document, TenderAmended, TenderNoticed};
use facts::{AccountId, CeremonyId, Hex, Role, Stream, TenderId};
use futures_util::StreamExt as _;
use serde::Deserialize;
use std::collections::BTreeSet;
use tokio::sync::Semaphore;
use tokio_util::io::ReaderStream;
use utoipa::IntoParams;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// The routes of the zone.
pub fn routes() -> OpenApiRouter<Doors> {
    OpenApiRouter::new()
        .routes(routes!(account))
        .routes(routes!(ceremonies))
        .routes(routes!(ceremony))
        .routes(routes!(tenders))
        .routes(routes!(tender))
        .routes(routes!(document))
        .routes(routes!(mine))
        .routes(routes!(dossier))
        .merge(enrolments::decided())
        .merge(openings::routes())
        .merge(own_body::routes())
        .merge(qualification::routes())
        .merge(questions::routes())
        .merge(reports::routes())
        .merge(objections::routes())
        .merge(decisions::routes())
        .merge(live::routes())
        .merge(uploads::routes())
        .merge(common::routes())
}

/// The zone, with its description.
pub fn router(doors: &Doors) -> Router {
    openapi::served(Zone::Procurement, routes(), None).with_state(doors.clone())
}

/// An account
///
/// What is public of it: not the name, the employer or the contact.
#[utoipa::path(
    get, path = "/api/accounts/{account}", tag = "accounts",
    params(("account" = String, Path, description = "The account")),
    responses(
        (status = 200, body = AccountView),
        (status = 410, description = "It was revoked and its enrolment erased", content_type = "application/problem+json",
            body = desk::problem::Document),
    )
)]
async fn account(
    State(doors): State<Doors>,
    Path(account): Path<AccountId>,
) -> Result<Json<AccountView>, Problem> {
    let directory = &doors.front.directory;
    let Some(known) = directory.account(&account).await? else {
        let revoked = directory.state(&account).await?.revoked;
        // Registrars of the founding stand in the first entry and have no enrolment.
        return match directory.registrar_key(&account).await? {
            Some(key) => Ok(Json(AccountView {
                account,
                custody: None,
                enrolled: 0,
                key,
                revoked,
                roles: [Role::Registrar].into(),
                until: None,
            })),
            None if revoked.is_some() => Err(account_erased(&account)),
            None => Err(no_account(&account)),
        };
    };
    Ok(Json(AccountView {
        account: known.id,
        custody: known.custody,
        enrolled: known.seq,
        key: known.key,
        revoked: known.revoked,
        roles: known.roles,
        until: known.until,
    }))
}

fn no_account(account: &AccountId) -> Problem {
    not_found(
        "account.unknown",
        format!("There is no account {account}."),
        format!("没有账户 {account}。"),
    )
}

fn account_erased(account: &AccountId) -> Problem {
    problem(
        StatusCode::GONE,
        "account.erased_gone",
        format!("The account {account} was revoked and the content of its enrolment was erased."),
        format!("账户 {account} 已注销,其注册内容已依法删除。"),
    )
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct Page {
    /// Name of the stream after which to go on, e.g. `tender/T1`.
    after: Option<String>,
    /// At most so many, 200 unless told, never more than 1000.
    limit: Option<u32>,
}

impl Page {
    fn limit(&self) -> u32 {
        self.limit.unwrap_or(200).clamp(1, 1_000)
    }
}

/// The key ceremonies
#[utoipa::path(
    get, path = "/api/ceremonies", tag = "ceremonies", params(Page), responses((status = 200, body = CeremoniesView))
)]
async fn ceremonies(
    State(doors): State<Doors>,
    Query(page): Query<Page>,
) -> Result<Json<CeremoniesView>, Problem> {
    let mut list = Vec::new();
    for stream in doors
        .log
        .streams("ceremony/", page.after.as_deref(), page.limit())
        .await?
    {
        let state = doors.laws.ceremonies.state(&stream).await?;
        list.extend(state.view().map(|view| view.called.as_ref().clone()));
    }
    Ok(Json(CeremoniesView { ceremonies: list }))
}

/// A key ceremony (密钥仪式)
#[utoipa::path(
    get, path = "/api/ceremonies/{ceremony}", tag = "ceremonies",
    params(("ceremony" = String, Path, description = "The ceremony")),
    responses((status = 200, body = CeremonyView))
)]
async fn ceremony(
    State(doors): State<Doors>,
    Path(ceremony): Path<CeremonyId>,
) -> Result<Json<CeremonyView>, Problem> {
    let stream = Stream::Ceremony(ceremony.clone());
    let state = doors.laws.ceremonies.state(&stream).await?;
    let records = doors.public_history(&stream).await?;
    if !records
        .iter()
        .any(|record| record.of::<CeremonyCalled>().is_some())
    {
        return Err(not_found(
            "ceremony.unknown",
            format!("There is no ceremony {ceremony}."),
            format!("没有密钥仪式 {ceremony}。"),
        ));
    }
    let phase = state.phase().map(procure::ceremony::Phase::word);
    let records = records.iter().map(|record| RecordView::of(record)).collect();
    let state = CeremonyState {
        awaited: state.awaited(),
        due: state.due(),
        phase,
    };
    Ok(Json(CeremonyView { records, state }))
}

fn summary(state: &procure::State) -> TenderSummary {
    TenderSummary {
        closes_at: state.deadline(),
        phase: state.phase().word(),
        regime: state.registered.as_ref().map(|body| body.regime),
        rules: state.rules().map(|version| version.rules),
        suspended: state.pauses.now(),
        tender: state.tender().cloned(),
        title: state.registered.as_ref().map(|body| body.title.clone()),
    }
}

/// The tenders
#[utoipa::path(
    get, path = "/api/tenders", tag = "tenders", params(Page), responses((status = 200, body = TendersView))
)]
async fn tenders(State(doors): State<Doors>, Query(page): Query<Page>) -> Result<Json<TendersView>, Problem> {
    let mut list = Vec::new();
    for stream in doors
        .log
        .streams("tender/", page.after.as_deref(), page.limit())
        .await?
    {
        let state = doors.laws.tenders.state(&stream).await?;
        list.push(summary(&state));
    }
    Ok(Json(TendersView { tenders: list }))
}

/// A tender (招标项目) with its public records
///
/// Its `ETag` changes when something of it becomes public: ask with `If-None-Match`, or watch its events.
#[utoipa::path(
    get, path = "/api/tenders/{tender}", tag = "tenders",
    params(("tender" = String, Path, description = "The tender")),
    responses((status = 200, body = TenderView), (status = 304, description = "Unchanged since the `ETag` you named"))
)]
async fn tender(
    State(doors): State<Doors>,
    Path(tender): Path<TenderId>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let state = doors.tender(&tender).await?;
    let state = summary(state.as_ref());
    let page = doors.gazette.page(&Stream::Tender(tender)).await?;
    let (revision, records) = page.records();
    // Of what is shown and of nothing else: a tag of the stream itself would tell when a sealed bid came in.
    let shown = serde_json::to_vec(&state).map_err(|e| Outage::new("showing a tender", e))?;
    let shown = Hex(ledger::hash::sha256(&shown)).to_string();
    let tag = format!(
        "\"{}-{}\"",
        revision.unwrap_or_default(),
        shown.get(..16).unwrap_or_default()
    );
    if is_known(&headers, &tag) {
        return Ok(unchanged(tag));
    }
    let body = page.answer(&tag, || {
        let records = records.iter().map(|record| RecordView::of(record)).collect();
        let view = TenderView { records, state };
        let body = serde_json::to_vec(&view).map_err(|e| Outage::new("showing a tender", e))?;
        Ok(body.into())
    })?;
    Ok(tagged(tag, body))
}

/// The documents that a tender's notice and addenda list, in a log of so many entries.
pub async fn documents(doors: &Doors, tender: &TenderId, size: u64) -> Result<Vec<Document>, Outage> {
    let mut records = doors.public_history(&Stream::Tender(tender.clone())).await?;
    records.retain(|record| record.seq < size);
    let noticed = records
        .iter()
        .filter_map(|record| record.of::<TenderNoticed>())
        .flat_map(|body| body.documents);
    let amended = records
        .iter()
        .filter_map(|record| record.of::<TenderAmended>())
        .flat_map(|body| body.documents);
    Ok(noticed.chain(amended).collect())
}

/// A document of a tender
#[utoipa::path(
    get, path = "/api/tenders/{tender}/documents/{sha256}", tag = "tenders",
    params(
        ("tender" = String, Path, description = "The tender"),
        ("sha256" = String, Path, description = "SHA-256 of the document, as notice or addendum lists it"),
    ),
    responses((status = 200, description = "The document", content_type = "application/octet-stream", body = Vec<u8>))
)]
async fn document(
    State(doors): State<Doors>,
    Path((tender, sha256)): Path<(TenderId, Hex<32>)>,
) -> Result<Response, Problem> {
    doors.tender(&tender).await?;
    let listed = documents(&doors, &tender, u64::MAX)
        .await?
        .into_iter()
        .find(|document| document.sha256 == sha256);
    let absent = || {
        not_found(
            "document.unknown",
            format!("{tender} lists no document with SHA-256 {sha256}."),
            format!("招标项目 {tender} 未列出该文件({sha256})。"),
        )
    };
    let listed = listed.ok_or_else(absent)?;
    send(&doors, Content::Document, sha256.0, Some(&listed.name))
        .await?
        .ok_or_else(absent)
}

/// My bid in a tender
///
/// A bidder's own facts with their receipts, of any age, and the panel's questions to this bid with their answers.
#[utoipa::path(
    get, path = "/api/tenders/{tender}/bids/mine", tag = "bids", security(("session" = [])),
    params(("tender" = String, Path, description = "The tender")),
    responses((status = 200, body = MineView))
)]
async fn mine(
    State(doors): State<Doors>,
    caller: Caller,
    Path(tender): Path<TenderId>,
) -> Result<Json<MineView>, Problem> {
    let account = caller.must(Role::Bidder)?;
    let state = doors.tender(&tender).await?;
    let own = state
        .entrants
        .get(account)
        .and_then(|bid| Some((bid, state.bids.get(bid)?)));
    let Some((bid, own)) = own else {
        return Ok(Json(MineView {
            bid: None,
            facts: Vec::new(),
            live: None,
            revision: None,
        }));
    };
    // What the panel asked of this bid is the bidder's to see, and nobody else's before the award.
    let asked = state.inquiries.values().filter(|inquiry| inquiry.put.bid == *bid);
    let asked = asked.flat_map(|inquiry| {
        let answered = inquiry.answered.as_ref().map(|(seq, _)| *seq);
        std::iter::once(inquiry.seq).chain(answered)
    });
    let places: BTreeSet<u64> = own.facts.iter().copied().chain(asked).collect();
    let mut facts = Vec::with_capacity(places.len());
    for seq in places {
        let landed = doors.pen.landed(seq).await?;
        let receipt = Some(landed.receipt().await?);
        facts.push(RecordView {
            receipt,
            ..RecordView::of(&landed.record)
        });
    }
    Ok(Json(MineView {
        bid: Some(bid.clone()),
        facts,
        live: Some(own.live),
        revision: Some(own.revision()),
    }))
}

/// The dossier of a tender (证据包)
///
/// Everything that is public of it, in one tar file; `kaibiao-verify` checks it offline.
#[utoipa::path(
    get, path = "/api/tenders/{tender}/dossier", tag = "tenders",
    params(("tender" = String, Path, description = "The tender")),
    responses((status = 200, description = "The tar file", content_type = "application/x-tar", body = Vec<u8>))
)]
async fn dossier(State(doors): State<Doors>, Path(tender): Path<TenderId>) -> Result<Response, Problem> {
    // Each of them is a copy of the log on the disk until its reader has it.
    let place = DOSSIERS.try_acquire().map_err(|_| too_many_dossiers())?;
    let file = dossier::write(&doors, &tender).await?;
    let length = file
        .metadata()
        .await
        .map_err(|e| Outage::new("reading a dossier", e))?
        .len();
    let parts = ReaderStream::with_capacity(file, 256 * 1024).map(move |part| {
        let _held_until_sent = &place;
        part
    });
    Response::builder()
        .header(CONTENT_TYPE, "application/x-tar")
        .header(CONTENT_LENGTH, length)
        .header(CONTENT_DISPOSITION, attachment(&format!("{tender}.dossier.tar")))
        .body(Body::from_stream(parts))
        .map_err(|e| Outage::new("answering with a dossier", e).into())
}

/// Dossiers that may be on their way at once.
static DOSSIERS: Semaphore = Semaphore::const_new(16);

fn too_many_dossiers() -> Problem {
    problem(
        StatusCode::TOO_MANY_REQUESTS,
        "rate.dossiers",
        "Too many dossiers are on their way; try again in a minute.",
        "正在下载的证据包过多,请稍后再试。",
    )
}
