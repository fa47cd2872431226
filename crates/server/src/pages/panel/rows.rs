//! One draw in words, column by column, as the owner of its tender may see it.
//!
//! Invariant: numbers of calls and never whose; what came out of a draw of experts is not told.

use super::words;
use crate::pages::Layout;
use evaluate::law::{Drawing, Outcome};
use facts::body::draw::Subject;
use serde::Serialize;
use std::collections::BTreeMap;

/// One draw as its owner sees it: by column, in words.
#[derive(Serialize)]
pub(super) struct Row {
    pub(super) draw: String,
    /// Column to text.
    pub(super) cells: BTreeMap<&'static str, String>,
}

/// Hundredths as a number with two decimals.
pub(super) fn hundredths(value: i64) -> String {
    let sign = if value < 0 { "-" } else { "" };
    let size = value.unsigned_abs();
    format!("{sign}{}.{:02}", size / 100, size % 100)
}

/// Calls with one of these answers.
fn count(drawing: &Drawing, wanted: &[Outcome]) -> usize {
    let of = drawing.calls.iter().filter(|call| wanted.contains(&call.answer));
    of.count()
}

/// What is drawn.
fn what(l: &Layout, subject: &Subject) -> String {
    match subject {
        Subject::Experts {
            pool,
            seats,
            specialities,
            regions,
            ..
        } => {
            let codes = [specialities.join(", "), regions.join(", ")].join(" / ");
            if l.is_zh() {
                format!("专家 {seats} 名,库 {pool}({codes})")
            } else {
                format!("{seats} experts of the pool {pool} ({codes})")
            }
        }
        Subject::Coefficients {} => l.say("评标办法的系数", "coefficients of the method").to_owned(),
        Subject::Order {} => l.say("并列时的次序", "the order for ties").to_owned(),
    }
}

/// From how many it is drawn.
fn from(l: &Layout, drawing: &Drawing) -> String {
    let frozen = drawing.frozen.as_ref().map(|frozen| &frozen.1);
    let eligible = frozen.map_or(0, |frozen| frozen.ids.len());
    let (zh, en) = match drawing.requested.subject {
        Subject::Experts { .. } => (
            format!("通过筛选 {eligible} 人"),
            format!("{eligible} experts pass the filters"),
        ),
        Subject::Order {} => (format!("{eligible} 份投标"), format!("{eligible} bids")),
        Subject::Coefficients {} => return String::new(),
    };
    if l.is_zh() { zh } else { en }
}

/// How many were called, and what they answered.
fn calls(l: &Layout, drawing: &Drawing) -> String {
    if drawing.seed.is_none() || !matches!(drawing.requested.subject, Subject::Experts { .. }) {
        return String::new();
    }
    let all = drawing.calls.len();
    let accepted = count(drawing, &[Outcome::Accepted]);
    let open = count(drawing, &[Outcome::Open]);
    let gone = count(drawing, &[Outcome::Declined, Outcome::Lapsed, Outcome::Spent]);
    if l.is_zh() {
        format!("已通知 {all},接受 {accepted},等待答复 {open},未参加 {gone}")
    } else {
        format!("{all} called: {accepted} accepted, {open} to answer, {gone} do not come")
    }
}

/// What came out, as far as the owner may know it.
fn result(l: &Layout, drawing: &Drawing, state: &evaluate::State) -> String {
    if drawing.seed.is_none() {
        return String::new();
    }
    match drawing.requested.subject {
        Subject::Experts { .. } if drawing.is_exhausted() && count(drawing, &[Outcome::Open]) == 0 => l
            .say("顺序已全部用完", "the whole order has been called")
            .to_owned(),
        Subject::Experts { .. } => l
            .say(
                "名单在中标结果确定前保密",
                "names are secret until the result is decided",
            )
            .to_owned(),
        Subject::Coefficients {} => {
            let value =
                |(name, value): (&facts::id::ItemId, &i64)| format!("{name} = {}", hundredths(*value));
            state.steps.drawn.iter().map(value).collect::<Vec<_>>().join(", ")
        }
        Subject::Order {} => {
            let order = state.steps.order.iter().map(ToString::to_string);
            order.collect::<Vec<_>>().join(" → ")
        }
    }
}

/// A draw in words.
pub(super) fn row(l: &Layout, drawing: &Drawing, state: &evaluate::State, key: Option<&(u16, usize)>) -> Row {
    let needed = key.map_or_else(String::new, |(k, _)| format!(" / {k}"));
    Row {
        draw: drawing.requested.draw.to_string(),
        cells: [
            ("what", what(l, &drawing.requested.subject)),
            ("state", words::state(l, drawing).to_owned()),
            ("pool", from(l, drawing)),
            ("answers", format!("{}{needed}", drawing.parts.len())),
            ("calls", calls(l, drawing)),
            ("result", result(l, drawing, state)),
        ]
        .into(),
    }
}
