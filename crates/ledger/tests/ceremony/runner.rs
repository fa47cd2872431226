//! A ceremony that runs on the log by itself: honest custodians, and a platform that follows no law.

use crate::ledger::ceremony::custodian::{Step, next_step};
use crate::ledger::ceremony::{Witnessed, check_certified};
use crate::log::{Log, called, caller, ceremony, stream};
use facts::body::ceremony::CeremonyCompleted;
use facts::{Body, Draft, Stream};
use seal::{CustodianSeed, SigningKey};

impl Log {
    /// A person's fact; returns its position.
    pub(crate) fn say<B: Body>(&mut self, stream: Stream, body: &B, key: &SigningKey) -> u64 {
        let act = self.act(stream, body, key);
        let now = self.now;
        self.append(Draft::acted(act, Some(now)))
    }

    /// A fact of the platform; returns its position.
    pub(crate) fn platform<B: Body>(&mut self, stream: Stream, body: &B) -> u64 {
        self.append(Draft::platform(stream, body).unwrap())
    }
}

/// Lets a custodian take the next step, if it is the custodian's turn.
pub(crate) fn step(log: &mut Log, seed: &CustodianSeed, name: &str) -> Step {
    let witnessed = log.witnessed(&ceremony(name));
    let step = next_step(seed, &witnessed).unwrap();
    let (key, stream) = (seed.signing_key(), stream(name));
    match &step {
        Step::Commit(body) => drop(log.say(stream, body, &key)),
        Step::Share(body) => drop(log.say(stream, body, &key)),
        Step::Complain(body) => drop(log.say(stream, body, &key)),
        Step::Answer(body) => drop(log.say(stream, body, &key)),
        Step::Certify(body) => {
            log.say(stream.clone(), body, &key);
            let view = log.witnessed(&ceremony(name)).view().clone();
            if view.all_certified() {
                let keys = check_certified(&view, body).unwrap();
                log.platform(
                    stream,
                    &CeremonyCompleted {
                        ceremony: ceremony(name),
                        keys,
                    },
                );
            }
        }
        Step::Wait(_) | Step::Done => {}
    }
    step
}

/// A whole ceremony of honest custodians.
pub(crate) fn run(
    log: &mut Log,
    seeds: &[CustodianSeed],
    name: &str,
    k: u16,
    keys: u16,
    session: u8,
) -> Witnessed {
    let body = called(name, seeds, k, keys, session);
    log.say(stream(name), &body, &caller());
    for _ in 0..3 {
        for seed in seeds {
            step(log, seed, name);
        }
    }
    log.witnessed(&ceremony(name))
}
