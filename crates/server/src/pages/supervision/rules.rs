//! Pages of the rules (监察规则) and of the cards that follow from them.
//!
//! Invariant: what a page shows of a rule is its file's text; what it shows of a procedure is the board's, which knows
//! nothing that is not disclosed.

use super::logged::{LoggedRow, Past, colour, history, how};
use super::rule_screens::Screen;
use super::{stages, words};
use crate::doors::Doors;
use crate::pages::query::written;
use crate::pages::unsure::{unsure, unsure_at_all};
use crate::pages::{Layout, Signed, shown};
use ::rules::board::Standing;
use ::rules::rule::RegimeWord;
use ::rules::{Ahead, Card, CardKind, Colour, Confidence, Rule};
use askama::Template;
use axum::extract::{Path, Query, State};
use axum::response::Response;
use desk::Problem;
use facts::body::card::RulesAdopted;
use facts::calendar::CHINA;
use facts::{Instant, Role, TenderId};
use std::collections::{BTreeMap, BTreeSet};
use supervise::rule_desk::{self, RuleView};

/// A card in the words of the page.
pub(super) struct Shown {
    pub(super) card: Card,
    pub(super) colour: &'static str,
    pub(super) ahead: Option<&'static str>,
    pub(super) ended: Option<&'static str>,
    pub(super) said: String,
    pub(super) told: Vec<String>,
}

impl Shown {
    pub(super) fn of(l: &Layout, card: Card) -> Self {
        let colour = colour(l, card.colour);
        let ahead = card.ahead.map(|ahead| match ahead {
            Ahead::H48 => l.say("48小时内到期", "due within 48 h"),
            Ahead::H24 => l.say("24小时内到期", "due within 24 h"),
            Ahead::Today => l.say("今日到期", "due today"),
            Ahead::Over => l.say("已超期", "overdue"),
        });
        let ended = card.ended.map(|ended| how(l, ended.how));
        let told = card.told.iter().map(|who| match who.as_str() {
            "supervisors" => l.say("全体监督人员", "all supervisors").to_owned(),
            "operators" => l.say("平台运营人员", "operators").to_owned(),
            account => account.to_owned(),
        });
        Self {
            colour,
            ahead,
            ended,
            said: if l.is_zh() {
                card.zh.clone()
            } else {
                card.en.clone()
            },
            told: told.collect(),
            card,
        }
    }
}

/// Rules on one page of the list.
const PAGE: usize = 50;

/// A rule in the list.
struct Row {
    id: String,
    stage: String,
    text: String,
    basis: String,
    card: &'static str,
    state: &'static str,
    regimes: String,
    kept: usize,
    carded: usize,
}

/// What the list is narrowed to; empty: everything.
#[derive(Default)]
struct Narrowed {
    stage: String,
    regime: String,
    card: String,
    state: String,
    /// Page of the list, from 1.
    page: usize,
}

impl Narrowed {
    fn of(mut query: BTreeMap<String, String>) -> Self {
        let mut take = |name: &str| query.remove(name).unwrap_or_default();
        Self {
            stage: take("stage"),
            regime: take("regime"),
            card: take("card"),
            state: take("state"),
            page: take("page").parse::<usize>().unwrap_or(1).max(1),
        }
    }

    /// The address of another page of the same list.
    fn link(&self, page: usize) -> String {
        let page = page.to_string();
        let pairs = [
            ("stage", self.stage.as_str()),
            ("regime", &self.regime),
            ("card", &self.card),
            ("state", &self.state),
            ("page", &page),
        ];
        let said: Vec<(&str, &str)> = pairs.into_iter().filter(|(_, value)| !value.is_empty()).collect();
        format!("/rules?{}", written(&said))
    }

    fn fits(&self, rule: &Rule) -> bool {
        let any = |wanted: &str, is: bool| wanted.is_empty() || is;
        any(&self.stage, rule.stage == self.stage)
            && any(
                &self.regime,
                rule.regimes.iter().any(|regime| regime.word() == self.regime),
            )
            && any(&self.card, card_word(rule.card) == self.card)
            && any(&self.state, state_word(rule) == self.state)
    }
}

const fn card_word(card: CardKind) -> &'static str {
    match card {
        CardKind::Red => "red",
        CardKind::Yellow => "yellow",
        CardKind::YellowThenRed => "yellow_then_red",
        CardKind::Blocked => "blocked",
    }
}

fn state_word(rule: &Rule) -> &'static str {
    let missing = rule.missing().next().is_some();
    if rule.checks.is_empty() && rule.honoured.is_none() && !rule.screens.is_empty() {
        return "screened";
    }
    match (rule.checks.is_empty(), rule.honoured.is_some(), missing) {
        (false, _, false) => "checked",
        (false, _, true) => "part",
        (true, true, _) => "honoured",
        (true, false, _) => "missing",
    }
}

