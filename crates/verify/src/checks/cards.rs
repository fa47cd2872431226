//! 41: cards recomputed (section 13): those of clock rules by an arithmetic of its own, and all of them, with what was
//! not issued, by the rules themselves.
//!
//! Invariant: nothing is read of a card but what it says it was computed from; the rest follows from the log and from
//! the rule files that stand in it.

mod clock;
mod missing;
mod replay;
mod versions;

use crate::dossier::Dossier;
use crate::verdict::{Finding, Findings, skipped};
use clock::{Run, Scene};
use facts::body::card::{Ahead, CardEnded, CardIssued, CardWarned, ClockRule, Colour, How, RulesAdopted};
use facts::calendar::{self, Calendar};
use facts::{Instant, Stream};
use std::collections::BTreeMap;

/// Milliseconds from the computation of a card to its entry.
const FRESH: i64 = 60_000;
/// Milliseconds that the log may go on without a card that is due.
const LATEST: i64 = 600_000;

/// The first entry at an instant or later.
fn first(dossier: &Dossier, at: Instant) -> Option<Instant> {
    let mut entries = dossier.log.entries();
    entries.find(|entry| entry.ts >= at).map(|entry| entry.ts)
}

type Cause = (String, String, Option<u64>);

/// What was issued for one cause.
#[derive(Default)]
struct Course {
    yellow: Option<(u64, CardIssued)>,
    red: Option<(u64, CardIssued)>,
    /// Positions of the warnings, and how near they say the limit is.
    warned: Vec<(u64, Ahead)>,
    ended: Option<u64>,
}

impl Course {
    fn last(&self) -> Option<u64> {
        self.red.as_ref().or(self.yellow.as_ref()).map(|(seq, _)| *seq)
    }
}

/// A version and where it stands.
struct Version {
    seq: u64,
    body: RulesAdopted,
}

impl Version {
    /// Its clock rules with the calendar that they count by; none where this program does not know that calendar, so
    /// that their cards are looked at as those of other rules are.
    fn clocks(&self) -> impl Iterator<Item = (&'static Calendar, &ClockRule)> {
        let calendar = calendar::named(&self.body.calendar);
        calendar
            .into_iter()
            .flat_map(|calendar| self.body.clocks.iter().map(move |clock| (calendar, clock)))
    }

    fn has_clock(&self, rule: &str) -> bool {
        self.clocks().any(|(_, clock)| clock.rule == rule)
    }
}

pub(super) fn recomputed(dossier: &Dossier) -> Finding {
    let versions: Vec<Version> = (dossier.shown.told::<RulesAdopted>(&Stream::Rules).into_iter())
        .map(|told| Version {
            seq: told.seq(),
            body: told.body,
        })
        .collect();
    let stream = Stream::Supervision(dossier.tender.clone());
    let issued = dossier.shown.told::<CardIssued>(&stream);
    if versions.is_empty() && issued.is_empty() {
        return skipped("no rules of supervision are adopted", "尚未采用监察规则");
    }
    let mut found = Findings::new();
    versions::sound(
        versions.iter().map(|version| (version.seq, &version.body)),
        &mut found,
    );
    let mut causes: BTreeMap<Cause, Course> = BTreeMap::new();
    let mut places: BTreeMap<u64, Cause> = BTreeMap::new();
    let (mut exact, mut other): (usize, usize) = (0, 0);
    for fact in dossier.shown.of(&stream) {
        let (seq, ts) = (fact.record.seq, fact.record.at);
        if let Some(card) = fact.record.of::<CardIssued>() {
            let cause = (
                card.rule.clone(),
                card.about.clone(),
                card.due.map(|_| card.since),
            );
            let course = causes.entry(cause.clone()).or_default();
            if !may_stand(&mut found, seq, ts, &card, course) {
                continue;
            }
            if follows(dossier, &versions, seq, &card, &mut found) {
                exact = exact.saturating_add(1);
            } else {
                other = other.saturating_add(1);
            }
            places.insert(seq, cause);
            match card.colour {
                Colour::Yellow => course.yellow = Some((seq, card)),
                Colour::Red => course.red = Some((seq, card)),
            }
        } else if let Some(warned) = fact.record.of::<CardWarned>() {
            let course = places.get(&warned.card).and_then(|cause| causes.get_mut(cause));
            warning(dossier, &versions, (seq, ts), &warned, course, &mut found);
        } else if let Some(ended) = fact.record.of::<CardEnded>() {
            let course = places.get(&ended.card).and_then(|cause| causes.get_mut(cause));
            end(dossier, &versions, seq, &ended, course, &mut found);
        }
    }
    missing::missing(dossier, &versions, &causes, &mut found);
    replay::replay(dossier, &mut found);
    found.note(
        None,
        format!("{exact} cards of clock rules recomputed, {other} of other rules looked at"),
        format!("按期限重算预警{exact}张,核对其余规则预警{other}张的形式"),
    );
    found.into()
}

/// What every card must be, whatever its rule.
fn may_stand(found: &mut Findings, seq: u64, ts: Instant, card: &CardIssued, course: &Course) -> bool {
    let twice = match card.colour {
        Colour::Yellow => course.last().is_some(),
        Colour::Red => course.red.is_some(),
    };
    if twice || course.ended.is_some() {
        found.fault(seq, "a card is issued twice for one cause", "同一事由重复亮牌");
        return false;
    }
    if card.size > seq || card.at > ts || ts.since(card.at) > FRESH {
        found.fault(
            seq,
            "the card was not computed when it was issued",
            "预警并非亮牌时所算",
        );
    }
    if card.follows != course.last() {
        found.fault(
            seq,
            "the card does not follow the yellow one before it",
            "红牌未对应先前黄牌",
        );
    }
    if card
        .facts
        .iter()
        .chain([&card.since])
        .any(|fact| *fact >= card.size)
        || card.facts.is_empty()
    {
        found.fault(
            seq,
            "the card rests on facts that it did not read",
            "预警所据事实不在所读范围",
        );
    }
    true
}

