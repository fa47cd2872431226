//! Debian packages that the tests need, installed when they are missing and we may.

use crate::run;
use std::path::Path;

/// Whether a server of PostgreSQL is on this machine.
pub(crate) fn has_postgres() -> bool {
    let debian = std::fs::read_dir("/usr/lib/postgresql")
        .into_iter()
        .flatten()
        .flatten();
    let found = debian
        .map(|dir| dir.path().join("bin/initdb"))
        .any(|initdb| initdb.exists());
    found || on_path("initdb")
}

/// Whether a program is on the search path.
pub(crate) fn on_path(program: &str) -> bool {
    let path = std::env::var_os("PATH").unwrap_or_default();
    std::env::split_paths(&path).any(|dir| dir.join(program).exists())
}

/// Installs Debian packages, as root; says what it did.
pub(crate) fn install(packages: &[&str]) -> Result<(), String> {
    if !Path::new("/usr/bin/apt-get").exists() {
        return Err(format!(
            "{} missing, and this is no Debian machine: install them by hand",
            packages.join(", ")
        ));
    }
    println!("installing from Debian's packages: {}", packages.join(" "));
    let mut update = run::command("apt-get");
    update.args(["update", "-q"]);
    run::succeed(update)?;
    let mut install = run::command("apt-get");
    install
        .args(["install", "-q", "-y", "--no-install-recommends"])
        .args(packages);
    install.env("DEBIAN_FRONTEND", "noninteractive");
    run::succeed(install)
}
