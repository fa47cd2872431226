//! The buyer's pages of the panel (组建评标委员会): draws asked for and how far they have come, hours of the room,
//! representatives; in the evaluation zone, which alone takes acts of an evaluation.
//!
//! Invariant: whoever was called or accepted is a number here and never a name, until the result is decided
//! (招标投标法37); the owner's own representatives are named, for the owner named them.

mod rows;
mod words;

use crate::doors::Doors;
use crate::pages::buyer::{not_yours, owns};
use crate::pages::{Layout, Signed, shown};
use crate::zones::panel_acts;
use askama::Template;
use axum::extract::{Path, State};
use axum::response::Response;
use axum::routing::get;
use axum::{Json, Router};
use desk::{Caller, Problem};
use evaluate::law::{Drawing, Origin, smallest};
use facts::body::draw::Subject;
use facts::body::tender::{Basis, Method, Regime};
use facts::{Instant, Role, Stream, TenderId};
use rows::{Row, hundredths, row};
use serde::Serialize;
use std::sync::Arc;

/// The pages; in the evaluation zone.
pub fn routes() -> Router<Doors> {
    Router::new()
        .route("/panels", get(panels))
        .route("/panels/{tender}", get(panel))
        .route("/panels/{tender}/state", get(state))
}

/// A tender of the owner, in the list.
struct Own {
    tender: TenderId,
    title: String,
    step: &'static str,
    filled: usize,
    members: usize,
    is_running: bool,
}

#[derive(Template)]
#[template(path = "panel/panels.html")]
struct PanelsPage {
    l: Layout,
    rows: Vec<Own>,
}

/// What changes while the owner looks.
#[derive(Serialize)]
struct Standing {
    draws: Vec<Row>,
    /// Seats with somebody on them.
    filled: usize,
    /// Seats that nobody asked for yet.
    lacking: usize,
    /// Empty seats of a draw whose order is used up: a further draw may fill them.
    stranded: usize,
    /// How far the evaluation is, in words.
    step: &'static str,
}

/// A coefficient that the method leaves to a draw.
struct Left {
    name: String,
    from: String,
    to: String,
    step: String,
    by_digits: bool,
}

#[derive(Template)]
#[template(path = "panel/panel.html")]
struct PanelPage {
    l: Layout,
    account: String,
    tender: TenderId,
    title: String,
    /// Whether the evaluation is open and not over.
    is_running: bool,
    is_over: bool,
    /// Whether a key for draws is assigned, and how many of how many custodians answer.
    key: Option<(u16, usize)>,
    standing: Standing,
    /// Members as the notice says, and the least that the law asks for.
    members: usize,
    least: Option<usize>,
    /// Most who may sit for the buyer.
    representatives: usize,
    /// Those named, seat and account; an empty account is a seat to be filled anew.
    named: Vec<(String, String)>,
    hours: Option<(Instant, Instant)>,
    /// The same in milliseconds, for the fields of the form.
    span: Option<(i64, i64)>,
    left: Vec<Left>,
    asked: Asked,
    filters: Vec<&'static str>,
    trade: String,
    region: String,
    /// A name for the next draw of experts.
    next: String,
    /// The draw that a further one follows, and the seats that it left empty.
    further: Option<(String, usize)>,
    /// Seats appointed directly that stand empty.
    vacant: Vec<String>,
    may_appoint: bool,
    regime: Regime,
}

/// What of the method's draws was asked for, and whether ties are broken by one.
struct Asked {
    coefficients: bool,
    order: bool,
    ties: bool,
}

impl PanelPage {
    /// Seats that a draw may be asked for now.
    fn to_draw(&self) -> usize {
        self.further
            .as_ref()
            .map_or(self.standing.lacking, |(_, seats)| *seats)
    }

    /// Whether the law asks for a reason where experts are appointed.
    fn needs_reason(&self) -> bool {
        self.regime != Regime::Free && self.vacant.is_empty()
    }

    /// Whether representatives may be named: a seat for one is left, or stands empty again.
    fn may_name(&self) -> bool {
        let filled = self.named.iter().filter(|(_, account)| !account.is_empty());
        filled.count() < self.representatives
    }

