//! The real programs: built once per run of the tests, and a `kaibiaod` that runs as a process.

use crate::platform::{PASSPHRASE, Platform};
use server::doors::Addresses;
use std::fs::File;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::sync::OnceLock;
use std::time::Duration;

/// A program of ours, built from the code as it is.
///
/// `KAIBIAO_TEST_PROGRAMS` names a folder with programs to test instead.
pub(crate) fn program(name: &str) -> PathBuf {
    static FOLDER: OnceLock<PathBuf> = OnceLock::new();
    let folder = FOLDER.get_or_init(|| match std::env::var_os("KAIBIAO_TEST_PROGRAMS") {
        Some(folder) => PathBuf::from(folder),
        None => build(),
    });
    let path = folder.join(name);
    assert!(path.is_file(), "{} is not there", path.display());
    path
}

fn build() -> PathBuf {
    let test = std::env::current_exe().unwrap();
    let folder = test.parent().and_then(Path::parent).unwrap().to_owned();
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut command = Command::new(cargo);
    command.args(["build", "--quiet", "--offline", "--bins"]);
    command.args([
        "-p",
        "kaibiao-server",
        "-p",
        "kaibiao-cli",
        "-p",
        "kaibiao-verify",
    ]);
    if folder.ends_with("release") {
        command.arg("--release");
    }
    let built = command
        .current_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join(".."))
        .output()
        .unwrap();
    assert!(
        built.status.success(),
        "{}",
        String::from_utf8_lossy(&built.stderr)
    );
    folder
}

/// Runs `kaibiao-verify`.
pub(crate) fn verify(arguments: &[&str]) -> Output {
    Command::new(program("kaibiao-verify"))
        .args(arguments)
        .stdin(Stdio::null())
        .output()
        .unwrap()
}

/// Runs one file of the browser library's tests, with what it is to look at in the environment.
pub(crate) fn node_test(name: &str, environment: &[(&str, &str)]) {
    let said = node(name, environment, &[]);
    assert!(!said.contains("# SKIP"), "{name} left something out: {said}");
}

/// Runs one test of such a file, by its name, and no other.
pub(crate) fn node_case(name: &str, case: &str, environment: &[(&str, &str)]) {
    let said = node(name, environment, &["--test-name-pattern", case]);
    let ran = |line: &str| line.starts_with("ok ") && line.ends_with(case);
    assert!(said.lines().any(ran), "{name} did not run {case:?}: {said}");
}

fn node(name: &str, environment: &[(&str, &str)], arguments: &[&str]) -> String {
    let tests = Path::new(env!("CARGO_MANIFEST_DIR")).join("../web/tests");
    let ran = Command::new("node")
        .arg("--test")
        .args(arguments)
        .arg(tests.join(name))
        .envs(environment.iter().copied())
        .stdin(Stdio::null())
        .output()
        .expect("node (20 or later) is needed: the browser library is tested with it");
    let said = String::from_utf8_lossy(&ran.stdout).into_owned();
    assert!(ran.status.success(), "{name}: {said}");
    said
}

/// A `kaibiaod` that runs on a prepared platform; it ends with the value.
pub(crate) struct Daemon {
    process: Child,
    /// What it writes about its work.
    pub(crate) log: PathBuf,
}

impl Daemon {
    /// Starts it with a filter of log lines, and tells the platform where its zones answer.
    pub(crate) fn start(platform: &mut Platform, filter: &str) -> Self {
        let (ready, log) = (
            platform.dir.path().join("ready.json"),
            platform.dir.path().join("kaibiaod.log"),
        );
        let mut process = Command::new(program("kaibiaod"))
            .args(["serve", "--config"])
            .arg(platform.config())
            .arg("--ready")
            .arg(&ready)
            .env("KAIBIAO_LOG_PASSPHRASE", PASSPHRASE)
            .env("KAIBIAO_LOG", filter)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(File::create(&log).unwrap())
            .spawn()
            .unwrap();
        for _ in 0..600 {
            if let Ok(text) = std::fs::read_to_string(&ready) {
                let said: serde_json::Value = serde_json::from_str(&text).unwrap();
                let address = |zone: &str| said[zone].as_str().unwrap().to_owned();
                platform.addresses = Addresses {
                    evaluation: address("evaluation"),
                    procurement: address("procurement"),
                    supervision: address("supervision"),
                };
                return Self { process, log };
            }
            assert!(
                process.try_wait().unwrap().is_none(),
                "{}",
                std::fs::read_to_string(&log).unwrap()
            );
            std::thread::sleep(Duration::from_millis(50));
        }
        panic!("kaibiaod did not start within 30 seconds");
    }

    /// Ends it in good order and returns what it wrote.
    pub(crate) fn stop(mut self) -> String {
        let told = Command::new("kill")
            .arg(self.process.id().to_string())
            .status()
            .unwrap();
        assert!(told.success());
        let status = self.process.wait().unwrap();
        assert!(status.success(), "{status}");
        std::fs::read_to_string(&self.log).unwrap()
    }
}

impl Drop for Daemon {
    fn drop(&mut self) {
        if let Ok(None) = self.process.try_wait() {
            // It may end by itself in this very moment.
            let _ = self.process.kill();
            let _ = self.process.wait();
        }
    }
}

/// The verdict of the verifier in Python; `None` where python3 or its package is not installed.
pub(crate) fn python_verdict(dossier: &str, policy: &str) -> Option<serde_json::Value> {
    let probe = Command::new("python3")
        .args(["-c", "import cryptography"])
        .output();
    if !probe.is_ok_and(|probe| probe.status.success()) {
        return None;
    }
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("python/verify.py");
    let ran = Command::new("python3")
        .arg(script)
        .args([dossier, "--policy", policy, "--json"])
        .output()
        .unwrap();
    Some(serde_json::from_slice(&ran.stdout).unwrap_or_else(|why| {
        panic!("{why}: {}", String::from_utf8_lossy(&ran.stderr));
    }))
}
