//! Methods with their results as data: what the verifiers recompute, each with code of its own.
//!
//! Invariant: the file in `tests/golden` is what this crate computes; `KAIBIAO_GOLDEN=write` writes it anew.

#![allow(
    clippy::allow_attributes,
    clippy::arithmetic_side_effects,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    dead_code,
    unreachable_pub,
    reason = "test code"
)]

extern crate kaibiao_evaluate as evaluate;

use evaluate::method::{Settled, Sheets, check, conclude_settled};
use facts::body::evaluation::{CodedBid, EvaluationOpened};
use facts::body::tender::{
    Adjustment, Amount, Basis, Benchmark, Brands, Category, Coefficient, Declared, Deduction, DeductionFrom,
    Lot, Mean, Method, PriceRule, Pricing, Reached, Regime, Scored, Steps, TieBreak, Tier,
};
use facts::id::{CodeId, ItemId, LotId, SeatId};
use facts::{BidId, Currency, Instant, Money, TenderId};
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// Numbers that look random and are always the same (`SplitMix64`).
struct Numbers(u64);

impl Numbers {
    const fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    fn within(&mut self, least: i64, most: i64) -> i64 {
        let span = u64::try_from(most.wrapping_sub(least)).unwrap().wrapping_add(1);
        least.wrapping_add(i64::try_from(self.next() % span).unwrap())
    }

    fn one<T: Copy>(&mut self, of: &[T]) -> T {
        of[usize::try_from(self.next() % u64::try_from(of.len()).unwrap()).unwrap()]
    }

    fn maybe(&mut self) -> bool {
        self.next().is_multiple_of(2)
    }
}

fn item(name: &str) -> ItemId {
    ItemId::parse(name).unwrap()
}

fn benchmark(n: &mut Numbers) -> Benchmark {
    let fixed = |figure| Amount {
        drawn: None,
        fixed: Some(figure),
    };
    Benchmark {
        above: fixed(n.within(0, 400)),
        below: Amount {
            drawn: Some(item("E2")),
            fixed: None,
        },
        control_bp: fixed(n.one(&[0, 0, 4_000, 10_000])),
        float_bp: fixed(n.within(-500, 1_500)),
        k_bp: Amount {
            drawn: Some(item("K")),
            fixed: None,
        },
        mean: n.one(&[Mean::Mean, Mean::MeanWithLowest, Mean::Median, Mean::Lowest]),
        provisional: BTreeMap::from([(LotId::parse("L1").unwrap(), n.within(0, 10_000))]),
        round_to: n.one(&[0, 0, 1, 100]),
        steps: n.one(&[Steps::Linear, Steps::Begun, Steps::Whole]),
        tiers: vec![
            Tier {
                from: 4,
                high: 1,
                low: 0,
            },
            Tier {
                from: 7,
                high: 1,
                low: 1,
            },
        ],
    }
}

fn method(n: &mut Numbers) -> Declared {
    let rule = n.one(&[
        PriceRule::Order,
        PriceRule::LowestFirst,
        PriceRule::Benchmark,
        PriceRule::Benchmark,
        PriceRule::Ignored,
    ]);
    let points = match rule {
        PriceRule::LowestFirst | PriceRule::Benchmark => 4_000,
        PriceRule::Order | PriceRule::Ignored => 0,
    };
    let steps = [(1, 300), (2, 700), (5, 1_000)]
        .map(|(at_least, points)| Reached { at_least, points })
        .to_vec();
    let scored = |name: &str, max, steps, weight_bp| Scored {
        item: item(name),
        max,
        steps,
        title: name.to_owned(),
        weight_bp,
    };
    let rest = 9_000 - points;
    let coefficient = |name: &str, from, to, step| Coefficient {
        by_digits: name == "K",
        from,
        name: item(name),
        step,
        to,
    };
    let drawn = [coefficient("E2", 50, 250, 50), coefficient("K", 0, 900, 1)];
    Declared {
        adjustments: vec![Adjustment {
            bp_per_unit: n.within(-20, 150),
            item: item("weeks"),
            unit: "week".into(),
        }],
        basis: Basis::Notice,
        category: Category::Works,
        deductions: vec![
            Deduction {
                basis: "a".into(),
                bp: 1_000,
                from: DeductionFrom::Price,
                item: item("small"),
            },
            Deduction {
                basis: "b".into(),
                bp: 300,
                from: DeductionFrom::Score,
                item: item("green"),
            },
        ],
        drawn: if rule == PriceRule::Benchmark {
            drawn.to_vec()
        } else {
            Vec::new()
        },
        items: if rule == PriceRule::Order {
            Vec::new()
        } else {
            vec![
                scored("certificates", 1_000, steps, 10_000),
                if rest > 5_000 {
                    scored("plan", rest, Vec::new(), 10_000)
                } else {
                    scored("plan", rest * 2, Vec::new(), 5_000)
                },
            ]
        },
        low_price: None,
        min_valid: u32::try_from(n.within(0, 3)).unwrap(),
        panel: 5,
        places: n.one(&[0, 1, 2, 3, 4]),
        price: Pricing {
            benchmark: (rule == PriceRule::Benchmark).then(|| benchmark(n)),
            points,
            rule,
        },
        review: Vec::new(),
        same_brand: n.one(&[Brands::Ignored, Brands::One]),
        ties: match rule {
            PriceRule::Order => vec![TieBreak::Price, TieBreak::Drawn],
            _ => vec![
                TieBreak::Item { item: item("plan") },
                TieBreak::Evaluated,
                TieBreak::Panel,
                TieBreak::Drawn,
            ],
        },
        trim: n.maybe().then_some(Tier {
            from: 5,
            high: 1,
            low: 1,
        }),
    }
}

