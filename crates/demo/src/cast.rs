//! The people of a demonstration, each with their own keys, machine folder and session.

use crate::keys;
use crate::setting::Setting;
use cli::commands::account::enrolment;
use cli::{Failure, Session, Zone};
use facts::{AccountId, Role, Stream};
use seal::SigningKey;
use seal::custodian::CustodianSeed;
use std::path::PathBuf;

/// One person.
pub(crate) struct Person {
    /// Their account.
    pub account: AccountId,
    /// Their key.
    pub key: SigningKey,
    /// Their connection, with what their machine remembers of the platform.
    pub session: Session,
    /// Their machine's folder.
    pub home: PathBuf,
}

/// What a failed step is told as.
pub(crate) fn told(failure: Failure) -> String {
    failure.to_string()
}

impl Person {
    /// A person with a key of their own choice.
    pub(crate) fn with_key(
        setting: &Setting,
        server: &str,
        account: &str,
        key: SigningKey,
    ) -> Result<Self, String> {
        let home = setting.dir.join("machines").join(account);
        std::fs::create_dir_all(&home).map_err(|e| e.to_string())?;
        let session = Session::connect(server, &home, None, false).map_err(told)?;
        let account = AccountId::parse(account).map_err(|e| e.to_string())?;
        Ok(Self {
            account,
            key,
            session,
            home,
        })
    }

    /// A person with an example key; `name` is the key's name.
    pub(crate) fn with_example_key(
        setting: &Setting,
        server: &str,
        account: &str,
        name: &str,
    ) -> Result<Self, String> {
        Self::with_key(setting, server, account, keys::key(&setting.keys, name)?)
    }

    /// Signs in to a zone.
    pub(crate) fn sign_in(&mut self, zone: Zone) -> Result<(), String> {
        self.session.sign_in(&self.key, zone).map(drop).map_err(told)
    }

    /// Enrols another person, as a registrar.
    pub(crate) fn enrol(
        &mut self,
        other: &Self,
        name: &str,
        role: Role,
        seed: Option<&CustodianSeed>,
    ) -> Result<(), String> {
        let names = [name, "", ""];
        let origin = self.session.origin().to_owned();
        let body = enrolment(&origin, &other.account, names, vec![role], &other.key, seed);
        self.session
            .act(&self.key, Stream::Account(other.account.clone()), &body)
            .map(drop)
            .map_err(told)
    }
}

/// A custodian with the seed.
pub(crate) struct Custodian {
    /// The person.
    pub person: Person,
    /// The only secret.
    pub seed: CustodianSeed,
}

impl Custodian {
    /// Example custodian number `n`.
    pub(crate) fn example(setting: &Setting, server: &str, n: usize) -> Result<Self, String> {
        let name = format!("custodian-{n}");
        let person = Person::with_example_key(setting, server, &name, &name)?;
        let seed = keys::seed(&setting.keys, &format!("custodian-{n}-seed"))?;
        Ok(Self { person, seed })
    }

    /// The agent on the custodian's machine.
    pub(crate) fn agent(&mut self) -> cli::custody::Agent<'_> {
        cli::custody::Agent {
            session: &mut self.person.session,
            seed: &self.seed,
        }
    }
}

/// The custodians of a demonstration take every step of every ceremony until nobody's turn is left.
pub(crate) fn hold_ceremonies(custodians: &mut [Custodian]) -> Result<usize, String> {
    let mut steps = 0_usize;
    for _ in 0..50 {
        let mut moved = false;
        for custodian in custodians.iter_mut() {
            let events = custodian.agent().ceremonies().map_err(told)?;
            for event in &events {
                if let cli::custody::Event::Stopped { about, why } = event {
                    return Err(format!("{}: {about}: {why}", custodian.person.account));
                }
            }
            steps = steps.saturating_add(events.len());
            moved |= !events.is_empty();
        }
        if !moved {
            return Ok(steps);
        }
    }
    Err("the ceremonies do not come to an end".to_owned())
}
