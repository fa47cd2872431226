//! The form of a trial: what was typed, which columns a method asks for, and samples out of rows.
//!
//! Invariant: what was typed is shown again as it was typed; a number that cannot be read is told beside its row and
//! nothing is computed from it.

use crate::pages::Layout;
use evaluate::method::Sample;
use facts::body::tender::{Lot, Method, Regime};
use facts::id::{ItemId, LotId};
use facts::{Currency, Money};
use std::collections::BTreeMap;

/// Most samples that are tried at once.
const MOST: usize = 40;
/// Empty rows offered after those that are filled.
const BLANK: usize = 2;
/// Most characters of a field other than the method.
const LONGEST: usize = 40;

/// A method to start from: composite scoring with a benchmark, a trimmed mean and a drawn float.
const SAMPLE: &str = r#"{
  "method": "declared", "basis": "composite", "category": "works", "panel": 5, "places": 2, "min_valid": 0,
  "adjustments": [], "deductions": [], "review": [], "same_brand": "ignored", "ties": [{ "by": "price" }],
  "drawn": [{ "name": "float", "from": 0, "to": 300, "step": 50, "by_digits": false }],
  "items": [
    { "item": "plan", "title": "%plan%", "max": 3000, "weight_bp": 10000, "steps": [] },
    { "item": "team", "title": "%team%", "max": 3000, "weight_bp": 10000, "steps": [] }
  ],
  "price": {
    "rule": "benchmark", "points": 4000,
    "benchmark": {
      "mean": "mean", "tiers": [{ "from": 5, "high": 1, "low": 1 }], "steps": "linear", "round_to": 0,
      "above": { "fixed": 100 }, "below": { "fixed": 50 }, "float_bp": { "drawn": "float" },
      "control_bp": { "fixed": 0 }, "k_bp": { "fixed": 0 }, "provisional": {}
    }
  }
}"#;
/// Prices in yuan and points to start from.
const SAMPLES: [[&str; 3]; 6] = [
    ["9300000", "24", "25"],
    ["9650000", "27", "26"],
    ["9820000", "28", "25.5"],
    ["10030000", "25", "27"],
    ["10240000", "26", "24"],
    ["11500000", "29", "28"],
];

/// What a column takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Takes {
    /// Points up to a maximum, in hundredths.
    Points(i64),
    /// Passed or failed.
    Verdict,
    /// A whole number that the letter declares.
    Number,
}

/// One column beside the price.
#[derive(Debug, Clone)]
pub(super) struct Column {
    pub(super) id: ItemId,
    pub(super) title: String,
    pub(super) takes: Takes,
}

impl Column {
    /// The name of its field in a row.
    fn field(&self, row: usize) -> String {
        format!("value-{row}-{}", self.id)
    }

    /// The greatest value, as it is typed.
    pub(super) fn most(&self) -> String {
        match self.takes {
            Takes::Points(max) => decimal(max),
            Takes::Verdict | Takes::Number => String::new(),
        }
    }

    /// What an empty field stands for: no points, nothing declared, but passed.
    const fn blank(&self) -> i64 {
        if self.is_verdict() { 1 } else { 0 }
    }

    pub(super) const fn is_verdict(&self) -> bool {
        matches!(self.takes, Takes::Verdict)
    }

    pub(super) const fn is_number(&self) -> bool {
        matches!(self.takes, Takes::Number)
    }
}

/// A coefficient that the method leaves to a draw, and the value tried.
pub(super) struct Coefficient {
    pub(super) id: ItemId,
    pub(super) range: String,
    pub(super) text: String,
    /// `None` if it cannot be read.
    pub(super) value: Option<i64>,
}

/// One field of a row.
pub(super) struct Cell {
    /// Its name in the form.
    pub(super) field: String,
    /// What it is, for who does not see the head of the column.
    pub(super) label: String,
    pub(super) text: String,
    pub(super) is_verdict: bool,
}

/// One row of the form.
#[derive(Default)]
pub(super) struct Row {
    /// From 1.
    pub(super) number: usize,
    pub(super) price: String,
    minor: Option<i64>,
    /// By column: what was typed.
    pub(super) cells: Vec<Cell>,
    values: Vec<i64>,
    /// Names of what cannot be read: `price`, or an item.
    pub(super) wrong: Vec<String>,
}

impl Row {
    pub(super) fn is_filled(&self) -> bool {
        !self.price.is_empty()
    }

    /// The names of what cannot be read, by commas.
    pub(super) fn faults(&self) -> String {
        self.wrong.join(", ")
    }

    pub(super) fn sample(&self, columns: &[Column]) -> Sample {
        let (mut declared, mut points) = (BTreeMap::new(), BTreeMap::new());
        for (column, value) in columns.iter().zip(&self.values) {
            let into = if column.is_number() {
                &mut declared
            } else {
                &mut points
            };
            into.insert(column.id.clone(), *value);
        }
        Sample {
            declared,
            points,
            price: self.minor.unwrap_or(0),
        }
    }
}

