//! A platform of a test's own: a folder, a clock that the test moves, a database, and the server in this process.
//!
//! Invariant: the server listens on 127.0.0.1 and ends with its [`Platform`].

use facts::{Hex, Instant};
use server::doors::Addresses;
use server::{Config, Running, keys, serve, serve_with};
use std::path::{Path, PathBuf};
use tempfile::TempDir;
use tokio::runtime::Runtime;

/// The log's origin in all tests.
pub(crate) const ORIGIN: &str = "tests.kaibiao.example/log";
/// The passphrase of every example key.
pub(crate) const PASSPHRASE: &str = "openly-worthless";
/// The largest upload that the test platforms take, in bytes.
pub(crate) const MAX_UPLOAD: u64 = 8 * 1024 * 1024;

/// Runs each of the named tests once on each database.
macro_rules! on_both {
    ($($name:ident),* $(,)?) => {
        mod sqlite {
            $(#[test] fn $name() { super::$name(&$crate::platform::Database::Sqlite); })*
        }
        mod postgres {
            $(#[test] fn $name() {
                if let Some(database) = $crate::platform::Database::postgres() { super::$name(&database); }
            })*
        }
    };
}
pub(crate) use on_both;

/// Where a log is kept.
#[derive(Debug, Clone)]
pub(crate) enum Database {
    /// A file in the platform's folder.
    Sqlite,
    /// A fresh database at this address.
    Postgres(String),
}

impl Database {
    /// A fresh `PostgreSQL` database, where there is a server to make one.
    pub(crate) fn postgres() -> Option<Self> {
        runtime()
            .block_on(kaibiao_tests::postgres::database())
            .map(Self::Postgres)
    }

    /// Another fresh one of the same kind.
    pub(crate) fn another(&self) -> Self {
        match self {
            Self::Sqlite => Self::Sqlite,
            Self::Postgres(_) => Self::postgres().unwrap(),
        }
    }
}

/// A runtime of two threads.
pub(crate) fn runtime() -> Runtime {
    tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .unwrap()
}

/// The folder of the openly worthless keys.
pub(crate) fn example_keys() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../keys-example")
        .canonicalize()
        .unwrap()
}

/// A platform, running or stopped.
pub(crate) struct Platform {
    /// Its folder.
    pub(crate) dir: TempDir,
    /// Address of its database.
    pub(crate) url: String,
    /// Where its zones answer.
    pub(crate) addresses: Addresses,
    clock: PathBuf,
    running: Option<Running>,
    runtime: Runtime,
}

impl Platform {
    /// A new platform.
    pub(crate) fn start(database: &Database) -> Self {
        Self::start_at(database, [0; 3])
    }

    /// A new platform on chosen ports, 0 for any: procurement, evaluation, supervision.
    pub(crate) fn start_at(database: &Database, ports: [u16; 3]) -> Self {
        let mut platform = Self::prepare(database, ports);
        platform.resume();
        platform
    }

    /// The folder, the clock and the configuration of a platform that does not run yet.
    pub(crate) fn prepare(database: &Database, ports: [u16; 3]) -> Self {
        let dir = tempfile::Builder::new()
            .prefix("kaibiao-tests-")
            .tempdir()
            .unwrap();
        let clock = dir.path().join("clock");
        std::fs::write(&clock, "0").unwrap();
        let url = match database {
            Database::Sqlite => format!("sqlite://{}/kaibiao.sqlite", dir.path().display()),
            Database::Postgres(url) => url.clone(),
        };
        let addresses = Addresses {
            evaluation: String::new(),
            procurement: String::new(),
            supervision: String::new(),
        };
        let platform = Self {
            dir,
            url,
            addresses,
            clock,
            running: None,
            runtime: runtime(),
        };
        platform.write_config(ports);
        platform.write_policy();
        platform
    }

