//! What must be known of earlier facts to say whom the next one concerns.
//!
//! Invariant: it holds nothing that the facts do not say, and can be forgotten and learnt again at any time.

use crate::concern::{Concern, concern};
use crate::tender::Tender;
use crate::{Audience, Change, Notice, What, Withdrawn, Zone, panel};
use facts::body::account::{AccountEnrolled, AccountRevoked};
use facts::body::ceremony::{
    CeremonyCalled, CeremonyCommitted, CeremonyComplained, CeremonyFailed, CeremonyShared,
};
use facts::body::platform::PlatformFounded;
use facts::time::DAY;
use facts::{AccountId, CeremonyId, Hex, Instant, Kind, Record, Role, Stream, TenderId};
use sha2::{Digest as _, Sha256};
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// How long before the end of an account its holder is told.
const ENDING: i64 = 30 * DAY;

#[derive(Debug, Clone)]
struct Person {
    roles: Vec<Role>,
    since: u64,
    until: Option<u64>,
}

#[derive(Debug, Clone, Default)]
pub(crate) struct Ceremony {
    caller: Option<AccountId>,
    /// The custodians by their indices.
    pub(crate) members: BTreeMap<u16, AccountId>,
    committed: BTreeSet<u16>,
    shared: BTreeSet<u16>,
}

/// What is known so far.
#[derive(Debug, Default)]
pub struct World {
    people: BTreeMap<AccountId, Person>,
    /// Accounts by the fingerprints of their keys.
    keys: HashMap<Hex<32>, AccountId>,
    ceremonies: HashMap<CeremonyId, Ceremony>,
    tenders: HashMap<TenderId, Tender>,
}

/// Those who are told by their office.
#[derive(Debug, Default)]
pub(crate) struct Staff {
    pub(crate) supervisors: Vec<AccountId>,
    pub(crate) operators: Vec<AccountId>,
}

/// Gathers what one fact changes.
pub(crate) struct Told<'a> {
    record: &'a Record,
    author: Option<AccountId>,
    changes: Vec<Change>,
}

impl<'a> Told<'a> {
    /// Tells these people now, save whoever brought the fact about.
    pub(crate) fn tell<'p>(
        &mut self,
        audience: Audience,
        people: impl IntoIterator<Item = &'p AccountId>,
        what: What,
        until: Option<Instant>,
    ) {
        let people: BTreeSet<&AccountId> = people.into_iter().collect();
        for account in people {
            if self.author.as_ref() != Some(account) {
                self.push(audience, account, what, self.record.at, until);
            }
        }
    }

    /// Tells these people now, also whoever brought the fact about: what comes next is theirs too.
    pub(crate) fn tell_all<'p>(
        &mut self,
        audience: Audience,
        people: impl IntoIterator<Item = &'p AccountId>,
        what: What,
        until: Option<Instant>,
    ) {
        let author = self.author.take();
        self.tell(audience, people, what, until);
        self.author = author;
    }

    /// Tells these people `lead` milliseconds before something is due, if that lies ahead.
    pub(crate) fn remind<'p>(
        &mut self,
        audience: Audience,
        people: impl IntoIterator<Item = &'p AccountId>,
        what: What,
        due: Instant,
        lead: i64,
    ) {
        let at = due.plus(lead.saturating_neg());
        if at <= self.record.at {
            return;
        }
        let people: BTreeSet<&AccountId> = people.into_iter().collect();
        for account in people {
            self.push(audience, account, what, at, Some(due));
        }
    }

    /// Takes back what would have been told later.
    pub(crate) fn withdraw(&mut self, what: What, account: Option<&AccountId>) {
        self.changes.push(Change::Withdraw(Withdrawn {
            what,
            tender: tender_of(&self.record.stream).cloned(),
            account: account.cloned(),
            after: self.record.at,
        }));
    }

    pub(crate) const fn record(&self) -> &'a Record {
        self.record
    }

    pub(crate) const fn author(&self) -> Option<&AccountId> {
        self.author.as_ref()
    }

    fn push(
        &mut self,
        audience: Audience,
        account: &AccountId,
        what: What,
        at: Instant,
        until: Option<Instant>,
    ) {
        debug_assert!(what.is_for(audience), "{what:?} is not for {audience:?}");
        self.changes.push(Change::Tell(Notice {
            account: account.clone(),
            audience,
            what,
            tender: tender_of(&self.record.stream).cloned(),
            seq: self.record.seq,
            at,
            until,
            discreet: audience.is_secret() || self.record.kind.is_confidential(),
        }));
    }
}

