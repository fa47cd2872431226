//! The opening itself: the record, complete and true to the list, and the objections to it.

use crate::support::{Bidder, Layout, OBJECTION, World, id, order, tender};
use facts::body::award::TenderSuspended;
use facts::body::opening::{Cause, OpeningRecorded, OpeningReplied};
use facts::id::StageId;
use facts::{Hex, Kind};
use kaibiao_procure::limits::OBJECTIONS;
use kaibiao_procure::opening::{PlanError, plan};
use kaibiao_procure::{Command, Phase};

fn open() -> StageId {
    id("open")
}

#[test]
fn a_whole_opening_reads_every_name_and_price_at_once() {
    let (mut world, mut bidders) = World::with_bids(Layout::default(), 4);
    let again = bidders[2].submit(&mut world);
    world.ok(again);
    world.ok(bidders[3].withdraw(&world));
    let onlooker = Bidder::new(5, &mut world.rng);
    world.ok(onlooker.enter(&world));
    world.close();
    assert_eq!(world.settle(), [Kind::ListSettled]);
    assert_eq!(world.state.phase(), Phase::Sharing);
    world.shares(&open(), &[1, 4]);
    assert!(matches!(
        plan(&world.state, &world.keys[&open()].card, &open()),
        Err(PlanError::TooFew { have: 2, need: 3 })
    ));
    world.shares(&open(), &[5]);

    let kinds = world.read_out(&open(), &bidders);
    assert_eq!(
        kinds,
        [
            Kind::OpeningRecorded,
            Kind::FactsDisclosed,
            Kind::CustodianAbsent,
            Kind::CustodianAbsent
        ],
        "two of five gave nothing"
    );
    let record: OpeningRecorded = world.last();
    assert_eq!(record.quorum, [1, 4, 5]);
    assert_eq!(record.until, world.at.plus(OBJECTION));
    let read: Vec<_> = record
        .bids
        .iter()
        .map(|opened| {
            let letter = opened.parts.iter().find_map(|part| part.letter.as_ref()).unwrap();
            (opened.account.to_string(), letter.price.unwrap())
        })
        .collect();
    let expected: Vec<_> = bidders[..3]
        .iter()
        .map(|b| (b.account.to_string(), b.price()))
        .collect();
    assert_eq!(read, expected);
    let technical = &record.bids[0]
        .parts
        .iter()
        .find(|part| part.part == id("technical"))
        .unwrap();
    let file = bidders[0].file(&world, &id("technical"));
    // Experts read these files under codes: nothing beside the name may tell them which is whose.
    assert_eq!((technical.sha256, technical.bytes), (None, None));
    let panel = record.panel.as_ref().unwrap();
    let known = panel
        .iter()
        .find(|known| known.submission == technical.submission);
    assert_eq!(known.unwrap().sha256, Hex(seal::hash::sha256(&[&file])));
    assert_eq!(known.unwrap().bytes, file.len() as u64);
    assert!(panel.is_sorted_by(|one, other| one.submission < other.submission));
    let handed_in = world
        .state
        .bids
        .values()
        .filter(|bid| !bid.submissions.is_empty());
    let all: std::collections::BTreeSet<u64> = handed_in.flat_map(|bid| bid.facts.clone()).collect();
    assert_eq!(
        world.disclosed(),
        all,
        "the whole history of every bid is shown, and nothing of who only entered"
    );
    assert_eq!(world.state.phase(), Phase::Recorded);

    let seq = world.state.openings[&open()].recorded.as_ref().unwrap().seq;
    assert_eq!(
        world.no(world.sign_record(&bidders[0], &open(), seq + 1)),
        "record.other"
    );
    world.ok(world.sign_record(&bidders[0], &open(), seq));
    assert_eq!(
        world.no(world.sign_record(&bidders[0], &open(), seq)),
        "record.confirmed"
    );
    assert_eq!(
        world.no(world.sign_record(&bidders[3], &open(), seq)),
        "bid.not_listed"
    );
    world.wait(OBJECTION);
    let tick = world.tick();
    assert_eq!(world.ok(tick), [Kind::OpeningClosed]);
    assert_eq!(world.state.phase(), Phase::Opened);
    assert_eq!(
        world.no(world.sign_record(&bidders[1], &open(), seq)),
        "opening.closed"
    );
    assert_eq!(world.state.due(world.at), None);
}

