//! The test of the verifier itself: a sound dossier passes, and every broken one is caught by exactly the check
//! that is meant to catch it.
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

use facts::Kind;
use kaibiao_verify::mutate::{Draft, Spoil, mutate, mutate_as, repack};
use kaibiao_verify::{Dossier, Outcome, Report, bundle};
use support::World;
use support::draw::drawn;
use support::evaluation::{lowest, scored};
use support::quotes::quoted;

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
    let skipped: Vec<u8> = report
        .verdicts
        .iter()
        .filter(|one| one.outcome == Outcome::NotApplicable)
        .map(|one| one.id)
        .collect();
    assert_eq!(skipped, [13, 14, 15, 16, 29, 40, 41], "{}", text(&report));
}

#[test]
fn two_envelopes_without_lock_and_panel_pass_too() {
    let folder = tempfile::tempdir().unwrap();
    let report = Report::of(&lowest(2).dossier(folder.path()));
    assert_eq!(failed(&report), Vec::<u8>::new(), "{}", text(&report));
    let skipped: Vec<u8> = report
        .verdicts
        .iter()
        .filter(|one| one.outcome == Outcome::NotApplicable)
        .map(|one| one.id)
        .collect();
    assert_eq!(
        skipped,
        [13, 14, 15, 16, 25, 29, 30, 31, 32, 39, 40, 41],
        "{}",
        text(&report)
    );
}

/// What the evidence of each check says when it is broken as the recipe breaks it.
const REASONS: [(u8, &str); 35] = [
    (1, "bytes instead of"),
    (2, "log/checkpoint: "),
    (3, "is not what the entries give"),
    (4, "is before that of the entry before"),
    (5, "the history was rewritten"),
    (6, "is not proved"),
    (7, "did not prove to know the constant term"),
    (8, "the public share of custodian 1 does not follow"),
    (9, "did not sign the certificate"),
    (10, "is said to have made another key"),
    (11, "states a rules hash that does not follow"),
    (12, "was in force"),
    (17, "tender.registered: "),
    (18, "stands where revision 1 is due"),
    (19, "not before the deadline"),
    (20, "no closing checkpoint is kept"),
    (21, "the list"),
    (22, "the list names another hash"),
    (23, "the header's proof does not hold"),
    (24, "repeats the R or the id"),
    (25, "after the list was settled"),
    (26, "different custodians opened where 3 are needed"),
    (27, "opens to another file"),
    (28, "the letter in the record is not the one that was sealed"),
    (29, "is not the one due there"),
    (30, "declared only after scores were committed"),
    (31, "committed only after scores were revealed"),
    (32, "is not the one committed to"),
    (33, "belongs there at rank 1"),
    (34, "is bidder and expert"),
    (35, "without a deviation"),
    (36, "its root is not the entry's commitment"),
    (37, "its author signed another root"),
    (38, "is not the one that follows from the log"),
    (39, "procedure.regime"),
];

fn says(report: &Report, check: u8) -> bool {
    let reason = REASONS.iter().find(|(id, _)| *id == check).unwrap().1;
    let verdict = report
        .verdicts
        .iter()
        .find(|verdict| verdict.id == check)
        .unwrap();
    verdict
        .evidence
        .iter()
        .any(|evidence| evidence.en.contains(reason))
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
        assert!(says(&report, check), "{broken}\n{}", text(&report));
    }
}

#[test]
fn every_broken_check_is_caught_by_itself_and_by_no_other() {
    let world = scored(3);
    caught(&world, (1..=39).filter(|check| !matches!(check, 13..=16 | 29)));
}

#[test]
fn every_mixture_of_roles_is_caught() {
    let (world, folder) = (scored(9), tempfile::tempdir().unwrap());
    let sound = world.dossier(folder.path());
    for (way, says) in [
        ("bidder-expert", "is bidder and expert"),
        ("bidder-supervisor", "is bidder and supervisor"),
    ] {
        let broken = mutate_as(&sound, 34, Some(way), &world.ring).unwrap();
        let out = folder.path().join(way);
        broken.write(&out).unwrap();
        let report = Report::of(&Dossier::load(&out, world.policy()).unwrap());
        assert_eq!(failed(&report), [34], "{broken}\n{}", text(&report));
        assert!(text(&report).contains(says), "{}", text(&report));
    }
}

#[test]
fn checks_that_need_no_lock_and_no_panel_are_caught_in_the_other_tender() {
    let world = lowest(4);
    caught(
        &world,
        [
            1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 12, 17, 19, 20, 21, 22, 26, 27, 28, 33, 34, 35, 36, 37, 38,
        ]
        .into_iter(),
    );
}

