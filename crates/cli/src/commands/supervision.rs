//! The supervisor's commands: the docket, the rules, confidential facts in an emergency, the audit of the chain.

use crate::commands::report;
use crate::entropy;
use crate::failure::Failure;
use crate::machine::Machine;
use crate::session::Zone;
use clap::Subcommand;
use facts::body::card::RulesAdopted;
use facts::body::supervision::{AccessGranted, AccessRequested};
use facts::calendar::{Date, start_of};
use facts::id::AccessId;
use facts::{AccountId, Canonical, Hex, Stream, TenderId};
use serde_json::Value;
use std::path::{Path, PathBuf};

/// Looking.
#[derive(Subcommand)]
pub enum Supervision {
    /// Every procedure with its phase
    Docket {
        /// One tender only
        tender: Option<TenderId>,
        /// Your key file
        #[arg(long, value_name = "FILE")]
        key: PathBuf,
    },
    /// The evaluation report (评标报告) as PDF, as soon as it is put together
    Report {
        /// The tender
        tender: TenderId,
        /// File to write
        #[arg(long, value_name = "FILE")]
        out: PathBuf,
        /// Your key file
        #[arg(long, value_name = "FILE")]
        key: PathBuf,
    },
    /// Adopt a version of the rules of supervision (采用监察规则): from then on their cards are issued
    Adopt {
        /// The rule file; it goes to the log whole
        rules: PathBuf,
        /// First day on which they are in force, YYYY-MM-DD; today if left out
        #[arg(long, value_name = "DATE")]
        from: Option<Date>,
        /// Your key file
        #[arg(long, value_name = "FILE")]
        key: PathBuf,
    },
    /// The cards that were issued, with their warnings and ends (亮牌)
    Cards {
        /// Only those of which this account was told
        #[arg(long)]
        told: Option<AccountId>,
        /// Your key file
        #[arg(long, value_name = "FILE")]
        key: PathBuf,
    },
    /// How far the members' scores are apart (打分偏离), from the reveal on
    Deviations {
        /// The tender
        tender: TenderId,
        /// Your key file
        #[arg(long, value_name = "FILE")]
        key: PathBuf,
    },
    /// Read confidential facts in an emergency, by two supervisors (应急查阅)
    #[command(subcommand)]
    Access(Access),
    /// Let the server verify the chain and say where it breaks (verify it yourself with kaibiao-verify)
    Audit {
        /// Your key file
        #[arg(long, value_name = "FILE")]
        key: PathBuf,
    },
}

/// Reading confidential facts in an emergency (应急查阅): two supervisors, and nobody alone.
#[derive(Subcommand)]
pub enum Access {
    /// Ask for facts by their positions; another supervisor has to grant it (申请)
    Request {
        /// The tender
        tender: TenderId,
        /// Positions of the facts, ascending
        #[arg(required = true)]
        seqs: Vec<u64>,
        /// The legal basis
        #[arg(long)]
        basis: String,
        /// Why nothing less will do
        #[arg(long)]
        reason: String,
        /// Your key file
        #[arg(long, value_name = "FILE")]
        key: PathBuf,
    },
    /// Grant what another supervisor asked for (批准)
    Grant {
        /// The tender
        tender: TenderId,
        /// The access
        access: AccessId,
        /// Why
        #[arg(long)]
        reason: String,
        /// Your key file
        #[arg(long, value_name = "FILE")]
        key: PathBuf,
    },
    /// Read what was granted; that you did is written into the log first (查阅)
    Read {
        /// The tender
        tender: TenderId,
        /// The access
        access: AccessId,
        /// Your key file
        #[arg(long, value_name = "FILE")]
        key: PathBuf,
    },
}

