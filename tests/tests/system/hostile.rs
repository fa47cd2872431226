//! An operator with the database, its administrator's rights and the log's own key: what can be changed is noticed.
//!
//! Invariant: the triggers are gone in every test here; what detects is mathematics and memory, not the database.

use crate::http::ask;
use crate::operator::Operator;
use crate::people::{Person, custodians, newcomer, registrar};
use crate::platform::{Database, ORIGIN, Platform, on_both};
use crate::programs::verify;
use crate::tender::{announce, seal_bid, submit_bid};
use cli::{Failure, Session, Zone};
use facts::Role;
use ledger::Checkpoint;
use serde_json::Value;
use std::path::Path;

struct Scene {
    platform: Platform,
    buyer: Person,
    supervisor: Person,
}

fn scene(database: &Database) -> Scene {
    let platform = Platform::start(database);
    let mut registry = registrar(&platform);
    let mut buyer = newcomer(&platform, &mut registry, "buyer", Role::Buyer);
    let supervisor = newcomer(&platform, &mut registry, "supervisor", Role::Supervisor);
    let mut keepers = custodians(&platform, &mut registry, 3);
    let tender = announce(&platform, &mut buyer, &mut keepers, "T1");
    for n in 1..=2 {
        // Checkpoints are kept every ten seconds.
        platform.advance(11_000);
        let mut bidder = newcomer(&platform, &mut registry, &format!("bidder-{n:02}"), Role::Bidder);
        let mut bid = seal_bid(&platform, &mut bidder, &tender, n);
        submit_bid(&mut bidder, &mut bid);
    }
    platform.advance(11_000);
    newcomer(&platform, &mut registry, "expert-1", Role::Expert);
    buyer.session.kept.observe(&buyer.session.procurement).unwrap();
    let mut scene = Scene {
        platform,
        buyer,
        supervisor,
    };
    let audit = scene.audit(true);
    assert_eq!(audit["sound"], true, "{audit}");
    assert_eq!(
        scene.verdict(),
        Some(0),
        "the dossier is good before anybody touches anything"
    );
    scene
}

impl Scene {
    /// The server's own audit, as the supervisor sees it.
    fn audit(&mut self, payloads: bool) -> Value {
        let token = self.supervisor.token(Zone::Supervision);
        let path = format!("/api/audit?payloads={payloads}");
        let answer = ask(&self.platform.addresses.supervision, "GET", &path)
            .bearer(Some(&token))
            .send();
        assert_eq!(answer.status, 200, "{}", answer.text());
        answer.json()
    }

    /// The exit code of `kaibiao-verify` on the tender's dossier; `None` if there is no dossier to be had.
    fn verdict(&self) -> Option<i32> {
        let answer = ask(
            &self.platform.addresses.procurement,
            "GET",
            "/api/tenders/T1/dossier",
        )
        .send();
        if answer.status != 200 {
            assert_eq!(answer.problem(), "platform.outage");
            return None;
        }
        let path = self.platform.dir.path().join("T1.tar");
        std::fs::write(&path, answer.body).unwrap();
        verify(&[
            text(&path).as_str(),
            "--policy",
            text(&self.platform.policy()).as_str(),
        ])
        .status
        .code()
    }

    /// Position of the last public fact of a kind in the tender.
    fn position(&self, kind: &str) -> u64 {
        let history = self.buyer.session.tender(&crate::people::id("T1")).unwrap();
        history
            .records
            .iter()
            .rev()
            .find(|record| record.kind == kind)
            .unwrap()
            .seq
    }

    /// Whether a participant's machine believes a fact, as `kaibiao` would before using it.
    fn believes(&mut self, seq: u64) -> Result<(), Failure> {
        self.buyer.session.proven(&[seq]).map(drop)
    }

    fn size(&self) -> u64 {
        crate::people::head(&self.platform.addresses.procurement).size
    }

    fn operator(&self) -> Operator {
        let operator = Operator {
            url: self.platform.url.clone(),
        };
        operator.disarm();
        operator
    }

    /// A person who was here before comes back: the memory of their machine is a witness.
    fn returns(&self) -> Result<Session, Failure> {
        let home = self.platform.dir.path().join("machines/buyer");
        Session::connect(&self.platform.addresses.procurement, &home, None, false)
    }
}

fn text(path: &Path) -> String {
    path.display().to_string()
}

fn broken_at(audit: &Value) -> u64 {
    assert_eq!(audit["sound"], false, "{audit}");
    audit["break"]["seq"].as_u64().unwrap()
}

