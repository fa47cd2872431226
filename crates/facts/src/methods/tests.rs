//! What is refused, each with its code, and the worked cases of weights.

use super::*;
use crate::body::tender::{
    Adjustment, Amount, Basis, Benchmark, Brands, Category, Coefficient, Deduction, DeductionFrom, LowPrice,
    Mean, PriceRule, Pricing, ReviewItem, Reviewer, Scored, Steps, TieBreak, Tier,
};
use crate::id::{ItemId, LotId};
use crate::{Currency, Money};
use rstest::rstest;
use std::collections::BTreeMap;

const IN_2026: Instant = Instant(1_772_000_000_000);

fn item(name: &str) -> ItemId {
    ItemId::parse(name).unwrap()
}

fn lots(estimate_yuan: i64) -> Vec<Lot> {
    let yuan = |n: i64| Money::new(Currency::CNY, n.saturating_mul(100));
    vec![Lot {
        ceiling: Some(yuan(estimate_yuan)),
        deposit: None,
        estimate: yuan(estimate_yuan),
        floor: None,
        lot: LotId::parse("L1").unwrap(),
        title: "一标段".into(),
    }]
}

fn scored(points: i64) -> Scored {
    Scored {
        item: item("technical"),
        max: points,
        steps: Vec::new(),
        title: "技术".into(),
        weight_bp: 10_000,
    }
}

/// A lawful 87号令 method for goods with this price weight.
fn bought(basis: Basis, category: Category, price: i64) -> Declared {
    Declared {
        adjustments: Vec::new(),
        basis,
        category,
        deductions: Vec::new(),
        drawn: Vec::new(),
        items: vec![scored(10_000_i64.saturating_sub(price))],
        low_price: Some(LowPrice {
            answer_ms: 1_800_000,
            ceiling_bp: 4_500,
            mean_bp: 5_000,
            second_bp: 5_000,
        }),
        min_valid: 3,
        panel: 5,
        places: 2,
        price: Pricing {
            benchmark: None,
            points: price,
            rule: PriceRule::LowestFirst,
        },
        review: Vec::new(),
        same_brand: Brands::Ignored,
        ties: vec![TieBreak::Price],
        trim: None,
    }
}

fn asked(method: &Declared) -> Result<(), Refusal> {
    check(method, Regime::GovernmentProcurement, &lots(1_000_000), IN_2026)
}

fn code(of: Result<(), Refusal>) -> String {
    of.map_or_else(|refusal| refusal.code.into_owned(), |()| "ok".to_owned())
}

#[rstest]
#[case(Category::Goods, 2_500, "method.price_weight")]
#[case(Category::Services, 800, "method.price_weight")]
#[case(Category::Goods, 3_000, "ok")]
#[case(Category::Services, 1_000, "ok")]
fn t6_weight_of_the_price(#[case] category: Category, #[case] points: i64, #[case] expected: &str) {
    assert_eq!(
        code(asked(&bought(Basis::LowPriceScore, category, points))),
        expected
    );
}

#[rstest]
#[case(Category::Goods, 6_500, "method.price_weight")]
#[case(Category::Services, 3_500, "method.price_weight")]
#[case(Category::Goods, 6_000, "ok")]
#[case(Category::Services, 3_000, "ok")]
fn t7_weight_of_the_price_in_a_consultation(
    #[case] category: Category,
    #[case] points: i64,
    #[case] expected: &str,
) {
    assert_eq!(
        code(asked(&bought(Basis::Consultation, category, points))),
        expected
    );
}

const fn fixed(figure: i64) -> Amount {
    Amount {
        drawn: None,
        fixed: Some(figure),
    }
}

