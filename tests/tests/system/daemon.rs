//! `kaibiaod` on the command line: a new platform, a configuration looked at, and what it refuses to start with.

use crate::people::example;
use crate::platform::{Database, PASSPHRASE, Platform, on_both};
use crate::programs::{Daemon, program};
use facts::Hex;
use std::path::Path;
use std::process::{Command, Output, Stdio};

fn kaibiaod(arguments: &[&str], passphrase: Option<&str>) -> Output {
    let mut command = Command::new(program("kaibiaod"));
    command
        .args(arguments)
        .env_remove("KAIBIAO_LOG_PASSPHRASE")
        .stdin(Stdio::null());
    if let Some(passphrase) = passphrase {
        command.env("KAIBIAO_LOG_PASSPHRASE", passphrase);
    }
    command.output().unwrap()
}

fn complaint(output: &Output) -> String {
    assert_eq!(output.status.code(), Some(1), "{output:?}");
    String::from_utf8_lossy(&output.stderr).into_owned()
}

#[test]
fn a_new_platform_is_made_once_and_with_a_passphrase_worth_the_name() {
    let folder = tempfile::tempdir().unwrap();
    let dir = folder.path().join("platform").display().to_string();
    let key = Hex(example("registrar").public().to_bytes()).to_string();
    let words = [
        "init",
        &dir,
        "--origin",
        "new.example/log",
        "--registrar",
        "registry",
        "--registrar-key",
        &key,
    ];
    assert!(complaint(&kaibiaod(&words, None)).contains("KAIBIAO_LOG_PASSPHRASE"));
    assert!(complaint(&kaibiaod(&words, Some("short"))).contains("12 characters"));
    assert!(!Path::new(&dir).join("kaibiao.toml").exists());
    let made = kaibiaod(&words, Some("a long enough passphrase"));
    assert!(made.status.success(), "{made:?}");
    assert!(
        complaint(&kaibiaod(&words, Some("a long enough passphrase"))).contains("nothing was overwritten")
    );
    let config = Path::new(&dir).join("kaibiao.toml").display().to_string();
    let checked = kaibiaod(&["check", "--config", &config], None);
    assert!(checked.status.success(), "{checked:?}");
    assert!(String::from_utf8_lossy(&checked.stdout).contains("new.example/log"));
    for (name, mode) in [("log-key.pem", 0o600), ("refusal-key.pem", 0o600)] {
        use std::os::unix::fs::PermissionsExt;
        let found = std::fs::metadata(Path::new(&dir).join(name))
            .unwrap()
            .permissions()
            .mode()
            & 0o777;
        assert_eq!(found, mode, "{name} is for its owner alone");
    }
}

fn what_it_does_not_start_with(database: &Database) {
    let mut platform = Platform::prepare(database, [0; 3]);
    let config = platform.config().display().to_string();
    let serve = ["serve", "--config", &config];
    let good = std::fs::read_to_string(&config).unwrap();
    let with = |from: &str, to: &str| {
        assert!(good.contains(from), "{from}");
        std::fs::write(&config, good.replacen(from, to, 1)).unwrap();
        complaint(&kaibiaod(&serve, Some(PASSPHRASE)))
    };
    assert!(with("demo = true\ndemo_clock = \"clock\"\n", "").contains("example keys"));
    assert!(with("demo = true\n", "").contains("demo_clock"));
    assert!(with("demo = true", "demo = true\ncolour = 1").contains("colour"));
    assert!(with("account = \"registry\"", "account = \"re gistry\"").contains("account"));
    assert!(with(&platform.url, "mysql://127.0.0.1/x").contains("did not start"));
    std::fs::write(&config, &good).unwrap();
    assert!(complaint(&kaibiaod(&serve, None)).contains("KAIBIAO_LOG_PASSPHRASE"));
    assert!(complaint(&kaibiaod(&serve, Some("another passphrase"))).contains("log-key.pem"));
    assert!(complaint(&kaibiaod(&["serve", "--config", "/nowhere"], Some(PASSPHRASE))).contains("/nowhere"));
    // With everything in place it starts, and it stops in good order when told to.
    Daemon::start(&mut platform, "info").stop();
    // The database is now this log's, and no other log is written into it.
    std::fs::remove_file(platform.dir.path().join("ready.json")).unwrap();
    let other = with("tests.kaibiao.example/log", "other.kaibiao.example/log");
    assert!(
        other.contains("the database holds the log tests.kaibiao.example/log"),
        "{other}"
    );
}

on_both!(what_it_does_not_start_with);
