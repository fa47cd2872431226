//! From where bids are handed in: kept beside the log, told as equality after the opening, and then gone.
//!
//! Invariant: before the opening nothing shows that an address is kept; at no time does an address show.

use crate::http::get;
use crate::kaibiao::{Machine, example_file, until};
use crate::people::{Person, custodians, newcomer, registrar};
use crate::platform::{Database, Platform, on_both, runtime};
use crate::tender::{announce, seal_bid, submit_bid};
use cli::Session;
use facts::Role;
use facts::body::award::TenderTerminated;
use facts::time::MINUTE;
use serde_json::Value;
use sqlx::{Connection, PgConnection, SqliteConnection};
use std::io::{Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};

/// Two bidders behind one address, one in a network of IPv6, and one that cannot be told from this machine.
const AWAY: [Option<&str>; 4] = [
    Some("203.0.113.9"),
    Some("203.0.113.9"),
    Some("2001:db8:1:2:3:4:5:6"),
    None,
];

/// The platform's own proxy, as it sees somebody at this address; its own address.
fn proxy(zone: &str, seen: &'static str) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    let zone = zone.strip_prefix("http://").unwrap().to_owned();
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let zone = zone.clone();
            std::thread::spawn(move || pass(stream.unwrap(), &zone, seen));
        }
    });
    format!("http://{address}")
}

/// Passes one request on, with whose it is.
fn pass(mut client: TcpStream, zone: &str, seen: &str) {
    let mut head = Vec::new();
    let mut byte = [0];
    while !head.ends_with(b"\r\n\r\n") {
        if client.read(&mut byte).unwrap_or_default() == 0 {
            return;
        }
        head.push(byte[0]);
    }
    let head = String::from_utf8(head).unwrap();
    let (first, rest) = head.split_once("\r\n").unwrap();
    let rest: Vec<&str> = rest
        .split_inclusive("\r\n")
        .filter(|line| !line.to_lowercase().starts_with("connection:"))
        .collect();
    let said = format!(
        "{first}\r\nx-forwarded-for: {seen}\r\nconnection: close\r\n{}",
        rest.concat()
    );
    let mut server = TcpStream::connect(zone).unwrap();
    server.write_all(said.as_bytes()).unwrap();
    let (mut from, mut to) = (client.try_clone().unwrap(), server.try_clone().unwrap());
    let body = std::thread::spawn(move || std::io::copy(&mut from, &mut to));
    // Whoever hangs up early has heard enough.
    let _ = std::io::copy(&mut server, &mut client);
    let _ = client.shutdown(Shutdown::Both);
    let _ = body.join();
}

/// The rows that the platform keeps, past the platform.
fn kept(platform: &Platform) -> Vec<(String, String)> {
    const ROWS: &str = "SELECT tender, address FROM hand_in_addresses ORDER BY tender, address";
    runtime().block_on(async {
        if platform.url.starts_with("sqlite:") {
            let mut connection = SqliteConnection::connect(&platform.url).await.unwrap();
            sqlx::query_as(ROWS).fetch_all(&mut connection).await.unwrap()
        } else {
            let mut connection = PgConnection::connect(&platform.url).await.unwrap();
            sqlx::query_as(ROWS).fetch_all(&mut connection).await.unwrap()
        }
    })
}

fn records(platform: &Platform, tender: &str) -> Vec<Value> {
    let shown = get(&platform.addresses.procurement, &format!("/api/tenders/{tender}")).text();
    assert!(
        !shown.contains("203.0.113") && !shown.contains("2001:db8"),
        "{shown}"
    );
    let shown: Value = serde_json::from_str(&shown).unwrap();
    shown["records"].as_array().unwrap().clone()
}

fn facts(platform: &Platform, kind: &str) -> Vec<Value> {
    let all = records(platform, "T1").into_iter();
    all.filter(|record| record["kind"] == kind).collect()
}

/// A bidder that comes from an address hands in.
fn hand_in(
    platform: &Platform,
    registry: &mut Person,
    tender: &crate::tender::Tender,
    n: usize,
    away: Option<&'static str>,
) {
    let name = format!("bidder-{n:02}");
    let mut bidder = newcomer(platform, registry, &name, Role::Bidder);
    if let Some(seen) = away {
        let base = proxy(&platform.addresses.procurement, seen);
        let home = platform.dir.path().join("machines").join(format!("{name}-away"));
        std::fs::create_dir_all(&home).unwrap();
        bidder.session = Session::connect(&base, &home, None, false).unwrap();
    }
    let mut bid = seal_bid(platform, &mut bidder, tender, n);
    submit_bid(&mut bidder, &mut bid);
}

