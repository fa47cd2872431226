//! Any fact, from a JSON body: the way for scripts, and for what has no command of its own.

use crate::failure::Failure;
use crate::machine::Machine;
use clap::Args;
use facts::{Canonical, Kind, Stream};
use std::path::PathBuf;

/// Signs and sends a fact.
#[derive(Args)]
pub struct Act {
    /// Name of the fact, e.g. tender.noticed
    kind: String,
    /// Stream it belongs to, e.g. tender/T2026-001
    #[arg(long)]
    stream: String,
    /// JSON file with the body (- for standard input)
    #[arg(long, value_name = "FILE")]
    body: PathBuf,
    /// Key file that signs
    #[arg(long, value_name = "FILE")]
    key: PathBuf,
}

/// Does it.
pub fn run(machine: &Machine, act: &Act) -> Result<(), Failure> {
    let kind = Kind::parse(&act.kind).ok_or_else(|| {
        let names: Vec<_> = Kind::ALL.iter().map(|k| k.name()).collect();
        Failure::Input(format!(
            "{:?} is not the name of a fact; there are: {}",
            act.kind,
            names.join(", ")
        ))
    })?;
    let stream = Stream::parse(&act.stream).map_err(|e| Failure::Input(e.to_string()))?;
    let members = machine.read_json(&act.body)?;
    let body = Canonical::new(members).map_err(|e| Failure::Input(format!("{}: {e}", act.body.display())))?;
    let key = machine.key(&act.key)?;
    let done = machine.connect()?.act_raw(&key, stream, kind, body)?;
    machine.done(kind.name(), &done);
    Ok(())
}
