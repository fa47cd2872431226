//! The form of a trial: what was typed, and samples out of rows.
//!
//! Invariant: what was typed is shown again as it was typed; a number that cannot be read is told beside its row and
//! nothing is computed from it.

use super::columns::{Column, hundredths};
use crate::pages::Layout;
use evaluate::method::Sample;
use facts::body::tender::{Lot, Regime};
use facts::id::LotId;
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

    pub(super) fn field(&self, name: &str) -> String {
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pages::buyer::what_if::columns::{coefficients, columns};
    use facts::body::tender::Method;

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
