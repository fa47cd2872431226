//! One client under load: people come, ask, enter, upload, hand in, withdraw and go, or a buyer registers tenders.
//!
//! Invariant: a client remembers exactly what it sent and what was answered, so that after a crash it can ask for
//! what it was promised and send again what was not answered.

use super::book::Book;
use super::file::{Cargo, Upload};
use crate::Trouble;
use crate::act::{Prepared, prepare};
use crate::http::Link;
use crate::people::{self, Scene, random};
use cli::commands::account::enrolment;
use facts::body::account::AccountRevoked;
use facts::body::bid::{BidSubmitted, BidWithdrawn};
use facts::body::tender::{QuestionAsked, Regime, TenderRegistered};
use facts::id::QuestionId;
use facts::{AccountId, BidId, Hex, Role, Seen, Stream, TenderId};
use rand_core::OsRng;
use seal::SigningKey;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

/// An answer that takes longer than this from a living server is a finding.
const PATIENCE: Duration = Duration::from_secs(30);

/// Why a client stops.
pub(crate) enum Stop {
    /// The connection broke: the server was killed.
    Cut,
    /// Something that must not happen.
    Finding(String),
}

impl From<std::io::Error> for Stop {
    fn from(_: std::io::Error) -> Self {
        Self::Cut
    }
}

impl From<String> for Stop {
    fn from(finding: String) -> Self {
        Self::Finding(finding)
    }
}

impl From<Trouble> for Stop {
    fn from(trouble: Trouble) -> Self {
        Self::Finding(trouble.to_string())
    }
}

/// A person with everything made for one bid.
struct Person {
    account: AccountId,
    key: SigningKey,
    bid: BidId,
    bid_key: SigningKey,
}

#[derive(Clone, Copy)]
enum Step {
    Enrol,
    Ask,
    Enter,
    Upload,
    Submit,
    Withdraw,
    Revoke,
    Register,
    Document,
}

/// A client.
pub(crate) struct Client {
    scene: Arc<Scene>,
    buys: bool,
    person: Person,
    step: Step,
    seen: Seen,
    /// Sent and not answered.
    waiting: Option<Prepared>,
    /// Files to upload, and how many of them are there.
    cargo: Vec<Cargo>,
    stowed: usize,
    /// The upload under way, if there is one.
    pub(crate) upload: Option<Upload>,
    token: Option<String>,
}

fn name(word: &str) -> String {
    format!("{word}-{}", Hex(random::<8>()))
}

impl Client {
    /// A new client: of a bidder, or of the buyer.
    pub(crate) fn new(scene: Arc<Scene>, buys: bool) -> Result<Self, Trouble> {
        let (person, seen) = (Person::new()?, scene.seen);
        let step = if buys { Step::Register } else { Step::Enrol };
        Ok(Self {
            scene,
            buys,
            person,
            step,
            seen,
            waiting: None,
            cargo: Vec::new(),
            stowed: 0,
            upload: None,
            token: None,
        })
    }

    /// Works until the connection breaks.
    pub(crate) async fn live(&mut self, address: SocketAddr, book: &Book) -> Result<(), String> {
        // A restarted server knows no sessions.
        self.token = None;
        let Ok(mut link) = Link::open(address).await else {
            return Ok(());
        };
        loop {
            let step = tokio::time::timeout(PATIENCE, self.step(&mut link, book)).await;
            match step.map_err(|_| format!("no answer within {PATIENCE:?}"))? {
                Ok(()) => {}
                Err(Stop::Cut) => return Ok(()),
                Err(Stop::Finding(finding)) => return Err(finding),
            }
        }
    }

    /// Sends again what was not answered, twice at once; both must name one and the same entry.
    /// Tells whether the act had landed before the crash; `None` if nothing was waiting.
    pub(crate) async fn resend(&mut self, address: SocketAddr, book: &Book) -> Result<Option<bool>, String> {
        let Some(sent) = self.waiting.take() else {
            return Ok(None);
        };
        let once = || async {
            let mut link = Link::open(address).await.map_err(|e| e.to_string())?;
            let answer = link.ask(&sent.request, false).await;
            answer.map_err(|e| format!("the server fell without being killed: {e}"))
        };
        let (a, b) = tokio::try_join!(once(), once())?;
        let (first, _) = book.take(&sent, &a)?;
        let (second, seen) = book.take(&sent, &b)?;
        if first != second {
            return Err(format!(
                "one act, two entries: {first} and {second} ({})",
                sent.act.kind
            ));
        }
        if a.status == 201 && b.status == 201 {
            return Err(format!(
                "both resendings of one act were told that it is new (entry {first})"
            ));
        }
        self.seen = seen;
        self.went();
        Ok(Some(a.status == 200 && b.status == 200))
    }

