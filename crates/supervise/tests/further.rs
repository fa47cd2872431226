//! Further orders and access in an emergency through the front door: grounds, names, two supervisors and nobody alone.
#![allow(
    clippy::allow_attributes,
    clippy::arithmetic_side_effects,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::too_many_lines,
    clippy::unnecessary_wraps,
    clippy::unwrap_used,
    dead_code,
    unreachable_pub,
    reason = "test code"
)]

extern crate kaibiao_supervise as supervise;

mod support;

use desk::Clock as _;
use desk::account::fingerprint;
use facts::body::supervision::{AccessGranted, AccessRequested, OrderExtended, OrderInquired, OrderVoided};
use facts::id::{AccessId, ComplaintId};
use facts::outage::Passed;
use facts::time::{DAY, HOUR};
use facts::{Body, Canonical, Decider, Hex, Outage, Role, Seen, Stream};
use std::collections::BTreeSet;
use supervise::docket::Phase;
use supervise::further::{self, Standing};
use supervise::{Command, Orders, Signed, State};
use support::*;

#[tokio::test]
async fn further_orders_want_a_ground_a_name_and_something_to_bear_on() {
    let world = world().await;
    let inquire = |name: &str| OrderInquired {
        basis: "20号令50".into(),
        complaint: None,
        order: order(name),
        question: "说明资格条件的依据".into(),
        tender: tender("T1"),
        until: START.plus(5 * DAY),
    };
    assert_eq!(
        refused(world.order("supervisor", "T1", &inquire("objection-Q1")).await),
        "order.name_invalid"
    );
    assert_eq!(
        refused(world.order("bidder", "T1", &inquire("E1")).await),
        "role.missing"
    );
    let mut odd = inquire("E1");
    odd.complaint = Some(ComplaintId::parse("C9").unwrap());
    assert_eq!(
        refused(world.order("supervisor", "T1", &odd).await),
        "complaint.unknown"
    );
    let mut odd = inquire("E1");
    odd.until = START;
    assert_eq!(
        refused(world.order("supervisor", "T1", &odd).await),
        "order.until_invalid"
    );
    world.order("supervisor", "T1", &inquire("E1")).await.unwrap();
    assert_eq!(
        refused(world.order("supervisor", "T1", &inquire("E1")).await),
        "order.known"
    );
    let void = OrderVoided {
        basis: "条例71".into(),
        order: order("V1"),
        reason: "答复不成立".into(),
        step: 0,
        tender: tender("T1"),
    };
    assert_eq!(
        refused(world.order("supervisor", "T1", &void).await),
        "order.step_invalid"
    );
    let extend = OrderExtended {
        basis: "20号令".into(),
        closes_at: START.plus(DAY),
        down: None,
        order: order("X1"),
        reason: "平台中断两小时".into(),
        tender: tender("T1"),
    };
    assert_eq!(
        refused(world.order("supervisor", "T1", &extend).await),
        "order.not_noticed"
    );
}

