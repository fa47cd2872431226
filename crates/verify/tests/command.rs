//! The command line: exit codes, text, JSON, tar, papers.
#![allow(
    clippy::allow_attributes,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    clippy::similar_names,
    clippy::struct_field_names,
    reason = "test code, helpers included"
)]

mod support;

use kaibiao_verify::bundle::Content;
use seal::SigningKey;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use support::World;
use support::evaluation::lowest;

struct Scene {
    world: World,
    folder: tempfile::TempDir,
    dossier: PathBuf,
    policy: PathBuf,
}

fn scene(seed: u8) -> Scene {
    let (world, folder) = (lowest(seed), tempfile::tempdir().unwrap());
    let dossier = world.write(folder.path());
    let policy = folder.path().join("policy.toml");
    std::fs::write(&policy, world.policy_text()).unwrap();
    Scene {
        world,
        folder,
        dossier,
        policy,
    }
}

fn verify(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_kaibiao-verify"))
        .args(arguments)
        .output()
        .unwrap()
}

fn text(path: &Path) -> &str {
    path.to_str().unwrap()
}

fn said(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).unwrap()
}

#[test]
fn a_good_dossier_exits_with_zero_and_plain_text_in_a_pipe() {
    let scene = scene(20);
    let output = verify(&[text(&scene.dossier), "--policy", text(&scene.policy)]);
    assert_eq!(output.status.code(), Some(0), "{}", said(&output));
    assert!(
        said(&output).contains("29 passed, 0 failed, 12 not applicable"),
        "{}",
        said(&output)
    );
    assert!(!said(&output).contains('\u{1b}'));
    let chinese = verify(&[
        text(&scene.dossier),
        "--policy",
        text(&scene.policy),
        "--lang",
        "zh",
    ]);
    assert!(
        said(&chinese).contains("通过29项,不通过0项,不适用12项"),
        "{}",
        said(&chinese)
    );
}

#[test]
fn json_says_the_same() {
    let scene = scene(21);
    let output = verify(&[text(&scene.dossier), "--policy", text(&scene.policy), "--json"]);
    let json: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(json["format"], "kaibiao/verdict/v1");
    assert_eq!(json["good"], true);
    assert_eq!(
        json["checks"].as_array().unwrap().len(),
        kaibiao_verify::checks::CATALOGUE.len()
    );
    assert_eq!(json["checks"][12]["outcome"], "na");
    assert_eq!(json["tender"], "T2");
}

#[test]
fn a_bad_dossier_exits_with_one_and_nonsense_with_two() {
    let scene = scene(22);
    std::fs::write(scene.dossier.join("log/checkpoint"), "nothing").unwrap();
    let output = verify(&[text(&scene.dossier), "--policy", text(&scene.policy)]);
    assert_eq!(output.status.code(), Some(1));
    assert_eq!(
        verify(&["/nowhere", "--policy", text(&scene.policy)])
            .status
            .code(),
        Some(2)
    );
    assert_eq!(verify(&[text(&scene.dossier)]).status.code(), Some(2));
    std::fs::write(&scene.policy, "trust = 'everybody'").unwrap();
    let output = verify(&[text(&scene.dossier), "--policy", text(&scene.policy)]);
    assert_eq!(output.status.code(), Some(2));
}

#[test]
fn a_tar_is_read_like_a_directory() {
    let scene = scene(23);
    let tar = scene.folder.path().join("dossier.tar");
    std::fs::write(&tar, archive(&scene.dossier)).unwrap();
    let output = verify(&[text(&tar), "--policy", text(&scene.policy)]);
    assert_eq!(output.status.code(), Some(0), "{}", said(&output));
}

/// A POSIX ustar of all files below a folder.
fn archive(root: &Path) -> Vec<u8> {
    fn walk(root: &Path, at: &Path, out: &mut Vec<u8>) {
        for item in std::fs::read_dir(at).unwrap() {
            let path = item.unwrap().path();
            if path.is_dir() {
                walk(root, &path, out);
                continue;
            }
            let bytes = std::fs::read(&path).unwrap();
            let name = path.strip_prefix(root).unwrap().to_str().unwrap().to_owned();
            let mut header = vec![0_u8; 512];
            header[..name.len()].copy_from_slice(name.as_bytes());
            header[124..135].copy_from_slice(format!("{:011o}", bytes.len()).as_bytes());
            header[148..156].fill(b' ');
            header[156] = b'0';
            header[257..263].copy_from_slice(b"ustar\0");
            let sum: u32 = header.iter().map(|byte| u32::from(*byte)).sum();
            header[148..155].copy_from_slice(format!("{sum:06o}\0").as_bytes());
            out.extend(header);
            out.extend(&bytes);
            out.resize(out.len().div_ceil(512) * 512, 0);
        }
    }
    let mut out = Vec::new();
    walk(root, root, &mut out);
    out.extend([0; 1024]);
    out
}

