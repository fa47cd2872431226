//! The bounds within which the arithmetic of a method is exact, and the things that cannot be.
//!
//! Invariant: with prices up to [`MAX_PRICE`] and [`MAX_BIDS`] bids no figure needs more than 127 bits.

use super::no;
use crate::body::tender::{Amount, Benchmark, Coefficient, Declared, Lot, PriceRule, TieBreak, Tier};
use crate::id::ItemId;
use crate::{Refusal, canonical};
use std::collections::{BTreeMap, BTreeSet};

/// Largest price that a declared method compares, in minor units.
pub const MAX_PRICE: i64 = 1_000_000_000_000_000;
/// Most bids of one evaluation by a declared method.
pub const MAX_BIDS: usize = 4_096;
/// Most points lost per per cent, in hundredths.
pub const MAX_SLOPE: i64 = 100_000;
/// Most items of one kind.
const MAX_ITEMS: usize = 200;
/// Most points of one item, in hundredths.
const MAX_POINTS: i64 = 10_000;

/// Every name once, and not too many.
pub(super) fn names(method: &Declared) -> Result<(), Refusal> {
    let named = (method.items.iter().map(|item| &item.item))
        .chain(method.review.iter().map(|item| &item.item))
        .chain(method.adjustments.iter().map(|item| &item.item))
        .chain(method.deductions.iter().map(|item| &item.item))
        .chain(method.drawn.iter().map(|drawn| &drawn.name));
    let mut seen = BTreeSet::new();
    for name in named {
        if !seen.insert(name) {
            return Err(no(
                "method.twice",
                format!(
                    "{name} is named twice in the method; give every item and coefficient a name of its own."
                ),
                format!("评标办法中{name}重复,各评审项、系数应分别命名。"),
            ));
        }
        if seen.len() > MAX_ITEMS {
            return Err(no(
                "method.items_many",
                format!("The method has more than {MAX_ITEMS} items; join some of them."),
                format!("评标办法的项目超过{MAX_ITEMS}项,请合并。"),
            ));
        }
    }
    for tie in &method.ties {
        if let TieBreak::Item { item } = tie
            && !method.items.iter().any(|scored| scored.item == *item)
        {
            return Err(no(
                "method.tie_unknown",
                format!("Ties are to be broken by {item}, which is not scored; name a scored item."),
                format!("并列时以{item}区分,但该项不在评分项中。"),
            ));
        }
    }
    let stated = (method.review.iter().map(|item| &item.clause))
        .chain(method.items.iter().map(|item| &item.title))
        .chain(method.deductions.iter().map(|deduction| &deduction.basis));
    match stated.into_iter().find(|text| text.trim().is_empty()) {
        Some(_) => Err(no(
            "method.text_missing",
            "A review item has no clause, a scored item no title, or a deduction no basis; state it (招标投标法实施条例49).",
            "评审项缺少条款、评分项缺少名称或价格扣除缺少依据,应予载明(招标投标法实施条例第四十九条)。",
        )),
        None => Ok(()),
    }
}

/// Points, weights, money and times within their ranges.
pub(super) fn figures(method: &Declared) -> Result<(), Refusal> {
    let mut possible = method.places <= 4 && (0..=MAX_POINTS).contains(&method.price.points);
    for item in &method.items {
        possible &= (0..=MAX_POINTS).contains(&item.max) && (0..=10_000).contains(&item.weight_bp);
        possible &= item
            .steps
            .iter()
            .all(|step| (0..=item.max).contains(&step.points));
        possible &= (item.steps.iter().zip(item.steps.iter().skip(1)))
            .all(|(one, next)| one.at_least < next.at_least);
    }
    possible &=
        (method.adjustments.iter()).all(|adjustment| (-10_000..=10_000).contains(&adjustment.bp_per_unit));
    possible &= (method.deductions.iter()).all(|deduction| (0..=10_000).contains(&deduction.bp));
    possible &= method.trim.iter().all(leaves_something);
    possible &= method.low_price.iter().all(|low| {
        let lines = [low.ceiling_bp, low.mean_bp, low.second_bp];
        low.answer_ms > 0 && lines.iter().all(|bp| (0..=10_000).contains(bp))
    });
    possible &= method.drawn.iter().all(is_drawable);
    if possible {
        return Ok(());
    }
    Err(no(
        "method.figures",
        "A figure of the method is impossible: points must be 0 to 100 each, weights and rates 0 to 100 %, places 0 to 4, \
         the steps of an objective item ascending, what is left out less than what is there, and a coefficient's range a \
         whole number of steps.",
        "评标办法中有不可能的数值:各项分值应为0至100分,权重与比例为0至100%,小数位为0至4位,客观项分档应递增,\
         去除的个数应少于参与个数,系数范围应为步长的整数倍。",
    ))
}

const fn leaves_something(tier: &Tier) -> bool {
    tier.high.saturating_add(tier.low) < tier.from
}

const fn is_drawable(drawn: &Coefficient) -> bool {
    let least = -canonical::MAX_INTEGER <= drawn.from && drawn.to <= canonical::MAX_INTEGER;
    least && drawn.step > 0 && drawn.from <= drawn.to && on_step(drawn, drawn.to)
}

const fn on_step(drawn: &Coefficient, value: i64) -> bool {
    matches!(
        value.saturating_sub(drawn.from).checked_rem_euclid(drawn.step),
        Some(0)
    )
}

