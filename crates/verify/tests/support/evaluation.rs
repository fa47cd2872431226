//! Codes, panel, scores, ranking, candidates, award; and the whole tender from end to end.

use super::bidding::Bid;
use super::opening::Trouble;
use super::tender::{Noticed, Plan};
use super::{DAY, World, account};
use facts::body::award::{Award, AwardMade, Candidate, CandidatesPublicised};
use facts::body::evaluation::{
    CodedBid, CodesDrawn, EvaluationConcluded, EvaluationOpened, LotResult, PanelAppointed, Ranked,
    RecusalDeclared, ScoreCommitted, ScoreRevealed, Sheet,
};
use facts::body::tender::Method;
use facts::id::{CodeId, ItemId, LotId, SeatId};
use facts::{Canonical, Currency, Hex, Money, Stream};
use rand_core::RngCore;
use std::collections::BTreeMap;

impl World {
    /// Evaluates the bids that were opened, publicises three candidates and awards to the first.
    pub fn evaluate(
        &mut self,
        noticed: &Noticed,
        opening: u64,
        bids: &[&Bid],
        change: impl FnMut(&mut [u8; 32]) -> bool,
    ) {
        let stream = Stream::Evaluation(self.tender.clone());
        let lot = &noticed.notice.lots[0];
        let mut codes = BTreeMap::new();
        let mut coded = Vec::new();
        for (n, bid) in bids.iter().enumerate() {
            let code = CodeId::parse(&format!("C{}", n + 1)).unwrap();
            codes.insert(code.clone(), bid.bid.clone());
            coded.push(CodedBid {
                brand: None,
                ceiling: lot.ceiling,
                code,
                deviations: BTreeMap::new(),
                floor: lot.floor,
                lot: lot.lot.clone(),
                price: Money::new(Currency::CNY, bid.price),
            });
        }
        let opened = EvaluationOpened {
            bids: coded,
            method: noticed.plan.method.clone(),
            opening,
            tender: self.tender.clone(),
            way: noticed.notice.procedure.as_ref().map(|said| said.way),
            qualification: None,
            unqualified: Vec::new(),
        };
        let mut hidden = vec![self.platform(&stream, &opened)];
        let drawn = CodesDrawn {
            codes: codes.clone(),
            tender: self.tender.clone(),
        };
        hidden.push(self.platform(&stream, &drawn));
        let sheets = match &noticed.plan.method {
            Method::Composite { items, .. } => {
                let items: Vec<_> = items.iter().map(|item| (item.item.clone(), item.max)).collect();
                self.panel(&stream, &codes, &items, &mut hidden)
            }
            _ => Vec::new(),
        };
        let result = EvaluationConcluded {
            lots: vec![rank(&opened, &codes, &sheets)],
            tender: self.tender.clone(),
        };
        let evaluation = self.platform(&stream, &result);
        self.disclose(hidden);
        let panel = if sheets.is_empty() { Vec::new() } else { five() };
        let signed = self.report(&stream, evaluation, 1, &panel, change);
        // What the seats said is shown with the award, like what was veiled before.
        self.veiled.extend(signed);
        self.award(evaluation, &result.lots[0], bids);
    }

    /// Five seats; the third expert has a conflict and is replaced by the sixth.
    pub fn panel(
        &mut self,
        stream: &Stream,
        codes: &BTreeMap<CodeId, facts::BidId>,
        items: &[(ItemId, i64)],
        hidden: &mut Vec<u64>,
    ) -> Vec<Sheet> {
        let tender = self.tender.clone();
        let seat = |n: usize| SeatId::parse(&format!("S{n}")).unwrap();
        let seats = (1..=5).map(|n| (seat(n), account(&format!("EXP{n}")))).collect();
        hidden.push(self.act(
            "BUYER",
            stream,
            &PanelAppointed {
                reason: Some("the draw found nobody of this trade".to_owned()),
                seats,
                tender: tender.clone(),
            },
        ));
        let mut experts: Vec<String> = (1..=5).map(|n| format!("EXP{n}")).collect();
        for n in 1..=5 {
            let conflicts = if n == 3 {
                vec!["my brother bids".to_owned()]
            } else {
                Vec::new()
            };
            let body = RecusalDeclared {
                conflicts,
                seat: seat(n),
                tender: tender.clone(),
            };
            hidden.push(self.act(&experts[n - 1], stream, &body));
        }
        experts[2] = "EXP6".into();
        let seats = BTreeMap::from([(seat(3), account("EXP6"))]);
        hidden.push(self.act(
            "BUYER",
            stream,
            &PanelAppointed {
                reason: Some("the draw found nobody of this trade".to_owned()),
                seats,
                tender: tender.clone(),
            },
        ));
        let body = RecusalDeclared {
            conflicts: Vec::new(),
            seat: seat(3),
            tender: tender.clone(),
        };
        hidden.push(self.act("EXP6", stream, &body));

        self.sheets(stream, codes, items, hidden)
    }