#[test]
fn a_checkpoint_of_another_history_is_caught() {
    let scene = scene(24);
    let Some(Content::Bytes(own)) = scene.world.bundle().remove("log/checkpoint") else {
        panic!("no checkpoint")
    };
    let kept = scene.folder.path().join("kept");
    std::fs::write(&kept, own).unwrap();
    let arguments = [
        text(&scene.dossier),
        "--policy",
        text(&scene.policy),
        "--checkpoint",
        text(&kept),
    ];
    assert_eq!(verify(&arguments).status.code(), Some(0));
    let forked = ledger::Checkpoint {
        origin: support::ORIGIN.into(),
        size: 5,
        root: [1; 32],
    };
    std::fs::write(&kept, forked.sign(&scene.world.signer()).unwrap()).unwrap();
    let output = verify(&arguments);
    assert_eq!(output.status.code(), Some(1));
    assert!(
        said(&output).contains("the history was rewritten"),
        "{}",
        said(&output)
    );
}

#[test]
fn receipts_and_refusals_are_checked_alone() {
    let scene = scene(25);
    let paper = scene.folder.path().join("paper");
    let receipt = scene.world.receipt(40);
    std::fs::write(&paper, &receipt).unwrap();
    let output = verify(&["receipt", text(&paper), "--policy", text(&scene.policy)]);
    assert_eq!(output.status.code(), Some(0), "{}", said(&output));
    assert!(said(&output).contains("stands at 40 since"), "{}", said(&output));
    std::fs::write(&paper, receipt.replace("index 40", "index 41")).unwrap();
    let output = verify(&["receipt", text(&paper), "--policy", text(&scene.policy)]);
    assert_eq!(output.status.code(), Some(1));
    assert!(
        said(&output).contains("the entry says position 40"),
        "{}",
        said(&output)
    );

    let signer = ledger::refusal_note::signer(support::ORIGIN, SigningKey::from_seed(&[9; 32])).unwrap();
    let note = ledger::RefusalNote {
        origin: support::ORIGIN.into(),
        code: "bid.late".into(),
        act: [3; 32],
        at: facts::Instant(support::START),
        size: 7,
        root: [4; 32],
        sentence: "The bid came after the deadline.".into(),
    };
    std::fs::write(&paper, note.sign(&signer).unwrap()).unwrap();
    let output = verify(&["refusal", text(&paper), "--policy", text(&scene.policy)]);
    assert_eq!(output.status.code(), Some(2), "the policy names no refusal key");
    let policy = scene.world.policy_text();
    let policy = policy.replace(
        "\n\n[[",
        &format!("\nrefusal_key = \"{}\"\n\n[[", signer.verifier()),
    );
    std::fs::write(&scene.policy, policy).unwrap();
    let output = verify(&["refusal", text(&paper), "--policy", text(&scene.policy)]);
    assert_eq!(output.status.code(), Some(0), "{}", said(&output));
    assert!(
        said(&output).contains("(bid.late): The bid came after the deadline."),
        "{}",
        said(&output)
    );
}

#[test]
fn the_mutation_command_breaks_one_check() {
    let scene = scene(26);
    let keys = scene.folder.path().join("keys.json");
    std::fs::write(&keys, scene.world.ring_text()).unwrap();
    let out = scene.folder.path().join("broken");
    let arguments = [
        "mutate",
        text(&scene.dossier),
        "--policy",
        text(&scene.policy),
        "--check",
        "35",
        "--keys",
        text(&keys),
        "--out",
        text(&out),
    ];
    let output = verify(&arguments);
    assert_eq!(output.status.code(), Some(0), "{output:?}");
    let output = verify(&[text(&out), "--policy", text(&scene.policy), "--json"]);
    let json: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    let failed: Vec<&str> = json["checks"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|check| check["outcome"] == "fail")
        .map(|check| check["id"].as_str().unwrap())
        .collect();
    assert_eq!(failed, ["35"]);
    assert_eq!(verify(&arguments).status.code(), Some(2), "the directory exists");
}
