//! Screens of prices: regular series (K13), equal prices (R028), and the known measures of a distribution of bids.
//!
//! Invariant: series and equal prices are found in integers and are facts; the measures are statistics in millionths,
//! computed over sorted prices, and flag only where at least three bids stand side by side.

use crate::fixed::{Wide, count, decimal, narrow, over, percent, root, share, wide};
use crate::sign::{Code, Evidence, Sign, Strength, say};
use facts::Money;
use serde::Serialize;

/// Most prices of one tender that are measured; beyond, the fixed-point sums could reach their ends.
pub const MOST: usize = 2_000;

/// Highest price that is measured, in minor units: a million million yuan; beyond, the sums could reach their ends.
pub const HIGHEST: i64 = 100_000_000_000_000;

/// Unit of relative prices inside the sums.
const UNIT: i128 = 100_000_000;

/// One opened price.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Offer {
    /// The bidder.
    pub bidder: String,
    /// The price.
    pub price: Money,
}

/// When a measure becomes a sign; in millionths.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Highest coefficient of variation of S01.
    pub variation: i64,
    /// Lowest relative distance of S02.
    pub distance: i64,
    /// Lowest normalized distance of S03.
    pub normalized: i64,
    /// Highest (most negative) skewness of S04.
    pub skew: i64,
}

/// Benchmarks after Imhof, Karagök and Rutz, who look for variations below 6 % with relative distances above 1; the
/// variation is halved, because prices under a published limit lie closer together than theirs.
pub const LIMITS: Limits = Limits {
    variation: 30_000,
    distance: 1_000_000,
    normalized: 2_000_000,
    skew: -1_000_000,
};

/// Measures of one distribution of prices, in millionths.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Measures {
    /// How many prices.
    pub prices: usize,
    /// Standard deviation over mean (CV).
    pub variation: i64,
    /// (highest − lowest) / lowest (SPD).
    pub spread: i64,
    /// (second − lowest) / lowest (DIFFP).
    pub two_lowest: i64,
    /// (second − lowest) / standard deviation of the losing prices (RD).
    pub distance: Option<i64>,
    /// (second − lowest) / mean gap of neighbours (RDNOR).
    pub normalized: Option<i64>,
    /// (second − lowest) / mean gap of neighbouring losing prices (ALTRD).
    pub alternative: Option<i64>,
    /// Adjusted Fisher-Pearson skewness (SKEW).
    pub skew: Option<i64>,
}

/// The measures of at least two positive prices in one unit; `None` otherwise.
#[must_use]
pub fn measures(prices: &[i64]) -> Option<Measures> {
    let mut prices = prices.to_vec();
    prices.sort_unstable();
    let (&[lowest, second, ..], &[.., highest]) = (prices.as_slice(), prices.as_slice()) else {
        return None;
    };
    if lowest <= 0 || highest > HIGHEST || prices.len() > MOST {
        return None;
    }
    let gap = wide(second) - wide(lowest);
    let (n, width) = (count(prices.len()), wide(highest) - wide(lowest));
    let moments = moments(&prices)?;
    let losing = prices.get(1..)?;
    let distance = || {
        let deviation = deviation(losing)?;
        share(gap * wide(1_000), deviation)
    };
    let normalized = || share(gap * (n - wide(1)), width);
    let alternative = || share(gap * (n - wide(2)), wide(highest) - wide(second));
    Some(Measures {
        prices: prices.len(),
        variation: moments.variation,
        spread: share(width, wide(lowest))?,
        two_lowest: share(gap, wide(lowest))?,
        distance: distance(),
        normalized: normalized(),
        alternative: alternative(),
        skew: moments.skew,
    })
}

struct Moments {
    variation: i64,
    skew: Option<i64>,
}

