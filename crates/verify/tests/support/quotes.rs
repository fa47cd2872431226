//! A negotiation with final quotes: the talks leave one bidder out, the others quote again, sealed.

use super::bidding::Bid;
use super::opening::Trouble;
use super::tender::{Noticed, Plan};
use super::{HOUR, World};
use facts::body::quotes::{LeftOut, QuotesInvited, Remaining};
use facts::body::tender::{
    Basis, Brands, Category, Declared, Method, PartRole, PriceRule, Pricing, Procedure, Way,
};
use facts::id::LotId;
use facts::{Canonical, Hex, Instant};
use ledger::message::rules_of_addendum;

/// A negotiation: the lowest final quote of those who meet every requirement.
fn plan() -> Plan {
    Plan {
        stages: vec![
            (
                "offer",
                vec![("cover", PartRole::Letter), ("technical", PartRole::Panel)],
            ),
            ("final", vec![("price", PartRole::Letter)]),
        ],
        lots: vec!["L1"],
        lock: true,
        procedure: Some(Procedure {
            approval: Some("川财采〔2026〕1号".into()),
            flow: None,
            ground: None,
            shown: None,
            supplier: None,
            way: Way::Negotiation,
        }),
        method: Method::Declared(Box::new(Declared {
            adjustments: Vec::new(),
            basis: Basis::Negotiation,
            category: Category::Goods,
            deductions: Vec::new(),
            drawn: Vec::new(),
            items: Vec::new(),
            low_price: None,
            min_valid: 3,
            panel: 5,
            places: 2,
            price: Pricing {
                benchmark: None,
                points: 0,
                rule: PriceRule::Order,
            },
            review: Vec::new(),
            same_brand: Brands::Ignored,
            ties: Vec::new(),
            trim: None,
        })),
    }
}

impl World {
    /// Invites all but the last of these bids, as `change` has it.
    fn invite(&mut self, noticed: &mut Noticed, bids: &[Bid], change: impl Fn(&mut QuotesInvited)) {
        let lot = LotId::parse("L1").unwrap();
        let mut all: Vec<_> = bids.iter().map(|bid| bid.bid.clone()).collect();
        let out = all.pop().unwrap();
        all.sort();
        let stage = noticed.notice.stages.last().unwrap().stage.clone();
        let mut body = QuotesInvited {
            changes: "delivery within 20 days instead of 30".into(),
            closes_at: self.now.plus(2 * HOUR),
            invited: all
                .into_iter()
                .map(|bid| Remaining {
                    bid,
                    lot: lot.clone(),
                })
                .collect(),
            left_out: vec![LeftOut {
                bid: out,
                lot,
                reason: "does not meet requirement 3.2".into(),
            }],
            rules: Hex([0; 32]),
            stage: stage.clone(),
            tender: self.tender.clone(),
        };
        change(&mut body);
        let before = noticed.rules.last().unwrap().0;
        body.rules = Hex(rules_of_addendum(&before.0, &Canonical::of(&body).unwrap()));
        let stream = self.stream();
        self.act("BUYER", &stream, &body);
        noticed.rules.push((body.rules, body.closes_at));
        noticed.round = Some(stage);
    }
}

/// Four bidders hand in, three quote again after the talks, one of them twice. What the buyer's invitation says and by
/// how many milliseconds the list comes before its time can be forged.
pub fn quoted(seed: u8, change: impl Fn(&mut QuotesInvited), early: i64) -> World {
    opened_twice(seed, plan(), [8_100_000, 8_300_000, 8_200_000], change, early).world
}

/// A tender whose final quotes are opened.
pub struct Quoted {
    pub world: World,
    pub noticed: Noticed,
    /// Those who were in the talks; the last was left out.
    pub bids: Vec<Bid>,
    /// Position of the end of the last opening.
    pub opening: u64,
}

/// A negotiation to the opening of its final quotes.
pub fn negotiated(seed: u8, yuan: [i64; 3]) -> Quoted {
    opened_twice(seed, plan(), yuan, |_| (), 0)
}

/// The same by another method, in a consultation.
pub fn consulted(seed: u8, method: Method, yuan: [i64; 3]) -> Quoted {
    let mut plan = plan();
    plan.method = method;
    plan.procedure.as_mut().unwrap().way = Way::Consultation;
    opened_twice(seed, plan, yuan, |_| (), 0)
}

fn opened_twice(
    seed: u8,
    plan: Plan,
    yuan: [i64; 3],
    change: impl Fn(&mut QuotesInvited),
    early: i64,
) -> Quoted {
    let mut world = World::new(seed, "T6");
    let keys = world.ceremony(2);
    let mut noticed = world.notice(plan, &keys);
    let mut bids: Vec<Bid> = (1..=4).map(|n| world.enter(n)).collect();
    for bid in &mut bids {
        world.submit(&noticed, bid, 8_900_000, false);
    }
    world.close(&noticed);
    let trouble = Trouble::default();
    world.open(&noticed, &keys, 0, &bids, &trouble);
    world.wait(HOUR);
    world.invite(&mut noticed, &bids, change);
    bids[3].last = None;
    for (bid, yuan) in bids.iter_mut().zip(yuan) {
        world.submit(&noticed, bid, yuan, false);
    }
    world.submit(&noticed, &mut bids[1], yuan[1] - 250_000, false);
    world.now = Instant(noticed.rules.last().unwrap().1.0 + 2_000 - early);
    world.keep();
    let opening = world.open(&noticed, &keys, 1, &bids, &trouble);
    Quoted {
        world,
        noticed,
        bids,
        opening,
    }
}