    /// The members of [`five`] commit to random sheets and reveal them.
    pub fn sheets(
        &mut self,
        stream: &Stream,
        codes: &BTreeMap<CodeId, facts::BidId>,
        items: &[(ItemId, i64)],
        hidden: &mut Vec<u64>,
    ) -> Vec<Sheet> {
        let (tender, panel) = (self.tender.clone(), five());
        let mut sheets = Vec::new();
        for (seat, expert) in &panel {
            let mut sheet = Sheet::new();
            for code in codes.keys() {
                let values = items
                    .iter()
                    .map(|(item, max)| (item.clone(), i64::from(self.rng.next_u32() % 1_000) * max / 1_000));
                sheet.insert(code.clone(), values.collect());
            }
            let mut salt = [0; 32];
            self.rng.fill_bytes(&mut salt);
            let bytes = Canonical::of(&sheet).unwrap().to_bytes();
            let commitment = Hex(ledger::message::score(&tender, seat, &salt, &bytes));
            let body = ScoreCommitted {
                commitment,
                seat: seat.clone(),
                tender: tender.clone(),
            };
            hidden.push(self.act(expert, stream, &body));
            sheets.push((Hex(salt), sheet));
        }
        for ((seat, expert), (salt, sheet)) in panel.iter().zip(&sheets) {
            let body = ScoreRevealed {
                salt: *salt,
                seat: seat.clone(),
                sheet: sheet.clone(),
                tender: tender.clone(),
            };
            hidden.push(self.act(expert, stream, &body));
        }
        sheets.into_iter().map(|(_, sheet)| sheet).collect()
    }

    /// Publicises the first three and awards to the first.
    pub fn award(&mut self, evaluation: u64, result: &LotResult, bids: &[&Bid]) {
        let first = self.publicise(evaluation, result, bids);
        self.wait(5 * DAY);
        if let Some(happens) = self.before_award.take() {
            happens(self);
        }
        let award = Award {
            account: first.account,
            bid: first.bid,
            deviation: None,
            lot: first.lot,
            price: first.price,
        };
        self.act(
            "BUYER",
            &self.stream(),
            &AwardMade {
                awards: vec![award],
                tender: self.tender.clone(),
            },
        );
        if !self.veiled.is_empty() {
            self.disclose(self.veiled.clone());
        }
        self.keep();
    }

    /// Publicises the first three; the first of them.
    pub fn publicise(&mut self, evaluation: u64, result: &LotResult, bids: &[&Bid]) -> Candidate {
        let candidates: Vec<Candidate> = result
            .ranking
            .iter()
            .take(3)
            .map(|ranked| {
                let bid = bids.iter().find(|bid| bid.bid == ranked.bid).unwrap();
                Candidate {
                    account: account(&bid.account),
                    bid: bid.bid.clone(),
                    lot: result.lot.clone(),
                    price: Money::new(Currency::CNY, bid.price),
                    rank: ranked.rank,
                }
            })
            .collect();
        let first = candidates[0].clone();
        let until = self.now.plus(4 * DAY);
        let publicised = CandidatesPublicised {
            candidates,
            evaluation,
            tender: self.tender.clone(),
            until,
        };
        self.act("BUYER", &self.stream(), &publicised);
        first
    }
}

/// Who sits where in the end.
pub fn five() -> Vec<(SeatId, String)> {
    let experts = ["EXP1", "EXP2", "EXP6", "EXP4", "EXP5"];
    let seat = |n: usize| SeatId::parse(&format!("S{n}")).unwrap();
    (1..)
        .zip(experts)
        .map(|(n, who)| (seat(n), who.to_owned()))
        .collect()
}

