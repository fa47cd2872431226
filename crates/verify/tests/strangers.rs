//! The other verifiers: the one in Python, written from the record format alone by somebody who saw none of this code,
//! and the one of the pages, in JavaScript. On sound and on broken dossiers all come to the same verdict.
#![allow(
    clippy::allow_attributes,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stdout,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    clippy::similar_names,
    clippy::struct_field_names,
    reason = "test code, helpers included"
)]

mod support;

use kaibiao_verify::mutate::{mutate, mutate_as};
use kaibiao_verify::{Dossier, Outcome, Report};
use serde_json::Value;
use std::path::Path;
use std::process::Command;
use support::World;
use support::draw::drawn;
use support::evaluation::{lowest, scored};
use support::quotes::quoted;

/// Another verifier as a program: called with a dossier and `--policy FILE`, it prints the verdict as JSON.
#[derive(Debug, Clone, Copy)]
struct Stranger {
    program: &'static str,
    script: &'static str,
    arguments: &'static [&'static str],
}

const PYTHON: Stranger = Stranger {
    program: "python3",
    script: concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/python/verify.py"),
    arguments: &["--json"],
};

const PAGES: Stranger = Stranger {
    program: "node",
    script: concat!(env!("CARGO_MANIFEST_DIR"), "/../../web/tests/verify.mjs"),
    arguments: &[],
};

impl Stranger {
    /// Whether it can run. Python with its package is optional on a developer's machine; node is not.
    fn is_here(self) -> bool {
        if self.program == "node" {
            let probe = Command::new("node").arg("--version").output();
            assert!(
                probe.is_ok_and(|probe| probe.status.success()),
                "node (20 or later) is needed: the verifier of the pages is tested with it"
            );
            return true;
        }
        let probe = Command::new(self.program)
            .args(["-c", "import cryptography"])
            .output();
        let here = probe.is_ok_and(|probe| probe.status.success()) && Path::new(self.script).exists();
        if !here {
            println!("skipped: python3 with the package cryptography is needed for the second verifier");
        }
        here
    }

    /// The verdict on a dossier.
    fn verdict(self, dossier: &Path, policy: &Path) -> Value {
        let output = Command::new(self.program)
            .arg(self.script)
            .arg(dossier)
            .arg("--policy")
            .arg(policy)
            .args(self.arguments)
            .output()
            .unwrap();
        serde_json::from_slice(&output.stdout)
            .unwrap_or_else(|why| panic!("{why}: {}", String::from_utf8_lossy(&output.stderr)))
    }
}

/// The ids of the checks that ended in this way.
fn ended(verdict: &Value, outcome: &str) -> Vec<u8> {
    let checks = verdict["checks"].as_array().unwrap().iter();
    checks
        .filter(|check| check["outcome"] == outcome)
        .map(|check| check["id"].as_str().unwrap().parse().unwrap())
        .collect()
}

/// Every mutation is found by the check that it breaks, and by no other.
fn agree(stranger: Stranger, world: &World, checks: impl Iterator<Item = u8>) {
    let folder = tempfile::tempdir().unwrap();
    let policy = folder.path().join("policy.toml");
    std::fs::write(&policy, world.policy_text()).unwrap();
    let sound = world.dossier(folder.path());
    let verdict = stranger.verdict(&folder.path().join("dossier"), &policy);
    assert_eq!(ended(&verdict, "fail"), Vec::<u8>::new(), "{verdict:#}");
    let ours = Report::of(&sound);
    let here = |outcome| {
        let mine = ours.verdicts.iter().filter(move |one| one.outcome == outcome);
        mine.map(|one| one.id).collect::<Vec<_>>()
    };
    assert_eq!(ended(&verdict, "pass"), here(Outcome::Pass));
    assert_eq!(ended(&verdict, "na"), here(Outcome::NotApplicable));
    for check in checks {
        let broken = mutate(&sound, check, &world.ring).unwrap();
        let out = folder.path().join(check.to_string());
        broken.write(&out).unwrap();
        let verdict = stranger.verdict(&out, &policy);
        assert_eq!(ended(&verdict, "fail"), [check], "{broken}: {verdict:#}");
    }
}

