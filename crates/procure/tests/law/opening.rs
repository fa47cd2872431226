//! From the deadline to the end of the opening: lists, unlocking, shares, the record, objections, and every failure.

use crate::support::{Layout, OBJECTION, SHARE, UNLOCK, World, bid, buyer, id, order, tender};
use facts::body::award::TenderSuspended;
use facts::body::opening::{
    Cause, CustodianAbsent, ListDisputed, ListFrozen, ListSettled, OpeningFailed, OpeningRecorded, OpeningReplied,
    ShareFaulted, TenderClosed, TenderFailed,
};
use facts::id::StageId;
use facts::{Hex, Kind};
use kaibiao_procure::front::check_share;
use kaibiao_procure::opening::{PlanError, plan};
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
    assert!(world.disclosed().is_empty(), "the bids stay sealed and confidential");
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
    assert_eq!(world.close(), [Kind::TenderClosed, Kind::ListFrozen, Kind::FactsDisclosed]);
    assert!(world.last::<ListFrozen>().envelopes.iter().all(|listed| listed.bid != bid(1)));
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
    let listed: Vec<_> = frozen.envelopes.iter().map(|e| (e.submission, e.envelope)).collect();
    assert_eq!(frozen.list, kaibiao_procure::formats::list_hash(&tender(), &open(), &listed));
    let last = world.state.bids[&bid(2)].standing().unwrap();
    assert_eq!(last.body.revision, 2);
    let of_second: Vec<_> = frozen.envelopes.iter().filter(|e| e.bid == bid(2)).collect();
    assert!(of_second.iter().all(|e| e.seq == last.seq));
    let shown = world.disclosed();
    assert!(shown.contains(&last.seq) && shown.len() == 3, "listed submissions are shown, nothing that names a bidder");
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
fn a_whole_opening_reads_every_name_and_price_at_once() {
    let (mut world, mut bidders) = World::with_bids(Layout::default(), 4);
    let again = bidders[2].submit(&mut world);
    world.ok(again);
    world.ok(bidders[3].withdraw(&world));
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
        [Kind::OpeningRecorded, Kind::FactsDisclosed, Kind::CustodianAbsent, Kind::CustodianAbsent],
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
    let expected: Vec<_> = bidders[..3].iter().map(|b| (b.account.to_string(), b.price())).collect();
    assert_eq!(read, expected);
    let technical = &record.bids[0].parts.iter().find(|part| part.part == id("technical")).unwrap();
    let file = bidders[0].file(&world, &id("technical"));
    assert_eq!(technical.sha256, Some(Hex(seal::hash::sha256(&[&file]))));
    assert_eq!(technical.bytes, Some(file.len() as u64));
    let all: std::collections::BTreeSet<u64> = world.state.bids.values().flat_map(|b| b.facts.clone()).collect();
    assert_eq!(world.disclosed(), all, "now the whole history of every bid is shown");
    assert_eq!(world.state.phase(), Phase::Recorded);

    let seq = world.state.openings[&open()].recorded.as_ref().unwrap().seq;
    assert_eq!(world.no(world.sign_record(&bidders[0], &open(), seq + 1)), "record.other");
    world.ok(world.sign_record(&bidders[0], &open(), seq));
    assert_eq!(world.no(world.sign_record(&bidders[0], &open(), seq)), "record.confirmed");
    assert_eq!(world.no(world.sign_record(&bidders[3], &open(), seq)), "bid.not_listed");
    world.wait(OBJECTION);
    let tick = world.tick();
    assert_eq!(world.ok(tick), [Kind::OpeningClosed]);
    assert_eq!(world.state.phase(), Phase::Opened);
    assert_eq!(world.no(world.sign_record(&bidders[1], &open(), seq)), "opening.closed");
    assert_eq!(world.state.due(world.at), None);
}

#[test]
fn any_quorum_opens_the_same() {
    let (mut world, bidders) = World::with_bids(Layout::small(), 3);
    world.close();
    world.settle();
    let (mut one, mut two) = (Vec::new(), Vec::new());
    for (quorum, bids) in [([1, 2, 3], &mut one), ([2, 4, 5], &mut two)] {
        let state = world.state.clone();
        world.shares(&open(), &quorum);
        *bids = world.opened(&open(), &bidders).bids;
        world.state = state;
    }
    assert_eq!(one, two);
    assert!(one.iter().all(|opened| opened.parts.iter().all(|part| part.unopened.is_none())));
}

