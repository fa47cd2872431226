//! Whatever is tried in whatever order: sealed scores stay sealed until all are given.
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
use facts::{Draft, Given, Kind};
use proptest::prelude::*;

fn kinds(drafts: &[Draft]) -> Vec<Kind> {
    drafts.iter().map(|draft| draft.kind).collect()
}

#[derive(Debug, Clone, Copy)]
enum Op {
    Open,
    Panel,
    Fill(usize, usize),
    Free(usize),
    Conflict(usize),
    Commit(usize),
    Reveal(usize),
    WrongReveal(usize),
    Disclose,
}

fn ops() -> impl Strategy<Value = Op> {
    prop_oneof![
        1 => Just(Op::Open),
        2 => Just(Op::Panel),
        3 => (0_usize..5, 0_usize..9).prop_map(|(seat, expert)| Op::Fill(seat, expert)),
        12 => (0_usize..5).prop_map(Op::Free),
        1 => (0_usize..5).prop_map(Op::Conflict),
        12 => (0_usize..5).prop_map(Op::Commit),
        12 => (0_usize..5).prop_map(Op::Reveal),
        1 => (0_usize..5).prop_map(Op::WrongReveal),
        1 => Just(Op::Disclose),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    /// Whatever is tried in whatever order, the log never shows a commitment before everybody was
    /// free, a reveal before everybody committed, a disclosure before the result, nor two results.
    #[test]
    fn no_order_of_wishes_breaks_the_sealing(wishes in prop::collection::vec(ops(), 1..150)) {
        let mut given = Given::<Evaluations>::nothing();
        let mut log: Vec<Kind> = Vec::new();
        for wish in wishes {
            // Whoever sits on the seat acts.
            let holder = |n: usize| given.state().seats.get(&seat(n)).and_then(|s| s.expert.clone()).map_or("nobody".to_owned(), |a| a.to_string());
            let command = match wish {
                Op::Open => open(composite(5)),
                Op::Panel => five(),
                Op::Fill(n, e) => appoint(&[(n, &expert(e))]),
                Op::Free(n) => declare(n, &holder(n), &[]),
                Op::Conflict(n) => declare(n, &holder(n), &["conflict"]),
                Op::Commit(n) => commit_to(n, &holder(n), &sheet(n)),
                Op::Reveal(n) => reveal_of(n, &holder(n), sheet(n)),
                Op::WrongReveal(n) => reveal_of(n, &holder(n), sheet(n + 1)),
                Op::Disclose => Command::Disclose(Ground::Concluded),
            };
            let before = given.state().clone();
            let Ok(drafts) = given.when(command.clone(), NOW) else { continue };
            for kind in kinds(&drafts) {
                match kind {
                    Kind::ScoreCommitted => prop_assert!(before.seats.values().all(|s| s.free && s.expert.is_some())),
                    Kind::ScoreRevealed => prop_assert!(before.seats.values().all(|s| s.commitment.is_some())),
                    Kind::EvaluationConcluded => prop_assert_eq!(log.iter().filter(|k| **k == Kind::ScoreRevealed).count(), 5),
                    Kind::FactsDisclosed => prop_assert!(log.contains(&Kind::EvaluationConcluded)),
                    Kind::RecusalDeclared => {
                        let body: facts::body::evaluation::RecusalDeclared = drafts[0].body.read().unwrap();
                        prop_assert!(before.seats[&body.seat].commitment.is_none());
                    }
                    _ => {}
                }
                prop_assert!(!log.contains(&Kind::EvaluationConcluded) || kind == Kind::FactsDisclosed);
                log.push(kind);
            }
            given = given.and(command, NOW).unwrap();
            let experts: Vec<_> = given.state().seats.values().filter_map(|s| s.expert.clone()).collect();
            prop_assert!(experts.iter().all(|expert| !given.state().recused.contains(expert)));
        }
        for once in [Kind::EvaluationOpened, Kind::EvaluationConcluded, Kind::FactsDisclosed] {
            prop_assert!(log.iter().filter(|kind| **kind == once).count() <= 1);
        }
    }
}
