//! Limits, majorities, ties, extremes, and what is no method at all.

use super::tests::*;
use super::*;
use facts::body::tender::ScoreItem;
use facts::{Currency, Money};

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
    let mut out: Vec<_> = result
        .rejected
        .iter()
        .map(|r| (r.code.to_string(), r.clause.as_str()))
        .collect();
    out.sort();
    assert_eq!(
        out,
        [
            ("C1001".to_owned(), "above_ceiling"),
            ("C499".to_owned(), "below_floor")
        ]
    );
    assert_eq!(
        result.benchmark_e4,
        Some(750_0000),
        "rejected bids do not enter the mean"
    );
}

#[test]
fn an_item_needs_more_than_half_of_the_panel() {
    let method = lowest(vec![], &["licence", "schedule"], 4);
    let vote = |licence: [i64; 4]| -> Sheets {
        let sheet = |pass| {
            Sheet::from([(
                code(1),
                BTreeMap::from([(item("licence"), pass), (item("schedule"), 0)]),
            )])
        };
        licence
            .into_iter()
            .enumerate()
            .map(|(n, pass)| (seat(n), sheet(pass)))
            .collect()
    };
    let clause = |votes| {
        run(method.clone(), vec![bid(1, 100)], &vote(votes)).rejected[0]
            .clause
            .clone()
    };
    assert_eq!(
        clause([1, 1, 0, 0]),
        "must_pass:licence",
        "half is not a majority"
    );
    assert_eq!(
        clause([1, 1, 1, 0]),
        "must_pass:schedule",
        "the first item failed in the method's order"
    );
}

#[test]
fn equal_totals_go_to_the_lower_price_and_equal_prices_tie() {
    let sheet = |a, b, c| {
        Sheet::from([
            (code(1), BTreeMap::from([(item("x"), a)])),
            (code(2), BTreeMap::from([(item("x"), b)])),
            (code(3), BTreeMap::from([(item("x"), c)])),
            (code(4), BTreeMap::from([(item("x"), 0)])),
        ])
    };
    let method = Method::Composite {
        above: 0,
        below: 0,
        drop_high: 0,
        drop_low: 0,
        float_bp: 0,
        items: vec![ScoreItem {
            item: item("x"),
            max: 100,
            title: "x".into(),
        }],
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
    assert_eq!(
        run(method.clone(), vec![a.clone()], &Sheets::new()).ranking[0].evaluated,
        1000
    );
    a.deviations = BTreeMap::from([(item("late-weeks"), i64::MAX)]);
    a.price.minor = MAX_RESULT;
    assert_eq!(
        run(method, vec![a], &Sheets::new()).ranking[0].evaluated,
        MAX_RESULT
    );
}

#[test]
fn extremes_have_a_result() {
    let bids: Vec<_> = [0, 0, MAX_RESULT, MAX_RESULT, 1]
        .into_iter()
        .enumerate()
        .map(|(n, p)| bid(n, p))
        .collect();
    let result = run(
        composite(1_000_000, 1_000_000, 1_000_000, (1, 1), -9_999),
        bids,
        &Sheets::new(),
    );
    assert_eq!(result.benchmark_e4, Some(MAX_RESULT));
    assert_eq!(result.ranking.len(), 5);
    let zero = run(
        composite(100, 1, 1, (0, 0), 0),
        vec![bid(0, 0), bid(1, 0)],
        &Sheets::new(),
    );
    assert_eq!(
        zero.ranking
            .iter()
            .map(|r| (r.rank, r.price_e4))
            .collect::<Vec<_>>(),
        [(1, 0), (1, 0)]
    );
    assert_eq!(zero.benchmark_e4, Some(0));
    let limit = |n| CodedBid {
        ceiling: Some(Money::new(Currency::CNY, 1)),
        ..bid(n, 2)
    };
    let none = run(
        composite(100, 1, 1, (0, 0), 0),
        vec![limit(0), limit(1)],
        &Sheets::new(),
    );
    assert_eq!(
        (none.benchmark_e4, none.ranking.len(), none.rejected.len()),
        (None, 0, 2)
    );
}

#[test]
fn malformed_methods_are_refused_with_their_reason() {
    let refused = |method: &Method, bids: &[CodedBid]| check(method, bids).unwrap_err();
    let one = [bid(1, 5)];
    assert!(
        refused(&composite(1_000_001, 0, 0, (0, 0), 0), &one)
            .en
            .contains("points")
    );
    assert!(
        refused(&composite(100, -1, 0, (0, 0), 0), &one)
            .en
            .contains("points")
    );
    assert!(
        refused(&composite(100, 0, 0, (0, 0), 10_000), &one)
            .en
            .contains("float")
    );
    assert!(refused(&lowest(vec![], &["a"], 0), &one).en.contains("no panel"));
    assert!(
        refused(&lowest(vec![], &["a", "a"], 5), &one)
            .en
            .contains("twice")
    );
    assert!(
        refused(
            &lowest(vec![adjustment("a", 1), adjustment("a", 2)], &[], 5),
            &one
        )
        .en
        .contains("adjustment")
    );
    assert!(refused(&lowest(vec![], &[], 0), &[]).en.contains("no bids"));
    assert!(
        refused(&lowest(vec![], &[], 0), &[bid(2, 1), bid(1, 1)])
            .en
            .contains("ascending")
    );
    assert!(
        refused(&lowest(vec![], &[], 0), &[bid(1, -1)])
            .en
            .contains("negative")
    );
    let yen = CodedBid {
        price: Money::new(Currency::JPY, 1),
        ..bid(2, 1)
    };
    assert_eq!(
        refused(&lowest(vec![], &[], 0), &[bid(1, 1), yen]).code,
        "evaluation.currency"
    );
}