/// The version in force for so many entries at an instant.
fn in_force(versions: &[Version], size: u64, at: Instant) -> Option<&Version> {
    versions
        .iter()
        .rfind(|version| version.seq < size && version.body.from <= at)
}

/// Whether a card is one of a clock rule, and then the one that follows.
fn follows(
    dossier: &Dossier,
    versions: &[Version],
    seq: u64,
    card: &CardIssued,
    found: &mut Findings,
) -> bool {
    let Some(version) = in_force(versions, card.size, card.at) else {
        found.fault(seq, "no version of the rules was in force", "亮牌时并无规则生效");
        return false;
    };
    if version.body.version != card.version {
        found.fault(
            seq,
            "the card is of another version than the one in force",
            "预警所据规则版本并非生效版本",
        );
        return false;
    }
    if !version.has_clock(&card.rule) || card.due.is_none() {
        return false;
    }
    let scene = Scene::of(dossier, card.size);
    let run = run_of(&scene, version, &card.rule, card.since);
    let wanted = run.and_then(|run| run.card(&scene, card.at));
    let Some(wanted) = wanted else {
        found.fault(seq, "no fact supports the card", "没有事实支持该预警");
        return true;
    };
    let same = wanted.colour == card.colour
        && Some(wanted.due) == card.due
        && wanted.raised == card.raised
        && Some(wanted.ahead) == card.ahead
        && wanted.about == card.about
        && wanted.facts == card.facts
        && wanted.told == card.told
        && wanted.basis == card.basis
        && (card.colour == Colour::Red || !wanted.ended);
    if !same {
        found.fault(
            seq,
            "the card is not the one that follows from the log",
            "预警与日志所得不一致",
        );
    }
    true
}

fn run_of<'a>(scene: &Scene<'a>, version: &'a Version, rule: &str, since: u64) -> Option<Run<'a>> {
    let clocks = version.clocks().filter(|(_, clock)| clock.rule == rule);
    clocks
        .flat_map(|(calendar, clock)| scene.runs(calendar, clock))
        .find(|run| run.start.record.seq == since)
}

fn warning(
    dossier: &Dossier,
    versions: &[Version],
    (seq, ts): (u64, Instant),
    warned: &CardWarned,
    course: Option<&mut Course>,
    found: &mut Findings,
) {
    let yellow = course
        .as_ref()
        .and_then(|course| course.yellow.as_ref())
        .map(|(_, card)| card.clone());
    let (Some(course), Some(yellow)) = (course, yellow) else {
        found.fault(seq, "the warning is of no yellow card", "预警未对应黄牌");
        return;
    };
    let before = course
        .warned
        .iter()
        .map(|(_, ahead)| *ahead)
        .chain(yellow.ahead)
        .max();
    let in_turn = before.is_none_or(|before| before < warned.ahead) && warned.ahead != Ahead::Over;
    let fresh = warned.size <= seq && warned.at <= ts && ts.since(warned.at) <= FRESH;
    if course.last() != Some(warned.card) || course.ended.is_some() || !in_turn || !fresh {
        found.fault(seq, "the warning is not in its turn", "预警次序或时间不符");
    }
    course.warned.push((seq, warned.ahead));
    let scene = Scene::of(dossier, warned.size);
    let Some(version) = in_force(versions, warned.size, warned.at) else {
        return;
    };
    if version.has_clock(&yellow.rule) {
        let run = run_of(&scene, version, &yellow.rule, yellow.since);
        let wanted = run.and_then(|run| run.card(&scene, warned.at));
        let same =
            wanted.is_some_and(|card| card.due == warned.due && card.ahead == warned.ahead && !card.ended);
        if !same {
            found.fault(
                seq,
                "the warning is not the one that follows from the log",
                "预警与日志所得不一致",
            );
        }
    }
}

fn end(
    dossier: &Dossier,
    versions: &[Version],
    seq: u64,
    ended: &CardEnded,
    course: Option<&mut Course>,
    found: &mut Findings,
) {
    let Some(course) = course.filter(|course| course.last() == Some(ended.card) && course.ended.is_none())
    else {
        found.fault(seq, "it ends no card that is open", "未对应未结预警");
        return;
    };
    course.ended = Some(seq);
    if ended.by >= seq {
        found.fault(
            seq,
            "the fact that ended the card comes after its end",
            "销牌所据事实在其之后",
        );
    }
    let card = course
        .red
        .as_ref()
        .or(course.yellow.as_ref())
        .map(|(_, card)| card);
    let Some((card, at)) = card.zip(dossier.log.entry(seq).map(|entry| entry.ts)) else {
        return;
    };
    let Some(version) = in_force(versions, seq, at) else {
        return;
    };
    if card.due.is_none() || !version.has_clock(&card.rule) {
        return;
    }
    let scene = Scene::of(dossier, seq);
    let over = run_of(&scene, version, &card.rule, card.since).and_then(|run| run.ended);
    if over.map(|over| (over.seq, over.how)) != Some((ended.by, ended.how)) {
        found.fault(seq, "the card did not end like this", "销牌方式与日志所得不一致");
    }
}

/// What a clock must say at an instant.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Wanted {
    about: String,
    ahead: Ahead,
    basis: Vec<String>,
    colour: Colour,
    due: Instant,
    ended: bool,
    facts: Vec<u64>,
    raised: Instant,
    told: Vec<String>,
}

/// The end of a clock.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Over {
    at: Instant,
    how: How,
    seq: u64,
}
