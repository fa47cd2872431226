//! How bids are compared: the two plain methods, and the one that spells out every rule.
//!
//! Invariant: a method is data of the notice and part of its rules hash; nothing of it is decided later but what it
//! says is drawn.

use super::declared::Declared;
use crate::id::ItemId;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// How bids are compared (评标办法), as data.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, tag = "method", rename_all = "snake_case")]
pub enum Method {
    /// 经评审的最低投标价法 (12号令30): the lowest evaluated price among those that pass.
    LowestEvaluated {
        /// Deviations turned into money, in basis points of the bid price per unit declared.
        adjustments: Vec<Adjustment>,
        /// Items that must be passed by the panel's majority.
        must_pass: Vec<ItemId>,
        /// Members of the panel; 0 where prices alone decide, without a panel (regime `free` only).
        panel: u32,
    },
    /// 综合评估法 with a benchmark price (评标基准价).
    Composite {
        /// Points per whole percent above the benchmark, in hundredths (E1).
        above: i64,
        /// Points per whole percent below or at the benchmark, in hundredths (E2).
        below: i64,
        /// Highest bids left out of the mean.
        drop_high: u32,
        /// Lowest bids left out of the mean.
        drop_low: u32,
        /// Float coefficient in basis points by which the mean is lowered.
        float_bp: i64,
        /// Items scored by the panel.
        items: Vec<ScoreItem>,
        /// Members of the panel.
        panel: u32,
        /// Full price score, in hundredths of a point.
        price_points: i64,
    },
    /// Any method of the law whose rules are spelt out one by one.
    Declared(Box<Declared>),
}

impl Method {
    /// Members of the panel; 0 where prices alone decide.
    #[must_use]
    pub const fn panel(&self) -> u32 {
        match self {
            Self::LowestEvaluated { panel, .. } | Self::Composite { panel, .. } => *panel,
            Self::Declared(declared) => declared.panel,
        }
    }

    /// The items of a score sheet with the highest value of each: hundredths of a point, or 1 for an item that is
    /// passed or failed.
    #[must_use]
    pub fn sheet_items(&self) -> BTreeMap<&ItemId, i64> {
        match self {
            Self::LowestEvaluated { must_pass, .. } => must_pass.iter().map(|item| (item, 1)).collect(),
            Self::Composite { items, .. } => items.iter().map(|scored| (&scored.item, scored.max)).collect(),
            Self::Declared(declared) => {
                let judged = declared.items.iter().filter(|scored| scored.steps.is_empty());
                judged.map(|scored| (&scored.item, scored.max)).collect()
            }
        }
    }

    /// The rules, where they are spelt out.
    #[must_use]
    pub fn declared(&self) -> Option<&Declared> {
        match self {
            Self::Declared(declared) => Some(declared),
            _ => None,
        }
    }
}

/// A commercial deviation with its price.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Adjustment {
    /// Basis points of the bid price per unit.
    pub bp_per_unit: i64,
    /// The item declared in the letter's `deviations`.
    pub item: ItemId,
    /// What a unit is, in words.
    pub unit: String,
}

/// One item scored by the panel.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ScoreItem {
    /// The item.
    pub item: ItemId,
    /// Most points, in hundredths.
    pub max: i64,
    /// What is judged.
    pub title: String,
}
