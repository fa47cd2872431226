//! From the deadline to the settled list: what is listed, what is unlocked, what is left out and why.

use crate::support::{Layout, UNLOCK, World, bid, id, tender};
use facts::body::opening::{
    Cause, ListDisputed, ListFrozen, ListSettled, OpeningRecorded, TenderClosed, TenderFailed,
};
use facts::id::StageId;
use facts::{Hex, Kind};
use kaibiao_procure::{Command, Phase};

fn open() -> StageId {
    id("open")
}

#[test]
fn with_fewer_than_three_bidders_nothing_is_ever_opened() {
    let (mut world, _) = World::with_bids(Layout::small(), 2);
    assert_eq!(world.close(), [Kind::TenderClosed, Kind::TenderFailed]);
    assert_eq!(world.last::<TenderFailed>().cause, "too_few_bidders");
    assert_eq!(world.state.phase(), Phase::Failed);
    assert!(
        world.disclosed().is_empty(),
        "the bids stay sealed and confidential"
    );
    assert_eq!(world.no(world.tick()), "tender.over");
    assert_eq!(world.state.due(world.at), None);
}

#[test]
fn a_withdrawn_bid_does_not_count_and_is_not_listed() {
    let (mut world, bidders) = World::with_bids(Layout::small(), 3);
    world.ok(bidders[0].withdraw(&world));
    assert_eq!(world.close(), [Kind::TenderClosed, Kind::TenderFailed]);

    let (mut world, bidders) = World::with_bids(Layout::small(), 4);
    world.ok(bidders[0].withdraw(&world));
    assert_eq!(
        world.close(),
        [Kind::TenderClosed, Kind::ListFrozen, Kind::FactsDisclosed]
    );
    assert!(
        world
            .last::<ListFrozen>()
            .envelopes
            .iter()
            .all(|listed| listed.bid != bid(1))
    );
}

#[test]
fn the_deadline_closes_after_the_grace_and_freezes_the_last_revisions() {
    let (mut world, mut bidders) = World::with_bids(Layout::default(), 3);
    let replacement = bidders[1].submit(&mut world);
    world.ok(replacement);
    let deadline = world.state.deadline().unwrap();
    world.at = deadline.plus(1_999);
    assert_eq!(world.no(world.tick()), "nothing.due");
    world.close();
    assert_eq!(world.last::<TenderClosed>().closes_at, deadline);
    let frozen: ListFrozen = world.last();
    assert_eq!(frozen.envelopes.len(), 6, "three bids of two parts");
    assert!(frozen.envelopes.is_sorted_by(|a, b| a.submission < b.submission));
    assert_eq!(frozen.until, world.at.plus(UNLOCK));
    let listed: Vec<_> = frozen
        .envelopes
        .iter()
        .map(|e| (e.submission, e.envelope))
        .collect();
    assert_eq!(
        frozen.list,
        kaibiao_procure::formats::list_hash(&tender(), &open(), &listed)
    );
    let last = world.state.bids[&bid(2)].standing().unwrap();
    assert_eq!(last.body.revision, 2);
    let of_second: Vec<_> = frozen.envelopes.iter().filter(|e| e.bid == bid(2)).collect();
    assert!(of_second.iter().all(|e| e.seq == last.seq));
    let shown = world.disclosed();
    assert!(
        shown.contains(&last.seq) && shown.len() == 3,
        "listed submissions are shown, nothing that names a bidder"
    );
    assert_eq!(world.state.phase(), Phase::Listed);
    assert_eq!(world.no(world.tick()), "nothing.due");
}

#[test]
fn a_receipt_that_does_not_fit_the_list_is_put_on_record_in_its_window() {
    let (mut world, bidders) = World::with_bids(Layout::small(), 3);
    let dispute = |world: &World, text: &str| {
        let body = ListDisputed {
            bid: bid(1),
            receipt: "c2sp.org/tlog-proof@v1".to_owned(),
            stage: open(),
            tender: tender(),
            text: text.to_owned(),
        };
        Command::Dispute(world.say(bidders[0].actor(), body))
    };
    assert_eq!(world.no(dispute(&world, "x")), "list.not_frozen");
    world.close();
    assert_eq!(world.no(dispute(&world, "")), "text.invalid");
    world.ok(dispute(&world, "revision 2 is missing"));
    assert_eq!(world.no(dispute(&world, "again")), "list.disputed");
    world.settle();
    assert_eq!(world.no(dispute(&world, "late")), "window.over");
}

