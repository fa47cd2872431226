//! Further draws (补抽): when an order is used up others are drawn for the seats left empty, and nobody draws again.
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

mod common;

use common::drawing::*;
use common::*;
use evaluate::{Command, Evaluations};
use facts::Given;
use facts::body::draw::Subject;

/// Everybody of the order declines: five seats, six experts.
fn used_up() -> Given<Evaluations> {
    let given = Given::<Evaluations>::nothing()
        .and(open(composite(5)), NOW)
        .unwrap();
    let given = pinned(given, "panel", wanted(5), 7);
    let one = contribution(&given, "panel", 3);
    let given = given.and(one, NOW).unwrap();
    let two = contribution(&given, "panel", 1);
    let mut given = given.and(two, NOW).unwrap();
    // Of seven experts one works for a bidder: six are in the order. The first two decline, the others come.
    for (place, accept) in [(0, false), (1, false), (2, true), (3, true), (4, true)] {
        let said = answer(&given, place, accept);
        given = given.and(said, NOW).unwrap();
    }
    given
}

fn further(after: &str, seats: u32) -> Command {
    let mut subject = wanted(seats);
    if let Subject::Experts { after: used, .. } = &mut subject {
        *used = Some(draw_id(after));
    }
    request("more", subject, circumstances_of(12))
}

#[test]
fn a_used_up_order_is_followed_by_a_draw_of_others_and_nobody_draws_again() {
    let given = used_up();
    assert_eq!(
        calls(&given).len(),
        6,
        "the sixth was called to the seat of the first"
    );
    assert_eq!(
        code_of(given.when(further("panel", 1), NOW)),
        "draw.not_used_up",
        "one is still to answer"
    );
    let again = given.when(request("again", wanted(1), circumstances_of(12)), NOW);
    assert_eq!(code_of(again), "panel.seats_invalid", "seats are asked for once");
    let last = answer(&given, 5, false);
    let given = given.and(last, NOW).unwrap();
    assert_eq!(given.state().stranded(&draw_id("panel")), Some(2));
    assert_eq!(code_of(given.when(further("other", 2), NOW)), "draw.not_used_up");
    assert_eq!(
        code_of(given.when(further("panel", 3), NOW)),
        "panel.seats_invalid"
    );
    let drafts = given.when(further("panel", 2), NOW).unwrap();
    let frozen: facts::body::draw::PoolFrozen = drafts[1].body.read().unwrap();
    let before: Vec<_> = calls(&given).into_iter().map(|call| call.0).collect();
    assert!(
        !frozen
            .members
            .iter()
            .any(|member| before.contains(&member.to_string())),
        "whoever was called is not in the wider pool"
    );
    let given = given.and(further("panel", 2), NOW).unwrap();
    let seats: Vec<_> = given.state().seats.keys().map(ToString::to_string).collect();
    assert_eq!(seats, ["more-1", "more-2", "panel-3", "panel-4", "panel-5"]);
    let third = given.when(further("panel", 1), NOW);
    assert_eq!(code_of(third), "draw.exists");
    let Command::Draw {
        mut signed,
        circumstances,
    } = further("panel", 1)
    else {
        panic!("a draw");
    };
    signed.body.draw = draw_id("third");
    let third = given.when(
        Command::Draw {
            signed,
            circumstances,
        },
        NOW,
    );
    assert_eq!(code_of(third), "draw.not_used_up", "its empty seats are taken on");
}

#[test]
fn an_expert_of_a_used_up_order_who_steps_down_leaves_a_seat_for_another_draw() {
    let given = used_up();
    let last = answer(&given, 5, true);
    let given = given.and(last, NOW).unwrap();
    assert_eq!(
        given.state().stranded(&draw_id("panel")),
        Some(1),
        "the second of the order declined"
    );
    let given = given.and(further("panel", 1), NOW).unwrap();
    assert_eq!(given.state().stranded(&draw_id("panel")), None);
    let declare = declare_at(&given, 3, &["同单位"]);
    let given = given.and(declare, NOW).unwrap();
    assert_eq!(given.state().stranded(&draw_id("panel")), Some(1));
}
