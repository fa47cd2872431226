//! An evaluation by a declared method, step by step: a review, a low price, sheets.

use super::*;
use evaluate::Answer;
use facts::body::evaluation::*;
use facts::body::tender::{
    Basis, Brands, Category, Declared, LowPrice, Method, PriceRule, Pricing, ReviewItem, Reviewer, Scored,
    TieBreak, Way,
};
use facts::id::ClarificationId;
use facts::time::MINUTE;
use facts::{Draft, Given, Refusal, Role};
use std::collections::BTreeMap;

pub const HALF_HOUR: i64 = 30 * MINUTE;

pub fn method() -> Method {
    let review = |name: &str, by| ReviewItem {
        by,
        clause: format!("clause {name}"),
        item: item(name),
        title: name.into(),
    };
    Method::Declared(Box::new(Declared {
        adjustments: vec![],
        basis: Basis::LowPriceScore,
        category: Category::Goods,
        deductions: vec![],
        drawn: vec![],
        items: vec![Scored {
            item: item("plan"),
            max: 6_000,
            steps: vec![],
            title: "plan".into(),
            weight_bp: 10_000,
        }],
        low_price: Some(LowPrice {
            answer_ms: HALF_HOUR,
            ceiling_bp: 4_500,
            mean_bp: 5_000,
            second_bp: 5_000,
        }),
        min_valid: 1,
        panel: 5,
        places: 2,
        price: Pricing {
            benchmark: None,
            points: 4_000,
            rule: PriceRule::LowestFirst,
        },
        review: vec![
            review("licence", Reviewer::Buyer),
            review("form", Reviewer::Panel),
        ],
        same_brand: Brands::Ignored,
        ties: vec![TieBreak::Price],
        trim: None,
    }))
}

/// K3 is at 4,000: below half of the mean and of the second-lowest.
pub fn seated() -> Given<Evaluations> {
    seated_in(None)
}

/// The same where the notice names this trade method.
pub fn seated_in(way: Option<Way>) -> Given<Evaluations> {
    let mut opened = opened(method());
    opened.way = way;
    opened.bids[2].price.minor = 4_000;
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
}

pub fn votes(name: &str, failing: &[&str]) -> Vec<Vote> {
    ["K1", "K2", "K3"]
        .map(|bid| {
            let passes = !failing.contains(&bid);
            Vote {
                code: code(bid),
                item: item(name),
                passes,
                reason: if passes { String::new() } else { "no seal".into() },
            }
        })
        .to_vec()
}

pub fn vote(n: usize, failing: &[&str]) -> Command {
    let body = ReviewVoted {
        seat: seat(n),
        tender: tender(),
        votes: votes("form", failing),
    };
    Command::Vote(signed(&expert(n), Role::Expert, body))
}

/// The first `against` seats vote against K1.
pub fn reviewed(against: usize) -> Given<Evaluations> {
    (0..5).fold(seated(), |given, n| {
        given
            .and(vote(n, if n < against { &["K1"] } else { &[] }), NOW)
            .unwrap()
    })
}

pub fn id(name: &str) -> ClarificationId {
    ClarificationId::parse(name).unwrap()
}

pub fn ask(name: &str, bid: &str, price: Option<i64>, ms: i64) -> Command {
    let until = NOW.plus(ms);
    let body = ClarificationAsked {
        clarification: id(name),
        code: code(bid),
        price,
        seat: seat(0),
        tender: tender(),
        text: "please explain".into(),
        until,
    };
    Command::Clarify(signed(&expert(0), Role::Expert, body))
}

pub fn returned(name: &str, confirms: Option<bool>) -> Command {
    let answer = Answer {
        seq: 77,
        confirms,
        text: "as stated".into(),
    };
    Command::Return {
        clarification: id(name),
        answer: Some(answer),
    }
}

pub fn judge(n: usize, reasonable: bool) -> Command {
    let body = LowPriceJudged {
        code: code("K3"),
        reason: "costs shown".into(),
        reasonable,
        seat: seat(n),
        tender: tender(),
    };
    Command::Judge(signed(&expert(n), Role::Expert, body))
}

pub fn sheet_of(points: i64) -> Sheet {
    ["K1", "K2", "K3"]
        .map(|bid| (code(bid), BTreeMap::from([(item("plan"), points)])))
        .into_iter()
        .collect()
}

/// Every seat commits to the same sheet, if it has not: then prices are shown.
pub fn all_committed(mut given: Given<Evaluations>) -> Given<Evaluations> {
    for n in 0..5 {
        if given.state().seats[&seat(n)].commitment.is_none() {
            given = given
                .and(commit_to(n, &expert(n), &sheet_of(3_000)), NOW)
                .unwrap();
        }
    }
    given
}

/// Commits and reveals the same sheet for every seat.
pub fn scored(given: Given<Evaluations>) -> Given<Evaluations> {
    let mut given = all_committed(given);
    for n in 0..5 {
        given = given.and(reveal_of(n, &expert(n), sheet_of(3_000)), NOW).unwrap();
    }
    given
}

pub fn explained(against: usize) -> Given<Evaluations> {
    let given = all_committed(reviewed(3))
        .and(ask("q", "K3", None, HALF_HOUR), NOW)
        .unwrap()
        .and(returned("q", None), NOW)
        .unwrap();
    (0..5).fold(given, |given, n| given.and(judge(n, n >= against), NOW).unwrap())
}

pub fn refused(outcome: Result<Vec<Draft>, Refusal>) -> String {
    outcome.expect_err("should have been refused").code.into_owned()
}

pub fn result(given: &Given<Evaluations>) -> EvaluationConcluded {
    given.state().concluded.clone().expect("a result").1
}

pub fn rejected(given: &Given<Evaluations>) -> Vec<(String, String)> {
    result(given).lots[0]
        .rejected
        .iter()
        .map(|out| (out.code.to_string(), out.clause.clone()))
        .collect()
}
