//! Durable appends by many waiting callers: through the pen, and as raw group commit of the same rows.
//!
//! Invariant: an append counts when its caller was told that it is durable.

use super::process::now;
use super::raw;
use super::table::{Line, Table};
use crate::Trouble;
use crate::people::random;
use desk::account::fingerprint;
use desk::{Actor, Admitted, Clock, Entropy, KeyUse, Keys, Pen, Scribe, Tools};
use facts::body::tender::QuestionAsked;
use facts::id::QuestionId;
use facts::{
    AccountId, Act, Body, Canonical, Decider, Draft, Hex, Instant, Record, Refusal, Seen, Stream, TenderId,
};
use ledger::{Head, NoteSigner, Payload, entry_of, refusal_note};
use rand_core::{OsRng, RngCore};
use seal::SigningKey;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, SystemTime, UNIX_EPOCH};
use tokio::sync::broadcast::error::RecvError;
use tokio::sync::{mpsc, oneshot};

const ORIGIN: &str = "bench.example/log";

/// A law that takes every question: so that the pen is measured and not a law.
struct Everything;

impl Decider for Everything {
    type State = u64;
    type Command = Arc<Act>;

    fn evolve(state: &mut u64, _: &Record) {
        *state = state.wrapping_add(1);
    }

    fn decide(_: &u64, act: Arc<Act>, at: Instant) -> Result<Vec<Draft>, Refusal> {
        Ok(vec![Draft::acted((*act).clone(), Some(at))])
    }
}

struct Wall;

impl Clock for Wall {
    fn now(&self) -> Instant {
        #[expect(clippy::disallowed_methods, reason = "the clock of a measurement")]
        let since = SystemTime::now()
            .duration_since(UNIX_EPOCH)
            .map_or(0, |d| d.as_millis());
        Instant(i64::try_from(since).unwrap_or(i64::MAX))
    }
}

struct Chance;

impl Entropy for Chance {
    fn fill(&self, buffer: &mut [u8]) {
        OsRng.fill_bytes(buffer);
    }
}

/// Signed questions with their digests.
pub(crate) struct Questions {
    acts: Vec<(Arc<Act>, [u8; 32])>,
    rows: Vec<Arc<raw::Row>>,
    actor: Actor,
}

impl Questions {
    /// Signs them.
    pub(crate) fn sign(count: usize) -> Result<Self, Trouble> {
        let key = SigningKey::generate(&mut OsRng);
        let tender = TenderId::parse("works")?;
        let seen = Seen {
            root: Hex(ledger::hash::empty_root()),
            size: 0,
        };
        let mut acts = Vec::with_capacity(count);
        for number in 0..count {
            let body = QuestionAsked {
                question: QuestionId::parse(&format!("q-{number}"))?,
                tender: tender.clone(),
                text: "工期是否包含法定节假日?".to_owned(),
            };
            let stream = Stream::Tender(tender.clone());
            let act = ledger::act::sign(
                ORIGIN,
                stream,
                QuestionAsked::KIND,
                Canonical::of(&body)?,
                random(),
                seen,
                &key,
            );
            let digest = ledger::act_digest(ORIGIN, &act);
            acts.push((Arc::new(act), digest));
        }
        let mut rows = Vec::new();
        let head = Head {
            size: 0,
            prev: ledger::ZERO,
            ts: Instant(0),
            root: ledger::hash::empty_root(),
        };
        for (act, digest) in acts.iter().take(4_096) {
            let draft = Draft::acted((**act).clone(), Some(Instant(1_700_000_000_000)));
            let (entry, payload): (_, Payload) = entry_of(
                &draft,
                head.size,
                head.prev,
                Instant(1_700_000_000_000),
                &mut OsRng,
            )?;
            let entry = entry.to_bytes();
            let (leaf, payload) = (ledger::leaf_hash(&entry), payload.to_bytes());
            rows.push(Arc::new(raw::Row {
                entry,
                payload,
                leaf,
                act: *digest,
            }));
        }
        let public = Hex(key.public().to_bytes());
        let actor = Actor {
            account: Some(AccountId::parse("asker")?),
            roles: [facts::Role::Bidder].into_iter().collect(),
            key: fingerprint(&public),
            means: KeyUse::Account,
        };
        Ok(Self { acts, rows, actor })
    }
}

/// Appends done by `callers` in a time, and the slowest but one in a hundred.
struct Rate {
    per_second: f64,
    p99: f64,
    /// Rows of one commit, on average.
    batch: f64,
}

#[expect(clippy::cast_precision_loss, reason = "figures for people")]
fn rate(mut times: Vec<Duration>, elapsed: Duration, commits: u64) -> Rate {
    times.sort_unstable();
    let place = times.len().saturating_mul(99) / 100;
    let count = times.len() as f64;
    Rate {
        batch: count / commits.max(1) as f64,
        per_second: count / elapsed.as_secs_f64(),
        p99: times.get(place).map_or(0.0, |time| time.as_secs_f64() * 1e3),
    }
}

