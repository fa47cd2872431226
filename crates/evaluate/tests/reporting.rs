//! The report: put together from the log, signed or refused by every seat, completed; and evaluated again by order.
#![allow(
    clippy::allow_attributes,
    clippy::arithmetic_side_effects,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    dead_code,
    unreachable_pub,
    reason = "test code"
)]

extern crate kaibiao_evaluate as evaluate;

mod common;

use common::*;
use evaluate::report::{Language, Piece, assemble, present};
use evaluate::{Assembled, Command, Evaluations, SIGNING};
use facts::body::award::CandidatesRevoked;
use facts::body::evaluation::{EvaluationConcluded, ReportCompleted, ReportSigned};
use facts::body::supervision::Panel;
use facts::id::OrderId;
use facts::{Given, Hex, Instant, Kind, Record, Role};
use std::collections::BTreeMap;

/// Everybody has revealed: the result is there.
fn concluded() -> Given<Evaluations> {
    (0..5).fold(committed(), |given, n| given.and(reveal(n), NOW).unwrap())
}

fn assembled(given: &Given<Evaluations>) -> Command {
    Command::Assemble(Assembled {
        concluded: given.state().awaits_report().unwrap(),
        document: Hex([1; 32]),
        pdf: Hex([2; 32]),
        pages: 3,
    })
}

fn reported() -> Given<Evaluations> {
    let given = concluded();
    let command = assembled(&given);
    given.and(command, NOW).unwrap()
}

fn said(n: usize) -> ReportSigned {
    ReportSigned {
        dissent: None,
        document: Hex([1; 32]),
        pdf: Hex([2; 32]),
        refused: None,
        seat: seat(n),
        tender: tender(),
    }
}

fn sign(n: usize, change: impl FnOnce(&mut ReportSigned)) -> Command {
    let mut body = said(n);
    change(&mut body);
    Command::Sign(signed(&expert(n), Role::Expert, body))
}

fn refusal(given: &Given<Evaluations>, command: Command, at: Instant) -> String {
    given.when(command, at).unwrap_err().code.into_owned()
}

fn last(given: &Given<Evaluations>) -> Record {
    given.records().last().unwrap().clone()
}

#[test]
fn a_report_is_complete_with_the_last_seat_and_says_who_disagreed() {
    let mut given = reported();
    for n in 0..4 {
        given = given
            .and(
                sign(n, |body| body.dissent = (n == 1).then(|| "评分偏宽".to_owned())),
                NOW,
            )
            .unwrap();
    }
    assert!(given.state().report.as_ref().unwrap().completed.is_none());
    assert_eq!(refusal(&given, sign(0, |_| {}), NOW), "report.signed_already");
    let given = given
        .and(sign(4, |body| body.refused = Some("程序有误".to_owned())), NOW)
        .unwrap();
    let body: ReportCompleted = last(&given).of().unwrap();
    assert_eq!(body.signed, [seat(0), seat(1), seat(2), seat(3)]);
    assert_eq!((body.dissenting, body.refused), (vec![seat(1)], vec![seat(4)]));
    assert!(body.silent.is_empty());
    assert!(given.state().report_due().is_none());
}

#[test]
fn what_is_signed_is_the_report_on_record_with_reasons_by_who_sits_there() {
    let given = reported();
    assert_eq!(refusal(&concluded(), sign(0, |_| {}), NOW), "report.none");
    assert_eq!(
        refusal(&given, sign(0, |body| body.document = Hex([9; 32])), NOW),
        "report.other_invalid"
    );
    assert_eq!(
        refusal(&given, sign(0, |body| body.pdf = Hex([9; 32])), NOW),
        "report.other_invalid"
    );
    assert_eq!(
        refusal(&given, sign(0, |body| body.refused = Some(" ".to_owned())), NOW),
        "report.text_invalid"
    );
    let both = sign(0, |body| {
        body.refused = Some("x".to_owned());
        body.dissent = Some("y".to_owned());
    });
    assert_eq!(refusal(&given, both, NOW), "report.both_invalid");
    let stranger = Command::Sign(signed("expert-8", Role::Expert, said(0)));
    assert_eq!(refusal(&given, stranger, NOW), "seat.not_yours");
}

#[test]
fn who_says_nothing_in_time_counts_as_agreeing() {
    let given = reported().and(sign(2, |_| {}), NOW).unwrap();
    let until = NOW.plus(SIGNING);
    assert_eq!(given.state().report_due(), Some(until));
    assert_eq!(
        refusal(&given, Command::CloseReport, until.plus(-1)),
        "nothing.due"
    );
    assert_eq!(refusal(&given, sign(1, |_| {}), until), "report.late");
    let given = given.and(Command::CloseReport, until).unwrap();
    let body: ReportCompleted = last(&given).of().unwrap();
    assert_eq!(body.signed, [seat(2)]);
    assert_eq!(body.silent, [seat(0), seat(1), seat(3), seat(4)]);
    assert_eq!(refusal(&given, Command::CloseReport, until), "nothing.due");
}