const CARDS: [&str; 4] = ["red", "yellow", "yellow_then_red", "blocked"];
const STATES: [&str; 5] = ["checked", "part", "honoured", "screened", "missing"];

/// A choice of a filter.
struct Choice {
    word: String,
    name: String,
    is_chosen: bool,
}

fn choices<'a>(
    words: impl IntoIterator<Item = &'a str>,
    chosen: &str,
    name: impl Fn(&'a str) -> String,
) -> Vec<Choice> {
    let choice = |word: &'a str| Choice {
        word: word.to_owned(),
        name: name(word),
        is_chosen: word == chosen,
    };
    words.into_iter().map(choice).collect()
}

#[derive(Template)]
#[template(path = "supervision/rules.html")]
struct RulesPage {
    l: Layout,
    account: String,
    /// The version of this build as it would be signed, as long as it is not the one adopted last.
    adoptable: Option<RulesAdopted>,
    version: String,
    calendar: &'static str,
    unsure: Vec<String>,
    /// Whether this program knows a later calendar than the rules in force count by.
    is_calendar_old: bool,
    /// The calendar of this program.
    present: &'static str,
    /// The version in force, where this program cannot run it.
    unknown: Option<String>,
    name: String,
    total: usize,
    checked: usize,
    found: usize,
    page: usize,
    pages: usize,
    previous: String,
    next: String,
    rows: Vec<Row>,
    stages: Vec<Choice>,
    regimes: Vec<Choice>,
    cards: Vec<Choice>,
    states: Vec<Choice>,
}

