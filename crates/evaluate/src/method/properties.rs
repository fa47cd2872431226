//! Properties every method must have, whatever the numbers.

use super::tests::*;
use super::*;
use facts::body::tender::ScoreItem;
use proptest::prelude::*;

fn cases() -> impl Strategy<Value = (Vec<i64>, i64, (u32, u32), i64)> {
    (
        prop::collection::vec(1_i64..2_000_000_000_000, 1..12),
        0_i64..600,
        (0_u32..3, 0_u32..3),
        -500_i64..500,
    )
}

proptest! {
    #[test]
    fn the_order_of_bids_changes_nothing(
        (prices, slope, drops, float) in cases(), turn in 0_usize..12
    ) {
        let method = composite(6000, slope, slope / 2, drops, float);
        let bids: Vec<_> = prices.iter().enumerate().map(|(n, price)| bid(n, *price)).collect();
        let names = codes(&bids);
        let opened = |bids| EvaluationOpened { bids, method: method.clone(), opening: 1, tender: TenderId::parse("T").unwrap(), way: None, qualification: None, unqualified: Vec::new() };
        let straight = conclude(&opened(bids.clone()), &names, &Sheets::new()).unwrap();
        let mut turned = bids.clone();
        turned.rotate_left(turn % bids.len());
        prop_assert_eq!(&straight, &conclude(&opened(turned), &names, &Sheets::new()).unwrap());
        // Other codes for the same prices: the same ranks and scores by price.
        let mut renamed = bids;
        for (n, bid) in renamed.iter_mut().enumerate() {
            bid.code = CodeId::parse(&format!("Z{}-{}", 9 - bid.price.minor % 7, 99 - n)).unwrap();
        }
        let other = conclude(&opened(renamed.clone()), &codes(&renamed), &Sheets::new()).unwrap();
        let figures = |lot: &LotResult| -> Vec<_> { lot.ranking.iter().map(|r| (r.rank, r.evaluated, r.total_e4)).collect() };
        prop_assert_eq!(figures(&straight.lots[0]), figures(&other.lots[0]));
    }

    #[test]
    fn scores_fall_with_the_distance_from_the_benchmark((prices, slope, drops, float) in cases()) {
        let bids: Vec<_> = prices.iter().enumerate().map(|(n, price)| bid(n, *price)).collect();
        let result = run(composite(6000, slope, slope, drops, float), bids, &Sheets::new());
        let rule = Benchmark { drop_high: drops.0, drop_low: drops.1, float_bp: float };
        let exact = benchmark(&prices, rule).unwrap();
        let distance = |price: i64| (i128::from(price) * exact.den - exact.num).abs();
        for a in &result.ranking {
            prop_assert!((0..=600_000).contains(&a.price_e4));
            for b in &result.ranking {
                if distance(a.evaluated) <= distance(b.evaluated) {
                    prop_assert!(a.price_e4 >= b.price_e4);
                }
            }
        }
    }

    #[test]
    fn a_lower_price_or_fewer_deviations_never_rank_worse(
        prices in prop::collection::vec(1_i64..1_000_000_000_000, 2..8),
        units in prop::collection::vec(0_i64..50, 8),
        less in 0_i64..1_000_000, bp in 0_i64..200,
    ) {
        let method = lowest(vec![adjustment("w", bp)], &[], 0);
        let make = |cut: i64, spare: i64| -> Vec<CodedBid> {
            prices.iter().enumerate().map(|(n, price)| {
                let (cut, spare) = if n == 0 { (cut, spare) } else { (0, 0) };
                let mut made = bid(n, (price - cut).max(0));
                made.deviations = BTreeMap::from([(item("w"), (units[n] - spare).max(0))]);
                made
            }).collect()
        };
        let rank = |bids| run(method.clone(), bids, &Sheets::new()).ranking.iter().find(|r| r.code == code(0)).unwrap().rank;
        let before = rank(make(0, 0));
        prop_assert!(rank(make(less, 0)) <= before);
        prop_assert!(rank(make(0, 1)) <= before);
    }

    #[test]
    fn more_points_never_rank_worse(marks in prop::collection::vec(0_i64..=100, 15), more in 0_i64..=100) {
        let method = Method::Composite {
            above: 100, below: 50, drop_high: 0, drop_low: 0, float_bp: 0,
            items: vec![ScoreItem { item: item("x"), max: 200, title: "x".into() }],
            panel: 5, price_points: 4000,
        };
        let bids = || vec![bid(0, 1_000), bid(1, 1_010), bid(2, 990)];
        let sheets = |extra: i64| -> Sheets {
            (0..5).map(|s| (seat(s), (0..3).map(|c| {
                let raise = if c == 1 { extra } else { 0 };
                (code(c), BTreeMap::from([(item("x"), marks[s * 3 + c] + raise)]))
            }).collect())).collect()
        };
        let rank = |extra| run(method.clone(), bids(), &sheets(extra)).ranking.iter().find(|r| r.code == code(1)).unwrap().rank;
        prop_assert!(rank(more) <= rank(0));
    }
}
