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
use kaibiao_verify::mutate::{Draft, repack};
use kaibiao_verify::{Dossier, Report, bundle};
use serde_json::{Value, json};
use std::path::Path;
use std::process::Command;
use support::World;
use support::steps::stepped;

fn text(report: &Report) -> String {
    let mut out = Vec::new();
    report.write_text(&mut out, kaibiao_verify::Language::En).unwrap();
    String::from_utf8(out).unwrap()
}

/// The checks that the verifiers in Python and JavaScript find broken; they read the same files.
fn strangers(world: &World, dossier: &Path) -> Vec<(&'static str, Vec<u8>)> {
    let policy = dossier.with_extension("toml");
    std::fs::write(&policy, world.policy_text()).unwrap();
    let root = concat!(env!("CARGO_MANIFEST_DIR"), "/../../");
    let python = Command::new("python3")
        .args(["-c", "import cryptography"])
        .output();
    let mut programs = vec![("node", "web/tests/verify.mjs", None)];
    if python.is_ok_and(|probe| probe.status.success()) {
        programs.push(("python3", "tests/python/verify.py", Some("--json")));
    }
    let verdict = |(program, script, json): (&'static str, &str, Option<&str>)| {
        let mut command = Command::new(program);
        command
            .arg(format!("{root}{script}"))
            .arg(dossier)
            .arg("--policy")
            .arg(&policy)
            .args(json);
        let output = command.output().unwrap();
        let verdict: Value = serde_json::from_slice(&output.stdout)
            .unwrap_or_else(|why| panic!("{program}: {why}: {}", String::from_utf8_lossy(&output.stderr)));
        let checks = verdict["checks"].as_array().unwrap().iter();
        let failed = checks.filter(|check| check["outcome"] == "fail");
        (
            program,
            failed
                .map(|check| check["id"].as_str().unwrap().parse().unwrap())
                .collect(),
        )
    };
    programs.into_iter().map(verdict).collect()
}

#[test]
fn an_honest_tender_with_every_step_passes_all_verifiers() {
    let (world, folder) = (stepped(21), tempfile::tempdir().unwrap());
    let report = Report::of(&world.dossier(folder.path()));
    assert!(report.good(), "{}", text(&report));
    for (program, failed) in strangers(&world, &folder.path().join("dossier")) {
        assert_eq!(failed, Vec::<u8>::new(), "{program}");
    }
}

/// The report on the dossier with one member of the first fact of a kind changed.
fn broken(
    world: &World,
    sound: &Dossier,
    kind: Kind,
    member: &str,
    edit: impl FnOnce(&mut Value),
) -> (Report, Vec<(&'static str, Vec<u8>)>) {
    let fact = sound
        .shown
        .facts()
        .find(|fact| fact.record.kind == kind)
        .expect("such a fact");
    let mut draft = Draft::of(sound);
    draft.change(fact.record.seq, member, edit).unwrap();
    let log_key = world.ring.get(sound.policy.log_key.key().as_bytes()).unwrap();
    let (files, unsigned) = draft.files(log_key, &world.ring).unwrap();
    assert_eq!(unsigned, 0);
    let manifest = repack(&files, draft.origin(), draft.size(), &world.tender).unwrap();
    let out = tempfile::tempdir().unwrap();
    let place = out.path().join("broken");
    bundle::write(&files, &manifest, &place).unwrap();
    let report = Report::of(&Dossier::load(&place, world.policy()).unwrap());
    (report, strangers(world, &place))
}

type Edit = fn(&mut Value);

#[test]
fn every_step_that_does_not_follow_from_the_acts_is_found_by_check_33() {
    let world = stepped(22);
    let folder = tempfile::tempdir().unwrap();
    let sound = world.dossier(folder.path());
    let cases: [(Kind, &str, Edit, &str); 12] = [
        (
            Kind::ReviewVoted,
            "votes",
            |v| v[3]["passes"] = json!(true),
            "not those that the votes put out",
        ),
        (
            Kind::QualificationReviewed,
            "votes",
            |v| v[0]["passes"] = json!(false),
            "not those that the votes put out",
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
            Kind::ReportClosed,
            "unsigned",
            |v| *v = json!([]),
            "those who signed",
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
    for (kind, member, edit, reason) in cases {
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
