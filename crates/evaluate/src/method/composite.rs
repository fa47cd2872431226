//! 综合评估法 with a benchmark price (评标基准价): panel score plus price score.
//!
//! Invariant: the benchmark keeps full precision until the score is rounded; a bid dropped from
//! the mean is still scored against it.

use super::exact::{Ratio, bounded};
use super::{Entrant, Sheets, sheet};
use facts::body::evaluation::Ranked;
use facts::body::tender::Method;

const BASIS_POINTS: i128 = 10_000;
/// Ten-thousandths of a point in a hundredth of a point.
const E4_PER_HUNDREDTH: i128 = 100;
/// The deviation in per cent (100) times hundredths of a point to ten-thousandths (100).
const E4_PER_PERCENT: i128 = 10_000;

/// How the benchmark is formed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Benchmark {
    /// Highest prices left out of the mean.
    pub drop_high: u32,
    /// Lowest prices left out of the mean.
    pub drop_low: u32,
    /// Basis points by which the mean is lowered.
    pub float_bp: i64,
}

/// The benchmark in minor units, exactly: the mean of the prices that remain, lowered by the float.
///
/// Prices are left out only if at least one remains; otherwise the mean is of all. `None` without
/// prices or beyond 128 bits.
#[must_use]
pub fn benchmark(prices: &[i64], rule: Benchmark) -> Option<Ratio> {
    let mut sorted = prices.to_vec();
    sorted.sort_unstable();
    let (low, high) = (
        usize::try_from(rule.drop_low).ok()?,
        usize::try_from(rule.drop_high).ok()?,
    );
    let kept = match low.checked_add(high) {
        Some(dropped) if dropped < sorted.len() => sorted.get(low..sorted.len().checked_sub(high)?)?,
        _ => sorted.as_slice(),
    };
    let sum = kept
        .iter()
        .try_fold(0_i128, |sum, price| sum.checked_add(i128::from(*price)))?;
    let float = BASIS_POINTS.checked_sub(i128::from(rule.float_bp))?;
    let count = i128::try_from(kept.len()).ok()?;
    Ratio::new(sum.checked_mul(float)?, count.checked_mul(BASIS_POINTS)?)
}

/// Linear price score around a benchmark.
#[derive(Debug, Clone, Copy)]
struct Slope {
    above: i64,
    below: i64,
    full: i64,
}

/// Price score in ten-thousandths of a point:
/// `full − |price − benchmark| / benchmark × 100 × E`, half up, never below 0.
fn price_e4(price: i64, benchmark: Ratio, slope: Slope) -> Option<i64> {
    if benchmark.num <= 0 {
        return Some(0);
    }
    // (price − num/den) / (num/den) = (price·den − num) / num
    let deviation = i128::from(price)
        .checked_mul(benchmark.den)?
        .checked_sub(benchmark.num)?;
    let per_percent = i128::from(if deviation > 0 { slope.above } else { slope.below });
    let lost = deviation
        .checked_abs()?
        .checked_mul(E4_PER_PERCENT)?
        .checked_mul(per_percent)?;
    let full = i128::from(slope.full)
        .checked_mul(E4_PER_HUNDREDTH)?
        .checked_mul(benchmark.num)?;
    Ratio::new(full.checked_sub(lost)?, benchmark.num)?
        .half_up()
        .map(bounded)
}

type Scored = (Option<i64>, Vec<(Ranked, i64)>);

pub(super) fn score(method: &Method, valid: &[Entrant<'_>], sheets: &Sheets) -> Option<Scored> {
    let Method::Composite {
        above,
        below,
        drop_high,
        drop_low,
        float_bp,
        items,
        price_points,
        ..
    } = method
    else {
        return None;
    };
    if valid.is_empty() {
        return Some((None, Vec::new()));
    }
    let prices: Vec<i64> = valid.iter().map(|entrant| entrant.coded.price.minor).collect();
    let rule = Benchmark {
        drop_high: *drop_high,
        drop_low: *drop_low,
        float_bp: *float_bp,
    };
    let benchmark = benchmark(&prices, rule)?;
    let slope = Slope {
        above: *above,
        below: *below,
        full: *price_points,
    };
    let mut scored = Vec::with_capacity(valid.len());
    for entrant in valid {
        let price = entrant.coded.price.minor;
        let panel_e4 = sheet::panel_e4(sheets, &entrant.coded.code, items)?;
        let price_e4 = price_e4(price, benchmark, slope)?;
        let ranked = Ranked {
            bid: entrant.bid.clone(),
            code: entrant.coded.code.clone(),
            evaluated: price,
            panel_e4,
            price_e4,
            rank: 0,
            total_e4: bounded(i128::from(panel_e4).checked_add(i128::from(price_e4))?),
        };
        scored.push((ranked, price));
    }
    let benchmark_e4 = benchmark.times(BASIS_POINTS)?.half_up().map(bounded)?;
    Some((Some(benchmark_e4), scored))
}
