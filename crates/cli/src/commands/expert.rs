//! Expert pools for their registrar, and calls for the experts.

use crate::failure::Failure;
use crate::machine::Machine;
use crate::session::Zone;
use clap::Subcommand;
use facts::body::draw::CallAnswered;
use facts::body::pool::{ExpertListed, ExpertReinstated, ExpertSuspended};
use facts::id::{DrawId, PoolId};
use facts::{AccountId, Instant, Stream, TenderId};
use serde_json::Value;
use std::path::PathBuf;

/// What to do with a pool, or with a call.
#[derive(Subcommand)]
pub enum Expert {
    /// Take experts into a pool, or write entries anew (专家入库); registrars
    Add {
        /// JSON file with one entry or a list of entries (- for standard input)
        #[arg(value_name = "FILE")]
        entries: PathBuf,
        /// Your key file
        #[arg(long, value_name = "FILE")]
        key: PathBuf,
    },
    /// Suspend an expert for a time, or for good
    Suspend {
        /// The expert's account
        account: AccountId,
        /// The pool
        #[arg(long)]
        pool: PoolId,
        /// Why
        #[arg(long)]
        reason: String,
        /// From when, RFC 3339; now if absent
        #[arg(long, value_parser = crate::clock::parse)]
        from: Option<Instant>,
        /// Until when; for good if absent
        #[arg(long, value_parser = crate::clock::parse)]
        until: Option<Instant>,
        /// Your key file
        #[arg(long, value_name = "FILE")]
        key: PathBuf,
    },
    /// Lift a suspension
    Reinstate {
        /// The expert's account
        account: AccountId,
        /// The pool
        #[arg(long)]
        pool: PoolId,
        /// Why
        #[arg(long)]
        reason: String,
        /// Your key file
        #[arg(long, value_name = "FILE")]
        key: PathBuf,
    },
    /// The experts of a pool; registrars
    List {
        /// The pool
        #[arg(long)]
        pool: PoolId,
        /// Your key file
        #[arg(long, value_name = "FILE")]
        key: PathBuf,
    },
    /// Your calls to the panel of a tender
    Calls {
        /// The tender
        tender: TenderId,
        /// Your key file
        #[arg(long, value_name = "FILE")]
        key: PathBuf,
    },
    /// Accept a call, or decline it with a reason
    Answer {
        /// The tender
        tender: TenderId,
        /// The draw
        #[arg(long)]
        draw: DrawId,
        /// Place in the call order, as `calls` shows it
        #[arg(long)]
        place: u32,
        /// Why you cannot come; without it you accept
        #[arg(long)]
        decline: Option<String>,
        /// Your key file
        #[arg(long, value_name = "FILE")]
        key: PathBuf,
    },
}

/// Does it.
pub fn run(machine: &Machine, command: Expert) -> Result<(), Failure> {
    match command {
        Expert::Add { entries, key } => add(machine, &entries, &key),
        Expert::Suspend {
            account,
            pool,
            reason,
            from,
            until,
            key,
        } => {
            let body = ExpertSuspended {
                account,
                from: from.unwrap_or_else(crate::clock::now),
                pool: pool.clone(),
                reason,
                until,
            };
            let key = machine.key(&key)?;
            let done = machine.connect()?.act(&key, Stream::Pool(pool), &body)?;
            machine.done("expert suspended", &done);
            Ok(())
        }
        Expert::Reinstate {
            account,
            pool,
            reason,
            key,
        } => {
            let body = ExpertReinstated {
                account,
                pool: pool.clone(),
                reason,
            };
            let key = machine.key(&key)?;
            let done = machine.connect()?.act(&key, Stream::Pool(pool), &body)?;
            machine.done("suspension lifted", &done);
            Ok(())
        }
        Expert::List { pool, key } => shown(machine, &key, &format!("/api/pools/{pool}")),
        Expert::Calls { tender, key } => shown(machine, &key, &format!("/api/evaluations/{tender}/calls")),
        Expert::Answer {
            tender,
            draw,
            place,
            decline,
            key,
        } => {
            let body = CallAnswered {
                accept: decline.is_none(),
                draw,
                place,
                reason: decline.unwrap_or_default(),
                tender: tender.clone(),
            };
            let key = machine.key(&key)?;
            let done = machine.connect()?.act(&key, Stream::Evaluation(tender), &body)?;
            machine.done("call answered", &done);
            Ok(())
        }
    }
}

fn add(machine: &Machine, entries: &std::path::Path, key: &std::path::Path) -> Result<(), Failure> {
    let entries: Value = machine.read_json(entries)?;
    let entries = match entries {
        Value::Array(list) => list,
        one => vec![one],
    };
    let mut bodies: Vec<ExpertListed> = Vec::with_capacity(entries.len());
    for (number, entry) in (1_usize..).zip(entries) {
        let body =
            serde_json::from_value(entry).map_err(|e| Failure::Input(format!("entry {number}: {e}")))?;
        bodies.push(body);
    }
    let key = machine.key(key)?;
    let mut session = machine.connect()?;
    for body in bodies {
        let done = session.act(&key, Stream::Pool(body.pool.clone()), &body)?;
        machine.done(&format!("{} listed", body.account), &done);
    }
    Ok(())
}

fn shown(machine: &Machine, key: &std::path::Path, path: &str) -> Result<(), Failure> {
    let key = machine.key(key)?;
    let mut session = machine.connect()?;
    session.sign_in(&key, Zone::Evaluation)?;
    let shown: Value = session.zone(Zone::Evaluation).get(path)?;
    machine.show(&shown)
}
