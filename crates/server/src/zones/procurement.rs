//! The procurement zone: what is public of tenders, ceremonies and accounts, a bidder's own bids,
//! documents, sealed bodies after the opening, dossiers.
//!
//! Invariant: before the opening nothing here depends on which or how many bids there are.

use crate::doors::Doors;
use crate::dossier;
use crate::zones::problem::not_found;
use crate::zones::{common, uploads};
use axum::body::Body;
use axum::extract::{Path, Query, State};
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_LENGTH, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::{Json, Router};
use desk::ports::Content;
use desk::{Caller, Outage, Problem};
use facts::body::ceremony::CeremonyCalled;
use facts::body::tender::{Document, PartRole, TenderAmended, TenderNoticed};
use facts::id::StageId;
use facts::{AccountId, CeremonyId, Hex, Record, Role, Stream, TenderId};
use serde::Deserialize;
use serde_json::{Value, json};
use tokio_util::io::ReaderStream;

/// The routes of the zone.
pub fn router(doors: &Doors) -> Router {
    Router::new()
        .route("/api/accounts/{account}", get(account))
        .route("/api/ceremonies", get(ceremonies))
        .route("/api/ceremonies/{ceremony}", get(ceremony))
        .route("/api/tenders", get(tenders))
        .route("/api/tenders/{tender}", get(tender))
        .route("/api/tenders/{tender}/documents/{sha256}", get(document))
        .route("/api/tenders/{tender}/bids/mine", get(mine))
        .route("/api/tenders/{tender}/envelopes/{stage}", get(envelopes))
        .route("/api/tenders/{tender}/bodies/{submission}", get(body))
        .route("/api/tenders/{tender}/dossier", get(dossier))
        .merge(uploads::router())
        .merge(common::router())
        .with_state(doors.clone())
}

/// A public record as the API shows it.
pub fn shown(record: &Record) -> Value {
    json!({
        "actor": record.actor.map_or_else(|| "platform".to_owned(), |key| key.to_string()),
        "at": record.at,
        "body": record.body.members(),
        "kind": record.kind,
        "seq": record.seq,
    })
}

async fn account(State(doors): State<Doors>, Path(account): Path<AccountId>) -> Result<Response, Problem> {
    let known = doors.front.directory.account(&account).await?.ok_or_else(|| {
        not_found("account.unknown", format!("There is no account {account}."), format!("没有账户 {account}。"))
    })?;
    Ok(Json(json!({
        "account": known.id,
        "custody": known.custody,
        "key": known.key,
        "revoked": known.revoked,
        "roles": known.roles,
    }))
    .into_response())
}

#[derive(Deserialize)]
struct Page {
    after: Option<String>,
    limit: Option<u32>,
}

impl Page {
    fn limit(&self) -> u32 {
        self.limit.unwrap_or(200).clamp(1, 1_000)
    }
}

async fn ceremonies(State(doors): State<Doors>, Query(page): Query<Page>) -> Result<Response, Problem> {
    let mut list = Vec::new();
    for stream in doors.log.streams("ceremony/", page.after.as_deref(), page.limit()).await? {
        let state = doors.laws.ceremonies.state(&stream).await?;
        list.extend(state.view().map(|view| view.called.clone()));
    }
    Ok(Json(json!({ "ceremonies": list })).into_response())
}

async fn ceremony(State(doors): State<Doors>, Path(ceremony): Path<CeremonyId>) -> Result<Response, Problem> {
    let stream = Stream::Ceremony(ceremony.clone());
    let state = doors.laws.ceremonies.state(&stream).await?;
    let records = doors.public_history(&stream).await?;
    if !records.iter().any(|record| record.of::<CeremonyCalled>().is_some()) {
        return Err(not_found(
            "ceremony.unknown",
            format!("There is no ceremony {ceremony}."),
            format!("没有密钥仪式 {ceremony}。"),
        ));
    }
    let phase = state.phase().map(|phase| phase.word());
    let records: Vec<Value> = records.iter().map(shown).collect();
    Ok(Json(json!({ "records": records, "state": { "phase": phase, "due": state.due(), "awaited": state.awaited() } }))
        .into_response())
}

