//! The desk with everything behind it in memory: people who signed in, a log, one file under each of two codes.

use crate::common::*;
use async_trait::async_trait;
use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{Request, StatusCode, header};
use desk::account::{self, Accounts};
use desk::gate::SignIn;
use desk::memory::{HeldClock, MemoryLog, SeededEntropy};
use desk::{Directory, Front, Gate, HeldSessions, Keys, Outage, Pen, Scribe, Tools, Zone};
use evaluate::blind::Place;
use evaluate::dossiers::Content;
use evaluate::{Command, DossierFile, Dossiers, Evaluations, Lookups};
use facts::body::account::AccountEnrolled;
use facts::body::evaluation::RecusalDeclared;
use facts::body::seat::{HoursSet, SeatEntered};
use facts::id::{CodeId, PartId};
use facts::{Canonical, Decider, Draft, Hex, Instant, Record, Refusal, Role, Seen, Stream, TenderId};
use ledger::{NoteSigner, refusal_note};
use seal::SigningKey;
use std::collections::BTreeSet;
use std::sync::Arc;
use tower::ServiceExt;

pub(crate) const ORIGIN: &str = "kaibiao.test/log";

/// Writes whatever history a test needs.
pub(crate) struct Fixture;

impl Decider for Fixture {
    type State = ();
    type Command = Vec<Draft>;
    fn evolve((): &mut (), _: &Record) {}
    fn decide((): &(), drafts: Vec<Draft>, _: Instant) -> Result<Vec<Draft>, Refusal> {
        Ok(drafts)
    }
}

/// One technical file under K1 and K2; a letter that is there but never listed.
pub(crate) struct Shelf;

#[async_trait]
impl Dossiers for Shelf {
    async fn files(&self, _: &TenderId, code: &CodeId) -> Result<Vec<DossierFile>, Outage> {
        let listed = ["K1", "K2"].contains(&code.as_str());
        let file = DossierFile {
            bytes: 9,
            part: PartId::parse("tech").unwrap(),
        };
        Ok(if listed { vec![file] } else { vec![] })
    }

    async fn content(&self, _: &TenderId, _: &CodeId, part: &PartId) -> Result<Option<Content>, Outage> {
        let text = if part.as_str() == "letter" {
            "the price"
        } else {
            "the plans"
        };
        Ok(Some(Box::pin(futures_util::stream::iter([Ok(text.into())]))))
    }

    async fn named(
        &self,
        _: &TenderId,
        code: &CodeId,
        part: &PartId,
    ) -> Result<Option<BTreeSet<Place>>, Outage> {
        let known = code.as_str() == "K1" && part.as_str() == "tech";
        Ok(known.then(|| [Place::Metadata].into()))
    }
}

pub(crate) struct World {
    pub(crate) scribe: Scribe<Evaluations>,
    pub(crate) router: Router,
    pub(crate) gate: Gate,
    pub(crate) front: Front,
}

pub(crate) fn key(name: &str) -> SigningKey {
    let mut seed = [7; 32];
    seed.iter_mut()
        .zip(name.bytes())
        .for_each(|(byte, letter)| *byte = letter);
    SigningKey::from_seed(&seed)
}

pub(crate) async fn world() -> World {
    let clock = Arc::new(HeldClock::at(NOW));
    let signer = Arc::new(Keys {
        log: NoteSigner::new(ORIGIN, key("log")).unwrap(),
        refusals: refusal_note::signer(ORIGIN, key("refusals")).unwrap(),
    });
    let tools = Tools {
        log: Arc::new(MemoryLog::new()),
        clock: clock.clone(),
        entropy: Arc::new(SeededEntropy::new(1)),
        signer: signer.clone(),
        origin: ORIGIN.to_owned(),
        sole: true,
    };
    let (pen, _task) = Pen::start(tools).await.unwrap();
    let fixture = Scribe::<Fixture>::new(&pen, account::marks);
    let people = (0..6)
        .map(|n| (expert(n), Role::Expert))
        .chain([("buyer".to_owned(), Role::Buyer)]);
    for (name, role) in people {
        let body = AccountEnrolled {
            account: account(&name),
            contact: String::new(),
            custody: None,
            employer: String::new(),
            held: Hex(ledger::message::held(&[7; 32], "", "", "")),
            key: Hex(key(&name).public().to_bytes()),
            name: String::new(),
            proof: Hex([0; 64]),
            roles: vec![role],
            salt: Hex([7; 32]),
            until: None,
        };
        let stream = Stream::Account(account(&name));
        let draft = Draft::platform(stream.clone(), &body).unwrap();
        fixture.submit(stream, vec![draft]).await.unwrap();
    }
    let directory = Directory::new(pen.log(), Scribe::<Accounts>::new(&pen, account::marks).reader());
    let gate = Gate {
        zone: Zone::Evaluation,
        origin: ORIGIN.into(),
        directory: directory.clone(),
        sessions: Arc::new(HeldSessions::default()),
        clock: clock.clone(),
        entropy: Arc::new(SeededEntropy::new(2)),
    };
    let front = Front {
        zone: Zone::Evaluation,
        pen: pen.clone(),
        directory,
        signer,
        clock,
    };
    let scribe = Scribe::<Evaluations>::new(&pen, |_| Vec::new());
    let pools = Scribe::<evaluate::pool::Pools>::new(&pen, |_| Vec::new());
    let router = evaluate::router(
        scribe.clone(),
        evaluate::Panels::new(pen.log(), scribe.reader()),
        pools.reader(),
        Arc::new(Shelf),
        gate.clone(),
    );
    World {
        scribe,
        router,
        gate,
        front,
    }
}