#[test]
fn an_enrolment_that_its_registrar_did_not_sign_as_it_stands_is_caught() {
    let (world, folder) = (scored(6), tempfile::tempdir().unwrap());
    let sound = world.dossier(folder.path());
    let enrolled = sound
        .shown
        .facts()
        .find(|fact| fact.record.kind == Kind::AccountEnrolled);
    let seq = enrolled.unwrap().record.seq;
    let mut draft = Draft::of(&sound);
    draft.line(seq).unwrap().spoil = Some(Spoil::Signature);
    let log_key = world.ring.get(sound.policy.log_key.key().as_bytes()).unwrap();
    let (files, unsigned) = draft.files(log_key, &world.ring).unwrap();
    assert_eq!(unsigned, 0);
    let manifest = repack(&files, draft.origin(), draft.size(), &world.tender).unwrap();
    let out = folder.path().join("broken");
    bundle::write(&files, &manifest, &out).unwrap();
    let report = Report::of(&Dossier::load(&out, world.policy()).unwrap());
    assert_eq!(failed(&report), [6], "{}", text(&report));
}

#[test]
fn without_the_users_keys_a_rewritten_log_contradicts_what_they_saw() {
    let world = scored(5);
    let folder = tempfile::tempdir().unwrap();
    let sound = world.dossier(folder.path());
    let mut ring = kaibiao_verify::mutate::KeyRing::new();
    ring.add(
        world
            .ring
            .get(sound.policy.log_key.key().as_bytes())
            .unwrap()
            .clone(),
    );
    let broken = mutate(&sound, 33, &ring).unwrap();
    assert!(broken.unsigned > 0);
    let out = folder.path().join("broken");
    broken.write(&out).unwrap();
    let report = Report::of(&Dossier::load(&out, world.policy()).unwrap());
    assert_eq!(failed(&report), [33, 37], "{}", text(&report));
}

/// Changes the log of a dossier, signs it again and returns what the checks say.
fn changed(world: &World, change: impl FnOnce(&Dossier, &mut Draft)) -> Report {
    let folder = tempfile::tempdir().unwrap();
    let sound = world.dossier(folder.path());
    let mut draft = Draft::of(&sound);
    change(&sound, &mut draft);
    let log_key = world.ring.get(sound.policy.log_key.key().as_bytes()).unwrap();
    let (files, _) = draft.files(log_key, &world.ring).unwrap();
    let manifest = repack(&files, draft.origin(), draft.size(), &world.tender).unwrap();
    let out = folder.path().join("broken");
    bundle::write(&files, &manifest, &out).unwrap();
    Report::of(&Dossier::load(&out, world.policy()).unwrap())
}

/// Position of the n-th fact of a kind.
fn nth(dossier: &Dossier, kind: Kind, n: usize) -> u64 {
    let mut facts = dossier.shown.facts().filter(|fact| fact.record.kind == kind);
    facts.nth(n).unwrap().record.seq
}

#[test]
fn a_drawn_panel_coefficient_and_order_pass_and_their_mutations_are_caught() {
    let (world, folder) = (drawn(7), tempfile::tempdir().unwrap());
    let report = Report::of(&world.dossier(folder.path()));
    assert_eq!(failed(&report), Vec::<u8>::new(), "{}", text(&report));
    let passed = report.verdicts.iter().filter(|one| one.outcome == Outcome::Pass);
    let passed: Vec<u8> = passed.map(|one| one.id).collect();
    assert!(
        [29, 30, 31, 32, 33].iter().all(|id| passed.contains(id)),
        "{}",
        text(&report)
    );
    // What stands before the heads that were pinned cannot change without the custodians.
    caught(&world, [29, 30, 31, 32, 33, 35].into_iter());
}

/// A fact of a draw, which of its kind, the member to change, how, and what check 29 says then.
type Part = (
    Kind,
    usize,
    &'static str,
    fn(&mut serde_json::Value),
    &'static str,
);

fn flip(text: &mut serde_json::Value, at: usize) {
    let mut old = text.as_str().unwrap().to_owned();
    let new = if &old[at..=at] == "0" { "1" } else { "0" };
    old.replace_range(at..=at, new);
    *text = old.into();
}

