//! Cards in the log (亮牌、预警、销牌): which facts follow from what the rules find, and which were issued already.
//!
//! Invariant: a cause gets one yellow and one red card at most, ever; a card is ended once; and every fact says from
//! how much of the log, for which instant and under which version it was computed.

use crate::card::{Ended, Standing};
use crate::{Ahead, Card, Colour};
use facts::body::card::{CardEnded, CardIssued, CardWarned};
use facts::{Draft, Hex, Instant, Kind, Record, Refusal, Stream, TenderId};
use std::collections::{BTreeMap, BTreeSet};

/// Milliseconds that a card may take from its computation to the log.
pub const FRESH: i64 = 60_000;

/// What a card is for: a rule, a thing, and for a clock the fact that started it.
pub type Cause = (String, String, Option<u64>);

/// One cause and what was issued for it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Course {
    /// The yellow card.
    pub yellow: Option<Issue>,
    /// The red card.
    pub red: Option<Issue>,
    /// Warnings after the yellow card: position, time, and how near the limit was.
    pub warned: Vec<(u64, Instant, CardWarned)>,
    /// The end: position, time, and how.
    pub ended: Option<(u64, Instant, CardEnded)>,
}

/// A card in the log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Issue {
    /// Its position.
    pub seq: u64,
    /// When it was issued.
    pub at: Instant,
    /// What it says.
    pub body: CardIssued,
}

impl Course {
    /// The card in force, or the last one: the red one, where there is one.
    #[must_use]
    pub fn latest(&self) -> Option<&Issue> {
        self.red.as_ref().or(self.yellow.as_ref())
    }

    /// What was in the log at an instant.
    #[must_use]
    pub fn as_of(&self, at: Instant) -> Self {
        let issued = |issue: &Issue| issue.at <= at;
        let mut warned = self.warned.clone();
        warned.retain(|(_, told, _)| *told <= at);
        Self {
            yellow: self.yellow.clone().filter(issued),
            red: self.red.clone().filter(issued),
            warned,
            ended: self.ended.clone().filter(|(_, ended, _)| *ended <= at),
        }
    }

    /// The colour of the last card.
    #[must_use]
    pub fn colour(&self) -> Option<Colour> {
        self.latest().map(|issue| issue.body.colour.into())
    }
}

/// All cards of one tender in the log.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Issued {
    causes: BTreeMap<Cause, Course>,
    /// Causes by the positions of their cards.
    places: BTreeMap<u64, Cause>,
}

/// What a finding is about.
#[must_use]
pub fn cause(card: &CardIssued) -> Cause {
    (
        card.rule.clone(),
        card.about.clone(),
        card.due.map(|_| card.since),
    )
}

impl Issued {
    /// Takes in a fact of a card; others change nothing.
    pub fn observe(&mut self, record: &Record) {
        match record.kind {
            Kind::CardIssued => {
                let Some(body) = record.of::<CardIssued>() else {
                    return;
                };
                let cause = cause(&body);
                self.places.insert(record.seq, cause.clone());
                let course = self.causes.entry(cause).or_default();
                let place = match body.colour {
                    facts::body::card::Colour::Yellow => &mut course.yellow,
                    facts::body::card::Colour::Red => &mut course.red,
                };
                *place = Some(Issue {
                    seq: record.seq,
                    at: record.at,
                    body,
                });
            }
            Kind::CardWarned => {
                let Some(body) = record.of::<CardWarned>() else {
                    return;
                };
                if let Some(course) = self.course_of(body.card) {
                    course.warned.push((record.seq, record.at, body));
                }
            }
            Kind::CardEnded => {
                let Some(body) = record.of::<CardEnded>() else {
                    return;
                };
                if let Some(course) = self.course_of(body.card) {
                    course.ended = Some((record.seq, record.at, body));
                }
            }
            _ => {}
        }
    }

    fn course_of(&mut self, card: u64) -> Option<&mut Course> {
        let cause = self.places.get(&card)?;
        self.causes.get_mut(cause)
    }

    /// Every cause, by rule, thing and start.
    pub fn courses(&self) -> impl Iterator<Item = &Course> {
        self.causes.values()
    }

    /// Whether a card of this colour was issued for a cause.
    #[must_use]
    pub fn has(&self, cause: &Cause, colour: Colour) -> bool {
        let course = self.causes.get(cause);
        course.is_some_and(|course| match colour {
            Colour::Yellow => course.latest().is_some(),
            Colour::Red => course.red.is_some(),
        })
    }

    /// How many causes there are cards for.
    #[must_use]
    pub fn len(&self) -> usize {
        self.causes.len()
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.causes.is_empty()
    }
}

/// What the rules find of a tender at an instant, to be brought to the log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Look {
    /// The instant.
    pub at: Instant,
    /// Entries of the log that were read.
    pub size: u64,
    /// What stands, in the order of the rules.
    pub standings: Vec<Standing>,
    /// The tender.
    pub tender: TenderId,
    /// The last fact of the tender that the rules read.
    pub last: u64,
    /// The version in force.
    pub version: Hex<32>,
}