/// As many custodians as the opening needs look at their own clocks, which follow the platform's, and give their shares.
fn give_shares(platform: &Platform) {
    for n in 1..=2 {
        let machine = Machine::new(platform, &format!("keeper-{n}"));
        let seed = example_file(&format!("custodian-{n}-seed"));
        let look = [
            "custodian",
            "run",
            "--seed",
            &seed,
            "--once",
            "--shares",
            "checked",
        ];
        let ran = machine.run(&look);
        assert_eq!(ran.code, 0, "{ran:?}");
    }
}

fn equality_is_told_after_the_opening_and_the_addresses_go(database: &Database) {
    let mut platform = Platform::start(database);
    let mut registry = registrar(&platform);
    let mut buyer = newcomer(&platform, &mut registry, "buyer", Role::Buyer);
    let mut keepers = custodians(&platform, &mut registry, 3);
    let tender = announce(&platform, &mut buyer, &mut keepers, "T1");
    let quiet = records(&platform, "T1");
    for (n, away) in (1..).zip(AWAY) {
        hand_in(&platform, &mut registry, &tender, n, away);
    }
    assert_eq!(
        records(&platform, "T1"),
        quiet,
        "before the opening nothing of it shows"
    );
    let rows = |address: &str| ("T1".to_owned(), address.to_owned());
    let wanted = [rows("2001:db8:1:2::"), rows("203.0.113.9"), rows("203.0.113.9")];
    assert_eq!(kept(&platform), wanted);

    // What is kept outlives the process.
    platform.stop();
    platform.resume();
    platform.advance_to(tender.notice.closes_at.plus(3_000));
    until("the list", || facts(&platform, "list.frozen").pop());
    platform.advance(31 * MINUTE);
    until("the settled list", || facts(&platform, "list.settled").pop());
    assert_eq!(kept(&platform).len(), 3, "nothing is compared before the opening");
    give_shares(&platform);
    let compared = until("the comparison", || facts(&platform, "origins.compared").pop());
    let recorded = facts(&platform, "opening.recorded").pop().unwrap();
    assert_eq!(compared["body"]["record"], recorded["seq"]);
    let account = |bid: &Value| {
        let bids = recorded["body"]["bids"].as_array().unwrap();
        let own = bids.iter().find(|one| one["bid"] == *bid).unwrap();
        own["account"].as_str().unwrap().to_owned()
    };
    let bids = compared["body"]["bids"].as_array().unwrap();
    let of = |name: &str| {
        let own = bids.iter().find(|one| account(&one["bid"]) == name).unwrap();
        own.get("address").and_then(Value::as_u64)
    };
    let [one, two, three, four] = ["bidder-01", "bidder-02", "bidder-03", "bidder-04"].map(of);
    assert!(one.is_some() && one == two, "{bids:?}");
    assert!(three.is_some() && three != one, "{bids:?}");
    assert_eq!(four, None, "{bids:?}");
    until("the end of the addresses", || {
        kept(&platform).is_empty().then_some(())
    });

    // Once, whatever happens afterwards.
    platform.stop();
    platform.resume();
    until("the end of the opening", || {
        platform.advance(10 * MINUTE);
        facts(&platform, "opening.closed").pop()
    });
    assert_eq!(facts(&platform, "origins.compared").len(), 1);
}

fn a_tender_that_ends_unopened_leaves_no_address(database: &Database) {
    let platform = Platform::start(database);
    let mut registry = registrar(&platform);
    let mut buyer = newcomer(&platform, &mut registry, "buyer", Role::Buyer);
    let mut keepers = custodians(&platform, &mut registry, 3);
    let tender = announce(&platform, &mut buyer, &mut keepers, "T1");
    hand_in(&platform, &mut registry, &tender, 1, AWAY[0]);
    assert_eq!(kept(&platform).len(), 1);
    let body = TenderTerminated {
        reason: "采购任务取消".to_owned(),
        tender: tender.id.clone(),
    };
    buyer.act(tender.stream(), &body);
    until("the end of the addresses", || {
        kept(&platform).is_empty().then_some(())
    });
    assert!(facts(&platform, "origins.compared").is_empty());
}

on_both!(
    equality_is_told_after_the_opening_and_the_addresses_go,
    a_tender_that_ends_unopened_leaves_no_address
);
