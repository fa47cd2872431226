//! `kaibiao watch` on another machine: cards that are issued, missing cards, contents that vanish, messages on their way.

use crate::kaibiao::{Machine, Ran, read, until};
use crate::operator::Operator;
use crate::people::{Person, custodians, newcomer, registrar};
use crate::platform::{Database, Platform, on_both};
use crate::programs::program;
use crate::receivers::{Came, Hook, Office};
use crate::tender::{Tender, announce, seal_bid, submit_bid};
use cli::Zone;
use facts::body::card::RulesAdopted;
use facts::time::MINUTE;
use facts::{Instant, Role, Stream};
use serde_json::Value;
use std::process::{Command, Stdio};

/// A platform with rules in force and a tender, watched from elsewhere.
struct Scene {
    platform: Platform,
    registry: Person,
    tender: Tender,
    monitor: Machine,
}

/// What the receiver's secret is: 32 bytes of seven.
const SECRET: &str = "whsec_BwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwc=";

fn scene(database: &Database) -> Scene {
    let platform = Platform::start(database);
    let mut registry = registrar(&platform);
    let mut supervisor = newcomer(&platform, &mut registry, "supervisor", Role::Supervisor);
    supervisor
        .session
        .sign_in(&supervisor.key, Zone::Supervision)
        .unwrap();
    let wanted: RulesAdopted = supervisor
        .session
        .zone(Zone::Supervision)
        .get("/api/rules/adoption")
        .unwrap();
    assert!(wanted.file.is_object());
    supervisor.act(Stream::Rules, &wanted);
    let mut buyer = newcomer(&platform, &mut registry, "buyer", Role::Buyer);
    let mut keepers = custodians(&platform, &mut registry, 3);
    let tender = announce(&platform, &mut buyer, &mut keepers, "T1");
    let mut monitor = Machine::new(&platform, "monitor");
    monitor.policy = Some(platform.policy());
    Scene {
        platform,
        registry,
        tender,
        monitor,
    }
}

impl Scene {
    fn watch(&self, more: &[&str]) -> Ran {
        let keep = self.monitor.file("kept");
        let mut words = vec!["watch", "--once", "--keep", &keep];
        words.extend(more);
        self.monitor.run(&words)
    }

    /// Waits until the log has a card of a rule; its position.
    fn carded(&self, rule: &str) -> u64 {
        let records = || -> Vec<Value> {
            let size = crate::people::head(&self.platform.addresses.procurement).size;
            (0..size)
                .map(|seq| {
                    crate::http::get(&self.platform.addresses.procurement, &format!("/log/entry/{seq}"))
                        .json()
                })
                .collect()
        };
        until("the card", || {
            records().iter().enumerate().find_map(|(seq, record)| {
                let text = record["payload"].to_string();
                let is_it = record["entry"]
                    .as_str()
                    .unwrap()
                    .contains("\"kind\":\"card.issued\"")
                    && text.contains(&format!("\"{rule}\""));
                is_it.then_some(seq as u64)
            })
        })
    }

    fn operator(&self) -> Operator {
        let operator = Operator {
            url: self.platform.url.clone(),
        };
        operator.disarm();
        operator
    }

    /// The sentence of a look that fails.
    fn fault(&self, code: i32, more: &[&str]) -> String {
        let ran = self.watch(more);
        assert_eq!(ran.code, code, "{ran:?}");
        ran.said[0]["error"].as_str().unwrap().to_owned()
    }

    /// The numbers of entries by kind, as their bundle has them.
    fn position(&self, kind: &str) -> u64 {
        let base = &self.platform.addresses.procurement;
        let size = crate::people::head(base).size;
        let wanted = format!("\"kind\":\"{kind}\"");
        (0..size)
            .find(|seq| {
                let entry = crate::http::get(base, &format!("/log/entry/{seq}")).json();
                entry["entry"].as_str().unwrap().contains(&wanted)
            })
            .unwrap()
    }
}

fn a_red_card_is_told_once_by_a_signed_request_and_a_letter(database: &Database) {
    let scene = scene(database);
    let seq = scene.carded("N30");
    let (hook, office) = (Hook::open(&[503, 302]), Office::open());
    let secret = scene.monitor.file("secret");
    std::fs::write(&secret, format!("{SECRET}\n")).unwrap();
    let (url, smtp) = (hook.url(), office.url());
    let told = [
        "--webhook",
        &url,
        "--webhook-secret",
        &secret,
        "--mail-to",
        "duty@example.org",
        "--mail-from",
        "watch@example.org",
        "--smtp",
        &smtp,
    ];
    // The receiver is not ready: the card is open, and the message waits, over looks and restarts.
    let first = scene.fault(6, &told);
    assert!(first.contains(&format!("T1 N30 (entry {seq})")), "{first}");
    let letter = office.letter();
    assert!(letter.contains("To: duty@example.org"), "{letter}");
    assert!(
        letter.contains("Subject: kaibiao watch: issued red N30 T1"),
        "{letter}"
    );
    assert!(letter.contains("works of this size must be tendered"), "{letter}");
    for _ in 0..3 {
        scene.fault(6, &told);
    }
    let came: Vec<Came> = (0..3).map(|_| hook.next()).collect();
    for one in &came {
        one.assert_signed(&[7; 32]);
        let said = one.json();
        assert_eq!(said["type"], "watch.issued", "{said}");
        assert_eq!(said["data"]["seq"], seq);
        assert_eq!(
            (&said["data"]["rule"], &said["data"]["colour"]),
            (&"N30".into(), &"red".into())
        );
        assert_eq!(one.id, came[0].id, "the same message whenever it is sent again");
    }
    hook.assert_silent();
    office.assert_silent();
}

