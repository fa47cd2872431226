//! The exit codes of `kaibiao`, 0 to 5, and a platform that lies.

use crate::kaibiao::{Machine, example_file, read};
use crate::people::{custodians, id, newcomer, registrar};
use crate::platform::{Database, ORIGIN, Platform, on_both};
use crate::tender::{announce, seal_bid, submit_bid};
use facts::Role;
use facts::time::MINUTE;
use seal::SigningKey;

fn every_exit_code(database: &Database) {
    let platform = Platform::start(database);
    let mut registry = registrar(&platform);
    let mut buyer = newcomer(&platform, &mut registry, "buyer", Role::Buyer);
    let mut keepers = custodians(&platform, &mut registry, 3);
    let tender = announce(&platform, &mut buyer, &mut keepers, "T1");
    for n in 1..=3 {
        let mut bidder = newcomer(&platform, &mut registry, &format!("bidder-{n:02}"), Role::Bidder);
        let mut bid = seal_bid(&platform, &mut bidder, &tender, n);
        submit_bid(&mut bidder, &mut bid);
    }
    let machine = Machine::new(&platform, "somebody");
    let key = example_file("buyer");
    // 0: done.
    let first = machine.run(&["log", "head"]);
    assert_eq!(first.code, 0);
    assert!(first.stderr.contains("first contact"), "{first:?}");
    assert!(!machine.run(&["tender", "list"]).stderr.contains("first contact"));
    // 1: refused, with the platform's signed statement kept.
    let words = ["tender", "terminate", "T1", "--reason", "", "--key", &key];
    assert_eq!(machine.fails(1, &words), "text.invalid");
    let kept = std::fs::read_dir(machine.home.join("refusals")).unwrap().count();
    assert_eq!(kept, 1);
    assert_eq!(machine.fails(1, &["tender", "show", "T9"]), "tender.unknown");
    // 2: unusable input.
    for words in [
        vec!["tender", "show", "T 9"],
        vec!["key", "show", "/nowhere/key.pem"],
        vec!["nonsense"],
        vec![
            "act",
            "tender.sold",
            "--stream",
            "tender/T1",
            "--body",
            "-",
            "--key",
            &key,
        ],
        vec![
            "act",
            "tender.terminated",
            "--stream",
            "drawer/T1",
            "--body",
            "-",
            "--key",
            &key,
        ],
        vec!["verify", &key],
        vec![
            "account",
            "request",
            "a",
            "--name",
            "x",
            "--roles",
            "king",
            "--key",
            &key,
            "--out",
            "/nowhere/x",
        ],
    ] {
        assert_eq!(machine.run(&words).code, 2, "{words:?}");
    }
    // 3: nobody there.
    let mut lonely = Machine::new(&platform, "lonely");
    "http://127.0.0.1:9".clone_into(&mut lonely.server);
    assert_eq!(lonely.fails(3, &["log", "head"]), "network");
    // 4: another log than the one that was pinned.
    let mut pinned = Machine::new(&platform, "pinned");
    let policy = pinned.home.join("policy.toml");
    let stranger = ledger::NoteSigner::new(ORIGIN, SigningKey::from_seed(&[1; 32])).unwrap();
    let text = format!("origin = \"{ORIGIN}\"\nlog_key = \"{}\"\n", stranger.verifier());
    std::fs::write(&policy, text).unwrap();
    pinned.policy = Some(policy);
    assert_eq!(pinned.fails(4, &["log", "head"]), "check");
    // 5: a custodian whose own clock says that the deadline is not there yet does not answer.
    let custodian = Machine::new(&platform, "careful");
    let slow = custodian.home.join("clock");
    std::fs::write(&slow, "0").unwrap();
    platform.advance_to(tender.notice.closes_at.plus(3_000));
    crate::kaibiao::until("the list", || settled_or_listed(&machine, "list.frozen"));
    platform.advance(31 * MINUTE);
    crate::kaibiao::until("the settled list", || settled_or_listed(&machine, "list.settled"));
    let seed = example_file("custodian-1-seed");
    let share = [
        "share", "--tender", "T1", "--stage", "open", "--seed", &seed, "--yes",
    ];
    let behind = Machine {
        clock: slow,
        ..custodian
    };
    assert_eq!(behind.fails(5, &share), "declined");
    let right = Machine {
        clock: platform.clock_file().to_owned(),
        ..behind
    };
    assert_eq!(right.ok(&share)["event"], "gave");
}

