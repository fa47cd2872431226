//! Cases after the award: report, contract, bond, supplements, deposits.

use crate::stories::{arrived, award_at, back, bid, closes, goods, signed_at, works};
use crate::story::{Story, id, tender};
use crate::{Case, case};
use facts::body::award::TenderTerminated;
use facts::body::bid::{BidSubmitted, BidWithdrawn};
use facts::body::contract::*;
use facts::calendar::{Date, end_of};
use facts::time::{DAY, HOUR};
use facts::{Instant, Kind};
use kaibiao_rules::Colour::{Red, Yellow};
use kaibiao_rules::How;

/// A fourth bid, withdrawn the day before the deadline; its deposit goes back after the opening has shown that.
fn withdrawn(s: &mut Story) {
    let records = s.records();
    let first = records.iter().find_map(facts::Record::of::<BidSubmitted>);
    let mut bid_9 = first.unwrap();
    bid_9.bid = id("b9");
    let gone = BidWithdrawn {
        bid: id("b9"),
        tender: tender(),
    };
    s.add(closes().plus(-3 * DAY), &bid_9);
    s.add(closes().plus(-DAY), &gone);
    let at = closes().plus(DAY);
    s.signed(at, Some("buyer"), &back(&[9], at));
}

fn late_returns(s: &mut Story) {
    s.shift(Kind::DepositsReturned, 20 * DAY);
}

/// Ended before its opening, and everything paid back.
fn ended(s: &mut Story) {
    s.until(closes());
    let end = TenderTerminated {
        reason: "规划调整".into(),
        tender: tender(),
    };
    s.add(closes().plus(-DAY), &end);
    s.signed(closes(), Some("buyer"), &back(&[], closes()));
}

pub const CASES: &[Case] = &[
    case("A10", works, |s| s.remove(Kind::AwardReported), Red),
    case("A11", works, |s| s.shift(Kind::ContractSigned, 40 * DAY), Red),
    case("A11", goods, |s| s.remove(Kind::ContractSigned), Red),
    case(
        "A12",
        goods,
        |s| s.change(|c: &mut ContractSigned| c.price.minor += 1),
        Red,
    ),
    case(
        "A12",
        works,
        |s| s.change(|c: &mut ContractSigned| c.quality = "优良".into()),
        Red,
    ),
    case(
        "A12",
        works,
        |s| s.change(|c: &mut ContractSigned| c.period_days += 1),
        Red,
    ),
    case(
        "A12",
        works,
        |s| s.change(|c: &mut ContractSigned| c.differs = Some("付款方式".into())),
        Red,
    ),
    case("A13", works, late_returns, Red),
    case(
        "A13",
        works,
        |s| s.change(|d: &mut DepositsReturned| d.returned.truncate(1)),
        Red,
    ),
    case(
        "A13",
        works,
        |s| s.change(|d: &mut DepositsReturned| d.returned[0].interest.minor = 0),
        Yellow,
    ),
    case("A14", goods, late_returns, Red),
    case(
        "A15",
        goods,
        |s| {
            s.change(|c: &mut ContractSigned| {
                c.bond = c.bond.map(|mut b| {
                    b.minor *= 3;
                    b
                })
            })
        },
        Red,
    ),
    case("A16", goods, |s| s.shift(Kind::ContractPublished, 7 * DAY), Red),
    case("A17", goods, |s| s.remove(Kind::ContractFiled), Red),
    case(
        "A18",
        goods,
        |s| s.change(|m: &mut ContractSupplemented| m.change.minor *= 3),
        Red,
    ),
    case(
        "A20",
        works,
        |s| s.change(|c: &mut ContractSigned| c.added = Some("垫资施工".into())),
        Red,
    ),
    case(
        "B18",
        works,
        |s| s.change(|d: &mut DepositsReceived| d.deposits[1].from = Some(PaidFrom { own: false, payer: 2 })),
        Yellow,
    ),
    case(
        "N17",
        goods,
        |s| s.change(|d: &mut DepositsReceived| d.deposits[2].form = DepositForm::Cash),
        Red,
    ),
    Case {
        rule: "B10",
        story: works,
        given: withdrawn,
        broken: late_returns,
        colour: Red,
    },
    Case {
        rule: "B11",
        story: goods,
        given: withdrawn,
        broken: |s| s.change(|d: &mut DepositsReturned| d.returned.retain(|one| one.bid != id("b9"))),
        colour: Red,
    },
    Case {
        rule: "N33",
        story: works,
        given: ended,
        broken: |s| s.remove(Kind::DepositsReturned),
        colour: Yellow,
    },
    Case {
        rule: "N34",
        story: goods,
        given: ended,
        broken: late_returns,
        colour: Red,
    },
];

