//! The cockpit (监督驾驶舱): what waits for a supervisor at an instant, and every live procedure at a glance.
//!
//! Invariant: a projection of docket, cards and signs, which know nothing sealed; of an evaluation the process alone.

use crate::docket::{Docket, HallView, Matter, Phase, ProcessView};
use crate::rule_desk::open_cards;
use crate::signs;
use facts::{Instant, TenderId};
use rules::{Board, Card, Colour};
use screen::Strength;
use serde::Serialize;
use std::collections::BTreeMap;
use utoipa::ToSchema;

/// What kind of thing waits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum What {
    /// An order that procurement has not obeyed yet.
    Order,
    /// An objection that the buyer has not answered.
    Objection,
    /// A complaint that is not decided.
    Complaint,
    /// An open card.
    Card,
    /// Signs of collusion or risk that nobody has judged.
    Sign,
}

/// One thing that waits.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Need {
    /// Its name: an order, an objection, a rule, the codes of screens.
    pub about: String,
    /// Colour of a card.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub colour: Option<Colour>,
    /// Until when, where there is a limit.
    #[schema(value_type = Option<i64>)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub due: Option<Instant>,
    /// In English, where more is to be said; of a card.
    pub en: String,
    /// Since when, where that is known.
    #[schema(value_type = Option<i64>)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub since: Option<Instant>,
    /// The tender.
    #[schema(value_type = String)]
    pub tender: TenderId,
    /// What kind of thing.
    pub what: What,
    /// In Chinese.
    pub zh: String,
}

/// A clock that runs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Next {
    /// When it runs out.
    #[schema(value_type = i64)]
    pub at: Instant,
    /// Which one.
    pub clock: &'static str,
}

/// A procedure that is not over.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Live {
    /// How far the evaluation is, as numbers.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub evaluation: Option<ProcessView>,
    /// The opening that goes on.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hall: Option<HallView>,
    /// Its last public fact.
    #[schema(value_type = Option<i64>)]
    pub last: Option<Instant>,
    /// The clock that runs out next.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next: Option<Next>,
    /// Where it stands.
    pub phase: Phase,
    /// Open red cards.
    pub red: usize,
    /// Whether it stands still by order.
    pub suspended: bool,
    /// The tender.
    #[schema(value_type = String)]
    pub tender: TenderId,
    /// Its title.
    pub title: String,
    /// Open yellow cards.
    pub yellow: usize,
}

/// What a supervisor sees first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Cockpit {
    /// The instant.
    #[schema(value_type = i64)]
    pub at: Instant,
    /// Every live procedure, the nearest clock first.
    pub live: Vec<Live>,
    /// What waits: orders, objections, complaints, cards by their limits, signs.
    pub needs: Vec<Need>,
    /// Procedures that are over.
    pub over: usize,
    /// Entries of the log taken in.
    pub size: u64,
    /// The rules that cards follow from.
    pub version: String,
}

/// The open cards of an instant.
#[derive(Debug, Clone)]
pub struct Cards {
    open: Vec<Card>,
    version: String,
}

impl Cards {
    /// Those of a board.
    #[must_use]
    pub fn of(board: &Board, at: Instant) -> Self {
        Self {
            open: open_cards(board, at),
            version: board.book().version.to_string(),
        }
    }
}

/// Signs that wait for a person, tender by tender.
#[derive(Debug, Clone, Default)]
pub struct Waiting(Vec<(TenderId, Instant, String)>);

impl Waiting {
    /// Those of a board that are not weak.
    #[must_use]
    pub fn of(board: &signs::Board) -> Self {
        let waits = board.newest().into_iter().filter_map(|screened| {
            let mut codes: Vec<&str> = board
                .unjudged(screened)
                .filter(|sign| sign.strength > Strength::Weak)
                .map(|sign| sign.code.word())
                .collect();
            codes.sort_unstable();
            codes.dedup();
            let opened = &screened.opened;
            (!codes.is_empty()).then(|| (opened.tender.clone(), opened.at, codes.join(" ")))
        });
        Self(waits.collect())
    }
}

