//! What prices are measured against: a benchmark from ceiling and prices, or the lowest price.
//!
//! Invariant: exact until the one rounding that the method declares; bids left out of the mean are still scored.

use super::super::exact::Ratio;
use super::{Contender, Rules};
use facts::body::tender::{Amount, Benchmark, Mean, PriceRule, Tier};
use facts::id::{ItemId, LotId};
use std::collections::BTreeMap;

const WHOLE: i128 = 10_000;

/// `None` is beyond 128 bits; `Some(None)` where nothing is measured.
#[expect(
    clippy::option_option,
    reason = "the outer one is the arithmetic's, the inner one the method's"
)]
pub(super) fn of(rules: Rules<'_>, lot: &LotId, valid: &[Contender<'_>]) -> Option<Option<Ratio>> {
    let prices: Vec<i64> = valid.iter().map(|contender| contender.evaluated).collect();
    match (rules.declared.price.rule, &rules.declared.price.benchmark) {
        (PriceRule::Benchmark, Some(benchmark)) => {
            let ceiling = (valid.iter())
                .find_map(|contender| contender.entrant.coded.ceiling)
                .map(|ceiling| ceiling.minor);
            if prices.is_empty() {
                return Some(None);
            }
            declared_benchmark(benchmark, lot, &rules.settled.drawn, ceiling, &prices).map(Some)
        }
        (PriceRule::LowestFirst, _) => match prices.iter().min() {
            Some(lowest) => Ratio::new(i128::from(*lowest), 1).map(Some),
            None => Some(None),
        },
        _ => Some(None),
    }
}

/// The figure of an amount: fixed, or as drawn.
pub(super) fn figure(amount: &Amount, drawn: &BTreeMap<ItemId, i64>) -> Option<i128> {
    let drawn = amount.drawn.as_ref().and_then(|name| drawn.get(name)).copied();
    amount.fixed.or(drawn).map(i128::from)
}

/// The benchmark of a lot in minor units:
/// `w · ((B − R)(1 − k) + R) + (1 − w) · mean · (1 − float)`, rounded only as declared.
///
/// `ceiling` is B; without one the ceiling's part is 0. `None` without prices or beyond 128 bits.
#[must_use]
pub fn declared_benchmark(
    rule: &Benchmark,
    lot: &LotId,
    drawn: &BTreeMap<ItemId, i64>,
    ceiling: Option<i64>,
    prices: &[i64],
) -> Option<Ratio> {
    let (weight, k) = (figure(&rule.control_bp, drawn)?, figure(&rule.k_bp, drawn)?);
    let float = figure(&rule.float_bp, drawn)?;
    let mean = mean(rule, prices)?;
    let provisional = i128::from(rule.provisional.get(lot).copied().unwrap_or(0));
    let lowered = i128::from(ceiling.unwrap_or(0))
        .checked_sub(provisional)?
        .checked_mul(WHOLE.checked_sub(k)?)?;
    let control = lowered.checked_add(provisional.checked_mul(WHOLE)?)?;
    // Over the common denominator: mean.den · 10000 · 10000.
    let of_control = weight.checked_mul(control)?.checked_mul(mean.den)?;
    let of_prices = WHOLE
        .checked_sub(weight)?
        .checked_mul(mean.num)?
        .checked_mul(WHOLE.checked_sub(float)?)?;
    let exact = Ratio::new(
        of_control.checked_add(of_prices)?,
        mean.den.checked_mul(WHOLE)?.checked_mul(WHOLE)?,
    )?;
    if rule.round_to == 0 {
        return Some(exact.lowest());
    }
    let unit = i128::from(rule.round_to);
    let rounded = Ratio::new(exact.num, exact.den.checked_mul(unit)?)?.half_up()?;
    Ratio::new(rounded.checked_mul(unit)?, 1)
}

/// The prices' part before its float.
fn mean(rule: &Benchmark, prices: &[i64]) -> Option<Ratio> {
    let mut sorted = prices.to_vec();
    sorted.sort_unstable();
    let kept = kept(&rule.tiers, &sorted)?;
    let lowest = i128::from(*kept.first()?);
    let count = i128::try_from(kept.len()).ok()?;
    let sum = || {
        kept.iter()
            .try_fold(0_i128, |sum, price| sum.checked_add(i128::from(*price)))
    };
    match rule.mean {
        Mean::Mean => Ratio::new(sum()?, count),
        Mean::MeanWithLowest => Ratio::new(
            sum()?.checked_add(lowest.checked_mul(count)?)?,
            count.checked_mul(2)?,
        ),
        Mean::Lowest => Ratio::new(lowest, 1),
        Mean::Median => {
            let upper = kept.get(kept.len().checked_div(2)?)?;
            let lower = kept.get(kept.len().saturating_sub(1).checked_div(2)?)?;
            Ratio::new(i128::from(*upper).checked_add(i128::from(*lower))?, 2)
        }
    }
}

/// What is left of ascending figures after the last tier that their number reaches.
pub(super) fn kept<'a, T>(tiers: &[Tier], sorted: &'a [T]) -> Option<&'a [T]> {
    let count = u32::try_from(sorted.len()).ok()?;
    let Some(tier) = tiers.iter().rfind(|tier| tier.from <= count) else {
        return Some(sorted);
    };
    let (low, high) = (usize::try_from(tier.low).ok()?, usize::try_from(tier.high).ok()?);
    sorted.get(low..sorted.len().checked_sub(high)?)
}