#[test]
fn a_bidder_who_does_not_unlock_is_left_out_before_any_share_exists() {
    let (mut world, bidders) = World::with_bids(
        Layout {
            lock: true,
            ..Layout::default()
        },
        3,
    );
    world.close();
    let true_keys = bidders[0].unlocking(&world, &open());
    let mut wrong = true_keys.clone();
    wrong.keys[0].beta.0[0] ^= 1;
    assert_eq!(
        world.no(bidders[0].unlock_with(&world, wrong)),
        "unlock.wrong_invalid"
    );
    let mut partial = true_keys.clone();
    partial.keys.pop();
    assert_eq!(
        world.no(bidders[0].unlock_with(&world, partial)),
        "unlock.missing_invalid"
    );
    let mut twice = true_keys.clone();
    twice.keys.push(twice.keys[0].clone());
    assert_eq!(
        world.no(bidders[0].unlock_with(&world, twice)),
        "unlock.twice_invalid"
    );
    let mut stranger = true_keys.clone();
    stranger.keys[0] = bidders[1].unlocking(&world, &open()).keys[0].clone();
    assert_eq!(
        world.no(bidders[0].unlock_with(&world, stranger)),
        "unlock.stranger_invalid"
    );
    world.ok(bidders[0].unlock(&world, &open()));
    assert_eq!(world.no(bidders[0].unlock(&world, &open())), "unlock.given");
    world.ok(bidders[1].unlock(&world, &open()));

    let early = world.keys[&open()].custodian(1);
    let body = facts::body::opening::ShareGiven {
        index: 1,
        list: Hex([0; 32]),
        partials: Vec::new(),
        stage: open(),
        tender: tender(),
    };
    let card = world.keys[&open()].card.clone();
    assert_eq!(
        world.no(Command::GiveShare {
            said: world.say(early, body),
            card
        }),
        "list.not_settled"
    );

    world.settle();
    assert_eq!(world.no(bidders[2].unlock(&world, &open())), "window.over");
    let settled: ListSettled = world.last();
    assert_eq!(settled.submissions.len(), 4);
    assert_eq!(settled.excluded.len(), 2);
    assert!(
        settled
            .excluded
            .iter()
            .all(|unopened| unopened.cause == Cause::BidderNoUnlock)
    );
    assert!(Cause::BidderNoUnlock.is_bidders(), "视为撤销");

    world.shares(&open(), &[1, 2, 3]);
    world.read_out(&open(), &bidders);
    let record: OpeningRecorded = world.last();
    assert_eq!(
        record.bids.len(),
        3,
        "who is left out stands in the record with the cause"
    );
    assert!(record.bids[2].parts.iter().all(|part| {
        part.unopened
            == settled
                .excluded
                .iter()
                .find(|u| u.submission == part.submission)
                .cloned()
    }));
    assert!(record.bids[1].parts.iter().all(|part| part.unopened.is_none()));
}

#[test]
fn without_a_lock_there_is_nothing_to_unlock() {
    let (mut world, bidders) = World::with_bids(Layout::small(), 3);
    world.close();
    let body = facts::body::opening::BidUnlocked {
        bid: bid(1),
        keys: Vec::new(),
        stage: open(),
        tender: tender(),
    };
    assert_eq!(world.no(bidders[0].unlock_with(&world, body)), "unlock.no_lock");
}

#[test]
fn when_nobody_unlocks_the_tender_fails_with_every_cause_on_record() {
    let (mut world, _) = World::with_bids(
        Layout {
            lock: true,
            ..Layout::small()
        },
        3,
    );
    world.close();
    assert_eq!(world.settle(), [Kind::ListSettled, Kind::TenderFailed]);
    assert_eq!(world.last::<TenderFailed>().cause, "no_valid_bid");
    assert_eq!(world.last::<ListSettled>().excluded.len(), 3);
}

#[test]
fn a_bid_not_confirmed_after_a_substantive_addendum_is_listed_and_left_out() {
    let (mut world, bidders) = World::with_bids(Layout::small(), 4);
    let deadline = world.state.deadline().unwrap();
    world.ok(world.amend(true, deadline));
    for bidder in &bidders[1..] {
        world.ok(bidder.confirm(&world));
    }
    world.ok(world.amend(false, deadline));
    world.close();
    assert_eq!(
        world.last::<ListFrozen>().envelopes.len(),
        4,
        "what was received stands on the frozen list"
    );
    world.settle();
    let settled: ListSettled = world.last();
    assert_eq!(
        settled.submissions.len(),
        3,
        "an addendum that touches no bid needs no confirmation"
    );
    assert_eq!(settled.excluded[0].cause, Cause::BidderBadEnvelope);
    assert!(
        settled.excluded[0].evidence.contains("addendum 1"),
        "{}",
        settled.excluded[0].evidence
    );

    let (mut world, bidders) = World::with_bids(Layout::small(), 3);
    let deadline = world.state.deadline().unwrap();
    world.ok(world.amend(true, deadline));
    world.ok(bidders[0].confirm(&world));
    assert_eq!(
        world.close(),
        [Kind::TenderClosed, Kind::TenderFailed],
        "two bids for the tender as it now is are too few"
    );
}