#[tokio::test]
async fn a_deadline_is_moved_before_it_passes_and_after_only_for_an_outage_over_it() {
    let world = world().await;
    let body = OrderExtended {
        basis: "20号令".into(),
        closes_at: START.plus(DAY),
        down: None,
        order: order("X1"),
        reason: "平台中断两小时".into(),
        tender: tender("T1"),
    };
    let seen = Seen {
        root: Hex(ledger::hash::empty_root()),
        size: 0,
    };
    let stream = Stream::Supervision(tender("T1"));
    let written = Canonical::of(&body).unwrap();
    let act = ledger::act::sign(
        ORIGIN,
        stream,
        OrderExtended::KIND,
        written,
        [7; 16],
        seen,
        &key("supervisor"),
    );
    let bytes = ledger::act::write(&act).unwrap();
    let Ok(admitted) = world.front.admit(&bytes).await else {
        panic!("the act is not admitted")
    };
    let decided = |deadline| {
        let signed = Signed {
            actor: admitted.actor.clone(),
            act: admitted.act.clone(),
            body: body.clone(),
        };
        let standing = Standing {
            phase: Phase::Noticed,
            deadline: Some(deadline),
            passed: None,
            voidable: BTreeSet::new(),
        };
        let command = Command::Further(further::Command::Extend(signed, standing));
        Orders::decide(&State::default(), command, START)
    };
    assert_eq!(decided(START).unwrap_err().code, "order.deadline_passed");
    assert_eq!(decided(START.plus(1)).unwrap().len(), 1);
    assert_eq!(
        decided(START.plus(DAY)).unwrap_err().code,
        "order.deadline_invalid"
    );

    // Given that the platform was down over the deadline and wrote its closing an hour late.
    let passed = Passed {
        deadline: START.plus(-2 * HOUR),
        closed: START.plus(-HOUR),
    };
    let down = Outage {
        from: START.plus(-3 * HOUR),
        until: START.plus(-HOUR),
    };
    let moved = |phase, passed: Option<Passed>, down, closes_at| {
        let body = OrderExtended {
            closes_at,
            down,
            ..body.clone()
        };
        let signed = Signed {
            actor: admitted.actor.clone(),
            act: admitted.act.clone(),
            body,
        };
        let standing = Standing {
            phase,
            deadline: None,
            passed,
            voidable: BTreeSet::new(),
        };
        let command = Command::Further(further::Command::Extend(signed, standing));
        Orders::decide(&State::default(), command, START).map_err(|refusal| {
            assert!(
                refusal.en.ends_with('.') && refusal.zh.ends_with('。'),
                "{refusal:?}"
            );
            refusal.code.into_owned()
        })
    };
    let code =
        |passed, down, hours: i64| moved(Phase::Closed, passed, down, START.plus(hours * HOUR)).unwrap_err();
    // Then it moves, as far as the outage lasted and for nothing less.
    assert_eq!(
        moved(Phase::Closed, Some(passed), Some(down), START.plus(2 * HOUR))
            .unwrap()
            .len(),
        1
    );
    assert_eq!(code(Some(passed), Some(down), 1), "order.deadline_short");
    assert_eq!(code(Some(passed), None, 9), "order.down_missing");
    let still = Outage {
        until: START.plus(1),
        ..down
    };
    assert_eq!(code(Some(passed), Some(still), 9), "order.down_invalid");
    let before = Outage {
        until: passed.deadline.plus(-1),
        ..down
    };
    assert_eq!(code(Some(passed), Some(before), 9), "order.down_invalid");
    let old = Passed {
        deadline: START.plus(-2 * DAY),
        closed: START.plus(-DAY - 1),
    };
    let long = Outage {
        from: START.plus(-3 * DAY),
        until: old.closed,
    };
    assert_eq!(code(Some(old), Some(long), 99), "order.too_late");
    let in_time = Passed {
        closed: passed.deadline.plus(2_000),
        ..passed
    };
    assert_eq!(code(Some(in_time), Some(down), 9), "order.deadline_passed");
    // And once anything of the opening has begun, never.
    for phase in [Phase::Listed, Phase::Settled, Phase::Opened, Phase::Failed] {
        let refused = moved(phase, None, Some(down), START.plus(9 * HOUR));
        assert_eq!(refused.unwrap_err(), "order.deadline_passed", "{phase:?}");
    }
}

