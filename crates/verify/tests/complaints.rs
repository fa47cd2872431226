//! Check 40: an honest course of objections, complaints and orders passes; each change to it is caught.
#![allow(
    clippy::allow_attributes,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    clippy::similar_names,
    clippy::struct_field_names,
    clippy::too_many_lines,
    clippy::items_after_statements,
    reason = "test code, helpers included"
)]

mod support;
#[path = "complaints/thirty.rs"]
mod thirty;

use facts::body::award::{TenderResumed, TenderSuspended};
use facts::body::complaint::{
    ComplaintAccepted, ComplaintContinued, ComplaintDecided, ComplaintFiled, ComplaintPaused,
    ComplaintReturned, ComplaintSupplemented, Grievance, Outcome as Ended, PauseGround,
};
use facts::body::obeyed::{DeadlineExtended, ExplanationCalled, ExplanationGiven};
use facts::body::objection::{Against, ObjectionNoted, ObjectionRaised, ObjectionReplied};
use facts::body::supervision::{OrderExtended, OrderInquired, OrderSuspended};
use facts::body::tender::Way;
use facts::calendar::{CHINA, Span, add_days, day_of, end_of};
use facts::time::{DAY, HOUR};
use facts::{Hex, Instant, Stream};
use kaibiao_verify::mutate::{Draft, mutate_as};
use kaibiao_verify::{Dossier, Outcome, Report};
use serde_json::Value;
use support::World;
use support::bidding::Bid;
use support::broken::{rewritten, strangers};
use support::opening::Trouble;
use support::tender::Plan;

fn id<T: std::str::FromStr<Err = facts::id::IdError>>(text: &str) -> T {
    text.parse().unwrap()
}

/// Positions of what the tests change.
#[derive(Debug, Default)]
struct Told {
    noted: u64,
    stopped: u64,
    called: u64,
    extended: u64,
    accepted: u64,
    continued: u64,
    decided: u64,
    halted: u64,
    went_on: u64,
}

fn working(from: Instant, days: u32, spans: &[Span]) -> Instant {
    end_of(CHINA.add_working_days_without(day_of(from), days, spans).unwrap())
}

