//! A tender whose method is declared: review, clarification, correction, a low price, a changed score, a report.

use super::bidding::Bid;
use super::opening::Trouble;
use super::qualified::qualify;
use super::tender::Plan;
use super::{World, account};
use facts::body::evaluation::*;
use facts::body::inquiry::{InquiryAnswered, InquiryPut};
use facts::body::tender::{
    Basis, Brands, Category, Declared, LowPrice, Method, PartRole, PriceRule, Pricing, ReviewItem, Reviewer,
    Scored, TieBreak,
};
use facts::id::{ClarificationId, CodeId, ItemId, LotId, SeatId};
use facts::{Canonical, Currency, Hex, Money, Stream};
use std::collections::BTreeMap;

/// In yuan: the third is abnormally low, the fourth fails the review, the fifth is corrected to 8,900,000.
pub(super) const PRICES: [i64; 5] = [9_000_000, 9_400_000, 3_000_000, 9_200_000, 9_100_000];
/// Hundredths of a point that every seat gives.
const POINTS: [i64; 5] = [9_000, 7_000, 6_000, 5_000, 8_000];

pub(super) fn item(name: &str) -> ItemId {
    ItemId::parse(name).unwrap()
}

fn code(n: usize) -> CodeId {
    CodeId::parse(&format!("C{}", n + 1)).unwrap()
}

fn seat(n: usize) -> SeatId {
    SeatId::parse(&format!("S{n}")).unwrap()
}

fn question(name: &str) -> ClarificationId {
    ClarificationId::parse(name).unwrap()
}

pub(super) fn plan() -> Plan {
    let review = |name: &str, by| ReviewItem {
        by,
        clause: format!("2.{name}"),
        item: item(name),
        title: name.into(),
    };
    let method = Declared {
        adjustments: vec![],
        basis: Basis::Notice,
        category: Category::Goods,
        deductions: vec![],
        drawn: vec![],
        items: vec![Scored {
            item: item("plan"),
            max: 10_000,
            steps: vec![],
            title: "plan".into(),
            weight_bp: 10_000,
        }],
        low_price: Some(LowPrice {
            answer_ms: 1_800_000,
            ceiling_bp: 0,
            mean_bp: 5_000,
            second_bp: 5_000,
        }),
        min_valid: 0,
        panel: 5,
        places: 2,
        price: Pricing {
            benchmark: None,
            points: 0,
            rule: PriceRule::Ignored,
        },
        review: vec![
            review("licence", Reviewer::Buyer),
            review("form", Reviewer::Panel),
        ],
        same_brand: Brands::Ignored,
        ties: vec![TieBreak::Price],
        trim: None,
    };
    Plan {
        procedure: None,
        stages: vec![("open", vec![("letter", PartRole::Letter)])],
        lots: vec!["L1"],
        lock: false,
        method: Method::Declared(Box::new(method)),
    }
}

struct Room {
    stream: Stream,
    hidden: Vec<u64>,
}

impl Room {
    fn says<B: facts::Body>(&mut self, world: &mut World, n: usize, body: &B) -> u64 {
        let seq = world.act(&format!("EXP{n}"), &self.stream.clone(), body);
        self.hidden.push(seq);
        seq
    }

    fn platform<B: facts::Body>(&mut self, world: &mut World, body: &B) {
        self.hidden.push(world.platform(&self.stream.clone(), body));
    }

    /// Question, its way to the bidder, the signed answer and its way back.
    fn clarified(&mut self, world: &mut World, name: &str, n: usize, bid: &Bid, price: Option<i64>) {
        let (tender, until, text) = (
            world.tender.clone(),
            world.now.plus(3_600_000),
            "please explain".to_owned(),
        );
        let clarification = question(name);
        let asked = ClarificationAsked {
            clarification: clarification.clone(),
            code: code(n),
            price,
            seat: seat(1),
            tender: tender.clone(),
            text: text.clone(),
            until,
        };
        self.says(world, 1, &asked);
        let put = InquiryPut {
            bid: bid.bid.clone(),
            clarification: clarification.clone(),
            price,
            tender: tender.clone(),
            text,
            until,
        };
        let stream = world.stream();
        self.hidden.push(world.platform(&stream, &put));
        let (confirms, text) = (price.map(|_| true), "as it stands".to_owned());
        let answer = InquiryAnswered {
            bid: bid.bid.clone(),
            clarification: clarification.clone(),
            confirms,
            tender: tender.clone(),
            text: text.clone(),
        };
        let seq = world.act(&bid.key, &stream, &answer);
        self.hidden.push(seq);
        self.platform(
            world,
            &ClarificationReturned {
                answered: Some(seq),
                clarification,
                confirms,
                tender,
                text,
            },
        );
    }
}