/// The facts that follow from a look. A look that is older than [`FRESH`], or of a later time than the log's, is
/// refused; a new one will not be.
pub fn decide(issued: &Issued, look: &Look, at: Instant) -> Result<Vec<Draft>, Refusal> {
    if at < look.at || at.since(look.at) > FRESH {
        return Err(Refusal::new(
            "cards.stale",
            "The cards were computed for another time; compute them again.",
            "预警计算所依据的时间已过,须重新计算。",
        ));
    }
    let mut made = Making {
        stream: Stream::Supervision(look.tender.clone()),
        drafts: Vec::new(),
    };
    let mut seen: BTreeSet<Cause> = BTreeSet::new();
    for standing in &look.standings {
        let cause = standing.cause();
        // Two findings of one cause are one card.
        if !seen.insert(cause.clone()) {
            continue;
        }
        let course = issued.causes.get(&cause).cloned().unwrap_or_default();
        if course.ended.is_none() {
            made.bring(look, standing, &course)?;
        }
    }
    for (_, course) in issued.causes.iter().filter(|(cause, _)| !seen.contains(*cause)) {
        // A finding that is gone was made again from later facts, or not at all.
        if let (None, Some(issue)) = (&course.ended, course.latest()) {
            made.end(look, issue.seq, look.last, crate::How::Replaced)?;
        }
    }
    Ok(made.drafts)
}

/// Whether anything follows from a look that is not in the log yet.
#[must_use]
pub fn is_news(issued: &Issued, look: &Look) -> bool {
    !decide(issued, look, look.at).is_ok_and(|drafts| drafts.is_empty())
}

struct Making {
    stream: Stream,
    drafts: Vec<Draft>,
}

impl Making {
    fn put<B: facts::Body>(&mut self, body: &B) -> Result<(), Refusal> {
        let draft = Draft::platform(self.stream.clone(), body).map_err(|error| {
            Refusal::new(
                "cards.unwritable",
                format!("A card cannot be written down: {error}."),
                format!("预警无法记载:{error}。"),
            )
        })?;
        self.drafts.push(draft);
        Ok(())
    }

    fn bring(&mut self, look: &Look, standing: &Standing, course: &Course) -> Result<(), Refusal> {
        let mut latest = course.latest().map(|issue| issue.seq);
        if let Some(card) = &standing.card {
            let known = match card.colour {
                Colour::Yellow => course.latest(),
                Colour::Red => course.red.as_ref(),
            };
            // What was mended before anybody was warned needs no warning; a breach stays one.
            if known.is_none() && (card.ended.is_none() || card.colour == Colour::Red) {
                self.put(&issued(look, standing, card, latest))?;
                // Its position is known when it is in the log; the end follows with the next look.
                return Ok(());
            }
            if let (Colour::Yellow, Some(yellow), None) = (card.colour, &course.yellow, &course.red) {
                self.warn(look, card, yellow, &course.warned)?;
            }
            latest = latest.or(known.map(|issue| issue.seq));
        }
        if let (Some(ended), Some(card)) = (standing.ended, latest) {
            self.end(look, card, ended.by.seq, ended.how)?;
        }
        Ok(())
    }

    fn warn(
        &mut self,
        look: &Look,
        card: &Card,
        yellow: &Issue,
        warned: &[(u64, Instant, CardWarned)],
    ) -> Result<(), Refusal> {
        let (Some(ahead), Some(due), None) = (card.ahead, card.due, card.ended) else {
            return Ok(());
        };
        let told = warned
            .iter()
            .map(|(.., warned)| warned.ahead)
            .chain(yellow.body.ahead);
        let nearest = told.map(Ahead::from).max();
        if nearest.is_some_and(|nearest| nearest >= ahead) || ahead == Ahead::Over {
            return Ok(());
        }
        self.put(&CardWarned {
            ahead: ahead.into(),
            at: look.at,
            card: yellow.seq,
            due,
            size: look.size,
            tender: look.tender.clone(),
        })
    }

    fn end(&mut self, look: &Look, card: u64, by: u64, how: crate::How) -> Result<(), Refusal> {
        self.put(&CardEnded {
            by,
            card,
            how: how.into(),
            tender: look.tender.clone(),
        })
    }
}

fn issued(look: &Look, standing: &Standing, card: &Card, follows: Option<u64>) -> CardIssued {
    CardIssued {
        about: card.about.clone(),
        ahead: card.ahead.map(Into::into),
        at: look.at,
        basis: card.basis.clone(),
        colour: card.colour.into(),
        due: card.due,
        en: card.en.clone(),
        facts: card.facts.clone(),
        follows,
        raised: card.raised,
        rule: card.rule.clone(),
        since: standing.since.seq,
        size: look.size,
        tender: look.tender.clone(),
        told: card.told.clone(),
        version: look.version,
        zh: card.zh.clone(),
    }
}

impl Standing {
    /// What it is a cause for.
    #[must_use]
    pub fn cause(&self) -> Cause {
        let start = self.is_clock.then_some(self.since.seq);
        (self.rule.clone(), self.about.clone(), start)
    }

    /// The end, where it is one that was seen by the instant of the look.
    #[must_use]
    pub const fn ended(&self) -> Option<Ended> {
        self.ended
    }
}
