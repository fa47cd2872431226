//! Signing in: one answer to one challenge, for one zone, until it ends.
#![expect(clippy::unwrap_used, reason = "test code")]

mod support;

use axum::Router;
use axum::body::Body;
use axum::http::{Request, StatusCode};
use axum::routing::get;
use desk::gate::{Caller, Gate, SignIn, SignedIn};
use desk::memory::SeededEntropy;
use desk::session::{HELD, PER_ACCOUNT, Session};
use desk::{Entropy, HeldSessions, Problem, Sessions, Zone, problem};
use facts::body::account::AccountRevoked;
use facts::{AccountId, Canonical, Hex, Instant, Kind, Role, Stream};
use kaibiao_desk as desk;
use std::sync::Arc;
use support::{House, ORIGIN, START, code, enrolment, key, public};
use tower::ServiceExt;

fn gate(house: &House, zone: Zone) -> Gate {
    Gate {
        zone,
        origin: ORIGIN.into(),
        directory: house.front.directory.clone(),
        sessions: Arc::new(HeldSessions::default()),
        clock: house.world.clock.clone(),
        entropy: Arc::new(SeededEntropy::new(3)),
    }
}

async fn answer(gate: &Gate, seed: u8, zone: &str) -> SignIn {
    let challenge = gate.challenge().await.unwrap().challenge;
    let message = ledger::message::session(ORIGIN, zone, challenge.bytes());
    SignIn {
        key: public(seed),
        challenge,
        sig: Hex(key(seed).sign(&message).to_bytes()),
    }
}

async fn sign_in(gate: &Gate, seed: u8) -> SignedIn {
    gate.sign_in(&answer(gate, seed, "procurement").await)
        .await
        .unwrap()
}

async fn house() -> House {
    let house = House::founded().await;
    house.enrol("buyer", 2, &[Role::Buyer]).await.unwrap();
    house
}

#[tokio::test]
async fn a_signed_challenge_opens_a_session_once() {
    let house = house().await;
    let gate = gate(&house, Zone::Procurement);
    let signed = answer(&gate, 2, "procurement").await;
    let session = gate.sign_in(&signed).await.unwrap();
    assert_eq!(session.account.as_str(), "buyer");
    let caller = gate.caller(&session.token).await.unwrap();
    assert_eq!(caller.must(Role::Buyer).unwrap().as_str(), "buyer");
    assert_eq!(caller.must(Role::Supervisor).unwrap_err().code, "role.missing");
    assert_eq!(code(gate.sign_in(&signed).await), "session.refused");
    gate.sign_out(&caller).await.unwrap();
    assert_eq!(code(gate.caller(&session.token).await), "session.missing");
}

#[tokio::test]
async fn all_ways_not_to_sign_in_read_alike() {
    let house = house().await;
    let gate = gate(&house, Zone::Procurement);
    let stranger = answer(&gate, 50, "procurement").await;
    let elsewhere = answer(&gate, 2, "evaluation").await;
    let mut forged = answer(&gate, 2, "procurement").await;
    forged.sig.0[0] ^= 1;
    let mut invented = answer(&gate, 2, "procurement").await;
    invented.challenge = Hex([1; 32]);
    let late = answer(&gate, 2, "procurement").await;
    for attempt in [stranger, elsewhere, forged, invented] {
        assert_eq!(code(gate.sign_in(&attempt).await), "session.refused");
    }
    house.world.clock.advance(120_000);
    assert_eq!(code(gate.sign_in(&late).await), "session.refused");
}

#[tokio::test]
async fn a_session_ends_by_rest_by_age_and_by_revocation() {
    let house = house().await;
    let gate = gate(&house, Zone::Procurement);
    let minute = 60_000;
    let resting = sign_in(&gate, 2).await;
    house.world.clock.advance(30 * minute);
    assert_eq!(code(gate.caller(&resting.token).await), "session.missing");

    let used = sign_in(&gate, 2).await;
    for _ in 0..(12 * 3 - 1) {
        house.world.clock.advance(20 * minute);
        gate.caller(&used.token).await.unwrap();
    }
    house.world.clock.advance(20 * minute);
    assert_eq!(code(gate.caller(&used.token).await), "session.missing");

    let session = sign_in(&gate, 2).await;
    let revoked = AccountRevoked {
        account: session.account.clone(),
        reason: "left".to_owned(),
    };
    let stream = Stream::Account(session.account.clone());
    let bytes = house.act(
        stream,
        Kind::AccountRevoked,
        Canonical::of(&revoked).unwrap(),
        9,
        1,
    );
    house.perform(&bytes).await.unwrap();
    assert_eq!(code(gate.caller(&session.token).await), "session.missing");
}