fn lot() -> Lot {
    let ceiling = Money::new(Currency::CNY, 1_200_000);
    Lot {
        ceiling: Some(ceiling),
        deposit: None,
        estimate: ceiling,
        floor: None,
        lot: LotId::parse("L1").unwrap(),
        title: "L".into(),
    }
}

fn numbers_declared(n: &mut Numbers) -> BTreeMap<ItemId, i64> {
    let mut declared = BTreeMap::new();
    for name in ["certificates", "weeks", "small", "green"] {
        if n.maybe() {
            declared.insert(item(name), n.within(-1, 6));
        }
    }
    declared
}

/// Prices close together, so that equal figures occur.
fn case(n: &mut Numbers) -> Value {
    let declared = method(n);
    facts::methods::check(&declared, Regime::Free, &[lot()], Instant(0)).unwrap();
    let (mut bids, mut codes, mut settled) = (Vec::new(), BTreeMap::new(), Settled::default());
    for number in 0..n.within(1, 9) {
        let code = CodeId::parse(&format!("C{number}")).unwrap();
        codes.insert(code.clone(), BidId::parse(&format!("B{number}")).unwrap());
        let price = n.one(&[900_000, 950_000, 1_000_000, 1_000_050, 1_199_999, 1_250_000]);
        bids.push(CodedBid {
            brand: n.maybe().then(|| n.one(&["X", "Y"]).to_owned()),
            ceiling: lot().ceiling,
            code: code.clone(),
            deviations: numbers_declared(n),
            floor: None,
            lot: lot().lot,
            price: Money::new(Currency::CNY, price),
        });
        match n.within(0, 6) {
            0 => {
                settled.rejected.insert(code.clone(), "review:licence".to_owned());
            }
            1 => {
                settled.corrected.insert(code.clone(), price - 7_777);
            }
            _ => {}
        }
        if n.maybe() {
            settled.order.insert(0, code);
        }
    }
    settled.drawn = declared
        .drawn
        .iter()
        .map(|one| (one.name.clone(), n.one(&[one.from, one.from + one.step, one.to])))
        .collect();
    assert_eq!(facts::methods::drawn_fault(&declared, &settled.drawn), None);
    let method = Method::Declared(Box::new(declared));
    let value = |n: &mut Numbers, max: i64| n.one(&[0, max, max / 2, max / 2, max / 3]);
    let sheets: Sheets = (0..5)
        .map(|seat| {
            let sheet = codes.keys().map(|code| {
                (
                    code.clone(),
                    method
                        .sheet_items()
                        .into_iter()
                        .map(|(item, max)| (item.clone(), value(n, max)))
                        .collect(),
                )
            });
            (SeatId::parse(&format!("S{seat}")).unwrap(), sheet.collect())
        })
        .collect();
    check(&method, &bids).unwrap();
    let opened = EvaluationOpened {
        bids,
        method,
        opening: 1,
        tender: TenderId::parse("T").unwrap(),
        way: None,
        qualification: None,
        unqualified: Vec::new(),
    };
    let result = conclude_settled(&opened, &codes, &sheets, &settled).unwrap();
    json!({
        "bids": opened.bids, "codes": codes, "corrected": settled.corrected, "drawn": settled.drawn, "lots": result.lots,
        "method": opened.method, "order": settled.order, "rejected": settled.rejected, "sheets": sheets,
    })
}

#[test]
fn the_results_are_those_that_the_verifiers_recompute() {
    let mut numbers = Numbers(20_261_122);
    let cases: Vec<Value> = (0..60).map(|_| case(&mut numbers)).collect();
    let lines: Vec<String> = cases
        .iter()
        .map(|case| serde_json::to_string(case).unwrap())
        .collect();
    let text = format!("[\n{}\n]\n", lines.join(",\n"));
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/golden/methods.json");
    if std::env::var_os("KAIBIAO_GOLDEN").is_some_and(|wish| wish == "write") {
        std::fs::write(path, &text).unwrap();
    }
    assert!(
        std::fs::read_to_string(path).unwrap() == text,
        "KAIBIAO_GOLDEN=write cargo test -p kaibiao-evaluate --test methods"
    );
}