const PARTS: &[Part] = &[
    (
        Kind::DrawRequested,
        2,
        "draw",
        |value| *value = "panel".into(),
        "was asked for at",
    ),
    (
        Kind::PoolFrozen,
        0,
        "filters",
        |value| drop(value.as_array_mut().unwrap().pop()),
        "as the law asks",
    ),
    (
        Kind::PoolFrozen,
        0,
        "wanted",
        |value| *value = 4.into(),
        "what was asked for",
    ),
    (
        Kind::PoolFrozen,
        0,
        "ids",
        |value| value.as_array_mut().unwrap().swap(0, 1),
        "not in order",
    ),
    (
        Kind::PoolFrozen,
        0,
        "rules",
        |value| flip(value, 5),
        "eligibility rules",
    ),
    (
        Kind::DrawPinned,
        0,
        "root",
        |value| flip(value, 5),
        "the head pinned",
    ),
    (
        Kind::DrawAnswered,
        0,
        "part",
        |value| flip(value, 100),
        "does not verify",
    ),
    (
        Kind::DrawCompleted,
        0,
        "seed",
        |value| flip(value, 5),
        "the seed does not follow",
    ),
    (
        Kind::DrawCompleted,
        2,
        "quorum",
        |value| *value = serde_json::json!([1, 4, 5]),
        "the quorum",
    ),
    (
        Kind::CoefficientDrawn,
        0,
        "values",
        |value| value["K"] = 699.into(),
        "the coefficients are not",
    ),
    (
        Kind::CoefficientDrawn,
        0,
        "draw",
        |value| *value = "other".into(),
        "nobody asked for the draw",
    ),
    (
        Kind::TieDrawn,
        0,
        "order",
        |value| value.as_array_mut().unwrap().swap(0, 1),
        "the order for ties",
    ),
    (
        Kind::ExpertCalled,
        0,
        "until",
        |value| *value = 1.into(),
        "after its time",
    ),
];

#[test]
fn every_part_of_a_draw_is_bound() {
    let world = drawn(8);
    for (kind, n, member, edit, says) in PARTS {
        let report = changed(&world, |sound, draft| {
            draft.change(nth(sound, *kind, *n), member, edit).unwrap();
        });
        let verdict = report.verdicts.iter().find(|one| one.id == 29).unwrap();
        assert_eq!(
            verdict.outcome,
            Outcome::Fail,
            "{kind} {member}: {}",
            text(&report)
        );
        let said = verdict.evidence.iter().any(|one| one.en.contains(says));
        assert!(said, "{kind} {member}: {}", text(&report));
        let beside = |id: &u8| !matches!(*id, 29 | 33);
        assert_eq!(
            failed(&report).into_iter().filter(beside).collect::<Vec<_>>(),
            Vec::<u8>::new(),
            "{kind} {member}"
        );
    }
}

#[test]
fn a_negotiation_with_final_quotes_passes() {
    let folder = tempfile::tempdir().unwrap();
    let report = Report::of(&quoted(50, |_| (), 0).dossier(folder.path()));
    assert_eq!(failed(&report), Vec::<u8>::new(), "{}", text(&report));
    let passed = |id| {
        report
            .verdicts
            .iter()
            .any(|one| one.id == id && one.outcome == Outcome::Pass)
    };
    assert!(
        (11..=12).chain(17..=28).chain([39]).all(passed),
        "{}",
        text(&report)
    );
}

#[test]
fn an_invitation_that_passes_somebody_over_is_caught() {
    let folder = tempfile::tempdir().unwrap();
    let silent = Report::of(&quoted(51, |body| body.left_out.clear(), 0).dossier(folder.path()));
    assert_eq!(failed(&silent), [39], "{}", text(&silent));
    let folder = tempfile::tempdir().unwrap();
    let blank = |body: &mut facts::body::quotes::QuotesInvited| body.left_out[0].reason.clear();
    let blank = Report::of(&quoted(52, blank, 0).dossier(folder.path()));
    assert_eq!(failed(&blank), [39], "{}", text(&blank));
}

#[test]
fn final_quotes_opened_before_their_deadline_are_caught() {
    let folder = tempfile::tempdir().unwrap();
    let early = Report::of(&quoted(53, |_| (), 60_000).dossier(folder.path()));
    assert_eq!(failed(&early), [39], "{}", text(&early));
}

#[test]
fn a_quote_of_somebody_not_invited_is_caught() {
    let folder = tempfile::tempdir().unwrap();
    let swapped = |body: &mut facts::body::quotes::QuotesInvited| {
        let out = body.left_out[0].clone();
        let first = body.invited.remove(0);
        body.invited.push(facts::body::quotes::Remaining {
            bid: out.bid,
            lot: out.lot,
        });
        (body.left_out[0].bid, body.left_out[0].lot) = (first.bid, first.lot);
        body.invited.sort();
    };
    let report = Report::of(&quoted(54, swapped, 0).dossier(folder.path()));
    assert_eq!(failed(&report), [21], "{}", text(&report));
}

#[test]
fn every_recipe_for_final_quotes_is_caught() {
    caught(&quoted(55, |_| (), 0), [12, 20, 21, 26, 27, 28, 39].into_iter());
}
