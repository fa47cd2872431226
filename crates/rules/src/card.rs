//! Cards (黄牌、红牌): what a finding looks like at an instant, who is told, and how it ended.
//!
//! Invariant: a card is a function of rule, finding, end of the procedure and instant; nothing is remembered.

use super::finding::{Colour, Finding, Mark, State};
use super::procedure::Procedure;
use super::rule::{CardKind, Rule, Teller};
use facts::body::card as logged;
use facts::calendar::{day_of, start_of};
use facts::time::HOUR;
use facts::{Instant, TenderId};
use serde::{Deserialize, Serialize};

/// How long before a limit the first warning comes: 48 hours.
pub const FIRST_WARNING: i64 = 48 * HOUR;
/// The second: 24 hours.
pub const SECOND_WARNING: i64 = 24 * HOUR;

/// How near a limit is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Ahead {
    /// 48 hours or less are left.
    H48,
    /// 24 hours or less are left.
    H24,
    /// It ends today, in China.
    Today,
    /// It is past.
    Over,
}

/// How a card ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum How {
    /// What was due was done, or what was wrong was mended.
    Cured,
    /// The procedure ended, so nothing is due any more.
    Lapsed,
    /// What it rested on was replaced by a later fact.
    Replaced,
}

/// The end of a card.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Ended {
    /// How.
    pub how: How,
    /// By which fact.
    pub by: Mark,
}

/// A card.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Card {
    /// The thing it is about: a lot, an objection, a bid; empty for the procedure.
    pub about: String,
    /// How near the limit is, where there is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ahead: Option<Ahead>,
    /// Its articles.
    pub basis: Vec<String>,
    /// Its colour at the instant asked about.
    pub colour: Colour,
    /// Until when something is to be done, where there is a limit.
    #[cfg_attr(feature = "openapi", schema(value_type = Option<i64>))]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub due: Option<Instant>,
    /// In English.
    pub en: String,
    /// How it ended; open if absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ended: Option<Ended>,
    /// Positions of the facts it rests on.
    pub facts: Vec<u64>,
    /// Since when it has this colour.
    #[cfg_attr(feature = "openapi", schema(value_type = i64))]
    pub raised: Instant,
    /// The rule.
    pub rule: String,
    /// The tender.
    #[cfg_attr(feature = "openapi", schema(value_type = String))]
    pub tender: TenderId,
    /// Who is told: accounts, and the words `supervisors` and `operators` for all who hold the role.
    pub told: Vec<String>,
    /// In Chinese.
    pub zh: String,
}

impl Card {
    /// Name of the card: rule, tender and thing; a card that turns red keeps it.
    #[must_use]
    pub fn name(&self) -> String {
        if self.about.is_empty() {
            format!("{}/{}", self.rule, self.tender)
        } else {
            format!("{}/{}/{}", self.rule, self.tender, self.about)
        }
    }

    /// Whether it waits for somebody.
    #[must_use]
    pub const fn is_open(&self) -> bool {
        self.ended.is_none()
    }
}

/// When a finding has which colour.
struct Course {
    yellow: Option<Instant>,
    red: Option<Instant>,
    due: Option<Instant>,
    ended: Option<Ended>,
}

/// How a finding stands at an instant: its card, if it has one, and its end, if that has come.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Standing {
    /// The rule.
    pub rule: String,
    /// The thing.
    pub about: String,
    /// The fact it starts from.
    pub since: Mark,
    /// Whether it is a clock, which each start begins anew.
    pub is_clock: bool,
    /// The card.
    pub card: Option<Card>,
    /// The end.
    pub ended: Option<Ended>,
}

/// How a finding stands at an instant; nothing where the rule is kept.
#[must_use]
pub fn standing(rule: &Rule, finding: &Finding, procedure: &Procedure, at: Instant) -> Option<Standing> {
    let course = course(rule, finding, procedure)?;
    let (since, is_clock) = match finding.state {
        State::Kept => return None,
        State::Flaw { since, .. } => (since, false),
        State::Clock { since, .. } => (since, true),
    };
    Some(Standing {
        rule: rule.id.clone(),
        about: finding.about.clone(),
        since,
        is_clock,
        card: card(rule, finding, procedure, at),
        ended: course.ended.filter(|ended| ended.by.at <= at),
    })
}