/// Variation and skewness over prices relative to their mean.
fn moments(prices: &[i64]) -> Option<Moments> {
    let n = count(prices.len());
    let total: Wide = prices.iter().fold(wide(0), |sum, price| sum + wide(*price));
    let (mut squares, mut cubes) = (wide(0), wide(0));
    for price in prices {
        let relative = over(wide(*price) * wide(UNIT) * n, total)? - wide(UNIT);
        squares += relative * relative;
        cubes += relative * relative * relative;
    }
    let deviation = root(over(squares, n - wide(1))?)?;
    let variation = narrow(over(deviation, wide(UNIT / crate::fixed::MILLION))?)?;
    // n / ((n − 1)(n − 2)) · Σd³ / s³, divided step by step so that the sums stay in range.
    let skew = || {
        let adjusted = over(cubes * n, (n - wide(1)) * (n - wide(2)))?;
        let over_variance = over(adjusted, over(squares, n - wide(1))?)?;
        share(over_variance, deviation)
    };
    Some(Moments {
        variation,
        skew: skew(),
    })
}

/// Sample standard deviation of at least two amounts, in thousandths of their unit.
fn deviation(amounts: &[i64]) -> Option<Wide> {
    let n = count(amounts.len());
    let total: Wide = amounts.iter().fold(wide(0), |sum, amount| sum + wide(*amount));
    let mean = over(total * wide(1_000), n)?;
    let squares = amounts.iter().fold(wide(0), |sum, amount| {
        let away = wide(*amount) * wide(1_000) - mean;
        sum + away * away
    });
    root(over(squares, n - wide(1))?)
}

/// All signs of the opened prices of one lot; prices of a second currency are left out.
#[must_use]
pub fn signs(offers: &[Offer], limits: &Limits) -> Vec<Sign> {
    let mut offers: Vec<&Offer> = offers.iter().collect();
    offers.sort_by(|a, b| (a.price, &a.bidder).cmp(&(b.price, &b.bidder)));
    let Some(currency) = offers.first().map(|offer| offer.price.currency) else {
        return Vec::new();
    };
    offers.retain(|offer| offer.price.currency == currency && offer.price.minor > 0);
    let mut signs = equal(&offers);
    signs.extend(series(&offers));
    signs.extend(shapes(&offers, limits));
    signs.sort();
    signs
}

fn side_by_side(offers: &[&Offer]) -> Evidence {
    let cells = offers
        .iter()
        .map(|offer| (offer.bidder.clone(), offer.price.to_string()));
    Evidence::row(say("报价", "price"), cells)
}

fn bidders(offers: &[&Offer]) -> Vec<String> {
    offers.iter().map(|offer| offer.bidder.clone()).collect()
}

/// R028: different bidders, one price.
fn equal(offers: &[&Offer]) -> Vec<Sign> {
    offers
        .chunk_by(|a, b| a.price == b.price)
        .filter(|group| {
            group
                .iter()
                .any(|offer| Some(&offer.bidder) != group.first().map(|f| &f.bidder))
        })
        .map(|group| {
            let strength = if group.len() > 2 {
                Strength::Strong
            } else {
                Strength::Notable
            };
            Sign::new(Code::R028, bidders(group), strength, vec![side_by_side(group)])
        })
        .collect()
}

/// K13: neighbours in equal differences or in equal ratios, at least three.
fn series(offers: &[&Offer]) -> Vec<Sign> {
    let mut distinct = offers.to_vec();
    distinct.dedup_by_key(|offer| offer.price.minor);
    let all = distinct.len();
    let differences = runs(&distinct, |a, b, c| wide(b) - wide(a) == wide(c) - wide(b));
    let mut signs = Vec::new();
    for run in &differences {
        let step = step(run);
        let row = Evidence::value(say("等差,差额", "equal differences of"), step);
        signs.push(regular(run, all, row));
    }
    for run in runs(&distinct, proportional) {
        if differences
            .iter()
            .any(|other| run.iter().all(|offer| other.contains(offer)))
        {
            continue;
        }
        let ratio = match run.as_slice() {
            [first, second, ..] => share(wide(second.price.minor), wide(first.price.minor)),
            _ => None,
        };
        let ratio = ratio.map(decimal).unwrap_or_default();
        let row = Evidence::value(say("等比,比值", "equal ratios of"), ratio);
        signs.push(regular(&run, all, row));
    }
    signs
}

