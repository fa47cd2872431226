//! Cases from the result to the award, and the clocks of it.

use crate::stories::{award_at, goods, result_at, works};
use crate::story::{id, tender};
use crate::{Case, case};
use facts::Kind;
use facts::body::award::*;
use facts::calendar::{Date, end_of};
use facts::time::{DAY, HOUR};
use kaibiao_rules::Colour::{Red, Yellow};
use kaibiao_rules::{Ahead, How};

fn objected(s: &mut crate::Story) {
    let body = CandidatesObjected {
        objection: id("X1"),
        tender: tender(),
        text: "业绩不实".into(),
    };
    s.add(result_at().plus(DAY), &body);
    let reply = CandidatesReplied {
        objection: id("X1"),
        tender: tender(),
        text: "已核实".into(),
    };
    s.add(result_at().plus(2 * DAY), &reply);
}

pub const CASES: &[Case] = &[
    case(
        "A01",
        works,
        |s| s.shift(Kind::CandidatesPublicised, 5 * DAY),
        Red,
    ),
    case(
        "A02",
        works,
        |s| s.change(|c: &mut CandidatesPublicised| c.until = result_at().plus(2 * DAY)),
        Red,
    ),
    Case {
        rule: "A03",
        story: works,
        given: objected,
        broken: |s| s.remove(Kind::CandidatesReplied),
        colour: Red,
    },
    case(
        "A04",
        works,
        |s| {
            s.change(|a: &mut AwardMade| {
                a.awards[0].bid = id("b2");
                a.awards[0].account = id("c2");
            })
        },
        Red,
    ),
    case(
        "A05",
        works,
        |s| s.change(|a: &mut AwardMade| a.awards[0].bid = id("b7")),
        Red,
    ),
    case("A06", goods, |s| s.shift(Kind::AwardMade, 20 * DAY), Red),
    case(
        "A19",
        works,
        |s| s.change(|n: &mut facts::body::tender::TenderNoticed| n.validity_days = 3),
        Red,
    ),
];

#[test]
fn warnings_come_48_and_24_hours_before_and_on_the_day_then_red() {
    let mut story = works();
    story.until(result_at().plus(1));
    let told = story.board();
    // The result is of Thursday 26 March; the third day is a Sunday, so Monday 30 March is the last.
    let due = end_of(Date::constant(2026, 3, 30)).plus(-1);
    let seen = |at| {
        let cards = told.board.cards_of(&tender(), at);
        let card = cards.into_iter().find(|card| card.rule == "A01");
        card.map(|card| (card.colour, card.ahead.unwrap()))
    };
    assert_eq!(seen(due.plus(-48 * HOUR - 1)), None);
    assert_eq!(seen(due.plus(-48 * HOUR)), Some((Yellow, Ahead::H48)));
    assert_eq!(seen(due.plus(-24 * HOUR)), Some((Yellow, Ahead::H24)));
    assert_eq!(seen(due.plus(-HOUR)), Some((Yellow, Ahead::Today)));
    assert_eq!(seen(due), Some((Yellow, Ahead::Today)));
    assert_eq!(seen(due.plus(1)), Some((Red, Ahead::Over)));
    assert_eq!(
        told.board.next_change(&tender(), result_at()),
        Some(due.plus(-48 * HOUR))
    );
}

#[test]
fn what_is_done_late_stays_red_and_says_what_cured_it() {
    let mut story = works();
    story.shift(Kind::CandidatesPublicised, 4 * DAY + 12 * HOUR);
    let told = story.board();
    let cards = told.cards("A01");
    assert_eq!((cards[0].colour, cards[0].ended.unwrap().how), (Red, How::Cured));
    assert_eq!(
        told.records[usize::try_from(cards[0].ended.unwrap().by.seq).unwrap()].kind,
        Kind::CandidatesPublicised
    );
}

#[test]
fn what_is_due_lapses_with_the_procedure() {
    let mut story = works();
    story.until(result_at().plus(1));
    let body = TenderTerminated {
        reason: "规划调整".into(),
        tender: tender(),
    };
    story.add(result_at().plus(3 * DAY), &body);
    let told = story.board();
    let cards = told.board.cards_of(&tender(), told.end);
    let card = cards.iter().find(|card| card.rule == "A01").unwrap();
    assert_eq!((card.colour, card.ended.unwrap().how), (Yellow, How::Lapsed));
}

#[test]
fn another_than_the_first_for_a_cause_is_for_a_person_to_look_at() {
    let mut story = works();
    story.change(|a: &mut AwardMade| {
        a.awards[0].bid = id("b2");
        a.awards[0].account = id("c2");
        a.awards[0].deviation = Some("第一名放弃中标".into());
    });
    let cards = story.board().cards("A04");
    assert_eq!(cards[0].colour, Yellow);
    assert_eq!(cards[0].told, ["buyer", "agent", "supervisors"]);
}

#[test]
fn no_award_while_an_objection_waits() {
    let mut story = works();
    objected(&mut story);
    story.shift(Kind::CandidatesReplied, 10 * DAY);
    let about: Vec<String> = story
        .board()
        .cards("A03")
        .into_iter()
        .map(|card| card.en)
        .collect();
    assert_eq!(about.len(), 2, "{about:?}");
    assert!(result_at() < award_at());
}
