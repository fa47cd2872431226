//! The golden numbers of the domain digest, section 3, and properties every method must have.

use super::*;
use facts::body::tender::{Adjustment, ScoreItem};
use facts::id::ItemId;
use facts::{Currency, Money};
use proptest::prelude::*;

fn item(name: &str) -> ItemId {
    ItemId::parse(name).unwrap()
}

fn code(n: usize) -> CodeId {
    CodeId::parse(&format!("C{n:03}")).unwrap()
}

fn seat(n: usize) -> SeatId {
    SeatId::parse(&format!("S{n}")).unwrap()
}

fn bid(n: usize, price: i64) -> CodedBid {
    CodedBid {
        ceiling: None,
        code: code(n),
        deviations: BTreeMap::new(),
        floor: None,
        lot: LotId::parse("L1").unwrap(),
        price: Money::new(Currency::CNY, price),
    }
}

fn codes(bids: &[CodedBid]) -> BTreeMap<CodeId, BidId> {
    bids.iter().map(|bid| (bid.code.clone(), BidId::parse(&format!("B-{}", bid.code)).unwrap())).collect()
}

fn run(method: Method, bids: Vec<CodedBid>, sheets: &Sheets) -> LotResult {
    check(&method, &bids).unwrap();
    let codes = codes(&bids);
    let opened = EvaluationOpened { bids, method, opening: 1, tender: TenderId::parse("T1").unwrap() };
    let mut concluded = conclude(&opened, &codes, sheets).unwrap();
    assert_eq!(concluded.lots.len(), 1);
    concluded.lots.remove(0)
}

fn composite(full: i64, above: i64, below: i64, drops: (u32, u32), float_bp: i64) -> Method {
    Method::Composite {
        above,
        below,
        drop_high: drops.0,
        drop_low: drops.1,
        float_bp,
        items: vec![],
        panel: 0,
        price_points: full,
    }
}

fn lowest(adjustments: Vec<Adjustment>, must_pass: &[&str], panel: u32) -> Method {
    Method::LowestEvaluated { adjustments, must_pass: must_pass.iter().map(|name| item(name)).collect(), panel }
}

fn adjustment(name: &str, bp_per_unit: i64) -> Adjustment {
    Adjustment { bp_per_unit, item: item(name), unit: "unit".into() }
}

fn seven() -> Vec<CodedBid> {
    let prices = [9480, 9520, 9600, 9655, 9700, 9790, 9900];
    prices.into_iter().enumerate().map(|(n, price)| bid(n, price)).collect()
}

fn price_scores(result: &LotResult) -> Vec<i64> {
    let mut by_price: Vec<_> = result.ranking.iter().map(|r| (r.evaluated, r.price_e4)).collect();
    by_price.sort_unstable();
    // To hundredths of a point, as the digest prints them.
    by_price.into_iter().map(|(_, e4)| (e4 + 50) / 100).collect()
}

#[test]
fn t10_deviations_are_turned_into_money() {
    let method = lowest(vec![adjustment("early-payment", 100), adjustment("late-weeks", 50)], &[], 0);
    let mut a = bid(1, 9_700_000_00);
    a.deviations = BTreeMap::from([(item("early-payment"), 1), (item("late-weeks"), 2)]);
    let result = run(method, vec![a, bid(2, 9_850_000_00)], &Sheets::new());
    let ranked: Vec<_> = result.ranking.iter().map(|r| (r.code.clone(), r.evaluated, r.rank)).collect();
    assert_eq!(ranked, [(code(2), 9_850_000_00, 1), (code(1), 9_894_000_00, 2)]);
    assert!(result.ranking.iter().all(|r| r.total_e4 == 0 && r.price_e4 == 0 && r.panel_e4 == 0));
    assert_eq!(result.benchmark_e4, None);
}

