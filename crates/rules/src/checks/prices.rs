//! Prices and totals computed again from what is public: sums, ranks, low prices, brands.
//!
//! Invariant: integers only; a figure is compared with the one that was published, never with an estimate of it.

use super::notice::kept_otherwise;
use super::{Case, Table};
use crate::finding::{Findings, Flaw};
use facts::BidId;
use facts::body::evaluation::LotResult;
use facts::body::tender::{Brands, Method, PriceRule};
use facts::id::LotId;
use std::collections::{BTreeMap, BTreeSet};

pub(super) const TABLE: Table = &[
    ("result.sums", sums),
    ("result.low_price_score", low_price_score),
    ("result.low_prices", low_prices),
    ("result.brands", brands),
];

/// V05: total = panel + price; ranks follow the totals, or the evaluated prices where prices alone decide.
fn sums(case: &Case<'_>, found: &mut Findings) {
    let (Some(concluded), Some(method)) = (&case.procedure.concluded, case.procedure.method()) else {
        return;
    };
    let by_price = match method {
        Method::LowestEvaluated { .. } => true,
        Method::Composite { .. } => false,
        Method::Declared(declared) => declared.price.rule == PriceRule::Order,
    };
    let before = found.0.len();
    for lot in &concluded.body.lots {
        if !is_ordered(lot, by_price) {
            found.flaw(
                Flaw::new(
                    concluded.mark(),
                    format!("标段{}的分值汇总或排序复算不一致。", lot.lot),
                    format!(
                        "Sums or ranks of lot {} do not come out when computed again.",
                        lot.lot
                    ),
                )
                .about(&lot.lot),
            );
        }
    }
    kept_otherwise(found, before, concluded.seq);
}

fn is_ordered(lot: &LotResult, by_price: bool) -> bool {
    let summed = by_price
        || lot
            .ranking
            .iter()
            .all(|ranked| ranked.total_e4 == ranked.panel_e4.saturating_add(ranked.price_e4));
    let pairs = lot.ranking.iter().zip(lot.ranking.iter().skip(1));
    let ordered = pairs.into_iter().all(|(one, next)| {
        let better = if by_price {
            one.evaluated <= next.evaluated
        } else {
            one.total_e4 >= next.total_e4
        };
        better && one.rank <= next.rank
    });
    summed && ordered && lot.ranking.first().is_none_or(|first| first.rank == 1)
}

/// V08: price score = lowest evaluated price / evaluated price × points, where no deduction adds to the score.
fn low_price_score(case: &Case<'_>, found: &mut Findings) {
    let (Some(concluded), Some(declared)) = (
        &case.procedure.concluded,
        case.procedure.method().and_then(Method::declared),
    ) else {
        return;
    };
    if declared.price.rule != PriceRule::LowestFirst || !declared.deductions.is_empty() {
        return;
    }
    let before = found.0.len();
    for lot in &concluded.body.lots {
        let Some(lowest) = lot.ranking.iter().map(|ranked| ranked.evaluated).min() else {
            continue;
        };
        let wrong = lot.ranking.iter().find(|ranked| {
            score_e4(lowest, ranked.evaluated, declared.price.points, declared.places)
                != Some(ranked.price_e4)
        });
        if let Some(ranked) = wrong {
            found.flaw(
                Flaw::new(
                    concluded.mark(),
                    format!("标段{}投标{}的价格分复算不一致。", lot.lot, ranked.bid),
                    format!(
                        "The price score of bid {} in lot {} does not come out.",
                        ranked.bid, lot.lot
                    ),
                )
                .about(&format!("{}/{}", lot.lot, ranked.bid)),
            );
        }
    }
    kept_otherwise(found, before, concluded.seq);
}

/// The score in ten-thousandths of a point, rounded half up to `places`; `points` are hundredths.
fn score_e4(lowest: i64, price: i64, points: i64, places: u8) -> Option<i64> {
    let unit = 10_i128.checked_pow(4_u32.checked_sub(u32::from(places))?)?;
    let top = i128::from(lowest)
        .checked_mul(i128::from(points))?
        .checked_mul(100)?;
    let below = i128::from(price).checked_mul(unit)?;
    let rounded = top
        .checked_mul(2)?
        .checked_add(below)?
        .checked_div_euclid(below.checked_mul(2)?)?;
    i64::try_from(rounded.checked_mul(unit)?).ok()
}

