//! `kaibiao watch`: a monitor to run elsewhere than the platform. It follows the log, keeps checkpoints, and cries out.
//!
//! Invariant: whatever does not check out ends the program with exit code 4 after the alarm was raised; an alarm that
//! could not be delivered never hides what it was about. A platform that is away is waited for, and told of once.

use crate::clock;
use crate::failure::{self, Failure};
use crate::http::Http;
use crate::machine::Machine;
use crate::watch::{Watched, bundles};
use clap::Args;
use facts::Seen;
use serde_json::{Value, json};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

/// How to watch.
#[derive(Args)]
pub struct Watch {
    /// Folder for what was read and for the checkpoints: one a day, and the latest
    #[arg(long, value_name = "DIR")]
    keep: PathBuf,
    /// Other addresses of the same platform whose heads must be of the same log
    #[arg(long, value_name = "URL")]
    also: Vec<String>,
    /// Seconds between two looks
    #[arg(long, default_value_t = 60)]
    every: u64,
    /// Look once and end
    #[arg(long)]
    once: bool,
    /// Looks in a row without an answer before that is an alarm
    #[arg(long, default_value_t = 10)]
    patience: u32,
    /// Command run by sh on an alarm, with the alarm as JSON on its input, e.g. one that sends mail
    #[arg(long, value_name = "COMMAND")]
    alarm: Option<String>,
    /// Address that is sent an alarm as JSON
    #[arg(long, value_name = "URL")]
    webhook: Option<String>,
}

/// Does it.
pub fn run(machine: &Machine, watch: &Watch) -> Result<(), Failure> {
    std::fs::create_dir_all(&watch.keep).map_err(failure::file(&watch.keep))?;
    let mut unanswered = 0_u32;
    loop {
        match look(machine, watch) {
            Ok((seen, new)) => {
                unanswered = 0;
                machine.say(
                    &format!(
                        "{} entries, {new} new: signed, chained, consistent; root {}",
                        seen.size, seen.root
                    ),
                    &json!({ "new": new, "root": seen.root, "size": seen.size }),
                );
            }
            Err(Failure::Network(why)) => {
                unanswered = unanswered.saturating_add(1);
                machine.note(&format!("waiting: {why}"));
                if watch.once || unanswered == watch.patience.max(1) {
                    raise(machine, watch, "network", &why);
                }
                if watch.once {
                    return Err(Failure::Network(why));
                }
            }
            Err(failure) => {
                raise(machine, watch, failure.word(), &failure.to_string());
                return Err(failure);
            }
        }
        if watch.once {
            return Ok(());
        }
        std::thread::sleep(Duration::from_secs(watch.every.max(1)));
    }
}

/// One look: head, consistency, every new entry, the other addresses.
fn look(machine: &Machine, watch: &Watch) -> Result<(Seen, u64), Failure> {
    let mut session = machine.connect()?;
    let origin = session.origin().to_owned();
    let mut watched = Watched::read(&watch.keep, &origin)?;
    let note = session.procurement.get_text("/log/checkpoint")?;
    let head = session.kept.verify(&note)?;
    session.kept.follow(&session.procurement, head)?;
    let new = watched.follow(head, bundles(&session.procurement))?;
    for address in &watch.also {
        let other = Http::new(address, false);
        let shown = session.kept.verify(&other.get_text("/log/checkpoint")?)?;
        session.kept.follow(&other, shown)?;
    }
    keep(&watch.keep, &note)?;
    watched.write(&watch.keep)?;
    Ok((head, new))
}

/// Keeps a checkpoint as the latest, and as the day's if it is the first of the day.
fn keep(folder: &Path, note: &str) -> Result<(), Failure> {
    let day: String = clock::now().to_string().chars().take(10).collect();
    let (first, latest) = (folder.join(format!("{day}.note")), folder.join("latest.note"));
    if !first.exists() {
        std::fs::write(&first, note).map_err(failure::file(&first))?;
    }
    std::fs::write(&latest, note).map_err(failure::file(&latest))
}

fn raise(machine: &Machine, watch: &Watch, kind: &str, sentence: &str) {
    let alarm = json!({
        "alarm": kind,
        "at": clock::now(),
        "platform": machine.global.server,
        "sentence": sentence,
    });
    if let Some(command) = &watch.alarm
        && let Err(why) = hand_over(command, &alarm)
    {
        machine.note(&format!("the alarm command did not take the alarm: {why}"));
    }
    if let Some(url) = &watch.webhook
        && let Err(why) = Http::new(url, false).notify(&alarm)
    {
        machine.note(&format!("the alarm was not delivered: {why}"));
    }
}

fn hand_over(command: &str, alarm: &Value) -> Result<(), std::io::Error> {
    let mut child = Command::new("sh")
        .arg("-c")
        .arg(command)
        .stdin(Stdio::piped())
        .spawn()?;
    if let Some(mut input) = child.stdin.take() {
        writeln!(input, "{alarm}")?;
    }
    let status = child.wait()?;
    if status.success() {
        return Ok(());
    }
    Err(std::io::Error::other(format!("it ended with {status}")))
}
