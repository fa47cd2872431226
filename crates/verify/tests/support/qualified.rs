//! The review of the qualification by the buyer, and a tender in which it leaves too few.

use super::World;
use super::bidding::Bid;
use super::opening::Trouble;
use super::steps::{PRICES, item, plan};
use facts::body::qualification::{QualificationReviewed, Qualified, Unqualified};
use facts::id::LotId;

/// The buyer's review: the last of the bids has no licence.
pub fn qualify(world: &mut World, bids: &[Bid]) -> (u64, Unqualified) {
    let mut names: Vec<_> = bids.iter().map(|bid| bid.bid.clone()).collect();
    names.sort();
    let last = bids.last().unwrap().bid.clone();
    let vote = |bid: facts::BidId| Qualified {
        passes: bid != last,
        reason: if bid == last {
            "no licence".into()
        } else {
            String::new()
        },
        bid,
        item: item("licence"),
        lot: LotId::parse("L1").unwrap(),
    };
    let reviewed = QualificationReviewed {
        tender: world.tender.clone(),
        votes: names.into_iter().map(vote).collect(),
    };
    let stream = world.stream();
    let out = Unqualified {
        bid: last,
        clause: "2.licence".into(),
        item: item("licence"),
        lot: LotId::parse("L1").unwrap(),
        reason: "no licence".into(),
    };
    (world.act("BUYER", &stream, &reviewed), out)
}

/// The same with three bids, of which one is not qualified: nothing is evaluated.
pub fn too_few(seed: u8) -> World {
    let mut world = World::new(seed, "T3");
    let keys = world.ceremony(2);
    let noticed = world.notice(plan(), &keys);
    let mut bids: Vec<Bid> = (1..=3).map(|n| world.enter(n)).collect();
    for (bid, yuan) in bids.iter_mut().zip(PRICES) {
        world.submit(&noticed, bid, yuan, false);
    }
    world.close(&noticed);
    world.open(&noticed, &keys, 0, &bids, &Trouble::default());
    let (reviewed, _) = qualify(&mut world, &bids);
    world.tender_failed("too_few_qualified");
    world.disclose([reviewed]);
    world
}
