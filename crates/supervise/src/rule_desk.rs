//! Rules and cards as the supervisor's programs read them.
//!
//! Invariant: what is answered is the board's, at an instant that the answer names.

use crate::adoption::malformed;
use crate::desks::{SupervisorDesk, query_malformed};
use axum::extract::rejection::{BytesRejection, QueryRejection};
use axum::extract::{DefaultBodyLimit, Path, Query, State};
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use bytes::Bytes;
use desk::{Caller, Problem};
use facts::body::card::{CardEnded, CardIssued, CardWarned, Colour, RulesAdopted};
use facts::{Instant, Role, TenderId};
use rules::board::Standing;
use rules::issued::Issued;
use rules::parse::LONGEST;
use rules::{Board, Card, Rule, RuleBook, RuleFileError};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

/// The routes.
pub(crate) fn routes() -> Router<SupervisorDesk> {
    let of_a_file = post(adoption_of).layer(DefaultBodyLimit::max(LONGEST));
    Router::new()
        .route("/api/rules", get(rules))
        .route("/api/rules/adoption", get(adoption).merge(of_a_file))
        .route("/api/rules/file", get(file))
        .route("/api/rules/{rule}", get(rule))
        .route("/api/cards/issued", get(issued))
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
    in_order(&mut cards);
    cards
}

/// The nearest limit first.
pub(crate) fn in_order(cards: &mut [Card]) {
    cards.sort_by_cached_key(|card| (card.due.unwrap_or(card.raised), card.name()));
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
        calendar: board.book().calendar.version.to_owned(),
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

/// What is signed to adopt the platform's own rules
///
/// The body of `rules.adopted` for the stream `rules`, in force from the instant asked for, of the file that came with
/// the program.
#[utoipa::path(
    get, path = "/api/rules/adoption",
    params(From),
    responses((status = 200, description = "The body to sign", body = Object), (status = 404, description = "It is adopted already"))
)]
pub(crate) async fn adoption(
    State(desk): State<SupervisorDesk>,
    caller: Caller,
    query: Result<Query<From>, QueryRejection>,
) -> Result<Json<RulesAdopted>, Problem> {
    caller.must(Role::Supervisor)?;
    let Query(query) = query.map_err(|rejected| query_malformed("from=milliseconds", &rejected))?;
    let from = query.from.map_or_else(|| desk.now(), Instant);
    desk.oversight
        .adoptable(from)
        .await?
        .map(Json)
        .ok_or_else(adopted)
}

/// What is signed to adopt a rule file
///
/// The file is read strictly and whole; the answer is the body of `rules.adopted` for it.
#[utoipa::path(
    post, path = "/api/rules/adoption",
    params(From),
    request_body(content = String, description = "The rule file", content_type = "application/json"),
    responses(
        (status = 200, description = "The body to sign", body = Object),
        (status = 404, description = "It is adopted already"),
        (status = 422, description = "The file is refused whole, with the line and the reason")
    )
)]
pub(crate) async fn adoption_of(
    State(desk): State<SupervisorDesk>,
    caller: Caller,
    query: Result<Query<From>, QueryRejection>,
    file: Result<Bytes, BytesRejection>,
) -> Result<Json<RulesAdopted>, Problem> {
    caller.must(Role::Supervisor)?;
    let Query(query) = query.map_err(|rejected| query_malformed("from=milliseconds", &rejected))?;
    let from = query.from.map_or_else(|| desk.now(), Instant);
    let unread = |rejected: BytesRejection| RuleFileError {
        line: 0,
        reason: format!("{}; it may have {LONGEST} bytes", rejected.body_text()),
    };
    let read = file.map_err(unread).and_then(|file| RuleBook::parse(&file));
    let book = read.map_err(|refused| malformed(&refused))?;
    desk.oversight
        .to_adopt(&book, from)
        .await?
        .map(Json)
        .ok_or_else(adopted)
}

