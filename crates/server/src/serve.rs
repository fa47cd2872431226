//! Starting and stopping: the pen, the zones, the housekeeper.

use crate::clock::{DemoClock, MachineClock};
use crate::config::Config;
use crate::couriers::evaluation::OpenedFiles;
use crate::doors::{About, Addresses, Doors, Laws};
use crate::entropy::SystemEntropy;
use crate::{found, housekeeper, keys, zones};
use axum::Router;
use axum::http::StatusCode;
use axum::middleware;
use desk::{
    Clock, Directory, Entropy, Front, Gate, HeldSessions, Keys, Outage, Pen, Scribe, Sessions, Signer, Tools,
    Vault, session::Zone,
};
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::task::JoinHandle;
use tower_http::catch_panic::CatchPanicLayer;

/// A server that runs.
pub struct Running {
    /// Addresses of the zones, as they were bound.
    pub addresses: Addresses,
    stop: watch::Sender<bool>,
    tasks: Vec<JoinHandle<()>>,
    pen: Pen,
    writer: JoinHandle<()>,
}

impl Running {
    /// Stops taking requests, finishes those under way and the pen's queue.
    pub async fn stop(self) {
        // Nobody listens only if every task has ended already.
        let _ = self.stop.send(true);
        for task in self.tasks {
            let _ = tokio::time::timeout(Duration::from_secs(10), task).await;
        }
        self.pen.stop().await;
        let _ = tokio::time::timeout(Duration::from_secs(10), self.writer).await;
    }
}

async fn bind(address: SocketAddr) -> Result<(TcpListener, SocketAddr), Outage> {
    let listener = TcpListener::bind(address)
        .await
        .map_err(|e| Outage::new("listening", format!("{address}: {e}")))?;
    let bound = listener.local_addr().map_err(|e| Outage::new("listening", e))?;
    Ok((listener, bound))
}

/// Which zones a process serves.
#[must_use]
pub fn all_zones() -> Vec<Zone> {
    vec![Zone::Procurement, Zone::Evaluation, Zone::Supervision]
}

/// Starts the zones of a configuration, under the keys that it names.
pub async fn serve(config: Config, served: &[Zone]) -> Result<Running, Outage> {
    let keys = keys::load(&config).map_err(|e| Outage::new("reading the log's keys", e))?;
    serve_with(config, keys, served).await
}

/// The same under keys that were opened already.
pub async fn serve_with(config: Config, keys: Keys, served: &[Zone]) -> Result<Running, Outage> {
    let clock: Arc<dyn Clock> = match &config.demo_clock {
        Some(file) => Arc::new(DemoClock::new(file.clone())),
        None => Arc::new(MachineClock),
    };
    let entropy: Arc<dyn Entropy> = Arc::new(SystemEntropy);
    let log = store::Log::open(&config.database).await.map_err(|e| Outage::new("opening the database", e))?;
    let log = Arc::new(log);
    let limits = store::Limits { longest: config.max_upload };
    let vault: Arc<dyn Vault> = Arc::new(store::Vault::open(&config.vault, entropy.clone(), limits)?);
    let signer: Arc<dyn Signer> = Arc::new(keys.clone());
    let sole = served.len() == all_zones().len();
    let tools = Tools {
        log: log.clone(),
        clock: clock.clone(),
        entropy: entropy.clone(),
        signer: signer.clone(),
        origin: config.log.origin.clone(),
        sole,
    };
    let (pen, writer) = Pen::start(tools).await?;
    let laws = Laws {
        accounts: Scribe::new(&pen, desk::account::marks),
        ceremonies: Scribe::new(&pen, procure::ceremony::marks),
        tenders: Scribe::new(&pen, procure::marks::marks),
        evaluations: Scribe::new(&pen, |_| Vec::new()),
        orders: Scribe::new(&pen, |_| Vec::new()),
    };
    found::found(&config, &keys, &laws.accounts).await.map_err(|e| Outage::new("founding the log", e))?;

    let (procurement, at_procurement) = bind(config.zones.procurement).await?;
    let (evaluation, at_evaluation) = bind(config.zones.evaluation).await?;
    let (supervision, at_supervision) = bind(config.zones.supervision).await?;
    let addresses = addresses(&config, at_procurement, at_evaluation, at_supervision);
    let make = Making { config: &config, keys: &keys, pen: &pen, laws: &laws, vault: &vault, log: &log };
    let doors = |zone| make.doors(zone, &addresses, &clock, &entropy, &signer);

    let (stop, stopped) = watch::channel(false);
    let mut tasks = Vec::new();
    for zone in served {
        let doors = doors(*zone);
        match zone {
            Zone::Procurement => {
                tasks.push(tokio::spawn(housekeeper::keep(doors.clone(), stopped.clone())));
            }
            Zone::Evaluation | Zone::Supervision => {}
        }
    }
    for (listener, zone) in
        [(procurement, Zone::Procurement), (evaluation, Zone::Evaluation), (supervision, Zone::Supervision)]
    {
        if !served.contains(&zone) {
            continue;
        }
        let doors = doors(zone);
        let router = match zone {
            Zone::Procurement => zones::procurement::router(&doors),
            Zone::Evaluation => {
                zones::evaluation::router(&doors, Arc::new(OpenedFiles { doors: doors.clone() }))
            }
            Zone::Supervision => zones::supervision::router(&doors),
        };
        let router = layers(router, &entropy);
        let mut stopped = stopped.clone();
        tasks.push(tokio::spawn(async move {
            let until = async move {
                let _ = stopped.wait_for(|stop| *stop).await;
            };
            if let Err(error) = axum::serve(listener, router).with_graceful_shutdown(until).await {
                tracing::error!(%error, zone = zone.word(), "a zone stopped serving");
            }
        }));
    }
    Ok(Running { addresses, stop, tasks, pen, writer })
}