const fn tender_of(stream: &Stream) -> Option<&TenderId> {
    match stream {
        Stream::Tender(tender) | Stream::Evaluation(tender) | Stream::Supervision(tender) => Some(tender),
        Stream::Platform | Stream::Account(_) | Stream::Ceremony(_) | Stream::Pool(_) | Stream::Rules => None,
    }
}

/// Where an account with these roles works.
fn home(roles: &[Role]) -> Zone {
    let all = |known: &[Role]| !roles.is_empty() && roles.iter().all(|role| known.contains(role));
    if all(&[Role::Expert]) {
        Zone::Evaluation
    } else if all(&[Role::Supervisor]) {
        Zone::Supervision
    } else {
        Zone::Procurement
    }
}

fn fingerprint(key: &Hex<32>) -> Hex<32> {
    Hex(Sha256::digest(key.bytes()).into())
}

impl World {
    /// Whether the facts of a tender were learnt.
    #[must_use]
    pub fn knows_tender(&self, tender: &TenderId) -> bool {
        self.tenders.contains_key(tender)
    }

    /// Whether the facts of a ceremony were learnt.
    #[must_use]
    pub fn knows_ceremony(&self, ceremony: &CeremonyId) -> bool {
        self.ceremonies.contains_key(ceremony)
    }

    /// Notes that a tender, or a ceremony, was looked for, even if nothing is known of it.
    pub fn look_for(&mut self, stream: &Stream) {
        if let Some(tender) = tender_of(stream) {
            self.tenders.entry(tender.clone()).or_default();
        }
        if let Stream::Ceremony(ceremony) = stream {
            self.ceremonies.entry(ceremony.clone()).or_default();
        }
    }

    /// Tenders and ceremonies held.
    #[must_use]
    pub fn held(&self) -> usize {
        self.tenders.len().saturating_add(self.ceremonies.len())
    }

    /// Forgets tenders and ceremonies; people stay.
    pub fn forget(&mut self) {
        self.tenders.clear();
        self.ceremonies.clear();
    }

    /// Accounts that hold a role at a position of the log.
    fn holding(&self, role: Role, seq: u64) -> Vec<AccountId> {
        let lives = |person: &Person| person.since <= seq && person.until.is_none_or(|until| until > seq);
        (self.people.iter())
            .filter(|(_, person)| lives(person) && person.roles.contains(&role))
            .map(|(account, _)| account.clone())
            .collect()
    }

    /// Learns a fact, and says what follows from it. Facts of one stream come in their order; those of accounts may
    /// come before all others.
    pub fn learn(&mut self, record: &Record) -> Vec<Change> {
        let author = record.actor.as_ref().and_then(|key| self.keys.get(key)).cloned();
        let mut told = Told {
            record,
            author,
            changes: Vec::new(),
        };
        match (concern(record.kind), &record.stream) {
            (Concern::Person, _) => self.person(&mut told),
            (Concern::Pool, _) => panel::pool(&mut told),
            (Concern::Ceremony, Stream::Ceremony(id)) => {
                let author = told.author.clone();
                let ceremony = self.ceremonies.entry(id.clone()).or_default();
                ceremony.learn(&mut told, author);
            }
            (Concern::Tender | Concern::Panel, stream) => {
                let staff = if tells_staff(record.kind) {
                    Staff {
                        supervisors: self.holding(Role::Supervisor, record.seq),
                        operators: self.holding(Role::Operator, record.seq),
                    }
                } else {
                    Staff::default()
                };
                if let Some(id) = tender_of(stream) {
                    let tender = self.tenders.entry(id.clone()).or_default();
                    tender.learn(&mut told, &self.ceremonies, &staff);
                }
            }
            (Concern::Nobody | Concern::Ceremony, _) => {}
        }
        told.changes
    }