#[test]
fn without_a_panel_the_report_is_complete_at_once() {
    let given = Given::nothing().and(open(composite(0)), NOW).unwrap();
    let command = assembled(&given);
    let given = given.and(command, NOW).unwrap();
    assert_eq!(last(&given).kind, Kind::ReportCompleted);
    assert!(given.state().report.as_ref().unwrap().completed.is_some());
}

fn again(panel: Panel) -> Command {
    let order = CandidatesRevoked {
        order: OrderId::parse("O1").unwrap(),
        panel,
        reason: "评分计算有误".to_owned(),
        seq: 900,
        tender: tender(),
    };
    Command::Reopen(order, 901)
}

#[test]
fn by_order_the_same_panel_scores_anew_and_the_first_round_stays_visible() {
    let given = reported();
    let first = given.records().len();
    let mut given = given.and(again(Panel::Same), NOW).unwrap();
    assert_eq!(given.state().round(), 2);
    assert!(given.state().concluded.is_none() && given.state().report.is_none());
    for n in 0..5 {
        given = given.and(commit_to(n, &expert(n), &sheet(n + 1)), NOW).unwrap();
    }
    for n in 0..5 {
        given = given.and(reveal_of(n, &expert(n), sheet(n + 1)), NOW).unwrap();
    }
    assert!(
        given.records().len() > first
            && given.records()[..first]
                .iter()
                .any(|r| r.kind == Kind::ScoreRevealed)
    );
    let at = given.state().awaits_report().unwrap();
    let report = assemble(given.records(), at).unwrap();
    assert_eq!(report.round, 2);
    let results = report
        .facts
        .iter()
        .filter(|fact| fact.kind == Kind::EvaluationConcluded);
    assert_eq!(results.count(), 2, "the first result is repeated");
}

#[test]
fn by_order_others_judge_and_nobody_who_sat_returns() {
    let given = reported().and(again(Panel::New), NOW).unwrap();
    assert!(
        given
            .state()
            .seats
            .values()
            .all(|seat| seat.expert.is_none() && !seat.free)
    );
    assert_eq!(
        refusal(&given, appoint(&[(0, "expert-0")]), NOW),
        "panel.stepped_down"
    );
}

#[test]
fn the_document_follows_from_the_facts_and_nothing_else() {
    let given = concluded();
    let at = given.state().awaits_report().unwrap();
    let report = assemble(given.records(), at).unwrap();
    let document = report.canonical().unwrap();
    let mut more = given.records().to_vec();
    more.push(Record {
        seq: at + 1,
        ..more[0].clone()
    });
    assert_eq!(assemble(&more, at).unwrap().canonical().unwrap(), document);
    assert!(assemble(given.records(), at + 1).is_none());
    let members = document.members();
    assert_eq!(members["format"], "kaibiao/report/v1");
    assert_eq!(members["facts"].as_array().unwrap().len(), given.records().len());
    let result: EvaluationConcluded = report.result().unwrap();
    let best = &result.lots[0].ranking[0];
    assert_eq!(members["candidates"][0]["bids"][0]["bid"], best.bid.as_str());
    let mut other = given.records().to_vec();
    let revealed = other
        .iter()
        .position(|record| record.kind == Kind::ScoreRevealed)
        .unwrap();
    other.remove(revealed);
    assert_ne!(assemble(&other, at).unwrap().canonical().unwrap(), document);
}

#[test]
fn a_person_reads_names_scores_and_places_to_sign_in_both_languages() {
    let given = concluded();
    let report = assemble(given.records(), given.state().awaits_report().unwrap()).unwrap();
    let names = BTreeMap::from([(drawn().codes[&code("K1")].clone(), "镕喆建设".to_owned())]);
    for (language, words) in [(Language::Zh, "中标候选人"), (Language::En, "candidate")] {
        let pieces = present(&report, "教学楼", &names, language);
        let all = format!("{pieces:?}");
        assert!(all.contains(words) && all.contains("镕喆建设") && all.contains("施工组织设计"));
        // Seat 4: 2000 and 40 hundredths for the design of K1.
        assert!(all.contains("20.40"), "{all}");
        let Some(Piece::Sign(places)) = pieces.last() else {
            panic!("no places to sign")
        };
        assert_eq!(places.len(), 5);
        for piece in &pieces {
            if let Piece::Table { heads, rows } = piece {
                assert!(rows.iter().all(|row| row.len() == heads.len()));
            }
        }
    }
}
