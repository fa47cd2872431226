//! Section 8.3 of the record format: a method whose every rule is declared.
//!
//! Invariant: written from the text; one fraction from the prices to the score, rounded where the text rounds.

use super::exact::Exact;
use super::{Given, clip, value};
use facts::BidId;
use facts::body::evaluation::{CodedBid, LotResult, Ranked, Rejected, Sheet};
use facts::body::tender::{
    Amount, Benchmark, Brands, Declared, DeductionFrom, Mean, PriceRule, Scored, Steps, TieBreak, Tier,
};
use facts::id::{CodeId, ItemId, LotId};
use std::cmp::Ordering;
use std::collections::{BTreeMap, BTreeSet};

/// A valid bid: the price that counts, the evaluated price, and in the end its figures.
struct Row<'a> {
    bid: &'a CodedBid,
    price: i64,
    evaluated: i64,
    items: BTreeMap<ItemId, i128>,
    panel: i64,
    of_price: i64,
    total: i64,
}

/// Limits of the arithmetic: prices in minor units.
const HIGHEST: i64 = 1_000_000_000_000_000;

pub(super) fn one_lot(
    method: &Declared,
    lot: &LotId,
    own: &[&CodedBid],
    codes: &BTreeMap<CodeId, BidId>,
    sheets: &[Sheet],
    given: &Given,
) -> Option<LotResult> {
    let (mut rows, mut out) = (Vec::new(), Vec::new());
    for bid in own {
        let price = given.corrected.get(&bid.code).copied().unwrap_or(bid.price.minor);
        match clause(bid, price, given) {
            Some(clause) => out.push((*bid, clause)),
            None => rows.push(Row {
                bid,
                price,
                evaluated: evaluated(method, bid, price),
                items: BTreeMap::new(),
                panel: 0,
                of_price: 0,
                total: 0,
            }),
        }
    }
    let counts = method.min_valid > 0 || method.same_brand == Brands::One;
    let count = u32::try_from(counted(method, &rows)).ok()?;
    let failed = counts && count < method.min_valid;
    let mut benchmark_e4 = None;
    if failed {
        rows.clear();
    }
    if !rows.is_empty() {
        let reference = reference(method, lot, &rows, given)?;
        if let Some(exact) = reference.filter(|_| method.price.rule == PriceRule::Benchmark) {
            benchmark_e4 = Some(clip(exact.times(Exact::whole(10_000))?.round()?)?);
        }
        for row in &mut rows {
            score(method, row, sheets, reference, given)?;
        }
    }
    rows.sort_by(|one, other| {
        order(method, given, one, other).then_with(|| one.bid.code.cmp(&other.bid.code))
    });
    if method.same_brand == Brands::One {
        let mut best: BTreeMap<&str, &CodeId> = BTreeMap::new();
        rows.retain(|row| {
            let Some(brand) = row.bid.brand.as_deref().map(str::trim) else {
                return true;
            };
            if let Some(first) = best.get(brand) {
                out.push((row.bid, format!("same_brand:{first}")));
                return false;
            }
            best.insert(brand, &row.bid.code);
            true
        });
    }
    out.sort_by(|one, other| one.0.code.cmp(&other.0.code));
    let mut rejected = Vec::new();
    for (bid, clause) in out {
        rejected.push(Rejected {
            bid: codes.get(&bid.code)?.clone(),
            clause,
            code: bid.code.clone(),
        });
    }
    let mut ranking = Vec::new();
    for row in &rows {
        let better = rows
            .iter()
            .filter(|other| order(method, given, other, row) == Ordering::Less)
            .count();
        ranking.push(Ranked {
            bid: codes.get(&row.bid.code)?.clone(),
            code: row.bid.code.clone(),
            evaluated: row.evaluated,
            panel_e4: row.panel,
            price_e4: row.of_price,
            rank: u32::try_from(better.checked_add(1)?).ok()?,
            total_e4: row.total,
        });
    }
    Some(LotResult {
        benchmark_e4,
        counted: counts.then_some(count),
        lot: lot.clone(),
        ranking,
        rejected,
    })
}

