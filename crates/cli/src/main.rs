//! `kaibiao`: every role's whole work from the command line.
//!
//! Exit codes: 0 done · 1 refused by the platform · 2 unusable input · 3 platform unreachable or
//! failing · 4 something the platform said does not check out · 5 a custodian declines ·
//! 6 a red card is open (`watch --once`).

use clap::Parser;
use kaibiao_cli::commands::{self, Command};
use kaibiao_cli::machine::{Global, Machine};
use std::process::ExitCode;

/// Sealed-bid tendering where nobody has to trust the operator (开标)
#[derive(Parser)]
#[command(name = "kaibiao", version, about, max_term_width = 100)]
struct Arguments {
    #[command(flatten)]
    global: Global,
    #[command(subcommand)]
    command: Command,
}

fn main() -> ExitCode {
    let Arguments { global, command } = Arguments::parse();
    let machine = Machine::new(global);
    match commands::run(&machine, command) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            machine.fail(&failure);
            ExitCode::from(failure.exit_code())
        }
    }
}
