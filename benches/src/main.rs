//! `kaibiao-bench`: the crash test and the benchmarks, run by `cargo xtask crash` and `cargo xtask bench`.
//!
//! Invariant: everything here speaks to real programs over real sockets and real files; nothing is mocked.

#![expect(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a program speaks on its terminal"
)]

mod act;
mod bench;
mod crash;
mod http;
mod people;
mod platform;

use clap::{Parser, Subcommand};
use std::path::PathBuf;
use std::process::ExitCode;

/// Anything that may go wrong, with its sentence.
pub(crate) type Trouble = Box<dyn std::error::Error + Send + Sync>;

/// Crash test and benchmarks
#[derive(Parser)]
#[command(name = "kaibiao-bench", version, about)]
struct Arguments {
    #[command(subcommand)]
    task: Task,
}

#[derive(Subcommand)]
enum Task {
    /// Kill the server at random points under load and check that no receipt is lost
    Crash(crash::Options),
    /// Measure speed and memory, beside limits and peers
    Bench(bench::Options),
    /// Seal or open one file, as one contender of the benchmark
    #[command(hide = true)]
    File {
        /// seal, open, ring-seal or ring-open
        what: String,
        /// The file to read
        from: PathBuf,
        /// The file to write
        to: PathBuf,
    },
    /// Verify a log from its bundles, as one contender of the benchmark
    #[command(hide = true)]
    Entries {
        /// The folder with the bundles
        dir: PathBuf,
        /// Number of entries
        size: u64,
        /// The root it must have
        root: String,
    },
}

fn main() -> ExitCode {
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => {
            eprintln!("the runtime did not start: {error}");
            return ExitCode::FAILURE;
        }
    };
    let done = match Arguments::parse().task {
        Task::Crash(options) => runtime.block_on(crash::run(&options)),
        Task::Bench(options) => runtime.block_on(bench::run(&options)),
        Task::File { what, from, to } => bench::file(&what, &from, &to).map(|()| String::new()),
        Task::Entries { dir, size, root } => bench::entries(&dir, size, &root).map(|()| String::new()),
    };
    match done {
        Ok(text) => {
            println!("{text}");
            ExitCode::SUCCESS
        }
        Err(trouble) => {
            eprintln!("{trouble}");
            ExitCode::FAILURE
        }
    }
}
