//! The proof vectors of transparency-dev/merkle, as the crate `sigstore-merkle` carries them, read
//! from that crate where cargo has put it, and its verdicts beside ours.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use ledger::{Hash, verify_consistency, verify_inclusion};
use serde_json::Value;
use std::path::{Path, PathBuf};

/// Where cargo unpacked the crate: a dependency's files have no address that a test is told.
fn testdata() -> PathBuf {
    let home = std::env::var_os("CARGO_HOME").map_or_else(
        || PathBuf::from(std::env::var_os("HOME").unwrap()).join(".cargo"),
        PathBuf::from,
    );
    let registries = std::fs::read_dir(home.join("registry/src")).unwrap();
    registries
        .flat_map(|registry| std::fs::read_dir(registry.unwrap().path()).unwrap())
        .map(|package| package.unwrap())
        .find(|package| {
            package
                .file_name()
                .to_string_lossy()
                .starts_with("sigstore-merkle-0.15.")
        })
        .map(|package| package.path().join("test-data/merkle/testdata"))
        .unwrap()
}

fn collect(directory: &Path, out: &mut Vec<Value>) {
    for item in std::fs::read_dir(directory).unwrap() {
        let path = item.unwrap().path();
        if path.is_dir() {
            collect(&path, out);
        } else if path.extension().is_some_and(|e| e == "json") {
            out.push(serde_json::from_slice(&std::fs::read(&path).unwrap()).unwrap());
        }
    }
}

fn cases(folder: &str) -> Vec<Value> {
    let mut out = Vec::new();
    collect(&testdata().join(folder), &mut out);
    out
}

/// A hash. Some vectors hold short texts ("don't care") where a root belongs: each stands for a hash
/// of its own, so that equal texts stay equal and different ones different.
fn hash(value: &Value) -> Option<Hash> {
    let bytes = STANDARD.decode(value.as_str()?).ok()?;
    Some(Hash::try_from(bytes.as_slice()).unwrap_or_else(|_| ledger::hash::sha256(&bytes)))
}

/// A hash of a proof, which must be one.
fn exact(value: &Value) -> Option<Hash> {
    STANDARD.decode(value.as_str()?).ok()?.try_into().ok()
}

fn proof(value: &Value) -> Option<Vec<Hash>> {
    value
        .as_array()
        .map_or(Some(Vec::new()), |list| list.iter().map(exact).collect())
}

#[test]
fn inclusion() {
    let cases = cases("inclusion");
    assert!(cases.len() > 80, "{}", cases.len());
    let (mut good, mut bad) = (0, 0);
    for case in cases {
        let number = |name: &str| case[name].as_u64().unwrap();
        let verdict = exact(&case["root"])
            .zip(exact(&case["leafHash"]))
            .zip(proof(&case["proof"]))
            .is_some_and(|((root, leaf), proof)| {
                verify_inclusion(&leaf, number("leafIdx"), number("treeSize"), &proof, &root).is_ok()
            });
        assert_eq!(verdict, case["wantErr"] == false, "{case}");
        if verdict { good += 1 } else { bad += 1 }
    }
    assert!(good >= 6 && bad >= 60, "{good} accepted, {bad} refused");
}

/// The one vector that we refuse on purpose: the root of an empty tree is known, and this is another.
const STRICTER: &str = "sizes are equal and proof is not empty where both sizes are zero";

#[test]
fn consistency() {
    let cases = cases("consistency");
    assert!(cases.len() > 80, "{}", cases.len());
    let (mut good, mut bad, mut stricter) = (0, 0, 0);
    for case in cases {
        let number = |name: &str| case[name].as_u64().unwrap();
        let (first, second) = (hash(&case["root1"]).unwrap(), hash(&case["root2"]).unwrap());
        let verdict = proof(&case["proof"]).is_some_and(|proof| {
            verify_consistency(number("size1"), number("size2"), &first, &second, &proof).is_ok()
        });
        if case["desc"] == STRICTER {
            assert!(!verdict && case["wantErr"] == false, "{case}");
            stricter += 1;
            continue;
        }
        assert_eq!(verdict, case["wantErr"] == false, "{case}");
        if verdict {
            good += 1;
        } else {
            bad += 1;
        }
    }
    assert!(
        good >= 6 && bad >= 85 && stricter == 1,
        "{good}, {bad}, {stricter}"
    );
}

#[test]
fn leaf_and_node_hashes_agree() {
    let theirs = sigstore_merkle::hash_leaf(b"x");
    assert_eq!(theirs.as_bytes(), &ledger::leaf_hash(b"x"));
    let pair = sigstore_merkle::hash_children(&theirs, &theirs);
    assert_eq!(
        pair.as_bytes(),
        &ledger::node_hash(&ledger::leaf_hash(b"x"), &ledger::leaf_hash(b"x"))
    );
}
