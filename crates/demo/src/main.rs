//! `kaibiao-demo`: one whole tender, or real auctions, through the real HTTP API on a compressed clock.
//!
//! Invariant: nothing here reaches into the server; everybody acts as their own software would, with
//! the client library of `kaibiao`, and the verdict is that of `kaibiao-verify` on the dossier.

#![expect(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a demonstration speaks on its terminal"
)]
#![expect(
    clippy::needless_pass_by_value,
    reason = "failures are handed to map_err by value, there to become sentences"
)]

mod auctions;
mod bidding;
mod cast;
mod drawing;
mod evaluating;
mod farewell;
mod keys;
mod opening;
mod platform;
mod setting;
mod story;
mod tell;
mod tsuchiura;
mod verdict;

use clap::{Parser, ValueEnum};
use std::path::PathBuf;
use std::process::ExitCode;

/// A point at which the story may stop, with the server left running.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Until {
    /// Everybody is enrolled, there is no tender
    Enrolment,
    /// The notice stands, nobody has bid
    Bidding,
    /// The deadline has passed, the list is frozen
    Opening,
    /// Opened, nothing evaluated
    Evaluation,
    /// Awarded, nothing verified
    Award,
}

/// One whole tender from notice to award, verified by a stranger
#[derive(Parser)]
#[command(name = "cargo demo", version, about)]
struct Arguments {
    /// Stop the server at the end and return the verdict's exit code
    #[arg(long)]
    exit: bool,
    /// Stop the story at this point and leave the server running
    #[arg(long, value_enum, conflicts_with_all = ["auctions", "python"])]
    until: Option<Until>,
    /// Folder for the data and the dossiers (otherwise a temporary one)
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
    /// Use PostgreSQL: address of an administrator's database on a running server; a fresh database is made
    #[arg(long, value_name = "URL")]
    postgres: Option<String>,
    /// Run real auctions from this file of the Tsuchiura data instead
    #[arg(long, value_name = "CSV")]
    auctions: Option<PathBuf>,
    /// Number of auctions
    #[arg(long, default_value_t = 50)]
    count: usize,
    /// Verify with the independent Python verifier too
    #[arg(long)]
    python: bool,
    /// Folder with kaibiaod and kaibiao-verify (otherwise beside this program)
    #[arg(long, hide = true)]
    programs: Option<PathBuf>,
    /// Write the example keys into this folder and end
    #[arg(long, hide = true, value_name = "DIR")]
    make_keys: Option<PathBuf>,
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    if let Some(dir) = &arguments.make_keys {
        return match keys::make(dir) {
            Ok(()) => ExitCode::SUCCESS,
            Err(sentence) => fail(&sentence),
        };
    }
    match run(&arguments) {
        Ok(code) => code,
        Err(sentence) => fail(&sentence),
    }
}

fn fail(sentence: &str) -> ExitCode {
    eprintln!("{sentence}");
    ExitCode::from(3)
}

fn run(arguments: &Arguments) -> Result<ExitCode, String> {
    let setting = setting::Setting::prepare(
        arguments.out.as_deref(),
        arguments.programs.as_deref(),
        arguments.postgres.as_deref(),
    )?;
    let platform = platform::Platform::start(&setting)?;
    let clean = match &arguments.auctions {
        None => story::tell(&setting, &platform, arguments.until, arguments.python)?,
        Some(csv) => auctions::run(&setting, &platform, csv, arguments.count)?,
    };
    let code = if clean {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    };
    if arguments.exit {
        platform.stop();
        return Ok(code);
    }
    let company = if arguments.auctions.is_some() {
        farewell::Company::Auctions
    } else {
        farewell::Company::Story
    };
    let is_there = company == farewell::Company::Story && arguments.until != Some(Until::Enrolment);
    farewell::say(&setting, &platform, company, is_there.then_some(story::TENDER));
    platform.wait();
    Ok(code)
}
