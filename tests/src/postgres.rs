//! A `PostgreSQL` for tests: one cluster per test process, one database per test.
//!
//! Invariant: the server never outlives the process that started it, even if that is killed. It runs under a shell
//! that waits for the end of its standard input; the kernel closes that pipe however the process ends.
//!
//! `KAIBIAO_TEST_POSTGRES` (address of an administrator's database on a running server) is used instead of a
//! cluster of our own. `KAIBIAO_REQUIRE_POSTGRES=1` makes the absence of `PostgreSQL` a failure instead of a skip.

use sqlx::{AssertSqlSafe, Connection, Executor, PgConnection};
use std::io::{Error, Read};
use std::net::TcpListener;
use std::os::unix::fs::{MetadataExt, PermissionsExt, chown};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

/// Name of the administrator of a cluster of ours.
const ADMIN: &str = "kaibiao";

/// Keeps the server until its standard input ends, then stops it and removes its folder.
const KEEPER: &str = r#"
"$KAIBIAO_PG_BIN/postgres" -D "$KAIBIAO_PG_DIR/data" >"$KAIBIAO_PG_DIR/server.log" 2>&1 &
server=$!
cat >/dev/null
kill -INT "$server"
wait "$server"
rm -rf "$KAIBIAO_PG_DIR"
"#;

/// A server to test on.
#[derive(Debug)]
pub struct Cluster {
    /// Address of the administrator's database.
    admin: String,
    /// Where its socket is, if it is ours.
    folder: Option<PathBuf>,
    /// The shell whose standard input keeps the server alive.
    _keeper: Option<Child>,
}

/// The server of this process, started on first use; `None`, with a printed sentence, where there is none to start.
///
/// # Panics
/// If a server is required (`KAIBIAO_REQUIRE_POSTGRES=1`) and there is none, or if one is there and does not start.
#[expect(
    clippy::print_stderr,
    clippy::panic,
    reason = "a test must say that it was skipped, and fail when told to"
)]
pub fn cluster() -> Option<&'static Cluster> {
    static CLUSTER: OnceLock<Option<Cluster>> = OnceLock::new();
    let found = CLUSTER.get_or_init(|| match Cluster::find() {
        Ok(found) => found,
        Err(error) => panic!("PostgreSQL did not start: {error}"),
    });
    if found.is_none() {
        assert!(
            std::env::var_os("KAIBIAO_REQUIRE_POSTGRES").is_none_or(|value| value != "1"),
            "PostgreSQL is required and neither KAIBIAO_TEST_POSTGRES nor the programs initdb and postgres are there"
        );
        eprintln!("skipped: there is no PostgreSQL here");
    }
    found.as_ref()
}

/// Address of a fresh, empty database; `None` where [`cluster`] gives none.
///
/// # Panics
/// If the server refuses to make one.
#[expect(clippy::panic, reason = "a test cannot go on without its database")]
pub async fn database() -> Option<String> {
    let cluster = cluster()?;
    match cluster.create().await {
        Ok(url) => Some(url),
        Err(error) => panic!("no fresh database: {error}"),
    }
}

impl Cluster {
    fn find() -> Result<Option<Self>, Error> {
        if let Ok(admin) = std::env::var("KAIBIAO_TEST_POSTGRES") {
            return Ok(Some(Self {
                admin,
                folder: None,
                _keeper: None,
            }));
        }
        match binaries() {
            Some(bin) => Self::start_with(&bin).map(Some),
            None => Ok(None),
        }
    }

    /// A cluster of our own, whatever the environment says; it ends with the value, or with the process.
    ///
    /// # Errors
    /// If `PostgreSQL` is not installed or does not start.
    pub fn start() -> Result<Self, Error> {
        let bin = binaries().ok_or_else(|| Error::other("neither initdb nor postgres is installed"))?;
        Self::start_with(&bin)
    }

    /// A server that somebody else runs, by the address of its administrator's database.
    #[must_use]
    pub const fn at(admin: String) -> Self {
        Self {
            admin,
            folder: None,
            _keeper: None,
        }
    }

    fn start_with(bin: &Path) -> Result<Self, Error> {
        let owner = unprivileged()?;
        let port = TcpListener::bind("127.0.0.1:0")?.local_addr()?.port();
        let folder = std::env::temp_dir().join(format!("kaibiao-pg-{}-{port}", std::process::id()));
        std::fs::create_dir(&folder)?;
        std::fs::set_permissions(&folder, PermissionsExt::from_mode(0o700))?;
        if let Some((uid, gid)) = owner {
            chown(&folder, Some(uid), Some(gid))?;
        }
        let run = |program: &str| {
            let mut command = Command::new(program);
            if let Some((uid, gid)) = owner {
                command.uid(uid).gid(gid);
            }
            // A Ctrl-C at the terminal must end the test first, and by that the server.
            command
                .current_dir(&folder)
                .process_group(0)
                .env("KAIBIAO_PG_BIN", bin)
                .env("KAIBIAO_PG_DIR", &folder);
            command
        };
        let data = folder.join("data");
        let made = run(&bin.join("initdb").to_string_lossy())
            .args([
                "--auth=trust",
                "--encoding=UTF8",
                "--locale=C",
                "--no-instructions",
                "--username",
                ADMIN,
                "-D",
            ])
            .arg(&data)
            .output()?;
        if !made.status.success() {
            return Err(Error::other(String::from_utf8_lossy(&made.stderr).into_owned()));
        }
        let settings = format!(
            "\nlisten_addresses = '127.0.0.1'\nport = {port}\nunix_socket_directories = '{}'\nmax_connections = 200\n\
             fsync = on\nsynchronous_commit = on\n",
            folder.display()
        );
        let file = data.join("postgresql.conf");
        let before = std::fs::read_to_string(&file)?;
        std::fs::write(&file, before + &settings)?;
        let keeper = run("/bin/sh")
            .args(["-c", KEEPER])
            .stdin(Stdio::piped())
            .spawn()?;
        wait_for(&folder.join("data/postmaster.pid"), &folder)?;
        let admin = format!("postgres://{ADMIN}@127.0.0.1:{port}/postgres");
        Ok(Self {
            admin,
            folder: Some(folder),
            _keeper: Some(keeper),
        })
    }

