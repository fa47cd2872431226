//! The worked cases of the domain digest for declared methods, each test named by its case.

use super::super::tests::{bid, code, codes, item, seat};
use super::super::{Settled, Sheets, check, conclude_settled};
use super::declared_benchmark;
use facts::body::evaluation::{CodedBid, EvaluationOpened, LotResult, Sheet};
use facts::body::tender::{
    Adjustment, Amount, Basis, Benchmark, Brands, Category, Declared, Deduction, DeductionFrom, Mean, Method,
    PriceRule, Pricing, Scored, Steps, TieBreak, Tier,
};
use facts::id::LotId;
use facts::{Currency, Money, TenderId};
use std::collections::BTreeMap;

pub(in super::super) fn fixed(figure: i64) -> Amount {
    Amount {
        drawn: None,
        fixed: Some(figure),
    }
}

pub(in super::super) fn declared(rule: PriceRule, points: i64) -> Declared {
    Declared {
        adjustments: Vec::new(),
        basis: Basis::Notice,
        category: Category::Goods,
        deductions: Vec::new(),
        drawn: Vec::new(),
        items: Vec::new(),
        low_price: None,
        min_valid: 0,
        panel: 0,
        places: 2,
        price: Pricing {
            benchmark: None,
            points,
            rule,
        },
        review: Vec::new(),
        same_brand: Brands::Ignored,
        ties: vec![TieBreak::Price],
        trim: None,
    }
}

pub(in super::super) fn mean_of(tiers: &[(u32, u32, u32)]) -> Benchmark {
    Benchmark {
        above: fixed(200),
        below: fixed(100),
        control_bp: fixed(0),
        float_bp: fixed(0),
        k_bp: fixed(0),
        mean: Mean::Mean,
        provisional: BTreeMap::new(),
        round_to: 0,
        steps: Steps::Linear,
        tiers: tiers
            .iter()
            .map(|(from, high, low)| Tier {
                from: *from,
                high: *high,
                low: *low,
            })
            .collect(),
    }
}

pub(in super::super) fn against(benchmark: Benchmark, points: i64) -> Declared {
    let mut method = declared(PriceRule::Benchmark, points);
    method.price.benchmark = Some(benchmark);
    method
}

pub(super) struct Case {
    pub(super) method: Declared,
    pub(super) bids: Vec<CodedBid>,
    pub(super) sheets: Sheets,
    pub(super) settled: Settled,
}

impl Case {
    pub(super) fn of(method: Declared, prices: &[i64]) -> Self {
        let bids = prices
            .iter()
            .enumerate()
            .map(|(n, price)| bid(n + 1, *price))
            .collect();
        Self {
            method,
            bids,
            sheets: Sheets::new(),
            settled: Settled::default(),
        }
    }

    pub(super) fn run(&self) -> LotResult {
        let method = Method::Declared(Box::new(self.method.clone()));
        check(&method, &self.bids).unwrap();
        let opened = EvaluationOpened {
            bids: self.bids.clone(),
            method,
            opening: 1,
            tender: TenderId::parse("T1").unwrap(),
            way: None,
            qualification: None,
            unqualified: Vec::new(),
        };
        conclude_settled(&opened, &codes(&self.bids), &self.sheets, &self.settled)
            .unwrap()
            .lots
            .remove(0)
    }
}

/// Price scores in hundredths of a point in the order of the bids.
pub(super) fn scores(result: &LotResult) -> Vec<i64> {
    let mut found: Vec<_> = result
        .ranking
        .iter()
        .map(|r| (r.code.clone(), r.price_e4))
        .collect();
    found.sort();
    assert!(found.iter().all(|(_, e4)| e4 % 100 == 0), "rounded to two places");
    found.into_iter().map(|(_, e4)| e4 / 100).collect()
}

pub(super) const YUAN: i64 = 100;

#[test]
fn t1_low_price_first() {
    let case = Case::of(
        declared(PriceRule::LowestFirst, 4_000),
        &[1_000_000 * YUAN, 950_000 * YUAN, 1_100_000 * YUAN],
    );
    assert_eq!(scores(&case.run()), [3_800, 4_000, 3_455]);
}

#[test]
fn t2_a_small_firm_is_compared_with_ten_percent_less_and_paid_its_price() {
    let mut method = declared(PriceRule::LowestFirst, 4_000);
    method.deductions = vec![Deduction {
        basis: "财库〔2020〕46号".into(),
        bp: 1_000,
        from: DeductionFrom::Price,
        item: item("small"),
    }];
    let mut case = Case::of(method, &[1_000_000 * YUAN, 950_000 * YUAN, 1_100_000 * YUAN]);
    case.bids[0].deviations = BTreeMap::from([(item("small"), 1)]);
    let result = case.run();
    assert_eq!(scores(&result), [4_000, 3_789, 3_273]);
    assert_eq!(
        (result.ranking[0].code.clone(), result.ranking[0].evaluated),
        (code(1), 900_000 * YUAN)
    );
    assert_eq!(
        case.bids[0].price.minor,
        1_000_000 * YUAN,
        "the contract is at the price of the bid"
    );
}

