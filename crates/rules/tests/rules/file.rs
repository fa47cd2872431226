//! The rule file: read whole or refused whole, with the line and the reason.

use crate::story::book;
use kaibiao_rules::rule::{CardKind, Since};
use kaibiao_rules::{CHINA, RuleBook, checks, vocabulary};
use serde_json::{Value, json};
use std::collections::BTreeSet;

fn text() -> String {
    String::from_utf8(CHINA.to_vec()).unwrap()
}

#[test]
fn all_224_rules_are_there_with_their_dates_or_the_word_unknown() {
    let book = book();
    assert_eq!(book.rules.len(), 224);
    let unknown = book
        .rules
        .iter()
        .filter(|rule| rule.effective.from == Since::Unknown);
    let known = book.rules.iter().find(|rule| rule.id == "V12").unwrap();
    assert_eq!(known.effective.from.to_string(), "2026-02-01");
    assert!(unknown.count() < 60);
}

#[test]
fn the_version_is_of_the_rules_and_not_of_their_spelling() {
    let spaced = text().replace("\"id\": ", "\"id\":   ");
    assert_eq!(
        RuleBook::parse(spaced.as_bytes()).unwrap().version,
        book().version
    );
    // Whoever has only the file computes the same.
    let raw: serde_json::Value = serde_json::from_str(&spaced).unwrap();
    let canonical = facts::Canonical::of(&raw).unwrap().to_bytes();
    assert_eq!(facts::Hex(ledger::hash::sha256(&canonical)), book().version);
    let other = text().replace("\"number\": 20", "\"number\": 21");
    assert_ne!(RuleBook::parse(other.as_bytes()).unwrap().version, book().version);
}

#[test]
fn a_file_with_one_wrong_word_is_refused_whole_with_line_and_reason() {
    let line_of = |id: &str| {
        let text = text();
        let place = text
            .lines()
            .position(|line| line.contains(&format!("\"id\": \"{id}\"")))
            .unwrap();
        (text.lines().nth(place).unwrap().to_owned(), place + 1)
    };
    let (line, number) = line_of("B01");
    for (from, to, reason) in [
        (
            "tender.noticed.documents_from",
            "tender.noticed.mood",
            "is not a fact that is known",
        ),
        ("\"unit\": \"day\"", "\"unit\": \"fortnight\"", "unknown variant"),
        ("2000-01-01", "2000-02-30", "is neither a date"),
        ("2000-01-01", "2000-1-1", "is neither a date"),
        ("\"id\": \"B01\"", "\"id\": \"B02\"", "stands there twice"),
        ("\"id\": \"B01\"", "\"id\": \"b/1\"", "is not the name of a rule"),
        (
            "deadline.after_documents",
            "deadline.somewhere",
            "is not a check that is known",
        ),
        ("\"card\": \"red\"", "\"card\": \"green\"", "unknown variant"),
        (
            "\"regimes\": [\"works\"]",
            "\"regimes\": [\"moon\"]",
            "unknown variant",
        ),
        ("\"number\": 20", "\"number\": -1", "limit below 0"),
        ("\"stage\"", "\"mood\": 1, \"stage\"", "unknown field"),
        (
            "\"en\": \"Twenty days lie between the first documents and the deadline.\"",
            "\"en\": \" \"",
            "text empty",
        ),
    ] {
        let broken = line.replacen(from, to, 1);
        assert_ne!(broken, line, "{from} is not there");
        let refused = RuleBook::parse(text().replace(&line, &broken).as_bytes()).unwrap_err();
        // A rule that stands there twice is noticed at the second.
        let at = if reason.contains("twice") {
            number + 1
        } else {
            number
        };
        assert_eq!(refused.line, at, "{refused}");
        assert!(refused.reason.contains(reason), "{refused}");
    }
}

#[test]
fn a_clock_that_no_verifier_could_run_is_refused() {
    let place = text()
        .lines()
        .position(|line| line.contains("\"id\": \"A03\""))
        .unwrap();
    let line = text().lines().nth(place).unwrap().to_owned();
    for (from, to, reason) in [
        (
            "\"start\": \"candidates.objected\"",
            "\"start\": \"candidates.sighed\"",
            "is not a fact that is known",
        ),
        (
            "\"start\": \"candidates.objected\"",
            "\"start\": \"bid.submitted\"",
            "not public at once",
        ),
        (
            "\"start\": \"candidates.objected\"",
            "\"start\": \"card.issued\"",
            "a card itself",
        ),
        (
            "\"stop\": [\"candidates.replied\"]",
            "\"stop\": [\"award.made\"]",
            "does not name among its facts",
        ),
        (
            "\"stop\": [\"candidates.replied\"]",
            "\"stop\": []",
            "does not name among its facts",
        ),
        ("\"checks\": [\"clock\", ", "\"checks\": [", "without it"),
        (
            "\"card\": \"yellow_then_red\"",
            "\"card\": \"red\"",
            "neither yellow nor",
        ),
        (
            "\"unit\": \"day\"",
            "\"unit\": \"month\"",
            "without a number of days",
        ),
        (
            "\"methods\": []",
            "\"methods\": [\"composite\"]",
            "limited to methods",
        ),
        ("\"warns\": true", "\"warns\": true, \"mood\": 1", "unknown field"),
        (
            "\"about\": \"objection\"",
            "\"base\": \"sent\"",
            "does not name among its facts",
        ),
    ] {
        let broken = line.replacen(from, to, 1);
        assert_ne!(broken, line, "{from} is not there");
        let refused = RuleBook::parse(text().replace(&line, &broken).as_bytes()).unwrap_err();
        assert_eq!(refused.line, place + 1, "{refused}");
        assert!(refused.reason.contains(reason), "{refused}");
    }
}

