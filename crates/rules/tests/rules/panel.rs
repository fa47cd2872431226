//! Cases of the panel, read from what the award disclosed.

use crate::stories::{award_at, closes, goods, sits, works};
use crate::story::{id, tender};
use crate::{Case, case};
use facts::Kind;
use facts::body::draw::{CallAnswered, ExpertCalled, PoolFrozen};
use facts::body::evaluation::{PanelAppointed, RecusalDeclared};
use facts::body::seat::{ChairVoted, RepresentativesNamed, SeatVacated, Vacancy};
use facts::time::{DAY, HOUR};
use kaibiao_rules::Colour::{Red, Yellow};

fn chair(s: &mut crate::Story) {
    for seat in ["D-1", "D-2", "D-3"] {
        let vote = ChairVoted {
            candidate: id("D-1"),
            seat: id(seat),
            tender: tender(),
        };
        s.add(sits().plus(HOUR), &vote);
    }
}

fn vacated(s: &mut crate::Story) {
    let body = SeatVacated {
        cause: Vacancy::Ill,
        reason: "突发疾病".into(),
        seat: id("D-4"),
        tender: tender(),
    };
    s.add(sits().plus(HOUR), &body);
}

pub const CASES: &[Case] = &[
    case(
        "P02",
        works,
        |s| {
            s.change(|r: &mut RepresentativesNamed| {
                r.seats = [(id("R-1"), id("rep1")), (id("D-1"), id("rep2"))].into();
            })
        },
        Red,
    ),
    case(
        "P05",
        works,
        |s| {
            let seats = (1..=5)
                .map(|n| (id(&format!("S-{n}")), id(&format!("e{n}"))))
                .collect();
            s.add(
                sits().plus(-1),
                &PanelAppointed {
                    reason: None,
                    seats,
                    tender: tender(),
                },
            );
        },
        Red,
    ),
    case(
        "P06",
        works,
        |s| s.change(|p: &mut PoolFrozen| p.filters.retain(|f| f != "qualified")),
        Yellow,
    ),
    case(
        "P07",
        works,
        |s| {
            s.change(|r: &mut RecusalDeclared| {
                if r.seat == id("D-2") {
                    r.conflicts = vec!["曾任职于投标人".into()];
                }
            })
        },
        Red,
    ),
    case(
        "P08",
        goods,
        |s| s.change(|p: &mut PoolFrozen| p.filters.retain(|f| f != "past")),
        Red,
    ),
    case(
        "P09",
        works,
        |s| {
            s.change(|c: &mut ExpertCalled| {
                if c.place == 0 {
                    c.expert = id("sup1");
                }
            })
        },
        Red,
    ),
    case("P10", works, |s| s.shift(Kind::AwardMade, 2 * HOUR), Red),
    Case {
        rule: "P11",
        story: works,
        given: vacated,
        broken: |s| s.change(|v: &mut SeatVacated| v.reason = String::new()),
        colour: Red,
    },
    Case {
        rule: "P12",
        story: goods,
        given: chair,
        broken: |s| s.change(|v: &mut ChairVoted| v.candidate = id("R-1")),
        colour: Red,
    },
    // The room opens on Thursday 26 March; two working days before it is Tuesday 24 March.
    case("P13", goods, |s| s.shift(Kind::DrawRequested, -DAY), Yellow),
    case("P14", works, |s| s.remove(Kind::DrawPinned), Red),
    case(
        "P15",
        works,
        |s| {
            s.remove(Kind::SeatEntered);
        },
        Yellow,
    ),
];

#[test]
fn a_panel_appointed_for_a_reason_is_a_warning() {
    let mut story = works();
    story.remove(Kind::DrawRequested);
    let seats = (1..=5)
        .map(|n| (id(&format!("S-{n}")), id(&format!("e{n}"))))
        .collect();
    let body = PanelAppointed {
        reason: Some("技术特别复杂".into()),
        seats,
        tender: tender(),
    };
    story.add(sits().plus(-1), &body);
    let cards = story.board().cards("P05");
    assert_eq!(cards.len(), 1);
    assert_eq!(cards[0].colour, Yellow);
}

#[test]
fn who_sits_is_not_known_before_the_award() {
    let mut story = works();
    story.until(award_at());
    let told = story.board();
    let known = told.board.procedure(&tender()).unwrap();
    assert!(known.panel().is_empty() && known.revealed.is_empty() && known.hours.is_none());
    let mut declined = works();
    declined.change(|a: &mut CallAnswered| a.accept = a.place != 3);
    let told = declined.board();
    assert_eq!(told.board.procedure(&tender()).unwrap().panel().len(), 4);
    assert!(closes() < award_at());
}
