//! What is signed when a version of the rule file is adopted (规则版本): the file, its clock rules, and what it changes.
//!
//! Invariant: it follows from the file and the file before it alone; the list of changes needs no rule to be understood.

use crate::{RuleBook, clocks};
use facts::Instant;
use facts::body::card::{ClockRule, RulesAdopted};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

/// What is to be signed for a file, after the file of the version before.
#[must_use]
pub fn wanted(book: &RuleBook, before: Option<&Value>, from: Instant) -> RulesAdopted {
    RulesAdopted {
        calendar: book.calendar.version.to_owned(),
        changed: changed(&book.file, before),
        clocks: rows(book),
        file: book.file.clone(),
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

/// The rows of a file by the name of their rule: a rule has one for each period in which it reads otherwise.
#[must_use]
pub fn by_name(file: &Value) -> BTreeMap<&str, Vec<&Value>> {
    let rules = file.get("rules").and_then(Value::as_array);
    let mut rows: BTreeMap<&str, Vec<&Value>> = BTreeMap::new();
    for rule in rules.into_iter().flatten() {
        if let Some(id) = rule.get("id").and_then(Value::as_str) {
            rows.entry(id).or_default().push(rule);
        }
    }
    rows
}

/// The rules that differ, are new or are gone, ascending; all of them where there is nothing to compare with.
fn changed(file: &Value, before: Option<&Value>) -> Vec<String> {
    let (new, old) = (by_name(file), before.map(by_name).unwrap_or_default());
    let names: BTreeSet<&str> = new.keys().chain(old.keys()).copied().collect();
    let differs = |name: &&str| new.get(name) != old.get(name);
    names.into_iter().filter(differs).map(str::to_owned).collect()
}
