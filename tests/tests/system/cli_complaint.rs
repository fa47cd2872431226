//! Objection and complaint by the command line: raised, answered, filed, completed, taken up, paused, decided, tracked.

use crate::kaibiao::{Machine, example_file, read, until};
use crate::people::{custodians, newcomer, registrar};
use crate::platform::{Database, Platform, on_both};
use crate::tender::announce;
use facts::Role;

fn from_objection_to_decision(database: &Database) {
    let platform = Platform::start(database);
    let mut registry = registrar(&platform);
    let mut buyer = newcomer(&platform, &mut registry, "buyer", Role::Buyer);
    let mut keepers = custodians(&platform, &mut registry, 3);
    announce(&platform, &mut buyer, &mut keepers, "T1");
    for name in ["bidder-01", "bidder-02"] {
        newcomer(&platform, &mut registry, name, Role::Bidder);
    }
    newcomer(&platform, &mut registry, "supervisor", Role::Supervisor);
    let [bidder, owner, watch, stranger] =
        ["bidder", "buyer", "watch", "stranger"].map(|name| Machine::new(&platform, name));
    let [own, other, owner_key, watch_key] =
        ["bidder-01", "bidder-02", "buyer", "supervisor"].map(example_file);

    let raised = [
        "objection",
        "file",
        "T1",
        "--against",
        "documents",
        "--text",
        "限定品牌",
        "--key",
        &own,
    ];
    let objection = bidder.ok(&raised)["objection"].as_str().unwrap().to_owned();
    let listed = owner.ok(&["objection", "list", "T1", "--key", &owner_key]);
    assert_eq!(listed["objections"][0]["text"], "限定品牌");
    assert!(!listed.to_string().contains("bidder-01"), "{listed}");
    let answer = [
        "objection",
        "answer",
        "T1",
        &objection,
        "--text",
        "认为限定品牌",
        "--reply",
        "已注明或相当于",
        "--key",
        &owner_key,
    ];
    until("the note of the objection", || {
        (owner.run(&answer).code == 0).then_some(())
    });
    let listed = bidder.ok(&["objection", "list", "T1", "--key", &own]);
    assert_eq!(listed["objections"][0]["replied"], true);
    let others = bidder.ok(&["objection", "list", "T1", "--key", &other]);
    assert_eq!(others["objections"].as_array().unwrap().len(), 0);

    let evidence = bidder.file("evidence.txt");
    std::fs::write(&evidence, "第三章").unwrap();
    let filed = [
        "complaint",
        "file",
        "T1",
        "--about",
        "documents",
        "--known",
        "2020-01-06T09:00:00+08:00",
        "--objection",
        &objection,
        "--claims",
        "答复与事实不符",
        "--requests",
        "责令修改",
        "--evidence",
        &evidence,
        "--key",
        &own,
    ];
    assert_eq!(
        bidder
            .run(&[&filed[..4], &["nonsense"], &filed[5..]].concat())
            .code,
        2
    );
    let name = bidder.ok(&filed)["complaint"].as_str().unwrap().to_owned();
    let number = read(bidder.file(&format!("{name}.json")))["number"]
        .as_str()
        .unwrap()
        .to_owned();
    let state = || stranger.ok(&["complaint", "track", "T1", &number])["summary"]["state"].clone();
    assert_eq!(state(), "filed");
    assert_eq!(
        stranger.fails(1, &["complaint", "track", "T1", &"0".repeat(64)]),
        "tracking.unknown"
    );

    let case = |step: &str, key: &str, more: &[&str]| -> Vec<String> {
        let words = ["complaint", step, "T1", &name, "--key", key];
        words.iter().chain(more).map(|word| (*word).to_owned()).collect()
    };
    let run = |machine: &Machine, words: Vec<String>| {
        machine.ok(&words.iter().map(String::as_str).collect::<Vec<_>>());
    };
    run(
        &watch,
        case(
            "return",
            &watch_key,
            &["--missing", "授权书", "--until", "2099-01-05T09:00:00+08:00"],
        ),
    );
    assert_eq!(state(), "returned");
    run(&bidder, case("supplement", &own, &["--text", "补交授权书"]));
    run(&watch, case("accept", &watch_key, &[]));
    assert_eq!(state(), "accepted");
    run(
        &watch,
        case(
            "pause",
            &watch_key,
            &["--ground", "expert_review", "--reason", "组织论证"],
        ),
    );
    assert_eq!(state(), "paused");
    run(&watch, case("resume", &watch_key, &["--result", "论证完毕"]));
    let words = [
        "--outcome",
        "rejected",
        "--basis",
        "条例61",
        "--reason",
        "缺乏事实依据",
    ];
    run(&watch, case("decide", &watch_key, &words));
    assert_eq!(state(), "decided");
    let withdraw = case("withdraw", &own, &["--reason", "晚了"]);
    let withdraw: Vec<&str> = withdraw.iter().map(String::as_str).collect();
    assert_eq!(bidder.fails(1, &withdraw), "complaint.ended");
    let all = watch.ok(&["complaint", "list", "--key", &watch_key]);
    assert_eq!(all["complaints"][0]["complaint"], name.as_str());
    assert!(
        !watch
            .ok(&["complaint", "show", "T1", &name, "--key", &watch_key])
            .to_string()
            .contains("bidder-01")
    );
}

on_both!(from_objection_to_decision);
