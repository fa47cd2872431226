//! Several pens on one store: nothing is decided on a stale state, whatever the interleaving.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "test code")]

mod support;

use kaibiao_desk as desk;

use async_trait::async_trait;
use bytes::Bytes;
use desk::memory::{Fault, MemoryLog};
use desk::{AppendError, AppendLog, Failure, Outage, Pen, ReadLog, Row, Scribe};
use facts::{Record, Stream};
use futures_util::future::join_all;
use ledger::{Head, Payload};
use proptest::prelude::*;
use std::sync::{Arc, Mutex};
use support::{Counting, Do, On, World, add, admitted, code, enact, nothing_seen, open, tender};

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn two_pens_never_publish_twice() {
    let world = World::default();
    let (one, other) = (world.scribe(false).await, world.scribe(false).await);
    let publish = |scribe: &Scribe<Counting>, i: usize| {
        let (scribe, stream) = (scribe.clone(), tender(&format!("T{i}")));
        tokio::spawn(async move { scribe.submit(stream.clone(), On(stream, Do::Publish)).await })
    };
    let tasks: Vec<_> = (0..200)
        .flat_map(|i| [publish(&one, i), publish(&other, i)])
        .collect();
    let results: Vec<_> = join_all(tasks).await.into_iter().map(Result::unwrap).collect();
    for pair in results.chunks(2) {
        let won = pair.iter().filter(|result| result.is_ok()).count();
        assert_eq!(won, 1, "{pair:?}");
        let lost = pair.iter().find_map(|result| result.as_ref().err()).unwrap();
        assert!(
            matches!(lost, Failure::Refused(refusal) if refusal.code == "notice.published"),
            "{lost:?}"
        );
    }
    assert_eq!(world.log.rows().len(), 200);
    world.assert_sound();
}

#[tokio::test]
async fn two_pens_take_one_act_once() {
    let world = World::default();
    let (one, other) = (world.scribe(false).await, world.scribe(false).await);
    for nonce in 0..20 {
        let act = admitted(&tender("A"), nonce, nothing_seen());
        let (a, b) = tokio::join!(enact(&one, &act), enact(&other, &act));
        let (a, b) = (a.unwrap(), b.unwrap());
        assert_eq!(a[0].seq, b[0].seq);
        assert!(a[0].fresh != b[0].fresh);
        open(&a[0]).await;
        open(&b[0]).await;
    }
    assert_eq!(world.log.rows().len(), 40);
    world.assert_sound();
}

#[tokio::test]
async fn two_pens_share_marks_and_readers_see_both() {
    let world = World::default();
    let (one, other) = (world.scribe(false).await, world.scribe(false).await);
    let mark = |scribe: &Scribe<Counting>, name: &str| {
        let (scribe, stream) = (scribe.clone(), tender(name));
        async move { scribe.submit(stream.clone(), On(stream, Do::Mark("r"))).await }
    };
    mark(&one, "A").await.unwrap();
    assert_eq!(code(mark(&other, "B").await), "taken.point");
    add(&other, &tender("A")).await;
    assert_eq!(one.state(&tender("A")).await.unwrap().n, 2);
    add(&one, &tender("A")).await;
    assert_eq!(other.reader().state(&tender("A")).await.unwrap().n, 3);
    assert_eq!(
        desk::Reader::<Counting>::new(world.log.clone())
            .state(&tender("A"))
            .await
            .unwrap()
            .n,
        3
    );
}

/// A log whose first read after arming is stale: somebody else publishes right after it.
struct Interrupted {
    log: Arc<MemoryLog>,
    other: Scribe<Counting>,
    armed: Mutex<bool>,
    calls: Mutex<Vec<&'static str>>,
}

impl Interrupted {
    async fn after(&self, call: &'static str) {
        self.calls.lock().unwrap().push(call);
        let armed = std::mem::take(&mut *self.armed.lock().unwrap());
        if armed {
            let stream = tender("A");
            self.other
                .submit(stream.clone(), On(stream, Do::Publish))
                .await
                .unwrap();
        }
    }
}

#[async_trait]
impl ReadLog for Interrupted {
    async fn head(&self) -> Result<Head, Outage> {
        let head = self.log.head().await;
        self.after("head").await;
        head
    }
    async fn history(&self, stream: &Stream, from: u64) -> Result<Vec<Record>, Outage> {
        let history = self.log.history(stream, from).await;
        self.after("history").await;
        history
    }
    async fn records(&self, from: u64, limit: u32) -> Result<Vec<Record>, Outage> {
        self.log.records(from, limit).await
    }
    async fn decisions(&self, before: u64, limit: u32) -> Result<Vec<Record>, Outage> {
        self.log.decisions(before, limit).await
    }
    async fn entries(&self, from: u64, limit: u32) -> Result<Vec<Bytes>, Outage> {
        self.log.entries(from, limit).await
    }
    async fn payload(&self, seq: u64) -> Result<Option<Payload>, Outage> {
        self.log.payload(seq).await
    }
    async fn position(&self, act: [u8; 32]) -> Result<Option<u64>, Outage> {
        self.log.position(act).await
    }
    async fn tile(&self, level: u8, index: u64, width: u16) -> Result<Option<Bytes>, Outage> {
        self.log.tile(level, index, width).await
    }
    async fn streams(&self, prefix: &str, after: Option<&str>, limit: u32) -> Result<Vec<Stream>, Outage> {
        self.log.streams(prefix, after, limit).await
    }
    async fn mark(&self, name: &str, key: &str) -> Result<Option<String>, Outage> {
        self.log.mark(name, key).await
    }
    async fn checkpoint(&self, size: u64) -> Result<Option<(u64, String)>, Outage> {
        self.log.checkpoint(size).await
    }
}

