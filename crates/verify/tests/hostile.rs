//! Hostile dossiers: whatever is cut, changed or lied about, the verifier ends with a verdict or a refusal.
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

use kaibiao_verify::bundle::{self, Content};
use kaibiao_verify::{Dossier, DossierError, Report};
use rand_chacha::ChaCha20Rng;
use rand_core::{RngCore, SeedableRng};
use std::path::Path;
use support::evaluation::lowest;
use support::{ORIGIN, World};

fn load(world: &World, folder: &Path) -> Result<Report, DossierError> {
    Dossier::load(folder, world.policy()).map(|dossier| Report::of(&dossier))
}

fn manifest_of(folder: &Path) -> String {
    std::fs::read_to_string(folder.join("manifest.json")).unwrap()
}

#[test]
fn any_changed_byte_of_any_file_is_noticed_and_nothing_panics() {
    let (world, folder) = (lowest(10), tempfile::tempdir().unwrap());
    let dossier = world.write(folder.path());
    let mut rng = ChaCha20Rng::from_seed([7; 32]);
    let names: Vec<String> = world
        .bundle()
        .into_keys()
        .chain(["manifest.json".to_owned()])
        .collect();
    for name in names {
        let path = dossier.join(&name);
        let good = std::fs::read(&path).unwrap();
        let mut bad = good.clone();
        let at = usize::try_from(rng.next_u64()).unwrap_or_default() % bad.len();
        bad[at] ^= 1 << (rng.next_u32() % 8);
        std::fs::write(&path, &bad).unwrap();
        if let Ok(report) = load(&world, &dossier) {
            assert!(!report.good(), "{name} was changed at byte {at}");
        }
        std::fs::write(&path, &good[..at]).unwrap();
        if let Ok(report) = load(&world, &dossier) {
            assert!(!report.good(), "{name} was cut at byte {at}");
        }
        std::fs::write(&path, good).unwrap();
    }
    assert!(load(&world, &dossier).unwrap().good());
}

/// The manifest fits each time, so the checks behind it have to notice.
#[test]
fn changed_payloads_bodies_and_tiles_are_noticed_behind_a_fitting_manifest() {
    let (world, folder) = (lowest(11), tempfile::tempdir().unwrap());
    let mut rng = ChaCha20Rng::from_seed([8; 32]);
    let files = world.bundle();
    for (n, name) in files.keys().enumerate() {
        let mut bad = files.clone();
        let Some(Content::Bytes(bytes)) = bad.get_mut(name) else {
            continue;
        };
        let at = usize::try_from(rng.next_u64()).unwrap_or_default() % bytes.len();
        bytes[at] ^= 1;
        let out = folder.path().join(n.to_string());
        let manifest = bundle::manifest(&bad, ORIGIN, world.size(), &world.tender).unwrap();
        bundle::write(&bad, &manifest, &out).unwrap();
        let report = load(&world, &out).unwrap();
        assert!(!report.good(), "{name} was changed at byte {at}");
        std::fs::remove_dir_all(&out).unwrap();
    }
}

#[test]
fn a_manifest_that_lies_about_the_size_of_the_log_costs_nothing() {
    let (world, folder) = (lowest(12), tempfile::tempdir().unwrap());
    let dossier = world.write(folder.path());
    let size = format!("\"size\":{}", world.size());
    for lie in ["\"size\":9007199254740991", "\"size\":0", "\"size\":1"] {
        std::fs::write(dossier.join("manifest.json"), manifest_of(&dossier)).unwrap();
        let text = manifest_of(&dossier).replace(&size, lie);
        std::fs::write(dossier.join("manifest.json"), text).unwrap();
        let report = load(&world, &dossier).unwrap();
        assert!(report.failed().any(|id| id == 2), "{lie}");
        let honest = manifest_of(&dossier).replace(lie, &size);
        std::fs::write(dossier.join("manifest.json"), honest).unwrap();
    }
}

#[test]
fn a_manifest_that_leaves_the_dossier_is_refused() {
    let (world, folder) = (lowest(13), tempfile::tempdir().unwrap());
    let dossier = world.write(folder.path());
    let text = manifest_of(&dossier).replace("\"path\":\"log/checkpoint\"", "\"path\":\"../../etc/passwd\"");
    std::fs::write(dossier.join("manifest.json"), text).unwrap();
    assert!(matches!(load(&world, &dossier), Err(DossierError::Manifest(_))));
    std::fs::remove_file(dossier.join("manifest.json")).unwrap();
    assert!(matches!(load(&world, &dossier), Err(DossierError::File(_))));
}

#[cfg(unix)]
#[test]
fn links_are_refused() {
    let (world, folder) = (lowest(14), tempfile::tempdir().unwrap());
    let dossier = world.write(folder.path());
    std::os::unix::fs::symlink("/etc/hostname", dossier.join("documents/link")).unwrap();
    assert!(matches!(load(&world, &dossier), Err(DossierError::Source(_))));
}

/// A log of several tiles, so that level 1 exists.
#[test]
fn a_log_of_many_tiles_passes_and_a_wrong_upper_tile_does_not() {
    let mut world = World::new(15, "T9");
    let keys = world.ceremony(1);
    let _noticed = world.notice(
        support::tender::Plan {
            stages: support::tender::Plan::scored().stages,
            ..support::tender::Plan::scored()
        },
        &keys,
    );
    for _ in 0..300 {
        world.question();
    }
    let folder = tempfile::tempdir().unwrap();
    let dossier = world.write(folder.path());
    let report = load(&world, &dossier).unwrap();
    assert!(report.good(), "{:?}", report.failed().collect::<Vec<_>>());
    let upper = dossier.join("log/tile/1/000.p/2");
    let mut bytes = std::fs::read(&upper).unwrap();
    bytes[40] ^= 1;
    std::fs::write(upper, bytes).unwrap();
    let failed: Vec<u8> = load(&world, &dossier).unwrap().failed().collect();
    assert_eq!(failed, [1, 3]);
}
