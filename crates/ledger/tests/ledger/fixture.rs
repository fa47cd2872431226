//! A log in memory and the drafts that fill it; every key and salt follows from a fixed seed.

use facts::body::account::AccountEnrolled;
use facts::body::bid::BidWithdrawn;
use facts::body::evaluation::CodesDrawn;
use facts::body::platform::FactsDisclosed;
use facts::body::tender::QuestionAnswered;
use facts::id::QuestionId;
use facts::{AccountId, BidId, Body, Canonical, Draft, Hex, Instant, Kind, Role, Seen, Stream, TenderId};
use ledger::chain::{Chain, Head, Linked};
use ledger::{Checkpoint, NoteSigner, Receipt, Tree, VerifierKey, act};
use rand_chacha::ChaCha20Rng;
use rand_chacha::rand_core::SeedableRng;
use seal::SigningKey;

pub(crate) const ORIGIN: &str = "log.example/kaibiao";
pub(crate) const START: Instant = Instant(1_785_000_000_000);

pub(crate) fn rng(seed: u64) -> ChaCha20Rng {
    ChaCha20Rng::seed_from_u64(seed)
}

pub(crate) fn key(number: u8) -> SigningKey {
    SigningKey::from_seed(&[number; 32])
}

pub(crate) fn signer() -> NoteSigner {
    NoteSigner::new(ORIGIN, key(200)).unwrap()
}

pub(crate) fn log_key() -> VerifierKey {
    signer().verifier().clone()
}

pub(crate) fn tender() -> TenderId {
    TenderId::parse("T1").unwrap()
}

pub(crate) fn stream() -> Stream {
    Stream::Tender(tender())
}

pub(crate) fn seen() -> Seen {
    Seen {
        root: Hex([9; 32]),
        size: 41,
    }
}

/// A fact that a person brings about.
pub(crate) fn acted<B: Body>(stream: Stream, body: &B, by: u8, nonce: u8) -> Draft {
    let body = Canonical::of(body).unwrap();
    Draft::acted(
        act::sign(ORIGIN, stream, B::KIND, body, [nonce; 16], seen(), &key(by)),
        None,
    )
}

/// A public fact of a person.
pub(crate) fn answered(text: &str) -> Draft {
    let body = QuestionAnswered {
        answer: text.to_owned(),
        question: QuestionId::parse("q1").unwrap(),
        tender: tender(),
        text: "工期?".to_owned(),
    };
    acted(stream(), &body, 1, 1)
}

/// A confidential fact of a person.
pub(crate) fn withdrawn() -> Draft {
    let body = BidWithdrawn {
        bid: BidId::parse("b7").unwrap(),
        tender: tender(),
    };
    let mut draft = acted(stream(), &body, 2, 2);
    draft.arrived = Some(START.plus(5));
    draft
}

/// A public fact of a person with withheld fields.
pub(crate) fn enrolled() -> Draft {
    let body = AccountEnrolled {
        account: AccountId::parse("zhang").unwrap(),
        contact: "13800000000".to_owned(),
        custody: None,
        employer: "北京某公司".to_owned(),
        held: Hex(ledger::message::held(
            &[7; 32],
            "13800000000",
            "北京某公司",
            "张三",
        )),
        key: Hex([3; 32]),
        name: "张三".to_owned(),
        proof: Hex([4; 64]),
        roles: vec![Role::Bidder],
        salt: Hex([7; 32]),
        until: None,
    };
    acted(Stream::Account(body.account.clone()), &body, 3, 3)
}

/// A public fact of the platform.
pub(crate) fn disclosed(seqs: &[u64]) -> Draft {
    let body = FactsDisclosed {
        basis: "开标".to_owned(),
        seqs: seqs.to_vec(),
    };
    Draft::platform(Stream::Platform, &body).unwrap()
}

/// A confidential fact of the platform.
pub(crate) fn drawn() -> Draft {
    let body = CodesDrawn {
        codes: std::collections::BTreeMap::new(),
        tender: tender(),
    };
    Draft::platform(Stream::Evaluation(tender()), &body).unwrap()
}

/// One of the five above, by turns.
pub(crate) fn draft(number: u64) -> Draft {
    match number % 5 {
        0 => answered(&format!("第{number}号")),
        1 => withdrawn(),
        2 => enrolled(),
        3 => disclosed(&[number]),
        _ => drawn(),
    }
}

/// A log in memory.
pub(crate) struct Log {
    pub(crate) chain: Chain,
    pub(crate) tree: Tree,
    pub(crate) linked: Vec<Linked>,
    rng: ChaCha20Rng,
}

impl Log {
    pub(crate) fn new() -> Self {
        let chain = Chain::resume(ORIGIN, Head::default());
        Self {
            chain,
            tree: Tree::new(),
            linked: Vec::new(),
            rng: rng(1),
        }
    }

    /// A log of `size` entries, ten milliseconds apart.
    pub(crate) fn of(size: u64) -> Self {
        let mut log = Self::new();
        for number in 0..size {
            log.push(draft(number), START.plus(i64::try_from(number).unwrap() * 10));
        }
        log
    }

    pub(crate) fn push(&mut self, draft: Draft, at: Instant) -> &Linked {
        let linked = self.chain.extend(draft, at, &mut self.rng).unwrap();
        self.tree.push(linked.leaf);
        self.chain.set_root(self.tree.root());
        self.linked.push(linked);
        self.linked.last().unwrap()
    }

    pub(crate) fn checkpoint(&self) -> Checkpoint {
        let head = self.chain.head();
        Checkpoint {
            origin: ORIGIN.to_owned(),
            size: head.size,
            root: head.root,
        }
    }

    pub(crate) fn receipt(&self, seq: u64) -> Receipt {
        let linked = &self.linked[usize::try_from(seq).unwrap()];
        Receipt {
            entry: linked.entry_bytes.clone(),
            payload: linked.payload.opened(&[]),
            index: seq,
            proof: self.tree.fresh_proof(seq).unwrap(),
            checkpoint: self.checkpoint().sign(&signer()).unwrap(),
        }
    }

    pub(crate) fn bytes(&self) -> Vec<Vec<u8>> {
        self.linked.iter().map(|l| l.entry_bytes.clone()).collect()
    }
}

pub(crate) fn withheld(kind: Kind) -> &'static [&'static str] {
    match kind.visibility() {
        facts::Visibility::Public { withheld } => withheld,
        facts::Visibility::Confidential => panic!("{kind} is confidential"),
    }
}