/// A benchmark exactly where one is used, every figure of it fixed or drawn, and a ceiling where it needs one.
pub(super) fn benchmark(method: &Declared, lots: &[Lot]) -> Result<(), Refusal> {
    let Some(benchmark) = &method.price.benchmark else {
        return if method.price.rule == PriceRule::Benchmark {
            Err(no(
                "method.benchmark_missing",
                "Prices are to be measured against a benchmark, but the method declares none.",
                "评标办法以基准价计算报价得分,却未载明基准价的计算方法。",
            ))
        } else if method.drawn.is_empty() {
            Ok(())
        } else {
            Err(unused())
        };
    };
    if method.price.rule != PriceRule::Benchmark {
        return Err(no(
            "method.benchmark_unused",
            "The method declares a benchmark that its price rule does not use; leave it out.",
            "评标办法载明了基准价,但报价评分规则未使用,请删除。",
        ));
    }
    let mut used = BTreeSet::new();
    let ranges = [
        (&benchmark.above, 0, MAX_SLOPE),
        (&benchmark.below, 0, MAX_SLOPE),
        (&benchmark.control_bp, 0, 10_000),
        (&benchmark.float_bp, -9_999, 9_999),
        (&benchmark.k_bp, 0, 9_999),
    ];
    for (amount, least, most) in ranges {
        used.extend(amount.drawn.iter());
        if !is_within(method, amount, least, most) {
            return Err(no(
                "method.amount",
                "Every figure of the benchmark is either fixed or the name of a drawn coefficient, and within its range: \
                 slopes 0 to 1000 points, K 0 to 99.99 %, weight 0 to 100 %, float within ±99.99 %.",
                "基准价的各系数应为固定值或所抽取系数的名称之一,且在范围内:扣分0至1000分,K值0至99.99%,\
                 权重0至100%,下浮±99.99%以内。",
            ));
        }
    }
    if method.drawn.iter().any(|drawn| !used.contains(&drawn.name)) {
        return Err(unused());
    }
    let ascending =
        (benchmark.tiers.iter().zip(benchmark.tiers.iter().skip(1))).all(|(one, next)| one.from < next.from);
    if !ascending || !benchmark.tiers.iter().all(leaves_something) || benchmark.round_to < 0 {
        return Err(no(
            "method.tiers",
            "The tiers of prices left out must be ascending and leave at least one price, and the rounding not negative.",
            "去除报价的分档应按家数递增且至少保留一个报价,取整单位不得为负。",
        ));
    }
    ceilings(benchmark, lots)
}

fn ceilings(benchmark: &Benchmark, lots: &[Lot]) -> Result<(), Refusal> {
    let controlled = benchmark.control_bp
        != Amount {
            drawn: None,
            fixed: Some(0),
        };
    for lot in lots {
        let provisional = benchmark.provisional.get(&lot.lot).copied().unwrap_or(0);
        let fits = lot
            .ceiling
            .map_or(!controlled, |ceiling| (0..=ceiling.minor).contains(&provisional));
        if !fits {
            return Err(no(
                "method.ceiling_missing",
                format!(
                    "The benchmark of lot {} needs a ceiling, not less than its provisional sums.",
                    lot.lot
                ),
                format!(
                    "标段{}的基准价以最高投标限价计算,应设限价且不低于暂列金额与暂估价之和。",
                    lot.lot
                ),
            ));
        }
    }
    match benchmark
        .provisional
        .keys()
        .find(|named| !lots.iter().any(|lot| lot.lot == **named))
    {
        Some(lot) => Err(no(
            "method.lot_unknown",
            format!("The method states provisional sums for {lot}, which is no lot of this tender."),
            format!("评标办法载明了{lot}的暂列金额,但本项目没有该标段。"),
        )),
        None => Ok(()),
    }
}

fn is_within(method: &Declared, amount: &Amount, least: i64, most: i64) -> bool {
    let range = least..=most;
    match (&amount.drawn, amount.fixed) {
        (None, Some(fixed)) => range.contains(&fixed),
        (Some(name), None) => (method.drawn.iter())
            .find(|drawn| drawn.name == *name)
            .is_some_and(|drawn| range.contains(&drawn.from) && range.contains(&drawn.to)),
        _ => false,
    }
}

fn unused() -> Refusal {
    no(
        "method.coefficient_unused",
        "A coefficient is drawn that no figure of the method uses; leave it out or use it.",
        "评标办法抽取的系数未被使用,请删除或予以引用。",
    )
}

/// Nothing is judged where nobody judges.
pub(super) fn judged(method: &Declared) -> Result<(), Refusal> {
    let scored = method.items.iter().any(|item| item.steps.is_empty());
    let reviewed = method
        .review
        .iter()
        .any(|item| item.by == crate::body::tender::Reviewer::Panel);
    if method.panel == 0 && (scored || reviewed || method.low_price.is_some()) {
        return Err(no(
            "method.nobody_to_judge",
            "Items are to be judged, or low prices looked into, but there is no panel.",
            "评标办法设有评审项或异常低价审查,却没有评标委员会。",
        ));
    }
    Ok(())
}

/// What is wrong with the coefficients drawn: each declared one exactly once, in its range and on its steps.
#[must_use]
pub fn drawn_fault(method: &Declared, drawn: &BTreeMap<ItemId, i64>) -> Option<Refusal> {
    let fits = |coefficient: &Coefficient| {
        (drawn.get(&coefficient.name)).is_some_and(|value| {
            (coefficient.from..=coefficient.to).contains(value) && on_step(coefficient, *value)
        })
    };
    let wrong = method
        .drawn
        .iter()
        .find(|coefficient| !fits(coefficient))
        .map(|coefficient| &coefficient.name);
    let wrong = wrong.or_else(|| {
        drawn
            .keys()
            .find(|name| !method.drawn.iter().any(|one| one.name == **name))
    });
    wrong.map(|name| {
        no(
            "method.drawn_invalid",
            format!(
                "The coefficient {name} is not drawn, not declared, or outside its declared range and steps."
            ),
            format!("系数{name}未抽取、未载明,或不在载明的范围与步长之内。"),
        )
    })
}
