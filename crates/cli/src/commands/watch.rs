//! `kaibiao watch`: a monitor to run elsewhere than the platform. It follows the log, keeps checkpoints and public
//! facts, runs the rules of supervision over them, and cries out.
//!
//! Invariant: whatever does not check out ends the program with exit code 4 after the alarm is in the outbox; an alarm
//! that could not be delivered never hides what it was about, and is tried again. A platform that is away is waited
//! for, and told of once.

use crate::failure::Failure;
use crate::machine::Machine;
use crate::watch::hook::{self, Hook};
use crate::watch::mail::Post;
use crate::watch::monitor::Settings;
use crate::watch::outbox::Receiver;
use crate::watch::{Look, Monitor, Tell};
use clap::Args;
use facts::Hex;
use serde_json::json;
use std::path::PathBuf;
use std::time::Duration;

/// How to watch.
#[derive(Args)]
pub struct Watch {
    /// Folder for what was read, for the checkpoints (one a day, and the latest), and for alarms not delivered yet
    #[arg(long, value_name = "DIR")]
    keep: PathBuf,
    /// Other addresses of the same platform whose heads must be of the same log
    #[arg(long, value_name = "URL")]
    also: Vec<String>,
    /// Seconds between two looks
    #[arg(long, default_value_t = 60)]
    every: u64,
    /// Look once and end: 0 all well, 3 no answer or alarms not delivered, 4 something does not check out, 6 a red
    /// card is open
    #[arg(long)]
    once: bool,
    /// Looks in a row without an answer before that is an alarm
    #[arg(long, default_value_t = 10)]
    patience: u32,
    /// Public facts read before that are asked for again at every look, so that what was shown stays shown
    #[arg(long, value_name = "N", default_value_t = 64)]
    again: usize,
    /// From which colour on a card that was issued is told
    #[arg(long, value_enum, default_value = "red")]
    tell: Tell,
    /// Command run by sh on an alarm, with the alarm as JSON on its input
    #[arg(long, value_name = "COMMAND")]
    alarm: Option<String>,
    /// Address that is sent alarms as JSON, signed by Standard Webhooks
    #[arg(long, value_name = "URL")]
    webhook: Option<String>,
    /// File whose first line is the webhook's secret, `whsec_…` (otherwise `KAIBIAO_WATCH_SECRET`)
    #[arg(long, value_name = "FILE", requires = "webhook")]
    webhook_secret: Option<PathBuf>,
    /// Who gets alarms by mail
    #[arg(long, value_name = "ADDRESS", requires_all = ["mail_from", "smtp"])]
    mail_to: Vec<String>,
    /// Sender of the mail
    #[arg(long, value_name = "ADDRESS", requires = "mail_to")]
    mail_from: Option<String>,
    /// Mail server: `smtps://user@host:465`, or `smtp://host:587` with STARTTLS; in clear only on this machine
    #[arg(long, value_name = "URL", requires = "mail_to")]
    smtp: Option<String>,
    /// File whose first line is the mail server's password (otherwise `KAIBIAO_SMTP_PASSWORD`)
    #[arg(long, value_name = "FILE", requires = "smtp")]
    smtp_password: Option<PathBuf>,
    /// Certificates (PEM) of the authority of the webhook's host and the mail server, where it is a private one
    #[arg(long, value_name = "FILE")]
    ca: Option<PathBuf>,
}

impl Watch {
    fn receivers(&self) -> Result<Vec<Receiver>, Failure> {
        let ca = self.ca.as_deref();
        let mut receivers: Vec<Receiver> = self.alarm.clone().map(Receiver::Command).into_iter().collect();
        if let Some(url) = &self.webhook {
            let secret = hook::secret(self.webhook_secret.as_deref())?;
            receivers.push(Receiver::Hook(Hook::new(url, &secret, ca)?));
        }
        if let (Some(server), Some(from)) = (&self.smtp, &self.mail_from) {
            let post = Post::new(server, self.smtp_password.as_deref(), ca, from, &self.mail_to)?;
            receivers.push(Receiver::Mail(post));
        }
        Ok(receivers)
    }
}

