//! Cases of complaints, which are judged when they are disclosed.

use crate::stories::{award_at, closes, goods, works};
use crate::story::{id, key, tender};
use crate::{Case, Story};
use facts::body::award::{TenderResumed, TenderSuspended};
use facts::body::complaint::*;
use facts::body::obeyed::ExplanationGiven;
use facts::body::objection::{Against, ObjectionNoted, ObjectionReplied};
use facts::body::supervision::{OrderInquired, OrderSuspended};
use facts::calendar::{CHINA, day_of, end_of};
use facts::time::{DAY, HOUR, MINUTE};
use facts::{Hex, Instant, Kind};
use kaibiao_rules::Colour::{Red, Yellow};

/// The morning of the sixth day before the deadline, a Thursday: the complaint is filed.
fn filing() -> Instant {
    closes().plus(-6 * DAY)
}

/// An objection to the documents a week before, answered on the next day; a complaint about it that is taken up, explained
/// and decided, each in time; disclosed after the award.
fn complained(s: &mut Story) {
    complained_of(s, Grievance::Documents, filing());
}

fn complained_of(s: &mut Story, grievance: Grievance, at: Instant) {
    let noted = ObjectionNoted {
        against: Against::Documents,
        calendar: CHINA.version.into(),
        due: Some(end_of(CHINA.add_working_days(day_of(at.plus(-7 * DAY)), 7))),
        objection: id("Q1"),
        seq: 0,
        tender: tender(),
    };
    let replied = ObjectionReplied {
        objection: id("Q1"),
        reply: "不成立".into(),
        tender: tender(),
        text: "指定品牌".into(),
        upheld: false,
    };
    s.add(at.plus(-7 * DAY), &noted).add(at.plus(-6 * DAY), &replied);
    let filed = ComplaintFiled {
        claims: "指定品牌".into(),
        complaint: id("P1"),
        evidence: vec![],
        grievance,
        known: at.plus(-8 * DAY),
        objections: vec![id("Q1")],
        paper: None,
        requests: "责令修改".into(),
        tender: tender(),
        tracking: Hex([7; 32]),
    };
    let accepted = ComplaintAccepted {
        calendar: CHINA.version.into(),
        complaint: id("P1"),
        due: None,
        tender: tender(),
    };
    let asked = OrderInquired {
        basis: "94号令21".into(),
        complaint: Some(id("P1")),
        order: id("o1"),
        question: "品牌要求".into(),
        tender: tender(),
        until: at.plus(6 * DAY),
    };
    let explained = ExplanationGiven {
        order: id("o1"),
        tender: tender(),
        text: "已说明".into(),
    };
    let decided = ComplaintDecided {
        basis: "条例61".into(),
        complaint: id("P1"),
        orders: vec![],
        outcome: Outcome::Rejected,
        reason: "查无实据".into(),
        remedy: None,
        tender: tender(),
    };
    s.signed(at, Some("c1"), &filed)
        .signed(at.plus(DAY), Some("sup1"), &accepted)
        .signed(at.plus(DAY + HOUR), Some("sup1"), &asked)
        .signed(at.plus(2 * DAY), Some("buyer"), &explained)
        .signed(at.plus(12 * DAY), Some("sup1"), &decided)
        .disclose_supervision(award_at().plus(60 * DAY));
}

/// The tender stands still for the complaint, and goes on when the time of the order is over.
fn stopped(s: &mut Story) {
    complained(s);
    let at = filing().plus(DAY + 2 * HOUR);
    let until = Some(at.plus(2 * DAY));
    let order = OrderSuspended {
        basis: "政府采购法57".into(),
        complaint: Some(id("P1")),
        order: id("o2"),
        reason: "投诉处理".into(),
        tender: tender(),
        until,
    };
    let stopped = TenderSuspended {
        order: id("o2"),
        seq: 0,
        tender: tender(),
        until,
    };
    let resumed = TenderResumed {
        order: id("o2"),
        seq: 0,
        tender: tender(),
    };
    s.signed(at, Some("sup1"), &order)
        .add(at.plus(MINUTE), &stopped)
        .add(at.plus(2 * DAY), &resumed);
}

const fn complaint(
    rule: &'static str,
    story: fn() -> Story,
    broken: fn(&mut Story),
    colour: kaibiao_rules::Colour,
) -> Case {
    Case {
        rule,
        story,
        given: complained,
        broken,
        colour,
    }
}

fn known_long_ago(s: &mut Story) {
    s.change(|filed: &mut ComplaintFiled| filed.known = filed.known.plus(-30 * DAY));
}

fn without_objection(s: &mut Story) {
    s.change(|filed: &mut ComplaintFiled| filed.objections.clear());
}

pub const CASES: &[Case] = &[
    complaint("J01", works, known_long_ago, Yellow),
    complaint("J02", works, without_objection, Yellow),
    complaint("J03", works, |s| s.shift(Kind::ComplaintAccepted, 5 * DAY), Red),
    complaint("J04", works, |s| s.shift(Kind::ComplaintDecided, 40 * DAY), Red),
    complaint(
        "J08",
        goods,
        |s| {
            s.shift(Kind::ObjectionNoted, -30 * DAY);
            s.shift(Kind::ObjectionReplied, -30 * DAY);
        },
        Yellow,
    ),
    complaint("J09", goods, |s| s.shift(Kind::ComplaintAccepted, 9 * DAY), Red),
    complaint("J10", goods, |s| s.shift(Kind::OrderInquired, 14 * DAY), Red),
    complaint(
        "J11",
        goods,
        |s| {
            s.remove(Kind::ExplanationGiven);
            s.remove(Kind::ComplaintDecided);
        },
        Yellow,
    ),
    complaint("J12", goods, |s| s.shift(Kind::ComplaintDecided, 40 * DAY), Red),
    Case {
        rule: "J13",
        story: goods,
        given: stopped,
        broken: |s| s.shift(Kind::TenderResumed, 30 * DAY),
        colour: Red,
    },
    complaint("J14", goods, without_objection, Yellow),
];

