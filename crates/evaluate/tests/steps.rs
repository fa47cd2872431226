//! The steps around the scores: review, clarification, correction, low prices, changes, signatures, more time.
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

use common::stepping::*;
use common::*;
use evaluate::{Command, Evaluations};
use facts::body::evaluation::*;
use facts::body::tender::{Method, Reviewer, Way};
use facts::time::MINUTE;
use facts::{Given, Kind, Role};

#[test]
fn the_last_vote_closes_the_review_and_counts_the_members() {
    let mut given = seated();
    assert_eq!(
        refused(given.when(commit_to(0, &expert(0), &sheet_of(1)), NOW)),
        "review.open"
    );
    for n in 0..4 {
        given = given
            .and(vote(n, if n < 3 { &["K1"] } else { &[] }), NOW)
            .unwrap();
    }
    let last = given.when(vote(4, &[]), NOW).unwrap();
    assert_eq!(
        last.iter().map(|draft| draft.kind).collect::<Vec<_>>(),
        [Kind::ReviewVoted, Kind::ReviewClosed]
    );
    let closed: ReviewClosed = last[1].body.read().unwrap();
    assert_eq!((closed.rejected[0].against, closed.rejected[0].of), (3, 5));
    assert_eq!(closed.rejected[0].clause, "clause form");
    // K1 is out: of K2 at 11,000 and K3 at 4,000 the second is below half of both lines but has no ceiling.
    assert_eq!(
        closed.flagged.iter().map(|hit| hit.test).collect::<Vec<_>>(),
        [LowPriceTest::Second]
    );
    assert!(
        reviewed(2)
            .state()
            .steps
            .closed
            .as_ref()
            .unwrap()
            .rejected
            .is_empty(),
        "two of five are no majority"
    );
}

#[test]
fn a_seat_is_told_whether_the_panel_waits_for_it() {
    let awaits = |given: &Given<Evaluations>, n: usize| {
        let state = given.state();
        (state.awaits(&seat(n), &state.seats[&seat(n)]), state.waiting())
    };
    let mut given = seated();
    assert_eq!(awaits(&given, 0), (true, 5));
    for n in 0..5 {
        given = given.and(vote(n, &[]), NOW).unwrap();
        // With the last vote the review is closed, and everybody owes a commitment.
        assert_eq!(awaits(&given, n), if n < 4 { (false, 4 - n) } else { (true, 5) });
    }
    assert!(given.state().may_commit());
    assert_eq!(awaits(&given, 0), (true, 5));
    // Without a review: declarations, commitments, reveals, nothing.
    let mut given = ready();
    assert_eq!(awaits(&given, 4), (true, 5));
    for n in 0..5 {
        given = given.and(commit(n), NOW).unwrap();
    }
    assert_eq!(awaits(&given, 0), (true, 5));
    given = given.and(reveal(0), NOW).unwrap();
    assert_eq!(awaits(&given, 0), (false, 4));
}

#[test]
fn votes_are_complete_reasoned_and_given_once() {
    let given = seated();
    let mut short = votes("form", &[]);
    short.pop();
    let body = |votes| ReviewVoted {
        seat: seat(0),
        tender: tender(),
        votes,
    };
    let of = |votes| Command::Vote(signed(&expert(0), Role::Expert, body(votes)));
    assert_eq!(refused(given.when(of(short), NOW)), "review.votes_invalid");
    let mut silent = votes("form", &["K2"]);
    silent[1].reason.clear();
    assert_eq!(refused(given.when(of(silent), NOW)), "review.reason_missing");
    assert_eq!(
        refused(given.and(vote(0, &[]), NOW).unwrap().when(vote(0, &[]), NOW)),
        "review.given_already"
    );
}

#[test]
fn what_the_buyer_reviews_was_settled_before_and_the_panel_has_nothing_to_vote_on() {
    let only = |low_price: bool| -> Given<Evaluations> {
        let Method::Declared(mut method) = method() else {
            unreachable!()
        };
        method.review.retain(|item| item.by == Reviewer::Buyer);
        method.low_price = method.low_price.filter(|_| low_price);
        let opened = opened(Method::Declared(method));
        let mut given = Given::nothing()
            .and(
                Command::Open {
                    opened,
                    codes: drawn(),
                },
                NOW,
            )
            .unwrap()
            .and(five(), NOW)
            .unwrap();
        for n in 0..5 {
            given = given.and(declare(n, &expert(n), &[]), NOW).unwrap();
        }
        given
    };
    let given = only(false);
    assert!(given.state().may_commit() && given.state().steps.closed.is_none());
    assert_eq!(
        refused(given.when(vote(0, &[]), NOW)),
        "review.none",
        "an item of the buyer's is no reason to review"
    );
    let given = only(true);
    assert!(given.state().steps.closed.is_some(), "prices alone are looked at");
    assert_eq!(refused(given.when(vote(0, &[]), NOW)), "review.given_already");
}