#[test]
fn t11_benchmark_of_the_trimmed_mean() {
    let result = run(composite(10_000, 200, 100, (1, 1), 0), seven(), &Sheets::new());
    assert_eq!(result.benchmark_e4, Some(9653_0000));
    assert_eq!(price_scores(&result), [9821, 9862, 9945, 9996, 9903, 9716, 9488]);
    assert_eq!(result.ranking[0].evaluated, 9655);
    // To the last published digit: 100 − 2·100·2/9653 = 99.95856…
    assert_eq!(result.ranking[0].price_e4, 999_586);
}

#[test]
fn t12_the_float_changes_the_winner_and_keeps_full_precision() {
    let result = run(composite(10_000, 200, 100, (1, 1), 150), seven(), &Sheets::new());
    assert_eq!(result.benchmark_e4, Some(9508_2050));
    assert_eq!(price_scores(&result), [9970, 9975, 9807, 9691, 9597, 9407, 9176]);
    assert_eq!(result.ranking[0].evaluated, 9520);
}

#[test]
fn the_benchmark_is_not_rounded_before_the_score() {
    // Mean of 100, 100, 101 is 100.333…; a rounded benchmark of 100 would give the first two full points.
    let rule = Benchmark { drop_high: 0, drop_low: 0, float_bp: 0 };
    let mean = benchmark(&[100, 100, 101], rule).unwrap();
    assert_eq!(mean.num * 3, mean.den * 301);
    let bids = vec![bid(1, 100), bid(2, 100), bid(3, 101)];
    let result = run(composite(10_000, 300_00, 300_00, (0, 0), 0), bids, &Sheets::new());
    assert_eq!(result.benchmark_e4, Some(100_3333));
    assert_eq!(result.ranking[0].price_e4, 3_322, "100 − (1/3)/(301/3) × 100 × 300 = 0.33223…");
}

#[test]
fn t13_tiered_trimming_as_drops() {
    let mean = |n: i64, drop_high, drop_low| {
        let prices: Vec<_> = (1..=n).map(|i| i * 100).collect();
        let exact = benchmark(&prices, Benchmark { drop_high, drop_low, float_bp: 0 }).unwrap();
        exact.half_up().unwrap()
    };
    let tier = |n| match n {
        ..=3 => mean(n, 0, 0),
        4..=6 => mean(n, 1, 0),
        _ => mean(n, 1, 1),
    };
    assert_eq!([3, 4, 6, 7, 8].map(tier), [200, 200, 300, 400, 450]);
}

#[test]
fn drops_that_would_leave_nothing_are_not_made() {
    let rule = Benchmark { drop_high: 1, drop_low: 1, float_bp: 0 };
    assert_eq!(benchmark(&[100, 300], rule).unwrap().half_up(), Some(200));
    assert_eq!(benchmark(&[100, 110, 300], rule).unwrap().half_up(), Some(110));
    assert_eq!(benchmark(&[], rule), None);
}

#[test]
fn t18_the_panel_score_is_the_mean_of_its_members() {
    let method = Method::Composite {
        above: 0,
        below: 0,
        drop_high: 0,
        drop_low: 0,
        float_bp: 0,
        items: vec![
            ScoreItem { item: item("design"), max: 6000, title: "设计".into() },
            ScoreItem { item: item("team"), max: 4000, title: "团队".into() },
        ],
        panel: 5,
        price_points: 0,
    };
    let marks = [(5000, 3600), (5500, 3350), (5400, 3600), (4800, 3600), (5700, 3500)];
    let sheets: Sheets = marks
        .iter()
        .enumerate()
        .map(|(n, (design, team))| {
            let values = BTreeMap::from([(item("design"), *design), (item("team"), *team)]);
            (seat(n), Sheet::from([(code(1), values)]))
        })
        .collect();
    let result = run(method, vec![bid(1, 100)], &sheets);
    assert_eq!(result.ranking[0].panel_e4, 881_000, "86, 88.5, 90, 84, 92 → 88.10");
    assert_eq!(result.ranking[0].total_e4, 881_000);
}

