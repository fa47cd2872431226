//! Events sent by the server: five hundred who watch one tender, some of whom come and go.

use crate::people::{enrolment, key, land, sign};
use crate::platform::{Database, Platform, on_both};
use crate::web::{ask, get, until};
use facts::body::supervision::{OrderResumed, OrderSuspended};
use facts::body::tender::{Regime, TenderRegistered};
use facts::id::OrderId;
use facts::{AccountId, Role, Stream, TenderId};
use std::collections::BTreeSet;
use std::time::Duration;
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader, Lines};
use tokio::net::TcpStream;
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};

const VIEWERS: usize = 500;
/// Pairs of orders, each suspending the tender and resuming it.
const ORDERS: usize = 6;
const EVENTS: usize = 1 + 2 * ORDERS;

/// A stream of events.
pub(crate) struct Viewer {
    lines: Lines<BufReader<OwnedReadHalf>>,
    _kept_open: OwnedWriteHalf,
}

impl Viewer {
    pub(crate) async fn connect(base: &str, path: &str, last: Option<&str>) -> Self {
        let address = base.strip_prefix("http://").unwrap();
        let stream = TcpStream::connect(address).await.unwrap();
        let (read, mut write) = stream.into_split();
        let last = last.map_or_else(String::new, |id| format!("last-event-id: {id}\r\n"));
        // HTTP/1.0: the events come as they are, without chunks.
        let request = format!("GET {path} HTTP/1.0\r\nhost: {address}\r\n{last}\r\n");
        write.write_all(request.as_bytes()).await.unwrap();
        let mut lines = BufReader::new(read).lines();
        let status = lines.next_line().await.unwrap().unwrap();
        assert!(status.contains(" 200 "), "{status}");
        while !lines.next_line().await.unwrap().unwrap().is_empty() {}
        Self {
            lines,
            _kept_open: write,
        }
    }

    /// The next event: its id, its name, its data. `None` when the server ended the stream.
    pub(crate) async fn event(&mut self) -> Option<(String, String, String)> {
        let (mut id, mut name, mut data) = Default::default();
        loop {
            let line = tokio::time::timeout(Duration::from_secs(30), self.lines.next_line());
            let line = line.await.expect("a heartbeat at least").unwrap()?;
            match line.split_once(": ") {
                Some(("id", value)) => value.clone_into(&mut id),
                Some(("event", value)) => value.clone_into(&mut name),
                Some(("data", value)) => value.clone_into(&mut data),
                _ if line.is_empty() && !name.is_empty() => return Some((id, name, data)),
                _ => {}
            }
        }
    }

    /// The next fact.
    async fn fact(&mut self) -> Option<(String, String)> {
        loop {
            let (id, name, data) = self.event().await?;
            if name == "fact" {
                return Some((id, data));
            }
        }
    }
}

/// Watches until all events came; comes back after `patience` of them, if that is given, again and again.
async fn watch(base: String, patience: Option<usize>) -> Vec<(String, String)> {
    let mut heard: Vec<(String, String)> = Vec::new();
    while heard.len() < EVENTS {
        let last = heard.last().map(|(id, _)| id.clone());
        let mut viewer = Viewer::connect(&base, "/api/tenders/T1/events", last.as_deref()).await;
        let enough = patience.map_or(EVENTS, |patience| heard.len().saturating_add(patience));
        while heard.len() < enough.min(EVENTS) {
            heard.push(viewer.fact().await.unwrap());
        }
    }
    heard
}

fn register(base: &str) -> TenderId {
    land(
        base,
        &enrolment("supervisor", &key("supervisor"), Role::Supervisor),
    );
    land(base, &enrolment("buyer", &key("buyer"), Role::Buyer));
    let tender = TenderId::parse("T1").unwrap();
    let body = TenderRegistered {
        agent: None,
        buyer: AccountId::parse("buyer").unwrap(),
        regime: Regime::Works,
        tender: tender.clone(),
        title: "某县道路改造".to_owned(),
    };
    land(base, &sign(&key("buyer"), Stream::Tender(tender.clone()), &body));
    tender
}

fn order(platform: &Platform, tender: &TenderId, n: usize) {
    let (base, stream) = (
        &platform.addresses().supervision,
        Stream::Supervision(tender.clone()),
    );
    let order = OrderId::parse(&format!("O{n}")).unwrap();
    let suspended = |wanted: bool| {
        until("the courier", || {
            let view = get(platform.procurement(), "/api/tenders/T1").json();
            (view["state"]["suspended"] == wanted).then_some(())
        });
    };
    let body = OrderSuspended {
        basis: "招标投标法实施条例61".to_owned(),
        order: order.clone(),
        reason: "a complaint".to_owned(),
        tender: tender.clone(),
        complaint: None,
        until: None,
    };
    land(base, &sign(&key("supervisor"), stream.clone(), &body));
    suspended(true);
    let body = OrderResumed {
        order,
        reason: "settled".to_owned(),
        tender: tender.clone(),
    };
    land(base, &sign(&key("supervisor"), stream, &body));
    suspended(false);
}

