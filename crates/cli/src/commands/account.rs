//! Accounts: a request with proof of possession by the holder, the enrolment by a registrar.

use crate::failure::{self, Failure};
use crate::keyring;
use crate::machine::Machine;
use clap::{Args, Subcommand};
use facts::body::account::{AccountEnrolled, AccountRevoked, Custody};
use facts::{AccountId, Hex, Instant, Role, Stream};
use jiff::civil::Date;
use jiff::tz::{TimeZone, offset};
use ledger::message;
use seal::SigningKey;
use seal::custodian::CustodianSeed;
use serde_json::{Value, json};
use std::path::{Path, PathBuf};

/// What to do with accounts.
#[derive(Subcommand)]
pub enum Account {
    /// Make an enrolment request for your own key, to hand to the registrar
    Request(Box<Request>),
    /// Enrol the holder of a request (registrars)
    Enrol {
        /// The request file
        request: PathBuf,
        /// The last day on which the account may act, in China, e.g. 2029-11-30; without it there is no end
        #[arg(long, value_name = "DAY")]
        until: Option<Date>,
        /// The registrar's key file
        #[arg(long, value_name = "FILE")]
        key: PathBuf,
    },
    /// Revoke an account (registrars)
    Revoke {
        /// The account
        account: AccountId,
        /// Why
        #[arg(long)]
        reason: String,
        /// The registrar's key file
        #[arg(long, value_name = "FILE")]
        key: PathBuf,
    },
    /// Show what is public of an account
    Show {
        /// The account
        account: AccountId,
    },
}

/// An enrolment request.
#[derive(Args)]
pub struct Request {
    /// The account's name on the platform, e.g. a pseudonym of the organisation
    account: AccountId,
    /// Name of the person or organisation (not public)
    #[arg(long)]
    name: String,
    /// How to reach the holder (not public)
    #[arg(long, default_value = "")]
    contact: String,
    /// The organisation the holder works for (not public)
    #[arg(long, default_value = "")]
    employer: String,
    /// Roles, separated by commas: buyer, agent, bidder, custodian, expert, supervisor, registrar, operator
    #[arg(long, value_delimiter = ',', required = true)]
    roles: Vec<String>,
    /// The account's key file
    #[arg(long, value_name = "FILE")]
    key: PathBuf,
    /// Custodians: the seed file
    #[arg(long, value_name = "FILE")]
    seed: Option<PathBuf>,
    /// File to write
    #[arg(long, value_name = "FILE")]
    out: PathBuf,
}

/// The body of an enrolment with every proof of possession.
#[must_use]
pub fn enrolment(
    origin: &str,
    account: &AccountId,
    names: [&str; 3],
    roles: Vec<Role>,
    key: &SigningKey,
    seed: Option<&CustodianSeed>,
) -> AccountEnrolled {
    let [name, contact, employer] = names;
    let salt: [u8; 32] = crate::entropy::bytes();
    let proof = key.sign(&message::enrol(origin, account, &key.public().to_bytes()));
    let custody = seed.map(|seed| {
        let signer = seed.signing_key();
        let point = seed.static_point();
        let possession = seal::pop::StaticKey {
            origin,
            account: account.as_str(),
            signing: &signer.public(),
            sealing: &point,
        };
        Custody {
            point: Hex(point.to_bytes()),
            point_proof: Hex(possession.prove(seed, &mut crate::entropy::rng()).to_bytes()),
            signer: Hex(signer.public().to_bytes()),
            signer_proof: Hex(signer
                .sign(&message::enrol(origin, account, &signer.public().to_bytes()))
                .to_bytes()),
        }
    });
    AccountEnrolled {
        account: account.clone(),
        contact: contact.to_owned(),
        custody,
        employer: employer.to_owned(),
        held: Hex(message::held(&salt, contact, employer, name)),
        key: Hex(key.public().to_bytes()),
        name: name.to_owned(),
        proof: Hex(proof.to_bytes()),
        roles,
        salt: Hex(salt),
        until: None,
    }
}

/// Does it.
pub fn run(machine: &Machine, command: Account) -> Result<(), Failure> {
    match command {
        Account::Request(request) => make_request(machine, &request),
        Account::Enrol { request, until, key } => {
            let mut body: AccountEnrolled = machine.read_json(&request)?;
            body.until = until.map(end_of).transpose()?;
            let key = machine.key(&key)?;
            let done = machine
                .connect()?
                .act(&key, Stream::Account(body.account.clone()), &body)?;
            machine.done(&format!("{} is enrolled", body.account), &done);
            Ok(())
        }
        Account::Revoke { account, reason, key } => {
            let key = machine.key(&key)?;
            let body = AccountRevoked {
                account: account.clone(),
                reason,
            };
            let done = machine
                .connect()?
                .act(&key, Stream::Account(account.clone()), &body)?;
            machine.done(&format!("{account} is revoked"), &done);
            Ok(())
        }
        Account::Show { account } => {
            let shown: Value = machine
                .connect()?
                .procurement
                .get(&format!("/api/accounts/{account}"))?;
            machine.show(&shown)
        }
    }
}

/// The last millisecond of a day in China.
fn end_of(day: Date) -> Result<Instant, Failure> {
    let china = TimeZone::fixed(offset(8));
    let next = day.tomorrow().and_then(|next| next.to_zoned(china));
    let next = next.map_err(|error| Failure::Input(format!("--until {day}: {error}")))?;
    Ok(Instant(next.timestamp().as_millisecond()).plus(-1))
}

fn make_request(machine: &Machine, request: &Request) -> Result<(), Failure> {
    let roles = request.roles.iter().map(|word| {
        Role::parse(word).ok_or_else(|| Failure::Input(format!("{word:?} is not a role; see --help")))
    });
    let roles: Vec<Role> = roles.collect::<Result<_, _>>()?;
    let key = machine.key(&request.key)?;
    let seed = request
        .seed
        .as_deref()
        .map(|file| keyring::seed(file, &machine.global.passphrase))
        .transpose()?;
    let session = machine.connect()?;
    let names = [
        request.name.as_str(),
        request.contact.as_str(),
        request.employer.as_str(),
    ];
    let body = enrolment(
        session.origin(),
        &request.account,
        names,
        roles,
        &key,
        seed.as_ref(),
    );
    write(&request.out, &body)?;
    machine.say(
        &format!(
            "{}: hand this to the registrar; it proves that you hold the key",
            request.out.display()
        ),
        &json!({ "request": request.out, "key": body.key }),
    );
    Ok(())
}

fn write(path: &Path, body: &AccountEnrolled) -> Result<(), Failure> {
    let text = serde_json::to_string_pretty(body).map_err(|e| Failure::Input(e.to_string()))?;
    std::fs::write(path, text).map_err(failure::file(path))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_ends_at_midnight_in_china() {
        let day = "2029-11-30".parse().unwrap();
        assert_eq!(end_of(day).unwrap().to_string(), "2029-11-30 23:59:59.999 +08:00");
    }
}