#[test]
fn t3_consultation_by_final_quotes() {
    let case = Case::of(
        declared(PriceRule::LowestFirst, 3_000),
        &[480_000 * YUAN, 500_000 * YUAN, 525_000 * YUAN],
    );
    assert_eq!(scores(&case.run()), [3_000, 2_880, 2_743]);
}

pub(super) fn scored(name: &str, max: i64) -> Scored {
    Scored {
        item: item(name),
        max,
        steps: vec![],
        title: name.into(),
        weight_bp: 10_000,
    }
}

pub(super) fn marks(names: &[&str], rows: &[&[i64]]) -> Sheet {
    let row = |(n, row): (usize, &&[i64])| {
        (
            code(n + 1),
            names
                .iter()
                .zip(*row)
                .map(|(name, value)| (item(name), *value))
                .collect(),
        )
    };
    rows.iter().enumerate().map(row).collect()
}

#[test]
fn t4_equal_totals_go_to_the_lower_quote() {
    let mut method = declared(PriceRule::LowestFirst, 4_000);
    method.items = vec![scored("technical", 4_800), scored("business", 1_200)];
    method.panel = 1;
    let mut case = Case::of(method, &[1_000_000 * YUAN, 950_000 * YUAN]);
    case.sheets = Sheets::from([(
        seat(1),
        marks(&["technical", "business"], &[&[4_550, 1_000], &[4_300, 1_050]]),
    )]);
    let result = case.run();
    assert_eq!(
        result.ranking.iter().map(|r| r.total_e4).collect::<Vec<_>>(),
        [935_000, 935_000]
    );
    assert_eq!(
        result
            .ranking
            .iter()
            .map(|r| (r.code.clone(), r.rank))
            .collect::<Vec<_>>(),
        [(code(2), 1), (code(1), 2)]
    );
}

#[test]
fn t5_a_full_tie_stays_a_tie_until_the_declared_draw() {
    let mut case = Case::of(declared(PriceRule::LowestFirst, 4_000), &[500, 500, 600]);
    case.method.ties = vec![TieBreak::Price, TieBreak::Drawn];
    let ranks = |case: &Case| {
        case.run()
            .ranking
            .iter()
            .map(|r| (r.code.clone(), r.rank))
            .collect::<Vec<_>>()
    };
    assert_eq!(ranks(&case), [(code(1), 1), (code(2), 1), (code(3), 3)]);
    case.settled.order = vec![code(2), code(1)];
    assert_eq!(ranks(&case), [(code(2), 1), (code(1), 2), (code(3), 3)]);
}

#[test]
fn t8_one_brand_counts_once_and_keeps_its_best() {
    let mut method = declared(PriceRule::LowestFirst, 10_000);
    (method.same_brand, method.min_valid) = (Brands::One, 3);
    let mut case = Case::of(method, &[900, 1_000, 1_100]);
    for (bid, brand) in case.bids.iter_mut().zip(["X", "X", "Y"]) {
        bid.brand = Some(brand.into());
    }
    let failed = case.run();
    assert_eq!(
        (failed.counted, failed.ranking.len()),
        (Some(2), 0),
        "two bidders are too few"
    );
    case.method.min_valid = 2;
    let result = case.run();
    assert_eq!(
        result.ranking.iter().map(|r| r.code.clone()).collect::<Vec<_>>(),
        [code(1), code(3)]
    );
    assert_eq!(
        (
            result.rejected[0].code.clone(),
            result.rejected[0].clause.as_str()
        ),
        (code(2), "same_brand:C001")
    );
}

#[test]
fn t9_a_confirmed_correction_is_what_is_compared() {
    let mut case = Case::of(declared(PriceRule::Order, 0), &[500_000 * YUAN, 495_000 * YUAN]);
    assert_eq!(case.run().ranking[0].code, code(2));
    case.settled.corrected = BTreeMap::from([(code(1), 490_000 * YUAN)]);
    let result = case.run();
    assert_eq!(
        (result.ranking[0].code.clone(), result.ranking[0].evaluated),
        (code(1), 490_000 * YUAN)
    );
}

#[test]
fn t10_deviations_turned_into_money() {
    let mut method = declared(PriceRule::Order, 0);
    let adjustment = |name: &str, bp_per_unit| Adjustment {
        bp_per_unit,
        item: item(name),
        unit: "unit".into(),
    };
    method.adjustments = vec![adjustment("early-payment", 100), adjustment("late-weeks", 50)];
    let mut case = Case::of(method, &[9_700_000 * YUAN, 9_850_000 * YUAN]);
    case.bids[0].deviations = BTreeMap::from([(item("early-payment"), 1), (item("late-weeks"), 2)]);
    let ranked: Vec<_> = case
        .run()
        .ranking
        .iter()
        .map(|r| (r.code.clone(), r.evaluated))
        .collect();
    assert_eq!(ranked, [(code(2), 9_850_000 * YUAN), (code(1), 9_894_000 * YUAN)]);
}

const SEVEN: [i64; 7] = [9480, 9520, 9600, 9655, 9700, 9790, 9900];

