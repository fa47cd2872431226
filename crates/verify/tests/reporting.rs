//! Check 38: reports and orders to evaluate again; an honest tender passes, and every way to be wrong is found.
#![allow(
    clippy::allow_attributes,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    clippy::similar_names,
    clippy::struct_field_names,
    dead_code,
    reason = "test code, helpers included"
)]

mod support;

use facts::Kind;
use kaibiao_verify::{Outcome, Report};
use serde_json::{Value, json};
use support::World;
use support::broken::{broken, strangers, text};
use support::report::reevaluated;

type Edit = fn(&mut Value);
/// Kind, member, what is done to it, and what the evidence says.
type Case = (Kind, &'static str, Edit, &'static str);

fn flip(value: &mut Value) {
    let text = value.as_str().unwrap();
    let first = if text.starts_with('0') { "1" } else { "0" };
    *value = json!(format!("{first}{}", &text[1..]));
}

fn found(world: &World, cases: &[Case]) {
    let folder = tempfile::tempdir().unwrap();
    let sound = world.dossier(folder.path());
    for (kind, member, edit, reason) in cases {
        let (report, others) = broken(world, &sound, *kind, member, edit);
        let failed: Vec<u8> = report.failed().collect();
        // A seat that is not the signer's breaks the rule of authors too.
        let expected: &[u8] = if *member == "seat" { &[17, 38] } else { &[38] };
        assert_eq!(failed, expected, "{kind}.{member}\n{}", text(&report));
        for (program, failed) in others {
            assert_eq!(failed, expected, "{program}: {kind}.{member}");
        }
        assert!(
            text(&report).contains(reason),
            "{kind}.{member}\n{}",
            text(&report)
        );
    }
}

#[test]
fn an_evaluation_done_again_by_order_passes_all_verifiers() {
    let (world, folder) = (reevaluated(31), tempfile::tempdir().unwrap());
    let report = Report::of(&world.dossier(folder.path()));
    assert!(report.good(), "{}", text(&report));
    let own = report.verdicts.iter().find(|verdict| verdict.id == 38).unwrap();
    assert_eq!(own.outcome, Outcome::Pass);
    assert!(
        text(&report).contains("2 reports, 2 complete"),
        "{}",
        text(&report)
    );
    for (program, failed) in strangers(&world, &folder.path().join("dossier")) {
        assert_eq!(failed, Vec::<u8>::new(), "{program}");
    }
}

#[test]
fn a_report_that_says_other_things_than_the_log_or_its_members_is_found() {
    let cases: [Case; 13] = [
        (
            Kind::ReportAssembled,
            "document",
            flip,
            "is not the one that follows",
        ),
        (
            Kind::ReportAssembled,
            "concluded",
            |v| *v = json!(3),
            "not of the last result",
        ),
        (Kind::ReportAssembled, "round", |v| *v = json!(2), "names round 2"),
        (
            Kind::ReportAssembled,
            "until",
            |v| *v = json!(v.as_i64().unwrap() + 86_400_000),
            "closed before its time",
        ),
        (
            Kind::ReportAssembled,
            "until",
            |v| *v = json!(v.as_i64().unwrap() - 86_400_000),
            "twice, late",
        ),
        (Kind::ReportSigned, "document", flip, "signed another report"),
        (Kind::ReportSigned, "pdf", flip, "signed another report"),
        (Kind::ReportSigned, "seat", |v| *v = json!("S2"), "spoke twice"),
        (Kind::ReportCompleted, "document", flip, "was not put together"),
        (
            Kind::ReportCompleted,
            "signed",
            |v| *v = json!(["S1", "S2"]),
            "does not say",
        ),
        (
            Kind::ReportCompleted,
            "dissenting",
            |v| *v = json!([]),
            "does not say",
        ),
        (
            Kind::ReportCompleted,
            "refused",
            |v| *v = json!([]),
            "does not say",
        ),
        (
            Kind::ReportCompleted,
            "silent",
            |v| *v = json!([]),
            "does not say",
        ),
    ];
    found(&reevaluated(32), &cases);
}

#[test]
fn an_order_to_evaluate_again_that_is_not_obeyed_as_given_is_found() {
    let cases: [Case; 5] = [
        (
            Kind::CandidatesRevoked,
            "reason",
            |v| *v = json!("another"),
            "revoked without such an order",
        ),
        (
            Kind::CandidatesRevoked,
            "seq",
            |v| *v = json!(v.as_u64().unwrap() - 1),
            "order O1 was not obeyed",
        ),
        (
            Kind::EvaluationReopened,
            "reason",
            |v| *v = json!("another"),
            "done again without such an order",
        ),
        (
            Kind::EvaluationReopened,
            "order",
            |v| *v = json!("O2"),
            "done again without such an order",
        ),
        (
            Kind::OrderReevaluated,
            "reason",
            |v| *v = json!("another"),
            "revoked without such an order",
        ),
    ];
    found(&reevaluated(33), &cases);
}
