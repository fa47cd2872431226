//! Cases of the notice and of what the documents ask.

use crate::stories::{back, closes, free, goods, start, works, yuan};
use crate::story::{Story, id, tender};
use crate::{Case, case, method::spelt};
use facts::body::award::TenderTerminated;
use facts::body::tender::*;
use facts::time::DAY;
use kaibiao_rules::Colour::{Red, Yellow};

fn notice(story: &mut Story, change: impl Fn(&mut TenderNoticed)) {
    story.change(change);
}

fn addendum(number: u32, closes_at: facts::Instant) -> TenderAmended {
    TenderAmended {
        closes_at,
        documents: vec![],
        number,
        rules: facts::Hex([2; 32]),
        substantive: false,
        tender: tender(),
        text: "延期".into(),
    }
}

/// Shown from so long before the notice; Monday 2 March is its day, so five working days begin on Sunday 22 February
/// (make-up Saturday 28 February counts).
fn single_source(story: &mut Story, from: i64) {
    notice(story, |n| {
        n.procedure = Some(Procedure {
            approval: None,
            flow: None,
            ground: None,
            shown: Some(Shown {
                from: start().plus(from),
                until: start().plus(-DAY),
            }),
            supplier: Some(id("c1")),
            way: Way::SingleSource,
        });
    });
}

fn terminated(story: &mut Story) {
    story.until(closes());
    story.add(
        closes().plus(-DAY),
        &TenderTerminated {
            reason: "规划调整".into(),
            tender: tender(),
        },
    );
    story.signed(closes(), Some("buyer"), &back(&[], closes()));
}

fn without_reason(story: &mut Story) {
    story.change(|body: &mut TenderTerminated| body.reason = " ".into());
}

pub const CASES: &[Case] = &[
    case(
        "N03",
        works,
        |s| notice(s, |n| n.documents_until = start().plus(4 * DAY)),
        Red,
    ),
    // Five working days from Monday 2 March end on 9 March.
    case(
        "N04",
        goods,
        |s| notice(s, |n| n.documents_until = start().plus(6 * DAY)),
        Red,
    ),
    case("N15", works, |s| notice(s, |n| n.validity_days = 0), Yellow),
    case(
        "N16",
        works,
        |s| notice(s, |n| n.lots[0].deposit = Some(yuan(192_001))),
        Red,
    ),
    case(
        "N17",
        goods,
        |s| notice(s, |n| n.lots[0].deposit = Some(yuan(192_001))),
        Red,
    ),
    case(
        "N18",
        works,
        |s| notice(s, |n| n.lots[0].deposit = Some(yuan(800_001))),
        Red,
    ),
    case(
        "N19",
        works,
        |s| notice(s, |n| n.lots[0].floor = Some(yuan(1))),
        Red,
    ),
    case("N20", goods, |s| notice(s, |n| n.lots[0].estimate = yuan(0)), Red),
    Case {
        rule: "N23",
        story: goods,
        given: |s| single_source(s, -8 * DAY),
        broken: |s| single_source(s, -6 * DAY),
        colour: Red,
    },
    case(
        "N27",
        goods,
        |s| spelt(s, |m| m.items[0].title = "营业执照".into()),
        Red,
    ),
    case(
        "N28",
        goods,
        |s| spelt(s, |m| m.items[0].title = "近三年本市同类业绩".into()),
        Yellow,
    ),
    Case {
        rule: "N29",
        story: works,
        given: |_| {},
        broken: |s| {
            let Method::Declared(mut lot) = declared_of_goods() else {
                unreachable!()
            };
            lot.basis = Basis::Composite;
            lot.items.clear();
            lot.price.rule = PriceRule::Ignored;
            lot.ties = vec![TieBreak::Drawn];
            let method = Method::Declared(lot);
            notice(s, |n| n.method = method.clone());
        },
        colour: Red,
    },
    case(
        "N30",
        free,
        |s| notice(s, |n| n.lots[0].estimate = yuan(4_000_000)),
        Red,
    ),
    Case {
        rule: "N33",
        story: works,
        given: terminated,
        broken: without_reason,
        colour: Red,
    },
    Case {
        rule: "N34",
        story: goods,
        given: terminated,
        broken: without_reason,
        colour: Red,
    },
    case(
        "B01",
        works,
        |s| {
            s.until(closes());
            notice(s, |n| n.closes_at = start().plus(19 * DAY));
        },
        Red,
    ),
    case(
        "B02",
        goods,
        |s| {
            s.until(closes());
            notice(s, |n| n.closes_at = start().plus(19 * DAY));
        },
        Red,
    ),
    case(
        "B03",
        crate::stories::consultation,
        |s| {
            s.until(closes());
            notice(s, |n| n.closes_at = start().plus(9 * DAY));
        },
        Red,
    ),
    Case {
        rule: "B04",
        story: goods,
        given: |s| spelt(s, |m| m.basis = Basis::Negotiation),
        broken: |s| {
            s.until(closes());
            notice(s, |n| n.closes_at = start().plus(2 * DAY));
        },
        colour: Red,
    },
    case(
        "K21",
        works,
        |s| {
            s.until(closes());
            s.add(start().plus(DAY), &addendum(1, closes().plus(DAY)));
            s.add(start().plus(2 * DAY), &addendum(2, closes().plus(2 * DAY)));
        },
        Yellow,
    ),
];

fn declared_of_goods() -> Method {
    let board = goods().board();
    board
        .board
        .procedure(&tender())
        .unwrap()
        .method()
        .unwrap()
        .clone()
}

#[test]
fn the_twentieth_day_is_in_time_and_a_day_of_rest_is_a_warning() {
    // Published Monday 2 March: the twentieth day is Sunday 22 March.
    let mut story = works();
    story.until(closes());
    story.change(|n: &mut TenderNoticed| n.closes_at = start().plus(20 * DAY));
    let cards = story.board().cards("B01");
    assert_eq!(cards.len(), 1);
    assert_eq!((cards[0].colour, cards[0].about.as_str()), (Yellow, "rest-day"));
    story.change(|n: &mut TenderNoticed| n.closes_at = start().plus(21 * DAY));
    assert_eq!(story.board().cards("B01"), []);
}

#[test]
fn a_later_deadline_cures_a_short_one_and_says_which_fact_did() {
    let mut story = works();
    story.until(closes());
    story.change(|n: &mut TenderNoticed| n.closes_at = start().plus(18 * DAY));
    story.add(start().plus(DAY), &addendum(1, start().plus(22 * DAY)));
    let told = story.board();
    let cards = told.cards("B01");
    let ended = cards[0].ended.unwrap();
    assert_eq!(ended.how, kaibiao_rules::How::Cured);
    assert_eq!(
        told.records[usize::try_from(ended.by.seq).unwrap()].kind,
        facts::Kind::TenderAmended
    );
    let _: facts::id::LotId = id("L1");
}
