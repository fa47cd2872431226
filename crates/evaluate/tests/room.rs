//! The law of the room in the words given / when / then: replacements, hours, one device, reading, the chair.
#![allow(
    clippy::allow_attributes,
    clippy::arithmetic_side_effects,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::needless_range_loop,
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
use evaluate::law::{Outcome, Step};
use evaluate::{Command, Evaluations};
use facts::body::seat::{ChairVoted, HoursSet, Leaving, SeatEntered, SeatLeft, SeatVacated, Vacancy};
use facts::id::SeatId;
use facts::time::HOUR;
use facts::{Given, Hex, Instant, Kind, Role};

#[test]
fn a_recused_and_an_ill_expert_are_replaced_from_the_order() {
    let given = seated();
    assert_eq!(given.state().step(), Step::Declaring);
    let conflict = declare_at(&given, 3, &["配偶任职于投标人"]);
    let drafts = given.when(conflict.clone(), NOW).unwrap();
    assert_eq!(kinds(&drafts), [Kind::RecusalDeclared, Kind::ExpertCalled]);
    let given = given.and(conflict, NOW).unwrap();
    assert_eq!(given.state().step(), Step::Appointing);
    let accept = answer(&given, 5, true);
    let mut given = given.and(accept, NOW).unwrap();
    for seat in 1..=5 {
        let declare = declare_at(&given, seat, &[]);
        given = given.and(declare, NOW).unwrap();
    }
    assert_eq!(given.state().step(), Step::Committing);
    let vacated = |by: &str, role: Role, reason: &str| Command::Vacate {
        signed: signed(
            by,
            role,
            SeatVacated {
                cause: Vacancy::Ill,
                reason: reason.to_owned(),
                seat: drawn_seat("panel", 1),
                tender: tender(),
            },
        ),
        owners: [account("buyer")].into(),
    };
    assert_eq!(
        code_of(given.when(vacated("expert-9x", Role::Expert, "x"), NOW)),
        "seat.not_yours"
    );
    assert_eq!(
        code_of(given.when(vacated("buyer", Role::Buyer, ""), NOW)),
        "seat.reason_malformed"
    );
    let given = given.and(vacated("buyer", Role::Buyer, "突发疾病"), NOW).unwrap();
    assert_eq!(given.state().step(), Step::Appointing);
    assert_eq!(calls(&given)[0].2, Outcome::Spent);
    assert_eq!(calls(&given)[6].1, "panel-1");
}

#[test]
fn a_replacement_after_a_reveal_makes_everybody_judge_again() {
    let mut given = free();
    let seats: Vec<SeatId> = (1..=5).map(|n| drawn_seat("panel", n)).collect();
    let who = |given: &Given<Evaluations>, n: usize| {
        given.state().seats[&seats[n]].expert.clone().unwrap().to_string()
    };
    for n in 0..5 {
        let body = facts::body::evaluation::ScoreCommitted {
            commitment: evaluate::commitment(&tender(), &seats[n], &salt(n), &sheet(n)).unwrap(),
            seat: seats[n].clone(),
            tender: tender(),
        };
        let commit = Command::Commit(signed(&who(&given, n), Role::Expert, body));
        given = given.and(commit, NOW).unwrap();
    }
    let body = facts::body::evaluation::ScoreRevealed {
        salt: salt(0),
        seat: seats[0].clone(),
        sheet: sheet(0),
        tender: tender(),
    };
    let reveal = Command::Reveal(signed(&who(&given, 0), Role::Expert, body));
    given = given.and(reveal, NOW).unwrap();
    let vacate = Command::Vacate {
        signed: signed(
            "buyer",
            Role::Buyer,
            SeatVacated {
                cause: Vacancy::Absent,
                reason: "擅离职守".into(),
                seat: seats[4].clone(),
                tender: tender(),
            },
        ),
        owners: [account("buyer")].into(),
    };
    given = given.and(vacate, NOW).unwrap();
    let state = given.state();
    assert!(
        state
            .seats
            .values()
            .all(|seat| seat.commitment.is_none() && seat.sheet.is_none())
    );
    assert!(state.seats[&seats[0]].free, "the others stay free of conflict");
}