/// A works tender with an objection that stops it, an explanation, an extension and a complaint with every step.
fn course() -> (World, Told) {
    let mut world = World::new(91, "T3");
    let mut told = Told::default();
    let keys = world.ceremony(2);
    let mut noticed = world.notice(Plan::lowest(), &keys);
    let mut bids: Vec<Bid> = (1..=3).map(|n| world.enter(n)).collect();
    let (own, watch, tender) = (
        world.stream(),
        Stream::Supervision(world.tender.clone()),
        world.tender.clone(),
    );
    let calendar = CHINA.version.to_owned();

    let raised = world.act(
        "BID1",
        &own,
        &ObjectionRaised {
            against: Against::Documents,
            objection: id("Q1"),
            tender: tender.clone(),
            text: "指定品牌".into(),
        },
    );
    let raised_at = world.now;
    told.noted = world.platform(
        &own,
        &ObjectionNoted {
            against: Against::Documents,
            calendar: calendar.clone(),
            due: Some(end_of(CHINA.period_end(day_of(raised_at), 3))),
            objection: id("Q1"),
            seq: raised,
            tender: tender.clone(),
        },
    );
    told.stopped = world.platform(
        &own,
        &TenderSuspended {
            order: id("objection-Q1"),
            seq: told.noted,
            tender: tender.clone(),
            until: None,
        },
    );
    let began = world.now;
    world.wait(DAY);
    let replied = world.act(
        "BUYER",
        &own,
        &ObjectionReplied {
            objection: id("Q1"),
            reply: "不予采纳".into(),
            tender: tender.clone(),
            text: "对品牌的异议".into(),
            upheld: false,
        },
    );
    let replied_at = world.now;
    world.platform(
        &own,
        &TenderResumed {
            order: id("objection-Q1"),
            seq: replied,
            tender: tender.clone(),
        },
    );
    let moved = world.now.since(began);

    // An order that says until when it stops is over by itself.
    let until = Some(world.now.plus(2 * HOUR));
    let halt = world.act(
        "SUP",
        &watch,
        &OrderSuspended {
            basis: "招标投标法实施条例62".into(),
            complaint: None,
            order: id("H1"),
            reason: "核查".into(),
            tender: tender.clone(),
            until,
        },
    );
    told.halted = world.platform(
        &own,
        &TenderSuspended {
            order: id("H1"),
            seq: halt,
            tender: tender.clone(),
            until,
        },
    );
    let began = world.now;
    world.wait(2 * HOUR);
    told.went_on = world.platform(
        &own,
        &TenderResumed {
            order: id("H1"),
            seq: halt,
            tender: tender.clone(),
        },
    );
    let moved = moved + world.now.since(began);

    let until = world.now.plus(DAY);
    let inquired = world.act(
        "SUP",
        &watch,
        &OrderInquired {
            basis: "20号令50".into(),
            complaint: None,
            order: id("E1"),
            question: "说明指定品牌的理由".into(),
            tender: tender.clone(),
            until,
        },
    );
    told.called = world.platform(
        &own,
        &ExplanationCalled {
            order: id("E1"),
            seq: inquired,
            tender: tender.clone(),
            until,
        },
    );
    world.act(
        "BUYER",
        &own,
        &ExplanationGiven {
            order: id("E1"),
            tender: tender.clone(),
            text: "系参考品牌".into(),
        },
    );

    // The deadline in force is later by the pause; the order moves it by two hours more.
    let closes_at = noticed.rules[0].1.plus(moved).plus(2 * HOUR);
    let ordered = world.act(
        "SUP",
        &watch,
        &OrderExtended {
            basis: "20号令".into(),
            closes_at,
            down: None,
            order: id("X1"),
            reason: "平台中断".into(),
            tender: tender.clone(),
        },
    );
    told.extended = world.platform(
        &own,
        &DeadlineExtended {
            closes_at,
            down: None,
            order: id("X1"),
            seq: ordered,
            tender: tender.clone(),
        },
    );

    let filed = world.act(
        "BID1",
        &watch,
        &ComplaintFiled {
            claims: "答复与事实不符".into(),
            complaint: id("C1"),
            evidence: vec![],
            grievance: Grievance::Documents,
            known: raised_at,
            objections: vec![id("Q1")],
            paper: None,
            requests: "责令修改".into(),
            tender: tender.clone(),
            tracking: Hex([7; 32]),
        },
    );
    assert!(replied_at < world.now);
    let returned = world.act(
        "SUP",
        &watch,
        &ComplaintReturned {
            complaint: id("C1"),
            missing: "授权书".into(),
            tender: tender.clone(),
            until: world.now.plus(DAY),
        },
    );
    let supplemented = world.act(
        "BID1",
        &watch,
        &ComplaintSupplemented {
            complaint: id("C1"),
            evidence: vec![],
            tender: tender.clone(),
            text: "补交".into(),
        },
    );
    let accepted_at = world.now.plus(1_000);
    let spans = [Span {
        first: day_of(accepted_at),
        last: Some(day_of(accepted_at)),
    }];
    told.accepted = world.act(
        "SUP",
        &watch,
        &ComplaintAccepted {
            calendar: calendar.clone(),
            complaint: id("C1"),
            due: Some(working(accepted_at, 30, &spans)),
            tender: tender.clone(),
        },
    );
    let paused = world.act(
        "SUP",
        &watch,
        &ComplaintPaused {
            complaint: id("C1"),
            ground: PauseGround::ExpertReview,
            reason: "组织专家论证".into(),
            tender: tender.clone(),
        },
    );
    let from = day_of(world.now);
    world.wait(5 * DAY);
    let spans = [
        spans[0],
        Span {
            first: from,
            last: Some(day_of(world.now.plus(1_000))),
        },
    ];
    told.continued = world.act(
        "SUP",
        &watch,
        &ComplaintContinued {
            calendar,
            complaint: id("C1"),
            due: Some(working(accepted_at, 30, &spans)),
            result: "论证意见已收到".into(),
            tender: tender.clone(),
        },
    );
    told.decided = world.act(
        "SUP",
        &watch,
        &ComplaintDecided {
            basis: "条例61".into(),
            complaint: id("C1"),
            orders: vec![id("E1")],
            outcome: Ended::Rejected,
            reason: "品牌前注明“或相当于”".into(),
            remedy: None,
            tender,
        },
    );
    for (n, bid) in bids.iter_mut().enumerate() {
        world.submit(&noticed, bid, 9_000_000 + i64::try_from(n).unwrap(), false);
    }
    let written = noticed.rules.clone();
    noticed.rules[0].1 = closes_at;
    world.close(&noticed);
    noticed.rules = written;
    world.open(&noticed, &keys, 0, &bids, &Trouble::default());
    let opening = world.open(&noticed, &keys, 1, &bids, &Trouble::default());
    world.disclose([
        filed,
        returned,
        supplemented,
        told.accepted,
        paused,
        told.continued,
    ]);
    world.evaluate(&noticed, opening, &bids.iter().collect::<Vec<_>>(), |_| true);
    (world, told)
}

