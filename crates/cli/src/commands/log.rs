//! The public log: its head, its entries.

use crate::failure::Failure;
use crate::machine::Machine;
use clap::Subcommand;
use serde_json::{Value, json};

/// What to look at.
#[derive(Subcommand)]
pub enum Log {
    /// Verify the head against the pinned key and the head kept before
    Head,
    /// Show an entry and what is public of it
    Entry {
        /// Position
        seq: u64,
    },
}

/// Does it.
pub fn run(machine: &Machine, command: &Log) -> Result<(), Failure> {
    let mut session = machine.connect()?;
    match command {
        Log::Head => {
            let seen = session.kept.observe(&session.procurement)?;
            machine.say(
                &format!(
                    "{} entries, root {}: signed and consistent with what was kept",
                    seen.size, seen.root
                ),
                &json!({ "size": seen.size, "root": seen.root }),
            );
            Ok(())
        }
        Log::Entry { seq } => {
            let shown: Value = session.procurement.get(&format!("/log/entry/{seq}"))?;
            machine.show(&shown)
        }
    }
}
