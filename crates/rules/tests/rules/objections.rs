//! Cases of objections to documents, process and result, and of orders beyond stopping and going on.

use crate::stories::{award_at, closes, goods, result_at, works};
use crate::story::{id, tender};
use crate::{Case, Story};
use facts::body::obeyed::ExplanationCalled;
use facts::body::objection::{Against, ObjectionNoted, ObjectionReplied};
use facts::body::supervision::OrderInquired;
use facts::time::{DAY, HOUR, MINUTE};
use facts::{Instant, Kind};
use kaibiao_rules::Colour::Red;

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
];

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
