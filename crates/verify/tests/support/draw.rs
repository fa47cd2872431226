//! A tender whose panel, whose coefficient and whose order for ties are drawn; one of the called declines.

use super::bidding::Bid;
use super::ceremony::Keys;
use super::opening::Trouble;
use super::tender::Plan;
use super::{HOUR, World, account};
use facts::body::draw::{
    CallAnswered, CoefficientDrawn, DrawAnswered, DrawCompleted, DrawPinned, DrawRequested, ExpertCalled,
    PoolFrozen, Subject, TieDrawn,
};
use facts::body::evaluation::*;
use facts::body::tender::{
    Basis, Brands, Category, Coefficient, Declared, Method, PartRole, PriceRule, Pricing, Scored, TieBreak,
};
use facts::id::{CodeId, DrawId, ItemId, LotId, PoolId, SeatId};
use facts::{AccountId, Canonical, Currency, Hex, Money, Stream};
use ledger::hash::root_of;
use ledger::message;
use seal::draw::{Draw, Stream as Numbers, order, pool_hash};
use seal::{Partial, Point};
use std::collections::BTreeMap;

/// In yuan; the sheets are all alike, so the drawn order decides.
const PRICES: [i64; 3] = [9_000_000, 9_400_000, 9_200_000];
/// Stage of the draw key, and the slot of its ceremony.
const SLOT: usize = 1;

fn item(name: &str) -> ItemId {
    ItemId::parse(name).unwrap()
}

fn code(n: usize) -> CodeId {
    CodeId::parse(&format!("C{}", n + 1)).unwrap()
}

