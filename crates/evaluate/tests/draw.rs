//! The law of draws in the words given / when / then: request, pin, contributions, calls, representatives, ties.
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
use desk::KeyUse;
use evaluate::law::Outcome;
use evaluate::{Command, DrawCircumstances, Evaluations};
use facts::body::award::CandidatesRevoked;
use facts::body::draw::{DrawAnswered, ExpertCalled, Subject, TieDrawn};
use facts::body::evaluation::EvaluationConcluded;
use facts::body::seat::RepresentativesNamed;
use facts::body::supervision::Panel;
use facts::body::tender::{Coefficient, Method, PriceRule, Pricing, Regime, TieBreak};
use facts::id::{OrderId, PoolId, SeatId};
use facts::time::HOUR;
use facts::{Given, Hex, Kind, Role};

#[test]
fn a_draw_freezes_the_filtered_pool_and_hides_it() {
    let given = Given::<Evaluations>::nothing()
        .and(open(composite(5)), NOW)
        .unwrap();
    let drafts = given
        .when(request("panel", wanted(5), circumstances_of(20)), NOW)
        .unwrap();
    assert_eq!(kinds(&drafts), [Kind::DrawRequested, Kind::PoolFrozen]);
    let frozen: facts::body::draw::PoolFrozen = drafts[1].body.read().unwrap();
    // expert-0 works for a bidder.
    assert_eq!(frozen.ids.len(), 19);
    assert!(frozen.ids.is_sorted() && !frozen.members.contains(&account("expert-0")));
    for (id, member) in frozen.ids.iter().zip(&frozen.members) {
        let salt = desk::digest::drawn_salt(&[42; 32], member.as_str());
        let own = desk::digest::drawn(&tender(), &draw_id("panel"), member.as_str(), &salt);
        assert_eq!(*id, Hex(own));
    }
    assert!(matches!(
        Kind::PoolFrozen.visibility(),
        facts::Visibility::Public {
            withheld: ["key", "members"]
        }
    ));
}

#[test]
fn a_draw_is_refused_where_the_law_or_the_pool_does_not_allow_it() {
    let given = Given::<Evaluations>::nothing()
        .and(open(composite(5)), NOW)
        .unwrap();
    let with = |subject: Subject, change: fn(&mut DrawCircumstances)| {
        let mut circumstances = circumstances_of(20);
        change(&mut circumstances);
        code_of(given.when(request("panel", subject, circumstances), NOW))
    };
    assert_eq!(
        with(wanted(5), |c| c.owners.clear()),
        "evaluation.owner_not_allowed"
    );
    assert_eq!(with(wanted(5), |c| c.key = None), "draw.key_missing");
    assert_eq!(with(wanted(5), |c| c.pool = Some(pool(5))), "draw.pool_small");
    assert_eq!(with(wanted(5), |c| c.pool = None), "draw.request_invalid");
    assert_eq!(with(wanted(6), |_| {}), "panel.seats_invalid");
    assert_eq!(with(wanted(0), |_| {}), "panel.seats_invalid");
    assert_eq!(with(Subject::Coefficients {}, |_| {}), "draw.request_invalid");
    let early = Subject::Experts {
        after: None,
        answer_minutes: 9,
        consultants: vec![],
        pool: PoolId::parse("main").unwrap(),
        regions: vec![],
        seats: 5,
        specialities: vec!["A".into()],
    };
    assert_eq!(with(early, |_| {}), "draw.request_invalid");
    let four = Given::<Evaluations>::nothing()
        .and(open(composite(4)), NOW)
        .unwrap();
    let even = four.when(request("panel", wanted(4), circumstances_of(20)), NOW);
    assert_eq!(code_of(even), "panel.law_size_invalid");
    let done = called();
    let again = done.when(request("panel", wanted(5), circumstances_of(20)), NOW);
    assert_eq!(code_of(again), "draw.exists");
    let other = done.when(request("other", wanted(1), circumstances_of(20)), NOW);
    assert_eq!(code_of(other), "panel.seats_invalid");
}