fn step(run: &[&Offer]) -> String {
    let [first, second, ..] = run else {
        return String::new();
    };
    let minor = second.price.minor.saturating_sub(first.price.minor);
    Money::new(first.price.currency, minor).to_string()
}

fn regular(run: &[&Offer], all: usize, row: Evidence) -> Sign {
    let strength = match run.len() {
        4.. if run.len() == all => Strength::Strong,
        4.. => Strength::Notable,
        _ if run.len() == all => Strength::Notable,
        _ => Strength::Weak,
    };
    Sign::new(Code::K13, bidders(run), strength, vec![side_by_side(run), row])
}

/// The longest runs of neighbours of which every three satisfy a rule.
fn runs<'a>(offers: &[&'a Offer], rule: fn(i64, i64, i64) -> bool) -> Vec<Vec<&'a Offer>> {
    let mut found: Vec<Vec<&Offer>> = Vec::new();
    let mut run: Vec<&Offer> = Vec::new();
    for offer in offers {
        let fits = match run.as_slice() {
            [.., a, b] => rule(a.price.minor, b.price.minor, offer.price.minor),
            _ => true,
        };
        if !fits {
            let kept: Vec<&Offer> = run.last().copied().into_iter().collect();
            found.push(std::mem::replace(&mut run, kept));
        }
        run.push(offer);
    }
    found.push(run);
    found.retain(|run| run.len() >= 3);
    found
}

/// Whether b/a = c/b, each price rounded to its minor unit: b² and a·c differ by no more than the halves cut off.
fn proportional(a: i64, b: i64, c: i64) -> bool {
    let (a, b, c) = (wide(a), wide(b), wide(c));
    let apart = b * b - a * c;
    let rounding = a + b * wide(2) + c + wide(1);
    apart.0.unsigned_abs().saturating_mul(2) <= rounding.0.unsigned_abs()
}

/// S01 to S04.
fn shapes(offers: &[&Offer], limits: &Limits) -> Vec<Sign> {
    let prices: Vec<i64> = offers.iter().map(|offer| offer.price.minor).collect();
    let Some(measured) = measures(&prices).filter(|measured| measured.prices >= 3) else {
        return Vec::new();
    };
    let low = measured.variation <= limits.variation;
    let far = |value: Option<i64>, limit: i64| value.filter(|value| *value >= limit);
    let distance = far(measured.distance, limits.distance);
    // Low variation with a large distance is the combination that the authors call mutually reinforcing.
    let strength = if low && distance.is_some() {
        Strength::Notable
    } else {
        Strength::Weak
    };
    let sign =
        |code, strength, row| Sign::new(code, bidders(offers), strength, vec![side_by_side(offers), row]);
    let mut signs = Vec::new();
    if low {
        let row = Evidence::value(
            say("离散系数", "coefficient of variation"),
            percent(measured.variation),
        );
        signs.push(sign(Code::S01, strength, row));
    }
    if let Some(value) = distance {
        let about = say(
            "最低两价之差 ÷ 落标报价标准差",
            "gap of the two lowest ÷ deviation of the losing prices",
        );
        signs.push(sign(Code::S02, strength, Evidence::value(about, decimal(value))));
    }
    if let Some(value) = far(measured.normalized, limits.normalized) {
        let about = say("最低两价之差 ÷ 平均相邻差", "gap of the two lowest ÷ mean gap");
        signs.push(sign(
            Code::S03,
            Strength::Weak,
            Evidence::value(about, decimal(value)),
        ));
    }
    if let Some(value) = measured.skew.filter(|skew| *skew <= limits.skew) {
        let row = Evidence::value(say("偏度", "skewness"), decimal(value));
        signs.push(sign(Code::S04, Strength::Weak, row));
    }
    signs
}
