//! The crash test (崩溃测试): a real server is killed at random points under load, hundreds of times.
//!
//! Invariant that is tested: an answered act is never lost, never changed and never doubled, and no byte of an
//! upload whose receipt was answered is lost. SIGKILL ends the process, not the machine: what is tested is that
//! answers follow the commit and that every state on disk can be started from; loss of power is the database's and
//! the file system's part (WAL with full synchronisation, fsync of files and folders).

mod book;
mod check;
mod client;
mod file;

use crate::Trouble;
use crate::people;
use crate::platform::{Platform, Server};
use book::Book;
use clap::Args;
use client::Client;
use kaibiao_tests::postgres::Cluster;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

/// How to crash.
#[derive(Args)]
pub(crate) struct Options {
    /// The folder of the programs under test
    #[arg(long)]
    programs: PathBuf,
    /// How often the server is killed
    #[arg(long, default_value_t = 200)]
    rounds: u32,
    /// Clients at once
    #[arg(long, default_value_t = 8)]
    clients: usize,
    /// Administrator's database of a `PostgreSQL` server, or `start` for a server of our own; without it, `SQLite`
    #[arg(long)]
    postgres: Option<String>,
}

/// What happened.
#[derive(Default)]
struct Tally {
    resent: u32,
    landed: u32,
    at_start: u32,
    broken_uploads: u32,
}

/// Runs the test; the text is its report, an error its finding.
pub(crate) async fn run(options: &Options) -> Result<String, Trouble> {
    let cluster = match options.postgres.as_deref() {
        Some("start") => Some(Cluster::start()?),
        Some(admin) => Some(Cluster::at(admin.to_owned())),
        None => None,
    };
    let database = match &cluster {
        Some(cluster) => Some(cluster.create().await?),
        None => None,
    };
    let platform = Arc::new(Platform::new(&options.programs, database.as_deref())?);
    let mut server = platform.start().await?;
    let (owner, url) = (platform.clone(), server.url());
    let scene = Arc::new(tokio::task::spawn_blocking(move || people::set(&owner, &url)).await??);
    let book = Arc::new(Book::new(platform.origin.clone(), platform.log_key.clone()));
    book.head(scene.seen)?;
    let base = check::check(server.address, &book, 0).await?;
    let mut clients = Vec::new();
    for number in 0..options.clients {
        clients.push(Client::new(scene.clone(), number % 4 == 3)?);
    }
    let mut tally = Tally::default();
    let mut size = base;
    for round in 1..=options.rounds {
        let before = book.len();
        let outcome = one(&platform, &mut server, &mut clients, &book, &mut tally).await;
        let outcome = match outcome {
            Ok(()) => check::check(server.address, &book, before)
                .await
                .map_err(Trouble::from),
            Err(finding) => Err(finding),
        };
        size = match outcome {
            Ok(size) => size,
            Err(finding) => return Err(found(&platform, round, finding.as_ref())),
        };
        let distinct = distinct(&book);
        if size != base.saturating_add(distinct) {
            let what =
                format!("{distinct} acts landed after the first {base} entries, but the log has {size}");
            return Err(found(&platform, round, what.as_str()));
        }
        if round % 10 == 0 || round == options.rounds {
            println!(
                "killed {round} times: {distinct} acts, {} receipts, {} sent again ({} had landed), {} uploads under way",
                book.len(),
                tally.resent,
                tally.landed,
                tally.broken_uploads
            );
        }
    }
    let store = if database.is_some() {
        "PostgreSQL"
    } else {
        "SQLite"
    };
    drop(server);
    Ok(format!(
        "crash test on {store}: killed {} times under load and {} times while starting; {size} entries, {} receipts, \
         none lost, changed or doubled; {} acts without an answer were sent again, {} of them had landed; {} uploads \
         were under way and went on where the server said",
        options.rounds,
        tally.at_start,
        book.len(),
        tally.resent,
        tally.landed,
        tally.broken_uploads
    ))
}

fn found(platform: &Platform, round: u32, finding: impl std::fmt::Display) -> Trouble {
    let words = platform.words();
    let last: Vec<&str> = words.lines().rev().take(20).collect();
    let last: Vec<&str> = last.into_iter().rev().collect();
    format!(
        "round {round}: {finding}\nlast words of the server:\n{}",
        last.join("\n")
    )
    .into()
}

fn distinct(book: &Book) -> u64 {
    let seqs: std::collections::BTreeSet<u64> = book.receipts(0).iter().map(|kept| kept.seq).collect();
    u64::try_from(seqs.len()).unwrap_or(u64::MAX)
}

fn within(milliseconds: u32) -> Duration {
    Duration::from_millis(u64::from(people::below(milliseconds)))
}

/// Load, kill, restart, and everything that was not answered sent again.
async fn one(
    platform: &Platform,
    server: &mut Server,
    clients: &mut Vec<Client>,
    book: &Arc<Book>,
    tally: &mut Tally,
) -> Result<(), Trouble> {
    let address = server.address;
    let mut running = Vec::new();
    for mut client in clients.drain(..) {
        let book = book.clone();
        running.push(tokio::spawn(async move {
            let finding = client.live(address, &book).await;
            (client, finding)
        }));
    }
    tokio::time::sleep(within(600)).await;
    server.kill()?;
    let mut findings = Vec::new();
    for task in running {
        let (mut client, finding) = task.await?;
        findings.extend(finding.err());
        if let Some(upload) = &mut client.upload {
            upload.broke();
            tally.broken_uploads = tally.broken_uploads.saturating_add(1);
        }
        clients.push(client);
    }
    if let Some(finding) = findings.into_iter().next() {
        return Err(finding.into());
    }
    if people::below(8) == 0 {
        let mut starting = platform.spawn()?;
        tokio::time::sleep(within(300)).await;
        starting.kill()?;
        starting.wait()?;
        tally.at_start = tally.at_start.saturating_add(1);
    }
    *server = platform.start().await?;
    for client in clients {
        if let Some(landed) = client.resend(server.address, book).await? {
            tally.resent = tally.resent.saturating_add(1);
            tally.landed = tally.landed.saturating_add(u32::from(landed));
        }
    }
    Ok(())
}
