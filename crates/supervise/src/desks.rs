//! The supervisor's desk: the docket, one matter, the audit.
//!
//! Invariant: it can look at the log and not write; whoever holds [`Oversight`] holds no scribe.

mod cockpit;
mod figures;
mod flags;
mod reading;
mod screens;

pub use figures::{Asked, StatisticsView, Wanted as FiguresWanted};

pub use flags::FlagsView;
pub use screens::{ScreenedView, SignsView};

use crate::admit;
use crate::adoption;
use crate::audit::{self, Audit, Scope, Trust};
use crate::cockpit::{self as seen, Asked as CockpitAsked, Cockpit};
use crate::complaint::Known;
use crate::docket::{Docket, Matter};
use crate::following::Following;
use crate::judging;
use crate::law::Command;
use crate::rule_desk;
use crate::signs::{Board, Files};
use axum::extract::rejection::QueryRejection;
use axum::extract::{FromRef, Path, Query, State};
use axum::routing::get;
use axum::{Json, Router};
use desk::{Admitted, Caller, Failure, Gate, Outage, Problem, ReadLog};
use facts::body::card::RulesAdopted;
use facts::body::supervision::SignJudged;
use facts::calendar::CHINA;
use facts::{Instant, Kind, Refusal, Role, TenderId};
use rules::RuleBook;
use rules::issued::Look;
use serde::{Deserialize, Serialize};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use utoipa::{IntoParams, OpenApi, ToSchema};

/// Records read at a time when the docket catches up.
const PAGE: u32 = 1_024;

/// The log as supervision sees it, with a docket that follows it; cloned freely.
#[derive(Clone)]
pub struct Oversight {
    log: Arc<dyn ReadLog>,
    docket: Arc<Mutex<Docket>>,
    board: Arc<tokio::sync::Mutex<Board>>,
    following: Following,
    files: Option<Arc<dyn Files>>,
    seen: Arc<tokio::sync::Mutex<Option<Arc<seen::Seen>>>>,
    trust: Arc<Trust>,
}

impl Oversight {
    /// Oversight over a log.
    #[must_use]
    pub fn new(log: Arc<dyn ReadLog>, trust: Trust) -> Self {
        Self {
            following: Following::new(log.clone()),
            log,
            docket: Arc::default(),
            board: Arc::default(),
            files: None,
            seen: Arc::default(),
            trust: Arc::new(trust),
        }
    }

    /// The same with somebody who reads opened files.
    #[must_use]
    pub fn with_files(mut self, files: Arc<dyn Files>) -> Self {
        self.files = Some(files);
        self
    }

    fn docket(&self) -> MutexGuard<'_, Docket> {
        self.docket.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Reads the docket with everything that was in the log when this was called.
    pub async fn with_docket<T: Send>(&self, read: impl FnOnce(&Docket) -> T + Send) -> Result<T, Outage> {
        let size = self.log.head().await?.size;
        loop {
            let next = self.docket().next();
            if next >= size {
                return Ok(read(&self.docket()));
            }
            let records = self.log.records(next, PAGE).await?;
            if records.is_empty() {
                return Err(Outage::new(
                    "following the log",
                    "the store gives no records below its own head",
                ));
            }
            let mut docket = self.docket();
            for record in &records {
                docket.observe(record);
            }
        }
    }

    /// Reads the board of the rules with everything that was in the log when this was called.
    pub async fn with_board<T: Send>(
        &self,
        read: impl FnOnce(&rules::Board) -> T + Send,
    ) -> Result<T, Outage> {
        self.following.with(read).await
    }

    /// A page of what waits for supervision at an instant, and of the procedures that are live.
    ///
    /// It is put together once for all who ask: anew only when a fact that a supervisor may see was added, or after ten
    /// seconds.
    pub async fn cockpit(&self, asked: &CockpitAsked, at: Instant) -> Result<Cockpit, Outage> {
        let (seen, size) = self.seen(at).await?;
        Ok(seen.page(asked, at, size))
    }

