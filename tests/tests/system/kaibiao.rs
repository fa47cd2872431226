//! `kaibiao` as people use it: a machine folder, key files, one command after another.
//!
//! Invariant: with `--json` every line of standard output is one JSON document.

use crate::platform::{PASSPHRASE, Platform, example_keys};
use crate::programs::program;
use serde_json::Value;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

/// What a command did.
#[derive(Debug)]
pub(crate) struct Ran {
    pub(crate) code: i32,
    /// The JSON documents of standard output.
    pub(crate) said: Vec<Value>,
    pub(crate) stderr: String,
}

/// A person's machine.
pub(crate) struct Machine {
    /// Its folder: receipts, keys, what it remembers of the platform.
    pub(crate) home: PathBuf,
    pub(crate) server: String,
    pub(crate) clock: PathBuf,
    pub(crate) policy: Option<PathBuf>,
}

impl Machine {
    /// A new machine.
    pub(crate) fn new(platform: &Platform, name: &str) -> Self {
        let home = platform.dir.path().join("machines").join(name);
        std::fs::create_dir_all(&home).unwrap();
        Self {
            home,
            server: platform.addresses.procurement.clone(),
            clock: platform.clock_file().to_owned(),
            policy: None,
        }
    }

    /// A file on this machine.
    pub(crate) fn file(&self, name: &str) -> String {
        self.home.join(name).display().to_string()
    }

    /// Runs a command, given as words.
    pub(crate) fn run(&self, arguments: &[&str]) -> Ran {
        let mut command = Command::new(program("kaibiao"));
        command
            .arg("--json")
            .args(arguments)
            .env_clear()
            .env("KAIBIAO_SERVER", &self.server)
            .env("KAIBIAO_HOME", &self.home)
            .env("KAIBIAO_PASSPHRASE", PASSPHRASE)
            .env("KAIBIAO_DEMO_CLOCK", &self.clock)
            .stdin(Stdio::null());
        if let Some(policy) = &self.policy {
            command.env("KAIBIAO_POLICY", policy);
        }
        let output = command.output().unwrap();
        let text = String::from_utf8(output.stdout).unwrap();
        let said = text.lines().map(|line| {
            serde_json::from_str(line).unwrap_or_else(|e| panic!("{arguments:?} says no JSON ({e}): {line}"))
        });
        Ran {
            code: output.status.code().unwrap(),
            said: said.collect(),
            stderr: String::from_utf8_lossy(&output.stderr).into_owned(),
        }
    }

    /// Runs a command that must succeed and say one thing.
    pub(crate) fn ok(&self, arguments: &[&str]) -> Value {
        let ran = self.run(arguments);
        assert_eq!(ran.code, 0, "{arguments:?}: {ran:?}");
        assert_eq!(ran.said.len(), 1, "{arguments:?}: {ran:?}");
        ran.said.into_iter().next().unwrap()
    }

    /// Runs a command that must fail with a code, and returns the word for it.
    pub(crate) fn fails(&self, code: i32, arguments: &[&str]) -> String {
        let ran = self.run(arguments);
        assert_eq!(ran.code, code, "{arguments:?}: {ran:?}");
        ran.said
            .first()
            .and_then(|said| said["code"].as_str())
            .unwrap_or_default()
            .to_owned()
    }
}

/// The path of an example key.
pub(crate) fn example_file(name: &str) -> String {
    example_keys().join(format!("{name}.pem")).display().to_string()
}

/// The JSON of a file.
pub(crate) fn read(path: impl AsRef<Path>) -> Value {
    serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap()
}

/// Asks again and again, for at most half a minute of real time, until an answer comes.
pub(crate) fn until<T>(what: &str, mut look: impl FnMut() -> Option<T>) -> T {
    for _ in 0..300 {
        if let Some(found) = look() {
            return found;
        }
        std::thread::sleep(Duration::from_millis(100));
    }
    panic!("{what} did not come about");
}
