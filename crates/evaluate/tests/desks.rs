//! The expert's desk over HTTP, and acts through the real front door, on a log in memory.
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

extern crate kaibiao_evaluate as evaluate;

mod common;

use async_trait::async_trait;
use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{Request, StatusCode, header};
use common::*;
use desk::account::{self, Accounts};
use desk::gate::SignIn;
use desk::memory::{HeldClock, MemoryLog, SeededEntropy};
use desk::{Directory, Front, Gate, HeldSessions, Keys, Outage, Pen, Scribe, Tools, Zone};
use evaluate::blind::Place;
use evaluate::dossiers::Content;
use evaluate::{Command, DossierFile, Dossiers, Evaluations, Ground, Lookups};
use facts::body::account::AccountEnrolled;
use facts::body::evaluation::RecusalDeclared;
use facts::body::seat::{HoursSet, SeatEntered};
use facts::id::{CodeId, PartId};
use facts::{
    Body as _, Canonical, Decider, Draft, Hex, Instant, Record, Refusal, Role, Seen, Stream, TenderId,
};
use ledger::{NoteSigner, refusal_note};
use seal::SigningKey;
use serde_json::Value;
use std::collections::BTreeSet;
use std::sync::Arc;
use tower::ServiceExt;

const ORIGIN: &str = "kaibiao.test/log";

/// Writes whatever history a test needs.
struct Fixture;

impl Decider for Fixture {
    type State = ();
    type Command = Vec<Draft>;
    fn evolve((): &mut (), _: &Record) {}
    fn decide((): &(), drafts: Vec<Draft>, _: Instant) -> Result<Vec<Draft>, Refusal> {
        Ok(drafts)
    }
}

/// One technical file under K1 and K2; a letter that is there but never listed.
struct Shelf;

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

struct World {
    scribe: Scribe<Evaluations>,
    router: Router,
    gate: Gate,
    front: Front,
}

fn key(name: &str) -> SigningKey {
    let mut seed = [7; 32];
    seed.iter_mut()
        .zip(name.bytes())
        .for_each(|(byte, letter)| *byte = letter);
    SigningKey::from_seed(&seed)
}

