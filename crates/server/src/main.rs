//! `kaibiaod`: the server.

#![expect(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a program speaks on its terminal"
)]

use clap::{Parser, Subcommand, ValueEnum};
use desk::session::Zone;
use kaibiao_server::{Config, init, serve};
use std::io::IsTerminal as _;
use std::path::PathBuf;
use std::process::ExitCode;

/// The Kaibiao server (开标)
#[derive(Parser)]
#[command(name = "kaibiaod", version, about)]
struct Arguments {
    #[command(subcommand)]
    task: Task,
}

#[derive(Subcommand)]
enum Task {
    /// Serve the zones of a configuration
    Serve {
        /// The configuration file
        #[arg(long, default_value = "kaibiao.toml")]
        config: PathBuf,
        /// Serve only these zones (otherwise all three)
        #[arg(long = "zone", value_enum)]
        zones: Vec<ZoneName>,
        /// File to write the bound addresses to, as JSON, once all are served
        #[arg(long)]
        ready: Option<PathBuf>,
    },
    /// Make keys and a configuration for a new platform in a folder
    Init {
        /// The folder
        dir: PathBuf,
        /// Origin of the log, e.g. ggzy.example.cn/log2026
        #[arg(long)]
        origin: String,
        /// The first registrar's account
        #[arg(long)]
        registrar: String,
        /// The first registrar's public key (kaibiao key show)
        #[arg(long)]
        registrar_key: String,
        /// For trials: speak TLS under a self-signed certificate for these names and addresses
        #[arg(long = "self-signed", value_name = "NAME", value_delimiter = ',')]
        self_signed: Vec<String>,
    },
    /// Make the notices of all persons again from the log, while the server stands still; what was read stays read
    Notices {
        /// The configuration file
        #[arg(long, default_value = "kaibiao.toml")]
        config: PathBuf,
    },
    /// Read a configuration and say what is wrong with it
    Check {
        /// The configuration file
        #[arg(long, default_value = "kaibiao.toml")]
        config: PathBuf,
    },
}

#[derive(Clone, Copy, ValueEnum)]
enum ZoneName {
    Procurement,
    Evaluation,
    Supervision,
}

impl From<ZoneName> for Zone {
    fn from(name: ZoneName) -> Self {
        match name {
            ZoneName::Procurement => Self::Procurement,
            ZoneName::Evaluation => Self::Evaluation,
            ZoneName::Supervision => Self::Supervision,
        }
    }
}

fn main() -> ExitCode {
    let filter = tracing_subscriber::EnvFilter::try_from_env("KAIBIAO_LOG")
        .unwrap_or_else(|_| tracing_subscriber::EnvFilter::new("info,sqlx=warn"));
    // The layers around the handlers write addresses at their most talkative, and addresses name envelopes.
    let quiet = "tower_http=warn"
        .parse()
        .map_or(filter.clone(), |cap| filter.add_directive(cap));
    tracing_subscriber::fmt()
        .with_env_filter(quiet)
        .with_ansi(std::io::stderr().is_terminal())
        .with_writer(std::io::stderr)
        .init();
    match run(Arguments::parse().task) {
        Ok(()) => ExitCode::SUCCESS,
        Err(sentence) => {
            eprintln!("{sentence}");
            ExitCode::FAILURE
        }
    }
}

fn run(task: Task) -> Result<(), String> {
    match task {
        Task::Check { config } => {
            let read = Config::read(&config).map_err(|e| e.to_string())?;
            println!("{}: fine; log {}", config.display(), read.log.origin);
            Ok(())
        }
        Task::Init {
            dir,
            origin,
            registrar,
            registrar_key,
            self_signed,
        } => {
            let made = init::init(&dir, &origin, &registrar, &registrar_key, &self_signed)?;
            println!("{made}");
            Ok(())
        }
        Task::Notices { config } => {
            let config = Config::read(&config).map_err(|e| e.to_string())?;
            let runtime =
                tokio::runtime::Runtime::new().map_err(|e| format!("the runtime did not start: {e}"))?;
            let (all, added, removed) = runtime
                .block_on(kaibiao_server::notices::again(&config))
                .map_err(|e| e.to_string())?;
            println!("{all} notices follow from the log; {added} were missing, {removed} did not belong");
            Ok(())
        }
        Task::Serve { config, zones, ready } => {
            let config = Config::read(&config).map_err(|e| e.to_string())?;
            let zones: Vec<Zone> = if zones.is_empty() {
                serve::all_zones()
            } else {
                zones.into_iter().map(Zone::from).collect()
            };
            let runtime = tokio::runtime::Builder::new_multi_thread()
                .enable_all()
                .build()
                .map_err(|e| format!("the runtime did not start: {e}"))?;
            runtime.block_on(until_told(config, &zones, ready))
        }
    }
}

async fn until_told(config: Config, zones: &[Zone], ready: Option<PathBuf>) -> Result<(), String> {
    let running = serve::serve(config, zones)
        .await
        .map_err(|e| format!("did not start: {e}"))?;
    tracing::info!(
        procurement = %running.addresses.procurement,
        evaluation = %running.addresses.evaluation,
        supervision = %running.addresses.supervision,
        "serving"
    );
    if let Some(path) = ready {
        let text = serde_json::to_string(&running.addresses).map_err(|e| e.to_string())?;
        let beside = path.with_extension("new");
        std::fs::write(&beside, text).map_err(|e| format!("{}: {e}", beside.display()))?;
        std::fs::rename(&beside, &path).map_err(|e| format!("{}: {e}", path.display()))?;
    }
    let mut terminate = tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate())
        .map_err(|e| format!("signals: {e}"))?;
    tokio::select! {
        _ = tokio::signal::ctrl_c() => {}
        _ = terminate.recv() => {}
    }
    tracing::info!("stopping");
    running.stop().await;
    Ok(())
}
