//! Notices whose method is declared with every rule: what of it this platform can carry out.

use crate::support::{Layout, World};
use facts::body::tender::{
    Basis, Brands, Category, Declared, Method, PriceRule, Pricing, ScoreItem, TieBreak,
};
use facts::id::ItemId;

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

#[test]
fn points_of_a_composite_method_sum_to_a_hundred() {
    let composite = |price_points: i64| Method::Composite {
        above: 100,
        below: 50,
        drop_high: 0,
        drop_low: 0,
        float_bp: 0,
        items: vec![ScoreItem {
            item: ItemId::parse("plan").unwrap(),
            max: 4_000,
            title: "施工组织设计".into(),
        }],
        panel: 5,
        price_points,
    };
    let mut world = World::registered(Layout::default());
    for points in [5_999, 6_001, 0] {
        let notice = world.notice(|notice| notice.method = composite(points));
        assert_eq!(world.no(notice), "notice.weights", "{points}");
    }
    let notice = world.notice(|notice| notice.method = composite(6_000));
    world.ok(notice);
}
