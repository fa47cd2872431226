//! A small world for the tests of the desk: one law that counts, a log in memory, a clock that is held.
#![allow(dead_code, reason = "each test binary uses its own part of the world")]
#![allow(
    clippy::arithmetic_side_effects,
    clippy::missing_panics_doc,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    missing_docs,
    unreachable_pub,
    reason = "test code"
)]

use kaibiao_desk as desk;

use desk::account::{self, Accounts, Command as AccountCommand};
use desk::actor::{Actor, KeyUse};
use desk::memory::{HeldClock, MemoryLog, SeededEntropy};
use desk::{Admitted, AppendLog, Directory, Front, Keys, Landed, Mark, Pen, Scribe, Tools, Zone};
use facts::body::account::{AccountEnrolled, Custody};
use facts::body::platform::{PlatformFounded, Registrar};
use facts::{
    AccountId, Act, Canonical, Decider, Draft, Hex, Instant, Kind, Record, Refusal, Role, Seen, Stream,
    TenderId,
};
use ledger::receipt::OpenedReceipt;
use ledger::{Entry, NoteSigner, Receipt, Tree, refusal_note};
use rand_chacha::ChaCha20Rng;
use rand_chacha::rand_core::SeedableRng;
use seal::pop::StaticKey;
use seal::{CustodianSeed, SigningKey};
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::sync::Arc;
use tokio::task::JoinHandle;

pub const ORIGIN: &str = "kaibiao.test/log";
pub const START: Instant = Instant(1_800_000_000_000);

/// A law whose streams count up by one and publish once.
#[derive(Debug)]
pub struct Counting;

#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Count {
    pub n: u64,
    pub published: bool,
}

#[derive(Debug, Clone)]
pub enum Do {
    /// Counts one up.
    Add,
    /// Counts one up and leaves a mark under this key.
    Mark(&'static str),
    /// Publishes, once per stream.
    Publish,
    /// Brings an act about and counts one up by a fact of the platform after it.
    Act(Box<Act>),
    /// Decides on nothing.
    Nothing,
    /// Decides on a fact of another stream.
    Astray,
    /// A law with a bug.
    Panic,
    /// A fact whose folding breaks off.
    Poison,
    /// Closes, a kind after which a checkpoint is kept.
    Close,
}

fn draft(stream: &Stream, kind: Kind, body: &Value) -> Draft {
    let Value::Object(object) = body.clone() else {
        panic!("a body is an object")
    };
    Draft {
        stream: stream.clone(),
        kind,
        body: Canonical::new(object).unwrap(),
        act: None,
        arrived: None,
    }
}

#[derive(Debug, Clone)]
pub struct On(pub Stream, pub Do);

impl Decider for Counting {
    type State = Count;
    type Command = On;

    fn evolve(state: &mut Count, record: &Record) {
        let n = record.body.members().get("n").and_then(Value::as_u64);
        if let Some(n) = n {
            assert_eq!(n, state.n, "a fact was folded twice or not at all");
            state.n += 1;
        }
        state.published |= record.kind == Kind::TenderNoticed;
        assert!(!record.body.members().contains_key("poison"), "told to break off");
    }

    fn decide(state: &Count, On(stream, what): On, _at: Instant) -> Result<Vec<Draft>, Refusal> {
        let count = |body: Value| {
            let mut body = body;
            body["n"] = json!(state.n);
            draft(&stream, Kind::ShareFaulted, &body)
        };
        match what {
            Do::Add => Ok(vec![count(json!({}))]),
            Do::Mark(key) => Ok(vec![count(json!({ "mark": key }))]),
            Do::Publish if state.published => {
                Err(Refusal::new("notice.published", "Once only.", "只能一次。"))
            }
            Do::Publish => Ok(vec![draft(&stream, Kind::TenderNoticed, &json!({}))]),
            Do::Act(act) => Ok(vec![Draft::acted(*act, Some(START)), count(json!({}))]),
            Do::Nothing => Ok(Vec::new()),
            Do::Astray => Ok(vec![draft(&tender("elsewhere"), Kind::ShareFaulted, &json!({}))]),
            Do::Panic => panic!("told to"),
            Do::Poison => Ok(vec![count(json!({ "poison": true }))]),
            Do::Close => Ok(vec![draft(&stream, Kind::TenderClosed, &json!({}))]),
        }
    }
}

pub fn counting_marks(record: &Record) -> Vec<Mark> {
    let key = record.body.members().get("mark").and_then(Value::as_str);
    key.map(|key| Mark {
        name: "point",
        key: key.to_owned(),
        value: "1".to_owned(),
    })
    .into_iter()
    .collect()
}

pub fn tender(name: &str) -> Stream {
    Stream::Tender(TenderId::parse(name).unwrap())
}

pub fn key(seed: u8) -> SigningKey {
    SigningKey::from_seed(&[seed; 32])
}

pub fn keys() -> Keys {
    Keys {
        log: NoteSigner::new(ORIGIN, key(201)).unwrap(),
        refusals: refusal_note::signer(ORIGIN, key(202)).unwrap(),
    }
}

pub struct World {
    pub log: Arc<MemoryLog>,
    pub clock: Arc<HeldClock>,
}

impl Default for World {
    fn default() -> Self {
        Self {
            log: Arc::new(MemoryLog::new()),
            clock: Arc::new(HeldClock::at(START)),
        }
    }
}

impl World {
    pub fn tools(&self, log: Arc<dyn AppendLog>, sole: bool) -> Tools {
        Tools {
            log,
            clock: self.clock.clone(),
            entropy: Arc::new(SeededEntropy::new(7)),
            signer: Arc::new(keys()),
            origin: ORIGIN.to_owned(),
            sole,
        }
    }