#[test]
fn only_custodians_contribute_once_and_truly() {
    let given = Given::<Evaluations>::nothing()
        .and(open(composite(5)), NOW)
        .unwrap();
    let given = pinned(given, "panel", wanted(5), 20);
    let Command::Contribute { signed: own, key } = contribution(&given, "panel", 1) else {
        panic!("a contribution");
    };
    let with = |change: &dyn Fn(&mut evaluate::Signed<DrawAnswered>)| {
        let mut signed = own.clone();
        change(&mut signed);
        let key = key.clone();
        code_of(given.when(Command::Contribute { signed, key }, NOW))
    };
    assert_eq!(with(&|s| s.body.index = 2), "draw.custodian_not_allowed");
    assert_eq!(with(&|s| s.body.index = 0), "draw.custodian_not_allowed");
    assert_eq!(
        with(&|s| s.actor.means = KeyUse::Account),
        "draw.custodian_not_allowed"
    );
    assert_eq!(with(&|s| s.body.part.0[40] ^= 1), "draw.part_invalid");
    assert_eq!(with(&|s| s.body.draw = draw_id("other")), "draw.unknown");
    let again = given.and(contribution(&pinned_only(), "panel", 1), NOW).unwrap();
    let twice = again.when(contribution(&again, "panel", 1), NOW);
    assert_eq!(code_of(twice), "draw.given_already");
    let late = called();
    let third = late.when(contribution(&late, "panel", 2), NOW);
    assert_eq!(code_of(third), "draw.unknown");
}

#[test]
fn every_quorum_calls_the_same_experts() {
    let one = called();
    let given = pinned_only();
    let given = given.and(contribution(&pinned_only(), "panel", 2), NOW).unwrap();
    let last = given.when(contribution(&given, "panel", 3), NOW).unwrap();
    assert_eq!(
        kinds(&last),
        [
            Kind::DrawAnswered,
            Kind::DrawCompleted,
            Kind::ExpertCalled,
            Kind::ExpertCalled,
            Kind::ExpertCalled,
            Kind::ExpertCalled,
            Kind::ExpertCalled
        ]
    );
    let called: Vec<String> = last[2..]
        .iter()
        .map(|draft| draft.body.read::<ExpertCalled>().unwrap().expert.to_string())
        .collect();
    assert_eq!(
        called,
        calls(&one).into_iter().map(|call| call.0).collect::<Vec<_>>()
    );
}

#[test]
fn declines_and_silence_consume_the_order() {
    let given = called();
    let decline = answer(&given, 1, false);
    let drafts = given.when(decline.clone(), NOW).unwrap();
    assert_eq!(kinds(&drafts), [Kind::CallAnswered, Kind::ExpertCalled]);
    let given = given.and(decline, NOW).unwrap();
    assert_eq!(
        calls(&given)[5].1,
        "panel-2",
        "the sixth of the order is called to the seat of the second"
    );
    let accept = answer(&given, 0, true);
    let given = given.and(accept, NOW).unwrap();
    assert_eq!(code_of(given.when(answer(&given, 0, true), NOW)), "call.unknown");
    assert_eq!(code_of(given.when(Command::Lapse, NOW)), "nothing.due");
    let due = given.state().call_due().unwrap();
    assert_eq!(due, NOW.plus(HOUR));
    assert_eq!(code_of(given.when(answer(&given, 2, true), due)), "call.unknown");
    let given = given.and(Command::Lapse, due).unwrap();
    let after = calls(&given);
    assert_eq!(after.len(), 10);
    assert_eq!(after[2].2, Outcome::Lapsed);
    assert_eq!(after[0].2, Outcome::Accepted);
    let mut experts: Vec<_> = after.iter().map(|call| call.0.clone()).collect();
    experts.sort();
    experts.dedup();
    assert_eq!(experts.len(), 10, "nobody is called twice");
}

