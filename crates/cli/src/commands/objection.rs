//! Objections (异议、质疑): raised by a bidder, answered by the buyer.
//!
//! Invariant: an objection is sent under a name that says nothing of its author.

use crate::commands::complaint::word;
use crate::entropy;
use crate::failure::Failure;
use crate::machine::Machine;
use crate::session::Zone;
use clap::Subcommand;
use facts::body::objection::{Against, ObjectionRaised, ObjectionReplied};
use facts::id::ObjectionId;
use facts::{Stream, TenderId};
use serde_json::Value;
use std::path::PathBuf;

/// Objections.
#[derive(Subcommand)]
pub enum Objection {
    /// Object to documents, process or result (提出异议、质疑)
    File {
        /// The tender
        tender: TenderId,
        /// `documents`, `process` or `result`
        #[arg(long, value_parser = word::<Against>)]
        against: Against,
        /// What you object to, without your name
        #[arg(long)]
        text: String,
        /// Your key file
        #[arg(long, value_name = "FILE")]
        key: PathBuf,
    },
    /// Answer one, for its buyer or agent (答复)
    Answer {
        /// The tender
        tender: TenderId,
        /// The objection
        objection: ObjectionId,
        /// The objection as it is made public, in words that betray nobody
        #[arg(long)]
        text: String,
        /// The answer
        #[arg(long)]
        reply: String,
        /// The objection is found right
        #[arg(long)]
        upheld: bool,
        /// Your key file
        #[arg(long, value_name = "FILE")]
        key: PathBuf,
    },
    /// Those of a tender for its buyer; your own for a bidder
    List {
        /// The tender
        tender: TenderId,
        /// Your key file
        #[arg(long, value_name = "FILE")]
        key: PathBuf,
    },
}

/// Does it.
pub fn run(machine: &Machine, command: Objection) -> Result<(), Failure> {
    match command {
        Objection::File {
            tender,
            against,
            text,
            key,
        } => {
            let name = entropy::name("objection");
            let objection = ObjectionId::parse(&name).map_err(|e| Failure::Input(e.to_string()))?;
            let body = ObjectionRaised {
                against,
                objection,
                tender: tender.clone(),
                text,
            };
            let key = machine.key(&key)?;
            let done = machine.connect()?.act(&key, Stream::Tender(tender), &body)?;
            let named = Some(("objection", name.as_str()));
            machine.done_as(&format!("objection {name} is raised"), &done, named);
        }
        Objection::Answer {
            tender,
            objection,
            text,
            reply,
            upheld,
            key,
        } => {
            let body = ObjectionReplied {
                objection: objection.clone(),
                reply,
                tender: tender.clone(),
                text,
                upheld,
            };
            let key = machine.key(&key)?;
            let done = machine.connect()?.act(&key, Stream::Tender(tender), &body)?;
            machine.done(&format!("objection {objection} is answered"), &done);
        }
        Objection::List { tender, key } => {
            let key = machine.key(&key)?;
            let mut session = machine.connect()?;
            session.sign_in(&key, Zone::Procurement)?;
            let path = format!("/api/tenders/{tender}/objections");
            let shown: Value = session.zone(Zone::Procurement).get(&path)?;
            return machine.show(&shown);
        }
    }
    Ok(())
}
