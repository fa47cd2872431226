//! The front door of ceremonies: from an admitted act to a command, with everything checked that needs no secret.
//!
//! Invariant: a pure function of the state, the act and what the log says of the custodians named; it decides
//! nothing. A ceremony for hundreds of keys takes a second of arithmetic per message: call it off the async threads.

use super::law::Command;
use super::refusals as no;
use super::roster::Enrolled;
use super::state::State;
use crate::said::Said;
use desk::ledger::ceremony::{View, check_certified, check_committed, check_shared};
use desk::{Account, Actor};
use facts::body::ceremony::CeremonyCalled;
use facts::{AccountId, Act, Hex, Instant, Kind, Refusal, Role};

impl Enrolled {
    /// The custody keys of an account; `None` if it is no custodian, or one no more.
    #[must_use]
    pub fn of(account: &Account) -> Option<Self> {
        let custody = account.custody.as_ref().filter(|_| account.revoked.is_none())?;
        let is_custodian = account.roles.contains(&Role::Custodian);
        let (point, signer): (Hex<32>, Hex<32>) = (custody.point, custody.signer);
        is_custodian.then(|| Self {
            account: account.id.clone(),
            point,
            signer,
        })
    }
}

/// The accounts to look up before [`command`]: those that a call names; none for any other act.
#[must_use]
pub fn named(act: &Act) -> Vec<AccountId> {
    if act.kind != Kind::CeremonyCalled {
        return Vec::new();
    }
    let called = act.body.read::<CeremonyCalled>();
    called.map_or_else(
        |_| Vec::new(),
        |called| called.members.into_iter().map(|m| m.account).collect(),
    )
}

/// The command that an admitted act asks for. `known` are the enrolled keys of the accounts [`named`].
pub fn command(
    state: &State,
    actor: Actor,
    act: Act,
    arrived: Instant,
    known: Vec<Enrolled>,
) -> Result<Command, Refusal> {
    match act.kind {
        Kind::CeremonyCalled => Ok(Command::Call {
            said: Said::read(actor, act, arrived)?,
            known,
        }),
        Kind::CeremonyCommitted => {
            let said = Said::read(actor, act, arrived)?;
            let verdict = check_committed(view(state)?, &said.body);
            Ok(Command::Commit { said, verdict })
        }
        Kind::CeremonyShared => {
            let said = Said::read(actor, act, arrived)?;
            let verdict = check_shared(view(state)?, &said.body);
            Ok(Command::Share { said, verdict })
        }
        Kind::CeremonyComplained => Ok(Command::Complain(Said::read(actor, act, arrived)?)),
        Kind::CeremonyAnswered => Ok(Command::Answer(Said::read(actor, act, arrived)?)),
        Kind::CeremonyCertified => {
            let said = Said::read(actor, act, arrived)?;
            let verdict = check_certified(view(state)?, &said.body);
            Ok(Command::Certify { said, verdict })
        }
        other => Err(no::foreign(other)),
    }
}

fn view(state: &State) -> Result<&View, Refusal> {
    state.view().ok_or_else(no::unknown)
}
