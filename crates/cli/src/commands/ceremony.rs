//! Calling a key ceremony, and watching it.

use crate::entropy;
use crate::failure::Failure;
use crate::machine::Machine;
use crate::session::Session;
use clap::{Args, Subcommand};
use facts::body::ceremony::{CeremonyCalled, Member, Purpose};
use facts::id::StageId;
use facts::{AccountId, CeremonyId, Hex, Stream, TenderId};
use serde_json::Value;
use std::path::PathBuf;

/// What to do with ceremonies.
#[derive(Subcommand)]
pub enum Ceremony {
    /// Call a ceremony for one stage of a tender, or for a stock of keys
    Call(Call),
    /// Show a ceremony
    Show {
        /// The ceremony
        ceremony: CeremonyId,
    },
    /// List ceremonies
    List,
}

/// A call.
#[derive(Args)]
pub struct Call {
    /// Name of the ceremony (made up if not given)
    #[arg(long)]
    ceremony: Option<CeremonyId>,
    /// The custodians' accounts, in order of their indices
    #[arg(long = "custodian", required = true, value_delimiter = ',')]
    custodians: Vec<AccountId>,
    /// Shares needed to open
    #[arg(long, default_value_t = 3)]
    k: u16,
    /// Number of keys, for a stock (密钥库存)
    #[arg(long, default_value_t = 1)]
    keys: u16,
    /// The tender, if the key is for one tender
    #[arg(long, requires = "stage")]
    tender: Option<TenderId>,
    /// The stage of that tender
    #[arg(long, requires = "tender")]
    stage: Option<StageId>,
    /// Key file of the buyer, agent or registrar who calls
    #[arg(long, value_name = "FILE")]
    key: PathBuf,
}

/// The body of a call, with the custodians' keys as the log proves them enrolled.
pub fn call_body(
    session: &mut Session,
    ceremony: CeremonyId,
    custodians: &[AccountId],
    k: u16,
    keys: u16,
    purpose: Purpose,
) -> Result<CeremonyCalled, Failure> {
    let mut members = Vec::with_capacity(custodians.len());
    for (index, account) in (1_u16..).zip(custodians) {
        let enrolled = session.enrolled(account)?;
        let custody = enrolled
            .custody
            .ok_or_else(|| Failure::Input(format!("{account} is not enrolled as a custodian")))?;
        members.push(Member {
            account: account.clone(),
            index,
            point: custody.point,
            signer: custody.signer,
        });
    }
    Ok(CeremonyCalled {
        ceremony,
        k,
        keys,
        members,
        purpose,
        session: Hex(entropy::bytes()),
    })
}

/// Does it.
pub fn run(machine: &Machine, command: Ceremony) -> Result<(), Failure> {
    match command {
        Ceremony::Call(call) => {
            let key = machine.key(&call.key)?;
            let mut session = machine.connect()?;
            let made =
                || CeremonyId::parse(&entropy::name("ceremony")).map_err(|e| Failure::Input(e.to_string()));
            let ceremony = call.ceremony.map_or_else(made, Ok)?;
            let purpose = match (call.tender, call.stage) {
                (Some(tender), Some(stage)) => Purpose::Tender { stage, tender },
                _ => Purpose::Stock,
            };
            let body = call_body(
                &mut session,
                ceremony.clone(),
                &call.custodians,
                call.k,
                call.keys,
                purpose,
            )?;
            let done = session.act(&key, Stream::Ceremony(ceremony.clone()), &body)?;
            machine.done(&format!("ceremony {ceremony} is called"), &done);
            Ok(())
        }
        Ceremony::Show { ceremony } => {
            let shown: Value = machine
                .connect()?
                .procurement
                .get(&format!("/api/ceremonies/{ceremony}"))?;
            machine.show(&shown)
        }
        Ceremony::List => {
            let shown: Value = machine.connect()?.procurement.get("/api/ceremonies")?;
            machine.show(&shown)
        }
    }
}
