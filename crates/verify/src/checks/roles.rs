//! 34: nobody held two roles that must be apart.

use super::panel::seats;
use crate::dossier::Dossier;
use crate::people::{CONFLICTS, People};
use crate::verdict::{Finding, Findings, skipped};
use facts::body::supervision::{OrderReevaluated, OrderResumed, OrderSuspended};
use facts::body::tender::TenderRegistered;
use facts::{AccountId, Role, Stream};
use std::collections::{BTreeMap, BTreeSet};

pub(super) fn separated(dossier: &Dossier) -> Finding {
    let registered = dossier.shown.told::<TenderRegistered>(&dossier.stream());
    let Some(registered) = registered.first() else {
        return skipped("the tender is not registered", "项目未登记");
    };
    let mut found = Findings::new();
    let people = dossier.people();
    held(people, &mut found);
    let parts = parts(dossier, people, &registered.body);
    for (account, roles) in &parts {
        let owns = roles
            .iter()
            .any(|(role, _)| matches!(role, Role::Buyer | Role::Agent));
        let bids = roles.iter().any(|(role, _)| *role == Role::Bidder);
        let watches = roles
            .iter()
            .find(|(role, _)| matches!(role, Role::Expert | Role::Custodian | Role::Supervisor));
        if bids && owns {
            found.fault(
                registered.seq(),
                format!("{account} bids in its own tender"),
                format!("{account}在自己的项目中投标"),
            );
        }
        // The buyer's and the agent's own custodian are among those who hold shares by design.
        if let Some((role, seq)) = watches
            && (bids || (owns && *role != Role::Custodian))
        {
            found.fault(
                *seq,
                format!("{account} is {} of this tender and takes part in it", role.word()),
                format!("{account}既为本项目{}又参与其中", role.word()),
            );
        }
    }
    keys(dossier, people, &mut found);
    found.note(
        None,
        format!(
            "{} accounts, {} of them in this tender",
            people.accounts.len(),
            parts.len()
        ),
        format!(
            "共{}个账户,其中{}个参与本项目",
            people.accounts.len(),
            parts.len()
        ),
    );
    found.into()
}

/// The roles given to one account.
fn held(people: &People, found: &mut Findings) {
    let mut roles: BTreeMap<&AccountId, (BTreeSet<Role>, u64)> = BTreeMap::new();
    for account in &people.accounts {
        let known = roles.entry(&account.body.account).or_default();
        known.0.extend(account.body.roles.iter().copied());
        known.1 = account.seq;
    }
    for (account, (roles, seq)) in roles {
        for (one, other) in CONFLICTS {
            if roles.contains(one) && roles.contains(other) {
                found.fault(
                    seq,
                    format!("{account} is {} and {}", one.word(), other.word()),
                    format!("{account}同时为{}和{}", one.word(), other.word()),
                );
            }
        }
    }
}

/// What each account did in this tender.
fn parts(dossier: &Dossier, people: &People, registered: &TenderRegistered) -> crate::people::Parts {
    let mut parts = crate::people::Parts::new();
    let mut add =
        |account: &AccountId, role, seq| parts.entry(account.clone()).or_default().push((role, seq));
    add(&registered.buyer, Role::Buyer, 0);
    if let Some(agent) = &registered.agent {
        add(agent, Role::Agent, 0);
    }
    for bid in dossier.bids().values() {
        for (seq, entered) in &bid.entered {
            add(&entered.account, Role::Bidder, *seq);
        }
    }
    for expert in seats(dossier).values() {
        add(expert, Role::Expert, 0);
    }
    for key in dossier.keys().values() {
        for member in key.called.iter().flat_map(|called| &called.members) {
            add(&member.account, Role::Custodian, key.seq);
        }
    }
    let stream = Stream::Supervision(dossier.tender.clone());
    let suspended = dossier.shown.told::<OrderSuspended>(&stream);
    let resumed = dossier.shown.told::<OrderResumed>(&stream);
    let again = dossier.shown.told::<OrderReevaluated>(&stream);
    let orders = suspended
        .iter()
        .map(|told| told.fact)
        .chain(resumed.iter().map(|told| told.fact))
        .chain(again.iter().map(|told| told.fact));
    for fact in orders {
        if let Some(account) = fact.key.and_then(|key| people.behind(&key)) {
            add(&account.body.account, Role::Supervisor, fact.record.seq);
        }
    }
    parts
}

/// A bid key is made for the bid alone.
fn keys(dossier: &Dossier, people: &People, found: &mut Findings) {
    let mut known = BTreeMap::new();
    for (name, bid) in dossier.bids() {
        for (seq, entered) in &bid.entered {
            if people.behind(entered.key.bytes()).is_some() {
                found.fault(
                    *seq,
                    format!("the key of the bid {name} is also an account's or a custodian's"),
                    format!("投标{name}的密钥同时属于账户或保管人"),
                );
            }
            if let Some(other) = known.insert(entered.key, name) {
                found.fault(
                    *seq,
                    format!("the bids {other} and {name} have one key"),
                    format!("投标{other}与{name}密钥相同"),
                );
            }
        }
    }
}
