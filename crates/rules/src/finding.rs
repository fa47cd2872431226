//! What a check finds: kept, flawed, or a clock that runs; still without an instant to look at it from.
//!
//! Invariant: a finding follows from facts alone, so it is kept until the next fact of its procedure; only a card
//! depends on the time of day.

use facts::Instant;
use serde::{Deserialize, Serialize};

/// A place in the log.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Mark {
    /// The log's time.
    #[cfg_attr(feature = "openapi", schema(value_type = i64))]
    pub at: Instant,
    /// The position.
    pub seq: u64,
}

/// The colour of a card.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Colour {
    /// 黄牌: before the limit, or a warning sign.
    Yellow,
    /// 红牌: after the limit, or a breach.
    Red,
}

/// What a check found of one thing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// The thing: a lot, an objection, a bid; empty for the procedure.
    pub about: String,
    /// Positions of the facts read.
    pub facts: Vec<u64>,
    /// What it is.
    pub state: State,
    /// In words, Chinese.
    pub zh: String,
    /// In words, English.
    pub en: String,
}

/// What a finding is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// The rule was looked at and is kept.
    Kept,
    /// The rule is broken, or a sign is there.
    Flaw {
        /// Since which fact.
        since: Mark,
        /// Less than the rule's own colour, where the sign is weaker.
        colour: Option<Colour>,
        /// The fact that mended it.
        cured: Option<Mark>,
    },
    /// Something is to be done.
    Clock {
        /// Until when; the last instant that is in time.
        due: Instant,
        /// The fact that did it.
        done: Option<Mark>,
        /// The later fact from which the time runs anew.
        replaced: Option<Mark>,
        /// Whether a person has to do it, who is warned ahead of time; the platform is not.
        ahead: bool,
        /// From which fact the time runs.
        since: Mark,
    },
}

/// What a check writes down.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Findings(pub Vec<Finding>);

impl Findings {
    /// The rule is kept, says this.
    pub fn keep(&mut self, facts: impl IntoIterator<Item = u64>) {
        self.0.push(Finding {
            about: String::new(),
            facts: ordered(facts),
            state: State::Kept,
            zh: String::new(),
            en: String::new(),
        });
    }

    /// A breach or a sign.
    pub fn flaw(&mut self, flaw: Flaw) {
        self.0.push(Finding {
            about: flaw.about,
            facts: ordered(flaw.facts.into_iter().chain([flaw.since.seq])),
            state: State::Flaw {
                since: flaw.since,
                colour: flaw.colour,
                cured: flaw.cured,
            },
            zh: flaw.zh,
            en: flaw.en,
        });
    }

    /// Something that is due.
    pub fn clock(&mut self, clock: Clock) {
        let done = clock.done.map(|mark| mark.seq);
        self.0.push(Finding {
            about: clock.about,
            facts: ordered(clock.facts.into_iter().chain([clock.since.seq]).chain(done)),
            state: State::Clock {
                due: clock.due,
                done: clock.done,
                replaced: clock.replaced,
                ahead: clock.ahead,
                since: clock.since,
            },
            zh: clock.zh,
            en: clock.en,
        });
    }
}

fn ordered(facts: impl IntoIterator<Item = u64>) -> Vec<u64> {
    let mut facts: Vec<u64> = facts.into_iter().collect();
    facts.sort_unstable();
    facts.dedup();
    facts
}

/// A breach or a sign, to be written down.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Flaw {
    /// The thing.
    pub about: String,
    /// Less than the rule's own colour.
    pub colour: Option<Colour>,
    /// The fact that mended it.
    pub cured: Option<Mark>,
    /// Facts read beside `since`.
    pub facts: Vec<u64>,
    /// The fact that broke the rule.
    pub since: Mark,
    /// Chinese.
    pub zh: String,
    /// English.
    pub en: String,
}

impl Flaw {
    /// A flaw of the whole procedure, in the rule's own colour, not mended.
    #[must_use]
    pub fn new(since: Mark, zh: impl Into<String>, en: impl Into<String>) -> Self {
        Self {
            about: String::new(),
            colour: None,
            cured: None,
            facts: Vec::new(),
            since,
            zh: zh.into(),
            en: en.into(),
        }
    }

    /// Of one thing.
    #[must_use]
    pub fn about(mut self, about: &(impl ToString + ?Sized)) -> Self {
        self.about = about.to_string();
        self
    }

    /// With further facts read.
    #[must_use]
    pub fn with(mut self, facts: impl IntoIterator<Item = u64>) -> Self {
        self.facts.extend(facts);
        self
    }

    /// Only a sign.
    #[must_use]
    pub const fn yellow(mut self) -> Self {
        self.colour = Some(Colour::Yellow);
        self
    }

    /// Mended by a later fact, if there is one.
    #[must_use]
    pub const fn cured(mut self, by: Option<Mark>) -> Self {
        self.cured = by;
        self
    }
}

/// Something due, to be written down.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Clock {
    /// The thing.
    pub about: String,
    /// Until when.
    pub due: Instant,
    /// What did it.
    pub done: Option<Mark>,
    /// What it runs anew from.
    pub replaced: Option<Mark>,
    /// Whether a person is warned ahead.
    pub ahead: bool,
    /// Facts read beside `since` and `done`.
    pub facts: Vec<u64>,
    /// Where the time starts.
    pub since: Mark,
    /// Chinese.
    pub zh: String,
    /// English.
    pub en: String,
}

impl Clock {
    /// Something that a person has to do for the procedure.
    #[must_use]
    pub fn new(
        since: Mark,
        due: Instant,
        done: Option<Mark>,
        zh: impl Into<String>,
        en: impl Into<String>,
    ) -> Self {
        Self {
            about: String::new(),
            due,
            done,
            replaced: None,
            ahead: true,
            facts: Vec::new(),
            since,
            zh: zh.into(),
            en: en.into(),
        }
    }

    /// Of one thing.
    #[must_use]
    pub fn about(mut self, about: &(impl ToString + ?Sized)) -> Self {
        self.about = about.to_string();
        self
    }

    /// Something the platform has to do: nobody is warned ahead.
    #[must_use]
    pub const fn by_platform(mut self) -> Self {
        self.ahead = false;
        self
    }
}