/// V11: whoever is below a line is looked into. Uses the quoted prices; of the ranked bids, and strictly below.
fn low_prices(case: &Case<'_>, found: &mut Findings) {
    let (Some(reviewed), Some(opened), Some(declared)) = (
        &case.procedure.reviewed,
        &case.procedure.evaluated,
        case.procedure.method().and_then(Method::declared),
    ) else {
        return;
    };
    let Some(lines) = declared.low_price else { return };
    let mut lots: BTreeMap<&LotId, Vec<_>> = BTreeMap::new();
    for bid in &opened.body.bids {
        let out = reviewed
            .body
            .rejected
            .iter()
            .any(|rejection| rejection.code == bid.code);
        if !out {
            lots.entry(&bid.lot).or_default().push(bid);
        }
    }
    let before = found.0.len();
    for bids in lots.values() {
        let mut prices: Vec<i64> = bids.iter().map(|bid| bid.price.minor).collect();
        prices.sort_unstable();
        let sum = prices
            .iter()
            .fold(0_i128, |sum, price| sum.saturating_add(i128::from(*price)));
        let many = i128::try_from(prices.len()).unwrap_or(i128::MAX);
        for bid in bids {
            let price = i128::from(bid.price.minor);
            let below = |line: i128, of: i128, bp: i64| {
                bp > 0
                    && price.saturating_mul(of).saturating_mul(10_000) < line.saturating_mul(i128::from(bp))
            };
            let second = prices.get(1).copied().map(i128::from);
            let ceiling = bid.ceiling.map(|money| i128::from(money.minor));
            let hit = below(sum, many, lines.mean_bp)
                || second.is_some_and(|second| below(second, 1, lines.second_bp))
                || ceiling.is_some_and(|ceiling| below(ceiling, 1, lines.ceiling_bp));
            if hit && !reviewed.body.flagged.iter().any(|flag| flag.code == bid.code) {
                found.flaw(
                    Flaw::new(
                        reviewed.mark(),
                        format!("{}报价低于审查线,未启动异常低价审查。", bid.code),
                        format!(
                            "The price of {} is below a line and was not looked into.",
                            bid.code
                        ),
                    )
                    .about(&bid.code)
                    .with([opened.seq]),
                );
            }
        }
    }
    kept_otherwise(found, before, reviewed.seq);
}

/// V18: of one core brand one bid is ranked.
fn brands(case: &Case<'_>, found: &mut Findings) {
    let (Some(concluded), Some(declared)) = (
        &case.procedure.concluded,
        case.procedure.method().and_then(Method::declared),
    ) else {
        return;
    };
    let mut brands: BTreeMap<(&BidId, &LotId), &str> = BTreeMap::new();
    for (_, bid, part, letter) in case.procedure.letters() {
        if let Some(brand) = &letter.brand {
            brands.insert((&bid.bid, &part.lot), brand.trim());
        }
    }
    if brands.is_empty() {
        return;
    }
    let before = found.0.len();
    for lot in &concluded.body.lots {
        let mut seen = BTreeSet::new();
        let twice = lot
            .ranking
            .iter()
            .filter_map(|ranked| brands.get(&(&ranked.bid, &lot.lot)))
            .find(|brand| !seen.insert(**brand));
        if let Some(brand) = twice {
            let flaw = Flaw::new(
                concluded.mark(),
                format!("标段{}中品牌“{brand}”有多家同时参与排序。", lot.lot),
                format!(
                    "Several bids of the brand “{brand}” are ranked in lot {}.",
                    lot.lot
                ),
            )
            .about(&lot.lot);
            // Without a rule on brands in the notice the sameness is a sign only.
            found.flaw(if declared.same_brand == Brands::One {
                flaw
            } else {
                flaw.yellow()
            });
        }
    }
    kept_otherwise(found, before, concluded.seq);
}