/// The rule file in use
///
/// Of the version in force; before one is adopted, the platform's own.
#[utoipa::path(
    get, path = "/api/rules/file",
    responses((status = 200, description = "The rule file, one rule a line", body = Object))
)]
pub(crate) async fn file(State(desk): State<SupervisorDesk>, caller: Caller) -> Result<Response, Problem> {
    caller.must(Role::Supervisor)?;
    let (version, text) = desk
        .oversight
        .with_board(|board| (board.book().version, board.book().text()))
        .await?;
    let short: String = version.to_string().chars().take(8).collect();
    let name = format!("attachment; filename=\"rules-{short}.json\"");
    let headers = [
        (CONTENT_TYPE, "application/json".to_owned()),
        (CONTENT_DISPOSITION, name),
    ];
    Ok((headers, text).into_response())
}

fn adopted() -> Problem {
    Problem::unknown(
        "This version of the rules was adopted last.",
        "该版本规则即最近采用的版本。",
    )
}

/// From when the rules are to be in force.
#[derive(Debug, Clone, Copy, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct From {
    /// Milliseconds since 1970; now, if left out.
    from: Option<i64>,
}

/// Cards in the log
#[utoipa::path(
    get, path = "/api/cards/issued",
    params(Told),
    responses((status = 200, description = "Cards that were issued, the newest first, with their warnings and ends", body = IssuedView))
)]
pub(crate) async fn issued(
    State(desk): State<SupervisorDesk>,
    caller: Caller,
    query: Result<Query<Told>, QueryRejection>,
) -> Result<Json<IssuedView>, Problem> {
    caller.must(Role::Supervisor)?;
    let Query(query) = query.map_err(|rejected| query_malformed("told=account", &rejected))?;
    let view = desk.oversight.with_board(|board| IssuedView {
        cards: logged(board, query.told.as_deref()),
        size: board.next(),
    });
    Ok(Json(view.await?))
}

/// Whose cards.
#[derive(Debug, Clone, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct Told {
    /// An account, `operators` or `supervisors`: only cards of which it was told.
    told: Option<String>,
}

/// Cards in the log.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct IssuedView {
    /// The cards, the newest first.
    pub cards: Vec<Logged>,
    /// Entries of the log taken in.
    pub size: u64,
}

/// A card in the log, with what came of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Logged {
    /// Time of its entry.
    #[schema(value_type = i64)]
    pub at: Instant,
    /// The fact.
    #[schema(value_type = Object)]
    pub card: CardIssued,
    /// The end: position, time and fact.
    #[schema(value_type = Option<Object>)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ended: Option<(u64, Instant, CardEnded)>,
    /// The position.
    pub seq: u64,
    /// Warnings: position, time and fact.
    #[schema(value_type = Vec<Object>)]
    pub warned: Vec<(u64, Instant, CardWarned)>,
}

/// The cards in the log, of which somebody was told if that is asked, the newest first. A yellow card that a red one
/// followed is its own line; warnings belong to the yellow one, the end to the last.
#[must_use]
pub fn logged(board: &Board, told: Option<&str>) -> Vec<Logged> {
    let mut all: Vec<Logged> = board.all_issued().flat_map(|(_, issued)| lines(issued)).collect();
    all.retain(|line| told.is_none_or(|who| line.card.told.iter().any(|told| told == who)));
    all.sort_by_key(|line| std::cmp::Reverse(line.seq));
    all
}

/// The cards of one tender in the log.
pub fn lines(issued: &Issued) -> impl Iterator<Item = Logged> {
    issued.courses().flat_map(|course| {
        let last = course.latest().map(|issue| issue.seq);
        let line = move |issue: &rules::issued::Issue| Logged {
            at: issue.at,
            card: issue.body.clone(),
            ended: course.ended.clone().filter(|_| last == Some(issue.seq)),
            seq: issue.seq,
            warned: match issue.body.colour {
                Colour::Yellow => course.warned.clone(),
                Colour::Red => Vec::new(),
            },
        };
        course.yellow.iter().chain(&course.red).map(line)
    })
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
