//! Check 41: cards of an honest platform pass; a card that no fact supports, a missing one, a wrong deadline, another
//! version and one issued twice are caught. The facts stand in `tests/golden/cards.json` for the other verifiers.
#![allow(
    clippy::allow_attributes,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stdout,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    clippy::similar_names,
    clippy::struct_field_names,
    clippy::too_many_lines,
    reason = "test code, helpers included"
)]

#[path = "cards/bound.rs"]
mod bound;
mod support;

use bound::WAYS;
use facts::body::award::{CandidatesObjected, CandidatesReplied};
use facts::body::card::{Ahead, CardEnded, CardIssued, CardWarned, Colour, How};
use facts::body::tender::{Regime, TenderRegistered};
use facts::calendar::{CHINA, day_of, end_of};
use facts::{Hex, Instant, Stream};
use kaibiao_verify::mutate::{self, Draft};
use kaibiao_verify::{Dossier, Outcome, Report};
use serde_json::{Value, json};
use support::broken::rewritten;
use support::{DAY, HOUR, World, account};

const MINUTE: i64 = 60_000;

/// A rule file with one clock rule; `CALENDAR` stands for the calendar of this build.
const FILE: &str = r#"{"format": "kaibiao/rules/v1", "name": "监察规则", "calendar": "CALENDAR", "rules": [
{"id": "A03", "stage": "异议", "regimes": ["works"], "methods": [], "zh": "异议应在3日内答复。",
 "en": "An objection is answered in three days.", "threshold": "<= 3 d", "basis": ["条例54"], "card": "yellow_then_red",
 "tells": ["buyer"], "effective": {"from": "2012-02-01"}, "confidence": "read_in_text",
 "facts": ["candidates.objected.objection", "candidates.replied.objection"], "limit": {"number": 3, "unit": "day"},
 "checks": ["clock"], "clocks": [{"start": "candidates.objected", "about": "objection", "stop": ["candidates.replied"],
 "join": {"start": "objection", "stop": "objection"}, "last": false, "pauses": false, "rolls": true, "warns": true}]}
]}"#;

fn file() -> String {
    FILE.replace("CALENDAR", CHINA.version)
}

fn version() -> Hex<32> {
    rules::RuleBook::parse(file().as_bytes()).unwrap().version
}

/// Which facts of a card the platform leaves out, or does twice.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Trick {
    None,
    NoYellow,
    NoRed,
    LateRed,
    NoWarning,
    NoEnd,
    TwoReds,
}

#[derive(Debug, Default, Clone, Copy)]
struct Places {
    adopted: u64,
    yellow: u64,
    warned: u64,
    red: u64,
    ended: u64,
}

fn issue(world: &mut World, card: &CardIssued) -> u64 {
    let size = world.size();
    let at = world.now;
    world.platform(
        &Stream::Supervision(world.tender.clone()),
        &CardIssued {
            at,
            size,
            ..card.clone()
        },
    )
}

