//! 经评审的最低投标价法 (12号令30-33): declared commercial deviations are turned into money.
//!
//! Invariant: a deviation that a bidder declares can be counted, but never below zero units, so
//! nobody lowers a price by declaring less than nothing.

use super::Entrant;
use super::exact::{MAX_RESULT, Ratio, bounded};
use facts::body::evaluation::Ranked;
use facts::body::tender::Adjustment;

const BASIS_POINTS: i128 = 10_000;

pub(super) fn score(valid: &[Entrant<'_>], adjustments: &[Adjustment]) -> Vec<(Ranked, i64)> {
    let scored = valid.iter().map(|entrant| {
        let price = entrant.coded.price.minor;
        let ranked = Ranked {
            bid: entrant.bid.clone(),
            code: entrant.coded.code.clone(),
            evaluated: evaluated(entrant, adjustments),
            panel_e4: 0,
            price_e4: 0,
            rank: 0,
            total_e4: 0,
        };
        (ranked, price)
    });
    scored.collect()
}

/// `price × (10000 + Σ bp × units) / 10000` in minor units, half up, between 0 and 2^53 − 1.
fn evaluated(entrant: &Entrant<'_>, adjustments: &[Adjustment]) -> i64 {
    let exact = || {
        let mut factor = BASIS_POINTS;
        for adjustment in adjustments {
            let units = entrant
                .coded
                .deviations
                .get(&adjustment.item)
                .copied()
                .unwrap_or(0)
                .max(0);
            let points = i128::from(adjustment.bp_per_unit).checked_mul(i128::from(units))?;
            factor = factor.checked_add(points)?;
        }
        Ratio::new(
            i128::from(entrant.coded.price.minor).checked_mul(factor.max(0))?,
            BASIS_POINTS,
        )?
        .half_up()
    };
    // What does not fit 128 bits is far beyond the bound.
    exact().map_or(MAX_RESULT, bounded)
}