#[test]
fn days_of_a_pause_and_of_completing_are_not_counted() {
    // 31 working days after the acceptance on 20 March is 7 May; one working day of a pause makes it one in time.
    let last = end_of(CHINA.add_working_days(day_of(filing().plus(DAY)), 31)).plus(-HOUR);
    let late = |pause: bool| {
        let mut story = works();
        complained(&mut story);
        let decided = filing().plus(12 * DAY);
        story.shift(Kind::ComplaintDecided, last.since(decided));
        if pause {
            let paused = ComplaintPaused {
                complaint: id("P1"),
                ground: PauseGround::Appraisal,
                reason: "鉴定".into(),
                tender: tender(),
            };
            let continued = ComplaintContinued {
                calendar: CHINA.version.into(),
                complaint: id("P1"),
                due: None,
                result: "已鉴定".into(),
                tender: tender(),
            };
            let monday = filing().plus(4 * DAY);
            story.add(monday, &paused).add(monday.plus(HOUR), &continued);
        }
        story.board().cards("J04").len()
    };
    assert_eq!((late(false), late(true)), (1, 0));
    // Whoever had to complete it is looked at anew, from then.
    let mut story = works();
    complained(&mut story);
    story.shift(Kind::ComplaintAccepted, 7 * DAY);
    assert_eq!(story.board().cards("J03").len(), 1);
    let returned = ComplaintReturned {
        complaint: id("P1"),
        missing: "签名".into(),
        tender: tender(),
        until: filing().plus(7 * DAY),
    };
    let supplemented = ComplaintSupplemented {
        complaint: id("P1"),
        evidence: vec![],
        tender: tender(),
        text: "已签名".into(),
    };
    story
        .add(filing().plus(DAY), &returned)
        .add(filing().plus(6 * DAY), &supplemented);
    assert!(story.board().cards("J03").is_empty());
}

#[test]
fn whoever_is_late_and_turned_away_breaks_no_rule() {
    let mut story = works();
    complained(&mut story);
    known_long_ago(&mut story);
    story.remove(Kind::ComplaintAccepted);
    story.remove(Kind::ComplaintDecided);
    let refused = ComplaintRefused {
        basis: "条例60".into(),
        cause: RefusalCause::Late,
        complaint: id("P1"),
        reason: "超过时效".into(),
        tender: tender(),
    };
    story.add(filing().plus(DAY), &refused);
    for rule in ["J01", "J02", "J03", "J04"] {
        assert!(story.board().cards(rule).is_empty(), "{rule}");
    }
}

#[test]
fn thirty_days_are_those_of_the_complaint_and_not_of_each_order() {
    let mut story = goods();
    stopped(&mut story);
    assert!(story.board().cards("J13").is_empty());
    let again = filing().plus(25 * DAY);
    let until = Some(again.plus(20 * DAY));
    let order = OrderSuspended {
        basis: "政府采购法57".into(),
        complaint: Some(id("P1")),
        order: id("o3"),
        reason: "继续处理".into(),
        tender: tender(),
        until,
    };
    let stopped = TenderSuspended {
        order: id("o3"),
        seq: 0,
        tender: tender(),
        until,
    };
    let resumed = TenderResumed {
        order: id("o3"),
        seq: 0,
        tender: tender(),
    };
    story
        .add(again, &order)
        .add(again.plus(MINUTE), &stopped)
        .add(again.plus(20 * DAY), &resumed);
    assert_eq!(story.board().cards("J13").len(), 1);
}

#[test]
fn before_its_disclosure_a_complaint_leaves_no_trace() {
    let ids = ["J01", "J02", "J03", "J04", "J08", "J09", "J10", "J12", "J14"];
    let seen = |change: fn(&mut Story)| {
        let mut story = works();
        complained(&mut story);
        story.until(award_at().plus(59 * DAY));
        // Whether it ended is public, and the order to explain.
        story.remove(Kind::ComplaintDecided);
        change(&mut story);
        let told = story.board();
        let known = told
            .board
            .procedure(&tender())
            .unwrap()
            .hearing
            .complaints
            .clone();
        let cards: Vec<_> = told
            .all_cards()
            .into_iter()
            .map(|card| (card.name(), card.colour, card.raised))
            .collect();
        (known, cards)
    };
    let with = seen(|_| {});
    assert_eq!(
        with,
        seen(|story| {
            story.remove(Kind::ComplaintFiled);
            story.remove(Kind::ComplaintAccepted);
        })
    );
    assert!(with.0.is_empty());
    assert!(
        with.1
            .iter()
            .all(|(name, ..)| !ids.iter().any(|id| name.starts_with(id)))
    );
    // A refusal is public at once; what it is about is not.
    let mut story = works();
    complained(&mut story);
    known_long_ago(&mut story);
    story.until(award_at().plus(59 * DAY));
    let told = story.board();
    let known = &told.board.procedure(&tender()).unwrap().hearing.complaints;
    assert!(known.values().all(|complaint| complaint.filed.is_none()));
    assert!(told.cards("J01").is_empty());
    assert_ne!(key("c1"), key("buyer"));
}
