//! The second verifier, written in Python from the record format alone by somebody who saw none of this code:
//! on sound and on broken dossiers both come to the same verdict.
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

use kaibiao_verify::mutate::mutate;
use std::path::Path;
use std::process::Command;
use support::World;
use support::evaluation::{lowest, scored};

const SCRIPT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/python/verify.py");

fn python_is_here() -> bool {
    let probe = Command::new("python3")
        .args(["-c", "import cryptography"])
        .output();
    let here = probe.is_ok_and(|probe| probe.status.success()) && Path::new(SCRIPT).exists();
    if !here {
        println!("skipped: python3 with the package cryptography is needed for the second verifier");
    }
    here
}

/// The ids that the second verifier finds wrong.
fn failed(dossier: &Path, policy: &Path) -> Vec<u8> {
    let output = Command::new("python3")
        .arg(SCRIPT)
        .arg(dossier)
        .arg("--policy")
        .arg(policy)
        .arg("--json")
        .output()
        .unwrap();
    let json: serde_json::Value = serde_json::from_slice(&output.stdout)
        .unwrap_or_else(|why| panic!("{why}: {}", String::from_utf8_lossy(&output.stderr)));
    let checks = json["checks"].as_array().unwrap().iter();
    let wrong = checks.filter(|check| check["outcome"] == "fail");
    wrong
        .map(|check| check["id"].as_str().unwrap().parse().unwrap())
        .collect()
}

fn agree(world: &World, checks: impl Iterator<Item = u8>) {
    let folder = tempfile::tempdir().unwrap();
    let policy = folder.path().join("policy.toml");
    std::fs::write(&policy, world.policy_text()).unwrap();
    let sound = world.dossier(folder.path());
    assert_eq!(failed(&folder.path().join("dossier"), &policy), Vec::<u8>::new());
    for check in checks {
        let broken = mutate(&sound, check, &world.ring).unwrap();
        let out = folder.path().join(check.to_string());
        broken.write(&out).unwrap();
        assert_eq!(failed(&out, &policy), [check], "{broken}");
    }
}

#[test]
fn both_verifiers_agree_on_a_tender_with_everything() {
    if python_is_here() {
        agree(
            &scored(40),
            (1..=37).filter(|check| !matches!(check, 13..=16 | 29)),
        );
    }
}

#[test]
fn both_verifiers_agree_on_two_envelopes() {
    if python_is_here() {
        agree(&lowest(41), [12, 19, 20, 21, 22, 26, 27, 28, 33, 35].into_iter());
    }
}
