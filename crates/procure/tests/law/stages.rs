//! Two envelopes, several lots: what is opened when, and what never is.

use crate::support::{Bidder, Layout, OBJECTION, World, bid, id};
use facts::Kind;
use facts::body::opening::{ListFrozen, ListSettled, OpeningRecorded, TenderFailed};
use facts::id::StageId;
use kaibiao_procure::opening::{PlanError, plan};
use kaibiao_procure::{Command, Phase};

fn tech() -> StageId {
    id("tech")
}

fn price() -> StageId {
    id("price")
}

#[test]
fn prices_are_listed_only_after_the_technical_opening_has_ended() {
    let (mut world, bidders) = World::with_bids(Layout::two_envelopes(), 3);
    world.close();
    assert!(world.last::<ListFrozen>().envelopes.iter().all(|listed| {
        let body = &world.state.bids[&listed.bid].standing().unwrap().body;
        body.envelopes
            .iter()
            .any(|e| e.submission == listed.submission && e.part == id("technical"))
    }));
    world.settle();
    world.shares(&tech(), &[1, 2, 3]);
    let said = world.batch(&tech(), 4);
    let mut cross = said.clone();
    cross.stage = price();
    let card = world.keys[&price()].card.clone();
    let command = Command::GiveShare {
        said: world.say(world.keys[&price()].custodian(4), cross),
        card,
    };
    assert_eq!(world.no(command), "list.not_frozen");
    world.read_out(&tech(), &bidders);
    let record: OpeningRecorded = world.last();
    assert!(
        record
            .bids
            .iter()
            .flat_map(|opened| &opened.parts)
            .all(|part| part.letter.is_none()),
        "no price is read"
    );
    assert!(matches!(
        plan(&world.state, &world.keys[&price()].card, &price()),
        Err(PlanError::NotSettled(_))
    ));
    world.wait(OBJECTION);
    let tick = world.tick();
    assert_eq!(
        world.ok(tick),
        [Kind::OpeningClosed, Kind::ListFrozen],
        "everything was disclosed before"
    );
    assert_eq!(world.state.phase(), Phase::Listed);
    world.settle();
    let wrong_key = Command::GiveShare {
        said: world.say(
            world.keys[&tech()].custodian(1),
            facts::body::opening::ShareGiven {
                stage: price(),
                ..said
            },
        ),
        card: world.keys[&tech()].card.clone(),
    };
    assert_eq!(
        world.no(wrong_key),
        "key.unknown",
        "the key of one stage answers no other"
    );
    world.shares(&price(), &[1, 2, 3]);
    world.read_out(&price(), &bidders);
    let record: OpeningRecorded = world.last();
    assert_eq!(record.stage, price());
    let prices: Vec<_> = record
        .bids
        .iter()
        .map(|o| o.parts[0].letter.as_ref().unwrap().price.unwrap())
        .collect();
    assert_eq!(prices, bidders.iter().map(Bidder::price).collect::<Vec<_>>());
    world.wait(OBJECTION);
    let tick = world.tick();
    assert_eq!(world.ok(tick), [Kind::OpeningClosed]);
    assert_eq!(world.state.phase(), Phase::Opened);
}

#[test]
fn a_bid_that_did_not_open_at_one_stage_is_not_listed_at_the_next() {
    let (mut world, bidders) = World::with_bids(
        Layout {
            lock: true,
            ..Layout::two_envelopes()
        },
        4,
    );
    world.close();
    for bidder in &bidders[..3] {
        world.ok(bidder.unlock(&world, &tech()));
    }
    let lost = world.state.bids[&bid(2)].standing().unwrap().body.envelopes[0].body_digest;
    world.vault.remove(&lost);
    world.settle();
    world.shares(&tech(), &[1, 2, 3]);
    world.read_out(&tech(), &bidders);
    world.wait(OBJECTION);
    let tick = world.tick();
    world.ok(tick);
    let frozen: ListFrozen = world.last();
    let names: Vec<_> = frozen.envelopes.iter().map(|listed| listed.bid.clone()).collect();
    assert!(names.contains(&bid(1)) && names.contains(&bid(3)) && names.len() == 2);
    // Unlocking is asked for stage by stage.
    world.ok(bidders[0].unlock(&world, &price()));
    assert_eq!(
        world.no(bidders[3].unlock_with(
            &world,
            facts::body::opening::BidUnlocked {
                bid: bid(4),
                keys: Vec::new(),
                stage: price(),
                tender: crate::support::tender(),
            }
        )),
        "bid.not_listed"
    );
    world.settle();
    let settled: ListSettled = world.last();
    assert_eq!((settled.submissions.len(), settled.excluded.len()), (1, 1));
}

#[test]
fn when_no_bid_goes_through_the_first_stage_the_second_never_begins() {
    let (mut world, bidders) = World::with_bids(Layout::two_envelopes(), 3);
    world.close();
    world.settle();
    world.shares(&tech(), &[1, 2, 3]);
    let technical: Vec<_> = world
        .state
        .bids
        .values()
        .flat_map(|b| b.standing().unwrap().body.envelopes.clone())
        .filter(|e| e.part == id("technical"))
        .map(|e| e.body_digest)
        .collect();
    for digest in technical {
        world.vault.remove(&digest);
    }
    world.read_out(&tech(), &bidders);
    world.wait(OBJECTION);
    let tick = world.tick();
    assert_eq!(world.ok(tick), [Kind::OpeningClosed, Kind::TenderFailed]);
    assert_eq!(world.last::<TenderFailed>().cause, "no_valid_bid");
}

#[test]
fn a_lot_with_too_few_bidders_is_not_opened_and_its_bidders_stay_unknown() {
    let mut world = World::noticed(Layout {
        lots: vec!["L1", "L2"],
        ..Layout::small()
    });
    let mut bidders: Vec<_> = (1..=4)
        .map(|number| Bidder::new(number, &mut world.rng))
        .collect();
    for (bidder, lots) in bidders
        .iter_mut()
        .zip([["L1", "L1"], ["L1", "L2"], ["L1", "L1"], ["L2", "L2"]])
    {
        world.ok(bidder.enter(&world));
        let mut lots: Vec<_> = lots.iter().map(|lot| id(lot)).collect();
        lots.dedup();
        let body = bidder.submission_for(&mut world, &lots);
        world.ok(bidder.submit_with(&world, body));
    }
    world.close();
    let frozen: ListFrozen = world.last();
    assert_eq!(frozen.envelopes.len(), 3, "lot L2 has two bidders");
    world.settle();
    world.shares(&id("open"), &[1, 2, 3]);
    world.read_out(&id("open"), &bidders);
    let record: OpeningRecorded = world.last();
    assert_eq!(record.bids.len(), 3);
    let sealed = &world.state.bids[&bid(4)].facts;
    assert!(
        sealed.iter().all(|seq| !world.disclosed().contains(seq)),
        "who bid only for L2 stays unknown"
    );
}
