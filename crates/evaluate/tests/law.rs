//! The law of evaluation in the words given / when / then; each rule with what it refuses.
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
use evaluate::{Command, Evaluations, Ground};
use facts::body::evaluation::{CodesDrawn, EvaluationConcluded, PanelAppointed, Sheet};
use facts::body::platform::FactsDisclosed;
use facts::body::tender::{Method, Regime};
use facts::{Draft, Given, Kind, Refusal, Role};
use std::collections::BTreeMap;

fn code_of(outcome: Result<Vec<Draft>, Refusal>) -> String {
    outcome.expect_err("should have been refused").code.into_owned()
}

/// The opening itself, position 0, is disclosed only if its kind is confidential.
fn first_secret() -> u64 {
    u64::from(!Kind::EvaluationOpened.is_confidential())
}

fn kinds(drafts: &[Draft]) -> Vec<Kind> {
    drafts.iter().map(|draft| draft.kind).collect()
}

#[test]
fn a_whole_evaluation_ends_with_its_result() {
    let mut given = committed();
    for n in 0..4 {
        assert_eq!(kinds(&given.when(reveal(n), NOW).unwrap()), [Kind::ScoreRevealed]);
        given = given.and(reveal(n), NOW).unwrap();
    }
    let last = given.when(reveal(4), NOW).unwrap();
    assert_eq!(kinds(&last), [Kind::ScoreRevealed, Kind::EvaluationConcluded]);
    let result: EvaluationConcluded = last[1].body.read().unwrap();
    let lot = &result.lots[0];
    // Benchmark 110: K1 is 9.0909 % below (−9.0909), K2 at it, K3 9.0909 % above (−18.1818).
    assert_eq!(lot.benchmark_e4, Some(110_000_000));
    let figures: Vec<_> = lot
        .ranking
        .iter()
        .map(|r| {
            (
                r.code.as_str(),
                r.bid.as_str(),
                r.panel_e4,
                r.price_e4,
                r.total_e4,
            )
        })
        .collect();
    // Mean of the sums: design + 20 and team 520 on average of the five seats.
    assert_eq!(
        figures,
        [
            ("K2", "bid-c", 304_000, 600_000, 904_000),
            ("K1", "bid-b", 254_000, 509_091, 763_091),
            ("K3", "bid-a", 344_000, 418_182, 762_182),
        ]
    );
}

#[test]
fn what_was_committed_is_shown_once_after_the_result() {
    let done = (0..5).fold(committed(), |given, n| given.and(reveal(n), NOW).unwrap());
    assert_eq!(
        code_of(committed().when(Command::Disclose(Ground::Concluded), NOW)),
        "nothing.due"
    );
    let shown = done.when(Command::Disclose(Ground::Awarded(99)), NOW).unwrap();
    let body: FactsDisclosed = shown[0].body.read().unwrap();
    // opened 0, codes 1, panel 2, recusals 3–7, commitments 8–12, reveals 13–17, result 18
    assert_eq!(body.seqs, (first_secret()..=17).collect::<Vec<_>>());
    assert!(body.basis.contains("99"));
    assert_eq!(shown[0].stream, stream());
    let after = done.and(Command::Disclose(Ground::Concluded), NOW).unwrap();
    assert_eq!(
        code_of(after.when(Command::Disclose(Ground::Concluded), NOW)),
        "nothing.due"
    );
    for command in [five(), declare(0, "expert-0", &[]), commit(0), reveal(0)] {
        assert_eq!(code_of(after.when(command, NOW)), "evaluation.over");
    }
}

