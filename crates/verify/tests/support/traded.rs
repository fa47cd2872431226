//! Whole tenders by trade methods other than tenders: consultation and negotiation with final quotes, inquiry with one
//! price that nobody may change; from the notice to the award.

use super::bidding::Bid;
use super::opening::Trouble;
use super::quotes::{Quoted, consulted, negotiated};
use super::tender::{Noticed, Plan};
use super::{HOUR, World, account};
use facts::body::evaluation::*;
use facts::body::inquiry::{InquiryAnswered, InquiryPut};
use facts::body::tender::{
    Basis, Brands, Category, Declared, Method, PartRole, PriceRule, Pricing, Procedure, Scored, TieBreak, Way,
};
use facts::id::{ClarificationId, CodeId, ItemId, LotId, SeatId};
use facts::{Canonical, Currency, Hex, Money, Stream};
use std::collections::BTreeMap;

/// Final quotes in yuan; the second bidder lowers its own by 250,000 before the deadline.
const QUOTES: [i64; 3] = [8_000_000, 6_250_000, 7_500_000];
/// Hundredths of a point that every seat gives for service.
const POINTS: [i64; 3] = [6_000, 5_500, 6_800];

fn method(basis: Basis) -> Method {
    let scored = basis == Basis::Consultation;
    let item = Scored {
        item: ItemId::parse("service").unwrap(),
        max: 7_000,
        steps: vec![],
        title: "service".into(),
        weight_bp: 10_000,
    };
    Method::Declared(Box::new(Declared {
        adjustments: vec![],
        basis,
        category: Category::Goods,
        deductions: vec![],
        drawn: vec![],
        items: if scored { vec![item] } else { vec![] },
        low_price: None,
        min_valid: 3,
        panel: 5,
        places: 2,
        price: Pricing {
            benchmark: None,
            points: if scored { 3_000 } else { 0 },
            rule: if scored {
                PriceRule::LowestFirst
            } else {
                PriceRule::Order
            },
        },
        review: vec![],
        same_brand: Brands::Ignored,
        ties: if scored { vec![TieBreak::Evaluated] } else { vec![] },
        trim: None,
    }))
}

fn code(n: usize) -> CodeId {
    CodeId::parse(&format!("C{}", n + 1)).unwrap()
}

fn seat(n: usize) -> SeatId {
    SeatId::parse(&format!("S{n}")).unwrap()
}

/// Rank, bid, points of the panel and of the price, in the order of ranking.
type Line = (u32, usize, i64, i64);

/// Codes, panel, sheets, the result that these lines give, report, candidates, award.
fn judged(
    world: &mut World,
    noticed: &Noticed,
    bids: &[Bid],
    opening: u64,
    lines: &[Line],
    asked: impl FnOnce(&mut World, &Stream, &mut Vec<u64>),
) {
    let (tender, stream) = (world.tender.clone(), Stream::Evaluation(world.tender.clone()));
    let lot = &noticed.notice.lots[0];
    let coded = |(n, bid): (usize, &Bid)| CodedBid {
        brand: None,
        ceiling: lot.ceiling,
        code: code(n),
        deviations: BTreeMap::new(),
        floor: lot.floor,
        lot: lot.lot.clone(),
        price: Money::new(Currency::CNY, bid.price),
    };
    let opened = EvaluationOpened {
        bids: bids.iter().enumerate().map(coded).collect(),
        method: noticed.plan.method.clone(),
        opening,
        tender: tender.clone(),
        qualification: None,
        unqualified: Vec::new(),
        way: noticed.notice.procedure.as_ref().map(|said| said.way),
    };
    let mut hidden = vec![world.platform(&stream, &opened)];
    let names = bids.iter().enumerate().map(|(n, bid)| (code(n), bid.bid.clone()));
    let drawn = CodesDrawn {
        codes: names.collect(),
        tender: tender.clone(),
    };
    hidden.push(world.platform(&stream, &drawn));
    let appointed = PanelAppointed {
        reason: Some("the draw found nobody of this trade".to_owned()),
        seats: (1..=5).map(|n| (seat(n), account(&format!("EXP{n}")))).collect(),
        tender: tender.clone(),
    };
    hidden.push(world.act("BUYER", &stream, &appointed));
    for n in 1..=5 {
        let free = RecusalDeclared {
            conflicts: vec![],
            seat: seat(n),
            tender: tender.clone(),
        };
        hidden.push(world.act(&format!("EXP{n}"), &stream, &free));
    }
    let items = noticed.plan.method.sheet_items();
    let values = |n: usize| items.keys().map(|item| ((*item).clone(), POINTS[n])).collect();
    let sheet: Sheet = (0..bids.len()).map(|n| (code(n), values(n))).collect();
    let bytes = Canonical::of(&sheet).unwrap().to_bytes();
    let salt = |n: usize| [u8::try_from(n).unwrap(); 32];
    for n in 1..=5 {
        let commitment = Hex(ledger::message::score(&tender, &seat(n), &salt(n), &bytes));
        let committed = ScoreCommitted {
            commitment,
            seat: seat(n),
            tender: tender.clone(),
        };
        hidden.push(world.act(&format!("EXP{n}"), &stream, &committed));
    }
    asked(world, &stream, &mut hidden);
    for n in 1..=5 {
        let revealed = ScoreRevealed {
            salt: Hex(salt(n)),
            seat: seat(n),
            sheet: sheet.clone(),
            tender: tender.clone(),
        };
        hidden.push(world.act(&format!("EXP{n}"), &stream, &revealed));
    }
    let ranked = |(rank, n, panel_e4, price_e4): &(u32, usize, i64, i64)| Ranked {
        bid: bids[*n].bid.clone(),
        code: code(*n),
        evaluated: bids[*n].price,
        panel_e4: *panel_e4,
        price_e4: *price_e4,
        rank: *rank,
        total_e4: panel_e4 + price_e4,
    };
    let result = LotResult {
        benchmark_e4: None,
        counted: Some(u32::try_from(bids.len()).unwrap()),
        lot: LotId::parse("L1").unwrap(),
        ranking: lines.iter().map(ranked).collect(),
        rejected: vec![],
    };
    let concluded = EvaluationConcluded {
        lots: vec![result.clone()],
        tender,
    };
    let position = world.platform(&stream, &concluded);
    world.disclose(hidden);
    let panel: Vec<_> = (1..=5).map(|n| (seat(n), format!("EXP{n}"))).collect();
    let signed = world.report(&stream, position, 1, &panel, |_| true);
    world.veiled.extend(signed);
    world.award(position, &result, &bids.iter().collect::<Vec<_>>());
}

