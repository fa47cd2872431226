//! 06: who was enrolled, by whom, with which keys.

use crate::bodies::Enrolled;
use crate::dossier::Dossier;
use crate::people::People;
use crate::shown::Fact;
use crate::verdict::{Finding, Findings};
use facts::body::account::{AccountEnrolled, Custody};
use facts::body::platform::PlatformFounded;
use facts::{Kind, Role};
use seal::pop::{StaticKey, verify_enrol};
use seal::{Partial, Point, PublicKey, Signature};
use serde_json::json;
use std::collections::BTreeMap;

pub(super) fn roster(dossier: &Dossier) -> Finding {
    let mut found = Findings::new();
    let people = dossier.people();
    registrars(dossier, &mut found);
    let mut enrolled = 0_u64;
    for fact in dossier.shown.facts() {
        match fact.record.kind {
            Kind::AccountEnrolled => {
                enrolled = enrolled.saturating_add(1);
                enrolment(dossier, fact, &mut found);
                held(fact, &mut found);
            }
            Kind::AccountRevoked => {}
            _ => continue,
        }
        by_registrar(dossier, people, fact, &mut found);
    }
    distinct(people, &mut found);
    ceremonies(dossier, people, &mut found);
    found.note(
        None,
        format!("{enrolled} accounts enrolled, each signed by a registrar"),
        format!("注册{enrolled}个账户,均有注册管理员签名"),
    );
    found.into()
}

fn registrars(dossier: &Dossier, found: &mut Findings) {
    let founded = dossier.shown.every::<PlatformFounded>().next();
    for registrar in founded.iter().flat_map(|told| &told.body.registrars) {
        if !dossier.policy.registrars.contains(registrar) {
            let name = &registrar.account;
            found.fault(
                0,
                format!("the founding names a registrar {name} that the policy does not know"),
                format!("设立事实所列注册管理员{name}不在策略内"),
            );
        }
    }
}

fn by_registrar(dossier: &Dossier, people: &People, fact: &Fact, found: &mut Findings) {
    let seq = fact.record.seq;
    let account = fact.key.and_then(|key| people.acting(&key, seq, fact.record.at));
    if !account.is_some_and(|account| account.body.roles.contains(&Role::Registrar)) {
        found.fault(seq, "its author is no registrar", "行为人不是注册管理员");
    }
    let signed = fact.act.as_ref().map_or_else(
        || Err("it shows no act".to_owned()),
        |act| ledger::act::verify(&dossier.policy.origin, act).map_err(|why| why.to_string()),
    );
    if let Err(why) = signed {
        found.fault(seq, why.clone(), format!("签名无效:{why}"));
    }
}

/// Where the withheld members are shown, they are those that the registrar signed the commitment to.
fn held(fact: &Fact, found: &mut Findings) {
    let Ok(body) = fact.record.body.read::<AccountEnrolled>() else {
        return;
    };
    let named = json!({"contact": body.contact, "employer": body.employer, "name": body.name});
    let bytes = facts::canonical::value_bytes(&named).unwrap_or_default();
    let wanted = seal::hash::sha256(&[&seal::lp(&[b"kaibiao/held/v1", body.salt.bytes(), &bytes])]);
    if wanted != *body.held.bytes() {
        found.fault(
            fact.record.seq,
            "held is no commitment to the contact, employer and name shown",
            "held 与所示联系方式、单位、姓名不符",
        );
    }
}

fn enrolment(dossier: &Dossier, fact: &Fact, found: &mut Findings) {
    let seq = fact.record.seq;
    let Ok(body) = fact.record.body.read::<Enrolled>() else {
        return;
    };
    let (origin, name) = (dossier.policy.origin.as_str(), body.account.as_str());
    let proved = PublicKey::parse(body.key.bytes())
        .map_err(|why| why.to_string())
        .and_then(|key| {
            verify_enrol(origin, name, &key, &Signature(body.proof.0)).map_err(|why| why.to_string())
        });
    if let Err(why) = proved {
        found.fault(
            seq,
            format!("the key of {name} is not proved: {why}"),
            format!("{name}未证明持有其密钥:{why}"),
        );
    }
    if body.roles.contains(&Role::Custodian) != body.custody.is_some() {
        found.fault(
            seq,
            format!("{name} is a custodian without custody keys, or has them without being one"),
            format!("{name}的保管人身份与保管密钥不一致"),
        );
    }
    if let Some(custody) = &body.custody
        && let Err(why) = custody_fault(origin, name, custody)
    {
        found.fault(
            seq,
            format!("custodian {name}: {why}"),
            format!("保管人{name}:{why}"),
        );
    }
}

fn custody_fault(origin: &str, account: &str, custody: &Custody) -> Result<(), String> {
    let signing = PublicKey::parse(custody.signer.bytes()).map_err(|why| why.to_string())?;
    let sealing = Point::parse(custody.point.bytes()).map_err(|why| why.to_string())?;
    verify_enrol(origin, account, &signing, &Signature(custody.signer_proof.0))
        .map_err(|_| "the signing key is not proved".to_owned())?;
    let proof = Partial::parse(custody.point_proof.bytes()).map_err(|why| why.to_string())?;
    StaticKey {
        origin,
        account,
        signing: &signing,
        sealing: &sealing,
    }
    .verify(&proof)
    .map_err(|_| "the static point is not proved".to_owned())
}

/// No name, key or point belongs to two accounts.
fn distinct(people: &People, found: &mut Findings) {
    let mut known: BTreeMap<Vec<u8>, u64> = BTreeMap::new();
    for account in &people.accounts {
        let body = &account.body;
        let mut values = vec![body.account.as_str().as_bytes().to_vec(), body.key.0.to_vec()];
        if let Some(custody) = &body.custody {
            values.extend([custody.signer.0.to_vec(), custody.point.0.to_vec()]);
        }
        // A founding registrar may also be enrolled, once, under the same name and key.
        let is_again = people.accounts.iter().any(|other| {
            other.founder
                && !account.founder
                && other.body.account == body.account
                && other.body.key == body.key
        });
        for value in values {
            if let Some(earlier) = known.insert(value, account.seq)
                && !is_again
            {
                found.fault(
                    account.seq,
                    format!(
                        "{} repeats a name or key of the enrolment at {earlier}",
                        body.account
                    ),
                    format!("{}与条目{earlier}的名称或密钥重复", body.account),
                );
            }
        }
    }
}

/// The rosters of the ceremonies used consist of enrolled custodians with their own keys.
fn ceremonies(dossier: &Dossier, people: &People, found: &mut Findings) {
    for key in dossier.keys().values() {
        for member in key.called.iter().flat_map(|called| &called.members) {
            let custody = people
                .account(&member.account)
                .and_then(|account| account.body.custody.as_ref());
            if !custody
                .is_some_and(|custody| custody.signer == member.signer && custody.point == member.point)
            {
                found.fault(
                    key.seq,
                    format!(
                        "custodian {} of the ceremony {} is not enrolled with these keys",
                        member.account, key.assigned.ceremony
                    ),
                    format!(
                        "密钥仪式{}的保管人{}未以该密钥注册",
                        key.assigned.ceremony, member.account
                    ),
                );
            }
        }
    }
}
