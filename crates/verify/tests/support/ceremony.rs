//! A key ceremony of five custodians, three of whom open.

use super::World;
use facts::body::ceremony::{
    CeremonyCalled, CeremonyCertified, CeremonyCommitted, CeremonyCompleted, CeremonyShared, Certified,
    KeyProved, Member, Purpose, StageKey,
};
use facts::{CeremonyId, Hex, Stream};
use rand_core::RngCore;
use seal::dkg::{self, Ceremony, Commitments, Finished, Round2};
use seal::heartbeat::Beat;
use seal::{SecretScalar, Suite};

/// The keys of a ceremony with all shares.
pub struct Keys {
    pub ceremony: CeremonyId,
    pub keys: Vec<StageKey>,
    pub shares: Vec<Vec<SecretScalar>>,
    pub certificates: Vec<dkg::Certificate>,
}

impl World {
    /// Makes a stock of `count` keys.
    #[expect(clippy::too_many_lines, reason = "one ceremony, told in its order")]
    pub fn ceremony(&mut self, count: u16) -> Keys {
        let id = CeremonyId::parse("CER1").unwrap();
        let stream = Stream::Ceremony(id.clone());
        let mut session = [0; 32];
        self.rng.fill_bytes(&mut session);
        let members = (1_u16..)
            .zip(&self.custodians)
            .map(|(index, (account, seed))| Member {
                account: account.clone(),
                index,
                point: Hex(seed.static_point().to_bytes()),
                signer: Hex(seed.signing_key().public().to_bytes()),
            });
        let called = CeremonyCalled {
            ceremony: id.clone(),
            k: 3,
            keys: count,
            members: members.collect(),
            purpose: Purpose::Stock,
            session: Hex(session),
        };
        self.act("BUYER", &stream, &called);
        let slots: Vec<Ceremony> = (0..count)
            .map(|slot| ledger::ceremony::context(&called, slot).unwrap())
            .collect();
        let seeds: Vec<_> = self
            .custodians
            .iter()
            .map(|(account, seed)| (account.clone(), seed.clone()))
            .collect();

        let mut rounds: Vec<Vec<dkg::Round1>> = vec![Vec::new(); slots.len()];
        for (index, (account, seed)) in (1_u16..).zip(&seeds) {
            let own: Vec<_> = slots
                .iter()
                .map(|slot| dkg::round1(seed, slot).unwrap())
                .collect();
            let body = CeremonyCommitted {
                ceremony: id.clone(),
                index,
                slots: own.iter().map(ledger::ceremony::to_round1).collect(),
            };
            rounds.iter_mut().zip(own).for_each(|(all, one)| all.push(one));
            self.act(&format!("{account}/custody"), &stream, &body);
        }
        let commitments: Vec<Commitments> = slots
            .iter()
            .zip(rounds)
            .map(|(slot, all)| Commitments::check(slot, all).unwrap())
            .collect();

        let mut sent: Vec<Vec<Round2>> = vec![Vec::new(); slots.len()];
        for (index, (account, seed)) in (1_u16..).zip(&seeds) {
            let own: Vec<Vec<Round2>> = slots
                .iter()
                .zip(&commitments)
                .map(|(slot, made)| dkg::round2(seed, slot, made).unwrap())
                .collect();
            let body = CeremonyShared {
                ceremony: id.clone(),
                index,
                slots: own
                    .iter()
                    .map(|slot| slot.iter().map(ledger::ceremony::to_round2).collect())
                    .collect(),
            };
            sent.iter_mut().zip(own).for_each(|(all, one)| all.extend(one));
            self.act(&format!("{account}/custody"), &stream, &body);
        }

        let (mut shares, mut certificates) = (vec![Vec::new(); slots.len()], Vec::new());
        for (index, (account, seed)) in (1_u16..).zip(&seeds) {
            let mut signed = Vec::new();
            for (slot, ceremony) in slots.iter().enumerate() {
                let mine: Vec<Round2> = sent[slot].iter().filter(|one| one.to == index).cloned().collect();
                let Finished {
                    share, certificate, ..
                } = dkg::finish(seed, ceremony, &commitments[slot], &mine, b"").unwrap();
                signed.push(Certified {
                    key_id: Hex(certificate.key_id()),
                    sig: Hex(certificate.sign(&seed.signing_key()).to_bytes()),
                });
                shares[slot].push(share);
                if index == 1 {
                    certificates.push(certificate);
                }
            }
            let body = CeremonyCertified {
                ceremony: id.clone(),
                index,
                slots: signed,
            };
            self.act(&format!("{account}/custody"), &stream, &body);
        }
        let keys: Vec<StageKey> = certificates
            .iter()
            .map(|made| StageKey {
                key_id: Hex(made.key_id()),
                public: Hex(made.y().to_bytes()),
                shares: (1..=5)
                    .map(|index| Hex(made.share(index).unwrap().to_bytes()))
                    .collect(),
            })
            .collect();
        self.publics
            .extend(keys.iter().map(|key| (key.key_id, key.public)));
        self.platform(
            &stream,
            &CeremonyCompleted {
                ceremony: id.clone(),
                keys: keys.clone(),
            },
        );
        Keys {
            ceremony: id,
            keys,
            shares,
            certificates,
        }
    }

    /// A custodian shows that a share is alive.
    pub fn prove_key(&mut self, keys: &Keys, slot: usize, index: u16) {
        let key_id = keys.keys[slot].key_id;
        let beat = Beat {
            suite: Suite::Tree64k,
            key_id: key_id.bytes(),
            date: "2026-03-03",
            index,
        };
        let proof = beat.prove(&keys.shares[slot][usize::from(index - 1)], &mut self.rng);
        let body = KeyProved {
            date: "2026-03-03".into(),
            index,
            key_id,
            proof: Hex(proof.to_bytes()),
        };
        self.act(&format!("CUS{index}/custody"), &self.stream(), &body);
    }
}