    /// Address of the administrator's database.
    #[must_use]
    pub fn admin(&self) -> &str {
        &self.admin
    }

    /// Address of the administrator's database, for `KAIBIAO_TEST_POSTGRES`.
    #[must_use]
    pub fn url(&self) -> String {
        self.admin.clone()
    }

    /// Host and port.
    #[must_use]
    pub fn address(&self) -> &str {
        let server = self
            .admin
            .split_once('@')
            .map_or(self.admin.as_str(), |(_, server)| server);
        server.split_once('/').map_or(server, |(address, _)| address)
    }

    /// What the installed server calls itself.
    #[must_use]
    pub fn version(&self) -> String {
        let asked =
            binaries().and_then(|bin| Command::new(bin.join("postgres")).arg("--version").output().ok());
        asked.map_or_else(String::new, |said| {
            String::from_utf8_lossy(&said.stdout).trim().to_owned()
        })
    }

    /// Folder of the server's socket and log, if the cluster is this process's own.
    #[must_use]
    pub fn folder(&self) -> Option<&Path> {
        self.folder.as_deref()
    }

    /// Makes a fresh, empty database and returns its address.
    ///
    /// # Errors
    /// If the server cannot be reached or refuses.
    pub async fn create(&self) -> Result<String, sqlx::Error> {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        let mut admin = PgConnection::connect(&self.admin).await?;
        let (salt,): (i64,) = sqlx::query_as("SELECT (EXTRACT(EPOCH FROM clock_timestamp()) * 1000)::BIGINT")
            .fetch_one(&mut admin)
            .await?;
        let name = format!("kaibiao_test_{salt}_{}_{number}", std::process::id());
        let text = format!("CREATE DATABASE {name} TEMPLATE template0 ENCODING 'UTF8' LOCALE 'C'");
        admin.execute(AssertSqlSafe(text)).await?;
        admin.close().await?;
        let (address, query) = self.admin.split_once('?').unwrap_or((&self.admin, ""));
        let server = address.rsplit_once('/').map_or(address, |(server, _)| server);
        let mark = if query.is_empty() { "" } else { "?" };
        Ok(format!("{server}/{name}{mark}{query}"))
    }
}

/// Waits until the server's pid file says that it accepts connections (line 8 reads `ready`).
fn wait_for(pid_file: &Path, folder: &Path) -> Result<(), Error> {
    for _ in 0..600 {
        let text = std::fs::read_to_string(pid_file).unwrap_or_default();
        if text.lines().nth(7).is_some_and(|line| line.trim() == "ready") {
            return Ok(());
        }
        std::thread::sleep(Duration::from_millis(50));
    }
    let log = std::fs::read_to_string(folder.join("server.log")).unwrap_or_default();
    Err(Error::other(format!("not ready after 30 s: {log}")))
}

/// The newest folder that holds both programs.
fn binaries() -> Option<PathBuf> {
    let mut folders: Vec<PathBuf> = Vec::new();
    if let Ok(versions) = std::fs::read_dir("/usr/lib/postgresql") {
        folders.extend(versions.flatten().map(|version| version.path().join("bin")));
    }
    let version = |folder: &PathBuf| {
        let name = folder
            .parent()
            .and_then(Path::file_name)
            .map(|name| name.to_string_lossy().into_owned());
        name.and_then(|name| name.parse::<u32>().ok()).unwrap_or_default()
    };
    folders.sort_by_key(version);
    folders.reverse();
    let path = std::env::var_os("PATH").unwrap_or_default();
    folders.extend(std::env::split_paths(&path));
    folders.push(PathBuf::from("/usr/local/bin"));
    folders
        .into_iter()
        .find(|folder| folder.join("initdb").is_file() && folder.join("postgres").is_file())
}

/// `PostgreSQL` refuses to run as root: the user and group to run it as, if we are root.
fn unprivileged() -> Result<Option<(u32, u32)>, Error> {
    if std::fs::metadata("/proc/self")?.uid() != 0 {
        return Ok(None);
    }
    let mut users = String::new();
    std::fs::File::open("/etc/passwd")?.read_to_string(&mut users)?;
    let ids = |name: &str| {
        let line = users.lines().find(|line| line.split(':').next() == Some(name))?;
        let mut fields = line.split(':').skip(2);
        Some((fields.next()?.parse().ok()?, fields.next()?.parse().ok()?))
    };
    let found = ids("postgres").or_else(|| ids("nobody"));
    found
        .map(Some)
        .ok_or_else(|| Error::other("neither the user postgres nor nobody exists"))
}