fn one_character_of_an_entry(database: &Database) {
    let mut scene = scene(database);
    let (seq, operator) = (scene.position("tender.noticed"), scene.operator());
    assert!(scene.believes(seq).is_ok());
    let entry =
        String::from_utf8(operator.bytes(&format!("SELECT entry FROM entries WHERE seq = {seq}"))).unwrap();
    let at = entry.find("\"commit\":\"").unwrap() + 12;
    let other = if &entry[at..=at] == "0" { "1" } else { "0" };
    let mut forged = entry;
    forged.replace_range(at..=at, other);
    operator.run(&format!(
        "UPDATE entries SET entry = {} WHERE seq = {seq}",
        operator.literal(forged.as_bytes())
    ));
    let found = broken_at(&scene.audit(false));
    assert!(
        found == seq || found == seq + 1,
        "broken at {found}, not at {seq}"
    );
    assert!(
        matches!(scene.believes(seq), Err(Failure::Check(_))),
        "{:?}",
        scene.believes(seq)
    );
    assert_ne!(scene.verdict(), Some(0));
}

/// One millisecond, changed wherever the database repeats it: what was committed stays, only the hour is another.
fn the_time_of_an_entry(database: &Database) {
    let mut scene = scene(database);
    let (seq, operator) = (scene.position("tender.noticed"), scene.operator());
    let entry =
        String::from_utf8(operator.bytes(&format!("SELECT entry FROM entries WHERE seq = {seq}"))).unwrap();
    let ts = operator.number(&format!("SELECT ts FROM entries WHERE seq = {seq}"));
    let forged = entry.replace(&format!("\"ts\":{ts}"), &format!("\"ts\":{}", ts + 1));
    assert_ne!(forged, entry);
    let leaf = ledger::leaf_hash(forged.as_bytes());
    let (entry, leaf) = (operator.literal(forged.as_bytes()), operator.literal(&leaf));
    operator.run(&format!(
        "UPDATE entries SET entry = {entry}, leaf = {leaf}, ts = {} WHERE seq = {seq}",
        ts + 1
    ));
    let found = broken_at(&scene.audit(false));
    assert!(
        found == seq || found == seq + 1,
        "broken at {found}, not at {seq}"
    );
    assert!(
        matches!(scene.believes(seq), Err(Failure::Check(_))),
        "{:?}",
        scene.believes(seq)
    );
    assert_eq!(scene.verdict(), Some(1));
}

fn the_content_behind_a_commitment(database: &Database) {
    let mut scene = scene(database);
    let (seq, operator) = (scene.position("tender.noticed"), scene.operator());
    let other = scene.position("key.assigned");
    // Whole and well formed, but not what was committed.
    let foreign = operator.bytes(&format!("SELECT body FROM payloads WHERE seq = {other}"));
    operator.run(&format!(
        "UPDATE payloads SET body = {} WHERE seq = {seq}",
        operator.literal(&foreign)
    ));
    assert_eq!(scene.audit(false)["sound"], true, "the chain itself is untouched");
    assert_eq!(broken_at(&scene.audit(true)), seq);
    assert!(
        matches!(scene.believes(seq), Err(Failure::Check(_))),
        "{:?}",
        scene.believes(seq)
    );
    assert_ne!(scene.verdict(), Some(0));
}

fn one_bit_of_a_content(database: &Database) {
    let mut scene = scene(database);
    let (seq, operator) = (scene.position("tender.noticed"), scene.operator());
    let mut body = operator.bytes(&format!("SELECT body FROM payloads WHERE seq = {seq}"));
    let middle = body.len() / 2;
    body[middle] ^= 1;
    operator.run(&format!(
        "UPDATE payloads SET body = {} WHERE seq = {seq}",
        operator.literal(&body)
    ));
    assert_eq!(broken_at(&scene.audit(true)), seq);
    assert!(scene.believes(seq).is_err());
    assert_ne!(scene.verdict(), Some(0));
}

