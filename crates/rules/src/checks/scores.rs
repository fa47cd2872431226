//! Score sheets, once the award disclosed them: what is scored, within which bounds, how members differ.
//!
//! Invariant: a spread is a sign and no breach; only an item or a value that the notice does not know is one.

use super::{Case, Table};
use crate::finding::{Findings, Flaw};
use crate::procedure::Told;
use facts::body::evaluation::ScoreRevealed;
use facts::body::tender::Method;
use facts::id::{CodeId, ItemId};
use std::collections::BTreeMap;

pub(super) const TABLE: Table = &[
    ("scores.items", items),
    ("scores.objective", objective),
    ("scores.bounds", bounds),
    ("scores.spread", spread),
    ("scores.independent", independent),
];

/// V01: only what the notice announced is scored.
fn items(case: &Case<'_>, found: &mut Findings) {
    let (Some(notice), Some(method)) = (&case.procedure.noticed, case.procedure.method()) else {
        return;
    };
    let known = method.sheet_items();
    for told in &case.procedure.revealed {
        let stranger = told
            .body
            .sheet
            .values()
            .flat_map(BTreeMap::keys)
            .find(|item| !known.contains_key(item));
        match stranger {
            None => found.keep([notice.seq, told.seq]),
            Some(item) => found.flaw(
                Flaw::new(
                    told.mark(),
                    format!("席位{}对招标文件未载明的“{item}”评分。", told.body.seat),
                    format!(
                        "Seat {} scored {item}, which the notice does not know.",
                        told.body.seat
                    ),
                )
                .about(&told.body.seat)
                .with([notice.seq]),
            ),
        }
    }
}

/// V03: objective items are on no sheet, for the platform fills them in from the letters.
fn objective(case: &Case<'_>, found: &mut Findings) {
    let Some(declared) = case.procedure.method().and_then(Method::declared) else {
        return;
    };
    let objective: Vec<&ItemId> = declared
        .items
        .iter()
        .filter(|item| !item.steps.is_empty())
        .map(|item| &item.item)
        .collect();
    if objective.is_empty() {
        return;
    }
    for told in &case.procedure.revealed {
        let scored = told
            .body
            .sheet
            .values()
            .any(|of| objective.iter().any(|item| of.contains_key(*item)));
        if scored {
            found.flaw(
                Flaw::new(
                    told.mark(),
                    format!("席位{}对客观评分项主观评分。", told.body.seat),
                    format!("Seat {} scored an objective item by hand.", told.body.seat),
                )
                .about(&told.body.seat),
            );
        } else {
            found.keep([told.seq]);
        }
    }
}

/// V04: every value within its bounds.
fn bounds(case: &Case<'_>, found: &mut Findings) {
    let Some(method) = case.procedure.method() else {
        return;
    };
    let known = method.sheet_items();
    for told in &case.procedure.revealed {
        let values = told.body.sheet.values().flatten();
        let out = values
            .filter(|(item, value)| known.get(item).is_some_and(|max| !(0..=*max).contains(value)))
            .count();
        if out == 0 {
            found.keep([told.seq]);
            continue;
        }
        found.flaw(
            Flaw::new(
                told.mark(),
                format!("席位{}有{out}项评分超出范围。", told.body.seat),
                format!("Seat {} has {out} values out of bounds.", told.body.seat),
            )
            .about(&told.body.seat),
        );
    }
}

/// One value, and the sheet it stands on.
type Value<'a> = (i64, &'a Told<ScoreRevealed>);

/// All values of one item for one bid.
fn columns(sheets: &[Told<ScoreRevealed>]) -> BTreeMap<(&CodeId, &ItemId), Vec<Value<'_>>> {
    let mut columns: BTreeMap<_, Vec<_>> = BTreeMap::new();
    for told in sheets {
        for (code, values) in &told.body.sheet {
            for (item, value) in values {
                columns.entry((code, item)).or_default().push((*value, told));
            }
        }
    }
    columns
}

fn median(values: &[Value<'_>]) -> i64 {
    let mut sorted: Vec<i64> = values.iter().map(|(value, _)| *value).collect();
    sorted.sort_unstable();
    let middle = sorted.len().div_euclid(2);
    sorted.get(middle).copied().unwrap_or(0)
}

/// V06: a value that is far from what the others gave (畸高畸低): more than so much of the item's full score.
fn spread(case: &Case<'_>, found: &mut Findings) {
    let Some(method) = case.procedure.method() else {
        return;
    };
    let known = method.sheet_items();
    let sheets = &case.procedure.revealed;
    let mut any = false;
    for ((code, item), values) in columns(sheets) {
        // A median of two says nothing, and an item passed or failed has no spread.
        let max = known.get(item).copied().unwrap_or(0);
        if values.len() < 3 || max <= 1 {
            continue;
        }
        let middle = median(&values);
        for (value, told) in &values {
            let away = value
                .saturating_sub(middle)
                .saturating_abs()
                .saturating_mul(10_000);
            if away <= max.saturating_mul(case.number()) {
                continue;
            }
            any = true;
            found.flaw(
                Flaw::new(
                    told.mark(),
                    format!(
                        "席位{}对{code}“{item}”的评分与中位数相差过大,须认定并记录。",
                        told.body.seat
                    ),
                    format!(
                        "Seat {} scored {item} of {code} far from the median; say why.",
                        told.body.seat
                    ),
                )
                .about(&format!("{}/{code}/{item}", told.body.seat))
                .with(values.iter().map(|(_, other)| other.seq)),
            );
        }
    }
    if !any && !sheets.is_empty() {
        found.keep(sheets.iter().map(|told| told.seq));
    }
}

/// V19: two sheets that agree in everything are a sign that they were not made alone.
fn independent(case: &Case<'_>, found: &mut Findings) {
    let Some(method) = case.procedure.method() else {
        return;
    };
    let judged = method.sheet_items().values().filter(|max| **max > 1).count();
    let sheets = &case.procedure.revealed;
    // With few values two honest sheets agree by chance.
    let values = judged.saturating_mul(sheets.first().map_or(0, |told| told.body.sheet.len()));
    if values < 6 {
        return;
    }
    let mut any = false;
    for (place, one) in sheets.iter().enumerate() {
        for other in sheets.iter().skip(place.saturating_add(1)) {
            if one.body.sheet != other.body.sheet {
                continue;
            }
            any = true;
            found.flaw(
                Flaw::new(
                    other.mark(),
                    format!(
                        "席位{}与{}的{values}项主观评分完全相同。",
                        one.body.seat, other.body.seat
                    ),
                    format!(
                        "Seats {} and {} gave the same {values} values.",
                        one.body.seat, other.body.seat
                    ),
                )
                .about(&format!("{}/{}", one.body.seat, other.body.seat))
                .with([one.seq]),
            );
        }
    }
    if !any {
        found.keep(sheets.iter().map(|told| told.seq));
    }
}
