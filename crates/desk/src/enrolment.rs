//! Enrolment at the front door: every key proves that its holder has it, before the law is asked.
//!
//! Invariant: no key enters the log whose signatures verifiers could disagree about, or that its account does not
//! hold; each proof names this log and this account.

use crate::account::{Command, Erasure};
use crate::actor::Directory;
use crate::front::Admitted;
use crate::{Failure, ReadLog};
use facts::body::account::{AccountEnrolled, AccountRevoked};
use facts::body::platform::FactErased;
use facts::{Body, Hex, Kind, Refusal};
use seal::pop::StaticKey;
use seal::{Partial, Point, PublicKey, Signature};

/// The command that an admitted act of the platform's own context asks for.
pub async fn command(
    origin: &str,
    admitted: &Admitted,
    directory: &Directory,
    log: &dyn ReadLog,
) -> Result<Command, Failure> {
    let (by, act) = (admitted.actor.clone(), Box::new(admitted.act.clone()));
    match act.kind {
        Kind::AccountEnrolled => {
            check(origin, &read(admitted)?)?;
            Ok(Command::Enrol { by, act })
        }
        Kind::AccountRevoked => {
            let body: AccountRevoked = read(admitted)?;
            let founder = directory.registrar_key(&body.account).await?.is_some();
            Ok(Command::Revoke { by, act, founder })
        }
        Kind::FactErased => {
            let body: FactErased = read(admitted)?;
            let target = erasure(body.seq, directory, log).await?;
            Ok(Command::Erase { by, act, target })
        }
        other => Err(Refusal::new(
            "act.kind_malformed",
            format!("An act {other} is not decided by the law of accounts."),
            format!("{other} 不属于账户事务。"),
        )
        .into()),
    }
}

fn read<B: Body>(admitted: &Admitted) -> Result<B, Refusal> {
    admitted.act.body.read().map_err(|error| {
        Refusal::new(
            "act.body_malformed",
            format!("The body does not fit {}: {error}.", B::KIND),
            format!("内容不符合 {} 的格式:{error}。", B::KIND),
        )
    })
}

async fn erasure(seq: u64, directory: &Directory, log: &dyn ReadLog) -> Result<Option<Erasure>, Failure> {
    if log.payload(seq).await?.is_none() {
        return Ok(None);
    }
    let Some(record) = log.records(seq, 1).await?.into_iter().next() else {
        return Ok(None);
    };
    let revoked = match record.of::<AccountEnrolled>() {
        Some(body) => directory.state(&body.account).await?.revoked.is_some(),
        None => false,
    };
    Ok(Some(Erasure {
        kind: record.kind,
        revoked,
    }))
}

/// Checks all keys and proofs of an enrolment, and that it commits to the members that will be withheld.
pub fn check(origin: &str, body: &AccountEnrolled) -> Result<(), Refusal> {
    let held = ledger::message::held(body.salt.bytes(), &body.contact, &body.employer, &body.name);
    if held != *body.held.bytes() {
        return Err(Refusal::new(
            "account.held_malformed",
            "The member held is not the commitment to contact, employer and name under the member salt; \
             make the request anew.",
            "held 不是以 salt 对 contact、employer、name 所作的承诺,请重新生成注册申请。",
        ));
    }
    possessed(origin, body, "key", &body.key, &body.proof)?;
    let Some(custody) = &body.custody else {
        return Ok(());
    };
    let signer = possessed(
        origin,
        body,
        "custody.signer",
        &custody.signer,
        &custody.signer_proof,
    )?;
    let wrong = |name: &str, why: &dyn std::fmt::Display| {
        Refusal::new(
            "account.proof_malformed",
            format!("The member {name} is not accepted: {why}."),
            format!("{name} 未通过校验:{why}。"),
        )
    };
    let point = Point::parse(custody.point.bytes()).map_err(|error| wrong("custody.point", &error))?;
    let proof =
        Partial::parse(custody.point_proof.bytes()).map_err(|error| wrong("custody.point_proof", &error))?;
    StaticKey {
        origin,
        account: body.account.as_str(),
        signing: &signer,
        sealing: &point,
    }
    .verify(&proof)
    .map_err(|error| wrong("custody.point_proof", &error))
}

fn possessed(
    origin: &str,
    body: &AccountEnrolled,
    name: &str,
    key: &Hex<32>,
    proof: &Hex<64>,
) -> Result<PublicKey, Refusal> {
    let key = PublicKey::parse(key.bytes()).map_err(|error| {
        Refusal::new(
            "account.key_malformed",
            format!("The member {name} is not accepted as a key: {error}."),
            format!("{name} 不是可接受的公钥:{error}。"),
        )
    })?;
    let message = ledger::message::enrol(origin, &body.account, key.as_bytes());
    key.verify(&message, &Signature(*proof.bytes())).map_err(|_| {
        Refusal::new(
            "account.proof_malformed",
            format!("The proof of possession of {name} is not by that key over this account and this log."),
            format!("{name} 的持有证明不是该密钥对本账户、本日志所作的签名。"),
        )
    })?;
    Ok(key)
}