/// An objection that is answered a day late, with its cards.
fn course(trick: Trick) -> (World, Places) {
    let mut world = World::new(41, "T4");
    let (own, watch) = (world.stream(), Stream::Supervision(world.tender.clone()));
    let mut places = Places::default();
    let tender = world.tender.clone();
    let registered = TenderRegistered {
        agent: None,
        buyer: account("BUYER"),
        regime: Regime::Works,
        tender: tender.clone(),
        title: "道路".into(),
    };
    world.act("BUYER", &own, &registered);
    places.adopted = world.adopt(file().as_bytes());
    let objected = CandidatesObjected {
        objection: "X1".parse().unwrap(),
        tender: tender.clone(),
        text: "业绩不实".into(),
    };
    let since = world.act("BID1", &own, &objected);
    let due = end_of(CHINA.period_end(day_of(world.now), 3)).plus(-1);
    let card = CardIssued {
        about: "X1".into(),
        ahead: Some(Ahead::H48),
        at: Instant(0),
        basis: vec!["条例54".into()],
        colour: Colour::Yellow,
        due: Some(due),
        en: "An objection is answered in three days.".into(),
        facts: vec![since],
        follows: None,
        raised: due.plus(-48 * HOUR),
        rule: "A03".into(),
        since,
        size: 0,
        tender: tender.clone(),
        told: vec!["BUYER".into(), "supervisors".into()],
        version: version(),
        zh: "异议应在3日内答复。".into(),
    };
    world.now = due.plus(-48 * HOUR);
    if trick != Trick::NoYellow {
        places.yellow = issue(&mut world, &card);
    }
    world.now = due.plus(-24 * HOUR).plus(1);
    if !matches!(trick, Trick::NoYellow | Trick::NoWarning) {
        let warned = CardWarned {
            ahead: Ahead::Today,
            at: world.now,
            card: places.yellow,
            due,
            size: world.size(),
            tender: tender.clone(),
        };
        places.warned = world.platform(&watch, &warned);
    }
    world.now = due.plus(-20 * HOUR);
    world.enrol_until("LATER", facts::Role::Bidder, None);
    world.now = due.plus(MINUTE);
    if trick == Trick::LateRed {
        world.enrol_until("MEANWHILE", facts::Role::Bidder, None);
        world.wait(11 * MINUTE);
    }
    let red = CardIssued {
        ahead: Some(Ahead::Over),
        colour: Colour::Red,
        follows: (trick != Trick::NoYellow).then_some(places.yellow),
        raised: due.plus(1),
        ..card
    };
    if trick != Trick::NoRed {
        places.red = issue(&mut world, &red);
    }
    if trick == Trick::TwoReds {
        world.now = world.now.plus(MINUTE);
        issue(&mut world, &red);
    }
    world.now = due.plus(DAY);
    let replied = CandidatesReplied {
        objection: "X1".parse().unwrap(),
        tender: tender.clone(),
        text: "已核实".into(),
    };
    let by = world.act("BUYER", &own, &replied);
    let last = if trick == Trick::NoRed {
        places.yellow
    } else {
        places.red
    };
    let ended = CardEnded {
        by,
        card: last,
        how: How::Cured,
        tender,
    };
    if trick != Trick::NoEnd {
        places.ended = world.platform(&watch, &ended);
    }
    world.wait(HOUR);
    world.enrol_until("LAST", facts::Role::Bidder, None);
    (world, places)
}

fn said(report: &Report) -> (Outcome, String) {
    let verdict = report.verdicts.iter().find(|one| one.id == 41).unwrap();
    let texts: Vec<&str> = verdict.evidence.iter().map(|one| one.en.as_str()).collect();
    (verdict.outcome, texts.join("; "))
}

fn outcome(trick: Trick) -> (Outcome, String) {
    let folder = tempfile::tempdir().unwrap();
    said(&Report::of(&course(trick).0.dossier(folder.path())))
}

fn changed(seq: fn(&Places) -> u64, member: &str, edit: impl FnOnce(&mut Value)) -> (Outcome, String) {
    let (world, places) = course(Trick::None);
    let folder = tempfile::tempdir().unwrap();
    let sound = world.dossier(folder.path());
    let mut draft = Draft::of(&sound);
    draft.change(seq(&places), member, edit).unwrap();
    said(&rewritten(&world, &mut draft, &folder.path().join("broken")))
}

#[test]
fn honest_cards_pass() {
    let (found, said) = outcome(Trick::None);
    assert_eq!(found, Outcome::Pass, "{said}");
    assert!(said.contains("2 cards of clock rules recomputed"), "{said}");
    assert!(said.contains("4 cards, warnings and ends replayed"), "{said}");
}

#[test]
fn a_whole_tender_under_all_rules_replays_to_the_letter() {
    let world = support::cards::watched(|| support::evaluation::scored(43));
    let folder = tempfile::tempdir().unwrap();
    let report = Report::of(&world.dossier(folder.path()));
    let (found, said) = said(&report);
    assert_eq!(found, Outcome::Pass, "{said}");
    assert_eq!(report.failed().count(), 0, "{said}");
    println!("{said}");
    for way in ["text", "facts", "told", "version", "dropped"] {
        let broken = mutate::mutate_as(
            &world.dossier(&folder.path().join(way)),
            41,
            Some(way),
            &world.ring,
        );
        let broken = broken.unwrap();
        let out = folder.path().join(format!("broken-{way}"));
        broken.write(&out).unwrap();
        let report = Report::of(&Dossier::load(&out, world.policy()).unwrap());
        assert_eq!(report.failed().collect::<Vec<_>>(), [41], "{broken}");
    }
    for (program, failed) in support::broken::strangers(&world, &folder.path().join("dossier")) {
        assert_eq!(failed, Vec::<u8>::new(), "{program}");
    }
}

