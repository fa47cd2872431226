//! What the law allows of a method, as data with articles and dates.
//!
//! Invariant: the two laws never mix: each basis belongs to one of them, and its limits are looked up by it.

use super::no;
use crate::body::tender::{
    Basis, Category, Declared, Deduction, DeductionFrom, Lot, PriceRule, Pricing, Regime, Reviewer,
};
use crate::time::MINUTE;
use crate::{Currency, Instant, Refusal};

/// What share of the points a price may have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PriceWeight {
    /// The article.
    pub article: &'static str,
    /// The basis it limits.
    pub basis: Basis,
    /// What is bought.
    pub category: Category,
    /// Least points, in hundredths.
    pub least: i64,
    /// Most points, in hundredths.
    pub most: i64,
}

/// The limits of the price's weight.
pub const PRICE_WEIGHTS: [PriceWeight; 4] = [
    PriceWeight {
        article: "87号令55",
        basis: Basis::LowPriceScore,
        category: Category::Goods,
        least: 3_000,
        most: 10_000,
    },
    PriceWeight {
        article: "87号令55",
        basis: Basis::LowPriceScore,
        category: Category::Services,
        least: 1_000,
        most: 10_000,
    },
    PriceWeight {
        article: "财库〔2014〕214号24",
        basis: Basis::Consultation,
        category: Category::Goods,
        least: 3_000,
        most: 6_000,
    },
    PriceWeight {
        article: "财库〔2014〕214号24",
        basis: Basis::Consultation,
        category: Category::Services,
        least: 1_000,
        most: 3_000,
    },
];

/// The least lines of the review of abnormally low prices, in force from an instant on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LowPriceRule {
    /// The article.
    pub article: &'static str,
    /// Least time to explain, in milliseconds.
    pub answer_ms: i64,
    /// Least line of the ceiling, in basis points.
    pub ceiling_bp: i64,
    /// In force from here: midnight in China.
    pub from: Instant,
    /// Least line of the mean, in basis points.
    pub mean_bp: i64,
    /// Highest that any line may be raised to, in basis points.
    pub most_bp: i64,
    /// Least line of the second-lowest price, in basis points.
    pub second_bp: i64,
}

/// Ascending by date; the last one in force applies. 2026-02-01 in China is 1769875200000 ms.
pub const LOW_PRICE_RULES: [LowPriceRule; 1] = [LowPriceRule {
    article: "财库〔2026〕2号",
    answer_ms: MINUTE.saturating_mul(30),
    ceiling_bp: 4_500,
    from: Instant(1_769_875_200_000),
    mean_bp: 5_000,
    most_bp: 6_500,
    second_bp: 5_000,
}];

/// Budget from which a panel of 政府采购 has seven members: 10,000,000 CNY in fen (87号令47).
const LARGE_BUDGET_FEN: i64 = 1_000_000_000;
/// All points together, in hundredths.
const ALL_POINTS: i64 = 10_000;

/// Each group of rules, with the first thing that it refuses.
pub(super) fn checks(
    method: &Declared,
    regime: Regime,
    lots: &[Lot],
    at: Instant,
) -> [Result<(), Refusal>; 8] {
    [
        regimes(method, regime),
        shape(method),
        weights(method),
        panel(method, regime, lots),
        deductions(method),
        low_price(method, regime, at),
        valid_bids(method, regime),
        reviewers(method, regime),
    ]
}

fn valid_bids(method: &Declared, regime: Regime) -> Result<(), Refusal> {
    // How many suffice in talks and for a single source is said by the table of trade methods.
    let least = match method.basis {
        Basis::Consultation | Basis::Negotiation => 1,
        _ => 3,
    };
    if regime != Regime::GovernmentProcurement || method.min_valid >= least {
        return Ok(());
    }
    Err(no(
        "method.min_valid",
        "With fewer than three valid bids a government procurement fails (政府采购法36, 87号令43); declare min_valid 3.",
        "政府采购有效投标不足三家应予废标(政府采购法第三十六条、87号令第四十三条),min_valid应为3。",
    ))
}

fn reviewers(method: &Declared, regime: Regime) -> Result<(), Refusal> {
    if regime != Regime::Works || method.review.iter().all(|item| item.by != Reviewer::Buyer) {
        return Ok(());
    }
    Err(no(
        "method.reviewer",
        "In a works tender the panel reviews, also the qualification (招标投标法实施条例20).",
        "工程招标的资格后审由评标委员会进行(招标投标法实施条例第二十条)。",
    ))
}

