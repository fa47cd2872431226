//! Whole tenders by other trade methods: all verifiers pass them, and find what their articles forbid.
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
    reason = "test code, helpers included"
)]

mod support;

use facts::Kind;
use kaibiao_verify::{Outcome, Report};
use serde_json::{Value, json};
use support::World;
use support::broken::{broken, strangers, text};
use support::traded::{consultation, inquiry, negotiation};

/// What all three verifiers find broken; they agree.
fn failed(world: &World) -> Vec<u8> {
    let folder = tempfile::tempdir().unwrap();
    let report = Report::of(&world.dossier(folder.path()));
    let own: Vec<u8> = report.failed().collect();
    for (program, others) in strangers(world, &folder.path().join("dossier")) {
        assert_eq!(others, own, "{program}\n{}", text(&report));
    }
    own
}

#[test]
fn consultation_negotiation_and_inquiry_pass_every_verifier_from_notice_to_award() {
    for world in [consultation(80), negotiation(81), inquiry(82, false)] {
        let folder = tempfile::tempdir().unwrap();
        let report = Report::of(&world.dossier(folder.path()));
        assert!(report.good(), "{}", text(&report));
        assert_eq!(failed(&world), Vec::<u8>::new());
        for verdict in &report.verdicts {
            let applies = matches!(verdict.id, 19..=24 | 30..=33 | 35 | 38 | 39);
            assert!(
                !applies || verdict.outcome == Outcome::Pass,
                "{}\n{}",
                verdict.id,
                text(&report)
            );
        }
    }
}

type Edit = fn(&mut Value);

#[test]
fn false_prices_and_ranks_of_final_quotes_are_found() {
    let world = consultation(83);
    let folder = tempfile::tempdir().unwrap();
    let sound = world.dossier(folder.path());
    let cases: [(Kind, &str, Edit, &[u8], &str); 4] = [
        (
            Kind::EvaluationOpened,
            "bids",
            |bids| bids[0]["price"]["minor"] = json!(890_000_000),
            &[33],
            "",
        ),
        (
            Kind::EvaluationOpened,
            "way",
            |way| *way = json!("negotiation"),
            &[33],
            "another trade method",
        ),
        (
            Kind::EvaluationConcluded,
            "lots",
            |lots| lots[0]["ranking"][0]["price_e4"] = json!(300_000),
            &[33],
            "",
        ),
        (
            Kind::CandidatesPublicised,
            "candidates",
            |rows| rows[0]["price"]["minor"] = json!(1),
            &[35],
            "",
        ),
    ];
    for (kind, member, edit, checks, reason) in cases {
        let (report, others) = broken(&world, &sound, kind, member, edit);
        let failed: Vec<u8> = report.failed().collect();
        assert_eq!(failed, checks, "{kind}.{member}\n{}", text(&report));
        assert!(
            text(&report).contains(reason),
            "{kind}.{member}\n{}",
            text(&report)
        );
        for (program, failed) in others {
            assert_eq!(failed, checks, "{program}: {kind}.{member}");
        }
    }
}

/// 政府采购法40(三), 74号令46.
#[test]
fn a_corrected_price_of_an_inquiry_is_found() {
    assert_eq!(failed(&inquiry(84, true)), [33]);
    let folder = tempfile::tempdir().unwrap();
    let report = Report::of(&inquiry(84, true).dossier(folder.path()));
    assert!(
        text(&report).contains("corrected in an inquiry"),
        "{}",
        text(&report)
    );
}