async fn through_the_pen(
    url: &str,
    questions: &Arc<Questions>,
    callers: usize,
    time: Duration,
) -> Result<Rate, Trouble> {
    let keys = Keys {
        log: NoteSigner::new(ORIGIN, SigningKey::generate(&mut OsRng))?,
        refusals: refusal_note::signer(ORIGIN, SigningKey::generate(&mut OsRng))?,
    };
    let tools = Tools {
        log: Arc::new(store::Log::open(url).await?),
        clock: Arc::new(Wall),
        entropy: Arc::new(Chance),
        signer: Arc::new(keys),
        origin: ORIGIN.to_owned(),
        sole: true,
    };
    let (pen, writer) = Pen::start(tools).await?;
    let scribe: Scribe<Everything> = Scribe::new(&pen, |_| Vec::new());
    let next = Arc::new(AtomicUsize::new(0));
    let mut batches = pen.follow();
    let counting = tokio::spawn(async move {
        let mut commits = 0_u64;
        loop {
            match batches.recv().await {
                Ok(_) => commits = commits.saturating_add(1),
                Err(RecvError::Lagged(missed)) => commits = commits.saturating_add(missed),
                Err(RecvError::Closed) => return commits,
            }
        }
    });
    let begun = now();
    let mut tasks = Vec::new();
    for _ in 0..callers {
        let (scribe, next, questions) = (scribe.clone(), next.clone(), questions.clone());
        tasks.push(tokio::spawn(async move {
            let mut times = Vec::new();
            while begun.elapsed() < time {
                let Some((act, digest)) = questions.acts.get(next.fetch_add(1, Ordering::Relaxed)) else {
                    break;
                };
                let asked = now();
                let admitted = Admitted {
                    act: (**act).clone(),
                    digest: *digest,
                    actor: questions.actor.clone(),
                    arrived: Instant(0),
                    until: None,
                };
                scribe.enact(&admitted, act.clone()).await?;
                times.push(asked.elapsed());
            }
            Ok::<_, Trouble>(times)
        }));
    }
    let mut times = Vec::new();
    for task in tasks {
        times.extend(task.await??);
    }
    let elapsed = begun.elapsed();
    pen.stop().await;
    writer.await?;
    drop((pen, scribe));
    Ok(rate(times, elapsed, counting.await?))
}

async fn raw(url: &str, questions: &Arc<Questions>, callers: usize, time: Duration) -> Result<Rate, Trouble> {
    let (queue, waiting) = mpsc::channel(4_096);
    let writer = tokio::spawn(raw::Writer::open(url).await?.write(waiting));
    let begun = now();
    let mut tasks = Vec::new();
    for caller in 0..callers {
        let (queue, questions) = (queue.clone(), questions.clone());
        tasks.push(tokio::spawn(async move {
            let mut times = Vec::new();
            for row in questions.rows.iter().cycle().skip(caller) {
                if begun.elapsed() >= time {
                    break;
                }
                let asked = now();
                let (done, told) = oneshot::channel();
                queue.send((row.clone(), done)).await?;
                told.await?;
                times.push(asked.elapsed());
            }
            Ok::<_, Trouble>(times)
        }));
    }
    drop(queue);
    let mut times = Vec::new();
    for task in tasks {
        times.extend(task.await??);
    }
    let elapsed = begun.elapsed();
    let commits = writer.await??;
    Ok(rate(times, elapsed, commits))
}

/// Measures on both databases.
pub(crate) async fn bench(table: &mut Table, quick: bool, postgres: Option<&str>) -> Result<(), Trouble> {
    table.part(
        "Durable appends, callers that wait",
        "Through the pen: idempotence, decision, commitment of every field, chain, Merkle tree, tiles, signed \
         checkpoint, one transaction with full synchronisation a batch. Raw: the same rows, batching, driver and \
         settings, with no hash, tree, index or check: the limit of what a database and one writer give here.",
    );
    let time = Duration::from_secs(if quick { 2 } else { 4 });
    let questions = Arc::new(Questions::sign(if quick { 150_000 } else { 400_000 })?);
    let dir = tempfile::Builder::new().prefix("kaibiao-bench-").tempdir()?;
    for callers in [1, 32, 128] {
        let file = |name: &str| format!("sqlite://{}/{name}-{callers}.sqlite", dir.path().display());
        let mut places = vec![("SQLite", file("pen"), file("raw"))];
        if let Some(admin) = postgres {
            let cluster = kaibiao_tests::postgres::Cluster::at(admin.to_owned());
            places.push(("PostgreSQL", cluster.create().await?, cluster.create().await?));
        }
        for (name, pen_url, raw_url) in places {
            let limit = raw(&raw_url, &questions, callers, time).await?;
            let pen = through_the_pen(&pen_url, &questions, callers, time).await?;
            let ratio = pen.per_second / limit.per_second;
            table.line(Line {
                what: format!("{name}, {callers} callers: raw group commit"),
                figure: format!("{:.0}/s, p99 {:.1} ms", limit.per_second, limit.p99),
                ratio: format!("{:.1} rows a commit", limit.batch),
                ..Line::default()
            });
            table.line(Line {
                what: format!("{name}, {callers} callers: the pen"),
                figure: format!("{:.0}/s, p99 {:.1} ms", pen.per_second, pen.p99),
                ratio: format!("{ratio:.2} × raw, {:.1} rows a commit", pen.batch),
                aim: (callers > 1).then(|| ("at least 0.5 × raw".to_owned(), ratio >= 0.5)),
                ..Line::default()
            });
        }
    }
    Ok(())
}
