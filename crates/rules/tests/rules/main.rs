//! Every rule that can fire, once kept and once broken; the rule file, replay, and what supervision must not see.
//!
//! Invariant: the stories are whole procedures from registration to award that break no rule, and each case changes
//! one thing.
#![allow(
    clippy::allow_attributes,
    clippy::arithmetic_side_effects,
    clippy::expect_used,
    clippy::format_push_string,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::semicolon_if_nothing_returned,
    clippy::too_many_lines,
    clippy::type_complexity,
    clippy::unwrap_used,
    unreachable_pub,
    reason = "test code"
)]

mod award;
mod bids;
mod cards;
mod clarification;
mod complaints;
mod contract;
mod evaluation;
mod file;
mod lists;
mod method;
mod notice;
mod objections;
mod opening;
mod panel;
mod platform;
mod replay;
mod scores;
mod stories;
mod story;

use kaibiao_rules::{Colour, board::Standing};
use story::Story;

/// One rule: a story in which it is looked at and kept, and the change that breaks it.
pub struct Case {
    /// The rule.
    pub rule: &'static str,
    /// The story.
    pub story: fn() -> Story,
    /// What the rule needs to be looked at, beyond the story.
    pub given: fn(&mut Story),
    /// What breaks it.
    pub broken: fn(&mut Story),
    /// The colour of the card.
    pub colour: Colour,
}

/// A case whose story needs nothing more.
pub const fn case(rule: &'static str, story: fn() -> Story, broken: fn(&mut Story), colour: Colour) -> Case {
    Case {
        rule,
        story,
        given: |_| {},
        broken,
        colour,
    }
}

fn all() -> impl Iterator<Item = &'static Case> {
    [
        notice::CASES,
        method::CASES,
        clarification::CASES,
        bids::CASES,
        opening::CASES,
        panel::CASES,
        evaluation::CASES,
        scores::CASES,
        award::CASES,
        contract::CASES,
        platform::CASES,
        objections::CASES,
        complaints::CASES,
    ]
    .into_iter()
    .flatten()
}

#[test]
fn every_rule_is_kept_once_and_broken_once() {
    let mut wrong: Vec<String> = Vec::new();
    for case in all() {
        let mut story = (case.story)();
        (case.given)(&mut story);
        let good = story.board();
        if good.standing(case.rule) == Standing::Silent {
            wrong.push(format!("{}: nothing was looked at", case.rule));
        }
        for card in good.cards(case.rule) {
            wrong.push(format!("{}: kept, but {card:?}", case.rule));
        }
        (case.broken)(&mut story);
        let bad = story.board();
        let cards = bad.cards(case.rule);
        if cards.is_empty() {
            wrong.push(format!("{}: broken, but no card", case.rule));
        }
        for card in &cards {
            let whole = card.facts.iter().all(|seq| *seq < bad.size()) && !card.facts.is_empty();
            let said = !card.zh.is_empty() && !card.en.is_empty();
            let told = card.told.contains(&"supervisors".to_owned());
            if card.colour != case.colour || !whole || !said || !told {
                wrong.push(format!("{}: {card:?}", case.rule));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn no_rule_that_checks_is_left_without_a_case() {
    let tried: Vec<&str> = all().map(|case| case.rule).collect();
    let book = story::book();
    let left: Vec<&str> = (book.rules.iter())
        .filter(|rule| !rule.checks.is_empty() && !tried.contains(&rule.id.as_str()))
        .map(|rule| rule.id.as_str())
        .collect();
    assert_eq!(left, [""; 0]);
}

#[test]
fn whole_procedures_that_keep_the_law_have_no_card() {
    for (name, story) in stories::ALL {
        let cards: Vec<String> = story()
            .board()
            .all_cards()
            .iter()
            .filter(|card| card.is_open())
            .map(|card| format!("{} {:?} {}", card.name(), card.colour, card.en))
            .collect();
        assert_eq!(cards, [""; 0], "{name}");
    }
}