/// What was typed.
#[derive(Default)]
pub(super) struct Typed {
    pub(super) method: String,
    pub(super) regime: String,
    pub(super) estimate: String,
    pub(super) ceiling: String,
    pub(super) floor: String,
    fields: BTreeMap<String, String>,
    /// Amounts of the lot that cannot be read, by field.
    pub(super) wrong: Vec<&'static str>,
}

impl Typed {
    /// Something to start from.
    pub(super) fn sample(l: &Layout) -> Self {
        let method = SAMPLE
            .replace("%plan%", l.say("施工组织设计", "Construction plan"))
            .replace("%team%", l.say("项目管理机构", "Project team"));
        let mut fields = BTreeMap::new();
        for (number, [price, plan, team]) in (1_usize..).zip(SAMPLES) {
            fields.insert(format!("price-{number}"), price.to_owned());
            fields.insert(format!("value-{number}-plan"), plan.to_owned());
            fields.insert(format!("value-{number}-team"), team.to_owned());
        }
        Self {
            method,
            regime: "works".to_owned(),
            estimate: "9900000".to_owned(),
            ceiling: "11000000".to_owned(),
            fields,
            ..Self::default()
        }
    }

    /// The fields of a form.
    pub(super) fn of(pairs: Vec<(String, String)>) -> Self {
        let mut typed = Self::default();
        for (name, value) in pairs {
            if name == "method" {
                typed.method = value;
                continue;
            }
            let value: String = value.trim().chars().take(LONGEST).collect();
            match name.as_str() {
                "regime" => typed.regime = value,
                "estimate" => typed.estimate = value,
                "ceiling" => typed.ceiling = value,
                "floor" => typed.floor = value,
                _ => {
                    typed.fields.insert(name, value);
                }
            }
        }
        typed
    }

    pub(super) fn regime(&self) -> Regime {
        match self.regime.as_str() {
            "government_procurement" => Regime::GovernmentProcurement,
            "free" => Regime::Free,
            _ => Regime::Works,
        }
    }

    /// Whether an amount of the lot cannot be read.
    pub(super) fn is_wrong(&self, field: &str) -> bool {
        self.wrong.contains(&field)
    }

    fn field(&self, name: &str) -> String {
        self.fields.get(name).cloned().unwrap_or_default()
    }

    /// The lot that the samples are for, and the amounts of it that cannot be read.
    pub(super) fn lot(&self) -> (Option<Lot>, Vec<&'static str>) {
        let mut wrong = Vec::new();
        let mut amount = |field: &'static str, text: &str| {
            let read = hundredths(text).filter(|minor| *minor >= 0);
            if read.is_none() && !text.is_empty() {
                wrong.push(field);
            }
            read.map(|minor| Money::new(Currency::CNY, minor))
        };
        let estimate = amount("estimate", &self.estimate);
        let (ceiling, floor) = (amount("ceiling", &self.ceiling), amount("floor", &self.floor));
        let lot = LotId::parse("1").ok().map(|lot| Lot {
            ceiling,
            deposit: None,
            estimate: estimate.unwrap_or(Money::new(Currency::CNY, 0)),
            floor,
            lot,
            title: String::new(),
        });
        (lot, wrong)
    }

    /// The rows, with the columns that a method asks for, and some empty ones to go on with.
    pub(super) fn rows(&self, columns: &[Column]) -> Vec<Row> {
        let last = self
            .fields
            .iter()
            .filter(|(name, value)| name.starts_with("price-") && !value.is_empty());
        let last = last
            .filter_map(|(name, _)| name.strip_prefix("price-")?.parse::<usize>().ok())
            .max()
            .unwrap_or(0);
        let count = last.saturating_add(BLANK).min(MOST);
        (1..=count).map(|number| self.row(number, columns)).collect()
    }

    fn row(&self, number: usize, columns: &[Column]) -> Row {
        let mut row = Row {
            number,
            price: self.field(&format!("price-{number}")),
            ..Row::default()
        };
        row.minor = hundredths(&row.price).filter(|minor| *minor > 0);
        if row.is_filled() && row.minor.is_none() {
            row.wrong.push("price".to_owned());
        }
        for column in columns {
            let text = self.field(&column.field(number));
            let value = if text.is_empty() {
                Some(column.blank())
            } else {
                column.read(&text)
            };
            if value.is_none() && row.is_filled() {
                row.wrong.push(column.id.to_string());
            }
            row.values.push(value.unwrap_or(0));
            row.cells.push(Cell {
                field: column.field(number),
                label: format!("{} {number}", column.id),
                text,
                is_verdict: column.is_verdict(),
            });
        }
        row
    }
}

impl Column {
    fn read(&self, text: &str) -> Option<i64> {
        match self.takes {
            Takes::Points(max) => hundredths(text).filter(|points| (0..=max).contains(points)),
            Takes::Verdict => text.parse().ok().filter(|value| (0..=1).contains(value)),
            Takes::Number => text.parse().ok().filter(|value| *value >= 0),
        }
    }
}

