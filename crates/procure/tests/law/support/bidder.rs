//! A bidder: enters under a fresh key, seals for real, unlocks.

use super::{ORIGIN, World, bid, id, tender};
use crate::support::texts::yuan;
use desk::Actor;
use desk::account::fingerprint;
use desk::actor::KeyUse;
use facts::body::bid::{BidConfirmed, BidEntered, BidSubmitted, BidWithdrawn, Envelope, Letter};
use facts::body::opening::{BidUnlocked, Unlock};
use facts::body::tender::PartRole;
use facts::id::{LotId, PartId, StageId};
use facts::{AccountId, BidId, Canonical, Hex, Role};
use kaibiao_procure::front::{check_entry, check_submission, check_unlock};
use kaibiao_procure::{Command, formats};
use rand_chacha::ChaCha20Rng;
use seal::label::NO_LOCK;
use seal::{EnvelopeSealer, Label, SigningKey, Suite};
use std::collections::BTreeMap;

pub(crate) struct Bidder {
    pub(crate) number: usize,
    pub(crate) account: AccountId,
    pub(crate) account_key: SigningKey,
    pub(crate) bid: BidId,
    pub(crate) key: SigningKey,
    pub(crate) betas: BTreeMap<Hex<16>, [u8; 32]>,
}

impl Bidder {
    pub(crate) fn new(number: usize, rng: &mut ChaCha20Rng) -> Self {
        Self {
            number,
            account: id(&format!("bidder-{number}")),
            account_key: SigningKey::generate(rng),
            bid: bid(number),
            key: SigningKey::generate(rng),
            betas: BTreeMap::new(),
        }
    }

    /// With the account's key.
    pub(crate) fn person(&self) -> Actor {
        Actor {
            account: Some(self.account.clone()),
            roles: [Role::Bidder].into_iter().collect(),
            key: Hex(self.account_key.public().fingerprint()),
            means: KeyUse::Account,
        }
    }

    /// With the bid's key.
    pub(crate) fn actor(&self) -> Actor {
        Actor {
            account: None,
            roles: [].into_iter().collect(),
            key: fingerprint(&self.public()),
            means: KeyUse::Bid {
                tender: tender(),
                bid: self.bid.clone(),
            },
        }
    }

    pub(crate) fn public(&self) -> Hex<32> {
        Hex(self.key.public().to_bytes())
    }

    pub(crate) fn entry(&self) -> BidEntered {
        let message = formats::bid_key_message(ORIGIN, &tender(), &self.bid, &self.public());
        BidEntered {
            account: self.account.clone(),
            bid: self.bid.clone(),
            key: self.public(),
            proof: Hex(self.key.sign(&message).to_bytes()),
            tender: tender(),
        }
    }

    pub(crate) fn enter(&self, world: &World) -> Command {
        self.enter_with(world, self.entry())
    }

    pub(crate) fn enter_with(&self, world: &World, body: BidEntered) -> Command {
        let verdict = check_entry(ORIGIN, &body, false);
        Command::Enter {
            said: world.say(self.person(), body),
            verdict,
        }
    }

    /// 9 million yuan and 100,000 per number.
    pub(crate) fn price(&self) -> facts::Money {
        yuan(9_000_000 + 100_000 * i64::try_from(self.number).unwrap())
    }

    pub(crate) fn letter(&self, priced: bool) -> Letter {
        let message = formats::bid_key_message(ORIGIN, &tender(), &self.bid, &self.public());
        Letter {
            brand: None,
            account: self.account.clone(),
            certificate: Hex(self.account_key.sign(&message).to_bytes()),
            deviations: BTreeMap::new(),
            name: format!("第{}建筑公司", self.number),
            period_days: 300,
            price: priced.then(|| self.price()),
            project_lead: "李工".to_owned(),
            quality: "合格".to_owned(),
        }
    }

    pub(crate) fn file(&self, world: &World, part: &PartId) -> Vec<u8> {
        let (stage, part) = world.state.part(part).unwrap();
        if part.role != PartRole::Letter {
            return format!("{} of {}", part.part, self.bid).into_bytes();
        }
        let last = &super::notice_of(world).stages.last().unwrap().stage;
        Canonical::of(&self.letter(stage.stage == *last))
            .unwrap()
            .to_bytes()
    }

    /// Seals one file under the rules in force; the body goes to the vault.
    pub(crate) fn seal(&mut self, world: &mut World, lot: &LotId, part: &PartId, file: &[u8]) -> Envelope {
        let plain = seal::pad::pad(file).unwrap();
        self.seal_framed(world, lot, part, &plain)
    }