    pub async fn pen(&self, sole: bool) -> (Pen, JoinHandle<()>) {
        Pen::start(self.tools(self.log.clone(), sole)).await.unwrap()
    }

    pub async fn scribe(&self, sole: bool) -> Scribe<Counting> {
        Scribe::new(&self.pen(sole).await.0, counting_marks)
    }

    /// Every entry follows from the one before, and the leaves make the root of the head.
    pub fn assert_sound(&self) {
        let mut tree = Tree::new();
        let mut prev = [0; 32];
        let mut ts = Instant(0);
        for (seq, row) in (0_u64..).zip(self.log.rows()) {
            let entry = Entry::parse(&row.entry).unwrap();
            assert_eq!((entry.seq, entry.prev), (seq, prev));
            assert!(entry.ts >= ts, "time goes back at {seq}");
            (prev, ts) = (entry.leaf(), entry.ts);
            tree.push(prev);
        }
        let head = futures_util::FutureExt::now_or_never(desk::ReadLog::head(self.log.as_ref()))
            .unwrap()
            .unwrap();
        assert_eq!(head.root, tree.root());
    }
}

pub async fn add(scribe: &Scribe<Counting>, stream: &Stream) -> Vec<Landed> {
    scribe
        .submit(stream.clone(), On(stream.clone(), Do::Add))
        .await
        .unwrap()
}

/// Opens a receipt like anybody who only has the log's key.
pub async fn open(landed: &Landed) -> OpenedReceipt {
    let text = landed.receipt().await.unwrap();
    let receipt = Receipt::parse(&text).unwrap();
    let opened = receipt.open(ORIGIN, keys().log.verifier()).unwrap();
    assert_eq!(opened.entry.seq, landed.seq);
    opened
}

pub fn body(value: Value) -> Canonical {
    let Value::Object(object): Value = value else {
        panic!("a body is an object")
    };
    Canonical::new(object).unwrap()
}

/// An act on a test stream under some key, admitted without a front door.
pub fn admitted(stream: &Stream, nonce: u8, seen: Seen) -> Admitted {
    let act = ledger::act::sign(
        ORIGIN,
        stream.clone(),
        Kind::TenderRegistered,
        body(json!({ "title": "桥" })),
        [nonce; 16],
        seen,
        &key(9),
    );
    let digest = ledger::act_digest(ORIGIN, &act);
    let actor = Actor {
        account: Some(AccountId::parse("buyer").unwrap()),
        roles: BTreeSet::from([Role::Buyer]),
        key: account::fingerprint(&act.key),
        means: KeyUse::Account,
    };
    Admitted {
        act,
        digest,
        actor,
        arrived: START,
        until: None,
    }
}

pub fn nothing_seen() -> Seen {
    Seen {
        root: Hex(ledger::hash::empty_root()),
        size: 0,
    }
}

pub fn seen(pen: &Pen) -> Seen {
    pen.latest().map_or_else(nothing_seen, |latest| Seen {
        root: Hex(latest.root),
        size: latest.size,
    })
}

pub async fn enact(scribe: &Scribe<Counting>, admitted: &Admitted) -> Result<Vec<Landed>, desk::Failure> {
    let command = On(
        admitted.act.stream.clone(),
        Do::Act(Box::new(admitted.act.clone())),
    );
    scribe.enact(admitted, command).await
}

/// A founded platform with a registrar under key 1, and the front door of procurement.
pub struct House {
    pub world: World,
    pub pen: Pen,
    pub accounts: Scribe<Accounts>,
    pub front: Front,
}

impl House {
    pub async fn founded() -> Self {
        let world = World::default();
        let (pen, _task) = world.pen(true).await;
        let accounts = Scribe::<Accounts>::new(&pen, account::marks);
        let founded = PlatformFounded {
            calendar: "2026".to_owned(),
            demo: true,
            log_key: keys().log.verifier().to_string(),
            origin: ORIGIN.to_owned(),
            registrars: vec![Registrar {
                account: AccountId::parse("registrar").unwrap(),
                key: public(1),
            }],
            refusal_key: keys().refusals.verifier().to_string(),
        };
        accounts
            .submit(Stream::Platform, AccountCommand::Found(Box::new(founded)))
            .await
            .unwrap();
        let directory = Directory::new(world.log.clone(), accounts.reader());
        let front = Front {
            zone: Zone::Procurement,
            pen: pen.clone(),
            directory,
            signer: Arc::new(keys()),
            clock: world.clock.clone(),
        };
        Self {
            world,
            pen,
            accounts,
            front,
        }
    }

