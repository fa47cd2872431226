//! The public pages under readers: what a first visit transfers, and how long the server takes.
//!
//! Invariant: pages come over real sockets, compressed as for a browser; every answer is a page of the site or the
//! benchmark fails. Beside each page stands a file of the site of about the same size, in the same run.

use super::dossier::{hand_in, open};
use super::process::{cpu, now, peak, percentile};
use super::table::{Line, Table};
use crate::Trouble;
use crate::http::{Answer, Link, request};
use crate::people;
use crate::platform::Platform;
use cli::Session;
use std::collections::{BTreeMap, BTreeSet};
use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

/// Who read at the same time.
const READERS: usize = 50;
/// Most bytes of a first visit, and most milliseconds of the slowest twentieth.
const MOST: (usize, f64) = (100_000, 50.0);

const PAGES: [(&str, &str); 6] = [
    ("the notices", "/"),
    ("a search (text=%E6%A1%A5)", "/?text=%E6%A1%A5"),
    ("a tender", "/tenders/works"),
    ("an opening record", "/tenders/works/record"),
    ("the log", "/log"),
    ("an entry of the log", "/log/entries/9"),
];

fn asking(path: &str, encodings: Option<&str>) -> Vec<u8> {
    let mut headers = vec![("accept", "text/html,*/*;q=0.8"), ("accept-language", "zh")];
    headers.extend(encodings.map(|encodings| ("accept-encoding", encodings)));
    request("GET", path, &headers, b"")
}

/// What browsers of today can decompress.
const BROWSER: Option<&str> = Some("gzip, deflate, br, zstd");

async fn get(link: &mut Link, path: &str, encodings: Option<&str>) -> Result<Answer, Trouble> {
    let answer = link.ask(&asking(path, encodings), false).await?;
    if answer.status != 200 {
        return Err(format!("{path} was answered with {}: {}", answer.status, answer.text()).into());
    }
    Ok(answer)
}

/// The files that a page names.
fn named_by_page(html: &str) -> Vec<String> {
    let files = html.split('"').filter(|piece| piece.starts_with("/static/"));
    files.map(str::to_owned).collect()
}

/// The modules that a module imports when it is loaded.
fn named_by_module(path: &str, source: &str) -> Vec<String> {
    let folder: Vec<&str> = path.split('/').collect();
    let folder = folder.split_last().map_or(&[] as &[&str], |(_, folder)| folder);
    let mut found = Vec::new();
    for piece in source.split("from '").chain(source.split("import '")).skip(1) {
        let Some((name, _)) = piece.split_once('\'') else {
            continue;
        };
        let is_module =
            (name.starts_with("./") || name.starts_with("../")) && Path::new(name).extension().is_some();
        if !is_module {
            continue;
        }
        let mut whole = folder.to_vec();
        for step in name.split('/') {
            match step {
                "." => {}
                ".." => {
                    whole.pop();
                }
                step => whole.push(step),
            }
        }
        found.push(whole.join("/"));
    }
    found
}

/// Bytes of everything that a browser transfers on its first visit, and the number of files.
async fn first_visit(link: &mut Link, page: &str) -> Result<(usize, usize), Trouble> {
    let mut bytes = get(link, page, BROWSER).await?.size();
    let html = get(link, page, None).await?.text();
    let (mut seen, mut next) = (BTreeSet::new(), named_by_page(&html));
    while let Some(file) = next.pop() {
        if !seen.insert(file.clone()) {
            continue;
        }
        bytes = bytes.saturating_add(get(link, &file, BROWSER).await?.size());
        let path = file.split('?').next().unwrap_or(&file);
        if path.rsplit_once('.').is_some_and(|(_, end)| end == "js") {
            let source = get(link, &file, None).await?.text();
            next.extend(named_by_module(path, &source));
        }
    }
    Ok((bytes, seen.len().saturating_add(1)))
}

/// Files of the site by their compressed size.
async fn files(link: &mut Link) -> Result<BTreeMap<usize, String>, Trouble> {
    let mut found = BTreeMap::new();
    let (mut seen, mut next) = (BTreeSet::new(), Vec::new());
    for (_, page) in PAGES {
        next.extend(named_by_page(&get(link, page, None).await?.text()));
    }
    next.extend(["/static/js/kinds.js", "/static/js/ceremony.js"].map(str::to_owned));
    while let Some(file) = next.pop() {
        if seen.insert(file.clone()) {
            found.insert(get(link, &file, BROWSER).await?.body.len(), file);
        }
    }
    Ok(found)
}

fn nearest(files: &BTreeMap<usize, String>, size: usize) -> Option<(usize, &String)> {
    let nearest = files.iter().min_by_key(|(found, _)| found.abs_diff(size))?;
    Some((*nearest.0, nearest.1))
}

#[derive(Clone, Copy)]
struct Read {
    per_second: f64,
    p50: f64,
    p95: f64,
    /// Milliseconds of the server's processor time a page.
    cost: f64,
}

