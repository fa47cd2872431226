//! The pen: what lands, lands once, in order, with a receipt that proves it.

mod support;

use kaibiao_desk as desk;

use desk::memory::Fault;
use desk::{Failure, ReadLog, Scribe};
use facts::Kind;
use futures_util::future::join_all;
use support::{Counting, Do, On, START, World, add, admitted, code, enact, nothing_seen, open, seen, tender};

#[tokio::test]
async fn a_fact_lands_with_a_receipt_that_anybody_can_open() {
    let world = World::default();
    let scribe = world.scribe(true).await;
    let landed = enact(&scribe, &admitted(&tender("A"), 1, nothing_seen()))
        .await
        .unwrap();
    let [act, after] = landed.as_slice() else {
        panic!("two facts, found {landed:?}")
    };
    assert_eq!((act.seq, after.seq, act.fresh), (0, 1, true));
    let opened = open(act).await;
    assert_eq!(opened.checkpoint.size, 2);
    let signed = opened.act.unwrap();
    assert_eq!(signed.kind, Kind::TenderRegistered);
    assert_eq!(act.record.arrived, Some(START));
    assert!(
        open(after).await.act.is_none(),
        "a fact of the platform has no act"
    );
    world.assert_sound();
}

#[tokio::test]
async fn commands_that_wait_share_a_batch_and_a_checkpoint() {
    let world = World::default();
    let scribe = world.scribe(true).await;
    let streams: Vec<_> = (0..40).map(|i| tender(&format!("T{}", i % 7))).collect();
    let landed: Vec<_> = join_all(streams.iter().map(|stream| add(&scribe, stream)))
        .await
        .concat();
    assert_eq!(landed.len(), 40);
    assert!(
        world.log.appends() < 10,
        "{} batches for 40 commands",
        world.log.appends()
    );
    for fact in &landed {
        open(fact).await;
    }
    assert_eq!(scribe.state(&tender("T0")).await.unwrap().n, 6);
    world.assert_sound();
}

#[tokio::test]
async fn the_same_act_twice_is_one_fact() {
    let world = World::default();
    let (pen, _task) = world.pen(true).await;
    let scribe = Scribe::<Counting>::new(&pen, support::counting_marks);
    let act = admitted(&tender("A"), 1, nothing_seen());
    // Side by side in one batch, then later, from memory.
    let both = join_all([enact(&scribe, &act), enact(&scribe, &act), enact(&scribe, &act)]).await;
    let again = enact(&scribe, &act).await.unwrap();
    let mut fresh = 0;
    for landed in both.into_iter().map(Result::unwrap).chain([again]) {
        assert_eq!(landed[0].seq, 0);
        fresh += usize::from(landed[0].fresh);
        assert_eq!(open(&landed[0]).await.act.as_ref(), Some(&act.act));
    }
    assert_eq!((fresh, world.log.rows().len()), (1, 2));
    // A new process knows only the store.
    let scribe = world.scribe(true).await;
    let landed = enact(&scribe, &act).await.unwrap();
    assert!(!landed[0].fresh);
    open(&landed[0]).await;
    assert_eq!(world.log.rows().len(), 2);
}

#[tokio::test]
async fn a_lost_batch_leaves_nothing_and_the_pen_goes_on() {
    let world = World::default();
    let scribe = world.scribe(true).await;
    add(&scribe, &tender("A")).await;
    world.log.fail(Fault::AppendLost);
    let stream = tender("A");
    let lost = join_all((0..5).map(|_| scribe.submit(stream.clone(), On(stream.clone(), Do::Add)))).await;
    assert!(
        lost.iter()
            .all(|result| matches!(result, Err(Failure::Outage(_)))),
        "{lost:?}"
    );
    assert_eq!(world.log.rows().len(), 1);
    // The law's own check fails if the lost facts were still folded in.
    assert_eq!(add(&scribe, &stream).await[0].seq, 1);
    assert_eq!(scribe.state(&stream).await.unwrap().n, 2);
    world.assert_sound();
}