/// A method that leaves 下浮系数 and ties to a draw.
fn plan() -> Plan {
    let method = Declared {
        adjustments: vec![],
        basis: Basis::Composite,
        category: Category::Works,
        deductions: vec![],
        drawn: vec![
            Coefficient {
                by_digits: true,
                from: 598,
                name: item("K"),
                step: 1,
                to: 702,
            },
            Coefficient {
                by_digits: false,
                from: 50,
                name: item("float"),
                step: 50,
                to: 300,
            },
        ],
        items: vec![Scored {
            item: item("plan"),
            max: 10_000,
            steps: vec![],
            title: "plan".into(),
            weight_bp: 10_000,
        }],
        low_price: None,
        min_valid: 0,
        panel: 5,
        places: 2,
        price: Pricing {
            benchmark: None,
            points: 0,
            rule: PriceRule::Ignored,
        },
        review: vec![],
        same_brand: Brands::Ignored,
        ties: vec![TieBreak::Drawn],
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

/// What is drawn from, and what the log says of it before the first contribution.
pub struct Asked {
    pub draw: DrawId,
    pub subject: Subject,
    /// Names with their salts.
    pub names: BTreeMap<Hex<32>, (String, [u8; 32])>,
    pub filters: Vec<String>,
    pub wanted: u64,
    pub key: Option<Hex<32>>,
}

impl World {
    /// Request, frozen pool, head, three contributions, completion; the seed and the names in the order drawn.
    pub fn draw(&mut self, keys: &Keys, asked: &Asked) -> ([u8; 64], Vec<String>) {
        let (stream, tender) = (Stream::Evaluation(self.tender.clone()), self.tender.clone());
        let requested = DrawRequested {
            draw: asked.draw.clone(),
            subject: asked.subject.clone(),
            tender: tender.clone(),
        };
        self.act("BUYER", &stream, &requested);
        let ids: Vec<Hex<32>> = asked.names.keys().copied().collect();
        let members = asked.names.values().map(|(name, _)| name);
        let subject = Canonical::of(&asked.subject).unwrap().to_bytes();
        let bytes: Vec<&[u8]> = ids.iter().map(|id| id.bytes().as_slice()).collect();
        let frozen = PoolFrozen {
            draw: asked.draw.clone(),
            filters: asked.filters.clone(),
            ids: ids.clone(),
            key: asked.key,
            key_id: keys.keys[SLOT].key_id,
            members: members
                .filter(|_| asked.key.is_some())
                .map(|name| account(name))
                .collect(),
            pool: Hex(pool_hash(&bytes)),
            rules: Hex(message::eligibility(&subject, &asked.filters)),
            tender: tender.clone(),
            wanted: asked.wanted,
        };
        let size = self.platform(&stream, &frozen) + 1;
        let pinned = DrawPinned {
            draw: asked.draw.clone(),
            root: Hex(root_of(&self.leaves)),
            size,
            tender: tender.clone(),
        };
        self.platform(&stream, &pinned);
        let draw = Draw {
            tender: tender.to_string(),
            id: asked.draw.to_string(),
            wanted: frozen.wanted,
            pool: frozen.pool.0,
            rules: frozen.rules.0,
            checkpoint: pinned.root.0,
        };
        let joint = Point::parse(keys.keys[SLOT].public.bytes()).unwrap();
        let mut given = Vec::new();
        for index in [2_u16, 4, 5] {
            let share = &keys.shares[SLOT][usize::from(index - 1)];
            let part: Partial = draw.contribute(&joint, index, share, &mut self.rng);
            given.push((index, part.d));
            let answered = DrawAnswered {
                draw: asked.draw.clone(),
                index,
                part: Hex(part.to_bytes()),
                tender: tender.clone(),
            };
            self.act(&format!("CUS{index}/custody"), &stream, &answered);
        }
        let seed = draw.seed(3, &given).unwrap();
        let completed = DrawCompleted {
            draw: asked.draw.clone(),
            quorum: vec![2, 4, 5],
            seed: Hex(seed),
            tender,
        };
        self.platform(&stream, &completed);
        let names: Vec<String> = asked.names.values().map(|(name, _)| name.clone()).collect();
        let drawn = order(seed, names.len());
        (
            seed,
            drawn.into_iter().map(|place| names[place].clone()).collect(),
        )
    }

    pub fn names(
        &self,
        draw: &DrawId,
        names: impl Iterator<Item = String>,
        key: Option<[u8; 32]>,
    ) -> BTreeMap<Hex<32>, (String, [u8; 32])> {
        let entry = |name: String| {
            let salt = key.map_or([0; 32], |key| message::drawn_salt(&key, &name));
            (
                Hex(message::drawn(&self.tender, draw, &name, &salt)),
                (name, salt),
            )
        };
        names.map(entry).collect()
    }

    /// Six experts in the pool, five seats, the second of the order declines; seats and who sits on them.
    fn drawn_panel(&mut self, keys: &Keys, hidden: &mut Vec<u64>) -> BTreeMap<SeatId, AccountId> {
        let (stream, tender, key) = (
            Stream::Evaluation(self.tender.clone()),
            self.tender.clone(),
            [42; 32],
        );
        let draw = DrawId::parse("panel").unwrap();
        let filters = [
            "suspended",
            "speciality",
            "region",
            "qualified",
            "party",
            "employer",
            "past",
            "kin",
            "consultant",
        ];
        let asked = Asked {
            names: self.names(&draw, (1..=6).map(|n| format!("EXP{n}")), Some(key)),
            draw: draw.clone(),
            subject: Subject::Experts {
                after: None,
                answer_minutes: 60,
                consultants: vec![],
                pool: PoolId::parse("county").unwrap(),
                regions: vec!["510000".into()],
                seats: 5,
                specialities: vec!["A01".into()],
            },
            filters: filters.map(str::to_owned).to_vec(),
            wanted: 5,
            key: Some(Hex(key)),
        };
        let (_, order) = self.draw(keys, &asked);
        let seat = |n: usize| SeatId::parse(&format!("panel-{n}")).unwrap();
        let call = |world: &mut Self, place: usize, seat: SeatId| {
            let called = ExpertCalled {
                draw: draw.clone(),
                expert: account(&order[place]),
                place: u32::try_from(place).unwrap(),
                salt: Hex(message::drawn_salt(&key, &order[place])),
                seat,
                tender: tender.clone(),
                until: world.now.plus(HOUR),
            };
            world.platform(&stream, &called)
        };
        let answer = |world: &mut Self, place: usize, accept: bool| {
            let answered = CallAnswered {
                accept,
                draw: draw.clone(),
                place: u32::try_from(place).unwrap(),
                reason: if accept {
                    String::new()
                } else {
                    "travelling".into()
                },
                tender: tender.clone(),
            };
            world.act(&order[place], &stream, &answered)
        };
        for place in 0..5 {
            hidden.push(call(self, place, seat(place + 1)));
        }
        hidden.push(answer(self, 1, false));
        hidden.push(call(self, 5, seat(2)));
        let mut seats = BTreeMap::new();
        for place in [0, 2, 3, 4, 5] {
            hidden.push(answer(self, place, true));
            let seat = if place == 5 { seat(2) } else { seat(place + 1) };
            seats.insert(seat, account(&order[place]));
        }
        seats
    }

    fn drawn_coefficients(&mut self, keys: &Keys) {
        let draw = DrawId::parse("ratio").unwrap();
        let asked = Asked {
            draw: draw.clone(),
            subject: Subject::Coefficients {},
            names: BTreeMap::new(),
            filters: vec![],
            wanted: 2,
            key: None,
        };
        let (seed, _) = self.draw(keys, &asked);
        // K between 5.98 and 7.02, digit by digit, then the other one in steps of a half.
        let mut numbers = Numbers::new(seed);
        let mut below = |count: i64| i64::try_from(numbers.below(u64::try_from(count).unwrap())).unwrap();
        let whole = 5 + below(3);
        let (first, last) = [(9, 9), (0, 9), (0, 0)][usize::try_from(whole - 5).unwrap()];
        let base = whole * 100 + (first + below(last - first + 1)) * 10;
        let (low, high) = (base.max(598), (base + 9).min(702));
        let value = low + below(high - low + 1);
        let float = 50 + 50 * below(6);
        let drawn = CoefficientDrawn {
            draw,
            tender: self.tender.clone(),
            values: BTreeMap::from([(item("K"), value), (item("float"), float)]),
        };
        self.platform(&Stream::Evaluation(self.tender.clone()), &drawn);
    }

    fn drawn_order(&mut self, keys: &Keys) -> Vec<CodeId> {
        let draw = DrawId::parse("ties").unwrap();
        let asked = Asked {
            names: self.names(&draw, (0..PRICES.len()).map(|n| code(n).to_string()), None),
            draw: draw.clone(),
            subject: Subject::Order {},
            filters: vec![],
            wanted: PRICES.len() as u64,
            key: None,
        };
        let (_, order) = self.draw(keys, &asked);
        let order: Vec<CodeId> = order.iter().map(|name| CodeId::parse(name).unwrap()).collect();
        let drawn = TieDrawn {
            draw,
            order: order.clone(),
            tender: self.tender.clone(),
        };
        self.platform(&Stream::Evaluation(self.tender.clone()), &drawn);
        order
    }

    /// Declarations, commitments and reveals; every sheet gives every bid the same.
    fn alike(&mut self, seats: &BTreeMap<SeatId, AccountId>, hidden: &mut Vec<u64>) {
        let (stream, tender) = (Stream::Evaluation(self.tender.clone()), self.tender.clone());
        let row = |n: usize| (code(n), BTreeMap::from([(item("plan"), 9_000)]));
        let sheet: Sheet = (0..PRICES.len()).map(row).collect();
        let bytes = Canonical::of(&sheet).unwrap().to_bytes();
        for (seat, who) in seats {
            let free = RecusalDeclared {
                conflicts: vec![],
                seat: seat.clone(),
                tender: tender.clone(),
            };
            hidden.push(self.act(who.as_str(), &stream, &free));
        }
        for (seat, who) in seats {
            let committed = ScoreCommitted {
                commitment: Hex(message::score(&tender, seat, &[9; 32], &bytes)),
                seat: seat.clone(),
                tender: tender.clone(),
            };
            hidden.push(self.act(who.as_str(), &stream, &committed));
        }
        for (seat, who) in seats {
            let revealed = ScoreRevealed {
                salt: Hex([9; 32]),
                seat: seat.clone(),
                sheet: sheet.clone(),
                tender: tender.clone(),
            };
            hidden.push(self.act(who.as_str(), &stream, &revealed));
        }
    }
}

/// The whole tender.
pub fn drawn(seed: u8) -> World {
    drawn_by(seed, World::drawn_panel)
}

/// The same with another way to fill the panel.
pub fn drawn_by(
    seed: u8,
    fill: impl FnOnce(&mut World, &Keys, &mut Vec<u64>) -> BTreeMap<SeatId, AccountId>,
) -> World {
    let mut world = World::new(seed, "T4");
    let keys = world.ceremony(2);
    let noticed = world.notice(plan(), &keys);
    let mut bids: Vec<Bid> = (1..=PRICES.len()).map(|n| world.enter(n)).collect();
    for (bid, yuan) in bids.iter_mut().zip(PRICES) {
        world.submit(&noticed, bid, yuan, false);
    }
    world.close(&noticed);
    let opening = world.open(&noticed, &keys, 0, &bids, &Trouble::default());
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
        way: noticed.notice.procedure.as_ref().map(|said| said.way),
        qualification: None,
        unqualified: Vec::new(),
    };
    let codes = CodesDrawn {
        codes: bids
            .iter()
            .enumerate()
            .map(|(n, bid)| (code(n), bid.bid.clone()))
            .collect(),
        tender: tender.clone(),
    };
    let mut hidden = vec![world.platform(&stream, &opened), world.platform(&stream, &codes)];
    let seats = fill(&mut world, &keys, &mut hidden);
    world.drawn_coefficients(&keys);
    let order = world.drawn_order(&keys);
    world.alike(&seats, &mut hidden);
    let ranked = |(rank, code): (u32, &CodeId)| {
        let bid = &bids[codes.codes.keys().position(|other| other == code).unwrap()];
        Ranked {
            bid: bid.bid.clone(),
            code: code.clone(),
            evaluated: bid.price,
            panel_e4: 900_000,
            price_e4: 0,
            rank,
            total_e4: 900_000,
        }
    };
    let result = EvaluationConcluded {
        lots: vec![LotResult {
            benchmark_e4: None,
            counted: None,
            lot: LotId::parse("L1").unwrap(),
            ranking: (1_u32..).zip(&order).map(ranked).collect(),
            rejected: vec![],
        }],
        tender,
    };
    let position = world.platform(&stream, &result);
    world.disclose(hidden);
    let panel: Vec<_> = seats
        .iter()
        .map(|(seat, who)| (seat.clone(), who.to_string()))
        .collect();
    let signed = world.report(&stream, position, 1, &panel, |_| true);
    world.veiled.extend(signed);
    world.award(position, &result.lots[0], &bids.iter().collect::<Vec<_>>());
    world
}