fn due(story: &Story, rule: &str, at: Instant) -> Vec<(String, Instant)> {
    let told = story.board();
    let cards = told.board.cards_of(&tender(), at);
    let own = cards.into_iter().filter(|card| card.rule == rule);
    own.map(|card| (card.about.clone(), card.due.unwrap())).collect()
}

#[test]
fn days_are_counted_as_the_law_says() {
    let last = |day: Date| end_of(day).plus(-1);
    // Tuesday 31 March + 30 days is Thursday 30 April.
    let mut story = works();
    story.remove(Kind::ContractSigned);
    let end = award_at().plus(60 * DAY);
    assert_eq!(
        due(&story, "A11", end),
        [("L1".into(), last(Date::constant(2026, 4, 30)))]
    );
    // Friday 10 April + 2 working days.
    let mut story = goods();
    story.remove(Kind::ContractPublished);
    assert_eq!(
        due(&story, "A16", end),
        [("L1".into(), last(Date::constant(2026, 4, 14)))]
    );
    // Tuesday 31 March + 5 working days; 4 to 6 April are Qingming.
    let mut story = goods();
    story.change(|d: &mut DepositsReturned| d.returned.retain(|one| one.bid != id("b2")));
    assert_eq!(
        due(&story, "A14", end),
        [("L1".into(), last(Date::constant(2026, 4, 8)))]
    );
}

#[test]
fn a_corrected_list_cures_the_sign_and_a_guarantee_has_no_account() {
    let mut story = works();
    story.change(|d: &mut DepositsReceived| d.deposits[1].from = Some(PaidFrom { own: false, payer: 2 }));
    let mut better = arrived(&[1, 2, 3]);
    better.deposits[2].form = DepositForm::Guarantee;
    better.deposits[2].from = None;
    story.signed(closes().plus(2 * DAY), Some("buyer"), &better);
    let told = story.board();
    let all = told.board.cards_of(&tender(), told.end);
    let cards: Vec<_> = all.iter().filter(|card| card.rule == "B18").collect();
    let [card] = cards.as_slice() else {
        panic!("{cards:?}")
    };
    assert_eq!((card.colour, card.ended.unwrap().how), (Yellow, How::Cured));
    assert_eq!(card.about, format!("{}/L1", bid(2)));
}

#[test]
fn an_earlier_day_of_signing_makes_the_deposit_due_earlier() {
    let mut story = works();
    story.change(|c: &mut ContractSigned| c.signed_at = award_at().plus(HOUR));
    assert!(
        !story.board().cards("A13").is_empty(),
        "the 13 April is late for the 31 March"
    );
}

#[test]
fn a_winner_who_refuses_ends_the_clock_of_the_contract() {
    let mut story = works();
    story.until(signed_at());
    let kept = DepositKept {
        amount: crate::stories::yuan(100_000),
        bid: id(&bid(1)),
        ground: KeepGround::NoContract,
        lot: id("L1"),
        reason: "无正当理由拒签".into(),
        tender: tender(),
    };
    story.signed(signed_at(), Some("buyer"), &kept);
    assert_eq!(story.board().cards("A11"), []);
}

#[test]
fn a_sign_of_an_end_is_not_over_with_that_end() {
    let mut story = works();
    ended(&mut story);
    let told = story.board();
    let cards = told.board.cards_of(&tender(), told.end);
    let card = cards.iter().find(|card| card.rule == "N33").unwrap();
    assert_eq!((card.colour, card.ended.unwrap().how), (Yellow, How::Cured));
}

#[test]
fn a_withdrawn_bid_is_spoken_of_after_the_opening_only() {
    let mut story = works();
    withdrawn(&mut story);
    story.until(closes().plus(-HOUR));
    let told = story.board();
    assert!(told.all_cards().iter().all(|card| card.rule != "B10"));
}