#[test]
fn limits_reject_strictly_beyond_them() {
    let limit = |price| CodedBid {
        ceiling: Some(Money::new(Currency::CNY, 1000)),
        floor: Some(Money::new(Currency::CNY, 500)),
        ..bid(usize::try_from(price).unwrap(), price)
    };
    let bids = vec![limit(499), limit(500), limit(750), limit(1000), limit(1001)];
    let mut bids = bids;
    bids.sort_by(|a, b| a.code.cmp(&b.code));
    let result = run(composite(10_000, 200, 100, (0, 0), 0), bids, &Sheets::new());
    let mut out: Vec<_> =
        result.rejected.iter().map(|r| (r.code.to_string(), r.clause.as_str())).collect();
    out.sort();
    assert_eq!(out, [("C1001".to_owned(), "above_ceiling"), ("C499".to_owned(), "below_floor")]);
    assert_eq!(result.benchmark_e4, Some(750_0000), "rejected bids do not enter the mean");
}

#[test]
fn an_item_needs_more_than_half_of_the_panel() {
    let method = lowest(vec![], &["licence", "schedule"], 4);
    let vote = |licence: [i64; 4]| -> Sheets {
        let sheet = |pass| Sheet::from([(code(1), BTreeMap::from([(item("licence"), pass), (item("schedule"), 0)]))]);
        licence.into_iter().enumerate().map(|(n, pass)| (seat(n), sheet(pass))).collect()
    };
    let clause = |votes| run(method.clone(), vec![bid(1, 100)], &vote(votes)).rejected[0].clause.clone();
    assert_eq!(clause([1, 1, 0, 0]), "must_pass:licence", "half is not a majority");
    assert_eq!(clause([1, 1, 1, 0]), "must_pass:schedule", "the first item failed in the method's order");
}

#[test]
fn equal_totals_go_to_the_lower_price_and_equal_prices_tie() {
    let sheet = |a, b, c| Sheet::from([
        (code(1), BTreeMap::from([(item("x"), a)])),
        (code(2), BTreeMap::from([(item("x"), b)])),
        (code(3), BTreeMap::from([(item("x"), c)])),
        (code(4), BTreeMap::from([(item("x"), 0)])),
    ]);
    let method = Method::Composite {
        above: 0,
        below: 0,
        drop_high: 0,
        drop_low: 0,
        float_bp: 0,
        items: vec![ScoreItem { item: item("x"), max: 100, title: "x".into() }],
        panel: 1,
        price_points: 1000,
    };
    let bids = vec![bid(1, 110), bid(2, 100), bid(3, 100), bid(4, 90)];
    let result = run(method, bids, &Sheets::from([(seat(0), sheet(50, 50, 50))]));
    let ranks: Vec<_> = result.ranking.iter().map(|r| (r.code.clone(), r.rank)).collect();
    assert_eq!(ranks, [(code(2), 1), (code(3), 1), (code(1), 3), (code(4), 4)]);
}

#[test]
fn nobody_gains_by_declaring_less_than_nothing() {
    let method = lowest(vec![adjustment("late-weeks", 50)], &[], 0);
    let mut a = bid(1, 1000);
    a.deviations = BTreeMap::from([(item("late-weeks"), -100), (item("unheard-of"), -100)]);
    assert_eq!(run(method.clone(), vec![a.clone()], &Sheets::new()).ranking[0].evaluated, 1000);
    a.deviations = BTreeMap::from([(item("late-weeks"), i64::MAX)]);
    a.price.minor = MAX_RESULT;
    assert_eq!(run(method, vec![a], &Sheets::new()).ranking[0].evaluated, MAX_RESULT);
}