impl Need {
    fn new(what: What, tender: &TenderId, about: String) -> Self {
        Self {
            about,
            colour: None,
            due: None,
            en: String::new(),
            since: None,
            tender: tender.clone(),
            what,
            zh: String::new(),
        }
    }
}

fn waits_in(matter: &Matter) -> Vec<Need> {
    let order = matter
        .suspended
        .iter()
        .filter(|order| !order.obeyed)
        .map(|order| Need {
            since: Some(order.at),
            ..Need::new(What::Order, &matter.tender, order.order.to_string())
        });
    let objections = matter
        .objections
        .iter()
        .map(|objection| Need::new(What::Objection, &matter.tender, objection.to_string()));
    order.chain(objections).collect()
}

/// Whether a procedure still goes on: after an award as long as a period runs.
fn is_live(matter: &Matter, at: Instant) -> bool {
    match matter.phase {
        Phase::Failed | Phase::Terminated => false,
        Phase::Awarded | Phase::Contracted => matter.clocks.values().any(|clock| clock.at >= at),
        _ => true,
    }
}

impl Cockpit {
    /// Docket, cards and signs put together; the cards are used up.
    #[must_use]
    pub fn of(docket: &Docket, cards: &mut Cards, signs: &Waiting, at: Instant) -> Self {
        let mut coloured: BTreeMap<TenderId, (usize, usize)> = BTreeMap::new();
        for card in &cards.open {
            let (red, yellow) = coloured.entry(card.tender.clone()).or_default();
            let count = if card.colour == Colour::Red { red } else { yellow };
            *count = count.saturating_add(1);
        }
        let mut needs: Vec<Need> = docket.matters().flat_map(waits_in).collect();
        needs.sort_by_key(|need| need.what);
        needs.extend(docket.complaints().map(|(tender, complaint, filed)| Need {
            since: Some(filed),
            ..Need::new(What::Complaint, tender, complaint.to_string())
        }));
        needs.extend(cards.open.drain(..).map(|card| Need {
            colour: Some(card.colour),
            due: card.due,
            since: Some(card.raised),
            en: card.en,
            zh: card.zh,
            ..Need::new(What::Card, &card.tender, card.rule)
        }));
        needs.extend(signs.0.iter().map(|(tender, opened, codes)| Need {
            since: Some(*opened),
            ..Need::new(What::Sign, tender, codes.clone())
        }));
        let all = docket.matters().count();
        let mut live: Vec<Live> = docket
            .matters()
            .filter(|matter| is_live(matter, at))
            .map(|matter| {
                let (red, yellow) = coloured.get(&matter.tender).copied().unwrap_or_default();
                let runs = matter.clocks.iter().filter(|(_, clock)| clock.at >= at);
                let next = runs.min_by_key(|(_, clock)| clock.at);
                let process = docket.process(&matter.tender);
                Live {
                    evaluation: process.and_then(crate::docket::Process::view),
                    hall: docket.hall(&matter.tender),
                    last: matter.last.as_ref().map(|last| last.at),
                    next: next.map(|(clock, runs)| Next { at: runs.at, clock }),
                    // The opening of an evaluation is sealed, so no public fact moves the phase on.
                    phase: match matter.phase {
                        Phase::OpeningClosed if process.is_some_and(crate::docket::Process::is_running) => {
                            Phase::Evaluating
                        }
                        phase => phase,
                    },
                    red,
                    suspended: matter.suspended.is_some(),
                    tender: matter.tender.clone(),
                    title: matter.title.clone(),
                    yellow,
                }
            })
            .collect();
        live.sort_by(|a, b| {
            let due = |one: &Live| one.next.as_ref().map_or(i64::MAX, |next| next.at.0);
            (due(a), &a.tender).cmp(&(due(b), &b.tender))
        });
        Self {
            at,
            over: all.saturating_sub(live.len()),
            live,
            needs,
            size: docket.next(),
            version: cards.version.clone(),
        }
    }
}