#[test]
fn a_low_price_is_heard_before_it_is_judged_and_out_only_by_the_majority() {
    let given = all_committed(reviewed(3));
    assert_eq!(refused(given.when(judge(0, false), NOW)), "price.unheard");
    let before = reviewed(3).and(ask("w", "K3", None, HALF_HOUR), NOW).unwrap();
    let before = all_committed(before.and(returned("w", None), NOW).unwrap());
    assert_eq!(
        refused(before.when(judge(0, false), NOW)),
        "price.unheard",
        "what was asked before prices were known was not about the price"
    );
    assert_eq!(
        refused(given.when(ask("q", "K3", None, HALF_HOUR - 1), NOW)),
        "clarification.until_invalid"
    );
    assert!(
        given.when(ask("q", "K2", None, 1), NOW).is_ok(),
        "a bid that is not flagged may be given less"
    );
    let asked = given.and(ask("q", "K3", None, HALF_HOUR), NOW).unwrap();
    let silence = || Command::Return {
        clarification: id("q"),
        answer: None,
    };
    assert_eq!(refused(asked.when(silence(), NOW)), "nothing.due");
    assert!(asked.when(silence(), NOW.plus(HALF_HOUR)).is_ok());
    assert_eq!(
        rejected(&scored(explained(3))),
        [
            ("K1".into(), "review:form".into()),
            ("K3".into(), "low_price".into())
        ]
    );
    assert_eq!(
        rejected(&scored(explained(2))),
        [("K1".into(), "review:form".into())]
    );
}

#[test]
fn the_result_waits_for_the_judgements_and_follows_them() {
    let waiting = scored(
        all_committed(reviewed(3))
            .and(ask("q", "K3", None, HALF_HOUR), NOW)
            .unwrap()
            .and(returned("q", None), NOW)
            .unwrap(),
    );
    assert!(waiting.state().concluded.is_none());
    assert_eq!(refused(waiting.when(Command::Conclude, NOW)), "nothing.due");
    let judged = (0..5).fold(waiting, |given, n| given.and(judge(n, true), NOW).unwrap());
    assert!(judged.state().awaits_conclusion());
    let done = judged.and(Command::Conclude, NOW).unwrap();
    assert_eq!(result(&done).lots[0].ranking.len(), 2);
}

fn correct(steps: &[(i64, i64)]) -> Command {
    let corrections = steps
        .iter()
        .map(|(before, after)| Correction {
            after: *after,
            before: *before,
            place: "p. 3".into(),
            rule: CorrectionRule::UnitSumOverTotal,
        })
        .collect();
    let body = PriceCorrected {
        clarification: id("c"),
        code: code("K2"),
        corrections,
        seat: seat(0),
        tender: tender(),
    };
    Command::Correct(signed(&expert(0), Role::Expert, body))
}

#[test]
fn a_corrected_price_counts_only_once_its_bidder_confirms_it() {
    let given = explained(0);
    assert_eq!(
        refused(given.when(correct(&[(11_000, 10_900)]), NOW)),
        "correction.unasked"
    );
    let asked = given.and(ask("c", "K2", Some(10_900), MINUTE), NOW).unwrap();
    assert_eq!(
        refused(asked.when(correct(&[(10_999, 10_900)]), NOW)),
        "correction.steps_invalid"
    );
    let corrected = asked.and(correct(&[(11_000, 10_900)]), NOW).unwrap();
    let yes = scored(corrected.and(returned("c", Some(true)), NOW).unwrap());
    let own = result(&yes).lots[0]
        .ranking
        .iter()
        .find(|r| r.code == code("K2"))
        .unwrap()
        .evaluated;
    assert_eq!(own, 10_900);
    assert_eq!(
        yes.state().opened.as_ref().unwrap().bids[1].price.minor,
        11_000,
        "the opened price stands"
    );
    let asked = explained(0)
        .and(ask("c", "K2", Some(10_900), MINUTE), NOW)
        .unwrap();
    let no = asked
        .and(correct(&[(11_000, 10_900)]), NOW)
        .unwrap()
        .and(returned("c", Some(false)), NOW)
        .unwrap();
    assert!(rejected(&scored(no)).contains(&("K2".into(), "price_unconfirmed".into())));
}