    /// Names of the representatives' seats; with `vacant` of those that stand empty.
    fn seats(&self, vacant: bool) -> String {
        let names = self
            .named
            .iter()
            .filter(|(_, account)| !vacant || account.is_empty());
        names.map(|(seat, _)| seat.as_str()).collect::<Vec<_>>().join(" ")
    }

    /// Columns of the draws, with their headings.
    const fn columns(&self) -> [(&'static str, &'static str); 6] {
        let l = &self.l;
        [
            ("what", l.say("内容", "What")),
            ("state", l.say("进度", "State")),
            ("pool", l.say("范围", "Drawn from")),
            ("answers", l.say("保管人", "Custodians")),
            ("calls", l.say("通知", "Calls")),
            ("result", l.say("结果", "Result")),
        ]
    }
}

fn standing(l: &Layout, state: &evaluate::State, key: Option<&(u16, usize)>) -> Standing {
    let mut drawings: Vec<&Drawing> = state.draws.values().collect();
    drawings.sort_by_key(|drawing| drawing.frozen.as_ref().map_or(u64::MAX, |frozen| frozen.0));
    Standing {
        draws: drawings
            .into_iter()
            .map(|drawing| row(l, drawing, state, key))
            .collect(),
        filled: filled(state),
        lacking: state.lacking(),
        stranded: further(state).map_or(0, |(_, seats)| seats),
        step: words::step(l, state.step()),
    }
}

struct Owned {
    account: String,
    tender: Arc<procure::State>,
    evaluation: Arc<evaluate::State>,
    /// Contributions needed, and custodians.
    key: Option<(u16, usize)>,
}

async fn owned(doors: &Doors, caller: &Caller, tender: &TenderId) -> Result<Owned, Problem> {
    let account = caller.must_any(&[Role::Buyer, Role::Agent])?;
    let state = doors.tender(tender).await?;
    if !owns(&state, account) {
        return Err(not_yours(tender));
    }
    let stream = Stream::Evaluation(tender.clone());
    let key = panel_acts::key(doors, &state).await?;
    Ok(Owned {
        account: account.to_string(),
        evaluation: doors.laws.evaluations.state(&stream).await?,
        tender: state,
        key: key.map(|key| (key.k, key.members.len())),
    })
}

async fn state(
    State(doors): State<Doors>,
    caller: Caller,
    l: Layout,
    Path(tender): Path<TenderId>,
) -> Result<Json<Standing>, Problem> {
    let owned = owned(&doors, &caller, &tender).await?;
    Ok(Json(standing(&l, &owned.evaluation, owned.key.as_ref())))
}

/// The first draw whose order is used up while seats stay empty, and how many.
fn further(state: &evaluate::State) -> Option<(String, usize)> {
    let mut used = state
        .draws
        .keys()
        .filter_map(|draw| Some((draw.to_string(), state.stranded(draw)?)));
    used.next()
}

/// A name that no draw has yet.
fn fresh(state: &evaluate::State, base: &str) -> String {
    let mut number = 1_u32;
    let mut name = base.to_owned();
    while state.draws.keys().any(|known| known.as_str() == name) {
        number = number.saturating_add(1);
        name = format!("{base}-{number}");
    }
    name
}

/// What the method leaves to draws: coefficients, and whether ties are drawn for.
fn left(method: Option<&Method>) -> (Vec<Left>, bool) {
    let Some(declared) = method.and_then(Method::declared) else {
        return (Vec::new(), false);
    };
    let one = |one: &facts::body::tender::Coefficient| Left {
        name: one.name.to_string(),
        from: hundredths(one.from),
        to: hundredths(one.to),
        step: hundredths(one.step),
        by_digits: one.by_digits,
    };
    let ties = declared.ties.contains(&facts::body::tender::TieBreak::Drawn);
    (declared.drawn.iter().map(one).collect(), ties)
}

/// The method, as the evaluation was opened with it, or else as the notice says.
fn method<'a>(state: &'a procure::State, evaluation: &'a evaluate::State) -> Option<&'a Method> {
    let opened = evaluation.opened.as_ref().map(|opened| &opened.method);
    opened.or_else(|| state.notice.as_ref().map(|notice| &notice.method))
}

