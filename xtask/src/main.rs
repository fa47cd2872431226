//! Everything that is done with the source tree, in one place: `cargo xtask test`, `cargo demo`,
//! `cargo xtask bench`, `cargo xtask crash`.
//!
//! Invariant: every command does its own set-up, so that two commands suffice on a fresh machine.

#![expect(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a command line tool speaks on its terminal"
)]

mod bench;
mod browser;
mod crash;
mod demo;
mod packages;
mod run;
mod test;

use clap::{Parser, Subcommand};
use std::process::ExitCode;

/// Works on the Kaibiao source tree.
#[derive(Parser)]
#[command(version, about)]
struct Arguments {
    #[command(subcommand)]
    task: Task,
}

#[derive(Subcommand)]
enum Task {
    /// Run everything: format, lints, tests on SQLite and PostgreSQL, documents, a short crash test, the demo
    Test(test::TestArguments),
    /// Build the programs and run the demonstration (also: `cargo demo`)
    #[command(trailing_var_arg = true, disable_help_flag = true)]
    Demo {
        /// Arguments of the demonstration
        #[arg(allow_hyphen_values = true)]
        arguments: Vec<String>,
    },
    /// Measure speed and memory, as ratios to limits and peers from the same run
    Bench(bench::BenchArguments),
    /// Kill the server at random points under load and check that no receipt is lost
    Crash(crash::CrashArguments),
}

fn main() -> ExitCode {
    let done = match Arguments::parse().task {
        Task::Test(arguments) => test::test(&arguments),
        Task::Demo { arguments } => demo::demo(&arguments),
        Task::Bench(arguments) => bench::bench(&arguments),
        Task::Crash(arguments) => crash::crash(&arguments),
    };
    match done {
        Ok(code) => code,
        Err(sentence) => {
            eprintln!("{sentence}");
            ExitCode::FAILURE
        }
    }
}