    fn write_config(&self, ports: [u16; 3]) {
        let keys = example_keys();
        let [procurement, evaluation, supervision] = ports;
        let text = format!(
            "database = \"{}\"\ndemo = true\ndemo_clock = \"clock\"\nmax_upload = {MAX_UPLOAD}\nvault = \"vault\"\n\n\
             [log]\nkey = \"{keys}/log-key.pem\"\norigin = \"{ORIGIN}\"\nrefusal_key = \"{keys}/refusal-key.pem\"\n\n\
             [zones]\nprocurement = \"127.0.0.1:{procurement}\"\nevaluation = \"127.0.0.1:{evaluation}\"\n\
             supervision = \"127.0.0.1:{supervision}\"\n\n[rates]\nlimited = false\nproxies = [\"127.0.0.1\"]\n\n[[registrars]]\naccount = \"registry\"\nkey = \"{}\"\n",
            self.url,
            registrar_key(),
            keys = keys.display(),
        );
        std::fs::write(self.config(), text).unwrap();
    }

    /// The configuration file.
    pub(crate) fn config(&self) -> PathBuf {
        self.dir.path().join("kaibiao.toml")
    }

    /// What a stranger trusts, for `kaibiao` and `kaibiao-verify`.
    pub(crate) fn policy(&self) -> PathBuf {
        self.dir.path().join("policy.toml")
    }

    fn write_policy(&self) {
        let config = Config::read(&self.config()).unwrap();
        let keys = keys::load_with(&config, PASSPHRASE).unwrap();
        let text = format!(
            "origin = \"{ORIGIN}\"\nlog_key = \"{}\"\nrefusal_key = \"{}\"\n\n[[registrar]]\naccount = \"registry\"\n\
             key = \"{}\"\n",
            keys.log.verifier(),
            keys.refusals.verifier(),
            registrar_key()
        );
        std::fs::write(self.policy(), text).unwrap();
    }

    /// The keys that sign checkpoints and refusals.
    pub(crate) fn keys(&self) -> desk::Keys {
        keys::load_with(&Config::read(&self.config()).unwrap(), PASSPHRASE).unwrap()
    }

    /// Starts the server on what the folder and the database hold.
    pub(crate) fn resume(&mut self) {
        let config = Config::read(&self.config()).unwrap();
        let keys = keys::load_with(&config, PASSPHRASE).unwrap();
        let running = self
            .runtime
            .block_on(serve_with(config, keys, &serve::all_zones()));
        let running = running.unwrap_or_else(|outage| panic!("the server did not start: {outage}"));
        self.addresses = running.addresses.clone();
        self.running = Some(running);
        // People find it at the same address when it comes back.
        self.write_config(self.ports());
    }

    /// The ports of procurement, evaluation and supervision.
    pub(crate) fn ports(&self) -> [u16; 3] {
        let addresses = &self.addresses;
        let port = |address: &str| address.rsplit(':').next().unwrap().parse().unwrap();
        [
            &addresses.procurement,
            &addresses.evaluation,
            &addresses.supervision,
        ]
        .map(|address| port(address))
    }

    /// Stops the server in good order.
    pub(crate) fn stop(&mut self) {
        if let Some(running) = self.running.take() {
            self.runtime.block_on(running.stop());
        }
    }

    /// The clock's file, for programs that follow it.
    pub(crate) fn clock_file(&self) -> &Path {
        &self.clock
    }

    /// Now, by the platform's clock.
    pub(crate) fn now(&self) -> Instant {
        #[expect(
            clippy::disallowed_methods,
            reason = "a test asks what time it is where a program would"
        )]
        let machine = std::time::SystemTime::now()
            .duration_since(std::time::UNIX_EPOCH)
            .unwrap();
        let offset: i64 = std::fs::read_to_string(&self.clock)
            .unwrap()
            .trim()
            .parse()
            .unwrap();
        Instant(i64::try_from(machine.as_millis()).unwrap() + offset)
    }

    /// Lets the clock jump forward to an instant.
    pub(crate) fn advance_to(&self, at: Instant) {
        let jump = at.since(self.now());
        if jump > 0 {
            let offset: i64 = std::fs::read_to_string(&self.clock)
                .unwrap()
                .trim()
                .parse()
                .unwrap();
            let beside = self.clock.with_extension("new");
            std::fs::write(&beside, (offset + jump).to_string()).unwrap();
            std::fs::rename(&beside, &self.clock).unwrap();
        }
    }

    /// Lets the clock jump forward.
    pub(crate) fn advance(&self, millis: i64) {
        self.advance_to(self.now().plus(millis));
    }
}

impl Drop for Platform {
    fn drop(&mut self) {
        self.stop();
    }
}

fn registrar_key() -> Hex<32> {
    Hex(crate::people::example("registrar").public().to_bytes())
}