    fn person(&mut self, told: &mut Told<'_>) {
        let record = told.record;
        match record.kind {
            Kind::PlatformFounded => {
                for registrar in record
                    .of::<PlatformFounded>()
                    .into_iter()
                    .flat_map(|body| body.registrars)
                {
                    self.keys
                        .insert(fingerprint(&registrar.key), registrar.account.clone());
                    self.people.entry(registrar.account).or_insert(Person {
                        roles: vec![Role::Registrar],
                        since: record.seq,
                        until: None,
                    });
                }
            }
            Kind::AccountEnrolled => self.enrolled(told),
            Kind::AccountRevoked => {
                let Some(body) = record.of::<AccountRevoked>() else {
                    return;
                };
                let Some(person) = self.people.get_mut(&body.account) else {
                    return;
                };
                person.until = Some(record.seq);
                let zone = home(&person.roles);
                told.withdraw(What::AccountEnds, Some(&body.account));
                told.tell(
                    Audience::Holder(zone),
                    [&body.account],
                    What::AccountRevoked,
                    None,
                );
            }
            Kind::ClockSuspected => {
                let operators = self.holding(Role::Operator, record.seq);
                told.tell(Audience::Operator, &operators, What::ClockSuspected, None);
            }
            _ => {}
        }
    }

    fn enrolled(&mut self, told: &mut Told<'_>) {
        let record = told.record;
        let Some(body) = record.of::<AccountEnrolled>() else {
            return;
        };
        self.keys.insert(fingerprint(&body.key), body.account.clone());
        if let Some(custody) = &body.custody {
            self.keys
                .insert(fingerprint(&custody.signer), body.account.clone());
        }
        let zone = home(&body.roles);
        told.tell(Audience::Holder(zone), [&body.account], What::AccountReady, None);
        if let Some(until) = body.until {
            told.remind(
                Audience::Holder(zone),
                [&body.account],
                What::AccountEnds,
                until,
                ENDING,
            );
        }
        self.people.entry(body.account).or_insert(Person {
            roles: body.roles,
            since: record.seq,
            until: None,
        });
    }
}

/// Kinds of which every supervisor or operator is told.
const fn tells_staff(kind: Kind) -> bool {
    matches!(
        kind,
        Kind::ListDisputed
            | Kind::OpeningFailed
            | Kind::OpeningObjected
            | Kind::CandidatesObjected
            | Kind::ObjectionNoted
            | Kind::ExplanationGiven
            | Kind::OrderReturned
            | Kind::AccessRequested
            | Kind::CardIssued
            | Kind::CardWarned
            | Kind::ComplaintFiled
            | Kind::ComplaintSupplemented
            | Kind::ComplaintWithdrawn
    )
}

impl Ceremony {
    fn learn(&mut self, told: &mut Told<'_>, author: Option<AccountId>) {
        let record = told.record;
        match record.kind {
            Kind::CeremonyCalled => {
                let Some(body) = record.of::<CeremonyCalled>() else {
                    return;
                };
                self.caller = author;
                self.members = (body.members.into_iter())
                    .map(|member| (member.index, member.account))
                    .collect();
                told.tell_all(
                    Audience::Custodian,
                    self.members.values(),
                    What::KeyRoundDue,
                    None,
                );
            }
            Kind::CeremonyCommitted => {
                self.committed
                    .extend(record.of::<CeremonyCommitted>().map(|body| body.index));
                if self.committed.len() == self.members.len() {
                    told.tell_all(
                        Audience::Custodian,
                        self.members.values(),
                        What::KeyRoundDue,
                        None,
                    );
                }
            }
            Kind::CeremonyShared => {
                self.shared
                    .extend(record.of::<CeremonyShared>().map(|body| body.index));
                if self.shared.len() == self.members.len() {
                    told.tell_all(
                        Audience::Custodian,
                        self.members.values(),
                        What::KeyRoundDue,
                        None,
                    );
                }
            }
            Kind::CeremonyComplained => {
                let accused = record.of::<CeremonyComplained>().map(|body| body.against);
                let accused = accused.and_then(|index| self.members.get(&index));
                told.tell(Audience::Custodian, accused, What::KeyShareDisputed, None);
            }
            Kind::CeremonyFailed if record.of::<CeremonyFailed>().is_some() => {
                told.tell(Audience::Custodian, self.members.values(), What::KeyFailed, None);
                let caller = self.caller.iter();
                told.tell(Audience::Holder(Zone::Procurement), caller, What::KeyFailed, None);
            }
            Kind::CeremonyCompleted => {
                let caller = self.caller.iter();
                told.tell(Audience::Holder(Zone::Procurement), caller, What::KeysMade, None);
            }
            // An answer, a certificate, a proof: the machines of the others see them by themselves.
            _ => {}
        }
    }
}
