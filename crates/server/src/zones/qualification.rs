//! 资格审查 for those who must make it: the bids that were read out, with the files that prove who is qualified.
//!
//! Invariant: buyer and agent of the tender alone are told, and only after the opening; no code of the evaluation and no
//! file of the panel's passes here; every file given out is a fact first.

use crate::doors::Doors;
use crate::opening::opened_name;
use crate::zones::files::attachment;
use crate::zones::problem::{forbidden, not_found};
use axum::Json;
use axum::body::Body;
use axum::extract::{Path, State};
use axum::http::header::{CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_LENGTH, CONTENT_TYPE};
use axum::response::Response;
use desk::{Caller, Outage, Problem};
use facts::body::opening::OpenedPart;
use facts::body::qualification::QualificationRead;
use facts::body::tender::PartRole;
use facts::id::{LotId, PartId};
use facts::{AccountId, BidId, Hex, Role, Stream, TenderId};
use serde::Serialize;
use tokio_util::io::ReaderStream;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// The routes.
pub fn routes() -> OpenApiRouter<Doors> {
    OpenApiRouter::new()
        .routes(routes!(qualification))
        .routes(routes!(file))
}

/// What the buyer reviews (资格审查, 87号令44).
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct QualificationView {
    /// The bids that were read out, ascending by lot and bid.
    pub bids: Vec<QualifiedBid>,
    /// Whether the review is to be made now.
    pub due: bool,
    /// The items, in the order of the method; empty where the panel reviews.
    pub items: Vec<QualifiedItem>,
    /// Bidders who must pass in a lot, or it is not evaluated.
    pub least: u32,
    /// Position of the review, once made.
    pub reviewed: Option<u64>,
}

/// One item of the review.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct QualifiedItem {
    /// The clause of the documents.
    pub clause: String,
    /// The item.
    pub item: String,
    /// In words.
    pub title: String,
}

/// One bid in one lot.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct QualifiedBid {
    /// Whose, as the opening record says.
    pub account: String,
    /// The bid.
    pub bid: String,
    /// What was opened for the review or for everybody.
    pub files: Vec<QualifiedFile>,
    /// The lot.
    pub lot: String,
    /// The bidder's name, as read out.
    pub name: String,
    /// What was decided, in the order of the items; empty before.
    pub votes: Vec<QualifiedVote>,
}

/// One opened file.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct QualifiedFile {
    /// Its length.
    pub bytes: u64,
    /// The part.
    pub part: String,
    /// SHA-256 of the plaintext, as in the opening record.
    pub sha256: String,
    /// The envelope, by which it is asked for.
    pub submission: String,
}

/// One judgement.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct QualifiedVote {
    /// The item.
    pub item: String,
    /// Whether it passes.
    pub passes: bool,
    /// Why not.
    pub reason: String,
}

fn files(state: &procure::State, lot: &facts::id::LotId, bid: &facts::BidId) -> Vec<QualifiedFile> {
    let opened = state
        .openings
        .values()
        .filter_map(|opening| opening.recorded.as_ref())
        .flat_map(|recorded| &recorded.body.bids)
        .filter(|opened| opened.bid == *bid)
        .flat_map(|opened| &opened.parts);
    opened
        .filter(|part| part.lot == *lot && is_shown(state, part))
        .filter_map(|part| {
            Some(QualifiedFile {
                bytes: part.bytes?,
                part: part.part.to_string(),
                sha256: part.sha256?.to_string(),
                submission: part.submission.to_string(),
            })
        })
        .collect()
}

/// Files that the buyer reads; a letter is read out whole.
fn is_shown(state: &procure::State, part: &OpenedPart) -> bool {
    let role = state.part(&part.part).map(|(_, known)| known.role);
    part.unopened.is_none() && matches!(role, Some(PartRole::Qualification | PartRole::Public))
}

/// What is to be reviewed in a tender, or was.
#[must_use]
pub fn view(state: &procure::State) -> QualificationView {
    let reviewed = state.qualification.as_ref();
    let items = state.buyers_items().map(|item| QualifiedItem {
        clause: item.clause.clone(),
        item: item.item.to_string(),
        title: item.title.clone(),
    });
    let items: Vec<_> = items.collect();
    let reviewable = !items.is_empty() && (reviewed.is_some() || state.awaits_qualification());
    let read_out = if reviewable {
        state.read_out()
    } else {
        std::collections::BTreeMap::new()
    };
    let bids = read_out.into_iter().map(|((lot, bid), (letter, _))| {
        let own = reviewed.iter().flat_map(|(_, body)| &body.votes);
        let votes = own.filter(|vote| vote.lot == lot && vote.bid == bid);
        QualifiedBid {
            account: letter.account.to_string(),
            files: files(state, &lot, &bid),
            name: letter.name.clone(),
            votes: votes
                .map(|vote| QualifiedVote {
                    item: vote.item.to_string(),
                    passes: vote.passes,
                    reason: vote.reason.clone(),
                })
                .collect(),
            bid: bid.to_string(),
            lot: lot.to_string(),
        }
    });
    QualificationView {
        bids: bids.collect(),
        due: state.awaits_qualification() && !state.is_over(),
        items,
        least: state.notice.as_ref().map_or(0, |notice| notice.min_bidders),
        reviewed: reviewed.map(|(seq, _)| *seq),
    }
}

