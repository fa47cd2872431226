//! Clocks of section 13.2: starts, limits, stops and what a card must say at an instant.
//!
//! Invariant: only facts below the size that a card names are read.

use super::{Over, Wanted};
use crate::dossier::Dossier;
use crate::shown::Fact;
use facts::body::award::{TenderResumed, TenderSuspended};
use facts::body::card::{Ahead, ClockRule, Colour, How};
use facts::body::tender::TenderRegistered;
use facts::calendar::{Calendar, add_days, day_of, end_of, start_of};
use facts::time::{HOUR, MINUTE, SECOND};
use facts::{Instant, Kind, Stream};
use serde_json::Value;
use std::collections::BTreeSet;

/// What of a tender is read for a card.
pub(super) struct Scene<'a> {
    facts: Vec<&'a Fact>,
    registered: Option<(Instant, TenderRegistered)>,
    /// Spans of standstill; the last may not be over.
    spans: Vec<(Instant, Option<Instant>)>,
    end: Option<Over>,
}

/// One clock of one start.
pub(super) struct Run<'a> {
    pub(super) clock: &'a ClockRule,
    pub(super) start: &'a Fact,
    /// The limit; none while procurement stands still.
    pub(super) due: Option<Instant>,
    pub(super) ended: Option<Over>,
    /// When the last standstill was over that moved the limit.
    resumed: Option<Instant>,
    facts: Vec<u64>,
}

impl<'a> Scene<'a> {
    pub(super) fn of(dossier: &'a Dossier, size: u64) -> Self {
        let tender = &dossier.tender;
        let streams = [
            Stream::Tender(tender.clone()),
            Stream::Evaluation(tender.clone()),
            Stream::Supervision(tender.clone()),
        ];
        let mut facts: Vec<&Fact> = streams
            .iter()
            .flat_map(|stream| dossier.shown.of(stream))
            .collect();
        facts.retain(|fact| {
            let own = matches!(
                fact.record.kind,
                Kind::CardIssued | Kind::CardWarned | Kind::CardEnded
            );
            fact.record.seq < size && !fact.record.kind.is_confidential() && !own
        });
        facts.sort_by_key(|fact| fact.record.seq);
        let mut end: Option<Over> = None;
        for kind in [Kind::TenderFailed, Kind::TenderTerminated] {
            let last = facts.iter().rfind(|fact| fact.record.kind == kind);
            end = end.or_else(|| {
                last.map(|fact| Over {
                    at: fact.record.at,
                    how: How::Lapsed,
                    seq: fact.record.seq,
                })
            });
        }
        let registered = facts
            .iter()
            .rev()
            .find_map(|fact| Some((fact.record.at, fact.record.of()?)));
        let spans = spans(&facts);
        Self {
            facts,
            registered,
            spans,
            end,
        }
    }

    /// The clocks of a rule, if it applies.
    pub(super) fn runs(&self, calendar: &Calendar, clock: &'a ClockRule) -> Vec<Run<'a>> {
        let Some((at, registered)) = &self.registered else {
            return Vec::new();
        };
        let regime = serde_json::to_value(registered.regime).unwrap_or_default();
        let applies = clock.regimes.iter().any(|word| regime.as_str() == Some(word))
            && clock.first.is_none_or(|first| first <= *at)
            && clock.gone.is_none_or(|gone| *at < gone);
        if !applies {
            return Vec::new();
        }
        let starts: Vec<&'a Fact> = self
            .facts
            .iter()
            .copied()
            .filter(|fact| starts(clock, fact))
            .collect();
        let each = starts.iter().enumerate();
        each.filter_map(|(place, start)| {
            let next = starts.get(place.saturating_add(1)).filter(|_| clock.last);
            self.run(calendar, clock, (start, next.copied()))
        })
        .collect()
    }

    fn run(
        &self,
        calendar: &Calendar,
        clock: &'a ClockRule,
        (start, next): (&'a Fact, Option<&Fact>),
    ) -> Option<Run<'a>> {
        let seq = start.record.seq;
        let (mut number, mut facts) = (clock.number, BTreeSet::from([seq]));
        if let Some(of) = &clock.days_of {
            let before = |fact: &&&Fact| fact.record.kind.name() == of.kind && fact.record.seq < seq;
            let fact = self.facts.iter().rfind(before)?;
            number = member(fact, &of.member)?.as_i64()?;
            facts.insert(fact.record.seq);
        }
        let from = match &clock.base {
            None => start.record.at,
            Some(base) => Instant(member(start, base)?.as_i64()?),
        };
        let stop = self.facts.iter().find(|fact| stops(clock, start, fact));
        facts.extend(stop.map(|stop| stop.record.seq));
        let over = |fact: &Fact, how| Over {
            at: fact.record.at,
            how,
            seq: fact.record.seq,
        };
        let cured = stop.map(|stop| over(stop, How::Cured));
        let ends = [cured, next.map(|next| over(next, How::Replaced)), self.end];
        let moved = self.moved(clock, from, limit(calendar, clock, from, number));
        Some(Run {
            clock,
            start,
            due: moved.map(|(due, _)| due),
            resumed: moved.and_then(|(_, resumed)| resumed),
            ended: ends.into_iter().flatten().min_by_key(|over| over.seq),
            facts: facts.into_iter().collect(),
        })
    }

    /// The limit as standstills moved it, and when the last of them was over; `None` while one lasts.
    fn moved(&self, clock: &ClockRule, from: Instant, limit: Instant) -> Option<(Instant, Option<Instant>)> {
        let (mut due, mut resumed) = (limit, None);
        for (begun, over) in self.spans.iter().filter(|_| clock.pauses) {
            if *begun >= due {
                break;
            }
            let over = (*over)?;
            due = due.plus(over.since((*begun).max(from)).max(0));
            resumed = Some(over);
        }
        Some((due, resumed))
    }

    fn told(&self, clock: &ClockRule) -> Vec<String> {
        let mut told = Vec::new();
        for word in &clock.tells {
            match (word.as_str(), &self.registered) {
                ("buyer", Some((_, body))) => {
                    told.push(body.buyer.to_string());
                    told.extend(body.agent.iter().map(ToString::to_string));
                }
                ("operator", _) => told.push("operators".to_owned()),
                _ => {}
            }
        }
        told.push("supervisors".to_owned());
        told
    }
}

impl Run<'_> {
    /// What it is about.
    pub(super) fn about(&self) -> String {
        let text = self
            .clock
            .about
            .as_ref()
            .and_then(|name| member(self.start, name)?.as_str());
        text.unwrap_or_default().to_owned()
    }

