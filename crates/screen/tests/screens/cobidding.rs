//! Repeated co-bidding, rotation, cover bids.

use facts::Instant;
use kaibiao_screen::cobidding::{LIMITS, Past, firms, signs};
use kaibiao_screen::{Sign, Strength};
use std::collections::BTreeSet;

fn set(names: &[&str]) -> BTreeSet<String> {
    names.iter().map(|name| (*name).to_owned()).collect()
}

fn past(index: i64, bidders: &[&str], winner: &str) -> Past {
    Past {
        at: Instant(index),
        tender: format!("T{index:02}"),
        bidders: set(bidders),
        winner: Some(winner.to_owned()),
    }
}

fn screened(history: &[Past], among: &[&str]) -> Vec<Sign> {
    signs(history, &set(among), &LIMITS)
}

#[test]
fn two_that_take_turns_are_notable() {
    let history: Vec<Past> = (0..6)
        .map(|index| past(index, &["a", "b", "c"], if index % 2 == 0 { "a" } else { "b" }))
        .collect();
    let found = screened(&history, &["a", "b"]);
    assert_eq!(found.len(), 1, "{found:?}");
    assert_eq!(
        (found[0].strength, found[0].subjects.clone()),
        (Strength::Notable, vec!["a".into(), "b".into()])
    );
    let rows: Vec<&str> = found[0].evidence.iter().map(|row| row.about.en).collect();
    assert!(rows.contains(&"share of wins that change hands"));
    assert!(
        screened(&history, &["a", "z"]).is_empty(),
        "only among the bidders asked for"
    );
}

#[test]
fn firms_that_meet_by_chance_are_passed_over() {
    let history: Vec<Past> = (0..20)
        .map(|index| match index % 4 {
            0 => past(index, &["a", "b"], "a"),
            1 => past(index, &["a", "c"], "c"),
            2 => past(index, &["b", "d"], "b"),
            _ => past(index, &["c", "d"], "d"),
        })
        .collect();
    assert!(screened(&history, &["a", "b", "c", "d"]).is_empty());
}

#[test]
fn a_firm_that_bids_and_never_wins_is_seen() {
    let others = ["p", "q", "r", "s", "t", "u", "v"];
    let history: Vec<Past> = (0..12)
        .map(|index| {
            let one = others[usize::try_from(index).unwrap() % 7];
            let two = others[(usize::try_from(index).unwrap() * 3 + 1) % 7];
            past(index, &["cover", one, two], one)
        })
        .collect();
    let found = screened(&history, &["cover"]);
    assert_eq!(found.len(), 1);
    let cells: Vec<&str> = found[0]
        .evidence
        .iter()
        .map(|row| row.cells[0].value.as_str())
        .collect();
    assert_eq!((cells[0], cells[1]), ("12", "0"));
    assert_eq!(firms(&history)["cover"].wins, 0);
    // Half as many bids: too few to say anything.
    assert!(screened(&history[..6], &["cover"]).is_empty());
}

#[test]
fn a_history_without_winners_has_pairs_and_no_rates() {
    let mut history: Vec<Past> = (0..5).map(|index| past(index, &["a", "b"], "a")).collect();
    for past in &mut history {
        past.winner = None;
    }
    let found = screened(&history, &["a", "b"]);
    assert_eq!(found.len(), 1);
    assert_eq!(found[0].strength, Strength::Weak);
    assert!(screened(&[], &["a"]).is_empty());
}
