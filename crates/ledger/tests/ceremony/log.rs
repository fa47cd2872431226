//! A log in memory, and a ceremony that runs on it. Shared with the tests of the law of ceremonies.

use crate::ledger::ceremony::custodian::{Step, next_step};
use crate::ledger::ceremony::{Proven, Witnessed, check_certified};
use crate::ledger::{Chain, Checkpoint, Head, Linked, OpenedPayload, Tree, act};
use facts::body::ceremony::{CeremonyCalled, CeremonyCompleted, Member, Purpose};
use facts::{AccountId, Act, Body, Canonical, CeremonyId, Draft, Hex, Instant, Stream};
use rand_chacha::ChaCha20Rng;
use rand_chacha::rand_core::{RngCore, SeedableRng};
use seal::{CustodianSeed, SigningKey};

pub(crate) const ORIGIN: &str = "example.org/log2026";

#[derive(Clone)]
pub(crate) struct Log {
    pub(crate) chain: Chain,
    pub(crate) tree: Tree,
    pub(crate) rows: Vec<(Vec<u8>, OpenedPayload)>,
    pub(crate) rng: ChaCha20Rng,
    pub(crate) now: Instant,
}

impl Log {
    pub(crate) fn new(seed: u8) -> Self {
        Self {
            chain: Chain::resume(ORIGIN, Head::default()),
            tree: Tree::new(),
            rows: Vec::new(),
            rng: ChaCha20Rng::from_seed([seed; 32]),
            now: Instant(1_785_000_000_000),
        }
    }

    pub(crate) fn act<B: Body>(&mut self, stream: Stream, body: &B, key: &SigningKey) -> Act {
        let mut nonce = [0; 16];
        self.rng.fill_bytes(&mut nonce);
        let seen = self.chain.head().seen();
        act::sign(
            ORIGIN,
            stream,
            B::KIND,
            Canonical::of(body).unwrap(),
            nonce,
            seen,
            key,
        )
    }

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

    pub(crate) fn append(&mut self, draft: Draft) -> u64 {
        let linked: Linked = self.chain.extend(draft, self.now, &mut self.rng).unwrap();
        self.tree.push(linked.leaf);
        self.chain.set_root(self.tree.root());
        self.rows.push((linked.entry_bytes, linked.payload.opened(&[])));
        linked.entry.seq
    }

    pub(crate) fn checkpoint(&self) -> Checkpoint {
        let size = u64::try_from(self.rows.len()).unwrap();
        Checkpoint {
            origin: ORIGIN.to_owned(),
            size,
            root: self.tree.root(),
        }
    }

    pub(crate) fn proven(&self) -> Vec<Proven> {
        let checkpoint = self.checkpoint();
        let rows = (0_u64..).zip(&self.rows);
        rows.map(|(seq, (entry, payload))| {
            let proof = self.tree.fresh_proof(seq).unwrap();
            Proven::new(ORIGIN, &checkpoint, seq, entry, payload, &proof).unwrap()
        })
        .collect()
    }

    pub(crate) fn witnessed(&self, ceremony: &CeremonyId) -> Witnessed {
        Witnessed::new(ceremony, &self.proven()).unwrap()
    }
}

pub(crate) fn seeds(n: u8) -> Vec<CustodianSeed> {
    (1..=n).map(|i| CustodianSeed::from_bytes(&[i; 32])).collect()
}

pub(crate) fn ceremony(name: &str) -> CeremonyId {
    CeremonyId::parse(name).unwrap()
}

pub(crate) fn stream(name: &str) -> Stream {
    Stream::Ceremony(ceremony(name))
}

pub(crate) fn called(name: &str, seeds: &[CustodianSeed], k: u16, keys: u16, session: u8) -> CeremonyCalled {
    let members = (1_u16..).zip(seeds).map(|(index, seed)| Member {
        account: AccountId::parse(&format!("custodian-{index}")).unwrap(),
        index,
        point: Hex(seed.static_point().to_bytes()),
        signer: Hex(seed.signing_key().public().to_bytes()),
    });
    CeremonyCalled {
        ceremony: ceremony(name),
        k,
        keys,
        members: members.collect(),
        purpose: Purpose::Stock,
        session: Hex([session; 32]),
    }
}

pub(crate) fn caller() -> SigningKey {
    SigningKey::from_seed(&[200; 32])
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