#[test]
fn what_is_left_out_or_done_twice_is_caught() {
    for (trick, says) in [
        (Trick::NoYellow, "the yellow card of A03 is missing"),
        (Trick::NoRed, "the red card of A03 is missing or late"),
        (Trick::NoRed, "the rules, replayed, give no such card.ended"),
        (Trick::LateRed, "the red card of A03 is missing or late"),
        (
            Trick::LateRed,
            "the red card of A03 did not come when the rules, replayed, gave it",
        ),
        (
            Trick::NoWarning,
            "the warning \"today\" of A03 is missing or late",
        ),
        (Trick::NoWarning, "a warning of the card at"),
        (Trick::NoEnd, "the end of the card at"),
        (Trick::NoEnd, "the card of A03 was not ended"),
        (Trick::TwoReds, "issued twice"),
    ] {
        let (found, said) = outcome(trick);
        assert_eq!(found, Outcome::Fail, "{trick:?}: {said}");
        assert!(said.contains(says), "{trick:?}: {said}");
    }
}

/// A card fact, the member to change, how, and what check 41 says then.
#[test]
fn every_recipe_is_caught_by_this_check_and_by_no_other() {
    let (world, _) = course(Trick::None);
    let folder = tempfile::tempdir().unwrap();
    let sound = world.dossier(folder.path());
    let before: Vec<u8> = Report::of(&sound).failed().collect();
    let known: Vec<&str> = WAYS.iter().map(|(way, _)| *way).collect();
    let offered = mutate::WAYS.iter().filter(|(check, _)| *check == 41);
    assert_eq!(known, offered.map(|(_, way)| *way).collect::<Vec<_>>());
    for (way, says) in WAYS {
        let broken = mutate::mutate_as(&sound, 41, Some(way), &world.ring).unwrap();
        let out = folder.path().join(way);
        broken.write(&out).unwrap();
        let report = Report::of(&Dossier::load(&out, world.policy()).unwrap());
        let mut expected = before.clone();
        expected.push(41);
        assert_eq!(report.failed().collect::<Vec<_>>(), expected, "{broken}");
        let (_, said) = said(&report);
        assert!(said.contains(says), "{broken}: {said}");
        // The others have no rules, so a text is not theirs to judge.
        let strangers = support::broken::strangers(&world, &out);
        for (program, failed) in strangers.into_iter().filter(|_| way != "text") {
            assert!(failed.contains(&41), "{program}: {broken}");
        }
    }
    let unknown = mutate::mutate_as(&sound, 41, Some("eaten"), &world.ring);
    assert!(unknown.unwrap_err().to_string().contains("dropped, delayed"));
}

#[test]
fn the_facts_of_the_course_stand_where_the_other_verifiers_read_them() {
    let (world, places) = course(Trick::None);
    let folder = tempfile::tempdir().unwrap();
    let dossier = world.dossier(folder.path());
    let facts: Vec<Value> = (dossier.shown.facts())
        .filter(|fact| {
            matches!(
                fact.record.stream,
                Stream::Tender(_) | Stream::Supervision(_) | Stream::Rules
            )
        })
        .map(|fact| {
            json!({
                "body": fact.record.body.members(),
                "kind": fact.record.kind.name(),
                "seq": fact.record.seq,
                "stream": fact.record.stream.to_string(),
                "ts": fact.record.at.0,
            })
        })
        .collect();
    let text = serde_json::to_string_pretty(&json!({
        "facts": facts,
        "places": { "adopted": places.adopted, "ended": places.ended, "red": places.red, "warned": places.warned, "yellow": places.yellow },
        "tender": "T4",
        "times": dossier.log.entries().map(|entry| entry.ts.0).collect::<Vec<_>>(),
    }))
    .unwrap()
        + "\n";
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/golden/cards.json");
    if std::env::var("KAIBIAO_GOLDEN").is_ok_and(|word| word == "write") {
        std::fs::write(path, &text).unwrap();
    }
    assert_eq!(std::fs::read_to_string(path).unwrap(), text);
}