/// What a method asks of a bid beside its price: what the panel judges, then what the letter declares.
pub(super) fn columns(method: &Method) -> Vec<Column> {
    let column = |id: &ItemId, title: &str, takes: Takes| Column {
        id: id.clone(),
        title: title.to_owned(),
        takes,
    };
    match method {
        Method::LowestEvaluated {
            must_pass,
            adjustments,
            ..
        } => {
            let judged = must_pass.iter().map(|item| column(item, "", Takes::Verdict));
            let declared = adjustments
                .iter()
                .map(|one| column(&one.item, &one.unit, Takes::Number));
            judged.chain(declared).collect()
        }
        Method::Composite { items, .. } => {
            let scored = items.iter();
            scored
                .map(|one| column(&one.item, &one.title, Takes::Points(one.max)))
                .collect()
        }
        Method::Declared(declared) => {
            let (judged, objective): (Vec<_>, Vec<_>) =
                declared.items.iter().partition(|one| one.steps.is_empty());
            let judged = judged
                .into_iter()
                .map(|one| column(&one.item, &one.title, Takes::Points(one.max)));
            let objective = objective
                .into_iter()
                .map(|one| column(&one.item, &one.title, Takes::Number));
            let adjusted = declared
                .adjustments
                .iter()
                .map(|one| column(&one.item, &one.unit, Takes::Number));
            let claimed = declared
                .deductions
                .iter()
                .map(|one| column(&one.item, &one.basis, Takes::Number));
            judged.chain(objective).chain(adjusted).chain(claimed).collect()
        }
    }
}

/// The coefficients that a method leaves to a draw, with what was typed for each, or else the least.
pub(super) fn coefficients(method: &Method, typed: &Typed) -> Vec<Coefficient> {
    let Some(declared) = method.declared() else {
        return Vec::new();
    };
    let one = |drawn: &facts::body::tender::Coefficient| {
        let text = typed.field(&format!("drawn-{}", drawn.name));
        let text = if text.is_empty() {
            decimal(drawn.from)
        } else {
            text
        };
        Coefficient {
            id: drawn.name.clone(),
            range: format!(
                "{} – {} / {}",
                decimal(drawn.from),
                decimal(drawn.to),
                decimal(drawn.step)
            ),
            value: hundredths(&text),
            text,
        }
    };
    declared.drawn.iter().map(one).collect()
}

/// Hundredths of a number with at most two decimals: `12.5` is 1250; separators of thousands are read over.
fn hundredths(text: &str) -> Option<i64> {
    let plain: String = text.chars().filter(|c| *c != ',' && *c != '\u{ff0c}').collect();
    let (sign, plain) = match plain.strip_prefix('-') {
        Some(rest) => (-1, rest),
        None => (1, plain.as_str()),
    };
    let (whole, part) = plain.split_once('.').unwrap_or((plain, ""));
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    if whole.is_empty() || whole.len() > 13 || part.len() > 2 || !digits(whole) || !digits(part) {
        return None;
    }
    let whole: i64 = whole.parse().ok()?;
    let part: i64 = format!("{part:0<2}").parse().ok()?;
    whole.checked_mul(100)?.checked_add(part)?.checked_mul(sign)
}

/// Hundredths as a number, without needless decimals.
fn decimal(value: i64) -> String {
    let (whole, part) = (value / 100, value.unsigned_abs() % 100);
    let sign = if value < 0 && whole == 0 { "-" } else { "" };
    match part {
        0 => format!("{sign}{whole}"),
        part if part.is_multiple_of(10) => format!("{sign}{whole}.{}", part / 10),
        part => format!("{sign}{whole}.{part:02}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_come_back_as_they_were_typed() {
        for text in ["0", "12", "12.5", "0.05", "-0.5", "-3", "9650000"] {
            assert_eq!(decimal(hundredths(text).unwrap()), text);
        }
        assert_eq!(hundredths("1,234.50"), Some(123_450));
        for wrong in ["", "-", "1.234", ".5", "1e3", "12 3", "99999999999999"] {
            assert_eq!(hundredths(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn the_sample_is_a_method_and_its_rows_are_read() {
        let typed = Typed {
            method: SAMPLE.to_owned(),
            fields: [
                ("price-1", "100"),
                ("value-1-plan", "30.5"),
                ("price-2", "x"),
                ("value-2-team", "-1"),
            ]
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
            .into(),
            ..Typed::default()
        };
        let method: Method = serde_json::from_str(&typed.method).unwrap();
        let columns = columns(&method);
        assert_eq!(columns.len(), 2);
        let rows = typed.rows(&columns);
        assert_eq!(rows.len(), 4);
        assert_eq!(rows[0].wrong, ["plan"], "more than the 30 points of the item");
        assert_eq!(rows[1].wrong, ["price", "team"]);
        assert!(!rows[2].is_filled());
        assert_eq!(coefficients(&method, &typed)[0].value, Some(0));
    }
}
