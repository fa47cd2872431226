//! The walks in a real Chromium: the browser from Debian, the programs from this tree, one run for each database.
//!
//! Pictures of every page go to `target/browser/<database>/`, there to be looked at.

use crate::{packages, run};
use std::path::{Path, PathBuf};

/// Where Debian keeps the fonts without which Chinese pages are rows of boxes.
const CHINESE: &str = "/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc";

/// A database to walk on.
pub(crate) enum On<'a> {
    /// The bundled library
    Sqlite,
    /// A running server, by the address of its administrator's database
    Postgres(&'a str),
}

/// Installs Chromium and the fonts, where they are missing.
pub(crate) fn install() -> Result<(), String> {
    let mut wanted = Vec::new();
    if !packages::on_path("chromium") {
        wanted.push("chromium");
    }
    if !Path::new(CHINESE).exists() {
        wanted.push("fonts-noto-cjk");
    }
    if wanted.is_empty() {
        return Ok(());
    }
    packages::install(&wanted)
}

/// Plays every walk on one database.
pub(crate) fn walks(on: &On<'_>) -> Result<(), String> {
    install()?;
    let programs = run::build(false)?;
    let (name, address) = match on {
        On::Sqlite => ("sqlite", None),
        On::Postgres(url) => ("postgres", Some(*url)),
    };
    let pictures: PathBuf = run::root().join("target/browser").join(name);
    let mut node = run::command("node");
    node.current_dir(run::root().join("web"))
        .arg("tests/chromium/all.mjs")
        .arg(&programs)
        .arg(&pictures)
        .args(address);
    run::succeed(node)
}