/// The card of a finding at an instant, if there is one.
#[must_use]
pub fn card(rule: &Rule, finding: &Finding, procedure: &Procedure, at: Instant) -> Option<Card> {
    let course = course(rule, finding, procedure)?;
    let ended = course.ended.filter(|ended| ended.by.at <= at);
    // What happens after the end of a card does not colour it any more.
    let seen = ended.map_or(at, |ended| ended.by.at);
    let begun = |since: &Instant| *since <= seen;
    let (colour, raised) = match (course.red.filter(begun), course.yellow.filter(begun)) {
        (Some(red), _) => (Colour::Red, red),
        (None, Some(yellow)) => (Colour::Yellow, yellow),
        (None, None) => return None,
    };
    Some(Card {
        about: finding.about.clone(),
        ahead: course.due.map(|due| ahead(due, seen)),
        basis: rule.basis.clone(),
        colour,
        due: course.due,
        en: finding.en.clone(),
        ended,
        facts: finding.facts.clone(),
        raised,
        rule: rule.id.clone(),
        tender: procedure.tender.clone(),
        told: told(rule, procedure),
        zh: finding.zh.clone(),
    })
}

fn course(rule: &Rule, finding: &Finding, procedure: &Procedure) -> Option<Course> {
    // What begins with the end of the procedure is not over with it.
    let begun = match finding.state {
        State::Kept => None,
        State::Flaw { since, .. } | State::Clock { since, .. } => Some(since.seq),
    };
    let lapsed = procedure.ended().filter(|by| Some(by.seq) != begun);
    let lapsed = lapsed.map(|by| Ended { how: How::Lapsed, by });
    let cured = |by: Mark| Ended { how: How::Cured, by };
    match finding.state {
        State::Kept => None,
        State::Flaw {
            since,
            colour,
            cured: by,
        } => {
            let own = if rule.card == CardKind::Yellow {
                Colour::Yellow
            } else {
                Colour::Red
            };
            let red = colour.unwrap_or(own) == Colour::Red;
            Some(Course {
                yellow: (!red).then_some(since.at),
                red: red.then_some(since.at),
                due: None,
                // A breach that was there when the procedure ended is not mended by its end.
                ended: by.map(cured).or_else(|| lapsed.filter(|_| !red)),
            })
        }
        State::Clock {
            due,
            done,
            replaced,
            ahead,
            since,
        } => Some(Course {
            yellow: Some(if ahead {
                due.plus(-FIRST_WARNING).max(since.at)
            } else {
                due.plus(1)
            }),
            red: (rule.card != CardKind::Yellow).then_some(due.plus(1)),
            due: Some(due),
            ended: (done.map(cured).into_iter())
                .chain(replaced.map(|by| Ended {
                    how: How::Replaced,
                    by,
                }))
                .chain(lapsed)
                .min_by_key(|ended| ended.by.seq),
        }),
    }
}

/// How near a limit is, seen from an instant.
fn ahead(due: Instant, seen: Instant) -> Ahead {
    if seen > due {
        Ahead::Over
    } else if seen >= start_of(day_of(due)) {
        Ahead::Today
    } else if due.since(seen) <= SECOND_WARNING {
        Ahead::H24
    } else {
        Ahead::H48
    }
}

/// The next instant after `at` at which a card of the finding appears, changes its colour or its warning.
#[must_use]
pub fn next_change(rule: &Rule, finding: &Finding, procedure: &Procedure, at: Instant) -> Option<Instant> {
    let course = course(rule, finding, procedure)?;
    if course.ended.is_some_and(|ended| ended.by.at <= at) {
        return None;
    }
    let due = course.due?;
    let warned = [due.plus(-SECOND_WARNING), start_of(day_of(due)), due.plus(1)];
    let steps = course.yellow.into_iter().chain(warned);
    steps.filter(|step| *step > at).min()
}

fn told(rule: &Rule, procedure: &Procedure) -> Vec<String> {
    let mut told = Vec::new();
    for teller in &rule.tells {
        match teller {
            Teller::Buyer => {
                if let Some(registered) = &procedure.registered {
                    told.push(registered.body.buyer.to_string());
                    told.extend(registered.body.agent.as_ref().map(ToString::to_string));
                }
            }
            Teller::Operator => told.push("operators".to_owned()),
            Teller::Nobody => {}
        }
    }
    told.push("supervisors".to_owned());
    told
}

macro_rules! as_logged {
    ($own:ident: $($word:ident),*) => {
        impl From<$own> for logged::$own {
            fn from(own: $own) -> Self {
                match own { $($own::$word => Self::$word),* }
            }
        }

        impl From<logged::$own> for $own {
            fn from(logged: logged::$own) -> Self {
                match logged { $(logged::$own::$word => Self::$word),* }
            }
        }
    };
}

as_logged!(Colour: Yellow, Red);
as_logged!(Ahead: H48, H24, Today, Over);
as_logged!(How: Cured, Lapsed, Replaced);