fn votes(name: &str, failing: Option<usize>) -> Vec<Vote> {
    let vote = |n: usize| {
        let passes = failing != Some(n);
        Vote {
            code: code(n),
            item: item(name),
            passes,
            reason: if passes { String::new() } else { "unsigned".into() },
        }
    };
    (0..PRICES.len()).map(vote).collect()
}

/// The result; the second seat counts as the mean of the five.
fn result(world: &World, bids: &[Bid], second: i64) -> EvaluationConcluded {
    let ranked = |rank: u32, n: usize, evaluated: i64, total: i64| Ranked {
        bid: bids[n].bid.clone(),
        code: code(n),
        evaluated,
        panel_e4: total,
        price_e4: 0,
        rank,
        total_e4: total,
    };
    let rejected = |n: usize, clause: &str| Rejected {
        bid: bids[n].bid.clone(),
        clause: clause.into(),
        code: code(n),
    };
    let lot = LotResult {
        benchmark_e4: None,
        counted: None,
        lot: LotId::parse("L1").unwrap(),
        ranking: vec![
            ranked(1, 0, PRICES[0] * 100, 900_000),
            ranked(2, 4, 890_000_000, 800_000),
            ranked(3, 1, PRICES[1] * 100, second),
        ],
        rejected: vec![rejected(2, "low_price"), rejected(3, "review:form")],
    };
    EvaluationConcluded {
        lots: vec![lot],
        tender: world.tender.clone(),
    }
}

/// More time, the members' votes.
fn vote(world: &mut World, room: &mut Room) {
    let tender = world.tender.clone();
    for n in [2, 4] {
        room.says(
            world,
            n,
            &ExtensionAsked {
                ms: 600_000,
                reason: "long".into(),
                seat: seat(n),
                tender: tender.clone(),
            },
        );
    }
    room.platform(
        world,
        &EvaluationExtended {
            ms: 600_000,
            seats: vec![seat(2), seat(4)],
            tender: tender.clone(),
        },
    );
    for n in 1..=5 {
        let votes = votes("form", (n <= 3).then_some(3));
        room.says(
            world,
            n,
            &ReviewVoted {
                seat: seat(n),
                tender: tender.clone(),
                votes,
            },
        );
    }
}

/// The review is closed; two questions, a correction, judgements.
fn look_into(world: &mut World, room: &mut Room, bids: &[Bid]) {
    let tender = world.tender.clone();
    let out = Rejection {
        against: 3,
        clause: "2.form".into(),
        code: code(3),
        item: item("form"),
        of: 5,
    };
    let flagged = [LowPriceTest::Mean, LowPriceTest::Second]
        .map(|test| LowPriceHit { code: code(2), test })
        .to_vec();
    room.platform(
        world,
        &ReviewClosed {
            flagged,
            rejected: vec![out],
            tender: tender.clone(),
        },
    );
    room.clarified(world, "low", 2, &bids[2], None);
    room.clarified(world, "sum", 4, &bids[4], Some(890_000_000));
    let step = Correction {
        after: 890_000_000,
        before: PRICES[4] * 100,
        place: "bill".into(),
        rule: CorrectionRule::UnitSumOverTotal,
    };
    let corrected = PriceCorrected {
        clarification: question("sum"),
        code: code(4),
        corrections: vec![step],
        seat: seat(1),
        tender: tender.clone(),
    };
    room.says(world, 1, &corrected);
    for n in 1..=5 {
        let judged = LowPriceJudged {
            code: code(2),
            reason: "below cost".into(),
            reasonable: n > 3,
            seat: seat(n),
            tender: tender.clone(),
        };
        room.says(world, n, &judged);
    }
}

