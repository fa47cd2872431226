//! A log in memory, and the parts of a ceremony. Shared with the tests of the law of ceremonies.

use crate::ledger::ceremony::{Proven, Witnessed};
use crate::ledger::{Chain, Checkpoint, Head, Linked, OpenedPayload, Tree, act};
use facts::body::ceremony::{CeremonyCalled, Member, Purpose};
use facts::{AccountId, Act, Body, Canonical, CeremonyId, Draft, Hex, Instant, Stream};
use rand_chacha::ChaCha20Rng;
use rand_chacha::rand_core::{RngCore, SeedableRng};
use seal::cob256::Sealer;
use seal::dkg::{Ceremony, Round2, SHARE_SUITE};
use seal::{CustodianSeed, SecretScalar, Signature, SigningKey, body_digest, lp};

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

/// A share that is sealed, proven and signed as it should be, and wrong.
pub(crate) fn wrong_share(
    from: &CustodianSeed,
    to: &CustodianSeed,
    ceremony: &Ceremony,
    log: &mut Log,
) -> (Round2, [u8; 32]) {
    let (i, j) = (
        ceremony.roster().index_of(from).unwrap(),
        ceremony.roster().index_of(to).unwrap(),
    );
    let label = lp(&[ceremony.context(), &i.to_be_bytes(), &j.to_be_bytes()]);
    let kem = seal::seal_kem(SHARE_SUITE, &label, &to.static_point(), None, &mut log.rng);
    let (mut sealer, prefix) = Sealer::new(kem.key(), &label, &mut log.rng);
    let mut body = prefix.to_vec();
    sealer
        .update(&SecretScalar::random(&mut log.rng).to_bytes()[..], &mut body)
        .unwrap();
    sealer.finish(&mut body).unwrap();
    let body: [u8; 104] = body.try_into().unwrap();
    let header = kem.prove(&body_digest(SHARE_SUITE, &body), &mut log.rng);
    let mut message = Round2 {
        from: i,
        to: j,
        header,
        body,
        signature: Signature([0; 64]),
    };
    message.signature = from.signing_key().sign(&message.message(ceremony));
    (message, *kem.secret().to_bytes())
}