#[test]
fn a_call_is_answered_by_the_called_with_a_reason_to_decline() {
    let given = called();
    let Command::AnswerCall(own) = answer(&given, 0, true) else {
        panic!("an answer");
    };
    let with = |name: &str, accept: bool, reason: &str| {
        let mut body = own.body.clone();
        body.accept = accept;
        body.reason = reason.to_owned();
        code_of(given.when(Command::AnswerCall(signed(name, Role::Expert, body)), NOW))
    };
    let (own, other) = (calls(&given)[0].0.clone(), calls(&given)[1].0.clone());
    assert_eq!(with(&other, true, ""), "call.unknown");
    assert_eq!(with(&own, false, " "), "call.reason_malformed");
    assert_eq!(with(&own, true, "yes"), "call.reason_malformed");
}

#[test]
fn representatives_are_at_most_a_third_and_fill_the_rest() {
    let given = Given::<Evaluations>::nothing()
        .and(open(composite(5)), NOW)
        .unwrap();
    let name = |seats: &[(&str, &str)]| {
        let seats = seats
            .iter()
            .map(|(seat, name)| (SeatId::parse(seat).unwrap(), account(name)))
            .collect();
        Command::Represent {
            signed: signed(
                "buyer",
                Role::Buyer,
                RepresentativesNamed {
                    seats,
                    tender: tender(),
                },
            ),
            circumstances: circumstances(),
        }
    };
    let two = given.when(name(&[("B1", "expert-7"), ("B2", "expert-8")]), NOW);
    assert_eq!(code_of(two), "panel.representatives_invalid");
    assert_eq!(code_of(given.when(name(&[("B1", "bidder")]), NOW)), "panel.party");
    let given = given.and(name(&[("B1", "expert-8")]), NOW).unwrap();
    let five = given.when(request("panel", wanted(5), circumstances_of(20)), NOW);
    assert_eq!(code_of(five), "panel.seats_invalid");
    let drafts = given
        .when(request("panel", wanted(4), circumstances_of(20)), NOW)
        .unwrap();
    let frozen: facts::body::draw::PoolFrozen = drafts[1].body.read().unwrap();
    assert!(
        !frozen.members.contains(&account("expert-8")),
        "who sits for the buyer is not drawn"
    );
}

#[test]
fn a_works_buyer_draws_unless_it_says_why_not() {
    let given = Given::<Evaluations>::nothing()
        .and(open(composite(5)), NOW)
        .unwrap();
    let Command::Appoint {
        mut signed,
        mut circumstances,
    } = five()
    else {
        panic!("an appointment");
    };
    signed.body.reason = None;
    let plain = |signed: &evaluate::Signed<_>, circumstances: &evaluate::Circumstances| Command::Appoint {
        signed: signed.clone(),
        circumstances: circumstances.clone(),
    };
    assert_eq!(
        code_of(given.when(plain(&signed, &circumstances), NOW)),
        "panel.draw_not_avoidable"
    );
    circumstances.regime = Regime::Free;
    assert!(given.when(plain(&signed, &circumstances), NOW).is_ok());
}

#[test]
fn the_order_for_ties_is_a_permutation_of_the_codes() {
    let given = Given::<Evaluations>::nothing()
        .and(open(composite(5)), NOW)
        .unwrap();
    let given = pinned(given, "ties", Subject::Order {}, 0);
    let given = {
        let one = contribution(&given, "ties", 1);
        given.and(one, NOW).unwrap()
    };
    let last = given.when(contribution(&given, "ties", 2), NOW).unwrap();
    assert_eq!(
        kinds(&last),
        [Kind::DrawAnswered, Kind::DrawCompleted, Kind::TieDrawn]
    );
    let mut order = last[2].body.read::<TieDrawn>().unwrap().order;
    order.sort();
    assert_eq!(order, [code("K1"), code("K2"), code("K3")]);
    let second = given.when(request("again", Subject::Order {}, circumstances_of(0)), NOW);
    assert_eq!(code_of(second), "draw.exists");
}

