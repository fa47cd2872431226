//! A supervision zone on a log in memory: two people, one tender, a clock that is held.
#![allow(
    clippy::allow_attributes,
    clippy::arithmetic_side_effects,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    dead_code,
    unreachable_pub,
    reason = "test code"
)]

pub mod opened;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::request::Builder;
use axum::http::{Request, StatusCode, header};
use desk::account::{self, Accounts};
use desk::gate::SignIn;
use desk::memory::{HeldClock, MemoryLog, SeededEntropy};
use desk::{Directory, Failure, Front, Gate, HeldSessions, Keys, Landed, Pen, Scribe, Tools, Zone};
use facts::body::account::AccountEnrolled;
use facts::body::supervision::{OrderResumed, OrderSuspended};
use facts::body::tender::{Regime, TenderRegistered};
use facts::id::OrderId;
use facts::{
    AccountId, Canonical, Decider, Draft, Hex, Instant, Record, Refusal, Role, Seen, Stream, TenderId,
};
use ledger::{NoteSigner, VerifierKey, refusal_note};
use seal::SigningKey;
use serde_json::Value;
use std::sync::Arc;
use supervise::{Orders, Oversight, Scope, Trust};
use tower::ServiceExt;

pub const ORIGIN: &str = "kaibiao.test/log";
pub const START: Instant = Instant(1_800_000_000_000);

/// Writes whatever history a test needs.
pub struct Fixture;

impl Decider for Fixture {
    type State = ();
    type Command = Vec<Draft>;
    fn evolve((): &mut (), _: &Record) {}
    fn decide((): &(), drafts: Vec<Draft>, _: Instant) -> Result<Vec<Draft>, Refusal> {
        Ok(drafts)
    }
}

pub fn key(name: &str) -> SigningKey {
    let mut seed = [9; 32];
    seed.iter_mut()
        .zip(name.bytes())
        .for_each(|(byte, letter)| *byte = letter);
    SigningKey::from_seed(&seed)
}

pub fn log_signer() -> NoteSigner {
    NoteSigner::new(ORIGIN, key("log")).unwrap()
}

pub fn log_key() -> VerifierKey {
    log_signer().verifier().clone()
}

pub fn tender(name: &str) -> TenderId {
    TenderId::parse(name).unwrap()
}

pub fn order(name: &str) -> OrderId {
    OrderId::parse(name).unwrap()
}

pub struct World {
    pub log: Arc<MemoryLog>,
    pub clock: Arc<HeldClock>,
    pub fixture: Scribe<Fixture>,
    pub scribe: Scribe<Orders>,
    pub adoptions: Scribe<supervise::Adoptions>,
    pub oversight: Oversight,
    pub router: Router,
    pub gate: Gate,
    pub front: Front,
}

pub async fn world() -> World {
    let (log, clock) = (Arc::new(MemoryLog::new()), Arc::new(HeldClock::at(START)));
    let signer = Arc::new(Keys {
        log: log_signer(),
        refusals: refusal_note::signer(ORIGIN, key("refusals")).unwrap(),
    });
    let tools = Tools {
        log: log.clone(),
        clock: clock.clone(),
        entropy: Arc::new(SeededEntropy::new(1)),
        signer: signer.clone(),
        origin: ORIGIN.to_owned(),
        sole: true,
    };
    let (pen, _task) = Pen::start(tools).await.unwrap();
    let directory = Directory::new(pen.log(), Scribe::<Accounts>::new(&pen, account::marks).reader());
    let gate = Gate {
        zone: Zone::Supervision,
        origin: ORIGIN.into(),
        directory: directory.clone(),
        sessions: Arc::new(HeldSessions::default()),
        clock: clock.clone(),
        entropy: Arc::new(SeededEntropy::new(2)),
    };
    let oversight = Oversight::new(
        log.clone(),
        Trust {
            origin: ORIGIN.to_owned(),
            key: log_key(),
        },
    );
    let world = World {
        fixture: Scribe::new(&pen, account::marks),
        scribe: Scribe::new(&pen, |_| Vec::new()),
        adoptions: Scribe::new(&pen, |_| Vec::new()),
        router: supervise::router(oversight.clone(), gate.clone()),
        front: Front {
            zone: Zone::Supervision,
            pen,
            directory,
            signer,
            clock: clock.clone(),
        },
        log,
        clock,
        oversight,
        gate,
    };
    world.enrol("supervisor", Role::Supervisor).await;
    world.enrol("bidder", Role::Bidder).await;
    world.register("T1").await;
    world
}

