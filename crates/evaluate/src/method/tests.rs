//! The golden numbers of the domain digest, section 3.

use super::*;
use facts::body::tender::{Adjustment, ScoreItem};
use facts::id::ItemId;
use facts::{Currency, Money};

pub(super) fn item(name: &str) -> ItemId {
    ItemId::parse(name).unwrap()
}

pub(super) fn code(n: usize) -> CodeId {
    CodeId::parse(&format!("C{n:03}")).unwrap()
}

pub(super) fn seat(n: usize) -> SeatId {
    SeatId::parse(&format!("S{n}")).unwrap()
}

pub(super) fn bid(n: usize, price: i64) -> CodedBid {
    CodedBid {
        brand: None,
        ceiling: None,
        code: code(n),
        deviations: BTreeMap::new(),
        floor: None,
        lot: LotId::parse("L1").unwrap(),
        price: Money::new(Currency::CNY, price),
    }
}

pub(super) fn codes(bids: &[CodedBid]) -> BTreeMap<CodeId, BidId> {
    bids.iter()
        .map(|bid| {
            (
                bid.code.clone(),
                BidId::parse(&format!("B-{}", bid.code)).unwrap(),
            )
        })
        .collect()
}

pub(super) fn run(method: Method, bids: Vec<CodedBid>, sheets: &Sheets) -> LotResult {
    check(&method, &bids).unwrap();
    let codes = codes(&bids);
    let opened = EvaluationOpened {
        bids,
        method,
        opening: 1,
        tender: TenderId::parse("T1").unwrap(),
        way: None,
        qualification: None,
        unqualified: Vec::new(),
    };
    let mut concluded = conclude(&opened, &codes, sheets).unwrap();
    assert_eq!(concluded.lots.len(), 1);
    concluded.lots.remove(0)
}

pub(super) fn composite(full: i64, above: i64, below: i64, drops: (u32, u32), float_bp: i64) -> Method {
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

pub(super) fn lowest(adjustments: Vec<Adjustment>, must_pass: &[&str], panel: u32) -> Method {
    Method::LowestEvaluated {
        adjustments,
        must_pass: must_pass.iter().map(|name| item(name)).collect(),
        panel,
    }
}

pub(super) fn adjustment(name: &str, bp_per_unit: i64) -> Adjustment {
    Adjustment {
        bp_per_unit,
        item: item(name),
        unit: "unit".into(),
    }
}

fn seven() -> Vec<CodedBid> {
    let prices = [9480, 9520, 9600, 9655, 9700, 9790, 9900];
    prices
        .into_iter()
        .enumerate()
        .map(|(n, price)| bid(n, price))
        .collect()
}

fn price_scores(result: &LotResult) -> Vec<i64> {
    let mut by_price: Vec<_> = result.ranking.iter().map(|r| (r.evaluated, r.price_e4)).collect();
    by_price.sort_unstable();
    // To hundredths of a point, as the digest prints them.
    by_price.into_iter().map(|(_, e4)| (e4 + 50) / 100).collect()
}

#[test]
fn t10_deviations_are_turned_into_money() {
    let method = lowest(
        vec![adjustment("early-payment", 100), adjustment("late-weeks", 50)],
        &[],
        0,
    );
    let mut a = bid(1, 970_000_000);
    a.deviations = BTreeMap::from([(item("early-payment"), 1), (item("late-weeks"), 2)]);
    let result = run(method, vec![a, bid(2, 985_000_000)], &Sheets::new());
    let ranked: Vec<_> = result
        .ranking
        .iter()
        .map(|r| (r.code.clone(), r.evaluated, r.rank))
        .collect();
    assert_eq!(ranked, [(code(2), 985_000_000, 1), (code(1), 989_400_000, 2)]);
    assert!(
        result
            .ranking
            .iter()
            .all(|r| r.total_e4 == 0 && r.price_e4 == 0 && r.panel_e4 == 0)
    );
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
    let rule = Benchmark {
        drop_high: 0,
        drop_low: 0,
        float_bp: 0,
    };
    let mean = benchmark(&[100, 100, 101], rule).unwrap();
    assert_eq!(mean.num * 3, mean.den * 301);
    let bids = vec![bid(1, 100), bid(2, 100), bid(3, 101)];
    let result = run(composite(10_000, 30_000, 30_000, (0, 0), 0), bids, &Sheets::new());
    assert_eq!(result.benchmark_e4, Some(100_3333));
    assert_eq!(
        result.ranking[0].price_e4, 3_322,
        "100 − (1/3)/(301/3) × 100 × 300 = 0.33223…"
    );
}

#[test]
fn t13_tiered_trimming_as_drops() {
    let mean = |n: i64, drop_high, drop_low| {
        let prices: Vec<_> = (1..=n).map(|i| i * 100).collect();
        let exact = benchmark(
            &prices,
            Benchmark {
                drop_high,
                drop_low,
                float_bp: 0,
            },
        )
        .unwrap();
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
    let rule = Benchmark {
        drop_high: 1,
        drop_low: 1,
        float_bp: 0,
    };
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
            ScoreItem {
                item: item("design"),
                max: 6000,
                title: "设计".into(),
            },
            ScoreItem {
                item: item("team"),
                max: 4000,
                title: "团队".into(),
            },
        ],
        panel: 5,
        price_points: 0,
    };
    let marks = [
        (5000, 3600),
        (5500, 3350),
        (5400, 3600),
        (4800, 3600),
        (5700, 3500),
    ];
    let sheets: Sheets = marks
        .iter()
        .enumerate()
        .map(|(n, (design, team))| {
            let values = BTreeMap::from([(item("design"), *design), (item("team"), *team)]);
            (seat(n), Sheet::from([(code(1), values)]))
        })
        .collect();
    let result = run(method, vec![bid(1, 100)], &sheets);
    assert_eq!(
        result.ranking[0].panel_e4, 881_000,
        "86, 88.5, 90, 84, 92 → 88.10"
    );
    assert_eq!(result.ranking[0].total_e4, 881_000);
}
