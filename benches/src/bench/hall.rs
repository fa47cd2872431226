//! The opening hall: five hundred who watch one tender while questions are answered and it is closed and opened.
//!
//! Invariant: every viewer gets every public fact once and in the same order, or the benchmark fails.

use super::dossier::{hand_in, open};
use super::process::{cpu, now, peak, percentile};
use super::table::{Line, Table};
use crate::Trouble;
use crate::act::{Accepted, Prepared, prepare};
use crate::http::Link;
use crate::people::{self, Scene};
use crate::platform::Platform;
use cli::Session;
use cli::commands::account::enrolment;
use facts::body::tender::{QuestionAnswered, QuestionAsked};
use facts::id::QuestionId;
use facts::{AccountId, Role, Stream};
use rand_core::OsRng;
use seal::SigningKey;
use serde::Deserialize;
use std::collections::{BTreeMap, BTreeSet};
use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader, Lines};
use tokio::net::TcpStream;
use tokio::sync::watch;

const VIEWERS: usize = 500;
/// Between two answers that the buyer gives.
const PACE: Duration = Duration::from_millis(50);
/// How long the last event may stay away.
const PATIENCE: Duration = Duration::from_mins(1);

/// A position in the log and when it was heard of.
type Heard = Vec<(u64, Instant)>;

async fn connect(address: SocketAddr, scene: &Scene) -> Result<Lines<BufReader<TcpStream>>, Trouble> {
    let mut stream = TcpStream::connect(address).await?;
    // HTTP/1.0: the events come as they are, without chunks.
    let request = format!(
        "GET /api/tenders/{}/events HTTP/1.0\r\nhost: kaibiao\r\n\r\n",
        scene.tender
    );
    stream.write_all(request.as_bytes()).await?;
    let mut lines = BufReader::new(stream).lines();
    let status = lines.next_line().await?.unwrap_or_default();
    if !status.contains(" 200 ") {
        return Err(format!("a viewer was answered with {status}").into());
    }
    Ok(lines)
}

/// Listens until as many facts were heard as are wanted in the end.
async fn listen(
    mut lines: Lines<BufReader<TcpStream>>,
    mut wanted: watch::Receiver<usize>,
    heard_by: watch::Sender<usize>,
) -> Result<Heard, Trouble> {
    let (mut heard, mut id) = (Heard::new(), None);
    while heard.len() < *wanted.borrow() {
        let line = tokio::select! {
            line = lines.next_line() => line?.ok_or("the server ended a stream of events")?,
            changed = wanted.changed() => {
                changed?;
                continue;
            }
        };
        if let Some(value) = line.strip_prefix("id: ") {
            id = Some(value.parse()?);
        } else if line.is_empty()
            && let Some(seq) = id.take()
        {
            heard.push((seq, now()));
            heard_by.send_replace(heard.len());
        }
    }
    Ok(heard)
}

/// The questions of one bidder, landed, and the buyer's answers to them, signed and not sent yet.
async fn questions(address: SocketAddr, scene: &Scene, count: usize) -> Result<Vec<Prepared>, Trouble> {
    let mut link = Link::open(address).await?;
    let (account, key) = (AccountId::parse("asker")?, SigningKey::generate(&mut OsRng));
    let body = enrolment(
        &scene.origin,
        &account,
        ["asker", "", ""],
        vec![Role::Bidder],
        &key,
        None,
    );
    let stream = Stream::Account(account);
    let enrolled = prepare(&scene.origin, stream, &body, scene.seen, &scene.registrar)?;
    land(&mut link, &enrolled).await?;
    let stream = Stream::Tender(scene.tender.clone());
    let mut answers = Vec::new();
    for number in 0..count {
        let asked = QuestionAsked {
            question: QuestionId::parse(&format!("q-{number}"))?,
            tender: scene.tender.clone(),
            text: "工期是否包含法定节假日?".to_owned(),
        };
        land(
            &mut link,
            &prepare(&scene.origin, stream.clone(), &asked, scene.seen, &key)?,
        )
        .await?;
        let answered = QuestionAnswered {
            answer: "包含。".to_owned(),
            question: asked.question,
            tender: asked.tender,
            text: asked.text,
        };
        answers.push(prepare(
            &scene.origin,
            stream.clone(),
            &answered,
            scene.seen,
            &scene.buyer_key,
        )?);
    }
    Ok(answers)
}

async fn land(link: &mut Link, act: &Prepared) -> Result<u64, Trouble> {
    let answer = link.ask(&act.request, false).await?;
    if answer.status != 201 {
        return Err(format!("an act was answered with {}: {}", answer.status, answer.text()).into());
    }
    Ok(serde_json::from_slice::<Accepted>(&answer.body)?.seq)
}

/// When each act was sent, and how long its receipt took, by its position.
type Sent = BTreeMap<u64, (Instant, Duration)>;

async fn speak(address: SocketAddr, answers: &[Prepared]) -> Result<Sent, Trouble> {
    let mut link = Link::open(address).await?;
    let mut sent = Sent::new();
    for answer in answers {
        let begun = now();
        let seq = land(&mut link, answer).await?;
        sent.insert(seq, (begun, begun.elapsed()));
        tokio::time::sleep(PACE).await;
    }
    Ok(sent)
}

#[derive(Deserialize)]
struct Shown {
    records: Vec<Positioned>,
}

#[derive(Deserialize)]
struct Positioned {
    seq: u64,
}