impl World {
    pub async fn enrol(&self, name: &str, role: Role) {
        let account = AccountId::parse(name).unwrap();
        let body = AccountEnrolled {
            account: account.clone(),
            contact: String::new(),
            custody: None,
            employer: String::new(),
            held: Hex(ledger::message::held(&[7; 32], "", "", "")),
            key: Hex(key(name).public().to_bytes()),
            name: String::new(),
            proof: Hex([0; 64]),
            roles: vec![role],
            salt: Hex([7; 32]),
            until: None,
        };
        self.write(Stream::Account(account), &body).await;
    }

    pub async fn register(&self, name: &str) {
        self.register_under(name, Regime::Works).await;
    }

    pub async fn register_under(&self, name: &str, regime: Regime) {
        let body = TenderRegistered {
            agent: None,
            buyer: AccountId::parse("buyer").unwrap(),
            regime,
            tender: tender(name),
            title: format!("Tender {name}"),
        };
        self.write(Stream::Tender(tender(name)), &body).await;
    }

    pub async fn write<B: facts::Body>(&self, stream: Stream, body: &B) {
        let draft = Draft::platform(stream.clone(), body).unwrap();
        self.fixture.submit(stream, vec![draft]).await.unwrap();
    }

    /// A log long enough for several tiles, with checkpoints kept on the way.
    pub async fn fill(&self, entries: usize) {
        for n in 0..entries {
            self.clock.advance(100);
            self.register(&format!("F{n}")).await;
        }
    }

    pub async fn get(&self, path: &str, name: &str) -> (StatusCode, Value) {
        let (status, text) = self.text(path, name).await;
        (status, serde_json::from_str(&text).unwrap())
    }

    pub async fn text(&self, path: &str, name: &str) -> (StatusCode, String) {
        self.ask(Request::get(path), Body::empty(), name).await
    }

    pub async fn post(&self, path: &str, name: &str, text: &str) -> (StatusCode, Value) {
        let asked = self.ask(Request::post(path), Body::from(text.to_owned()), name);
        let (status, text) = asked.await;
        (status, serde_json::from_str(&text).unwrap())
    }

    async fn ask(&self, request: Builder, body: Body, name: &str) -> (StatusCode, String) {
        let challenge = self.gate.challenge().await.unwrap().challenge;
        let message = ledger::message::session(ORIGIN, Zone::Supervision.word(), challenge.bytes());
        let sig = Hex(key(name).sign(&message).to_bytes());
        let answer = SignIn {
            key: Hex(key(name).public().to_bytes()),
            challenge,
            sig,
        };
        let token = self.gate.sign_in(&answer).await.unwrap().token;
        let request = request.header(header::AUTHORIZATION, format!("Bearer {token}"));
        let response = self
            .router
            .clone()
            .oneshot(request.body(body).unwrap())
            .await
            .unwrap();
        let status = response.status();
        let bytes = to_bytes(response.into_body(), 1 << 22).await.unwrap();
        (status, String::from_utf8(bytes.to_vec()).unwrap())
    }

    pub async fn order<B: facts::Body>(
        &self,
        name: &str,
        over: &str,
        body: &B,
    ) -> Result<Vec<Landed>, Failure> {
        self.say(name, over, body, Vec::new()).await
    }

    pub async fn say<B: facts::Body>(
        &self,
        name: &str,
        over: &str,
        body: &B,
        known: Vec<supervise::complaint::Known>,
    ) -> Result<Vec<Landed>, Failure> {
        let seen = Seen {
            root: Hex(ledger::hash::empty_root()),
            size: 0,
        };
        let body = Canonical::of(body).unwrap();
        let stream = Stream::Supervision(tender(over));
        let nonce = self.log.rows().len().to_be_bytes();
        let mut wide = [0; 16];
        wide[8..].copy_from_slice(&nonce);
        let act = ledger::act::sign(ORIGIN, stream, B::KIND, body, wide, seen, &key(name));
        let bytes = ledger::act::write(&act).unwrap();
        let admitted = self
            .front
            .admit(&bytes)
            .await
            .map_err(|rejected| rejected.failure)?;
        let command = self.oversight.command(&admitted, known).await?;
        self.scribe.enact(&admitted, command).await
    }

    pub async fn audit(&self) -> supervise::Audit {
        self.oversight.audit(Scope::Payloads).await.unwrap()
    }
}

pub fn suspend(name: &str, over: &str) -> OrderSuspended {
    let (basis, reason) = ("招标投标法实施条例62".to_owned(), "投诉处理".to_owned());
    OrderSuspended {
        basis,
        order: order(name),
        reason,
        tender: tender(over),
        complaint: None,
        until: None,
    }
}

pub fn resume(name: &str, over: &str) -> OrderResumed {
    OrderResumed {
        order: order(name),
        reason: "查无实据".into(),
        tender: tender(over),
    }
}

pub fn refused(outcome: Result<Vec<Landed>, Failure>) -> String {
    match outcome {
        Err(Failure::Refused(refusal)) => refusal.code.into_owned(),
        other => panic!("should have been refused: {other:?}"),
    }
}
