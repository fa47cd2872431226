//! Dossiers of which one member of one fact was changed, and what all verifiers say of them.

use super::World;
use facts::Kind;
use kaibiao_verify::mutate::{Draft, repack};
use kaibiao_verify::{Dossier, Report, bundle};
use serde_json::Value;
use std::path::Path;
use std::process::Command;

pub fn text(report: &Report) -> String {
    let mut out = Vec::new();
    report.write_text(&mut out, kaibiao_verify::Language::En).unwrap();
    String::from_utf8(out).unwrap()
}

/// The checks that the verifiers in Python and JavaScript find broken; they read the same files.
pub fn strangers(world: &World, dossier: &Path) -> Vec<(&'static str, Vec<u8>)> {
    let policy = dossier.with_extension("toml");
    std::fs::write(&policy, world.policy_text()).unwrap();
    let root = concat!(env!("CARGO_MANIFEST_DIR"), "/../../");
    let python = Command::new("python3")
        .args(["-c", "import cryptography"])
        .output();
    let mut programs = vec![("node", "web/tests/verify.mjs", None)];
    if python.is_ok_and(|probe| probe.status.success()) {
        programs.push(("python3", "tests/python/verify.py", Some("--json")));
    }
    let verdict = |(program, script, json): (&'static str, &str, Option<&str>)| {
        let mut command = Command::new(program);
        command
            .arg(format!("{root}{script}"))
            .arg(dossier)
            .arg("--policy")
            .arg(&policy)
            .args(json);
        let output = command.output().unwrap();
        let verdict: Value = serde_json::from_slice(&output.stdout)
            .unwrap_or_else(|why| panic!("{program}: {why}: {}", String::from_utf8_lossy(&output.stderr)));
        let checks = verdict["checks"].as_array().unwrap().iter();
        let failed = checks.filter(|check| check["outcome"] == "fail");
        (
            program,
            failed
                .map(|check| check["id"].as_str().unwrap().parse().unwrap())
                .collect(),
        )
    };
    programs.into_iter().map(verdict).collect()
}

/// Signs a changed dossier anew with the keys of its world, writes it, and reports on it.
pub fn rewritten(world: &World, draft: &mut Draft, place: &Path) -> Report {
    let policy = world.policy();
    let log_key = world.ring.get(policy.log_key.key().as_bytes()).unwrap();
    let (files, unsigned) = draft.files(log_key, &world.ring).unwrap();
    assert_eq!(unsigned, 0);
    let manifest = repack(&files, draft.origin(), draft.size(), &world.tender).unwrap();
    bundle::write(&files, &manifest, place).unwrap();
    Report::of(&Dossier::load(place, policy).unwrap())
}

/// The report on the dossier with one member of the first fact of a kind changed.
pub fn broken(
    world: &World,
    sound: &Dossier,
    kind: Kind,
    member: &str,
    edit: impl FnOnce(&mut Value),
) -> (Report, Vec<(&'static str, Vec<u8>)>) {
    let fact = sound
        .shown
        .facts()
        .find(|fact| fact.record.kind == kind)
        .expect("such a fact");
    let mut draft = Draft::of(sound);
    draft.change(fact.record.seq, member, edit).unwrap();
    let out = tempfile::tempdir().unwrap();
    let place = out.path().join("broken");
    let report = rewritten(world, &mut draft, &place);
    (report, strangers(world, &place))
}