/// 政府采购法40(三), 74号令46: one price that nobody may change.
#[test]
fn no_price_is_corrected_in_an_inquiry() {
    let inquiry = seated_in(Some(Way::Inquiry));
    let priced = ask("c", "K2", Some(10_900), MINUTE);
    for command in [priced.clone(), correct(&[(11_000, 10_900)])] {
        let refusal = inquiry.when(command, NOW).unwrap_err();
        assert_eq!(refusal.code, "correction.unchangeable");
        assert!(
            refusal.en.contains("政府采购法40(三), 74号令46"),
            "{}",
            refusal.en
        );
    }
    assert!(inquiry.when(ask("c", "K2", None, HALF_HOUR), NOW).is_ok());
    let negotiation = seated_in(Some(Way::Negotiation));
    assert_eq!(refused(negotiation.when(priced, NOW)), "price.sealed");
}

#[test]
fn nothing_tells_a_price_before_every_seat_has_committed() {
    let mut given = reviewed(3);
    for n in 0..5 {
        assert!(!given.state().prices_open());
        // Neither a right guess of a price nor a flagged one is told from a wrong one.
        for act in [
            correct(&[(11_000, 10_900)]),
            correct(&[(10_999, 10_900)]),
            ask("c", "K2", Some(10_900), MINUTE),
            judge(0, true),
        ] {
            assert_eq!(refused(given.when(act, NOW)), "price.sealed");
        }
        for bid in ["K2", "K3"] {
            assert_eq!(
                refused(given.when(ask("q", bid, None, HALF_HOUR - 1), NOW)),
                "clarification.until_invalid"
            );
            assert!(given.when(ask("q", bid, None, HALF_HOUR), NOW).is_ok());
        }
        given = given
            .and(commit_to(n, &expert(n), &sheet_of(3_000)), NOW)
            .unwrap();
    }
    assert!(given.state().prices_open());
    assert!(given.when(ask("c", "K2", Some(10_900), MINUTE), NOW).is_ok());
}

fn change(from: i64, to: i64) -> ScoreChanged {
    ScoreChanged {
        changes: vec![Change {
            code: code("K2"),
            from,
            item: item("plan"),
            to,
        }],
        ground: ChangeGround::SummedWrongly,
        reason: "added wrongly".into(),
        seat: seat(1),
        tender: tender(),
    }
}

#[test]
fn a_changed_score_stands_beside_the_revealed_one_and_makes_a_new_result() {
    let done = scored(explained(0));
    let of = |body, publicised| Command::Change {
        signed: signed(&expert(1), Role::Expert, body),
        publicised,
    };
    assert_eq!(
        refused(done.when(of(change(2_999, 10), false), NOW)),
        "score.change_invalid"
    );
    assert_eq!(
        refused(done.when(of(change(3_000, 6_001), false), NOW)),
        "score.change_invalid"
    );
    assert_eq!(
        refused(done.when(of(change(3_000, 10), true), NOW)),
        "score.change_late"
    );
    assert_eq!(
        refused(explained(0).when(of(change(3_000, 10), false), NOW)),
        "score.change_late"
    );
    let points = |given: &Given<Evaluations>| {
        result(given).lots[0]
            .ranking
            .iter()
            .find(|r| r.code == code("K2"))
            .unwrap()
            .panel_e4
    };
    let before = points(&done);
    let again = done.and(of(change(3_000, 2_000), false), NOW).unwrap();
    assert_eq!((before, points(&again)), (300_000, 280_000));
    let [changed] = again.state().steps.changes.as_slice() else {
        panic!("one change")
    };
    assert_eq!(
        changed.body,
        change(3_000, 2_000),
        "the old value stands beside the new one"
    );
}

#[test]
fn more_than_a_third_of_five_are_two() {
    let ask = |n: usize, ms| {
        let body = ExtensionAsked {
            ms,
            reason: "long files".into(),
            seat: seat(n),
            tender: tender(),
        };
        Command::Extend(signed(&expert(n), Role::Expert, body))
    };
    let one = seated().and(ask(3, 7_000), NOW).unwrap();
    assert_eq!(one.state().steps.extended, 0);
    let drafts = one.when(ask(1, 5_000), NOW).unwrap();
    let granted: EvaluationExtended = drafts[1].body.read().unwrap();
    assert_eq!((granted.ms, granted.seats), (5_000, vec![seat(1), seat(3)]));
    assert_eq!(one.and(ask(1, 5_000), NOW).unwrap().state().steps.extended, 5_000);
}