fn settled_or_listed(machine: &Machine, kind: &str) -> Option<()> {
    let shown = machine.ok(&["tender", "show", "T1"]);
    shown["records"]
        .as_array()
        .unwrap()
        .iter()
        .any(|record| record["kind"] == kind)
        .then_some(())
}

/// The same address, the same key, the same name of the log, but another history.
fn a_forked_log(database: &Database) {
    let mut honest = Platform::start(database);
    let mut registry = registrar(&honest);
    newcomer(&honest, &mut registry, "buyer", Role::Buyer);
    let machine = Machine::new(&honest, "witness");
    machine.ok(&["log", "head"]);
    let monitor = Machine::new(&honest, "monitor");
    let (keep, alarm) = (monitor.file("kept"), monitor.file("alarm.json"));
    let command = format!("cat > {alarm}");
    let also = honest.addresses.supervision.clone();
    let watch = [
        "watch", "--once", "--keep", &keep, "--also", &also, "--alarm", &command,
    ];
    let seen = monitor.ok(&watch);
    assert_eq!(seen["new"], seen["size"], "the whole log is read once");
    assert_eq!(monitor.ok(&watch)["new"], 0);
    assert!(
        std::fs::read_to_string(monitor.file("kept/latest.note"))
            .unwrap()
            .starts_with(ORIGIN)
    );
    assert!(!std::path::Path::new(&alarm).exists());
    let ports = honest.ports();
    honest.stop();
    assert_eq!(monitor.fails(3, &watch), "network");
    assert_eq!(read(&alarm)["alarm"], "network");

    let mut liar = Platform::start_at(&database.another(), ports);
    let mut accomplice = registrar(&liar);
    assert_eq!(machine.fails(4, &["log", "head"]), "check", "a shorter log");
    newcomer(&liar, &mut accomplice, "supervisor", Role::Supervisor);
    assert_eq!(
        machine.fails(4, &["log", "head"]),
        "check",
        "another log of the same length"
    );
    newcomer(&liar, &mut accomplice, "bidder-01", Role::Bidder);
    assert_eq!(monitor.fails(4, &watch), "check", "a longer log");
    assert_eq!(read(&alarm)["alarm"], "check");
    let ran = machine.run(&["tender", "list"]);
    assert_eq!(ran.code, 4, "{ran:?}");
    assert!(
        ran.said[0]["error"].as_str().unwrap().starts_with("NOT TRUSTED"),
        "{ran:?}"
    );
    // Nothing is signed for such a platform either.
    let revoke = [
        "account",
        "revoke",
        "bidder-01",
        "--reason",
        "x",
        "--key",
        &example_file("registrar"),
    ];
    assert_eq!(machine.fails(4, &revoke), "check");
    let account = liar_account(&liar);
    assert_eq!(account, "bidder-01");
    liar.stop();

    // The honest platform comes back at its address, and the machine believes it as before.
    honest.resume();
    machine.ok(&["log", "head"]);
    assert_eq!(monitor.ok(&watch)["size"], seen["size"]);
}

fn liar_account(liar: &Platform) -> String {
    let shown = crate::http::get(&liar.addresses.procurement, "/api/accounts/bidder-01").json();
    assert!(shown["revoked"].is_null() || shown["revoked"] == false, "{shown}");
    id::<facts::AccountId>(shown["account"].as_str().unwrap()).to_string()
}

on_both!(every_exit_code, a_forked_log);