fn text(report: &Report) -> String {
    let mut out = Vec::new();
    report.write_text(&mut out, kaibiao_verify::Language::En).unwrap();
    String::from_utf8(out).unwrap()
}

fn verdict(report: &Report) -> (Outcome, String) {
    let verdict = report.verdicts.iter().find(|verdict| verdict.id == 40).unwrap();
    let said: Vec<_> = verdict
        .evidence
        .iter()
        .map(|evidence| evidence.en.as_str())
        .collect();
    (verdict.outcome, said.join("; "))
}

#[test]
fn an_honest_course_passes_and_every_change_to_it_is_caught() {
    let (world, told) = course();
    let folder = tempfile::tempdir().unwrap();
    let sound = world.dossier(folder.path());
    let report = Report::of(&sound);
    assert!(report.good(), "{}", text(&report));
    assert_eq!(verdict(&report).0, Outcome::Pass);
    let later = |value: &mut Value| *value = (value.as_i64().unwrap() + DAY).into();
    let other = |value: &mut Value| *value = "other".into();
    type Edit<'a> = &'a dyn Fn(&mut Value);
    let changes: [(u64, &str, Edit<'_>, &str); 12] = [
        (told.halted, "until", &later, "was not given like this"),
        (told.went_on, "order", &other, "was not given like this"),
        (told.noted, "due", &later, "the day of the reply"),
        (
            told.noted,
            "seq",
            &|value| *value = 3.into(),
            "no earlier confidential entry",
        ),
        (
            told.stopped,
            "seq",
            &|value| *value = 3.into(),
            "an objection that was not noted",
        ),
        (told.called, "until", &later, "was not given like this"),
        (told.called, "order", &other, "was not given like this"),
        (told.extended, "closes_at", &later, "was not given like this"),
        (told.accepted, "due", &later, "the day of the decision"),
        (told.continued, "calendar", &other, "does not know"),
        (told.noted, "calendar", &other, "does not know"),
        (
            told.decided,
            "outcome",
            &|value| *value = "upheld".into(),
            "exactly where the complaint is upheld",
        ),
    ];
    for (number, (seq, member, edit, reason)) in changes.into_iter().enumerate() {
        let mut draft = Draft::of(&sound);
        draft.change(seq, member, edit).unwrap();
        let report = rewritten(
            &world,
            &mut draft,
            &folder.path().join(format!("broken-{number}")),
        );
        let (outcome, said) = verdict(&report);
        assert_eq!(outcome, Outcome::Fail, "{seq} {member}");
        assert!(said.contains(reason), "{seq} {member}: {said}");
    }
    // What an earlier calendar counted is counted again by it: in 2026 both say the same.
    let [before, _] = facts::calendar::KNOWN else {
        panic!("there are two calendars")
    };
    let mut draft = Draft::of(&sound);
    draft
        .change(told.noted, "calendar", |value: &mut Value| {
            *value = before.version.into();
        })
        .unwrap();
    let out = folder.path().join("before");
    let report = rewritten(&world, &mut draft, &out);
    assert_eq!(verdict(&report).0, Outcome::Pass, "{}", text(&report));
    assert!(verdict(&report).1.contains(before.version));
    let by_others = strangers(&world, &out);
    assert!(
        by_others.iter().all(|(_, failed)| failed.is_empty()),
        "{by_others:?}"
    );
    for (way, reason) in [
        ("day", "the day of the reply"),
        ("pause", "the day of the decision"),
        ("unobeyed", "was not given like this"),
        ("twice", "is answered a second time"),
    ] {
        let broken = mutate_as(&sound, 40, Some(way), &world.ring).unwrap();
        let out = folder.path().join(way);
        broken.write(&out).unwrap();
        let report = Report::of(&Dossier::load(&out, world.policy()).unwrap());
        assert_eq!(
            report.failed().collect::<Vec<_>>(),
            [40],
            "{broken}: {}",
            text(&report)
        );
        assert!(verdict(&report).1.contains(reason), "{broken}: {}", text(&report));
        for (program, failed) in strangers(&world, &out) {
            assert_eq!(failed, [40], "{program}: {broken}");
        }
    }
}