    /// Whether it was over by an instant.
    pub(super) fn is_over(&self, at: Instant) -> bool {
        self.ended.is_some_and(|over| over.at <= at)
    }

    /// An instant before the limit, or the later one at which the limit was settled.
    pub(super) fn known(&self, at: Instant) -> Instant {
        self.resumed.map_or(at, |resumed| resumed.max(at))
    }

    /// When the yellow card is raised that comes before a limit.
    pub(super) fn raised(&self, due: Instant) -> Instant {
        due.plus(48_i64.saturating_mul(HOUR).saturating_neg())
            .max(self.start.record.at)
    }

    /// What its card must say at an instant.
    pub(super) fn card(&self, scene: &Scene<'_>, at: Instant) -> Option<Wanted> {
        let due = self.due?;
        let ended = self.ended.filter(|over| over.at <= at);
        let seen = ended.map_or(at, |over| over.at);
        let late = due.plus(1);
        let yellow = match (self.clock.warns, self.clock.red) {
            (true, _) => Some(self.raised(due)),
            (false, false) => Some(late),
            (false, true) => None,
        };
        let (colour, raised) = if self.clock.red && seen > due {
            (Colour::Red, late)
        } else {
            (Colour::Yellow, yellow.filter(|raised| *raised <= seen)?)
        };
        let ahead = if seen > due {
            Ahead::Over
        } else if seen >= start_of(day_of(due)) {
            Ahead::Today
        } else if due.since(seen) <= 24_i64.saturating_mul(HOUR) {
            Ahead::H24
        } else {
            Ahead::H48
        };
        Some(Wanted {
            about: self.about(),
            ahead,
            basis: self.clock.basis.clone(),
            colour,
            due,
            ended: ended.is_some(),
            facts: self.facts.clone(),
            raised,
            told: scene.told(self.clock),
        })
    }
}

fn member<'a>(fact: &'a Fact, name: &str) -> Option<&'a Value> {
    fact.record.body.members().get(name)
}

fn starts(clock: &ClockRule, fact: &Fact) -> bool {
    let holds = clock.some.as_ref().is_none_or(|some| {
        let elements = member(fact, &some.member).and_then(Value::as_array);
        let mut inner = elements
            .into_iter()
            .flatten()
            .filter_map(|element| element.get(&some.holds)?.as_array());
        inner.any(|inner| !inner.is_empty())
    });
    let is = |only: &facts::body::card::Only| {
        member(fact, &only.member).and_then(Value::as_str) == Some(only.is.as_str())
    };
    fact.record.kind.name() == clock.start && holds && clock.only.as_ref().is_none_or(is)
}

fn stops(clock: &ClockRule, start: &Fact, fact: &Fact) -> bool {
    let joined = clock.join.as_ref().is_none_or(|join| {
        let theirs = member(fact, &join.stop);
        if join.start == "@seq" {
            return theirs.and_then(Value::as_u64) == Some(start.record.seq);
        }
        theirs.is_some() && theirs == member(start, &join.start)
    });
    fact.record.seq > start.record.seq
        && clock.stop.iter().any(|kind| *kind == fact.record.kind.name())
        && joined
}

fn limit(calendar: &Calendar, clock: &ClockRule, from: Instant, number: i64) -> Instant {
    let days = u32::try_from(number.max(0)).unwrap_or(u32::MAX);
    let last = match clock.unit.as_str() {
        "hour" => return from.plus(number.saturating_mul(HOUR)),
        "minute" => return from.plus(number.saturating_mul(MINUTE)),
        "second" => return from.plus(number.saturating_mul(SECOND)),
        "working_day" => calendar.add_working_days(day_of(from), days),
        _ if clock.rolls => calendar.period_end(day_of(from), days),
        _ => add_days(day_of(from), days),
    };
    end_of(last).plus(-1)
}

/// The spans in which procurement stood still (7.5).
fn spans(facts: &[&Fact]) -> Vec<(Instant, Option<Instant>)> {
    let (mut spans, mut open) = (Vec::new(), BTreeSet::new());
    for fact in facts {
        if let Some(body) = fact.record.of::<TenderSuspended>() {
            if open.is_empty() {
                spans.push((fact.record.at, None));
            }
            open.insert(body.order);
        } else if let Some(body) = fact.record.of::<TenderResumed>()
            && open.remove(&body.order)
            && open.is_empty()
            && let Some((_, over)) = spans.last_mut()
        {
            *over = Some(fact.record.at);
        }
    }
    spans
}