#[test]
fn a_screen_that_is_not_run_and_a_sign_told_to_others_are_refused() {
    let place = text()
        .lines()
        .position(|line| line.contains("\"id\": \"K13\""))
        .unwrap();
    let line = text().lines().nth(place).unwrap().to_owned();
    assert!(
        book()
            .rule("K13")
            .unwrap()
            .screens
            .iter()
            .any(|screen| screen.0 == "K13")
    );
    for (from, to, reason) in [
        (
            "\"screens\": [\"K13\"]",
            "\"screens\": [\"K99\"]",
            "is not a screen that is run",
        ),
        // It is there, but the platform has nothing for it to read.
        (
            "\"screens\": [\"K13\"]",
            "\"screens\": [\"K07\"]",
            "is not a screen that is run",
        ),
        (", \"screens\": [\"K13\"]", "", "nor a screen"),
        (
            "\"tells\": [\"nobody\"]",
            "\"tells\": [\"buyer\"]",
            "nobody but the supervisors",
        ),
    ] {
        let broken = line.replacen(from, to, 1);
        assert_ne!(broken, line, "{from} is not there");
        let refused = RuleBook::parse(text().replace(&line, &broken).as_bytes()).unwrap_err();
        assert_eq!(refused.line, place + 1, "{refused}");
        assert!(refused.reason.contains(reason), "{refused}");
    }
}

#[test]
fn every_screen_serves_a_rule_or_is_a_statistic_of_its_own() {
    let used: BTreeSet<&str> = (book().rules.iter())
        .flat_map(|rule| rule.screens.iter().map(|screen| screen.0))
        .collect();
    let idle: Vec<&str> = vocabulary::SCREENS
        .iter()
        .copied()
        .filter(|code| !used.contains(code))
        .collect();
    // Statistics of prices point at no rule by themselves.
    assert_eq!(idle, ["S01", "S02", "S03", "S04"]);
}

#[test]
fn another_calendar_or_format_and_a_torn_file_are_refused() {
    for (from, to) in [
        ("cn-workdays/2025-2027/1", "cn-workdays/1999/1"),
        ("kaibiao/rules/v1", "kaibiao/rules/v2"),
    ] {
        assert!(
            RuleBook::parse(text().replace(from, to).as_bytes()).is_err(),
            "{to}"
        );
    }
    let whole = text();
    let mut end = whole.len() / 2;
    while !whole.is_char_boundary(end) {
        end += 1;
    }
    assert!(RuleBook::parse(&whole.as_bytes()[..end]).is_err());
    assert!(RuleBook::parse(b"").is_err());
    assert!(
        RuleBook::parse(&vec![b' '; (1 << 20) + 1])
            .unwrap_err()
            .reason
            .contains("bytes")
    );
}

/// A file goes on by the calendar that it names, whatever came after that one.
#[test]
fn a_file_of_an_earlier_calendar_is_read_and_counts_by_it() {
    let earlier = text().replace("cn-workdays/2025-2027/1", "cn-workdays/2025-2026/1");
    let book = RuleBook::parse(earlier.as_bytes()).unwrap();
    assert_eq!(book.calendar.version, "cn-workdays/2025-2026/1");
    let wanted = kaibiao_rules::adopted::wanted(&book, None, facts::Instant(0));
    assert_eq!(wanted.calendar, "cn-workdays/2025-2026/1");
    assert_eq!(RuleBook::adopted(&wanted).unwrap(), book);
    assert_ne!(book.version, RuleBook::of_this_build().version);
}

/// What was adopted stands in the log as one value: it has no lines that could be named.
#[test]
fn what_is_wrong_with_an_adopted_file_names_no_line() {
    let mut body = kaibiao_rules::adopted::wanted(book(), None, facts::Instant(0));
    body.file["calendar"] = "cn-workdays/1999/1".into();
    let refused = RuleBook::adopted(&body).unwrap_err();
    assert_eq!(refused.line, 0);
    assert!(
        refused
            .to_string()
            .starts_with("working days are counted by \"cn-workdays/1999/1\""),
        "{refused}"
    );
}

