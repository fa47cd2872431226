//! Starting and stopping: the pen, the zones, the housekeeper.
//!
//! Invariant: a process that serves all zones is the only one that writes the log; one that serves some of them
//! shares it with the processes of the others. The process of the procurement zone makes the schema and the first
//! entry and keeps house; the others wait for it.

use crate::config::Config;
use crate::couriers::erasure::Memory;
use crate::couriers::evaluation::OpenedFiles;
use crate::doors::{Addresses, Doors, Laws};
use crate::gazette::Gazette;
use crate::housekeeper::House;
use crate::inbox::InboxDoor;
use crate::machine::Machine;
use crate::mail::round::Postman;
use crate::notices::courier::Courier;
use crate::notices::sender::Sender;
use crate::rates::Rates;
use crate::tls::Tls;
use crate::wiring::{Making, Ports, addresses, laws};
use crate::zones::quota::Quota;
use crate::zones::shield;
use crate::{follow, found, handed, housekeeper, inbox, keys, pages, rates, sweep, zones};
use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::middleware;
use axum::response::{IntoResponse as _, Response};
use desk::{Keys, Outage, Pen, Problem, Zone};
use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::task::JoinHandle;
use tower_http::CompressionLevel;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::compression::CompressionLayer;
use tower_http::csrf::CsrfLayer;

/// How long a process waits for the schema and the founding that another makes.
const PATIENCE: Duration = Duration::from_secs(30);
/// How long requests under way are waited for when the process stops.
const FAREWELL: Duration = Duration::from_secs(10);

/// A server that runs.
pub struct Running {
    /// Addresses of the zones, as they were bound.
    pub addresses: Addresses,
    stop: watch::Sender<bool>,
    tasks: Vec<JoinHandle<()>>,
    pen: Pen,
    writer: JoinHandle<()>,
    log: Arc<store::Log>,
}

impl Running {
    /// Stops taking requests, finishes those under way and the pen's queue.
    pub async fn stop(self) {
        // Nobody listens only if every task has ended already.
        let _ = self.stop.send(true);
        let until = tokio::time::Instant::now().checked_add(FAREWELL);
        for mut task in self.tasks {
            let ended = match until {
                Some(until) => tokio::time::timeout_at(until, &mut task).await.is_ok(),
                None => false,
            };
            if !ended {
                tracing::warn!("requests under way were cut off");
                task.abort();
            }
        }
        self.pen.stop().await;
        let _ = tokio::time::timeout(FAREWELL, self.writer).await;
        self.log.close().await;
    }
}

async fn bind(address: SocketAddr) -> Result<(TcpListener, SocketAddr), Outage> {
    let listener = TcpListener::bind(address)
        .await
        .map_err(|e| Outage::new("listening", format!("{address}: {e}")))?;
    let bound = listener.local_addr().map_err(|e| Outage::new("listening", e))?;
    Ok((listener, bound))
}

