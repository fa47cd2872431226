//! Statistics are recomputable: counted again here from the records in the plainest way, and every division adds up.
#![allow(
    clippy::allow_attributes,
    clippy::arithmetic_side_effects,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "test code"
)]

extern crate kaibiao_supervise as supervise;

#[path = "figures/cards.rs"]
mod cards;

use facts::body::award::{Award, AwardMade};
use facts::body::bid::Letter;
use facts::body::card::Colour;
use facts::body::complaint::{ComplaintRefused, RefusalCause};
use facts::body::opening::{OpenedBid, OpenedPart, OpeningRecorded, TenderFailed};
use facts::body::supervision::{OrderResumed, OrderSuspended};
use facts::body::tender::{Lot, Method, OpeningRules, Regime, TenderNoticed, TenderRegistered};
use facts::calendar::{Date, start_of};
use facts::id::{ComplaintId, LotId, OrderId, PartId, StageId};
use facts::{AccountId, BidId, Body, Currency, Draft, Hex, Instant, Kind, Money, Record, Stream, TenderId};
use proptest::prelude::*;
use rules::{Board, RuleBook};
use std::collections::BTreeMap;
use std::sync::Arc;
use supervise::Docket;
use supervise::figures::{By, Month, MonthReport, Statistics, events};

fn lot() -> LotId {
    LotId::parse("lot-1").unwrap()
}

fn account(name: &str) -> AccountId {
    AccountId::parse(name).unwrap()
}

/// What happens to one tender.
#[derive(Debug, Clone)]
struct Story {
    buyer: u8,
    agent: Option<u8>,
    trade: u8,
    /// Days from one step to the next.
    pace: u8,
    /// How far it goes: 0 registered, 1 noticed, 2 opened, 3 awarded, 4 failed instead of opened.
    until: u8,
    bids: u8,
    ceiling: Option<i64>,
    price: i64,
    ordered: bool,
}

fn story() -> impl Strategy<Value = Story> {
    (
        0_u8..3,
        proptest::option::of(0_u8..2),
        0_u8..3,
        1_u8..40,
        0_u8..5,
        1_u8..6,
        proptest::option::of(500_000_i64..900_000),
        400_000_i64..500_000,
        any::<bool>(),
    )
        .prop_map(
            |(buyer, agent, trade, pace, until, bids, ceiling, price, ordered)| Story {
                buyer,
                agent,
                trade,
                pace,
                until,
                bids,
                ceiling,
                price,
                ordered,
            },
        )
}

fn money(minor: i64) -> Money {
    Money::new(Currency::CNY, minor)
}

struct Log(Vec<Record>);

impl Log {
    fn tell<B: Body>(&mut self, stream: Stream, at: Instant, body: &B) {
        let draft = Draft::platform(stream, body).unwrap();
        self.0
            .push(draft.record(u64::try_from(self.0.len()).unwrap(), at));
    }
}

fn notice(tender: &TenderId, story: &Story, at: Instant) -> TenderNoticed {
    TenderNoticed {
        closes_at: at,
        documents: vec![],
        documents_from: at,
        documents_until: at,
        lots: vec![Lot {
            ceiling: story.ceiling.map(money),
            deposit: None,
            estimate: money(600_000),
            floor: None,
            lot: lot(),
            title: "L".into(),
        }],
        method: Method::LowestEvaluated {
            adjustments: vec![],
            must_pass: vec![],
            panel: 5,
        },
        min_bidders: 3,
        opening: OpeningRules {
            bidder_lock: false,
            objection_ms: 0,
            remedy: String::new(),
            share_ms: 0,
            unlock_ms: 0,
        },
        procedure: None,
        publicity_days: 3,
        region: "510000".into(),
        stages: vec![],
        tender: tender.clone(),
        title: "T".into(),
        trade: format!("A0{}", story.trade),
        validity_days: 90,
    }
}

fn opened(tender: &TenderId, story: &Story, at: Instant) -> OpeningRecorded {
    let bid = |n: u8| OpenedBid {
        account: account(&format!("firm-{n}")),
        bid: BidId::parse(&format!("bid-{n}")).unwrap(),
        parts: vec![OpenedPart {
            letter: Some(Letter {
                account: account(&format!("firm-{n}")),
                brand: None,
                certificate: Hex([0; 64]),
                deviations: BTreeMap::new(),
                name: format!("Firm {n}"),
                period_days: 90,
                price: Some(money(story.price + i64::from(n))),
                project_lead: "L".into(),
                quality: "Q".into(),
            }),
            lot: lot(),
            bytes: None,
            part: PartId::parse("letter").unwrap(),
            sha256: None,
            submission: Hex::default(),
            unopened: None,
        }],
    };
    OpeningRecorded {
        bids: (0..story.bids).map(bid).collect(),
        list: Hex::default(),
        panel: None,
        quorum: vec![],
        stage: StageId::parse("open").unwrap(),
        tender: tender.clone(),
        until: at,
    }
}

