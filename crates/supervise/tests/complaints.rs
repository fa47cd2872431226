//! Complaints through the front door: windows, clocks that stop, decisions, who may do what, what is shown when.
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
#[path = "complaints/windows.rs"]
mod windows;

use desk::Clock as _;
use desk::account::fingerprint;
use facts::body::complaint::{
    ComplaintAccepted, ComplaintContinued, ComplaintDecided, ComplaintFiled, ComplaintPaused,
    ComplaintRefused, ComplaintReturned, ComplaintSupplemented, ComplaintWithdrawn, Grievance, Outcome,
    Paper, PauseGround, RefusalCause,
};
use facts::body::tender::Regime;
use facts::calendar::{CHINA, Date, day_of, end_of};
use facts::id::{ComplaintId, ObjectionId};
use facts::time::DAY;
use facts::{Hex, Instant, Role, Stream};
use supervise::complaint::{Known, clock};
use support::*;

fn complaint(name: &str) -> ComplaintId {
    ComplaintId::parse(name).unwrap()
}

fn objection(name: &str) -> ObjectionId {
    ObjectionId::parse(name).unwrap()
}

fn filed(name: &str) -> ComplaintFiled {
    ComplaintFiled {
        claims: "招标文件指定品牌".into(),
        complaint: complaint(name),
        evidence: vec![Hex([1; 32]), Hex([2; 32])],
        grievance: Grievance::Documents,
        known: START,
        objections: vec![objection("Q1")],
        paper: None,
        requests: "责令修改".into(),
        tender: tender("T1"),
        tracking: Hex([7; 32]),
    }
}

fn known(own: bool, replied: Option<Instant>) -> Known {
    Known {
        objection: objection("Q1"),
        grievance: Grievance::Documents,
        own,
        raised: START,
        replied,
        due: Some(START.plus(3 * DAY)),
    }
}

fn accepted(name: &str, due: Option<Instant>) -> ComplaintAccepted {
    ComplaintAccepted {
        calendar: CHINA.version.to_owned(),
        complaint: complaint(name),
        due,
        tender: tender("T1"),
    }
}

fn decided(name: &str, outcome: Outcome, remedy: Option<&str>) -> ComplaintDecided {
    ComplaintDecided {
        basis: "条例61".into(),
        complaint: complaint(name),
        orders: vec![],
        outcome,
        reason: "查明属实".into(),
        remedy: remedy.map(str::to_owned),
        tender: tender("T1"),
    }
}

/// Thirty working days from now.
fn thirty(at: Instant) -> Option<Instant> {
    Some(end_of(CHINA.add_working_days(day_of(at), 30)))
}

#[tokio::test]
async fn a_complaint_is_received_whatever_it_is_and_taken_up_only_in_time_and_after_its_objection() {
    let world = world().await;
    let file = |body: ComplaintFiled| {
        let world = &world;
        async move { world.order("bidder", "T1", &body).await }
    };
    assert_eq!(
        refused(world.order("supervisor", "T1", &filed("C1")).await),
        "role.missing"
    );
    let mut odd = filed("C1");
    odd.paper = Some(Paper {
        received: START,
        sha256: Hex([3; 32]),
    });
    assert_eq!(refused(file(odd).await), "role.missing");
    let mut odd = filed("C1");
    odd.known = START.plus(DAY);
    assert_eq!(refused(file(odd).await), "complaint.time_invalid");
    let mut odd = filed("C1");
    odd.evidence.reverse();
    assert_eq!(refused(file(odd).await), "complaint.list_invalid");
    let mut odd = filed("C1");
    odd.requests = " ".into();
    assert_eq!(refused(file(odd).await), "order.text_invalid");
    let landed = file(filed("C1")).await.unwrap();
    assert!(
        landed[0].receipt().await.unwrap().contains("tlog-proof"),
        "a receipt for the complainant"
    );
    assert_eq!(refused(file(filed("C1")).await), "complaint.known");

    let due = thirty(START);
    let none = world.say("supervisor", "T1", &accepted("C1", due), vec![]).await;
    assert_eq!(refused(none), "complaint.no_objection");
    let others = world
        .say("supervisor", "T1", &accepted("C1", due), vec![known(false, None)])
        .await;
    assert_eq!(refused(others), "complaint.no_objection");
    let undated = world
        .say("supervisor", "T1", &accepted("C1", None), vec![known(true, None)])
        .await;
    assert_eq!(refused(undated), "complaint.due_invalid");
    assert_eq!(
        refused(
            world
                .order("supervisor", "T1", &decided("C1", Outcome::Rejected, None))
                .await
        ),
        "complaint.not_accepted"
    );
    assert_eq!(
        refused(
            world
                .say("bidder", "T1", &accepted("C1", due), vec![known(true, None)])
                .await
        ),
        "role.missing"
    );
    world
        .say("supervisor", "T1", &accepted("C1", due), vec![known(true, None)])
        .await
        .unwrap();

    // The window of the next has passed: it knew of it thirty days ago, and was answered the day after.
    let mut late = filed("C2");
    late.known = START.plus(-30 * DAY);
    file(late).await.unwrap();
    let answered = Known {
        raised: START.plus(-29 * DAY),
        replied: Some(START.plus(-28 * DAY)),
        ..known(true, None)
    };
    let late = world
        .say("supervisor", "T1", &accepted("C2", due), vec![answered])
        .await;
    assert_eq!(refused(late), "complaint.late");
    let refusal = ComplaintRefused {
        basis: "条例60".into(),
        cause: RefusalCause::Late,
        complaint: complaint("C2"),
        reason: "超过十日".into(),
        tender: tender("T1"),
    };
    world.order("supervisor", "T1", &refusal).await.unwrap();
    assert_eq!(
        refused(world.order("supervisor", "T1", &refusal).await),
        "complaint.ended"
    );
}

