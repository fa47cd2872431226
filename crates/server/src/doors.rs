//! What a zone's handlers may use.

use crate::gazette::Gazette;
use crate::inbox::InboxDoor;
use crate::machine::Machine;
use crate::mail::round::Postman;
use crate::notices::webhook::Webhooks;
use crate::pages::public::board::Board;
use crate::rates::Rates;
use crate::sweep::Shelter;
use crate::zones::problem::not_found;
use crate::zones::quota::Quota;
use axum::extract::FromRef;
use desk::{Accounts, Clock, Entropy, Front, Gate, Outage, Pen, Problem, ReadLog, Scribe, Vault};
use facts::{CeremonyId, Hex, Record, Stream, TenderId};
use procure::ceremony::Ceremonies;
use procure::{Cards, KeyCard, Tenders};
use serde::Serialize;
use std::collections::HashMap;
use std::ops::Deref;
use std::sync::{Arc, Mutex, PoisonError};
use supervise::{Adoptions, Orders};
use utoipa::ToSchema;

/// What the platform says of itself.
#[derive(Debug, Clone, Serialize)]
pub struct About {
    /// Whether this is a demonstration.
    pub demo: bool,
    /// Checkpoint key.
    pub log_key: String,
    /// Origin of the log.
    pub origin: String,
    /// Key that signs refusals.
    pub refusal_key: String,
    /// Addresses of the zones.
    pub zones: Addresses,
}

/// Addresses of the zones.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Addresses {
    /// Evaluation.
    pub evaluation: String,
    /// Procurement.
    pub procurement: String,
    /// Supervision.
    pub supervision: String,
}

/// One scribe per law.
#[derive(Clone)]
pub struct Laws {
    /// Accounts and the platform.
    pub accounts: Scribe<Accounts>,
    /// Key ceremonies.
    pub ceremonies: Scribe<Ceremonies>,
    /// Tenders.
    pub tenders: Scribe<Tenders>,
    /// Evaluations.
    pub evaluations: Scribe<evaluate::Evaluations>,
    /// Pools of experts.
    pub pools: Scribe<evaluate::pool::Pools>,
    /// Orders of supervision.
    pub orders: Scribe<Orders>,
    /// Versions of the rules of supervision.
    pub adoptions: Scribe<Adoptions>,
}

/// A zone's capabilities, shared by all of its requests: every request takes a copy or two.
#[derive(Clone)]
pub struct Doors(Arc<Capabilities>);

impl From<Capabilities> for Doors {
    fn from(capabilities: Capabilities) -> Self {
        Self(Arc::new(capabilities))
    }
}

impl Deref for Doors {
    type Target = Capabilities;

    fn deref(&self) -> &Capabilities {
        &self.0
    }
}

/// The capabilities behind one door.
pub struct Capabilities {
    /// Signing in.
    pub gate: Gate,
    /// The front door of acts.
    pub front: Front,
    /// The pen.
    pub pen: Pen,
    /// The log.
    pub log: Arc<dyn ReadLog>,
    /// The vault.
    pub vault: Arc<dyn Vault>,
    /// The laws.
    pub laws: Laws,
    /// What the platform says of itself.
    pub about: Arc<About>,
    /// The time of day.
    pub clock: Arc<dyn Clock>,
    /// Randomness.
    pub entropy: Arc<dyn Entropy>,
    /// Supervision's view of the log.
    pub oversight: supervise::Oversight,
    /// What the process tells its operator.
    pub machine: Arc<Machine>,
    /// Which experts sit where.
    pub panels: evaluate::Panels,
    /// What is public of streams.
    pub gazette: Gazette,
    /// The tenders in short, for pages.
    pub board: Board,
    /// Notices to persons.
    pub notices: store::Notices,
    /// Where persons want to be told their notices.
    pub receivers: store::Receivers,
    /// Who sends webhooks; `None` if the operator wants none.
    pub webhooks: Option<Webhooks>,
    /// From where bids were handed in, until it is compared.
    pub origins: store::Origins,
    /// Requests to be enrolled.
    pub inbox: InboxDoor,
    /// What accounts have begun to upload.
    pub quota: Quota,
    /// How often somebody may come.
    pub rates: Rates,
    /// Held by acts while they are decided, so that no bytes they name go meanwhile.
    pub shelter: Shelter,
    /// Who carries letters to subscribers; `None` if the platform sends no mail.
    pub postman: Option<Postman>,
    /// Largest upload in bytes.
    pub max_upload: u64,
    /// Cards of opening keys; they never change once they exist.
    pub cards: Arc<Mutex<HashMap<Hex<32>, KeyCard>>>,
}

impl FromRef<Doors> for Gate {
    fn from_ref(doors: &Doors) -> Self {
        doors.gate.clone()
    }
}

impl Doors {
    /// The card of a key that a ceremony made; `None` if it made no such key.
    pub async fn card(&self, ceremony: &CeremonyId, key_id: &Hex<32>) -> Result<Option<KeyCard>, Outage> {
        let known = self
            .cards
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .get(key_id)
            .cloned();
        if let Some(card) = known {
            return Ok(Some(card).filter(|card| card.ceremony == *ceremony));
        }
        let history = self.log.history(&Stream::Ceremony(ceremony.clone()), 0).await?;
        let card = KeyCard::find(&history, key_id);
        if let Some(card) = &card {
            self.cards
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
                .insert(*key_id, card.clone());
        }
        Ok(card)
    }

    /// The cards of all keys of a tender.
    pub async fn cards_of(&self, state: &procure::State) -> Result<Cards, Outage> {
        let mut cards = Cards::new();
        for (ceremony, key_id) in state.key_ids() {
            if let Some(card) = self.card(ceremony, &key_id).await? {
                cards.insert(key_id, card);
            }
        }
        Ok(cards)
    }

    /// The state of a tender that exists.
    pub async fn tender(&self, tender: &TenderId) -> Result<Arc<procure::State>, Problem> {
        let state = self.laws.tenders.state(&Stream::Tender(tender.clone())).await?;
        if state.registered.is_none() {
            return Err(not_found(
                "tender.unknown",
                format!("There is no tender {tender}."),
                format!("没有招标项目 {tender}。"),
            ));
        }
        Ok(state)
    }

    /// The facts of a stream that are public now, in order.
    pub async fn public_history(&self, stream: &Stream) -> Result<Vec<Arc<Record>>, Outage> {
        let (_, records) = self.gazette.page(stream).await?.records();
        Ok(records)
    }
}