#[test]
fn a_bidder_who_does_not_unlock_is_left_out_before_any_share_exists() {
    let (mut world, bidders) = World::with_bids(Layout { lock: true, ..Layout::default() }, 3);
    world.close();
    let true_keys = bidders[0].unlocking(&world, &open());
    let mut wrong = true_keys.clone();
    wrong.keys[0].beta.0[0] ^= 1;
    assert_eq!(world.no(bidders[0].unlock_with(&world, wrong)), "unlock.wrong_invalid");
    let mut partial = true_keys.clone();
    partial.keys.pop();
    assert_eq!(world.no(bidders[0].unlock_with(&world, partial)), "unlock.missing_invalid");
    let mut twice = true_keys.clone();
    twice.keys.push(twice.keys[0].clone());
    assert_eq!(world.no(bidders[0].unlock_with(&world, twice)), "unlock.twice_invalid");
    let mut stranger = true_keys.clone();
    stranger.keys[0] = bidders[1].unlocking(&world, &open()).keys[0].clone();
    assert_eq!(world.no(bidders[0].unlock_with(&world, stranger)), "unlock.stranger_invalid");
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
    assert_eq!(world.no(Command::GiveShare { said: world.say(early, body), card }), "list.not_settled");

    world.settle();
    assert_eq!(world.no(bidders[2].unlock(&world, &open())), "window.over");
    let settled: ListSettled = world.last();
    assert_eq!(settled.submissions.len(), 4);
    assert_eq!(settled.excluded.len(), 2);
    assert!(settled.excluded.iter().all(|unopened| unopened.cause == Cause::BidderNoUnlock));
    assert!(Cause::BidderNoUnlock.is_bidders(), "视为撤销");

    world.shares(&open(), &[1, 2, 3]);
    world.read_out(&open(), &bidders);
    let record: OpeningRecorded = world.last();
    assert_eq!(record.bids.len(), 3, "who is left out stands in the record with the cause");
    assert!(record.bids[2].parts.iter().all(|part| part.unopened == settled.excluded.iter().find(|u| u.submission == part.submission).cloned()));
    assert!(record.bids[1].parts.iter().all(|part| part.unopened.is_none()));
}

#[test]
fn without_a_lock_there_is_nothing_to_unlock() {
    let (mut world, bidders) = World::with_bids(Layout::small(), 3);
    world.close();
    let body = facts::body::opening::BidUnlocked { bid: bid(1), keys: Vec::new(), stage: open(), tender: tender() };
    assert_eq!(world.no(bidders[0].unlock_with(&world, body)), "unlock.no_lock");
}

#[test]
fn when_nobody_unlocks_the_tender_fails_with_every_cause_on_record() {
    let (mut world, _) = World::with_bids(Layout { lock: true, ..Layout::small() }, 3);
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
    assert_eq!(world.last::<ListFrozen>().envelopes.len(), 4, "what was received stands on the frozen list");
    world.settle();
    let settled: ListSettled = world.last();
    assert_eq!(settled.submissions.len(), 3, "an addendum that touches no bid needs no confirmation");
    assert_eq!(settled.excluded[0].cause, Cause::BidderBadEnvelope);
    assert!(settled.excluded[0].evidence.contains("addendum 1"), "{}", settled.excluded[0].evidence);

    let (mut world, bidders) = World::with_bids(Layout::small(), 3);
    let deadline = world.state.deadline().unwrap();
    world.ok(world.amend(true, deadline));
    world.ok(bidders[0].confirm(&world));
    assert_eq!(world.close(), [Kind::TenderClosed, Kind::TenderFailed], "two bids for the tender as it now is are too few");
}

#[test]
fn a_batch_is_for_this_list_whole_and_once() {
    let (mut world, _) = World::with_bids(Layout::small(), 3);
    world.close();
    world.settle();
    let batch = world.batch(&open(), 2);
    let card = world.keys[&open()].card.clone();
    let mut other_list = batch.clone();
    other_list.list = Hex([7; 32]);
    assert_eq!(world.no(world.give(other_list)), "share.other_list");
    let mut short = batch.clone();
    short.partials.pop();
    assert_eq!(world.no(world.give(short)), "share.count");
    let borrowed = Command::GiveShare { said: world.say(world.keys[&open()].custodian(3), batch.clone()), card: card.clone() };
    assert_eq!(world.no(borrowed), "custodian.not_allowed");
    let mut nobody = batch.clone();
    nobody.index = 6;
    let said = world.say(world.keys[&open()].custodian(2), nobody);
    assert_eq!(world.no(Command::GiveShare { said, card: card.clone() }), "custodian.not_allowed");
    let mut foreign = card;
    foreign.key.key_id = Hex([8; 32]);
    let said = world.say(world.keys[&open()].custodian(2), batch.clone());
    assert_eq!(world.no(Command::GiveShare { said, card: foreign }), "key.unknown");
    world.ok(world.give(batch.clone()));
    assert_eq!(world.no(world.give(batch)), "share.given");
    let late = world.share(&open(), 3);
    world.wait(SHARE);
    assert_eq!(world.no(late), "window.over");
}