/// 竞争性磋商: the panel's points and the final quotes together; the lowest quote does not win.
pub fn consultation(seed: u8) -> World {
    let Quoted {
        mut world,
        noticed,
        bids,
        opening,
    } = consulted(seed, method(Basis::Consultation), QUOTES);
    let lines = [
        (1, 2, 680_000, 240_000),
        (2, 1, 550_000, 300_000),
        (3, 0, 600_000, 225_000),
    ];
    judged(&mut world, &noticed, &bids[..3], opening, &lines, |_, _, _| ());
    world
}

/// 竞争性谈判: the lowest final quote, not the lowest first offer.
pub fn negotiation(seed: u8) -> World {
    let Quoted {
        mut world,
        noticed,
        bids,
        opening,
    } = negotiated(seed, QUOTES);
    let lines = [(1, 1, 0, 0), (2, 2, 0, 0), (3, 0, 0, 0)];
    judged(&mut world, &noticed, &bids[..3], opening, &lines, |_, _, _| ());
    world
}

/// 询价: one price each. With `corrected` a seat asks a bidder for another one, and what it answers is taken.
pub fn inquiry(seed: u8, corrected: bool) -> World {
    let mut world = World::new(seed, "T7");
    let keys = world.ceremony(1);
    let plan = Plan {
        stages: vec![("quote", vec![("price", PartRole::Letter)])],
        lots: vec!["L1"],
        lock: false,
        procedure: Some(Procedure {
            approval: Some("川财采〔2026〕1号".into()),
            flow: None,
            ground: None,
            shown: None,
            supplier: None,
            way: Way::Inquiry,
        }),
        method: method(Basis::Negotiation),
    };
    let noticed = world.notice(plan, &keys);
    let mut bids: Vec<Bid> = (1..=3).map(|n| world.enter(n)).collect();
    for (bid, yuan) in bids.iter_mut().zip(QUOTES) {
        world.submit(&noticed, bid, yuan, false);
    }
    world.close(&noticed);
    let opening = world.open(&noticed, &keys, 0, &bids, &Trouble::default());
    let lines = [(1, 1, 0, 0), (2, 2, 0, 0), (3, 0, 0, 0)];
    let second = bids[2].clone();
    judged(
        &mut world,
        &noticed,
        &bids,
        opening,
        &lines,
        |world, stream, hidden| {
            if corrected {
                correct(world, stream, hidden, &second);
            }
        },
    );
    world
}

/// A correction that leaves the ranking as it is: only that it was made at all is wrong.
fn correct(world: &mut World, stream: &Stream, hidden: &mut Vec<u64>, bid: &Bid) {
    let (tender, until) = (world.tender.clone(), world.now.plus(HOUR));
    let clarification = ClarificationId::parse("sum").unwrap();
    let text = "please confirm".to_owned();
    let asked = ClarificationAsked {
        clarification: clarification.clone(),
        code: code(2),
        price: Some(bid.price),
        seat: seat(1),
        tender: tender.clone(),
        text: text.clone(),
        until,
    };
    hidden.push(world.act("EXP1", stream, &asked));
    let own = world.stream();
    let put = InquiryPut {
        bid: bid.bid.clone(),
        clarification: clarification.clone(),
        price: Some(bid.price),
        tender: tender.clone(),
        text: text.clone(),
        until,
    };
    hidden.push(world.platform(&own, &put));
    let answered = InquiryAnswered {
        bid: bid.bid.clone(),
        clarification: clarification.clone(),
        confirms: Some(true),
        tender: tender.clone(),
        text: text.clone(),
    };
    let seq = world.act(&bid.key, &own, &answered);
    hidden.push(seq);
    let returned = ClarificationReturned {
        answered: Some(seq),
        clarification: clarification.clone(),
        confirms: Some(true),
        tender: tender.clone(),
        text,
    };
    hidden.push(world.platform(stream, &returned));
    let step = Correction {
        after: bid.price,
        before: bid.price,
        place: "quote".into(),
        rule: CorrectionRule::SummaryOverRest,
    };
    let corrected = PriceCorrected {
        clarification,
        code: code(2),
        corrections: vec![step],
        seat: seat(1),
        tender,
    };
    hidden.push(world.act("EXP1", stream, &corrected));
}