/// The file of an envelope and whose it is, if it is to be shown.
fn named<'a>(
    shown: &'a QualificationView,
    submission: &Hex<16>,
) -> Option<(&'a QualifiedBid, &'a QualifiedFile)> {
    let wanted = submission.to_string();
    shown.bids.iter().find_map(|bid| {
        let file = bid.files.iter().find(|file| file.submission == wanted)?;
        Some((bid, file))
    })
}

/// Writes down who is given which file; nobody is given one before.
async fn note(
    doors: &Doors,
    tender: &TenderId,
    by: &AccountId,
    (bid, file): (&QualifiedBid, &QualifiedFile),
    submission: Hex<16>,
) -> Result<(), Problem> {
    let broken = |e| Problem::from(Outage::new("noting who reads a file of the qualification", e));
    let body = QualificationRead {
        bid: BidId::parse(&bid.bid).map_err(broken)?,
        by: by.clone(),
        lot: LotId::parse(&bid.lot).map_err(broken)?,
        part: PartId::parse(&file.part).map_err(broken)?,
        submission,
        tender: tender.clone(),
    };
    let command = procure::Command::ReadQualification(body);
    let stream = Stream::Tender(tender.clone());
    doors.laws.tenders.submit(stream, command).await?;
    Ok(())
}

async fn owned(
    doors: &Doors,
    caller: &Caller,
    tender: &TenderId,
) -> Result<std::sync::Arc<procure::State>, Problem> {
    let account = caller.must_any(&[Role::Buyer, Role::Agent])?;
    let state = doors.tender(tender).await?;
    let is_owner = state
        .registered
        .as_ref()
        .is_some_and(|body| body.buyer == *account || body.agent.as_ref() == Some(account));
    if is_owner {
        return Ok(state);
    }
    Err(forbidden(
        "owner.not_allowed",
        format!("{tender} belongs to another buyer."),
        format!("招标项目 {tender} 属于其他招标人。"),
    ))
}

/// The qualification to be reviewed
///
/// For buyer and agent, who review it where the method leaves items to them: after the opening, before the evaluation.
/// Nothing is listed before.
///
/// 资格审查(87号令第四十四条):开标结束后、评标之前,由采购人或代理机构进行。
#[utoipa::path(
    get, path = "/api/tenders/{tender}/qualification", tag = "tenders", security(("session" = [])),
    params(("tender" = String, Path, description = "The tender")),
    responses((status = 200, body = QualificationView))
)]
async fn qualification(
    State(doors): State<Doors>,
    caller: Caller,
    Path(tender): Path<TenderId>,
) -> Result<Json<QualificationView>, Problem> {
    Ok(Json(view(&*owned(&doors, &caller, &tender).await?)))
}

/// A file for the review of the qualification
///
/// The plaintext of an opened part for the qualification, or of one that is public anyway. That it was given out is
/// written into the log first (`qualification.read`), where its bidder sees it.
#[utoipa::path(
    get, path = "/api/tenders/{tender}/qualification/{submission}", tag = "tenders",
    operation_id = "qualification_file", security(("session" = [])),
    params(
        ("tender" = String, Path, description = "The tender"),
        ("submission" = String, Path, description = "The envelope's id"),
    ),
    responses((status = 200, description = "The file", content_type = "application/octet-stream", body = Vec<u8>))
)]
async fn file(
    State(doors): State<Doors>,
    caller: Caller,
    Path((tender, submission)): Path<(TenderId, Hex<16>)>,
) -> Result<Response, Problem> {
    let state = owned(&doors, &caller, &tender).await?;
    let shown = view(&state);
    let Some((bid, file)) = named(&shown, &submission) else {
        return Err(not_found(
            "qualification.file_unknown",
            format!("{tender} has no opened file {submission} for the review of the qualification."),
            format!("招标项目 {tender} 没有可供资格审查的文件 {submission}。"),
        ));
    };
    let path = doors.vault.opened(&opened_name(&submission)).await?;
    let outage = |e: std::io::Error| Outage::new("opening a file of the qualification", e);
    let content = tokio::fs::File::open(path).await.map_err(outage)?;
    // Written first: nobody reads what is not noted.
    note(&doors, &tender, &caller.account, (bid, file), submission).await?;
    let (name, bytes) = (format!("{}-{}-{}", bid.bid, bid.lot, file.part), file.bytes);
    Response::builder()
        .header(CONTENT_TYPE, "application/octet-stream")
        .header(CONTENT_LENGTH, bytes)
        .header(CONTENT_DISPOSITION, attachment(&name))
        .header(CACHE_CONTROL, "no-store")
        .body(Body::from_stream(ReaderStream::with_capacity(
            content,
            256 * 1024,
        )))
        .map_err(|e| Outage::new("answering with a file", e).into())
}