/// Readers who open one address again and again, each as soon as the last answer is whole.
async fn read(address: SocketAddr, pid: u32, path: &str, time: Duration) -> Result<Read, Trouble> {
    let mut links = Vec::new();
    for _ in 0..READERS {
        links.push(Link::open(address).await?);
    }
    let asked = Arc::new(asking(path, BROWSER));
    let (spent, begun) = (cpu(pid).unwrap_or_default(), now());
    let mut readers = Vec::new();
    for mut link in links {
        let asked = asked.clone();
        readers.push(tokio::task::spawn_local(async move {
            let mut times = Vec::new();
            while begun.elapsed() < time {
                let one = now();
                let answer = link.ask(&asked, false).await?;
                if answer.status != 200 {
                    return Err(format!("answered with {}: {}", answer.status, answer.text()).into());
                }
                times.push(one.elapsed());
            }
            Ok::<_, Trouble>(times)
        }));
    }
    let mut times = Vec::new();
    for reader in readers {
        times.extend(reader.await??);
    }
    let elapsed = begun.elapsed().as_secs_f64();
    let spent = cpu(pid).unwrap_or_default() - spent;
    times.sort_unstable();
    #[expect(clippy::cast_precision_loss, reason = "a figure for people")]
    let count = times.len() as f64;
    Ok(Read {
        per_second: count / elapsed,
        p50: percentile(&times, 50),
        p95: percentile(&times, 95),
        cost: spent * 1e3 / count.max(1.0),
    })
}

/// Titles as they are on boards of notices; every fifth of a bridge.
fn titles(count: usize) -> Vec<String> {
    let places = [
        "滨河路",
        "学府路",
        "人民路",
        "解放路",
        "环城北路",
        "工业园",
        "开发区",
    ];
    let works = ["桥梁加固", "道路改造", "雨污分流", "教学楼新建", "绿化养护"];
    (0..count)
        .map(|n| {
            let of = |list: &[&'static str]| {
                let place = n.checked_rem(list.len()).unwrap_or(0);
                list.get(place).copied().unwrap_or_default()
            };
            format!("某县{}{}工程第 {} 标段", of(&places), of(&works), n)
        })
        .collect()
}

/// One opened tender with bids, and others on the board; blocking.
fn fill(platform: &Platform, url: &str, bids: u32, tenders: usize) -> Result<(), Trouble> {
    let dir = platform.dir.path();
    let clock = dir.join("clock");
    std::fs::write(&clock, "0")?;
    cli::clock::follow(clock.clone());
    let scene = people::set(platform, url)?;
    let mut session = Session::connect(url, &dir.join("home"), None, false)?;
    for number in 1..=bids {
        hand_in(&mut session, &scene, dir, number)?;
    }
    open(&mut session, &scene, &clock)?;
    let mut session = Session::connect(url, &dir.join("home"), None, false)?;
    people::more_tenders(&mut session, &scene, &titles(tenders))
}

/// Measures.
pub(crate) async fn bench(table: &mut Table, programs: &Path, quick: bool) -> Result<(), Trouble> {
    let (bids, tenders, time) = if quick { (3, 20, 1) } else { (20, 300, 5) };
    table.part(
        &format!("Public pages: {tenders} tenders on the board, {READERS} readers at the same time"),
        "Each reader asks again as soon as the last answer is whole, without a pause to read, so the times are those of \
         a queue of fifty; server and readers share the same cores. Compressed as for a browser, limits of rates off. \
         A first visit is the page with every file it loads: styles, modules, what modules import, icon. The peer is a \
         file of the site of about the page's size, through the same server with the same compression.",
    );
    let platform = Arc::new(Platform::with_clock(programs)?);
    let server = platform.start().await?;
    let (owner, url) = (platform.clone(), server.url());
    tokio::task::spawn_blocking(move || fill(&owner, &url, bids, tenders)).await??;
    let mut link = Link::open(server.address).await?;
    let files = files(&mut link).await?;
    let (time, pid) = (Duration::from_secs(time), server.pid());
    let mut peers: BTreeMap<&String, Read> = BTreeMap::new();
    for (name, path) in PAGES {
        let (visit, count) = first_visit(&mut link, path).await?;
        let size = get(&mut link, path, BROWSER).await?.body.len();
        let (peer_size, peer) = nearest(&files, size).ok_or("the site has no files")?;
        let local = tokio::task::LocalSet::new();
        let page = local.run_until(read(server.address, pid, path, time)).await?;
        let peer = if let Some(known) = peers.get(peer) {
            *known
        } else {
            let local = tokio::task::LocalSet::new();
            let measured = local.run_until(read(server.address, pid, peer, time)).await?;
            peers.insert(peer, measured);
            measured
        };
        #[expect(clippy::cast_precision_loss, reason = "a figure for people")]
        let kilobytes = |bytes: usize| bytes as f64 / 1e3;
        table.line(Line {
            what: format!("{name}: first visit"),
            figure: format!("{:.1} kB, {count} files", kilobytes(visit)),
            ratio: format!("the page itself {:.1} kB", kilobytes(size)),
            aim: Some(("under 100 kB".to_owned(), visit < MOST.0)),
            ..Line::default()
        });
        table.line(Line {
            what: format!("{name}: {READERS} readers"),
            figure: format!("p50 {:.1} ms, p95 {:.1} ms", page.p50, page.p95),
            ratio: format!(
                "{:.2} × p95 of a file of {:.1} kB; {:.0}/s against {:.0}/s; server {:.2} ms CPU",
                page.p95 / peer.p95.max(0.001),
                kilobytes(peer_size),
                page.per_second,
                peer.per_second,
                page.cost
            ),
            memory: peak(pid).map_or_else(String::new, |peak| format!("{peak:.0} MiB")),
            aim: Some(("p95 under 50 ms".to_owned(), page.p95 < MOST.1)),
        });
    }
    Ok(())
}
