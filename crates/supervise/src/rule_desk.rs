//! Rules and cards as the supervisor's programs read them.
//!
//! Invariant: what is answered is the board's, at an instant that the answer names.

use crate::desks::SupervisorDesk;
use crate::rules::board::Standing;
use crate::rules::{Board, Card, Rule};
use axum::extract::{Path, State};
use axum::routing::get;
use axum::{Json, Router};
use desk::{Caller, Problem};
use facts::{Instant, Role, TenderId};
use serde::Serialize;
use utoipa::ToSchema;

/// The routes.
pub(crate) fn routes() -> Router<SupervisorDesk> {
    Router::new()
        .route("/api/rules", get(rules))
        .route("/api/rules/{rule}", get(rule))
        .route("/api/cards", get(cards))
        .route("/api/docket/{tender}/cards", get(cards_of))
}

/// A rule, and how it stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct RuleView {
    /// Procedures in which it has, or may get, a card.
    pub carded: usize,
    /// Facts it needs that the platform does not record yet.
    pub facts_missing: Vec<&'static str>,
    /// Procedures in which it was looked at and found kept.
    pub kept: usize,
    /// The rule as its file has it.
    #[schema(value_type = Object)]
    pub rule: Rule,
}

/// All rules.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct RulesView {
    /// Version of the working-day calendar.
    pub calendar: String,
    /// What the rules are called.
    pub name: String,
    /// The rules, in the order of their file.
    pub rules: Vec<RuleView>,
    /// SHA-256 of the canonical form of the file.
    pub version: String,
}

/// Cards at an instant.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct CardsView {
    /// The instant.
    #[schema(value_type = i64)]
    pub at: Instant,
    /// The cards: open ones by their limits, the nearest first; of one tender also those that ended.
    pub cards: Vec<Card>,
    /// Entries of the log taken in.
    pub size: u64,
    /// The rules they follow from.
    pub version: String,
}

/// A rule with its standing in all procedures.
#[must_use]
pub fn view(board: &Board, rule: &Rule) -> RuleView {
    let mut view = RuleView {
        carded: 0,
        facts_missing: rule.missing().collect(),
        kept: 0,
        rule: rule.clone(),
    };
    for (_, standing) in board.standings(&rule.id) {
        match standing {
            Standing::Silent => {}
            Standing::Kept => view.kept = view.kept.saturating_add(1),
            Standing::Carded => view.carded = view.carded.saturating_add(1),
        }
    }
    view
}

/// Open cards, the nearest limit first; a breach without a limit stands where it was raised.
#[must_use]
pub fn open_cards(board: &Board, at: Instant) -> Vec<Card> {
    let mut cards: Vec<Card> = board.cards(at).filter(Card::is_open).collect();
    cards.sort_by_cached_key(|card| (card.due.unwrap_or(card.raised), card.name()));
    cards
}

fn unknown_rule() -> Problem {
    Problem::unknown("There is no such rule.", "没有该规则。")
}

/// All rules
#[utoipa::path(
    get, path = "/api/rules",
    responses((status = 200, description = "Every rule with its basis, facts, what is missing and how it stands", body = RulesView))
)]
pub(crate) async fn rules(
    State(desk): State<SupervisorDesk>,
    caller: Caller,
) -> Result<Json<RulesView>, Problem> {
    caller.must(Role::Supervisor)?;
    let view = desk.oversight.with_board(|board| RulesView {
        calendar: board.book().calendar.clone(),
        name: board.book().name.clone(),
        rules: board.book().rules.iter().map(|rule| view(board, rule)).collect(),
        version: board.book().version.to_string(),
    });
    Ok(Json(view.await?))
}

/// One rule
#[utoipa::path(
    get, path = "/api/rules/{rule}",
    params(("rule" = String, Path, description = "The rule, e.g. B01")),
    responses((status = 200, description = "One rule and how it stands", body = RuleView), (status = 404, description = "No such rule"))
)]
pub(crate) async fn rule(
    State(desk): State<SupervisorDesk>,
    caller: Caller,
    Path(rule): Path<String>,
) -> Result<Json<RuleView>, Problem> {
    caller.must(Role::Supervisor)?;
    let found = desk
        .oversight
        .with_board(|board| board.book().rule(&rule).map(|rule| view(board, rule)));
    found.await?.map(Json).ok_or_else(unknown_rule)
}

/// All open cards
#[utoipa::path(
    get, path = "/api/cards",
    responses((status = 200, description = "Open cards of all tenders, the nearest limit first", body = CardsView))
)]
pub(crate) async fn cards(
    State(desk): State<SupervisorDesk>,
    caller: Caller,
) -> Result<Json<CardsView>, Problem> {
    caller.must(Role::Supervisor)?;
    let at = desk.now();
    let view = desk.oversight.with_board(|board| CardsView {
        at,
        cards: open_cards(board, at),
        size: board.next(),
        version: board.book().version.to_string(),
    });
    Ok(Json(view.await?))
}

/// Cards of one tender
#[utoipa::path(
    get, path = "/api/docket/{tender}/cards",
    params(("tender" = String, Path, description = "The tender")),
    responses((status = 200, description = "Cards of one tender, those that ended too", body = CardsView), (status = 404, description = "No such tender"))
)]
pub(crate) async fn cards_of(
    State(desk): State<SupervisorDesk>,
    caller: Caller,
    Path(tender): Path<String>,
) -> Result<Json<CardsView>, Problem> {
    caller.must(Role::Supervisor)?;
    let unknown = || {
        Problem::unknown(
            "There is no such tender in the docket.",
            "监督台账中没有该招标项目。",
        )
    };
    let tender = TenderId::parse(&tender).map_err(|_| unknown())?;
    let at = desk.now();
    let found = desk.oversight.with_board(|board| {
        board.procedure(&tender).map(|_| CardsView {
            at,
            cards: board.cards_of(&tender, at),
            size: board.next(),
            version: board.book().version.to_string(),
        })
    });
    found.await?.map(Json).ok_or_else(unknown)
}