/// The last entries vanish and the server is started again, but the checkpoints that were kept remember them.
fn the_last_rows(database: &Database) {
    let mut scene = scene(database);
    scene.platform.stop();
    let operator = scene.operator();
    let kept = operator.number("SELECT MAX(size) FROM checkpoints");
    let left = kept - 1;
    for table in ["entries", "payloads", "marks"] {
        operator.run(&format!("DELETE FROM {table} WHERE seq >= {left}"));
    }
    operator.run(&format!("DELETE FROM streams WHERE first >= {left}"));
    scene.platform.resume();
    assert_eq!(i64::try_from(scene.size()).unwrap(), left);
    assert!(
        matches!(scene.returns(), Err(Failure::Check(_))),
        "who was here before remembers more"
    );
    let audit = scene.audit_by_somebody_new();
    assert!(broken_at(&audit) >= u64::try_from(left).unwrap(), "{audit}");
}

/// A restored backup, checkpoints and all: inside of the database everything is sound, but people remember.
fn a_whole_backup(database: &Database) {
    let mut scene = scene(database);
    let remembered = ask(&scene.platform.addresses.procurement, "GET", "/log/checkpoint")
        .send()
        .text();
    scene.platform.stop();
    let operator = scene.operator();
    let left = operator.number("SELECT MAX(seq) FROM entries") - 2;
    for table in ["entries", "payloads", "marks"] {
        operator.run(&format!("DELETE FROM {table} WHERE seq >= {left}"));
    }
    operator.run(&format!("DELETE FROM streams WHERE first >= {left}"));
    operator.run(&format!("DELETE FROM checkpoints WHERE size > {left}"));
    scene.platform.resume();
    assert_eq!(
        scene.audit_by_somebody_new()["sound"],
        true,
        "from inside there is nothing to see"
    );
    assert!(matches!(scene.returns(), Err(Failure::Check(_))));
    assert_eq!(
        scene.verdict(),
        Some(0),
        "nor is there for who comes for the first time"
    );
    let note = scene.platform.dir.path().join("remembered");
    std::fs::write(&note, remembered).unwrap();
    let dossier = scene.platform.dir.path().join("T1.tar");
    let verdict = verify(&[
        text(&dossier).as_str(),
        "--policy",
        text(&scene.platform.policy()).as_str(),
        "--checkpoint",
        text(&note).as_str(),
    ]);
    assert_eq!(
        verdict.status.code(),
        Some(1),
        "{}",
        String::from_utf8_lossy(&verdict.stdout)
    );
}

fn a_checkpoint_signed_anew(database: &Database) {
    let mut scene = scene(database);
    let operator = scene.operator();
    let size = operator.number("SELECT MAX(size) FROM checkpoints");
    let keys = scene.platform.keys();
    let mut root = [0; 32];
    root[0] = 0xAA;
    // The operator holds the log's key: the signature is good, the root is of another history.
    let forged = Checkpoint {
        origin: ORIGIN.to_owned(),
        size: u64::try_from(size).unwrap(),
        root,
    };
    let note = forged.sign(&keys.log).unwrap();
    operator.run(&format!(
        "UPDATE checkpoints SET note = '{note}' WHERE size = {size}"
    ));
    let audit = scene.audit(false);
    assert!(
        broken_at(&audit) < u64::try_from(size).unwrap(),
        "from the last good checkpoint on: {audit}"
    );
    assert!(
        audit["break"]["why"]
            .as_str()
            .unwrap()
            .contains(&format!("checkpoint of {size} entries")),
        "{audit}"
    );
    assert_eq!(scene.verdict(), Some(1));
    // One that the log's key did not sign.
    let stranger = seal::SigningKey::from_seed(&[1; 32]);
    let note = forged
        .sign(&ledger::NoteSigner::new(ORIGIN, stranger).unwrap())
        .unwrap();
    operator.run(&format!(
        "UPDATE checkpoints SET note = '{note}' WHERE size = {size}"
    ));
    assert_eq!(broken_at(&scene.audit(false)), u64::try_from(size).unwrap());
    assert_eq!(scene.verdict(), Some(1));
}

impl Scene {
    /// The audit after a restart, asked by the supervisor from a machine that remembers nothing.
    fn audit_by_somebody_new(&self) -> Value {
        let home = tempfile::tempdir().unwrap();
        let base = &self.platform.addresses.procurement;
        let mut session = Session::connect(base, home.path(), None, false).unwrap();
        session.sign_in(&self.supervisor.key, Zone::Supervision).unwrap();
        session
            .zone(Zone::Supervision)
            .get("/api/audit?payloads=true")
            .unwrap()
    }
}

on_both!(
    one_character_of_an_entry,
    the_time_of_an_entry,
    the_content_behind_a_commitment,
    one_bit_of_a_content,
    the_last_rows,
    a_whole_backup,
    a_checkpoint_signed_anew,
);
