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

use facts::body::obeyed::OrderReturned;
use facts::body::supervision::{OrderReevaluated, Panel};
use facts::id::OrderId;
use facts::{Kind, Stream, TenderId};
use kaibiao_verify::{Outcome, Report};
use serde_json::{Value, json};
use support::World;
use support::broken::{broken, strangers, text};
use support::evaluation::lowest_with;
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

fn order() -> OrderReevaluated {
    OrderReevaluated {
        basis: "招标投标法实施条例71".to_owned(),
        order: OrderId::parse("O9").unwrap(),
        panel: Panel::Same,
        reason: "one figure looks wrong".to_owned(),
        tender: TenderId::parse("T2").unwrap(),
    }
}

fn ordered(world: &mut World) {
    world.act("SUP", &Stream::Supervision(world.tender.clone()), &order());
}

fn ordered_long_ago(world: &mut World) {
    ordered(world);
    world.wait(120_000);
}

fn ordered_and_returned(world: &mut World) {
    ordered(world);
    give_back(world, world.size() - 1);
}

fn give_back(world: &mut World, seq: u64) {
    let back = OrderReturned {
        cause: "tender.over".to_owned(),
        order: order().order,
        seq,
        tender: world.tender.clone(),
    };
    world.platform(&world.stream(), &back);
}

/// The checks that all verifiers fail on a tender with an order right before its award that is given back after it.
fn late_order(happens: fn(&mut World), after: bool) -> Vec<u8> {
    let mut world = World::new(34, "T2");
    world.before_award = Some(happens);
    let mut world = lowest_with(world);
    let folder = tempfile::tempdir().unwrap();
    if after {
        let seq = world
            .dossier(&folder.path().join("before"))
            .shown
            .every::<OrderReevaluated>()
            .next()
            .unwrap()
            .seq();
        give_back(&mut world, seq);
    }
    let failed: Vec<u8> = Report::of(&world.dossier(folder.path())).failed().collect();
    for (program, found) in strangers(&world, &folder.path().join("dossier")) {
        assert_eq!(found, failed, "{program}");
    }
    failed
}

#[test]
fn an_order_to_evaluate_again_that_comes_with_the_award_is_given_back() {
    assert_eq!(late_order(ordered, true), Vec::<u8>::new());
    // There were candidates to revoke, so nothing excuses the award.
    assert_eq!(late_order(ordered_long_ago, true), [38]);
    assert_eq!(late_order(ordered_and_returned, false), [38]);
}