async fn world() -> World {
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
    async fn token(&self, name: &str) -> String {
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

    async fn get(&self, path: &str, token: Option<&str>) -> (StatusCode, String) {
        self.get_from(path, token, None).await
    }

    /// The same with a request that a device signed for this path.
    async fn get_from(
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

    async fn tell(&self, command: Command) {
        self.scribe.submit(stream(), command).await.unwrap();
    }

    /// An act as a person's machine signs and sends it.
    async fn act<B: facts::Body>(&self, name: &str, body: &B, lookups: Lookups) -> Outcome {
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

    async fn appoint_five(&self) {
        let seats: Vec<_> = (0..5).map(|n| (n, expert(n))).collect();
        let seats: Vec<_> = seats.iter().map(|(n, name)| (*n, name.as_str())).collect();
        let lookups = Lookups {
            circumstances: Some(circumstances()),
            ..Lookups::default()
        };
        self.act("buyer", &panel_body(&seats), lookups).await.unwrap();
    }

    /// The room is open for an hour from now, and the seat comes in from a device.
    async fn enter(&self, name: &str, n: usize, device: &SigningKey) -> Outcome {
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

    async fn declare_by_act(&self, name: &str, n: usize) -> Outcome {
        let body = RecusalDeclared {
            conflicts: vec![],
            seat: seat(n),
            tender: tender(),
        };
        self.act(name, &body, Lookups::default()).await
    }
}

type Outcome = Result<Vec<desk::Landed>, desk::Failure>;

fn empty_root() -> [u8; 32] {
    ledger::hash::empty_root()
}

#[tokio::test]
async fn a_seat_sees_codes_and_files_but_neither_price_nor_name() {
    let world = world().await;
    let path = "/api/evaluations/T1";
    assert_eq!(world.get(path, None).await.0, StatusCode::UNAUTHORIZED);
    let (one, outsider, buyer) = (
        world.token("expert-1").await,
        world.token("expert-5").await,
        world.token("buyer").await,
    );
    assert_eq!(world.get(path, Some(&one)).await.0, StatusCode::NOT_FOUND);
    world.tell(open(composite(5))).await;
    world.appoint_five().await;
    assert_eq!(world.get(path, Some(&buyer)).await.0, StatusCode::FORBIDDEN);
    // A stranger learns nothing, not even that there is an evaluation.
    let (status, stranger) = world.get(path, Some(&outsider)).await;
    let (_, nothing) = world.get("/api/evaluations/T9", Some(&outsider)).await;
    assert_eq!((status, &stranger), (StatusCode::NOT_FOUND, &nothing));

    // Before the declaration: the seat and the items, but no code.
    let (status, text) = world.get(path, Some(&one)).await;
    assert_eq!(status, StatusCode::OK);
    let view: Value = serde_json::from_str(&text).unwrap();
    assert_eq!(
        (&view["seat"], &view["step"]),
        (&"S1".into(), &"declaring".into())
    );
    assert_eq!(view["codes"], Value::Array(vec![]));
    assert_eq!(view["items"][0]["item"], "design");
    assert_eq!(view["items"][0]["max"], 3000);
    let file = "/api/evaluations/T1/files/K1/tech";
    let (status, text) = world.get(file, Some(&one)).await;
    assert_eq!(status, StatusCode::FORBIDDEN);
    assert!(text.contains("seat.undeclared_not_allowed"), "{text}");

    let landed = world.declare_by_act("expert-1", 1).await.unwrap();
    assert!(landed[0].receipt().await.unwrap().contains("tlog-proof"));
    let (_, text) = world.get(path, Some(&one)).await;
    let view: Value = serde_json::from_str(&text).unwrap();
    let codes: Vec<_> = view["codes"]
        .as_array()
        .unwrap()
        .iter()
        .map(|code| code["code"].as_str().unwrap())
        .collect();
    assert_eq!(codes, ["K1", "K2", "K3"]);
    assert_eq!(view["codes"][0]["files"][0]["part"], "tech");
    for secret in ["10000", "11000", "12000", "price", "bid-", "expert", "sha256"] {
        assert!(!text.contains(secret), "{secret} in {text}");
    }
    // Free of conflict is not enough: the room has hours, and the seat one device.
    let device = key("device");
    let from = Some((&device, NOW.0));
    for closed in [file.to_owned(), format!("{file}/names")] {
        let (status, text) = world.get_from(&closed, Some(&one), from).await;
        assert_eq!(status, StatusCode::CONFLICT, "{text}");
        assert!(text.contains("room.closed"), "{text}");
    }
    world.enter("expert-1", 1, &device).await.unwrap();
    for other in [
        None,
        Some((&key("other"), NOW.0)),
        Some((&device, NOW.0 - 61_000)),
    ] {
        let (status, text) = world.get_from(file, Some(&one), other).await;
        assert_eq!(status, StatusCode::FORBIDDEN, "{text}");
        assert!(text.contains("room.device_not_allowed"), "{text}");
    }
    // Where a file names its bidder is told as a place, to who may read the file.
    let (status, text) = world.get(&format!("{file}/names"), Some(&one)).await;
    assert_eq!(
        (status, text.as_str()),
        (StatusCode::OK, r#"{"places":["metadata"]}"#)
    );
    let missing = world
        .get("/api/evaluations/T1/files/K2/tech/names", Some(&one))
        .await;
    assert_eq!(missing.0, StatusCode::NOT_FOUND);
    let stranger = world.get(&format!("{file}/names"), Some(&outsider)).await;
    assert_eq!(stranger.0, StatusCode::NOT_FOUND);
    let before = world.scribe.state(&stream()).await.unwrap().secret.len();
    assert_eq!(
        world.get_from(file, Some(&one), from).await,
        (StatusCode::OK, "the plans".to_owned())
    );
    let after = world.scribe.state(&stream()).await.unwrap().secret.len();
    assert_eq!(after, before + 1, "what was read is in the log");
    for closed in ["K1/letter", "K3/tech", "K9/tech", "K1/..%2Ftech"] {
        let path = format!("/api/evaluations/T1/files/{closed}");
        let (status, text) = world.get_from(&path, Some(&one), from).await;
        assert_eq!(status, StatusCode::NOT_FOUND, "{closed}");
        assert!(!text.contains("the price"));
    }
    assert_eq!(world.get(file, Some(&outsider)).await.0, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn acts_are_admitted_for_the_seat_of_their_signer_alone() {
    let world = world().await;
    world.tell(open(composite(5))).await;
    world.appoint_five().await;
    let refused = |outcome: Result<Vec<desk::Landed>, desk::Failure>| match outcome {
        Err(desk::Failure::Refused(refusal)) => refusal.code.into_owned(),
        other => panic!("should have been refused: {other:?}"),
    };
    assert_eq!(
        refused(world.declare_by_act("expert-2", 1).await),
        "seat.not_yours"
    );
    assert_eq!(refused(world.declare_by_act("buyer", 1).await), "role.missing");
    assert!(world.declare_by_act("expert-1", 1).await.is_ok());
    assert!(world.scribe.state(&stream()).await.unwrap().seats[&seat(1)].free);
}

#[tokio::test]
async fn a_suspended_tender_takes_no_act_and_a_foreign_stream_none_either() {
    let world = world().await;
    let body = RecusalDeclared {
        conflicts: vec![],
        seat: seat(1),
        tender: tender(),
    };
    let admit = async |stream: Stream| {
        let seen = Seen {
            root: Hex(empty_root()),
            size: 0,
        };
        let body = Canonical::of(&body).unwrap();
        let act = ledger::act::sign(
            ORIGIN,
            stream,
            RecusalDeclared::KIND,
            body,
            [5; 16],
            seen,
            &key("expert-1"),
        );
        world
            .front
            .admit(&ledger::act::write(&act).unwrap())
            .await
            .unwrap()
    };
    let admitted = admit(stream()).await;
    let halted = Lookups {
        suspended: Some("O1".parse().unwrap()),
        ..Lookups::default()
    };
    assert_eq!(
        evaluate::command(&admitted, halted).unwrap_err().code,
        "tender.suspended"
    );
    let foreign = admit(Stream::Evaluation(TenderId::parse("T2").unwrap())).await;
    assert_eq!(
        evaluate::command(&foreign, Lookups::default()).unwrap_err().code,
        "act.stream_invalid"
    );
    assert_eq!(evaluate::experts_named(&admitted.act), BTreeSet::new());
}

#[tokio::test]
async fn the_disclosure_leaves_its_marks() {
    let world = world().await;
    world.tell(open(composite(0))).await;
    let codes = world
        .scribe
        .state(&stream())
        .await
        .unwrap()
        .secret
        .first()
        .copied()
        .unwrap();
    world.tell(Command::Disclose(Ground::Concluded)).await;
    let log = world.scribe.pen().log();
    let marked = log.mark(desk::mark::DISCLOSED, &codes.to_string()).await.unwrap();
    assert!(marked.is_some());
}
