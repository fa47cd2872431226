//! Cases of objections to documents, process and result, and of orders beyond stopping and going on.

use crate::stories::{award_at, closes, goods, result_at, start, works};
use crate::story::{id, tender};
use crate::{Case, Story};
use facts::body::evaluation::EvaluationReopened;
use facts::body::obeyed::{DeadlineExtended, ExplanationCalled, StepVoided};
use facts::body::objection::{Against, ObjectionNoted, ObjectionReplied};
use facts::body::supervision::{OrderInquired, OrderReevaluated, Panel};
use facts::time::{DAY, HOUR, MINUTE};
use facts::{Instant, Kind};
use kaibiao_rules::Colour::{Red, Yellow};

fn objected(s: &mut Story, against: Against, at: Instant) {
    let noted = ObjectionNoted {
        against,
        calendar: facts::calendar::CHINA.version.into(),
        due: None,
        objection: id("Q1"),
        seq: 0,
        tender: tender(),
    };
    s.add(at, &noted);
    let replied = ObjectionReplied {
        objection: id("Q1"),
        reply: "已修改".into(),
        tender: tender(),
        text: "指定品牌".into(),
        upheld: true,
    };
    s.add(at.plus(DAY), &replied);
}

pub const CASES: &[Case] = &[
    Case {
        rule: "C06",
        story: works,
        given: |s| objected(s, Against::Documents, closes().plus(-12 * DAY)),
        broken: |s| s.remove(Kind::ObjectionReplied),
        colour: Red,
    },
    Case {
        rule: "J07",
        story: goods,
        given: |s| objected(s, Against::Result, result_at().plus(DAY)),
        broken: |s| s.shift(Kind::ObjectionReplied, 20 * DAY),
        colour: Red,
    },
    Case {
        rule: "C05",
        story: works,
        given: |s| objected(s, Against::Documents, closes().plus(-10 * DAY)),
        broken: |s| s.shift(Kind::ObjectionNoted, DAY),
        colour: Yellow,
    },
    Case {
        rule: "J06",
        story: goods,
        given: |s| objected(s, Against::Result, result_at().plus(14 * DAY)),
        broken: |s| s.shift(Kind::ObjectionNoted, 5 * DAY),
        colour: Yellow,
    },
    Case {
        rule: "J16",
        story: goods,
        given: |s| objected(s, Against::Process, result_at().plus(HOUR)),
        broken: |s| s.shift(Kind::ObjectionReplied, 20 * DAY),
        colour: Red,
    },
    Case {
        rule: "V22",
        story: goods,
        given: again,
        broken: |s| s.remove(Kind::OrderReevaluated),
        colour: Red,
    },
];

/// An evaluation is done again by order.
fn again(s: &mut Story) {
    let (order, at) = (id::<facts::id::OrderId>("o8"), result_at().plus(30 * MINUTE));
    let reason = String::from("评分汇总错误");
    let ordered = OrderReevaluated {
        basis: "政府采购法实施条例71".into(),
        order: order.clone(),
        panel: Panel::Same,
        reason: reason.clone(),
        tender: tender(),
    };
    let reopened = EvaluationReopened {
        order,
        panel: Panel::Same,
        reason,
        round: 2,
        seq: 0,
        tender: tender(),
    };
    s.add(at, &ordered).add(at.plus(MINUTE), &reopened);
}

#[test]
fn windows_end_with_their_last_day() {
    // Documents are out until 12 March, a Thursday: the seventh working day after it is the 23rd.
    let query = |days: i64| {
        let mut story = goods();
        objected(&mut story, Against::Documents, start().plus(days * DAY));
        story.board().cards("J06").len()
    };
    assert_eq!((query(21), query(22)), (0, 1));
    // An order that moves the deadline moves the tenth day before it.
    let mut story = works();
    objected(&mut story, Against::Documents, closes().plus(-9 * DAY));
    assert_eq!(story.board().cards("C05").len(), 1);
    let extended = DeadlineExtended {
        down: None,
        closes_at: closes().plus(DAY),
        order: id("o9"),
        seq: 0,
        tender: tender(),
    };
    story.add(closes().plus(-11 * DAY), &extended);
    assert!(story.board().cards("C05").is_empty());
    // And the opening begins at the deadline that it set.
    story.shift(Kind::TenderClosed, DAY);
    assert!(story.board().cards("O01").is_empty());
}

#[test]
fn an_answer_that_an_order_undid_is_none() {
    let mut story = goods();
    objected(&mut story, Against::Process, result_at().plus(HOUR));
    assert!(story.board().cards("J16").is_empty());
    let mut records = story.records().into_iter();
    let reply = records
        .find(|record| record.kind == Kind::ObjectionReplied)
        .unwrap();
    let voided = StepVoided {
        order: id("o9"),
        seq: 0,
        step: reply.seq,
        tender: tender(),
    };
    story.add(award_at().plus(-HOUR), &voided);
    assert_eq!(story.board().cards("J16").len(), 1);
}

#[test]
fn an_objection_to_the_result_of_works_is_not_one_to_the_documents() {
    let mut story = works();
    objected(&mut story, Against::Result, result_at().plus(HOUR));
    story.remove(Kind::ObjectionReplied);
    assert!(story.board().cards("C06").is_empty());
    assert!(story.board().cards("J07").is_empty());
}

#[test]
fn every_kind_of_order_is_to_be_obeyed_or_given_back() {
    let mut story = works();
    let at = award_at().plus(-HOUR);
    let order = OrderInquired {
        basis: "招标投标法实施条例62".into(),
        complaint: None,
        order: id("o7"),
        question: "评分依据".into(),
        tender: tender(),
        until: at.plus(DAY),
    };
    story.add(at, &order);
    assert_eq!(story.board().cards("S07").len(), 1);
    let mut records = story.records().into_iter();
    let seq = records
        .find(|record| record.kind == Kind::OrderInquired)
        .unwrap()
        .seq;
    let called = ExplanationCalled {
        order: id("o7"),
        seq,
        tender: tender(),
        until: at.plus(DAY),
    };
    story.add(at.plus(MINUTE), &called);
    assert!(story.board().cards("S07").is_empty());
}