/// Prices alone decide, but K is left to a draw, and so are ties.
fn waiting() -> Method {
    let Method::Declared(mut declared) = common::stepping::method() else {
        panic!("a declared method");
    };
    declared.items = vec![];
    declared.review = vec![];
    declared.low_price = None;
    declared.panel = 0;
    declared.price = Pricing {
        benchmark: None,
        points: 0,
        rule: PriceRule::Order,
    };
    declared.drawn = vec![Coefficient {
        by_digits: true,
        from: 500,
        name: item("K"),
        step: 1,
        to: 799,
    }];
    declared.ties = vec![TieBreak::Drawn];
    Method::Declared(declared)
}

#[test]
fn the_result_waits_for_what_the_method_leaves_to_a_draw_and_follows_it() {
    let mut opened = opened(waiting());
    for bid in &mut opened.bids {
        bid.price.minor = 10_000;
    }
    let codes = common::drawn();
    let given = Given::<Evaluations>::nothing()
        .and(Command::Open { opened, codes }, NOW)
        .unwrap();
    assert_eq!(code_of(given.when(Command::Conclude, NOW)), "nothing.due");
    let complete = |given: Given<Evaluations>, draw: &str, subject: Subject| {
        let given = pinned(given, draw, subject, 0);
        let one = contribution(&given, draw, 1);
        let given = given.and(one, NOW).unwrap();
        let two = contribution(&given, draw, 2);
        given.and(two, NOW).unwrap()
    };
    let given = complete(given, "ratio", Subject::Coefficients {});
    let drawn = given.state().settled().drawn[&item("K")];
    assert!((500..=799).contains(&drawn), "{drawn}");
    assert_eq!(code_of(given.when(Command::Conclude, NOW)), "nothing.due");
    let again = given.when(
        request("again", Subject::Coefficients {}, circumstances_of(0)),
        NOW,
    );
    assert_eq!(code_of(again), "draw.exists");
    let given = complete(given, "ties", Subject::Order {});
    let order = given.state().settled().order;
    let result = given.when(Command::Conclude, NOW).unwrap();
    let result: EvaluationConcluded = result[0].body.read().unwrap();
    let ranked: Vec<_> = result.lots[0]
        .ranking
        .iter()
        .map(|one| (one.rank, one.code.clone()))
        .collect();
    assert_eq!(
        ranked,
        (1..).zip(order).collect::<Vec<_>>(),
        "equal prices stand in the order drawn"
    );
}

#[test]
fn by_order_the_next_of_the_same_call_order_come_to_drawn_seats() {
    let mut given = called();
    for place in 0..5 {
        let accept = answer(&given, place, true);
        given = given.and(accept, NOW).unwrap();
    }
    let order = CandidatesRevoked {
        order: OrderId::parse("O1").unwrap(),
        panel: Panel::New,
        reason: "评分计算有误".to_owned(),
        seq: 900,
        tender: tender(),
    };
    let drafts = given.when(Command::Reopen(order.clone(), 901), NOW).unwrap();
    let [Kind::EvaluationReopened, rest @ ..] = &kinds(&drafts)[..] else {
        panic!("the round begins first")
    };
    assert_eq!(rest, [Kind::ExpertCalled; 5]);
    let given = given.and(Command::Reopen(order, 901), NOW).unwrap();
    let after = calls(&given);
    let seats: Vec<_> = after[5..].iter().map(|call| call.1.as_str()).collect();
    assert_eq!(seats, ["panel-1", "panel-2", "panel-3", "panel-4", "panel-5"]);
    assert!(after[..5].iter().all(|call| call.2 == Outcome::Spent));
    let mut experts: Vec<_> = after.iter().map(|call| call.0.clone()).collect();
    experts.sort();
    experts.dedup();
    assert_eq!(experts.len(), 10, "nobody who judged before is called again");
    assert!(given.state().seats.values().all(|seat| seat.expert.is_none()));
}
