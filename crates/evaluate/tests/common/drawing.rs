//! A tender with a pool of experts, a draw key of three custodians of whom two suffice, and the acts of a draw.
//!
//! Invariant: the shares are those of the polynomial 5 + 7x, so every quorum gives the same numbers.

use super::*;
use desk::KeyUse;
use evaluate::law::Outcome;
use evaluate::pool::{self, Avoid};
use evaluate::{Command, DrawCircumstances, DrawKey, Evaluations};
use facts::body::ceremony::Member;
use facts::body::draw::{CallAnswered, DrawAnswered, DrawPinned, DrawRequested, Subject};
use facts::body::pool::ExpertListed;
use facts::body::tender::Regime;
use facts::id::{DrawId, PoolId, SeatId};
use facts::time::DAY;
use facts::{Draft, Given, Hex, Kind, Refusal, Role};
use rand_chacha::rand_core::SeedableRng as _;
use seal::draw::Draw;
use seal::{Point, SecretScalar};
use std::sync::Arc;

pub fn code_of(outcome: Result<Vec<Draft>, Refusal>) -> String {
    outcome.expect_err("should have been refused").code.into_owned()
}

pub fn kinds(drafts: &[Draft]) -> Vec<Kind> {
    drafts.iter().map(|draft| draft.kind).collect()
}

pub fn draw_id(name: &str) -> DrawId {
    DrawId::parse(name).unwrap()
}

pub fn drawn_seat(draw: &str, n: usize) -> SeatId {
    SeatId::parse(&format!("{draw}-{n}")).unwrap()
}

/// The share of custodian `i` of the polynomial 5 + 7x: two of three give the secret 5.
pub fn share(i: u8) -> SecretScalar {
    let mut bytes = [0; 32];
    bytes[0] = 5 + 7 * i;
    SecretScalar::parse(&bytes).unwrap()
}

pub fn joint() -> Point {
    share(0).public()
}

pub fn key() -> DrawKey {
    let member = |i: u8| Member {
        account: account(&format!("custodian-{i}")),
        index: u16::from(i),
        point: Hex([i; 32]),
        signer: Hex([100 + i; 32]),
    };
    DrawKey {
        key_id: Hex([9; 32]),
        k: 2,
        public: Hex(joint().to_bytes()),
        shares: (1..=3).map(|i| Hex(share(i).public().to_bytes())).collect(),
        members: (1..=3).map(member).collect(),
    }
}

pub fn pool(count: usize) -> Arc<pool::State> {
    let entry = |n: usize| {
        let listed = ExpertListed {
            account: account(&expert(n)),
            credentials: vec![],
            employer: format!("单位{n}"),
            kin: vec![],
            past: vec![],
            pool: PoolId::parse("main").unwrap(),
            regions: vec!["32".into()],
            senior: true,
            since: NOW.plus(-9 * 366 * DAY),
            specialities: vec!["A01".into()],
        };
        (
            listed.account.clone(),
            pool::Entry {
                listed,
                suspended: None,
            },
        )
    };
    Arc::new(pool::State {
        experts: (0..count).map(entry).collect(),
    })
}

pub fn circumstances_of(count: usize) -> DrawCircumstances {
    DrawCircumstances {
        owners: [account("buyer")].into(),
        regime: Some(Regime::Works),
        budget: 500_000_000,
        key: Some(key()),
        avoid: Avoid {
            accounts: [account("bidder")].into(),
            names: ["单位0".to_owned()].into(),
        },
        pool: Some(pool(count)),
        secret: Hex([42; 32]),
    }
}

pub fn wanted(seats: u32) -> Subject {
    Subject::Experts {
        after: None,
        answer_minutes: 60,
        consultants: vec![],
        pool: PoolId::parse("main").unwrap(),
        regions: vec![],
        seats,
        specialities: vec!["A0101".into()],
    }
}

pub fn request(draw: &str, subject: Subject, circumstances: DrawCircumstances) -> Command {
    Command::Draw {
        signed: signed(
            "buyer",
            Role::Buyer,
            DrawRequested {
                draw: draw_id(draw),
                subject,
                tender: tender(),
            },
        ),
        circumstances: Box::new(circumstances),
    }
}

