//! Cases of the course of an evaluation and of its result.

use crate::stories::{closes, consultation, goods, sits, works};
use crate::story::{id, tender};
use crate::{Case, case};
use facts::Kind;
use facts::body::award::CandidatesPublicised;
use facts::body::evaluation::*;
use facts::body::opening::OpeningRecorded;
use facts::time::{HOUR, MINUTE};
use kaibiao_rules::Colour::{Red, Yellow};

fn more_time(s: &mut crate::Story) {
    for seat in ["D-1", "D-2"] {
        let body = ExtensionAsked {
            ms: HOUR,
            reason: "文件较多".into(),
            seat: id(seat),
            tender: tender(),
        };
        s.add(sits().plus(20 * MINUTE), &body);
    }
    let given = EvaluationExtended {
        ms: HOUR,
        seats: vec![id("D-1"), id("D-2")],
        tender: tender(),
    };
    s.add(sits().plus(21 * MINUTE), &given);
}

fn asked(s: &mut crate::Story) {
    let body = ClarificationAsked {
        clarification: id("Q1"),
        code: id("K1"),
        price: None,
        seat: id("D-1"),
        tender: tender(),
        text: "请说明".into(),
        until: sits().plus(75 * MINUTE),
    };
    s.add(sits().plus(40 * MINUTE), &body);
    let answer = ClarificationReturned {
        answered: None,
        clarification: id("Q1"),
        confirms: None,
        tender: tender(),
        text: "说明如下".into(),
    };
    s.add(sits().plus(50 * MINUTE), &answer);
}

fn rejected(s: &mut crate::Story) {
    s.change(|c: &mut EvaluationConcluded| {
        c.lots[0].rejected = vec![Rejected {
            bid: id("b9"),
            clause: "第三章2.1".into(),
            code: id("K9"),
        }];
    });
}

fn changed(s: &mut crate::Story) {
    let body = ScoreChanged {
        changes: vec![],
        ground: ChangeGround::SummedWrongly,
        reason: "汇总有误".into(),
        seat: id("D-1"),
        tender: tender(),
    };
    s.add(sits().plus(150 * MINUTE), &body);
}

fn branded(s: &mut crate::Story) {
    s.change(|r: &mut OpeningRecorded| {
        for (place, bid) in r.bids.iter_mut().enumerate() {
            if let Some(letter) = &mut bid.parts[0].letter {
                letter.brand = Some(format!("品牌{place}"));
            }
        }
    });
    crate::method::spelt(s, |m| m.same_brand = facts::body::tender::Brands::One);
}

pub const CASES: &[Case] = &[
    Case {
        rule: "V02",
        story: works,
        given: more_time,
        broken: |s| s.remove(Kind::EvaluationExtended),
        colour: Red,
    },
    case(
        "V05",
        works,
        |s| s.change(|c: &mut EvaluationConcluded| c.lots[0].ranking[1].total_e4 += 1),
        Red,
    ),
    Case {
        rule: "V09",
        story: works,
        given: asked,
        broken: |s| s.change(|c: &mut ClarificationReturned| c.clarification = id("Q2")),
        colour: Red,
    },
    Case {
        rule: "V10",
        story: works,
        given: rejected,
        broken: |s| s.change(|c: &mut EvaluationConcluded| c.lots[0].rejected[0].clause = " ".into()),
        colour: Red,
    },
    case(
        "V14",
        goods,
        |s| s.change(|c: &mut EvaluationConcluded| c.lots[0].counted = Some(2)),
        Red,
    ),
    case(
        "V15",
        works,
        |s| s.change(|c: &mut CandidatesPublicised| c.candidates.swap(0, 1)),
        Red,
    ),
    case(
        "V16",
        consultation,
        |s| s.change(|c: &mut CandidatesPublicised| c.candidates.truncate(2)),
        Red,
    ),
    case(
        "V17",
        works,
        |s| {
            s.change(|r: &mut ReportCompleted| {
                r.signed.pop();
            })
        },
        Red,
    ),
    Case {
        rule: "V18",
        story: goods,
        given: branded,
        broken: |s| {
            s.change(|r: &mut OpeningRecorded| {
                let brand = r.bids[0].parts[0].letter.clone().unwrap().brand;
                if let Some(letter) = &mut r.bids[1].parts[0].letter {
                    letter.brand.clone_from(&brand);
                }
            })
        },
        colour: Red,
    },
    Case {
        rule: "V21",
        story: goods,
        given: changed,
        broken: |s| s.change(|c: &mut ScoreChanged| c.reason = String::new()),
        colour: Red,
    },
];

#[test]
fn t16_a_price_below_the_second_lowest_or_the_ceiling_must_be_looked_into() {
    let mut story = goods();
    story.change(|e: &mut EvaluationOpened| {
        let prices = [100_000_000, 95_000_000, 42_000_000];
        for (bid, price) in e.bids.iter_mut().zip(prices) {
            bid.price.minor = price;
            bid.ceiling = Some(crate::stories::yuan(1_200_000));
        }
    });
    assert_eq!(story.board().cards("V11").len(), 1);
    story.change(|r: &mut ReviewClosed| {
        r.flagged = vec![LowPriceHit {
            code: id("K3"),
            test: LowPriceTest::Second,
        }];
    });
    assert_eq!(story.board().cards("V11"), []);
}

#[test]
fn t17_the_line_itself_is_not_below_it() {
    for (price, cards) in [(54_000_000, 0), (53_999_999, 1)] {
        let mut story = goods();
        story.change(|e: &mut EvaluationOpened| {
            // The others are so low that mean and second-lowest say nothing.
            for (bid, price) in e.bids.iter_mut().zip([price, 60_000_000, 61_000_000]) {
                bid.price.minor = price;
                bid.ceiling = Some(crate::stories::yuan(1_200_000));
            }
        });
        assert_eq!(story.board().cards("V11").len(), cards, "{price}");
    }
}

#[test]
fn t1_a_price_score_that_does_not_come_out_is_red() {
    let mut story = goods();
    story.change(|c: &mut EvaluationConcluded| {
        c.lots[0].ranking[2].price_e4 += 100;
        c.lots[0].ranking[2].total_e4 += 100;
    });
    let cards = story.board().cards("V08");
    assert_eq!(cards.len(), 1);
    assert_eq!((cards[0].about.as_str(), cards[0].colour), ("L1/b3", Red));
}

#[test]
fn a_member_who_says_nothing_is_taken_to_agree() {
    let mut story = works();
    story.change(|r: &mut ReportCompleted| {
        let silent = r.signed.pop().unwrap();
        r.silent.push(silent);
    });
    assert_eq!(story.board().cards("V17")[0].colour, Yellow);
    assert!(closes() < sits());
}

#[test]
fn whoever_is_asked_about_a_low_price_has_half_an_hour() {
    let mut story = goods();
    asked(&mut story);
    story.change(|r: &mut ReviewClosed| {
        r.flagged = vec![LowPriceHit {
            code: id("K1"),
            test: LowPriceTest::Mean,
        }];
    });
    assert_eq!(story.board().cards("V12"), []);
    story.change(|c: &mut ClarificationAsked| c.until = sits().plus(69 * MINUTE));
    assert_eq!(story.board().cards("V12").len(), 1);
}