#[test]
fn prices_alone_decide_without_a_panel() {
    let given = Given::<Evaluations>::nothing();
    let drafts = given.when(open(composite(0)), NOW).unwrap();
    assert_eq!(
        kinds(&drafts),
        [
            Kind::EvaluationOpened,
            Kind::CodesDrawn,
            Kind::EvaluationConcluded
        ]
    );
    let result: EvaluationConcluded = drafts[2].body.read().unwrap();
    assert_eq!(result.lots[0].ranking[0].code, code("K2"));
    let done = given.and(open(composite(0)), NOW).unwrap();
    let shown: FactsDisclosed = done.when(Command::Disclose(Ground::Concluded), NOW).unwrap()[0]
        .body
        .read()
        .unwrap();
    assert_eq!(shown.seqs, (first_secret()..=1).collect::<Vec<_>>());
    assert_eq!(code_of(done.when(five(), NOW)), "evaluation.over");
}

#[test]
fn an_evaluation_opens_once_with_codes_that_fit() {
    let given = Given::<Evaluations>::nothing();
    assert_eq!(code_of(given.when(five(), NOW)), "evaluation.not_open");
    let with = |change: fn(&mut CodesDrawn)| {
        let mut codes = drawn();
        change(&mut codes);
        code_of(given.when(
            Command::Open {
                opened: opened(composite(5)),
                codes,
            },
            NOW,
        ))
    };
    assert_eq!(
        with(|codes| drop(codes.codes.remove(&code("K1")))),
        "evaluation.codes"
    );
    assert_eq!(
        with(|codes| codes.tender = facts::TenderId::parse("T2").unwrap()),
        "evaluation.codes"
    );
    assert_eq!(
        with(|codes| {
            let bid = codes.codes[&code("K1")].clone();
            codes.codes.insert(code("K2"), bid);
        }),
        "evaluation.codes"
    );
    let mut wrong = opened(composite(5));
    wrong.method = Method::LowestEvaluated {
        adjustments: vec![],
        must_pass: vec![item("a")],
        panel: 0,
    };
    assert_eq!(
        code_of(given.when(
            Command::Open {
                opened: wrong,
                codes: drawn()
            },
            NOW
        )),
        "evaluation.method"
    );
    let open_now = given.and(open(composite(5)), NOW).unwrap();
    assert_eq!(
        code_of(open_now.when(open(composite(5)), NOW)),
        "evaluation.open_already"
    );
}

#[test]
fn the_panel_is_as_the_notice_and_the_law_want_it() {
    let given = Given::<Evaluations>::nothing()
        .and(open(composite(5)), NOW)
        .unwrap();
    let four = [(0, "expert-0"), (1, "expert-1"), (2, "expert-2"), (3, "expert-3")];
    let with = |n, name| {
        let mut seats = four.to_vec();
        seats.push((n, name));
        code_of(given.when(appoint(&seats), NOW))
    };
    assert_eq!(code_of(given.when(appoint(&four), NOW)), "panel.size_invalid");
    assert_eq!(with(4, "expert-0"), "panel.twice_invalid");
    assert_eq!(with(4, "layman"), "panel.no_expert");
    assert_eq!(with(4, "revoked"), "panel.no_expert");
    assert_eq!(with(4, "stranger"), "panel.no_expert");
    assert_eq!(with(4, "bidder"), "panel.party");
    assert_eq!(with(4, "buyer"), "panel.party");

    let by = |name, role| {
        let seats = [
            (0, "expert-0"),
            (1, "expert-1"),
            (2, "expert-2"),
            (3, "expert-3"),
            (4, "expert-4"),
        ];
        let signed = signed(name, role, panel_body(&seats));
        given.when(
            Command::Appoint {
                signed,
                circumstances: circumstances(),
            },
            NOW,
        )
    };
    assert_eq!(code_of(by("other-buyer", Role::Buyer)), "panel.not_allowed");
    assert_eq!(code_of(by("buyer", Role::Expert)), "role.missing");
    assert_eq!(kinds(&by("agent", Role::Agent).unwrap()), [Kind::PanelAppointed]);

    // A works tender needs an odd panel of at least five, whatever the notice says; a free one does not.
    let even = Given::<Evaluations>::nothing()
        .and(open(composite(4)), NOW)
        .unwrap();
    assert_eq!(
        code_of(even.when(appoint(&four), NOW)),
        "panel.works_size_invalid"
    );
    let three = Given::<Evaluations>::nothing()
        .and(open(composite(3)), NOW)
        .unwrap();
    assert_eq!(
        code_of(three.when(appoint(&four[..3]), NOW)),
        "panel.works_size_invalid"
    );
    let mut free = circumstances();
    free.regime = Regime::Free;
    let signed = signed("buyer", Role::Buyer, panel_body(&four));
    assert!(
        even.when(
            Command::Appoint {
                signed,
                circumstances: free
            },
            NOW
        )
        .is_ok()
    );
}

