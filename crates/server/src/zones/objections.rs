//! Objections of a tender for those who answer them, and confidential facts for two supervisors in an emergency.
//!
//! Invariant: who raised an objection is told to nobody here; nobody reads a confidential fact before the log says that
//! it was read.

use crate::doors::Doors;
use crate::zones::complaints::{is_of, reply_to};
use crate::zones::problem::{forbidden, not_found};
use crate::zones::shapes::RecordView;
use axum::Json;
use axum::extract::{Path, State};
use desk::account::fingerprint;
use desk::{Caller, Outage, Problem};
use facts::body::complaint::Grievance;
use facts::id::{AccessId, ObjectionId};
use facts::{Hex, Instant, Record, Role, Stream, TenderId};
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// The routes of the procurement zone.
pub fn routes() -> OpenApiRouter<Doors> {
    OpenApiRouter::new()
        .routes(routes!(objections))
        .routes(routes!(access))
}

/// The objections of a tender, without their authors.
#[derive(Debug, Serialize, ToSchema)]
pub struct ObjectionsView {
    /// By matter and name.
    pub objections: Vec<ObjectionView>,
}

/// One objection.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ObjectionView {
    /// What it is about.
    #[schema(value_type = String)]
    pub against: Grievance,
    /// When the answer is due.
    #[schema(value_type = Option<i64>)]
    pub due: Option<Instant>,
    /// The objection.
    #[schema(value_type = String)]
    pub objection: ObjectionId,
    /// Whether it was answered.
    pub replied: bool,
    /// The text.
    pub text: String,
}

/// The objections of a tender for its owner, or those of one key.
pub(crate) async fn heard(
    doors: &Doors,
    state: &procure::State,
    own: Option<&Hex<32>>,
) -> Result<Vec<ObjectionView>, Outage> {
    let regime = state.registered.as_ref().map(|body| body.regime);
    let mut found = Vec::new();
    for ((grievance, objection), heard) in &state.heard {
        let shown = match own {
            Some(key) => is_of(doors, heard, key).await?,
            None => true,
        };
        if shown {
            found.push(ObjectionView {
                against: *grievance,
                due: reply_to(*grievance, regime, heard.raised),
                objection: objection.clone(),
                replied: heard.replied.is_some(),
                text: heard.text.clone(),
            });
        }
    }
    Ok(found)
}

/// The objections of a tender
///
/// For its buyer and its agent, who answer them; a bidder sees its own.
#[utoipa::path(
    get, path = "/api/tenders/{tender}/objections", tag = "tenders", security(("session" = [])),
    params(("tender" = String, Path, description = "The tender")),
    responses((status = 200, body = ObjectionsView))
)]
async fn objections(
    State(doors): State<Doors>,
    caller: Caller,
    Path(tender): Path<TenderId>,
) -> Result<Json<ObjectionsView>, Problem> {
    let account = caller.must_any(&[Role::Buyer, Role::Agent, Role::Bidder])?;
    let state = doors.tender(&tender).await?;
    let owns = state
        .registered
        .as_ref()
        .is_some_and(|body| body.buyer == *account || body.agent.as_ref() == Some(account));
    let key = doors
        .front
        .directory
        .account(account)
        .await?
        .map(|account| fingerprint(&account.key));
    let own = match (owns, key) {
        (true, _) => None,
        (false, Some(key)) if caller.must(Role::Bidder).is_ok() => Some(key),
        _ => {
            return Err(forbidden(
                "objection.not_yours",
                format!("The objections of {tender} are for its buyer and its agent; a bidder sees its own."),
                format!("招标项目 {tender} 的异议仅供其招标人和代理机构查看,投标人可查看本人提出的异议。"),
            ));
        }
    };
    let objections = heard(&doors, &state, own.as_ref()).await?;
    Ok(Json(ObjectionsView { objections }))
}

/// Confidential facts read in an emergency.
#[derive(Debug, Serialize, ToSchema)]
pub struct AccessView {
    /// The facts that were asked for and are there.
    pub records: Vec<RecordView>,
}

/// Read confidential facts in an emergency (应急查阅)
///
/// For the two supervisors who asked and granted; that they read is written into the log, and shown after the opening.
#[utoipa::path(
    get, path = "/api/access/{tender}/{access}", tag = "complaints", security(("session" = [])),
    params(("tender" = String, Path, description = "The tender"), ("access" = String, Path, description = "The access")),
    responses((status = 200, body = AccessView))
)]
async fn access(
    State(doors): State<Doors>,
    caller: Caller,
    Path((tender, access)): Path<(TenderId, AccessId)>,
) -> Result<Json<AccessView>, Problem> {
    let account = caller.must(Role::Supervisor)?;
    let stream = Stream::Supervision(tender.clone());
    let known = doors.front.directory.account(account).await?;
    let Some(known) = known else {
        return Err(not_found(
            "account.unknown",
            "There is no such account.",
            "没有该账户。",
        ));
    };
    // Written first: nobody reads what is not noted.
    let command = supervise::Command::Further(supervise::further::Command::Use {
        tender: tender.clone(),
        access: access.clone(),
        by: account.clone(),
        key: fingerprint(&known.key),
    });
    doors.laws.orders.submit(stream.clone(), command).await?;
    let state = doors.laws.orders.state(&stream).await?;
    let Some(granted) = state.accesses.get(&access) else {
        return Err(not_found(
            "access.unknown",
            "There is no such access.",
            "没有该应急查阅。",
        ));
    };
    let mut records = Vec::new();
    for seq in &granted.requested.seqs {
        let found = doors.log.records(*seq, 1).await?;
        // Of this tender, whichever context wrote it; of no other.
        let own = |record: &&Record| {
            let (Stream::Tender(of) | Stream::Evaluation(of) | Stream::Supervision(of)) = &record.stream
            else {
                return false;
            };
            record.seq == *seq && *of == tender
        };
        records.extend(found.iter().filter(own).map(RecordView::of));
    }
    Ok(Json(AccessView { records }))
}
