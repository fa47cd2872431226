//! The cockpit (监督驾驶舱): what waits for a supervisor at an instant, and every live procedure at a glance.
//!
//! Invariant: a projection of docket, cards and signs, which know nothing sealed; of an evaluation the process alone.
//! What waits is a position in the log without its answer, so the passing of its limit makes it red and never makes it
//! vanish.

mod asked;
mod needs;

pub use asked::{Asked, Cockpit, Pick};

use crate::docket::{Docket, HallView, Matter, Phase, Process, ProcessView};
use crate::rule_desk::in_order;
use crate::signs;
use facts::{Instant, TenderId};
use needs::{is_late, needs};
use rules::{Board, Card, Colour};
use screen::Strength;
use serde::Serialize;
use std::cmp::Reverse;
use std::collections::BTreeMap;
use utoipa::ToSchema;

/// For so long, in milliseconds, what was put together is handed out again while the log tells nothing new.
const FRESH: i64 = 10_000;

/// What kind of thing waits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum What {
    /// An order that procurement has neither obeyed nor given back.
    Order,
    /// An explanation that was called for and not given.
    Explanation,
    /// An objection that the buyer has not answered.
    Objection,
    /// A complaint that is not decided.
    Complaint,
    /// An access to confidential facts that waits for a second supervisor.
    Access,
    /// A limit of the procedure that has passed with nothing done.
    Limit,
    /// An open card.
    Card,
    /// Signs of collusion or risk that nobody has judged.
    Sign,
}

/// One thing that waits.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Need {
    /// Its name: an order, an objection, a clock, a rule, the codes of screens.
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
    /// Whether the limit has passed.
    pub overdue: bool,
    /// Since when, where that is known.
    #[schema(value_type = Option<i64>)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub since: Option<Instant>,
    /// The tender.
    #[schema(value_type = String)]
    pub tender: TenderId,
    /// Title of the tender.
    pub title: String,
    /// What kind of thing.
    pub what: What,
    /// In Chinese.
    pub zh: String,
}

/// A clock.
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
    /// Since when the newest of what waits in it waits, or is overdue.
    #[schema(value_type = Option<i64>)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub concern: Option<Instant>,
    /// How far the evaluation is, as numbers.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub evaluation: Option<ProcessView>,
    /// The opening that goes on.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hall: Option<HallView>,
    /// Its last public fact that is no card.
    #[schema(value_type = Option<i64>)]
    pub last: Option<Instant>,
    /// The clock that ran out first, with nothing done yet.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub late: Option<Next>,
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

/// How many things of each kind wait.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, ToSchema)]
pub struct Counts {
    /// Accesses that wait for a second supervisor.
    pub accesses: usize,
    /// Open cards.
    pub cards: usize,
    /// Complaints that are not decided.
    pub complaints: usize,
    /// Explanations not given.
    pub explanations: usize,
    /// Limits passed with nothing done.
    pub limits: usize,
    /// Objections without a reply.
    pub objections: usize,
    /// Orders without an answer.
    pub orders: usize,
    /// Things of any kind whose limit has passed.
    pub overdue: usize,
    /// Red ones among the cards.
    pub red: usize,
    /// Tenders with signs that nobody judged.
    pub signs: usize,
    /// Open cards that the rules find and that are not in the log: no version of the rules is in force, or the platform
    /// is about to write them down.
    pub unissued: usize,
}

/// The open cards of an instant.
#[derive(Debug, Clone)]
pub struct Cards {
    open: Vec<Card>,
    unissued: usize,
    version: String,
}

impl Cards {
    /// Those of a board.
    #[must_use]
    pub fn of(board: &Board, at: Instant) -> Self {
        let (mut open, mut unissued) = (Vec::new(), 0_usize);
        for (card, is_logged) in board.open_cards(at) {
            unissued = unissued.saturating_add(usize::from(!is_logged));
            open.push(card);
        }
        in_order(&mut open);
        Self {
            open,
            unissued,
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
            overdue: false,
            since: None,
            tender: tender.clone(),
            title: String::new(),
            what,
            zh: String::new(),
        }
    }

    /// Overdue and red ones first, then those with a limit; of each the nearest limit first, without one the oldest.
    fn key(&self) -> (u8, i64, &TenderId, What, &str) {
        let is_red = self.overdue || self.colour == Some(Colour::Red);
        let rank = match (is_red, self.due) {
            (true, _) => 0,
            (false, Some(_)) => 1,
            (false, None) => 2,
        };
        let when = self.due.or(self.since).map_or(i64::MAX, |at| at.0);
        (rank, when, &self.tender, self.what, &self.about)
    }

    /// When it became what it is now.
    fn moment(&self) -> Option<Instant> {
        self.due.filter(|_| self.overdue).max(self.since)
    }
}

