//! The arithmetic of the evaluation, made a second time from the record format alone.
//!
//! Invariant: exact fractions of 128-bit integers; what does not fit them has no result, and a
//! result is never guessed.

mod declared;
mod exact;

use facts::BidId;
use facts::body::evaluation::{CodedBid, LotResult, Ranked, Rejected, Sheet};
use facts::body::tender::{Adjustment, Method, ScoreItem};
use facts::id::{CodeId, ItemId, LotId};
use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

/// 2^53 − 1.
const LARGEST: i128 = 9_007_199_254_740_991;

/// What a declared method takes beside bids and sheets: the draws, and what the review settled.
#[derive(Debug, Default)]
pub(crate) struct Given {
    /// Prices corrected and confirmed, in minor units.
    pub(crate) corrected: BTreeMap<CodeId, i64>,
    /// Coefficients by name.
    pub(crate) drawn: BTreeMap<ItemId, i64>,
    /// The order drawn for ties.
    pub(crate) order: Vec<CodeId>,
    /// Bids that are out, with their clause.
    pub(crate) rejected: BTreeMap<CodeId, String>,
}

/// The results of all lots, ascending by lot; `None` if the numbers do not fit.
pub(crate) fn conclude(
    method: &Method,
    bids: &[CodedBid],
    codes: &BTreeMap<CodeId, BidId>,
    sheets: &[Sheet],
    given: &Given,
) -> Option<Vec<LotResult>> {
    let lots: BTreeSet<&LotId> = bids.iter().map(|bid| &bid.lot).collect();
    lots.into_iter()
        .map(|lot| one_lot(method, lot, bids, codes, sheets, given))
        .collect()
}

fn one_lot(
    method: &Method,
    lot: &LotId,
    bids: &[CodedBid],
    codes: &BTreeMap<CodeId, BidId>,
    sheets: &[Sheet],
    given: &Given,
) -> Option<LotResult> {
    let mut own: Vec<&CodedBid> = bids.iter().filter(|bid| bid.lot == *lot).collect();
    own.sort_by(|one, other| one.code.cmp(&other.code));
    if let Method::Declared(method) = method {
        return declared::one_lot(method, lot, &own, codes, sheets, given);
    }
    let (mut valid, mut rejected) = (Vec::new(), Vec::new());
    for bid in own {
        match clause(method, bid, sheets) {
            Some(clause) => rejected.push(Rejected {
                bid: codes.get(&bid.code)?.clone(),
                clause,
                code: bid.code.clone(),
            }),
            None => valid.push(bid),
        }
    }
    let benchmark = match method {
        Method::Composite {
            drop_high,
            drop_low,
            float_bp,
            ..
        } if !valid.is_empty() => Some(benchmark(&valid, *drop_low, *drop_high, *float_bp)?),
        _ => None,
    };
    let mut scored = Vec::with_capacity(valid.len());
    for bid in valid {
        let (evaluated, panel_e4, price_e4) = match (method, benchmark) {
            (Method::LowestEvaluated { adjustments, .. }, _) => (adjusted(bid, adjustments)?, 0, 0),
            (
                Method::Composite {
                    above,
                    below,
                    items,
                    price_points,
                    ..
                },
                Some(benchmark),
            ) => (
                bid.price.minor,
                panel_score(&bid.code, items, sheets)?,
                price_score(bid.price.minor, benchmark, *above, *below, *price_points)?,
            ),
            (Method::Composite { .. } | Method::Declared(_), _) => return None,
        };
        let total_e4 = clip(i128::from(panel_e4).checked_add(i128::from(price_e4))?)?;
        let (bid_id, code) = (codes.get(&bid.code)?.clone(), bid.code.clone());
        scored.push((
            Ranked {
                bid: bid_id,
                code,
                evaluated,
                panel_e4,
                price_e4,
                rank: 0,
                total_e4,
            },
            bid.price.minor,
        ));
    }
    let benchmark_e4 = match benchmark {
        Some((num, den)) => Some(clip(round(num.checked_mul(10_000)?, den)?)?),
        None => None,
    };
    Some(LotResult {
        counted: None,
        benchmark_e4,
        lot: lot.clone(),
        ranking: ranked(scored),
        rejected,
    })
}

fn clause(method: &Method, bid: &CodedBid, sheets: &[Sheet]) -> Option<String> {
    if bid.ceiling.is_some_and(|ceiling| bid.price.minor > ceiling.minor) {
        return Some("above_ceiling".to_owned());
    }
    if bid.floor.is_some_and(|floor| bid.price.minor < floor.minor) {
        return Some("below_floor".to_owned());
    }
    let Method::LowestEvaluated { must_pass, .. } = method else {
        return None;
    };
    let failed = must_pass.iter().find(|item| {
        let passed = sheets
            .iter()
            .filter(|sheet| value(sheet, &bid.code, item) == Some(1))
            .count();
        !sheets.is_empty() && passed.saturating_mul(2) <= sheets.len()
    });
    failed.map(|item| format!("must_pass:{item}"))
}

