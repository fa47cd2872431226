//! Cards in the log and versions of a rule, in the words of the pages.
//!
//! Invariant: every line names the facts it is made of by their positions.

use crate::pages::Layout;
use ::rules::adopted::by_name;
use ::rules::board::Adoption;
use ::rules::{Colour, How};
use facts::{AccountId, Instant};
use serde_json::Value;
use std::collections::BTreeSet;
use supervise::rule_desk::Logged;

/// A card in the log, in the words of the page.
pub(super) struct LoggedRow {
    pub(super) line: Logged,
    pub(super) colour: &'static str,
    pub(super) ended: Option<&'static str>,
    /// Whether a red card followed this yellow one.
    pub(super) followed: bool,
}

impl LoggedRow {
    /// The lines of a list, which may be of one rule or one person only.
    pub(super) fn all(l: &Layout, lines: Vec<Logged>) -> Vec<Self> {
        let followed: BTreeSet<u64> = lines.iter().filter_map(|line| line.card.follows).collect();
        let row = |line: Logged| Self {
            colour: colour(l, line.card.colour.into()),
            ended: line.ended.as_ref().map(|(.., fact)| how(l, fact.how.into())),
            followed: followed.contains(&line.seq),
            line,
        };
        lines.into_iter().map(row).collect()
    }
}

pub(super) const fn colour(l: &Layout, colour: Colour) -> &'static str {
    match colour {
        Colour::Yellow => l.say("黄牌", "Yellow"),
        Colour::Red => l.say("红牌", "Red"),
    }
}

pub(super) const fn how(l: &Layout, how: How) -> &'static str {
    match how {
        How::Cured => l.say("已办结或补正", "done or mended"),
        How::Lapsed => l.say("因项目终结而失效", "lapsed with the procedure"),
        How::Replaced => l.say("所据事实已被后续事实取代", "replaced by a later fact"),
    }
}

/// A version that changed a rule, and how the rule reads in it.
pub(super) struct Past {
    pub(super) seq: u64,
    pub(super) version: String,
    pub(super) from: Instant,
    pub(super) by: Option<AccountId>,
    /// Its rows: threshold and days; none where the version dropped it.
    pub(super) rows: Vec<(String, String)>,
}

/// The adoptions that changed a rule, the latest first.
pub(super) fn history(board: &::rules::Board, rule: &str) -> Vec<Past> {
    let changed = |adoption: &&Adoption| adoption.body.changed.iter().any(|id| id == rule);
    let past = |adoption: &Adoption| Past {
        seq: adoption.seq,
        version: adoption.body.version.to_string(),
        from: adoption.body.from,
        by: adoption.by.clone(),
        rows: by_name(&adoption.body.file)
            .remove(rule)
            .into_iter()
            .flatten()
            .map(row)
            .collect(),
    };
    board.adoptions().iter().rev().filter(changed).map(past).collect()
}

fn row(rule: &Value) -> (String, String) {
    let text = |value: Option<&Value>| value.and_then(Value::as_str).unwrap_or_default().to_owned();
    let effective = |name: &str| text(rule.get("effective").and_then(|days| days.get(name)));
    let days = format!("{} – {}", effective("from"), effective("until"));
    (text(rule.get("threshold")), days)
}
