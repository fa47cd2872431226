//! The test of the verifier itself: a sound dossier passes, and every broken one is caught by exactly the check
//! that is meant to catch it.
#![expect(clippy::arithmetic_side_effects, reason = "test code")]

mod support;

use kaibiao_verify::mutate::mutate;
use kaibiao_verify::{Dossier, Outcome, Report};
use support::World;
use support::evaluation::{lowest, scored};

fn failed(report: &Report) -> Vec<u8> {
    report.failed().collect()
}

fn text(report: &Report) -> String {
    let mut out = Vec::new();
    report.write_text(&mut out, kaibiao_verify::Language::En).unwrap();
    String::from_utf8(out).unwrap()
}

#[test]
fn a_sound_tender_passes_every_check_that_applies() {
    let folder = tempfile::tempdir().unwrap();
    let report = Report::of(&scored(1).dossier(folder.path()));
    assert_eq!(failed(&report), Vec::<u8>::new(), "{}", text(&report));
    let skipped: Vec<u8> =
        report.verdicts.iter().filter(|one| one.outcome == Outcome::NotApplicable).map(|one| one.id).collect();
    assert_eq!(skipped, [13, 14, 15, 16, 29], "{}", text(&report));
}

#[test]
fn two_envelopes_without_lock_and_panel_pass_too() {
    let folder = tempfile::tempdir().unwrap();
    let report = Report::of(&lowest(2).dossier(folder.path()));
    assert_eq!(failed(&report), Vec::<u8>::new(), "{}", text(&report));
    let skipped: Vec<u8> =
        report.verdicts.iter().filter(|one| one.outcome == Outcome::NotApplicable).map(|one| one.id).collect();
    assert_eq!(skipped, [13, 14, 15, 16, 25, 29, 30, 31, 32], "{}", text(&report));
}

fn caught(world: &World, checks: impl Iterator<Item = u8>) {
    let folder = tempfile::tempdir().unwrap();
    let sound = world.dossier(folder.path());
    for check in checks {
        let broken = mutate(&sound, check, &world.ring).unwrap();
        assert_eq!(broken.unsigned, 0, "{broken}");
        let out = folder.path().join(format!("broken-{check}"));
        broken.write(&out).unwrap();
        let report = Report::of(&Dossier::load(&out, world.policy()).unwrap());
        assert_eq!(failed(&report), [check], "{broken}\n{}", text(&report));
    }
}

#[test]
fn every_broken_check_is_caught_by_itself_and_by_no_other() {
    let world = scored(3);
    caught(&world, (1..=37).filter(|check| !matches!(check, 13..=16 | 29)));
}

#[test]
fn checks_that_need_no_lock_and_no_panel_are_caught_in_the_other_tender() {
    let world = lowest(4);
    caught(&world, [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 12, 17, 19, 20, 21, 22, 26, 27, 28, 33, 34, 35, 36, 37].into_iter());
}

#[test]
fn without_the_users_keys_a_rewritten_log_contradicts_what_they_saw() {
    let world = scored(5);
    let folder = tempfile::tempdir().unwrap();
    let sound = world.dossier(folder.path());
    let mut ring = kaibiao_verify::mutate::KeyRing::new();
    ring.add(world.ring.get(sound.policy.log_key.key().as_bytes()).unwrap().clone());
    let broken = mutate(&sound, 33, &ring).unwrap();
    assert!(broken.unsigned > 0);
    let out = folder.path().join("broken");
    broken.write(&out).unwrap();
    let report = Report::of(&Dossier::load(&out, world.policy()).unwrap());
    assert_eq!(failed(&report), [33, 37], "{}", text(&report));
}
