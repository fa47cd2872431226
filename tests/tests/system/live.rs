//! What those who watch a tender are told of sealed facts: nothing before the disclosure, all of it then.

use crate::http::{ask, get};
use crate::people::{custodians, newcomer, registrar};
use crate::platform::{Database, Platform, on_both};
use crate::tender::{announce, seal_bid, submit_bid};
use facts::Role;
use serde_json::Value;
use std::io::{BufRead, BufReader, Write};
use std::net::TcpStream;
use std::time::Duration;

struct Watch(BufReader<TcpStream>);

impl Watch {
    fn begin(base: &str, after: Option<u64>) -> Self {
        let address = base.strip_prefix("http://").unwrap();
        let mut stream = TcpStream::connect(address).unwrap();
        stream.set_read_timeout(Some(Duration::from_secs(30))).unwrap();
        let after = after.map_or_else(String::new, |seq| format!("?after={seq}"));
        let head = format!("GET /api/tenders/T1/events{after} HTTP/1.0\r\nhost: {address}\r\n\r\n");
        stream.write_all(head.as_bytes()).unwrap();
        Self(BufReader::new(stream))
    }

    /// The next event: its name and what it says.
    fn event(&mut self) -> (String, Value) {
        let mut name = String::new();
        loop {
            let mut line = String::new();
            assert_ne!(self.0.read_line(&mut line).unwrap(), 0, "the stream ended");
            if let Some(named) = line.strip_prefix("event: ") {
                named.trim().clone_into(&mut name);
            }
            if let Some(data) = line.strip_prefix("data: ") {
                return (name, serde_json::from_str(data).unwrap());
            }
        }
    }

    /// Position and kind of the next fact.
    fn fact(&mut self) -> (u64, String, String) {
        loop {
            let (name, data) = self.event();
            if name == "fact" {
                let record = &data["record"];
                return (
                    record["seq"].as_u64().unwrap(),
                    record["kind"].as_str().unwrap().to_owned(),
                    data["phase"].as_str().unwrap().to_owned(),
                );
            }
        }
    }
}

fn sealed_facts_come_when_they_are_disclosed(database: &Database) {
    let mut platform = Platform::start(database);
    let mut registry = registrar(&platform);
    let mut buyer = newcomer(&platform, &mut registry, "buyer", Role::Buyer);
    let mut keepers = custodians(&platform, &mut registry, 3);
    let tender = announce(&platform, &mut buyer, &mut keepers, "T1");
    let base = platform.addresses.procurement.clone();
    let page = || get(&base, "/api/tenders/T1");
    let quiet = page();
    let tag = quiet.header("etag").unwrap().to_owned();
    let known = quiet.json()["records"].as_array().unwrap().len();
    let mut watch = Watch::begin(&base, None);
    let announced: Vec<_> = (0..known).map(|_| watch.fact()).collect();
    assert_eq!(announced.last().unwrap().1, "tender.noticed");
    for n in 1..=3 {
        let mut bidder = newcomer(&platform, &mut registry, &format!("bidder-{n:02}"), Role::Bidder);
        let mut bid = seal_bid(&platform, &mut bidder, &tender, n);
        submit_bid(&mut bidder, &mut bid);
    }
    // Neither a word nor a tag betrays them: within a heartbeat and a half nothing comes but the time.
    assert_eq!(page().header("etag"), Some(tag.as_str()));
    let again = ask(&base, "GET", "/api/tenders/T1")
        .header("if-none-match", &tag)
        .send();
    assert_eq!((again.status, again.body.len()), (304, 0));
    for _ in 0..2 {
        assert_eq!(watch.event().0, "time");
    }
    platform.advance_to(tender.notice.closes_at.plus(3_000));
    let mut told = Vec::new();
    while told
        .last()
        .is_none_or(|(_, kind, _): &(_, String, _)| kind != "facts.disclosed")
    {
        told.push(watch.fact());
    }
    let kinds: Vec<&str> = told.iter().map(|(_, kind, _)| kind.as_str()).collect();
    assert_eq!(
        kinds.iter().filter(|kind| **kind == "bid.submitted").count(),
        3,
        "{kinds:?}"
    );
    assert!(
        kinds.contains(&"tender.closed") && !kinds.contains(&"bid.entered"),
        "{kinds:?}"
    );
    let closed = told.iter().find(|(_, kind, _)| kind == "tender.closed").unwrap();
    let first = told.iter().find(|(_, kind, _)| kind == "bid.submitted").unwrap();
    assert!(
        first.0 < closed.0,
        "the place in the log is before the closing, the place among the events after it"
    );
    // Whoever had heard all but the last of the bids hears that and what came with it.
    let bids: Vec<u64> = told
        .iter()
        .filter(|(_, kind, _)| kind == "bid.submitted")
        .map(|(seq, ..)| *seq)
        .collect();
    let mut back = Watch::begin(&base, Some(bids[1]));
    assert_eq!(
        (back.fact().0, back.fact().1.as_str()),
        (bids[2], "facts.disclosed")
    );
    // And who had heard of the closing alone misses none of them.
    let mut back = Watch::begin(&base, Some(closed.0));
    let missed: Vec<u64> = (0..3)
        .map(|_| back.fact().0)
        .filter(|seq| bids.contains(seq))
        .collect();
    assert!(!missed.is_empty(), "{told:?}");
    // After a restart the events are the same: they follow from the log alone.
    let all: Vec<_> = announced.into_iter().chain(told).collect();
    platform.stop();
    platform.resume();
    let mut anew = Watch::begin(&platform.addresses.procurement, None);
    let same: Vec<_> = all.iter().map(|_| anew.fact()).collect();
    assert_eq!(same, all);
    assert_ne!(page().header("etag"), Some(tag.as_str()));
}

on_both!(sealed_facts_come_when_they_are_disclosed);
