//! Verifying the dossier of a tender with many bids: the tender is really run, from entering to the opening record.
//!
//! Invariant: the verifier is the shipped program, and its verdict counts: a dossier that fails a check is a failure
//! of the benchmark.

use super::process::{best, now};
use super::table::{Line, Table};
use crate::Trouble;
use crate::people::{self, Scene, random};
use crate::platform::Platform;
use cli::commands::account::enrolment;
use cli::custody::Agent;
use cli::{Session, Zone};
use facts::body::bid::{BidSubmitted, Letter};
use facts::{AccountId, BidId, Canonical, Currency, Hex, Money, Role, Stream};
use ledger::message;
use rand_core::OsRng;
use seal::SigningKey;
use serde_json::Value;
use std::path::Path;
use std::process::Command;
use std::sync::Arc;
use std::time::Duration;

/// How far the clock is moved: beyond the deadline of the scene, in milliseconds.
pub(super) const BEYOND: i64 = 30 * facts::time::DAY;

struct Bidder {
    account: AccountId,
    key: SigningKey,
    bid: BidId,
    bid_key: SigningKey,
}

/// Enters and hands in one bid as its own client would.
pub(super) fn hand_in(session: &mut Session, scene: &Scene, dir: &Path, number: u32) -> Result<(), Trouble> {
    let bidder = Bidder {
        account: AccountId::parse(&format!("bidder-{number}"))?,
        key: SigningKey::generate(&mut OsRng),
        bid: BidId::parse(&format!("bid-{}", Hex(random::<8>())))?,
        bid_key: SigningKey::generate(&mut OsRng),
    };
    let Bidder {
        account,
        key,
        bid,
        bid_key,
    } = &bidder;
    let body = enrolment(
        &scene.origin,
        account,
        [account.as_str(), "", ""],
        vec![Role::Bidder],
        key,
        None,
    );
    session.act(&scene.registrar, Stream::Account(account.clone()), &body)?;
    let stream = Stream::Tender(scene.tender.clone());
    session.act(key, stream.clone(), &people::entry(scene, account, bid, bid_key))?;
    session.sign_in(key, Zone::Procurement)?;
    let certificate = message::bid_key(&scene.origin, &scene.tender, bid, &bid_key.public().to_bytes());
    let letter = Letter {
        brand: None,
        account: account.clone(),
        certificate: Hex(key.sign(&certificate).to_bytes()),
        deviations: std::collections::BTreeMap::new(),
        name: format!("第{number}建筑公司"),
        period_days: 300,
        price: Some(Money::new(
            Currency::CNY,
            90_000_000_i64.saturating_add(i64::from(number)),
        )),
        project_lead: "李工".to_owned(),
        quality: "合格".to_owned(),
    };
    let files = [
        (&scene.letter, Canonical::of(&letter)?.to_bytes()),
        (&scene.technical, vec![1; 40_000]),
    ];
    let mut envelopes = Vec::new();
    for (part, plain) in files {
        let mut sealed = Vec::new();
        envelopes.push(people::seal(scene, bid_key, part, &plain, &mut sealed)?);
        let path = dir.join("sealed");
        std::fs::write(&path, sealed)?;
        session.procurement.upload(&path, "body", &mut |_| {})?;
    }
    let body = BidSubmitted {
        bid: bid.clone(),
        envelopes,
        revision: 1,
        rules: Hex(scene.rules),
        tender: scene.tender.clone(),
    };
    session.act(bid_key, stream, &body)?;
    Ok(())
}

fn phase(session: &Session, scene: &Scene) -> Result<String, Trouble> {
    let shown: Value = session
        .procurement
        .get(&format!("/api/tenders/{}", scene.tender))?;
    Ok(shown
        .pointer("/state/phase")
        .and_then(Value::as_str)
        .unwrap_or_default()
        .to_owned())
}

/// Waits until the tender is in one of the phases.
fn until(session: &Session, scene: &Scene, wanted: &[&str]) -> Result<(), Trouble> {
    let begun = now();
    loop {
        let found = phase(session, scene)?;
        if wanted.contains(&found.as_str()) {
            return Ok(());
        }
        if begun.elapsed() > Duration::from_mins(2) || found == "failed" {
            return Err(format!("the tender is {found} and not {wanted:?}").into());
        }
        std::thread::sleep(Duration::from_millis(50));
    }
}