/// Everybody heard the same, and it is what is public; each once.
fn check(all: &[Heard], public: &BTreeSet<u64>) -> Result<(), Trouble> {
    let order = |heard: &Heard| heard.iter().map(|(seq, _)| *seq).collect::<Vec<_>>();
    let first = all.first().map(order).unwrap_or_default();
    let distinct: BTreeSet<u64> = first.iter().copied().collect();
    if first.len() != public.len() || distinct != *public {
        return Err(format!(
            "{} facts are public and other {} were heard",
            public.len(),
            first.len()
        )
        .into());
    }
    for (number, heard) in all.iter().enumerate() {
        if order(heard) != first {
            return Err(format!("viewer {number} heard other facts or in another order").into());
        }
    }
    Ok(())
}

fn spread(mut times: Vec<Duration>) -> [f64; 3] {
    times.sort_unstable();
    [50, 95, 100].map(|percent| percentile(&times, percent))
}

/// A tender with bids handed in; blocking.
fn prepared(platform: &Platform, url: &str, bids: u32) -> Result<(Session, Scene), Trouble> {
    let dir = platform.dir.path();
    let clock = dir.join("clock");
    std::fs::write(&clock, "0")?;
    cli::clock::follow(clock);
    let scene = people::set(platform, url)?;
    let mut session = Session::connect(url, &dir.join("home"), None, false)?;
    for number in 1..=bids {
        hand_in(&mut session, &scene, dir, number)?;
    }
    Ok((session, scene))
}

/// Measures.
pub(crate) async fn bench(table: &mut Table, programs: &Path, quick: bool) -> Result<(), Trouble> {
    let (bids, count) = if quick { (3, 20) } else { (20, 200) };
    table.part(
        &format!("The opening hall with {VIEWERS} viewers on one node"),
        &format!(
            "Server-sent events of one tender over {VIEWERS} connections. The buyer answers {count} questions, one every \
             {} ms; then the deadline passes, custodians open, the record is read out. Every viewer must hear every \
             public fact once and in the same order, which is what the tender's public record lists. Delay: from the \
             moment before an act is sent until a viewer has its event whole, through signature check, durable fact and \
             broadcast. Server and viewers share the same cores.",
            PACE.as_millis()
        ),
    );
    let platform = Arc::new(Platform::with_clock(programs)?);
    let server = platform.start().await?;
    let (owner, url) = (platform.clone(), server.url());
    let (mut session, scene) = tokio::task::spawn_blocking(move || prepared(&owner, &url, bids)).await??;
    let answers = questions(server.address, &scene, count).await?;
    let alone = peak(server.pid()).unwrap_or_default();
    let before = cpu(server.pid()).unwrap_or_default();

    let (tell, wanted) = watch::channel(usize::MAX);
    let (mut viewers, mut places) = (Vec::new(), Vec::new());
    for _ in 0..VIEWERS {
        let lines = connect(server.address, &scene).await?;
        let (heard_by, place) = watch::channel(0);
        viewers.push(tokio::spawn(listen(lines, wanted.clone(), heard_by)));
        places.push(place);
    }
    for place in &mut places {
        // Who comes in gets everything from the first fact on; nobody is behind when the acts begin.
        tokio::time::timeout(PATIENCE, place.wait_for(|heard| *heard >= 3)).await??;
    }
    let sent = speak(server.address, &answers).await?;
    let clock = platform.dir.path().join("clock");
    let shown = tokio::task::spawn_blocking(move || {
        open(&mut session, &scene, &clock)?;
        let path = format!("/api/tenders/{}", scene.tender);
        Ok::<Shown, Trouble>(session.procurement.get(&path)?)
    })
    .await??;
    let public: BTreeSet<u64> = shown.records.iter().map(|record| record.seq).collect();
    tell.send_replace(public.len());
    let mut all = Vec::new();
    for viewer in viewers {
        all.push(tokio::time::timeout(PATIENCE, viewer).await???);
    }
    for heard in &mut all {
        heard.truncate(public.len());
    }
    check(&all, &public)?;
    let events = all.iter().map(Vec::len).sum::<usize>();
    let delays = all.iter().flatten().filter_map(|(seq, at)| {
        let (begun, _) = sent.get(seq)?;
        at.checked_duration_since(*begun)
    });
    let [p50, p95, last] = spread(delays.collect());
    let [receipt, receipt_95, _] = spread(sent.values().map(|(_, receipt)| *receipt).collect());
    table.line(Line {
        what: format!("events heard, {} public facts each", public.len()),
        figure: format!("{events} events, none lost"),
        ratio: format!(
            "server {:.1} s CPU in all",
            cpu(server.pid()).unwrap_or_default() - before
        ),
        memory: peak(server.pid()).map_or_else(String::new, |peak| {
            format!("{peak:.0} MiB, {alone:.0} before the viewers")
        }),
        aim: Some(("every event once and in order".to_owned(), true)),
    });
    table.line(Line {
        what: "from sending an act to a viewer's event".to_owned(),
        figure: format!("p50 {p50:.1} ms, p95 {p95:.1} ms, last {last:.1} ms"),
        ratio: format!(
            "{:.2} × the act's own receipt (p50 {receipt:.1} ms, p95 {receipt_95:.1} ms)",
            p95 / receipt_95.max(0.001)
        ),
        aim: Some(("p95 under 1 s".to_owned(), p95 < 1e3)),
        ..Line::default()
    });
    Ok(())
}