#[tokio::test]
async fn two_supervisors_read_what_is_sealed_and_nobody_alone() {
    let world = world().await;
    world.enrol("second", Role::Supervisor).await;
    let access = AccessId::parse("A1").unwrap();
    let request = AccessRequested {
        access: access.clone(),
        basis: "刑事侦查".into(),
        reason: "涉嫌串通,需核对撤回记录".into(),
        seqs: vec![3, 4],
        tender: tender("T1"),
    };
    let mut odd = request.clone();
    odd.seqs = vec![4, 3];
    assert_eq!(
        refused(world.order("supervisor", "T1", &odd).await),
        "access.list_invalid"
    );
    let grant = AccessGranted {
        access: access.clone(),
        reason: "同意".into(),
        tender: tender("T1"),
    };
    assert_eq!(
        refused(world.order("second", "T1", &grant).await),
        "access.unknown"
    );
    world.order("supervisor", "T1", &request).await.unwrap();
    assert_eq!(
        refused(world.order("supervisor", "T1", &request).await),
        "access.known"
    );
    let stream = Stream::Supervision(tender("T1"));
    let using = |name: &str| {
        supervise::Command::Further(supervise::further::Command::Use {
            tender: tender("T1"),
            access: access.clone(),
            by: facts::AccountId::parse(name).unwrap(),
            key: fingerprint(&Hex(key(name).public().to_bytes())),
        })
    };
    assert_eq!(
        refused(world.scribe.submit(stream.clone(), using("supervisor")).await),
        "access.not_granted"
    );
    assert_eq!(
        refused(world.order("supervisor", "T1", &grant).await),
        "access.same_person"
    );
    world.order("second", "T1", &grant).await.unwrap();
    assert_eq!(
        refused(world.order("second", "T1", &grant).await),
        "access.granted"
    );
    assert_eq!(
        world
            .scribe
            .submit(stream.clone(), using("second"))
            .await
            .unwrap()
            .len(),
        1
    );
    assert_eq!(
        world
            .scribe
            .submit(stream.clone(), using("second"))
            .await
            .unwrap()
            .len(),
        1,
        "every reading is noted"
    );
    assert_eq!(
        refused(world.scribe.submit(stream.clone(), using("bidder")).await),
        "access.not_granted"
    );
    let state = world.scribe.state(&stream).await.unwrap();
    assert_eq!(
        supervise::show::waiting(&state, world.clock.now()).len(),
        4,
        "shown to all after the opening"
    );
    world.clock.advance(supervise::further::LASTS);
    assert_eq!(
        refused(world.scribe.submit(stream.clone(), using("second")).await),
        "access.lapsed"
    );
}

#[tokio::test]
async fn what_is_asked_for_warns_nobody_before_it_is_read_or_lapses() {
    let world = world().await;
    world.enrol("second", Role::Supervisor).await;
    let stream = Stream::Supervision(tender("T1"));
    let ask = |name: &str| AccessRequested {
        access: AccessId::parse(name).unwrap(),
        basis: "b".into(),
        reason: "r".into(),
        seqs: vec![3],
        tender: tender("T1"),
    };
    let grant = |name: &str| AccessGranted {
        access: AccessId::parse(name).unwrap(),
        reason: "r".into(),
        tender: tender("T1"),
    };
    let show = |grounds| supervise::Command::Show {
        tender: tender("T1"),
        grounds,
    };
    let waiting = async || {
        let state = world.scribe.state(&stream).await.unwrap();
        let now = world.clock.now();
        (
            supervise::show::waiting(&state, now).len(),
            supervise::show::next(&state, now).map(|at| at.since(now)),
        )
    };
    for name in ["A1", "A2"] {
        world.order("supervisor", "T1", &ask(name)).await.unwrap();
    }
    assert_eq!(waiting().await.0, 0, "a request is hidden");
    assert_eq!(
        refused(world.scribe.submit(stream.clone(), show(true)).await),
        "nothing.due"
    );
    world.clock.advance(supervise::further::LASTS - DAY);
    world.order("second", "T1", &grant("A1")).await.unwrap();
    assert_eq!(waiting().await.0, 0, "a grant is hidden");
    world.clock.advance(DAY);
    assert_eq!(
        refused(world.order("second", "T1", &grant("A2")).await),
        "access.lapsed",
        "asked for and not granted in time"
    );
    assert_eq!(waiting().await.0, 1, "the request that lapsed");
    assert_eq!(
        refused(world.scribe.submit(stream.clone(), show(false)).await),
        "nothing.due",
        "without grounds nothing is shown"
    );
    world.scribe.submit(stream.clone(), show(true)).await.unwrap();
    let (left, next) = waiting().await;
    assert_eq!(left, 0);
    world.clock.advance(next.unwrap());
    assert_eq!(waiting().await, (2, None), "request and grant, not used in time");
    let using = supervise::Command::Further(supervise::further::Command::Use {
        tender: tender("T1"),
        access: AccessId::parse("A1").unwrap(),
        by: facts::AccountId::parse("second").unwrap(),
        key: fingerprint(&Hex(key("second").public().to_bytes())),
    });
    assert_eq!(
        refused(world.scribe.submit(stream.clone(), using).await),
        "access.lapsed"
    );
}