fn value(sheet: &Sheet, code: &CodeId, item: &ItemId) -> Option<i64> {
    sheet.get(code)?.get(item).copied()
}

/// The exact mean of the prices that remain, lowered by the float: numerator and denominator.
fn benchmark(valid: &[&CodedBid], drop_low: u32, drop_high: u32, float_bp: i64) -> Option<(i128, i128)> {
    let mut prices: Vec<i64> = valid.iter().map(|bid| bid.price.minor).collect();
    prices.sort_unstable();
    let (low, high) = (usize::try_from(drop_low).ok()?, usize::try_from(drop_high).ok()?);
    if low.saturating_add(high) < prices.len() {
        prices.truncate(prices.len().saturating_sub(high));
        prices.drain(..low);
    }
    let mut sum = 0_i128;
    for price in &prices {
        sum = sum.checked_add(i128::from(*price))?;
    }
    let num = sum.checked_mul(10_000_i128.checked_sub(i128::from(float_bp))?)?;
    let den = i128::try_from(prices.len()).ok()?.checked_mul(10_000)?;
    Some((num, den))
}

/// `100·F − |p − b| / b · 10000 · E`, rounded, for the benchmark b = num/den.
fn price_score(price: i64, (num, den): (i128, i128), above: i64, below: i64, full: i64) -> Option<i64> {
    if num <= 0 {
        return Some(0);
    }
    let distance = i128::from(price).checked_mul(den)?.checked_sub(num)?;
    let per_percent = i128::from(if distance > 0 { above } else { below });
    let lost = distance
        .checked_abs()?
        .checked_mul(10_000)?
        .checked_mul(per_percent)?;
    let points = i128::from(full).checked_mul(100)?.checked_mul(num)?;
    clip(round(points.checked_sub(lost)?, num)?)
}

fn panel_score(code: &CodeId, items: &[ScoreItem], sheets: &[Sheet]) -> Option<i64> {
    if sheets.is_empty() {
        return Some(0);
    }
    let mut sum = 0_i128;
    for sheet in sheets {
        for item in items {
            sum = sum.checked_add(i128::from(value(sheet, code, &item.item).unwrap_or(0)))?;
        }
    }
    clip(round(sum.checked_mul(100)?, i128::try_from(sheets.len()).ok()?)?)
}

fn adjusted(bid: &CodedBid, adjustments: &[Adjustment]) -> Option<i64> {
    let mut factor = 10_000_i128;
    for adjustment in adjustments {
        let units = bid.deviations.get(&adjustment.item).copied().unwrap_or(0).max(0);
        factor = factor.checked_add(i128::from(adjustment.bp_per_unit).checked_mul(i128::from(units))?)?;
    }
    clip(round(
        i128::from(bid.price.minor).checked_mul(factor.max(0))?,
        10_000,
    )?)
}

fn ranked(mut scored: Vec<(Ranked, i64)>) -> Vec<Ranked> {
    let figures = |(ranked, price): &(Ranked, i64)| (Reverse(ranked.total_e4), ranked.evaluated, *price);
    scored.sort_by(|one, other| {
        figures(one)
            .cmp(&figures(other))
            .then_with(|| one.0.code.cmp(&other.0.code))
    });
    let all: Vec<_> = scored.iter().map(figures).collect();
    let rank =
        |own: &(Reverse<i64>, i64, i64)| all.iter().filter(|other| *other < own).count().saturating_add(1);
    let ranks: Vec<usize> = all.iter().map(rank).collect();
    scored
        .into_iter()
        .zip(ranks)
        .map(|((one, _), rank)| Ranked {
            rank: u32::try_from(rank).unwrap_or(u32::MAX),
            ..one
        })
        .collect()
}

/// `⌊num/den + 1/2⌋`.
fn round(num: i128, den: i128) -> Option<i128> {
    num.checked_mul(2)?
        .checked_add(den)?
        .checked_div_euclid(den.checked_mul(2)?)
}

fn clip(figure: i128) -> Option<i64> {
    i64::try_from(figure.clamp(0, LARGEST)).ok()
}

#[cfg(test)]
#[expect(clippy::arithmetic_side_effects, reason = "test code")]
mod tests {
    use super::*;
    use facts::{Currency, Money};

