//! Draws of a tender: asking for one, looking at them.

use crate::failure::Failure;
use crate::machine::Machine;
use crate::session::Zone;
use clap::Subcommand;
use facts::body::draw::{DrawRequested, Subject};
use facts::id::{DrawId, PoolId};
use facts::{Stream, TenderId};
use serde_json::Value;
use std::path::PathBuf;

/// What to draw.
#[derive(Subcommand)]
pub enum Draw {
    /// Draw experts for seats of the panel (抽取评标专家)
    Experts {
        /// The tender
        tender: TenderId,
        /// Name of the draw; each name once
        #[arg(long)]
        draw: DrawId,
        /// The pool
        #[arg(long)]
        pool: PoolId,
        /// The draw whose order is used up and left seats empty: this one fills them from a wider pool
        #[arg(long)]
        after: Option<DrawId>,
        /// Seats to fill
        #[arg(long)]
        seats: u32,
        /// Trades, any of which the expert judges, e.g. A01
        #[arg(long = "speciality", required = true, value_delimiter = ',')]
        specialities: Vec<String>,
        /// Regions, any of which the expert serves
        #[arg(long = "region", value_delimiter = ',')]
        regions: Vec<String>,
        /// Organisations that advised the project
        #[arg(long = "consultant")]
        consultants: Vec<String>,
        /// Minutes a called expert has for an answer
        #[arg(long, default_value_t = 120)]
        minutes: u32,
        /// Your key file
        #[arg(long, value_name = "FILE")]
        key: PathBuf,
    },
    /// Draw the coefficients that the method leaves to a draw
    Coefficients {
        /// The tender
        tender: TenderId,
        /// Name of the draw
        #[arg(long)]
        draw: DrawId,
        /// Your key file
        #[arg(long, value_name = "FILE")]
        key: PathBuf,
    },
    /// Draw the order in which bids are taken that nothing else tells apart
    Order {
        /// The tender
        tender: TenderId,
        /// Name of the draw
        #[arg(long)]
        draw: DrawId,
        /// Your key file
        #[arg(long, value_name = "FILE")]
        key: PathBuf,
    },
    /// The draws of a tender, with the positions of their facts
    List {
        /// The tender
        tender: TenderId,
    },
}

/// Does it.
pub fn run(machine: &Machine, command: Draw) -> Result<(), Failure> {
    let (tender, draw, subject, key) = match command {
        Draw::Experts {
            tender,
            draw,
            pool,
            after,
            seats,
            specialities,
            regions,
            consultants,
            minutes,
            key,
        } => {
            let subject = Subject::Experts {
                after,
                answer_minutes: minutes,
                consultants,
                pool,
                regions,
                seats,
                specialities,
            };
            (tender, draw, subject, key)
        }
        Draw::Coefficients { tender, draw, key } => (tender, draw, Subject::Coefficients {}, key),
        Draw::Order { tender, draw, key } => (tender, draw, Subject::Order {}, key),
        Draw::List { tender } => {
            let path = format!("/api/evaluations/{tender}/draws");
            let shown: Value = machine.connect()?.zone(Zone::Evaluation).get(&path)?;
            return machine.show(&shown);
        }
    };
    let body = DrawRequested {
        draw,
        subject,
        tender: tender.clone(),
    };
    let key = machine.key(&key)?;
    let done = machine.connect()?.act(&key, Stream::Evaluation(tender), &body)?;
    machine.done("draw asked for; custodians answer it by themselves", &done);
    Ok(())
}