#[test]
fn five_hundred_viewers_get_every_event_once_and_in_order() {
    on_both(|database| {
        let platform = Platform::start(database);
        let base = platform.procurement().to_owned();
        let tender = register(&base);
        let viewers = platform.block_on(async {
            let viewers = (0..VIEWERS).map(|n| {
                let patience = (n % 5 == 0).then_some(1 + n % 3);
                tokio::spawn(watch(base.clone(), patience))
            });
            viewers.collect::<Vec<_>>()
        });
        for n in 0..ORDERS {
            order(&platform, &tender, n);
        }
        let view = get(&base, "/api/tenders/T1").json();
        let expected: Vec<String> = view["records"]
            .as_array()
            .unwrap()
            .iter()
            .map(|r| r["seq"].to_string())
            .collect();
        assert_eq!(expected.len(), EVENTS, "{view}");
        let mut told = BTreeSet::new();
        for viewer in viewers {
            let heard = platform.block_on(viewer).unwrap();
            let ids: Vec<&String> = heard.iter().map(|(id, _)| id).collect();
            assert_eq!(ids, expected.iter().collect::<Vec<_>>(), "{}", database.name);
            told.insert(heard);
        }
        assert_eq!(told.len(), 1, "all are told the same");
        let heard = told.into_iter().next().unwrap();
        for ((_, data), record) in heard.iter().zip(view["records"].as_array().unwrap()) {
            let data: serde_json::Value = serde_json::from_str(data).unwrap();
            assert_eq!(
                (&data["record"], &data["phase"]),
                (record, &serde_json::json!("registered"))
            );
        }
        // Whoever comes late gets all of it, whoever comes back what is new, and nothing is new here.
        let late = platform.block_on(watch(base.clone(), None));
        assert_eq!(late, heard);
        let last = &heard.last().unwrap().0;
        let mut back = platform.block_on(Viewer::connect(&base, "/api/tenders/T1/events", Some(last)));
        let (_, name, data) = platform.block_on(back.event()).unwrap();
        assert!(name == "time" && data.starts_with("{\"now\":"), "{name} {data}");
        order(&platform, &tender, ORDERS);
        let (next, _) = platform.block_on(back.fact()).unwrap();
        assert!(next.parse::<u64>().unwrap() > last.parse().unwrap());
    });
}

#[test]
fn who_watches_is_sent_away_when_the_platform_stops() {
    let mut platform = Platform::start(&Database::sqlite());
    let base = platform.procurement().to_owned();
    register(&base);
    let (mut viewer, mut log) = platform.block_on(async {
        (
            Viewer::connect(&base, "/api/tenders/T1/events?after=0", None).await,
            Viewer::connect(&base, "/api/log/events", None).await,
        )
    });
    let (_, data) = platform.block_on(viewer.fact()).unwrap();
    assert!(data.contains("tender.registered"), "{data}");
    let size = loop {
        let (id, name, data) = platform.block_on(log.event()).unwrap();
        if name == "checkpoint" {
            let data: serde_json::Value = serde_json::from_str(&data).unwrap();
            let note = data["note"].as_str().unwrap();
            assert_eq!(note.lines().nth(1), Some(id.as_str()), "{note}");
            break id;
        }
    };
    assert_eq!(size, get(&base, "/health").json()["size"].to_string());
    platform.stop();
    // The addresses are free again: had the viewers held the server, stopping had taken its ten seconds.
    platform.block_on(async {
        while viewer.event().await.is_some() {}
        while log.event().await.is_some() {}
    });
    let unknown = Platform::start(&Database::sqlite());
    let answer = get(unknown.procurement(), "/api/tenders/T1/events");
    assert_eq!((answer.status, answer.code().as_str()), (404, "tender.unknown"));
}

#[test]
fn a_tender_is_asked_about_again_by_its_tag() {
    let platform = Platform::start(&Database::sqlite());
    let base = platform.procurement();
    let tender = register(base);
    let first = get(base, "/api/tenders/T1");
    let tag = first.header("etag").to_owned();
    assert_eq!(first.header("cache-control"), "public, no-cache");
    let again = |tag: &str| ask(base, "GET", "/api/tenders/T1", &[("if-none-match", tag)], b"");
    assert_eq!((again(&tag).status, again(&tag).body.len()), (304, 0));
    // What lands elsewhere changes nothing here.
    land(base, &enrolment("bidder-01", &key("bidder-01"), Role::Bidder));
    assert_eq!(again(&tag).status, 304);
    order(&platform, &tender, 0);
    let changed = again(&tag);
    assert_eq!(changed.status, 200);
    assert_ne!(changed.header("etag"), tag);
    assert_eq!(changed.json()["records"].as_array().unwrap().len(), 3);
}
