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
    faults(method, regime, lots, at)
        .into_iter()
        .next()
        .map_or(Ok(()), Err)
}

/// Every rule that a method breaks, the first fault of each group of rules, so that a person sees all of them at once.
#[must_use]
pub fn faults(method: &Declared, regime: Regime, lots: &[Lot], at: Instant) -> Vec<Refusal> {
    let bounds = [
        bounds::names(method),
        bounds::figures(method),
        bounds::benchmark(method, lots),
        bounds::judged(method),
    ];
    let law = law::checks(method, regime, lots, at);
    bounds.into_iter().chain(law).filter_map(Result::err).collect()
}

fn no(code: &'static str, en: impl Into<String>, zh: impl Into<String>) -> Refusal {
    Refusal::new(code, en, zh)
}

#[cfg(test)]
mod tests;