    /// Seals bytes as they are, framed or not.
    pub(crate) fn seal_framed(
        &mut self,
        world: &mut World,
        lot: &LotId,
        part: &PartId,
        plain: &[u8],
    ) -> Envelope {
        let submission: [u8; 16] = world.bytes();
        let beta: Option<[u8; 32]> = super::notice_of(world).opening.bidder_lock.then(|| world.bytes());
        if let Some(beta) = beta {
            self.betas.insert(Hex(submission), beta);
        }
        let blk = beta.map_or(NO_LOCK, |beta| seal::blk(Suite::Tree64k, &submission, &beta));
        let (stage, _) = world.state.part(part).unwrap();
        let stage: StageId = stage.stage.clone();
        let version = world.state.rules().unwrap();
        let label = Label {
            tender: tender().to_string(),
            lot: lot.to_string(),
            part: part.to_string(),
            submission,
            signer: self.key.public().fingerprint(),
            key_id: world.keys[&stage].card.key.key_id.0,
            closes_at: u64::try_from(version.closes_at.0).unwrap(),
            rules: version.rules.0,
            blk,
        };
        let y = world.keys[&stage].card.public().unwrap();
        let key_id = Hex(label.key_id);
        let (mut sealer, prefix) =
            EnvelopeSealer::new(Suite::Tree64k, label, &y, beta.as_ref(), &mut world.rng).unwrap();
        let mut body = prefix.to_vec();
        sealer.update(plain, &mut body).unwrap();
        let sealed = sealer.finish(&mut body, &mut world.rng).unwrap();
        let envelope = Envelope {
            blk: Hex(blk),
            body_digest: Hex(sealed.body_digest),
            body_length: body.len() as u64,
            header: Hex(sealed.header.to_bytes()),
            key_id,
            lot: lot.clone(),
            part: part.clone(),
            sig: Hex(self.key.sign(&sealed.envelope_hash).to_bytes()),
            submission: Hex(submission),
        };
        world.vault.insert(envelope.body_digest, body);
        envelope
    }

    /// Everything sealed for these lots, as the next revision.
    pub(crate) fn submission_for(&mut self, world: &mut World, lots: &[LotId]) -> BidSubmitted {
        let mut envelopes = Vec::new();
        for lot in lots {
            for part in world.due_parts() {
                let file = self.file(world, &part);
                envelopes.push(self.seal(world, lot, &part, &file));
            }
        }
        let revision = world.state.bids.get(&self.bid).map_or(0, |bid| bid.revision()) + 1;
        BidSubmitted {
            bid: self.bid.clone(),
            envelopes,
            revision,
            rules: world.state.rules().unwrap().rules,
            tender: tender(),
        }
    }

    pub(crate) fn submission(&mut self, world: &mut World) -> BidSubmitted {
        let lots = world.lots();
        self.submission_for(world, &lots)
    }

    pub(crate) fn submit(&mut self, world: &mut World) -> Command {
        let body = self.submission(world);
        self.submit_with(world, body)
    }

    pub(crate) fn submit_with(&self, world: &World, body: BidSubmitted) -> Command {
        let verdict = check_submission(&world.state, &world.cards(), &body);
        let digests = body.envelopes.iter().map(|envelope| envelope.body_digest);
        let missing_bodies = digests
            .filter(|digest| !world.vault.contains_key(digest))
            .collect();
        Command::Submit {
            said: world.say(self.actor(), body),
            verdict,
            missing_bodies,
        }
    }

    pub(crate) fn confirm(&self, world: &World) -> Command {
        let rules = world.state.rules().unwrap().rules;
        Command::ConfirmBid(world.say(
            self.actor(),
            BidConfirmed {
                bid: self.bid.clone(),
                rules,
                tender: tender(),
            },
        ))
    }

    pub(crate) fn withdraw(&self, world: &World) -> Command {
        Command::Withdraw(world.say(
            self.actor(),
            BidWithdrawn {
                bid: self.bid.clone(),
                tender: tender(),
            },
        ))
    }

    pub(crate) fn unlocking(&self, world: &World, stage: &StageId) -> BidUnlocked {
        let listed = &world.state.openings[stage].frozen.envelopes;
        let own = listed.iter().filter(|listed| listed.bid == self.bid);
        let keys = own
            .map(|listed| Unlock {
                beta: Hex(self.betas.get(&listed.submission).copied().unwrap_or_default()),
                submission: listed.submission,
            })
            .collect();
        BidUnlocked {
            bid: self.bid.clone(),
            keys,
            stage: stage.clone(),
            tender: tender(),
        }
    }

    pub(crate) fn unlock(&self, world: &World, stage: &StageId) -> Command {
        self.unlock_with(world, self.unlocking(world, stage))
    }

    pub(crate) fn unlock_with(&self, world: &World, body: BidUnlocked) -> Command {
        let verdict = check_unlock(&world.state, &body);
        Command::Unlock {
            said: world.say(self.actor(), body),
            verdict,
        }
    }
}
