//! The supervisor's orders (监督指令): stop, go on, explain, undo a step, move a deadline, evaluate again.
//!
//! Invariant: an order is a fact of the stream of supervision and nothing else; procurement obeys it by itself, or says
//! why it cannot.

use crate::clock;
use crate::entropy;
use crate::failure::Failure;
use crate::machine::Machine;
use clap::Subcommand;
use facts::body::supervision::{
    OrderExtended, OrderInquired, OrderReevaluated, OrderResumed, OrderSuspended, OrderVoided, Panel,
};
use facts::id::{ComplaintId, OrderId};
use facts::{Body, Instant, Outage, Stream, TenderId};
use std::path::{Path, PathBuf};

/// What every order says.
#[derive(clap::Args)]
pub struct Grounds {
    /// The tender
    tender: TenderId,
    /// The legal basis
    #[arg(long)]
    basis: String,
    /// Your key file
    #[arg(long, value_name = "FILE")]
    key: PathBuf,
}

/// Orders.
#[derive(Subcommand)]
pub enum Order {
    /// Stop a tender (暂停)
    Suspend {
        /// Which, on what ground, and whose key
        #[command(flatten)]
        grounds: Grounds,
        /// Why
        #[arg(long)]
        reason: String,
        /// The complaint for which it stops
        #[arg(long)]
        complaint: Option<ComplaintId>,
        /// When it ends by itself, RFC 3339; for a complaint in government procurement within thirty days (政府采购法57)
        #[arg(long, value_parser = clock::parse)]
        until: Option<Instant>,
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
    /// Have the buyer explain itself (责令说明)
    Inquire {
        /// Which, on what ground, and whose key
        #[command(flatten)]
        grounds: Grounds,
        /// What is to be explained
        #[arg(long)]
        question: String,
        /// Until when, RFC 3339
        #[arg(long, value_parser = clock::parse)]
        until: Instant,
        /// The complaint it belongs to
        #[arg(long)]
        complaint: Option<ComplaintId>,
    },
    /// Undo a step: a publicity of candidates, or a reply (责令撤销)
    Void {
        /// Which, on what ground, and whose key
        #[command(flatten)]
        grounds: Grounds,
        /// Position of the fact that is to count no more
        #[arg(long)]
        step: u64,
        /// Why
        #[arg(long)]
        reason: String,
    },
    /// Move the deadline for all, for a fault of the platform (责令顺延)
    Extend {
        /// Which, on what ground, and whose key
        #[command(flatten)]
        grounds: Grounds,
        /// The deadline from then on, RFC 3339
        #[arg(long, value_parser = clock::parse)]
        closes_at: Instant,
        /// Since when the platform was down, RFC 3339; required with --down-until where the deadline has passed
        #[arg(long, value_parser = clock::parse, requires = "down_until")]
        down_from: Option<Instant>,
        /// Until when the platform was down, RFC 3339
        #[arg(long, value_parser = clock::parse, requires = "down_from")]
        down_until: Option<Instant>,
        /// What failed, and when
        #[arg(long)]
        reason: String,
    },
    /// Have an evaluation done again (责令重新评标)
    Reevaluate {
        /// Which, on what ground, and whose key
        #[command(flatten)]
        grounds: Grounds,
        /// Why
        #[arg(long)]
        reason: String,
        /// By others than those who judged before; without it the panel stays
        #[arg(long)]
        new_panel: bool,
    },
}

/// Signs and sends one under its name.
fn give<B: Body>(
    machine: &Machine,
    key: &Path,
    tender: TenderId,
    order: &OrderId,
    body: &B,
) -> Result<(), Failure> {
    let key = machine.key(key)?;
    let done = machine.connect()?.act(&key, Stream::Supervision(tender), body)?;
    let named = Some(("order", order.as_str()));
    machine.done_as(&format!("order {order} is given"), &done, named);
    Ok(())
}

/// Gives an order.
pub fn run(machine: &Machine, command: Order) -> Result<(), Failure> {
    let order = OrderId::parse(&entropy::name("order")).map_err(|e| Failure::Input(e.to_string()))?;
    match command {
        Order::Suspend {
            grounds: Grounds { tender, basis, key },
            reason,
            complaint,
            until,
        } => {
            let body = OrderSuspended {
                basis,
                complaint,
                order: order.clone(),
                reason,
                tender: tender.clone(),
                until,
            };
            give(machine, &key, tender, &order, &body)
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
            Ok(())
        }
        Order::Inquire {
            grounds: Grounds { tender, basis, key },
            question,
            until,
            complaint,
        } => {
            let body = OrderInquired {
                basis,
                complaint,
                order: order.clone(),
                question,
                tender: tender.clone(),
                until,
            };
            give(machine, &key, tender, &order, &body)
        }
        Order::Void {
            grounds: Grounds { tender, basis, key },
            step,
            reason,
        } => {
            let body = OrderVoided {
                basis,
                order: order.clone(),
                reason,
                step,
                tender: tender.clone(),
            };
            give(machine, &key, tender, &order, &body)
        }
        Order::Extend {
            grounds: Grounds { tender, basis, key },
            closes_at,
            down_from,
            down_until,
            reason,
        } => {
            let body = OrderExtended {
                basis,
                closes_at,
                down: down_from
                    .zip(down_until)
                    .map(|(from, until)| Outage { from, until }),
                order: order.clone(),
                reason,
                tender: tender.clone(),
            };
            give(machine, &key, tender, &order, &body)
        }
        Order::Reevaluate {
            grounds: Grounds { tender, basis, key },
            reason,
            new_panel,
        } => {
            let body = OrderReevaluated {
                basis,
                order: order.clone(),
                panel: if new_panel { Panel::New } else { Panel::Same },
                reason,
                tender: tender.clone(),
            };
            give(machine, &key, tender, &order, &body)
        }
    }
}