#[test]
fn a_false_batch_is_named_ignored_and_never_combined() {
    let (mut world, bidders) = World::with_bids(Layout::small(), 3);
    world.close();
    world.settle();
    let mut lie = world.batch(&open(), 1);
    let honest = world.batch(&open(), 2);
    lie.partials[1] = honest.partials[1];
    world.ok(world.give(lie));
    world.ok(world.give(honest));
    world.shares(&open(), &[4]);
    let stolen = &world.state.openings[&open()].settled.as_ref().unwrap().0.submissions[1];
    let fault = world.judged(&open(), 1).unwrap_err();
    assert_eq!(fault.submission, *stolen, "a partial of custodian 2 does not pass for one of custodian 1");
    assert_eq!(world.judged(&open(), 2), Ok(()));
    let card = world.keys[&open()].card.clone();
    let refused = plan(&world.state, &card, &open());
    assert!(matches!(refused, Err(PlanError::Faulty { index: 1, .. })), "the opening worker finds it again");

    let name = |index| Command::Fault { stage: open(), index, submission: fault.submission, reason: fault.reason.clone() };
    assert_eq!(world.ok(name(1)), [Kind::ShareFaulted]);
    let faulted: ShareFaulted = world.last();
    assert_eq!(faulted.seq, world.state.openings[&open()].shares[&1].seq);
    assert_eq!(world.no(name(1)), "nothing.due");
    assert_eq!(world.no(name(3)), "share.unknown");
    let again = world.share(&open(), 1);
    assert_eq!(world.no(again), "share.given", "who was caught gives no other");
    assert!(matches!(plan(&world.state, &card, &open()), Err(PlanError::TooFew { have: 2, .. })));
    world.shares(&open(), &[5]);
    let mut opened = world.opened(&open(), &bidders);
    assert_eq!(opened.quorum, [2, 4, 5]);
    opened.quorum = vec![1, 2, 4];
    assert_eq!(world.no(Command::Record { opened, card }), "share.unknown");
    world.read_out(&open(), &bidders);
    let absent: CustodianAbsent = world.last();
    assert_eq!(absent.index, 3, "who lied was not absent");
}

#[test]
fn a_partial_for_another_envelope_or_of_no_form_is_false() {
    let (mut world, _) = World::with_bids(Layout::small(), 3);
    world.close();
    world.settle();
    let card = world.keys[&open()].card.clone();
    let batch = world.batch(&open(), 1);
    let check = |partials: &[Hex<96>]| check_share(&world.state, &card, &open(), 1, partials);
    assert_eq!(check(&batch.partials), Ok(()));
    let mut swapped = batch.partials.clone();
    swapped.swap(0, 2);
    assert!(check(&swapped).is_err());
    let mut garbage = batch.partials.clone();
    garbage[2] = Hex([0xff; 96]);
    let settled = &world.state.openings[&open()].settled.as_ref().unwrap().0.submissions;
    assert_eq!(check(&garbage).unwrap_err().submission, settled[2]);
    assert!(check(&batch.partials[..2]).is_err());
    assert!(check_share(&world.state, &card, &open(), 9, &batch.partials).is_err());
    assert!(check_share(&world.state, &card, &id("other"), 1, &batch.partials).is_err());
}

#[test]
fn below_the_threshold_the_opening_fails_and_no_bidder_is_at_fault() {
    let (mut world, _) = World::with_bids(Layout::small(), 3);
    world.close();
    world.settle();
    world.shares(&open(), &[1, 2]);
    world.wait(SHARE);
    assert_eq!(world.no(Command::Tick { cards: kaibiao_procure::Cards::new() }), "key.unknown");
    let tick = world.tick();
    let kinds = world.ok(tick);
    let absent = [Kind::CustodianAbsent; 3];
    assert_eq!(kinds[0], Kind::OpeningFailed);
    assert_eq!(kinds[1..4], absent);
    assert_eq!(kinds[4..], [Kind::TenderFailed]);
    let failed: OpeningFailed = world.last();
    assert_eq!((failed.cause, failed.shares), (Cause::CustodiansBelowK, 2));
    assert!(!failed.cause.is_bidders(), "视为撤回");
    assert_eq!(world.last::<TenderFailed>().cause, "cannot_open");
}

#[test]
fn with_enough_shares_a_slow_opening_worker_fails_nobody() {
    let (mut world, bidders) = World::with_bids(Layout::small(), 3);
    world.close();
    world.settle();
    world.shares(&open(), &[1, 2, 3]);
    world.wait(SHARE * 3);
    assert_eq!(world.no(world.tick()), "nothing.due");
    world.read_out(&open(), &bidders);
    assert_eq!(world.state.phase(), Phase::Recorded);
}