#[test]
fn who_has_a_conflict_leaves_and_the_seat_is_filled_anew() {
    let given = Given::<Evaluations>::nothing()
        .and(open(composite(5)), NOW)
        .unwrap()
        .and(five(), NOW)
        .unwrap();
    assert_eq!(
        code_of(given.when(appoint(&[(0, "expert-5")]), NOW)),
        "panel.full"
    );
    assert_eq!(
        code_of(given.when(declare(0, "expert-1", &[]), NOW)),
        "seat.not_yours"
    );
    assert_eq!(
        code_of(given.when(declare(9, "expert-1", &[]), NOW)),
        "seat.not_yours"
    );
    assert_eq!(
        code_of(given.when(declare(0, "expert-0", &["  "]), NOW)),
        "recusal.text_invalid"
    );
    let long = "x".repeat(501);
    assert_eq!(
        code_of(given.when(declare(0, "expert-0", &[&long]), NOW)),
        "recusal.text_invalid"
    );

    let mut given = given
        .and(declare(0, "expert-0", &["my brother works for a bidder"]), NOW)
        .unwrap();
    for n in 1..5 {
        given = given.and(declare(n, &expert(n), &[]), NOW).unwrap();
    }
    assert_eq!(
        code_of(given.when(declare(1, "expert-1", &[]), NOW)),
        "recusal.already"
    );
    assert_eq!(code_of(given.when(commit(1), NOW)), "panel.not_ready");
    assert_eq!(
        code_of(given.when(declare(0, "expert-0", &[]), NOW)),
        "seat.not_yours"
    );
    assert_eq!(
        code_of(given.when(appoint(&[(0, "expert-0")]), NOW)),
        "panel.stepped_down"
    );
    assert_eq!(
        code_of(given.when(appoint(&[(0, "expert-1")]), NOW)),
        "panel.twice_invalid"
    );
    assert_eq!(
        code_of(given.when(appoint(&[(1, "expert-5")]), NOW)),
        "panel.not_vacant"
    );
    assert_eq!(
        code_of(given.when(appoint(&[(7, "expert-5")]), NOW)),
        "panel.not_vacant"
    );
    assert_eq!(code_of(given.when(appoint(&[]), NOW)), "panel.empty_invalid");
    let given = given.and(appoint(&[(0, "expert-5")]), NOW).unwrap();
    assert_eq!(code_of(given.when(commit(1), NOW)), "panel.not_ready");
    let given = given.and(declare(0, "expert-5", &[]), NOW).unwrap();
    assert!(given.when(commit(1), NOW).is_ok());
    // A conflict found later may be declared until the own commitment, and not after it.
    let given = given.and(commit(1), NOW).unwrap();
    assert!(given.when(declare(2, "expert-2", &["found since"]), NOW).is_ok());
    assert_eq!(
        code_of(given.when(declare(1, "expert-1", &["found since"]), NOW)),
        "recusal.late"
    );
}

