//! A method whose every rule is declared: from the bids left after review to the ranking of one lot.
//!
//! Invariant: the result depends on the notice's rules, the opened prices, what the review settled, the sheets and the
//! draws alone; every rounding is one that the method declares.

mod benchmark;
mod order;
mod points;

pub use benchmark::declared_benchmark;
pub use points::filled;

use super::exact::{Ratio, bounded};
use super::{Entrant, MethodError, Settled, Sheets};
use facts::body::evaluation::{CodedBid, LotResult, Ranked, Rejected};
use facts::body::tender::{Brands, Declared, DeductionFrom, PriceRule};
use facts::id::{CodeId, ItemId, LotId};
use std::collections::{BTreeMap, BTreeSet};

/// A bid that is left after review, with the prices that count.
#[derive(Debug, Clone, Copy)]
struct Contender<'a> {
    entrant: Entrant<'a>,
    /// The opened price, or as corrected.
    price: i64,
    /// After adjustments and policy deductions: what is compared.
    evaluated: i64,
}

/// The figures of one contender.
struct Figures<'a> {
    contender: Contender<'a>,
    items: BTreeMap<&'a ItemId, i128>,
    panel_e4: i64,
    price_e4: i64,
    total_e4: i64,
}

/// Everything beside the bids that a lot's result depends on.
#[derive(Clone, Copy)]
pub(super) struct Rules<'a> {
    pub(super) declared: &'a Declared,
    pub(super) settled: &'a Settled,
    pub(super) sheets: &'a Sheets,
}

pub(super) fn conclude_lot(
    lot: &LotId,
    rules: Rules<'_>,
    bids: Vec<Entrant<'_>>,
) -> Result<LotResult, MethodError> {
    let declared = rules.declared;
    let (mut valid, mut rejected) = (Vec::new(), Vec::new());
    for entrant in bids {
        let corrected = rules.settled.corrected.get(&entrant.coded.code);
        let price = corrected.copied().unwrap_or(entrant.coded.price.minor);
        match clause(&entrant, price, rules.settled) {
            Some(clause) => rejected.push(out(&entrant, clause)),
            None => valid.push(Contender {
                entrant,
                price,
                evaluated: evaluated(declared, entrant.coded, price),
            }),
        }
    }
    let range = || MethodError::Range(lot.clone());
    let counted = counted(declared, &valid);
    if counted.is_some_and(|counted| counted < declared.min_valid) {
        return Ok(LotResult {
            benchmark_e4: None,
            counted,
            lot: lot.clone(),
            ranking: Vec::new(),
            rejected,
        });
    }
    let benchmark = benchmark::of(rules, lot, &valid).ok_or_else(range)?;
    let mut figures = Vec::with_capacity(valid.len());
    for contender in valid {
        figures.push(points::of(rules, contender, benchmark).ok_or_else(range)?);
    }
    order::sort(declared, &rules.settled.order, &mut figures);
    if declared.same_brand == Brands::One {
        rejected.extend(order::one_of_a_brand(&mut figures));
        rejected.sort_by(|one, other| one.code.cmp(&other.code));
    }
    let benchmark_e4 = match benchmark.filter(|_| declared.price.rule == PriceRule::Benchmark) {
        Some(exact) => Some(
            exact
                .times(10_000)
                .and_then(Ratio::half_up)
                .map(bounded)
                .ok_or_else(range)?,
        ),
        None => None,
    };
    let ranking = order::ranked(declared, &rules.settled.order, &figures);
    Ok(LotResult {
        benchmark_e4,
        counted,
        lot: lot.clone(),
        ranking,
        rejected,
    })
}

fn out(entrant: &Entrant<'_>, clause: String) -> Rejected {
    Rejected {
        bid: entrant.bid.clone(),
        clause,
        code: entrant.coded.code.clone(),
    }
}

/// The first clause under which a bid is out: the limits before what people settled.
fn clause(entrant: &Entrant<'_>, price: i64, settled: &Settled) -> Option<String> {
    let coded = entrant.coded;
    let highest = price.max(coded.price.minor);
    if coded.ceiling.is_some_and(|ceiling| highest > ceiling.minor) {
        return Some("above_ceiling".to_owned());
    }
    if coded.floor.is_some_and(|floor| price < floor.minor) {
        return Some("below_floor".to_owned());
    }
    settled.rejected.get(&coded.code).cloned()
}

/// `price × (10000 + Σ bp × units) / 10000 × (10000 − Σ claimed bp) / 10000` in minor units, rounded half up once.
pub(super) fn evaluated(declared: &Declared, coded: &CodedBid, price: i64) -> i64 {
    let units = |item: &ItemId| i128::from(coded.deviations.get(item).copied().unwrap_or(0).max(0));
    let exact = || {
        let mut factor = 10_000_i128;
        for adjustment in &declared.adjustments {
            factor = factor
                .checked_add(i128::from(adjustment.bp_per_unit).checked_mul(units(&adjustment.item))?)?;
        }
        let left = 10_000_i128
            .checked_sub(i128::from(claimed(declared, coded, DeductionFrom::Price)))?
            .max(0);
        let num = i128::from(price).checked_mul(factor.max(0))?.checked_mul(left)?;
        Ratio::new(num, 100_000_000)?.half_up()
    };
    exact().map_or(facts::methods::MAX_PRICE, |figure| {
        bounded(figure).min(facts::methods::MAX_PRICE)
    })
}

/// Basis points of the deductions that the letter claims, at most all.
fn claimed(declared: &Declared, coded: &CodedBid, from: DeductionFrom) -> i64 {
    let claims = |item: &ItemId| coded.deviations.get(item).is_some_and(|claim| *claim > 0);
    (declared.deductions.iter())
        .filter(|deduction| deduction.from == from && claims(&deduction.item))
        .fold(0_i64, |sum, deduction| sum.saturating_add(deduction.bp))
        .min(10_000)
}

/// How many bids count for the least number: bids of one brand as one.
fn counted(declared: &Declared, valid: &[Contender<'_>]) -> Option<u32> {
    if declared.min_valid == 0 && declared.same_brand == Brands::Ignored {
        return None;
    }
    let mut brands = BTreeSet::new();
    let counted =
        valid.iter().filter(
            |contender| match (&contender.entrant.coded.brand, declared.same_brand) {
                (Some(brand), Brands::One) => brands.insert(brand.trim()),
                _ => true,
            },
        );
    u32::try_from(counted.count()).ok()
}

impl Figures<'_> {
    fn code(&self) -> &CodeId {
        &self.contender.entrant.coded.code
    }

    fn ranked(&self, rank: u32) -> Ranked {
        Ranked {
            bid: self.contender.entrant.bid.clone(),
            code: self.code().clone(),
            evaluated: self.contender.evaluated,
            panel_e4: self.panel_e4,
            price_e4: self.price_e4,
            rank,
            total_e4: self.total_e4,
        }
    }
}

#[cfg(test)]
#[expect(clippy::arithmetic_side_effects, reason = "test code")]
pub(in crate::method) mod tests;

#[cfg(test)]
#[expect(clippy::arithmetic_side_effects, reason = "test code")]
mod properties;

#[cfg(test)]
mod shapes;