/// The ranking in floating point: a third way, good enough where no figure is close to a half.
pub fn rank(
    opened: &EvaluationOpened,
    codes: &BTreeMap<CodeId, facts::BidId>,
    sheets: &[Sheet],
) -> LotResult {
    let (benchmark, method) = match &opened.method {
        Method::LowestEvaluated { .. } | Method::Declared(_) => (None, None),
        Method::Composite {
            above,
            below,
            price_points,
            ..
        } => {
            let sum: i64 = opened.bids.iter().map(|bid| bid.price.minor).sum();
            let mean = f(sum) / f(i64::try_from(opened.bids.len()).unwrap());
            (Some(mean), Some((f(*above), f(*below), f(*price_points))))
        }
    };
    let mut ranking: Vec<Ranked> = opened
        .bids
        .iter()
        .map(|bid| {
            let (panel_e4, price_e4) = match (benchmark, method) {
                (Some(mean), Some((above, below, full))) => {
                    let off = (f(bid.price.minor) - mean) / mean * 10_000.0;
                    let lost = off.abs() * if off > 0.0 { above } else { below };
                    let sum: i64 = sheets
                        .iter()
                        .map(|sheet| sheet[&bid.code].values().sum::<i64>())
                        .sum();
                    (
                        whole(f(sum) * 100.0 / f(i64::try_from(sheets.len()).unwrap())),
                        whole(full * 100.0 - lost),
                    )
                }
                _ => (0, 0),
            };
            Ranked {
                bid: codes[&bid.code].clone(),
                code: bid.code.clone(),
                evaluated: bid.price.minor,
                panel_e4,
                price_e4,
                rank: 0,
                total_e4: panel_e4 + price_e4,
            }
        })
        .collect();
    ranking.sort_by_key(|one| (-one.total_e4, one.evaluated));
    for (rank, one) in (1..).zip(&mut ranking) {
        one.rank = rank;
    }
    LotResult {
        counted: None,
        benchmark_e4: benchmark.map(|mean| whole(mean * 10_000.0)),
        lot: LotId::parse("L1").unwrap(),
        ranking,
        rejected: Vec::new(),
    }
}

#[expect(clippy::cast_precision_loss, reason = "prices of a test are far below 2^52")]
fn f(n: i64) -> f64 {
    n as f64
}

#[expect(
    clippy::cast_possible_truncation,
    reason = "figures of a test are far below 2^52"
)]
fn whole(x: f64) -> i64 {
    (x + 0.5).floor().max(0.0) as i64
}

/// Six bidders: plain and confirmed after the addendum, replaced, withdrawn, without unlocking, plain, garbled;
/// one custodian absent, one with a false share.
pub fn scored(seed: u8) -> World {
    scored_with(seed, |_| true)
}

/// The same with a report whose digest may be another, and which is completed only if the closure says so.
pub fn scored_with(seed: u8, change: impl FnMut(&mut [u8; 32]) -> bool) -> World {
    let mut world = World::new(seed, "T1");
    let keys = world.ceremony(2);
    let mut noticed = world.notice(Plan::scored(), &keys);
    world.prove_key(&keys, 0, 1);
    world.question();
    let mut bids: Vec<Bid> = (1..=6).map(|n| world.enter(n)).collect();
    world.submit(&noticed, &mut bids[0], 9_100_000, false);
    world.wait(DAY);
    world.amend(&mut noticed, false);
    world.confirm(&noticed, &mut bids[0]);
    world.submit(&noticed, &mut bids[1], 9_400_000, false);
    world.submit(&noticed, &mut bids[2], 8_000_000, false);
    world.submit(&noticed, &mut bids[3], 8_800_000, false);
    world.submit(&noticed, &mut bids[1], 9_000_000, false);
    world.withdraw(&mut bids[2]);
    world.submit(&noticed, &mut bids[4], 9_250_000, false);
    world.submit(&noticed, &mut bids[5], 9_300_000, true);
    world.close(&noticed);
    let trouble = Trouble {
        silent: vec![3],
        garbled: vec![5],
        false_share: Some(2),
        absent: vec![5],
        ..Trouble::default()
    };
    let opening = world.open(&noticed, &keys, 0, &bids, &trouble);
    world.evaluate(&noticed, opening, &[&bids[0], &bids[1], &bids[4]], change);
    world
}

/// Two envelopes, three bidders, the lowest price wins.
pub fn lowest(seed: u8) -> World {
    lowest_with(World::new(seed, "T2"))
}

/// The same in a world that was begun otherwise.
pub fn lowest_with(mut world: World) -> World {
    let keys = world.ceremony(2);
    let noticed = world.notice(Plan::lowest(), &keys);
    let mut bids: Vec<Bid> = (1..=3).map(|n| world.enter(n)).collect();
    for (bid, yuan) in bids.iter_mut().zip([9_100_000, 8_900_000, 9_300_000]) {
        world.submit(&noticed, bid, yuan, false);
    }
    world.close(&noticed);
    let trouble = Trouble::default();
    world.open(&noticed, &keys, 0, &bids, &trouble);
    let opening = world.open(&noticed, &keys, 1, &bids, &trouble);
    world.evaluate(&noticed, opening, &bids.iter().collect::<Vec<_>>(), |_| true);
    world
}