#[test]
fn a_record_is_complete_and_true_to_the_list_or_it_is_refused() {
    let (mut world, bidders) = World::with_bids(
        Layout {
            lock: true,
            ..Layout::default()
        },
        4,
    );
    world.close();
    for bidder in &bidders[..3] {
        world.ok(bidder.unlock(&world, &open()));
    }
    let card = world.keys[&open()].card.clone();
    world.settle();
    world.shares(&open(), &[1, 2, 3]);
    let good = world.opened(&open(), &bidders);
    let with = |change: &dyn Fn(&mut kaibiao_procure::OpenedStage)| {
        let mut opened = good.clone();
        change(&mut opened);
        world.no(Command::Record {
            opened,
            card: card.clone(),
        })
    };
    assert_eq!(with(&|o| o.quorum = vec![1, 2]), "record.below_quorum");
    assert_eq!(with(&|o| o.quorum = vec![1, 2, 2]), "record.below_quorum");
    assert_eq!(with(&|o| o.quorum = vec![1, 2, 4]), "share.unknown");
    assert_eq!(with(&|o| o.bids.reverse()), "record.order");
    assert_eq!(with(&|o| o.bids[1].parts.reverse()), "record.order");
    assert_eq!(
        with(&|o| {
            o.bids.pop();
        }),
        "record.incomplete"
    );
    assert_eq!(
        with(&|o| {
            o.bids[0].parts.pop();
        }),
        "record.incomplete"
    );
    assert_eq!(
        with(&|o| {
            let part = o.bids[0].parts[0].clone();
            o.bids[0].parts.push(part);
        }),
        "record.stranger"
    );
    assert_eq!(with(&|o| o.bids[0].account = id("bidder-2")), "record.stranger");
    assert_eq!(with(&|o| o.bids[0].parts[0].lot = id("L2")), "record.stranger");
    assert_eq!(with(&|o| o.bids[0].parts[0].sha256 = None), "record.unread");
    assert_eq!(with(&|o| o.bids[0].parts[0].bytes = None), "record.unread");
    let letter = good.bids[0]
        .parts
        .iter()
        .position(|part| part.letter.is_some())
        .unwrap();
    let file = 1 - letter;
    assert_eq!(with(&|o| o.bids[0].parts[letter].letter = None), "record.unread");
    assert_eq!(
        with(&|o| o.bids[0].parts[letter].letter.as_mut().unwrap().price = None),
        "record.unread"
    );
    assert_eq!(
        with(&|o| o.bids[0].parts[letter].letter.as_mut().unwrap().account = id("bidder-2")),
        "record.unread"
    );
    assert_eq!(
        with(&|o| o.bids[0].parts[file].letter = o.bids[0].parts[letter].letter.clone()),
        "record.unread"
    );
    // An envelope that was left out stays so, with its own cause; one that is closed has no content.
    assert_eq!(
        with(&|o| o.bids[3].parts[0].unopened.as_mut().unwrap().cause = Cause::PlatformMissingBody),
        "record.unattributed"
    );
    assert_eq!(
        with(&|o| o.bids[3].parts[0].unopened = None),
        "record.unattributed"
    );
    assert_eq!(
        with(&|o| o.bids[3].parts[0].bytes = Some(1)),
        "record.unattributed"
    );
    assert_eq!(
        with(&|o| o.bids[3].parts[0].unopened.as_mut().unwrap().evidence.clear()),
        "record.unattributed"
    );
    assert_eq!(
        world.ok(Command::Record {
            opened: good.clone(),
            card: card.clone()
        })[0],
        Kind::OpeningRecorded
    );
    assert_eq!(world.no(Command::Record { opened: good, card }), "record.made");
}

#[test]
fn nobody_holds_the_opening_up_with_ever_more_objections() {
    let (mut world, bidders) = World::with_bids(Layout::small(), 3);
    world.close();
    world.settle();
    world.shares(&open(), &[1, 2, 3]);
    world.read_out(&open(), &bidders);
    for number in 0..OBJECTIONS {
        world.ok(world.object(&bidders[0], &open(), &format!("O{number}")));
    }
    assert_eq!(
        world.no(world.object(&bidders[0], &open(), "P0")),
        "objection.too_many"
    );
    world.ok(world.object(&bidders[1], &open(), "P0"));
}

#[test]
fn objections_are_answered_before_the_opening_ends() {
    let (mut world, bidders) = World::with_bids(Layout::small(), 3);
    assert_eq!(
        world.no(world.object(&bidders[0], &open(), "O1")),
        "record.unknown"
    );
    world.close();
    world.settle();
    world.shares(&open(), &[1, 2, 3]);
    world.read_out(&open(), &bidders);
    world.ok(world.object(&bidders[0], &open(), "O1"));
    assert_eq!(world.no(world.object(&bidders[1], &open(), "O1")), "name.twice");
    assert_eq!(world.no(world.reply("O2")), "objection.unknown");
    world.wait(OBJECTION);
    assert_eq!(world.no(world.object(&bidders[1], &open(), "O3")), "window.over");
    assert_eq!(
        world.no(world.tick()),
        "nothing.due",
        "an unanswered objection keeps the opening from ending"
    );
    assert_eq!(world.state.due(world.at), None);
    let by_bidder = OpeningReplied {
        objection: id("O1"),
        tender: tender(),
        text: "x".to_owned(),
    };
    assert_eq!(
        world.no(Command::Reply(world.say(bidders[1].person(), by_bidder))),
        "role.missing"
    );
    world.ok(world.reply("O1"));
    assert_eq!(world.no(world.reply("O1")), "answer.given");
    assert!(world.state.due(world.at).is_some_and(|due| due <= world.at));
    let tick = world.tick();
    assert_eq!(world.ok(tick), [Kind::OpeningClosed]);
}

#[test]
fn a_suspension_on_record_names_its_order() {
    let (mut world, _) = World::with_bids(Layout::small(), 3);
    world.ok(Command::Suspend {
        order: order("S1"),
        seq: 77,
        until: None,
    });
    let suspended: TenderSuspended = world.last();
    assert_eq!((suspended.order, suspended.seq), (order("S1"), 77));
}
