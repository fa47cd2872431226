//! Custodians with shares of a key from a trusted dealer.

use super::{Bidder, World, ceremony, id, tender};
use curve25519_dalek::scalar::Scalar;
use desk::Actor;
use desk::account::fingerprint;
use desk::actor::KeyUse;
use facts::body::ceremony::{KeyProved, Member, Purpose, StageKey};
use facts::body::opening::ShareGiven;
use facts::id::StageId;
use facts::{Hex, Role};
use kaibiao_procure::front::{check_beat, check_share};
use kaibiao_procure::opening::{Bidder as Known, Outcome, assemble, plan, unseal};
use kaibiao_procure::{Command, KeyCard, OpenedStage};
use rand_chacha::ChaCha20Rng;
use rand_core::RngCore;
use seal::heartbeat::Beat;
use seal::{Header, SecretScalar, SigningKey, Suite, Target, partial_open};
use std::collections::{BTreeMap, BTreeSet};

/// One key and its custodians.
pub(crate) struct Dealt {
    pub(crate) card: KeyCard,
    pub(crate) shares: Vec<SecretScalar>,
}

impl Dealt {
    /// Deals a k-of-n key.
    pub(crate) fn new(k: u16, n: u16, slot: u16, rng: &mut ChaCha20Rng) -> Self {
        let mut wide = [0; 64];
        let mut coefficients = Vec::new();
        for _ in 0..k {
            rng.fill_bytes(&mut wide);
            coefficients.push(Scalar::from_bytes_mod_order_wide(&wide));
        }
        let at = |x: u16| {
            let x = Scalar::from(x);
            coefficients
                .iter()
                .rev()
                .fold(Scalar::ZERO, |sum, coefficient| sum * x + coefficient)
        };
        let secret = |scalar: Scalar| SecretScalar::parse(&scalar.to_bytes()).unwrap();
        let shares: Vec<_> = (1..=n).map(|index| secret(at(index))).collect();
        let signers: Vec<_> = (1..=n).map(|_| SigningKey::generate(rng)).collect();
        let public = secret(at(0)).public();
        let member = |index: u16| Member {
            account: id(&format!("custodian-{index}")),
            index,
            point: Hex(public.to_bytes()),
            signer: Hex(signers[usize::from(index) - 1].public().to_bytes()),
        };
        let key = StageKey {
            key_id: Hex(seal::hash::sha256(&[b"certificate", public.as_bytes()])),
            public: Hex(public.to_bytes()),
            shares: shares
                .iter()
                .map(|share| Hex(share.public().to_bytes()))
                .collect(),
        };
        let members = (1..=n).map(member).collect();
        let card = KeyCard {
            ceremony: ceremony(),
            slot,
            purpose: Purpose::Stock,
            key,
            k,
            members,
        };
        Self { card, shares }
    }

    pub(crate) fn custodian(&self, index: u16) -> Actor {
        let member = self.card.member(index).unwrap();
        Actor {
            account: Some(member.account.clone()),
            roles: BTreeSet::from([Role::Custodian]),
            key: fingerprint(&member.signer),
            means: KeyUse::Custody,
        }
    }
}

impl World {
    /// A custodian's true batch for the settled list.
    pub(crate) fn batch(&mut self, stage: &StageId, index: u16) -> ShareGiven {
        let (settled, _) = self.state.openings[stage].settled.clone().unwrap();
        let dealt = &self.keys[stage];
        let y = dealt.card.public().unwrap();
        let mut partials = Vec::new();
        for submission in &settled.submissions {
            let (bid, body, envelope) = self
                .state
                .bids
                .values()
                .find_map(|bid| {
                    bid.held().find_map(|held| {
                        let mut own = held.body.envelopes.iter();
                        let envelope = own.find(|known| known.submission == *submission)?;
                        Some((bid, &held.body, envelope))
                    })
                })
                .unwrap();
            let label = self.state.label(bid, body, envelope).unwrap();
            let header = Header::parse(envelope.header.bytes()).unwrap();
            let target = Target {
                suite: Suite::Tree64k,
                y: &y,
                label_digest: &label.digest(Suite::Tree64k),
                body_digest: envelope.body_digest.bytes(),
                header: &header,
            };
            let share = &dealt.shares[usize::from(index) - 1];
            let partial = partial_open(&target, index, share, &mut self.rng).unwrap();
            partials.push(Hex(partial.to_bytes()));
        }
        ShareGiven {
            index,
            list: settled.list,
            partials,
            stage: stage.clone(),
            tender: tender(),
        }
    }

    /// A true batch as a command.
    pub(crate) fn share(&mut self, stage: &StageId, index: u16) -> Command {
        let body = self.batch(stage, index);
        self.give(body)
    }

    /// Any batch as a command of its custodian.
    pub(crate) fn give(&self, body: ShareGiven) -> Command {
        let dealt = &self.keys[&body.stage];
        Command::GiveShare {
            said: self.say(dealt.custodian(body.index), body),
            card: dealt.card.clone(),
        }
    }

    /// What the front door finds of the batch in the log.
    pub(crate) fn judged(
        &self,
        stage: &StageId,
        index: u16,
    ) -> Result<(), kaibiao_procure::front::ShareFault> {
        let partials = &self.state.openings[stage].shares[&index].partials;
        check_share(&self.state, &self.keys[stage].card, stage, index, partials)
    }

    /// A proof of readiness for a date.
    pub(crate) fn beat(&mut self, stage: &StageId, index: u16, date: &str) -> KeyProved {
        let dealt = &self.keys[stage];
        let key_id = dealt.card.key.key_id;
        let beat = Beat {
            suite: Suite::Tree64k,
            key_id: key_id.bytes(),
            date,
            index,
        };
        let proof = beat.prove(&dealt.shares[usize::from(index) - 1], &mut self.rng);
        KeyProved {
            date: date.to_owned(),
            index,
            key_id,
            proof: Hex(proof.to_bytes()),
        }
    }

    pub(crate) fn prove(&self, stage: &StageId, body: KeyProved) -> Command {
        let dealt = &self.keys[stage];
        let verdict = check_beat(&dealt.card, &body);
        Command::ProveKey {
            said: self.say(dealt.custodian(body.index), body),
            card: dealt.card.clone(),
            verdict,
        }
    }

    /// What the opening worker makes of the stage: combines, decrypts, reads the letters.
    pub(crate) fn opened(&self, stage: &StageId, bidders: &[Bidder]) -> OpenedStage {
        let plan = plan(&self.state, &self.keys[stage].card, stage).unwrap();
        let (mut outcomes, mut letters) = (BTreeMap::new(), BTreeMap::new());
        for task in &plan.tasks {
            let mut file = Vec::new();
            let body = || Ok(self.vault.get(&task.body_digest).map(Vec::as_slice));
            let outcome = unseal(task, body, &mut file).unwrap();
            if matches!(outcome, Outcome::Opened { .. }) {
                letters.insert(task.submission, file);
            }
            outcomes.insert(task.submission, outcome);
        }
        let known = bidders
            .iter()
            .map(|bidder| {
                (
                    bidder.account.clone(),
                    Known {
                        key: Hex(bidder.account_key.public().to_bytes()),
                    },
                )
            })
            .collect();
        assemble(&self.state, super::ORIGIN, &plan, &outcomes, &letters, &known).unwrap()
    }
}