fn regimes(method: &Declared, regime: Regime) -> Result<(), Refusal> {
    let of = match method.basis {
        Basis::LowestEvaluated | Basis::Composite => Some(Regime::Works),
        Basis::LowestPrice | Basis::LowPriceScore | Basis::Consultation | Basis::Negotiation => {
            Some(Regime::GovernmentProcurement)
        }
        Basis::Notice => None,
    };
    if regime == Regime::Free || of == Some(regime) {
        return Ok(());
    }
    Err(no(
        "method.regime",
        "The method follows another law than the tender: 12号令 is for works tenders, 87号令, 74号令 and 214号 for government \
         procurement, the notice alone for free procedures.",
        "评标办法与项目适用的法律不一致:12号令适用于工程招标,87号令、74号令、214号适用于政府采购,自定办法仅限比选等项目。",
    ))
}

/// The price rule that a basis asks for.
fn shape(method: &Declared) -> Result<(), Refusal> {
    let Pricing { rule, .. } = method.price;
    let (fits, article) = match method.basis {
        Basis::LowestEvaluated => (rule == PriceRule::Order, "12号令30"),
        Basis::LowestPrice => (
            rule == PriceRule::Order && method.adjustments.is_empty(),
            "87号令54",
        ),
        Basis::Negotiation => (
            rule == PriceRule::Order && method.adjustments.is_empty(),
            "74号令35",
        ),
        Basis::LowPriceScore => (
            rule == PriceRule::LowestFirst && method.adjustments.is_empty(),
            "87号令55",
        ),
        Basis::Consultation => (
            rule == PriceRule::LowestFirst && method.adjustments.is_empty(),
            "财库〔2014〕214号24",
        ),
        Basis::Composite => (rule != PriceRule::Order, "12号令34"),
        Basis::Notice => (true, "the notice"),
    };
    if fits {
        return Ok(());
    }
    Err(no(
        "method.price_rule",
        format!(
            "This price rule, or an adjustment of prices, is not the one of {article}; change the rule or the basis."
        ),
        format!("报价评审规则或价格调整与{article}不符,请更改规则或评标办法。"),
    ))
}

/// Points that are scored sum to a hundred, and the price has the share that the law gives it.
fn weights(method: &Declared) -> Result<(), Refusal> {
    let price = method.price.points;
    if method.price.rule == PriceRule::Order {
        return if method.items.is_empty() && price == 0 {
            Ok(())
        } else {
            Err(no(
                "method.items_unused",
                "Where the lowest price ranks first nothing is scored; make the items review items (12号令30, 87号令54).",
                "最低价类办法不评分,各项应列为符合性评审(12号令第三十条、87号令第五十四条)。",
            ))
        };
    }
    if (method.price.rule == PriceRule::Ignored) != (price == 0) {
        return Err(no(
            "method.price_points",
            "A price that is scored has points, and one that is ignored has none.",
            "参与评分的报价应有分值,不参与的分值应为0。",
        ));
    }
    let mut sum = i128::from(price).saturating_mul(10_000);
    for item in &method.items {
        sum = sum.saturating_add(i128::from(item.max).saturating_mul(i128::from(item.weight_bp)));
    }
    if sum != i128::from(ALL_POINTS).saturating_mul(10_000) {
        return Err(no(
            "method.weights",
            "The points of the items by their weights and those of the price do not sum to 100 (87号令55: ΣAi = 1).",
            "各评分项按权重计的分值与价格分之和不等于100分(87号令第五十五条:各权重之和为1)。",
        ));
    }
    let limit = PRICE_WEIGHTS
        .iter()
        .find(|limit| limit.basis == method.basis && limit.category == method.category);
    match limit.filter(|limit| !(limit.least..=limit.most).contains(&price)) {
        Some(PriceWeight {
            article, least, most, ..
        }) => {
            let (least, most, found) = (percent(*least), percent(*most), percent(price));
            Err(no(
                "method.price_weight",
                format!("The price has {found} of 100 points; {article} allows {least} to {most}."),
                format!("价格分值为{found}分,{article}规定应为{least}至{most}分。"),
            ))
        }
        None => Ok(()),
    }
}

/// Hundredths as a decimal.
fn percent(hundredths: i64) -> String {
    let (whole, part) = (hundredths.div_euclid(100), hundredths.rem_euclid(100));
    if part == 0 {
        whole.to_string()
    } else {
        format!("{whole}.{part:02}")
    }
}

