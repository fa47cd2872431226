//! Pages of the supervision zone: the cockpit, the docket, one tender, rules and cards, statistics and reports, signs,
//! the chain.
//!
//! Invariant: they show the docket as its API does, which has neither scores nor what is sealed; orders are signed in
//! the supervisor's browser.

mod cockpit;
mod figures;
mod flags;
mod logged;
mod monthly;
mod rule_screens;
mod rules;
mod screens;
mod stages;
mod words;

use crate::doors::Doors;
use crate::pages::public::words as fact_words;
use crate::pages::unsure::unsure;
use crate::pages::{Layout, Signed, shown};
use askama::Template;
use axum::Router;
use axum::extract::{Path, State};
use axum::response::Response;
use axum::routing::get;
use desk::{Outage, Problem};
use facts::calendar::CHINA;
use facts::{Instant, Role, TenderId};
use supervise::docket::{LastFact, Matter, Phase};

/// The pages.
pub fn routes() -> Router<Doors> {
    Router::new()
        .route("/", get(cockpit::front))
        .route("/docket", get(docket))
        .route("/docket/{tender}", get(matter))
        .route("/rules", get(rules::rules))
        .route("/rules/{rule}", get(rules::rule))
        .route("/cards", get(rules::cards))
        .route("/statistics", get(figures::statistics))
        .route("/statistics.csv", get(figures::csv))
        .route("/reports/{month}", get(monthly::page))
        .route("/reports/{month}/report.csv", get(monthly::csv))
        .route("/reports/{month}/report.pdf", get(monthly::pdf))
        .route("/chain", get(chain))
        .route("/flags", get(flags::flags))
        .route("/screens", get(screens::screens))
        .route("/screens/{tender}", get(screens::screened))
}

/// A clock of a tender, in words.
struct Due {
    name: &'static str,
    at: Instant,
    working_day: bool,
}

/// A fact of a tender, in words.
struct Line {
    seq: u64,
    at: Instant,
    kind: &'static str,
    name: &'static str,
}

/// A tender as the docket's list shows it.
struct Row {
    matter: Matter,
    phase: &'static str,
    next: Option<Due>,
    last: Option<Line>,
}

#[derive(Template)]
#[template(path = "supervision/docket.html")]
struct DocketPage {
    l: Layout,
    calendar: &'static str,
    unsure: Vec<String>,
    rows: Vec<Row>,
}

#[derive(Template)]
#[template(path = "supervision/matter.html")]
struct MatterPage {
    l: Layout,
    account: String,
    phase: &'static str,
    /// Whether scores are revealed: from the result on.
    is_judged: bool,
    /// Whether there is a result that could be judged anew.
    may_reevaluate: bool,
    cards: Vec<rules::Shown>,
    /// Signs of the opened tender, and how many of them wait for a person.
    signs: Option<(usize, usize)>,
    clocks: Vec<Due>,
    unsure: Vec<String>,
    facts: Vec<Line>,
    matter: Matter,
}

#[derive(Template)]
#[template(path = "supervision/chain.html")]
struct ChainPage {
    l: Layout,
}

fn dues(l: &Layout, matter: &Matter) -> Vec<Due> {
    let mut dues: Vec<Due> = matter
        .clocks
        .iter()
        .map(|(name, clock)| Due {
            name: words::clock(name).of(l),
            at: clock.at,
            working_day: clock.working_day,
        })
        .collect();
    dues.sort_by_key(|due| due.at);
    dues
}

fn line(l: &Layout, fact: &LastFact) -> Line {
    let (zh, en) = fact_words::kind(fact.kind);
    Line {
        seq: fact.seq,
        at: fact.at,
        kind: fact.kind.name(),
        name: l.say(zh, en),
    }
}

/// What is most pressing first: a suspension, an objection that waits, then the nearest clock.
fn order(a: &Row, b: &Row) -> std::cmp::Ordering {
    let calm = |row: &Row| (row.matter.suspended.is_none(), row.matter.objections.is_empty());
    let due = |row: &Row| row.next.as_ref().map_or(i64::MAX, |next| next.at.0);
    (calm(a), due(a), &a.matter.tender).cmp(&(calm(b), due(b), &b.matter.tender))
}

async fn docket(State(doors): State<Doors>, signed: Signed) -> Result<Response, Problem> {
    signed.caller.must(Role::Supervisor)?;
    let l = signed.l;
    let now = l.now;
    let matters = doors
        .oversight
        .with_docket(|docket| docket.matters().map(Matter::without_facts).collect::<Vec<_>>())
        .await?;
    let mut rows: Vec<Row> = matters
        .into_iter()
        .map(|matter| Row {
            phase: words::phase(matter.phase).of(&l),
            next: dues(&l, &matter).into_iter().find(|due| due.at >= now),
            last: matter.last.as_ref().map(|fact| line(&l, fact)),
            matter,
        })
        .collect();
    rows.sort_by(order);
    let limits = rows.iter().filter_map(|row| row.next.as_ref());
    shown(&DocketPage {
        unsure: unsure(&l, limits.map(|due| due.at)),
        l,
        calendar: CHINA.version,
        rows,
    })
}

async fn matter(
    State(doors): State<Doors>,
    signed: Signed,
    Path(tender): Path<String>,
) -> Result<Response, Problem> {
    let account = signed.caller.must(Role::Supervisor)?.to_string();
    let l = signed.l;
    let unknown = || {
        Problem::unknown(
            "There is no such tender in the docket.",
            "监督台账中没有该招标项目。",
        )
    };
    let tender = TenderId::parse(&tender).map_err(|_| unknown())?;
    let found: Result<Option<Matter>, Outage> = doors
        .oversight
        .with_docket(|docket| docket.matter(&tender).cloned())
        .await;
    let matter = found?.ok_or_else(unknown)?;
    let now = l.now;
    let cards = doors
        .oversight
        .with_board(|board| board.cards_of(&tender, now))
        .await?;
    let signs = doors
        .oversight
        .with_signs(|board| {
            let screened = board.tender(&tender)?;
            Some((screened.signs.len(), board.unjudged(screened).count()))
        })
        .await?;
    let limits = matter.clocks.values().map(|clock| clock.at);
    let unsure = unsure(&l, limits.chain(cards.iter().filter_map(|card| card.due)));
    shown(&MatterPage {
        account,
        unsure,
        signs,
        phase: words::phase(matter.phase).of(&l),
        is_judged: matches!(
            matter.phase,
            Phase::Evaluated | Phase::Publicised | Phase::Awarded | Phase::Contracted
        ),
        may_reevaluate: matches!(matter.phase, Phase::Evaluated | Phase::Publicised),
        cards: cards.into_iter().map(|card| rules::Shown::of(&l, card)).collect(),
        clocks: dues(&l, &matter),
        facts: matter.facts.iter().rev().map(|fact| line(&l, fact)).collect(),
        matter,
        l,
    })
}

async fn chain(signed: Signed) -> Result<Response, Problem> {
    signed.caller.must(Role::Supervisor)?;
    shown(&ChainPage { l: signed.l })
}
