//! Every page there is, zone by zone, as the router knows them.
//!
//! Invariant: `tests/golden/pages.txt` is that list; the walk in a real browser (`web/tests/chromium/pages.mjs`) looks at
//! each of them, so a page can be added neither unlisted nor unseen.

use desk::Zone;
use kaibiao_server::pages;
use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::path::Path;

/// The paths of a router, out of what it tells of itself for debugging: axum lists them in no other way.
fn paths(zone: Zone) -> BTreeSet<String> {
    let told = format!("{:?}", pages::routes(zone));
    told.split("): \"")
        .skip(1)
        .filter_map(|rest| rest.split_once('"'))
        .map(|(path, _)| path.to_owned())
        .filter(|path| path.starts_with('/') && !path.contains("__private"))
        .collect()
}

#[test]
fn every_page_is_listed() {
    let mut list = String::new();
    for zone in [Zone::Procurement, Zone::Evaluation, Zone::Supervision] {
        let paths = paths(zone);
        assert!(paths.contains("/about") && paths.len() > 8, "{zone:?}: {paths:?}");
        for path in paths {
            writeln!(list, "{} {path}", zone.word()).unwrap();
        }
    }
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/golden/pages.txt");
    if std::env::var("KAIBIAO_GOLDEN").is_ok_and(|wish| wish == "write") {
        std::fs::write(&file, &list).unwrap();
    }
    let known = std::fs::read_to_string(&file).unwrap_or_default();
    assert_eq!(
        known, list,
        "KAIBIAO_GOLDEN=write cargo test -p kaibiao-server every_page_is_listed writes it anew; walk the page in \
         web/tests/chromium/pages.mjs"
    );
}
