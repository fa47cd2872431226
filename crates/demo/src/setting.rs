//! Where a demonstration takes place: a folder, its clock, its configuration.

use crate::keys;
use facts::{Hex, Instant};
use std::path::{Path, PathBuf};

/// The folder of one demonstration.
pub(crate) struct Setting {
    /// Data, dossiers, receipts.
    pub dir: PathBuf,
    /// The example keys.
    pub keys: PathBuf,
    /// kaibiaod and kaibiao-verify.
    pub programs: PathBuf,
    /// The log's origin.
    pub origin: String,
    /// The file in which the clock's offset stands.
    pub(crate) clock: PathBuf,
}

impl Setting {
    /// Makes the folder and its configuration.
    pub(crate) fn prepare(
        out: Option<&Path>,
        programs: Option<&Path>,
        postgres: Option<&str>,
    ) -> Result<Self, String> {
        let dir = match out {
            Some(dir) => dir.to_owned(),
            None => tempfile::Builder::new()
                .prefix("kaibiao-demo-")
                .tempdir()
                .map_err(|e| format!("no temporary folder: {e}"))?
                .keep(),
        };
        std::fs::create_dir_all(&dir).map_err(|e| format!("{}: {e}", dir.display()))?;
        let dir = dir
            .canonicalize()
            .map_err(|e| format!("{}: {e}", dir.display()))?;
        if dir.join("kaibiao.toml").exists() {
            return Err(format!(
                "{} already holds a demonstration; name another folder",
                dir.display()
            ));
        }
        let programs = match programs {
            Some(dir) => dir.to_owned(),
            None => std::env::current_exe()
                .ok()
                .and_then(|exe| exe.parent().map(Path::to_owned))
                .ok_or("this program does not know where it is")?,
        };
        let keys = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../keys-example");
        let keys = keys
            .canonicalize()
            .map_err(|e| format!("{}: {e}", keys.display()))?;
        let clock = dir.join("clock");
        std::fs::write(&clock, "0").map_err(|e| format!("{}: {e}", clock.display()))?;
        cli::clock::follow(clock.clone());
        let origin = "demo.kaibiao.example/log2026".to_owned();
        let setting = Self {
            dir,
            keys,
            programs,
            origin,
            clock,
        };
        setting.configure(postgres)?;
        Ok(setting)
    }

    fn configure(&self, postgres: Option<&str>) -> Result<(), String> {
        let database = match postgres {
            None => "sqlite://kaibiao.sqlite".to_owned(),
            Some(url) => fresh_database(url, self.now())?,
        };
        let registrar = Hex(keys::key(&self.keys, "registrar")?.public().to_bytes());
        let keys = self.keys.display();
        let text = format!(
            "database = \"{database}\"\ndemo = true\ndemo_clock = \"clock\"\nvault = \"vault\"\n\n[log]\n\
             key = \"{keys}/log-key.pem\"\norigin = \"{}\"\nrefusal_key = \"{keys}/refusal-key.pem\"\n\n[zones]\n\
             procurement = \"127.0.0.1:0\"\nevaluation = \"127.0.0.1:0\"\nsupervision = \"127.0.0.1:0\"\n\n\
             # Weeks pass in seconds here, and everybody comes from one address.\n[rates]\nlimited = false\n\n\
             [[registrars]]\naccount = \"registry\"\nkey = \"{registrar}\"\n",
            self.origin
        );
        let path = self.dir.join("kaibiao.toml");
        std::fs::write(&path, text).map_err(|e| format!("{}: {e}", path.display()))
    }

    /// Now, by the demonstration's clock.
    #[must_use]
    #[expect(
        clippy::unused_self,
        reason = "the clock belongs to the setting, wherever it is kept"
    )]
    pub(crate) fn now(&self) -> Instant {
        cli::clock::now()
    }

    /// Lets the clock jump to an instant, for the server and for everybody in this process.
    pub(crate) fn advance_to(&self, at: Instant) -> Result<(), String> {
        let text = std::fs::read_to_string(&self.clock).map_err(|e| e.to_string())?;
        let offset: i64 = text.trim().parse().map_err(|e| format!("the clock file: {e}"))?;
        let jump = at.since(self.now());
        if jump <= 0 {
            return Ok(());
        }
        let beside = self.clock.with_extension("new");
        std::fs::write(&beside, offset.saturating_add(jump).to_string()).map_err(|e| e.to_string())?;
        std::fs::rename(&beside, &self.clock).map_err(|e| e.to_string())
    }
}

/// Makes a database of its own for this demonstration on a running PostgreSQL and returns its address.
fn fresh_database(admin: &str, now: Instant) -> Result<String, String> {
    use sqlx::{AssertSqlSafe, Connection, Executor, PgConnection};
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|e| format!("the runtime did not start: {e}"))?;
    let name = format!("kaibiao_demo_{}_{}", now.0, std::process::id());
    let make = async {
        let mut connection = PgConnection::connect(admin).await?;
        let text = format!("CREATE DATABASE {name} TEMPLATE template0 ENCODING 'UTF8' LOCALE 'C'");
        connection.execute(AssertSqlSafe(text)).await?;
        connection.close().await
    };
    runtime
        .block_on(make)
        .map_err(|e| format!("no database could be made on {admin}: {e}"))?;
    let (server, _) = admin
        .rsplit_once('/')
        .ok_or_else(|| format!("{admin} names no database"))?;
    Ok(format!("{server}/{name}"))
}