#[test]
fn t11_asymmetric_slopes_around_a_trimmed_mean() {
    let result = Case::of(against(mean_of(&[(7, 1, 1)]), 10_000), &SEVEN).run();
    assert_eq!(result.benchmark_e4, Some(9653_0000));
    assert_eq!(scores(&result), [9821, 9862, 9945, 9996, 9903, 9716, 9488]);
    assert_eq!(result.ranking[0].evaluated, 9655);
}

#[test]
fn t12_the_float_is_drawn_and_changes_the_winner() {
    let mut benchmark = mean_of(&[(7, 1, 1)]);
    benchmark.float_bp = Amount {
        drawn: Some(item("float")),
        fixed: None,
    };
    let mut case = Case::of(against(benchmark, 10_000), &SEVEN);
    case.method.drawn = vec![facts::body::tender::Coefficient {
        by_digits: false,
        from: 0,
        name: item("float"),
        step: 50,
        to: 300,
    }];
    case.settled.drawn = BTreeMap::from([(item("float"), 150)]);
    let result = case.run();
    assert_eq!(result.benchmark_e4, Some(9508_2050));
    assert_eq!(scores(&result), [9970, 9975, 9807, 9691, 9597, 9407, 9176]);
    assert_eq!(result.ranking[0].evaluated, 9520);
    for wrong in [
        BTreeMap::new(),
        BTreeMap::from([(item("float"), 151)]),
        BTreeMap::from([(item("float"), 350)]),
    ] {
        assert_eq!(
            facts::methods::drawn_fault(&case.method, &wrong).unwrap().code,
            "method.drawn_invalid"
        );
    }
}

pub(super) fn benchmark_of(rule: &Benchmark, ceiling: Option<i64>, prices: &[i64]) -> (i128, i128) {
    let lot = LotId::parse("L1").unwrap();
    let exact = declared_benchmark(rule, &lot, &BTreeMap::new(), ceiling, prices).unwrap();
    (exact.num, exact.den)
}

#[test]
fn t13_tiered_trimming() {
    let rule = mean_of(&[(4, 1, 0), (7, 1, 1)]);
    let of = |n: i64| benchmark_of(&rule, None, &(1..=n).map(|i| i * 100).collect::<Vec<_>>());
    assert_eq!(
        [3, 4, 6, 7, 8].map(of),
        [(200, 1), (200, 1), (300, 1), (400, 1), (450, 1)]
    );
}

#[test]
fn t14_the_k_value_lowers_all_but_the_provisional_sums() {
    let mut rule = mean_of(&[]);
    (rule.control_bp, rule.k_bp, rule.round_to) = (fixed(10_000), fixed(635), YUAN);
    rule.provisional = BTreeMap::from([(LotId::parse("L1").unwrap(), 800_000 * YUAN)]);
    assert_eq!(
        benchmark_of(&rule, Some(10_000_000 * YUAN), &[1]),
        (i128::from(9_415_800 * YUAN), 1)
    );
    // Rounded to whole yuan, halves upwards: (10000001 − 0) × 0.9365 = 9365000.9365 → 9365001.
    rule.provisional.clear();
    assert_eq!(
        benchmark_of(&rule, Some(10_000_001 * YUAN), &[1]),
        (i128::from(9_365_001 * YUAN), 1)
    );
}

pub(super) fn t15() -> Case {
    let mut rule = mean_of(&[]);
    (rule.control_bp, rule.k_bp) = (fixed(4_000), fixed(500));
    (rule.above, rule.below) = (fixed(100), fixed(50));
    let prices = [1120, 1135, 1140, 1108, 1150].map(|price| price * 10_000 * YUAN);
    let mut case = Case::of(against(rule, 6_000), &prices);
    for bid in &mut case.bids {
        bid.ceiling = Some(Money::new(Currency::CNY, 12_000_000 * YUAN));
    }
    case
}

#[test]
fn t15_a_benchmark_of_ceiling_and_prices() {
    let result = t15().run();
    assert_eq!(result.benchmark_e4, Some(11_343_600 * YUAN * 10_000));
    assert_eq!(scores(&result), [5_937, 5_994, 5_950, 5_884, 5_862]);
}

#[test]
fn t18_panel_mean_plain_and_trimmed() {
    let mut method = declared(PriceRule::Ignored, 0);
    (method.items, method.panel) = (vec![scored("whole", 10_000)], 5);
    let mut case = Case::of(method, &[100]);
    case.sheets = [8_600, 8_850, 9_000, 8_400, 9_200]
        .iter()
        .enumerate()
        .map(|(n, value)| (seat(n), marks(&["whole"], &[&[*value]])))
        .collect();
    assert_eq!(case.run().ranking[0].total_e4, 881_000);
    case.method.trim = Some(Tier {
        from: 5,
        high: 1,
        low: 1,
    });
    assert_eq!(case.run().ranking[0].total_e4, 881_700);
    case.method.trim = Some(Tier {
        from: 6,
        high: 1,
        low: 1,
    });
    assert_eq!(case.run().ranking[0].total_e4, 881_000, "five are fewer than six");
}
