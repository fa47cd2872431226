//! `cargo xtask crash`: builds the programs and hands over to `kaibiao-bench crash`.

use crate::run;
use clap::Args;
use std::process::ExitCode;

/// How to crash.
#[derive(Args)]
pub(crate) struct CrashArguments {
    /// Only eight rounds
    #[arg(long)]
    short: bool,
    /// How often the server is killed
    #[arg(long, default_value_t = 200)]
    rounds: u32,
    /// Administrator's database of a `PostgreSQL` server, or `start` for one of our own; without it, `SQLite`
    #[arg(long, value_name = "URL")]
    postgres: Option<String>,
}

/// Kills a real server at random points under load and checks that no receipt is lost.
pub(crate) fn crash(arguments: &CrashArguments) -> Result<ExitCode, String> {
    let programs = run::build(false)?;
    let rounds = if arguments.short { 8 } else { arguments.rounds };
    let mut crash = run::command(programs.join("kaibiao-bench"));
    crash
        .arg("crash")
        .arg("--programs")
        .arg(&programs)
        .args(["--rounds", &rounds.to_string()]);
    if let Some(url) = &arguments.postgres {
        crash.args(["--postgres", url]);
    }
    let status = crash
        .status()
        .map_err(|e| format!("kaibiao-bench could not be started: {e}"))?;
    Ok(if status.success() {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}
