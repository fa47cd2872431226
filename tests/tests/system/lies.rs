//! A platform that lies to one person: what its answers say does not matter, only what its log proves.
//!
//! Invariant: the log behind the lies is honest, so whatever is noticed here is noticed by the person's machine.

use crate::http::{Answer, ask, get};
use crate::people::{Person, custodians, newcomer, registrar, revoke};
use crate::platform::{Database, Platform};
use crate::tender::{Tender, announce, seal_bid};
use cli::{Failure, Session};
use facts::body::award::TenderTerminated;
use facts::body::platform::FactErased;
use facts::body::tender::TenderAmended;
use facts::{Canonical, Hex, Role, Stream};
use serde_json::{Value, json};
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::Arc;

/// Changes an answer to a path.
type Lie = Arc<dyn Fn(&str, &mut Value) + Send + Sync>;

/// A liar between a person and the procurement zone; its address.
fn liar(zone: &str, lie: Lie) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    let zone = zone.to_owned();
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let (zone, lie) = (zone.clone(), lie.clone());
            std::thread::spawn(move || lie_once(stream.unwrap(), &zone, &lie));
        }
    });
    format!("http://{address}")
}

fn lie_once(stream: TcpStream, zone: &str, lie: &Lie) {
    let mut reader = BufReader::new(stream);
    let (mut first, mut length) = (String::new(), 0);
    if reader.read_line(&mut first).unwrap_or_default() == 0 {
        return;
    }
    let mut words = first.split(' ');
    let (method, path) = (words.next().unwrap().to_owned(), words.next().unwrap().to_owned());
    loop {
        let mut line = String::new();
        reader.read_line(&mut line).unwrap();
        if let Some(value) = line.to_lowercase().strip_prefix("content-length:") {
            length = value.trim().parse().unwrap();
        }
        if line.trim().is_empty() {
            break;
        }
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body).unwrap();
    let asked = ask(zone, &method, &path)
        .header("content-type", "application/json")
        .body(body);
    let Answer { status, body, .. } = asked.send();
    let told = match serde_json::from_slice::<Value>(&body) {
        Ok(mut value) => {
            lie(&path, &mut value);
            value.to_string().into_bytes()
        }
        Err(_) => body,
    };
    let head = format!(
        "HTTP/1.1 {status} Told\r\nconnection: close\r\ncontent-length: {}\r\n\r\n",
        told.len()
    );
    let mut stream = reader.into_inner();
    let _gone = stream
        .write_all(head.as_bytes())
        .and_then(|()| stream.write_all(&told));
}

struct Scene {
    platform: Platform,
    registry: Person,
    buyer: Person,
    tender: Tender,
    /// Another tender of the same buyer.
    other: Tender,
}

/// A tender with two addenda, and another.
fn scene() -> Scene {
    let platform = Platform::start(&Database::Sqlite);
    let mut registry = registrar(&platform);
    let mut buyer = newcomer(&platform, &mut registry, "buyer", Role::Buyer);
    let mut keepers = custodians(&platform, &mut registry, 3);
    let other = announce(&platform, &mut buyer, &mut keepers, "T0");
    let tender = announce(&platform, &mut buyer, &mut keepers, "T1");
    for number in 1..=2 {
        let before = buyer.session.terms(&tender.id).unwrap();
        let mut body = TenderAmended {
            closes_at: before.closes_at,
            documents: Vec::new(),
            number,
            rules: before.rules,
            substantive: false,
            tender: tender.id.clone(),
            text: format!("澄清之{number}"),
        };
        let canonical = Canonical::of(&body).unwrap();
        body.rules = Hex(ledger::message::rules_of_addendum(&before.rules.0, &canonical));
        buyer.act(tender.stream(), &body);
    }
    Scene {
        platform,
        registry,
        buyer,
        tender,
        other,
    }
}

impl Scene {
    /// Somebody whose platform tells these lies.
    fn deceived(&self, name: &str, lie: impl Fn(&str, &mut Value) + Send + Sync + 'static) -> Session {
        let base = liar(&self.platform.addresses.procurement, Arc::new(lie));
        let home = self.platform.dir.path().join(name);
        std::fs::create_dir_all(&home).unwrap();
        Session::connect(&base, &home, None, false).unwrap()
    }

    fn seq(&self, tender: &str, kind: &str) -> u64 {
        let shown = get(
            &self.platform.addresses.procurement,
            &format!("/api/tenders/{tender}"),
        )
        .json();
        let records = shown["records"].as_array().unwrap().clone();
        records.iter().find(|record| record["kind"] == kind).unwrap()["seq"]
            .as_u64()
            .unwrap()
    }
}

fn distrusted<T: std::fmt::Debug>(found: Result<T, Failure>, why: &str) {
    match found {
        Err(Failure::Check(said)) => assert!(said.contains(why), "{said}"),
        other => panic!("believed, or another failure: {other:?}"),
    }
}