#[test]
fn commitments_are_final_and_ones_own() {
    let given = ready();
    assert_eq!(
        code_of(given.when(commit_to(0, "expert-1", &sheet(0)), NOW)),
        "seat.not_yours"
    );
    assert_eq!(code_of(given.when(reveal(0), NOW)), "score.early");
    let given = given.and(commit(0), NOW).unwrap();
    assert_eq!(
        code_of(given.when(commit_to(0, "expert-0", &sheet(3)), NOW)),
        "score.committed_already"
    );
    let Command::Commit(copied) = commit(0) else {
        unreachable!()
    };
    let mut body = copied.body;
    body.seat = seat(1);
    let copied = Command::Commit(signed("expert-1", Role::Expert, body));
    assert_eq!(code_of(given.when(copied, NOW)), "score.copied");
    let refused = given.when(reveal(0), NOW).unwrap_err();
    assert_eq!(refused.code, "score.early");
    assert!(refused.en.starts_with("4 seats"), "{}", refused.en);
}

#[test]
fn a_sheet_must_be_the_one_committed_to() {
    let given = committed();
    assert_eq!(
        code_of(given.when(reveal_of(0, "expert-0", sheet(1)), NOW)),
        "score.mismatch"
    );
    assert_eq!(
        code_of(given.when(reveal_of(0, "expert-1", sheet(0)), NOW)),
        "seat.not_yours"
    );
    let given = given.and(reveal(0), NOW).unwrap();
    assert_eq!(code_of(given.when(reveal(0), NOW)), "score.revealed_already");
}

/// Sets or removes one value of a sheet.
fn judge(sheet: &mut Sheet, at: &str, of: &str, value: Option<i64>) {
    let values = sheet.get_mut(&code(at)).unwrap();
    match value {
        Some(value) => values.insert(item(of), value),
        None => values.remove(&item(of)),
    };
}

#[test]
fn an_incomplete_sheet_is_refused_with_the_item_named() {
    let reveals = |change: fn(&mut Sheet)| {
        let mut wrong = sheet(0);
        change(&mut wrong);
        let mut given = ready().and(commit_to(0, "expert-0", &wrong), NOW).unwrap();
        for n in 1..5 {
            given = given.and(commit(n), NOW).unwrap();
        }
        given.when(reveal_of(0, "expert-0", wrong), NOW).unwrap_err()
    };
    let missing = reveals(|sheet| judge(sheet, "K2", "team", None));
    assert_eq!(missing.code, "score.missing_invalid");
    assert!(
        missing.en.contains("team") && missing.en.contains("K2"),
        "{}",
        missing.en
    );
    assert_eq!(
        reveals(|sheet| drop(sheet.remove(&code("K3")))).code,
        "score.missing_invalid"
    );
    let high = reveals(|sheet| judge(sheet, "K1", "design", Some(3001)));
    assert_eq!(high.code, "score.range_invalid");
    assert!(
        high.en.contains("design") && high.en.contains("K1") && high.en.contains("3000"),
        "{}",
        high.en
    );
    let low = reveals(|sheet| judge(sheet, "K1", "design", Some(-1)));
    assert_eq!(low.code, "score.range_invalid");
    let unknown = reveals(|sheet| judge(sheet, "K1", "beauty", Some(1)));
    assert_eq!(unknown.code, "score.item_invalid");
    let foreign = reveals(|sheet| {
        let values = sheet[&code("K1")].clone();
        sheet.insert(code("K9"), values);
    });
    assert_eq!(foreign.code, "score.code_invalid");
}

#[test]
fn erased_bodies_change_nothing_and_break_nothing() {
    let erased = |kind| {
        let mut draft = Draft::platform(
            stream(),
            &PanelAppointed {
                reason: None,
                seats: BTreeMap::new(),
                tender: tender(),
            },
        )
        .unwrap();
        draft.kind = kind;
        draft.body = facts::Canonical::default();
        draft
    };
    let given = Kind::ALL
        .iter()
        .fold(committed(), |given, kind| given.fact(erased(*kind), NOW));
    assert_eq!(given.state().seats, committed().state().seats);
    assert_eq!(given.state().opened, committed().state().opened);
}
