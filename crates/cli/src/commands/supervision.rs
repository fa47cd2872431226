//! The supervisor's commands: orders that bind, the docket, the audit of the chain.

use crate::commands::report;
use crate::entropy;
use crate::failure::Failure;
use crate::machine::Machine;
use crate::session::Zone;
use clap::Subcommand;
use facts::body::card::RulesAdopted;
use facts::body::supervision::{OrderReevaluated, OrderResumed, OrderSuspended, Panel};
use facts::calendar::{Date, start_of};
use facts::id::OrderId;
use facts::{AccountId, Canonical, Hex, Stream, TenderId};
use serde_json::Value;
use std::path::{Path, PathBuf};

/// Orders.
#[derive(Subcommand)]
pub enum Order {
    /// Stop a tender (暂停)
    Suspend {
        /// The tender
        tender: TenderId,
        /// The legal basis
        #[arg(long)]
        basis: String,
        /// Why
        #[arg(long)]
        reason: String,
        /// Your key file
        #[arg(long, value_name = "FILE")]
        key: PathBuf,
    },
    /// Have an evaluation done again (责令重新评标)
    Reevaluate {
        /// The tender
        tender: TenderId,
        /// The legal basis
        #[arg(long)]
        basis: String,
        /// Why
        #[arg(long)]
        reason: String,
        /// By others than those who judged before; without it the panel stays
        #[arg(long)]
        new_panel: bool,
        /// Your key file
        #[arg(long, value_name = "FILE")]
        key: PathBuf,
    },
    /// Let a tender go on (恢复)
    Resume {
        /// The tender
        tender: TenderId,
        /// The order that ends
        order: OrderId,
        /// Why
        #[arg(long)]
        reason: String,
        /// Your key file
        #[arg(long, value_name = "FILE")]
        key: PathBuf,
    },
}

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
    /// Let the server verify the chain and say where it breaks (verify it yourself with kaibiao-verify)
    Audit {
        /// Your key file
        #[arg(long, value_name = "FILE")]
        key: PathBuf,
    },
}

/// Gives an order.
pub fn order(machine: &Machine, command: Order) -> Result<(), Failure> {
    match command {
        Order::Suspend {
            tender,
            basis,
            reason,
            key,
        } => {
            let order = OrderId::parse(&entropy::name("order")).map_err(|e| Failure::Input(e.to_string()))?;
            let key = machine.key(&key)?;
            let body = OrderSuspended {
                basis,
                order: order.clone(),
                reason,
                tender: tender.clone(),
            };
            let done = machine.connect()?.act(&key, Stream::Supervision(tender), &body)?;
            machine.done_as(
                &format!("order {order} is given"),
                &done,
                Some(("order", order.as_str())),
            );
        }
        Order::Reevaluate {
            tender,
            basis,
            reason,
            new_panel,
            key,
        } => {
            let order = OrderId::parse(&entropy::name("order")).map_err(|e| Failure::Input(e.to_string()))?;
            let key = machine.key(&key)?;
            let body = OrderReevaluated {
                basis,
                order: order.clone(),
                panel: if new_panel { Panel::New } else { Panel::Same },
                reason,
                tender: tender.clone(),
            };
            let done = machine.connect()?.act(&key, Stream::Supervision(tender), &body)?;
            machine.done_as(
                &format!("order {order} is given"),
                &done,
                Some(("order", order.as_str())),
            );
        }
        Order::Resume {
            tender,
            order,
            reason,
            key,
        } => {
            let key = machine.key(&key)?;
            let body = OrderResumed {
                order: order.clone(),
                reason,
                tender: tender.clone(),
            };
            let done = machine.connect()?.act(&key, Stream::Supervision(tender), &body)?;
            machine.done(&format!("order {order} ends"), &done);
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
        Supervision::Audit { key } => (key, "/api/audit".to_owned()),
    };
    let key = machine.key(&key)?;
    let mut session = machine.connect()?;
    session.sign_in(&key, Zone::Supervision)?;
    let shown: Value = session.zone(Zone::Supervision).get(&path)?;
    machine.show(&shown)
}
