//! A platform of our own in a temporary folder: fresh keys, a configuration, and `kaibiaod` as a process.
//!
//! Invariant: the folder and the process are ours alone; the process dies with its [`Server`].

use crate::Trouble;
use facts::Hex;
use ledger::{NoteSigner, VerifierKey};
use rand_core::OsRng;
use seal::SigningKey;
use seal::keyfile::{KeyFileCost, seal_key_at};
use serde::Deserialize;
use std::fs::OpenOptions;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;
use tempfile::TempDir;

/// Protects key files that live for one run; it protects nothing.
const PASSPHRASE: &str = "worthless for one run";

/// A platform that can be started, killed and started again.
pub(crate) struct Platform {
    /// Everything of this platform.
    pub(crate) dir: TempDir,
    /// Name of the log.
    pub(crate) origin: String,
    /// Key of the first registrar, account `registry`.
    pub(crate) registrar: SigningKey,
    /// The log's key.
    pub(crate) log_key: VerifierKey,
    kaibiaod: PathBuf,
}

/// A running server process.
pub(crate) struct Server {
    child: Child,
    /// Address of the procurement zone.
    pub(crate) address: SocketAddr,
}

#[derive(Deserialize)]
struct Ready {
    procurement: String,
}

impl Platform {
    /// Makes keys and a configuration. `programs` is the folder of `kaibiaod`; without `database` an `SQLite` file
    /// beside the keys is used.
    pub(crate) fn new(programs: &Path, database: Option<&str>) -> Result<Self, Trouble> {
        let dir = tempfile::Builder::new().prefix("kaibiao-bench-").tempdir()?;
        let origin = "bench.example/log".to_owned();
        let registrar = SigningKey::generate(&mut OsRng);
        let log = SigningKey::generate(&mut OsRng);
        let cost = KeyFileCost::rounds(1_000).ok_or("no such cost")?;
        std::fs::write(
            dir.path().join("log.pem"),
            &*seal_key_at(cost, &log, PASSPHRASE, &mut OsRng)?,
        )?;
        let refusals = SigningKey::generate(&mut OsRng);
        std::fs::write(
            dir.path().join("refusals.pem"),
            &*seal_key_at(cost, &refusals, PASSPHRASE, &mut OsRng)?,
        )?;
        let log_key = NoteSigner::new(&origin, log)?.verifier().clone();
        let config = format!(
            "database = \"{}\"\ndemo = true\nvault = \"vault\"\n\n[log]\nkey = \"log.pem\"\norigin = \"{origin}\"\n\
             refusal_key = \"refusals.pem\"\n\n[zones]\nprocurement = \"127.0.0.1:0\"\nevaluation = \
             \"127.0.0.1:0\"\nsupervision = \"127.0.0.1:0\"\n\n[rates]\nlimited = false\n\n[[registrars]]\naccount = \"registry\"\nkey = \
             \"{}\"\n",
            database.unwrap_or("sqlite://log.sqlite"),
            Hex(registrar.public().to_bytes())
        );
        std::fs::write(dir.path().join("kaibiao.toml"), config)?;
        let kaibiaod = programs.join("kaibiaod");
        if !kaibiaod.exists() {
            return Err(format!("{} is not built", kaibiaod.display()).into());
        }
        Ok(Self {
            dir,
            origin,
            registrar,
            log_key,
            kaibiaod,
        })
    }

    /// A platform on `SQLite` whose clock stands in the file `clock` of its folder, as in a demonstration.
    pub(crate) fn with_clock(programs: &Path) -> Result<Self, Trouble> {
        let platform = Self::new(programs, None)?;
        let path = platform.dir.path().join("kaibiao.toml");
        let text = std::fs::read_to_string(&path)?;
        std::fs::write(&path, format!("demo_clock = \"clock\"\n{text}"))?;
        Ok(platform)
    }

    fn ready_file(&self) -> PathBuf {
        self.dir.path().join("ready.json")
    }

    /// What the server wrote on its terminal so far.
    pub(crate) fn words(&self) -> String {
        std::fs::read_to_string(self.dir.path().join("server.log")).unwrap_or_default()
    }

    /// Starts the process without waiting for it.
    pub(crate) fn spawn(&self) -> Result<Child, Trouble> {
        let _absent = std::fs::remove_file(self.ready_file());
        let words = OpenOptions::new()
            .create(true)
            .append(true)
            .open(self.dir.path().join("server.log"))?;
        let mut command = Command::new(&self.kaibiaod);
        command
            .arg("serve")
            .arg("--config")
            .arg(self.dir.path().join("kaibiao.toml"));
        command.arg("--ready").arg(self.ready_file());
        command
            .env("KAIBIAO_LOG_PASSPHRASE", PASSPHRASE)
            .env("KAIBIAO_LOG", "warn");
        Ok(command
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(words)
            .spawn()?)
    }

    /// Starts a server and waits until it serves.
    pub(crate) async fn start(&self) -> Result<Server, Trouble> {
        let mut child = self.spawn()?;
        for _ in 0..6_000 {
            if let Ok(text) = std::fs::read_to_string(self.ready_file()) {
                let ready: Ready = serde_json::from_str(&text)?;
                let address = ready.procurement.trim_start_matches("http://").parse()?;
                return Ok(Server { child, address });
            }
            if let Some(status) = child.try_wait()? {
                return Err(format!("kaibiaod ended with {status}:\n{}", self.words()).into());
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        let _ended = child.kill();
        Err(format!("kaibiaod was not ready after 60 s:\n{}", self.words()).into())
    }
}

impl Server {
    /// Ends the process at once (SIGKILL), at whatever it is doing.
    pub(crate) fn kill(&mut self) -> Result<(), Trouble> {
        self.child.kill()?;
        self.child.wait()?;
        Ok(())
    }

    /// The process.
    pub(crate) fn pid(&self) -> u32 {
        self.child.id()
    }

    /// Base address for clients that want a URL.
    pub(crate) fn url(&self) -> String {
        format!("http://{}", self.address)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ended = self.child.kill();
        let _gone = self.child.wait();
    }
}