#[tokio::test]
async fn an_act_whose_fate_was_uncertain_is_found_when_sent_again() {
    let world = World::default();
    let scribe = world.scribe(true).await;
    let act = admitted(&tender("A"), 1, nothing_seen());
    world.log.fail(Fault::AppendUncertain);
    assert!(matches!(enact(&scribe, &act).await, Err(Failure::Outage(_))));
    let again = enact(&scribe, &act).await.unwrap();
    assert_eq!((again[0].seq, again[0].fresh), (0, false));
    open(&again[0]).await;
    assert_eq!(scribe.state(&tender("A")).await.unwrap().n, 1);
    world.assert_sound();
}

#[tokio::test]
async fn reading_failures_are_outages_and_pass() {
    let world = World::default();
    let scribe = world.scribe(true).await;
    let stream = tender("A");
    world.log.fail(Fault::History);
    let failed = scribe.submit(stream.clone(), On(stream.clone(), Do::Add)).await;
    assert!(matches!(failed, Err(Failure::Outage(_))));
    world.log.fail(Fault::Head);
    let failed = scribe.submit(stream.clone(), On(stream.clone(), Do::Add)).await;
    assert!(matches!(failed, Err(Failure::Outage(_))));
    assert_eq!(add(&scribe, &stream).await[0].seq, 0);
}

#[tokio::test]
async fn a_clock_behind_the_log_stops_the_pen() {
    let world = World::default();
    let scribe = world.scribe(true).await;
    let stream = tender("A");
    add(&scribe, &stream).await;
    world.clock.advance(-2_000);
    let landed = add(&scribe, &stream).await;
    assert_eq!(
        landed[0].at, START,
        "the log's time stands still rather than go back"
    );
    world.clock.advance(-1);
    assert_eq!(
        code(scribe.submit(stream.clone(), On(stream.clone(), Do::Add)).await),
        "clock.behind"
    );
    world.clock.set(START.plus(5));
    assert_eq!(add(&scribe, &stream).await[0].at, START.plus(5));
    world.assert_sound();
}

#[tokio::test]
async fn a_mark_is_taken_once_in_the_whole_log() {
    let world = World::default();
    let scribe = world.scribe(true).await;
    let mark = |stream: &str, key| {
        let stream = tender(stream);
        scribe.submit(stream.clone(), On(stream, Do::Mark(key)))
    };
    // In one batch, on two streams; the next fact of the loser's stream must count on undisturbed.
    let mut results = join_all([mark("A", "r1"), mark("B", "r1"), mark("B", "r2"), mark("A", "r3")])
        .await
        .into_iter();
    assert!(results.next().unwrap().is_ok());
    assert_eq!(code(results.next().unwrap()), "taken.point");
    assert!(results.all(|result| result.is_ok()));
    // Against the store, beside one that is fine.
    let mut results = join_all([mark("C", "r2"), mark("C", "r4"), mark("C", "r4")])
        .await
        .into_iter();
    assert_eq!(code(results.next().unwrap()), "taken.point");
    assert!(results.next().unwrap().is_ok());
    assert_eq!(code(results.next().unwrap()), "taken.point");
    assert_eq!(scribe.state(&tender("C")).await.unwrap().n, 1);
    assert_eq!(world.log.rows().len(), 4);
    world.assert_sound();
}

#[tokio::test]
async fn a_law_with_a_bug_fails_only_its_own_command() {
    let world = World::default();
    let scribe = world.scribe(true).await;
    let stream = tender("A");
    let send = |what| scribe.submit(stream.clone(), On(stream.clone(), what));
    let results = join_all(
        [
            Do::Add,
            Do::Panic,
            Do::Astray,
            Do::Add,
            Do::Poison,
            Do::Add,
            Do::Nothing,
        ]
        .map(send),
    )
    .await;
    let outcome: Vec<_> = results
        .iter()
        .map(|result| result.as_ref().map(Vec::len).ok())
        .collect();
    assert_eq!(outcome, [Some(1), None, None, Some(1), None, Some(1), Some(0)]);
    assert!(
        results
            .iter()
            .filter_map(|result| result.as_ref().err())
            .all(|f| matches!(f, Failure::Outage(_)))
    );
    assert_eq!(scribe.state(&stream).await.unwrap().n, 3);
    world.assert_sound();
}