/// Moves the clock beyond the deadline and opens; seconds from the last share to the opening record.
pub(super) fn open(session: &mut Session, scene: &Scene, clock: &Path) -> Result<f64, Trouble> {
    std::fs::write(clock, BEYOND.to_string())?;
    until(session, scene, &["sharing"])?;
    for seed in scene.seeds.iter().take(2) {
        let mut agent = Agent { session, seed };
        let answer = agent.asked_for(&scene.tender, &scene.stage)?;
        agent.give(&answer)?;
    }
    let begun = now();
    until(session, scene, &["recorded", "opened"])?;
    let opening = begun.elapsed().as_secs_f64();
    until(session, scene, &["opened"])?;
    Ok(opening)
}

struct Run {
    dossier: std::path::PathBuf,
    policy: std::path::PathBuf,
    opening: f64,
}

/// Runs the tender on a platform whose clock can be moved; blocking.
fn run(platform: &Platform, url: &str, bids: u32) -> Result<Run, Trouble> {
    let dir = platform.dir.path();
    let clock = dir.join("clock");
    std::fs::write(&clock, "0")?;
    cli::clock::follow(clock.clone());
    let scene = people::set(platform, url)?;
    let mut session = Session::connect(url, &dir.join("home"), None, false)?;
    for number in 1..=bids {
        hand_in(&mut session, &scene, dir, number)?;
    }
    let opening = open(&mut session, &scene, &clock)?;
    let dossier = dir.join("dossier.tar");
    session
        .procurement
        .download(&format!("/api/tenders/{}/dossier", scene.tender), &dossier)?;
    let policy = dir.join("policy.toml");
    let text = format!(
        "origin = \"{}\"\nlog_key = \"{}\"\n\n[[registrar]]\naccount = \"registry\"\nkey = \"{}\"\n",
        scene.origin,
        platform.log_key,
        Hex(platform.registrar.public().to_bytes())
    );
    std::fs::write(&policy, text)?;
    Ok(Run {
        dossier,
        policy,
        opening,
    })
}

/// Measures.
pub(crate) async fn bench(table: &mut Table, programs: &Path, quick: bool) -> Result<(), Trouble> {
    let bids = if quick { 20 } else { 200 };
    table.part(
        &format!("Verifying the dossier of a tender with {bids} bids"),
        "A tender run through the real API by real clients on a moved clock; each bid has a letter and a public \
         file. `kaibiao-verify` runs all of its checks on the dossier: log, signatures, lists, proofs of custodians, \
         every bid opened again.",
    );
    let verify = programs.join("kaibiao-verify");
    if !verify.exists() {
        table.not_run("kaibiao-verify", "it is not built");
        return Ok(());
    }
    let platform = Arc::new(Platform::with_clock(programs)?);
    let server = platform.start().await?;
    let (owner, url) = (platform.clone(), server.url());
    let done = tokio::task::spawn_blocking(move || run(&owner, &url, bids)).await??;
    #[expect(clippy::cast_precision_loss, reason = "a figure for people")]
    let megabytes = std::fs::metadata(&done.dossier)?.len() as f64 / 1e6;
    table.line(Line {
        what: "last share given to opening record".to_owned(),
        figure: format!("{:.2} s", done.opening),
        ..Line::default()
    });
    let spent = best(2, || {
        let mut command = Command::new(&verify);
        command.arg(&done.dossier).arg("--policy").arg(&done.policy);
        command
    });
    match spent {
        Ok(spent) => table.line(Line {
            what: format!("dossier of {megabytes:.0} MB verified"),
            figure: format!("{:.2} s", spent.wall),
            ratio: format!(
                "{:.2} s CPU, {:.1} ms CPU a bid",
                spent.cpu,
                spent.cpu * 1e3 / f64::from(bids)
            ),
            memory: format!("{:.0} MiB", spent.peak),
            aim: None,
        }),
        Err(why) => {
            let said = Command::new(&verify)
                .arg(&done.dossier)
                .arg("--policy")
                .arg(&done.policy)
                .output()?;
            let said = String::from_utf8_lossy(&said.stdout).into_owned();
            return Err(format!("{why}:\n{said}").into());
        }
    }
    Ok(())
}
