//! A method tried on sample prices: the figures of the result, and which prices do not go into the benchmark.

#![allow(
    clippy::allow_attributes,
    clippy::indexing_slicing,
    clippy::unwrap_used,
    reason = "test code"
)]

extern crate kaibiao_evaluate as evaluate;

use evaluate::method::{Sample, preview};
use facts::body::tender::{Lot, Method, ScoreItem};
use facts::id::{ItemId, LotId};
use facts::{Currency, Money};
use std::collections::BTreeMap;

fn lot() -> Lot {
    Lot {
        ceiling: Some(Money::new(Currency::CNY, 150_000)),
        deposit: None,
        estimate: Money::new(Currency::CNY, 120_000),
        floor: None,
        lot: LotId::parse("1").unwrap(),
        title: String::new(),
    }
}

fn composite(drop_high: u32, drop_low: u32) -> Method {
    Method::Composite {
        above: 100,
        below: 50,
        drop_high,
        drop_low,
        float_bp: 0,
        items: vec![ScoreItem {
            item: ItemId::parse("plan").unwrap(),
            max: 4_000,
            title: "plan".to_owned(),
        }],
        panel: 5,
        price_points: 6_000,
    }
}

fn left_out(method: &Method, prices: &[i64]) -> Vec<String> {
    let samples: Vec<Sample> = prices
        .iter()
        .map(|price| Sample {
            declared: BTreeMap::new(),
            points: BTreeMap::new(),
            price: *price,
        })
        .collect();
    let found = preview(method, &lot(), &samples, &BTreeMap::new()).unwrap();
    found.left_out.iter().map(ToString::to_string).collect()
}

#[test]
fn the_lowest_and_the_highest_that_count_are_left_out() {
    let prices = [100_000, 90_000, 120_000, 110_000, 160_000];
    // The fifth is above the ceiling and counts for nothing.
    assert_eq!(left_out(&composite(1, 1), &prices), ["sample-002", "sample-003"]);
    assert_eq!(
        left_out(&composite(2, 1), &prices),
        ["sample-002", "sample-003", "sample-004"]
    );
    assert!(left_out(&composite(0, 0), &prices).is_empty());
    // Where nothing would remain, nothing is left out.
    assert!(left_out(&composite(2, 2), &prices).is_empty());
}

#[test]
fn tiers_leave_out_by_the_number_of_bids() {
    let declared = |prices: &[i64]| {
        let method: Method = serde_json::from_value(serde_json::json!({
            "method": "declared", "adjustments": [], "basis": "composite", "category": "works", "deductions": [],
            "drawn": [], "items": [{ "item": "plan", "max": 6000, "steps": [], "title": "plan", "weight_bp": 10000 }],
            "min_valid": 0, "panel": 5, "places": 2, "review": [], "same_brand": "ignored", "ties": [],
            "price": { "points": 4000, "rule": "benchmark", "benchmark": {
                "above": { "fixed": 100 }, "below": { "fixed": 50 }, "control_bp": { "fixed": 0 },
                "float_bp": { "fixed": 0 }, "k_bp": { "fixed": 0 }, "mean": "mean", "provisional": {}, "round_to": 0,
                "steps": "linear", "tiers": [{ "from": 3, "high": 1, "low": 0 }, { "from": 5, "high": 1, "low": 1 }],
            } },
        }))
        .unwrap();
        left_out(&method, prices)
    };
    assert!(declared(&[100, 200]).is_empty());
    assert_eq!(declared(&[100, 300, 200]), ["sample-002"]);
    assert_eq!(declared(&[100, 300, 200, 150, 250]), ["sample-001", "sample-002"]);
}