fn layers(router: Router, entropy: &Arc<dyn Entropy>) -> Router {
    router
        .layer(CatchPanicLayer::custom(|_: Box<dyn std::any::Any + Send>| {
            use axum::response::IntoResponse as _;
            tracing::error!("a handler panicked");
            StatusCode::INTERNAL_SERVER_ERROR.into_response()
        }))
        .layer(middleware::from_fn(zones::problem::told))
        .layer(middleware::from_fn_with_state(entropy.clone(), desk::problem::operations))
}

fn addresses(
    config: &Config,
    procurement: SocketAddr,
    evaluation: SocketAddr,
    supervision: SocketAddr,
) -> Addresses {
    match &config.zones.public {
        Some(public) => Addresses {
            evaluation: public.evaluation.clone(),
            procurement: public.procurement.clone(),
            supervision: public.supervision.clone(),
        },
        None => Addresses {
            evaluation: format!("http://{evaluation}"),
            procurement: format!("http://{procurement}"),
            supervision: format!("http://{supervision}"),
        },
    }
}

struct Making<'a> {
    config: &'a Config,
    keys: &'a Keys,
    pen: &'a Pen,
    laws: &'a Laws,
    vault: &'a Arc<dyn Vault>,
    log: &'a Arc<store::Log>,
}

impl Making<'_> {
    fn doors(
        &self,
        zone: Zone,
        addresses: &Addresses,
        clock: &Arc<dyn Clock>,
        entropy: &Arc<dyn Entropy>,
        signer: &Arc<dyn Signer>,
    ) -> Doors {
        let log: Arc<dyn desk::ReadLog> = self.log.clone();
        let directory = Directory::new(log.clone(), self.laws.accounts.reader());
        let origin = self.config.log.origin.as_str();
        // Each zone holds its own sessions: a token of one opens nothing in another.
        let sessions: Arc<dyn Sessions> = Arc::new(HeldSessions::default());
        let trust = supervise::Trust { origin: origin.to_owned(), key: self.keys.log.verifier().clone() };
        Doors {
            gate: Gate {
                zone,
                origin: origin.into(),
                directory: directory.clone(),
                sessions,
                clock: clock.clone(),
                entropy: entropy.clone(),
            },
            front: Front { zone, pen: self.pen.clone(), directory, signer: signer.clone(), clock: clock.clone() },
            pen: self.pen.clone(),
            log: log.clone(),
            vault: self.vault.clone(),
            laws: self.laws.clone(),
            about: Arc::new(About {
                demo: self.config.demo,
                log_key: self.keys.log.verifier().to_string(),
                origin: origin.to_owned(),
                refusal_key: self.keys.refusals.verifier().to_string(),
                zones: addresses.clone(),
            }),
            clock: clock.clone(),
            entropy: entropy.clone(),
            oversight: supervise::Oversight::new(log, trust),
            max_upload: self.config.max_upload,
            cards: Arc::default(),
        }
    }
}
