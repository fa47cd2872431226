//! The shape of the workspace: which crate may depend on which, and rules that hold for every file.
//!
//! Invariant: every arrow between our crates is listed here; a new one is a decision, not an accident.

use crate::golden;
use facts::Kind;
use facts::Visibility;
use facts::kind::Author;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;
use std::path::{Path, PathBuf};
use std::process::Command;

/// The arrows of shipped code: from a crate to those of ours it may name.
///
/// Two go beyond the first design. `desk` names `seal` because the front door verifies signatures by `seal`'s one
/// strict rule; `store` names `seal` because the vault computes tree digests of bodies while they arrive.
const ARROWS: &[(&str, &[&str])] = &[
    ("facts", &[]),
    ("seal", &[]),
    ("ledger", &["facts", "seal"]),
    ("desk", &["facts", "ledger", "seal"]),
    ("procure", &["desk", "facts", "seal"]),
    ("read", &[]),
    ("evaluate", &["desk", "facts", "read"]),
    ("rules", &["facts", "ledger"]),
    ("supervise", &["desk", "facts", "ledger", "rules", "screen"]),
    ("print", &[]),
    ("screen", &["facts"]),
    ("notify", &["facts"]),
    ("store", &["desk", "facts", "ledger", "seal"]),
    (
        "server",
        &[
            "desk",
            "evaluate",
            "facts",
            "ledger",
            "notify",
            "print",
            "procure",
            "read",
            "rules",
            "screen",
            "seal",
            "store",
            "supervise",
        ],
    ),
    ("cli", &["facts", "ledger", "rules", "seal"]),
    ("verify", &["facts", "ledger", "rules", "seal"]),
    ("demo", &["cli", "facts", "ledger", "seal", "verify"]),
    (
        "bench",
        &[
            "cli",
            "desk",
            "evaluate",
            "facts",
            "ledger",
            "rules",
            "screen",
            "seal",
            "store",
            "supervise",
            "tests",
        ],
    ),
    ("fuzz", &["facts", "ledger", "seal", "verify"]),
    ("tests", &[]),
    ("xtask", &["tests"]),
];

/// A workspace of its own, for the nightly compiler: shims of a few lines around the targets in `fuzz`.
const OUTSIDE: &str = "fuzz/libfuzzer/";

/// Most lines of a file of Rust.
const CEILING: usize = 450;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("..")
        .canonicalize()
        .unwrap()
}

fn cargo(arguments: &[&str]) -> String {
    let cargo = std::env::var("CARGO").unwrap_or_else(|_| "cargo".to_owned());
    let output = Command::new(cargo)
        .args(arguments)
        .arg("--offline")
        .current_dir(root())
        .output()
        .unwrap();
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    String::from_utf8(output.stdout).unwrap()
}

fn short(package: &str) -> Option<&str> {
    if package == "xtask" {
        Some(package)
    } else {
        package.strip_prefix("kaibiao-")
    }
}

/// Our crates and the arrows between them, without those of tests.
fn arrows() -> BTreeMap<String, BTreeSet<String>> {
    let metadata: Value =
        serde_json::from_str(&cargo(&["metadata", "--no-deps", "--format-version", "1"])).unwrap();
    let packages = metadata["packages"].as_array().unwrap();
    let arrow = |dependency: &Value| {
        let shipped = dependency["kind"].as_str() != Some("dev");
        let ours = dependency["path"].is_string();
        short(dependency["name"].as_str().unwrap())
            .filter(|_| shipped && ours)
            .map(str::to_owned)
    };
    packages
        .iter()
        .map(|package| {
            let name = package["name"].as_str().unwrap();
            let name = short(name).unwrap_or_else(|| panic!("{name} is not named like our crates"));
            let to = package["dependencies"]
                .as_array()
                .unwrap()
                .iter()
                .filter_map(arrow)
                .collect();
            (name.to_owned(), to)
        })
        .collect()
}

/// Everything that a crate reaches over arrows.
fn reached(from: &str) -> BTreeSet<String> {
    let arrows = arrows();
    let (mut reached, mut next) = (BTreeSet::new(), vec![from.to_owned()]);
    while let Some(name) = next.pop() {
        for to in &arrows[&name] {
            if reached.insert(to.clone()) {
                next.push(to.clone());
            }
        }
    }
    reached
}

/// Files in version control whose name ends so; where there is no version control, nothing is checked.
fn tracked(end: &str) -> Vec<(String, String)> {
    let output = Command::new("git")
        .args(["ls-files", "-z"])
        .current_dir(root())
        .output();
    let Ok(output) = output else { return Vec::new() };
    let names = String::from_utf8(output.stdout).unwrap();
    let names = names
        .split('\0')
        .filter(|name| !name.is_empty() && name.ends_with(end));
    names
        .filter_map(|name| {
            let bytes = std::fs::read(root().join(name)).ok()?;
            Some((name.to_owned(), String::from_utf8(bytes).ok()?))
        })
        .collect()
}

#[test]
fn every_arrow_between_our_crates_is_listed() {
    let wanted: BTreeMap<String, BTreeSet<String>> = ARROWS
        .iter()
        .map(|(from, to)| {
            (
                (*from).to_owned(),
                to.iter().map(|name| (*name).to_owned()).collect(),
            )
        })
        .collect();
    assert_eq!(arrows(), wanted);
}

