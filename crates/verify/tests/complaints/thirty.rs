//! A suspension for a complaint in government procurement lasts thirty days at most (政府采购法57).

use super::*;

/// A procurement that a complaint stops until an instant after its order.
fn stopped_for(until: impl Fn(Instant) -> Option<Instant>) -> (Outcome, String) {
    let mut world = World::new(92, "T4");
    let keys = world.ceremony(1);
    let mut plan = Plan::scored();
    plan.procedure.as_mut().unwrap().way = Way::OpenTendering;
    world.notice(plan, &keys);
    let (own, watch, tender) = (
        world.stream(),
        Stream::Supervision(world.tender.clone()),
        world.tender.clone(),
    );
    // The act lands a second later.
    let until = until(world.now.plus(1_000));
    let order = OrderSuspended {
        basis: "政府采购法57".into(),
        complaint: Some(id("C1")),
        order: id("H1"),
        reason: "投诉处理".into(),
        tender: tender.clone(),
        until,
    };
    let seq = world.act("SUP", &watch, &order);
    let stopped = TenderSuspended {
        order: id("H1"),
        seq,
        tender,
        until,
    };
    world.platform(&own, &stopped);
    let folder = tempfile::tempdir().unwrap();
    verdict(&Report::of(&world.dossier(folder.path())))
}

#[test]
fn a_complaint_stops_a_procurement_for_thirty_days_at_most() {
    let most = |at: Instant| end_of(add_days(day_of(at), 30));
    let (outcome, said) = stopped_for(|at| Some(most(at)));
    assert_eq!(outcome, Outcome::Pass, "{said}");
    for until in [None, Some(1)] {
        let (outcome, said) = stopped_for(|at| until.map(|more| most(at).plus(more)));
        assert_eq!(outcome, Outcome::Fail);
        assert!(said.contains("beyond thirty days"), "{said}");
    }
}