fn summary(state: &procure::State) -> Value {
    json!({
        "closes_at": state.deadline(),
        "phase": state.phase().word(),
        "regime": state.registered.as_ref().map(|body| body.regime),
        "rules": state.rules().map(|version| version.rules),
        "suspended": state.pauses.now(),
        "tender": state.tender(),
        "title": state.registered.as_ref().map(|body| &body.title),
    })
}

async fn tenders(State(doors): State<Doors>, Query(page): Query<Page>) -> Result<Response, Problem> {
    let mut list = Vec::new();
    for stream in doors.log.streams("tender/", page.after.as_deref(), page.limit()).await? {
        let state = doors.laws.tenders.state(&stream).await?;
        list.push(summary(&state));
    }
    Ok(Json(json!({ "tenders": list })).into_response())
}

async fn tender(State(doors): State<Doors>, Path(tender): Path<TenderId>) -> Result<Response, Problem> {
    let state = doors.tender(&tender).await?;
    let records = doors.public_history(&Stream::Tender(tender)).await?;
    let records: Vec<Value> = records.iter().map(shown).collect();
    Ok(Json(json!({ "records": records, "state": summary(&state) })).into_response())
}

/// The documents that a tender's notice and addenda list.
pub async fn documents(doors: &Doors, tender: &TenderId) -> Result<Vec<Document>, Outage> {
    let records = doors.public_history(&Stream::Tender(tender.clone())).await?;
    let noticed = records.iter().filter_map(Record::of::<TenderNoticed>).flat_map(|body| body.documents);
    let amended = records.iter().filter_map(Record::of::<TenderAmended>).flat_map(|body| body.documents);
    Ok(noticed.chain(amended).collect())
}

async fn document(
    State(doors): State<Doors>,
    Path((tender, sha256)): Path<(TenderId, Hex<32>)>,
) -> Result<Response, Problem> {
    doors.tender(&tender).await?;
    let listed = documents(&doors, &tender).await?.into_iter().find(|document| document.sha256 == sha256);
    let absent = || {
        not_found(
            "document.unknown",
            format!("{tender} lists no document with SHA-256 {sha256}."),
            format!("招标项目 {tender} 未列出该文件({sha256})。"),
        )
    };
    let listed = listed.ok_or_else(absent)?;
    send(&doors, Content::Document, sha256.0, Some(&listed.name)).await?.ok_or_else(absent)
}

/// Streams an object of the vault.
async fn send(
    doors: &Doors,
    content: Content,
    digest: [u8; 32],
    name: Option<&str>,
) -> Result<Option<Response>, Problem> {
    let Some(path) = doors.vault.path(content, digest).await? else { return Ok(None) };
    let file = tokio::fs::File::open(&path).await.map_err(|e| Outage::new("opening an object of the vault", e))?;
    let length = file.metadata().await.map_err(|e| Outage::new("reading an object of the vault", e))?.len();
    let mut response = Response::builder()
        .header(CONTENT_TYPE, "application/octet-stream")
        .header(CONTENT_LENGTH, length);
    if let Some(name) = name {
        response = response.header(CONTENT_DISPOSITION, attachment(name));
    }
    let body = Body::from_stream(ReaderStream::with_capacity(file, 256 * 1024));
    response.body(body).map(Some).map_err(|e| Outage::new("answering with a file", e).into())
}

/// RFC 6266 with the name in UTF-8 (RFC 8187).
fn attachment(name: &str) -> String {
    let encoded: String = name
        .bytes()
        .map(|b| if b.is_ascii_alphanumeric() || b == b'.' { char::from(b).to_string() } else { format!("%{b:02X}") })
        .collect();
    format!("attachment; filename*=UTF-8''{encoded}")
}

async fn mine(
    State(doors): State<Doors>,
    caller: Caller,
    Path(tender): Path<TenderId>,
) -> Result<Response, Problem> {
    let account = caller.must(Role::Bidder)?;
    let state = doors.tender(&tender).await?;
    let own = state.entrants.get(account).and_then(|bid| Some((bid, state.bids.get(bid)?)));
    let Some((bid, own)) = own else {
        return Ok(Json(json!({ "bid": null, "facts": [] })).into_response());
    };
    let mut facts = Vec::with_capacity(own.facts.len());
    for seq in &own.facts {
        let landed = doors.pen.landed(*seq).await?;
        let mut value = shown(&landed.record);
        if let Some(object) = value.as_object_mut() {
            object.insert("receipt".to_owned(), landed.receipt().await?.into());
        }
        facts.push(value);
    }
    Ok(Json(json!({ "bid": bid, "facts": facts, "live": own.live, "revision": own.revision() })).into_response())
}

