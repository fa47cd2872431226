//! Notices whose method leaves something to a draw.

use crate::support::{Layout, World};
use facts::body::tender::{Basis, Brands, Category, Declared, Method, PriceRule, Pricing, TieBreak};

/// A lawful declared method of the lowest evaluated price, with this last resort among equals.
fn declared(last: TieBreak) -> Method {
    Method::Declared(Box::new(Declared {
        adjustments: Vec::new(),
        basis: Basis::LowestEvaluated,
        category: Category::Works,
        deductions: Vec::new(),
        drawn: Vec::new(),
        items: Vec::new(),
        low_price: None,
        min_valid: 3,
        panel: 5,
        places: 2,
        price: Pricing {
            benchmark: None,
            points: 0,
            rule: PriceRule::Order,
        },
        review: Vec::new(),
        same_brand: Brands::Ignored,
        ties: vec![last],
        trim: None,
    }))
}

#[test]
fn a_notice_whose_method_waits_for_a_draw_needs_the_key_for_it() {
    let mut world = World::registered(Layout::default());
    let drawn = world.notice(|notice| notice.method = declared(TieBreak::Drawn));
    assert_eq!(world.no(drawn), "notice.draw_key_missing");
    let fixed = world.notice(|notice| notice.method = declared(TieBreak::Price));
    world.ok(fixed);
    let mut world = World::registered(Layout {
        stages: vec![("open", vec!["letter", "technical"]), ("draw", vec!["none"])],
        ..Layout::default()
    });
    let mixed = world.notice(|_| {});
    assert_eq!(world.no(mixed), "stage.draw_invalid");
    let drawn = world.notice(|notice| {
        notice.stages.truncate(1);
        notice.method = declared(TieBreak::Drawn);
    });
    world.ok(drawn);
}