impl World {
    pub(crate) async fn token(&self, name: &str) -> String {
        let challenge = self.gate.challenge().await.unwrap().challenge;
        let message = ledger::message::session(ORIGIN, Zone::Evaluation.word(), challenge.bytes());
        let key = key(name);
        let sig = Hex(key.sign(&message).to_bytes());
        let answer = SignIn {
            key: Hex(key.public().to_bytes()),
            challenge,
            sig,
        };
        self.gate.sign_in(&answer).await.unwrap().token.to_string()
    }

    pub(crate) async fn get(&self, path: &str, token: Option<&str>) -> (StatusCode, String) {
        self.get_from(path, token, None).await
    }

    /// The same with a request that a device signed for this path.
    pub(crate) async fn get_from(
        &self,
        path: &str,
        token: Option<&str>,
        device: Option<(&SigningKey, i64)>,
    ) -> (StatusCode, String) {
        let mut request = Request::get(path);
        if let Some((device, at)) = device {
            let message = ledger::message::device_request(ORIGIN, path, u64::try_from(at).unwrap());
            let sig = Hex(device.sign(&message).to_bytes());
            request = request.header("kaibiao-device", format!("{at}.{sig}"));
        }
        if let Some(token) = token {
            request = request.header(header::AUTHORIZATION, format!("Bearer {token}"));
        }
        let response = self
            .router
            .clone()
            .oneshot(request.body(Body::empty()).unwrap())
            .await
            .unwrap();
        let status = response.status();
        let bytes = to_bytes(response.into_body(), 1 << 20).await.unwrap();
        (status, String::from_utf8(bytes.to_vec()).unwrap())
    }

    pub(crate) async fn tell(&self, command: Command) {
        self.scribe.submit(stream(), command).await.unwrap();
    }

    /// An act as a person's machine signs and sends it.
    pub(crate) async fn act<B: facts::Body>(&self, name: &str, body: &B, lookups: Lookups) -> Outcome {
        let seen = Seen {
            root: Hex(empty_root()),
            size: 0,
        };
        let body = Canonical::of(body).unwrap();
        let act = ledger::act::sign(ORIGIN, stream(), B::KIND, body, [5; 16], seen, &key(name));
        let bytes = ledger::act::write(&act).unwrap();
        let admitted = self
            .front
            .admit(&bytes)
            .await
            .map_err(|rejected| rejected.failure)?;
        let command = evaluate::command(&admitted, lookups)?;
        self.scribe.enact(&admitted, command).await
    }

    pub(crate) async fn appoint_five(&self) {
        let seats: Vec<_> = (0..5).map(|n| (n, expert(n))).collect();
        let seats: Vec<_> = seats.iter().map(|(n, name)| (*n, name.as_str())).collect();
        let lookups = Lookups {
            circumstances: Some(circumstances()),
            ..Lookups::default()
        };
        self.act("buyer", &panel_body(&seats), lookups).await.unwrap();
    }

    /// The room is open for an hour from now, and the seat comes in from a device.
    pub(crate) async fn enter(&self, name: &str, n: usize, device: &SigningKey) -> Outcome {
        let hours = HoursSet {
            from: NOW,
            tender: tender(),
            until: NOW.plus(3_600_000),
        };
        let lookups = Lookups {
            owners: [account("buyer")].into(),
            ..Lookups::default()
        };
        self.act("buyer", &hours, lookups).await?;
        let message = ledger::message::device(ORIGIN, &tender(), &seat(n));
        let entered = SeatEntered {
            device: Hex(device.public().to_bytes()),
            proof: Hex(device.sign(&message).to_bytes()),
            seat: seat(n),
            tender: tender(),
        };
        let lookups = Lookups {
            device_proven: desk::draw::device_signed(&entered.device, &message, &entered.proof),
            ..Lookups::default()
        };
        self.act(name, &entered, lookups).await
    }

    pub(crate) async fn declare_by_act(&self, name: &str, n: usize) -> Outcome {
        let body = RecusalDeclared {
            conflicts: vec![],
            seat: seat(n),
            tender: tender(),
        };
        self.act(name, &body, Lookups::default()).await
    }
}

pub(crate) type Outcome = Result<Vec<desk::Landed>, desk::Failure>;

pub(crate) fn empty_root() -> [u8; 32] {
    ledger::hash::empty_root()
}
