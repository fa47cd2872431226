//! The custodian's pages (密钥保管人): what waits for the custodian, and one key ceremony under one stable link.
//!
//! Invariant: a page names ceremonies, members and steps that are public; seeds and shares stay in the browser, which
//! proves every step against the log before it signs the next.

use crate::doors::Doors;
use crate::pages::{Layout, Signed, shown};
use crate::zones::problem::not_found;
use askama::Template;
use axum::Router;
use axum::extract::{Path, State};
use axum::response::Response;
use axum::routing::get;
use desk::Problem;
use facts::body::ceremony::{CeremonyCalled, CeremonyCompleted, Purpose};
use facts::{CeremonyId, Instant, Kind, Record, Role, Stream};
use procure::ceremony::Phase;
use std::sync::Arc;

/// The pages; in the procurement zone.
pub fn routes() -> Router<Doors> {
    Router::new()
        .route("/custodian", get(custodian))
        .route("/ceremonies/{ceremony}", get(ceremony))
}

#[derive(Template)]
#[template(path = "custodian/home.html")]
struct Home {
    l: Layout,
    account: String,
}

async fn custodian(signed: Signed) -> Result<Response, Problem> {
    let account = signed.caller.must(Role::Custodian)?.to_string();
    shown(&Home { l: signed.l, account })
}

/// Position and time of a step; `None` while it is awaited.
pub(super) type Step = Option<(u64, Instant)>;

/// One custodian of a ceremony and the three steps.
pub(super) struct Row {
    index: u16,
    pub(super) account: String,
    /// Commitment, shares, certificate.
    pub(super) steps: [Step; 3],
}

#[derive(Template)]
#[template(path = "custodian/ceremony.html")]
struct CeremonyPage {
    l: Layout,
    /// Account of the custodian who looks, if one does.
    account: Option<String>,
    called: CeremonyCalled,
    /// Where the call stands in the log.
    seq: u64,
    /// When it was called.
    at: Instant,
    rows: Vec<Row>,
    phase: Option<Phase>,
    due: Option<Instant>,
    completed: Option<CeremonyCompleted>,
}

impl CeremonyPage {
    /// The tender and the stage that the key is for, if it is for one.
    fn purpose(&self) -> Option<(String, String)> {
        match &self.called.purpose {
            Purpose::Tender { stage, tender } => Some((tender.to_string(), stage.to_string())),
            Purpose::Stock => None,
        }
    }

    fn phase(&self) -> &'static str {
        let (zh, en) = self
            .phase
            .map_or(("", ""), |phase| (phase.word_zh(), phase.word()));
        self.l.say(zh, en)
    }
}

/// The steps that members of a ceremony took, in the order in which the law counts them: the first of a kind stands.
pub(super) fn rows(called: &CeremonyCalled, records: &[Arc<Record>]) -> Vec<Row> {
    let step = |index: u16, kind: Kind| -> Step {
        let of = |record: &&Arc<Record>| {
            let by = record
                .body
                .members()
                .get("index")
                .and_then(serde_json::Value::as_u64);
            record.kind == kind && by == Some(u64::from(index))
        };
        records.iter().find(of).map(|record| (record.seq, record.at))
    };
    let kinds = [
        Kind::CeremonyCommitted,
        Kind::CeremonyShared,
        Kind::CeremonyCertified,
    ];
    let row = |member: &facts::body::ceremony::Member| Row {
        index: member.index,
        account: member.account.to_string(),
        steps: kinds.map(|kind| step(member.index, kind)),
    };
    called.members.iter().map(row).collect()
}

async fn ceremony(
    State(doors): State<Doors>,
    l: Layout,
    Path(ceremony): Path<CeremonyId>,
) -> Result<Response, Problem> {
    let stream = Stream::Ceremony(ceremony.clone());
    let records = doors.public_history(&stream).await?;
    let call = records
        .iter()
        .find_map(|record| Some((record.of::<CeremonyCalled>()?, record.seq, record.at)));
    let Some((called, seq, at)) = call else {
        return Err(not_found(
            "ceremony.unknown",
            format!("There is no ceremony {ceremony}."),
            format!("没有密钥仪式 {ceremony}。"),
        ));
    };
    let state = doors.laws.ceremonies.state(&stream).await?;
    let is_custodian = |caller: &&desk::Caller| caller.roles.contains(&Role::Custodian);
    let account = l.caller.as_ref().filter(is_custodian);
    shown(&CeremonyPage {
        account: account.map(|caller| caller.account.to_string()),
        rows: rows(&called, &records),
        phase: state.phase(),
        due: state.due(),
        completed: records.iter().find_map(|record| record.of()),
        called,
        seq,
        at,
        l,
    })
}