/// Sheets, the same of every seat.
fn score(world: &mut World, room: &mut Room) {
    let tender = world.tender.clone();
    let row = |n: usize| (code(n), BTreeMap::from([(item("plan"), POINTS[n])]));
    let sheet: Sheet = (0..5).map(row).collect();
    let bytes = Canonical::of(&sheet).unwrap().to_bytes();
    let salt = |n: usize| [u8::try_from(n).unwrap(); 32];
    for n in 1..=5 {
        let commitment = Hex(ledger::message::score(&tender, &seat(n), &salt(n), &bytes));
        room.says(
            world,
            n,
            &ScoreCommitted {
                commitment,
                seat: seat(n),
                tender: tender.clone(),
            },
        );
    }
    for n in 1..=5 {
        let revealed = ScoreRevealed {
            salt: Hex(salt(n)),
            seat: seat(n),
            sheet: sheet.clone(),
            tender: tender.clone(),
        };
        room.says(world, n, &revealed);
    }
}

/// Two results, a change between them, signatures.
fn sign(world: &mut World, room: &mut Room, bids: &[Bid]) -> (u64, EvaluationConcluded) {
    let tender = world.tender.clone();
    let first = result(world, bids, 700_000);
    world.platform(&room.stream.clone(), &first);
    let changes = vec![Change {
        code: code(1),
        from: 7_000,
        item: item("plan"),
        to: 9_500,
    }];
    let changed = ScoreChanged {
        changes,
        ground: ChangeGround::SummedWrongly,
        reason: "one part was left out".into(),
        seat: seat(1),
        tender: tender.clone(),
    };
    room.says(world, 1, &changed);
    let second = result(world, bids, 750_000);
    let position = world.platform(&room.stream.clone(), &second);
    (position, second)
}

/// The whole tender.
pub fn stepped(seed: u8) -> World {
    let mut world = World::new(seed, "T3");
    let keys = world.ceremony(2);
    let noticed = world.notice(plan(), &keys);
    let mut bids: Vec<Bid> = (1..=6).map(|n| world.enter(n)).collect();
    for (bid, yuan) in bids.iter_mut().zip(PRICES.into_iter().chain([8_000_000])) {
        world.submit(&noticed, bid, yuan, false);
    }
    world.close(&noticed);
    let opening = world.open(&noticed, &keys, 0, &bids, &Trouble::default());
    let tender = world.tender.clone();
    let mut room = Room {
        stream: Stream::Evaluation(tender.clone()),
        hidden: Vec::new(),
    };
    let lot = &noticed.notice.lots[0];
    let coded = |n: usize, bid: &Bid| CodedBid {
        brand: None,
        ceiling: lot.ceiling,
        code: code(n),
        deviations: BTreeMap::new(),
        floor: lot.floor,
        lot: lot.lot.clone(),
        price: Money::new(Currency::CNY, bid.price),
    };
    let (reviewed, out) = qualify(&mut world, &bids);
    room.hidden.push(reviewed);
    let bids = &bids[..PRICES.len()];
    let coded = bids.iter().enumerate().map(|(n, bid)| coded(n, bid)).collect();
    let method = noticed.plan.method.clone();
    room.platform(
        &mut world,
        &EvaluationOpened {
            bids: coded,
            method,
            opening,
            tender: tender.clone(),
            way: noticed.notice.procedure.as_ref().map(|said| said.way),
            qualification: Some(reviewed),
            unqualified: vec![out],
        },
    );
    let codes = bids
        .iter()
        .enumerate()
        .map(|(n, bid)| (code(n), bid.bid.clone()))
        .collect();
    room.platform(
        &mut world,
        &CodesDrawn {
            codes,
            tender: tender.clone(),
        },
    );
    let seats = (1..=5).map(|n| (seat(n), account(&format!("EXP{n}")))).collect();
    let appointed = PanelAppointed {
        reason: Some("the draw found nobody of this trade".to_owned()),
        seats,
        tender: tender.clone(),
    };
    room.hidden
        .push(world.act("BUYER", &room.stream.clone(), &appointed));
    for n in 1..=5 {
        room.says(
            &mut world,
            n,
            &RecusalDeclared {
                conflicts: vec![],
                seat: seat(n),
                tender: tender.clone(),
            },
        );
    }
    vote(&mut world, &mut room);
    look_into(&mut world, &mut room, bids);
    score(&mut world, &mut room);
    let (position, second) = sign(&mut world, &mut room, bids);
    world.disclose(room.hidden);
    let panel: Vec<_> = (1..=5).map(|n| (seat(n), format!("EXP{n}"))).collect();
    let signed = world.report(&room.stream, position, 1, &panel, |_| true);
    world.veiled.extend(signed);
    world.award(position, &second.lots[0], &bids.iter().collect::<Vec<_>>());
    world
}