/// A lawful 综合评估法 with a drawn K.
fn works() -> Declared {
    let benchmark = Benchmark {
        above: fixed(200),
        below: fixed(100),
        control_bp: fixed(4_000),
        float_bp: fixed(0),
        k_bp: Amount {
            drawn: Some(item("K")),
            fixed: None,
        },
        mean: Mean::Mean,
        provisional: BTreeMap::from([(LotId::parse("L1").unwrap(), 1_000)]),
        round_to: 100,
        steps: Steps::Linear,
        tiers: vec![Tier {
            from: 7,
            high: 1,
            low: 1,
        }],
    };
    Declared {
        basis: Basis::Composite,
        category: Category::Works,
        drawn: vec![Coefficient {
            by_digits: true,
            from: 500,
            name: item("K"),
            step: 1,
            to: 700,
        }],
        low_price: None,
        min_valid: 0,
        price: Pricing {
            benchmark: Some(benchmark),
            points: 6_000,
            rule: PriceRule::Benchmark,
        },
        ..bought(Basis::Composite, Category::Works, 6_000)
    }
}

fn of_works(change: impl FnOnce(&mut Declared)) -> String {
    let mut method = works();
    change(&mut method);
    code(check(&method, Regime::Works, &lots(1_000_000), IN_2026))
}

fn benchmark(method: &mut Declared) -> &mut Benchmark {
    method.price.benchmark.as_mut().unwrap()
}

#[test]
fn each_impossible_or_unlawful_works_method_is_refused_for_its_own_reason() {
    assert_eq!(of_works(|_| {}), "ok");
    assert_eq!(of_works(|m| m.items.push(scored(10))), "method.twice");
    assert_eq!(
        of_works(|m| m.ties.push(TieBreak::Item { item: item("beauty") })),
        "method.tie_unknown"
    );
    assert_eq!(of_works(|m| m.items[0].title.clear()), "method.text_missing");
    assert_eq!(of_works(|m| m.places = 5), "method.figures");
    assert_eq!(
        of_works(|m| m.trim = Some(Tier {
            from: 2,
            high: 1,
            low: 1
        })),
        "method.figures"
    );
    assert_eq!(of_works(|m| m.drawn[0].step = 3), "method.figures");
    assert_eq!(of_works(|m| m.price.benchmark = None), "method.benchmark_missing");
    assert_eq!(
        of_works(|m| benchmark(m).k_bp = fixed(1)),
        "method.coefficient_unused"
    );
    assert_eq!(of_works(|m| benchmark(m).k_bp.fixed = Some(1)), "method.amount");
    assert_eq!(of_works(|m| m.drawn[0].to = 10_000), "method.amount");
    assert_eq!(of_works(|m| benchmark(m).tiers[0].from = 2), "method.tiers");
    assert_eq!(
        of_works(|m| *benchmark(m).provisional.values_mut().next().unwrap() = 100_000_001),
        "method.ceiling_missing"
    );
    assert_eq!(
        of_works(|m| {
            benchmark(m).provisional.insert(LotId::parse("L9").unwrap(), 1);
        }),
        "method.lot_unknown"
    );
    assert_eq!(of_works(|m| m.price.points = 5_900), "method.weights");
    assert_eq!(of_works(|m| m.items[0].weight_bp = 9_999), "method.weights");
    assert_eq!(of_works(|m| m.panel = 6), "method.panel");
    assert_eq!(of_works(|m| m.panel = 3), "method.panel");
    assert_eq!(of_works(|m| m.panel = 0), "method.nobody_to_judge");
    assert_eq!(of_works(|m| m.basis = Basis::LowPriceScore), "method.regime");
    assert_eq!(
        of_works(|m| m.basis = Basis::LowestEvaluated),
        "method.price_rule"
    );
    let review = ReviewItem {
        by: Reviewer::Buyer,
        clause: "2.1".into(),
        item: item("licence"),
        title: "资质".into(),
    };
    assert_eq!(of_works(|m| m.review.push(review)), "method.reviewer");
    let bonus = |bp| Deduction {
        basis: "财库〔2020〕46号".into(),
        bp,
        from: DeductionFrom::Score,
        item: item("small"),
    };
    assert_eq!(of_works(|m| m.deductions.push(bonus(500))), "ok");
    assert_eq!(of_works(|m| m.deductions.push(bonus(600))), "method.deduction");
}

fn of_purchase(change: impl FnOnce(&mut Declared)) -> String {
    let mut method = bought(Basis::LowPriceScore, Category::Goods, 4_000);
    change(&mut method);
    code(asked(&method))
}

