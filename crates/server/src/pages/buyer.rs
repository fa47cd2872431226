//! Pages of buyers and agents: their tenders, and one tender from the draft of its notice to the award.
//!
//! Invariant: they show nothing of bids before the opening; every act is signed in the browser.

mod check;
mod contract;
mod qualification;
mod tender;
mod what_if;

use crate::doors::Doors;
use crate::pages::custodian;
use crate::pages::public::words;
use crate::pages::{Layout, Signed, shown};
use askama::Template;
use axum::Router;
use axum::extract::State;
use axum::response::Response;
use axum::routing::get;
use desk::Problem;
use facts::body::ceremony::CeremonyCalled;
use facts::{AccountId, Instant, Role, TenderId};
use procure::Phase;

pub(super) use check::not_yours;

/// The pages; in the procurement zone.
pub fn routes() -> Router<Doors> {
    Router::new()
        .route("/buyer", get(mine))
        .merge(tender::routes())
        .merge(check::routes())
        .merge(contract::routes())
        .merge(qualification::routes())
        .merge(what_if::routes())
}

/// A tender of the person who looks.
struct Row {
    tender: TenderId,
    title: String,
    phase: &'static str,
    closes_at: Option<Instant>,
    suspended: bool,
    /// What waits for the owner, in words.
    waits: &'static str,
}

/// A key ceremony, as far as it has come.
struct Ceremony {
    called: CeremonyCalled,
    phase: &'static str,
    due: Option<Instant>,
    /// Custodians of whom the step that is on is awaited.
    awaited: Vec<String>,
}

/// Most ceremonies shown, newest calls first.
const CEREMONIES: usize = 50;

#[derive(Template)]
#[template(path = "buyer/tenders.html")]
struct Mine {
    l: Layout,
    account: String,
    is_agent: bool,
    rows: Vec<Row>,
    ceremonies: Vec<Ceremony>,
}

/// The ceremonies that make or made keys; who must act next follows from the first step that somebody lacks.
async fn ceremonies(doors: &Doors, l: &Layout) -> Result<Vec<Ceremony>, Problem> {
    let mut found = Vec::new();
    for stream in doors.log.streams("ceremony/", None, 200).await? {
        let records = doors.public_history(&stream).await?;
        let call = records
            .iter()
            .find_map(|record| Some((record.of::<CeremonyCalled>()?, record.seq)));
        let Some((called, seq)) = call else {
            continue;
        };
        let state = doors.laws.ceremonies.state(&stream).await?;
        let is_over = matches!(
            state.phase(),
            Some(procure::ceremony::Phase::Completed | procure::ceremony::Phase::Failed)
        );
        let rows = custodian::rows(&called, &records);
        let mut steps = (0..3).map(|step| {
            let lacks = |row: &&custodian::Row| row.steps.get(step).is_some_and(Option::is_none);
            rows.iter().filter(lacks).map(|row| row.account.clone()).collect()
        });
        let awaited: Vec<String> = steps
            .find(|lacking: &Vec<String>| !lacking.is_empty())
            .unwrap_or_default();
        let (zh, en) = state
            .phase()
            .map_or(("", ""), |phase| (phase.word_zh(), phase.word()));
        let ceremony = Ceremony {
            called,
            phase: l.say(zh, en),
            due: state.due(),
            awaited: if is_over { Vec::new() } else { awaited },
        };
        found.push((seq, ceremony));
    }
    found.sort_by_key(|(seq, _)| std::cmp::Reverse(*seq));
    Ok(found
        .into_iter()
        .map(|(_, ceremony)| ceremony)
        .take(CEREMONIES)
        .collect())
}

/// Whether an account owns a tender: its buyer, or its agent.
pub(super) fn owns(state: &procure::State, account: &AccountId) -> bool {
    state
        .registered
        .as_ref()
        .is_some_and(|body| body.buyer == *account || body.agent.as_ref() == Some(account))
}

/// What the owner has to do next, Chinese first; nothing of it depends on bids before the opening.
const fn waits(phase: Phase) -> (&'static str, &'static str) {
    match phase {
        Phase::Registered => (
            "分配开标密钥,起草并发布公告",
            "Assign opening keys, draft and publish the notice",
        ),
        Phase::Noticed => (
            "答复询问,必要时发布澄清修改",
            "Answer questions; issue addenda where needed",
        ),
        Phase::Closed | Phase::Listed | Phase::Sharing => {
            ("在开标大厅主持开标", "Preside over the opening in the hall")
        }
        Phase::Recorded => ("答复开标异议", "Answer objections at the opening"),
        Phase::Opened => (
            "组建评标委员会;评标完成后公示候选人",
            "Have the panel formed; publicise candidates once evaluated",
        ),
        Phase::Publicised => (
            "答复异议;公示期满后定标",
            "Answer objections; award when the publicity is over",
        ),
        Phase::Awarded => (
            "签订合同,退还保证金,登记办理情况",
            "Sign the contract, return deposits, and record it",
        ),
        Phase::Failed | Phase::Terminated => ("退还保证金并登记", "Return deposits, and record it"),
        Phase::Unknown => ("无", "Nothing"),
    }
}

async fn mine(State(doors): State<Doors>, signed: Signed) -> Result<Response, Problem> {
    let account = signed.caller.must_any(&[Role::Buyer, Role::Agent])?.clone();
    let is_agent = !signed.caller.is(Role::Buyer);
    let l = signed.l;
    let mut rows = Vec::new();
    for notice in &doors.board.look(&doors).await?.newest {
        let state = doors.tender(&notice.tender).await?;
        if !owns(&state, &account) {
            continue;
        }
        let (zh, en) = words::phase(notice.phase);
        let (waits_zh, waits_en) = waits(notice.phase);
        rows.push(Row {
            tender: notice.tender.clone(),
            title: state
                .registered
                .as_ref()
                .map(|body| body.title.clone())
                .unwrap_or_default(),
            phase: l.say(zh, en),
            closes_at: notice.closes_at,
            suspended: notice.suspended,
            waits: l.say(waits_zh, waits_en),
        });
    }
    shown(&Mine {
        ceremonies: ceremonies(&doors, &l).await?,
        l,
        account: account.to_string(),
        is_agent,
        rows,
    })
}
