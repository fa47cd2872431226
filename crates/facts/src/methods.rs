//! Whether a declared method can be computed, and whether the law allows it: asked when a tender is drafted and again
//! when its evaluation is opened.
//!
//! Invariant: a method that passes [`check`] always has a result, whatever the bids, the sheets and the draws are.

mod bounds;
mod law;

pub use bounds::{MAX_BIDS, MAX_PRICE, MAX_SLOPE, drawn_fault};
pub use law::{LOW_PRICE_RULES, LowPriceRule, PRICE_WEIGHTS, PriceWeight};

use crate::body::tender::{Declared, Lot, Regime};
use crate::{Instant, Refusal};

/// The first thing wrong with a method, as one sentence with its article.
///
/// `at` is the instant of the notice: the rules in force then apply.
pub fn check(method: &Declared, regime: Regime, lots: &[Lot], at: Instant) -> Result<(), Refusal> {
    bounds::names(method)?;
    bounds::figures(method)?;
    bounds::benchmark(method, lots)?;
    bounds::judged(method)?;
    law::check(method, regime, lots, at)
}

fn no(code: &'static str, en: impl Into<String>, zh: impl Into<String>) -> Refusal {
    Refusal::new(code, en, zh)
}

#[cfg(test)]
mod tests;