#[test]
fn false_texts_change_nothing_that_is_sealed_to() {
    let mut scene = scene();
    let truth = scene.buyer.session.terms(&scene.tender.id).unwrap();
    let mut session = scene.deceived("texts", |path, answer| {
        if path.starts_with("/api/tenders/T1") {
            for record in answer["records"].as_array_mut().unwrap() {
                record["body"]["closes_at"] = json!(1);
                record["body"]["stages"] = json!([]);
                record["body"]["key_id"] = json!("00".repeat(32));
            }
        }
    });
    let told = session.terms(&scene.tender.id).unwrap();
    assert_eq!(
        (told.rules, told.closes_at, told.addenda),
        (truth.rules, truth.closes_at, 2)
    );
    assert_eq!(told.notice, scene.tender.notice);
    assert!(session.stage_keys(&told).is_ok());
}

#[test]
fn facts_left_out_or_of_another_tender_are_noticed() {
    let scene = scene();
    let mut session = scene.deceived("left-out", |path, answer| {
        if path.starts_with("/api/tenders/T1") {
            let records = answer["records"].as_array_mut().unwrap();
            let first = records
                .iter()
                .position(|record| record["kind"] == "tender.amended")
                .unwrap();
            records.remove(first);
        }
    });
    distrusted(
        session.terms(&scene.tender.id),
        "an addendum is withheld or false",
    );

    let stranger = scene.seq(scene.other.id.as_str(), "tender.noticed");
    let mut session = scene.deceived("another", move |path, answer| {
        if path.starts_with("/api/tenders/T1") {
            let records = answer["records"].as_array_mut().unwrap();
            records
                .retain(|record| record["kind"] == "tender.registered" || record["kind"] == "tender.noticed");
            records.insert(
                0,
                json!({ "actor": "", "at": 0, "body": {}, "kind": "tender.noticed", "seq": stranger }),
            );
        }
    });
    distrusted(session.terms(&scene.tender.id), "but is one of tender/T0");
}

#[test]
fn a_custodian_or_a_buyer_whom_no_registrar_enrolled_is_noticed() {
    let scene = scene();
    let base = scene.platform.addresses.procurement.clone();
    let of = |account: &str| {
        get(&base, &format!("/api/accounts/{account}")).json()["enrolled"]
            .as_u64()
            .unwrap()
    };
    let (second, bidder) = (of("custodian-2"), of("custodian-3"));
    let mut session = scene.deceived("custodian", move |path, answer| {
        if path == "/api/accounts/custodian-1" {
            answer["enrolled"] = json!(second);
        }
    });
    let terms = session.terms(&scene.tender.id).unwrap();
    distrusted(session.stage_keys(&terms), "it enrols another account");
    let mut session = scene.deceived("buyer", move |path, answer| {
        if path == "/api/accounts/buyer" {
            answer["enrolled"] = json!(bidder);
        }
    });
    distrusted(session.terms(&scene.tender.id), "it enrols another account");
}

#[test]
fn a_lock_is_not_given_before_the_deadline_whatever_the_platform_says() {
    let mut scene = scene();
    let mut bidder = newcomer(&scene.platform, &mut scene.registry, "bidder-01", Role::Bidder);
    let bid = seal_bid(&scene.platform, &mut bidder, &scene.tender, 1);
    let stage = scene.tender.notice.stages[0].stage.clone();
    let given = cli::commands::opening::unlock(&mut bidder.session, &bid.folder, &stage, &bid.key);
    assert!(
        matches!(&given, Err(Failure::Declined(why)) if why.contains("has not come yet")),
        "{given:?}"
    );
}

#[test]
fn an_enrolment_that_a_running_tender_needs_is_not_erased() {
    let mut scene = scene();
    let mut bidder = newcomer(&scene.platform, &mut scene.registry, "bidder-01", Role::Bidder);
    seal_bid(&scene.platform, &mut bidder, &scene.tender, 1);
    let seq = bidder
        .session
        .procurement
        .get::<Value>("/api/accounts/bidder-01")
        .unwrap()["enrolled"]
        .as_u64();
    revoke(&mut scene.registry, &bidder.account);
    let order = FactErased {
        basis: "个人信息保护法47".to_owned(),
        reason: "本人申请".to_owned(),
        seq: seq.unwrap(),
    };
    let erase = |registry: &mut Person| registry.session.act(&registry.key, Stream::Platform, &order);
    match erase(&mut scene.registry) {
        Err(Failure::Refused { code, sentence, .. }) => {
            assert_eq!(code, "fact.needed");
            assert!(
                !sentence.contains("T1"),
                "a registrar need not know who bids where: {sentence}"
            );
        }
        other => panic!("{other:?}"),
    }
    let reason = "项目取消".to_owned();
    scene.buyer.act(
        scene.tender.stream(),
        &TenderTerminated {
            reason,
            tender: scene.tender.id.clone(),
        },
    );
    erase(&mut scene.registry).unwrap();
}