async fn bind_all(
    config: &Config,
    served: &[Zone],
) -> Result<BTreeMap<Zone, (TcpListener, SocketAddr)>, Outage> {
    let mut listeners = BTreeMap::new();
    for zone in served {
        if !listeners.contains_key(zone) {
            listeners.insert(*zone, bind(config.zones.address(*zone)).await?);
        }
    }
    Ok(listeners)
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
#[expect(
    clippy::too_many_lines,
    reason = "the order in which a process comes to life, told in one place"
)]
pub async fn serve_with(config: Config, keys: Keys, served: &[Zone]) -> Result<Running, Outage> {
    let sole = all_zones().iter().all(|zone| served.contains(zone));
    let keeps_house = served.contains(&Zone::Procurement);
    let ports = Ports::new(&config, &keys);
    let log = Arc::new(open(&config.database, keeps_house).await?);
    let limits = store::Limits {
        longest: config.max_upload,
    };
    let vault = Arc::new(store::Vault::open(&config.vault, ports.entropy.clone(), limits)?);
    let (pen, writer) = Pen::start(ports.tools(&log, &config.log.origin, sole)).await?;
    let laws = laws(&pen);
    founding(&config, &keys, &laws, keeps_house).await?;
    if !sole {
        // Another process may have founded the log since this pen read the head: no zone answers without one.
        pen.refresh().await;
    }

    let listeners = bind_all(&config, served).await?;
    let addresses = addresses(&config, |zone| listeners.get(&zone).map(|(_, bound)| *bound));
    let quota = if keeps_house {
        Quota::of(&config.uploads, vault.unfinished().await?, vault.unnamed().await?)
    } else {
        Quota::default()
    };
    let tls = config.tls.as_ref().map(Tls::read).transpose()?;
    let rates = Rates::new(&config.rates);
    let shelter = sweep::Shelter::default();
    let gazette = Gazette::new(log.clone(), pen.clone(), sole);
    let machine = Arc::new(Machine::new(log.clone(), vault.clone()));
    let panels = evaluate::Panels::new(log.clone(), laws.evaluations.reader());
    let requests = InboxDoor::new(log.clone());
    let postman = (config.mail.as_ref())
        .map(|mail| Postman::of(mail, &log))
        .transpose()?;
    let make = Making {
        config: &config,
        keys: &keys,
        ports: &ports,
        pen: &pen,
        laws: &laws,
        log: &log,
        vault: &vault,
        gazette: &gazette,
        inbox: &requests,
        quota: &quota,
        rates: &rates,
        shelter: &shelter,
        machine: &machine,
        panels: &panels,
        postman: &postman,
        addresses: &addresses,
    };

    let (stop, stopped) = watch::channel(false);
    let mut tasks = Vec::new();
    if keeps_house {
        let house = House {
            doors: make.doors(Zone::Procurement),
            log: log.clone(),
            sole,
        };
        tasks.push(tokio::spawn(housekeeper::keep(house, stopped.clone())));
        if let Some(postman) = postman.clone() {
            let doors = make.doors(Zone::Procurement);
            tasks.push(tokio::spawn(postman.keep(doors, stopped.clone())));
        }
        let courier = Courier {
            log: log.clone(),
            notices: log.notices(),
        };
        tasks.push(tokio::spawn(
            courier.keep(make.doors(Zone::Procurement), stopped.clone()),
        ));
        let sender = Sender::of(
            &config.notices,
            log.receivers(),
            ports.clock.clone(),
            addresses.clone(),
        );
        tasks.push(tokio::spawn(sender.keep(stopped.clone())));
        let sweeper = sweep::Sweeper {
            vault: vault.clone(),
            quota: quota.clone(),
            log: log.clone(),
            shelter: shelter.clone(),
        };
        tasks.push(tokio::spawn(sweep::keep(sweeper, stopped.clone())));
        let inbox = inbox::keep(make.doors(Zone::Procurement), stopped.clone());
        tasks.push(tokio::spawn(inbox));
    }
    tasks.push(tokio::spawn(rates.clone().keep(stopped.clone())));
    tasks.push(tokio::spawn(gazette.clone().keep(stopped.clone())));
    if !sole {
        let memory = Memory {
            laws: laws.clone(),
            gazette: gazette.clone(),
        };
        let task = follow::keep(log.clone(), pen.clone(), memory, stopped.clone());
        tasks.push(tokio::spawn(task));
    }
    for (zone, (listener, _)) in listeners {
        let doors = make.doors(zone);
        if zone == Zone::Supervision {
            let reading = handed::keep(doors.oversight.clone(), stopped.clone());
            tasks.push(tokio::spawn(reading));
        }
        let router = layers(router(zone, &doors), &doors);
        let door = Door {
            zone,
            listener,
            tls: tls.clone(),
        };
        tasks.push(tokio::spawn(door.answer(router, stopped.clone())));
    }
    Ok(Running {
        addresses,
        stop,
        tasks,
        pen,
        writer,
        log,
    })
}

