//! Who may act: accounts, roles, and the keys of bids and custodians, at every point of the log.
//!
//! Invariant: a right counts from the entry that gave it to the entry that took it, never outside.

use crate::bodies::Enrolled;
use crate::checks::panel::holder;
use crate::dossier::Dossier;
use crate::shown::{Fact, Shown};
use facts::body::account::AccountRevoked;
use facts::body::bid::{BidEntered, BidSubmitted};
use facts::body::ceremony::{CeremonyCalled, KeyProved};
use facts::body::draw::{CallAnswered, DRAW_STAGE, ExpertCalled};
use facts::body::platform::PlatformFounded;
use facts::body::tender::{KeyAssigned, TenderRegistered};
use facts::id::SeatId;
use facts::kind::Author;
use facts::{AccountId, Hex, Instant, Kind, Role, Stream};
use std::collections::BTreeMap;

/// One enrolled account.
#[derive(Debug, Clone)]
pub struct Account {
    /// Position of the enrolment; 0 for registrars of the founding.
    pub seq: u64,
    /// Its public members.
    pub body: Enrolled,
    /// Position of the revocation.
    pub revoked: Option<u64>,
    /// Whether it was named at the founding.
    pub founder: bool,
}

impl Account {
    fn acts_at(&self, seq: u64, at: Instant) -> bool {
        self.seq < seq
            && self.revoked.is_none_or(|revoked| revoked > seq)
            && self.body.until.is_none_or(|until| at <= until)
    }
}

/// Everybody who may act.
#[derive(Debug, Default)]
pub struct People {
    /// The accounts in the order of their enrolment.
    pub accounts: Vec<Account>,
}

impl People {
    /// The accounts that the log shows.
    #[must_use]
    pub fn of(shown: &Shown) -> Self {
        let mut people = Self::default();
        for told in shown.every::<PlatformFounded>().take(1) {
            people
                .accounts
                .extend(told.body.registrars.iter().map(|registrar| Account {
                    seq: told.seq(),
                    body: Enrolled {
                        account: registrar.account.clone(),
                        custody: None,
                        held: Hex([0; 32]),
                        key: registrar.key,
                        proof: Hex([0; 64]),
                        roles: vec![Role::Registrar],
                        until: None,
                    },
                    revoked: None,
                    founder: true,
                }));
        }
        for fact in shown
            .facts()
            .filter(|fact| fact.record.kind == Kind::AccountEnrolled)
        {
            if let Ok(body) = fact.record.body.read::<Enrolled>() {
                people.accounts.push(Account {
                    seq: fact.record.seq,
                    body,
                    revoked: None,
                    founder: false,
                });
            }
        }
        for told in shown.every::<AccountRevoked>() {
            let revoked = people
                .accounts
                .iter_mut()
                .filter(|known| known.body.account == told.body.account);
            for account in revoked {
                account.revoked.get_or_insert(told.seq());
            }
        }
        people
    }

    /// The account with a key, if it may act at that point.
    #[must_use]
    pub fn acting(&self, key: &[u8; 32], seq: u64, at: Instant) -> Option<&Account> {
        self.accounts
            .iter()
            .find(|account| account.body.key.0 == *key && account.acts_at(seq, at))
    }

    /// The account of that name.
    #[must_use]
    pub fn account(&self, name: &AccountId) -> Option<&Account> {
        self.accounts.iter().find(|account| account.body.account == *name)
    }

    /// The account behind an acting key: its own or its custody key.
    #[must_use]
    pub fn behind(&self, key: &[u8; 32]) -> Option<&Account> {
        self.accounts.iter().find(|account| {
            account.body.key.0 == *key
                || account
                    .body
                    .custody
                    .as_ref()
                    .is_some_and(|custody| custody.signer.0 == *key)
        })
    }
}

/// Why the author of a fact was not allowed to act; `None` if all is well.
pub(crate) fn fault(dossier: &Dossier, people: &People, fact: &Fact) -> Option<String> {
    let (seq, key) = (fact.record.seq, fact.key?);
    match fact.record.kind.author() {
        Author::Platform => None,
        Author::Roles(roles) => {
            let Some(account) = people.acting(&key, seq, fact.record.at) else {
                return Some("its key is no enrolled account's at this point of the log, or the account's time was over".to_owned());
            };
            let name = &account.body.account;
            if !roles.iter().any(|role| account.body.roles.contains(role)) {
                return Some(format!(
                    "the account {name} does not hold the role that this needs"
                ));
            }
            personal(dossier, fact, account)
        }
        Author::BidKey => bid_key(dossier, fact, &key),
        Author::Custodian => custodian(dossier, fact, &key),
    }
}