async fn envelopes(
    State(doors): State<Doors>,
    Path((tender, stage)): Path<(TenderId, StageId)>,
) -> Result<Response, Problem> {
    let state = doors.tender(&tender).await?;
    let opening = state.openings.get(&stage).ok_or_else(|| {
        not_found(
            "list.unknown",
            format!("The list of {tender}, stage {stage}, is not frozen yet."),
            format!("招标项目 {tender} 阶段 {stage} 的开标名单尚未形成。"),
        )
    })?;
    let mut list = Vec::with_capacity(opening.frozen.envelopes.len());
    for listed in &opening.frozen.envelopes {
        let Some(bid) = state.bids.get(&listed.bid) else { continue };
        let Some(submitted) = bid.submissions.iter().find(|s| s.seq == listed.seq) else { continue };
        let envelope = submitted.body.envelopes.iter().find(|e| e.submission == listed.submission);
        let Some(envelope) = envelope else { continue };
        list.push(json!({
            "bid": listed.bid, "bid_key": bid.key, "blk": envelope.blk, "body_digest": envelope.body_digest,
            "body_length": envelope.body_length, "closes_at": state.closes_at(&submitted.body.rules),
            "envelope": listed.envelope, "header": envelope.header, "key_id": envelope.key_id,
            "lot": envelope.lot, "part": envelope.part, "rules": submitted.body.rules, "seq": listed.seq,
            "sig": envelope.sig, "submission": listed.submission,
        }));
    }
    Ok(Json(list).into_response())
}

async fn body(
    State(doors): State<Doors>,
    Path((tender, submission)): Path<(TenderId, Hex<16>)>,
) -> Result<Response, Problem> {
    let state = doors.tender(&tender).await?;
    let absent = || {
        not_found(
            "body.unknown",
            format!("{tender} shows no opened public envelope {submission}."),
            format!("招标项目 {tender} 没有已公开的信封 {submission}。"),
        )
    };
    let digest = public_bodies(&state).into_iter().find(|(id, _)| *id == submission).ok_or_else(absent)?.1;
    send(&doors, Content::Body, digest.0, None).await?.ok_or_else(absent)
}

/// The sealed bodies that anybody may have: parts that are not for the panel alone, of recorded stages.
#[must_use]
pub fn public_bodies(state: &procure::State) -> Vec<(Hex<16>, Hex<32>)> {
    let mut bodies = Vec::new();
    for opening in state.openings.values().filter(|opening| opening.recorded.is_some()) {
        for listed in &opening.frozen.envelopes {
            let Some(bid) = state.bids.get(&listed.bid) else { continue };
            let submitted = bid.submissions.iter().filter(|s| s.seq == listed.seq);
            let envelope = submitted.flat_map(|s| &s.body.envelopes).find(|e| e.submission == listed.submission);
            let Some(envelope) = envelope else { continue };
            if state.part(&envelope.part).is_some_and(|(_, part)| part.role != PartRole::Panel) {
                bodies.push((listed.submission, envelope.body_digest));
            }
        }
    }
    bodies
}

async fn dossier(State(doors): State<Doors>, Path(tender): Path<TenderId>) -> Result<Response, Problem> {
    let state = doors.tender(&tender).await?;
    let file = dossier::write(&doors, &tender, &state).await?;
    let length = file.metadata().await.map_err(|e| Outage::new("reading a dossier", e))?.len();
    Response::builder()
        .header(CONTENT_TYPE, "application/x-tar")
        .header(CONTENT_LENGTH, length)
        .header(CONTENT_DISPOSITION, attachment(&format!("{tender}.dossier.tar")))
        .body(Body::from_stream(ReaderStream::with_capacity(file, 256 * 1024)))
        .map_err(|e| Outage::new("answering with a dossier", e).into())
}