#[tokio::test]
async fn the_clock_stops_and_the_day_moves_and_a_decision_says_what_is_ordered() {
    let world = world().await;
    world.order("bidder", "T1", &filed("C1")).await.unwrap();
    let due = thirty(START);
    world
        .say("supervisor", "T1", &accepted("C1", due), vec![known(true, None)])
        .await
        .unwrap();
    let pause = ComplaintPaused {
        complaint: complaint("C1"),
        ground: PauseGround::Inspection,
        reason: "委托检测机构检验样品".into(),
        tender: tender("T1"),
    };
    world.order("supervisor", "T1", &pause).await.unwrap();
    assert_eq!(
        refused(world.order("supervisor", "T1", &pause).await),
        "complaint.paused"
    );
    assert_eq!(
        refused(
            world
                .order("supervisor", "T1", &decided("C1", Outcome::Rejected, None))
                .await
        ),
        "complaint.paused"
    );
    world.clock.advance(14 * DAY);
    let go_on = |due| ComplaintContinued {
        calendar: CHINA.version.to_owned(),
        complaint: complaint("C1"),
        due,
        result: "样品合格".into(),
        tender: tender("T1"),
    };
    assert_eq!(
        refused(world.order("supervisor", "T1", &go_on(due)).await),
        "complaint.due_invalid"
    );
    let state = world
        .scribe
        .state(&Stream::Supervision(tender("T1")))
        .await
        .unwrap();
    let held = &state.complaints[&complaint("C1")];
    assert_eq!(held.word(), "paused");
    let (began, _) = held.accepted.clone().unwrap();
    let moved = clock::decision_due(Some(Regime::Works), held, began, START.plus(14 * DAY));
    assert!(moved > due, "{moved:?}");
    world.order("supervisor", "T1", &go_on(moved)).await.unwrap();
    assert_eq!(
        refused(world.order("supervisor", "T1", &go_on(moved)).await),
        "complaint.not_paused"
    );
    assert_eq!(
        refused(
            world
                .order("supervisor", "T1", &decided("C1", Outcome::Upheld, None))
                .await
        ),
        "complaint.remedy_invalid"
    );
    assert_eq!(
        refused(
            world
                .order(
                    "supervisor",
                    "T1",
                    &decided("C1", Outcome::Rejected, Some("改正"))
                )
                .await
        ),
        "complaint.remedy_invalid"
    );
    let mut upheld = decided("C1", Outcome::Upheld, Some("责令修改招标文件"));
    upheld.orders = vec![order("O9")];
    assert_eq!(
        refused(world.order("supervisor", "T1", &upheld).await),
        "order.unknown"
    );
    world
        .order("supervisor", "T1", &suspend("O9", "T1"))
        .await
        .unwrap();
    world.order("supervisor", "T1", &upheld).await.unwrap();
    let state = world
        .scribe
        .state(&Stream::Supervision(tender("T1")))
        .await
        .unwrap();
    assert_eq!(state.complaints[&complaint("C1")].word(), "decided");
    // Five confidential facts wait for the opening; then they are shown, once.
    assert_eq!(supervise::show::waiting(&state, world.clock.now()).len(), 4);
    let show = |grounds| supervise::Command::Show {
        tender: tender("T1"),
        grounds,
    };
    let stream = Stream::Supervision(tender("T1"));
    let early = world.scribe.submit(stream.clone(), show(false)).await;
    assert_eq!(refused(early), "nothing.due");
    world.scribe.submit(stream.clone(), show(true)).await.unwrap();
    assert_eq!(
        refused(world.scribe.submit(stream, show(true)).await),
        "nothing.due"
    );
}