#[async_trait]
impl AppendLog for Interrupted {
    async fn append(&self, rows: &[Row], tiles: &[(u8, u64, Bytes)]) -> Result<(), AppendError> {
        self.log.append(rows, tiles).await
    }
    async fn taken(&self, marks: &[(&str, &str)]) -> Result<Vec<(String, String)>, Outage> {
        self.log.taken(marks).await
    }
    async fn keep_checkpoint(&self, size: u64, note: &str) -> Result<(), Outage> {
        self.log.keep_checkpoint(size, note).await
    }
    async fn erase(&self, seq: u64) -> Result<(), Outage> {
        self.log.erase(seq).await
    }
}

#[tokio::test]
async fn the_head_is_read_before_the_history() {
    // With the two the other way round, the history would be the stale one and "A" would be published twice.
    let world = World::default();
    let other = world.scribe(false).await;
    let log = Arc::new(Interrupted {
        log: world.log.clone(),
        other,
        armed: Mutex::new(false),
        calls: Mutex::default(),
    });
    let (pen, _task) = Pen::start(world.tools(log.clone(), false)).await.unwrap();
    let scribe = Scribe::<Counting>::new(&pen, support::counting_marks);
    // Make the pen's head uncertain, so that both are read anew.
    world.log.fail(Fault::AppendLost);
    let stream = tender("A");
    assert!(
        scribe
            .submit(stream.clone(), On(stream.clone(), Do::Add))
            .await
            .is_err()
    );
    log.calls.lock().unwrap().clear();
    *log.armed.lock().unwrap() = true;
    let refused = scribe
        .submit(stream.clone(), On(stream.clone(), Do::Publish))
        .await;
    assert_eq!(code(refused), "notice.published");
    assert_eq!(world.log.rows().len(), 1);
    assert_eq!(log.calls.lock().unwrap()[..2], ["head", "history"]);
    world.assert_sound();
}

#[derive(Debug, Clone)]
enum Op {
    Together(Vec<(usize, u8, u8)>),
    Act(usize, u8, u8),
    Clock(i64),
    Fault(u8),
}

fn op() -> impl Strategy<Value = Op> {
    prop_oneof![
        4 => prop::collection::vec((0..2_usize, 0..4_u8, 0..5_u8), 1..12).prop_map(Op::Together),
        2 => (0..2_usize, 0..4_u8, 0..6_u8).prop_map(|(pen, stream, nonce)| Op::Act(pen, stream, nonce)),
        1 => (-3_000..20_000_i64).prop_map(Op::Clock),
        1 => (0..4_u8).prop_map(Op::Fault),
    ]
}

const MARKS: [&str; 2] = ["a", "b"];

async fn run(ops: Vec<Op>, sole: bool) {
    let world = World::default();
    let one = world.scribe(sole).await;
    // A sole writer has nobody beside it.
    let scribes = if sole {
        [one.clone(), one]
    } else {
        [one, world.scribe(false).await]
    };
    let mut landed = Vec::new();
    for op in ops {
        match op {
            Op::Together(wishes) => {
                let sent = wishes.iter().map(|(pen, stream, what)| {
                    let stream = tender(&format!("T{stream}"));
                    let what = match what {
                        0 => Do::Publish,
                        1 => Do::Mark(MARKS[*pen]),
                        2 => Do::Panic,
                        _ => Do::Add,
                    };
                    scribes[*pen].submit(stream.clone(), On(stream, what))
                });
                landed.extend(join_all(sent).await.into_iter().flatten().flatten());
            }
            Op::Act(pen, stream, nonce) => {
                let act = admitted(&tender(&format!("T{stream}")), nonce, nothing_seen());
                landed.extend(enact(&scribes[pen], &act).await.into_iter().flatten());
            }
            Op::Clock(by) => world.clock.advance(by),
            Op::Fault(0) => world.log.fail(Fault::AppendLost),
            Op::Fault(1) => world.log.fail(Fault::AppendUncertain),
            Op::Fault(2) => world.log.fail(Fault::History),
            Op::Fault(_) => world.log.fail(Fault::Head),
        }
    }
    world.log.heal();
    world.assert_sound();
    let rows = world.log.rows();
    for fact in landed {
        assert_eq!(rows[usize::try_from(fact.seq).unwrap()].entry, fact.entry);
        open(&fact).await;
    }
    // What the pens believe is what the store says; the law itself checks that each count came once.
    for stream in (0..4_u8).map(|i| tender(&format!("T{i}"))) {
        let fresh = desk::Reader::<Counting>::new(world.log.clone());
        assert_eq!(
            scribes[0].state(&stream).await.unwrap(),
            fresh.state(&stream).await.unwrap()
        );
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 60, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_interleaving_keeps_the_chain_sound(ops in prop::collection::vec(op(), 1..25), sole: bool) {
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        runtime.block_on(run(ops, sole));
    }
}
