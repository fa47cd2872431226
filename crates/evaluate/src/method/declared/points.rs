//! Points: of the panel and of the objective items, and of the price.
//!
//! Invariant: a score is rounded once, half up, to the declared places, and the total is the sum of what is published.

use super::super::Sheets;
use super::super::exact::{Ratio, bounded};
use super::benchmark::{figure, kept};
use super::{Contender, Figures, Rules, claimed};
use facts::body::tender::{Benchmark, Declared, DeductionFrom, PriceRule, Scored, Steps};
use facts::id::ItemId;
use std::collections::BTreeMap;

pub(super) fn of<'a>(
    rules: Rules<'a>,
    contender: Contender<'a>,
    benchmark: Option<Ratio>,
) -> Option<Figures<'a>> {
    let declared = rules.declared;
    let (items, seats) = items(declared, rules.sheets, &contender)?;
    let mut sum = 0_i128;
    for scored in &declared.items {
        let points = items.get(&scored.item)?;
        sum = sum.checked_add(points.checked_mul(i128::from(scored.weight_bp))?)?;
    }
    let panel_e4 = rounded(declared, Ratio::new(sum, seats.checked_mul(10_000)?)?)?;
    let price_e4 = price(rules, &contender, benchmark)?;
    let total_e4 = if declared.price.rule == PriceRule::Order {
        0
    } else {
        bounded(i128::from(panel_e4).checked_add(i128::from(price_e4))?)
    };
    Some(Figures {
        contender,
        items,
        panel_e4,
        price_e4,
        total_e4,
    })
}

/// Hundredths of a point to ten-thousandths, at the declared places, half up, between 0 and 2^53 − 1.
fn rounded(declared: &Declared, hundredths: Ratio) -> Option<i64> {
    let places = u32::from(declared.places.min(4));
    // 10^places / 100 as a whole number above or below the line keeps the figures small.
    let exact = match places.checked_sub(2) {
        Some(more) => hundredths.times(10_i128.checked_pow(more)?)?,
        None => Ratio::new(
            hundredths.num,
            hundredths
                .den
                .checked_mul(10_i128.checked_pow(2_u32.checked_sub(places)?)?)?,
        )?,
    };
    let unit = 10_i128.checked_pow(4_u32.checked_sub(places)?)?;
    exact.half_up()?.checked_mul(unit).map(bounded)
}

/// Per item the sum of the values that count, in hundredths, and how many members' values that is.
fn items<'a>(
    declared: &'a Declared,
    sheets: &Sheets,
    contender: &Contender<'a>,
) -> Option<(BTreeMap<&'a ItemId, i128>, i128)> {
    let coded = contender.entrant.coded;
    let rows: Vec<_> = sheets.values().map(|sheet| sheet.get(&coded.code)).collect();
    let trim = declared.trim.as_slice();
    let count = i128::try_from(kept(trim, &rows)?.len()).ok()?.max(1);
    let mut found = BTreeMap::new();
    for scored in &declared.items {
        let sum = if scored.steps.is_empty() {
            let value = |row: Option<&BTreeMap<ItemId, i64>>| {
                row.and_then(|row| row.get(&scored.item)).copied().unwrap_or(0)
            };
            let mut values: Vec<i64> = rows.iter().copied().map(value).collect();
            values.sort_unstable();
            kept(trim, &values)?
                .iter()
                .try_fold(0_i128, |sum, value| sum.checked_add(i128::from(*value)))?
        } else {
            i128::from(objective(scored, coded.deviations.get(&scored.item).copied())).checked_mul(count)?
        };
        found.insert(&scored.item, sum);
    }
    Some((found, count))
}

/// The points of an objective item by the number that the letter declares: those of the last step it reaches.
#[must_use]
pub(super) fn objective(scored: &Scored, declared: Option<i64>) -> i64 {
    let reached = scored
        .steps
        .iter()
        .rfind(|step| step.at_least <= declared.unwrap_or(0));
    reached.map_or(0, |step| step.points)
}

fn price(rules: Rules<'_>, contender: &Contender<'_>, benchmark: Option<Ratio>) -> Option<i64> {
    let declared = rules.declared;
    let (full, own) = (i128::from(declared.price.points), i128::from(contender.evaluated));
    let plain = match (declared.price.rule, benchmark) {
        (PriceRule::LowestFirst, Some(lowest)) => {
            // A price of nothing is the lowest there is.
            let share = Ratio::new(full.checked_mul(lowest.num)?, own);
            rounded(declared, share.or_else(|| Ratio::new(full, 1))?)?
        }
        (PriceRule::Benchmark, Some(exact)) if exact.num > 0 => {
            let rule = declared.price.benchmark.as_ref()?;
            rounded(declared, distance(rule, rules, full, own, exact)?)?
        }
        _ => 0,
    };
    let bonus = i128::from(claimed(declared, contender.entrant.coded, DeductionFrom::Score));
    if bonus == 0 {
        return Some(plain);
    }
    let raised = i128::from(plain).checked_mul(10_000_i128.checked_add(bonus)?)?;
    rounded(declared, Ratio::new(raised, 1_000_000)?)
}

/// `full − E × distance in per cent`, in hundredths of a point.
fn distance(rule: &Benchmark, rules: Rules<'_>, full: i128, own: i128, benchmark: Ratio) -> Option<Ratio> {
    let apart = own.checked_mul(benchmark.den)?.checked_sub(benchmark.num)?;
    let slope = if apart > 0 { &rule.above } else { &rule.below };
    let slope = figure(slope, &rules.settled.drawn)?;
    let percents = Ratio::new(apart.checked_abs()?.checked_mul(100)?, benchmark.num)?;
    let percents = match rule.steps {
        Steps::Linear => percents,
        Steps::Begun => Ratio::new(percents.ceil()?, 1)?,
        Steps::Whole => Ratio::new(percents.floor()?, 1)?,
    };
    let lost = percents.num.checked_mul(slope)?;
    Ratio::new(full.checked_mul(percents.den)?.checked_sub(lost)?, percents.den)
}

/// What the platform fills in for the panel to see: code and objective item to points.
#[must_use]
pub fn filled<'a>(
    declared: &'a Declared,
    coded: &facts::body::evaluation::CodedBid,
) -> BTreeMap<&'a ItemId, i64> {
    let objective = declared.items.iter().filter(|scored| !scored.steps.is_empty());
    objective
        .map(|scored| {
            (
                &scored.item,
                self::objective(scored, coded.deviations.get(&scored.item).copied()),
            )
        })
        .collect()
}
