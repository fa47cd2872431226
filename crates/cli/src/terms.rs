//! The terms of a tender (招标条件) as proven facts tell them: what a bid is sealed to and what a person signs under.
//!
//! Invariant: nothing here is the platform's word. Every fact is in the signed log; what the buyer says is signed by
//! the buyer's or the agent's enrolled key; the custodians of a key are those whom a registrar enrolled.

use crate::failure::Failure;
use crate::gather::{bodies, positions};
use crate::session::Session;
use facts::body::account::Custody;
use facts::body::ceremony::StageKey;
use facts::body::quotes::QuotesInvited;
use facts::body::tender::{KeyAssigned, TenderAmended, TenderNoticed, TenderRegistered};
use facts::kind::Author;
use facts::record::Body;
use facts::{AccountId, Hex, Instant, Kind, Role, Stream, TenderId};
use ledger::ceremony::{Proven, Witnessed};
use ledger::message::{rules_of_addendum, rules_of_notice};
use ledger::{Actor, Receipt};
use seal::Point;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use std::collections::BTreeMap;

/// An account as the log has it enrolled.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Enrolled {
    /// The account's public key.
    pub key: Hex<32>,
    /// The further keys of a custodian.
    pub custody: Option<Custody>,
    /// What it may do.
    pub roles: Vec<Role>,
}

/// A tender as its proven facts tell it.
#[derive(Debug, Clone)]
pub struct Terms {
    /// Its facts that were public when this was read, in order.
    pub facts: Vec<Proven>,
    /// The notice.
    pub notice: TenderNoticed,
    /// The hash of the rules in force: the notice with all addenda.
    pub rules: Hex<32>,
    /// The deadline that the rules in force name.
    pub closes_at: Instant,
    /// How many addenda there are.
    pub addenda: u32,
    /// The stage whose final quotes are invited, once they are.
    pub round: Option<facts::id::StageId>,
}

fn untrue(what: impl Into<String>) -> Failure {
    Failure::Check(what.into())
}

/// What the platform says of an account: where to look, no more.
#[derive(Deserialize)]
struct Pointer {
    enrolled: u64,
}

impl Session {
    /// The enrolment of an account, proven; by a registrar of the policy file, if that names any.
    pub fn enrolled(&mut self, account: &AccountId) -> Result<Enrolled, Failure> {
        let Pointer { enrolled: seq } = self.procurement.get(&format!("/api/accounts/{account}"))?;
        let wrong = |why: &str| {
            untrue(format!(
                "entry {seq} is no proof of the enrolment of {account}: {why}"
            ))
        };
        let text = self.proof(seq)?;
        let receipt = Receipt::parse(&text).map_err(|e| wrong(&e.to_string()))?;
        let opened = receipt
            .open(self.origin(), &self.kept.trust.verifier()?)
            .map_err(|e| wrong(&e.to_string()))?;
        if opened.entry.seq != seq || opened.entry.kind != Some(Kind::AccountEnrolled) {
            return Err(wrong("it is another entry"));
        }
        if opened.entry.subj != Some(Stream::Account(account.clone())) {
            return Err(wrong("it enrols another account"));
        }
        // Opening the receipt checked the registrar's signature, if the act is shown at all.
        if opened.act.is_none() {
            return Err(wrong("the registrar's signature cannot be checked"));
        }
        let trusted = &self.kept.trust.registrars;
        let by = |registrar: &facts::body::platform::Registrar| {
            opened.entry.actor == Actor::Key(ledger::hash::sha256(registrar.key.bytes()))
        };
        if !trusted.is_empty() && !trusted.iter().any(by) {
            return Err(wrong("it is by no registrar of the policy file"));
        }
        let (key, roles) = (field(&opened.payload, "key"), field(&opened.payload, "roles"));
        let (Some(key), Some(roles)) = (key, roles) else {
            return Err(wrong("key and roles are not shown"));
        };
        Ok(Enrolled {
            key,
            custody: field(&opened.payload, "custody"),
            roles,
        })
    }

    /// The terms of a tender that has a notice.
    pub fn terms(&mut self, tender: &TenderId) -> Result<Terms, Failure> {
        let facts = self.proven_tender(tender)?;
        self.signed_by_owners(tender, &facts)?;
        let (_, notice) = only::<TenderNoticed>(&facts)?
            .ok_or_else(|| Failure::Input(format!("{tender} has no notice yet")))?;
        let mut closes_at = notice.closes_at;
        let mut rules = [0; 32];
        let mut addenda = 0_u32;
        let mut round = None;
        for fact in &facts {
            if fact.record().kind == Kind::TenderNoticed {
                rules = rules_of_notice(fact.body());
            }
            if let Some(invited) = fact.record().of::<QuotesInvited>() {
                rules = rules_of_addendum(&rules, fact.body());
                if invited.rules.0 != rules || invited.closes_at < closes_at {
                    return Err(untrue(
                        "an invitation to final quotes does not follow from the rules before it".to_owned(),
                    ));
                }
                closes_at = invited.closes_at;
                round = Some(invited.stage);
                continue;
            }
            let Some(amended) = fact.record().of::<TenderAmended>() else {
                continue;
            };
            rules = rules_of_addendum(&rules, fact.body());
            addenda = addenda.saturating_add(1);
            if amended.rules.0 != rules || amended.number != addenda || amended.closes_at < closes_at {
                return Err(untrue(format!(
                    "addendum {} does not follow from the rules before it: an addendum is withheld or false",
                    amended.number
                )));
            }
            closes_at = amended.closes_at;
        }
        Ok(Terms {
            facts,
            notice,
            rules: Hex(rules),
            closes_at,
            addenda,
            round,
        })
    }