fn a_card_that_the_platform_does_not_issue_is_missed(database: &Database) {
    let mut scene = scene(database);
    scene.carded("N30");
    for n in 1..=3 {
        let name = format!("bidder-{n:02}");
        let mut bidder = newcomer(&scene.platform, &mut scene.registry, &name, Role::Bidder);
        let mut bid = seal_bid(&scene.platform, &mut bidder, &scene.tender, n);
        submit_bid(&mut bidder, &mut bid);
    }
    let heard = scene.monitor.file("heard");
    let command = format!("cat >> {heard}");
    let told = ["--tell", "none", "--alarm", &command];
    scene
        .platform
        .advance_to(scene.tender.notice.closes_at.plus(3_000));
    let base = scene.platform.addresses.procurement.clone();
    let has = |kind: &str| crate::http::get(&base, "/api/tenders/T1").text().contains(kind);
    until("the list", || has("list.frozen").then_some(()));
    scene.platform.advance(31 * MINUTE);
    until("the settled list", || has("list.settled").then_some(()));
    assert!(
        scene.fault(6, &told).contains("N30"),
        "nothing but the known card"
    );
    // No custodian answers, and the platform's clock falls behind: an hour after the list there is a card by right.
    let records = crate::http::get(&base, "/api/tenders/T1").json();
    let settled = records["records"].as_array().unwrap().iter();
    let mut settled = settled.filter(|record| record["kind"] == "list.settled");
    let listed = Instant(settled.next().unwrap()["body"]["until"].as_i64().unwrap());
    let slow = scene.monitor.home.join("clock");
    let offset: i64 = std::fs::read_to_string(scene.platform.clock_file())
        .unwrap()
        .trim()
        .parse()
        .unwrap();
    let to_list = listed.since(scene.platform.now());
    let ahead = |minutes: i64| {
        std::fs::write(&slow, (offset + to_list + minutes * MINUTE).to_string()).unwrap();
    };
    slow.clone_into(&mut scene.monitor.clock);
    ahead(65);
    assert!(
        scene.fault(6, &told).contains("N30"),
        "the platform has ten minutes"
    );
    ahead(75);
    let missing = scene.fault(4, &told);
    assert!(
        missing.contains("T1, rule O07: a red card is due since"),
        "{missing}"
    );
    assert_eq!(scene.fault(4, &told), missing, "it stands");
    let alarms: Vec<Value> = std::fs::read_to_string(&heard)
        .unwrap()
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    assert_eq!(alarms.len(), 1, "told once: {alarms:?}");
    assert_eq!(
        (&alarms[0]["alarm"], &alarms[0]["fault"]),
        (&"card".into(), &"missing".into())
    );
    // With its clock the platform does what it has to, and the fault is over.
    scene.platform.advance_to(listed.plus(75 * MINUTE));
    scene.carded("O07");
    let after = scene.fault(6, &told);
    assert!(
        after.contains("N30") && !after.contains("is due since"),
        "{after}"
    );
}

fn contents_that_are_changed_withheld_or_deleted_end_it(database: &Database) {
    let scene = scene(database);
    scene.carded("N30");
    let (noticed, assigned) = (scene.position("tender.noticed"), scene.position("key.assigned"));
    let operator = scene.operator();
    let body = |seq: u64| operator.bytes(&format!("SELECT body FROM payloads WHERE seq = {seq}"));
    let put = |seq: u64, body: &[u8]| {
        let literal = operator.literal(body);
        operator.run(&format!("UPDATE payloads SET body = {literal} WHERE seq = {seq}"));
    };
    let (good, foreign) = (body(noticed), body(assigned));
    let alarm = scene.monitor.file("alarm.json");
    let command = format!("cat > {alarm}");
    let told = ["--again", "1000", "--alarm", &command];
    // Exchanged for another before the first look.
    put(noticed, &foreign);
    let fault = scene.fault(4, &told);
    assert!(fault.contains(&format!("entry {noticed}")), "{fault}");
    assert_eq!(read(&alarm)["alarm"], "check");
    put(noticed, &good);
    assert!(scene.fault(6, &told).contains("N30"), "as it was, all is read");
    assert_eq!(scene.watch(&told).code, 6, "and nothing is read twice");
    // One bit of what was read before.
    let mut bent = good.clone();
    let middle = bent.len() / 2;
    bent[middle] ^= 1;
    put(noticed, &bent);
    let fault = scene.fault(4, &told);
    assert!(fault.contains(&format!("entry {noticed}")), "{fault}");
    put(noticed, &good);
    // Gone without an erasure.
    operator.run(&format!("DELETE FROM payloads WHERE seq = {assigned}"));
    let fault = scene.fault(4, &told);
    assert!(
        fault.contains(&format!(
            "the content of entry {assigned} is public and is not shown"
        )),
        "{fault}"
    );
    assert_eq!(read(&alarm)["sentence"].as_str().unwrap(), fault);
    // Who comes for the first time finds the same.
    let stranger = Machine {
        policy: scene.monitor.policy.clone(),
        ..Machine::new(&scene.platform, "stranger")
    };
    let keep = stranger.file("kept");
    let words = ["watch", "--once", "--keep", &keep];
    assert_eq!(stranger.fails(4, &words), "check");
    assert_eq!(
        stranger.fails(4, &words),
        "check",
        "what is missing stays missing"
    );
}

