//! The whole path: an act over HTTP, its signature checked, its fact durable, its receipt answered.
//!
//! Invariant: every act is signed beforehand by its author and every answer is a receipt; the load comes from this
//! process on the same cores.

use super::process::{cpu, now, percentile};
use super::table::{Line, Table};
use crate::Trouble;
use crate::act::{Prepared, opened, prepare};
use crate::http::Link;
use crate::people::{self, Scene};
use crate::platform::Platform;
use cli::commands::account::enrolment;
use facts::body::tender::QuestionAsked;
use facts::id::QuestionId;
use facts::{AccountId, Role, Stream};
use rand_core::OsRng;
use seal::SigningKey;
use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

struct Load {
    per_second: f64,
    p50: f64,
    p99: f64,
    /// Milliseconds of the server's processor time an act.
    server: f64,
    /// The same of this process.
    client: f64,
    receipt: String,
}

async fn load(
    address: SocketAddr,
    pid: u32,
    requests: Arc<Vec<Prepared>>,
    clients: usize,
    time: Duration,
) -> Result<Load, Trouble> {
    let next = Arc::new(AtomicUsize::new(0));
    let mut links = Vec::new();
    for _ in 0..clients {
        links.push(Link::open(address).await?);
    }
    let own = std::process::id();
    let (before, own_before, begun) = (cpu(pid).unwrap_or_default(), cpu(own).unwrap_or_default(), now());
    let mut tasks = Vec::new();
    for mut link in links {
        let (next, requests) = (next.clone(), requests.clone());
        tasks.push(tokio::task::spawn_local(async move {
            let (mut times, mut last) = (Vec::new(), Vec::new());
            while begun.elapsed() < time {
                let Some(sent) = requests.get(next.fetch_add(1, Ordering::Relaxed)) else {
                    break;
                };
                let asked = now();
                let answer = link.ask(&sent.request, false).await?;
                if answer.status != 201 {
                    return Err(format!("answered with {}: {}", answer.status, answer.text()).into());
                }
                times.push(asked.elapsed());
                last = answer.body;
            }
            Ok::<_, Trouble>((times, last))
        }));
    }
    let (mut times, mut receipt) = (Vec::new(), Vec::new());
    for task in tasks {
        let (some, last) = task.await??;
        times.extend(some);
        if !last.is_empty() {
            receipt = last;
        }
    }
    let elapsed = begun.elapsed().as_secs_f64();
    let spent = cpu(pid).unwrap_or_default() - before;
    let own_spent = cpu(own).unwrap_or_default() - own_before;
    times.sort_unstable();
    #[expect(clippy::cast_precision_loss, reason = "a figure for people")]
    let count = times.len() as f64;
    Ok(Load {
        per_second: count / elapsed,
        p50: percentile(&times, 50),
        p99: percentile(&times, 99),
        server: spent * 1e3 / count.max(1.0),
        client: own_spent * 1e3 / count.max(1.0),
        receipt: String::from_utf8_lossy(&receipt).into_owned(),
    })
}

/// Questions of one bidder who was enrolled for it.
fn questions(scene: &Scene, key: &SigningKey, count: usize, round: usize) -> Result<Vec<Prepared>, Trouble> {
    let mut acts = Vec::with_capacity(count);
    for number in 0..count {
        let body = QuestionAsked {
            question: QuestionId::parse(&format!("q-{round}-{number}"))?,
            tender: scene.tender.clone(),
            text: "工期是否包含法定节假日?".to_owned(),
        };
        acts.push(prepare(
            &scene.origin,
            Stream::Tender(scene.tender.clone()),
            &body,
            scene.seen,
            key,
        )?);
    }
    Ok(acts)
}

async fn measure(
    table: &mut Table,
    programs: &Path,
    quick: bool,
    name: &str,
    database: Option<&str>,
) -> Result<(), Trouble> {
    let platform = Arc::new(Platform::new(programs, database)?);
    let server = platform.start().await?;
    let (owner, url) = (platform.clone(), server.url());
    let scene = tokio::task::spawn_blocking(move || people::set(&owner, &url)).await??;
    let (account, key) = (AccountId::parse("asker")?, SigningKey::generate(&mut OsRng));
    let body = enrolment(
        &scene.origin,
        &account,
        ["asker", "", ""],
        vec![Role::Bidder],
        &key,
        None,
    );
    let enrol = prepare(
        &scene.origin,
        Stream::Account(account),
        &body,
        scene.seen,
        &scene.registrar,
    )?;
    let answer = Link::open(server.address)
        .await?
        .ask(&enrol.request, false)
        .await?;
    if answer.status != 201 {
        return Err(format!("the bidder was not enrolled: {}", answer.text()).into());
    }
    let time = Duration::from_secs(if quick { 2 } else { 5 });
    for (round, (clients, aim)) in [(1, None), (32, Some(8_000.0)), (128, Some(12_000.0))]
        .into_iter()
        .enumerate()
    {
        let most = if clients == 1 {
            10_000
        } else {
            20_000_usize.saturating_mul(usize::try_from(time.as_secs())?)
        };
        let requests = Arc::new(questions(&scene, &key, most, round)?);
        let sent = requests.clone();
        let load = tokio::task::LocalSet::new()
            .run_until(load(server.address, server.pid(), requests, clients, time))
            .await?;
        let accepted: crate::act::Accepted = serde_json::from_str(&load.receipt)?;
        let proven = sent
            .iter()
            .any(|sent| opened(&accepted.receipt, &scene.origin, &platform.log_key, &sent.act).is_ok());
        if !proven {
            return Err("the last receipt proves none of the acts".into());
        }
        table.line(Line {
            what: format!("{name}, {clients} clients"),
            figure: format!("{:.0}/s", load.per_second),
            ratio: format!(
                "p50 {:.1} ms, p99 {:.1} ms; CPU an act: server {:.3} ms, load {:.3} ms",
                load.p50, load.p99, load.server, load.client
            ),
            memory: super::process::peak(server.pid())
                .map_or_else(String::new, |peak| format!("{peak:.0} MiB")),
            aim: aim.map(|least| {
                let reached = load.per_second >= least && load.p99 < 20.0;
                (format!("{least:.0}/s, p99 under 20 ms"), reached)
            }),
        });
    }
    Ok(())
}

/// Measures on both databases.
pub(crate) async fn bench(
    table: &mut Table,
    programs: &Path,
    quick: bool,
    postgres: Option<&str>,
) -> Result<(), Trouble> {
    table.part(
        "The whole path: HTTP, signature, law, durable fact, receipt",
        "One bidder's questions on one published tender, signed beforehand; each answered with a receipt that \
         verifies offline. Server, database and load share the same cores.",
    );
    measure(table, programs, quick, "SQLite", None).await?;
    if let Some(admin) = postgres {
        let url = kaibiao_tests::postgres::Cluster::at(admin.to_owned())
            .create()
            .await?;
        measure(table, programs, quick, "PostgreSQL", Some(&url)).await?;
    }
    Ok(())
}
