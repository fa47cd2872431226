//! From where bids were handed in: equality alone, of the bids of the first opening, once and not before it.

use crate::support::{Bidder, Layout, World, id, tender};
use facts::body::award::TenderSuspended;
use facts::body::opening::OriginsCompared;
use facts::id::StageId;
use facts::{BidId, Kind};
use kaibiao_procure::Command;
use std::collections::BTreeMap;
use std::net::IpAddr;

fn open() -> StageId {
    id("open")
}

fn ip(text: &str) -> IpAddr {
    text.parse().unwrap()
}

/// Position of the last hand-in of a bid.
fn last(world: &World, bidder: &Bidder) -> u64 {
    world.state.bids[&bidder.bid].submissions.last().unwrap().seq
}

fn opened(layout: Layout) -> (World, Vec<Bidder>) {
    let (mut world, bidders) = World::with_bids(layout, 4);
    world.close();
    world.settle();
    let stage = world.stages()[0].clone();
    world.shares(&stage, &[1, 4, 5]);
    world.read_out(&stage, &bidders);
    (world, bidders)
}

fn labels(world: &World) -> BTreeMap<BidId, Option<u32>> {
    let body: OriginsCompared = world.last();
    body.bids.into_iter().map(|one| (one.bid, one.address)).collect()
}

#[test]
fn equal_addresses_have_one_number_and_no_address_gets_out() {
    let (mut world, mut bidders) = World::with_bids(Layout::default(), 5);
    let first = last(&world, &bidders[0]);
    let again = bidders[0].submit(&mut world);
    world.ok(again);
    world.ok(bidders[4].withdraw(&world));
    let addresses = BTreeMap::from([
        // The first revision does not count any more, and neither does a bid that was withdrawn.
        (first, ip("203.0.113.77")),
        (last(&world, &bidders[0]), ip("203.0.113.9")),
        (last(&world, &bidders[1]), ip("203.0.113.9")),
        (last(&world, &bidders[2]), ip("2001:db8::")),
        (last(&world, &bidders[4]), ip("203.0.113.9")),
    ]);
    let compare = || Command::CompareOrigins(addresses.clone());
    assert_eq!(world.no(compare()), "origins.not_due", "nobody is named yet");
    world.close();
    world.settle();
    assert_eq!(world.no(compare()), "origins.not_due", "nothing is opened yet");
    world.shares(&open(), &[1, 4, 5]);
    world.read_out(&open(), &bidders);
    let record = world.state.openings[&open()].recorded.clone().unwrap();

    assert_eq!(world.ok(compare()), [Kind::OriginsCompared]);
    let body: OriginsCompared = world.last();
    assert_eq!((body.record, body.tender), (record.seq, tender()));
    let named: Vec<&BidId> = body.bids.iter().map(|one| &one.bid).collect();
    let read: Vec<&BidId> = record.body.bids.iter().map(|one| &one.bid).collect();
    assert_eq!(named, read);
    let of = labels(&world);
    assert_eq!(of[&bidders[0].bid], of[&bidders[1].bid]);
    assert_ne!(of[&bidders[0].bid], of[&bidders[2].bid]);
    assert_eq!(of[&bidders[3].bid], None);
    assert!(!of.contains_key(&bidders[4].bid));
    // Numbered as they first occur.
    let mut seen = Vec::new();
    for label in body.bids.iter().filter_map(|one| one.address) {
        if !seen.contains(&label) {
            seen.push(label);
        }
    }
    assert_eq!(seen, [1, 2]);
    let record = world
        .log
        .iter()
        .find(|record| record.kind == Kind::OriginsCompared)
        .unwrap();
    assert!(record.actor.is_none(), "the platform says it");
    let text = String::from_utf8(record.body.to_bytes()).unwrap();
    assert!(
        !text.contains("203.0.113") && !text.contains("2001:db8"),
        "{text}"
    );

    assert_eq!(world.no(compare()), "origins.not_due", "once");
}

#[test]
fn the_first_stage_is_compared_and_no_other() {
    let (mut world, bidders) = opened(Layout::two_envelopes());
    let record = world.state.first_opened().unwrap().1.seq;
    let addresses = bidders.iter().map(|one| (last(&world, one), ip("203.0.113.9")));
    let compare = Command::CompareOrigins(addresses.collect());
    assert_eq!(world.ok(compare.clone()), [Kind::OriginsCompared]);
    let body: OriginsCompared = world.last();
    assert_eq!(body.record, record);
    assert!(labels(&world).values().all(|label| *label == Some(1)));
    assert_eq!(world.no(compare), "origins.not_due");
}

#[test]
fn a_tender_that_stands_still_is_compared_when_it_goes_on() {
    let (mut world, bidders) = opened(Layout::default());
    let compare = Command::CompareOrigins(BTreeMap::from([(last(&world, &bidders[0]), ip("203.0.113.9"))]));
    world.ok(Command::Suspend {
        order: id("o1"),
        seq: 9_000,
        until: None,
    });
    let _: TenderSuspended = world.last();
    assert_eq!(world.no(compare.clone()), "tender.suspended");
    world.ok(Command::Resume {
        order: id("o1"),
        seq: 9_001,
    });
    assert_eq!(world.ok(compare), [Kind::OriginsCompared]);
}