    fn bid(n: usize, yuan: i64) -> CodedBid {
        CodedBid {
            brand: None,
            ceiling: None,
            code: CodeId::parse(&format!("C{n}")).unwrap(),
            deviations: BTreeMap::new(),
            floor: None,
            lot: LotId::parse("L1").unwrap(),
            price: Money::new(Currency::CNY, yuan * 100),
        }
    }

    fn codes(bids: &[CodedBid]) -> BTreeMap<CodeId, BidId> {
        bids.iter()
            .map(|bid| {
                (
                    bid.code.clone(),
                    BidId::parse(&format!("B-{}", bid.code)).unwrap(),
                )
            })
            .collect()
    }

    fn composite(float_bp: i64) -> Method {
        Method::Composite {
            above: 200,
            below: 100,
            drop_high: 1,
            drop_low: 1,
            float_bp,
            items: Vec::new(),
            panel: 0,
            price_points: 10_000,
        }
    }

    fn price_scores(float_bp: i64) -> (i64, Vec<i64>) {
        let prices = [9480, 9520, 9600, 9655, 9700, 9790, 9900];
        let bids: Vec<CodedBid> = prices
            .iter()
            .enumerate()
            .map(|(n, price)| bid(n, price * 1_000))
            .collect();
        let result = conclude(&composite(float_bp), &bids, &codes(&bids), &[], &Given::default())
            .unwrap()
            .remove(0);
        let mut ranking = result.ranking.clone();
        ranking.sort_by(|one, other| one.code.cmp(&other.code));
        (
            result.benchmark_e4.unwrap(),
            ranking
                .iter()
                .map(|ranked| (ranked.price_e4 + 50) / 100)
                .collect(),
        )
    }

    /// The worked cases T11 and T12 of the trading law digest, prices in thousands.
    #[test]
    fn benchmark_with_and_without_float() {
        assert_eq!(
            price_scores(0),
            (
                9_653_000 * 100 * 10_000,
                vec![9821, 9862, 9945, 9996, 9903, 9716, 9488]
            )
        );
        assert_eq!(
            price_scores(150),
            (
                9_508_205 * 100 * 10_000,
                vec![9970, 9975, 9807, 9691, 9597, 9407, 9176]
            )
        );
    }

    /// T10: 1 % for early payment and 0.5 % for each of two weeks.
    #[test]
    fn deviations_become_money() {
        let item = |name: &str| ItemId::parse(name).unwrap();
        let mut early = bid(1, 9_700_000);
        early.deviations = BTreeMap::from([(item("pay"), 1), (item("week"), 2)]);
        let bids = [early, bid(2, 9_850_000)];
        let adjustment = |name: &str, bp| Adjustment {
            bp_per_unit: bp,
            item: item(name),
            unit: "unit".into(),
        };
        let method = Method::LowestEvaluated {
            adjustments: vec![adjustment("pay", 100), adjustment("week", 50)],
            must_pass: Vec::new(),
            panel: 0,
        };
        let result = conclude(&method, &bids, &codes(&bids), &[], &Given::default())
            .unwrap()
            .remove(0);
        let ranking: Vec<_> = result
            .ranking
            .iter()
            .map(|one| (one.code.as_str(), one.evaluated, one.rank))
            .collect();
        assert_eq!(ranking, [("C2", 985_000_000, 1), ("C1", 989_400_000, 2)]);
    }

    #[test]
    fn equal_bids_share_a_rank_and_the_next_is_behind_both() {
        let bids = [bid(1, 100), bid(2, 100), bid(3, 120)];
        let method = Method::LowestEvaluated {
            adjustments: Vec::new(),
            must_pass: Vec::new(),
            panel: 0,
        };
        let result = conclude(&method, &bids, &codes(&bids), &[], &Given::default())
            .unwrap()
            .remove(0);
        assert_eq!(
            result.ranking.iter().map(|one| one.rank).collect::<Vec<_>>(),
            [1, 1, 3]
        );
    }

    #[test]
    fn half_of_the_panel_is_not_enough_to_pass() {
        let item = ItemId::parse("licence").unwrap();
        let bids = [bid(1, 100)];
        let method = Method::LowestEvaluated {
            adjustments: Vec::new(),
            must_pass: vec![item.clone()],
            panel: 2,
        };
        let sheet = |value| Sheet::from([(bids[0].code.clone(), BTreeMap::from([(item.clone(), value)]))]);
        let rejected = |sheets: &[Sheet]| {
            conclude(&method, &bids, &codes(&bids), sheets, &Given::default()).unwrap()[0]
                .rejected
                .len()
        };
        assert_eq!(rejected(&[sheet(1), sheet(0)]), 1);
        assert_eq!(rejected(&[sheet(1), sheet(1), sheet(0)]), 0);
        assert_eq!(rejected(&[]), 0);
    }
}
