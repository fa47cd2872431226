//! The public pages of a tender with bids: the same bytes whoever has bid, and after the award everything that was
//! opened.

use crate::cli_story::Story;
use crate::http::{Answer, ask};
use crate::people::{custodians, newcomer, registrar};
use crate::platform::{Database, Platform, on_both};
use crate::tender::{announce, seal_bid, submit_bid};
use facts::Role;

fn open(base: &str, path: &str, language: &str) -> Answer {
    let answer = ask(base, "GET", path)
        .header("accept", "text/html")
        .header("accept-language", language)
        .send();
    assert_eq!(answer.status, 200, "{path}: {}", answer.text());
    answer
}

/// A page without what moves with time and log: the foot, and time left.
fn still(html: &str) -> String {
    let (body, _) = html.split_once("<footer").unwrap();
    let mut left = String::new();
    let mut rest = body;
    while let Some((before, after)) = rest.split_once("<span class=\"countdown\"") {
        left.push_str(before);
        rest = after.split_once("</span>").unwrap().1;
    }
    left + rest
}

fn pages_tell_nothing_of_bids_until_the_opening(database: &Database) {
    let platform = Platform::start(database);
    let mut registry = registrar(&platform);
    let mut buyer = newcomer(&platform, &mut registry, "buyer", Role::Buyer);
    let mut keepers = custodians(&platform, &mut registry, 3);
    let tender = announce(&platform, &mut buyer, &mut keepers, "T1");
    let base = platform.addresses.procurement.clone();

    let at = |query: &str| {
        open(&base, &format!("/?{query}"), "en")
            .text()
            .contains("href=\"/tenders/T1\"")
    };
    for fits in [
        "stage=open",
        "region=34",
        "trade=a",
        "text=%E6%AF%94%E9%80%89",
        "min=1",
        "from=2000-01-01",
    ] {
        assert!(at(fits), "{fits}");
    }
    for other in [
        "stage=awarded",
        "region=33",
        "trade=B",
        "text=bridge",
        "max=1",
        "to=2000-01-01",
    ] {
        assert!(!at(other), "{other}");
    }
    let keys = open(&base, "/tenders/T1/keys", "en").text();
    assert!(keys.contains("2 of 3") && keys.contains("custodian-3"), "{keys}");

    let paths = [
        "/",
        "/tenders/T1",
        "/tenders/T1/record",
        "/tenders/T1/keys",
        "/feed.atom",
        "/subscribe",
    ];
    let shown = |path: &str| {
        let html = open(&base, path, "en").text();
        if path == "/feed.atom" { html } else { still(&html) }
    };
    let quiet: Vec<String> = paths.iter().map(|path| shown(path)).collect();
    for n in 1..=3 {
        let mut bidder = newcomer(&platform, &mut registry, &format!("bidder-{n:02}"), Role::Bidder);
        let mut bid = seal_bid(&platform, &mut bidder, &tender, n);
        submit_bid(&mut bidder, &mut bid);
    }
    for (path, before) in paths.iter().zip(&quiet) {
        assert_eq!(&shown(path), before, "{path} changed with the bids");
    }
}

on_both!(pages_tell_nothing_of_bids_until_the_opening);

impl Story {
    /// The pages of the whole tender, after the award: addendum, opening record, keys, candidates, result.
    pub(crate) fn pages_show_it(&self) {
        let base = &self.platform.addresses.procurement;
        let tender = open(base, "/tenders/T1", "zh").text();
        for part in [
            "澄清与修改",
            "规则摘要",
            "中标候选人公示",
            "中标结果",
            "第 1 号",
            "Awarded",
        ] {
            let shown = if part == "Awarded" {
                open(base, "/", "en").text()
            } else {
                tender.clone()
            };
            assert!(shown.contains(part), "{part}: {shown}");
        }
        let record = open(base, "/tenders/T1/record", "en").text();
        assert!(
            record.contains("What was read out") && record.contains("CNY "),
            "{record}"
        );
        let state = ask(base, "GET", "/api/tenders/T1").send().json();
        let records = state["records"].as_array().unwrap();
        let opened = records
            .iter()
            .filter(|record| record["kind"] == "opening.recorded");
        let bids: Vec<_> = opened
            .flat_map(|record| record["body"]["bids"].as_array().unwrap())
            .collect();
        assert!(!bids.is_empty());
        for bid in bids {
            let account = bid["account"].as_str().unwrap();
            assert!(record.contains(account), "{account}: {record}");
        }
        for record in records {
            let seq = record["seq"].as_u64().unwrap();
            let page = open(base, &format!("/log/entries/{seq}"), "en").text();
            assert!(page.contains("The server has checked"), "{page}");
        }
        let feed = open(base, "/tenders/T1/feed.atom", "en").text();
        assert!(
            feed.contains("award.made") && feed.contains("opening.recorded"),
            "{feed}"
        );
    }
}
