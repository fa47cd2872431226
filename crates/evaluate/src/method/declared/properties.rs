//! What must hold for any prices: no order matters, and a lower price is never worse where the method says so.

use super::super::tests::{bid, code, codes, item};
use super::super::{Settled, Sheets, conclude_settled};
use super::tests::{against, declared, fixed, mean_of};
use facts::TenderId;
use facts::body::evaluation::{CodedBid, EvaluationOpened, LotResult};
use facts::body::tender::{Benchmark, Declared, Deduction, DeductionFrom, Mean, Method, PriceRule, Steps};
use proptest::prelude::*;
use std::collections::BTreeMap;

fn run(method: &Declared, bids: Vec<CodedBid>) -> LotResult {
    let codes = codes(&bids);
    let opened = EvaluationOpened {
        bids,
        method: Method::Declared(Box::new(method.clone())),
        opening: 1,
        tender: TenderId::parse("T").unwrap(),
        way: None,
        qualification: None,
        unqualified: Vec::new(),
    };
    conclude_settled(&opened, &codes, &Sheets::new(), &Settled::default())
        .unwrap()
        .lots
        .remove(0)
}

fn bids(prices: &[i64]) -> Vec<CodedBid> {
    prices
        .iter()
        .enumerate()
        .map(|(n, price)| bid(n, *price))
        .collect()
}

fn rules() -> impl Strategy<Value = Declared> {
    let mean = prop_oneof![
        Just(Mean::Mean),
        Just(Mean::MeanWithLowest),
        Just(Mean::Median),
        Just(Mean::Lowest)
    ];
    let steps = prop_oneof![Just(Steps::Linear), Just(Steps::Begun), Just(Steps::Whole)];
    let of_benchmark = (
        mean,
        steps,
        0_i64..=100_000,
        0_i64..=100_000,
        -9_999_i64..=9_999,
        0_u8..=4,
    )
        .prop_map(|(mean, steps, above, below, float, places)| {
            let rule = Benchmark {
                mean,
                steps,
                above: fixed(above),
                below: fixed(below),
                float_bp: fixed(float),
                ..mean_of(&[(4, 1, 0), (7, 1, 1)])
            };
            Declared {
                places,
                ..against(rule, 10_000)
            }
        });
    prop_oneof![
        of_benchmark,
        Just(declared(PriceRule::LowestFirst, 3_000)),
        Just(declared(PriceRule::Order, 0)),
    ]
}

proptest! {
    #[test]
    fn the_order_of_bids_changes_nothing(
        method in rules(), prices in prop::collection::vec(0_i64..=facts::methods::MAX_PRICE, 1..12), by in 0_usize..12,
    ) {
        let plain = bids(&prices);
        let mut turned = plain.clone();
        turned.rotate_left(by % plain.len());
        turned.reverse();
        prop_assert_eq!(run(&method, plain), run(&method, turned));
    }

    #[test]
    fn a_lower_price_is_never_worse_where_low_prices_win(
        first in any::<bool>(), prices in prop::collection::vec(1_i64..1_000_000_000, 2..9), less in 0_i64..1_000_000,
        claims in any::<bool>(),
    ) {
        let mut method = if first { declared(PriceRule::LowestFirst, 3_000) } else { declared(PriceRule::Order, 0) };
        method.deductions = vec![Deduction { basis: "x".into(), bp: 1_000, from: DeductionFrom::Price, item: item("s") }];
        let rank = |prices: &[i64]| {
            let mut bids = bids(prices);
            if claims { bids[0].deviations = BTreeMap::from([(item("s"), 1)]); }
            run(&method, bids).ranking.iter().find(|r| r.code == code(0)).unwrap().rank
        };
        let mut lower = prices.clone();
        lower[0] = (lower[0] - less).max(1);
        prop_assert!(rank(&lower) <= rank(&prices));
    }

    #[test]
    fn every_rank_is_one_more_than_the_number_of_better_bids(
        method in rules(), prices in prop::collection::vec(1_i64..30, 1..12),
    ) {
        let result = run(&method, bids(&prices));
        for one in &result.ranking {
            let better = result.ranking.iter().filter(|other| other.rank < one.rank).count();
            prop_assert_eq!(usize::try_from(one.rank).unwrap(), better + 1);
        }
        prop_assert_eq!(result.ranking.len(), prices.len());
    }
}