/// What a role alone does not settle: whose tender, whose bid, whose seat.
fn personal(dossier: &Dossier, fact: &Fact, account: &Account) -> Option<String> {
    let (record, name) = (&fact.record, &account.body.account);
    let tender = match &record.stream {
        Stream::Tender(tender) | Stream::Evaluation(tender) => Stream::Tender(tender.clone()),
        _ => return None,
    };
    let owned = account.body.roles.contains(&Role::Buyer) || account.body.roles.contains(&Role::Agent);
    match record.kind {
        Kind::BidEntered => {
            let body: BidEntered = record.of()?;
            (body.account != *name).then(|| format!("{name} entered a bid in the name of {}", body.account))
        }
        Kind::CallAnswered => {
            let body: CallAnswered = record.of()?;
            let called = dossier.shown.told::<ExpertCalled>(&record.stream);
            let own = called
                .iter()
                .find(|told| told.body.draw == body.draw && told.body.place == body.place);
            let is_own = own.is_some_and(|told| told.body.expert == *name);
            (!is_own).then(|| format!("{name} was not called at place {} of {}", body.place, body.draw))
        }
        Kind::SeatVacated if !owned => seat_of(dossier, fact, name),
        Kind::RecusalDeclared
        | Kind::ScoreCommitted
        | Kind::ScoreRevealed
        | Kind::ScoreChanged
        | Kind::ReviewVoted
        | Kind::ClarificationAsked
        | Kind::PriceCorrected
        | Kind::LowPriceJudged
        | Kind::ExtensionAsked
        | Kind::ReportSigned
        | Kind::SeatEntered
        | Kind::SeatLeft
        | Kind::ChairVoted
        | Kind::PanelSaid => seat_of(dossier, fact, name),
        Kind::QuestionAsked | Kind::CandidatesObjected => None,
        _ if owned => {
            let registered = dossier.shown.told::<TenderRegistered>(&tender);
            let body = &registered.first()?.body;
            let is_owner = body.buyer == *name || body.agent.as_ref() == Some(name);
            (!is_owner).then(|| format!("{name} is neither the buyer nor the agent of this tender"))
        }
        _ => None,
    }
}

/// Only who holds a seat speaks for it.
fn seat_of(dossier: &Dossier, fact: &Fact, name: &AccountId) -> Option<String> {
    let seat = fact
        .record
        .body
        .members()
        .get("seat")
        .and_then(|seat| seat.as_str());
    let seat = seat.and_then(|seat| SeatId::parse(seat).ok())?;
    let holder = holder(dossier, &seat, fact.record.seq);
    (holder.as_ref() != Some(name)).then(|| format!("{name} does not hold the seat {seat}"))
}

fn bid_key(dossier: &Dossier, fact: &Fact, key: &[u8; 32]) -> Option<String> {
    let name = fact.record.body.members().get("bid")?.as_str()?;
    let stream = &fact.record.stream;
    let entered = dossier.shown.told::<BidEntered>(stream);
    let entered = entered
        .iter()
        .find(|told| told.body.bid.as_str() == name)
        .map(|told| told.body.key.0);
    let submitted = || {
        let submitted = dossier.shown.told::<BidSubmitted>(stream);
        submitted
            .iter()
            .find(|told| told.body.bid.as_str() == name)
            .and_then(|told| told.fact.key)
    };
    match entered.or_else(submitted) {
        Some(known) if known == *key => None,
        Some(_) => Some(format!("its key is not the key of the bid {name}")),
        None => Some(format!("no bid {name} is disclosed")),
    }
}

fn custodian(dossier: &Dossier, fact: &Fact, key: &[u8; 32]) -> Option<String> {
    let index = fact.record.body.members().get("index")?.as_u64()?;
    let member = roster(dossier, fact).and_then(|called| {
        called
            .members
            .into_iter()
            .find(|member| u64::from(member.index) == index)
    });
    match member {
        Some(member) if member.signer.0 == *key => None,
        Some(member) => Some(format!(
            "its key is not that of custodian {index}, {}",
            member.account
        )),
        None => Some(format!("the roster knows no custodian {index}")),
    }
}

/// The roster that a custodian's fact belongs to: of its ceremony, or of the key of its stage.
fn roster(dossier: &Dossier, fact: &Fact) -> Option<CeremonyCalled> {
    let shown = &dossier.shown;
    let called = |stream: &Stream| {
        shown
            .told::<CeremonyCalled>(stream)
            .into_iter()
            .next()
            .map(|told| told.body)
    };
    if matches!(fact.record.stream, Stream::Ceremony(_)) {
        return called(&fact.record.stream);
    }
    if let Stream::Evaluation(tender) = &fact.record.stream {
        let assigned = shown.told::<KeyAssigned>(&Stream::Tender(tender.clone()));
        let own = assigned
            .iter()
            .rfind(|told| told.body.stage.as_str() == DRAW_STAGE)?;
        return called(&Stream::Ceremony(own.body.ceremony.clone()));
    }
    let assigned = shown.told::<KeyAssigned>(&fact.record.stream);
    let stage = fact
        .record
        .body
        .members()
        .get("stage")
        .and_then(|stage| stage.as_str());
    let proved = fact.record.of::<KeyProved>().map(|proved| proved.key_id);
    let fits = |one: &KeyAssigned| Some(one.stage.as_str()) == stage || Some(one.key_id) == proved;
    let assigned = assigned.iter().rfind(|told| fits(&told.body))?;
    called(&Stream::Ceremony(assigned.body.ceremony.clone()))
}

/// Roles that one account must not hold together.
pub(crate) const CONFLICTS: &[(Role, Role)] = &[
    (Role::Bidder, Role::Buyer),
    (Role::Bidder, Role::Agent),
    (Role::Bidder, Role::Custodian),
    (Role::Bidder, Role::Expert),
    (Role::Bidder, Role::Supervisor),
    (Role::Bidder, Role::Registrar),
    (Role::Bidder, Role::Operator),
    (Role::Supervisor, Role::Buyer),
    (Role::Supervisor, Role::Agent),
    (Role::Supervisor, Role::Expert),
    (Role::Supervisor, Role::Operator),
];

/// Accounts by what they did in the tender, for the separation of roles.
pub(crate) type Parts = BTreeMap<AccountId, Vec<(Role, u64)>>;