#[tokio::test]
async fn nobody_signs_in_and_no_session_lasts_beyond_the_end_of_the_account() {
    let house = house().await;
    let gate = gate(&house, Zone::Procurement);
    let mut body = enrolment("late", 5, &[Role::Buyer]);
    body.until = Some(START.plus(600_000));
    let stream = Stream::Account(body.account.clone());
    let bytes = house.act(stream, Kind::AccountEnrolled, Canonical::of(&body).unwrap(), 9, 1);
    house.perform(&bytes).await.unwrap();
    let session = sign_in(&gate, 5).await;
    house.world.clock.advance(600_000);
    let caller = gate.caller(&session.token).await.unwrap();
    assert_eq!(caller.until, body.until);
    house.world.clock.advance(1);
    assert_eq!(code(gate.caller(&session.token).await), "session.missing");
    let again = answer(&gate, 5, "procurement").await;
    assert_eq!(code(gate.sign_in(&again).await), "account.expired");
    // Without the key nobody learns that the account has ended.
    let mut forged = answer(&gate, 5, "procurement").await;
    forged.sig.0[0] ^= 1;
    assert_eq!(code(gate.sign_in(&forged).await), "session.refused");
}

#[tokio::test]
async fn a_session_of_one_zone_opens_no_other() {
    let house = house().await;
    let procurement = gate(&house, Zone::Procurement);
    let supervision = Gate {
        zone: Zone::Supervision,
        ..procurement.clone()
    };
    let session = sign_in(&procurement, 2).await;
    assert_eq!(code(supervision.caller(&session.token).await), "session.missing");
    // Even a challenge of the other zone is not taken here, whatever is signed over it.
    let signed = answer(&supervision, 2, "procurement").await;
    assert_eq!(code(procurement.sign_in(&signed).await), "session.refused");
}

async fn buyers(caller: Caller) -> Result<String, Problem> {
    Ok(caller.must(Role::Buyer)?.to_string())
}

async fn anybody(caller: Option<Caller>) -> String {
    caller.map_or_else(|| "nobody".to_owned(), |caller| caller.account.to_string())
}

#[tokio::test]
async fn the_extractor_is_the_guard() {
    let house = house().await;
    let gate = gate(&house, Zone::Procurement);
    let entropy: Arc<dyn Entropy> = Arc::new(SeededEntropy::new(5));
    let router = Router::new()
        .route("/buyers", get(buyers))
        .route("/anybody", get(anybody))
        .layer(axum::middleware::from_fn_with_state(entropy, problem::operations))
        .with_state(gate.clone());
    let ask = |path: &str, token: Option<String>| {
        let mut request = Request::get(path);
        if let Some(token) = token {
            request = request.header("authorization", token);
        }
        let router = router.clone();
        async move {
            let response = router
                .oneshot(request.body(Body::empty()).unwrap())
                .await
                .unwrap();
            let operation = response.headers()["kaibiao-operation"]
                .to_str()
                .unwrap()
                .to_owned();
            let status = response.status();
            let bytes = axum::body::to_bytes(response.into_body(), 1 << 16).await.unwrap();
            (status, operation, String::from_utf8(bytes.to_vec()).unwrap())
        }
    };
    let buyer = format!("Bearer {}", sign_in(&gate, 2).await.token);
    let registrar = format!("Bearer {}", sign_in(&gate, 1).await.token);
    let (status, operation, text) = ask("/buyers", None).await;
    assert_eq!(status, StatusCode::UNAUTHORIZED);
    assert!(operation.len() == 16 && text.contains(&operation), "{text}");
    assert_eq!(
        ask("/buyers", Some("Bearer 00".to_owned())).await.0,
        StatusCode::UNAUTHORIZED
    );
    assert_eq!(
        ask("/buyers", Some(registrar.clone())).await.0,
        StatusCode::FORBIDDEN
    );
    let (status, other, text) = ask("/buyers", Some(buyer)).await;
    assert_eq!((status, text.as_str()), (StatusCode::OK, "buyer"));
    assert_ne!(operation, other);
    assert_eq!(ask("/anybody", None).await.2, "nobody");
    assert_eq!(ask("/anybody", Some(registrar)).await.2, "registrar");
    let stale = format!("Bearer {}", "00".repeat(32));
    assert_eq!(ask("/anybody", Some(stale)).await.0, StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn nobody_is_kept_out_by_challenges_or_sessions_of_others() {
    let sessions = HeldSessions::default();
    let (now, later) = (Instant(1_000), Instant(100_000));
    let name = |number: usize| desk::ledger::hash::sha256(&number.to_be_bytes());
    for number in 0..HELD {
        let given = sessions
            .challenge(name(number), Zone::Procurement, later, now)
            .await;
        assert!(given.unwrap());
    }
    let mine = [7; 32];
    assert!(
        sessions
            .challenge(mine, Zone::Procurement, later, now)
            .await
            .unwrap()
    );
    assert_eq!(sessions.answer(mine, now).await.unwrap(), Some(Zone::Procurement));
    assert_eq!(
        sessions.answer(name(0), now).await.unwrap(),
        None,
        "the oldest gave way"
    );
    assert!(sessions.answer(name(1), now).await.unwrap().is_some());

    let of = |account: &str| Session {
        account: AccountId::parse(account).unwrap(),
        zone: Zone::Procurement,
        expires: later,
        used: now,
    };
    assert!(sessions.begin(mine, of("quiet"), now).await.unwrap());
    for number in 0..=PER_ACCOUNT {
        assert!(sessions.begin(name(number), of("eager"), now).await.unwrap());
    }
    assert_eq!(
        sessions.find(name(0), now).await.unwrap(),
        None,
        "an account crowds out itself"
    );
    assert!(sessions.find(name(1), now).await.unwrap().is_some());
    assert!(sessions.find(mine, now).await.unwrap().is_some());
}