/// A content that was erased as the law wants it is no fault, before and after it was read.
fn an_erasure_in_the_log_is_no_fault(database: &Database) {
    let mut scene = scene(database);
    scene.carded("N30");
    let enrolled = crate::people::head(&scene.platform.addresses.procurement).size;
    let gone = newcomer(&scene.platform, &mut scene.registry, "bidder-01", Role::Bidder);
    crate::people::revoke(&mut scene.registry, &gone.account);
    assert_eq!(scene.watch(&[]).code, 6);
    let erased = facts::body::platform::FactErased {
        basis: "个人信息保护法47".to_owned(),
        reason: "本人申请".to_owned(),
        seq: enrolled,
    };
    scene.registry.act(Stream::Platform, &erased);
    let base = scene.platform.addresses.procurement.clone();
    until("the erasure", || {
        let entry = crate::http::get(&base, &format!("/log/entry/{enrolled}")).json();
        entry["payload"].is_null().then_some(())
    });
    assert_eq!(scene.watch(&["--again", "1000"]).code, 6);
    let late = Machine {
        policy: scene.monitor.policy.clone(),
        ..Machine::new(&scene.platform, "late")
    };
    let keep = late.file("kept");
    let ran = late.run(&["watch", "--once", "--keep", &keep]);
    assert_eq!(ran.code, 6, "{ran:?}");
}

/// Killed while the receiver keeps it waiting, the monitor sends the same message when it comes back.
fn a_message_outlives_its_sender(database: &Database) {
    let scene = scene(database);
    scene.carded("N30");
    let hook = Hook::open(&[0]);
    let mut process = Command::new(program("kaibiao"))
        .args(["--json", "watch", "--every", "1", "--tell", "yellow", "--keep"])
        .arg(scene.monitor.file("kept"))
        .args(["--webhook", &hook.url()])
        .env_clear()
        .env("KAIBIAO_SERVER", &scene.monitor.server)
        .env("KAIBIAO_HOME", &scene.monitor.home)
        .env("KAIBIAO_DEMO_CLOCK", &scene.monitor.clock)
        .env("KAIBIAO_WATCH_SECRET", SECRET)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let before = hook.next();
    process.kill().unwrap();
    process.wait().unwrap();
    let secret = scene.monitor.file("secret");
    std::fs::write(&secret, SECRET).unwrap();
    let url = hook.url();
    let words = ["--tell", "yellow", "--webhook", &url, "--webhook-secret", &secret];
    assert_eq!(scene.watch(&words).code, 6);
    let again = hook.next();
    assert_eq!(
        (&before.id, before.json()["data"].clone()),
        (&again.id, again.json()["data"].clone())
    );
    again.assert_signed(&[7; 32]);
    hook.assert_silent();
}

/// Without a secret, with an authority that is none, or to a mail server without people nothing begins.
fn what_it_does_not_begin_with(database: &Database) {
    let platform = Platform::start(database);
    let monitor = Machine::new(&platform, "monitor");
    let (keep, bad) = (monitor.file("kept"), monitor.file("ca.pem"));
    std::fs::write(&bad, "no certificate").unwrap();
    let secret = monitor.file("secret");
    std::fs::write(&secret, SECRET).unwrap();
    for words in [
        vec!["--webhook", "https://example.org/alarms"],
        vec![
            "--webhook",
            "https://example.org/alarms",
            "--webhook-secret",
            &secret,
            "--ca",
            &bad,
        ],
        vec!["--smtp", "smtp://localhost"],
        vec!["--mail-to", "duty@example.org"],
        vec!["--tell", "green"],
    ] {
        let mut all = vec!["watch", "--once", "--keep", &keep];
        all.extend(&words);
        assert_eq!(monitor.run(&all).code, 2, "{words:?}");
    }
}

on_both!(
    a_red_card_is_told_once_by_a_signed_request_and_a_letter,
    a_card_that_the_platform_does_not_issue_is_missed,
    contents_that_are_changed_withheld_or_deleted_end_it,
    an_erasure_in_the_log_is_no_fault,
    a_message_outlives_its_sender,
    what_it_does_not_begin_with,
);
