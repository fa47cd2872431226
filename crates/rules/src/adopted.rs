//! What is signed when a version of the rule file is adopted (规则版本): its name, clock rules, and what it changes.
//!
//! Invariant: it follows from the file and the file before it alone.

use crate::{Rule, RuleBook, clocks};
use facts::Instant;
use facts::body::card::{ClockRule, RulesAdopted};
use std::collections::{BTreeMap, BTreeSet};

/// What is to be signed for a file, after a version of which there may be a file too.
#[must_use]
pub fn wanted(book: &RuleBook, before: Option<&RuleBook>, from: Instant) -> RulesAdopted {
    RulesAdopted {
        calendar: book.calendar.clone(),
        changed: changed(book, before),
        clocks: rows(book),
        from,
        name: book.name.clone(),
        version: book.version,
    }
}

/// The clock rules of a file, in its order.
#[must_use]
pub fn rows(book: &RuleBook) -> Vec<ClockRule> {
    book.rules.iter().flat_map(clocks::rows).collect()
}

/// The rules that differ, are new or are gone, ascending; all of them where there is nothing to compare with.
fn changed(book: &RuleBook, before: Option<&RuleBook>) -> Vec<String> {
    let of = |book: &RuleBook| -> BTreeMap<String, Rule> {
        let each = book.rules.iter();
        each.map(|rule| (rule.id.clone(), rule.clone())).collect()
    };
    let (new, old) = (of(book), before.map(of).unwrap_or_default());
    let names: BTreeSet<&String> = new.keys().chain(old.keys()).collect();
    let differs = |name: &&&String| new.get(**name) != old.get(**name);
    names.iter().filter(differs).map(|name| (*name).clone()).collect()
}
