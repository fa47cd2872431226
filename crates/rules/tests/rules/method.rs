//! Cases of the method that a notice announces.

use crate::stories::{consultation, goods, works};
use crate::story::Story;
use crate::{Case, case};
use facts::body::tender::*;
use facts::time::MINUTE;
use kaibiao_rules::Colour::Red;

/// Changes a method that is spelt out.
pub fn spelt(story: &mut Story, change: impl Fn(&mut Declared)) {
    story.change(|notice: &mut TenderNoticed| {
        let Method::Declared(method) = &mut notice.method else {
            panic!("the method is not spelt out");
        };
        change(method);
    });
}

fn deduction(bp: i64) -> Deduction {
    Deduction {
        basis: "财库〔2020〕46号:小微企业".into(),
        bp,
        from: DeductionFrom::Price,
        item: crate::story::id("small"),
    }
}

fn composite_for_goods(story: &mut Story) {
    let Method::Composite { .. } = works_method() else {
        unreachable!()
    };
    let method = works_method();
    story.change(|notice: &mut TenderNoticed| notice.method = method.clone());
}

fn works_method() -> Method {
    let told = works().board();
    told.board
        .procedure(&crate::story::tender())
        .unwrap()
        .method()
        .unwrap()
        .clone()
}

pub const CASES: &[Case] = &[
    // 29.99 % of 100 points.
    case("N25", goods, |s| spelt(s, |m| m.price.points = 2_998), Red),
    case(
        "N26",
        consultation,
        |s| spelt(s, |m| m.price.points = 10_600),
        Red,
    ),
    case(
        "V07",
        goods,
        |s| {
            let mut method = works_method();
            if let Method::Composite { drop_high, .. } = &mut method {
                *drop_high = 1;
            }
            s.change(|notice: &mut TenderNoticed| notice.method = method.clone());
        },
        Red,
    ),
    case("V08", goods, composite_for_goods, Red),
    case("V11", goods, |s| spelt(s, |m| m.low_price = None), Red),
    case(
        "V12",
        goods,
        |s| {
            spelt(s, |m| {
                m.low_price = m.low_price.map(|low| LowPrice {
                    answer_ms: 30 * MINUTE - 1,
                    ..low
                });
            });
        },
        Red,
    ),
    Case {
        rule: "V25",
        story: goods,
        given: |s| spelt(s, |m| m.deductions = vec![deduction(1_000)]),
        broken: |s| spelt(s, |m| m.deductions = vec![deduction(2_001)]),
        colour: Red,
    },
    case("P01", works, |s| panel(s, 6), Red),
    Case {
        rule: "P03",
        story: goods,
        given: |s| {
            s.change(|n: &mut TenderNoticed| n.lots[0].estimate = crate::stories::yuan(10_000_000));
            spelt(s, |m| m.panel = 7);
        },
        broken: |s| spelt(s, |m| m.panel = 5),
        colour: Red,
    },
    case("P04", consultation, |s| spelt(s, |m| m.panel = 4), Red),
];

fn panel(story: &mut Story, members: u32) {
    story.change(|notice: &mut TenderNoticed| {
        if let Method::Composite { panel, .. } = &mut notice.method {
            *panel = members;
        }
    });
}
