//! Further draws: an honest one passes all verifiers, and whoever draws again is found by check 29.
#![allow(
    clippy::allow_attributes,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    clippy::similar_names,
    clippy::struct_field_names,
    clippy::wildcard_imports,
    dead_code,
    reason = "test code, helpers included"
)]

mod support;

use kaibiao_verify::Report;
use support::broken::{strangers, text};
use support::further::{How, redrawn};

#[test]
fn a_draw_after_a_used_up_order_passes_and_every_other_second_draw_is_found() {
    let cases = [
        (How::Lawful, None),
        (How::Early, Some("order was not used up")),
        (How::Again, Some("drawn for twice")),
        (How::Greedy, Some("1 stay empty")),
        (How::Unfounded, Some("was not complete")),
    ];
    for (seed, (how, reason)) in (90..).zip(cases) {
        let (world, folder) = (redrawn(seed, how), tempfile::tempdir().unwrap());
        let report = Report::of(&world.dossier(folder.path()));
        let failed: Vec<u8> = report.failed().collect();
        let expected: &[u8] = if reason.is_some() { &[29] } else { &[] };
        assert_eq!(failed, expected, "{how:?}\n{}", text(&report));
        assert!(
            text(&report).contains(reason.unwrap_or_default()),
            "{how:?}\n{}",
            text(&report)
        );
        for (program, failed) in strangers(&world, &folder.path().join("dossier")) {
            assert_eq!(failed, expected, "{program}: {how:?}");
        }
    }
}