    /// The bytes of an act under a key, on the head as it is.
    pub fn act(&self, stream: Stream, kind: Kind, body: Canonical, nonce: u8, by: u8) -> Vec<u8> {
        let act = ledger::act::sign(ORIGIN, stream, kind, body, [nonce; 16], seen(&self.pen), &key(by));
        ledger::act::write(&act).unwrap()
    }

    pub async fn perform(&self, bytes: &[u8]) -> Result<Vec<Landed>, desk::Failure> {
        let admitted = self
            .front
            .admit(bytes)
            .await
            .map_err(|rejected| rejected.failure)?;
        let command =
            desk::enrolment::command(ORIGIN, &admitted, &self.front.directory, self.world.log.as_ref())
                .await?;
        self.accounts.enact(&admitted, command).await
    }

    pub async fn enrol(&self, name: &str, seed: u8, roles: &[Role]) -> Result<Vec<Landed>, desk::Failure> {
        let body = enrolment(name, seed, roles);
        let stream = Stream::Account(body.account.clone());
        let bytes = self.act(
            stream,
            Kind::AccountEnrolled,
            Canonical::of(&body).unwrap(),
            seed,
            1,
        );
        self.perform(&bytes).await
    }
}

pub fn public(seed: u8) -> Hex<32> {
    Hex(key(seed).public().to_bytes())
}

pub fn enrolment(name: &str, seed: u8, roles: &[Role]) -> AccountEnrolled {
    let account = AccountId::parse(name).unwrap();
    let message = ledger::message::enrol(ORIGIN, &account, public(seed).bytes());
    AccountEnrolled {
        account,
        contact: "tel".to_owned(),
        custody: None,
        employer: "works".to_owned(),
        held: Hex(ledger::message::held(&[7; 32], "tel", "works", "某")),
        key: public(seed),
        name: "某".to_owned(),
        proof: Hex(key(seed).sign(&message).to_bytes()),
        roles: roles.to_vec(),
        salt: Hex([7; 32]),
        until: None,
    }
}

/// The custodian `keeper` with the keys of the seed `[5; 32]`.
pub fn custodian() -> AccountEnrolled {
    let mut body = enrolment("keeper", 2, &[Role::Custodian]);
    let seed = CustodianSeed::from_bytes(&[5; 32]);
    let signer = seed.signing_key();
    let point = seed.static_key().public();
    let message = ledger::message::enrol(ORIGIN, &body.account, signer.public().as_bytes());
    let proof = StaticKey {
        origin: ORIGIN,
        account: body.account.as_str(),
        signing: &signer.public(),
        sealing: &point,
    };
    body.custody = Some(Custody {
        point: Hex(point.to_bytes()),
        point_proof: Hex(proof.prove(&seed, &mut ChaCha20Rng::seed_from_u64(1)).to_bytes()),
        signer: Hex(signer.public().to_bytes()),
        signer_proof: Hex(signer.sign(&message).to_bytes()),
    });
    body
}

/// The code of a refusal.
pub fn code<T: std::fmt::Debug>(result: Result<T, desk::Failure>) -> String {
    match result {
        Err(desk::Failure::Refused(refusal)) => refusal.code.into_owned(),
        other => panic!("expected a refusal, found {other:?}"),
    }
}