#[test]
fn each_unlawful_purchase_is_refused_for_its_own_reason() {
    assert_eq!(of_purchase(|_| {}), "ok");
    assert_eq!(
        of_purchase(|m| m.price.rule = PriceRule::Order),
        "method.price_rule"
    );
    let adjustment = Adjustment {
        bp_per_unit: 1,
        item: item("late"),
        unit: "周".into(),
    };
    assert_eq!(
        of_purchase(|m| m.adjustments.push(adjustment)),
        "method.price_rule"
    );
    assert_eq!(of_purchase(|m| m.min_valid = 2), "method.min_valid");
    assert_eq!(of_purchase(|m| m.low_price = None), "method.low_price");
    assert_eq!(
        of_purchase(|m| m.low_price.as_mut().unwrap().mean_bp = 6_501),
        "method.low_price"
    );
    assert_eq!(
        of_purchase(|m| m.low_price.as_mut().unwrap().answer_ms = 1_799_999),
        "method.low_price"
    );
    let small = |bp| Deduction {
        basis: "财库〔2022〕19号".into(),
        bp,
        from: DeductionFrom::Price,
        item: item("small"),
    };
    for (bp, expected) in [
        (999, "method.deduction"),
        (1_000, "ok"),
        (2_000, "ok"),
        (2_001, "method.deduction"),
        (500, "ok"),
    ] {
        assert_eq!(of_purchase(|m| m.deductions.push(small(bp))), expected, "{bp}");
    }
    let mut early = bought(Basis::LowPriceScore, Category::Goods, 4_000);
    early.low_price = None;
    let before = Instant(LOW_PRICE_RULES[0].from.0.saturating_sub(1));
    assert_eq!(
        code(check(&early, Regime::GovernmentProcurement, &lots(1), before)),
        "ok",
        "not in force yet"
    );
    assert_eq!(
        code(check(
            &bought(Basis::LowPriceScore, Category::Goods, 4_000),
            Regime::GovernmentProcurement,
            &lots(10_000_000),
            IN_2026
        )),
        "method.panel",
        "ten million ask for seven"
    );
}

#[test]
fn the_lowest_price_scores_nothing() {
    let mut method = bought(Basis::LowestPrice, Category::Goods, 0);
    method.price.rule = PriceRule::Order;
    assert_eq!(code(asked(&method)), "method.items_unused");
    method.items.clear();
    assert_eq!(code(asked(&method)), "ok");
}

#[test]
fn a_declared_method_reads_back_as_it_was_written() {
    let method = crate::body::tender::Method::Declared(Box::new(works()));
    let text = serde_json::to_string(&method).unwrap();
    assert!(text.starts_with(r#"{"method":"declared","#), "{text}");
    assert_eq!(
        serde_json::from_str::<crate::body::tender::Method>(&text).unwrap(),
        method
    );
    let more = text.replacen('{', r#"{"surprise":1,"#, 1);
    assert!(serde_json::from_str::<crate::body::tender::Method>(&more).is_err());
    let canonical = crate::Canonical::of(&method).unwrap().to_bytes();
    assert_eq!(
        serde_json::from_slice::<crate::body::tender::Method>(&canonical).unwrap(),
        method
    );
}

#[test]
fn all_rules_that_a_method_breaks_are_told_at_once_and_the_first_decides() {
    let mut method = bought(Basis::LowPriceScore, Category::Goods, 2_000);
    method.panel = 4;
    method.low_price = None;
    method.min_valid = 1;
    let told = faults(&method, Regime::GovernmentProcurement, &lots(1_000_000), IN_2026);
    let codes: Vec<_> = told.iter().map(|refusal| refusal.code.to_string()).collect();
    assert_eq!(
        codes,
        [
            "method.price_weight",
            "method.panel",
            "method.low_price",
            "method.min_valid"
        ]
    );
    let first = check(&method, Regime::GovernmentProcurement, &lots(1_000_000), IN_2026);
    assert_eq!(first.unwrap_err(), told[0]);
    let lawful = bought(Basis::LowPriceScore, Category::Goods, 3_000);
    assert!(faults(&lawful, Regime::GovernmentProcurement, &lots(1_000_000), IN_2026).is_empty());
}