#[tokio::test]
async fn checkpoints_are_kept_by_time_and_after_weighty_facts() {
    let world = World::default();
    let scribe = world.scribe(true).await;
    let stream = tender("A");
    add(&scribe, &stream).await;
    add(&scribe, &stream).await;
    world.clock.advance(10_000);
    world.log.fail(Fault::Keep);
    add(&scribe, &stream).await;
    add(&scribe, &stream).await;
    scribe
        .submit(stream.clone(), On(stream.clone(), Do::Close))
        .await
        .unwrap();
    add(&scribe, &stream).await;
    // The pen keeps after it answers: the last answer shows that all before is done.
    assert_eq!(world.log.kept(), [1, 4, 5]);
    let (size, note) = world.log.checkpoint(100).await.unwrap().unwrap();
    let opened = ledger::Checkpoint::open(&note, support::ORIGIN, support::keys().log.verifier()).unwrap();
    assert_eq!((size, opened.size), (5, 5));
}

#[tokio::test]
async fn followers_and_watchers_are_told() {
    let world = World::default();
    let (pen, task) = world.pen(true).await;
    assert!(pen.latest().is_none());
    let scribe = Scribe::<Counting>::new(&pen, support::counting_marks);
    let (mut batches, mut latest) = (pen.follow(), pen.watch());
    let landed = add(&scribe, &tender("A")).await;
    assert_eq!(batches.recv().await.unwrap()[0], landed[0].record);
    latest.changed().await.unwrap();
    assert_eq!(latest.borrow().as_ref().unwrap().size, 1);
    // What was handed in before the stop is answered, what comes later is not.
    let stream = tender("A");
    let (before, ()) = tokio::join!(
        scribe.submit(stream.clone(), On(stream.clone(), Do::Add)),
        pen.stop()
    );
    assert_eq!(before.unwrap()[0].seq, 1);
    task.await.unwrap();
    assert!(matches!(
        scribe.submit(stream.clone(), On(stream, Do::Add)).await,
        Err(Failure::Outage(_))
    ));
    // A new pen starts where the old one stood.
    let (pen, _task) = world.pen(true).await;
    assert_eq!(seen(&pen).size, 2);
}

#[tokio::test]
async fn a_shelf_that_overflows_forgets_and_reads_again() {
    let world = World::default();
    let scribe = world.scribe(true).await;
    let streams: Vec<_> = (0..4_600).map(|i| tender(&format!("T{i}"))).collect();
    for round in 1..=2 {
        for part in streams.chunks(700) {
            join_all(part.iter().map(|stream| add(&scribe, stream))).await;
        }
        assert_eq!(scribe.state(&streams[0]).await.unwrap().n, round);
        assert_eq!(scribe.state(&streams[4_599]).await.unwrap().n, round);
    }
    world.assert_sound();
}

#[tokio::test]
async fn a_receipt_of_an_erased_fact_is_refused() {
    let world = World::default();
    let (pen, _task) = world.pen(true).await;
    let scribe = Scribe::<Counting>::new(&pen, support::counting_marks);
    add(&scribe, &tender("A")).await;
    desk::AppendLog::erase(world.log.as_ref(), 0).await.unwrap();
    let landed = pen.landed(0).await.unwrap();
    assert_eq!(code(landed.receipt().await), "fact.erased_gone");
}

#[tokio::test]
async fn receipts_reach_back_beyond_the_edge() {
    let world = World::default();
    let (pen, _task) = world.pen(true).await;
    let scribe = Scribe::<Counting>::new(&pen, support::counting_marks);
    for _ in 0..3 {
        join_all((0..400).map(|i| {
            let scribe = scribe.clone();
            async move { add(&scribe, &tender(&format!("T{i}"))).await }
        }))
        .await;
    }
    for seq in [0, 255, 256, 700, 1_199] {
        open(&pen.landed(seq).await.unwrap()).await;
    }
    assert_eq!(pen.root(1_200).await.unwrap(), Some(pen.latest().unwrap().root));
    assert_eq!(pen.root(1_201).await.unwrap(), None);
    let mut tree = ledger::Tree::new();
    for row in world.log.rows().iter().take(777) {
        tree.push(row.leaf);
    }
    assert_eq!(pen.root(777).await.unwrap(), Some(tree.root()));
}