    async fn seen(&self, at: Instant) -> Result<(Arc<seen::Seen>, u64), Outage> {
        let mut kept = self.seen.lock().await;
        let (changes, size) = self
            .with_docket(|docket| (docket.changes(), docket.next()))
            .await?;
        if let Some(seen) = kept.as_ref().filter(|seen| seen.holds(changes, at)) {
            return Ok((seen.clone(), size));
        }
        let signs = self.with_signs(seen::Waiting::of).await?;
        let cards = self.with_board(|board| seen::Cards::of(board, at)).await?;
        let put_together = |docket: &Docket| {
            let seen = seen::Seen::of(docket, cards, &signs, at).known_after(changes);
            (Arc::new(seen), docket.next())
        };
        let (seen, size) = self.with_docket(put_together).await?;
        *kept = Some(seen.clone());
        Ok((seen, size))
    }

    /// Docket and rules together, with everything that was in the log when this was called.
    pub async fn with_both<T: Send>(
        &self,
        read: impl FnOnce(&Docket, &rules::Board) -> T + Send,
    ) -> Result<T, Outage> {
        self.with_docket(|_| ()).await?;
        let docket = self.docket.clone();
        let both = move |board: &rules::Board| {
            let docket = docket.lock().unwrap_or_else(PoisonError::into_inner);
            read(&docket, board)
        };
        self.with_board(both).await
    }

    /// What the rules find of a tender now, to be brought to the log, and when to look again; nothing as long as no
    /// version of the rules is in force that this program has.
    pub async fn look(
        &self,
        tender: &TenderId,
        now: Instant,
    ) -> Result<(Option<Look>, Option<Instant>), Outage> {
        self.following.tell(now);
        let look = |board: &rules::Board| {
            let begins = board.adoptions().iter().map(|adoption| adoption.body.from);
            let next = begins.filter(|from| *from > now);
            (
                board.look(tender, now),
                next.chain(board.next_change(tender, now)).min(),
            )
        };
        self.with_board(look).await
    }

    /// What a supervisor signs to bring the rule file of this build into force from an instant on; `None` where it is
    /// the version adopted last.
    pub async fn adoptable(&self, from: Instant) -> Result<Option<RulesAdopted>, Outage> {
        self.to_adopt(&self.following.own(), from).await
    }

    /// The same of any file.
    pub async fn to_adopt(&self, book: &RuleBook, from: Instant) -> Result<Option<RulesAdopted>, Outage> {
        self.with_board(|board| {
            let before = board.adoptions().last().map(|adoption| &adoption.body);
            let is_new = before.is_none_or(|before| before.version != book.version);
            is_new.then(|| rules::adopted::wanted(book, before.map(|before| &before.file), from))
        })
        .await
    }

    /// The command that an admitted adoption of rules asks for.
    pub fn adoption(&self, admitted: &Admitted) -> Result<adoption::Command, Failure> {
        Ok(adoption::command(admitted)?)
    }

    /// The command that an admitted act asks for, with what procurement knows of the objections concerned.
    pub async fn command(&self, admitted: &Admitted, known: Vec<Known>) -> Result<Command, Failure> {
        if admitted.act.kind == Kind::SignJudged {
            return self.judgment(admitted).await;
        }
        Ok(self
            .with_docket(|docket| crate::command(admitted, docket, known))
            .await??)
    }

    /// A judgment with whether its sign stands, among the signs of now.
    async fn judgment(&self, admitted: &Admitted) -> Result<Command, Failure> {
        let signed = self
            .with_docket(|docket| {
                let signed = admit::signed::<SignJudged>(admitted, docket, |body| &body.tender);
                signed.map(|(signed, _)| signed)
            })
            .await??;
        let stands = self
            .with_signs(|board| judging::stands(board, &signed.body))
            .await?;
        Ok(Command::Judge(judging::Command { signed, stands }))
    }

    /// Examines the whole log.
    pub async fn audit(&self, scope: Scope) -> Result<Audit, Outage> {
        audit::audit(self.log.as_ref(), &self.trust, scope).await
    }
}

/// The routes of the supervisor's desk.
pub fn router(oversight: Oversight, gate: Gate) -> Router {
    Router::new()
        .route("/api/cockpit", get(cockpit::cockpit))
        .route("/api/docket", get(docket))
        .route("/api/docket/{tender}", get(matter))
        .route("/api/audit", get(audit_log))
        .route("/api/flags", get(flags::flags))
        .route("/api/screens", get(screens::signs))
        .route("/api/screens/{tender}", get(screens::screened))
        .route("/api/statistics", get(figures::statistics))
        .merge(rule_desk::routes())
        .with_state(SupervisorDesk { oversight, gate })
}