fn clause(bid: &CodedBid, price: i64, given: &Given) -> Option<String> {
    let above = |limit: i64| bid.price.minor > limit || price > limit;
    if bid.ceiling.is_some_and(|ceiling| above(ceiling.minor)) {
        return Some("above_ceiling".to_owned());
    }
    if bid.floor.is_some_and(|floor| price < floor.minor) {
        return Some("below_floor".to_owned());
    }
    given.rejected.get(&bid.code).cloned()
}

fn counted(method: &Declared, rows: &[Row<'_>]) -> usize {
    let brand = |row: &Row<'_>| row.bid.brand.as_deref().map(|brand| brand.trim().to_owned());
    if method.same_brand == Brands::Ignored {
        return rows.len();
    }
    let brands: BTreeSet<String> = rows.iter().filter_map(brand).collect();
    brands
        .len()
        .saturating_add(rows.iter().filter(|row| row.bid.brand.is_none()).count())
}

fn claims(method: &Declared, bid: &CodedBid, from: DeductionFrom) -> i128 {
    let of = |item| bid.deviations.get(item).copied().unwrap_or(0) > 0;
    let claimed = method
        .deductions
        .iter()
        .filter(|one| one.from == from && of(&one.item));
    claimed
        .map(|one| i128::from(one.bp))
        .fold(0_i128, i128::saturating_add)
        .min(10_000)
}

fn evaluated(method: &Declared, bid: &CodedBid, price: i64) -> i64 {
    let exact = || {
        let mut bp = 10_000_i128;
        for adjustment in &method.adjustments {
            let units = bid.deviations.get(&adjustment.item).copied().unwrap_or(0).max(0);
            bp = bp.checked_add(i128::from(units).checked_mul(i128::from(adjustment.bp_per_unit))?)?;
        }
        let left = 10_000_i128.checked_sub(claims(method, bid, DeductionFrom::Price))?;
        let adjusted = Exact::whole(price).times(Exact::of(bp.max(0), 10_000)?)?;
        adjusted.times(Exact::of(left, 10_000)?)?.round()
    };
    exact()
        .and_then(clip)
        .map_or(HIGHEST, |figure| figure.min(HIGHEST))
}

/// What is left of ascending figures when the last tier that applies is taken off.
fn trimmed(tiers: &[Tier], mut sorted: Vec<i64>) -> Option<Vec<i64>> {
    let tier = tiers
        .iter()
        .rfind(|tier| usize::try_from(tier.from).is_ok_and(|from| from <= sorted.len()));
    if let Some(tier) = tier {
        sorted.truncate(sorted.len().checked_sub(usize::try_from(tier.high).ok()?)?);
        sorted.drain(
            ..usize::try_from(tier.low)
                .ok()
                .filter(|low| *low <= sorted.len())?,
        );
    }
    Some(sorted)
}

fn mean(figures: &[i64]) -> Option<Exact> {
    let sum = figures
        .iter()
        .map(|figure| i128::from(*figure))
        .fold(0_i128, i128::saturating_add);
    Exact::of(sum, i128::try_from(figures.len()).ok()?)
}

/// The lowest price, the benchmark, or nothing, by the rule; the outer `None` is out of range.
#[expect(clippy::option_option, reason = "one is the range's, one the method's")]
fn reference(method: &Declared, lot: &LotId, rows: &[Row<'_>], given: &Given) -> Option<Option<Exact>> {
    let mut prices: Vec<i64> = rows.iter().map(|row| row.evaluated).collect();
    prices.sort_unstable();
    let Some(rule) = &method.price.benchmark else {
        let lowest = prices
            .first()
            .filter(|_| method.price.rule == PriceRule::LowestFirst);
        return Some(lowest.map(|lowest| Exact::whole(*lowest)));
    };
    let bp = |amount: &Amount| Exact::of(drawn(amount, given)?, 10_000);
    let (one, weight) = (Exact::whole(1), bp(&rule.control_bp)?);
    let kept = trimmed(&rule.tiers, prices)?;
    let lowest = Exact::whole(*kept.first()?);
    let of_prices = match rule.mean {
        Mean::Mean => mean(&kept)?,
        Mean::MeanWithLowest => mean(&kept)?.plus(lowest)?.over(Exact::whole(2))?,
        Mean::Lowest => lowest,
        Mean::Median => {
            let middle = kept.len().checked_div(2)?;
            let from = if kept.len().is_multiple_of(2) {
                middle.checked_sub(1)?
            } else {
                middle
            };
            mean(kept.get(from..=middle)?)?
        }
    };
    let of_prices = of_prices.times(one.minus(bp(&rule.float_bp)?)?)?;
    let ceiling = rows
        .iter()
        .find_map(|row| row.bid.ceiling)
        .map_or(0, |ceiling| ceiling.minor);
    let provisional = Exact::whole(rule.provisional.get(lot).copied().unwrap_or(0));
    let lowered = Exact::whole(ceiling)
        .minus(provisional)?
        .times(one.minus(bp(&rule.k_bp)?)?)?;
    let of_ceiling = lowered.plus(provisional)?;
    let exact = weight
        .times(of_ceiling)?
        .plus(one.minus(weight)?.times(of_prices)?)?;
    if rule.round_to == 0 {
        return Some(Some(exact));
    }
    let unit = Exact::whole(rule.round_to);
    Some(Some(Exact::whole(exact.over(unit)?.round()?).times(unit)?))
}

fn drawn(amount: &Amount, given: &Given) -> Option<i128> {
    let drawn = amount.drawn.as_ref().and_then(|name| given.drawn.get(name));
    amount.fixed.as_ref().or(drawn).map(|figure| i128::from(*figure))
}

/// Hundredths of a point to ten-thousandths at the declared places.
fn published(method: &Declared, hundredths: Exact) -> Option<i64> {
    let scale = 10_i128.checked_pow(u32::from(method.places.min(4)))?;
    let rounded = hundredths.times(Exact::of(scale, 100)?)?.round()?;
    clip(rounded.checked_mul(10_000_i128.checked_div(scale)?)?)
}

fn score(
    method: &Declared,
    row: &mut Row<'_>,
    sheets: &[Sheet],
    reference: Option<Exact>,
    given: &Given,
) -> Option<()> {
    let trim: Vec<Tier> = method.trim.into_iter().collect();
    let members = i128::try_from(trimmed(&trim, vec![0; sheets.len()])?.len())
        .ok()?
        .max(1);
    let mut points = Exact::whole(0);
    let mut items = BTreeMap::new();
    for scored in &method.items {
        let sum = if scored.steps.is_empty() {
            let mut values: Vec<i64> = (sheets.iter())
                .map(|sheet| value(sheet, &row.bid.code, &scored.item).unwrap_or(0))
                .collect();
            values.sort_unstable();
            trimmed(&trim, values)?
                .iter()
                .map(|value| i128::from(*value))
                .fold(0_i128, i128::saturating_add)
        } else {
            objective(scored, row.bid).checked_mul(members)?
        };
        let weighted = Exact::of(sum, members)?.times(Exact::of(i128::from(scored.weight_bp), 10_000)?)?;
        points = points.plus(weighted)?;
        items.insert(scored.item.clone(), sum);
    }
    row.items = items;
    row.panel = published(method, points)?;
    row.of_price = of_price(method, row, reference, given)?;
    if method.price.rule != PriceRule::Order {
        row.total = clip(i128::from(row.panel).checked_add(i128::from(row.of_price))?)?;
    }
    Some(())
}

fn objective(scored: &Scored, bid: &CodedBid) -> i128 {
    let number = bid.deviations.get(&scored.item).copied().unwrap_or(0);
    let reached = scored.steps.iter().rfind(|step| number >= step.at_least);
    reached.map_or(0, |step| i128::from(step.points))
}

fn of_price(method: &Declared, row: &Row<'_>, reference: Option<Exact>, given: &Given) -> Option<i64> {
    let (full, own) = (Exact::whole(method.price.points), Exact::whole(row.evaluated));
    let plain = match (method.price.rule, reference, &method.price.benchmark) {
        (PriceRule::LowestFirst, Some(lowest), _) => {
            let share = if own.is_positive() {
                lowest.over(own)?
            } else {
                Exact::whole(1)
            };
            published(method, full.times(share)?)?
        }
        (PriceRule::Benchmark, Some(base), Some(rule)) if base.is_positive() => {
            let apart = own.minus(base)?;
            let slope = if apart.is_positive() {
                &rule.above
            } else {
                &rule.below
            };
            let slope = Exact::whole(drawn(slope, given)?);
            let percents = apart.distance()?.times(Exact::whole(100))?.over(base)?;
            published(method, full.minus(steps(rule, percents)?.times(slope)?)?)?
        }
        _ => 0,
    };
    match claims(method, row.bid, DeductionFrom::Score) {
        0 => Some(plain),
        bonus => {
            let raised = Exact::whole(plain).times(Exact::of(10_000_i128.checked_add(bonus)?, 1_000_000)?)?;
            published(method, raised)
        }
    }
}

fn steps(rule: &Benchmark, percents: Exact) -> Option<Exact> {
    Some(match rule.steps {
        Steps::Linear => percents,
        Steps::Begun => Exact::whole(percents.ceiling()?),
        Steps::Whole => Exact::whole(percents.floor()?),
    })
}

fn order(method: &Declared, given: &Given, one: &Row<'_>, other: &Row<'_>) -> Ordering {
    let place = |row: &Row<'_>| {
        given
            .order
            .iter()
            .position(|code| *code == row.bid.code)
            .unwrap_or(usize::MAX)
    };
    let mut result = match method.price.rule {
        PriceRule::Order => one.evaluated.cmp(&other.evaluated),
        _ => other.total.cmp(&one.total),
    };
    for tie in &method.ties {
        result = result.then(match tie {
            TieBreak::Evaluated => one.evaluated.cmp(&other.evaluated),
            TieBreak::Price => one.price.cmp(&other.price),
            TieBreak::Panel => other.panel.cmp(&one.panel),
            TieBreak::Item { item } => other.items.get(item).cmp(&one.items.get(item)),
            TieBreak::Drawn => place(one).cmp(&place(other)),
        });
    }
    result
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::arithmetic::conclude;
    use facts::body::tender::Method;
    use serde::Deserialize;

    #[derive(Deserialize)]
    struct Case {
        bids: Vec<CodedBid>,
        codes: BTreeMap<CodeId, BidId>,
        corrected: BTreeMap<CodeId, i64>,
        drawn: BTreeMap<ItemId, i64>,
        lots: Vec<LotResult>,
        method: Method,
        order: Vec<CodeId>,
        rejected: BTreeMap<CodeId, String>,
        sheets: BTreeMap<String, Sheet>,
    }

    /// The cases are those that the law of evaluation writes; nothing here is that law's code.
    #[test]
    fn every_result_on_file_is_recomputed() {
        let text = include_str!(concat!(
            env!("CARGO_MANIFEST_DIR"),
            "/../../tests/golden/methods.json"
        ));
        let cases: Vec<Case> = serde_json::from_str(text).unwrap();
        assert!(cases.len() >= 60);
        for (number, case) in cases.into_iter().enumerate() {
            let given = Given {
                corrected: case.corrected,
                drawn: case.drawn,
                order: case.order,
                rejected: case.rejected,
            };
            let sheets: Vec<Sheet> = case.sheets.into_values().collect();
            let found = conclude(&case.method, &case.bids, &case.codes, &sheets, &given);
            assert_eq!(found.as_ref(), Some(&case.lots), "case {number}");
        }
    }
}
