//! The custodian's commands: the agent that runs by itself, and its single steps.

use crate::clock;
use crate::custody::{Agent, Answer, Event};
use crate::failure::Failure;
use crate::keyring;
use crate::machine::Machine;
use clap::{Args, Subcommand, ValueEnum};
use facts::TenderId;
use facts::id::StageId;
use serde_json::json;
use std::io::IsTerminal;
use std::path::PathBuf;
use std::time::Duration;

/// What a custodian does.
#[derive(Subcommand)]
pub enum Custodian {
    /// Run on your own machine: takes part in ceremonies and readiness checks, and asks before giving shares
    Run {
        /// Your seed file
        #[arg(long, value_name = "FILE")]
        seed: PathBuf,
        /// Who decides on shares
        #[arg(long, value_enum, default_value = "ask")]
        shares: Approval,
        /// Seconds between two looks
        #[arg(long, default_value_t = 30)]
        every: u64,
        /// Look once and end
        #[arg(long)]
        once: bool,
    },
    /// Prove that your shares are alive, for today
    Prove {
        /// Your seed file
        #[arg(long, value_name = "FILE")]
        seed: PathBuf,
        /// Another date, YYYY-MM-DD
        #[arg(long)]
        date: Option<String>,
    },
}

/// Who decides that a share is given, after the machine has checked everything.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Approval {
    /// Ask the person at the terminal each time
    Ask,
    /// Give every share that passes all checks
    Checked,
    /// Never give shares by itself
    Never,
}

/// One share.
#[derive(Args)]
pub struct Share {
    /// The tender
    #[arg(long)]
    tender: TenderId,
    /// The stage
    #[arg(long)]
    stage: StageId,
    /// Your seed file
    #[arg(long, value_name = "FILE")]
    seed: PathBuf,
    /// Give it without asking again
    #[arg(long)]
    yes: bool,
}

/// Today's date in China Standard Time by this machine's clock.
#[must_use]
pub fn today() -> String {
    clock::now().to_string().chars().take(10).collect()
}

/// Does it.
pub fn run(machine: &Machine, command: Custodian) -> Result<(), Failure> {
    match command {
        Custodian::Run {
            seed,
            shares,
            every,
            once,
        } => {
            let seed = keyring::seed(&seed, &machine.global.passphrase)?;
            loop {
                match look(machine, &seed, shares) {
                    Ok(()) if once => return Ok(()),
                    Err(failure) if once => return Err(failure),
                    // A platform that is away comes back; a platform that lies does not become honest.
                    Err(Failure::Network(why)) => machine.note(&format!("waiting: {why}")),
                    Err(failure) => return Err(failure),
                    Ok(()) => {}
                }
                std::thread::sleep(Duration::from_secs(every.max(1)));
            }
        }
        Custodian::Prove { seed, date } => {
            let seed = keyring::seed(&seed, &machine.global.passphrase)?;
            let mut session = machine.connect()?;
            let events = Agent {
                session: &mut session,
                seed: &seed,
            }
            .readiness(&date.unwrap_or_else(today))?;
            for event in &events {
                tell(machine, event);
            }
            Ok(())
        }
    }
}

fn look(machine: &Machine, seed: &seal::custodian::CustodianSeed, approval: Approval) -> Result<(), Failure> {
    let mut session = machine.connect()?;
    let mut agent = Agent {
        session: &mut session,
        seed,
    };
    for event in agent.ceremonies()? {
        tell(machine, &event);
    }
    for event in agent.readiness(&today())? {
        tell(machine, &event);
    }
    for event in agent.draws()? {
        tell(machine, &event);
    }
    for answer in agent.asked()? {
        match answer {
            Ok(answer) if approves(machine, &answer, approval)? => {
                let event = agent.give(&answer)?;
                tell(machine, &event);
            }
            Ok(answer) => tell(
                machine,
                &Event::Asked {
                    tender: answer.body.tender,
                    stage: answer.body.stage,
                    envelopes: answer.envelopes,
                },
            ),
            Err(event) => tell(machine, &event),
        }
    }
    Ok(())
}

fn approves(machine: &Machine, answer: &Answer, approval: Approval) -> Result<bool, Failure> {
    match approval {
        Approval::Checked => Ok(true),
        Approval::Never => Ok(false),
        Approval::Ask => ask(machine, answer),
    }
}

fn ask(machine: &Machine, answer: &Answer) -> Result<bool, Failure> {
    machine.note(&format!(
        "{}, stage {}: {} envelopes on the settled list {}. The closing, the list, every header, signature and \
         bidder lock were checked against the log. Give your share? Type yes:",
        answer.body.tender, answer.body.stage, answer.envelopes, answer.body.list
    ));
    if !std::io::stdin().is_terminal() {
        return Ok(false);
    }
    let mut line = String::new();
    std::io::stdin()
        .read_line(&mut line)
        .map_err(|e| Failure::Input(format!("no answer: {e}")))?;
    Ok(line.trim() == "yes")
}

/// Gives one share.
pub fn share(machine: &Machine, share: &Share) -> Result<(), Failure> {
    let seed = keyring::seed(&share.seed, &machine.global.passphrase)?;
    let mut session = machine.connect()?;
    let mut agent = Agent {
        session: &mut session,
        seed: &seed,
    };
    let answer = agent.asked_for(&share.tender, &share.stage)?;
    if !share.yes && !ask(machine, &answer)? {
        return Err(Failure::Declined("no share was given".to_owned()));
    }
    let event = agent.give(&answer)?;
    tell(machine, &event);
    Ok(())
}

fn tell(machine: &Machine, event: &Event) {
    let (text, value) = match event {
        Event::Stepped { ceremony, what } => (
            format!("{ceremony}: {what} signed"),
            json!({ "event": "stepped", "ceremony": ceremony, "what": what }),
        ),
        Event::Proved { tender, date } => (
            format!("{tender}: share proved alive on {date}"),
            json!({ "event": "proved", "tender": tender, "date": date }),
        ),
        Event::Drew { tender, draw } => (
            format!("{tender}: contributed to the draw {draw}"),
            json!({ "event": "drew", "tender": tender, "draw": draw }),
        ),
        Event::Asked {
            tender,
            stage,
            envelopes,
        } => (
            format!("{tender}, stage {stage}: a share for {envelopes} envelopes waits for your approval"),
            json!({ "event": "asked", "tender": tender, "stage": stage, "envelopes": envelopes }),
        ),
        Event::Gave { tender, stage } => (
            format!("{tender}, stage {stage}: share given"),
            json!({ "event": "gave", "tender": tender, "stage": stage }),
        ),
        Event::Stopped { about, why } => (
            format!("STOPPED, {about}: {why}"),
            json!({ "event": "stopped", "about": about, "why": why }),
        ),
    };
    machine.say(&text, &value);
}
