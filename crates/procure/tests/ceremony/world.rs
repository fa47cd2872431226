//! A ceremony stream under its law, beside the log in which its facts land.

use crate::ledger::ceremony::custodian::{Step, next_step};
use crate::log::{Log, called, caller, ceremony, seeds, stream};
use desk::{Actor, KeyUse};
use facts::body::ceremony::{CeremonyCalled, CeremonyCompleted, CeremonyFailed};
use facts::{AccountId, Act, Body, Decider, Draft, Hex, Kind, Record, Refusal, Role, Stream};
use kaibiao_procure::ceremony::{Ceremonies, Command, Enrolled, Phase, State, front};
use seal::hash::sha256;
use seal::{CustodianSeed, SigningKey};
use std::collections::BTreeSet;

#[derive(Clone)]
pub(crate) struct World {
    pub(crate) log: Log,
    pub(crate) state: State,
    pub(crate) seeds: Vec<CustodianSeed>,
    pub(crate) name: String,
    pub(crate) records: Vec<Record>,
}

impl World {
    /// Nothing was called yet; `n` custodians are enrolled.
    pub(crate) fn new(n: u8) -> Self {
        Self {
            log: Log::new(21),
            state: State::default(),
            seeds: seeds(n),
            name: "K1".into(),
            records: Vec::new(),
        }
    }

    /// A ceremony of `n` custodians with threshold `k` was called.
    pub(crate) fn called(n: u8, k: u16, keys: u16) -> Self {
        let mut world = Self::new(n);
        let body = called("K1", &world.seeds, k, keys, 1);
        world.call(&body).unwrap();
        world
    }

    pub(crate) fn enrolled(&self) -> Vec<Enrolled> {
        let members = called("any", &self.seeds, 1, 1, 0).members.into_iter();
        members
            .map(|m| Enrolled {
                account: m.account,
                point: m.point,
                signer: m.signer,
            })
            .collect()
    }

    pub(crate) fn call(&mut self, body: &CeremonyCalled) -> Result<(), Refusal> {
        let act = self.log.act(stream(body.ceremony.as_str()), body, &caller());
        let buyer = actor("buyer", &caller(), Role::Buyer, KeyUse::Account);
        self.submit(buyer, act)
    }

    /// An act of custodian `index`.
    pub(crate) fn say<B: Body>(&mut self, index: usize, body: &B) -> Result<(), Refusal> {
        let key = self.seeds[index - 1].signing_key();
        let act = self.log.act(self.stream(), body, &key);
        self.submit(custodian(index, &key), act)
    }

    pub(crate) fn stream(&self) -> Stream {
        stream(&self.name)
    }

    pub(crate) fn submit(&mut self, by: Actor, act: Act) -> Result<(), Refusal> {
        let command = front::command(&self.state, by, act, self.log.now, self.enrolled())?;
        self.decide(command)
    }

    pub(crate) fn tick(&mut self) -> Result<(), Refusal> {
        self.decide(Command::Tick)
    }

    pub(crate) fn decide(&mut self, command: Command) -> Result<(), Refusal> {
        let drafts = Ceremonies::decide(&self.state, command, self.log.now)?;
        for draft in drafts {
            self.land(draft);
        }
        Ok(())
    }

    fn land(&mut self, draft: Draft) {
        let mut record = draft.record(0, self.log.now);
        record.seq = self.log.append(draft);
        Ceremonies::evolve(&mut self.state, &record);
        self.records.push(record);
    }

    pub(crate) fn next(&self, index: usize) -> Step {
        next_step(&self.seeds[index - 1], &self.log.witnessed(&ceremony(&self.name))).unwrap()
    }

    /// Honest software of custodian `index` takes its next step.
    pub(crate) fn step(&mut self, index: usize) -> Result<Step, Refusal> {
        let step = self.next(index);
        match &step {
            Step::Commit(body) => self.say(index, body)?,
            Step::Share(body) => self.say(index, body)?,
            Step::Complain(body) => self.say(index, body)?,
            Step::Answer(body) => self.say(index, body)?,
            Step::Certify(body) => self.say(index, body)?,
            Step::Wait(_) | Step::Done => {}
        }
        Ok(step)
    }

    /// Everybody takes one step.
    pub(crate) fn round(&mut self) {
        for index in 1..=self.seeds.len() {
            self.step(index).unwrap();
        }
    }

    pub(crate) fn phase(&self) -> Phase {
        self.state.phase().unwrap()
    }

    pub(crate) fn kinds(&self) -> Vec<Kind> {
        self.records.iter().map(|record| record.kind).collect()
    }

    pub(crate) fn failed(&self) -> CeremonyFailed {
        self.records.last().unwrap().of().unwrap()
    }

    pub(crate) fn completed(&self) -> CeremonyCompleted {
        self.records.last().unwrap().of().unwrap()
    }
}

pub(crate) fn custodian(index: usize, key: &SigningKey) -> Actor {
    actor(
        &format!("custodian-{index}"),
        key,
        Role::Custodian,
        KeyUse::Custody,
    )
}

pub(crate) fn actor(account: &str, key: &SigningKey, role: Role, means: KeyUse) -> Actor {
    Actor {
        account: Some(AccountId::parse(account).unwrap()),
        roles: BTreeSet::from([role]),
        key: Hex(sha256(&[key.public().as_bytes()])),
        means,
    }
}

/// The code of a refusal.
pub(crate) fn code(result: Result<(), Refusal>) -> String {
    result.unwrap_err().code.into_owned()
}
