//! The steps around the scores: an honest tender passes, and each step that does not fit its acts is found.
#![allow(
    clippy::allow_attributes,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    clippy::similar_names,
    clippy::struct_field_names,
    clippy::wildcard_imports,
    dead_code,
    unused_imports,
    reason = "test code, helpers included"
)]

mod support;

use facts::Kind;
use kaibiao_verify::Report;
use serde_json::{Value, json};
use support::broken::{broken, strangers, text};
use support::qualified::too_few;
use support::steps::stepped;

#[test]
fn an_honest_tender_with_every_step_passes_all_verifiers() {
    let (world, folder) = (stepped(21), tempfile::tempdir().unwrap());
    let report = Report::of(&world.dossier(folder.path()));
    assert!(report.good(), "{}", text(&report));
    for (program, failed) in strangers(&world, &folder.path().join("dossier")) {
        assert_eq!(failed, Vec::<u8>::new(), "{program}");
    }
}

#[test]
fn with_too_few_qualified_nothing_is_evaluated_and_nobody_fails_without_cause() {
    let (world, folder) = (too_few(23), tempfile::tempdir().unwrap());
    let sound = world.dossier(folder.path());
    let report = Report::of(&sound);
    assert!(report.good(), "{}", text(&report));
    for (program, failed) in strangers(&world, &folder.path().join("dossier")) {
        assert_eq!(failed, Vec::<u8>::new(), "{program}");
    }
    let all_pass: Edit = |v| {
        for vote in v.as_array_mut().unwrap() {
            (vote["passes"], vote["reason"]) = (json!(true), json!(""));
        }
    };
    let unreasoned: Edit = |v| {
        for vote in v.as_array_mut().unwrap() {
            vote["reason"] = json!(" ");
        }
    };
    let cases = [
        (all_pass, "though enough passed"),
        (unreasoned, "a reason is missing"),
    ];
    for (edit, reason) in cases {
        let (report, others) = broken(&world, &sound, Kind::QualificationReviewed, "votes", edit);
        assert_eq!(report.failed().collect::<Vec<_>>(), [33], "{}", text(&report));
        for (program, failed) in others {
            assert_eq!(failed, [33], "{program}: {reason}");
        }
        assert!(text(&report).contains(reason), "{}", text(&report));
    }
}

type Edit = fn(&mut Value);

/// A member of a fact, how it is falsified, and what is said of it.
const FALSE_STEPS: [(Kind, &str, Edit, &str); 14] = [
    (
        Kind::ReviewVoted,
        "votes",
        |v| v[3]["passes"] = json!(true),
        "not those that the votes put out",
    ),
    (
        Kind::QualificationReviewed,
        "votes",
        |v| {
            for vote in v.as_array_mut().unwrap() {
                (vote["passes"], vote["reason"]) = (json!(true), json!(""));
            }
        },
        "are not those whom the evaluation names",
    ),
    (
        Kind::QualificationReviewed,
        "votes",
        |v| drop(v.as_array_mut().unwrap().pop()),
        "not every bid that was opened was judged",
    ),
    (
        Kind::EvaluationOpened,
        "unqualified",
        |v| v[0]["reason"] = json!("another"),
        "are not those whom the evaluation names",
    ),
    (
        Kind::EvaluationOpened,
        "qualification",
        |v| *v = json!(1),
        "rests on another review",
    ),
    (
        Kind::ReviewClosed,
        "rejected",
        |v| v[0]["against"] = json!(4),
        "not those that the votes put out",
    ),
    (
        Kind::ReviewClosed,
        "flagged",
        |v| drop(v.as_array_mut().unwrap().pop()),
        "not those below the declared lines",
    ),
    (
        Kind::LowPriceJudged,
        "reasonable",
        |v| *v = json!(true),
        "rejections",
    ),
    (
        Kind::InquiryAnswered,
        "text",
        |v| *v = json!("something else"),
        "the bidder did not sign",
    ),
    (
        Kind::PriceCorrected,
        "corrections",
        |v| v[0]["before"] = json!(1),
        "does not lead from the opened price",
    ),
    (
        Kind::ScoreChanged,
        "changes",
        |v| v[0]["from"] = json!(7_001),
        "the value in force",
    ),
    (
        Kind::ScoreChanged,
        "changes",
        |v| v[0]["to"] = json!(10_001),
        "out of range",
    ),
    (
        Kind::EvaluationExtended,
        "seats",
        |v| *v = json!(["S2"]),
        "more than a third",
    ),
    (
        Kind::EvaluationConcluded,
        "lots",
        |v| v[0]["rejected"][0]["clause"] = json!("below_floor"),
        "rejections",
    ),
];

#[test]
fn every_step_that_does_not_follow_from_the_acts_is_found_by_check_33() {
    let world = stepped(22);
    let folder = tempfile::tempdir().unwrap();
    let sound = world.dossier(folder.path());
    for (kind, member, edit, reason) in FALSE_STEPS {
        let (report, others) = broken(&world, &sound, kind, member, edit);
        let failed: Vec<u8> = report.failed().collect();
        assert_eq!(failed, [33], "{kind}.{member}\n{}", text(&report));
        for (program, failed) in others {
            assert_eq!(failed, [33], "{program}: {kind}.{member}");
        }
        assert!(
            text(&report).contains(reason),
            "{kind}.{member}\n{}",
            text(&report)
        );
    }
}
