//! Notices that name their trade method: what the table refuses before it is published, and what it changes after.

use crate::support::{Bidder, Layout, World, id, lowest};
use facts::body::tender::{
    Basis, Brands, Category, Declared, LowPrice, Method, PriceRule, Pricing, Procedure, Regime,
    TenderNoticed, TieBreak, Way,
};
use facts::time::{DAY, HOUR};
use facts::{Currency, Kind, Money};
use kaibiao_procure::tender::faults;

pub(crate) fn named(way: Way) -> Procedure {
    Procedure {
        approval: None,
        flow: None,
        ground: None,
        shown: None,
        supplier: None,
        way,
    }
}

/// The lowest price among those that meet all (74号令35, 48), for goods.
pub(crate) fn lowest_of_all(min_valid: u32) -> Method {
    Method::Declared(Box::new(Declared {
        adjustments: Vec::new(),
        basis: Basis::Negotiation,
        category: Category::Goods,
        deductions: Vec::new(),
        drawn: Vec::new(),
        items: Vec::new(),
        low_price: Some(LowPrice {
            answer_ms: HOUR,
            ceiling_bp: 4_500,
            mean_bp: 5_000,
            second_bp: 5_000,
        }),
        min_valid,
        panel: 3,
        places: 2,
        price: Pricing {
            benchmark: None,
            points: 0,
            rule: PriceRule::Order,
        },
        review: Vec::new(),
        same_brand: Brands::Ignored,
        ties: vec![TieBreak::Price],
        trim: None,
    }))
}

/// A notice of goods for 1,500,000 CNY by a method of 74号令.
pub(crate) fn bought(notice: &mut TenderNoticed, procedure: Procedure, min_bidders: u32) {
    let budget = Money::new(Currency::CNY, 150_000_000);
    for lot in &mut notice.lots {
        (lot.estimate, lot.ceiling, lot.deposit) = (budget, Some(budget), None);
    }
    notice.method = lowest_of_all(min_bidders);
    notice.min_bidders = min_bidders;
    notice.procedure = Some(procedure);
    notice.documents_until = notice.closes_at;
}

fn government() -> Layout {
    Layout {
        regime: Regime::GovernmentProcurement,
        ..Layout::small()
    }
}

#[test]
fn an_inquiry_is_noticed_for_three_working_days_and_refused_for_two() {
    let mut world = World::registered(government());
    // Monday 09:00: Thursday is the third working day.
    let short = world.notice(|notice| {
        notice.closes_at = world.at.plus(2 * DAY);
        bought(notice, named(Way::Inquiry), 3);
    });
    assert_eq!(world.no(short), "procedure.tendering_short");
    let plain = world.notice(|notice| {
        notice.closes_at = world.at.plus(3 * DAY);
        bought(notice, named(Way::Inquiry), 3);
        notice.procedure = None;
    });
    assert_eq!(
        world.no(plain),
        "notice.documents_short",
        "the general limits of the regime"
    );
    let enough = world.notice(|notice| {
        notice.closes_at = world.at.plus(3 * DAY);
        bought(notice, named(Way::Inquiry), 3);
    });
    assert_eq!(world.ok(enough), [Kind::TenderNoticed]);
}

#[test]
fn every_contradiction_to_the_table_is_told_at_once() {
    let world = World::registered(government());
    let mut notice = world.notice_body();
    bought(&mut notice, named(Way::Consultation), 1);
    notice.closes_at = world.at.plus(9 * DAY);
    notice.documents_until = world.at.plus(2 * DAY);
    let found = faults(&world.state, &notice, world.at);
    let codes: Vec<_> = found
        .iter()
        .map(|fault| (fault.field, &*fault.refusal.code))
        .collect();
    assert_eq!(
        codes,
        [
            ("documents_until", "procedure.documents_short"),
            ("closes_at", "procedure.tendering_short"),
            ("min_bidders", "procedure.bidders"),
            ("stages", "procedure.stages"),
            ("method", "procedure.method"),
        ]
    );
    assert!(
        found
            .iter()
            .any(|fault| fault.refusal.en.contains("财库〔2014〕214号10"))
    );
}

#[test]
fn a_works_tender_that_names_itself_keeps_its_limits() {
    let world = World::registered(Layout::default());
    let mut notice = world.notice_body();
    notice.method = lowest();
    notice.procedure = Some(named(Way::Tendering));
    assert_eq!(faults(&world.state, &notice, world.at), []);
    notice.procedure = Some(named(Way::Consultation));
    let codes: Vec<_> = faults(&world.state, &notice, world.at);
    assert!(codes.iter().any(|fault| fault.refusal.code == "procedure.regime"));
}

#[test]
fn a_substantive_addendum_leaves_the_days_of_the_trade_method() {
    let mut world = World::registered(government());
    let notice = world.notice(|notice| {
        notice.closes_at = world.at.plus(10 * DAY);
        bought(notice, named(Way::Inquiry), 3);
    });
    world.ok(notice);
    let deadline = world.state.deadline().unwrap();
    // Thursday 2026-03-12 09:00; from Friday two working days are left, with a weekend between.
    world.at = deadline.plus(-6 * DAY);
    let enough = world.amend(true, deadline);
    world.ok(enough);
    world.at = deadline.plus(-2 * DAY);
    let short = world.amend(true, deadline);
    assert_eq!(world.no(short), "amend.too_short");
    let moved = world.amend(true, deadline.plus(DAY));
    world.ok(moved);
}

#[test]
fn only_the_supplier_named_enters_a_single_source() {
    let mut world = World::registered(government());
    let notice = world.notice(|notice| {
        notice.closes_at = world.at.plus(DAY);
        let mut procedure = named(Way::SingleSource);
        procedure.ground = Some("政府采购法31(一): 专利".to_owned());
        procedure.supplier = Some(id("bidder-1"));
        bought(notice, procedure, 1);
    });
    world.ok(notice);
    let mut rng = world.rng.clone();
    let (source, other) = (Bidder::new(1, &mut rng), Bidder::new(2, &mut rng));
    assert_eq!(world.no(other.enter(&world)), "bid.not_the_source");
    world.ok(source.enter(&world));
}