/// Makes the first entry, or waits for the process that does.
async fn founding(config: &Config, keys: &Keys, laws: &Laws, keeps_house: bool) -> Result<(), Outage> {
    let made = if keeps_house {
        found::found(config, keys, &laws.accounts).await
    } else {
        found::founded(config, keys, &laws.accounts, PATIENCE).await
    };
    made.map_err(|e| Outage::new("founding the log", e))
}

/// Opens the log. Only the process that keeps house may change the schema; the others wait until it is there.
async fn open(database: &str, keeps_house: bool) -> Result<store::Log, Outage> {
    let broken = |e| Outage::new("opening the database", e);
    if keeps_house {
        return store::Log::open(database).await.map_err(broken);
    }
    let attach = async {
        loop {
            match store::Log::attach(database).await {
                Ok(log) => return Ok(log),
                Err(store::OpenError::Version { .. } | store::OpenError::Sql(_)) => {
                    tokio::time::sleep(Duration::from_millis(200)).await;
                }
                Err(error) => return Err(error),
            }
        }
    };
    match tokio::time::timeout(PATIENCE, attach).await {
        Ok(attached) => attached.map_err(broken),
        Err(_) => store::Log::attach(database).await.map_err(broken),
    }
}

fn router(zone: Zone, doors: &Doors) -> Router {
    let api = match zone {
        Zone::Procurement => zones::procurement::router(doors),
        Zone::Evaluation => zones::evaluation::router(doors, Arc::new(OpenedFiles { doors: doors.clone() })),
        Zone::Supervision => zones::supervision::router(doors),
    };
    api.merge(pages::router(zone, doors))
}

/// Where a zone is reached.
struct Door {
    zone: Zone,
    listener: TcpListener,
    tls: Option<Tls>,
}

impl Door {
    async fn answer(self, router: Router, mut stopped: watch::Receiver<bool>) {
        let served = if let Some(tls) = self.tls {
            let router = router.layer(middleware::from_fn(shield::strictly));
            tls.answer(self.listener, router, stopped, FAREWELL).await
        } else {
            let until = async move {
                let _ = stopped.wait_for(|stop| *stop).await;
            };
            let service = router.into_make_service_with_connect_info::<SocketAddr>();
            axum::serve(self.listener, service)
                .with_graceful_shutdown(until)
                .await
        };
        if let Err(error) = served {
            tracing::error!(%error, zone = self.zone.word(), "a zone stopped serving");
        }
    }
}

/// What surrounds every handler of a zone, innermost first.
pub fn layers(router: Router, doors: &Doors) -> Router {
    let compression = CompressionLayer::new()
        .quality(CompressionLevel::Precise(4))
        .compress_when(shield::Compressible);
    router
        .layer(DefaultBodyLimit::max(shield::BODY))
        .layer(CatchPanicLayer::custom(panicked))
        // What a cookie could be used for from another site is refused before any handler sees it.
        .layer(CsrfLayer::new())
        .layer(middleware::from_fn(shield::patience))
        .layer(middleware::from_fn_with_state(doors.rates.clone(), rates::limit))
        .layer(middleware::from_fn(zones::problem::told))
        .layer(middleware::from_fn_with_state(
            doors.clone(),
            pages::errors::for_people,
        ))
        .layer(compression)
        .layer(middleware::from_fn(shield::headers))
        .layer(middleware::from_fn_with_state(
            doors.entropy.clone(),
            desk::problem::operations,
        ))
}

#[expect(clippy::needless_pass_by_value, reason = "the layer hands the panic over")]
fn panicked(panic: Box<dyn std::any::Any + Send>) -> Response {
    let said = panic.downcast_ref::<&str>().map(|s| (*s).to_owned());
    let said = said
        .or_else(|| panic.downcast_ref::<String>().cloned())
        .unwrap_or_default();
    Problem::from(Outage::new(
        "handling a request",
        format!("a handler panicked: {said}"),
    ))
    .into_response()
}
