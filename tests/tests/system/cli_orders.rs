//! Orders of supervision and reading in an emergency by the command line: given, obeyed, ended by themselves, refused.

use crate::kaibiao::{Machine, example_file, until};
use crate::people::{custodians, newcomer, registrar};
use crate::platform::{Database, Platform, on_both};
use crate::tender::announce;
use facts::Role;
use serde_json::Value;

/// The words of a command with a key at its end.
fn words<'a>(begin: &[&'a str], key: &'a str) -> Vec<&'a str> {
    [begin, &["--key", key]].concat()
}

fn orders_are_given_and_obeyed(database: &Database) {
    let platform = Platform::start(database);
    let mut registry = registrar(&platform);
    let mut buyer = newcomer(&platform, &mut registry, "buyer", Role::Buyer);
    let mut keepers = custodians(&platform, &mut registry, 3);
    announce(&platform, &mut buyer, &mut keepers, "T1");
    newcomer(&platform, &mut registry, "bidder-01", Role::Bidder);
    newcomer(&platform, &mut registry, "supervisor", Role::Supervisor);
    newcomer(&platform, &mut registry, "bidder-12", Role::Supervisor);
    let [bidder, watch, other] = ["bidder", "watch", "other"].map(|name| Machine::new(&platform, name));
    let [own, watch_key, other_key] = ["bidder-01", "supervisor", "bidder-12"].map(example_file);
    let order = |begin: &[&str]| {
        watch.ok(&words(begin, &watch_key))["order"]
            .as_str()
            .unwrap()
            .to_owned()
    };
    let refused = |begin: &[&str]| watch.fails(1, &words(begin, &watch_key));
    let kinds = || -> Vec<String> {
        let matter = watch.ok(&["supervision", "docket", "T1", "--key", &watch_key]);
        let facts = matter["facts"].as_array().unwrap();
        facts
            .iter()
            .map(|fact| fact["kind"].as_str().unwrap().to_owned())
            .collect()
    };
    let seen = |kind: &str| until(kind, || kinds().iter().any(|known| known == kind).then_some(()));

    // Who is no supervisor gives none, and every command says what it wants.
    let stop = ["order", "suspend", "T1", "--basis", "条例62", "--reason", "核查"];
    assert_eq!(bidder.fails(1, &words(&stop, &own)), "role.missing");
    for command in ["suspend", "resume", "inquire", "void", "extend", "reevaluate"] {
        let ran = watch.run(&["order", command]);
        assert_eq!(ran.code, 2, "{command}");
    }

    let explain = [
        "order",
        "inquire",
        "T1",
        "--basis",
        "20号令50",
        "--question",
        "为何限定品牌",
        "--until",
    ];
    let in_time = [&explain[..], &["2099-01-05T09:00:00+08:00"]].concat();
    order(&in_time);
    seen("explanation.called");
    let late = [&explain[..], &["2020-01-05T09:00:00+08:00"]].concat();
    assert_eq!(refused(&late), "order.until_invalid");
    let of_none = [&in_time[..], &["--complaint", "C9"]].concat();
    assert_eq!(refused(&of_none), "complaint.unknown");

    let extend = [
        "order",
        "extend",
        "T1",
        "--basis",
        "20号令",
        "--reason",
        "平台中断",
        "--closes-at",
    ];
    assert_eq!(
        refused(&[&extend[..], &["2020-01-05T09:00:00+08:00"]].concat()),
        "order.deadline_invalid"
    );
    order(&[&extend[..], &["2099-01-05T09:00:00+08:00"]].concat());
    seen("deadline.extended");

    let void = [
        "order",
        "void",
        "T1",
        "--basis",
        "条例62",
        "--reason",
        "无此步骤",
        "--step",
        "0",
    ];
    assert_eq!(refused(&void), "order.step_invalid");
    let again = [
        "order",
        "reevaluate",
        "T1",
        "--basis",
        "条例71",
        "--reason",
        "错评",
    ];
    assert_eq!(refused(&again), "order.not_evaluated");

    let first = order(&stop);
    seen("tender.suspended");
    assert_eq!(refused(&stop), "order.suspended_already");
    let resume = ["order", "resume", "T1", &first, "--reason", "查无实据"];
    watch.ok(&words(&resume, &watch_key));
    seen("tender.resumed");
    assert_eq!(refused(&resume), "order.not_suspended");
    let past = [&stop[..], &["--until", "2020-01-05T09:00:00+08:00"]].concat();
    assert_eq!(refused(&past), "order.until_invalid");
    order(&[&stop[..], &["--until", "2099-01-05T09:00:00+08:00"]].concat());

    emergency(&bidder, &own, (&watch, &watch_key), (&other, &other_key));
}

/// Two supervisors read what a bidder raised under seal, and nobody alone.
fn emergency(bidder: &Machine, own: &str, one: (&Machine, &str), two: (&Machine, &str)) {
    let refused = bidder.run(&[
        "complaint",
        "file",
        "T1",
        "--about",
        "other",
        "--known",
        "2020-01-06T09:00:00+08:00",
        "--claims",
        "围标",
        "--requests",
        "调查",
        "--key",
        own,
    ]);
    assert_eq!(refused.code, 0, "{refused:?}");
    let seq = refused.said[0]["seq"].to_string();
    let ask = [
        "supervision",
        "access",
        "request",
        "T1",
        &seq,
        "--basis",
        "条例62",
        "--reason",
        "情况紧急",
    ];
    assert_eq!(bidder.fails(1, &words(&ask, own)), "role.missing");
    let asked = one.0.ok(&words(&ask, one.1));
    let access = asked["access"].as_str().unwrap();
    let read = ["supervision", "access", "read", "T1", access];
    assert_eq!(one.0.fails(1, &words(&read, one.1)), "access.not_granted");
    let grant = ["supervision", "access", "grant", "T1", access, "--reason", "同意"];
    assert_eq!(one.0.fails(1, &words(&grant, one.1)), "access.same_person");
    two.0.ok(&words(&grant, two.1));
    for (machine, key) in [one, two] {
        let shown: Value = machine.ok(&words(&read, key));
        assert!(shown.to_string().contains("围标"), "{shown}");
    }
}

on_both!(orders_are_given_and_obeyed);