#[derive(Template)]
#[template(path = "supervision/rule.html")]
struct RulePage {
    l: Layout,
    stage: String,
    version: String,
    view: RuleView,
    card: &'static str,
    state: &'static str,
    /// The screens that look for signs of it.
    screens: Vec<Screen>,
    regimes: String,
    to_check: bool,
    cards: Vec<Shown>,
    unsure: Vec<String>,
    logged: Vec<LoggedRow>,
    /// Adoptions that changed the rule.
    history: Vec<Past>,
    standings: Vec<(TenderId, &'static str)>,
}

#[derive(Template)]
#[template(path = "supervision/cards.html")]
struct CardsPage {
    l: Layout,
    version: String,
    at: Instant,
    unsure: Vec<String>,
    cards: Vec<Shown>,
    logged: Vec<LoggedRow>,
    /// Whose cards are listed; empty: everybody's.
    told: String,
    /// Whether the version in force is one that the platform has.
    adopted: bool,
    red: usize,
}

fn regimes(l: &Layout, rule: &Rule) -> String {
    let names: Vec<&str> = rule
        .regimes
        .iter()
        .map(|regime| words::regime(*regime).of(l))
        .collect();
    names.join(l.say("、", ", "))
}

/// `GET /rules`: all of them, narrowed by the query.
pub(super) async fn rules(
    State(doors): State<Doors>,
    signed: Signed,
    Query(query): Query<BTreeMap<String, String>>,
) -> Result<Response, Problem> {
    signed.caller.must(Role::Supervisor)?;
    let account = signed.caller.account.to_string();
    let l = signed.l;
    let narrowed = Narrowed::of(query);
    let adoptable = doors.oversight.adoptable(l.now).await?;
    let (views, version, calendar, name, unknown) = doors
        .oversight
        .with_board(|board| {
            let book = board.book();
            let views: Vec<RuleView> = book
                .rules
                .iter()
                .map(|rule| rule_desk::view(board, rule))
                .collect();
            (
                views,
                book.version.to_string(),
                book.calendar,
                book.name.clone(),
                board
                    .in_force(l.now)
                    .filter(|adoption| adoption.body.version != book.version)
                    .map(|adoption| adoption.body.version.to_string()),
            )
        })
        .await?;
    let words_of: BTreeSet<&str> = views.iter().map(|view| view.rule.stage.as_str()).collect();
    let row = |view: &RuleView| Row {
        id: view.rule.id.clone(),
        stage: stages::named(&l, &view.rule.stage),
        text: if l.is_zh() {
            view.rule.zh.clone()
        } else {
            view.rule.en.clone()
        },
        basis: view.rule.basis.join(l.say("、", ", ")),
        card: words::card(card_word(view.rule.card)).of(&l),
        state: words::state(state_word(&view.rule)).of(&l),
        regimes: regimes(&l, &view.rule),
        kept: view.kept,
        carded: view.carded,
    };
    let every = RegimeWord::ALL;
    let regime = |word: &str| {
        every
            .iter()
            .find(|known| known.word() == word)
            .map_or("", |known| words::regime(*known).of(&l))
    };
    let fitting: Vec<&RuleView> = views.iter().filter(|view| narrowed.fits(&view.rule)).collect();
    let pages = fitting.len().div_ceil(PAGE).max(1);
    let page = narrowed.page.min(pages);
    shown(&RulesPage {
        total: views.len(),
        checked: views.iter().filter(|view| !view.rule.checks.is_empty()).count(),
        rows: fitting
            .iter()
            .copied()
            .skip(page.saturating_sub(1).saturating_mul(PAGE))
            .take(PAGE)
            .map(row)
            .collect(),
        found: fitting.len(),
        previous: narrowed.link(page.saturating_sub(1)),
        next: narrowed.link(page.saturating_add(1)),
        page,
        pages,
        stages: choices(words_of, &narrowed.stage, |word| stages::named(&l, word)),
        regimes: choices(every.iter().map(|known| known.word()), &narrowed.regime, |word| {
            regime(word).to_owned()
        }),
        cards: choices(CARDS, &narrowed.card, |word| words::card(word).of(&l).to_owned()),
        states: choices(STATES, &narrowed.state, |word| {
            words::state(word).of(&l).to_owned()
        }),
        version,
        calendar: calendar.version,
        unsure: unsure_at_all(&l, calendar),
        is_calendar_old: *calendar != CHINA,
        present: CHINA.version,
        name,
        unknown,
        account,
        adoptable,
        l,
    })
}

/// `GET /rules/{rule}`: text, basis, facts, dates, and every card it gave.
pub(super) async fn rule(
    State(doors): State<Doors>,
    signed: Signed,
    Path(rule): Path<String>,
) -> Result<Response, Problem> {
    signed.caller.must(Role::Supervisor)?;
    let l = signed.l;
    let now = l.now;
    let found = doors
        .oversight
        .with_board(|board| {
            let rule = board.book().rule(&rule)?;
            let cards: Vec<Card> = board.cards(now).filter(|card| card.rule == rule.id).collect();
            let standings: Vec<(TenderId, Standing)> = (board.standings(&rule.id))
                .filter(|(_, standing)| *standing != Standing::Silent)
                .map(|(procedure, standing)| (procedure.tender.clone(), standing))
                .collect();
            Some((
                rule_desk::view(board, rule),
                cards,
                standings,
                board.book().version.to_string(),
                rule_desk::logged(board, None),
                history(board, &rule.id),
            ))
        })
        .await?;
    let unknown = || Problem::unknown("There is no such rule.", "没有该规则。");
    let (view, cards, standings, version, mut lines, history) = found.ok_or_else(unknown)?;
    lines.retain(|line| line.card.rule == view.rule.id);
    let stands = |(tender, standing): (TenderId, Standing)| {
        let word = match standing {
            Standing::Kept => l.say("符合", "kept"),
            _ => l.say("计时或亮牌", "a clock or a card"),
        };
        (tender, word)
    };
    shown(&RulePage {
        stage: stages::named(&l, &view.rule.stage),
        card: words::card(card_word(view.rule.card)).of(&l),
        state: words::state(state_word(&view.rule)).of(&l),
        screens: (view.rule.screens.iter())
            .filter_map(|screen| Screen::of(&l, screen.0))
            .collect(),
        regimes: regimes(&l, &view.rule),
        to_check: view.rule.confidence == Confidence::ToCheck,
        unsure: unsure(&l, cards.iter().filter_map(|card| card.due)),
        cards: cards.into_iter().map(|card| Shown::of(&l, card)).collect(),
        logged: LoggedRow::all(&l, lines),
        history,
        standings: standings.into_iter().map(stands).collect(),
        version,
        view,
        l,
    })
}

/// `GET /cards`: what is open, the nearest limit first, and what is in the log, perhaps of one person.
pub(super) async fn cards(
    State(doors): State<Doors>,
    signed: Signed,
    Query(mut query): Query<BTreeMap<String, String>>,
) -> Result<Response, Problem> {
    signed.caller.must(Role::Supervisor)?;
    let l = signed.l;
    let at = l.now;
    let told = query.remove("told").unwrap_or_default();
    let whose = (!told.is_empty()).then_some(told.as_str());
    let (cards, version, lines, adopted) = doors
        .oversight
        .with_board(|board| {
            let version = board.book().version;
            let adopted = board
                .in_force(at)
                .is_some_and(|adoption| adoption.body.version == version);
            (
                rule_desk::open_cards(board, at),
                version.to_string(),
                rule_desk::logged(board, whose),
                adopted,
            )
        })
        .await?;
    shown(&CardsPage {
        red: cards.iter().filter(|card| card.colour == Colour::Red).count(),
        unsure: unsure(&l, cards.iter().filter_map(|card| card.due)),
        cards: cards.into_iter().map(|card| Shown::of(&l, card)).collect(),
        logged: LoggedRow::all(&l, lines),
        told,
        adopted,
        version,
        at,
        l,
    })
}