/// The description of these routes.
#[derive(Debug, OpenApi)]
#[openapi(paths(
    cockpit::cockpit,
    docket,
    matter,
    audit_log,
    flags::flags,
    screens::signs,
    screens::screened,
    figures::statistics,
    rule_desk::rules,
    rule_desk::rule,
    rule_desk::adoption,
    rule_desk::adoption_of,
    rule_desk::file,
    rule_desk::issued,
    rule_desk::cards,
    rule_desk::cards_of
))]
pub struct Api;

/// What the routes of the zone hold.
#[derive(Clone)]
pub(crate) struct SupervisorDesk {
    pub(crate) oversight: Oversight,
    gate: Gate,
}

impl SupervisorDesk {
    /// The platform's time.
    pub(crate) fn now(&self) -> Instant {
        self.gate.clock.now()
    }
}

impl FromRef<SupervisorDesk> for Gate {
    fn from_ref(desk: &SupervisorDesk) -> Self {
        desk.gate.clone()
    }
}

/// All matters; each without its list of facts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct DocketView {
    /// Version of the working-day calendar.
    pub calendar: &'static str,
    /// The tenders, ascending.
    pub matters: Vec<Matter>,
    /// Entries of the log taken in.
    pub size: u64,
}

/// The docket: every tender
#[utoipa::path(
    get, path = "/api/docket",
    responses((status = 200, description = "Every tender: phase, clocks, objections, suspension, last public fact", body = DocketView))
)]
async fn docket(State(desk): State<SupervisorDesk>, caller: Caller) -> Result<Json<DocketView>, Problem> {
    caller.must(Role::Supervisor)?;
    let view = desk.oversight.with_docket(|docket| DocketView {
        calendar: CHINA.version,
        matters: docket.matters().map(Matter::without_facts).collect(),
        size: docket.next(),
    });
    Ok(Json(view.await?))
}

/// One tender with its public facts
#[utoipa::path(
    get, path = "/api/docket/{tender}",
    params(("tender" = String, Path, description = "The tender")),
    responses((status = 200, description = "One tender with its public facts", body = Matter), (status = 404, description = "No such tender"))
)]
async fn matter(
    State(desk): State<SupervisorDesk>,
    caller: Caller,
    Path(tender): Path<String>,
) -> Result<Json<Matter>, Problem> {
    caller.must(Role::Supervisor)?;
    let unknown = || {
        Problem::unknown(
            "There is no such tender in the docket.",
            "监督台账中没有该招标项目。",
        )
    };
    let tender = TenderId::parse(&tender).map_err(|_| unknown())?;
    let found = desk
        .oversight
        .with_docket(|docket| docket.matter(&tender).cloned())
        .await?;
    found.map(Json).ok_or_else(unknown)
}

/// What is to be audited.
#[derive(Debug, Clone, Copy, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct Wanted {
    /// Whether every stored payload is compared with its commitment, which takes longer.
    #[serde(default)]
    payloads: bool,
}

/// Audit the whole log
#[utoipa::path(
    get, path = "/api/audit", params(Wanted),
    responses((status = 200, description = "What the audit found, with the first break if there is one", body = Audit))
)]
async fn audit_log(
    State(desk): State<SupervisorDesk>,
    caller: Caller,
    wanted: Result<Query<Wanted>, QueryRejection>,
) -> Result<Json<Audit>, Problem> {
    caller.must(Role::Supervisor)?;
    let Query(wanted) = wanted.map_err(|rejected| query_malformed("payloads=true or false", &rejected))?;
    let scope = if wanted.payloads {
        Scope::Payloads
    } else {
        Scope::Chain
    };
    Ok(Json(desk.oversight.audit(scope).await?))
}

pub(crate) fn query_malformed(allowed: &str, rejected: &QueryRejection) -> Problem {
    let why = rejected.body_text();
    Refusal::new(
        "query.malformed",
        format!("The only parameter is {allowed}: {why}."),
        format!("参数仅可为 {allowed}:{why}。"),
    )
    .into()
}