/// Requested and pinned.
pub fn pinned(given: Given<Evaluations>, draw: &str, subject: Subject, count: usize) -> Given<Evaluations> {
    let given = given
        .and(request(draw, subject, circumstances_of(count)), NOW)
        .unwrap();
    let size = given.state().draws[&draw_id(draw)].frozen.as_ref().unwrap().0 + 1;
    let pinned = DrawPinned {
        draw: draw_id(draw),
        root: Hex([3; 32]),
        size,
        tender: tender(),
    };
    given.and(Command::Pin(pinned), NOW).unwrap()
}

pub fn contribution(given: &Given<Evaluations>, draw: &str, i: u8) -> Command {
    let drawing = &given.state().draws[&draw_id(draw)];
    let frozen = &drawing.frozen.as_ref().unwrap().1;
    let asked = Draw {
        tender: "T1".to_owned(),
        id: draw.to_owned(),
        wanted: frozen.wanted,
        pool: frozen.pool.0,
        rules: frozen.rules.0,
        checkpoint: drawing.pinned.as_ref().unwrap().root.0,
    };
    let mut rng = rand_chacha::ChaCha20Rng::from_seed([i; 32]);
    let part = asked.contribute(&joint(), u16::from(i), &share(i), &mut rng);
    let mut signed = signed(
        &format!("custodian-{i}"),
        Role::Custodian,
        DrawAnswered {
            draw: draw_id(draw),
            index: u16::from(i),
            part: Hex(part.to_bytes()),
            tender: tender(),
        },
    );
    signed.actor.key = desk::account::fingerprint(&Hex([100 + i; 32]));
    signed.actor.means = KeyUse::Custody;
    Command::Contribute {
        signed,
        key: Some(key()),
    }
}

/// The draw is done: five of 20 are called.
pub fn called() -> Given<Evaluations> {
    let given = Given::<Evaluations>::nothing()
        .and(open(composite(5)), NOW)
        .unwrap();
    let given = pinned(given, "panel", wanted(5), 20);
    let one = contribution(&given, "panel", 3);
    let given = given.and(one, NOW).unwrap();
    let two = contribution(&given, "panel", 1);
    given.and(two, NOW).unwrap()
}

pub fn calls(given: &Given<Evaluations>) -> Vec<(String, String, Outcome)> {
    let drawing = &given.state().draws[&draw_id("panel")];
    drawing
        .calls
        .iter()
        .map(|call| (call.expert.to_string(), call.seat.to_string(), call.answer))
        .collect()
}

pub fn answer(given: &Given<Evaluations>, place: usize, accept: bool) -> Command {
    let who = calls(given)[place].0.clone();
    Command::AnswerCall(signed(
        &who,
        Role::Expert,
        CallAnswered {
            accept,
            draw: draw_id("panel"),
            place: u32::try_from(place).unwrap(),
            reason: if accept { String::new() } else { "出差".into() },
            tender: tender(),
        },
    ))
}

pub fn seated() -> Given<Evaluations> {
    (0..5).fold(called(), |given, place| {
        let accept = answer(&given, place, true);
        given.and(accept, NOW).unwrap()
    })
}

pub fn declare_at(given: &Given<Evaluations>, seat: usize, conflicts: &[&str]) -> Command {
    let id = drawn_seat("panel", seat);
    let who = given.state().seats[&id].expert.clone().unwrap().to_string();
    let body = facts::body::evaluation::RecusalDeclared {
        conflicts: conflicts.iter().map(|text| (*text).to_owned()).collect(),
        seat: id,
        tender: tender(),
    };
    Command::Declare(signed(&who, Role::Expert, body))
}

pub fn free() -> Given<Evaluations> {
    (1..=5).fold(seated(), |given, seat| {
        let declare = declare_at(&given, seat, &[]);
        given.and(declare, NOW).unwrap()
    })
}

/// Requested and pinned, for five of 20.
pub fn pinned_only() -> Given<Evaluations> {
    let given = Given::<Evaluations>::nothing()
        .and(open(composite(5)), NOW)
        .unwrap();
    pinned(given, "panel", wanted(5), 20)
}
