//! A page of the cockpit: what is asked for, and what is handed out of all that was put together.
//!
//! Invariant: `state` is a digest of what is handed out but for its instant, the size of the log and the times of last
//! facts, so whoever shows it looks anew only when something else has changed.

use super::{Counts, Live, Need, Seen, What};
use facts::{Hex, Instant};
use rules::Colour;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

/// Things that wait on one page.
const NEEDS: usize = 25;
/// Live procedures on one page.
const LIVE: usize = 50;
/// Openings and evaluations that every page shows; all are found among the live procedures.
const SHOWN: usize = 25;
/// Longest text that is searched for, in characters.
const LONGEST: usize = 200;

/// Which of the things that wait are shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Pick {
    /// Orders without an answer.
    Order,
    /// Explanations not given.
    Explanation,
    /// Objections without a reply.
    Objection,
    /// Complaints not decided.
    Complaint,
    /// Accesses that wait for a second supervisor.
    Access,
    /// Limits passed with nothing done.
    Limit,
    /// Open cards.
    Card,
    /// Signs not judged.
    Sign,
    /// Whatever is overdue.
    Overdue,
    /// Red cards.
    Red,
}

impl Pick {
    /// Its word in a query.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Order => "order",
            Self::Explanation => "explanation",
            Self::Objection => "objection",
            Self::Complaint => "complaint",
            Self::Access => "access",
            Self::Limit => "limit",
            Self::Card => "card",
            Self::Sign => "sign",
            Self::Overdue => "overdue",
            Self::Red => "red",
        }
    }

    fn takes(self, need: &Need) -> bool {
        match self {
            Self::Order => need.what == What::Order,
            Self::Explanation => need.what == What::Explanation,
            Self::Objection => need.what == What::Objection,
            Self::Complaint => need.what == What::Complaint,
            Self::Access => need.what == What::Access,
            Self::Limit => need.what == What::Limit,
            Self::Card => need.what == What::Card,
            Self::Sign => need.what == What::Sign,
            Self::Overdue => need.overdue,
            Self::Red => need.colour == Some(Colour::Red),
        }
    }
}

/// What is asked for.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct Asked {
    /// Part of the name or the title of a tender.
    pub q: Option<String>,
    /// Which of the things that wait; all where left out.
    #[param(inline)]
    pub what: Option<Pick>,
    /// Page of what waits, from 1.
    pub needs_page: Option<usize>,
    /// Page of live procedures, from 1.
    pub page: Option<usize>,
}

/// What a supervisor sees first: one page of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Cockpit {
    /// The instant.
    #[schema(value_type = i64)]
    pub at: Instant,
    /// How many of each kind wait in all.
    pub counts: Counts,
    /// Evaluations that go on, the newest concern first, at most 25.
    pub evaluations: Vec<Live>,
    /// How many there are of them.
    pub evaluations_total: usize,
    /// A page of live procedures: those in which something waits first, the newest concern first; then the nearest
    /// clock.
    pub live: Vec<Live>,
    /// Live procedures that fit what was searched for.
    pub live_total: usize,
    /// A page of what waits: overdue and red first, then the nearest limit.
    pub needs: Vec<Need>,
    /// The page of what waits, from 1.
    pub needs_page: usize,
    /// Pages of what waits, at least 1.
    pub needs_pages: usize,
    /// Things that wait and fit what was asked for.
    pub needs_total: usize,
    /// Openings that go on, the newest concern first, at most 25.
    pub openings: Vec<Live>,
    /// How many there are of them.
    pub openings_total: usize,
    /// Procedures that are over.
    pub over: usize,
    /// The page of live procedures, from 1.
    pub page: usize,
    /// Pages of live procedures, at least 1.
    pub pages: usize,
    /// Entries of the log taken in.
    pub size: u64,
    /// Changes whenever something on this page changes but its instant, the size of the log and the time of a last
    /// fact; the entity tag of the answer.
    pub state: String,
    /// The rules that cards follow from.
    pub version: String,
}

/// Number of pages, the page shown, and what stands on it.
fn paged<T: Clone>(all: &[&T], wanted: Option<usize>, per: usize) -> (usize, usize, Vec<T>) {
    let pages = all.len().div_ceil(per).max(1);
    let page = wanted.unwrap_or(1).clamp(1, pages);
    let before = page.saturating_sub(1).saturating_mul(per);
    let rows = all.iter().skip(before).take(per);
    (pages, page, rows.map(|row| T::clone(row)).collect())
}

fn few<'a>(all: impl Iterator<Item = &'a Live>) -> (usize, Vec<Live>) {
    let all: Vec<&Live> = all.collect();
    (all.len(), all.into_iter().take(SHOWN).cloned().collect())
}

impl Seen {
    /// The page that is asked for; a page beyond the last is the last.
    #[must_use]
    pub fn page(&self, asked: &Asked, at: Instant, size: u64) -> Cockpit {
        let wanted = asked.q.as_deref().unwrap_or_default().trim().to_lowercase();
        let wanted: String = wanted.chars().take(LONGEST).collect();
        let fits = |tender: &str, title: &str| {
            wanted.is_empty()
                || tender.to_lowercase().contains(&wanted)
                || title.to_lowercase().contains(&wanted)
        };
        let needs = self.needs.iter();
        let needs: Vec<&Need> = needs
            .filter(|need| asked.what.is_none_or(|pick| pick.takes(need)))
            .filter(|need| fits(need.tender.as_str(), &need.title))
            .collect();
        let live: Vec<&Live> = self
            .live
            .iter()
            .filter(|live| fits(live.tender.as_str(), &live.title))
            .collect();
        let (openings_total, openings) = few(live.iter().copied().filter(|one| one.hall.is_some()));
        let (evaluations_total, evaluations) =
            few(live.iter().copied().filter(|one| one.evaluation.is_some()));
        let (needs_pages, needs_page, needs_shown) = paged(&needs, asked.needs_page, NEEDS);
        let (pages, page, live_shown) = paged(&live, asked.page, LIVE);
        let mut cockpit = Cockpit {
            at,
            counts: self.counts,
            evaluations,
            evaluations_total,
            live: live_shown,
            live_total: live.len(),
            needs: needs_shown,
            needs_page,
            needs_pages,
            needs_total: needs.len(),
            openings,
            openings_total,
            over: self.over,
            page,
            pages,
            size: size.max(self.size),
            state: String::new(),
            version: self.version.clone(),
        };
        cockpit.state = cockpit.digest();
        cockpit
    }
}

impl Cockpit {
    fn digest(&self) -> String {
        let mut still = self.clone();
        (still.at, still.size) = (Instant(0), 0);
        for list in [&mut still.live, &mut still.openings, &mut still.evaluations] {
            for live in list {
                live.last = None;
            }
        }
        let bytes = serde_json::to_vec(&still).unwrap_or_default();
        Hex(ledger::hash::sha256(&bytes)).to_string()
    }
}