fn told(stories: &[Story]) -> Vec<Record> {
    let mut log = Log(Vec::new());
    let begin = start_of(Date::constant(2026, 1, 5));
    for (n, story) in stories.iter().enumerate() {
        let tender = TenderId::parse(&format!("T{n}")).unwrap();
        let stream = Stream::Tender(tender.clone());
        let day = |step: i64| begin.plus(step * i64::from(story.pace) * facts::time::DAY);
        let body = TenderRegistered {
            agent: story.agent.map(|agent| account(&format!("agent-{agent}"))),
            buyer: account(&format!("buyer-{}", story.buyer)),
            regime: Regime::Free,
            tender: tender.clone(),
            title: "T".into(),
        };
        log.tell(stream.clone(), day(0), &body);
        if story.ordered {
            let order = OrderSuspended {
                basis: "b".into(),
                order: OrderId::parse("o").unwrap(),
                reason: "r".into(),
                tender: tender.clone(),
                complaint: None,
                until: None,
            };
            log.tell(Stream::Supervision(tender.clone()), day(1), &order);
        }
        if story.until >= 1 {
            log.tell(stream.clone(), day(1), &notice(&tender, story, day(2)));
        }
        if story.until == 4 {
            let failed = TenderFailed {
                basis: "b".into(),
                cause: "bidders_few".into(),
                tender: tender.clone(),
            };
            log.tell(stream.clone(), day(2), &failed);
        } else if story.until >= 2 {
            log.tell(stream.clone(), day(2), &opened(&tender, story, day(2)));
            // A second stage reads out the same bids: they are counted once.
            log.tell(stream.clone(), day(2), &opened(&tender, story, day(2)));
        }
        if story.until == 3 {
            let award = AwardMade {
                awards: vec![Award {
                    account: account("firm-0"),
                    bid: BidId::parse("bid-0").unwrap(),
                    deviation: None,
                    lot: lot(),
                    price: money(story.price),
                }],
                tender: tender.clone(),
            };
            log.tell(stream, day(3), &award);
        }
    }
    log.0
}

fn projected(records: &[Record]) -> (Docket, Board) {
    let (mut docket, mut board) = (Docket::default(), Board::new(Arc::new(RuleBook::of_this_build())));
    for record in records {
        docket.observe(record);
        board.observe(record, &[]);
    }
    board.settle();
    (docket, board)
}

fn count(records: &[Record], kind: Kind, from: Instant, until: Instant) -> u64 {
    let inside = records
        .iter()
        .filter(|record| record.kind == kind && from <= record.at && record.at < until);
    u64::try_from(inside.count()).unwrap()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(40))]

    #[test]
    fn figures_are_those_of_the_records_and_every_division_adds_up(stories in prop::collection::vec(story(), 0..8), first in 1_i8..6, months in 0_i8..6) {
        let records = cards::carded(told(&stories));
        let (docket, board) = projected(&records);
        let now = start_of(Date::constant(2026, 12, 1));
        let all = events(&docket, &board, now);
        let (from, until) = (start_of(Date::constant(2026, first, 1)), start_of(Date::constant(2026, first + months, 28)));
        for by in By::ALL {
            let statistics = Statistics::of(&all, by, from, until);
            let total = &statistics.total;
            prop_assert_eq!(total.procedures, count(&records, Kind::TenderRegistered, from, until));
            prop_assert_eq!(total.failed, count(&records, Kind::TenderFailed, from, until));
            prop_assert_eq!(total.awards, count(&records, Kind::AwardMade, from, until));
            prop_assert_eq!(total.orders, count(&records, Kind::OrderSuspended, from, until));
            prop_assert_eq!(total.openings * 2, count(&records, Kind::OpeningRecorded, from, until));
            let read_out = records.iter().filter(|record| from <= record.at && record.at < until);
            let bids: usize = read_out.filter_map(Record::of::<OpeningRecorded>).map(|body| body.bids.len()).sum();
            prop_assert_eq!(total.bids * 2, u64::try_from(bids).unwrap());
            prop_assert_eq!(total.red + total.yellow, count(&records, Kind::CardIssued, from, until));
            let sum = |figure: fn(&supervise::figures::Figures) -> u64| statistics.rows.iter().map(|row| figure(&row.figures)).sum::<u64>();
            prop_assert_eq!(sum(|row| row.procedures), total.procedures);
            prop_assert_eq!(sum(|row| row.bids), total.bids);
            prop_assert_eq!(sum(|row| row.red), total.red);
            prop_assert_eq!(sum(|row| row.yellow), total.yellow);
            prop_assert_eq!(sum(|row| row.warned + row.cured + row.lapsed + row.replaced), total.warned + total.cured + total.lapsed + total.replaced);
            prop_assert_eq!(sum(|row| row.failed + row.awards + row.openings + row.orders), total.failed + total.awards + total.openings + total.orders);
            let saved: i64 = statistics.rows.iter().flat_map(|row| row.figures.saved.values()).map(supervise::figures::Saved::difference).sum();
            prop_assert_eq!(saved, total.saved.values().map(supervise::figures::Saved::difference).sum::<i64>());
        }
    }
}

