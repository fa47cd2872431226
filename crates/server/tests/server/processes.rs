//! One process per zone on one `PostgreSQL`: kaibiaod three times, as it is deployed.

use crate::people::{enrolment, erasure, key, keys, land, revocation, send, sign, sign_in};
use crate::platform::{Database, ORIGIN, config, postgres};
use crate::web::{ask, get, until};
use facts::body::supervision::OrderSuspended;
use facts::body::tender::{Regime, TenderRegistered};
use facts::id::OrderId;
use facts::{AccountId, Hex, Role, Stream, TenderId};
use std::path::Path;
use std::process::{Child, Command, Stdio};

struct Process {
    child: Child,
    base: String,
}

impl Process {
    fn start(dir: &Path, zone: &str) -> Self {
        let ready = dir.join(format!("{zone}.json"));
        let log = std::fs::File::create(dir.join(format!("{zone}.log"))).unwrap();
        let child = Command::new(env!("CARGO_BIN_EXE_kaibiaod"))
            .args(["serve", "--zone", zone, "--config"])
            .arg(dir.join("kaibiao.toml"))
            .arg("--ready")
            .arg(&ready)
            .env("KAIBIAO_LOG_PASSPHRASE", "openly-worthless")
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(log)
            .spawn()
            .unwrap();
        let mut process = Self {
            child,
            base: String::new(),
        };
        process.base = (0..900)
            .find_map(|_| {
                std::thread::sleep(std::time::Duration::from_millis(50));
                let text = std::fs::read_to_string(&ready).ok()?;
                let addresses: serde_json::Value = serde_json::from_str(&text).unwrap();
                Some(addresses[zone].as_str().unwrap().to_owned())
            })
            .unwrap_or_else(|| {
                panic!(
                    "{}",
                    std::fs::read_to_string(dir.join(format!("{zone}.log"))).unwrap()
                )
            });
        process
    }

