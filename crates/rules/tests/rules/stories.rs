//! Whole procedures that keep the law: works, a tender of goods, a consultation, a free comparison.
//!
//! Invariant: each goes from registration to the disclosure after the award.

mod done;
mod later;
mod opened;

pub use done::{arrived, back, signed_at};
pub use later::{award_at, result_at, sits};

use crate::story::{Story, id, tender};
use facts::body::bid::Letter;
use facts::body::tender::*;
use facts::calendar::{Date, start_of};
use facts::time::{DAY, HOUR, MINUTE};
use facts::{Currency, Hex, Instant, Money, Role};
use std::collections::BTreeMap;

pub const ALL: &[(&str, fn() -> Story)] = &[
    ("works", works),
    ("goods", goods),
    ("consultation", consultation),
    ("free", free),
];

pub const PRICES: [i64; 3] = [900_000_000, 920_000_000, 950_000_000];

/// 2026-03-02 09:00 in China, a Monday.
pub fn start() -> Instant {
    start_of(Date::constant(2026, 3, 2)).plus(9 * HOUR)
}

/// 2026-03-25 09:00, a Wednesday.
pub fn closes() -> Instant {
    start_of(Date::constant(2026, 3, 25)).plus(9 * HOUR)
}

pub fn yuan(amount: i64) -> Money {
    Money::new(Currency::CNY, amount * 100)
}

pub fn works() -> Story {
    story(Regime::Works, composite(), 5)
}

pub fn goods() -> Story {
    let mut story = story(
        Regime::GovernmentProcurement,
        Method::Declared(Box::new(declared(Basis::LowPriceScore))),
        5,
    );
    story.change(|notice: &mut TenderNoticed| {
        notice.trade = "D01".into();
        notice.lots[0].estimate = yuan(9_600_000);
    });
    story
}

pub fn consultation() -> Story {
    let mut method = declared(Basis::Consultation);
    method.price.points = 3_000;
    story(
        Regime::GovernmentProcurement,
        Method::Declared(Box::new(method)),
        5,
    )
}

pub fn free() -> Story {
    let mut story = story(Regime::Free, composite(), 5);
    story.change(|notice: &mut TenderNoticed| notice.lots[0].estimate = yuan(3_000_000));
    story
}

fn composite() -> Method {
    Method::Composite {
        above: 100,
        below: 50,
        drop_high: 0,
        drop_low: 0,
        float_bp: 0,
        items: vec![scored("plan", 4_000), scored("team", 2_000)],
        panel: 5,
        price_points: 4_000,
    }
}

fn scored(item: &str, max: i64) -> ScoreItem {
    ScoreItem {
        item: id(item),
        max,
        title: format!("{item}方案"),
    }
}

fn declared(basis: Basis) -> Declared {
    let item = |name: &str, max, steps| Scored {
        item: id(name),
        max,
        steps,
        title: format!("{name}方案"),
        weight_bp: 10_000,
    };
    Declared {
        adjustments: vec![],
        basis,
        category: Category::Goods,
        deductions: vec![],
        drawn: vec![],
        items: vec![
            item("plan", 4_000, vec![]),
            item("team", 2_000, vec![]),
            item(
                "years",
                1_000,
                vec![Reached {
                    at_least: 1,
                    points: 1_000,
                }],
            ),
        ],
        low_price: Some(LowPrice {
            answer_ms: 30 * MINUTE,
            ceiling_bp: 4_500,
            mean_bp: 5_000,
            second_bp: 5_000,
        }),
        min_valid: 3,
        panel: 5,
        places: 2,
        price: Pricing {
            benchmark: None,
            points: 3_000,
            rule: PriceRule::LowestFirst,
        },
        review: vec![ReviewItem {
            by: Reviewer::Buyer,
            clause: "第三章1.1".into(),
            item: id("licence"),
            title: "营业执照".into(),
        }],
        same_brand: Brands::Ignored,
        ties: vec![TieBreak::Price],
        trim: None,
    }
}

fn notice(method: Method) -> TenderNoticed {
    TenderNoticed {
        closes_at: closes(),
        documents: vec![],
        documents_from: start(),
        documents_until: start().plus(10 * DAY),
        lots: vec![Lot {
            ceiling: Some(yuan(10_000_000)),
            deposit: Some(yuan(100_000)),
            estimate: yuan(9_600_000),
            floor: None,
            lot: id("L1"),
            title: "一标段".into(),
        }],
        method,
        min_bidders: 3,
        procedure: None,
        opening: OpeningRules {
            bidder_lock: false,
            objection_ms: HOUR,
            remedy: "无".into(),
            share_ms: HOUR,
            unlock_ms: HOUR,
        },
        publicity_days: 3,
        region: "510000".into(),
        stages: vec![Stage {
            key_id: Hex([1; 32]),
            parts: vec![Part {
                max_bytes: 65_536,
                part: id("letter"),
                role: PartRole::Letter,
            }],
            stage: id("open"),
            invited: false,
        }],
        tender: tender(),
        title: "桥梁".into(),
        trade: "A01".into(),
        validity_days: 90,
    }
}

pub fn bid(n: usize) -> String {
    format!("b{n}")
}

pub fn submission(n: usize) -> Hex<16> {
    Hex([u8::try_from(n).unwrap(); 16])
}

pub fn letter(n: usize) -> Letter {
    Letter {
        account: id(&format!("c{n}")),
        brand: None,
        certificate: Hex([0; 64]),
        deviations: BTreeMap::new(),
        name: format!("第{n}公司"),
        period_days: 300,
        price: Some(Money::new(Currency::CNY, PRICES[n - 1])),
        project_lead: format!("项目经理{n}"),
        quality: "合格".into(),
    }
}

fn story(regime: Regime, method: Method, panel: usize) -> Story {
    let mut story = Story::default();
    story
        .enrolled(start().plus(-DAY), "sup1", Role::Supervisor)
        .enrolled(start().plus(-DAY), "op1", Role::Operator)
        .enrolled(start().plus(-DAY), "buyer", Role::Buyer);
    let registered = TenderRegistered {
        agent: Some(id("agent")),
        buyer: id("buyer"),
        regime,
        tender: tender(),
        title: "桥梁".into(),
    };
    story.signed(start().plus(-HOUR), Some("buyer"), &registered);
    story.signed(start(), Some("buyer"), &notice(method));
    opened::opening(&mut story);
    later::evaluation(&mut story, panel, regime);
    later::awarded(&mut story);
    story
}
