//! The supervisor's commands: orders that bind, the docket, the audit of the chain.

use crate::commands::report;
use crate::entropy;
use crate::failure::Failure;
use crate::machine::Machine;
use crate::session::Zone;
use clap::Subcommand;
use facts::body::supervision::{OrderReevaluated, OrderResumed, OrderSuspended, Panel};
use facts::id::OrderId;
use facts::{Stream, TenderId};
use serde_json::Value;
use std::path::PathBuf;

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
        Supervision::Audit { key } => (key, "/api/audit".to_owned()),
    };
    let key = machine.key(&key)?;
    let mut session = machine.connect()?;
    session.sign_in(&key, Zone::Supervision)?;
    let shown: Value = session.zone(Zone::Supervision).get(&path)?;
    machine.show(&shown)
}
