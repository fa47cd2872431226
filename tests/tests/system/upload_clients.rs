//! Uploads by clients that are not ours: `tus-js-client` of npm and `tuspy` of `PyPI`.
//!
//! Their packages are pinned in `tests/clients` and fetched below the target folder once; where there is no node, no
//! Python or no network they are left out, unless `KAIBIAO_REQUIRE_CLIENTS` is set.

use crate::people::{newcomer, registrar};
use crate::platform::{Database, MAX_UPLOAD, Platform};
use cli::Zone;
use facts::Role;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Mutex;

/// Two tests that fetch the same packages take turns.
static FETCHING: Mutex<()> = Mutex::new(());

fn scripts() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("clients")
}

/// A folder of packages that is made once for these pins.
fn packages(pins: &str, make: impl FnOnce(&Path) -> bool) -> Option<PathBuf> {
    let _turn = FETCHING.lock().unwrap();
    let text = std::fs::read(scripts().join(pins)).unwrap();
    let name = hex::encode(&seal::hash::sha256(&[&text])[..8]);
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR"))
        .join("upload-clients")
        .join(name);
    if folder.join("complete").exists() {
        return Some(folder);
    }
    let _remains = std::fs::remove_dir_all(&folder);
    std::fs::create_dir_all(&folder).unwrap();
    if !make(&folder) {
        assert!(
            std::env::var_os("KAIBIAO_REQUIRE_CLIENTS").is_none(),
            "the packages of {pins} could not be fetched"
        );
        say_left_out(pins);
        return None;
    }
    std::fs::write(folder.join("complete"), "").unwrap();
    Some(folder)
}

#[expect(
    clippy::print_stderr,
    reason = "whoever reads the output of the tests sees what was left out"
)]
fn say_left_out(pins: &str) {
    eprintln!("left out: the packages of {pins} could not be fetched");
}

fn succeeds(command: &mut Command) -> bool {
    command.status().is_ok_and(|status| status.success())
}

fn node() -> Option<PathBuf> {
    packages("package-lock.json", |folder| {
        for file in ["package.json", "package-lock.json", ".npmrc", "tus_js.mjs"] {
            std::fs::copy(scripts().join(file), folder.join(file)).unwrap();
        }
        succeeds(
            Command::new("npm")
                .args(["ci", "--no-audit", "--no-fund", "--ignore-scripts", "--silent"])
                .current_dir(folder),
        )
    })
}

fn python() -> Option<PathBuf> {
    packages("requirements.txt", |folder| {
        succeeds(
            Command::new("python3")
                .args(["-m", "venv"])
                .arg(folder.join("venv")),
        ) && succeeds(
            Command::new(folder.join("venv/bin/pip"))
                .args(["install", "--quiet", "--disable-pip-version-check", "-r"])
                .arg(scripts().join("requirements.txt")),
        )
    })
}

fn run(command: &mut Command) -> String {
    let done = command.output().unwrap();
    let said = String::from_utf8_lossy(&done.stdout).into_owned();
    assert!(
        done.status.success(),
        "{said}\n{}",
        String::from_utf8_lossy(&done.stderr)
    );
    said
}

/// A platform, and the token of a buyer.
fn prepared(settings: &str) -> (Platform, String) {
    let mut platform = Platform::prepare(&Database::Sqlite, [0; 3]);
    let mut text = std::fs::read_to_string(platform.config()).unwrap();
    text.push_str(settings);
    std::fs::write(platform.config(), text).unwrap();
    platform.resume();
    let mut registry = registrar(&platform);
    let mut buyer = newcomer(&platform, &mut registry, "buyer", Role::Buyer);
    let token = buyer.token(Zone::Procurement);
    (platform, token)
}

#[test]
fn tus_js_client_uploads_breaks_and_goes_on() {
    let Some(folder) = node() else { return };
    let (platform, token) = prepared("");
    // The script as it is now beside the packages as they are pinned.
    std::fs::copy(scripts().join("tus_js.mjs"), folder.join("tus_js.mjs")).unwrap();
    let said = run(Command::new("node").arg(folder.join("tus_js.mjs")).args([
        platform.addresses.procurement.as_str(),
        &token,
        &MAX_UPLOAD.to_string(),
    ]));
    assert_eq!(said.lines().count(), 7, "{said}");
}

#[test]
fn tuspy_uploads_with_checksums_and_goes_on() {
    let Some(folder) = python() else { return };
    let (platform, token) = prepared("");
    let script = |platform: &Platform, token: &str, more: &[&str]| {
        run(Command::new(folder.join("venv/bin/python"))
            .arg(scripts().join("tus_py.py"))
            .args([platform.addresses.procurement.as_str(), token])
            .args(more))
    };
    let said = script(&platform, &token, &[]);
    assert_eq!(said.lines().count(), 4, "{said}");
    let (platform, token) = prepared("\n[uploads]\nunfinished_seconds = 5\n");
    let said = script(&platform, &token, &["expiry"]);
    assert_eq!(said.lines().count(), 1, "{said}");
}
