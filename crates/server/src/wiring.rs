//! The wiring: which capabilities each zone is given.
//!
//! Invariant: every zone has sessions of its own; what the zones share is the log, the pen, the vault and the clock.

use crate::clock::{DemoClock, MachineClock};
use crate::config::Config;
use crate::doors::{About, Addresses, Capabilities, Doors, Laws};
use crate::entropy::SystemEntropy;
use crate::gazette::Gazette;
use crate::handed::OpenedParts;
use crate::inbox::InboxDoor;
use crate::machine::Machine;
use crate::mail::round::Postman;
use crate::notices::webhook::Webhooks;
use crate::pages::public::board::Board;
use crate::rates::Rates;
use crate::sweep::Shelter;
use crate::zones::quota::Quota;
use desk::{
    Clock, Directory, Entropy, Front, Gate, HeldSessions, Keys, Pen, Scribe, Sessions, Signer, Tools, Zone,
};
use std::net::SocketAddr;
use std::sync::Arc;

/// Clock, randomness and signer of a process.
#[derive(Clone)]
pub(crate) struct Ports {
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) entropy: Arc<dyn Entropy>,
    pub(crate) signer: Arc<dyn Signer>,
}

impl Ports {
    pub(crate) fn new(config: &Config, keys: &Keys) -> Self {
        let clock: Arc<dyn Clock> = match &config.demo_clock {
            Some(file) => Arc::new(DemoClock::new(file.clone())),
            None => Arc::new(MachineClock),
        };
        Self {
            clock,
            entropy: Arc::new(SystemEntropy),
            signer: Arc::new(keys.clone()),
        }
    }

    pub(crate) fn tools(&self, log: &Arc<store::Log>, origin: &str, sole: bool) -> Tools {
        Tools {
            log: log.clone(),
            clock: self.clock.clone(),
            entropy: self.entropy.clone(),
            signer: self.signer.clone(),
            origin: origin.to_owned(),
            sole,
        }
    }
}

/// One scribe per law, all on one pen.
pub(crate) fn laws(pen: &Pen) -> Laws {
    Laws {
        accounts: Scribe::new(pen, desk::account::marks),
        ceremonies: Scribe::new(pen, procure::ceremony::marks),
        tenders: Scribe::new(pen, procure::marks::marks),
        evaluations: Scribe::new(pen, |_| Vec::new()),
        pools: Scribe::new(pen, |_| Vec::new()),
        orders: Scribe::new(pen, |_| Vec::new()),
        adoptions: Scribe::new(pen, |_| Vec::new()),
    }
}

/// Where the zones are reached: as bound here, or else as the configuration says.
pub(crate) fn addresses(config: &Config, bound: impl Fn(Zone) -> Option<SocketAddr>) -> Addresses {
    if let Some(public) = &config.zones.public {
        return Addresses {
            evaluation: public.evaluation.clone(),
            procurement: public.procurement.clone(),
            supervision: public.supervision.clone(),
        };
    }
    let scheme = if config.tls.is_some() { "https" } else { "http" };
    let told = |zone| {
        format!(
            "{scheme}://{}",
            bound(zone).unwrap_or_else(|| config.zones.address(zone))
        )
    };
    Addresses {
        evaluation: told(Zone::Evaluation),
        procurement: told(Zone::Procurement),
        supervision: told(Zone::Supervision),
    }
}

/// What doors are made of.
pub(crate) struct Making<'a> {
    pub(crate) config: &'a Config,
    pub(crate) keys: &'a Keys,
    pub(crate) ports: &'a Ports,
    pub(crate) pen: &'a Pen,
    pub(crate) laws: &'a Laws,
    pub(crate) log: &'a Arc<store::Log>,
    pub(crate) vault: &'a Arc<store::Vault>,
    pub(crate) gazette: &'a Gazette,
    pub(crate) inbox: &'a InboxDoor,
    pub(crate) quota: &'a Quota,
    pub(crate) rates: &'a Rates,
    pub(crate) shelter: &'a Shelter,
    pub(crate) machine: &'a Arc<Machine>,
    pub(crate) panels: &'a evaluate::Panels,
    pub(crate) postman: &'a Option<Postman>,
    pub(crate) addresses: &'a Addresses,
}

impl Making<'_> {
    /// The capabilities of a zone.
    pub(crate) fn doors(&self, zone: Zone) -> Doors {
        let Ports {
            clock,
            entropy,
            signer,
        } = self.ports.clone();
        let log: Arc<dyn desk::ReadLog> = self.log.clone();
        let directory = Directory::new(log.clone(), self.laws.accounts.reader());
        let origin = self.config.log.origin.as_str();
        // Each zone holds its own sessions: a token of one opens nothing in another.
        let sessions: Arc<dyn Sessions> = Arc::new(HeldSessions::default());
        let trust = supervise::Trust {
            origin: origin.to_owned(),
            key: self.keys.log.verifier().clone(),
        };
        Doors::from(Capabilities {
            gate: Gate {
                zone,
                origin: origin.into(),
                directory: directory.clone(),
                sessions,
                clock: clock.clone(),
                entropy: entropy.clone(),
            },
            front: Front {
                zone,
                pen: self.pen.clone(),
                directory,
                signer,
                clock: clock.clone(),
            },
            pen: self.pen.clone(),
            log: log.clone(),
            vault: self.vault.clone(),
            gazette: self.gazette.clone(),
            notices: self.log.notices(),
            receivers: self.log.receivers(),
            origins: self.log.origins(),
            webhooks: (self.config.notices.webhooks).then(|| Webhooks::of(&self.config.notices)),
            inbox: self.inbox.clone(),
            quota: self.quota.clone(),
            rates: self.rates.clone(),
            shelter: self.shelter.clone(),
            machine: self.machine.clone(),
            panels: self.panels.clone(),
            postman: self.postman.clone(),
            laws: self.laws.clone(),
            about: Arc::new(About {
                demo: self.config.demo,
                log_key: self.keys.log.verifier().to_string(),
                origin: origin.to_owned(),
                refusal_key: self.keys.refusals.verifier().to_string(),
                zones: self.addresses.clone(),
            }),
            clock,
            entropy,
            oversight: supervise::Oversight::new(log, trust)
                .with_files(Arc::new(OpenedParts(self.vault.clone()))),
            max_upload: self.config.max_upload,
            cards: Arc::default(),
            board: Board::default(),
        })
    }
}
