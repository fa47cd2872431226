//! Rules of declared methods beyond the worked cases: parts of per cents, other means, weights, ties, limits.

use super::super::Sheets;
use super::super::tests::{code, item, seat};
use super::tests::{Case, YUAN, against, benchmark_of, declared, fixed, marks, mean_of, scored, scores, t15};
use facts::body::tender::{
    Benchmark, Deduction, DeductionFrom, Mean, PriceRule, Reached, Scored, Steps, TieBreak,
};
use facts::{Currency, Money};
use std::collections::BTreeMap;

#[test]
fn percents_begun_or_whole_where_the_method_says_so() {
    let mut rule = mean_of(&[]);
    (rule.mean, rule.above, rule.below) = (Mean::Lowest, fixed(100), fixed(0));
    let of = |steps| {
        let rule = Benchmark {
            steps,
            ..rule.clone()
        };
        scores(&Case::of(against(rule, 3_000), &[10_000, 10_050, 10_100, 10_101]).run())
    };
    assert_eq!(of(Steps::Linear), [3_000, 2_950, 2_900, 2_899]);
    assert_eq!(of(Steps::Begun), [3_000, 2_900, 2_900, 2_800]);
    assert_eq!(of(Steps::Whole), [3_000, 3_000, 2_900, 2_900]);
}

#[test]
fn the_other_means_are_exact() {
    let of = |mean, prices: &[i64]| benchmark_of(&Benchmark { mean, ..mean_of(&[]) }, None, prices);
    assert_eq!(of(Mean::MeanWithLowest, &[100, 100, 101]), (601, 6));
    assert_eq!(of(Mean::Median, &[5, 1, 2]), (2, 1));
    assert_eq!(of(Mean::Median, &[5, 1, 2, 4]), (3, 1));
    assert_eq!(of(Mean::Lowest, &[5, 1, 2]), (1, 1));
}

#[test]
fn a_small_firms_bonus_raises_a_price_score_of_fifty_by_three_to_five_percent() {
    for (bp, expected) in [(300, 5_150), (500, 5_250)] {
        let mut rule = mean_of(&[]);
        rule.mean = Mean::Lowest;
        let mut case = Case::of(against(rule, 5_000), &[1_000]);
        case.method.deductions = vec![Deduction {
            basis: "财库〔2020〕46号".into(),
            bp,
            from: DeductionFrom::Score,
            item: item("small"),
        }];
        case.bids[0].deviations = BTreeMap::from([(item("small"), 1)]);
        assert_eq!(scores(&case.run()), [expected]);
    }
}

#[test]
fn objective_items_are_filled_in_and_weights_count() {
    let mut method = declared(PriceRule::Ignored, 0);
    let steps = [(0, 0), (1, 2_000), (3, 10_000)]
        .map(|(at_least, points)| Reached { at_least, points })
        .to_vec();
    method.items = vec![
        Scored {
            steps,
            weight_bp: 4_000,
            ..scored("certificates", 10_000)
        },
        Scored {
            weight_bp: 6_000,
            ..scored("plan", 10_000)
        },
    ];
    method.panel = 3;
    let mut case = Case::of(method, &[100, 100]);
    case.bids[0].deviations = BTreeMap::from([(item("certificates"), 2)]);
    case.bids[1].deviations = BTreeMap::from([(item("certificates"), 9)]);
    case.sheets = (0..3)
        .map(|n| (seat(n), marks(&["plan"], &[&[9_000], &[5_000]])))
        .collect();
    let totals: BTreeMap<_, _> = case
        .run()
        .ranking
        .into_iter()
        .map(|r| (r.code, r.total_e4))
        .collect();
    assert_eq!(
        totals,
        BTreeMap::from([(code(1), 620_000), (code(2), 700_000)]),
        "8 + 54 and 40 + 30"
    );
}

#[test]
fn ties_are_broken_in_the_declared_order() {
    let mut method = declared(PriceRule::Ignored, 0);
    (method.items, method.panel) = (vec![scored("technical", 5_000), scored("business", 5_000)], 1);
    method.ties = vec![
        TieBreak::Item {
            item: item("business"),
        },
        TieBreak::Price,
    ];
    let mut case = Case::of(method, &[100, 200, 90]);
    let rows: [&[i64]; 3] = [&[3_000, 2_000], &[2_000, 3_000], &[3_000, 2_000]];
    case.sheets = Sheets::from([(seat(0), marks(&["technical", "business"], &rows))]);
    let order: Vec<_> = case
        .run()
        .ranking
        .iter()
        .map(|r| (r.code.clone(), r.rank))
        .collect();
    assert_eq!(order, [(code(2), 1), (code(3), 2), (code(1), 3)]);
}

#[test]
fn a_settled_rejection_names_its_clause_and_leaves_the_benchmark() {
    let mut case = t15();
    case.settled.rejected = BTreeMap::from([(code(5), "review:licence".to_owned())]);
    let result = case.run();
    assert_eq!(
        (
            result.rejected[0].code.clone(),
            result.rejected[0].clause.as_str()
        ),
        (code(5), "review:licence")
    );
    assert_ne!(result.benchmark_e4, Some(11_343_600 * YUAN * 10_000));
    assert_eq!(result.ranking.len(), 4);
}

#[test]
fn the_largest_figures_allowed_have_a_result() {
    let top = facts::methods::MAX_PRICE;
    let mut rule = mean_of(&[]);
    (rule.control_bp, rule.k_bp, rule.float_bp) = (fixed(3_333), fixed(9_999), fixed(-9_999));
    (rule.above, rule.below) = (fixed(facts::methods::MAX_SLOPE), fixed(facts::methods::MAX_SLOPE));
    for places in 0..=4 {
        for mean in [Mean::Mean, Mean::MeanWithLowest, Mean::Median, Mean::Lowest] {
            let mut case = Case::of(against(Benchmark { mean, ..rule.clone() }, 10_000), &[top; 20]);
            case.method.places = places;
            case.bids[0].price.minor = 0;
            case.bids[1].price.minor = 1;
            for (n, bid) in case.bids.iter_mut().enumerate() {
                bid.price.minor -= i64::try_from(n).unwrap().min(bid.price.minor);
                bid.ceiling = Some(Money::new(Currency::CNY, top));
            }
            assert_eq!(case.run().ranking.len(), 20);
        }
    }
}
