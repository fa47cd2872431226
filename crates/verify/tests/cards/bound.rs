//! Each member of a card that is computed, changed alone.

use super::*;

type Change = (fn(&Places) -> u64, &'static str, fn(&mut Value), &'static str);

const CHANGES: &[Change] = &[
    (
        |p| p.adopted,
        "file",
        |v| v["rules"][0]["limit"] = json!(9),
        "not the digest",
    ),
    (
        |p| p.adopted,
        "changed",
        |v| *v = json!([]),
        "does not name the rules",
    ),
    (
        |p| p.adopted,
        "clocks",
        |v| v[0]["number"] = json!(4),
        "are not those of its file",
    ),
    (
        |p| p.red,
        "due",
        |v| *v = json!(v.as_i64().unwrap() - DAY),
        "not the one that follows",
    ),
    (
        |p| p.yellow,
        "raised",
        |v| *v = json!(v.as_i64().unwrap() + 1),
        "not the one that follows",
    ),
    (
        |p| p.yellow,
        "ahead",
        |v| *v = json!("today"),
        "not the one that follows",
    ),
    (
        |p| p.red,
        "told",
        |v| *v = json!(["supervisors"]),
        "not the one that follows",
    ),
    (|p| p.red, "basis", |v| *v = json!([]), "not the one that follows"),
    (
        |p| p.red,
        "facts",
        |v| *v = json!([0]),
        "not the one that follows",
    ),
    (
        |p| p.red,
        "since",
        |v| *v = json!(v.as_u64().unwrap() - 1),
        "no fact supports",
    ),
    (|p| p.red, "size", |v| *v = json!(3), "did not read"),
    (
        |p| p.red,
        "at",
        |v| *v = json!(v.as_i64().unwrap() - DAY),
        "not computed when it was issued",
    ),
    (
        |p| p.red,
        "version",
        |v| *v = json!("07".repeat(32)),
        "another version",
    ),
    (
        |p| p.red,
        "follows",
        |v| *v = json!(v.as_u64().unwrap() - 1),
        "does not follow the yellow",
    ),
    (|p| p.warned, "ahead", |v| *v = json!("h48"), "not in its turn"),
    (
        |p| p.red,
        "zh",
        |v| *v = json!("别的"),
        "give another card.issued (zh)",
    ),
    (
        |p| p.yellow,
        "en",
        |v| *v = json!("else"),
        "give another card.issued (en)",
    ),
    (
        |p| p.yellow,
        "rule",
        |v| *v = json!("A04"),
        "give no such card.issued",
    ),
    (
        |p| p.warned,
        "due",
        |v| *v = json!(v.as_i64().unwrap() + 1),
        "not the one that follows",
    ),
    (
        |p| p.ended,
        "how",
        |v| *v = json!("lapsed"),
        "did not end like this",
    ),
    (
        |p| p.ended,
        "by",
        |v| *v = json!(v.as_u64().unwrap() - 1),
        "did not end like this",
    ),
    (|p| p.ended, "card", |v| *v = json!(1), "ends no card"),
];

#[test]
fn every_member_that_is_computed_is_bound() {
    for (seq, member, edit, says) in CHANGES {
        let (found, said) = changed(*seq, member, edit);
        assert_eq!(found, Outcome::Fail, "{member}: {said}");
        assert!(said.contains(says), "{member}: {said}");
    }
}

/// The ways in which the recipes break this check, and what is said then.
pub(crate) const WAYS: [(&str, &str); 10] = [
    ("text", "give another card.issued (zh)"),
    ("colour", "not the one that follows"),
    ("due", "not the one that follows"),
    ("facts", "not the one that follows"),
    ("told", "not the one that follows"),
    ("version", "another version"),
    ("dropped", "the red card of A03 is missing or late"),
    ("delayed", "the yellow card of A03 is missing or late"),
    ("unwarned", "the warning \"today\" of A03 is missing or late"),
    ("unended", "the card of A03 was not ended, or late"),
];