/// Numbers of addresses that tell more than equality.
#[test]
fn strangers_catch_false_origins() {
    let (world, folder) = (scored(43), tempfile::tempdir().unwrap());
    let policy = folder.path().join("policy.toml");
    std::fs::write(&policy, world.policy_text()).unwrap();
    let broken = mutate_as(&world.dossier(folder.path()), 28, Some("origin"), &world.ring).unwrap();
    let out = folder.path().join("origin");
    broken.write(&out).unwrap();
    let ours = Report::of(&Dossier::load(&out, world.policy()).unwrap());
    assert_eq!(ours.failed().collect::<Vec<u8>>(), [28]);
    for stranger in [PYTHON, PAGES] {
        if stranger.is_here() {
            let verdict = stranger.verdict(&out, &policy);
            assert_eq!(ended(&verdict, "fail"), [28], "{broken}: {verdict:#}");
        }
    }
}

/// Every check that can be broken.
fn all() -> impl Iterator<Item = u8> {
    (1..=39).filter(|check| !matches!(check, 13..=16 | 29))
}

const TWO_ENVELOPES: [u8; 10] = [12, 19, 20, 21, 22, 26, 27, 28, 33, 35];

#[test]
fn python_agrees_on_a_tender_with_everything() {
    if PYTHON.is_here() {
        agree(PYTHON, &scored(40), all());
    }
}

#[test]
fn python_agrees_on_two_envelopes() {
    if PYTHON.is_here() {
        agree(PYTHON, &lowest(41), TWO_ENVELOPES.into_iter());
    }
}

/// What stands before the heads that were pinned cannot change without the custodians.
const AFTER_THE_DRAW: [u8; 6] = [29, 30, 31, 32, 33, 35];

#[test]
fn python_agrees_on_a_tender_with_draws() {
    if PYTHON.is_here() {
        agree(PYTHON, &drawn(42), AFTER_THE_DRAW.into_iter());
    }
}

#[test]
fn the_pages_agree_on_a_tender_with_draws() {
    assert!(PAGES.is_here());
    agree(PAGES, &drawn(42), AFTER_THE_DRAW.into_iter());
}

#[test]
fn the_pages_agree_on_a_tender_with_everything() {
    assert!(PAGES.is_here());
    agree(PAGES, &scored(40), all());
}

#[test]
fn the_pages_agree_on_two_envelopes() {
    assert!(PAGES.is_here());
    agree(PAGES, &lowest(41), TWO_ENVELOPES.into_iter());
}

const FINAL_QUOTES: [u8; 5] = [12, 20, 21, 28, 39];

#[test]
fn python_agrees_on_final_quotes() {
    if PYTHON.is_here() {
        agree(PYTHON, &quoted(56, |_| (), 0), FINAL_QUOTES.into_iter());
    }
}

#[test]
fn the_pages_agree_on_final_quotes() {
    assert!(PAGES.is_here());
    agree(PAGES, &quoted(56, |_| (), 0), FINAL_QUOTES.into_iter());
}

/// A platform that lists quotes early, and a buyer that passes somebody over in silence.
#[test]
fn strangers_catch_false_invitations() {
    for (stranger, seed) in [(PYTHON, 60), (PAGES, 62)] {
        for (world, seed) in [
            (quoted(seed, |_| (), 60_000), seed),
            (quoted(seed + 1, |body| body.left_out.clear(), 0), seed + 1),
        ] {
            let folder = tempfile::tempdir().unwrap();
            world.dossier(folder.path());
            let policy = folder.path().join("policy.toml");
            std::fs::write(&policy, world.policy_text()).unwrap();
            let out = world.write(&folder.path().join(format!("d{seed}")));
            if stranger.is_here() {
                let verdict = stranger.verdict(&out, &policy);
                assert_eq!(ended(&verdict, "fail"), [39], "{verdict:#}");
            }
        }
    }
}
