//! A platform that is down over the deadline: the closing comes late, an order opens the bidding again, a bidder who was
//! shut out hands in, and the opening comes at the new deadline; all verifiers find the dossier in order.

use crate::kaibiao::{Machine, example_file, until};
use crate::people::{custodians, newcomer, registrar};
use crate::platform::{Database, Platform, on_both};
use crate::programs::{node_case, python_verdict, verify};
use crate::tender::{announce, price, seal_bid, submit_bid};
use facts::time::{HOUR, MINUTE};
use facts::{Instant, Role};
use serde_json::Value;

/// RFC 3339, as a person writes it.
fn format(at: Instant) -> String {
    at.to_string().replacen(' ', "T", 1).replace(' ', "")
}

fn down_over_the_deadline(database: &Database) {
    let mut platform = Platform::start(database);
    let mut registry = registrar(&platform);
    let mut buyer = newcomer(&platform, &mut registry, "buyer", Role::Buyer);
    let mut keepers = custodians(&platform, &mut registry, 3);
    let tender = announce(&platform, &mut buyer, &mut keepers, "T1");
    newcomer(&platform, &mut registry, "supervisor", Role::Supervisor);
    let mut bidders: Vec<_> = (1..=4)
        .map(|n| newcomer(&platform, &mut registry, &format!("bidder-{n:02}"), Role::Bidder))
        .collect();
    for n in 1..=3 {
        let mut bid = seal_bid(&platform, &mut bidders[n - 1], &tender, n);
        submit_bid(&mut bidders[n - 1], &mut bid);
    }
    let watch = Machine::new(&platform, "watch");
    let watch_key = example_file("supervisor");

    // Given a platform that went down an hour before the deadline and came back three hours after it.
    let deadline = tender.notice.closes_at;
    platform.advance_to(deadline.plus(-HOUR));
    platform.stop();
    platform.advance_to(deadline.plus(3 * HOUR));
    platform.resume();
    let shown = || watch.ok(&["tender", "show", "T1"]);
    let facts = |kind: &str| -> Vec<Value> {
        let shown = shown();
        let records = shown["records"].as_array().unwrap();
        let of_kind = records.iter().filter(|record| record["kind"] == kind);
        of_kind.cloned().collect()
    };
    until("the closing", || {
        (facts("tender.closed").len() == 1).then_some(())
    });
    assert!(
        facts("list.frozen").is_empty(),
        "how many bids there are stays unknown"
    );

    // When a supervisor orders it, with the period and enough time, and not otherwise.
    let order = |closes_at: Instant, down: Option<(Instant, Instant)>| {
        let closes_at = format(closes_at);
        let down = down.map(|(from, until)| (format(from), format(until)));
        let mut words = vec![
            "order",
            "extend",
            "T1",
            "--basis",
            "20号令62",
            "--reason",
            "机房断电",
            "--closes-at",
            &closes_at,
            "--key",
            &watch_key,
        ];
        if let Some((from, until)) = &down {
            words.extend(["--down-from", from, "--down-until", until]);
        }
        watch.run(&words)
    };
    let refused = |closes_at, down, code: &str| {
        let ran = order(closes_at, down);
        assert!(
            ran.code != 0 && format!("{ran:?}").contains(code),
            "{code}: {ran:?}"
        );
    };
    let (from, back) = (deadline.plus(-HOUR), deadline.plus(3 * HOUR));
    let new = deadline.plus(8 * HOUR);
    refused(new, None, "order.down_missing");
    refused(new, Some((back.plus(-1_000), back)), "order.down_invalid");
    refused(back.plus(2 * HOUR), Some((from, back)), "order.deadline_short");
    let page = crate::http::get(&platform.addresses.procurement, "/tenders/T1").text();
    assert!(
        page.contains("id=\"held\""),
        "everybody reads that no list is frozen yet"
    );
    let ran = order(new, Some((from, back)));
    assert_eq!(ran.code, 0, "{ran:?}");
    until("the extension", || {
        (facts("deadline.extended").len() == 1).then_some(())
    });
    let page = crate::http::get(&platform.addresses.procurement, "/tenders/T1").text();
    assert!(
        page.contains("id=\"outage\"") && !page.contains("id=\"held\""),
        "everybody reads from when until when it was down"
    );

    // Then the bidder who was shut out hands in, and the opening is that of the new deadline.
    let mut late = seal_bid(&platform, &mut bidders[3], &tender, 4);
    submit_bid(&mut bidders[3], &mut late);
    platform.advance_to(new.plus(3_000));
    until("the list", || (facts("list.frozen").len() == 1).then_some(()));
    let closings = facts("tender.closed");
    assert_eq!(closings.len(), 2);
    assert_eq!(closings[1]["body"]["closes_at"], new.0);
    refused(new.plus(9 * HOUR), Some((from, back)), "order.deadline_passed");
    platform.advance(31 * MINUTE);
    until("the settled list", || {
        (facts("list.settled").len() == 1).then_some(())
    });
    for n in 1..=2 {
        let machine = Machine::new(&platform, &format!("keeper-{n}"));
        let seed = example_file(&format!("custodian-{n}-seed"));
        let share = [
            "share", "--tender", "T1", "--stage", "open", "--seed", &seed, "--yes",
        ];
        assert_eq!(machine.ok(&share)["event"], "gave");
    }
    until("the record", || {
        (facts("opening.recorded").len() == 1).then_some(())
    });
    let record = facts("opening.recorded").remove(0);
    let read = record["body"]["bids"].as_array().unwrap();
    assert_eq!(read.len(), 4);
    assert!(
        record.to_string().contains(&(price(4) * 100).to_string()),
        "the late bidder's price is read"
    );
    platform.advance(HOUR + MINUTE);
    until("the end", || (facts("opening.closed").len() == 1).then_some(()));

    // And every verifier says so.
    let dossier = watch.file("T1.tar");
    let policy = platform.policy().display().to_string();
    watch.ok(&["tender", "dossier", "T1", "--out", &dossier]);
    let verdict = verify(&[&dossier, "--policy", &policy, "--json"]);
    let text = String::from_utf8_lossy(&verdict.stdout).into_owned();
    let json: Value = serde_json::from_str(&text).unwrap();
    let bad = |json: &Value| -> Vec<Value> {
        let checks = json["checks"].as_array().unwrap().iter();
        checks
            .filter(|check| check["outcome"] == "fail")
            .cloned()
            .collect()
    };
    assert!(bad(&json).is_empty(), "{:#?}", bad(&json));
    if let Some(said) = python_verdict(&dossier, &policy) {
        assert!(bad(&said).is_empty(), "{:#?}", bad(&said));
    }
    let said = watch.file("T1.verdict.json");
    std::fs::write(&said, &text).unwrap();
    node_case(
        "dossier.test.mjs",
        "a sound dossier passes, check for check as kaibiao-verify says",
        &[
            ("KAIBIAO_TEST_DOSSIER", &dossier),
            ("KAIBIAO_TEST_POLICY", &policy),
            ("KAIBIAO_TEST_VERDICT", &said),
        ],
    );
}

on_both!(down_over_the_deadline);