#[test]
fn extremes_have_a_result() {
    let bids: Vec<_> = [0, 0, MAX_RESULT, MAX_RESULT, 1].into_iter().enumerate().map(|(n, p)| bid(n, p)).collect();
    let result = run(composite(1_000_000, 1_000_000, 1_000_000, (1, 1), -9_999), bids, &Sheets::new());
    assert_eq!(result.benchmark_e4, Some(MAX_RESULT));
    assert_eq!(result.ranking.len(), 5);
    let zero = run(composite(100, 1, 1, (0, 0), 0), vec![bid(0, 0), bid(1, 0)], &Sheets::new());
    assert_eq!(zero.ranking.iter().map(|r| (r.rank, r.price_e4)).collect::<Vec<_>>(), [(1, 0), (1, 0)]);
    assert_eq!(zero.benchmark_e4, Some(0));
    let limit = |n| CodedBid { ceiling: Some(Money::new(Currency::CNY, 1)), ..bid(n, 2) };
    let none = run(composite(100, 1, 1, (0, 0), 0), vec![limit(0), limit(1)], &Sheets::new());
    assert_eq!((none.benchmark_e4, none.ranking.len(), none.rejected.len()), (None, 0, 2));
}

#[test]
fn malformed_methods_are_refused_with_their_reason() {
    let refused = |method: &Method, bids: &[CodedBid]| check(method, bids).unwrap_err();
    let one = [bid(1, 5)];
    assert!(refused(&composite(1_000_001, 0, 0, (0, 0), 0), &one).en.contains("points"));
    assert!(refused(&composite(100, -1, 0, (0, 0), 0), &one).en.contains("points"));
    assert!(refused(&composite(100, 0, 0, (0, 0), 10_000), &one).en.contains("float"));
    assert!(refused(&lowest(vec![], &["a"], 0), &one).en.contains("no panel"));
    assert!(refused(&lowest(vec![], &["a", "a"], 5), &one).en.contains("twice"));
    assert!(refused(&lowest(vec![adjustment("a", 1), adjustment("a", 2)], &[], 5), &one).en.contains("adjustment"));
    assert!(refused(&lowest(vec![], &[], 0), &[]).en.contains("no bids"));
    assert!(refused(&lowest(vec![], &[], 0), &[bid(2, 1), bid(1, 1)]).en.contains("ascending"));
    assert!(refused(&lowest(vec![], &[], 0), &[bid(1, -1)]).en.contains("negative"));
    let yen = CodedBid { price: Money::new(Currency::JPY, 1), ..bid(2, 1) };
    assert_eq!(refused(&lowest(vec![], &[], 0), &[bid(1, 1), yen]).code, "evaluation.currency");
}

fn cases() -> impl Strategy<Value = (Vec<i64>, i64, (u32, u32), i64)> {
    (prop::collection::vec(1_i64..2_000_000_000_000, 1..12), 0_i64..600, (0_u32..3, 0_u32..3), -500_i64..500)
}

proptest! {
    #[test]
    fn the_order_of_bids_changes_nothing(
        (prices, slope, drops, float) in cases(), turn in 0_usize..12
    ) {
        let method = composite(6000, slope, slope / 2, drops, float);
        let bids: Vec<_> = prices.iter().enumerate().map(|(n, price)| bid(n, *price)).collect();
        let names = codes(&bids);
        let opened = |bids| EvaluationOpened { bids, method: method.clone(), opening: 1, tender: TenderId::parse("T").unwrap() };
        let straight = conclude(&opened(bids.clone()), &names, &Sheets::new()).unwrap();
        let mut turned = bids.clone();
        turned.rotate_left(turn % bids.len());
        prop_assert_eq!(&straight, &conclude(&opened(turned), &names, &Sheets::new()).unwrap());
        // Other codes for the same prices: the same ranks and scores by price.
        let mut renamed = bids;
        renamed.iter_mut().for_each(|bid| bid.code = CodeId::parse(&format!("Z{}", 900 - bid.price.minor % 7 * 100)).unwrap());
        renamed.iter_mut().enumerate().for_each(|(n, bid)| bid.code = CodeId::parse(&format!("{}-{}", bid.code, 99 - n)).unwrap());
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