    /// Asks the process to end and waits for it; whether it ended well.
    fn stop(mut self) -> bool {
        let told = Command::new("kill")
            .arg(self.child.id().to_string())
            .status()
            .unwrap();
        told.success() && self.child.wait().unwrap().success()
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn configure(dir: &Path, database: &Database) {
    let config = config(dir, database);
    let keys = keys();
    let keys = keys.canonicalize().unwrap();
    let registrar = Hex(key("registrar").public().to_bytes());
    let text = format!(
        "database = \"{}\"\ndemo = true\ndemo_clock = \"clock\"\nvault = \"vault\"\n\n[log]\n\
         key = \"{keys}/log-key.pem\"\norigin = \"{ORIGIN}\"\nrefusal_key = \"{keys}/refusal-key.pem\"\n\n[zones]\n\
         procurement = \"127.0.0.1:0\"\nevaluation = \"127.0.0.1:0\"\nsupervision = \"127.0.0.1:0\"\n\n\
         [[registrars]]\naccount = \"registry\"\nkey = \"{registrar}\"\n",
        config.database,
        keys = keys.display(),
    );
    std::fs::write(dir.join("kaibiao.toml"), text).unwrap();
}

fn size(base: &str) -> u64 {
    let text = get(base, "/log/checkpoint").text();
    text.lines().nth(1).unwrap().parse().unwrap()
}

/// Waits, for a second, until a zone's checkpoint covers so many entries.
fn sees(base: &str, wanted: u64) {
    for _ in 0..20 {
        if size(base) >= wanted {
            return;
        }
        std::thread::sleep(std::time::Duration::from_millis(50));
    }
    panic!("{base} shows {} entries after a second, not {wanted}", size(base));
}

#[test]
fn three_processes_are_one_platform() {
    let Some(database) = postgres() else { return };
    let dir = tempfile::tempdir().unwrap();
    configure(dir.path(), &database);
    // All at once on an empty database: one makes the schema and founds the log, the others wait for it.
    let folder = dir.path();
    let [evaluation, supervision, procurement] = std::thread::scope(|scope| {
        let start = |zone: &'static str| scope.spawn(move || Process::start(folder, zone));
        ["evaluation", "supervision", "procurement"]
            .map(start)
            .map(|started| started.join().unwrap())
    });

    // What lands in one is seen in the others within a second, entry, proof and account.
    let base = &procurement.base;
    land(
        base,
        &enrolment("supervisor", &key("supervisor"), Role::Supervisor),
    );
    land(base, &enrolment("buyer", &key("buyer"), Role::Buyer));
    let tender = TenderId::parse("T1").unwrap();
    let buyer = AccountId::parse("buyer").unwrap();
    let body = TenderRegistered {
        agent: None,
        buyer,
        regime: Regime::Works,
        tender: tender.clone(),
        title: "某县道路改造".to_owned(),
    };
    let registered = land(base, &sign(&key("buyer"), Stream::Tender(tender.clone()), &body));
    for other in [&evaluation.base, &supervision.base] {
        sees(other, registered + 1);
        let shown = get(other, &format!("/log/entry/{registered}"));
        assert_eq!(
            shown.json(),
            get(base, &format!("/log/entry/{registered}")).json()
        );
        let proof = get(other, &format!("/log/proof/{registered}"));
        assert_eq!(proof.status, 200, "{}", proof.text());
    }

    // An order given in the supervision zone is noticed by the housekeeper, who sits with procurement.
    sign_in(&supervision.base, "supervision", &key("supervisor"));
    let order = OrderSuspended {
        basis: "招标投标法实施条例61".to_owned(),
        order: OrderId::parse("O1").unwrap(),
        reason: "a complaint".to_owned(),
        tender: tender.clone(),
        complaint: None,
        until: None,
    };
    let order = land(
        &supervision.base,
        &sign(&key("supervisor"), Stream::Supervision(tender), &order),
    );
    sees(base, order + 1);
    until("tender.suspended", || {
        let view = get(base, "/api/tenders/T1").json();
        (view["state"]["suspended"] == true).then_some(())
    });

    // Each process takes its own acts, and knows at once that an account was revoked in another.
    let enrolled = land(base, &enrolment("expert-1", &key("expert-1"), Role::Expert));
    sign_in(&evaluation.base, "evaluation", &key("expert-1"));
    land(base, &revocation("expert-1"));
    let erased = land(base, &erasure(enrolled));
    for zone in [&procurement.base, &evaluation.base, &supervision.base] {
        sees(zone, erased + 1);
        until("the erasure in every zone", || {
            get(zone, &format!("/log/entry/{enrolled}")).json()["payload"]
                .is_null()
                .then_some(())
        });
    }
    let wrong = send(
        &evaluation.base,
        &enrolment("expert-2", &key("expert-2"), Role::Expert),
    );
    assert_eq!(wrong.code(), "act.zone_not_allowed");

    // The whole is one sound log.
    let token = format!(
        "Bearer {}",
        sign_in(&supervision.base, "supervision", &key("supervisor"))
    );
    let audit = ask(
        &supervision.base,
        "GET",
        "/api/audit?payloads=true",
        &[("authorization", &token)],
        b"",
    )
    .json();
    assert_eq!(audit["sound"], true, "{audit}");
    assert!(
        supervision.stop() && evaluation.stop() && procurement.stop(),
        "all end well when asked to"
    );
}

#[test]
fn only_the_zone_that_is_served_is_bound() {
    let Some(database) = postgres() else { return };
    let dir = tempfile::tempdir().unwrap();
    configure(dir.path(), &database);
    // Somebody else holds the addresses of the other zones.
    let held = [
        std::net::TcpListener::bind("127.0.0.1:0").unwrap(),
        std::net::TcpListener::bind("127.0.0.1:0").unwrap(),
    ];
    let path = dir.path().join("kaibiao.toml");
    let mut text = std::fs::read_to_string(&path).unwrap();
    for (zone, listener) in ["evaluation", "supervision"].iter().zip(&held) {
        let address = listener.local_addr().unwrap();
        text = text.replace(
            &format!("{zone} = \"127.0.0.1:0\""),
            &format!("{zone} = \"{address}\""),
        );
    }
    std::fs::write(&path, text).unwrap();
    let procurement = Process::start(dir.path(), "procurement");
    assert_eq!(get(&procurement.base, "/health").status, 200);
    let zones = get(&procurement.base, "/api/platform").json()["zones"].clone();
    assert_eq!(
        zones["evaluation"],
        format!("http://{}", held[0].local_addr().unwrap()),
        "told as configured"
    );
    assert!(procurement.stop());
}