    /// What the buyer says is signed by the buyer or the agent of the registration, with their enrolled keys.
    fn signed_by_owners(&mut self, tender: &TenderId, facts: &[Proven]) -> Result<(), Failure> {
        let Some((_, registered)) = only::<TenderRegistered>(facts)? else {
            return Err(Failure::Input(format!("{tender} is not registered")));
        };
        let mut owners = Vec::new();
        for (account, role) in [
            (Some(registered.buyer), Role::Buyer),
            (registered.agent, Role::Agent),
        ] {
            let Some(account) = account else { continue };
            // Only who speaks needs to be looked up: an agent may act for a buyer that never signs by itself.
            match self.enrolled(&account) {
                Ok(enrolled) if enrolled.roles.contains(&role) => owners.push(enrolled.key),
                Ok(_) | Err(Failure::Refused { .. }) => {}
                Err(failure) => return Err(failure),
            }
        }
        for fact in facts.iter().filter(|fact| is_owners(fact.record().kind)) {
            if !fact.key().is_some_and(|key| owners.contains(&key)) {
                let (kind, seq) = (fact.record().kind, fact.record().seq);
                return Err(untrue(format!(
                    "entry {seq}: {kind} is signed neither by the buyer nor by the agent of {tender}"
                )));
            }
        }
        Ok(())
    }

    /// The public key of each stage, with every step of its ceremony verified on this machine, made by custodians
    /// whom a registrar enrolled.
    pub fn stage_keys(&mut self, terms: &Terms) -> Result<BTreeMap<Hex<32>, Point>, Failure> {
        let assigned: BTreeMap<_, KeyAssigned> = bodies::<KeyAssigned>(&terms.facts)
            .into_iter()
            .map(|(_, body)| (body.key_id, body))
            .collect();
        let mut keys = BTreeMap::new();
        for stage in &terms.notice.stages {
            let assigned = assigned
                .get(&stage.key_id)
                .filter(|assigned| assigned.stage == stage.stage);
            let assigned = assigned.ok_or_else(|| {
                untrue(format!(
                    "the notice names key {} for stage {}, which was not assigned to it",
                    stage.key_id, stage.stage
                ))
            })?;
            let witnessed = self.witnessed(&assigned.ceremony)?;
            self.enrolled_custodians(&witnessed)?;
            let wrong =
                |why: &dyn std::fmt::Display| untrue(format!("the key of stage {}: {why}", stage.stage));
            let certificate = ledger::ceremony::signed_certificate(witnessed.view(), assigned.slot)
                .map_err(|e| wrong(&e))?;
            let StageKey { key_id, public, .. } = ledger::ceremony::stage_key(&certificate);
            if key_id != stage.key_id {
                return Err(wrong(&"it is not the one certified"));
            }
            keys.insert(key_id, Point::parse(&public.0).map_err(|e| wrong(&e))?);
        }
        Ok(keys)
    }

    fn enrolled_custodians(&mut self, witnessed: &Witnessed) -> Result<(), Failure> {
        let called = &witnessed.view().called;
        for member in &called.members {
            let Enrolled { custody, .. } = self.enrolled(&member.account)?;
            let own = custody.is_some_and(|own| own.point == member.point && own.signer == member.signer);
            if !own {
                return Err(untrue(format!(
                    "ceremony {} names keys of {} that no registrar enrolled: whoever holds them may be nobody",
                    called.ceremony, member.account
                )));
            }
        }
        Ok(())
    }
}

/// Whether only the buyer or the agent of the tender brings such a fact about.
fn is_owners(kind: Kind) -> bool {
    matches!(kind.author(), Author::Roles(roles) if roles.contains(&Role::Agent) && !roles.contains(&Role::Registrar))
}

/// The one fact of a kind; two would be two histories.
fn only<B: Body>(facts: &[Proven]) -> Result<Option<(u64, B)>, Failure> {
    let mut found = bodies::<B>(facts);
    if found.len() > 1 {
        return Err(untrue(format!(
            "{} stands in the log {} times: {:?}",
            B::KIND,
            found.len(),
            positions::<B>(facts)
        )));
    }
    Ok(found.pop())
}

/// One shown field of a payload, typed.
fn field<T: DeserializeOwned>(payload: &ledger::OpenedPayload, name: &str) -> Option<T> {
    serde_json::from_value(payload.value(name)?).ok()
}