    async fn step(&mut self, link: &mut Link, book: &Book) -> Result<(), Stop> {
        match self.step {
            Step::Upload | Step::Document => self.send_file(link).await,
            _ => {
                let act = self.act()?;
                self.waiting = Some(act.clone());
                let answer = link.ask(&act.request, false).await?;
                let (_, seen) = book.take(&act, &answer)?;
                self.waiting = None;
                self.seen = seen;
                self.went();
                Ok(())
            }
        }
    }

    /// The step was taken: the next.
    fn went(&mut self) {
        self.step = match self.step {
            Step::Enrol => Step::Ask,
            Step::Ask => Step::Enter,
            Step::Enter => Step::Upload,
            Step::Upload => Step::Submit,
            Step::Submit => Step::Withdraw,
            Step::Withdraw => Step::Revoke,
            Step::Register => Step::Document,
            Step::Document => Step::Register,
            Step::Revoke => {
                if let Ok(person) = Person::new() {
                    self.person = person;
                }
                (self.upload, self.token) = (None, None);
                self.cargo.clear();
                Step::Enrol
            }
        };
    }

    fn act(&self) -> Result<Prepared, Trouble> {
        let (scene, person, seen) = (&*self.scene, &self.person, self.seen);
        let origin = scene.origin.as_str();
        let tender = || Stream::Tender(scene.tender.clone());
        let account = || Stream::Account(person.account.clone());
        match self.step {
            Step::Enrol => {
                let names = [person.account.as_str(), "somewhere", "somebody"];
                let body = enrolment(
                    origin,
                    &person.account,
                    names,
                    vec![Role::Bidder],
                    &person.key,
                    None,
                );
                prepare(origin, account(), &body, seen, &scene.registrar)
            }
            Step::Ask => {
                let question = QuestionId::parse(&name("q"))?;
                let text = "工期是否包含法定节假日?".to_owned();
                let body = QuestionAsked {
                    question,
                    tender: scene.tender.clone(),
                    text,
                };
                prepare(origin, tender(), &body, seen, &person.key)
            }
            Step::Enter => {
                let body = people::entry(scene, &person.account, &person.bid, &person.bid_key);
                prepare(origin, tender(), &body, seen, &person.key)
            }
            Step::Submit => {
                let envelopes = self
                    .cargo
                    .iter()
                    .filter_map(|cargo| cargo.envelope.clone())
                    .collect();
                let body = BidSubmitted {
                    bid: person.bid.clone(),
                    envelopes,
                    revision: 1,
                    rules: Hex(scene.rules),
                    tender: scene.tender.clone(),
                };
                prepare(origin, tender(), &body, seen, &person.bid_key)
            }
            Step::Withdraw => {
                let body = BidWithdrawn {
                    bid: person.bid.clone(),
                    tender: scene.tender.clone(),
                };
                prepare(origin, tender(), &body, seen, &person.bid_key)
            }
            Step::Revoke => {
                let body = AccountRevoked {
                    account: person.account.clone(),
                    reason: "done".to_owned(),
                };
                prepare(origin, account(), &body, seen, &scene.registrar)
            }
            Step::Register | Step::Upload | Step::Document => {
                let id = TenderId::parse(&name("t"))?;
                let body = TenderRegistered {
                    agent: None,
                    buyer: scene.buyer.clone(),
                    regime: Regime::Works,
                    tender: id.clone(),
                    title: "东大街改造工程".to_owned(),
                };
                prepare(origin, Stream::Tender(id), &body, seen, &scene.buyer_key)
            }
        }
    }

    /// Begins or goes on with an upload, one piece at a time.
    async fn send_file(&mut self, link: &mut Link) -> Result<(), Stop> {
        let token = if let Some(token) = &self.token {
            token.clone()
        } else {
            let key = if self.buys {
                &self.scene.buyer_key
            } else {
                &self.person.key
            };
            let token = super::file::sign_in(link, &self.scene.origin, key).await?;
            self.token = Some(token.clone());
            token
        };
        if self.cargo.is_empty() {
            let key = &self.person.bid_key;
            self.cargo = if self.buys {
                vec![Cargo::document()?]
            } else {
                Cargo::bid(&self.scene, key)?
            };
            self.stowed = 0;
        }
        let Some(cargo) = self.cargo.get(self.stowed) else {
            if self.buys {
                self.cargo.clear();
            }
            self.went();
            return Ok(());
        };
        match &mut self.upload {
            None => self.upload = Some(cargo.begin(link, &token).await?),
            Some(upload) => {
                if upload.go_on(link, &token, cargo).await? {
                    self.upload = None;
                    self.stowed = self.stowed.saturating_add(1);
                }
            }
        }
        Ok(())
    }
}

impl Person {
    fn new() -> Result<Self, Trouble> {
        Ok(Self {
            account: AccountId::parse(&name("p"))?,
            key: SigningKey::generate(&mut OsRng),
            bid: BidId::parse(&name("b"))?,
            bid_key: SigningKey::generate(&mut OsRng),
        })
    }
}