/// Whether a procedure still goes on: after an award as long as something is due.
fn is_live(matter: &Matter) -> bool {
    match matter.phase {
        Phase::Failed | Phase::Terminated => false,
        Phase::Awarded | Phase::Contracted => !matter.clocks.is_empty(),
        _ => true,
    }
}

/// What a supervisor sees, put together once for all who ask.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Seen {
    at: Instant,
    changes: u64,
    counts: Counts,
    live: Vec<Live>,
    needs: Vec<Need>,
    over: usize,
    size: u64,
    version: String,
}

impl Seen {
    /// Docket, cards and signs put together.
    #[must_use]
    pub fn of(docket: &Docket, cards: Cards, signs: &Waiting, at: Instant) -> Self {
        let Cards {
            open,
            unissued,
            version,
        } = cards;
        let needs = needs(docket, open, signs, at);
        let mut counts = Counts {
            unissued,
            ..Counts::default()
        };
        let mut concerns: BTreeMap<&TenderId, Concern> = BTreeMap::new();
        for need in &needs {
            counts.add(need);
            concerns.entry(&need.tender).or_default().add(need);
        }
        let all = docket.matters().count();
        let mut live: Vec<Live> = docket
            .matters()
            .filter(|matter| is_live(matter))
            .map(|matter| {
                let concern = concerns.get(&matter.tender).copied().unwrap_or_default();
                live(docket, matter, concern, at)
            })
            .collect();
        live.sort_by(|a, b| {
            let due = |one: &Live| one.next.as_ref().map_or(i64::MAX, |next| next.at.0);
            (Reverse(a.concern), due(a), &a.tender).cmp(&(Reverse(b.concern), due(b), &b.tender))
        });
        Self {
            at,
            changes: docket.changes(),
            counts,
            over: all.saturating_sub(live.len()),
            live,
            needs,
            size: docket.next(),
            version,
        }
    }

    /// The same as what was known after so many changes: cards and signs were read before the docket, so what was added
    /// in between is not in all of it.
    #[must_use]
    pub(crate) fn known_after(self, changes: u64) -> Self {
        Self { changes, ..self }
    }

    /// Whether this still holds at an instant, after so many changes ([`Docket::changes`]).
    #[must_use]
    pub fn holds(&self, changes: u64, at: Instant) -> bool {
        self.changes == changes && (0..FRESH).contains(&at.since(self.at))
    }
}

/// What the needs of one tender amount to.
#[derive(Debug, Clone, Copy, Default)]
struct Concern {
    newest: Option<Instant>,
    red: usize,
    yellow: usize,
}

impl Concern {
    fn add(&mut self, need: &Need) {
        self.newest = self.newest.max(need.moment());
        match need.colour {
            Some(Colour::Red) => self.red = self.red.saturating_add(1),
            Some(Colour::Yellow) => self.yellow = self.yellow.saturating_add(1),
            None => {}
        }
    }
}

impl Counts {
    fn add(&mut self, need: &Need) {
        let count = match need.what {
            What::Order => &mut self.orders,
            What::Explanation => &mut self.explanations,
            What::Objection => &mut self.objections,
            What::Complaint => &mut self.complaints,
            What::Access => &mut self.accesses,
            What::Limit => &mut self.limits,
            What::Card => &mut self.cards,
            What::Sign => &mut self.signs,
        };
        *count = count.saturating_add(1);
        let one_if = usize::from;
        self.overdue = self.overdue.saturating_add(one_if(need.overdue));
        let is_red = need.colour == Some(Colour::Red);
        self.red = self.red.saturating_add(one_if(is_red));
    }
}

fn live(docket: &Docket, matter: &Matter, concern: Concern, at: Instant) -> Live {
    let first = |fits: &dyn Fn(&str, Instant) -> bool| {
        let clocks = matter.clocks.iter();
        let fitting = clocks.filter(|(name, clock)| fits(name, clock.at));
        let nearest = fitting.min_by_key(|(_, clock)| clock.at);
        nearest.map(|(clock, ends)| Next { at: ends.at, clock })
    };
    let process = docket.process(&matter.tender);
    Live {
        concern: concern.newest,
        evaluation: process.and_then(Process::view),
        hall: docket.hall(&matter.tender),
        last: matter.last.as_ref().map(|last| last.at),
        late: first(&|name, ends| is_late(matter, name, ends, at)),
        next: first(&|_, ends| ends >= at),
        // The opening of an evaluation is sealed, so no public fact moves the phase on.
        phase: match matter.phase {
            Phase::OpeningClosed if process.is_some_and(Process::is_running) => Phase::Evaluating,
            phase => phase,
        },
        red: concern.red,
        suspended: matter.suspended.is_some(),
        tender: matter.tender.clone(),
        title: matter.title.clone(),
        yellow: concern.yellow,
    }
}