fn panel(method: &Declared, regime: Regime, lots: &[Lot]) -> Result<(), Refusal> {
    let budget: i64 = (lots.iter().filter(|lot| lot.estimate.currency == Currency::CNY))
        .fold(0, |sum, lot| sum.saturating_add(lot.estimate.minor));
    let (least, article) = match (regime, method.basis) {
        (Regime::Free, _) => (0, "the notice"),
        (Regime::Works, _) => (5, "招标投标法37"),
        (Regime::GovernmentProcurement, Basis::Consultation | Basis::Negotiation) => {
            (3, "74号令7, 财库〔2014〕214号14")
        }
        (Regime::GovernmentProcurement, _) if budget >= LARGE_BUDGET_FEN => (7, "87号令47"),
        (Regime::GovernmentProcurement, _) => (5, "87号令47"),
    };
    let panel = method.panel;
    if panel >= least && (panel == 0 || panel % 2 == 1) {
        return Ok(());
    }
    Err(no(
        "method.panel",
        format!("A panel of {panel} was declared; it must be odd and at least {least} ({article})."),
        format!("评标委员会人数为{panel},应为单数且依{article}不少于{least}人。"),
    ))
}

/// 46号9 with 财库〔2022〕19号: the ranges, for small firms and for consortia with them.
fn deductions(method: &Declared) -> Result<(), Refusal> {
    let fits = |deduction: &Deduction| match (method.basis, method.category, deduction.from) {
        (Basis::Notice, _, _) => true,
        (
            Basis::LowPriceScore | Basis::LowestPrice | Basis::Consultation | Basis::Negotiation,
            category,
            from,
        ) => {
            let range = match category {
                Category::Works => [300..=500, 100..=200],
                Category::Goods | Category::Services => [1_000..=2_000, 400..=600],
            };
            from == DeductionFrom::Price && range.iter().any(|range| range.contains(&deduction.bp))
        }
        (Basis::LowestEvaluated | Basis::Composite, _, DeductionFrom::Price) => {
            (300..=500).contains(&deduction.bp) || (100..=200).contains(&deduction.bp)
        }
        (Basis::LowestEvaluated | Basis::Composite, _, DeductionFrom::Score) => {
            method.price.rule == PriceRule::Benchmark
                && ((300..=500).contains(&deduction.bp) || (100..=200).contains(&deduction.bp))
        }
    };
    match method.deductions.iter().find(|deduction| !fits(deduction)) {
        Some(deduction) => Err(no(
            "method.deduction",
            format!(
                "The deduction {} of {} % is outside the law: goods and services 10 to 20 % (consortia 4 to 6 %), works 3 to \
                 5 % (1 to 2 %), added to the score only where the price is scored by a benchmark (财库〔2020〕46号9, \
                 财库〔2022〕19号).",
                deduction.item,
                percent(deduction.bp)
            ),
            format!(
                "价格扣除{}为{}%,不在法定范围:货物、服务10%至20%(联合体4%至6%),工程3%至5%(1%至2%),\
                 仅在以基准价评分时可增加价格分(财库〔2020〕46号第九条、财库〔2022〕19号)。",
                deduction.item,
                percent(deduction.bp)
            ),
        )),
        None => Ok(()),
    }
}

fn low_price(method: &Declared, regime: Regime, at: Instant) -> Result<(), Refusal> {
    if regime != Regime::GovernmentProcurement {
        return Ok(());
    }
    let Some(rule) = LOW_PRICE_RULES.iter().rev().find(|rule| rule.from <= at) else {
        return Ok(());
    };
    let fits = method.low_price.is_some_and(|low| {
        low.answer_ms >= rule.answer_ms
            && (rule.mean_bp..=rule.most_bp).contains(&low.mean_bp)
            && (rule.second_bp..=rule.most_bp).contains(&low.second_bp)
            && (rule.ceiling_bp..=rule.most_bp).contains(&low.ceiling_bp)
    });
    if fits {
        return Ok(());
    }
    Err(no(
        "method.low_price",
        format!(
            "Declare the review of abnormally low prices: below 50 % of the mean, 50 % of the second-lowest or 45 % of the \
             ceiling, none raised above 65 %, at least 30 minutes to explain ({}).",
            rule.article
        ),
        format!(
            "应载明异常低价审查:低于平均价50%、次低价50%或限价45%(可上调,最高65%),说明时间不少于30分钟({})。",
            rule.article
        ),
    ))
}
