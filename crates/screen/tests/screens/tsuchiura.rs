//! The tables of `docs/screens.md` are those that a run over the real bids prints.
//!
//! The data is no part of the repository: where `../shared/data/tsuchiura` is not there beside the workspace, and
//! `KAIBIAO_SHARED` names no folder that has it, the test says so and compares nothing.

#[path = "../../examples/tsuchiura/tables.rs"]
mod tables;

use std::path::{Path, PathBuf};

#[test]
fn the_tables_of_the_documents_are_those_of_a_run() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let shared = std::env::var_os("KAIBIAO_SHARED").map_or_else(|| root.join("../shared"), PathBuf::from);
    let data = shared.join("data/tsuchiura/auctions-2007-2010.csv");
    if !data.exists() {
        println!("skipped: {} is not there", data.display());
        return;
    }
    let run = tables::tables(data.to_str().unwrap()).unwrap();
    let document = std::fs::read_to_string(root.join("docs/screens.md")).unwrap();
    let (_, after) = document.split_once("## On real bids").unwrap();
    let (told, _) = after.split_once("What the figures say").unwrap();
    let rows = |text: &str| -> Vec<String> {
        let wanted = |line: &&str| line.starts_with('|') || line.starts_with("695 ");
        text.lines().filter(wanted).map(str::to_owned).collect()
    };
    assert_eq!(rows(told), rows(&run));
}