fn one(until: u8) -> Story {
    Story {
        buyer: 1,
        agent: None,
        trade: 1,
        pace: 10,
        until,
        bids: 4,
        ceiling: Some(500_000),
        price: 450_000,
        ordered: true,
    }
}

#[test]
fn nothing_of_bids_is_counted_before_an_opening_and_savings_only_where_there_is_a_ceiling() {
    let all = |stories: &[Story]| {
        let (docket, board) = projected(&told(stories));
        let all = events(&docket, &board, start_of(Date::constant(2026, 12, 1)));
        Statistics::of(&all, By::Buyer, Instant(i64::MIN), Instant(i64::MAX)).total
    };
    let noticed = all(&[one(1)]);
    assert_eq!(
        (noticed.bids, noticed.openings, noticed.bids_each_e2()),
        (0, 0, None)
    );
    let awarded = all(&[
        one(3),
        Story {
            ceiling: None,
            ..one(3)
        },
    ]);
    assert_eq!(
        (awarded.bids, awarded.awards, awarded.bids_each_e2()),
        (8, 2, Some(400))
    );
    let saved = awarded.saved[&Currency::CNY];
    assert_eq!(
        (saved.ceiling, saved.difference(), saved.share_bp()),
        (500_000, 50_000, Some(1_000))
    );
}

#[test]
fn orders_and_decisions_are_listed_cards_are_not_and_the_lifting_of_an_order_is_no_order() {
    let mut log = Log(told(&[one(3)]));
    let (tender, at) = (TenderId::parse("T0").unwrap(), log.0.last().unwrap().at);
    let stream = || Stream::Supervision(tender.clone());
    let resumed = OrderResumed {
        order: OrderId::parse("o").unwrap(),
        reason: "r".into(),
        tender: tender.clone(),
    };
    let refused = ComplaintRefused {
        basis: "b".into(),
        cause: RefusalCause::Late,
        complaint: ComplaintId::parse("C1").unwrap(),
        reason: "r".into(),
        tender: tender.clone(),
    };
    log.tell(stream(), at, &resumed);
    log.tell(stream(), at, &cards::issued(&tender, "A01", Colour::Yellow, None));
    log.tell(stream(), at, &refused);
    let (docket, board) = projected(&log.0);
    let month = Month::of(at);
    let report = MonthReport::of(&docket, &board, month, month.ends());
    let kinds: Vec<&str> = report
        .orders
        .iter()
        .map(|listed| listed.fact.kind.name())
        .collect();
    assert_eq!(kinds, ["order.resumed", "complaint.refused"]);
    assert_eq!(
        (report.divided[0].total.orders, report.divided[0].total.complaints),
        (0, 1)
    );
}

#[test]
fn a_monthly_report_is_the_same_again_and_holds_what_happened_in_its_month() {
    let (docket, board) = projected(&told(&[one(3), one(4)]));
    let month = Month::parse("2026-01").unwrap();
    let later = start_of(Date::constant(2026, 6, 1));
    let report = MonthReport::of(&docket, &board, month, later);
    assert_eq!(report, MonthReport::of(&docket, &board, month, later.plus(1)));
    // Registered on the 5th, noticed and ordered on the 15th, opened or failed on the 25th, awarded in February.
    let total = &report.divided[0].total;
    assert_eq!(
        (
            total.procedures,
            total.openings,
            total.failed,
            total.awards,
            total.orders
        ),
        (2, 1, 1, 0, 2)
    );
    assert_eq!((report.orders.len(), report.failed.len()), (2, 1));
    assert!(report.at < month.ends() && report.settled);
    for wrong in ["2026-13", "2026-1", "26-01", "2026-01-01", "", "+026-01"] {
        assert_eq!(Month::parse(wrong), None, "{wrong}");
    }
    assert_eq!(
        Month::parse("2026-12").unwrap().ends(),
        start_of(Date::constant(2027, 1, 1))
    );
}