#[test]
fn every_check_serves_a_rule() {
    let used: BTreeSet<&str> = (book().rules.iter())
        .flat_map(|rule| rule.checks.iter().map(|check| check.name))
        .collect();
    let idle: Vec<&str> = checks::all()
        .map(|(name, _)| name)
        .filter(|name| !used.contains(name))
        .collect();
    assert_eq!(idle, [""; 0]);
}

#[test]
fn every_name_of_a_fact_is_used_and_the_recorded_ones_stand_in_the_record_format() {
    let format = include_str!("../../../../docs/record-format.md");
    let used: BTreeSet<&str> = (book().rules.iter())
        .flat_map(|rule| rule.facts.iter().map(|fact| fact.name))
        .collect();
    for name in vocabulary::recorded().chain(vocabulary::not_yet()) {
        assert!(used.contains(name), "{name} is used by no rule");
    }
    for name in vocabulary::recorded() {
        let (kind, member) = name.rsplit_once('.').unwrap();
        assert!(facts::Kind::parse(kind).is_some(), "{name}: no such kind");
        let row = format
            .lines()
            .find(|line| line.starts_with(&format!("| `{kind}` |")))
            .unwrap();
        assert!(
            row.contains(&format!("`{member}`")) || row.contains(&format!("`{member}?`")),
            "{name}: {row}"
        );
    }
    for name in vocabulary::not_yet() {
        let kind = name.rsplit_once('.').unwrap().0;
        assert!(
            facts::Kind::parse(kind).is_none(),
            "{name} may be recorded by now"
        );
    }
}

#[test]
fn whoever_refuses_what_breaks_a_rule_is_there() {
    let mut sources = String::new();
    for crates in ["procure", "evaluate", "facts", "desk", "supervise"] {
        let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR"))
            .join("..")
            .join(crates)
            .join("src");
        read(&root, &mut sources);
    }
    let mut by_construction = Vec::new();
    for rule in &book().rules {
        let Some(honoured) = &rule.honoured else {
            assert_ne!(rule.card, CardKind::Blocked, "{}", rule.id);
            continue;
        };
        for code in &honoured.refusals {
            assert!(
                sources.contains(&format!("\"{code}\"")),
                "{}: nothing refuses with {code}",
                rule.id
            );
        }
        by_construction.push(rule.id.as_str());
    }
    for blocked in ["B05", "B06", "B07", "V04"] {
        assert!(by_construction.contains(&blocked), "{blocked}");
    }
}

fn read(folder: &std::path::Path, all: &mut String) {
    for item in std::fs::read_dir(folder).unwrap() {
        let path = item.unwrap().path();
        if path.is_dir() {
            read(&path, all);
        } else if path.extension().is_some_and(|end| end == "rs") {
            all.push_str(&std::fs::read_to_string(path).unwrap());
        }
    }
}

#[test]
fn a_new_limit_leaves_procedures_alone_that_were_registered_before() {
    let line = text()
        .lines()
        .find(|line| line.contains("\"id\": \"B01\""))
        .unwrap()
        .to_owned();
    let days = |from: &str, until: &str| {
        let mut row: Value = serde_json::from_str(line.trim_end_matches(',')).unwrap();
        row["effective"] = json!({ "from": from });
        if !until.is_empty() {
            row["effective"]["until"] = until.into();
        }
        row
    };
    let with = |rows: &[Value]| {
        let rows: Vec<String> = rows.iter().map(Value::to_string).collect();
        RuleBook::parse(
            text()
                .replace(&line, &format!("{},", rows.join(",\n")))
                .as_bytes(),
        )
    };
    let mut stricter = days("2026-06-01", "");
    stricter["limit"]["number"] = 30.into();
    let split = with(&[days("2012-02-01", "2026-05-31"), stricter.clone()]).unwrap();
    let numbers: Vec<i64> = (split.rules.iter())
        .filter(|rule| rule.id == "B01")
        .map(|rule| rule.limit.unwrap().number)
        .collect();
    assert_eq!(numbers, [20, 30]);
    assert_eq!(split.rule("B01").unwrap().limit.unwrap().number, 30);
    let adopted = kaibiao_rules::adopted::wanted(&split, Some(&book().file), facts::Instant(0));
    assert_eq!(adopted.changed, ["B01"]);
    for wrong in [
        [days("2012-02-01", ""), stricter.clone()],
        [days("2012-02-01", "2026-06-01"), stricter.clone()],
        [stricter, days("2012-02-01", "2026-05-31")],
    ] {
        let refused = with(&wrong).unwrap_err();
        assert!(refused.reason.contains("twice for the same days"), "{refused}");
    }
}

#[test]
fn a_file_written_for_people_is_the_same_version_with_one_rule_a_line() {
    let written = book().text();
    assert_eq!(&RuleBook::parse(written.as_bytes()).unwrap(), book().as_ref());
    assert_eq!(written.lines().count(), book().rules.len() + 2);
}