#[test]
fn a_record_is_complete_and_true_to_the_list_or_it_is_refused() {
    let (mut world, bidders) = World::with_bids(Layout { lock: true, ..Layout::default() }, 4);
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
        world.no(Command::Record { opened, card: card.clone() })
    };
    assert_eq!(with(&|o| o.quorum = vec![1, 2]), "record.below_quorum");
    assert_eq!(with(&|o| o.quorum = vec![1, 2, 2]), "record.below_quorum");
    assert_eq!(with(&|o| o.quorum = vec![1, 2, 4]), "share.unknown");
    assert_eq!(with(&|o| o.bids.reverse()), "record.order");
    assert_eq!(with(&|o| { o.bids.pop(); }), "record.incomplete");
    assert_eq!(with(&|o| { o.bids[0].parts.pop(); }), "record.incomplete");
    assert_eq!(with(&|o| { let part = o.bids[0].parts[0].clone(); o.bids[0].parts.push(part); }), "record.stranger");
    assert_eq!(with(&|o| o.bids[0].account = id("bidder-2")), "record.stranger");
    assert_eq!(with(&|o| o.bids[0].parts[0].lot = id("L2")), "record.stranger");
    assert_eq!(with(&|o| o.bids[0].parts[0].sha256 = None), "record.unread");
    assert_eq!(with(&|o| o.bids[0].parts[0].bytes = None), "record.unread");
    let letter = good.bids[0].parts.iter().position(|part| part.letter.is_some()).unwrap();
    let file = 1 - letter;
    assert_eq!(with(&|o| o.bids[0].parts[letter].letter = None), "record.unread");
    assert_eq!(with(&|o| o.bids[0].parts[letter].letter.as_mut().unwrap().price = None), "record.unread");
    assert_eq!(with(&|o| o.bids[0].parts[letter].letter.as_mut().unwrap().account = id("bidder-2")), "record.unread");
    assert_eq!(with(&|o| o.bids[0].parts[file].letter = o.bids[0].parts[letter].letter.clone()), "record.unread");
    // An envelope that was left out stays so, with its own cause; one that is closed has no content.
    assert_eq!(with(&|o| o.bids[3].parts[0].unopened.as_mut().unwrap().cause = Cause::PlatformMissingBody), "record.unattributed");
    assert_eq!(with(&|o| o.bids[3].parts[0].unopened = None), "record.unattributed");
    assert_eq!(with(&|o| o.bids[3].parts[0].bytes = Some(1)), "record.unattributed");
    assert_eq!(with(&|o| o.bids[3].parts[0].unopened.as_mut().unwrap().evidence.clear()), "record.unattributed");
    assert_eq!(world.ok(Command::Record { opened: good.clone(), card: card.clone() })[0], Kind::OpeningRecorded);
    assert_eq!(world.no(Command::Record { opened: good, card }), "record.made");
}

#[test]
fn objections_are_answered_before_the_opening_ends() {
    let (mut world, bidders) = World::with_bids(Layout::small(), 3);
    assert_eq!(world.no(world.object(&bidders[0], &open(), "O1")), "record.unknown");
    world.close();
    world.settle();
    world.shares(&open(), &[1, 2, 3]);
    world.read_out(&open(), &bidders);
    world.ok(world.object(&bidders[0], &open(), "O1"));
    assert_eq!(world.no(world.object(&bidders[1], &open(), "O1")), "name.twice");
    assert_eq!(world.no(world.reply("O2")), "objection.unknown");
    world.wait(OBJECTION);
    assert_eq!(world.no(world.object(&bidders[1], &open(), "O3")), "window.over");
    assert_eq!(world.no(world.tick()), "nothing.due", "an unanswered objection keeps the opening from ending");
    assert_eq!(world.state.due(world.at), None);
    let by_bidder = OpeningReplied { objection: id("O1"), tender: tender(), text: "x".to_owned() };
    assert_eq!(world.no(Command::Reply(world.say(bidders[1].person(), by_bidder))), "role.missing");
    world.ok(world.reply("O1"));
    assert_eq!(world.no(world.reply("O1")), "answer.given");
    assert!(world.state.due(world.at).is_some_and(|due| due <= world.at));
    let tick = world.tick();
    assert_eq!(world.ok(tick), [Kind::OpeningClosed]);
}

#[test]
fn a_suspension_on_record_names_its_order() {
    let (mut world, _) = World::with_bids(Layout::small(), 3);
    world.ok(Command::Suspend { order: order("S1"), seq: 77 });
    let suspended: TenderSuspended = world.last();
    assert_eq!((suspended.order, suspended.seq), (order("S1"), 77));
    assert_eq!(buyer().account, Some(id("buyer")));
}
