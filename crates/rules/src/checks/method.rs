//! What the method of the notice may say: weights, formulas, rates, minutes.
//!
//! Invariant: only the notice is read, so a flaw is there from its publication and is mended by no later fact.

use super::panel::category;
use super::{Case, Table};
use crate::finding::{Findings, Flaw};
use facts::body::tender::{Category, Declared, DeductionFrom, Method, PriceRule};
use facts::time::MINUTE;

pub(super) const TABLE: Table = &[
    ("method.price_weight", price_weight),
    ("method.no_price_dropped", no_price_dropped),
    ("method.low_price_first", low_price_first),
    ("method.low_price_lines", low_price_lines),
    ("method.low_price_answer", low_price_answer),
    ("method.deductions", deductions),
];

/// Full points of everything scored, price included, in hundredths; weights applied.
fn full(declared: &Declared) -> i64 {
    let items = declared
        .items
        .iter()
        .map(|item| item.max.saturating_mul(item.weight_bp).div_euclid(10_000));
    items.fold(declared.price.points, i64::saturating_add)
}

/// N25, N26: the price weighs enough, and in a consultation not too much.
fn price_weight(case: &Case<'_>, found: &mut Findings) {
    let (Some(notice), Some(declared)) = (
        &case.procedure.noticed,
        case.procedure.method().and_then(Method::declared),
    ) else {
        return;
    };
    let consultation = case.rule.id == "N26";
    let (least, most) = match (declared.category, consultation) {
        (Category::Goods, false) => (3_000, 10_000),
        (Category::Services, false) => (1_000, 10_000),
        (Category::Goods, true) => (3_000, 6_000),
        (Category::Services, true) => (1_000, 3_000),
        (Category::Works, _) => return,
    };
    let weight = declared
        .price
        .points
        .saturating_mul(10_000)
        .checked_div(full(declared))
        .unwrap_or(0);
    if (least..=most).contains(&weight) {
        found.keep([notice.seq]);
        return;
    }
    let (zh, en) = if most < 10_000 {
        (
            format!("{}%至{}%", least / 100, most / 100),
            format!("{} % to {} %", least / 100, most / 100),
        )
    } else {
        (
            format!("不低于{}%", least / 100),
            format!("at least {} %", least / 100),
        )
    };
    found.flaw(Flaw::new(
        notice.mark(),
        format!(
            "价格分权重{}.{:02}%,应为{zh}。",
            weight / 100,
            weight.rem_euclid(100)
        ),
        format!(
            "The price weighs {}.{:02} %; {en} is due.",
            weight / 100,
            weight.rem_euclid(100)
        ),
    ));
}

/// V07: no highest or lowest price is left out.
fn no_price_dropped(case: &Case<'_>, found: &mut Findings) {
    let (Some(notice), Some(method)) = (&case.procedure.noticed, case.procedure.method()) else {
        return;
    };
    let drops = match method {
        Method::Composite {
            drop_high, drop_low, ..
        } => *drop_high > 0 || *drop_low > 0,
        Method::LowestEvaluated { .. } => false,
        Method::Declared(declared) => declared
            .price
            .benchmark
            .iter()
            .any(|benchmark| benchmark.tiers.iter().any(|tier| tier.high > 0 || tier.low > 0)),
    };
    if drops {
        found.flaw(Flaw::new(
            notice.mark(),
            "评审中去掉最高或最低报价。",
            "The method leaves out the highest or the lowest price.",
        ));
    } else {
        found.keep([notice.seq]);
    }
}

/// V08: the price score is 低价优先.
fn low_price_first(case: &Case<'_>, found: &mut Findings) {
    let (Some(notice), Some(method)) = (&case.procedure.noticed, case.procedure.method()) else {
        return;
    };
    let first = match method {
        Method::Declared(declared) => declared.price.rule == PriceRule::LowestFirst,
        Method::Composite { .. } => false,
        Method::LowestEvaluated { .. } => return,
    };
    if first {
        found.keep([notice.seq]);
    } else {
        found.flaw(Flaw::new(
            notice.mark(),
            "价格分未采用低价优先法计算。",
            "The price score is not computed from the lowest price.",
        ));
    }
}

/// V11: the lines below which a price is looked into.
fn low_price_lines(case: &Case<'_>, found: &mut Findings) {
    /// 最高可上调至65%.
    const HIGHEST: i64 = 6_500;
    let Some(notice) = &case.procedure.noticed else {
        return;
    };
    let low = case
        .procedure
        .method()
        .and_then(Method::declared)
        .and_then(|declared| declared.low_price);
    let fine = low.is_some_and(|low| {
        (5_000..=HIGHEST).contains(&low.mean_bp)
            && (5_000..=HIGHEST).contains(&low.second_bp)
            && (4_500..=HIGHEST).contains(&low.ceiling_bp)
    });
    if fine {
        found.keep([notice.seq]);
    } else {
        found.flaw(Flaw::new(
            notice.mark(),
            "未按平均价50%、次低价50%、最高限价45%设置异常低价审查线(可上调至65%)。",
            "The lines for abnormally low prices are not 50 % of the mean, 50 % of the second-lowest and 45 % of the ceiling, raised to 65 % at most.",
        ));
    }
}

/// V12: half an hour for the answer.
fn low_price_answer(case: &Case<'_>, found: &mut Findings) {
    let Some(notice) = &case.procedure.noticed else {
        return;
    };
    let low = case
        .procedure
        .method()
        .and_then(Method::declared)
        .and_then(|declared| declared.low_price);
    let Some(low) = low else { return };
    if low.answer_ms >= case.number().saturating_mul(MINUTE) {
        found.keep([notice.seq]);
    } else {
        found.flaw(Flaw::new(
            notice.mark(),
            format!(
                "异常低价说明时间{}分钟,不足30分钟。",
                low.answer_ms.div_euclid(MINUTE)
            ),
            format!(
                "A bidder has {} minutes to explain a low price; 30 are due.",
                low.answer_ms.div_euclid(MINUTE)
            ),
        ));
    }
}

/// V25: deductions for small firms within their ranges.
fn deductions(case: &Case<'_>, found: &mut Findings) {
    let Some(notice) = &case.procedure.noticed else {
        return;
    };
    let Some(declared) = case.procedure.method().and_then(Method::declared) else {
        return;
    };
    let small = |text: &str| {
        ["小微", "小型", "微型", "46号", "19号"]
            .iter()
            .any(|word| text.contains(word))
    };
    let before = found.0.len();
    for deduction in declared
        .deductions
        .iter()
        .filter(|deduction| small(&deduction.basis))
    {
        let fine = match (category(case), deduction.from) {
            // 货物、服务10%至20%(联合体4%至6%);工程3%至5%(联合体1%至2%).
            (Some(Category::Works), _) | (_, DeductionFrom::Score) => {
                (300..=500).contains(&deduction.bp) || (100..=200).contains(&deduction.bp)
            }
            _ => (1_000..=2_000).contains(&deduction.bp) || (400..=600).contains(&deduction.bp),
        };
        if !fine {
            found.flaw(
                Flaw::new(
                    notice.mark(),
                    format!("小微企业价格扣除{}个基点,超出规定幅度。", deduction.bp),
                    format!(
                        "The deduction for small firms, {} basis points, is out of its range.",
                        deduction.bp
                    ),
                )
                .about(&deduction.item),
            );
        }
    }
    if found.0.len() == before
        && declared
            .deductions
            .iter()
            .any(|deduction| small(&deduction.basis))
    {
        found.keep([notice.seq]);
    }
}
