//! A platform under test: in this process, on either database, on a clock that the test sets.

use crate::people;
use desk::memory::{HeldClock, SeededEntropy};
use desk::ports::ReadLog as _;
use desk::{Pen, Scribe, Tools, Zone};
use facts::{AccountId, Decider, Draft, Hex, Instant, Record, Refusal, Stream};
use kaibiao_server::config::notices::NoticesConfig;
use kaibiao_server::config::{LogConfig, RatesConfig, RegistrarConfig, UploadsConfig, ZonesConfig};
use kaibiao_server::doors::Addresses;
use kaibiao_server::{Config, Running, keys, serve};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use tempfile::TempDir;
use tokio::runtime::Runtime;

/// Origin of the logs under test.
pub(crate) const ORIGIN: &str = "test.kaibiao.example/log";

/// The law that anything may happen.
struct History;

impl Decider for History {
    type State = ();
    type Command = Draft;

    fn evolve((): &mut (), _: &Record) {}

    fn decide((): &(), draft: Draft, _: Instant) -> Result<Vec<Draft>, Refusal> {
        Ok(vec![draft])
    }
}

/// A database to test on.
pub(crate) struct Database {
    /// What it is called when a test fails on it.
    pub(crate) name: &'static str,
    address: Option<String>,
}

fn runtime() -> Runtime {
    tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .unwrap()
}

impl Database {
    /// A file.
    pub(crate) const fn sqlite() -> Self {
        Self {
            name: "SQLite",
            address: None,
        }
    }
}

/// A fresh `PostgreSQL` database; `None` where there is no server to be had.
pub(crate) fn postgres() -> Option<Database> {
    let address = runtime().block_on(kaibiao_tests::postgres::database())?;
    Some(Database {
        name: "PostgreSQL",
        address: Some(address),
    })
}

/// Runs a test on both databases.
pub(crate) fn on_both(test: impl Fn(&Database)) {
    test(&Database::sqlite());
    if let Some(database) = postgres() {
        test(&database);
    }
}

/// The configuration of a platform in a folder.
pub(crate) fn config(dir: &Path, database: &Database) -> Config {
    let any = "127.0.0.1:0".parse().unwrap();
    let clock = dir.join("clock");
    if !clock.exists() {
        std::fs::write(&clock, "0").unwrap();
    }
    let file = || format!("sqlite://{}", dir.join("log.sqlite").display());
    Config {
        database: database.address.clone().unwrap_or_else(file),
        demo: true,
        demo_clock: Some(clock),
        mail: None,
        notices: NoticesConfig::default(),
        max_upload: 100 << 30,
        log: LogConfig {
            key: people::keys().join("log-key.pem"),
            origin: ORIGIN.to_owned(),
            refusal_key: people::keys().join("refusal-key.pem"),
        },
        registrars: vec![RegistrarConfig {
            account: AccountId::parse("registry").unwrap(),
            key: Hex(people::key("registrar").public().to_bytes()),
        }],
        rates: RatesConfig::default(),
        tls: None,
        uploads: UploadsConfig::default(),
        vault: dir.join("vault"),
        zones: ZonesConfig {
            evaluation: any,
            procurement: any,
            public: None,
            supervision: any,
        },
    }
}

/// A running platform.
pub(crate) struct Platform {
    runtime: Runtime,
    running: Option<Running>,
    config: Config,
    passphrase: &'static str,
    dir: TempDir,
}

impl Platform {
    /// All zones in one process.
    pub(crate) fn start(database: &Database) -> Self {
        Self::start_with(database, |_| ())
    }

    /// The same with some settings changed.
    pub(crate) fn start_with(database: &Database, change: impl FnOnce(&mut Config)) -> Self {
        let dir = tempfile::tempdir().unwrap();
        let mut config = config(dir.path(), database);
        change(&mut config);
        let mut platform = Self {
            runtime: runtime(),
            running: None,
            config,
            passphrase: "openly-worthless",
            dir,
        };
        platform.go();
        platform
    }

    fn go(&mut self) {
        let keys = keys::load_with(&self.config, self.passphrase).unwrap();
        let zones = [Zone::Procurement, Zone::Evaluation, Zone::Supervision];
        let serving = serve::serve_with(self.config.clone(), keys, &zones);
        self.running = Some(self.runtime.block_on(serving).unwrap());
    }

    /// Stops in good order.
    pub(crate) fn stop(&mut self) {
        if let Some(running) = self.running.take() {
            self.runtime.block_on(running.stop());
        }
    }

    /// Starts again where it was stopped; the addresses are new ones.
    pub(crate) fn restart(&mut self) {
        self.stop();
        self.go();
    }

    pub(crate) fn addresses(&self) -> &Addresses {
        &self.running.as_ref().unwrap().addresses
    }

    pub(crate) fn procurement(&self) -> &str {
        &self.addresses().procurement
    }

    pub(crate) fn vault(&self) -> PathBuf {
        self.dir.path().join("vault")
    }

    /// The address of the database.
    pub(crate) fn database(&self) -> &str {
        &self.config.database
    }

    /// Writes facts as no law would have it, while the platform stands still: the history that a test needs.
    pub(crate) fn write(&mut self, drafts: Vec<Draft>) {
        let now = crate::web::get(self.procurement(), "/api/platform").json()["now"]
            .as_i64()
            .unwrap();
        self.stop();
        let keys = keys::load_with(&self.config, "openly-worthless").unwrap();
        self.runtime.block_on(async {
            let log = Arc::new(store::Log::open(&self.config.database).await.unwrap());
            let tools = Tools {
                log: log.clone(),
                clock: Arc::new(HeldClock::at(Instant(now))),
                entropy: Arc::new(SeededEntropy::new(7)),
                signer: Arc::new(keys),
                origin: ORIGIN.to_owned(),
                sole: true,
            };
            let (pen, writer) = Pen::start(tools).await.unwrap();
            let history = Scribe::<History>::new(&pen, |_| Vec::new());
            for draft in drafts {
                let stream = draft.stream.clone();
                history.submit(stream, draft).await.unwrap();
            }
            pen.stop().await;
            drop(history);
            writer.await.unwrap();
            log.close().await;
        });
        self.go();
    }

    /// The facts of a stream, sealed ones too, while the platform stands still.
    pub(crate) fn history(&mut self, stream: &Stream) -> Vec<Record> {
        self.stop();
        let records = self.runtime.block_on(async {
            let log = store::Log::open(&self.config.database).await.unwrap();
            let records = log.history(stream, 0).await.unwrap();
            log.close().await;
            records
        });
        self.go();
        records
    }

    /// Work in the platform's runtime.
    pub(crate) fn block_on<T>(&self, work: impl Future<Output = T>) -> T {
        self.runtime.block_on(work)
    }

    /// Sets the clock so many milliseconds off the machine's.
    pub(crate) fn set_clock(&self, offset: i64) {
        set_clock(self.dir.path(), offset);
    }
}

/// A platform of a configuration that was made elsewhere.
pub(crate) fn run(config: Config, passphrase: &'static str) -> Platform {
    let mut platform = Platform {
        runtime: runtime(),
        running: None,
        config,
        passphrase,
        dir: tempfile::tempdir().unwrap(),
    };
    platform.go();
    platform
}

/// Sets the clock of the platforms in a folder, without a moment in which the file is empty.
pub(crate) fn set_clock(dir: &Path, offset: i64) {
    let new = dir.join("clock.new");
    std::fs::write(&new, offset.to_string()).unwrap();
    std::fs::rename(new, dir.join("clock")).unwrap();
}

impl Drop for Platform {
    fn drop(&mut self) {
        self.stop();
    }
}