/// Does it.
pub fn run(machine: &Machine, watch: &Watch) -> Result<(), Failure> {
    let settings = Settings {
        keep: watch.keep.clone(),
        also: watch.also.clone(),
        tell: watch.tell,
        again: watch.again,
    };
    let mut monitor = Monitor::open(settings, watch.receivers()?)?;
    let (mut unanswered, mut lacked) = (0_u32, None);
    loop {
        match monitor.look(machine) {
            Ok(look) => {
                unanswered = 0;
                if lacked != look.lacks {
                    lack(machine, look.lacks);
                    lacked = look.lacks;
                }
                if watch.once {
                    verdict(&look)?;
                }
                report(machine, &look);
            }
            Err(Failure::Network(why)) => {
                unanswered = unanswered.saturating_add(1);
                machine.note(&format!("waiting: {why}"));
                if watch.once || unanswered == watch.patience.max(1) {
                    monitor.away(machine, &why)?;
                }
                if watch.once {
                    return Err(Failure::Network(why));
                }
            }
            Err(failure) => {
                // What is wrong with the platform matters more than what is wrong with telling it.
                if let Err(untold) = monitor.broken(machine, &failure) {
                    machine.note(&untold.to_string());
                }
                return Err(failure);
            }
        }
        if watch.once {
            return Ok(());
        }
        std::thread::sleep(Duration::from_secs(watch.every.max(1)));
    }
}

fn lack(machine: &Machine, version: Option<Hex<32>>) {
    if let Some(version) = version {
        machine.note(&format!(
            "the rules of version {version} have checks that this program does not know: their cards are not judged; \
             a newer kaibiao may know them"
        ));
    }
}

fn report(machine: &Machine, look: &Look) {
    machine.say(
        &format!(
            "{} entries to {}, {} new: signed, chained, consistent, shown; {} faults of cards, {} red cards open; root {}",
            look.seen.size,
            look.latest,
            look.new,
            look.faults.len(),
            look.red.len(),
            look.seen.root
        ),
        &json!({
            "faults": look.faults,
            "lacks": look.lacks,
            "latest": look.latest,
            "new": look.new,
            "red": look.red,
            "root": look.seen.root,
            "size": look.seen.size,
            "waiting": look.waiting,
        }),
    );
}

/// What a single look amounts to: what is gravest counts.
fn verdict(look: &Look) -> Result<(), Failure> {
    if !look.faults.is_empty() {
        return Err(Failure::Check(look.faults.join("; ")));
    }
    if !look.red.is_empty() {
        return Err(Failure::RedCard(format!(
            "red cards are open: {}",
            look.red.join(", ")
        )));
    }
    if look.waiting > 0 {
        return Err(Failure::Network(format!(
            "{} messages were not taken and are kept",
            look.waiting
        )));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use facts::{Instant, Seen};

    #[test]
    fn the_gravest_counts() {
        let mut look = Look {
            at: Instant(0),
            seen: Seen {
                root: Hex([0; 32]),
                size: 1,
            },
            new: 0,
            latest: Instant(0),
            faults: Vec::new(),
            red: Vec::new(),
            lacks: Some(Hex([1; 32])),
            waiting: 0,
        };
        let code = |look: &Look| verdict(look).err().map_or(0, |failure| failure.exit_code());
        assert_eq!(code(&look), 0, "a version that is lacking is a remark");
        look.waiting = 1;
        assert_eq!(code(&look), 3);
        look.red.push("T1 A01 (entry 5)".to_owned());
        assert_eq!(code(&look), 6);
        look.faults.push("a card is missing".to_owned());
        assert_eq!(code(&look), 4);
    }
}