/// Members of the panel.
fn members(method: Option<&Method>) -> usize {
    method.map_or(0, |method| usize::try_from(method.panel()).unwrap_or(usize::MAX))
}

async fn panels(State(doors): State<Doors>, signed: Signed) -> Result<Response, Problem> {
    let account = signed.caller.must_any(&[Role::Buyer, Role::Agent])?.clone();
    let l = signed.l;
    let mut rows = Vec::new();
    for notice in &doors.board.look(&doors).await?.newest {
        let state = doors.tender(&notice.tender).await?;
        if !owns(&state, &account) || state.notice.is_none() {
            continue;
        }
        let stream = Stream::Evaluation(notice.tender.clone());
        let evaluation = doors.laws.evaluations.state(&stream).await?;
        rows.push(Own {
            tender: notice.tender.clone(),
            title: notice.told.title().to_owned(),
            step: words::step(&l, evaluation.step()),
            filled: filled(&evaluation),
            members: members(method(&state, &evaluation)),
            is_running: evaluation.opened.is_some() && evaluation.concluded.is_none(),
        });
    }
    rows.sort_by_key(|row| !row.is_running);
    shown(&PanelsPage { l, rows })
}

fn filled(state: &evaluate::State) -> usize {
    state.seats.values().filter(|seat| seat.expert.is_some()).count()
}

async fn panel(
    State(doors): State<Doors>,
    signed: Signed,
    Path(tender): Path<TenderId>,
) -> Result<Response, Problem> {
    let Owned {
        account,
        tender: state,
        evaluation,
        key,
    } = owned(&doors, &signed.caller, &tender).await?;
    let l = signed.l;
    let registered = state.registered.as_ref();
    let regime = registered.map_or(Regime::Works, |body| body.regime);
    let notice = state.notice.as_ref();
    let method = method(&state, &evaluation);
    let members = members(method);
    let negotiated = method
        .and_then(Method::declared)
        .is_some_and(|declared| matches!(declared.basis, Basis::Negotiation | Basis::Consultation));
    let (left, ties) = left(method);
    let is_over = evaluation.concluded.is_some();
    let is_running = evaluation.opened.is_some() && !is_over;
    let asked = |wanted: &Subject| {
        let mut all = evaluation.draws.values();
        all.any(|drawing| drawing.requested.subject == *wanted)
    };
    let named = (evaluation.seats.iter())
        .filter(|(_, seat)| seat.origin == Origin::Represents)
        .map(|(id, seat)| {
            let account = seat.expert.as_ref().map(ToString::to_string);
            (id.to_string(), account.unwrap_or_default())
        })
        .collect();
    let vacant: Vec<String> = (evaluation.seats.iter())
        .filter(|(_, seat)| seat.origin == Origin::Appointed && seat.expert.is_none())
        .map(|(id, _)| id.to_string())
        .collect();
    shown(&PanelPage {
        account,
        title: registered.map(|body| body.title.clone()).unwrap_or_default(),
        is_running,
        is_over,
        standing: standing(&l, &evaluation, key.as_ref()),
        key,
        members,
        least: smallest(regime, negotiated, panel_acts::budget(&state)),
        representatives: members / 3,
        named,
        span: evaluation.room.hours.map(|(from, until)| (from.0, until.0)),
        hours: evaluation.room.hours,
        left,
        asked: Asked {
            coefficients: asked(&Subject::Coefficients {}),
            order: asked(&Subject::Order {}),
            ties,
        },
        filters: words::filters(&l, &evaluate::pool::filters(regime)),
        trade: notice.map(|notice| notice.trade.clone()).unwrap_or_default(),
        region: notice.map(|notice| notice.region.clone()).unwrap_or_default(),
        further: further(&evaluation).filter(|_| evaluation.lacking() == 0),
        next: fresh(&evaluation, "panel"),
        may_appoint: evaluation.seats.is_empty() || !vacant.is_empty(),
        vacant,
        regime,
        tender,
        l,
    })
}