#[tokio::test]
async fn a_complaint_is_completed_once_and_withdrawn_by_who_filed_it() {
    let world = world().await;
    world.enrol("other", Role::Bidder).await;
    world.order("bidder", "T1", &filed("C1")).await.unwrap();
    let back = |until| ComplaintReturned {
        complaint: complaint("C1"),
        missing: "缺授权委托书".into(),
        tender: tender("T1"),
        until,
    };
    let more = ComplaintSupplemented {
        complaint: complaint("C1"),
        evidence: vec![Hex([9; 32])],
        tender: tender("T1"),
        text: "补交授权委托书".into(),
    };
    assert_eq!(
        refused(world.order("bidder", "T1", &more).await),
        "complaint.not_returned"
    );
    assert_eq!(
        refused(world.order("supervisor", "T1", &back(START)).await),
        "complaint.until_invalid"
    );
    world
        .order("supervisor", "T1", &back(START.plus(5 * DAY)))
        .await
        .unwrap();
    assert_eq!(
        refused(world.order("supervisor", "T1", &back(START.plus(9 * DAY))).await),
        "complaint.returned"
    );
    // Whether it is completed or not, it is decided on after the time for it.
    let held = world
        .scribe
        .state(&Stream::Supervision(tender("T1")))
        .await
        .unwrap();
    let due = clock::admission_due(Some(Regime::Works), &held.complaints[&complaint("C1")]);
    let wanted = CHINA.add_working_days(day_of(START.plus(5 * DAY)), 3);
    assert_eq!(due, Some(end_of(wanted)));
    assert_eq!(
        refused(world.order("other", "T1", &more).await),
        "complaint.not_yours"
    );
    assert_eq!(
        refused(world.order("supervisor", "T1", &more).await),
        "complaint.not_yours"
    );
    world.clock.advance(5 * DAY);
    assert_eq!(
        refused(world.order("bidder", "T1", &more).await),
        "complaint.supplement_late"
    );
    let gone = ComplaintWithdrawn {
        complaint: complaint("C1"),
        reason: "已与招标人澄清".into(),
        tender: tender("T1"),
    };
    assert_eq!(
        refused(world.order("other", "T1", &gone).await),
        "complaint.not_yours"
    );
    world.order("bidder", "T1", &gone).await.unwrap();
    assert_eq!(
        refused(world.order("bidder", "T1", &gone).await),
        "complaint.ended"
    );

    // On paper: a supervisor enters it, and completes it.
    let mut paper = filed("C3");
    paper.paper = Some(Paper {
        received: START,
        sha256: Hex([3; 32]),
    });
    world.order("supervisor", "T1", &paper).await.unwrap();
    let state = world
        .scribe
        .state(&Stream::Supervision(tender("T1")))
        .await
        .unwrap();
    let held = &state.complaints[&complaint("C3")];
    assert_eq!((held.received, held.word()), (START, "filed"));
    assert_eq!(held.by, fingerprint(&Hex(key("supervisor").public().to_bytes())));
}

#[tokio::test]
async fn a_complaint_stops_a_procurement_for_thirty_days_and_no_longer() {
    let world = world().await;
    world.register_under("G1", Regime::GovernmentProcurement).await;
    let mut file = filed("C1");
    file.tender = tender("G1");
    world.order("bidder", "G1", &file).await.unwrap();
    let now = world.clock.now();
    let stop = |order: &str, for_it: Option<&str>, until: Option<Instant>| {
        let mut body = suspend(order, "G1");
        body.complaint = for_it.map(complaint);
        body.until = until;
        body
    };
    let most = facts::hearing::suspension_end(Some(Regime::GovernmentProcurement), now).unwrap();
    assert_eq!(most, end_of(facts::calendar::add_days(day_of(now), 30)));
    let give = |body| {
        let world = &world;
        async move { world.order("supervisor", "G1", &body).await }
    };
    assert_eq!(
        refused(give(stop("O1", Some("C9"), None)).await),
        "complaint.unknown"
    );
    assert_eq!(
        refused(give(stop("O1", Some("C1"), None)).await),
        "order.suspension_long"
    );
    // Works know no such limit.
    let mut works = suspend("O1", "T1");
    works.until = Some(now.plus(90 * DAY));
    world.order("supervisor", "T1", &works).await.unwrap();
    let late = stop("O1", Some("C1"), Some(most.plus(1)));
    assert_eq!(refused(give(late).await), "order.suspension_long");
    let past = stop("O1", None, Some(now));
    assert_eq!(refused(give(past).await), "order.until_invalid");
    give(stop("O1", Some("C1"), Some(now.plus(3 * DAY))))
        .await
        .unwrap();
    assert_eq!(
        refused(give(stop("O2", None, None)).await),
        "order.suspended_already"
    );
    // It is over by itself, and the thirty days are counted from the first order.
    world.clock.set(now.plus(3 * DAY));
    let over = world.order("supervisor", "G1", &resume("O1", "G1")).await;
    assert_eq!(refused(over), "order.not_suspended");
    let again = stop("O2", Some("C1"), Some(most.plus(DAY)));
    assert_eq!(refused(give(again).await), "order.suspension_long");
    give(stop("O2", Some("C1"), Some(most))).await.unwrap();
    // Without a complaint the law sets no end.
    world
        .order("supervisor", "G1", &resume("O2", "G1"))
        .await
        .unwrap();
    give(stop("O3", None, None)).await.unwrap();
}
