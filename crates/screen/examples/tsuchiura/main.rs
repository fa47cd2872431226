//! How the screens separate a ring of bidders from the rest: runs them over the sealed bids of Tsuchiura, 2007 to 2010
//! (replication data of Kawai, Nakabayashi, Ortner and Chassang on missing bids), and prints tables in Markdown.
//!
//! `cargo run --release -p kaibiao-screen --example tsuchiura -- auctions-2007-2010.csv`
//!
//! Invariant: prints figures only, no row of the data.

#![expect(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a program speaks on its terminal"
)]

// With its path, so that the test beside reads the modules below it from the same places.
#[path = "tables.rs"]
#[expect(
    clippy::arithmetic_side_effects,
    clippy::indexing_slicing,
    reason = "counts of a small table, and columns that were checked to be there"
)]
mod tables;

use std::process::ExitCode;

fn main() -> ExitCode {
    let Some(path) = std::env::args().nth(1) else {
        eprintln!("say where auctions-2007-2010.csv is");
        return ExitCode::FAILURE;
    };
    match tables::tables(&path) {
        Ok(tables) => {
            print!("{tables}");
            ExitCode::SUCCESS
        }
        Err(why) => {
            eprintln!("{path}: {why}");
            ExitCode::FAILURE
        }
    }
}
