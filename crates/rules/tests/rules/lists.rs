//! The list of rules whose facts the platform does not record yet: it may only shrink.
//!
//! Written anew with `KAIBIAO_GOLDEN=write cargo test -p kaibiao-supervise --test rules lists`.

use crate::story::book;
use std::path::Path;

fn golden() -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/golden/rules-missing.txt")
}

/// Rule, whether a part of it is checked all the same, and the facts that are missing.
fn missing() -> String {
    let mut lines = String::new();
    for rule in &book().rules {
        let facts: Vec<&str> = rule.missing().collect();
        if !facts.is_empty() {
            let part = if rule.checks.is_empty() && rule.screens.is_empty() {
                "none"
            } else {
                "part"
            };
            lines.push_str(&format!("{} {part} {}\n", rule.id, facts.join(" ")));
        }
    }
    lines
}

#[test]
fn the_list_of_rules_without_their_facts_only_shrinks() {
    let now = missing();
    if std::env::var("KAIBIAO_GOLDEN").is_ok_and(|wish| wish == "write") {
        let known = std::fs::read_to_string(golden()).unwrap_or_else(|_| now.clone());
        let names = |text: &str| {
            text.lines()
                .filter_map(|line| line.split(' ').next().map(str::to_owned))
                .collect::<Vec<_>>()
        };
        let grown: Vec<String> = names(&now)
            .into_iter()
            .filter(|id| !names(&known).contains(id))
            .collect();
        assert_eq!(grown, [""; 0], "these rules had their facts before");
        std::fs::write(golden(), &now).unwrap();
    }
    assert_eq!(std::fs::read_to_string(golden()).unwrap(), now);
}

#[test]
fn a_rule_is_checked_or_honoured_or_says_what_is_missing() {
    let count = |of: fn(&kaibiao_rules::Rule) -> bool| book().rules.iter().filter(|rule| of(rule)).count();
    let checked = count(|rule| !rule.checks.is_empty());
    let honoured = count(|rule| rule.checks.is_empty() && rule.honoured.is_some());
    let bare = |rule: &kaibiao_rules::Rule| rule.checks.is_empty() && rule.honoured.is_none();
    let screened = book()
        .rules
        .iter()
        .filter(|rule| bare(rule) && !rule.screens.is_empty())
        .count();
    let silent = count(|rule| rule.checks.is_empty() && rule.honoured.is_none() && rule.screens.is_empty());
    assert_eq!(checked + honoured + screened + silent, 224);
    assert!(screened >= 11, "{screened} rules are screened");
    assert!(checked >= 118, "{checked} rules are checked");
}