#[test]
fn no_path_leads_from_one_context_to_another() {
    for (context, others) in [
        ("procure", ["evaluate", "supervise"]),
        ("evaluate", ["procure", "supervise"]),
        ("supervise", ["procure", "evaluate"]),
    ] {
        let reached = reached(context);
        for other in others.iter().chain(&["store", "server", "cli", "verify"]) {
            assert!(!reached.contains(*other), "{context} reaches {other}");
        }
    }
    let direct = arrows();
    assert!(!direct["evaluate"].contains("seal") && !direct["evaluate"].contains("ledger"));
    assert!(!direct["supervise"].contains("seal"));
}

#[test]
fn pure_crates_and_the_verifier_know_no_runtime_database_or_web() {
    for package in [
        "facts", "seal", "ledger", "rules", "print", "screen", "notify", "verify", "cli",
    ] {
        let tree = cargo(&[
            "tree",
            "-p",
            &format!("kaibiao-{package}"),
            "-e",
            "normal",
            "--prefix",
            "none",
        ]);
        let found: BTreeSet<&str> = tree.lines().filter_map(|line| line.split(' ').next()).collect();
        for banned in ["tokio", "sqlx", "axum", "hyper", "async-trait"] {
            assert!(!found.contains(banned), "kaibiao-{package} depends on {banned}");
        }
        if package == "verify" {
            assert!(
                !found.contains("ureq") && !found.contains("rustls"),
                "the verifier needs no network"
            );
        }
    }
}

#[test]
fn one_generation_of_every_crypto_crate() {
    let lock = std::fs::read_to_string(root().join("Cargo.lock")).unwrap();
    for name in [
        "curve25519-dalek",
        "ed25519-dalek",
        "frost-ristretto255",
        "aes-gcm",
        "ring",
    ] {
        let copies = lock.matches(&format!("name = \"{name}\"\n")).count();
        assert_eq!(copies, 1, "{name}");
    }
    for package in ["server", "cli", "verify"] {
        let tree = cargo(&[
            "tree",
            "-p",
            &format!("kaibiao-{package}"),
            "-e",
            "normal",
            "--prefix",
            "none",
        ]);
        for banned in ["openssl ", "openssl-sys ", "native-tls ", "aws-lc-rs "] {
            assert!(
                !tree.lines().any(|line| line.starts_with(banned)),
                "kaibiao-{package} ships {banned}"
            );
        }
    }
}

#[test]
fn no_courier_or_zone_knows_both_evaluation_and_supervision() {
    let wiring = [
        "crates/server/src/doors.rs",
        "crates/server/src/serve.rs",
        "crates/server/src/wiring.rs",
        "crates/server/src/zones/acts.rs",
    ];
    for (name, text) in tracked(".rs")
        .iter()
        .filter(|(name, _)| name.starts_with("crates/server/src/"))
    {
        let both = text.contains("evaluate::") && text.contains("supervise::");
        assert!(
            !both || wiring.contains(&name.as_str()) || name.contains("openapi"),
            "{name} names both"
        );
    }
}

#[test]
fn files_are_short_and_say_what_they_are() {
    for (name, text) in tracked(".rs")
        .into_iter()
        .filter(|(name, _)| !name.starts_with(OUTSIDE))
    {
        assert!(text.starts_with("//!"), "{name} does not open with what it is");
        let lines = text.lines().count();
        assert!(lines <= CEILING, "{name} has {lines} lines, more than {CEILING}");
    }
}

#[test]
fn no_file_names_a_path_of_a_machine_and_templates_stand_in_one_place() {
    let paths = [
        concat!("/wo", "rk/"),
        concat!("/ro", "ot/"),
        concat!("/ho", "me/"),
        concat!("/tmp/", "team"),
    ];
    for (name, text) in tracked("") {
        for path in paths {
            assert!(!text.contains(path), "{name} names {path}");
        }
        assert!(
            name.starts_with("web/templates/")
                || Path::new(&name).extension().is_none_or(|end| end != "html"),
            "{name} is a template outside of web/templates"
        );
    }
}

#[test]
fn unsafe_code_is_forbidden_in_every_crate() {
    let manifests = tracked("Cargo.toml");
    for (name, text) in &manifests {
        if name == "Cargo.toml" {
            assert!(text.contains("unsafe_code = \"forbid\""));
        } else if !name.starts_with(OUTSIDE) {
            assert!(
                text.contains("[lints]\nworkspace = true"),
                "{name} does not take the workspace's lints"
            );
        }
    }
}

/// Who brings a fact about and who may see it changes only together with the golden file.
#[test]
fn every_kind_of_fact_is_classed() {
    let mut text = String::new();
    for kind in Kind::ALL {
        let author = match kind.author() {
            Author::Platform => "platform".to_owned(),
            Author::BidKey => "bid key".to_owned(),
            Author::Custodian => "custodian".to_owned(),
            Author::Roles(roles) => roles.iter().map(|role| role.word()).collect::<Vec<_>>().join("+"),
        };
        let visibility = match kind.visibility() {
            Visibility::Confidential => "confidential".to_owned(),
            Visibility::Public { withheld: [] } => "public".to_owned(),
            Visibility::Public { withheld } => format!("public except {}", withheld.join(", ")),
        };
        let context = format!("{:?}", kind.context()).to_lowercase();
        writeln!(
            text,
            "{:<24} {context:<10} {author:<24} {visibility}",
            kind.name()
        )
        .unwrap();
    }
    golden::compare("kinds.txt", &text);
}