#[test]
fn the_room_has_hours_and_a_seat_one_device() {
    let given = free();
    let hours = |from: Instant, until: Instant| Command::SetHours {
        signed: signed(
            "buyer",
            Role::Buyer,
            HoursSet {
                from,
                tender: tender(),
                until,
            },
        ),
        owners: [account("buyer")].into(),
    };
    assert_eq!(code_of(given.when(hours(NOW, NOW), NOW)), "room.hours_invalid");
    let who = |given: &Given<Evaluations>, n: usize| {
        given.state().seats[&drawn_seat("panel", n)]
            .expert
            .clone()
            .unwrap()
            .to_string()
    };
    let enter = |given: &Given<Evaluations>, n: usize, device: u8, proven: bool| Command::Enter {
        signed: signed(
            &who(given, n),
            Role::Expert,
            SeatEntered {
                device: Hex([device; 32]),
                proof: Hex([0; 64]),
                seat: drawn_seat("panel", n),
                tender: tender(),
            },
        ),
        proven,
    };
    assert_eq!(code_of(given.when(enter(&given, 1, 1, true), NOW)), "room.closed");
    let given = given.and(hours(NOW, NOW.plus(HOUR)), NOW).unwrap();
    assert_eq!(
        code_of(given.when(enter(&given, 1, 1, true), NOW.plus(HOUR))),
        "room.closed"
    );
    assert_eq!(
        code_of(given.when(enter(&given, 1, 1, false), NOW)),
        "room.proof_invalid"
    );
    let one = enter(&given, 1, 1, true);
    let given = given.and(one, NOW).unwrap();
    assert_eq!(
        code_of(given.when(enter(&given, 1, 2, true), NOW)),
        "room.device_not_allowed"
    );
    assert_eq!(
        code_of(given.when(enter(&given, 2, 1, true), NOW)),
        "room.device_not_allowed"
    );
    let read = |n: usize| Command::Read {
        seat: drawn_seat("panel", n),
        code: code("K1"),
        part: facts::id::PartId::parse("tech").unwrap(),
    };
    assert_eq!(code_of(given.when(read(2), NOW)), "room.absent");
    let drafts = given.when(read(1), NOW.plus(5_000)).unwrap();
    let opened: facts::body::seat::DocumentOpened = drafts[0].body.read().unwrap();
    assert_eq!(opened.idle, 5_000);
    let leave = Command::Leave(signed(
        &who(&given, 1),
        Role::Expert,
        SeatLeft {
            cause: Leaving::Left,
            seat: drawn_seat("panel", 1),
            tender: tender(),
        },
    ));
    let given = given.and(leave, NOW).unwrap();
    assert!(given.when(enter(&given, 1, 2, true), NOW).is_ok());
}

#[test]
fn the_panel_elects_its_chair() {
    let mut given = free();
    let vote = |given: &Given<Evaluations>, n: usize, candidate: SeatId| {
        let who = given.state().seats[&drawn_seat("panel", n)]
            .expert
            .clone()
            .unwrap()
            .to_string();
        Command::ElectChair(signed(
            &who,
            Role::Expert,
            ChairVoted {
                candidate,
                seat: drawn_seat("panel", n),
                tender: tender(),
            },
        ))
    };
    let nobody = given.when(vote(&given, 1, seat(77)), NOW);
    assert_eq!(code_of(nobody), "chair.candidate_invalid");
    for n in 1..=3 {
        assert_eq!(given.state().chair(), None);
        let vote = vote(&given, n, drawn_seat("panel", 2));
        given = given.and(vote, NOW).unwrap();
    }
    assert_eq!(given.state().chair(), Some(&drawn_seat("panel", 2)));
}