fn access(machine: &Machine, command: Access) -> Result<(), Failure> {
    match command {
        Access::Request {
            tender,
            seqs,
            basis,
            reason,
            key,
        } => {
            let access =
                AccessId::parse(&entropy::name("access")).map_err(|e| Failure::Input(e.to_string()))?;
            let key = machine.key(&key)?;
            let body = AccessRequested {
                access: access.clone(),
                basis,
                reason,
                seqs,
                tender: tender.clone(),
            };
            let done = machine.connect()?.act(&key, Stream::Supervision(tender), &body)?;
            let named = Some(("access", access.as_str()));
            machine.done_as(&format!("access {access} is asked for"), &done, named);
        }
        Access::Grant {
            tender,
            access,
            reason,
            key,
        } => {
            let key = machine.key(&key)?;
            let body = AccessGranted {
                access: access.clone(),
                reason,
                tender: tender.clone(),
            };
            let done = machine.connect()?.act(&key, Stream::Supervision(tender), &body)?;
            machine.done(&format!("access {access} is granted"), &done);
        }
        Access::Read { tender, access, key } => {
            let key = machine.key(&key)?;
            let mut session = machine.connect()?;
            session.sign_in(&key, Zone::Procurement)?;
            let path = format!("/api/access/{tender}/{access}");
            let shown: Value = session.zone(Zone::Procurement).get(&path)?;
            machine.show(&shown)?;
        }
    }
    Ok(())
}

/// Adopts a rule file that this machine has read; what is signed is its own digest.
fn adopt(machine: &Machine, rules: &Path, from: Option<Date>, key: &Path) -> Result<(), Failure> {
    let wrong = |why: &dyn std::fmt::Display| Failure::Input(format!("{}: {why}", rules.display()));
    let bytes = std::fs::read(rules).map_err(|why| wrong(&why))?;
    let file: Value = serde_json::from_slice(&bytes).map_err(|why| wrong(&why))?;
    let canonical = Canonical::of(&file).map_err(|why| wrong(&why))?;
    let version = Hex(ledger::hash::sha256(&canonical.to_bytes()));
    let key = machine.key(key)?;
    let mut session = machine.connect()?;
    session.sign_in(&key, Zone::Supervision)?;
    let path = match from {
        Some(day) => format!("/api/rules/adoption?from={}", start_of(day).0),
        None => "/api/rules/adoption".to_owned(),
    };
    let body: RulesAdopted = session.zone(Zone::Supervision).post_bytes(&path, &bytes)?;
    if body.file != file || body.version != version {
        return Err(Failure::Check(format!(
            "the platform answered with other rules than {}, of the version {}; nothing was signed",
            rules.display(),
            body.version
        )));
    }
    let done = session.act(&key, Stream::Rules, &body)?;
    machine.done(
        &format!("the rules of version {} are adopted", body.version),
        &done,
    );
    Ok(())
}

/// Looks.
pub fn run(machine: &Machine, command: Supervision) -> Result<(), Failure> {
    let (key, path) = match command {
        Supervision::Docket { tender: None, key } => (key, "/api/docket".to_owned()),
        Supervision::Docket {
            tender: Some(tender),
            key,
        } => (key, format!("/api/docket/{tender}")),
        Supervision::Report { tender, out, key } => {
            return report::run(machine, Zone::Supervision, &tender, &out, Some(&key));
        }
        Supervision::Adopt { rules, from, key } => return adopt(machine, &rules, from, &key),
        Supervision::Cards { told: None, key } => (key, "/api/cards/issued".to_owned()),
        Supervision::Cards {
            told: Some(told),
            key,
        } => (key, format!("/api/cards/issued?told={told}")),
        Supervision::Deviations { tender, key } => (key, format!("/api/docket/{tender}/deviations")),
        Supervision::Access(command) => return access(machine, command),
        Supervision::Audit { key } => (key, "/api/audit".to_owned()),
    };
    let key = machine.key(&key)?;
    let mut session = machine.connect()?;
    session.sign_in(&key, Zone::Supervision)?;
    let shown: Value = session.zone(Zone::Supervision).get(&path)?;
    machine.show(&shown)
}
